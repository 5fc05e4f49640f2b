package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// The pause of a learner at a training institution (停课, S24): what the form
// must hold, what an approval means, and how it ends.

// Answers that mean something to a pause.
const (
	courseName  = "course"
	feeName     = "fee-treatment"
	feeChoice   = "fee-choice"
	accessName  = "resource-access"
	accessUntil = "resource-until"
	lengthName  = "length-class"
	confirmName = "confirmed"
	costsName   = "costs"
	planName    = "plan-to-return"
	newReturn   = "new-return-date"
	placedClass = "class"
	seatChecked = "seat-confirmed"
	doneName    = "done"
	sinceName   = "since"       // first day of a pause that was extended
	sideName    = "side"        // family or institution
	replacedBy  = "replaced-by" // id of the extension or refund that took over
	paidName    = "paid-at"
	seatName    = "seat"
	eventPause  = "application" // the sheet's name for an application at an institution
)

// Sides of a pause.
const (
	sideFamily      = "family"
	sideInstitution = "institution"
)

func sideOf(a school.Application) string {
	if a.Answers[sideName] == sideInstitution {
		return sideInstitution
	}
	return sideFamily
}

func settlementOf(a school.Application) school.Settlement {
	if a.Sheet == nil {
		return school.Settlement{}
	}
	return *a.Sheet
}

// text is a text setting of the regime; "" when there is none.
func (p *Policy) text(name string) string {
	q, _ := p.param(name)
	v, _ := q.Value.(string)
	return v
}

// length is a setting that is a length.
func (p *Policy) length(name string) school.Length {
	q, _ := p.param(name)
	s, _ := q.Value.(Span)
	return s.Length
}

