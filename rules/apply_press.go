package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// urgeEvery is how long an applicant waits before hurrying again.
const urgeEvery = 4 * time.Hour

// pressApplication is a button on a card of an application.
func (d *draft) pressApplication(card school.Card, button string, inputs map[string]string, files []school.Attachment) (string, error) {
	for i, a := range d.apps {
		if card.ID == ownCardID(a) {
			return d.pressOwn(i, button, inputs, files)
		}
		k := slices.IndexFunc(a.Steps, func(st school.Step) bool { return st.Card == card.ID })
		if k > 0 && a.Steps[k].State == school.StepOpen {
			defer d.inCourse(a)()
			return d.pressStep(i, k, button, inputs, files)
		}
		k = slices.IndexFunc(a.Steps, func(st school.Step) bool { return st.Family == card.ID })
		if k > 0 && a.Steps[k].State == school.StepOpen {
			defer d.inCourse(a)()
			return d.pressFamily(i, k, d.way(a).step(a.Steps[k]), button, inputs)
		}
	}
	return "", school.Refused(phrase.CardClosed.With("result", orDash(card.Result)))
}

// pressOwn is what the applicant does: hand in, hurry, withdraw.
func (d *draft) pressOwn(i int, button string, inputs map[string]string, files []school.Attachment) (string, error) {
	a := d.apps[i]
	if d.By.ID != a.AskedBy {
		return "", school.Forbidden(phrase.NotApplicant.String())
	}
	if !a.Waiting() {
		return "", school.Refused(phrase.ApplyIsOver.With("result", orDash(string(a.State))))
	}
	switch button {
	case buttonSubmit:
		if a.Steps[0].State != school.StepOpen {
			return "", noButton(button)
		}
		told := cloneMap(inputs)
		given := make([]school.Attachment, 0, len(files))
		for _, v := range inputs {
			if f, ok := attached(v, files); ok {
				given = append(given, f)
			}
		}
		return d.handInOwn(i, told, given)
	case buttonUrge:
		return d.urge(i)
	case ButtonRevoke:
		return d.revoke(i)
	}
	return "", noButton(button)
}

// handInOwn hands in the applicant's card: what is still missing is named and
// nothing is handed on.
func (d *draft) handInOwn(i int, told map[string]string, files []school.Attachment) (string, error) {
	f := d.way(d.apps[i])
	a := copyApplication(d.apps[i])
	if err := d.tell(&a, f, told, files); err != nil {
		return "", err
	}
	if missing := d.untold(a, f); len(missing) > 0 {
		return "", school.Invalid("%s", phrase.ApplyMissing.With("what", strings.Join(missing, "、")))
	}
	d.setApplication(i, a)
	d.handOn(i)
	return d.whereItIs(i, phrase.ApplyTaken), nil
}

func (d *draft) urge(i int) (string, error) {
	a := copyApplication(d.apps[i])
	var who []string
	for k := range a.Steps {
		st := &a.Steps[k]
		if k == 0 || st.State != school.StepOpen {
			continue
		}
		if again := st.Urged.Add(urgeEvery); !st.Urged.IsZero() && d.Now.Before(again) {
			return "", school.Refused(phrase.UrgedAlready.With("at", d.moment(again)))
		}
		st.Urged = d.Now
		s := d.way(a).step(*st)
		title := phrase.ApplyStepTitle.With("name", d.Student.Name, "kind", requestWord(a.Kind), "step", s.name())
		for _, p := range st.People {
			d.text(p, phrase.UrgeText.With("who", d.applicantName(a), "title", title, "due", d.dueText(st.Due)), s.clause(d.Policy), st.ID, st.Post)
		}
		who = append(who, st.People...)
	}
	if len(who) == 0 {
		return "", noButton(buttonUrge)
	}
	d.setApplication(i, a)
	d.log(i, "notice", phrase.ApplyUrged.With("step", d.names(who)), "")
	return phrase.UrgeReply.With("who", d.names(who)), nil
}

