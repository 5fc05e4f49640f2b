package rules

import (
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// approved is the moment everybody who decides has agreed: from now on the
// application does what it asked for.
func (d *draft) approved(i int) {
	a := copyApplication(d.apps[i])
	a.State, a.ClosedAt = school.ApplicationApproved, d.Now
	d.setApplication(i, a)
	d.log(i, "approve", phrase.ApplyApproved.With("kind", requestWord(a.Kind)), "")
	d.takeEffect(a)
	d.pauseBegins(i)
	a = copyApplication(d.apps[i])
	if sideOf(a) == sideInstitution {
		return // the family hears with its choice, the teachers once for the whole class
	}
	note := d.letter(a)
	d.endOwnCard(a, phrase.ResultApproved.With("who", d.By.Name, "at", d.moment(d.Now)))
	d.tellApplicant(a, phrase.ToldApproved.With("school", d.School.Name, "name", d.Student.Name, "kind", requestWord(a.Kind), "span", d.spanOf(a), "note", note))
	line := phrase.ToldOutcome.With("class", d.class.Name, "name", d.Student.Name, "kind", requestWord(a.Kind), "span", d.spanOf(a), "who", d.By.Name)
	for _, p := range d.holders(school.TitleHomeroom).People {
		if p != d.By.ID && p != a.AskedBy {
			d.text(p, line, phrase.WhyApplication.String(), applicationStage, school.TitleHomeroom)
		}
	}
}

// takeEffect changes what the school expects of the child: a leave or a pause
// excuses, a return ends it; the clocks of a case follow the regime.
func (d *draft) takeEffect(a school.Application) {
	switch a.Kind {
	case school.ApplyResume:
		if from, ok := d.firstSlot(a); ok {
			d.stopLeave(from)
		}
	case school.ApplyRegime:
		return
	case school.ApplyTransferIn, school.ApplyAid:
	case school.ApplyRefund:
		if d.pauses(a) {
			d.beginAway(a)
		}
	default:
		d.beginAway(a)
	}
	if d.cs != nil && slices.Contains(statusKinds, a.Kind) && slices.Contains(d.Policy.Clock.StopOn, eventStatusApproved) {
		d.happen(eventStatusApproved, d.Now, map[string]string{"kind": a.Kind})
		d.cs.Reason = requestWord(a.Kind)
	}
	if a.Kind == school.ApplyAid {
		return // help is no change of status
	}
	d.entry("status", phrase.StatusApproved.With("kind", requestWord(a.Kind)), orDash(a.Answers["approved-by"]))
}

// beginAway excuses the child for the time of the application; its end is
// watched like the end of any leave.
func (d *draft) beginAway(a school.Application) {
	from, ok := d.firstSlot(a)
	if !ok {
		return
	}
	to, ok := d.lastSlot(a, from)
	if !ok || d.cal.Compare(to, from) < 0 {
		return
	}
	l := school.Leave{ID: d.id("leave", a.ID), Student: d.Student.ID, From: from, To: to, Kind: school.OnLeave, Reason: requestWord(a.Kind),
		AskedBy: a.AskedBy, AskedAt: a.AskedAt, Follows: a.ID}
	if a.Kind == school.ApplyLeave {
		l.Reason = a.Answers[reasonName]
	}
	if len(d.Student.Places) > 1 && d.pauses(a) {
		l.Class = a.Class
	}
	d.enterLeave(l, nil)
	for _, s := range d.cal.SlotsBetween(from, to) { // what was counted of these days counts no longer
		if m, marked := d.slots[s]; marked && m.Kind.Missing() {
			d.takeOut(m)
			d.cancelParents(s)
		}
	}
}

// firstSlot is the first session an application is for; now when it does not say.
func (d *draft) firstSlot(a school.Application) (school.Slot, bool) {
	day := a.From
	if day == "" {
		day = d.cal.DayOf(d.Now)
	}
	first, ok := d.cal.NextSchoolDay(day.Add(-1))
	if !ok {
		return school.Slot{}, false
	}
	return d.cal.Slots(first)[0], true
}

// lastSlot is the last session; without an end it is the term's.
func (d *draft) lastSlot(a school.Application, from school.Slot) (school.Slot, bool) {
	day := a.To
	if day == "" {
		last, ok := d.cal.LastSchoolDayOfTerm(from.Day)
		if !ok {
			return from, true
		}
		day = last
	}
	for day >= from.Day {
		if slots := d.cal.Slots(day); len(slots) > 0 {
			return slots[len(slots)-1], true
		}
		day = day.Add(-1)
	}
	return school.Slot{}, false
}