// words are the texts of a setting that lists some.
func (p *Policy) words(name string) []string {
	q, _ := p.param(name)
	list, _ := q.Value.([]any)
	var out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (p *Policy) param(name string) (Param, bool) {
	i := slices.IndexFunc(p.Params, func(q Param) bool { return q.Name == name })
	if i < 0 {
		return Param{}, false
	}
	return p.Params[i], true
}

// fillText puts settings in the places a text of the regime leaves for them.
func (p *Policy) fillText(text string) string {
	for _, q := range p.Params {
		if v, ok := q.Value.(string); ok {
			text = strings.ReplaceAll(text, "{"+q.Name+"}", v)
		}
	}
	return text
}

// pauses says whether the application is one of a learner about a course.
func (d *draft) pauses(a school.Application) bool {
	return d.School.Training() && (a.Kind == school.ApplySuspend || a.Kind == school.ApplyRefund)
}

// recordPause takes the events of an institution: an application under the
// sheet's own name, and a learner who has come back.
func (d *draft) recordPause(event string, fields map[string]string, files []school.Attachment) (string, error) {
	if event == eventPause {
		if fields["kind"] == "" {
			fields["kind"] = school.ApplySuspend
		}
		return d.applied(fields, files, false)
	}
	if d.By.Kind != school.KindStaff {
		return "", school.Forbidden(phrase.StaffRecord.String())
	}
	return d.returned()
}

// measure finds out of which course an application speaks, how long the pause
// is, and what the lessons not taken are worth on the day of the request.
func (d *draft) measure(a *school.Application, fields map[string]string) error {
	if !d.pauses(*a) {
		return nil
	}
	if err := d.chooseCourse(a, fields); err != nil {
		return err
	}
	a.Answers["type"] = requestWord(a.Kind)
	if a.Answers[sideName] == "" {
		a.Answers[sideName] = sideFamily
	}
	s := school.Settlement{Amount: "0.00", Paid: "0.00"}
	if k, ok := d.School.Roster.ContractOf(d.Student.ID, a.Class); ok {
		s = Settle(k, d.Policy.text("gift_lessons") == "shared")
	}
	if d.paidBack(*a, s) {
		if a.Kind == school.ApplyRefund {
			return school.Refused(phrase.PauseRefunded.With("name", d.Student.Name, "course", a.Answers[courseName]))
		}
		s.Remaining, s.Amount = 0, "0.00"
	}
	s.ComputedAt = d.Now
	if a.Sheet != nil {
		s.Treatment, s.Until = a.Sheet.Treatment, a.Sheet.Until
	}
	if a.Kind == school.ApplyRefund {
		s.Treatment = TreatRefund
	} else {
		s.Class = d.lengthClass(*a)
	}
	a.Sheet = &s
	return nil
}

// paidBack says whether the balance of this contract was refunded before and
// the contract has not changed since: nobody gets the same money twice.
func (d *draft) paidBack(a school.Application, s school.Settlement) bool {
	return slices.ContainsFunc(d.apps, func(b school.Application) bool {
		return b.ID != a.ID && b.State == school.ApplicationApproved && b.Class == a.Class && b.Sheet != nil && b.Sheet.Treatment == TreatRefund &&
			b.Sheet.Contract == s.Contract && b.Sheet.Paid == s.Paid && b.Sheet.Lessons == s.Lessons && b.Sheet.Used == s.Used
	})
}

// chooseCourse reads the course: by number or name, or the only one there is.
func (d *draft) chooseCourse(a *school.Application, fields map[string]string) error {
	said := strings.TrimSpace(fields[courseName])
	if said == "" {
		said = strings.TrimSpace(fields[placedClass])
	}
	if said == "" && a.Answers[courseName] == "" && len(d.Student.Places) == 1 {
		said = d.Student.Class()
	}
	if said == "" {
		return nil
	}
	var known []string
	for _, p := range d.Student.Places {
		c, ok := d.School.Roster.Class(p.Class)
		if ok && (said == c.ID || said == c.Name || slices.Contains(c.Aliases, said)) {
			if a.Class != c.ID && a.Sheet != nil {
				a.Sheet = nil
			}
			a.Class, a.Answers[courseName] = c.ID, c.Name
			return nil
		}
		known = append(known, c.Name)
	}
	return school.Invalid("%s", phrase.PauseWhichCourse.With("said", said, "known", strings.Join(known, "、")))
}

// lengthClass is short or long by the setting; a pause without an end is long.
// An extension counts from the first day of the pause it extends.
func (d *draft) lengthClass(a school.Application) string {
	from, back := a.From, school.Day(a.Answers[returnDate])
	if since := a.Answers[sinceName]; since != "" {
		from = school.Day(since)
	}
	if j := d.runningPause(a); j >= 0 && a.Waiting() {
		from = d.firstDayOf(d.apps[j])
	}
	if from == "" || back == "" {
		return ""
	}
	if limit := d.dayAfter(from, "short_long_limit"); limit != "" && back > limit {
		return PauseLong
	}
	return PauseShort
}

func (d *draft) firstDayOf(a school.Application) school.Day {
	if since := a.Answers[sinceName]; since != "" {
		return school.Day(since)
	}
	return a.From
}

// runningPause finds the pause of the same course that goes on beside an
// application; -1 when there is none.
func (d *draft) runningPause(a school.Application) int {
	return slices.IndexFunc(d.apps, func(o school.Application) bool {
		return o.ID != a.ID && o.Kind == school.ApplySuspend && o.Class == a.Class && o.State == school.ApplicationApproved && o.Over.IsZero() && o.Answers[FromResumed] == "" && o.Answers[replacedBy] == ""
	})
}

// pauseBegins is the approval of a pause or a refund: the money gets its
// treatment, and what went on before ends with it.
func (d *draft) pauseBegins(i int) {
	if !d.pauses(d.apps[i]) {
		return
	}
	a := copyApplication(d.apps[i])
	if j := d.runningPause(a); j >= 0 {
		if a.Kind == school.ApplySuspend {
			a.Answers[sinceName] = string(d.firstDayOf(d.apps[j]))
		}
		d.replacePause(j, a)
	}
	d.setApplication(i, a)
	if a.Kind == school.ApplyRefund {
		d.treat(i, TreatRefund)
	} else {
		d.costly(d.apps[i])
	}
}

// replacePause ends a pause that is extended or given up: what was still to
// come is not, only a refund under way is paid.
func (d *draft) replacePause(j int, by school.Application) {
	old := copyApplication(d.apps[j])
	old.Answers[replacedBy] = by.ID
	d.setApplication(j, old)
	var rest []string
	for _, s := range d.way(old).Steps {
		if !asks(s.Require, paidName) {
			rest = append(rest, s.ID)
		}
	}
	why := phrase.PauseReplaced.With("kind", requestWord(by.Kind))
	d.skipSteps(j, why, rest...)
	d.log(j, "close", why, "")
	d.moveOn(j)
}

// paused is what the end of a step means to a pause.
func (d *draft) paused(i, k int, s FlowStep) {
	a := d.apps[i]
	if !d.pauses(a) {
		return
	}
	given := a.Steps[k].Answers
	switch {
	case asks(s.Require, feeName):
		d.decideFee(i, given[feeName])
	case asks(s.Require, feeChoice):
		d.treat(i, treatments[given[feeChoice]])
	case asks(s.Require, confirmName):
		d.settleFees(i, given)
	case asks(s.Require, placedClass):
		d.placed(i, given[placedClass])
	case asks(s.Require, planName):
		d.planned(i, given)
	}
}

// planned is what the family, or whoever called them, says of coming back.
func (d *draft) planned(i int, given map[string]string) {
	a := d.apps[i]
	d.log(i, "contact", phrase.PausePlan.With("who", d.By.Name, "plan", given[planName]), "")
	switch given[planName] {
	case phrase.PlanLonger.String():
		fields := map[string]string{reasonName: a.Answers[reasonName], courseName: a.Class, fromDate: a.Answers[returnDate], returnDate: given[newReturn]}
		d.again(school.ApplySuspend, fields)
	case phrase.PlanNever.String():
		d.again(school.ApplyRefund, map[string]string{reasonName: phrase.PauseNever.String(), courseName: a.Class})
	}
}

// again begins the application that follows from an answer, unless there is one.
func (d *draft) again(kind string, fields map[string]string) {
	if slices.ContainsFunc(d.apps, func(o school.Application) bool { return o.Kind == kind && o.Waiting() && o.Class == fields[courseName] }) {
		return
	}
	if _, err := d.beginApplication(kind, fields, nil, true); err != nil {
		d.note(phrase.PauseNoFollow.With("kind", requestWord(kind)))
	}
}

// seenAgain is the first lesson attended: the pause is over.
func (d *draft) seenAgain() {
	for i, a := range d.apps {
		if !d.pauses(a) || a.Kind != school.ApplySuspend || a.State != school.ApplicationApproved || !a.Over.IsZero() || a.Answers[FromResumed] != "" || a.Answers[replacedBy] != "" {
			continue
		}
		var first school.Day
		for s, m := range d.slots {
			if m.Kind.Here() && !m.Pending && s.Day >= a.From && m.At.After(a.ClosedAt) && d.meets(s, a) && (first == "" || s.Day < first) {
				first = s.Day
			}
		}
		if first != "" {
			d.resume(i, first)
		}
	}
}

// meets says whether the course of an application, or the one the learner
// comes back to, has a lesson in a session.
func (d *draft) meets(s school.Slot, a school.Application) bool {
	for _, id := range []string{a.Class, a.Answers[placedClass]} {
		if class, ok := d.School.Roster.Class(id); ok && d.cal.Meets(s, class) {
			return true
		}
	}
	return false
}

// resume ends a pause: a frozen balance is released, the teacher takes over.
func (d *draft) resume(i int, day school.Day) {
	defer d.inCourse(d.apps[i])()
	a := copyApplication(d.apps[i])
	a.Answers[FromResumed] = string(day)
	if a.Sheet != nil && a.Sheet.Treatment == TreatFreeze {
		a.Sheet.Released = day
	}
	d.setApplication(i, a)
	f := d.way(a)
	var over []string
	for _, s := range f.Steps {
		if s.From != "" && s.From != FromResumed {
			over = append(over, s.ID)
		}
	}
	d.skipSteps(i, phrase.PauseResumed.With("day", day.Name()), over...)
	d.log(i, "resume", phrase.PauseResumed.With("day", day.Name()), "")
	if s := settlementOf(a); s.Treatment == TreatRetain || s.Treatment == TreatFreeze {
		d.tellFamilyText(a, phrase.PauseBack.With("school", d.School.Name, "name", d.Student.Name, "n", s.Remaining, "amount", s.Amount), "resumed")
	}
	d.moveOn(i)
}

// letter is what a family must know of a decision: the money, what stays open,
// how contact is kept, and how to come back.
func (d *draft) letter(a school.Application) string {
	note := ""
	for _, st := range a.Steps {
		if v := st.Answers[reasonName]; v != "" {
			note = v
		}
	}
	if !d.pauses(a) {
		return note
	}
	lines := []string{note}
	for _, f := range d.sheetFields(a) {
		lines = append(lines, f.K+"："+f.V)
	}
	for _, st := range a.Steps {
		if v := st.Answers[accessName]; v != "" {
			until := st.Answers[accessUntil]
			if until != "" {
				until = phrase.PauseUntil.With("day", school.Day(until).Name())
			}
			lines = append(lines, phrase.PauseAccess.With("access", v, "list", st.Answers["resource-list"], "until", until))
		}
	}
	if a.Kind == school.ApplySuspend {
		lines = append(lines, phrase.PauseContact.With("days", d.Policy.length("checkin_every").N))
	}
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "；")
}
