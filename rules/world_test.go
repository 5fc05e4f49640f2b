package rules_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"guixiao/rules"
	"guixiao/rules/school"
)

// world is a school with a clock, in memory: what people say and what the
// clock brings is decided by the rules and applied as the store would. Every
// firing is repeated and everything stored is read back from JSON, so that a
// restart or a second scheduler would show (G4).
type world struct {
	t       testing.TB
	school  *school.School
	policy  *rules.Policy
	now     time.Time
	closed  time.Time // roll calls up to here have closed
	sheets  map[string]school.Sheet
	rolls   map[string]school.Roll
	cards   map[string]school.Card
	done    map[string]bool // event keys
	sent    map[string]bool // notice keys
	notices []school.Notice
	timers  map[string]school.Timer
	past    []school.Case
	audit   []school.Line
	files   map[string]school.File
	absent  ds
	n       int

	timersFirst bool // at one moment timers fire before the roll call is settled
}

type ds []school.Delegation

func newWorld(t testing.TB, s *school.School, p *rules.Policy, start string) *world {
	w := &world{t: t, school: s, policy: p, sheets: map[string]school.Sheet{}, rolls: map[string]school.Roll{}, cards: map[string]school.Card{},
		done: map[string]bool{}, sent: map[string]bool{}, timers: map[string]school.Timer{}, files: map[string]school.File{}}
	w.now = w.time(start)
	w.closed = w.now
	return w
}

func (w *world) time(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, w.school.Calendar.Zone())
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

func (w *world) person(id string) school.Person {
	p, ok := w.school.Roster.Person(id)
	if !ok {
		w.t.Fatalf("nobody has the id %s", id)
	}
	return p
}

func (w *world) sheet(student string) school.Sheet {
	s := w.sheets[student]
	s.Student = student
	b, err := json.Marshal(s) // a restart between two steps
	if err != nil {
		w.t.Fatal(err)
	}
	var read school.Sheet
	if err := json.Unmarshal(b, &read); err != nil {
		w.t.Fatal(err)
	}
	return read
}

func (w *world) facts(event, student string, by school.Person, slot school.Slot) rules.Facts {
	s, ok := w.school.Roster.Student(student)
	if !ok {
		w.t.Fatalf("no student %s", student)
	}
	f := rules.Facts{School: w.school, Policy: w.policy, Now: w.now, Event: event, By: by, Student: s, Sheet: w.sheet(student),
		Roll: w.rolls[s.Class()+"@"+slot.String()], Delegations: w.absent}
	for id := range w.sheets {
		for _, a := range w.sheets[id].Applications {
			if w.school.Training() && a.Over.IsZero() {
				f.Running = append(f.Running, a)
			}
		}
	}
	return f
}

func (w *world) event() string {
	w.n++
	return fmt.Sprintf("e%d", w.n)
}

// apply is what the store does with a change.
func (w *world) apply(c school.Change) {
	w.t.Helper()
	if w.done[c.Key] {
		return
	}
	w.done[c.Key] = true
	if !c.Empty() && len(c.Expect) == 0 {
		w.t.Errorf("change %s writes without expecting a version", c.Key)
	}
	for _, e := range c.Expect {
		s := w.sheet(e.Student)
		if s.Version != e.Version {
			w.t.Errorf("change %s was decided on version %d, the sheet is at %d", c.Key, e.Version, s.Version)
		}
		s.Version++
		w.sheets[e.Student] = s
	}
	w.applyMarks(c)
	for _, k := range c.Cases {
		w.applyCase(k)
	}
	for _, card := range c.Cards {
		w.applyCard(card)
	}
	for _, key := range c.Cancel {
		delete(w.timers, key)
	}
	for _, t := range c.Timers {
		if t.DueAt.Before(w.now) {
			w.t.Errorf("timer %s is set for the past: %s", t.Key, t.DueAt)
		}
		w.timers[t.Key] = t
	}
	for _, f := range c.Files {
		w.files[f.ID] = f
	}
	w.applyNotices(c)
	w.audit = append(w.audit, c.Audit...)
}

// advance lets the clock run to a moment; everything due on the way happens in
// order, each thing twice.
func (w *world) advance(to string) {
	w.t.Helper()
	end := w.time(to)
	for {
		slot, closes, closing := w.school.Calendar.NextClose(w.closed)
		timer, due := w.nextTimer()
		switch {
		case closing && !closes.After(end) && (due.IsZero() || due.After(closes) || due.Equal(closes) && !w.timersFirst):
			w.now, w.closed = w.later(closes), closes
			w.close(slot)
		case !due.IsZero() && !due.After(end):
			w.now = w.later(due)
			w.strike(timer)
		default:
			w.now = end
			return
		}
	}
}

func (w *world) later(t time.Time) time.Time {
	if t.Before(w.now) {
		return w.now
	}
	return t
}

