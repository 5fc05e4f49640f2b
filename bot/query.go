package bot

import (
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// query answers who is missing, or whether one child is here, to people who
// may know.
func (t *talk) query(m school.Meaning) error {
	slot, ok := t.h.School.Calendar.Current(t.now)
	if m.Has(school.FlagSafety) {
		return t.report(m, nil)
	}
	if !ok {
		t.say(phrase.QueryNoSchool.With())
		return nil
	}
	if err := t.delegations(); err != nil {
		return err
	}
	if s, found := t.childAskedFor(); found {
		return t.queryChild(s, slot)
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

// childAskedFor is a child of the speaker named in full, or the guardian's only one.
func (t *talk) childAskedFor() (school.Student, bool) {
	var best school.Student
	for _, s := range t.h.School.Roster.Students {
		if len(s.Name) > len(best.Name) && strings.Contains(t.d.Text, s.Name) && t.h.School.MaySee(t.by, s, t.ds, t.now) {
			best = s
		}
	}
	if best.ID == "" {
		if only := t.onlyChild(); only != "" {
			return t.h.School.Roster.Student(only)
		}
	}
	return best, best.ID != ""
}

func (t *talk) queryChild(s school.Student, slot school.Slot) error {
	facts, err := t.facts(s.ID)
	if err != nil {
		return err
	}
	when := t.h.School.Calendar.SlotName(slot)
	if mark, ok := facts[s.ID].Sheet.MarkAt(slot); ok {
		t.say(phrase.QueryChild.With("name", s.Name, "slot", when, "mark", MarkWord(mark.Kind)))
		return nil
	}
	rolls, err := t.b.Store.RollsOf(t.ctx, t.c.School, slot, s.Class())
	if err != nil {
		return err
	}
	if rolls[s.Class()].AllHere {
		t.say(phrase.QueryChild.With("name", s.Name, "slot", when, "mark", MarkWord(school.Present)))
		return nil
	}
	t.say(phrase.QueryChildNone.With("name", s.Name, "slot", when))
	return nil
}

func (t *talk) queryClass(class string, slot school.Slot) error {
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
		if ok && s.In(class) && !m.Kind.Here() && t.h.School.MaySee(t.by, s, t.ds, t.now) {
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
