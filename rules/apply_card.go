package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Keys of the buttons on cards of applications.
const (
	buttonApprove  = "approve"
	buttonRefuse   = "refuse"
	buttonReturn   = "return"
	buttonHandOver = "hand-over"
	buttonAdd      = "add"
	buttonUrge     = "urge"
	ButtonRevoke   = "revoke"
	toInput        = "to"
)

// Verdicts of a Vote.
const (
	verdictApprove = "approve"
	verdictReject  = "reject"
	verdictReturn  = "return"
	verdictHanded  = "hand-over"
	verdictAdded   = "add"
)

func ownCardID(a school.Application) string { return school.ID("card", stepApply, a.ID) }

// ownCard is what the applicant holds: what was told, what is missing, and
// where the application stands.
func (d *draft) ownCard(i int) {
	a := d.apps[i]
	card := school.Card{ID: ownCardID(a), Kind: school.CardApply, Stage: stepApply, Role: Applicant, People: []string{a.AskedBy}, Why: phrase.WhyOwnWish.String()}
	card.Slot, _ = d.cal.Current(d.Now)
	d.fillOwnCard(a, &card)
	d.openCard(card, sending{text: card.Title})
}

func (d *draft) fillOwnCard(a school.Application, card *school.Card) {
	f := d.way(a)
	card.Title = phrase.ApplyTitle.With("name", d.Student.Name, "kind", requestWord(a.Kind))
	card.Fields = append(d.factsOf(a, f), d.progress(a, f)...)
	card.Inputs, card.Buttons = nil, nil
	if a.Steps[0].State == school.StepOpen {
		for _, r := range f.Require {
			if r.Known == "" && r.Name != "type" {
				card.Inputs = append(card.Inputs, d.propose(a, askFor(r, a.Answers[r.Name])))
			}
		}
		card.Buttons = append(card.Buttons, school.Button{Key: buttonSubmit, Text: phrase.ButtonSubmit.String(), Style: "primary", Act: school.ActSubmit})
	} else {
		card.Buttons = append(card.Buttons, school.Button{Key: buttonUrge, Text: phrase.ButtonUrge.String(), Act: school.ActSubmit})
	}
	card.Buttons = append(card.Buttons, school.Button{Key: ButtonRevoke, Text: phrase.ButtonRevoke.String(), Style: "danger", Act: school.ActCancel})
}

// askFor is the input of one answer, with what is known as the proposal.
func askFor(r Require, value string) school.Input {
	in := school.Input{Key: r.Name, Label: r.label(), Type: r.Type, Required: !r.Optional && value == "", Value: value}
	for _, o := range r.Options {
		in.Options = append(in.Options, school.Option{ID: o, Text: o})
	}
	return in
}

// factsOf is what everybody who decides must see.
func (d *draft) factsOf(a school.Application, f Flow) []school.Field {
	fields := []school.Field{{K: phrase.FieldStudent.String(), V: d.Student.Name}, {K: phrase.FieldClass.String(), V: d.class.Name},
		{K: phrase.FieldApplicant.String(), V: d.applicantName(a)}, {K: phrase.FieldSpan.String(), V: d.spanOf(a)},
		{K: phrase.FieldReason.String(), V: orDash(a.Answers[reasonName])}}
	if a.Kind == school.ApplyRegime {
		fields = fields[2:3] // about no child
	}
	for _, r := range f.Require {
		v := a.Answers[r.Name]
		if v == "" || slices.Contains([]string{reasonName, "type", fromDate, returnDate}, r.Name) {
			continue
		}
		if r.Type == "file" {
			v = documentTitle(a, v)
		}
		fields = append(fields, school.Field{K: r.label(), V: v})
	}
	return append(fields, d.sheetFields(a)...)
}

func documentTitle(a school.Application, id string) string {
	for _, doc := range a.Documents {
		if doc.ID == id {
			return doc.Name
		}
	}
	return id
}

// applicantName is the applicant as the class teacher knows them.
func (d *draft) applicantName(a school.Application) string {
	p, _ := d.School.Roster.Person(a.AskedBy)
	for _, c := range p.Children {
		if c.Student == d.Student.ID && c.Relation != "" {
			return phrase.GuardianName.With("relation", c.Relation, "name", p.Name)
		}
	}
	return d.nameOf(a.AskedBy)
}