func (d *draft) dueText(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return phrase.FieldDue.String() + " " + d.moment(t)
}

// revoke ends an application that nobody has decided yet.
func (d *draft) revoke(i int) (string, error) {
	a := copyApplication(d.apps[i])
	a.State, a.ClosedAt, a.Over = school.ApplicationWithdrawn, d.Now, d.Now
	for k := range a.Steps {
		st := &a.Steps[k]
		if st.State == school.StepDone {
			continue
		}
		if k > 0 && st.State == school.StepOpen {
			for _, p := range st.People {
				d.text(p, phrase.ToldRevoked.With("who", d.applicantName(a), "name", d.Student.Name, "kind", requestWord(a.Kind)), phrase.WhyOwnWish.String(), st.ID, st.Post)
			}
		}
		st.State, st.ClosedAt = school.StepSkipped, d.Now
	}
	d.setApplication(i, a)
	d.log(i, "withdraw", phrase.ApplyWithdrawn.String(), "")
	d.settleSteps(a, phrase.ResultWithdrawn.String())
	d.endOwnCard(a, phrase.ResultWithdrawn.String())
	return phrase.RevokeReply.String(), nil
}

// pressStep is what a person of a step does.
func (d *draft) pressStep(i, k int, button string, inputs map[string]string, files []school.Attachment) (string, error) {
	a := d.apps[i]
	s := d.way(a).step(a.Steps[k])
	if s.Decides && d.By.ID == a.AskedBy {
		return "", school.Refused(phrase.OwnDecision.String())
	}
	if slices.ContainsFunc(a.Steps[k].Votes, func(v school.Vote) bool { return v.By == d.By.ID && v.Verdict == verdictApprove }) {
		return "", school.Refused(phrase.VotedAlready.String())
	}
	reason := strings.TrimSpace(inputs[reasonName])
	switch {
	case button == buttonApprove && s.Decides, button == buttonSubmit && !s.Decides:
		return d.agree(i, k, s, inputs, files)
	case button == buttonRefuse && s.Decides, button == buttonReturn && a.Waiting():
		if reason == "" {
			return "", school.Invalid("%s", phrase.WhyNotNeeded.String())
		}
		if button == buttonReturn {
			return d.sendBack(i, k, s, reason), nil
		}
		return d.refuse(i, k, s, reason), nil
	case button == buttonHandOver, button == buttonAdd && s.Decides:
		to, ok := d.colleague(inputs[toInput])
		if !ok || to.ID == d.By.ID || s.Decides && to.ID == a.AskedBy || slices.Contains(a.Steps[k].People, to.ID) {
			return "", school.Invalid("%s", phrase.PersonNeeded.String())
		}
		if button == buttonAdd {
			return d.addDecider(i, k, s, to), nil
		}
		return d.handOver(i, k, s, to), nil
	}
	return "", noButton(button)
}

// VerdictName is what people call a verdict.
func VerdictName(verdict string) string {
	switch verdict {
	case verdictApprove:
		return phrase.ButtonApprove.String()
	case verdictReject:
		return phrase.ButtonRefuse.String()
	case verdictReturn:
		return phrase.ButtonReturn.String()
	case verdictHanded:
		return phrase.ButtonHandOver.String()
	case verdictAdded:
		return phrase.ButtonAdd.String()
	}
	return verdict
}

// colleague finds somebody on the staff by 工号 or, when only one is called so,
// by name.
func (d *draft) colleague(who string) (school.Staff, bool) {
	who = strings.TrimSpace(who)
	if s, ok := d.School.Roster.StaffByID(who); ok {
		return s, true
	}
	var found school.Staff
	n := 0
	for _, s := range d.School.Roster.Staff {
		if s.Name == who && who != "" {
			found = s
			n++
		}
	}
	return found, n == 1
}

