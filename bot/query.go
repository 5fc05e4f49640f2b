package bot

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// query answers who is missing, or whether one child is here, to people who
// may know.
func (t *talk) query(m school.Meaning) error {
	slot, ok := t.slot()
	if m.Has(school.FlagSafety) {
		return t.report(m, nil)
	}
	if err := t.delegations(); err != nil {
		return err
	}
	children := t.childrenAskedFor()
	if t.asksOfApplications() {
		return t.queryApplications(children)
	}
	if !ok {
		t.say(phrase.QueryNoSchool.With())
		return nil
	}
	if len(children) > 0 {
		return t.queryChildren(children, slot)
	}
	switch {
	case t.by.Kind != school.KindStaff:
		t.say(phrase.HelpGuardian.With())
	case m.Class != "":
		return t.queryClass(m.Class, slot)
	default:
		t.say(phrase.QueryHelp.With())
	}
	return nil
}

// childrenNamed are the speaker's children whose full names stand in the text,
// all of them where several bear one name.
func (t *talk) childrenNamed() []school.Student {
	var named []school.Student
	for _, s := range t.h.School.Roster.Students() {
		if s.Name != "" && strings.Contains(t.d.Text, s.Name) && t.h.School.MayReport(t.by, s, t.ds, t.now) {
			named = append(named, s)
		}
	}
	return slices.DeleteFunc(slices.Clone(named), func(s school.Student) bool { // 张三 stands in 张三丰 as well
		return slices.ContainsFunc(named, func(o school.Student) bool { return o.Name != s.Name && strings.Contains(o.Name, s.Name) })
	})
}

// childrenAskedFor are the children named whom the speaker may know of, or the
// guardian's only one.
func (t *talk) childrenAskedFor() []school.Student {
	named := slices.DeleteFunc(t.childrenNamed(), func(s school.Student) bool { return !t.h.School.MaySee(t.by, s, t.ds, t.now) })
	if only := t.onlyChild(); len(named) == 0 && only != "" {
		if s, ok := t.h.School.Roster.Student(only); ok {
			return []school.Student{s}
		}
	}
	return named
}

func (t *talk) queryChildren(children []school.Student, slot school.Slot) error {
	var ids []string
	for _, s := range children {
		ids = append(ids, s.ID)
	}
	facts, err := t.facts(ids...)
	if err != nil {
		return err
	}
	when := t.h.School.Calendar.SlotName(slot)
	var lines []string
	for _, s := range children {
		f, name := facts[s.ID], s.Name
		if slices.ContainsFunc(children, func(o school.Student) bool { return o.ID != s.ID && o.Name == s.Name }) {
			name = t.told(s)
		}
		mark, marked := f.Sheet.MarkAt(slot)
		switch {
		case marked && !mark.Pending:
			lines = append(lines, phrase.QueryChild.With("name", name, "slot", when, "mark", MarkWord(mark.Kind)))
		case f.Roll.AllHere:
			lines = append(lines, phrase.QueryChild.With("name", name, "slot", when, "mark", MarkWord(school.Present)))
		default:
			lines = append(lines, phrase.QueryChildNone.With("name", name, "slot", when))
		}
	}
	t.say(strings.Join(lines, "\n"))
	return nil
}

func (t *talk) queryClass(class string, slot school.Slot) error {
	members := t.h.School.Roster.StudentsOf(class)
	if !slices.ContainsFunc(members, func(s school.Student) bool { return t.h.School.MaySee(t.by, s, t.ds, t.now) }) {
		return school.Forbidden(phrase.QueryNotYours.With("class", t.h.className(class)))
	}
	marks, err := t.b.Store.MarksAt(t.ctx, t.c.School, slot)
	if err != nil {
		return err
	}
	rolls, err := t.b.Store.RollsOf(t.ctx, t.c.School, slot, class)
	if err != nil {
		return err
	}
	var lines []string
	for _, m := range marks {
		s, ok := t.h.School.Roster.Student(m.Student)
		if ok && s.In(class) && !m.Kind.Here() && !m.Pending && t.h.School.MaySee(t.by, s, t.ds, t.now) {
			lines = append(lines, s.Name+" "+MarkWord(m.Kind))
		}
	}
	roll := ""
	if !rolls[class].Reported() {
		roll = phrase.QueryNoRoll.With()
	}
	when, name := t.h.School.Calendar.SlotName(slot), t.h.className(class)
	if len(lines) == 0 {
		t.say(phrase.QueryNone.With("class", name, "slot", when, "roll", roll))
		return nil
	}
	t.say(phrase.QueryClass.With("class", name, "slot", when, "n", len(lines), "roll", roll, "list", strings.Join(lines, "\n")))
	return nil
}
