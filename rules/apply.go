package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Apply is an application told in words. What is still missing is asked for on
// a card; the string is what the applicant reads.
func Apply(f Facts, r school.Request) (school.Change, string, error) {
	d := begin(f)
	reply, err := d.applied(map[string]string{"kind": r.Kind, "from": r.From.String(), "to": r.To.String(), reasonName: r.Reason}, nil, true)
	if err != nil {
		return school.Change{}, "", err
	}
	return d.finish(), reply, nil
}

// Complete adds what the applicant says to the form they hold; false when the
// card is no such form, or its application has gone on already.
func Complete(f Facts, card school.Card, told map[string]string) (school.Change, string, bool, error) {
	d := begin(f)
	for i, a := range d.apps {
		if card.ID != ownCardID(a) || f.By.ID != a.AskedBy || a.Steps[0].State != school.StepOpen {
			continue
		}
		reply, err := d.addTo(i, told, nil)
		if err != nil {
			return school.Change{}, "", false, err
		}
		return d.finish(), reply, true, nil
	}
	return school.Change{}, "", false, nil
}

// applied takes an application from words or from a form. What the regime or
// the law forbids is refused with its article; a form must be complete.
func (d *draft) applied(fields map[string]string, files []school.Attachment, partly bool) (string, error) {
	kind := requestKind(fields["kind"])
	if kind == "" {
		return "", school.Invalid("%s", phrase.FieldNeeded.With("field", "kind"))
	}
	if leave := school.MarkKind(kind); leave.Excused() && !d.Policy.flows(kind) {
		spanOfForm(fields)
		_, err := d.leaveForm(leave, fields)
		return phrase.ApplicationReply.With("name", d.Student.Name, "kind", markWord(leave)), err
	}
	if !slices.Contains(applicationKinds, kind) && Blocked(d.Policy, d.class, kind, fields) == nil {
		return "", school.Invalid("%s", phrase.UnknownRequest.With("kind", fields["kind"], "known", requestNames(applicationKinds)))
	}
	if len(files) > 0 && fields["proof"] == "" {
		fields["proof"] = "attached"
	}
	if !partly && kind == school.ApplyTransferOut && d.class.Compulsory() && d.By.Kind == school.KindStaff && strings.TrimSpace(fields["guardian"]) == "" {
		return "", school.Refused(phrase.TransferByFamily.String())
	}
	if err := Blocked(d.Policy, d.class, kind, fields); err != nil {
		return "", err
	}
	if d.Policy.uses(eventApplication) {
		d.fact(eventApplication, fields)
	}
	i := slices.IndexFunc(d.apps, func(a school.Application) bool { return a.Kind == kind && a.Waiting() })
	if i >= 0 {
		return d.addTo(i, fields, files)
	}
	return d.beginApplication(kind, fields, files, partly)
}

// spanOfForm reads a leave written with the dates of the form of an application.
func spanOfForm(fields map[string]string) {
	if fields["from"] == "" {
		fields["from"] = fields[fromDate]
	}
	if back, err := school.ParseDay(fields[returnDate]); err == nil && fields["to"] == "" {
		fields["to"] = string(back.Add(-1))
	}
	if fields["to"] == "" {
		fields["to"] = fields["from"]
	}
}

// flows says whether the regime has a way of its own for this kind.
func (p *Policy) flows(kind string) bool {
	return slices.ContainsFunc(p.Flows, func(f Flow) bool { return slices.Contains(f.Types, kind) })
}