func (w *world) nextTimer() (school.Timer, time.Time) {
	var first school.Timer
	for _, t := range w.timers {
		if first.Key == "" || t.DueAt.Before(first.DueAt) || t.DueAt.Equal(first.DueAt) && t.Key < first.Key {
			first = t
		}
	}
	return first, first.DueAt
}

func (w *world) close(slot school.Slot) {
	w.t.Helper()
	for _, st := range w.school.Roster.Students() {
		for _, key := range []string{"", "#again"} {
			f := w.facts("close:"+slot.String()+":"+st.ID+key, st.ID, school.Person{}, slot)
			if _, marked := f.Sheet.MarkAt(slot); !marked && f.Sheet.Case == nil {
				continue
			}
			c, err := rules.Close(f, slot)
			w.repeat(c, key)
			w.must(err)
			w.apply(c)
		}
	}
}

func (w *world) strike(t school.Timer) {
	w.t.Helper()
	if t.Student == "" {
		w.strikeMatter(t)
		return
	}
	f := w.facts(t.FiringKey(), t.Student, school.Person{}, t.Slot)
	c, err := rules.Strike(f, t)
	w.must(err)
	delete(w.timers, t.Key)
	w.apply(c)
	f = w.facts(t.FiringKey()+"#again", t.Student, school.Person{}, t.Slot)
	again, err := rules.Strike(f, t)
	w.must(err)
	w.repeat(again, "#again")
	if moved, ok := w.timers[t.Key]; ok && !moved.DueAt.After(w.now) {
		w.t.Fatalf("timer %s fires for ever at %s", t.Key, w.now)
	}
}

// repeat checks that doing a thing of the clock twice tells nobody anything.
func (w *world) repeat(c school.Change, key string) {
	w.t.Helper()
	if key != "" && (len(c.Notices) > 0 || len(c.Cards) > 0 || len(c.Files) > 0) {
		w.t.Errorf("%s: the same firing again tells people again: %+v", w.now, c.Notices)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", w.now.Format(time.DateTime), err)
	}
}

// slotNow is the session going on.
func (w *world) slotNow() school.Slot {
	s, ok := w.school.Calendar.Current(w.now)
	if !ok {
		w.t.Fatalf("no school at %s", w.now)
	}
	return s
}

func (w *world) slot(s string) school.Slot {
	slot, err := school.ParseSlot(s)
	w.must(err)
	return slot
}

// says notes a mark by a person; no slots means the session going on.
func (w *world) says(person, student string, kind school.MarkKind, slots ...string) {
	w.t.Helper()
	w.must(w.tries(person, student, kind, slots...))
}

func (w *world) tries(person, student string, kind school.MarkKind, slots ...string) error {
	w.t.Helper()
	var from, to school.Slot
	if len(slots) == 0 {
		from = w.slotNow()
		to = from
	} else {
		from, to = w.slot(slots[0]), w.slot(slots[len(slots)-1])
	}
	return w.reports(person, student, rules.Report{Marks: []school.MarkRange{{Student: student, Mark: kind, From: from, To: to}}})
}

// reports notes whatever a message says about one child.
func (w *world) reports(person, student string, r rules.Report) error {
	w.t.Helper()
	slot, _ := w.school.Calendar.Current(w.now)
	f := w.facts(w.event(), student, w.person(person), slot)
	c, err := rules.Note(f, r)
	if err == nil {
		w.apply(c)
		w.apply(c) // delivered again
	}
	return err
}

// rollCall is the class's own report of the session going on.
func (w *world) rollCall(person, class string, allHere bool) {
	slot := w.slotNow()
	roll := school.Roll{Class: class, Slot: slot, By: person, At: w.now, AllHere: allHere}
	w.rolls[class+"@"+slot.String()] = roll
	if w.now.Before(w.school.Calendar.Closes(slot)) {
		return
	}
	for _, st := range w.school.Roster.StudentsOf(class) { // reported after the close
		if k := w.sheets[st.ID].Case; k != nil && k.Away {
			c, err := rules.Close(w.facts(w.event(), st.ID, w.person(person), slot), slot)
			w.must(err)
			w.apply(c)
		}
	}
}

// press is a button on a card; the reply, or the refusal.
func (w *world) press(person string, card school.Card, button string, inputs map[string]string, files ...school.Attachment) error {
	w.t.Helper()
	f := w.about(card, person)
	c, reply, err := rules.Press(f, w.cards[card.ID], button, inputs, files)
	if err != nil {
		return err
	}
	if reply == "" {
		w.t.Errorf("pressing %s says nothing", button)
	}
	w.apply(c)
	w.apply(c)
	return nil
}

func (w *world) happens(person, student, event string, fields map[string]string, files ...school.Attachment) error {
	w.t.Helper()
	f := w.facts(w.event(), student, w.person(person), school.Slot{})
	c, _, err := rules.Happen(f, event, fields, files)
	if err == nil {
		w.apply(c)
	}
	return err
}
