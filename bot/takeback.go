package bot

import (
	"slices"
	"strings"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// takeBack withdraws what this person reported last: 撤回 must win the race
// against the guardian's notice, so it happens at once and can be undone.
// A word of an application takes that back.
func (t *talk) takeBack(card *school.Card) error {
	if strings.Contains(t.d.Text, "申请") {
		if done, err := t.takeBackApplication(true); done || err != nil {
			return err
		}
	}
	if card == nil || card.State != school.CardOpen || !canTakeBack(*card) {
		var err error
		if card, err = t.lastConfirmation(); err != nil {
			return err
		}
	}
	if card == nil {
		if done, err := t.takeBackApplication(false); done || err != nil {
			return err
		}
		t.say(phrase.NothingToCancel.With())
		return nil
	}
	return t.cancelled(*card)
}

// canTakeBack says whether the card confirms a report that is in force or asked
// about; one that shows what was taken back already does not.
func canTakeBack(c school.Card) bool {
	return c.Kind == school.CardConfirm && c.Open != nil && len(c.Open.Marks) > 0 && c.Open.Why != restoreQuestion
}

// allOf says whether what is taken back is everything the card confirms.
func allOf(card *school.Card, voids []school.MarkRange) bool {
	return card != nil && canTakeBack(*card) && !slices.ContainsFunc(card.Open.Marks, func(r school.MarkRange) bool {
		return !slices.ContainsFunc(voids, func(v school.MarkRange) bool { return v.Student == r.Student && v.From == r.From && v.To == r.To })
	})
}

func (t *talk) lastConfirmation() (*school.Card, error) {
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range cards { // newest first
		if canTakeBack(c) {
			return &c, nil
		}
	}
	return nil, nil
}

// asSaid chooses the marks that are still what the report said: what somebody
// has put right since then stays.
func asSaid(m school.Mark, said school.MarkKind) bool { return m.Kind == said }

// withdraw takes the marks of these ranges that are chosen out of force, and
// what was only asked for off the class teacher's table.
func (t *talk) withdraw(ranges []school.MarkRange, chosen func(m school.Mark, said school.MarkKind) bool) error {
	var order []string
	for _, r := range ranges {
		if !slices.Contains(order, r.Student) {
			order = append(order, r.Student)
		}
	}
	facts, err := t.facts(order...)
	if err != nil {
		return err
	}
	var refusal error
	for _, id := range order {
		var slots []school.Slot
		for _, r := range ranges {
			for _, slot := range t.h.School.Calendar.SlotsBetween(r.From, r.To) {
				mark, marked := facts[id].Sheet.MarkAt(slot)
				if r.Student == id && (marked && chosen(mark, r.Mark) || !marked && t.asked(facts[id], slot) == r.Mark) {
					slots = append(slots, slot)
				}
			}
		}
		if len(slots) == 0 {
			continue
		}
		c, err := rules.Withdraw(facts[id], slots)
		if _, said := school.Said(err); said {
			refusal = err
			continue
		}
		if err != nil {
			return err
		}
		refusal = nil
		recall(c.Notices)
		t.c.Merge(c)
	}
	return refusal
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
