package bot_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
	"guixiao/storage"
)

// pushes is a press as a platform brings it that shows the outcome in its answer.
func (w *town) pushes(person, card, button string) (bot.Callback, *bot.Pressed) {
	shown := &bot.Pressed{}
	d := w.delivery(person, "")
	d.Kind, d.Card, d.Button = school.DeliveryPress, card, button
	return bot.Callback{Deliveries: []school.Delivery{d}, Outcome: func(p bot.Pressed) []byte {
		*shown = p
		return []byte(p.Reply.Text)
	}}, shown
}

func TestTheAnswerToAPressShowsItsOutcome(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	card := w.card("T01", "石巳安")
	c, shown := w.pushes("T01", card.ID, "confirm")
	answer, err := w.bot.Admit(w.Context(), c)
	w.must(err)
	if !shown.Known || !shown.Reply.OK || shown.Card == nil || shown.Card.State != school.CardDone || string(answer) != shown.Reply.Text {
		t.Errorf("shown %+v, answered %q", shown, answer)
	}
	// A second click is told what was decided, in the answer and not in a message.
	w.settle()
	before := len(w.feed("T01"))
	c, shown = w.pushes("T01", card.ID, "cancel")
	_, err = w.bot.Admit(w.Context(), c)
	w.must(err)
	w.settle()
	if !shown.Known || shown.Reply.OK || shown.Card == nil || len(w.feed("T01")) != before {
		t.Errorf("shown %+v, %d new messages", shown, len(w.feed("T01"))-before)
	}
}

func TestAPresserWhoDoesNotHoldTheCardSeesNothingOfIt(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	card := w.card("T01", "石巳安")
	for _, person := range []string{"T02", "nobody"} {
		c, shown := w.pushes(person, card.ID, "confirm")
		_, err := w.bot.Admit(w.Context(), c)
		w.must(err)
		if !shown.Known || shown.Reply.OK || shown.Card != nil {
			t.Errorf("%s is shown %+v", person, shown)
		}
	}
}

// A press that takes long is stored; there is only nothing to show yet.
func TestAPressThatTakesLongIsNotLost(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	card := w.card("T01", "石巳安")
	c, shown := w.pushes("T01", card.ID, "confirm")
	gone, leave := context.WithCancel(w.Context())
	leave() // whoever called has given up before anything was decided
	if _, err := w.bot.Admit(gone, c); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if shown.Known {
		t.Skip("it was decided faster than the caller could leave")
	}
	if r, ok, err := w.db.Reply(w.Context(), c.Deliveries[0].Key); err != nil || !ok || !r.OK {
		t.Errorf("the press came to %+v, %v, %v", r, ok, err)
	}
}

// full is a database whose disk is.
type full struct{ *storage.DB }

func (full) Receive(context.Context, time.Time, time.Duration, []school.Delivery) ([]school.Delivery, error) {
	return nil, errors.New("disk full")
}

func TestWhatCannotBeStoredIsNotAnswered(t *testing.T) {
	w := open(t)
	w.bot.Store = full{w.db}
	c, shown := w.pushes("T01", "card", "confirm")
	if answer, err := w.bot.Admit(w.Context(), c); err == nil || answer != nil || shown.Known {
		t.Errorf("answered %q, %v", answer, err)
	}
}

// The platform left the words out because the month is used up: nobody is
// marked, the administrator hears it, and the sender knows to call. Once.
func TestAnExhaustedMonthIsToldOnceAndDecidesNothing(t *testing.T) {
	w := open(t)
	empty := func(person string) school.Delivery {
		d := w.delivery(person, "")
		d.Kind, d.Event = school.DeliveryEvent, bot.EventQuota
		return d
	}
	for range 3 {
		w.accept(empty("T01"))
	}
	w.accept(empty("T02"))
	w.accept(empty("")) // an event of the platform's own
	w.reads("T01", phrase.QuotaSender.With(), 1)
	w.reads("T02", phrase.QuotaSender.With(), 1)
	w.reads("T07", "推送额度已经用完", 1)
	w.until("2026-04-01 08:00")
	w.accept(empty("T01"))
	w.reads("T01", phrase.QuotaSender.With(), 2)
	w.reads("T07", "推送额度已经用完", 2)
}
