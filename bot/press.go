package bot

import (
	"strings"

	"guixiao/bot/intent"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// press decides a pressed button. A card that is settled, a person it was not
// sent to and a button it does not have are answered politely and change nothing.
func (t *talk) press() error {
	card, err := t.b.Store.Card(t.ctx, t.c.School, t.d.Card)
	if isNotFound(err) {
		return school.NotFound("%s", phrase.PressGone.With())
	}
	if err != nil {
		return err
	}
	if t.d.Code != "" {
		t.c.Codes = append(t.c.Codes, school.CardCode{Card: card.ID, Person: t.by.ID, Code: t.d.Code, At: t.now})
	}
	if card.State != school.CardOpen {
		return school.Refused(phrase.PressClosed.With("result", card.Result))
	}
	button, ok := findButton(card, t.d.Button)
	if !ok {
		return school.Invalid("%s", phrase.PressUnknown.With())
	}
	switch card.Kind {
	case school.CardConfirm, school.CardAsk, school.CardRoll:
		if !holds(card, t.by.ID) {
			return school.Forbidden(phrase.PressNotYours.With())
		}
		err = t.pressTalk(card, button)
	case school.CardCalls:
		if !holds(card, t.by.ID) {
			return school.Forbidden(phrase.PressNotYours.With())
		}
		err = t.pressCall(card, button)
	default:
		err = t.pressChild(card, button)
	}
	if err == nil && t.c.Reply == nil {
		t.c.Reply = &school.Reply{OK: true, Text: phrase.PressOK.With()}
	}
	return err
}

func findButton(card school.Card, key string) (school.Button, bool) {
	for _, b := range card.Buttons {
		if b.Key == key {
			return b, true
		}
	}
	return school.Button{}, false
}

func holds(card school.Card, person string) bool {
	for _, p := range card.People {
		if p == person {
			return true
		}
	}
	return false
}

// pressChild lets the rules decide a card about one child.
func (t *talk) pressChild(card school.Card, button school.Button) error {
	if ofSchool(card) {
		return t.pressMatter(card, button)
	}
	if card.Student == "" {
		if !holds(card, t.by.ID) {
			return school.Forbidden(phrase.PressNotYours.With())
		}
		t.finish(card, phrase.ConfirmDone.With("who", t.by.Name))
		t.c.Cancel = append(t.c.Cancel, ackTimer(card.ID))
		return nil
	}
	facts, err := t.facts(card.Student)
	if err != nil {
		return err
	}
	c, text, err := rules.Press(facts[card.Student], card, button.Key, t.d.Inputs, t.d.Attachments)
	if err != nil {
		return err
	}
	t.c.Merge(c)
	t.c.Reply = &school.Reply{OK: true, Text: text}
	return t.pressShared(card, button.Key)
}

// pressTalk answers a card of the conversation itself.
func (t *talk) pressTalk(card school.Card, button school.Button) error {
	switch {
	case card.Kind == school.CardRoll:
		return t.pressRoll(card, button)
	case card.Kind == school.CardAsk:
		return t.pressAsk(card, button)
	case button.Key == "confirm":
		return t.confirmed(card)
	case button.Key == "cancel":
		return t.cancelled(card)
	case button.Key == "change":
		return t.changed(card)
	case button.Key == "restore":
		t.finish(card, phrase.ConfirmRestored.With("who", t.by.Name))
		if err := t.note(card.Open.Marks, card.Open.Text, school.IntentAttendance); err != nil {
			return err
		}
		t.confirm(school.Meaning{Marks: card.Open.Marks, Class: card.Class})
		return nil
	}
	return school.Invalid("%s", phrase.PressUnknown.With())
}

func (t *talk) confirmed(card school.Card) error {
	t.finish(card, phrase.ConfirmDone.With("who", t.by.Name))
	if card.Open == nil || card.Open.Why != school.AskConfirm {
		return nil
	}
	return t.note(card.Open.Marks, card.Open.Text, school.IntentAttendance)
}

func (t *talk) cancelled(card school.Card) error {
	if card.Open == nil {
		t.finish(card, phrase.ConfirmCancelled.With("who", t.by.Name))
		return nil
	}
	if card.Open.Why == school.AskConfirm {
		t.finish(card, phrase.ConfirmRefused.With("who", t.by.Name))
		return t.withdraw(card.Open.Marks, func(m school.Mark, _ school.MarkKind) bool { return m.Pending })
	}
	t.finish(card, phrase.ConfirmCancelled.With("who", t.by.Name))
	if len(card.Open.Marks) == 0 {
		return nil
	}
	if err := t.withdraw(card.Open.Marks, asSaid); err != nil {
		return err
	}
	t.undoCard(card)
	return nil
}

func (t *talk) changed(card school.Card) error {
	kind := school.MarkKind(t.d.Inputs["mark"])
	if len(card.Open.Marks) != 1 || !kind.Valid() || kind == school.Truant {
		name := ""
		if len(card.Open.Marks) > 0 {
			name = t.h.name(card.Open.Marks[0].Student)
		}
		return school.Invalid("%s", phrase.ChangeHow.With("name", name))
	}
	r := card.Open.Marks[0]
	r.Mark = kind
	t.finish(card, phrase.ConfirmChanged.With("who", t.by.Name, "mark", MarkWord(kind)))
	if err := t.note([]school.MarkRange{r}, card.Open.Text, school.IntentCorrection); err != nil {
		return err
	}
	t.confirm(school.Meaning{Marks: []school.MarkRange{r}, Class: card.Class})
	return nil
}

// pressAsk completes the message that was in doubt.
func (t *talk) pressAsk(card school.Card, button school.Button) error {
	if card.Open != nil && card.Open.Why == filesQuestion {
		return t.handIn(card, button)
	}
	t.finish(card, phrase.AskAnswered.With("who", t.by.Name, "what", button.Text))
	if button.Act == school.ActCancel {
		return nil
	}
	if button.Key == answerQuestion {
		stage, err := t.b.Store.Card(t.ctx, t.c.School, card.Open.Candidates[0])
		if err != nil {
			return err
		}
		return t.pressWith(stage, card.Open.Candidates[1], card.Open.Text)
	}
	t.d.Text = card.Open.Text // what was in doubt is what was said
	m := school.Meaning{Intent: school.IntentAttendance, Class: card.Class}
	if id, ok := strings.CutPrefix(button.Key, "pick:"); ok {
		for _, r := range card.Open.Marks {
			if r.Student == "" {
				r.Student, r.Name = id, t.h.name(id)
			}
			m.Marks = append(m.Marks, r)
		}
	}
	if kind, ok := strings.CutPrefix(button.Key, "kind:"); ok {
		for _, r := range card.Open.Marks {
			r.Mark = school.MarkKind(kind)
			m.Marks = append(m.Marks, r)
		}
	}
	if len(m.Marks) == 0 {
		// the words did not say what about the child: read them again as the answer
		m = t.h.Reader.Read(intent.Input{Text: button.Text, From: t.by, Now: t.said, Open: openOf(card)})
	}
	return t.report(m, nil)
}

// pressRoll answers the roll-call card: everybody here, or names in a line.
func (t *talk) pressRoll(card school.Card, button school.Button) error {
	if slot, ok := t.slot(); !ok || slot != card.Slot {
		return school.Refused(phrase.RollOver.With("slot", t.h.School.Calendar.SlotName(card.Slot)))
	}
	absent := strings.TrimSpace(t.d.Inputs["absent"])
	if absent == "" {
		t.finish(card, phrase.AskAnswered.With("who", t.by.Name, "what", button.Text))
		m := school.Meaning{Intent: school.IntentAllPresent, Class: card.Class, RestPresent: true}
		return t.report(m, nil)
	}
	m, ticked := t.ticked(card, absent)
	if !ticked {
		m = t.h.Reader.Read(intent.Input{Text: absent, From: t.by, Now: t.said, Open: openOf(card)})
	}
	if m.Ask != nil || len(m.Marks) == 0 {
		return school.Invalid("%s", phrase.AskName.With())
	}
	m.RestPresent = true // the card says: everybody else is here
	if ticked {
		absent = names(m.Marks)
	}
	t.finish(card, phrase.AskAnswered.With("who", t.by.Name, "what", absent))
	return t.report(m, nil)
}

// ticked are the children who were ticked on a roll card, by 学号: words are
// read, ticks are certain.
func (t *talk) ticked(card school.Card, answer string) (school.Meaning, bool) {
	m := school.Meaning{Intent: school.IntentAttendance, Class: card.Class}
	for _, id := range strings.Split(answer, ",") {
		s, ok := t.h.School.Roster.Student(id)
		if !ok || !s.In(card.Class) {
			return school.Meaning{}, false
		}
		m.Marks = append(m.Marks, school.MarkRange{Student: id, Name: s.Name, Mark: school.Absent, From: card.Slot, To: card.Slot})
	}
	return m, true
}

func names(marks []school.MarkRange) string {
	var all []string
	for _, r := range marks {
		all = append(all, r.Name)
	}
	return strings.Join(all, "、")
}
