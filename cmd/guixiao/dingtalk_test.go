package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guixiao/bot/bottest"
	"guixiao/configs"
)

func TestOneSentenceBecomesACardANoticeAndALadderOnDingTalk(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		w.says("zhouli", "石巳安 未到校")
		if card := looks(w.Staff("zhouli").Card()); !strings.Contains(card, "石巳安") {
			w.t.Fatalf("the confirmation shows %q", card)
		}
		w.presses("zhouli", "confirm", nil)
		if c := w.Staff("zhouli").Card(); c.Repaint == 0 {
			w.t.Error("the presser sees no outcome")
		}
		w.passes(16 * time.Minute)
		if texts := w.Guardian("P01").Texts(); len(texts) != 1 || !strings.Contains(texts[0], "石巳安") {
			w.t.Errorf("the mother got %q", texts)
		}
		w.passes(4 * time.Hour)
		if text := w.read("wuqing"); !strings.Contains(text, "石巳安") {
			w.t.Error("nobody answered by 11:40 and the director has heard nothing")
		}
		w.quiet()
	})
}

func TestTakingBackInTimeTellsNobodyOnDingTalk(t *testing.T) {
	eachWay(t, "2026-03-09T08:10:00+08:00", func(w *dingTown) {
		w.says("zhouli", "石巳安 未到校")
		w.passes(3 * time.Minute)
		w.presses("zhouli", "cancel", nil)
		w.passes(time.Hour)
		if texts := w.Guardian("P01").Texts(); len(texts) > 0 {
			w.t.Errorf("the mother got %q", texts)
		}
		w.quiet()
	})
}

// Two people hold the same question. Whoever presses sees the outcome at once;
// the other's card is changed by a call of its own, after the answer; and what
// the other then presses changes nothing and says who was first.
func TestOneOfTwoHoldersDecides(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		w.says("zhouli", "石巳安 未到校")
		w.passes(16 * time.Minute)
		card, both := w.heldByTwo()
		if card == "" {
			w.t.Fatalf("nobody shares a card:\n%s\n---\n%s", w.read("zhouli"), w.read("chuliang"))
		}
		first, second := both[0], both[1]
		before := len(w.Requests(dingPut))
		if err := w.Staff(first).Press(w.copyOf(first, card), pressOf("no-contact", nil)); err != nil {
			w.t.Fatal(err)
		}
		if c := w.copyOf(first, card); c.Repaint != 1 {
			w.t.Errorf("the presser's copy was repainted %d times", c.Repaint)
		}
		w.settles()
		if len(w.Requests(dingPut)) == before {
			w.t.Error("nothing was put for the other holder")
		}
		closed := looks(w.copyOf(second, card))
		if closed == "" || w.copyOf(second, card).Updates == 0 {
			w.t.Errorf("the other sees %q", closed)
		}
		inbox := len(w.Staff(second).Inbox())
		if err := w.Staff(second).Press(w.copyOf(second, card), pressOf("no-contact", nil)); err != nil {
			w.t.Fatal(err)
		}
		w.settles()
		if got := len(w.Staff(second).Inbox()); got != inbox {
			w.t.Errorf("the late press brought %d messages more", got-inbox)
		}
		w.quiet()
	}, twoTeachers)
}

// heldByTwo finds a card of which two people have a copy, each its own.
func (w *dingTown) heldByTwo() (title string, users [2]string) {
	for _, a := range w.Staff("zhouli").Cards() {
		for _, b := range w.Staff("chuliang").Cards() {
			if a.Vars["title"] == b.Vars["title"] && a.Track != b.Track {
				return a.Vars["title"], [2]string{"chuliang", "zhouli"}
			}
		}
	}
	return "", users
}

func (w *dingTown) copyOf(user, title string) bottest.DingCard {
	for _, c := range w.Staff(user).Cards() {
		if c.Vars["title"] == title {
			return c
		}
	}
	return bottest.DingCard{}
}

func TestARepeatedMessageHasOneEffectAlsoAfterARestart(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		for i := range 3 {
			if err := w.Staff("zhouli").SaysAgain("msg77", "石巳安 未到校"); err != nil {
				w.t.Fatal(err)
			}
			w.settles()
			if i == 1 {
				w.restarts()
			}
		}
		if n := len(w.Staff("zhouli").Inbox()); n != 1 {
			w.t.Errorf("%d answers to one message", n)
		}
		w.quiet()
	})
}

