package bot

import (
	"context"
	"slices"
	"time"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Who hears of a danger that names no child.
const (
	roleDuty = "值周领导"
	roleHead = "校长"
)

// safetyWait is how long such a card may stay untouched before the head of the
// school gets it as well.
const safetyWait = 10 * time.Minute

// safetyUnnamed handles words of danger that name no child of the roster: the
// duty leader is told at once, with the class teachers of a guardian's
// children, and the sender hears that somebody was. Signs that somebody harms
// a child go to the head alone, and their words to nobody.
func (t *talk) safetyUnnamed() {
	role := roleDuty
	fields := []school.Field{{K: phrase.FieldBy.With(), V: t.by.Name}, {K: phrase.FieldText.With(), V: t.d.Text}}
	if rules.SignsOfHarm(t.d.Text) {
		role, fields = roleHead, fields[:1]
	}
	people := t.h.School.Holders(role, "", t.ds, t.now).People
	for _, c := range t.by.Children {
		s, _ := t.h.School.Roster.Student(c.Student)
		for _, p := range t.h.School.Holders(school.TitleHomeroom, s.Class(), t.ds, t.now).People {
			if role == roleDuty && !slices.Contains(people, p) {
				people = append(people, p)
			}
		}
	}
	due := t.now.Add(safetyWait)
	card := school.Card{ID: school.ID(t.d.Key, "safety"), Kind: school.CardSafety, Title: phrase.SafetyUnnamed.With(), People: people,
		Role: role, Why: phrase.SafetyWhy.With(), Fields: fields, Due: &due,
		Buttons: []school.Button{{Key: "ack", Text: phrase.SafetyAck.With(), Style: "primary", Act: school.ActAck}}}
	t.show(card)
	for i := range t.c.Notices {
		if t.c.Notices[i].Card != nil && t.c.Notices[i].Card.ID == card.ID {
			t.c.Notices[i].Urgent = true
		}
	}
	t.c.Timers = append(t.c.Timers, school.Timer{School: t.c.School, Key: ackTimer(card.ID), Kind: school.TimerAck, DueAt: due, Ref: card.ID})
	t.say(phrase.SafetyTaken.With())
}

func ackTimer(card string) string { return "ack:" + card }

// unanswered brings a danger nobody has taken up before the head of the school.
func (b *Bot) unanswered(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	c := b.fired(h, t, now)
	card, err := b.Store.Card(ctx, h.School.ID, t.Ref)
	if isNotFound(err) || err == nil && card.State != school.CardOpen {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	ds, err := b.Store.Delegations(ctx, h.School.ID, now)
	if err != nil {
		return c, err
	}
	for _, p := range h.School.Holders(roleHead, "", ds, now).People {
		if !holds(card, p) {
			card.People = append(card.People, p)
			n := cardNotice(h.School.ID, card, p, now)
			n.Urgent, n.Role = true, roleHead
			c.Notices = append(c.Notices, n)
		}
	}
	c.Cards = []school.Card{card}
	return c, nil
}
