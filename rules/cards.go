package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// stageCard asks the people of a stage for its answers.
func (d *draft) stageCard(s Stage, i int) {
	st := &d.cs.Stages[i]
	card := school.Card{ID: d.id("card", s.ID, "stage"), Kind: school.CardStage, Stage: s.ID, Role: st.Role, People: st.People,
		Title: phrase.StageCardTitle.With("name", d.subject(), "stage", s.name()), Slot: d.lastMissed()}
	if len(s.By) > 0 {
		card.Why = d.why(s, s.By[0], d.holders(s.By[0]))
	}
	if s.Per == PerPerson {
		card.ID = d.id("card", s.ID, "stage", st.Of)
	}
	if d.matter() {
		card.ID, card.Class, card.Slot = d.id("card", s.ID, "stage", st.Of), d.class.ID, school.Slot{}
	}
	st.Card = card.ID
	d.fillStageCard(s, *st, &card)
	d.openCard(card, sending{text: d.cardText(card), urgent: s.Urgent})
	d.alarm(-1, st.People)
}

// fillStageCard writes what a stage card shows now.
func (d *draft) fillStageCard(s Stage, st school.Stage, card *school.Card) {
	card.Fields = d.facts(s)
	if !st.Due.IsZero() {
		due := d.cal.In(st.Due)
		card.Due = &due
		v := d.moment(st.Due)
		if st.Overdue {
			v = phrase.OverdueMark.With("due", v)
		}
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldDue.String(), V: v})
	}
	card.Inputs = nil
	for _, r := range s.Require {
		if v := st.Answers[r.Name]; v != "" && r.Known != "" && r.Known != KnownStudent && r.Known != KnownSession {
			card.Fields = append(card.Fields, school.Field{K: r.label(), V: v})
		}
		if r.Known == "" && d.asks(r) {
			in := d.input(r, st)
			in.Required = in.Required && !s.nilReturn() && !s.InOrder && (len(r.Of) == 0 || r.Type == "people")
			card.Inputs = append(card.Inputs, in)
		}
	}
	card.Buttons = []school.Button{{Key: buttonSubmit, Text: phrase.ButtonSubmit.String(), Style: "primary", Act: school.ActSubmit}}
	if s.nilReturn() {
		card.Buttons = append(card.Buttons, school.Button{Key: buttonNil, Text: phrase.ButtonNil.String(), Act: school.ActSubmit})
	}
	if d.followed(s.ID + "-" + refusal) {
		card.Buttons = append(card.Buttons, school.Button{Key: buttonRefusal, Text: phrase.ButtonRefusal.String(), Style: "danger", Act: school.ActSubmit})
	}
	if d.offersNoContact(s) {
		card.Inputs = append(card.Inputs, school.Input{Key: attemptsName, Label: phrase.LabelAttempts.String(), Type: "number"})
		card.Buttons = append(card.Buttons, school.Button{Key: buttonNoContact, Text: phrase.ButtonNoContact.String(), Act: school.ActSubmit})
	}
}

// input asks for one answer; what is known already is the proposal.
func (d *draft) input(r Require, st school.Stage) school.Input {
	in := school.Input{Key: r.Name, Label: r.label(), Type: r.Type, Required: !r.Optional && len(r.If) == 0 && st.Answers[r.Name] == "", Value: st.Answers[r.Name]}
	if in.Type == "" || in.Type == "students" {
		in.Type = "text"
	}
	for _, o := range r.Options {
		in.Options = append(in.Options, school.Option{ID: o, Text: o})
	}
	if a, ok := d.cs.Answers[r.Name]; ok && in.Value == "" && r.Type != "file" && known(a.Value) && d.ofThisRun(a) {
		in.Value = a.Value
	}
	if r.Name == reasonName && in.Value == "" {
		in.Value = d.familySays()
	}
	return in
}

func (r Require) label() string {
	if r.Label != "" {
		return r.Label
	}
	return r.Name
}

