package bot

import (
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// verdict takes 同意 or 不同意 in words as the answer to the one application
// that waits for the speaker; with several, it must be said which.
func (t *talk) verdict(m school.Meaning) error {
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil {
		return err
	}
	var waiting []school.Card
	for _, c := range cards {
		if _, ok := approval(c, m); ok && (t.d.Card == "" || t.d.Card == c.ID) {
			waiting = append(waiting, c)
		}
	}
	switch len(waiting) {
	case 0:
		t.say(phrase.NothingToApprove.With())
		return nil
	case 1:
		button, _ := approval(waiting[0], m)
		t.d.Card, t.d.Button, t.d.Inputs = waiting[0].ID, button, map[string]string{"reason": m.Decision.Note}
		if err := t.press(); err != nil {
			return err
		}
		t.say(t.c.Reply.Text)
		return nil
	}
	t.say(phrase.WhichToApprove.With("n", len(waiting)))
	return nil
}

// approval finds the button of a card that gives the verdict.
func approval(c school.Card, m school.Meaning) (string, bool) {
	if m.Decision == nil {
		return "", false
	}
	acts := map[string]string{"approve": school.ActApprove, "reject": school.ActReject}
	for _, b := range c.Buttons {
		if b.Act == acts[m.Decision.Verdict] {
			return b.Key, true
		}
	}
	return "", false
}
