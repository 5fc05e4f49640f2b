package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"guixiao/bot/intent"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// message understands one message and decides what follows.
func (t *talk) message() error {
	text := strings.TrimSpace(t.d.Text)
	if text == "" {
		return t.wordless()
	}
	if done, err := t.delegate(text); done || err != nil {
		return err
	}
	if cal := t.h.School.Calendar; cal.Kind(cal.DayOf(t.now)) == school.UnknownDay {
		return t.noCalendar(text)
	}
	open, card, err := t.question()
	if err != nil {
		return err
	}
	m := t.h.Reader.Read(intent.Input{Text: text, From: t.by, Now: t.now, Open: open})
	t.b.Metrics.Messages.WithLabelValues(m.Intent).Inc()
	if card != nil && card.State == school.CardOpen && card.Kind == school.CardAsk && answers(m) {
		t.finish(*card, phrase.AskAnswered.With("who", t.by.Name, "what", text))
	}
	return t.act(m, card)
}

// noCalendar answers on a day the calendar does not know: nothing is guessed,
// and what was reported goes to the leader on duty, who can act on it.
func (t *talk) noCalendar(text string) error {
	m := t.h.Reader.Read(intent.Input{Text: text, From: t.by, Now: t.now})
	if m.Intent == school.IntentNone {
		t.smallTalk()
		return nil
	}
	t.say(phrase.CalendarUnknown.With("day", string(t.h.School.Calendar.ConfirmedUntil())))
	forward := phrase.CalendarForward.With("who", t.by.Name, "text", text)
	for _, p := range t.h.School.Holders("值周领导", "", t.ds, t.now).People {
		t.tell(p, forward, phrase.CalendarWhy.With())
	}
	return t.b.warnCalendar(t.ctx, t.h)
}

// wordless is a photo, a voice message or nothing: files answer the card that
// waits for them, everything else needs a sentence.
func (t *talk) wordless() error {
	if t.d.Card != "" && len(t.d.Attachments) > 0 {
		card, err := t.b.Store.Card(t.ctx, t.c.School, t.d.Card)
		if err != nil {
			return err
		}
		for _, in := range card.Inputs {
			if in.Type == "file" {
				t.d.Inputs = map[string]string{in.Key: "file:0"}
				t.d.Button = submitButton(card)
				return t.press()
			}
		}
	}
	t.say(phrase.TextPlease.With())
	return nil
}

func submitButton(card school.Card) string {
	for _, b := range card.Buttons {
		if b.Act == school.ActSubmit {
			return b.Key
		}
	}
	return ""
}

// question finds what the message may be the answer to: the card it names, or
// the newest open question this person holds.
func (t *talk) question() (*intent.Open, *school.Card, error) {
	if t.d.Card != "" {
		card, err := t.b.Store.Card(t.ctx, t.c.School, t.d.Card)
		if isNotFound(err) { // the words may still be complete in themselves
			return nil, nil, nil
		}
		return openOf(card), &card, err
	}
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil || len(cards) == 0 {
		return nil, nil, err
	}
	newest := slices.MaxFunc(cards, func(a, b school.Card) int {
		if d := urgency(a) - urgency(b); d != 0 {
			return d
		}
		return a.At.Compare(b.At)
	})
	return openOf(newest), &newest, nil
}

// urgency puts the bot's own question before everything else it has shown.
func urgency(c school.Card) int {
	if c.Kind == school.CardAsk {
		return 1
	}
	return 0
}

var openKinds = map[string]string{
	school.CardAsk: "ask", school.CardConfirm: "card", school.CardStage: "card", school.CardStill: "card",
	school.CardRoll: "roll", school.CardTold: "notice", school.CardParent: "notice", school.CardSafety: "notice",
}

func openOf(c school.Card) *intent.Open {
	o := &intent.Open{Kind: openKinds[c.Kind], Class: c.Class, Case: c.Case, Student: c.Student}
	if c.Open != nil {
		o.Question = *c.Open
	}
	return o
}

// answers says whether the meaning carries something that answers a question.
func answers(m school.Meaning) bool {
	return m.Ask == nil && (len(m.Marks) > 0 || len(m.Contacts) > 0 || m.Intent == school.IntentAllPresent ||
		m.Intent == school.IntentRequest || m.Intent == school.IntentCorrection)
}

// act turns a meaning into decisions.
func (t *talk) act(m school.Meaning, card *school.Card) error {
	switch m.Intent {
	case school.IntentRefuse:
		return t.refuse()
	case school.IntentQuery:
		return t.query(m)
	case school.IntentDecision:
		t.say(phrase.NothingToApprove.With())
		return nil
	case school.IntentNone:
		if m.Has(school.FlagSafety) {
			return t.report(m, card)
		}
		if done, err := t.answerInWords(card); done || err != nil {
			return err
		}
		t.smallTalk()
		return nil
	}
	return t.report(m, card)
}

