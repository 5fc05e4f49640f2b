package rules

import (
	"slices"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// draft is a decision in the making: a private copy of the child's sheet as it
// will be, and what has to be told. close turns it into a Change.
type draft struct {
	Facts
	cal   *school.Calendar
	class school.Class
	part  string                      // of a matter: the class, grade … this turn of the decision is about
	slots map[school.Slot]school.Mark // marks in force as they will be
	leave []school.Leave
	cs    *school.Case // the open or watching case; nil when there is none
	cards []school.Card
	apps  []school.Application

	out       school.Change
	wrote     map[school.Slot]bool // marks this decision sets or voids
	wroteApps map[string]bool      // applications this decision changes
	reCard    map[string]sending   // cards this decision opens or changes
	newCards  map[string]bool
	told      map[string]bool // who has heard of what in this decision
	caseNew   bool
	family    Family // who shares what is said to the family
	ended     string // how the absence ended in this decision
}

// sending is how a card travels.
type sending struct {
	text   string
	urgent bool
}

func begin(f Facts) *draft {
	d := &draft{Facts: f, cal: f.School.Calendar, slots: map[school.Slot]school.Mark{}, wrote: map[school.Slot]bool{}, wroteApps: map[string]bool{},
		reCard: map[string]sending{}, newCards: map[string]bool{}, told: map[string]bool{}}
	d.Now = d.cal.In(f.Now)
	d.Policy = f.Policy.orNone()
	d.class, _ = f.School.Roster.Class(f.Student.Class())
	for _, m := range f.Sheet.Marks {
		d.slots[m.Slot] = m
	}
	d.leave = slices.Clone(f.Sheet.Leaves)
	d.cards = slices.Clone(f.Sheet.Cards)
	d.apps = slices.Clone(f.Sheet.Applications)
	if f.Sheet.Case != nil {
		d.cs = copyCase(*f.Sheet.Case)
	}
	d.out = school.Change{School: f.School.ID, Key: f.Event, At: d.Now}
	return d
}

// copyCase lets a decision alter a case without touching what was read.
func copyCase(c school.Case) *school.Case {
	c.Missed, c.Events, c.Told = slices.Clone(c.Missed), slices.Clone(c.Events), slices.Clone(c.Told)
	c.Awaited = slices.Clone(c.Awaited)
	c.Documents, c.Filings, c.History = slices.Clone(c.Documents), slices.Clone(c.Filings), slices.Clone(c.History)
	c.Stages = slices.Clone(c.Stages)
	for i := range c.Stages {
		c.Stages[i].Answers = cloneMap(c.Stages[i].Answers)
		c.Stages[i].Told = slices.Clone(c.Stages[i].Told)
	}
	c.Answers = cloneMap(c.Answers)
	return &c
}

func cloneMap[V any](m map[string]V) map[string]V {
	out := make(map[string]V, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// finish brings the case up to the present and gives the whole change. A
// decision that writes nothing expects nothing.
func (d *draft) finish() school.Change {
	if !d.matter() {
		d.recount()
	}
	d.advance()
	d.maybeClose()
	if !d.matter() {
		d.seenAgain()
		d.applicationsLate()
		d.openLater()
	}
	d.writeMarks()
	d.writeApplications()
	d.writeCards()
	if d.cs != nil && !d.out.Empty() {
		d.out.Cases = append(d.out.Cases, *d.cs)
		d.writeCaseTimer()
	}
	if !d.out.Empty() {
		d.out.Expect = append(d.out.Expect, school.Expect{Student: d.Sheet.Student, Version: d.Sheet.Version})
	}
	return d.out
}

func (d *draft) writeMarks() {
	var changed []school.Slot
	for s := range d.wrote {
		changed = append(changed, s)
	}
	slices.SortFunc(changed, d.cal.Compare)
	for _, s := range changed {
		m, in := d.slots[s]
		old, was := d.Sheet.MarkAt(s)
		switch {
		case in && !(was && old == m):
			d.out.Marks = append(d.out.Marks, m)
		case !in && was:
			d.out.Void = append(d.out.Void, school.VoidMark{Student: d.Student.ID, Slot: s})
		}
	}
}

// setMark puts a mark in force.
func (d *draft) setMark(m school.Mark) {
	d.slots[m.Slot] = m
	d.wrote[m.Slot] = true
}

// dropMark takes a mark out of force.
func (d *draft) dropMark(s school.Slot) {
	delete(d.slots, s)
	d.wrote[s] = true
}

// id names something that comes out of this decision.
func (d *draft) id(parts ...string) string {
	return school.ID(append([]string{d.School.ID, d.Event, d.Student.ID}, parts...)...)
}

// entry writes a line of the case's timeline and of the audit.
func (d *draft) entry(kind, what, why string) {
	d.entryBy(kind, what, d.By.ID, why)
}

// entryBy writes for another than the acting person. Where the rules give no
// why, it is that person's word, or that the time had come.
func (d *draft) entryBy(kind, what, who, why string) {
	if why == "" {
		why = phrase.WhyClock.String()
		if who != "" {
			why = phrase.WhySaid.With("who", d.nameOf(who))
		}
	}
	if d.cs != nil {
		d.cs.History = append(d.cs.History, school.Entry{At: d.Now, What: what, Who: who, Why: why})
	}
	d.out.Audit = append(d.out.Audit, school.Line{Book: d.book(), At: d.Now, Who: who, What: kind, Detail: what, Policy: d.Policy.Version, Why: why})
}

func (d *draft) book() string {
	if d.cs != nil {
		return "case:" + d.cs.ID
	}
	return "person:" + d.Student.ID
}

// timer sets a timer about the child.
func (d *draft) timer(kind, key string, at time.Time, slot school.Slot, ref string) {
	t := school.Timer{School: d.School.ID, Key: key, Kind: kind, DueAt: at, Student: d.Student.ID, Slot: slot, Ref: ref}
	if d.cs != nil {
		t.Case = d.cs.ID
	}
	same := func(o school.Timer) bool { return o.Key == key }
	d.out.Timers = append(slices.DeleteFunc(d.out.Timers, same), t)
	d.out.Cancel = slices.DeleteFunc(d.out.Cancel, func(k string) bool { return k == key })
}

func (d *draft) cancel(key string) {
	d.out.Timers = slices.DeleteFunc(d.out.Timers, func(t school.Timer) bool { return t.Key == key })
	if !slices.Contains(d.out.Cancel, key) {
		d.out.Cancel = append(d.out.Cancel, key)
	}
}

// people of a role for this child's class at this moment.
func (d *draft) holders(role string) school.Resolution {
	return d.School.Holders(role, d.class.ID, d.Delegations, d.Now)
}

// nameOf a person as people know them; the clock has no name.
func (d *draft) nameOf(id string) string {
	if id == "" {
		return phrase.TheClock.String()
	}
	if p, ok := d.School.Roster.Person(id); ok {
		return p.Name
	}
	return id
}

// ownTeacher says whether the acting person is the class's own teacher.
func (d *draft) ownTeacher() bool {
	return d.School.OwnsRoll(d.By, d.class.ID, d.Delegations, d.Now)
}
