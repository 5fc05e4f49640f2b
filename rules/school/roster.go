package school

import (
	"cmp"
	"maps"
	"slices"
)

// Kinds of platform that are known here by name.
const (
	PlatformSandbox = "sandbox" // the demonstration speaks through it
	PlatformSMS     = "sms"     // a guardian's mobile number is the address
)

// Roster is everybody at the school at one moment, indexed. It is immutable:
// an import builds a new one.
type Roster struct {
	Classes []Class
	Staff   []Staff

	Contracts []Contract // of a training institution

	words     words
	students  shelf
	guardians shelf
	sandbox   bool // everybody can be spoken to there, students as well

	class     map[string]int
	staff     map[string]int
	members   groups              // of a class → students, by seat
	answerers groups              // of a student → guardians, in order of calling
	reachable []uint64            // whom an account leads to: its hash, and the person's rank
	posts     map[office][]string // who holds a post for a scope, in order of the staff list
	titles    map[string][]string // who holds a post for whatever scope
}

// NewRoster indexes the people of a school. Classes and staff belong to the
// roster from then on.
func NewRoster(classes []Class, students []Student, staff []Staff, guardians []Guardian) *Roster {
	r := &Roster{Classes: classes, Staff: staff}
	r.students = newShelf(len(students), func(to []byte, i int) []byte { return r.words.student(to, students[i]) })
	r.guardians = newShelf(len(guardians), func(to []byte, i int) []byte { return r.words.guardian(to, guardians[i]) })
	r.index()
	return r
}

// office is one post for one scope.
type office struct{ title, scope string }

// last puts what has no number behind what has one.
const last = 1 << 30

func (g Guardian) order(student string) int {
	for _, c := range g.Children {
		if c.Student == student && c.Order > 0 {
			return c.Order
		}
	}
	return last
}

// reached lists where a guardian is found: a mobile number is an address too.
func (g Guardian) reached() []Address {
	if g.Mobile == "" {
		return g.Addresses
	}
	return append(slices.Clone(g.Addresses), Address{PlatformSMS, g.Mobile})
}

// Students lists all students, in the order of the roll.
func (r *Roster) Students() []Student {
	list := make([]Student, r.students.len())
	for i := range list {
		list[i] = r.StudentAt(i)
	}
	return list
}

// Guardians lists all guardians.
func (r *Roster) Guardians() []Guardian {
	list := make([]Guardian, r.guardians.len())
	for i := range list {
		list[i] = r.guardianAt(i)
	}
	return list
}

// Size is the number of students.
func (r *Roster) Size() int { return r.students.len() }

// StudentAt is the i-th student of the roll.
func (r *Roster) StudentAt(i int) Student { return r.words.readStudent(r.students.record(i)) }

// NameAt is the name of the i-th student of the roll.
func (r *Roster) NameAt(i int) string {
	p := r.students.record(i)
	p.word()
	return p.word()
}

// Place is where a student stands on the roll; of the last of several with
// one 学号.
func (r *Roster) Place(id string) (int, bool) { return r.students.find(id) }

// Members are the places on the roll of the students of a class, by seat (座号).
func (r *Roster) Members(class string) []int32 {
	if g, known := r.words.at[class]; known {
		return r.members.of(g)
	}
	return nil
}

// AtSeat is the place on the roll of who sits in a seat of a class; of the
// last of several.
func (r *Roster) AtSeat(class string, seat int) (int32, bool) {
	members := r.Members(class)
	at, _ := slices.BinarySearchFunc(members, seat, func(i int32, seat int) int {
		return cmp.Or(cmp.Compare(r.StudentAt(int(i)).seatKey(class), seat), -1) // behind all who sit there
	})
	if seat < 1 || at == 0 || r.StudentAt(int(members[at-1])).Seat(class) != seat {
		return 0, false
	}
	return members[at-1], true
}

// seatKey puts students without a seat behind those with one.
func (s Student) seatKey(class string) int {
	if seat := s.Seat(class); seat > 0 {
		return seat
	}
	return last
}

func (r *Roster) guardianAt(i int) Guardian {
	g := r.words.readGuardian(r.guardians.record(i))
	if r.sandbox {
		g.Addresses = append(g.Addresses, Address{PlatformSandbox, g.ID})
	}
	return g
}

// Class finds a class by its 班级编号.
func (r *Roster) Class(id string) (Class, bool) { return at(r.Classes, r.class, id) }