// spanOf is from when to when, as people read it.
func (d *draft) spanOf(a school.Application) string {
	switch {
	case a.From == "" && a.To == "":
		return phrase.ForGood.String()
	case a.To == "":
		return phrase.FromTo.With("from", a.From.Name(), "to", phrase.UntilTermEnd.String())
	case a.From == "":
		return phrase.FromTo.With("from", "…", "to", a.To.Name())
	}
	return phrase.FromTo.With("from", a.From.Name(), "to", a.To.Name())
}

// progress is one line for each station.
func (d *draft) progress(a school.Application, f Flow) []school.Field {
	var fields []school.Field
	for _, st := range a.Steps[1:] {
		s := f.step(st)
		v := phrase.ProgressWaits.String()
		switch st.State {
		case school.StepOpen:
			due := ""
			if !st.Due.IsZero() {
				due = phrase.ProgressDue.With("due", d.moment(st.Due))
			}
			v = phrase.ProgressOpen.With("who", d.names(st.People), "due", due)
		case school.StepDone:
			v = phrase.ProgressDone.With("who", d.doneBy(st), "at", d.moment(st.ClosedAt))
			for _, r := range s.Require {
				if w := st.Answers[r.Name]; w != "" && r.Type != "file" {
					v += "；" + r.label() + "：" + w
				}
			}
		case school.StepSkipped:
			continue
		case school.StepRejected, school.StepReturned:
			v = lastNote(st)
		}
		if end, err := d.deadline(s.Deadline, anchor{at: d.Now, day: d.cal.DayOf(d.Now), fields: a.Answers}); st.State == school.StepWaits && s.Deadline.Before != "" && err == nil {
			v = phrase.FieldWindow.With("step", d.moment(end))
		}
		fields = append(fields, school.Field{K: s.name(), V: v})
	}
	return fields
}

func (d *draft) doneBy(st school.Step) string {
	if n := len(st.Votes); n > 0 {
		return d.nameOf(st.Votes[n-1].By)
	}
	return d.names(st.People)
}

func lastNote(st school.Step) string {
	if n := len(st.Votes); n > 0 {
		return st.Votes[n-1].Note
	}
	return ""
}

// stepCard puts a step before its people.
func (d *draft) stepCard(i, k int) {
	a := d.apps[i]
	f := d.way(a)
	s, st := f.step(a.Steps[k]), a.Steps[k]
	card := school.Card{ID: st.Card, Kind: school.CardApply, Stage: st.ID, Role: st.Post, People: st.People,
		Why: phrase.WhyApplied.With("role", st.Post, "clause", s.clause(d.Policy))}
	card.Slot, _ = d.cal.Current(d.Now)
	d.fillStepCard(a, f, k, &card)
	d.openCard(card, sending{text: joined(card.Title, d.applicantName(a), orDash(a.Answers[reasonName]))})
}

func (d *draft) fillStepCard(a school.Application, f Flow, k int, card *school.Card) {
	st := a.Steps[k]
	s := f.step(st)
	card.Title = phrase.ApplyStepTitle.With("name", d.Student.Name, "kind", requestWord(a.Kind), "step", s.name())
	card.Fields = d.factsOf(a, f)
	for _, line := range d.progress(a, f) {
		if line.K != s.name() {
			card.Fields = append(card.Fields, line)
		}
	}
	if !st.Called.IsZero() {
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldDo.String(), V: phrase.FamilyCall.With("do", s.Do, "who", d.guardians())})
	}
	card.Due = nil
	if !st.Due.IsZero() {
		due := d.cal.In(st.Due)
		card.Due = &due
		v := d.moment(due)
		if st.Overdue {
			v = phrase.OverdueMark.With("due", v)
		}
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldDue.String(), V: v})
	}
	card.Inputs = d.offers(a, st, s)
	if !asks(s.Require, reasonName) {
		card.Inputs = append(card.Inputs, school.Input{Key: reasonName, Label: phrase.LabelWhyNot.String(), Type: "text"})
	}
	card.Inputs = append(card.Inputs, school.Input{Key: toInput, Label: phrase.LabelPerson.String(), Type: "people"})
	if s.Decides {
		card.Buttons = []school.Button{{Key: buttonApprove, Text: phrase.ButtonApprove.String(), Style: "primary", Act: school.ActApprove},
			{Key: buttonRefuse, Text: phrase.ButtonRefuse.String(), Style: "danger", Act: school.ActReject}}
	} else {
		card.Buttons = []school.Button{{Key: buttonSubmit, Text: phrase.ButtonSubmit.String(), Style: "primary", Act: school.ActSubmit}}
	}
	if a.Waiting() {
		card.Buttons = append(card.Buttons, school.Button{Key: buttonReturn, Text: phrase.ButtonReturn.String(), Act: school.ActSubmit})
	}
	card.Buttons = append(card.Buttons, school.Button{Key: buttonHandOver, Text: phrase.ButtonHandOver.String(), Act: school.ActSubmit})
	if s.Decides {
		card.Buttons = append(card.Buttons, school.Button{Key: buttonAdd, Text: phrase.ButtonAdd.String(), Act: school.ActSubmit})
	}
}

