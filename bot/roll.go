package bot

import (
	"slices"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// roll notes that the class has answered its roll call, when the words came
// from somebody whose roll it is and concern the session going on. taken are
// the children recorded, named all the message speaks of. While it is open who
// is meant, the roll is not complete.
func (t *talk) roll(m school.Meaning, taken, named []string) error {
	if !rollIntent(m) || t.by.Kind != school.KindStaff || nameless(m) {
		return nil
	}
	slot, ok := t.slot()
	class := t.rollClass(m, taken)
	if !ok || class == "" || !t.speaksOf(m, slot) {
		return nil
	}
	if err := t.delegations(); err != nil {
		return err
	}
	if !t.h.School.OwnsRoll(t.by, class, t.ds, t.now) {
		return nil
	}
	return t.submitRoll(class, slot, m.RestPresent || m.Intent == school.IntentAllPresent, named)
}

// mayReportAll says whether 全到 can be taken: it must be about one class,
// today, and come from somebody whose roll that is.
func (t *talk) mayReportAll(m school.Meaning) error {
	if _, ok := t.slot(); !ok {
		return school.Invalid("%s", phrase.QueryNoSchool.With())
	}
	if m.Class == "" {
		return school.Invalid("%s", phrase.RollWhichClass.With())
	}
	if err := t.delegations(); err != nil {
		return err
	}
	if !t.h.School.OwnsRoll(t.by, m.Class, t.ds, t.now) {
		return school.Forbidden(phrase.RollNotYours.With("class", t.h.className(m.Class)))
	}
	return nil
}

// nameless says whether the message waits for a name.
func nameless(m school.Meaning) bool {
	if m.Ask == nil {
		return false
	}
	switch m.Ask.Why {
	case school.AskAmbiguousName, school.AskUnknownName, school.AskMissingName, school.AskCountMismatch:
		return true
	}
	return false
}

func rollIntent(m school.Meaning) bool {
	switch m.Intent {
	case school.IntentAttendance, school.IntentAllPresent, school.IntentCorrection, school.IntentRecord:
		return true
	}
	return false
}

// rollClass is the one class the message reports, if it is one.
func (t *talk) rollClass(m school.Meaning, named []string) string {
	if m.Class != "" {
		return m.Class
	}
	class := ""
	for _, id := range named {
		s, _ := t.h.School.Roster.Student(id)
		if class != "" && s.Class() != class {
			return ""
		}
		class = s.Class()
	}
	return class
}

// speaksOf says whether the message reports the session itself.
func (t *talk) speaksOf(m school.Meaning, slot school.Slot) bool {
	if m.Intent == school.IntentAllPresent || m.RestPresent {
		return true
	}
	cal := t.h.School.Calendar
	for _, r := range m.Marks {
		if cal.Compare(r.From, slot) <= 0 && cal.Compare(slot, r.To) <= 0 {
			return true
		}
	}
	return false
}

// submitRoll writes the roll and settles what it says about children the
// message does not name: with a running absence they are here, asked about, or
// counted at the close, never guessed.
func (t *talk) submitRoll(class string, slot school.Slot, allHere bool, named []string) error {
	rolls, err := t.b.Store.RollsOf(t.ctx, t.c.School, slot, class)
	if err != nil {
		return err
	}
	roll := rolls[class]
	roll.Class, roll.Slot, roll.By, roll.At = class, slot, t.by.ID, t.now
	roll.AllHere = roll.AllHere || allHere
	t.c.Rolls = append(t.c.Rolls, roll)
	t.c.Audit = append(t.c.Audit, school.Line{Book: "class:" + class, At: t.now, Who: t.by.ID, What: "roll",
		Detail: phrase.RollNoted.With("class", t.h.className(class), "slot", t.h.School.Calendar.SlotName(slot))})
	if err := t.closeRollCard(class, slot); err != nil {
		return err
	}
	closed := !t.now.Before(t.h.School.Calendar.Closes(slot))
	if !allHere && !closed {
		return nil
	}
	others, err := t.concerned(class, slot, named)
	if err != nil {
		return err
	}
	facts, err := t.facts(others...)
	if err != nil {
		return err
	}
	for _, id := range others {
		f := facts[id]
		f.Roll = roll
		c, err := t.settle(f, slot, allHere)
		if err != nil {
			return err
		}
		t.c.Merge(c)
	}
	return nil
}

// settle decides one child of a reported class that the report does not name.
func (t *talk) settle(f rules.Facts, slot school.Slot, allHere bool) (school.Change, error) {
	mark, marked := f.Sheet.MarkAt(slot)
	if allHere && marked && mark.Kind.Missing() {
		if !asksStill(f.Sheet, slot) {
			t.askStill(f.Student, slot)
		}
		return school.Change{}, nil
	}
	if allHere && !marked {
		here := school.MarkRange{Student: f.Student.ID, Mark: school.Present, From: slot, To: slot}
		return rules.Note(f, rules.Report{Marks: []school.MarkRange{here}, Text: t.d.Text})
	}
	return rules.Close(f, slot)
}

func asksStill(s school.Sheet, slot school.Slot) bool {
	return slices.ContainsFunc(s.Cards, func(c school.Card) bool { return c.Kind == school.CardStill && c.Slot == slot })
}

// askStill asks whether a child who was reported away has come: 全到 alone
// never overrules a name.
func (t *talk) askStill(s school.Student, slot school.Slot) {
	t.show(school.Card{ID: school.ID(t.d.Key, "still", s.ID), Kind: school.CardStill, Student: s.ID, Class: s.Class(), Slot: slot,
		Title:  phrase.StillHere.With("name", s.Name, "slot", t.h.School.Calendar.SlotName(slot)),
		People: []string{t.by.ID}, Why: phrase.AskWhy.With(),
		Buttons: []school.Button{
			{Key: "here", Text: phrase.StillYes.With(), Style: "primary", Act: school.ActConfirm},
			{Key: "absent", Text: phrase.StillNo.With(), Act: school.ActSubmit}}})
}

// concerned lists the children of a class about whom the roll decides
// something: marked away in the slot, or with a running absence.
func (t *talk) concerned(class string, slot school.Slot, named []string) ([]string, error) {
	var members []string
	for _, s := range t.h.School.Roster.StudentsOf(class) {
		if !slices.Contains(named, s.ID) {
			members = append(members, s.ID)
		}
	}
	sheets, err := t.b.Store.Sheets(t.ctx, t.c.School, members, t.now)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(members, func(id string) bool {
		mark, _ := sheets[id].MarkAt(slot)
		away := sheets[id].Case != nil && sheets[id].Case.Away || comesBack(sheets[id], slot)
		return !mark.Kind.Missing() && !away
	}), nil
}

// comesBack says whether a pause is over by the calendar, so that 全到 is the
// learner's first lesson.
func comesBack(s school.Sheet, slot school.Slot) bool {
	return slices.ContainsFunc(s.Applications, func(a school.Application) bool { return rules.Pausing(a) && a.To != "" && a.To < slot.Day })
}

// closeRollCard answers the open roll-call card of the class in this slot,
// whoever holds it.
func (t *talk) closeRollCard(class string, slot school.Slot) error {
	card, err := t.b.Store.Card(t.ctx, t.c.School, rules.RollCardID(t.c.School, class, slot))
	if isNotFound(err) || err == nil && (card.State != school.CardOpen || t.touched(card.ID)) {
		return nil
	}
	if err != nil {
		return err
	}
	t.finish(card, phrase.RollNoted.With("class", t.h.className(class), "slot", t.h.School.Calendar.SlotName(slot)))
	return nil
}

// touched says whether the change already rewrites the card.
func (t *talk) touched(card string) bool {
	for _, c := range t.c.Cards {
		if c.ID == card {
			return true
		}
	}
	return false
}
