package bot

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Reconcile puts what an address book lists beside what the school knows:
// people are recognised by account, then by mobile number, then, guardians
// only, by their child. It only fills in accounts that are not known and adds
// guardians whose child is certain; everything else is in doubt and left for
// somebody to decide. Nobody is ever removed. whole says that all were listed,
// not only some; last is what the look before found. The roster is nil when
// nothing changes.
func Reconcile(r *school.Roster, kind string, listed []Listed, whole bool, last school.AddressBook) (*school.Roster, school.AddressBook) {
	m := newMatcher(r, kind, last)
	if whole && slices.ContainsFunc(listed, func(l Listed) bool { return l.Kind == school.KindGuardian }) {
		m.book.Silent = nil
	}
	for _, l := range listed {
		if l.Kind == school.KindStaff {
			m.staffMember(l)
		} else {
			m.guardian(l)
		}
	}
	if whole {
		m.book.Doubts = m.doubts
		m.missing(listed)
	}
	if !m.changed {
		return nil, m.book
	}
	return school.NewRoster(r.Classes, r.Students(), m.staff, m.guardians), m.book
}

// matcher is a roster being completed.
type matcher struct {
	roster    *school.Roster
	kind      string
	staff     []school.Staff
	guardians []school.Guardian
	book      school.AddressBook
	doubts    []school.Doubt
	changed   bool

	byMobile map[string][]int // guardians
	byID     map[string]int   // guardians
	children map[string][]school.Student
	next     int // number of the next guardian
}

func newMatcher(r *school.Roster, kind string, last school.AddressBook) *matcher {
	m := &matcher{roster: r, kind: kind, staff: slices.Clone(r.Staff), guardians: r.Guardians(), book: last,
		byMobile: map[string][]int{}, byID: map[string]int{}, children: map[string][]school.Student{}}
	for i, g := range m.guardians {
		m.byID[g.ID] = i
		if n := mobile(g.Mobile); n != "" {
			m.byMobile[n] = append(m.byMobile[n], i)
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(g.ID, "G")); err == nil {
			m.next = max(m.next, n)
		}
	}
	for _, s := range r.Students() {
		m.children[s.Name] = append(m.children[s.Name], s)
	}
	return m
}

// mobile is a number as it is compared: digits only, without the country.
func mobile(s string) string {
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, s)
	if len(digits) == 13 {
		digits = strings.TrimPrefix(digits, "86")
	}
	if len(digits) != 11 {
		return ""
	}
	return digits
}

func (m *matcher) doubt(l Listed, name, person, why string) {
	m.doubts = append(m.doubts, school.Doubt{User: l.User, Name: name, Person: person, Why: why})
}

// staffMember fills in the account of somebody on the staff. A name alone is
// never enough: who has the account may approve.
func (m *matcher) staffMember(l Listed) {
	if p, known := m.roster.At(m.kind, l.User); known {
		m.follows(p.ID, l.Reached)
		return
	}
	var numbered, named []int
	for i, s := range m.staff {
		if n := mobile(l.Mobile); n != "" && mobile(s.Mobile) == n {
			numbered = append(numbered, i)
		}
		if s.Name == l.Name {
			named = append(named, i)
		}
	}
	switch {
	case len(numbered) > 1:
		m.doubt(l, l.Name, "", school.DoubtNumbers)
	case len(numbered) == 1 && !reachedOn(m.staff[numbered[0]].Addresses, m.kind):
		s := &m.staff[numbered[0]]
		s.Addresses = append(slices.Clone(s.Addresses), school.Address{Platform: m.kind, User: l.User})
		m.filled(s.ID)
	case len(numbered) == 1:
		m.doubt(l, l.Name, m.staff[numbered[0]].ID, school.DoubtOther)
	case len(named) == 1 && !reachedOn(m.staff[named[0]].Addresses, m.kind):
		m.doubt(l, l.Name, m.staff[named[0]].ID, school.DoubtName)
	}
}

func reachedOn(addresses []school.Address, kind string) bool {
	return slices.ContainsFunc(addresses, func(a school.Address) bool { return a.Platform == kind })
}

const mostNoted = 200 // lines of each kind that are kept for people to read

func (m *matcher) filled(person string) {
	m.changed = true
	m.book.Filled = noted(m.book.Filled, person)
}

func noted(list []string, person string) []string {
	list = slices.DeleteFunc(slices.Clone(list), func(p string) bool { return p == person })
	return slices.Insert(list, 0, person)[:min(len(list)+1, mostNoted)]
}

// guardian recognises a guardian, or adds one.
func (m *matcher) guardian(l Listed) {
	sure := m.certain(l)
	i, ok := m.recognise(l, sure)
	switch {
	case ok && i < 0: // in doubt, and noted so
		return
	case ok:
		m.tie(i, sure)
	case len(sure) == 0:
		m.doubt(l, childNames(l), "", school.DoubtChild)
		return
	default:
		i = m.add(l, sure)
	}
	m.follows(m.guardians[i].ID, l.Reached)
}

// certain are the children that can only be those who are meant.
func (m *matcher) certain(l Listed) []school.Child {
	var sure []school.Child
	for _, c := range l.Children {
		var meant []school.Student
		for _, s := range m.children[c.Name] {
			if c.Number != "" && s.ID == c.Number {
				meant = []school.Student{s}
				break
			}
			if m.inClass(s, c.Class) {
				meant = append(meant, s)
			}
		}
		if len(meant) == 1 {
			sure = append(sure, school.Child{Student: meant[0].ID, Relation: c.Relation})
		}
	}
	return sure
}

