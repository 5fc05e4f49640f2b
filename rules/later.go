package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Steps that have their time after the decision: counted from a moment of the
// application, before a date, or again and again until the learner is back.

// office is when what the clock alone opens on a day is opened.
const officeOpens = school.Clock(9 * 60)

// later says whether the step waits for its time and not for its turn.
func (s FlowStep) later() bool { return s.From != "" }

// blocks says whether what follows has to wait for the step.
func (s FlowStep) blocks() bool { return s.From == "" || s.From == FromTrial }

// dates are the dates of an application that deadlines count backwards from:
// what was told, the moments it has passed, and the deadlines of its own steps.
func (d *draft) dates(a school.Application, f Flow) map[string]string {
	all := cloneMap(a.Answers)
	if a.Sheet != nil && a.Sheet.Until != "" {
		all[FromBalance] = string(a.Sheet.Until)
	}
	for range f.Steps { // one deadline may stand on another
		for _, s := range f.Steps {
			if s.Deadline.Before == "" || all[s.ID] != "" {
				continue
			}
			if at, err := d.backwards(s.Deadline, anchor{fields: all}); err == nil {
				all[s.ID] = string(d.cal.DayOf(at))
			}
		}
	}
	return all
}

// laterFrom is the day a later step counts from; false while it is not known.
func (d *draft) laterFrom(a school.Application, s FlowStep) (school.Day, bool) {
	switch s.From {
	case FromApproved:
		return d.cal.DayOf(a.ClosedAt), true
	case FromStart:
		return a.From, a.From != ""
	case FromReturn:
		return school.Day(a.Answers[returnDate]), a.Answers[returnDate] != ""
	case FromResumed:
		return school.Day(a.Answers[FromResumed]), a.Answers[FromResumed] != ""
	case FromTrial:
		_, _, to := trialOf(a)
		return to, to != ""
	case FromBalance:
		if a.Sheet != nil && a.Sheet.Until != "" {
			return a.Sheet.Until, true
		}
	}
	return "", false
}

// laterAt is when a waiting step of an approved application opens, and by when
// it must be done if that is a date; false when nothing is known yet.
func (d *draft) laterAt(a school.Application, f Flow, k int) (opens, due time.Time, ok bool) {
	s := f.step(a.Steps[k])
	ready := a.State == school.ApplicationApproved || a.Waiting() && s.From == FromTrial
	if !ready || a.Steps[k].State != school.StepWaits || !s.later() {
		return opens, due, false
	}
	from, known := d.laterFrom(a, s)
	if !known {
		return opens, due, false
	}
	switch {
	case s.Every.Length.N > 0:
		opens, ok = d.nextOf(a, s, from)
	case s.Deadline.Before != "":
		end, err := d.backwards(s.Deadline, anchor{fields: d.dates(a, f)})
		if err != nil {
			return opens, due, false
		}
		opens, due, ok = end, end, true
		if s.Lead.Length.N > 0 {
			opens = end.AddDate(0, 0, -s.Lead.Length.N)
		}
	default:
		at, err := d.afterEvent(s.Stage, d.cal.At(from, 0))
		opens, ok = at, err == nil
		if s.After.Length.N > 0 {
			opens = d.cal.At(d.cal.DayOf(at), officeOpens)
		}
	}
	if opens.Before(a.ClosedAt) {
		opens = a.ClosedAt
	}
	return d.cal.In(opens), due, ok
}

// nextOf is the next turn of a step that comes again and again, one at a time,
// as long as the learner is away.
func (d *draft) nextOf(a school.Application, s FlowStep, from school.Day) (time.Time, bool) {
	after := d.cal.DayOf(a.ClosedAt).Add(-1)
	for _, st := range a.Steps {
		if st.ID != s.ID || st.State == school.StepWaits {
			continue
		}
		if st.State == school.StepOpen {
			return time.Time{}, false
		}
		after = max(after, d.cal.DayOf(st.OpenedAt))
	}
	back, _ := d.laterFrom(a, FlowStep{From: FromReturn})
	for n := 1; n < 1000; n++ {
		at, err := d.cal.After(d.cal.At(from, 0), school.Length{N: n * s.Every.Length.N, Unit: s.Every.Length.Unit})
		if err != nil {
			return time.Time{}, false
		}
		day := d.cal.DayOf(at)
		if back != "" && day >= back {
			return time.Time{}, false
		}
		if day > after {
			return d.cal.At(day, officeOpens), true
		}
	}
	return time.Time{}, false
}

// openLater opens every step whose time has come.
func (d *draft) openLater() {
	for i := range d.apps {
		for d.apps[i].Over.IsZero() && d.openLaterOf(i) {
		}
	}
}

