package configs

import (
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// contacts are the columns by which a guardian can be reached.
var contacts = []string{"手机", "企业微信", "钉钉", "公众号"}

// readGuardians: one row per child and guardian. Rows with one mobile number
// or one account are one person.
func (c *census) readGuardians(t *table) {
	var found []answerer
	if !t.has(contacts...) {
		t.warn(0, "", phrase.SheetNoContacts.With("columns", strings.Join(contacts, "、")))
	}
	for i := range t.rows {
		r := &t.rows[i]
		g := school.Guardian{Name: r.need("姓名"), Mobile: r.mobile("手机")}
		child := school.Child{Student: r.need("学号"), Relation: r.cell("关系"), Order: r.number("顺序")}
		if child.Student != "" && !c.known("student", child.Student) {
			c.unknown(r, "学号", "student", studentSheet.name, child.Student, phrase.SheetUnknownStudent.String())
		}
		g.Addresses = addresses(r, "企业微信", "钉钉", "公众号")
		if g.Mobile == "" && len(g.Addresses) == 0 && t.has(contacts...) {
			t.warn(r.line, "手机", phrase.SheetUnreachable.String())
		}
		if r.bad {
			continue
		}
		g.Children = []school.Child{child}
		found = append(found, answerer{Guardian: g, row: r})
	}
	for i, a := range unite(t, found) {
		a.ID = "G" + strconv.Itoa(i+1)
		if c.known("staff", a.ID) || c.known("student", a.ID) {
			t.add(a.row.line, "", phrase.SheetGuardianID.With("id", a.ID))
		}
		c.Guardians = append(c.Guardians, a.Guardian)
	}
	c.countOrphans(t)
}

// answerer is a guardian and the row that named them first.
type answerer struct {
	school.Guardian
	mobiles []string // further numbers, of rows joined by an account
	row     *row
}

// unite joins the rows of one person, in order of first appearance. A row that
// shares its number with one person and its account with another joins the two.
func unite(t *table, rows []answerer) []answerer {
	people := make([]*answerer, 0, len(rows))
	owner := map[string]int{} // number or account → place in people
	for _, a := range rows {
		at := len(people)
		people = append(people, &a)
		for other := stranger(owner, people[at], at); other >= 0; other = stranger(owner, people[at], at) {
			first, second := min(at, other), max(at, other)
			for _, key := range people[second].keys() {
				if owner[key] == second {
					owner[key] = first
				}
			}
			*people[first] = people[first].with(t, *people[second])
			people[second], at = nil, first
		}
		for _, key := range people[at].keys() {
			owner[key] = at
		}
	}
	var list []answerer
	for _, a := range people {
		if a != nil {
			list = append(list, *a)
		}
	}
	return list
}

// stranger finds another person with one of the keys; -1 when there is none.
func stranger(owner map[string]int, a *answerer, at int) int {
	for _, key := range a.keys() {
		if other, known := owner[key]; known && other != at {
			return other
		}
	}
	return -1
}

// keys are what tells that two rows are one person.
func (a answerer) keys() []string {
	var keys []string
	if a.Mobile != "" {
		keys = append(keys, "mobile:"+a.Mobile)
	}
	for _, m := range a.mobiles {
		if m != "" {
			keys = append(keys, "mobile:"+m)
		}
	}
	for _, address := range a.Addresses {
		keys = append(keys, account(address))
	}
	return keys
}

// with adds what another row says about the same person.
func (a answerer) with(t *table, b answerer) answerer {
	if a.Name != b.Name {
		t.warn(b.row.line, "姓名", phrase.SheetSharedPhone.With("where", a.row.at()))
	}
	if a.Mobile == "" {
		a.Mobile = b.Mobile
	}
	a.mobiles = together(a.mobiles, append(b.mobiles, b.Mobile))
	a.Addresses = together(a.Addresses, b.Addresses)
	for _, child := range b.Children {
		if !a.has(child.Student) {
			a.Children = append(a.Children, child)
		}
	}
	return a
}

func (a answerer) has(student string) bool {
	for _, c := range a.Children {
		if c.Student == student {
			return true
		}
	}
	return false
}

// countOrphans warns once: nobody would hear of these children's absence.
func (c *census) countOrphans(t *table) {
	answered := map[string]bool{}
	for _, g := range c.Guardians {
		for _, child := range g.Children {
			answered[child.Student] = true
		}
	}
	if n := len(c.Students) - len(answered); n > 0 {
		t.warn(0, "", phrase.SheetOrphans.With("n", n))
	}
}