// vote records what somebody did at a step.
func (d *draft) vote(i, k int, verdict, note string) {
	a := copyApplication(d.apps[i])
	a.Steps[k].Votes = append(a.Steps[k].Votes, school.Vote{By: d.By.ID, Verdict: verdict, Note: note, At: d.Now})
	d.setApplication(i, a)
}

// agree takes the answers of a step; of 会签 the last one closes it.
func (d *draft) agree(i, k int, s FlowStep, inputs map[string]string, files []school.Attachment) (string, error) {
	given, err := d.readStep(i, k, s, inputs, files)
	if err == nil {
		err = d.checkPause(i, k, s, given)
	}
	if err != nil {
		return "", err
	}
	a := copyApplication(d.apps[i])
	if a.Steps[k].Answers == nil {
		a.Steps[k].Answers = map[string]string{}
	}
	for name, v := range given {
		a.Steps[k].Answers[name] = v
	}
	d.setApplication(i, a)
	d.vote(i, k, verdictApprove, given[reasonName])
	if wait := d.stillToVote(d.apps[i].Steps[k]); len(wait) > 0 {
		d.log(i, "vote", phrase.ApplyStepDone.With("step", s.name(), "who", d.By.Name), s.clause(d.Policy))
		d.showApplication(i)
		return phrase.VotedReply.With("who", d.names(wait)), nil
	}
	if s.Tells && d.apps[i].Steps[k].Told.IsZero() {
		d.tellFamily(i, k, s)
		return phrase.FamilyToldReply.With("who", d.nameOf(d.familyOf(d.apps[i]))), nil
	}
	d.closeStep(i, k, s)
	if s.Decides {
		return phrase.ApproveReply.With("name", d.Student.Name, "kind", requestWord(a.Kind)), nil
	}
	return phrase.StepReply.String(), nil
}

// stillToVote are those who must agree as well.
func (d *draft) stillToVote(st school.Step) []string {
	if !st.Everyone {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(st.People), func(p string) bool {
		return slices.ContainsFunc(st.Votes, func(v school.Vote) bool { return v.Verdict == verdictApprove && (v.By == p || d.standsIn(v.By, p)) })
	})
}

// standsIn says whether one person acts for another now.
func (d *draft) standsIn(deputy, person string) bool {
	return slices.ContainsFunc(d.Delegations, func(g school.Delegation) bool { return g.To == deputy && g.From == person && g.Active(d.Now) })
}

// refuse ends the application; the applicant hears why.
func (d *draft) refuse(i, k int, s FlowStep, reason string) string {
	d.vote(i, k, verdictReject, reason)
	a := copyApplication(d.apps[i])
	a.State, a.ClosedAt, a.Over = school.ApplicationRejected, d.Now, d.Now
	for j := range a.Steps {
		if st := &a.Steps[j]; st.State != school.StepDone {
			st.State, st.ClosedAt = school.StepSkipped, d.Now
		}
	}
	a.Steps[k].State = school.StepRejected
	d.setApplication(i, a)
	d.log(i, "reject", phrase.ApplyRejected.With("step", s.name(), "who", d.By.Name, "reason", reason), s.clause(d.Policy))
	result := phrase.ResultRejected.With("who", d.By.Name, "at", d.moment(d.Now), "reason", reason)
	d.settleCard(a.Steps[k].Card, school.CardDone, result)
	d.settleSteps(a, result)
	d.endOwnCard(a, result)
	d.tellApplicant(a, phrase.ToldRejected.With("school", d.School.Name, "name", d.Student.Name, "kind", requestWord(a.Kind),
		"reason", strings.TrimRight(reason, "。！!. "), "teacher", d.names(d.holders(school.TitleHomeroom).People)))
	return phrase.RefuseReply.String()
}

