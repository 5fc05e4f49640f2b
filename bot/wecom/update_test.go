package wecom_test

import (
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

// changed is the update of a card sent under the key of.
func changed(of string, c school.Card) school.Notice {
	n := cardNotice(of+":changed", c)
	n.Act, n.Of = school.NoticeUpdate, of
	return n
}

func done() school.Card {
	c := reasonCard()
	c.State, c.Result, c.Buttons = school.CardDone, "李敏 08:25 已说明：病假", nil
	return c
}

func TestAnAnsweredCardTurnsGrey(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	sent := w.must(cardNotice("n1", reasonCard()), "LiMin")
	pressed := w.press(li, li.Card(), "submit", "kind=sick")
	r := w.must(changed("n1", done()), "LiMin", school.Receipt{Code: pressed.Code}, sent)
	if c := li.Card(); c.Closed != "已处理" || c.Updates != 1 || !strings.Contains(c.Text, "李敏 08:25 已说明：病假") {
		t.Errorf("the card shows %+v", c)
	}
	if r.Code != pressed.Code {
		t.Errorf("spent %s, the newest code was %s", r.Code, pressed.Code)
	}
	if err := li.Press(li.Card(), "submit"); err == nil {
		t.Error("a grey card can be pressed")
	}
}

func TestASupersededCardSaysSo(t *testing.T) {
	w := newWorld(t)
	sent := w.must(cardNotice("n1", reasonCard()), w.member("LiMin"))
	c := done()
	c.State = school.CardSuperseded
	w.must(changed("n1", c), "LiMin", sent)
	if got := w.fake.Member("LiMin").Card().Closed; got != "已失效" {
		t.Errorf("the buttons read %q", got)
	}
}

func (w *world) member(id string) string {
	w.fake.Member(id)
	return id
}

func TestAnOpenCardThatChangesKeepsItsButtons(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	sent := w.must(cardNotice("n1", reasonCard()), "LiMin")
	c := reasonCard()
	c.Fields = append(c.Fields, school.Field{K: "截止", V: "已超时"})
	w.must(changed("n1", c), "LiMin", sent)
	if d := w.press(li, li.Card(), "submit", "kind=sick"); d.Card != c.ID || len(li.Card().Fields) != 3 {
		t.Errorf("pressed %+v on %+v", d, li.Card())
	}
}

// A code works once: the second change needs the code of the next press, or
// the one of the sending that was kept in reserve.
func TestCodesAreTriedNewestFirst(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	sent := w.must(cardNotice("n1", reasonCard()), "LiMin")
	pressed := school.Receipt{Code: w.press(li, li.Card(), "no-contact").Code}
	w.must(changed("n1", reasonCard()), "LiMin", pressed, sent)
	again := changed("n1", done())
	again.Key = "n1:again"
	if r := w.must(again, "LiMin", pressed, sent); r.Code != sent.Code || li.Card().Updates != 2 {
		t.Errorf("spent %s after %d updates", r.Code, li.Card().Updates)
	}
	third := changed("n1", done())
	third.Key = "n1:third"
	if _, err := w.send(third, "LiMin", pressed, sent); class(err) != bot.SendStale {
		t.Errorf("both codes are spent: %v", err)
	}
}

func TestAfterThreeDaysACardIsStale(t *testing.T) {
	w := newWorld(t)
	sent := w.must(cardNotice("n1", reasonCard()), w.member("LiMin"))
	w.clock.Advance(72 * time.Hour)
	_, err := w.send(changed("n1", done()), "LiMin", sent)
	if class(err) != bot.SendStale {
		t.Fatalf("after 72 hours: %v", err)
	}
	fresh := cardNotice("n1:fresh", done())
	w.must(fresh, "LiMin")
	if c := w.fake.Member("LiMin").Card(); c.Type != "text_notice" || !strings.Contains(c.Text, "李敏 08:25 已说明：病假") {
		t.Errorf("the state as a fresh message: %+v", c)
	}
}

func TestACardSentToSomebodyElseIsStale(t *testing.T) {
	w := newWorld(t)
	sent := w.must(cardNotice("n1", reasonCard()), w.member("LiMin"))
	if _, err := w.send(changed("n1", done()), w.member("wang"), sent); class(err) != bot.SendStale {
		t.Errorf("82102: %v", err)
	}
}

func TestCodesOfAnotherAccountAreLeftAlone(t *testing.T) {
	w := newWorld(t)
	sent := w.must(cardNotice("n1", reasonCard()), w.member("LiMin"))
	sent.Platform = "dingtalk/main"
	if _, err := w.send(changed("n1", done()), "LiMin", sent); class(err) != bot.SendStale {
		t.Errorf("accepted: %v", err)
	}
}

// The process died after sending: the second attempt finds the task taken.
func TestACardThatArrivedIsNotSentTwice(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	n := cardNotice("n1", reasonCard())
	w.must(n, "LiMin")
	r, err := w.attempt(2, n, "LiMin")
	if err != nil || r.Task != li.Card().Task || r.Code != "" || len(li.Cards()) != 1 {
		t.Errorf("receipt %+v, %v, %d cards", r, err, len(li.Cards()))
	}
}

func TestTwoCopiesOfOneCardHaveTwoTasks(t *testing.T) {
	w := newWorld(t)
	a := w.must(cardNotice("n1", reasonCard()), w.member("LiMin"))
	b := w.must(cardNotice("n1", reasonCard()), w.member("wang"))
	again := w.must(cardNotice("n1:fresh", reasonCard()), "LiMin")
	if a.Task == b.Task || a.Task == again.Task {
		t.Errorf("tasks %s %s %s", a.Task, b.Task, again.Task)
	}
}

func TestAMessageIsTakenBackWithinADay(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	sent := w.must(cardNotice("n1", reasonCard()), "LiMin")
	back := cardNotice("n1:back", done())
	back.Act, back.Of = school.NoticeRecall, "n1"
	w.must(back, "LiMin", school.Receipt{Code: "of-a-press"}, sent)
	if len(li.Cards()) != 0 {
		t.Error("the card is still there")
	}
	later := w.must(cardNotice("n2", reasonCard()), "LiMin")
	w.clock.Advance(25 * time.Hour)
	back.Key, back.Of = "n2:back", "n2"
	if _, err := w.send(back, "LiMin", later); class(err) != bot.SendStale {
		t.Errorf("after a day: %v", err)
	}
	if _, err := w.send(back, "LiMin", school.Receipt{Message: "unknown"}); class(err) != bot.SendStale {
		t.Errorf("an unknown message: %v", err)
	}
	if _, err := w.send(back, "LiMin"); class(err) != bot.SendStale {
		t.Errorf("without a receipt: %v", err)
	}
}

func TestAClassGroupCannotBeReached(t *testing.T) {
	w := newWorld(t)
	n := text("n1", "今日 2 人未到")
	n.ToClass = "703"
	if _, err := w.send(n, "class:703"); class(err) != bot.SendRecipient {
		t.Errorf("to a group: %v", err)
	}
}

func TestALongTextIsCutAtAWholeCharacter(t *testing.T) {
	w := newWorld(t)
	w.must(text("n1", strings.Repeat("未到校", 1000)), w.member("LiMin"))
	got := w.fake.Member("LiMin").Texts()[0]
	if len(got) > 2048 || len(got) < 2040 || !strings.HasSuffix(got, "…") || strings.Contains(got, "\uFFFD") {
		t.Errorf("%d bytes, ends with %q", len(got), got[len(got)-9:])
	}
}

// Sent afresh, a card that is over has nothing to press and leads to its page;
// without a page it is words.
func TestAResultIsANotice(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	n := cardNotice("n1", done())
	r := w.must(n, "LiMin")
	if c := li.Card(); c.Type != "text_notice" || len(c.Buttons) != 0 || !strings.Contains(c.Text, "已说明") || c.Page == "" || r.Code != "" {
		t.Errorf("the notice shows %+v, receipt %+v", c, r)
	}
	bare := newWorld(t, func(s *wecom.Settings) { s.BaseURL = "" })
	li = bare.fake.Member("LiMin")
	bare.must(n, "LiMin")
	if got := li.Texts(); len(got) != 1 || !strings.Contains(got[0], "已说明") {
		t.Errorf("without a page: %q", got)
	}
}

// In WeChat template cards do not show: a textcard leads to the page, and the
// page shows what becomes of it.
func TestWhoReadsThroughWeChatGetsATextcard(t *testing.T) {
	for _, who := range []string{"limin", "@all"} {
		w := newWorld(t, func(s *wecom.Settings) { s.WeChat = []string{who} })
		li := w.fake.Member("LiMin")
		c := reasonCard()
		c.Fields = append(c.Fields, school.Field{K: "备注", V: "<b>" + strings.Repeat("很长的话", 100)})
		sent := w.must(cardNotice("n1", c), "LiMin")
		got := li.Inbox()
		if len(got) != 1 || got[0].Card != nil || got[0].URL != "https://bot.school.example/c/"+c.ID || !strings.HasPrefix(got[0].Text, "张三 未到校\n") || strings.Contains(got[0].Text, "<") {
			t.Fatalf("she reads %+v", got)
		}
		w.must(changed("n1", done()), "LiMin", sent)
		if len(li.Inbox()) != 1 || len(w.fake.Requests("message/update_template_card")) != 0 {
			t.Errorf("she is disturbed again: %+v", li.Inbox())
		}
		w.must(text("n2", "已登记"), "LiMin")
		if who == "limin" {
			w.must(cardNotice("n3", reasonCard()), w.member("Wang"))
			if w.fake.Member("Wang").Card().Type == "" {
				t.Error("somebody else lost the card")
			}
		}
	}
}

// A small class is ticked, not written: nobody ticked is everybody here.
func TestARollCallIsTicked(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	roll := school.Card{ID: "roll1", Kind: school.CardRoll, Title: "七(3)班 上午还没有点名", State: school.CardOpen,
		Inputs:  []school.Input{{Key: "absent", Label: "未到的学生", Type: "text", Options: []school.Option{{ID: "S001", Text: "1号 张三"}, {ID: "S002", Text: "2号 李四"}, {ID: "S003", Text: "3号 王五"}}}},
		Buttons: []school.Button{{Key: "all-here", Text: "全到", Style: "primary", Act: school.ActSubmit}}}
	w.must(cardNotice("n1", roll), "LiMin")
	c := li.Card()
	if c.Type != "vote_interaction" || !c.Questions[0].Several || !strings.Contains(c.Desc, "打勾") {
		t.Fatalf("the card shows %+v", c)
	}
	if d := w.press(li, c, "all-here", "absent=S001,S003"); d.Button != "all-here" || d.Inputs["absent"] != "S001,S003" {
		t.Errorf("pressed %+v", d)
	}
	if d := w.press(li, c, "all-here"); d.Button != "all-here" || d.Inputs["absent"] != "" {
		t.Errorf("nobody ticked: %+v", d)
	}
	roll.Inputs[0].Options = nil // a large class: its button, and the page for names
	w.must(cardNotice("n2", roll), "LiMin")
	if c := li.Card(); c.Type != "button_interaction" || c.Page == "" {
		t.Errorf("a large class: %+v", c)
	}
}
