package bot

import (
	"strings"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// takeBack withdraws what this person reported last: 撤回 must win the race
// against the guardian's notice, so it happens at once and can be undone.
func (t *talk) takeBack(card *school.Card) error {
	if card == nil || card.Kind != school.CardConfirm || card.Open == nil || len(card.Open.Marks) == 0 {
		var err error
		if card, err = t.lastConfirmation(); err != nil {
			return err
		}
	}
	if card == nil {
		t.say(phrase.NothingToCancel.With())
		return nil
	}
	if err := t.withdraw(card.Open.Marks); err != nil {
		return err
	}
	t.finish(*card, phrase.ConfirmCancelled.With("who", t.by.Name))
	t.undoCard(*card)
	return nil
}

func (t *talk) lastConfirmation() (*school.Card, error) {
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range cards { // newest first
		if c.Kind == school.CardConfirm && c.Open != nil && len(c.Open.Marks) > 0 {
			return &c, nil
		}
	}
	return nil, nil
}

// withdraw takes the marks of these ranges out of force.
func (t *talk) withdraw(ranges []school.MarkRange) error {
	slots := map[string][]school.Slot{}
	var order []string
	for _, r := range ranges {
		if _, seen := slots[r.Student]; !seen {
			order = append(order, r.Student)
		}
		slots[r.Student] = append(slots[r.Student], t.h.School.Calendar.SlotsBetween(r.From, r.To)...)
	}
	facts, err := t.facts(order...)
	if err != nil {
		return err
	}
	for _, id := range order {
		c, err := rules.Withdraw(facts[id], slots[id])
		if err != nil {
			return err
		}
		recall(c.Notices)
		t.c.Merge(c)
	}
	return nil
}

// withdrawPending takes back what was only likely: a reading that somebody has
// said no to. What was certain before stays as it is.
func (t *talk) withdrawPending(ranges []school.MarkRange) error {
	var unsure []school.MarkRange
	for _, r := range ranges {
		facts, err := t.facts(r.Student)
		if err != nil {
			return err
		}
		for _, slot := range t.h.School.Calendar.SlotsBetween(r.From, r.To) {
			if mark, ok := facts[r.Student].Sheet.MarkAt(slot); ok && mark.Pending {
				unsure = append(unsure, school.MarkRange{Student: r.Student, Mark: r.Mark, From: slot, To: slot})
			}
		}
	}
	return t.withdraw(unsure)
}

// recall takes back what a withdrawn report had sent, where the platform can:
// a card that is void only because of a slip should not stay in a leader's chat.
func recall(notices []school.Notice) {
	for i, n := range notices {
		if n.Act == school.NoticeUpdate && n.Card != nil && n.Card.State == school.CardSuperseded {
			notices[i].Act = school.NoticeRecall
		}
	}
}

// undoCard shows what was taken back, with the way to restore it.
func (t *talk) undoCard(card school.Card) {
	undo := card
	undo.ID = school.ID(t.d.Key, "undo")
	undo.Title = phrase.WithdrawnTitle.With("what", strings.Join(t.lines(card.Open.Marks), "；"))
	undo.Fields, undo.Inputs, undo.Result = nil, nil, ""
	undo.People = []string{t.by.ID}
	undo.Kind = school.CardConfirm
	undo.Open = &school.Question{Marks: card.Open.Marks, Text: card.Open.Text, Why: restoreQuestion}
	undo.Buttons = []school.Button{{Key: "restore", Text: phrase.ConfirmRestore.With(), Act: school.ActSubmit}}
	t.show(undo)
}

// restoreQuestion marks a confirmation card whose marks are out of force.
const restoreQuestion = "restore"

// note records ranges anew: after 恢复 (attendance) or 改 (correction).
func (t *talk) note(ranges []school.MarkRange, text, intent string) error {
	byChild, order := t.collect(school.Meaning{Intent: intent, Marks: ranges})
	facts, err := t.facts(order...)
	if err != nil {
		return err
	}
	for _, id := range order {
		byChild[id].Text = text
		c, err := rules.Note(facts[id], byChild[id].Report)
		if err != nil {
			return err
		}
		t.c.Merge(c)
	}
	return nil
}
