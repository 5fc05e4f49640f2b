package main

import (
	"strings"
	"testing"
	"time"

	"guixiao/bot/bottest"
	"guixiao/configs"
)

// What the bot says in plain words goes to the reply address of the
// conversation, which costs nothing; when that has ended, it goes by a call.
func TestAnswersInWordsCostNothingWhileTheConversationIsOpen(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		calls, _ := w.Charged()
		w.says("zhouli", "今天天气怎么样，食堂吃什么")
		if texts := w.Staff("zhouli").Texts(); len(texts) != 1 {
			w.t.Fatalf("she reads %q", texts)
		}
		if now, _ := w.Charged(); now != calls {
			w.t.Errorf("the answer cost %d calls", now-calls)
		}
		if err := w.Staff("zhouli").Says("食堂明天吃什么呢，请问"); err != nil {
			w.t.Fatal(err)
		}
		w.EndSessions()
		w.passes(time.Minute)
		if texts := w.Staff("zhouli").Texts(); len(texts) != 2 {
			w.t.Errorf("the session had ended, and she reads %q", texts)
		}
		w.quiet()
	})
}

// A stranger, somebody of another organisation and a picture each get a polite
// answer in the conversation, and change nothing.
func TestWhoIsNotOnTheRollIsAnsweredPolitely(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		for _, u := range []*bottest.DingUser{w.Staff("newcomer"), w.Outsider("partner")} {
			if err := u.Says("石巳安 未到校"); err != nil {
				w.t.Fatal(err)
			}
			w.passes(time.Minute)
			if texts := u.Texts(); len(texts) != 1 || strings.Contains(texts[0], "石巳安") {
				w.t.Errorf("%s reads %q", u.ID, texts)
			}
		}
		for _, kind := range []string{"interactiveCard", "unknownMsgType"} {
			if err := w.Staff("zhouli").Tells(bottest.Said{Kind: kind, Content: map[string]any{"x": 1}}); err != nil {
				w.t.Fatal(err)
			}
			w.settles()
		}
		w.passes(30 * time.Minute)
		if texts := w.Staff("zhouli").Texts(); len(texts) != 2 {
			w.t.Errorf("she reads %q", texts)
		}
		if texts := w.Guardian("P01").Texts(); len(texts) > 0 {
			w.t.Errorf("the mother got %q", texts)
		}
		w.quiet()
	})
}

// In the class's group the bot says only how much it noted; names stay in the
// teacher's own chat.
func TestAReportInAGroupIsAnsweredWithoutNames(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		g := w.Group("cid-702==", "七(2)班")
		if err := w.Staff("zhouli").Tells(bottest.Said{Text: "石巳安 未到校", Group: g}); err != nil {
			w.t.Fatal(err)
		}
		w.passes(2 * time.Minute)
		inbox := g.Inbox()
		if len(inbox) != 1 || strings.Contains(inbox[0].Text, "石巳安") {
			w.t.Errorf("the group reads %+v", inbox)
		}
		if c := w.Staff("zhouli").Card(); !strings.Contains(looks(c), "石巳安") {
			w.t.Errorf("the teacher's own card shows %q", looks(c))
		}
		w.quiet()
	})
}

// A note from the doctor is fetched at once: its code does not live long. One
// that is gone is said to be, and what came with it is not lost.
func TestAPictureIsFetchedBeforeAnythingIsDecided(t *testing.T) {
	eachWay(t, "2026-03-09T08:05:00+08:00", func(w *dingTown) {
		w.Media("code-1", []byte("\x89PNG\r\n\x1a\n0123456789"))
		rich := func(code string) map[string]any {
			return map[string]any{"richText": []any{map[string]any{"text": "石巳安 病假"}, map[string]any{"type": "picture", "downloadCode": code, "pictureDownloadCode": "p"}}}
		}
		if err := w.Staff("zhouli").Tells(bottest.Said{Kind: "richText", Content: rich("code-1")}); err != nil {
			w.t.Fatal(err)
		}
		w.passes(time.Minute)
		if n := len(w.Requests("POST /v1.0/robot/messageFiles/download")); n != 1 {
			w.t.Errorf("asked %d times for the file", n)
		}
		if !strings.Contains(w.read("zhouli"), "石巳安") {
			w.t.Errorf("she reads %q", w.read("zhouli"))
		}
		gone := map[string]any{"richText": []any{map[string]any{"text": "林晓 病假"}, map[string]any{"type": "picture", "downloadCode": "code-2"}}}
		if err := w.Staff("zhouli").Tells(bottest.Said{Kind: "richText", Content: gone}); err != nil {
			w.t.Fatal(err)
		}
		w.passes(5 * time.Minute)
		if !strings.Contains(w.read("zhouli"), "林晓") {
			w.t.Errorf("the words were lost with the picture: %q", w.read("zhouli"))
		}
		w.quiet()
	})
}

// Nobody has imported the card template: cards are work notifications with a
// bar that says how it stands, and open our page.
func TestASchoolWithoutACardTemplate(t *testing.T) {
	w := openDingTown(t, configs.ModeHTTP, "2026-03-09T08:05:00+08:00")
	w.stop()
	w.without("card_template_id: " + w.Template + ", ")
	w.starts()
	w.says("zhouli", "石巳安 未到校")
	w.passes(16 * time.Minute)
	bars := map[string]int{}
	for _, m := range w.Staff("zhouli").Inbox() {
		if m.Way != "work" || !strings.Contains(m.Text, "石巳安") || len(m.Links) == 0 {
			t.Errorf("she got %+v", m)
		}
		bars[m.Status]++
	}
	w.clock.Advance(time.Minute)
	w.says("zhouli", "石巳安 到了，迟到")
	w.passes(5 * time.Minute)
	after := map[string]int{}
	for _, m := range w.Staff("zhouli").Inbox() {
		after[m.Status]++
	}
	if len(after) < 2 {
		t.Errorf("the bars say %v, before %v", after, bars)
	}
	w.quiet()
}
