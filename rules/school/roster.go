package school

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// PlatformSandbox is the kind of platform the demonstration speaks through.
const PlatformSandbox = "sandbox"

// Roster is everybody at the school at one moment, indexed. It is immutable:
// an import builds a new one.
type Roster struct {
	Classes   []Class
	Students  []Student
	Staff     []Staff
	Guardians []Guardian

	class     map[string]int
	student   map[string]int
	staff     map[string]int
	guardian  map[string]int
	members   map[string][]int // class → students, by seat
	answerers map[string][]int // student → guardians, in order of calling
	addresses map[Address]string
	posts     map[office][]string // who holds a post for a scope, in order of the staff list
	titles    map[string][]string // who holds a post for whatever scope
	sandbox   bool                // students can be spoken to as well
}

// NewRoster indexes the people of a school. The slices belong to the roster
// from then on.
func NewRoster(classes []Class, students []Student, staff []Staff, guardians []Guardian) *Roster {
	r := &Roster{Classes: classes, Students: students, Staff: staff, Guardians: guardians}
	r.index()
	return r
}

// office is one post for one scope.
type office struct{ title, scope string }

func (r *Roster) index() {
	r.posts, r.titles = map[office][]string{}, map[string][]string{}
	r.class, r.student = map[string]int{}, map[string]int{}
	r.staff, r.guardian = map[string]int{}, map[string]int{}
	r.members, r.answerers = map[string][]int{}, map[string][]int{}
	r.addresses = map[Address]string{}
	for i, c := range r.Classes {
		r.class[c.ID] = i
	}
	for i, s := range r.Students {
		r.student[s.ID] = i
		for _, p := range s.Places {
			r.members[p.Class] = append(r.members[p.Class], i)
		}
		if r.sandbox {
			r.reach(s.ID, []Address{{PlatformSandbox, s.ID}})
		}
	}
	for i, s := range r.Staff {
		r.staff[s.ID] = i
		r.reach(s.ID, s.Addresses)
		for _, p := range s.Posts {
			r.titles[p.Title] = append(r.titles[p.Title], s.ID)
			for _, scope := range p.Scopes {
				o := office{p.Title, scope}
				r.posts[o] = append(r.posts[o], s.ID)
			}
		}
	}
	for i, g := range r.Guardians {
		r.guardian[g.ID] = i
		r.reach(g.ID, g.Addresses)
		for _, c := range g.Children {
			r.answerers[c.Student] = append(r.answerers[c.Student], i)
		}
	}
	for class, list := range r.members {
		slices.SortStableFunc(list, func(a, b int) int {
			return cmp.Compare(r.Students[a].seat(class), r.Students[b].seat(class))
		})
	}
	for student, list := range r.answerers {
		slices.SortStableFunc(list, func(a, b int) int {
			return cmp.Compare(r.Guardians[a].order(student), r.Guardians[b].order(student))
		})
	}
}

// reach notes where a person is found; whoever came first keeps an address.
func (r *Roster) reach(person string, addresses []Address) {
	for _, a := range addresses {
		if key := a.folded(); r.addresses[key] == "" {
			r.addresses[key] = person
		}
	}
}

func (a Address) folded() Address {
	return Address{strings.ToLower(a.Platform), strings.ToLower(a.User)}
}

// last puts what has no number behind what has one.
const last = 1 << 30

func (s Student) seat(class string) int {
	for _, p := range s.Places {
		if p.Class == class && p.Seat > 0 {
			return p.Seat
		}
	}
	return last
}

func (g Guardian) order(student string) int {
	for _, c := range g.Children {
		if c.Student == student && c.Order > 0 {
			return c.Order
		}
	}
	return last
}

// Class finds a class by its 班级编号.
func (r *Roster) Class(id string) (Class, bool) { return at(r.Classes, r.class, id) }

// Student finds a student by 学号.
func (r *Roster) Student(id string) (Student, bool) { return at(r.Students, r.student, id) }

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
	list := make([]Student, 0, len(r.members[class]))
	for _, i := range r.members[class] {
		list = append(list, r.Students[i])
	}
	return list
}

// GuardiansOf lists who answers for a child, in the order of calling.
func (r *Roster) GuardiansOf(student string) []Guardian {
	list := make([]Guardian, 0, len(r.answerers[student]))
	for _, i := range r.answerers[student] {
		list = append(list, r.Guardians[i])
	}
	return list
}

// Person finds anybody by id: staff by 工号, guardians by G-number, students by 学号.
func (r *Roster) Person(id string) (Person, bool) {
	if s, ok := r.StaffByID(id); ok {
		return Person{ID: s.ID, Name: s.Name, Kind: KindStaff, Posts: s.Posts, Addresses: s.Addresses}, true
	}
	if g, ok := at(r.Guardians, r.guardian, id); ok {
		return Person{ID: g.ID, Name: g.Name, Kind: KindGuardian, Children: g.Children, Addresses: g.Addresses}, true
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
// account names are the same, as platforms treat them.
func (r *Roster) At(platform, user string) (Person, bool) {
	id, ok := r.addresses[Address{platform, user}.folded()]
	if !ok {
		return Person{}, false
	}
	return r.Person(id)
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
	out := &Roster{Classes: r.Classes, Students: r.Students, sandbox: true,
		Staff: slices.Clone(r.Staff), Guardians: slices.Clone(r.Guardians)}
	for i := range out.Staff {
		s := &out.Staff[i]
		s.Addresses = append(slices.Clone(s.Addresses), Address{PlatformSandbox, s.ID})
	}
	for i := range out.Guardians {
		g := &out.Guardians[i]
		g.Addresses = append(slices.Clone(g.Addresses), Address{PlatformSandbox, g.ID})
	}
	out.index()
	return out
}
