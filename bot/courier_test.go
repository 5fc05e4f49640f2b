package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
)

func TestABusyPlatformIsAskedAgainAndNothingOvertakes(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := open(t, line)
	line.does(refuses(bot.SendRetry))
	w.say("T01", "石巳安 未到校")
	w.say("T01", "林晓 迟到")
	line.does(nil)
	w.until("08:00")
	got := line.got("T01")
	if len(got) < 2 || !strings.Contains(got[0].Text, "石巳安") || !strings.Contains(got[1].Text, "林晓") {
		t.Errorf("arrived: %v", got)
	}
}

func TestAnAnswerLostOnTheWayRepeatsUnderTheSameKey(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := open(t, line)
	lost := map[string]int{}
	line.does(func(n school.Notice) error {
		if lost[n.Key]++; lost[n.Key] == 1 {
			return errors.New("connection reset")
		}
		return nil
	})
	w.say("T01", "石巳安 未到校")
	w.until("08:00")
	if got := line.got("T01"); len(got) != 1 || lost[got[0].Key] != 2 {
		t.Errorf("arrived %v after %v", got, lost)
	}
}

func TestAHangingPlatformDoesNotHoldTheOthersForEver(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox", hangs: true}
	w := open(t, line)
	w.bot.SendLease = 30 * time.Millisecond // a third of it for one call
	w.say("T01", "石巳安 未到校")
	if got := line.got("T01"); len(got) != 0 {
		t.Errorf("arrived: %v", got)
	}
	parked, err := w.db.ParkedNotices(t.Context(), "v")
	w.must(err)
	if len(parked) != 0 {
		t.Errorf("given up: %v", parked)
	}
}

func TestANoticeThatBreaksThePlatformIsParkedAndTheLaneGoesOn(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := open(t, line)
	line.does(func(n school.Notice) error {
		if strings.Contains(n.Text, "石巳安") {
			panic("cannot draw this")
		}
		return nil
	})
	w.say("T01", "石巳安 未到校")
	w.say("T01", "林晓 迟到")
	parked, err := w.db.ParkedNotices(t.Context(), "v")
	w.must(err)
	if len(parked) != 1 || len(line.got("T01")) != 1 {
		t.Errorf("parked %v, arrived %v", parked, line.got("T01"))
	}
	w.reads("T07", "周立", 0) // the administrator is on the same platform
	if told := line.got("T07"); len(told) != 1 || !strings.Contains(told[0].Text, "周立") {
		t.Errorf("the administrator hears %v", told)
	}
}

func TestAWrongSettingPausesTheAccountAndOthersCarryOn(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := open(t, line)
	line.does(refuses(bot.SendConfig))
	w.say("T01", "石巳安 未到校")
	if got := w.bot.Paused(); len(got) != 1 || got[0] != "sandbox/line" {
		t.Fatalf("paused: %v", got)
	}
	w.reads("T07", "设置不对", 1) // the alarm goes by the account that works
	w.say("T02", "乙小鹏 未到校")
	w.reads("T02", "乙小鹏")
	line.does(nil)
	w.until("07:56")
	if got := line.got("T01"); len(got) != 1 {
		t.Errorf("after the pause T01 has %v", got)
	}
	if got := w.bot.Paused(); len(got) != 0 {
		t.Errorf("still paused: %v", got)
	}
}

func TestWhoIsNotOnOnePlatformIsFoundOnTheNext(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := open(t, line)
	line.does(refuses(bot.SendRecipient))
	w.say("T01", "石巳安 未到校")
	w.reads("T01", "石巳安")
	card := w.card("T01", "石巳安")
	line.does(nil)
	w.press("T01", card.ID, "confirm")
	if got := line.got("T01"); len(got) != 0 {
		t.Errorf("the update went where the card never was: %v", got)
	}
	if state := w.card("T01", "石巳安").State; state != school.CardDone {
		t.Errorf("the card on the phone is %s", state)
	}
}

