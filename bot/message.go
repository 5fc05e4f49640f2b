package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"guixiao/bot/intent"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// message understands one message and decides what follows.
func (t *talk) message() error {
	text := strings.TrimSpace(t.d.Text)
	if text == "" {
		return t.wordless()
	}
	t.sayLost()
	if done, err := t.delegate(text); done || err != nil {
		return err
	}
	if done, err := t.handOut(text); done || err != nil {
		return err
	}
	if cal := t.h.School.Calendar; cal.Kind(cal.DayOf(t.now)) == school.UnknownDay {
		return t.noCalendar(text)
	}
	open, card, err := t.question()
	if err != nil {
		return err
	}
	m := t.h.Reader.Read(intent.Input{Text: text, From: t.by, Now: t.said, Open: open})
	t.b.Metrics.Messages.WithLabelValues(m.Intent).Inc()
	if card != nil && card.State == school.CardOpen && card.Kind == school.CardAsk && answers(*card, m) {
		t.finish(*card, phrase.AskAnswered.With("who", t.by.Name, "what", text))
	}
	if err := t.act(m, card); err != nil {
		return err
	}
	return t.fileAway(m, card)
}

// noCalendar answers on a day the calendar does not know: nothing is guessed,
// and what was reported goes to the leader on duty, who can act on it.
func (t *talk) noCalendar(text string) error {
	m := t.h.Reader.Read(intent.Input{Text: text, From: t.by, Now: t.said})
	if m.Intent == school.IntentNone {
		t.smallTalk()
		return nil
	}
	if m.Has(school.FlagSafety) {
		return t.report(m, nil)
	}
	if err := t.delegations(); err != nil {
		return err
	}
	t.say(phrase.CalendarUnknown.With("day", string(t.h.School.Calendar.ConfirmedUntil())))
	forward := phrase.CalendarForward.With("who", t.by.Name, "text", text)
	for _, p := range t.h.School.Holders("值周领导", "", t.ds, t.now).People {
		t.tell(p, forward, phrase.CalendarWhy.With())
	}
	return t.b.warnCalendar(t.ctx, t.h)
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
// the newest open question this person holds. A card somebody else holds is
// none, and neither is one that does not exist: the words may still be
// complete in themselves.
func (t *talk) question() (*intent.Open, *school.Card, error) {
	if t.d.Card != "" {
		card, err := t.b.Store.Card(t.ctx, t.c.School, t.d.Card)
		if isNotFound(err) || err == nil && card.Kind == school.CardAsk && !holds(card, t.by.ID) {
			return nil, nil, nil
		}
		return openOf(card), &card, err
	}
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	cards = slices.DeleteFunc(cards, func(c school.Card) bool {
		return ofSchool(c) || c.Open != nil && (c.Open.Why == restoreQuestion || c.Open.Why == filesQuestion)
	})
	if err != nil || len(cards) == 0 {
		return nil, nil, err
	}
	if forms := ownForms(cards); len(forms) > 1 { // which of them is meant is for the words to say
		cards = slices.DeleteFunc(cards, func(c school.Card) bool { return c.Kind == school.CardApply })
		if len(cards) == 0 {
			return nil, nil, nil
		}
	}
	newest := slices.MaxFunc(cards, func(a, b school.Card) int {
		if d := t.urgency(a) - t.urgency(b); d != 0 {
			return d
		}
		return a.At.Compare(b.At)
	})
	return openOf(newest), &newest, nil
}

// ofSchool says whether a card is about a matter of the school: a form to fill
// in, never what a sentence in the chat answers.
func ofSchool(c school.Card) bool { return c.Student == "" && c.Case != "" }

// urgency puts what the bot asked today before everything else it has shown.
func (t *talk) urgency(c school.Card) int {
	cal := t.h.School.Calendar
	if c.Kind == school.CardAsk && cal.DayOf(c.At) == cal.DayOf(t.said) {
		return 1
	}
	return 0
}

var openKinds = map[string]string{
	school.CardAsk: "ask", school.CardConfirm: "card", school.CardStage: "card", school.CardStill: "card",
	school.CardRoll: "roll", school.CardTold: "notice", school.CardParent: "notice", school.CardCalls: "notice", school.CardSafety: "notice",
}

func openOf(c school.Card) *intent.Open {
	kind := openKinds[c.Kind]
	if slices.ContainsFunc(c.Buttons, func(b school.Button) bool { return b.Act == school.ActApprove }) {
		kind = "approve"
	}
	o := &intent.Open{Kind: kind, Class: c.Class, Case: c.Case, Student: c.Student}
	if c.Open != nil {
		o.Question = *c.Open
	}
	return o
}

// answers says whether the meaning answers the question of a card. A report
// about another child is none: who was asked about must not be forgotten.
func answers(card school.Card, m school.Meaning) bool {
	if m.Ask != nil || card.Open == nil {
		return false
	}
	about := slices.Clone(card.Open.Candidates)
	for _, r := range card.Open.Marks {
		if r.Student != "" {
			about = append(about, r.Student)
		}
	}
	if card.Open.Why == school.AskMissingName || card.Open.Why == school.AskCountMismatch || len(about) == 0 {
		return len(m.Marks) > 0 || len(m.Contacts) > 0 || m.Intent == school.IntentAllPresent ||
			m.Intent == school.IntentRequest || m.Intent == school.IntentCorrection
	}
	return slices.ContainsFunc(m.Marks, func(r school.MarkRange) bool { return slices.Contains(about, r.Student) }) ||
		slices.ContainsFunc(m.Contacts, func(c school.Contact) bool { return slices.Contains(about, c.Student) }) ||
		m.Request != nil && slices.Contains(about, m.Request.Student)
}

// act turns a meaning into decisions.
func (t *talk) act(m school.Meaning, card *school.Card) error {
	switch m.Intent {
	case school.IntentRefuse:
		return t.refuse()
	case school.IntentQuery:
		return t.query(m)
	case school.IntentDecision:
		return t.verdict(m)
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
