package dingtalk_test

import (
	"errors"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/dingtalk"
	"guixiao/rules/school"
)

// class reads what to do next from a failed send.
func class(err error) bot.SendClass {
	var e *bot.SendError
	if !errors.As(err, &e) {
		return ""
	}
	return e.Class
}

// A school without the template: the bar of the notification tells how the card
// stands, for the seven days DingTalk allows.
func TestTheBarOfANotificationFollowsItsCard(t *testing.T) {
	a := newApp(t, dingtalk.ModeStream, func(s *dingtalk.Settings) { s.CardTemplateID = "" })
	n := bottest.Notice("card")
	sent := a.send(n, "limin")
	li := a.fake.Staff("limin")
	first := li.Inbox()[0].Status
	done := *n.Card
	done.State, done.Result = school.CardDone, "李敏已说明原因"
	a.clock.Advance(6 * 24 * time.Hour)
	a.send(changed(n, done), "limin", sent)
	if now := li.Inbox()[0].Status; now == first || now == "" || len(li.Inbox()) != 1 {
		t.Errorf("the bar says %q, before %q", now, first)
	}
	a.clock.Advance(2 * 24 * time.Hour)
	late := changed(n, done)
	late.Key += "-late"
	if _, err := a.try(1, late, "limin", sent); class(err) != bot.SendStale {
		t.Errorf("after a week: %v", err)
	}
	a.noComplaints()
}

// recalled is what takes a notice back.
func recalled(n school.Notice) school.Notice {
	n.Of, n.Key, n.Act = n.Key, n.Key+"-back", school.NoticeRecall
	return n
}

func TestWhatWasSentCanBeTakenBackForADay(t *testing.T) {
	for kind, to := range map[string]string{"text": "limin", "parent": "mother"} {
		t.Run(kind, func(t *testing.T) {
			a := newApp(t, dingtalk.ModeStream)
			n := bottest.Notice(kind)
			sent := a.send(n, to)
			a.clock.Advance(23 * time.Hour)
			a.send(recalled(n), to, sent)
			if inbox := a.fake.Staff(to).Inbox(); len(inbox) != 1 || !inbox[0].Recalled {
				t.Errorf("on the phone: %+v", inbox)
			}
			n.Key = "second"
			sent = a.send(n, to)
			a.clock.Advance(25 * time.Hour)
			if _, err := a.try(1, recalled(n), to, sent); class(err) != bot.SendStale {
				t.Errorf("after a day: %v", err)
			}
			a.noComplaints()
		})
	}
}

// A card nobody knows any more cannot be changed: it is told anew.
func TestACardThatIsGoneIsStale(t *testing.T) {
	a := newApp(t, dingtalk.ModeStream)
	n := bottest.Notice("card")
	a.send(n, "limin")
	for name, earlier := range map[string][]school.Receipt{"no receipt": nil, "an unknown track": {{Platform: "dingtalk/main", User: "limin", Task: "never.was", Message: "x"}}} {
		again := changed(n, *n.Card)
		again.Key += name
		if _, err := a.try(1, again, "limin", earlier...); class(err) != bot.SendStale {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Two processes of the same school share nothing but DingTalk: the second sends
// what the first may have sent. A card is known by its number.
func TestAnotherProcessRepeatsACardAndNotItsWords(t *testing.T) {
	a := newApp(t, dingtalk.ModeStream)
	n := bottest.Notice("card")
	a.fake.Fail(createCard, bottest.Lost())
	if _, err := a.try(1, n, "limin"); class(err) != bot.SendRetry {
		t.Fatal(err)
	}
	b := a.another()
	b.send(n, "limin")
	cards := map[string]bool{}
	for _, c := range a.fake.Staff("limin").Cards() {
		cards[c.Track] = true
	}
	if len(cards) != 1 {
		t.Errorf("%d cards", len(cards))
	}
	a.noComplaints()
}