func TestTheFirstGuardianIsNotReachedTheSecondIs(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	line.does(to(bot.SendRecipient, "G1"))
	w.say("T01", "石巳安 未到校")
	w.until("08:21")
	if got := line.got("G2"); len(got) != 1 || got[0].Kind != school.NoticeParent {
		t.Fatalf("the second guardian has %v", got)
	}
	w.say("T01", "更正 石巳安 已到校")
	w.until("08:25")
	for _, n := range line.got("G2") {
		if n.Act == school.NoticeSend && n.Card != nil && n.Card.State != school.CardOpen {
			t.Errorf("a card nobody had was sent afresh: %+v", n)
		}
	}
	if got := line.got("G2"); !strings.Contains(fmt.Sprint(got[len(got)-1]), "到校") {
		t.Errorf("the second guardian did not hear that the child is here: %v", got)
	}
}

func TestAParentsNoticeStillWaitingIsStoppedByAWithdrawal(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	w.say("T01", "石巳安 未到校")
	line.does(to(bot.SendRetry, "G1"))
	w.until("08:21") // due, but the platform is busy
	w.say("T01", "撤回")
	line.does(nil)
	w.until("08:40")
	for _, n := range line.got("G1") {
		if n.Card != nil && n.Card.State == school.CardOpen {
			t.Errorf("a false alarm left: %s", n.Text)
		}
	}
}

func TestACorrectionGoesWhereTheAlarmMayHaveGone(t *testing.T) {
	for name, c := range map[string]struct {
		trouble error
		hears   int
	}{
		"refused: it never left":           {&bot.SendError{Class: bot.SendRetry, Code: "busy", Text: "忙"}, 0},
		"no answer: it may have been read": {errors.New("connection reset"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			line := &scripted{name: "sandbox/line", kind: "sandbox"}
			w := openOn(t, line)
			w.say("T01", "石巳安 未到校")
			line.does(func(n school.Notice) error {
				if n.Kind == school.NoticeParent {
					return c.trouble
				}
				return nil
			})
			w.until("08:21")
			w.say("T01", "更正 石巳安 已到校")
			line.does(nil)
			w.until("08:40")
			texts := 0
			for _, n := range line.got("G1") {
				if n.Card != nil && n.Card.State == school.CardOpen {
					t.Errorf("a false alarm left: %s", n.Text)
				}
				if n.Act == school.NoticeSend {
					texts++
				}
			}
			if texts != c.hears {
				t.Errorf("the guardian hears %d corrections, not %d: %v", texts, c.hears, line.got("G1"))
			}
		})
	}
}

func TestWhoAnsweredAnAlarmHearsThatItWasWrong(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	line.does(to(bot.SendRecipient, "G1"))
	w.say("T01", "石巳安 未到校")
	w.until("08:21")
	got := line.got("G2")
	if len(got) != 1 || got[0].Card == nil {
		t.Fatalf("the second guardian has %v", got)
	}
	w.said++
	r, err := w.bot.Ask(t.Context(), school.Delivery{Key: "page", Platform: bot.Console, School: "v", From: "G2", Kind: school.DeliveryPress, Card: got[0].Card.ID, Button: "known"})
	w.must(err)
	if !r.OK {
		t.Fatalf("refused: %s", r.Text)
	}
	line.does(nil)
	w.say("T01", "更正 石巳安 已到校")
	if got := line.got("G2"); !strings.Contains(got[len(got)-1].Text, "到校") || got[len(got)-1].Card != nil {
		t.Errorf("the second guardian does not hear that the child is here: %v", got)
	}
	if got := line.got("G1"); len(got) != 0 {
		t.Errorf("who never heard of it is told: %v", got)
	}
}

func TestAWithdrawnAbsenceIsNotHandedToTheNextGuardian(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	w.say("T01", "石巳安 未到校")
	line.does(to(bot.SendRetry, "G1"))
	w.until("08:21")
	w.say("T01", "撤回")
	line.does(to(bot.SendRecipient, "G1"))
	w.until("08:40")
	for _, n := range line.got("G2") {
		if n.Card != nil {
			t.Errorf("the second guardian is alarmed: %s", n.Text)
		}
	}
}

