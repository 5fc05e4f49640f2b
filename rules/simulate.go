package rules

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Play is what a simulation starts from: a child of the school is absent from
// Start on and nobody answers, except for what the moves say.
type Play struct {
	School *school.School
	Policy *Policy
	Start  school.Slot
	Until  time.Time
	Moves  []Move
}

// SimLine is one line of the timeline (design 3.5).
type SimLine struct {
	At         time.Time  `json:"at"`
	SchoolTime string     `json:"school_time"`
	Stage      string     `json:"stage"`
	Action     string     `json:"action"` // open, require, notify, remind, overdue, document, propose, close
	Role       string     `json:"role"`
	What       string     `json:"what"`
	Due        *time.Time `json:"due"`
	Why        string     `json:"why"`
	Source     string     `json:"source"`
}

// Simulate plays an absence against the calendar by the very decisions the
// product makes, and gives the timeline.
func Simulate(p Play) ([]SimLine, error) {
	w, err := newStage(p)
	if err != nil {
		return nil, err
	}
	moves := slices.Clone(p.Moves)
	slices.SortStableFunc(moves, func(a, b Move) int { return w.moveAt(a).Compare(w.moveAt(b)) })
	slot, closes, more := p.Start, w.cal.Closes(p.Start), true
	for {
		kind, at := w.next(moves, closes, more)
		if kind == nothingNext || at.After(p.Until) {
			return w.lines, nil
		}
		w.now = w.cal.In(at)
		switch kind {
		case moveNext:
			err = w.move(moves[0])
			moves = moves[1:]
		case closeNext:
			err = w.rollCall(slot)
			slot, closes, more = w.cal.NextClose(closes)
		case timerNext:
			err = w.strike()
		}
		if err != nil {
			return nil, err
		}
	}
}

// What comes next in a simulation; at one moment the earlier kind goes first.
const (
	nothingNext = iota
	moveNext
	closeNext
	timerNext
)

// simulation is one child, one sheet, one clock.
type simulation struct {
	Play
	cal     *school.Calendar
	now     time.Time
	student school.Student
	teacher school.Person
	mark    school.MarkKind // how the child is at the next roll call
	sheet   school.Sheet
	cards   map[string]school.Card
	timers  map[string]school.Timer
	rolls   map[school.Slot]school.Roll
	matters map[string]school.Case
	events  int
	lines   []SimLine
}

func newStage(p Play) (*simulation, error) {
	w := &simulation{Play: p, cal: p.School.Calendar, mark: school.Absent, cards: map[string]school.Card{},
		timers: map[string]school.Timer{}, rolls: map[school.Slot]school.Roll{}, matters: map[string]school.Case{}}
	if !slices.Contains(w.cal.Slots(p.Start.Day), p.Start) {
		return nil, school.Invalid("%s", w.noSession(p.Start))
	}
	for _, m := range p.Moves {
		if err := w.check(m); err != nil {
			return nil, err
		}
	}
	if !w.cast() {
		return nil, school.Invalid("%s", phrase.SimNobody.String())
	}
	w.planMatters()
	return w, nil
}

// cast chooses the child: the first whose class has a 班主任, one with
// guardians if there is any.
func (w *simulation) cast() bool {
	roster := w.School.Roster
	for _, s := range roster.Students() {
		if w.student.ID != "" && len(roster.GuardiansOf(s.ID)) == 0 {
			continue
		}
		people := w.School.Holders(school.TitleHomeroom, s.Class(), nil, w.cal.Closes(w.Start)).People
		if len(people) == 0 {
			continue
		}
		w.student, w.sheet.Student = s, s.ID
		w.teacher, _ = roster.Person(people[0])
		if len(roster.GuardiansOf(s.ID)) > 0 {
			return true
		}
	}
	return w.student.ID != ""
}

// noSession says why there is no roll call in a slot: the calendar knows, or
// it does not reach that far.
func (w *simulation) noSession(slot school.Slot) string {
	if until := w.cal.ConfirmedUntil(); slot.Day > until {
		return phrase.SimBeyond.With("slot", slot, "until", until)
	}
	return phrase.SimNoSession.With("slot", slot)
}