func (d *draft) beginApplication(kind string, fields map[string]string, files []school.Attachment, partly bool) (string, error) {
	f := lawful(d.flowFor(kind, fields), kind, d.class)
	a := d.newApplication(kind, f)
	if err := d.tell(&a, f, fields, files); err != nil {
		return "", err
	}
	if err := d.mayPause(a); err != nil {
		return "", err
	}
	missing := d.untold(a, f)
	if len(missing) > 0 && !partly {
		return "", school.Invalid("%s", phrase.ApplyMissing.With("what", strings.Join(missing, "、")))
	}
	d.apps = append(d.apps, a)
	i := len(d.apps) - 1
	d.log(i, "application", phrase.ApplyBegun.With("who", d.nameOf(a.AskedBy), "kind", requestWord(kind)), f.clause())
	d.ownCard(i)
	if len(missing) > 0 {
		return phrase.ApplyMore.With("name", d.Student.Name, "kind", requestWord(kind), "what", strings.Join(missing, "、")), nil
	}
	d.handOn(i)
	return d.whereItIs(i, phrase.ApplyTaken), nil
}

// newApplication is one that nobody has told anything of yet.
func (d *draft) newApplication(kind string, f Flow) school.Application {
	a := school.Application{ID: "a" + d.id("application", kind)[:12], Student: d.Student.ID, Class: d.class.ID, Kind: kind, Flow: f.ID,
		Version: d.Policy.Version, State: school.ApplicationOpen, AskedBy: d.By.ID, AskedAt: d.Now, Answers: map[string]string{"type": requestWord(kind)},
		Steps: []school.Step{{ID: stepApply, Post: Applicant, People: []string{d.By.ID}, State: school.StepOpen, OpenedAt: d.Now}}}
	for _, s := range f.Steps {
		a.Steps = append(a.Steps, school.Step{ID: s.ID, Post: strings.Join(s.By, "、"), Everyone: s.Everyone, State: school.StepWaits})
	}
	return a
}

// addTo takes what is told later into the application that waits.
func (d *draft) addTo(i int, fields map[string]string, files []school.Attachment) (string, error) {
	f := d.way(d.apps[i])
	a := copyApplication(d.apps[i])
	if err := d.tell(&a, f, fields, files); err != nil {
		return "", err
	}
	if err := d.mayPause(a); err != nil {
		return "", err
	}
	d.setApplication(i, a)
	if missing := d.untold(a, f); len(missing) > 0 {
		d.showApplication(i)
		return phrase.ApplyMore.With("name", d.Student.Name, "kind", requestWord(a.Kind), "what", strings.Join(missing, "、")), nil
	}
	if a.Steps[0].State == school.StepOpen {
		d.handOn(i)
		return d.whereItIs(i, phrase.ApplyTaken), nil
	}
	d.showApplication(i)
	return d.whereItIs(i, phrase.ApplySame), nil
}

// whereItIs says with whom an application lies.
func (d *draft) whereItIs(i int, p phrase.Phrase) string {
	a := d.apps[i]
	for _, st := range a.Steps {
		if st.State == school.StepOpen {
			s := d.way(a).step(st)
			return p.With("name", d.Student.Name, "kind", requestWord(a.Kind), "step", s.name(), "who", d.names(st.People))
		}
	}
	return phrase.ApplicationReply.With("name", d.Student.Name, "kind", requestWord(a.Kind))
}

// The step that is the applicant's own, and the names under which a form gives
// the days an application is for.
const (
	stepApply    = "apply"
	fromDate     = "from-date"
	returnDate   = "expected-return-date"
	plannedLeave = "planned-leave-date"
)