func TestACardTooOldToChangeIsSentOnceMoreButNotToParents(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	line.does(func(n school.Notice) error {
		if n.Act != school.NoticeSend {
			return &bot.SendError{Class: bot.SendStale, Code: "x", Text: "太旧"}
		}
		return nil
	})
	w.say("T01", "石巳安 未到校")
	w.until("08:21")
	staff, family := len(line.got("T01")), len(line.got("G1"))
	w.say("T01", "撤回")
	if got := line.got("T01")[staff:]; len(got) < 2 { // the closed confirmation, the card to restore
		t.Errorf("the teacher sees %v", got)
	}
	if got := line.got("G1")[family:]; len(got) != 1 || got[0].Card != nil {
		t.Errorf("the family hears the correction once, not %v", got)
	}
}

func TestAnAddressThatIsGoneIsLookedUpAnew(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := open(t, line)
	line.does(refuses(bot.SendRetry))
	w.say("T01", "石巳安 未到校")
	w.school.Platforms = []string{"sandbox"} // the account was taken out of service
	w.until("07:52")
	w.reads("T01", "石巳安")
}

func TestAnOldNoticeIsTriedMoreThanOnceAfterAnOutage(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	line.does(refuses(bot.SendConfig))
	w.say("T01", "石巳安 未到校")
	w.clock = w.clock.Add(48 * time.Hour)
	busy := 0
	line.does(func(school.Notice) error {
		if busy++; busy == 1 {
			return &bot.SendError{Class: bot.SendRetry, Code: "45009", Text: "忙"}
		}
		return nil
	})
	w.settle()
	w.until("08:00")
	if got := line.got("T01"); len(got) == 0 {
		t.Error("one busy moment after the outage and the notice was given up")
	}
}

func TestWhatWasSentAndWhatCouldNotBeIsOnRecord(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	line.does(to(bot.SendNever, "T07", "G1"))
	w.say("T01", "石巳安 未到校")
	w.until("08:21")
	cases, err := w.db.OpenCases(t.Context(), "v")
	w.must(err)
	sent, failed := 0, 0
	for _, l := range append(w.book("case:"+cases[0].ID), append(w.book("person:T01"), w.book("person:S01")...)...) {
		switch l.What {
		case "sent":
			sent++
		case "failed":
			failed++
		default:
			continue
		}
		if l.Policy == "" || l.At.IsZero() || l.Detail == "" {
			t.Errorf("a line without policy, time or words: %+v", l)
		}
	}
	if sent < 2 || failed != 1 {
		t.Errorf("%d sent, %d failed", sent, failed)
	}
}

func TestAClaimLostInMidSendIsLeftToItsNewOwner(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	other := false
	line.does(func(n school.Notice) error {
		if !other {
			other = true
			w.clock = w.clock.Add(time.Minute) // frozen in mid-send: the lease is over
			if out, err := w.db.ClaimNotices(t.Context(), w.clock, time.Minute, 8); err != nil || len(out) != 1 {
				t.Errorf("the other worker claims %v, %v", out, err)
			}
		}
		return nil
	})
	w.say("T01", "石巳安 未到校")
	parked, err := w.db.ParkedNotices(t.Context(), "v")
	w.must(err)
	if len(parked) != 0 {
		t.Errorf("parked: %v", parked)
	}
	w.until("08:00")
	if got := line.got("T01"); len(got) != 2 || got[0].Key != got[1].Key {
		t.Errorf("the repeat: %v", got)
	}
}

func TestAnAnswerGoesTheWayTheWordsCame(t *testing.T) {
	first, second := &scripted{name: "sandbox/first", kind: "sandbox"}, &scripted{name: "sandbox/second", kind: "sandbox"}
	w := open(t, first, second)
	w.door = second.name
	w.say("T01", "石巳安 未到校")
	if len(first.got("T01")) != 0 || len(second.got("T01")) != 1 {
		t.Errorf("first account: %v, second: %v", first.got("T01"), second.got("T01"))
	}
	// What nobody asked for goes by the account the school prefers.
	w.until("08:40")
	for _, n := range second.got("T01")[1:] {
		if n.Via == "" && n.Act == school.NoticeSend {
			t.Errorf("unasked, by the second account: %q", n.Text)
		}
	}
	if len(first.got("T01")) == 0 {
		t.Error("nothing came by the first account")
	}
	// Where the answer cannot be delivered, it goes another way.
	second.does(refuses(bot.SendRecipient))
	before := len(first.got("T01"))
	w.say("T01", "林晓 迟到")
	if len(first.got("T01")) == before {
		t.Error("the answer was lost with its account")
	}
}