// showApplication brings every open card of an application up to date.
func (d *draft) showApplication(i int) {
	a := d.apps[i]
	f := d.way(a)
	if j := d.cardIndex(ownCardID(a)); j >= 0 && d.cards[j].State == school.CardOpen && a.Waiting() {
		card := d.cards[j]
		d.fillOwnCard(a, &card)
		d.changeCard(j, card)
	}
	for k, st := range a.Steps {
		j := d.cardIndex(st.Card)
		if k == 0 || st.State != school.StepOpen || j < 0 || d.cards[j].State != school.CardOpen || d.newCards[st.Card] {
			continue
		}
		card := d.cards[j]
		card.Role = st.Post
		d.fillStepCard(a, f, k, &card)
		d.changeCard(j, card)
	}
}

// endOwnCard closes the applicant's card with how it all stands at the end.
func (d *draft) endOwnCard(a school.Application, result string) {
	if j := d.cardIndex(ownCardID(a)); j >= 0 && d.cards[j].State == school.CardOpen {
		card := d.cards[j]
		d.fillOwnCard(a, &card)
		d.changeCard(j, card)
	}
	d.settleCard(ownCardID(a), school.CardDone, result)
}

// widenCard gives more people a copy of a step's card.
func (d *draft) widenCard(i, k int, added []string) {
	j := d.cardIndex(d.apps[i].Steps[k].Card)
	if j < 0 {
		return
	}
	card := d.cards[j]
	card.People = slices.Concat(card.People, added)
	for _, p := range added {
		d.told["copy"+card.ID+p] = true
	}
	d.changeCard(j, card)
}

// settleSteps closes the cards of steps that are no longer needed.
func (d *draft) settleSteps(a school.Application, result string) {
	for _, st := range a.Steps {
		d.settleCard(st.Card, school.CardSuperseded, result)
		d.settleCard(st.Family, school.CardSuperseded, result)
	}
}

// OwnCard is the id of the card the applicant holds.
func OwnCard(a school.Application) string { return ownCardID(a) }

// WhereItStands says in a line how far an application has come.
func WhereItStands(f Facts, a school.Application) string {
	d := begin(f)
	flow := d.way(a)
	state := ""
	switch a.State {
	case school.ApplicationApproved:
		state = phrase.StandsApproved.String()
	case school.ApplicationWithdrawn:
		state = phrase.StandsWithdrawn.String()
	case school.ApplicationRejected:
		for _, st := range a.Steps {
			if st.State == school.StepRejected {
				state = phrase.StandsRejected.With("reason", lastNote(st))
			}
		}
	}
	for k, st := range a.Steps {
		switch {
		case st.State != school.StepOpen:
		case k == 0:
			state = phrase.StandsYours.With("what", strings.Join(d.untold(a, flow), "、"))
		default:
			due := ""
			if !st.Due.IsZero() {
				due = phrase.ProgressDue.With("due", d.moment(st.Due))
			}
			state = joined(state, phrase.StandsOpen.With("step", flow.step(st).name(), "who", d.names(st.People), "due", due))
		}
	}
	return phrase.StandsLine.With("name", d.Student.Name, "kind", requestWord(a.Kind), "day", d.cal.DayOf(a.AskedAt).Name(), "state", state)
}