// check refuses moves that name what the policy does not have.
func (w *simulation) check(m Move) error {
	if m.Name == "" {
		if !slices.Contains(w.cal.Slots(m.Slot.Day), m.Slot) {
			return school.Invalid("%s", phrase.SimLineBad.With("line", m.Line, "why", w.noSession(m.Slot)))
		}
		return nil
	}
	if _, stage := w.rule(m.Name); m.Button != "" && !stage {
		return school.Invalid("%s", phrase.SimLineBad.With("line", m.Line, "why", phrase.SimNoStage.With("stage", m.Name)))
	}
	return nil
}

func (w *simulation) moveAt(m Move) time.Time {
	if m.Name == "" {
		return w.cal.Opens(m.Slot)
	}
	return m.At
}

// next finds what happens next and when.
func (w *simulation) next(moves []Move, closes time.Time, more bool) (kind int, at time.Time) {
	consider := func(k int, t time.Time) {
		if kind == nothingNext || t.Before(at) {
			kind, at = k, t
		}
	}
	if len(moves) > 0 {
		consider(moveNext, w.moveAt(moves[0]))
	}
	if more {
		consider(closeNext, closes)
	}
	for _, t := range w.timers {
		consider(timerNext, t.DueAt)
	}
	return kind, at
}

// facts are what a decision sees; by is the zero Person for the clock.
func (w *simulation) facts(event string, by school.Person, slot school.Slot) Facts {
	if slot.Day == "" {
		slot, _ = w.cal.Current(w.now)
	}
	if event == "" {
		w.events++
		event = "simulate:" + strconv.Itoa(w.events)
	}
	return Facts{School: w.School, Policy: w.Policy, Now: w.now, Event: event, By: by, Student: w.student, Sheet: w.sheet, Roll: w.rolls[slot]}
}

// rollCall reports the child in a session and closes it.
func (w *simulation) rollCall(slot school.Slot) error {
	if !w.onLeave(slot) {
		mark := school.MarkRange{Student: w.student.ID, Name: w.student.Name, Mark: w.mark, From: slot, To: slot}
		c, err := Note(w.facts("", w.teacher, slot), Report{Marks: []school.MarkRange{mark}})
		if err != nil {
			return err
		}
		w.apply(c)
	}
	w.rolls[slot] = school.Roll{Class: w.student.Class(), Slot: slot, By: w.teacher.ID, At: w.now}
	c, err := Close(w.facts("", school.Person{}, slot), slot)
	if err != nil {
		return err
	}
	w.apply(c)
	return nil
}

func (w *simulation) onLeave(slot school.Slot) bool {
	return slices.ContainsFunc(w.sheet.Leaves, func(l school.Leave) bool {
		return l.EndedAt.IsZero() && !l.GrantedAt.IsZero() && w.cal.Compare(l.From, slot) <= 0 && w.cal.Compare(slot, l.To) <= 0
	})
}

// strike fires the earliest timer.
func (w *simulation) strike() error {
	var due school.Timer
	for _, t := range w.timers {
		if due.Key == "" || t.DueAt.Before(due.DueAt) || t.DueAt.Equal(due.DueAt) && t.Key < due.Key {
			due = t
		}
	}
	delete(w.timers, due.Key)
	switch {
	case due.Kind == school.TimerHandover:
		return nil
	case due.Student == "" && (due.Case != "" || due.Kind == school.TimerBegin || due.Kind == school.TimerFact):
		return w.strikeMatter(due)
	case due.Kind == school.TimerFact && due.Student != w.student.ID:
		return nil // a simulation follows one child
	}
	c, err := Strike(w.facts(due.FiringKey(), school.Person{}, due.Slot), due)
	if err != nil {
		return err
	}
	w.apply(c)
	return nil
}

// move plays one line of the events file.
func (w *simulation) move(m Move) error {
	if m.Name == "" {
		w.mark = m.Mark
		return nil
	}
	if w.ofSchool(m.Name) {
		if err := w.playMatter(m); err != nil {
			return school.Invalid("%s", phrase.SimLineBad.With("line", m.Line, "why", err.Error()))
		}
		return nil
	}
	c, err := w.play(m)
	if err != nil {
		return school.Invalid("%s", phrase.SimLineBad.With("line", m.Line, "why", err.Error()))
	}
	w.apply(c)
	return nil
}