func (d *draft) openLaterOf(i int) bool {
	defer d.inCourse(d.apps[i])()
	f := d.way(d.apps[i])
	for k := range d.apps[i].Steps {
		opens, due, ok := d.laterAt(d.apps[i], f, k)
		if !ok || opens.After(d.Now) {
			continue
		}
		if s := f.step(d.apps[i].Steps[k]); s.Every.Length.N > 0 { // the place for the next turn stays
			a := copyApplication(d.apps[i])
			a.Steps = slices.Insert(a.Steps, k, a.Steps[k])
			d.setApplication(i, a)
		}
		d.enterStep(i, k, f, due)
		if d.apps[i].Steps[k].State == school.StepSkipped {
			d.moveOn(i)
		}
		return true
	}
	return false
}

// nextLater is the earliest moment at which the clock opens a step.
func (d *draft) nextLater(a school.Application) (next time.Time) {
	if !a.Over.IsZero() {
		return next
	}
	f := d.way(a)
	for k := range a.Steps {
		if at, _, ok := d.laterAt(a, f, k); ok && at.After(d.Now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// skipSteps ends steps that are no longer needed: those named, or all that
// wait or are open.
func (d *draft) skipSteps(i int, why string, ids ...string) {
	a := copyApplication(d.apps[i])
	for k := range a.Steps {
		st := &a.Steps[k]
		if st.State != school.StepOpen && st.State != school.StepWaits || len(ids) > 0 && !slices.Contains(ids, st.ID) {
			continue
		}
		if st.State == school.StepOpen {
			d.settleCard(st.Card, school.CardSuperseded, why)
			d.settleCard(st.Family, school.CardSuperseded, why)
		}
		st.State, st.ClosedAt = school.StepSkipped, d.Now
	}
	d.setApplication(i, a)
}

// inCourse makes the course of an application the one a decision speaks of; the
// function it gives ends that.
func (d *draft) inCourse(a school.Application) func() {
	before := d.class
	if class, ok := d.School.Roster.Class(a.Class); ok {
		d.class = class
	}
	if class, ok := d.School.Roster.Class(a.Answers[placedClass]); ok && a.Answers[FromResumed] != "" {
		d.class = class // the new teacher takes over
	}
	return func() { d.class = before }
}

// familyOf is who is asked and told about an application: whoever of the
// family brought it, else who is called first, else the learner.
func (d *draft) familyOf(a school.Application) string {
	if d.ofFamily(a.AskedBy) {
		return a.AskedBy
	}
	if g, ok := d.guardian(); ok {
		return g.ID
	}
	return d.Student.ID
}

// askFamily puts a step before the family; whoever does the step calls them
// when they are silent.
func (d *draft) askFamily(i, k int, s FlowStep) {
	a := copyApplication(d.apps[i])
	st := &a.Steps[k]
	who := d.familyOf(a)
	st.People, st.Post = []string{who}, phrase.RoleFamily.String()
	st.Family, st.Told, st.Card = d.id("family", a.ID, s.ID, d.Now.UTC().Format("150405.000")), d.Now, ""
	if d.family.Card != "" && asks(s.Require, feeChoice) {
		st.Family = d.family.Card
	}
	d.setApplication(i, a)
	card := school.Card{ID: st.Family, Kind: school.CardApply, Stage: s.ID, Role: phrase.RoleFamily.String(), People: st.People,
		Why: phrase.WhyFamilyAsked.With("clause", s.clause(d.Policy))}
	card.Slot, _ = d.cal.Current(d.Now)
	d.fillFamilyCard(a, s, *st, &card)
	d.familyCard(a, s, card)
}

func (d *draft) fillFamilyCard(a school.Application, s FlowStep, st school.Step, card *school.Card) {
	card.Title = phrase.FamilyTitle.With("school", d.School.Name, "name", d.Student.Name, "kind", requestWord(a.Kind), "step", s.name())
	card.Fields = []school.Field{{K: phrase.FieldClass.String(), V: d.class.Name}, {K: phrase.FieldSpan.String(), V: d.spanOf(a)}}
	if asks(s.Require, feeChoice) {
		card.Fields = append(card.Fields, d.sheetFields(a)...)
	}
	if s.Do != "" && !s.Tells {
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldDo.String(), V: d.Policy.fillText(s.Do)})
	}
	if !st.Due.IsZero() {
		due := d.cal.In(st.Due)
		card.Due = &due
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldDue.String(), V: d.moment(due)})
	}
	card.Inputs, card.Buttons = nil, nil
	if s.Tells {
		for _, r := range s.Require {
			card.Fields = append(card.Fields, school.Field{K: r.label(), V: st.Answers[r.Name]})
		}
		card.Buttons = []school.Button{{Key: buttonAck, Text: phrase.ButtonAck.String(), Style: "primary", Act: school.ActAck}}
		return
	}
	for n, in := range d.offers(a, st, s) {
		if n > 0 {
			card.Inputs = append(card.Inputs, in)
			continue
		}
		for m, o := range in.Options {
			style := ""
			if m == 0 {
				style = "primary"
			}
			card.Buttons = append(card.Buttons, school.Button{Key: o.ID, Text: o.Text, Style: style, Act: school.ActChoose})
		}
	}
}