// inClass says whether a class's name in the address book means the child's.
func (m *matcher) inClass(s school.Student, name string) bool {
	name = plainClass(name)
	return name != "" && slices.ContainsFunc(s.Places, func(p school.Place) bool {
		c, _ := m.roster.Class(p.Class)
		return slices.ContainsFunc(append([]string{c.ID, c.Name, c.Grade + c.Name}, c.Aliases...), func(known string) bool { return plainClass(known) == name })
	})
}

var classSigns = strings.NewReplacer("（", "-", "）", "", "(", "-", ")", "", " ", "", "年级", "-", "班", "")

// plainClass is a class's name without the signs that people leave out.
func plainClass(name string) string { return classSigns.Replace(name) }

// recognise finds a guardian by account, mobile number, or the place beside a
// certain child that only this one can have. -1 says that it is in doubt.
func (m *matcher) recognise(l Listed, sure []school.Child) (int, bool) {
	if p, known := m.roster.At(m.kind, l.User); known {
		if p.Kind != school.KindGuardian {
			m.doubt(l, childNames(l), p.ID, school.DoubtStaff)
			return -1, true
		}
		return m.byID[p.ID], true
	}
	same := m.byMobile[mobile(l.Mobile)]
	if len(same) > 1 {
		m.doubt(l, childNames(l), "", school.DoubtNumbers)
		return -1, true
	}
	if len(same) == 0 {
		same = m.beside(l, sure)
	}
	if len(same) != 1 {
		return 0, false
	}
	g := &m.guardians[same[0]]
	if reachedOn(g.Addresses, m.kind) {
		m.doubt(l, childNames(l), g.ID, school.DoubtOther)
		return -1, true
	}
	g.Addresses = append(slices.Clone(g.Addresses), school.Address{Platform: m.kind, User: l.User})
	m.filled(g.ID)
	return same[0], true
}

// beside are the guardians of a certain child with the same relation whom
// neither an account nor a number tells from the one listed.
func (m *matcher) beside(l Listed, sure []school.Child) []int {
	var found []int
	for _, c := range sure {
		for _, g := range m.roster.GuardiansOf(c.Student) {
			i := m.byID[g.ID]
			g = m.guardians[i] // as it is by now
			related := slices.ContainsFunc(g.Children, func(k school.Child) bool { return k.Student == c.Student && k.Relation == c.Relation })
			if related && c.Relation != "" && !reachedOn(g.Addresses, m.kind) && (g.Mobile == "" || l.Mobile == "") && !slices.Contains(found, i) {
				found = append(found, i)
			}
		}
	}
	return found
}

// tie adds children who are certain and were not known to be this guardian's.
func (m *matcher) tie(i int, sure []school.Child) {
	g := &m.guardians[i]
	for _, c := range sure {
		if slices.ContainsFunc(g.Children, func(k school.Child) bool { return k.Student == c.Student }) {
			continue
		}
		c.Order = m.lastOrder(c.Student)
		g.Children = append(slices.Clone(g.Children), c)
		m.filled(g.ID)
	}
}

// add makes a new guardian, who is told after all who were known before.
func (m *matcher) add(l Listed, sure []school.Child) int {
	m.next++
	s, _ := m.roster.Student(sure[0].Student)
	name := cmp.Or(l.Name, phrase.BookGuardian.With("child", s.Name, "relation", cmp.Or(sure[0].Relation, phrase.BookRelation.String())))
	g := school.Guardian{ID: "G" + strconv.Itoa(m.next), Name: name, Mobile: l.Mobile, Addresses: []school.Address{{Platform: m.kind, User: l.User}}}
	for _, c := range sure {
		c.Order = m.lastOrder(c.Student)
		g.Children = append(g.Children, c)
	}
	m.guardians = append(m.guardians, g)
	m.byID[g.ID] = len(m.guardians) - 1
	if n := mobile(g.Mobile); n != "" {
		m.byMobile[n] = append(m.byMobile[n], len(m.guardians)-1)
	}
	m.changed = true
	m.book.Added = noted(m.book.Added, g.ID)
	return len(m.guardians) - 1
}

// lastOrder is behind everybody who answers for the child.
func (m *matcher) lastOrder(student string) int {
	order := 0
	for _, g := range m.guardians {
		for _, c := range g.Children {
			if c.Student == student {
				order = max(order, c.Order, 1)
			}
		}
	}
	return order + 1
}

// follows notes whether anything reaches the guardian.
func (m *matcher) follows(person string, reached bool) {
	m.book.Silent = slices.DeleteFunc(slices.Clone(m.book.Silent), func(p string) bool { return p == person })
	if !reached {
		m.book.Silent = append(m.book.Silent, person)
	}
}

// missing notes whose account a whole look did not find. Of a kind of people
// it did not list at all it says nothing.
func (m *matcher) missing(listed []Listed) {
	there := map[string]bool{}
	m.book.Staff, m.book.Guardians = 0, 0
	for _, l := range listed {
		there[strings.ToLower(l.User)] = true
		if l.Kind == school.KindStaff {
			m.book.Staff++
		} else {
			m.book.Guardians++
		}
	}
	before := m.book.Missing
	m.book.Missing, m.book.Gone = nil, nil
	look := func(person string, addresses []school.Address) {
		for _, a := range addresses {
			if a.Platform != m.kind || there[strings.ToLower(a.User)] {
				continue
			}
			m.book.Missing = append(m.book.Missing, person)
			if slices.Contains(before, person) {
				m.book.Gone = append(m.book.Gone, person)
			}
		}
	}
	if m.book.Staff > 0 {
		for _, s := range m.staff {
			look(s.ID, s.Addresses)
		}
	}
	if m.book.Guardians > 0 {
		for _, g := range m.guardians {
			look(g.ID, g.Addresses)
		}
	}
}

func childNames(l Listed) string {
	var names []string
	for _, c := range l.Children {
		names = append(names, c.Name)
	}
	return strings.Join(names, "、")
}