// The process ends after it has acknowledged and before it has decided.
func TestWhatWasAcknowledgedIsDecidedAfterARestart(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		w.Fail(dingCard, bottest.Status(500), bottest.Status(500))
		if err := w.Staff("zhouli").SaysAgain("msg78", "石巳安 未到校"); err != nil {
			w.t.Fatal(err)
		}
		w.restarts()
		w.passes(5 * time.Minute) // the lease of the process that went, and two refusals
		if n := len(w.Staff("zhouli").Cards()); n != 1 {
			w.t.Errorf("%d confirmations", n)
		}
		w.quiet()
	})
}

func TestAForgedMessageHasNoEffectOnDingTalk(t *testing.T) {
	w := openDingTown(t, configs.ModeHTTP, "2026-03-09T08:05:00+08:00")
	body := w.Staff("zhouli").JSON(bottest.Said{Text: "石巳安 未到校"})
	r := w.RobotRequest(w.Door+w.Hook, body)
	r.Header.Set("sign", "AAAA"+r.Header.Get("sign")[4:])
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	w.settles()
	if res.StatusCode != http.StatusForbidden || strings.Contains(string(answer), "石巳安") || len(w.Staff("zhouli").Inbox()) > 0 {
		t.Errorf("a forged message got %d %s", res.StatusCode, answer)
	}
	if err := w.SavesURL(); err != nil {
		t.Error(err)
	}
	w.quiet()
}

func TestTroublesDelayButLoseNothingOnDingTalk(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		w.says("zhouli", "石巳安 未到校")
		w.EndTokens()
		w.Fail(dingCard, bottest.Named(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"), bottest.Status(502), bottest.Lost(), bottest.Named(500, "system.busy"))
		w.Fail(dingWork, bottest.Code(90018), bottest.Code(-1), bottest.Code(40014))
		w.says("zhouli", "林晓 未到校")
		w.passes(30 * time.Minute)
		if n := len(w.Staff("zhouli").Cards()); n < 2 {
			w.t.Errorf("only %d of the confirmations arrived", n)
		}
		titles := map[string]int{}
		for _, c := range w.Staff("zhouli").Cards() {
			titles[c.Track]++
		}
		for track, n := range titles {
			if n > 1 {
				w.t.Errorf("card %s arrived %d times", track, n)
			}
		}
		for _, parent := range []string{"P01", "P03"} {
			if texts := w.Guardian(parent).Texts(); len(texts) != 1 {
				w.t.Errorf("%s got %q", parent, texts)
			}
		}
		w.quiet()
	})
}

// A call hangs. The others' answers do not wait for it.
func TestACallThatHangsDelaysOnlyItsOwnLane(t *testing.T) {
	w := openDingTown(t, configs.ModeHTTP, "2026-03-09T08:05:00+08:00")
	w.Fail(dingCard, bottest.Hang())
	if err := w.Staff("zhouli").Says("石巳安 未到校"); err != nil {
		t.Fatal(err)
	}
	settled := make(chan error, 1)
	go func() { settled <- w.service.bot.Settle(context.Background()) }()
	<-w.Hanging()
	if err := w.Staff("zhaomin").Says("乙小鹏 未到校"); err != nil {
		t.Fatal(err)
	}
	if err := <-settled; err != nil {
		t.Fatal(err)
	}
	w.passes(2 * time.Minute)
	if a, b := len(w.Staff("zhouli").Cards()), len(w.Staff("zhaomin").Cards()); a != 1 || b != 1 {
		t.Errorf("%d and %d confirmations", a, b)
	}
	w.quiet()
}

// The month's pushes are used up in the middle of a morning: what comes
// without words is no report. The teacher learns once to use another way, the
// administrator learns it at once, and no child is marked.
func TestAnExhaustedMonthIsAnAlarmAndNoReport(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		_, pushes := w.Charged()
		w.Quota(5000, 3000)
		w.Others(0, 3000-pushes-1)
		w.says("zhouli", "石巳安 未到校")
		before := len(w.Staff("zhouli").Inbox())
		for range 3 {
			w.says("zhouli", "林晓 未到校")
		}
		w.passes(30 * time.Minute)
		if admin := w.read("hansong"); !strings.Contains(admin, "额度") {
			w.t.Errorf("the administrator reads %q", admin)
		}
		told := 0
		for _, m := range w.Staff("zhouli").Inbox()[before:] {
			if m.Track == "" {
				told++
			}
		}
		if told != 1 {
			w.t.Errorf("the teacher was told %d times to use another way", told)
		}
		if texts := w.Guardian("P03").Texts(); len(texts) > 0 {
			w.t.Errorf("a mother got %q", texts)
		}
		if texts := w.Guardian("P01").Texts(); len(texts) != 1 {
			w.t.Errorf("the mother of the child that was reported got %q", texts)
		}
		w.quiet()
	})
}