// smallTalk answers what is no report: silence for 收到 and 好的, three
// examples for a sentence nobody understood.
func (t *talk) smallTalk() {
	if t.acknowledges() || t.group() {
		return
	}
	if t.by.Kind == school.KindGuardian {
		t.say(phrase.HelpGuardian.With())
		return
	}
	t.say(phrase.Help.With())
}

// acknowledges says whether the words are too short to report anything: 收到,
// 好的, 嗯嗯, 谢谢老师.
func (t *talk) acknowledges() bool {
	const runes = 4
	return utf8.RuneCountInString(strings.TrimSpace(t.d.Text)) <= runes
}

// report carries out everything a message says about children, as one change.
func (t *talk) report(m school.Meaning, card *school.Card) error {
	if len(m.Voids) == 0 && m.Intent == school.IntentCorrection && len(m.Marks) == 0 && len(m.Contacts) == 0 {
		return t.takeBack(card)
	}
	if m.Intent == school.IntentAllPresent {
		if err := t.mayReportAll(m); err != nil {
			return err
		}
	}
	byChild, order := t.collect(m)
	for _, id := range order {
		if err := t.mayReport(id); err != nil {
			return err
		}
	}
	facts, err := t.facts(order...)
	if err != nil {
		return err
	}
	for _, id := range order {
		c, err := t.reportChild(facts[id], byChild[id])
		if err != nil {
			return err
		}
		t.c.Merge(c)
		if onLeave(facts[id], c, byChild[id].Marks) {
			t.say(phrase.OnLeaveSaid.With("name", t.h.name(id)))
			m.Marks = slices.DeleteFunc(m.Marks, func(r school.MarkRange) bool { return r.Student == id })
		}
	}
	if err := t.roll(m, order); err != nil {
		return err
	}
	if len(order) == 0 && m.Has(school.FlagSafety) {
		t.safetyUnnamed()
	}
	return t.reply(m, order)
}

// onLeave says whether an absence was not recorded because leave covers it.
func onLeave(f rules.Facts, c school.Change, said []school.MarkRange) bool {
	if len(c.Marks) > 0 || len(c.Leaves) > 0 {
		return false
	}
	for _, r := range said {
		if mark, ok := f.Sheet.MarkAt(r.From); r.Mark.Missing() && !(ok && mark.Kind.Missing()) {
			return true
		}
	}
	return false
}

// childReport is what one message says about one child.
type childReport struct {
	rules.Report
	voids   []school.Slot
	request *school.Request
}

func (t *talk) collect(m school.Meaning) (map[string]*childReport, []string) {
	all := map[string]*childReport{}
	var order []string
	of := func(id string) *childReport {
		if all[id] == nil {
			all[id] = &childReport{Report: rules.Report{Flags: m.Flags, Text: t.d.Text, Pending: m.Ask != nil && m.Ask.Why == school.AskConfirm,
				Correction: m.Intent == school.IntentCorrection}}
			order = append(order, id)
		}
		return all[id]
	}
	for _, r := range m.Marks {
		c := of(r.Student)
		c.Marks = append(c.Marks, r)
	}
	for _, k := range m.Contacts {
		if k.Student != "" {
			c := of(k.Student)
			c.Contacts = append(c.Contacts, k)
		}
	}
	for _, v := range m.Voids {
		c := of(v.Student)
		c.voids = append(c.voids, t.h.School.Calendar.SlotsBetween(v.From, v.To)...)
	}
	if m.Request != nil && m.Request.Kind != "leave" && m.Request.Student != "" {
		of(m.Request.Student).request = m.Request
	}
	if flagged := m.Has(school.FlagSafety) || m.Has(school.FlagIntentToLeave); flagged && len(order) == 0 {
		if only := t.onlyChild(); only != "" {
			of(only)
		}
	}
	return all, order
}

// onlyChild is the guardian's child when there is exactly one.
func (t *talk) onlyChild() string {
	if len(t.by.Children) == 1 {
		return t.by.Children[0].Student
	}
	return ""
}

func (t *talk) mayReport(student string) error {
	s, ok := t.h.School.Roster.Student(student)
	if !ok {
		return school.NotFound("学号 %s 不在名单里", student)
	}
	if err := t.delegations(); err != nil {
		return err
	}
	if t.h.School.MayReport(t.by, s, t.ds, t.now) {
		return nil
	}
	if t.by.Kind == school.KindGuardian {
		return school.Forbidden(phrase.NotYourChild.With())
	}
	return school.Forbidden(phrase.NotYourClass.With("name", s.Name))
}

func (t *talk) reportChild(f rules.Facts, r *childReport) (school.Change, error) {
	switch {
	case r.request != nil:
		c, text, err := rules.Happen(f, "application-received", map[string]string{"kind": r.request.Kind,
			"from": r.request.From.String(), "to": r.request.To.String(), "reason": r.request.Reason}, nil)
		if err == nil && text != "" {
			t.say(text)
		}
		return c, err
	case len(r.Marks) == 0 && len(r.voids) > 0:
		return rules.Withdraw(f, r.voids)
	default:
		return rules.Note(f, r.Report)
	}
}