// tell reads what the applicant told into the application.
func (d *draft) tell(a *school.Application, f Flow, fields map[string]string, files []school.Attachment) error {
	if err := d.tellDays(a, fields); err != nil {
		return err
	}
	for _, r := range f.Require {
		v := strings.TrimSpace(fields[r.Name])
		if v == "" || r.Type == "file" {
			continue
		}
		v, err := d.readOne(Stage{}, 0, r, v, nil)
		if err != nil {
			return err
		}
		a.Answers[r.Name] = v
	}
	if reason := strings.TrimSpace(fields[reasonName]); reason != "" {
		a.Answers[reasonName] = reason
	}
	if ground := strings.TrimSpace(fields["ground"]); ground != "" {
		a.Answers["ground"] = ground
		if a.Answers[reasonName] == "" {
			a.Answers[reasonName] = ground
		}
	}
	if err := d.measure(a, fields); err != nil {
		return err
	}
	for n, file := range files {
		doc := school.Document{ID: d.id("proof", a.ID, strconv.Itoa(n)), Kind: phrase.AnswerProof.String(), Title: phrase.AnswerProof.String() + " " + fileName(file.Name),
			State: docFinal, Stage: stepApply, Name: fileName(file.Name), Type: file.Type, At: d.Now, By: d.By.ID}
		a.Documents = append(a.Documents, doc)
		a.Answers["proof"] = doc.ID
		d.out.Files = append(d.out.Files, school.File{ID: doc.ID, Name: doc.Name, Type: doc.Type, Student: d.Student.ID, At: d.Now, By: d.By.ID, Content: file.Content})
	}
	return nil
}

// tellDays reads from when to when: as from and to, or as the dates a form asks for.
func (d *draft) tellDays(a *school.Application, fields map[string]string) error {
	read := func(name, label string) (school.Day, error) {
		v, _, _ := strings.Cut(strings.TrimSpace(fields[name]), "/")
		if v == "" {
			return "", nil
		}
		day, err := school.ParseDay(v)
		if err != nil {
			return "", school.Invalid("%s", phrase.ApplyNoDate.With("label", label))
		}
		return day, nil
	}
	for _, name := range []string{"from", fromDate, plannedLeave} {
		day, err := read(name, phrase.AnswerFromDate.String())
		if err != nil {
			return err
		}
		if day != "" {
			a.From = day
		}
	}
	to, err := read("to", phrase.AnswerExpectedReturn.String())
	if err != nil {
		return err
	}
	back, err := read(returnDate, phrase.AnswerExpectedReturn.String())
	if err != nil {
		return err
	}
	if back != "" {
		to = back.Add(-1)
	}
	if to != "" {
		a.To = to
	}
	if a.From != "" && a.To != "" && a.To < a.From {
		return school.Invalid("%s", phrase.ApplyOrder.String())
	}
	for name, day := range map[string]school.Day{fromDate: a.From, plannedLeave: a.From} {
		if day != "" {
			a.Answers[name] = string(day)
		}
	}
	if a.To != "" {
		a.Answers[returnDate] = string(a.To.Add(1))
	}
	return nil
}

// untold lists what the applicant still has to tell.
func (d *draft) untold(a school.Application, f Flow) []string {
	var missing []string
	for _, r := range f.Require {
		if !r.Optional && r.Known == "" && a.Answers[r.Name] == "" {
			missing = append(missing, r.label())
		}
	}
	return missing
}

// longestPause is how long a school may keep a child from lessons (《中小学教育惩戒规则》第十条).
const longestPause = 7

// mayPause says no to what a school may not do with 停课: not in the first
// four years, not for more than a week. In an institution the word means a
// break the family wishes.
func (d *draft) mayPause(a school.Application) error {
	if a.Kind != school.ApplySuspend || !schoolYears(d.class.Stage) {
		return nil
	}
	if d.class.Stage == "小学" && strings.ContainsAny(d.class.Grade, "一二三四1234") {
		return school.Refused(phrase.PauseYoung.String())
	}
	if a.From != "" && a.To != "" && a.From.Until(a.To)+1 > longestPause {
		return school.Refused(phrase.PauseLong.String())
	}
	return nil
}

// schoolYears says whether the rules on discipline of schools apply.
func schoolYears(stage string) bool {
	return slices.Contains([]string{"小学", "初中", "高中", "中职"}, stage)
}

