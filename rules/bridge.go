package rules

import (
	"slices"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// What happens in one case may concern another: the count on the day the new
// children come opens visits in the cases of those who did not come, the last
// visit lets the report begin, and too many leavers are a matter of the school.
// A decision writes only its own sheet, so such a fact travels as a timer that
// is due at once.

// matterField names the matter from which a fact came to a child's case.
const matterField = "matter"

const studentField, classField = "student", "class"

// bridgeUp hands an event of a child on to the school, where a stage or an
// alert counts from it.
func (d *draft) bridgeUp(event string) {
	if d.matter() {
		return
	}
	about := map[string]string{studentField: d.Student.ID, classField: d.class.ID}
	for _, a := range d.Policy.Alerts {
		if slices.Contains(a.On, event) {
			d.handFact(school.Timer{Ref: a.ID, Fields: about})
		}
	}
	if !counts(d.Policy.schoolStages(), event, d.Policy) {
		return
	}
	for i := len(d.cs.Events) - 1; i >= 0; i-- {
		if matter := d.cs.Events[i].Fields[matterField]; matter != "" {
			d.handFact(school.Timer{Case: matter, Ref: event, Fields: about})
			return
		}
	}
	if _, ending := d.Policy.owner(event); !ending {
		d.handFact(school.Timer{Ref: event, Fields: about})
	}
}

// bridgeDown tells the cases of children that a stage of a matter has ended:
// of those it names itself, as soon as one class has answered, else of all
// that the matter names. What counts from their ends waits for all of them.
func (d *draft) bridgeDown(s Stage, i int, event string, last bool) {
	below := d.Policy.childStages()
	if !d.matter() || !counts(below, event, d.Policy) {
		return
	}
	var named []string
	switch own := slices.ContainsFunc(s.Require, func(r Require) bool { return r.Type == "students" }); {
	case own:
		named = d.childrenNamed(d.cs.Stages[i : i+1])
	case last:
		named = d.childrenNamed(d.cs.Stages)
	}
	for _, child := range named {
		d.handFact(school.Timer{Student: child, Ref: event, Fields: map[string]string{matterField: d.cs.ID}})
	}
	nobody := last && len(d.childrenNamed(d.cs.Stages)) == 0
	for _, b := range below {
		done := b.ID + "-done"
		if !slices.Contains(d.Policy.starts(b), event) || !counts(d.ladder(), done, d.Policy) {
			continue
		}
		if nobody {
			d.cs.Events = append(d.cs.Events, school.Happening{Event: done, At: d.Now})
		}
		d.cs.Awaited = append(d.cs.Awaited, named...)
	}
}

// counts says whether one of the stages counts from the event.
func counts(stages []Stage, event string, p *Policy) bool {
	return slices.ContainsFunc(stages, func(s Stage) bool { return slices.Contains(p.starts(s), event) })
}

// childrenNamed are the children that the answers of a matter name.
func (d *draft) childrenNamed(stages []school.Stage) []string {
	var all []string
	for _, st := range stages {
		s, _ := d.stageOf(st.ID)
		for _, r := range s.Require {
			if r.Type != "students" {
				continue
			}
			for _, id := range splitNames(st.Answers[r.Name]) {
				if _, ok := d.School.Roster.Student(id); ok && !slices.Contains(all, id) {
					all = append(all, id)
				}
			}
		}
	}
	return all
}

// handFact sends a fact to another sheet.
func (d *draft) handFact(t school.Timer) {
	t.School, t.Kind, t.DueAt = d.School.ID, school.TimerFact, d.Now
	t.Key = "fact:" + d.id("fact", t.Student, t.Case, t.Ref, d.Sheet.Student)
	if !slices.ContainsFunc(d.out.Timers, func(o school.Timer) bool { return o.Key == t.Key }) {
		d.out.Timers = append(d.out.Timers, t)
	}
}

// handed takes a fact that comes from another sheet.
func (d *draft) handed(t school.Timer) {
	if !d.matter() {
		d.ensureCase(phrase.EventNoted.With("event", d.eventName(t.Ref)))
		d.happen(t.Ref, d.Now, t.Fields)
		d.entry("event", phrase.EventNoted.With("event", d.eventName(t.Ref)), d.Policy.Title)
		return
	}
	if d.cs == nil || d.cs.State == school.CaseIsClosed {
		return
	}
	child := t.Fields[studentField]
	if i := slices.Index(d.cs.Awaited, child); i >= 0 {
		d.cs.Awaited = slices.Delete(d.cs.Awaited, i, i+1)
	}
	d.entry("event", phrase.ChildDone.With("name", d.partName(child), "event", d.eventName(t.Ref)), "")
	if len(d.cs.Awaited) == 0 {
		d.cs.Events = append(d.cs.Events, school.Happening{Event: t.Ref, At: d.Now, Fields: t.Fields})
	}
}

// eventName is what people call an event, endings of stages included.
func (d *draft) eventName(event string) string {
	if id, own := d.Policy.owner(event); own {
		return phrase.StageDone.With("stage", d.stageTitle(id))
	}
	return eventTitle(event)
}

// opensEarly says of a stage whose deadline lies before a date to come that it
// opens with its matter; not when that deadline is unknown or over.
func (d *draft) opensEarly(s Stage, from anchor) (open, is bool) {
	if s.Deadline.Before == "" || !d.matter() {
		return false, false
	}
	due, err := d.deadline(s.Deadline, from)
	return err == nil && due.After(d.cs.OpenedAt), true
}

// A Beginning is a matter of the school that starts by itself: a recurring
// duty, or a day of the calendar from which stages count.
type Beginning struct {
	Root   string
	Period string
	From   school.Day // first day of the period; periods of one root are ordered by it
	To     school.Day
	At     time.Time // when it opens
	Event  time.Time // the moment it counts from: the opening, or the day of the calendar
	Fields map[string]string
}

// Begin opens a matter; what has begun already stays as it is. f.Sheet is the
// matter's (MatterID).
func Begin(f Facts, b Beginning) school.Change {
	d := begin(f)
	if f.Sheet.Version > 0 {
		return d.out
	}
	at := b.Event
	if at.IsZero() {
		at = d.Now
	}
	d.cs = &school.Case{ID: f.Sheet.Student, Root: b.Root, Period: b.Period, Policy: d.Policy.ID, Version: d.Policy.Version, State: school.CaseIsOpen,
		OpenedAt: d.Now, Answers: map[string]school.Answer{}}
	d.caseNew = true
	fields := map[string]string{fromField: string(b.From), toField: string(b.To)}
	for k, v := range b.Fields {
		fields[k] = v
		if name, ok := answerFields[k]; ok {
			d.cs.Answers[name] = school.Answer{Value: v, By: d.By.ID, At: d.Now}
		}
	}
	d.entry("open", phrase.MatterOpened.With("what", d.title()), d.Policy.Title)
	d.happen(b.Root, at, fields)
	return d.finish()
}

const fromField, toField = "from", "to"

// answerFields of an event that stages ask for by the name of an answer.
var answerFields = map[string]string{"owner": "owner"}

// MatterID names the matter of a root and a period.
func MatterID(schoolID, root, period string) string {
	return "m" + school.ID(schoolID, "matter", root, period)[:20]
}