// Student finds a student by 学号.
func (r *Roster) Student(id string) (Student, bool) {
	i, ok := r.students.find(id)
	if !ok {
		return Student{}, false
	}
	return r.StudentAt(i), true
}

// StaffByID finds a member of staff by 工号.
func (r *Roster) StaffByID(id string) (Staff, bool) { return at(r.Staff, r.staff, id) }

func at[T any](list []T, index map[string]int, id string) (T, bool) {
	if i, ok := index[id]; ok {
		return list[i], true
	}
	var none T
	return none, false
}

// StudentsOf lists the students of a class by seat (座号).
func (r *Roster) StudentsOf(class string) []Student {
	members := r.Members(class)
	list := make([]Student, 0, len(members))
	for _, i := range members {
		list = append(list, r.StudentAt(int(i)))
	}
	return list
}

// GuardiansOf lists who answers for a child, in the order of calling.
func (r *Roster) GuardiansOf(student string) []Guardian {
	child, known := r.students.find(student)
	if !known {
		return nil
	}
	var list []Guardian
	for _, i := range r.answerers.of(child) {
		list = append(list, r.guardianAt(int(i)))
	}
	return list
}

// Person finds anybody by id: staff by 工号, guardians by G-number, students by 学号.
func (r *Roster) Person(id string) (Person, bool) {
	if s, ok := r.StaffByID(id); ok {
		return Person{ID: s.ID, Name: s.Name, Kind: KindStaff, Posts: s.Posts, Addresses: s.Addresses}, true
	}
	if i, ok := r.guardians.find(id); ok {
		g := r.guardianAt(i)
		return Person{ID: g.ID, Name: g.Name, Kind: KindGuardian, Children: g.Children, Addresses: g.reached()}, true
	}
	if s, ok := r.Student(id); ok {
		p := Person{ID: s.ID, Name: s.Name, Kind: KindStudent}
		if r.sandbox {
			p.Addresses = []Address{{PlatformSandbox, s.ID}}
		}
		return p, true
	}
	return Person{}, false
}

// At finds who speaks from a platform's account. Upper and lower case of
// account names are the same, as platforms treat them; whoever came first on the
// lists keeps an account.
func (r *Roster) At(platform, user string) (Person, bool) {
	want := Address{platform, user}.folded()
	at, _ := slices.BinarySearch(r.reachable, want.hash())
	for ; at < len(r.reachable) && r.reachable[at]&^(1<<32-1) == want.hash(); at++ {
		id, addresses := r.ranked(int(uint32(r.reachable[at])))
		if slices.ContainsFunc(addresses, func(a Address) bool { return a.folded() == want }) {
			return r.Person(id)
		}
	}
	return Person{}, false
}

// ClassesOf lists the classes a person has to do with, in roster order: those
// in the scope of a post (of one of the titles, if any are given), those of a
// guardian's children, a student's own.
func (r *Roster) ClassesOf(p Person, titles ...string) []Class {
	found := map[int]bool{}
	for _, post := range p.Posts {
		if len(titles) == 0 || slices.Contains(titles, post.Title) {
			r.within(post.Scopes, found)
		}
	}
	students := []string{p.ID}
	if p.Kind != KindStudent {
		students = nil
	}
	for _, child := range p.Children {
		students = append(students, child.Student)
	}
	for _, id := range students {
		s, _ := r.Student(id)
		for _, place := range s.Places {
			r.within([]string{place.Class}, found)
		}
	}
	var list []Class
	for _, i := range slices.Sorted(maps.Keys(found)) {
		list = append(list, r.Classes[i])
	}
	return list
}

// within marks the classes that lie in one of the scopes.
func (r *Roster) within(scopes []string, found map[int]bool) {
	for _, scope := range scopes {
		if i, ok := r.class[scope]; ok {
			found[i] = true
			continue
		}
		for i, c := range r.Classes {
			if c.Within(scope) {
				found[i] = true
			}
		}
	}
}

func (p Post) covers(c Class) bool { return slices.ContainsFunc(p.Scopes, c.Within) }

// WithSandbox is the roster in which everybody can also be reached on the
// sandbox platform under their own id.
func (r *Roster) WithSandbox() *Roster {
	out := &Roster{Classes: r.Classes, Staff: slices.Clone(r.Staff), Contracts: r.Contracts, words: r.words, students: r.students, guardians: r.guardians, sandbox: true}
	for i := range out.Staff {
		s := &out.Staff[i]
		s.Addresses = append(slices.Clone(s.Addresses), Address{PlatformSandbox, s.ID})
	}
	out.index()
	return out
}
