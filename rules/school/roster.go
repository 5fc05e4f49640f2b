package school

// Roster is everybody at the school at one moment, indexed. It is immutable:
// an import builds a new one.
type Roster struct {
	Classes   []Class
	Students  []Student
	Staff     []Staff
	Guardians []Guardian
}