func (w *simulation) play(m Move) (school.Change, error) {
	fields, files := map[string]string{}, []school.Attachment(nil)
	s, _ := w.rule(m.Name)
	for name, value := range m.Fields {
		fields[name] = value
		if slices.ContainsFunc(s.Require, func(r Require) bool { return r.Name == name && r.Type == "file" }) {
			fields[name] = "file:" + strconv.Itoa(len(files))
			files = append(files, school.Attachment{Name: value, Content: []byte(value)})
		}
	}
	if m.Button == "" {
		c, _, err := Happen(w.facts("", w.teacher, school.Slot{}), m.Name, fields, files)
		return c, err
	}
	for _, card := range slices.Backward(w.sheet.Cards) {
		if card.Stage != m.Name || card.Kind != school.CardStage {
			continue
		}
		by := w.teacher
		if len(card.People) > 0 {
			by, _ = w.School.Roster.Person(card.People[0])
		}
		c, _, err := Press(w.facts("", by, school.Slot{}), card, m.Button, fields, files)
		return c, err
	}
	return school.Change{}, school.Invalid("%s", phrase.SimNotOpen.With("stage", m.Name))
}

// rule finds the stage of the policy behind an id, a duty owed for a lost
// child included.
func (w *simulation) rule(id string) (Stage, bool) {
	for _, s := range w.Policy.Stages {
		if s.ID == id {
			return s, true
		}
	}
	for _, s := range w.Policy.schoolStages() {
		if s.ID == id {
			return s, true
		}
	}
	for _, d := range w.Policy.Recurring {
		if d.ID == id && d.Per == PerLostStudent {
			return Stage{ID: d.ID, Title: d.Do, By: d.By, Require: d.Require, Source: d.Source}, true
		}
	}
	return Stage{}, false
}

// apply writes a change the way the store does and tells what it did.
func (w *simulation) apply(c school.Change) {
	before := w.sheet.Case
	for _, m := range c.Marks {
		w.dropMark(m.Slot)
		w.sheet.Marks = append(w.sheet.Marks, m)
	}
	for _, v := range c.Void {
		w.dropMark(v.Slot)
	}
	slices.SortFunc(w.sheet.Marks, func(a, b school.Mark) int { return w.cal.Compare(a.Slot, b.Slot) })
	for _, l := range c.Leaves {
		w.sheet.Leaves = slices.DeleteFunc(slices.Clone(w.sheet.Leaves), func(o school.Leave) bool { return o.ID == l.ID })
		w.sheet.Leaves = append(w.sheet.Leaves, l)
	}
	for _, card := range c.Cards {
		w.cards[card.ID] = card
	}
	w.sheet.Cards = nil
	for _, card := range w.cards {
		if card.State == school.CardOpen && card.Student == w.student.ID {
			w.sheet.Cards = append(w.sheet.Cards, card)
		}
	}
	slices.SortFunc(w.sheet.Cards, func(a, b school.Card) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID)) })
	for _, key := range c.Cancel {
		delete(w.timers, key)
	}
	for _, t := range c.Timers {
		w.timers[t.Key] = t
	}
	w.sheet.Missed = 0
	for _, m := range w.sheet.Marks {
		if m.Counted {
			w.sheet.Missed++
		}
	}
	w.sheet.Version++
	after := before
	for i := range c.Cases {
		if c.Cases[i].Student == "" {
			w.applyMatter(c.Cases[i], c)
			return
		}
		after = &c.Cases[i]
	}
	w.tell(before, after, c)
	if w.sheet.Case = after; after != nil && after.State == school.CaseIsClosed {
		w.sheet.Case = nil
	}
}

func (w *simulation) dropMark(slot school.Slot) {
	w.sheet.Marks = slices.DeleteFunc(slices.Clone(w.sheet.Marks), func(m school.Mark) bool { return m.Slot == slot })
}
