package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// way is the flow an application goes, with what the law adds.
func (d *draft) way(a school.Application) Flow { return lawful(d.Policy.flow(a), a.Kind, d.class) }

// handOn ends the applicant's own step and moves the application on.
func (d *draft) handOn(i int) {
	a := copyApplication(d.apps[i])
	a.Steps[0].State, a.Steps[0].ClosedAt = school.StepDone, d.Now
	d.setApplication(i, a)
	if f := d.way(a); f.Document != "" {
		d.drawApplication(i, FlowStep{Stage: Stage{ID: stepApply, Document: f.Document}})
	}
	d.moveOn(i)
}

// moveOn opens every step whose turn has come, and ends the application when
// nothing is left.
func (d *draft) moveOn(i int) {
	defer d.inCourse(d.apps[i])()
	f := d.way(d.apps[i])
	for d.openStep(i, f) {
	}
	a := copyApplication(d.apps[i])
	if a.State == school.ApplicationOpen && d.decided(a, f) {
		d.approved(i)
		a = copyApplication(d.apps[i])
	}
	if !slices.ContainsFunc(a.Steps, func(st school.Step) bool {
		return st.State == school.StepOpen || st.State == school.StepWaits || st.State == school.StepReturned
	}) {
		a.Over = d.Now
	}
	d.setApplication(i, a)
	d.showApplication(i)
}

// decided says whether everybody who decides has agreed.
func (d *draft) decided(a school.Application, f Flow) bool {
	return !slices.ContainsFunc(a.Steps[1:], func(st school.Step) bool {
		return f.step(st).Decides && st.State != school.StepDone && st.State != school.StepSkipped
	})
}

// openStep opens, or passes over, the first step that waits; false when none
// can be opened now.
func (d *draft) openStep(i int, f Flow) bool {
	a := copyApplication(d.apps[i])
	k := slices.IndexFunc(a.Steps, func(st school.Step) bool { return st.State == school.StepWaits && !f.step(st).later() })
	if k < 0 || !d.turnOf(a, f, k) {
		return false
	}
	d.enterStep(i, k, f, time.Time{})
	return true
}

// enterStep opens a step with its people, or passes it over. by is when it must
// be done, if that is known already.
func (d *draft) enterStep(i, k int, f Flow, by time.Time) {
	a := copyApplication(d.apps[i])
	st, s := &a.Steps[k], f.step(a.Steps[k])
	if !s.needed(d.Policy, a, d.Student, d.class) {
		st.State, st.ClosedAt = school.StepSkipped, d.Now
		d.setApplication(i, a)
		d.log(i, "step", phrase.ApplySkipped.With("step", s.name()), s.clause(d.Policy))
		return
	}
	st.State, st.OpenedAt, st.Overdue = school.StepOpen, d.Now, false
	st.People, st.Votes = d.deciders(a, s), nil
	from := anchor{at: d.Now, day: d.cal.DayOf(d.Now), fields: a.Answers}
	due, err := by, error(nil)
	if by.IsZero() {
		due, err = d.dueOf(s.Stage, d.Now, from)
	}
	if err == nil && !due.IsZero() && !due.After(d.Now) {
		due, err = d.promptEnd(school.DayEnd, d.Now)
	}
	if err == nil {
		st.Due = due
	}
	st.Card = d.id("card", a.ID, s.ID, a.Steps[k].OpenedAt.UTC().Format("150405.000"))
	people := st.People
	d.setApplication(i, a)
	if s.Asks {
		d.askFamily(i, k, s)
		people = d.apps[i].Steps[k].People
	}
	if s.Document != "" && !s.Decides && !s.later() { // a decision, and what is told later, has its paper when it is made
		d.drawApplication(i, s)
	}
	d.log(i, "step", phrase.ApplyStepOpen.With("step", s.name(), "who", d.names(people)), s.clause(d.Policy))
	if !s.Asks {
		d.stepCard(i, k)
	}
}

// turnOf says whether everything before the step's group is done.
func (d *draft) turnOf(a school.Application, f Flow, k int) bool {
	first := k
	for first > 1 && f.step(a.Steps[first]).Beside {
		first--
	}
	return !slices.ContainsFunc(a.Steps[:first], func(st school.Step) bool {
		return st.State != school.StepDone && st.State != school.StepSkipped && f.step(st).blocks()
	})
}

// deciders are the people of a step: those who hold its posts now, without
// whoever may not decide about it. When nobody is left, the next post above.
func (d *draft) deciders(a school.Application, s FlowStep) []string {
	barred := func(p string) bool {
		if s.Decides && p == a.AskedBy {
			return true
		}
		return s.Fresh && slices.ContainsFunc(a.Steps[1:], func(st school.Step) bool {
			return slices.ContainsFunc(st.Votes, func(v school.Vote) bool { return v.By == p })
		})
	}
	var people []string
	add := func(role string) {
		if role == Applicant {
			people = append(people, a.AskedBy)
			return
		}
		for _, p := range d.holdersFor(role) {
			if !barred(p) && !slices.Contains(people, p) {
				people = append(people, p)
			}
		}
	}
	for _, role := range s.By {
		add(role)
	}
	from := slices.Index(ladderUp, s.By[0]) + 1
	if from == 0 { // an office of its own: the leaders are above it, no class teacher
		from = slices.Index(ladderUp, "主管主任")
	}
	for i := from; len(people) == 0 && i < len(ladderUp); i++ {
		add(ladderUp[i])
	}
	if len(people) == 0 {
		people = d.holders(school.TitleAdministrator).People
	}
	return people
}

