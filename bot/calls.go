package bot

import (
	"context"
	"slices"
	"time"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// callSheet guards the call lists of a class: the clock adds to a list while
// the teacher works it off.
func callSheet(class string) string { return "calls:" + class }

// callList brings the call list of a class up to date with what has left and
// who is still missing.
func (b *Bot) callList(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	none := b.fired(h, t, now)
	sheets, err := b.Store.Sheets(ctx, h.School.ID, []string{callSheet(t.Ref)}, now)
	if err != nil {
		return none, err
	}
	before, err := b.listed(ctx, h, t)
	if err != nil {
		return none, err
	}
	marks, err := b.Store.MarksAt(ctx, h.School.ID, t.Slot)
	if err != nil {
		return none, err
	}
	marks = slices.DeleteFunc(marks, func(m school.Mark) bool {
		s, _ := h.School.Roster.Student(m.Student)
		return s.Class() != t.Ref
	})
	unheard, err := b.unheard(ctx, h, t.Slot, marks)
	if err != nil {
		return none, err
	}
	ds, err := b.Store.Delegations(ctx, h.School.ID, now)
	if err != nil {
		return none, err
	}
	people := h.School.Holders(school.TitleHomeroom, t.Ref, ds, now).People
	c := rules.CallList(h.School, t.Ref, t.Slot, marks, unheard, before, people, now, t.FiringKey())
	c.Expect = append(c.Expect, school.Expect{Student: callSheet(t.Ref), Version: sheets[callSheet(t.Ref)].Version})
	return c, nil
}

func (b *Bot) listed(ctx context.Context, h *House, t school.Timer) (*school.Card, error) {
	card, err := b.Store.Card(ctx, h.School.ID, rules.CallListID(h.School.ID, t.Ref, t.Slot))
	if isNotFound(err) {
		return nil, nil
	}
	return &card, err
}

// unheard lists the children of these marks whose families no message reached.
func (b *Bot) unheard(ctx context.Context, h *House, slot school.Slot, marks []school.Mark) ([]string, error) {
	var people []string
	for _, m := range marks {
		for _, a := range rules.Alarms(h.School, m) {
			people = append(people, a.Guardian)
		}
	}
	sendings, err := b.Store.Sendings(ctx, h.School.ID, people, h.School.Calendar.At(slot.Day, 0))
	if err != nil {
		return nil, err
	}
	var all []string
	for _, m := range marks {
		if rules.Unheard(h.School, m, sendings) {
			all = append(all, m.Student)
		}
	}
	return all, nil
}

// pressCall records one call of the list.
func (t *talk) pressCall(card school.Card, button school.Button) error {
	student, guardian, err := rules.CallOf(card, t.d.Inputs)
	if err != nil {
		return err
	}
	sheets, err := t.b.Store.Sheets(t.ctx, t.h.School.ID, []string{callSheet(card.Class)}, t.now)
	if err != nil {
		return err
	}
	facts, err := t.facts(student)
	if err != nil {
		return err
	}
	c, after := rules.Called(facts[student], card, guardian, button.Key == rules.ButtonReached)
	t.c.Merge(c)
	rules.ShowCallList(&t.c, after, &card, t.d.Key)
	t.c.Expect = append(t.c.Expect, school.Expect{Student: callSheet(card.Class), Version: sheets[callSheet(card.Class)].Version})
	t.c.Reply = &school.Reply{OK: true, Text: phrase.CallNoted.With("name", t.h.name(student))}
	return nil
}