// facts are the first lines of every card about a case.
func (d *draft) facts(s Stage) []school.Field {
	if d.matter() {
		return d.matterFacts(s)
	}
	f := []school.Field{
		{K: phrase.FieldStudent.String(), V: d.Student.Name},
		{K: phrase.FieldClass.String(), V: d.class.Name},
	}
	if len(d.cs.Missed) > 0 {
		f = append(f, school.Field{K: phrase.FieldMissed.String(), V: d.missedText()},
			school.Field{K: phrase.FieldReason.String(), V: d.reason()})
		if by := d.slots[d.cs.Missed[0].Slot].By; by != "" {
			f = append(f, school.Field{K: phrase.FieldBy.String(), V: d.nameOf(by)})
		}
	}
	if s.Do != "" {
		f = append(f, school.Field{K: phrase.FieldDo.String(), V: s.Do})
	}
	return f
}

// reason is why the child is away as far as anybody knows.
func (d *draft) reason() string {
	if says := d.familySays(); says != "" && !known(d.cs.Reason) {
		return says
	}
	return orReason(d.cs.Reason)
}

// missedText is 共3个半天：3月9日（周一）上午、下午，3月10日（周二）上午.
func (d *draft) missedText() string {
	run := d.cs.Missed
	if len(run) > 6 {
		return phrase.MissedSpan.With("n", len(run), "from", d.cal.SlotName(run[0].Slot), "to", d.cal.SlotName(run[len(run)-1].Slot))
	}
	var days []string
	for i, m := range run {
		name := d.cal.SlotName(m.Slot)
		if i > 0 && run[i-1].Slot.Day == m.Slot.Day {
			days[len(days)-1] += "、" + strings.TrimPrefix(name, m.Slot.Day.Name())
			continue
		}
		days = append(days, name)
	}
	return phrase.MissedList.With("n", len(run), "days", strings.Join(days, "，"))
}

func (d *draft) lastMissed() school.Slot {
	if n := len(d.cs.Missed); n > 0 {
		return d.cs.Missed[n-1].Slot
	}
	slot, _ := d.cal.Current(d.Now)
	return slot
}

// toldCard lets a role know, with one button: 收到.
func (d *draft) toldCard(s Stage, i int, role string, people []string, about telling, why string) {
	st := d.cs.Stages[i]
	card := school.Card{ID: d.id("card", s.ID, string(about), role), Kind: school.CardTold, Stage: s.ID, Role: role, People: people, Why: why,
		Slot: d.lastMissed(), Buttons: []school.Button{{Key: buttonAck, Text: phrase.ButtonAck.String(), Style: "primary", Act: school.ActAck}}}
	title := phrase.ToldTitle
	if about == tellOverdue {
		title = phrase.ToldOverdueTitle
	}
	card.Title = title.With("whom", d.whom(), "stage", s.name(), "who", strings.Join(s.By, "、"))
	card.Fields = append(d.facts(Stage{}), d.answerFields(s, st, true)...)
	if st.Open() && !st.Due.IsZero() {
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldDue.String(), V: d.moment(st.Due)})
	}
	if d.matter() {
		card.ID, card.Slot = d.id("card", s.ID, st.Of, string(about), role), school.Slot{}
	}
	if s.AckSoon != (Span{}) {
		if due, err := d.spanEnd(s.AckSoon, d.Now); err == nil {
			d.awaitAck(&card, due)
		}
	} else {
		d.watchAck(&card)
	}
	d.openCard(card, sending{text: d.newsOf(s, i, about), urgent: s.Urgent})
}

// openCard puts a new card on the sheet; it is sent when the decision ends.
func (d *draft) openCard(card school.Card, how sending) {
	card.Student, card.Class, card.State, card.At = d.Student.ID, d.class.ID, school.CardOpen, d.Now
	if d.matter() && d.part == "" {
		card.Class = ""
	}
	if d.cs != nil && card.Case == "" {
		card.Case = d.cs.ID
	}
	d.cards = append(d.cards, card)
	d.reCard[card.ID] = how
	d.newCards[card.ID] = true
}