// closeStep is the end of a step with what was answered.
func (d *draft) closeStep(i, k int, s FlowStep) {
	a := copyApplication(d.apps[i])
	st := &a.Steps[k]
	st.State, st.ClosedAt = school.StepDone, d.Now
	card, result := st.Card, phrase.ResultOver.With("who", d.By.Name)
	if s.Decides {
		result = phrase.ResultApproved.With("who", d.voters(*st), "at", d.moment(d.Now))
		if reason := st.Answers[reasonName]; reason != "" {
			result += phrase.ResultReason.With("reason", reason)
		}
	}
	if body := strings.Join(s.Outside, "、"); body != "" {
		a.Filings = append(a.Filings, school.Filing{Body: body, Document: s.Document, Who: d.By.ID, At: d.Now})
	}
	d.setApplication(i, a)
	if body := strings.Join(s.Outside, "、"); body != "" {
		d.log(i, "filing", phrase.ApplyFiled.With("body", body, "doc", orDash(s.Document), "at", orDash(d.apps[i].Steps[k].Answers["sent-at"])), s.clause(d.Policy))
	}
	d.log(i, "step", phrase.ApplyStepDone.With("step", s.name(), "who", d.By.Name), s.clause(d.Policy))
	d.settleCard(card, school.CardDone, result)
	d.settleCard(a.Steps[k].Family, school.CardDone, result)
	if s.Document != "" && (s.Decides || s.later()) {
		d.drawApplication(i, s)
	}
	d.paused(i, k, s)
	for _, role := range s.Notify {
		for _, p := range d.holders(role).People {
			if p != d.By.ID {
				d.text(p, phrase.ApplyStepTitle.With("name", d.Student.Name, "kind", requestWord(a.Kind), "step", s.name())+"；"+result, s.clause(d.Policy), s.ID, role)
			}
		}
	}
	d.moveOn(i)
}

func (d *draft) voters(st school.Step) string {
	var who []string
	for _, v := range st.Votes {
		if v.Verdict == verdictApprove && !slices.Contains(who, v.By) {
			who = append(who, v.By)
		}
	}
	if len(who) == 0 {
		return d.By.Name
	}
	return d.names(who)
}

// drawApplication puts the paper of a step on the application.
func (d *draft) drawApplication(i int, s FlowStep) {
	a := copyApplication(d.apps[i])
	if slices.ContainsFunc(a.Documents, func(doc school.Document) bool { return doc.Stage == s.ID }) {
		return
	}
	a.Documents = append(a.Documents, school.Document{ID: school.ID(a.ID, s.ID, "document"), Kind: s.Document, Stage: s.ID, State: docFinal, At: d.Now, By: d.By.ID,
		Title: phrase.DocTitle.With("kind", s.Document, "name", d.Student.Name, "day", d.cal.DayOf(d.Now))})
	d.setApplication(i, a)
}

// applicationsLate is the clock: a step whose time is over is reminded of once
// and lies with the next post as well.
func (d *draft) applicationsLate() {
	for i := range d.apps {
		f := d.way(d.apps[i])
		for k, st := range d.apps[i].Steps {
			if st.State != school.StepOpen || st.Overdue || st.Due.IsZero() || st.Due.After(d.Now) {
				continue
			}
			end := d.inCourse(d.apps[i])
			if s := f.step(st); !st.Told.IsZero() && st.Called.IsZero() {
				d.callFamily(i, k, s)
			} else {
				d.stepLate(i, k, s)
			}
			end()
		}
	}
}

func (d *draft) stepLate(i, k int, s FlowStep) {
	a := copyApplication(d.apps[i])
	st := &a.Steps[k]
	st.Overdue = true
	late := slices.Clone(st.People)
	title := phrase.ApplyStepTitle.With("name", d.Student.Name, "kind", requestWord(a.Kind), "step", s.name())
	var added []string
	for _, role := range d.aboveStep(*st, s) {
		r := d.holders(role)
		added = slices.DeleteFunc(slices.Clone(r.People), func(p string) bool { return slices.Contains(st.People, p) || p == a.AskedBy })
		if !r.Fallback && len(added) > 0 {
			st.Post += "、" + role
			break
		}
		added = nil
	}
	st.People = append(st.People, added...)
	due := st.Due
	d.setApplication(i, a)
	d.log(i, "overdue", phrase.ApplyOverdue.With("step", s.name(), "due", d.moment(due)), s.clause(d.Policy))
	for _, p := range late {
		d.text(p, phrase.LateText.With("title", title, "due", d.moment(due)), s.clause(d.Policy), s.ID, strings.Join(s.By, "、"))
	}
	if len(added) > 0 {
		d.log(i, "step", phrase.ApplyRisen.With("step", s.name(), "who", d.names(added)), phrase.WhyRisen.String())
		d.widenCard(i, k, added)
	}
	d.showApplication(i)
}

// aboveStep lists who a late step is passed on to. A post beside the ladder,
// such as the office or finance, answers to the leaders, never to a teacher.
func (d *draft) aboveStep(st school.Step, s FlowStep) []string {
	up := d.above(school.Card{People: st.People})
	below := func(by string) bool {
		return school.SamePost(by, school.TitleSubjectTeacher) || slices.ContainsFunc(ladderUp, func(role string) bool { return school.SamePost(by, role) })
	}
	if len(up) == len(ladderUp) && !slices.ContainsFunc(s.By, below) {
		return ladderUp[slices.Index(ladderUp, "主管主任"):]
	}
	return up
}