// The calls of the month are used up: nothing leaves, nothing is lost, and on
// the first of the next month it goes out.
func TestCallsThatAreUsedUpComeBackWithTheMonth(t *testing.T) {
	w := openDingTown(t, configs.ModeHTTP, "2026-03-31T08:05:00+08:00")
	calls, _ := w.Charged()
	w.Quota(5000, 3000)
	w.Others(5000-calls-1, 0)
	w.says("zhouli", "石巳安 未到校")
	w.says("zhouli", "林晓 未到校")
	w.passes(20 * time.Minute)
	if n := len(w.Staff("zhouli").Cards()); n != 1 {
		t.Errorf("%d confirmations for one call", n)
	}
	w.passes(16 * time.Hour)
	w.settles()
	if n := len(w.Staff("zhouli").Cards()); n < 2 {
		t.Errorf("only %d confirmations after the month began", n)
	}
	w.quiet()
}

func TestADroppedAndADrainedSocketLoseNothing(t *testing.T) {
	w := openDingTown(t, configs.ModeStream, "2026-03-09T08:05:00+08:00")
	w.says("zhouli", "石巳安 未到校")
	w.Drop()
	w.connected()
	w.says("zhouli", "林晓 未到校")
	if err := w.Disconnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.connected()
	w.says("zhouli", "高原 未到校")
	for _, name := range []string{"石巳安", "林晓", "高原"} {
		if !strings.Contains(w.read("zhouli"), name) {
			t.Errorf("nothing was heard of %s", name)
		}
	}
	w.presses("zhouli", "cancel", nil)
	if !strings.Contains(w.read("zhouli"), "撤回") || w.Unheard() != 0 {
		t.Errorf("%d pushes lost; the teacher reads\n%s", w.Unheard(), w.read("zhouli"))
	}
	w.quiet()
}

func TestAParentWhoIsNotThereIsReplacedByTheNextOnDingTalk(t *testing.T) {
	w := openDingTown(t, configs.ModeHTTP, "2026-03-09T08:05:00+08:00")
	w.Guardian("P01").Sleep()
	w.says("zhouli", "石巳安 未到校")
	w.passes(30 * time.Minute)
	if texts := w.Guardian("P02").Texts(); len(texts) != 1 {
		t.Errorf("the father got %q", texts)
	}
	w.quiet()
}

func TestATeacherSignsInWithDingTalkAndFillsInTheForm(t *testing.T) {
	w := openDingTown(t, configs.ModeHTTP, "2026-03-09T08:05:00+08:00")
	w.says("zhouli", "石巳安 未到校")
	w.passes(16 * time.Minute)
	card, _, _ := strings.Cut(w.Staff("zhouli").Card().Track, ".") // a track begins with the card's own number
	path := "/c/" + card
	browser := newBrowser(t)
	away := browser.goes(w.Door + browser.goes(w.Door+path))
	door, err := url.Parse(away)
	if err != nil || door.Host != "login.dingtalk.com" {
		t.Fatalf("sent to %q to sign in", away)
	}
	w.Login("code-of-zhouli", "zhouli")
	back := strings.TrimPrefix(door.Query().Get("redirect_uri"), "https://bot.school.example")
	if landed := browser.goes(w.Door + back + "?authCode=code-of-zhouli&code=code-of-zhouli&state=" + door.Query().Get("state")); landed != path {
		t.Fatalf("came back to %q", landed)
	}
	answer := url.Values{"form": {"1"}, "button": {"submit"}, "in-reason": {"发烧在家"}}
	if landed := browser.posts(w.Door+path, answer); landed != path && landed != "" {
		t.Fatalf("after the form: %q", landed)
	}
	w.settles()
	w.Login("code-of-a-stranger", "")
	stranger := newBrowser(t)
	away = stranger.goes(w.Door + stranger.goes(w.Door+path))
	if door, err = url.Parse(away); err != nil {
		t.Fatal(err)
	}
	if landed := stranger.goes(w.Door + back + "?code=code-of-a-stranger&state=" + door.Query().Get("state")); landed == path {
		t.Error("somebody of another organisation was let in")
	}
	w.quiet()
}
