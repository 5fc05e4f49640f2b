package bottest

import (
	"slices"
	"strconv"
	"strings"
)

// department is one of the members' departments.
type department struct {
	id, parent int
	name       string
}

// schoolUnit is a campus, grade or class of the 家校 address book.
type schoolUnit struct {
	id, parent, kind int // kind 1 class, 2 grade, 5 the school
	name             string
	graduated        bool
}

// pupil is a student of the 家校 address book.
type pupil struct {
	id, name string
	classes  []int
}

// tie is a child of a parent.
type tie struct{ student, relation string }

// Department adds a department of members; the root is 1.
func (f *WeCom) Department(id, parent int, name string) {
	f.set(func() { f.departments = append(f.departments, department{id, parent, name}) })
}

// Works puts the member into departments, under a name; a mobile number is
// shown only to apps made before 2022-06-20.
func (m *Member) Works(name, mobile string, departments ...int) *Member {
	m.fake.set(func() { m.name, m.mobile, m.departments = name, mobile, departments })
	return m
}

// Left says that the member has left (5) or was disabled (2).
func (m *Member) Left(status int) { m.fake.set(func() { m.status = status }) }

// Grade adds a grade to the 家校 address book, Class a class of a grade.
func (f *WeCom) Grade(id int, name string) {
	f.set(func() { f.units = append(f.units, schoolUnit{id, 1, 2, name, false}) })
}

// Class adds a class of a grade.
func (f *WeCom) Class(id, grade int, name string, graduated bool) {
	f.set(func() { f.units = append(f.units, schoolUnit{id, grade, 1, name, graduated}) })
}

// Pupil adds a student.
func (f *WeCom) Pupil(id, name string, classes ...int) {
	f.set(func() { f.pupils[id] = &pupil{id, name, classes} })
}

// Has ties the parent to a child.
func (p *Parent) Has(student, relation string) *Parent {
	p.fake.set(func() { p.children = append(p.children, tie{student, relation}) })
	return p
}

// Calls gives the parent a mobile number.
func (p *Parent) Calls(mobile string) *Parent {
	p.fake.set(func() { p.mobile = mobile })
	return p
}

// SchoolEvent lets WeCom tell of a change of the 家校 address book.
func (f *WeCom) SchoolEvent(change, id string) error { return f.Knock(f.schoolXML(change, id)) }

// SchoolXML is the decrypted callback of such a change.
func (f *WeCom) SchoolXML(change, id string) string { return f.schoolXML(change, id) }

func (f *WeCom) departmentList() answer {
	rows := []any{}
	for _, d := range f.departments {
		rows = append(rows, answer{"id": d.id, "name": d.name, "parentid": d.parent, "order": 1})
	}
	return answer{"department": rows}
}

// userList is user/list: the direct members of a department.
func (f *WeCom) userList(q string) answer {
	id, err := strconv.Atoi(q)
	if err != nil || !slices.ContainsFunc(f.departments, func(d department) bool { return d.id == id }) {
		return refuse(60003, "department not found")
	}
	rows := []any{}
	for _, m := range f.members {
		if !m.hidden && slices.Contains(m.departments, id) {
			rows = append(rows, m.row())
		}
	}
	return answer{"userlist": rows}
}

func (m *Member) row() answer {
	status := m.status
	if status == 0 {
		status = 1
	}
	row := answer{"userid": m.id, "name": m.name, "department": m.departments, "status": status}
	if m.mobile != "" {
		row["mobile"] = m.mobile
	}
	return row
}

func (f *WeCom) userGet(id string) answer {
	m := f.members[strings.ToLower(id)]
	if m == nil || m.hidden {
		return refuse(60111, "userid not found")
	}
	return m.row()
}

func (f *WeCom) schoolDepartments() answer {
	if len(f.units) == 0 {
		return refuse(65022, "no permission of school contact")
	}
	rows := []any{answer{"id": 1, "parentid": 0, "name": "学校", "type": 5}}
	for _, u := range f.units {
		graduated := 0
		if u.graduated {
			graduated = 1
		}
		rows = append(rows, answer{"id": u.id, "parentid": u.parent, "name": u.name, "type": u.kind, "is_graduated": graduated, "department_admins": []any{}})
	}
	return answer{"departments": rows}
}

// pupilList is school/user/list: the students of one class.
func (f *WeCom) pupilList(q string) answer {
	class, err := strconv.Atoi(q)
	if err != nil || !slices.ContainsFunc(f.units, func(u schoolUnit) bool { return u.id == class }) {
		return refuse(60003, "department not found")
	}
	rows := []any{}
	for _, id := range sortedKeys(f.pupils) {
		if s := f.pupils[id]; slices.Contains(s.classes, class) {
			rows = append(rows, answer{"student_userid": s.id, "name": s.name, "department": s.classes, "parents": []any{}})
		}
	}
	return answer{"students": rows}
}

// parentList is school/user/list_parent: not recursive, no paging. Every
// parent is listed with all children.
func (f *WeCom) parentList(q string) answer {
	class, err := strconv.Atoi(q)
	if err != nil || !slices.ContainsFunc(f.units, func(u schoolUnit) bool { return u.id == class }) {
		return refuse(60003, "department not found")
	}
	rows := []any{}
	for _, id := range sortedKeys(f.parents) {
		p := f.parents[id]
		in := slices.ContainsFunc(p.children, func(t tie) bool {
			return f.pupils[t.student] != nil && slices.Contains(f.pupils[t.student].classes, class)
		})
		if in && !p.outside {
			rows = append(rows, f.parentRow(p, true))
		}
	}
	return answer{"parents": rows}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// parentRow is a parent as lists show it, with the children's names, or as
// school/user/get does, without.
func (f *WeCom) parentRow(p *Parent, named bool) answer {
	children := []any{}
	for _, t := range p.children {
		row := answer{"student_userid": t.student, "relation": t.relation}
		if named && f.pupils[t.student] != nil {
			row["name"] = f.pupils[t.student].name
		}
		children = append(children, row)
	}
	row := answer{"parent_userid": p.id, "mobile": p.mobile, "is_subscribe": 0, "children": children}
	if p.follows {
		row["is_subscribe"], row["external_userid"] = 1, "wm"+p.id
	}
	return row
}

// schoolUser is school/user/get, for a parent or a student.
func (f *WeCom) schoolUser(id string) answer {
	if s := f.pupils[id]; s != nil {
		parents := []any{}
		for _, key := range sortedKeys(f.parents) {
			p := f.parents[key]
			for _, t := range p.children {
				if t.student == id {
					parents = append(parents, answer{"parent_userid": p.id, "relation": t.relation, "mobile": p.mobile})
				}
			}
		}
		return answer{"user_type": 1, "student": answer{"student_userid": id, "name": s.name, "department": s.classes, "parents": parents}}
	}
	p := f.parents[id]
	if p == nil {
		return refuse(60111, "userid not found")
	}
	if p.outside {
		return refuse(65023, "parent not in scope")
	}
	return answer{"user_type": 2, "parent": f.parentRow(p, false)}
}

// NoFollowing forbids parents to join by scanning the school's code.
func (f *WeCom) NoFollowing() { f.set(func() { f.subscribeMode = 2 }) }
