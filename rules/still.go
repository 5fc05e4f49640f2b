package rules

import (
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Close is the moment at which the roll call of a session closes: an absence
// counts now. f.Roll is the roll of that session. It may be called again when
// a class reports after the close.
func Close(f Facts, slot school.Slot) (school.Change, error) {
	d := begin(f)
	_, marked := d.slots[slot]
	_, leave := d.onLeave(slot)
	if away := d.cs != nil && d.cs.Away; away && !leave && !marked && f.Roll.Reported() {
		if f.Roll.AllHere {
			d.By, _ = f.School.Roster.Person(f.Roll.By)
			d.mark(school.Mark{Slot: slot, Kind: school.Present, Note: phrase.SaidAllHere.String()}, false)
			d.By = f.By
		} else if len(d.asked(slot, slot)) == 0 {
			d.askStill(slot, phrase.StillTitle.With("name", d.Student.Name, "slot", d.cal.SlotName(slot)), phrase.WhyStill.String())
		}
	}
	return d.finish(), nil
}

// askStill asks the class teacher whether the child is here, with the moment
// by which somebody must have looked.
func (d *draft) askStill(slot school.Slot, title, why string) {
	if slices.ContainsFunc(d.cards, func(c school.Card) bool {
		return c.State == school.CardOpen && c.Kind == school.CardStill && c.Slot == slot
	}) {
		return
	}
	r := d.holders(school.TitleHomeroom)
	card := d.stillCard(slot, r.People, title)
	card.Why = why
	if due, err := d.promptEnd(school.DayEnd, d.Now); err == nil {
		d.awaitAck(&card, due)
	}
	d.openCard(card, sending{text: title})
	d.note(phrase.StillAsked.With("slot", d.cal.SlotName(slot), "who", d.names(r.People)))
}

func (d *draft) stillCard(slot school.Slot, people []string, title string) school.Card {
	return school.Card{ID: d.id("card", "still", slot.String()), Kind: school.CardStill, Role: school.TitleHomeroom, People: people, Slot: slot, Title: title,
		Fields: []school.Field{{K: phrase.FieldStudent.String(), V: d.Student.Name}, {K: phrase.FieldClass.String(), V: d.class.Name},
			{K: phrase.FieldSlot.String(), V: d.cal.SlotName(slot)}},
		Buttons: []school.Button{
			{Key: buttonHere, Text: phrase.ButtonHere.String(), Style: "primary", Act: school.ActConfirm},
			{Key: buttonAbsent, Text: phrase.ButtonStillAway.String(), Act: school.ActSubmit}}}
}

// Withdraw takes reports back (撤回). What was in force before them is in
// force again, what stood on them closes, and who was told is told that it was
// wrong. With kinds, only marks of these kinds are taken back: an older report
// does not take the newer one with it. A family takes back only what it asked for.
func Withdraw(f Facts, slots []school.Slot, kinds ...school.MarkKind) (school.Change, error) {
	d := begin(f)
	done := d.withdrawAsked(slots)
	for _, s := range slots {
		m, ok := f.Sheet.MarkAt(s)
		switch {
		case ok && d.slots[s] != m: // went with the leave it belonged to
			done = true
		case !ok || d.By.Kind == school.KindGuardian && !d.askedByFamily(s, m):
		case len(kinds) == 0 || slices.Contains(kinds, m.Kind):
			d.withdrawMark(s, m)
			done = true
		default:
			done = d.forget(m, kinds) || done
		}
	}
	if !done {
		return school.Change{}, school.Refused(phrase.NothingToWithdraw.String())
	}
	if d.By.Kind == school.KindGuardian {
		d.expect(slots)
	}
	return d.finish(), nil
}

// forget takes back a report that a newer one has replaced already.
func (d *draft) forget(m school.Mark, kinds []school.MarkKind) bool {
	for older := m.Was; older != nil; older = older.Was {
		if !slices.Contains(kinds, older.Kind) {
			continue
		}
		m.Was = without(m.Was, older)
		d.setMark(m)
		d.note(phrase.MarkVoided.With("slot", d.cal.SlotName(m.Slot), "mark", markWord(older.Kind)))
		return true
	}
	return false
}

// without is a copy of a chain of marks that leaves one out.
func without(chain, out *school.Mark) *school.Mark {
	if chain == out {
		return chain.Was
	}
	kept := *chain
	kept.Was = without(chain.Was, out)
	return &kept
}

// takeOut takes a mark out of force; the one it had replaced is in force
// again, as if it were said now.
func (d *draft) takeOut(m school.Mark) {
	if m.Was == nil {
		d.dropMark(m.Slot)
		return
	}
	older := *m.Was
	older.Counted, older.Told = false, false
	if older.Kind.Missing() && older.At.Before(d.Now) {
		older.At = d.Now
	}
	d.setMark(older)
	d.note(phrase.MarkNoted.With("slot", d.cal.SlotName(m.Slot), "mark", markWord(older.Kind)))
	if older.Kind.Missing() && !older.Lesson {
		d.planParents(older)
	}
}

// askedByFamily says whether a mark is the leave that the family had asked for.
func (d *draft) askedByFamily(s school.Slot, m school.Mark) bool {
	l, on := d.onLeave(s)
	return on && m.Kind.Excused() && d.ofFamily(l.AskedBy)
}

// expect lets the class teacher look for a child whose family says it is coming
// after all; a session that is on is asked about.
func (d *draft) expect(slots []school.Slot) {
	d.tellTeacher(phrase.AskWithdrawn.With("who", d.guardianName(), "name", d.Student.Name), "")
	cur, ok := d.cal.Current(d.Now)
	if _, marked := d.slots[cur]; ok && !marked && slices.Contains(slots, cur) && !d.cal.Opens(cur).After(d.Now) {
		d.askStill(cur, phrase.StillTitle.With("name", d.Student.Name, "slot", d.cal.SlotName(cur)), phrase.WhyExpected.String())
	}
}

func (d *draft) withdrawMark(s school.Slot, m school.Mark) {
	if m.Kind.Excused() && !m.Pending {
		d.stopLeave(s)
	}
	d.cancelParents(s)
	if d.slots[s] == m {
		d.takeOut(m)
	}
	d.out.Audit = append(d.out.Audit, school.Line{Book: d.book(), At: d.Now, Who: d.By.ID, What: "void",
		Detail: phrase.MarkVoided.With("slot", d.cal.SlotName(s), "mark", markWord(m.Kind)), Policy: d.Policy.Version, Why: phrase.WhySaid.With("who", d.nameOf(d.By.ID))})
	if m.Told {
		d.correctGuardian(m)
	}
	if !m.Pending {
		d.giveBack(m)
	}
	if m.Kind.Here() && !m.Pending {
		d.planAgain(s)
	}
	for _, c := range d.cards {
		if c.State == school.CardOpen && c.Slot == s && c.Kind == school.CardStill && c.Stage != leaveStage {
			d.settleCard(c.ID, school.CardSuperseded, phrase.EndWithdrawn.String())
		}
	}
	d.settleParent(s, phrase.ParentWrongResult.String())
}

// planAgain lets a guardian hear of absences that a present mark, now taken
// back, had silenced.
func (d *draft) planAgain(s school.Slot) {
	for _, o := range d.cal.Slots(s.Day) {
		if m, ok := d.slots[o]; ok && m.Kind.Missing() && !m.Pending && !m.Lesson {
			d.planParents(m)
		}
	}
}