func (d *draft) cardIndex(id string) int {
	return slices.IndexFunc(d.cards, func(c school.Card) bool { return id != "" && c.ID == id })
}

// refreshCard shows a stage as it is now.
func (d *draft) refreshCard(s Stage, i int) {
	j := d.cardIndex(d.cs.Stages[i].Card)
	if j < 0 || d.cards[j].State != school.CardOpen {
		return
	}
	card := d.cards[j]
	d.fillStageCard(s, d.cs.Stages[i], &card)
	d.changeCard(j, card)
}

func (d *draft) changeCard(j int, card school.Card) {
	d.cards[j] = card
	if how, ok := d.reCard[card.ID]; !ok || how.text == "" {
		d.reCard[card.ID] = sending{text: d.cardText(card), urgent: card.Kind == school.CardSafety}
	}
}

// settleCard closes a card with what became of it.
func (d *draft) settleCard(id, state, result string) {
	j := d.cardIndex(id)
	if j < 0 || d.cards[j].State != school.CardOpen {
		return
	}
	card := d.cards[j]
	card.State, card.Result, card.Buttons = state, result, nil
	card.Inputs = slices.Clone(card.Inputs)
	for i := range card.Inputs {
		card.Inputs[i].Required = false
	}
	if card.Kind == school.CardParent && state == school.CardSuperseded {
		card.Title = phrase.ParentOver.With("school", d.School.Name, "name", d.Student.Name, "slot", d.cal.SlotName(card.Slot))
	}
	d.changeCard(j, card)
	if !d.newCards[id] && (card.Kind == school.CardTold || card.Kind == school.CardSafety || card.Kind == school.CardStill) {
		d.cancel(ackTimer(id))
	}
}

// writeCards sends new cards and updates every copy of those that changed. A
// card that was settled before it left is not sent at all.
func (d *draft) writeCards() {
	for _, card := range d.cards {
		how, touched := d.reCard[card.ID]
		if !touched || d.newCards[card.ID] && card.State != school.CardOpen {
			continue
		}
		d.out.Cards = append(d.out.Cards, card)
		for _, p := range card.People {
			d.writeCopy(card, p, how)
		}
	}
}

func (d *draft) writeCopy(card school.Card, person string, how sending) {
	n := d.notice(person, how.text, card.Why, card.Stage, d.roleAmong(strings.Split(card.Role, "、"), person))
	n.Key, n.Kind, n.Case, n.Urgent = school.CardKey(card.ID, person), school.NoticeCard, card.Case, how.urgent
	if card.Role == phrase.RoleFamily.String() {
		n.Kind, n.DueAt = school.NoticeParent, d.outOfQuiet(d.Now)
	}
	if d.matter() {
		n.Case = ""
	}
	if card.Kind == school.CardParent {
		n.Kind, n.DueAt, n.Gist = school.NoticeParent, d.outOfQuiet(d.Now), d.alarmGist(card)
	}
	copied := card
	n.Card = &copied
	if d.newCards[card.ID] || d.told["copy"+card.ID+person] {
		d.send(n)
		return
	}
	if _, here := d.School.Roster.Person(person); !here {
		return
	}
	n.Act, n.Of, n.Key = school.NoticeUpdate, n.Key, n.Key+":"+school.ID(d.Event)
	d.out.Notices = append(d.out.Notices, n)
}

// cardText is the card in one line, for platforms without cards.
func (d *draft) cardText(card school.Card) string {
	if card.State != school.CardOpen {
		return joined(card.Title, card.Result)
	}
	parts := []string{card.Title}
	for _, f := range card.Fields {
		if f.K == phrase.FieldMissed.String() || f.K == phrase.FieldDue.String() {
			parts = append(parts, f.K+"："+f.V)
		}
	}
	return joined(append(parts, card.Result)...)
}

// joined puts parts in one line; after a whole sentence the next begins.
func joined(parts ...string) string {
	line := ""
	for _, p := range parts {
		if line != "" && p != "" && !strings.HasSuffix(line, "。") {
			line += "；"
		}
		line += p
	}
	return line
}
