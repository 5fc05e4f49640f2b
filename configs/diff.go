package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Difference is what an import would change, in lines for people. Phone
// numbers, accounts, birthdays and notes are never shown.
type Difference struct {
	Added, Changed, Missing []string
	Unchanged               int
}

// Empty says whether the import would change nothing.
func (d Difference) Empty() bool { return len(d.Added)+len(d.Changed) == 0 }

// Lines are all lines with a summary at the end.
func (d Difference) Lines() []string {
	lines := slices.Concat(d.Added, d.Changed, d.Missing)
	return append(lines, phrase.DiffSummary.With(
		"added", len(d.Added), "changed", len(d.Changed), "unchanged", d.Unchanged, "missing", len(d.Missing)))
}

// Diff compares the people of a school with those of the sheets, whose
// guardians it recognises as Merge does.
func Diff(old, new *school.Roster) Difference {
	var d Difference
	compare(&d, phrase.DiffClass, old.Classes, new.Classes, func(c school.Class) record {
		return record{c.ID, c.Name, []field{
			{"学段", c.Stage, c.Stage}, {"年级", c.Grade, c.Grade}, {"班名", c.Name, c.Name}, {"别名", strings.Join(c.Aliases, "、"), strings.Join(c.Aliases, "、")},
			{"名额", strconv.Itoa(c.Seats), strconv.Itoa(c.Seats)}, {"上课时间", lessonsText(c.Lessons), lessonsText(c.Lessons)}, {"地点", c.Room, c.Room},
		}}
	})
	compare(&d, phrase.DiffStaff, old.Staff, new.Staff, func(s school.Staff) record {
		posts := postsText(s.Posts)
		return record{s.ID, s.Name, []field{
			{"姓名", s.Name, s.Name}, {"手机", s.Mobile, ""}, {"职务", posts, posts}, {"代理人", s.Deputy, s.Deputy}, {"账号", addressText(s.Addresses), ""},
		}}
	})
	compare(&d, phrase.DiffStudent, old.Students(), new.Students(), func(s school.Student) record {
		places := placesText(s.Places)
		return record{s.ID, s.Name, []field{
			{"姓名", s.Name, s.Name}, {"性别", s.Sex, s.Sex}, {"班级座号", places, places}, {"住宿", strconv.FormatBool(s.Boarding), ""},
			{"出生日期", string(s.Born), ""}, {"备注", s.Note, ""},
		}}
	})
	compare(&d, phrase.DiffGuardian, old.Guardians(), recognise(old.Guardians(), new.Guardians()), func(g school.Guardian) record {
		children := childrenText(g.Children)
		return record{g.ID, g.Name, []field{
			{"姓名", g.Name, g.Name}, {"手机", g.Mobile, ""}, {"孩子", children, children}, {"账号", addressText(g.Addresses), ""},
		}}
	})
	compare(&d, phrase.DiffContract, old.Contracts, new.Contracts, func(k school.Contract) record {
		lessons := fmt.Sprintf("%d+%d/%d", k.Bought, k.Gift, k.Used)
		return record{k.ID, "", []field{
			{"学号", k.Student, k.Student}, {"班级编号", k.Class, k.Class}, {"课时", lessons, lessons}, {"实付金额", strconv.FormatInt(k.Paid, 10), ""},
			{"有效期至", string(k.Until), string(k.Until)},
		}}
	})
	return d
}

// record is one person or class as the comparison sees it.
type record struct {
	id, name string
	fields   []field
}

// field has the value that is compared and the one that may be shown.
type field struct{ name, value, shown string }

func compare[T any](d *Difference, kind phrase.Phrase, old, new []T, of func(T) record) {
	before := map[string]record{}
	for _, v := range old {
		r := of(v)
		before[r.id] = r
	}
	for _, v := range new {
		r := of(v)
		was, known := before[r.id]
		delete(before, r.id)
		what := kind.With("id", r.id, "name", r.name)
		if !known {
			d.Added = append(d.Added, phrase.DiffAdded.With("what", what))
		} else if changes := changed(was, r); len(changes) > 0 {
			d.Changed = append(d.Changed, phrase.DiffChanged.With("what", what, "changes", strings.Join(changes, "，")))
		} else {
			d.Unchanged++
		}
	}
	for _, v := range old {
		if r := of(v); before[r.id].id == r.id {
			d.Missing = append(d.Missing, phrase.DiffMissing.With("what", kind.With("id", r.id, "name", r.name)))
		}
	}
}

func changed(old, new record) []string {
	var list []string
	for i, f := range new.fields {
		was := old.fields[i]
		switch {
		case was.value == f.value:
		case f.shown == "" && was.shown == "":
			list = append(list, phrase.DiffHidden.With("field", f.name))
		default:
			list = append(list, phrase.DiffField.With("field", f.name, "old", cmp.Or(was.shown, "—"), "new", cmp.Or(f.shown, "—")))
		}
	}
	return list
}

func postsText(posts []school.Post) string {
	var list []string
	for _, p := range posts {
		list = append(list, p.Title+"（"+strings.Join(p.Scopes, "、")+"）")
	}
	return strings.Join(list, "、")
}

func placesText(places []school.Place) string {
	var list []string
	for _, p := range places {
		list = append(list, fmt.Sprintf("%s/%d", p.Class, p.Seat))
	}
	return strings.Join(list, "、")
}

func childrenText(children []school.Child) string {
	var list []string
	for _, c := range children {
		list = append(list, fmt.Sprintf("%s/%s/%d", c.Student, c.Relation, c.Order))
	}
	return strings.Join(list, "、")
}

func lessonsText(lessons []school.Lesson) string {
	var list []string
	for _, l := range lessons {
		list = append(list, l.Name())
	}
	return strings.Join(list, "、")
}

func addressText(addresses []school.Address) string {
	var list []string
	for _, a := range addresses {
		list = append(list, account(a))
	}
	slices.Sort(list)
	return strings.Join(list, "、")
}
