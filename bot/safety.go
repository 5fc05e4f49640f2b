package bot

import (
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// safetyUnnamed handles words of danger that name no child of the roster: the
// duty leader is told at once and the sender hears that somebody was.
func (t *talk) safetyUnnamed() {
	who := t.h.School.Holders("值周领导", "", t.ds, t.now)
	card := school.Card{ID: school.ID(t.d.Key, "safety"), Kind: school.CardSafety, Title: phrase.SafetyUnnamed.With(), People: who.People,
		Role: "值周领导", Why: phrase.SafetyWhy.With(),
		Fields:  []school.Field{{K: phrase.FieldBy.With(), V: t.by.Name}, {K: phrase.FieldText.With(), V: t.d.Text}},
		Buttons: []school.Button{{Key: "ack", Text: phrase.SafetyAck.With(), Style: "primary", Act: school.ActAck}}}
	t.show(card)
	for i := range t.c.Notices {
		if t.c.Notices[i].Card != nil && t.c.Notices[i].Card.ID == card.ID {
			t.c.Notices[i].Urgent = true
		}
	}
	t.say(phrase.SafetyTaken.With())
}
