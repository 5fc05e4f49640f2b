package bot

import (
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// answerQuestion marks an ask card that proposes to take words as the answer
// of another card; its candidates are that card and the input.
const answerQuestion = "answer"

// answerInWords takes a sentence that reports nothing as the answer a stage
// card waits for: at once when the sentence names the card, and otherwise only
// after asking, because chat is not a form.
func (t *talk) answerInWords(card *school.Card) (bool, error) {
	named := card != nil && t.d.Card == card.ID
	if !named && (t.acknowledges() || t.group()) {
		return false, nil
	}
	if form, err := t.ownForm(card); form != nil || err != nil {
		return form != nil, err
	}
	if card == nil || card.Kind != school.CardStage {
		var err error
		if card, err = t.waitingStage(); card == nil || err != nil {
			return false, err
		}
	}
	in, ok := firstInWords(*card)
	if !ok {
		return false, nil
	}
	if named && t.d.Card == card.ID {
		return true, t.pressWith(*card, in.Key, t.d.Text)
	}
	t.show(school.Card{ID: school.ID(t.d.Key, "ask"), Kind: school.CardAsk, People: []string{t.by.ID}, Class: card.Class, Slot: card.Slot,
		Title: phrase.AskAnswer.With("name", t.h.name(card.Student), "label", in.Label), Why: phrase.AskWhy.With(),
		Fields: []school.Field{{K: in.Label, V: t.d.Text}},
		Open:   &school.Question{Why: answerQuestion, Candidates: []string{card.ID, in.Key}, Text: t.d.Text},
		Buttons: []school.Button{
			{Key: answerQuestion, Text: phrase.ConfirmYes.With(), Style: "primary", Act: school.ActConfirm},
			{Key: "none", Text: phrase.ConfirmNo.With(), Act: school.ActCancel}}})
	return true, nil
}

// waitingStage is the newest open stage card of the speaker.
func (t *talk) waitingStage() (*school.Card, error) {
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range cards { // newest first
		if c.Kind == school.CardStage && !ofSchool(c) {
			return &c, nil
		}
	}
	return nil, nil
}

// firstInWords is the first required input that words can answer.
func firstInWords(card school.Card) (school.Input, bool) {
	for _, in := range card.Inputs {
		if in.Required && in.Type == "text" {
			return in, true
		}
	}
	return school.Input{}, false
}

// pressWith hands in a stage card with one input in words and the others as
// they are proposed.
func (t *talk) pressWith(card school.Card, key, value string) error {
	t.d.Card, t.d.Button = card.ID, submitButton(card)
	t.d.Inputs = map[string]string{}
	for _, in := range card.Inputs {
		if in.Value != "" {
			t.d.Inputs[in.Key] = in.Value
		}
	}
	t.d.Inputs[key] = value
	return t.press()
}