// lawful adds what the law wants beside the regime: a leave of absence or a
// later start in the compulsory years is granted by the education authority,
// not by the school (domain 2.5); a child that changes school is this school's
// concern until the other one has it (C44).
func lawful(f Flow, kind string, class school.Class) Flow {
	law := []string{phrase.LawClause.String()}
	steps := slices.Clone(f.Steps)
	if kind == school.ApplySuspend && schoolYears(class.Stage) {
		f.Require = slices.Clone(f.Require)
		for _, name := range []string{reasonName, fromDate, returnDate, "parents-informed"} {
			if !asks(f.Require, name) {
				f.Require = append(f.Require, requireNamed(name)) // told before, with an end that is watched
			}
		}
	}
	if class.Compulsory() && slices.Contains([]string{school.ApplyWithdraw, school.ApplyDefer, school.ApplyExempt}, kind) {
		steps = append(steps, FlowStep{Stage: Stage{ID: "authority", Title: phrase.LawAuthority.String(), Do: phrase.LawAuthority.String(), By: []string{theSchool},
			Due: Span{Length: school.Length{N: 10, Unit: school.UnitSchoolDay}}, Require: []Require{requireNamed("approved-by")}, Source: law}, Decides: true})
	}
	if kind == school.ApplyTransferOut {
		steps = append(steps, FlowStep{Stage: Stage{ID: "received", Title: phrase.Received.String(), Do: phrase.ReceivedDo.String(), By: []string{"学籍管理员"},
			Due: Span{Length: school.Length{N: 30, Unit: school.UnitCalendarDay}}, Require: []Require{requireNamed("school-now-attended")}, Source: law}})
	}
	f.Steps = steps
	return f
}

// clause cites where the way stands.
func (f Flow) clause() string {
	return strings.TrimSpace(f.Title + " " + strings.Join(f.Source, "、"))
}

// setApplication replaces one as it will be.
func (d *draft) setApplication(i int, a school.Application) {
	d.apps[i] = a
	d.wroteApps[a.ID] = true
}

// copyApplication lets a decision alter one without touching what was read.
func copyApplication(a school.Application) school.Application {
	a.Answers = cloneMap(a.Answers)
	a.Steps = slices.Clone(a.Steps)
	for i := range a.Steps {
		a.Steps[i].Answers = cloneMap(a.Steps[i].Answers)
		a.Steps[i].People, a.Steps[i].Votes = slices.Clone(a.Steps[i].People), slices.Clone(a.Steps[i].Votes)
	}
	a.Documents, a.Filings, a.History = slices.Clone(a.Documents), slices.Clone(a.Filings), slices.Clone(a.History)
	return a
}

// log writes a line of the application's history and of the audit.
func (d *draft) log(i int, kind, what, why string) {
	a := copyApplication(d.apps[i])
	if why == "" {
		why = phrase.WhyClock.String()
		if d.By.ID != "" {
			why = phrase.WhySaid.With("who", d.nameOf(d.By.ID))
		}
	}
	a.History = append(a.History, school.Entry{At: d.Now, What: what, Who: d.By.ID, Why: why})
	d.setApplication(i, a)
	d.out.Audit = append(d.out.Audit, school.Line{Book: "application:" + a.ID, At: d.Now, Who: d.By.ID, What: kind, Detail: what, Policy: a.Version, Why: why})
}

func applyTimer(id string) string { return "apply:" + id }

// writeApplications puts what changed into the change, each with its one timer.
func (d *draft) writeApplications() {
	for _, a := range d.apps {
		if !d.wroteApps[a.ID] {
			continue
		}
		d.out.Applications = append(d.out.Applications, a)
		var next time.Time
		for _, st := range a.Steps {
			if st.State == school.StepOpen && !st.Due.IsZero() && !st.Overdue && (next.IsZero() || st.Due.Before(next)) {
				next = st.Due
			}
		}
		if at := d.nextLater(a); !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
		if next.IsZero() {
			d.cancel(applyTimer(a.ID))
			continue
		}
		d.timer(school.TimerApply, applyTimer(a.ID), next, school.Slot{}, a.ID)
	}
}