// offers are the answers a step asks for, with the choices there are now.
func (d *draft) offers(a school.Application, st school.Step, s FlowStep) []school.Input {
	var inputs []school.Input
	for _, r := range s.Require {
		if r.Known == "" && r.Name != "decision" {
			inputs = append(inputs, d.propose(a, askFor(r, st.Answers[r.Name])))
		}
	}
	return inputs
}

// pressFamily is the family's answer to a step.
func (d *draft) pressFamily(i, k int, s FlowStep, button string, inputs map[string]string) (string, error) {
	if !d.ofFamily(d.By.ID) && d.By.ID != d.Student.ID {
		return "", school.Forbidden(phrase.NotYourCard.String())
	}
	if s.Tells {
		if button != buttonAck {
			return "", noButton(button)
		}
		d.log(i, "press", phrase.FamilyAcked.With("who", d.By.Name, "step", s.name()), "")
		d.closeStep(i, k, s)
		return phrase.AckReply.String(), nil
	}
	told := cloneMap(inputs)
	told[s.Require[0].Name] = button
	if _, err := d.agree(i, k, s, told, nil); err != nil {
		return "", err
	}
	return phrase.FamilyReply.String(), nil
}

// tellFamily sends what a step has found to the family and waits for them to
// acknowledge it.
func (d *draft) tellFamily(i, k int, s FlowStep) {
	a := copyApplication(d.apps[i])
	st := &a.Steps[k]
	who := d.familyOf(a)
	d.settleCard(st.Card, school.CardDone, phrase.FamilyToldResult.With("who", d.By.Name, "at", d.moment(d.Now), "to", d.nameOf(who)))
	st.Family, st.Told, st.Overdue, st.Votes = d.id("family", a.ID, s.ID), d.Now, false, nil
	if due, err := d.spanEnd(s.AckBy, d.Now); err == nil {
		st.Due = due
	}
	d.setApplication(i, a)
	d.drawApplication(i, s)
	d.log(i, "notice", phrase.FamilyToldLine.With("step", s.name(), "who", d.nameOf(who)), s.clause(d.Policy))
	card := school.Card{ID: st.Family, Kind: school.CardApply, Stage: s.ID, Role: phrase.RoleFamily.String(), People: []string{who},
		Why: phrase.WhyFamilyAsked.With("clause", s.clause(d.Policy))}
	card.Slot, _ = d.cal.Current(d.Now)
	d.fillFamilyCard(a, s, *st, &card)
	text := card.Title
	for _, f := range card.Fields[2:] {
		text = joined(text, f.K+"："+f.V)
	}
	d.openCard(card, sending{text: text})
	d.showApplication(i)
}

// callFamily is a family that is silent: it is told once more what waits, and
// somebody calls. What is optional ends in silence.
func (d *draft) callFamily(i, k int, s FlowStep) {
	if s.Optional {
		a := copyApplication(d.apps[i])
		st := &a.Steps[k]
		st.State, st.ClosedAt = school.StepSkipped, d.Now
		d.setApplication(i, a)
		d.settleCard(st.Family, school.CardSuperseded, phrase.FamilySilentResult.String())
		d.moveOn(i)
		return
	}
	a := copyApplication(d.apps[i])
	st := &a.Steps[k]
	if s.Tells {
		d.tellFamilyText(a, phrase.FamilySecond.With("school", d.School.Name, "name", d.Student.Name, "step", s.name(), "what", d.answersLine(s, *st)), s.ID)
	}
	st.Called, st.Overdue = d.Now, false
	st.People, st.Votes = d.deciders(a, s), nil
	if due, err := d.cal.After(d.Now, school.Length{N: 1, Unit: school.UnitSchoolDay}); err == nil {
		st.Due = due
	}
	st.Post = strings.Join(s.By, "、")
	st.Card = d.id("call", a.ID, s.ID, d.Now.UTC().Format("150405.000"))
	people := st.People
	d.setApplication(i, a)
	d.log(i, "step", phrase.FamilySilent.With("step", s.name(), "who", d.names(people)), s.clause(d.Policy))
	d.stepCard(i, k)
	d.showApplication(i)
}

func (d *draft) answersLine(s FlowStep, st school.Step) string {
	line := ""
	for _, r := range s.Require {
		if v := st.Answers[r.Name]; v != "" {
			line = joined(line, r.label()+"："+v)
		}
	}
	return line
}

// tellFamilyText sends the family a line, not at night.
func (d *draft) tellFamilyText(a school.Application, text, stage string) {
	who := d.familyOf(a)
	n := d.notice(who, text, phrase.WhyFamily.String(), stage, phrase.RoleFamily.String())
	n.Key, n.Kind, n.DueAt = "parent:"+d.id(who, text), school.NoticeParent, d.outOfQuiet(d.Now)
	d.send(n)
}