// sendBack asks the applicant for more before anybody decides (退回).
func (d *draft) sendBack(i, k int, s FlowStep, reason string) string {
	d.vote(i, k, verdictReturn, reason)
	a := copyApplication(d.apps[i])
	card := a.Steps[k].Card
	a.Steps[0].State, a.Steps[0].ClosedAt = school.StepOpen, time.Time{}
	votes := a.Steps[k].Votes
	for j := k; j < len(a.Steps); j++ {
		if a.Steps[j].State == school.StepOpen {
			d.settleCard(a.Steps[j].Card, school.CardSuperseded, phrase.ResultReturned.With("who", d.By.Name, "at", d.moment(d.Now), "reason", reason))
			d.settleCard(a.Steps[j].Family, school.CardSuperseded, phrase.ResultReturned.With("who", d.By.Name, "at", d.moment(d.Now), "reason", reason))
			a.Steps[j].State = school.StepWaits
		}
	}
	a.Steps[k].Votes = votes
	d.setApplication(i, a)
	d.log(i, "return", phrase.ApplyReturned.With("step", s.name(), "who", d.By.Name, "reason", reason), s.clause(d.Policy))
	d.settleCard(card, school.CardSuperseded, phrase.ResultReturned.With("who", d.By.Name, "at", d.moment(d.Now), "reason", reason))
	d.showApplication(i)
	d.tellApplicant(a, phrase.ToldReturned.With("school", d.School.Name, "name", d.Student.Name, "kind", requestWord(a.Kind), "reason", strings.TrimRight(reason, "。！!. ")))
	return phrase.ReturnReply.String()
}

// handOver gives a step to somebody else (转交): they decide instead.
func (d *draft) handOver(i, k int, s FlowStep, to school.Staff) string {
	d.vote(i, k, verdictHanded, to.ID)
	a := copyApplication(d.apps[i])
	st := &a.Steps[k]
	d.settleCard(st.Card, school.CardSuperseded, phrase.ResultHanded.With("who", d.By.Name, "to", to.Name))
	mine := func(p string) bool { return p == d.By.ID || d.standsIn(d.By.ID, p) }
	others := slices.DeleteFunc(slices.Clone(st.People), mine)
	if !st.Everyone {
		others = nil
	}
	st.People = append(others, to.ID)
	st.Card = d.id("card", a.ID, s.ID, to.ID)
	d.setApplication(i, a)
	d.log(i, "hand-over", phrase.ApplyHanded.With("step", s.name(), "who", d.By.Name, "to", to.Name), "")
	d.stepCard(i, k)
	d.showApplication(i)
	return phrase.HandReply.With("who", to.Name)
}

// addDecider asks one more person (加签): then everybody must agree.
func (d *draft) addDecider(i, k int, s FlowStep, to school.Staff) string {
	d.vote(i, k, verdictAdded, to.ID)
	a := copyApplication(d.apps[i])
	st := &a.Steps[k]
	if !st.Everyone {
		st.People = []string{d.By.ID}
	}
	st.People, st.Everyone = append(st.People, to.ID), true
	d.setApplication(i, a)
	d.log(i, "add", phrase.ApplyAdded.With("step", s.name(), "who", d.By.Name, "to", to.Name), "")
	d.widenCard(i, k, []string{to.ID})
	d.showApplication(i)
	return phrase.AddReply.With("who", to.Name)
}

// tellApplicant sends the applicant a line; a family is not disturbed at night.
func (d *draft) tellApplicant(a school.Application, text string) {
	if !d.ofFamily(a.AskedBy) {
		d.text(a.AskedBy, text, phrase.WhyOwnWish.String(), stepApply, Applicant)
		return
	}
	n := d.notice(a.AskedBy, text, phrase.WhyOwnWish.String(), stepApply, Applicant)
	n.Key, n.Kind, n.DueAt = "parent:"+d.id(a.AskedBy, text), school.NoticeParent, d.outOfQuiet(d.Now)
	d.send(n)
}
