package wecom_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

func TestTheTeacherChoosesOnTheCard(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	w.must(cardNotice("n1", reasonCard()), "LiMin")
	c := li.Card()
	if c.Type != "button_interaction" || c.Title != "张三 未到校" || c.Why != "第一次上报" || c.Page != "https://bot.school.example/c/"+reasonCard().ID {
		t.Errorf("the card shows %+v", c)
	}
	if got := strings.Join(c.Fields, " "); got != "班级：七(3)班 时间：10月13日（周二）上午" {
		t.Errorf("fields %s", got)
	}
	d := w.press(li, c, "submit", "kind=sick")
	if d.Card != reasonCard().ID || d.Button != "submit" || d.Inputs["kind"] != "sick" || d.From != "LiMin" || d.Code == "" {
		t.Errorf("pressed %+v", d)
	}
}

// WeCom preselects the first option of a drop-down: without a line of its own
// for "nothing chosen" a hurried press would report 病假.
func TestNothingChosenIsNotTheFirstOption(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	w.must(cardNotice("n1", reasonCard()), "LiMin")
	if d := w.press(li, li.Card(), "submit"); d.Button != "submit" || len(d.Inputs) != 0 {
		t.Errorf("a press without a choice said %v", d.Inputs)
	}
	proposed := reasonCard()
	proposed.Inputs[0].Value = "personal"
	w.must(cardNotice("n2", proposed), "LiMin")
	if d := w.press(li, li.Card(), "submit"); d.Inputs["kind"] != "personal" {
		t.Errorf("what was proposed is not what was pressed: %v", d.Inputs)
	}
}

func TestManyCandidatesBecomeAVote(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	ask := school.Card{ID: "ask1", Title: "哪一位张三？", State: school.CardOpen, Kind: school.CardAsk}
	for i := range 8 {
		ask.Buttons = append(ask.Buttons, school.Button{Key: fmt.Sprintf("S%03d", i), Text: fmt.Sprintf("张三（七(%d)班）", i), Act: school.ActChoose})
	}
	w.must(cardNotice("n1", ask), "LiMin")
	if c := li.Card(); c.Type != "vote_interaction" || len(c.Questions[0].Options) != 8 {
		t.Fatalf("the card shows %+v", c)
	}
	submit := li.Card().Buttons[0].Key
	if d := w.press(li, li.Card(), submit, "@button=S005"); d.Button != "S005" || len(d.Inputs) != 0 {
		t.Errorf("pressed %+v", d)
	}
	inner, err := li.PressXML(li.Card(), submit)
	if err != nil {
		t.Fatal(err)
	}
	if ds := w.hear(inner); len(ds) != 0 {
		t.Errorf("a vote for nobody gave %+v", ds)
	}
}

func TestSeveralChoicesStandTogether(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	c := reasonCard()
	c.Buttons = c.Buttons[:1]
	c.Inputs = append(c.Inputs, school.Input{Key: "told", Label: "家长是否知道", Type: "choice", Required: true, Options: []school.Option{{ID: "yes", Text: "知道"}, {ID: "no", Text: "不知道"}}})
	w.must(cardNotice("n1", c), "LiMin")
	if got := li.Card(); got.Type != "multiple_interaction" || !strings.Contains(got.Desc, "班级：七(3)班") {
		t.Fatalf("the card shows %+v", got)
	}
	if d := w.press(li, li.Card(), "submit", "kind=sick", "told=no"); d.Inputs["kind"] != "sick" || d.Inputs["told"] != "no" {
		t.Errorf("pressed %+v", d)
	}
}

func TestALongChoiceIsAVote(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	c := reasonCard()
	c.Buttons = c.Buttons[:1]
	for i := range 12 {
		c.Inputs[0].Options = append(c.Inputs[0].Options, school.Option{ID: fmt.Sprint("r", i), Text: fmt.Sprintf("原因原因原因原因原因原因原因%d", i)})
	}
	w.must(cardNotice("n1", c), "LiMin")
	if d := w.press(li, li.Card(), "submit", "kind=r7"); li.Card().Type != "vote_interaction" || d.Inputs["kind"] != "r7" {
		t.Errorf("pressed %+v on a %s", d, li.Card().Type)
	}
}

func TestWhatACardCannotHoldIsFilledInOnThePage(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	c := reasonCard()
	c.Inputs = []school.Input{{Key: "reason", Label: "原因", Type: "text", Required: true}, {Key: "attempts", Label: "次数", Type: "number"}}
	w.must(cardNotice("n1", c), "LiMin")
	got := li.Card()
	if len(got.Buttons) != 2 || got.Buttons[0].URL != "https://bot.school.example/c/"+c.ID || got.Buttons[0].Text != "去填写" || got.Buttons[1].Key != "no-contact" {
		t.Fatalf("buttons %+v", got.Buttons)
	}
	if d := w.press(li, got, "no-contact"); d.Button != "no-contact" {
		t.Errorf("pressed %+v", d)
	}
}

func TestAnOptionalNumberDoesNotSendTheTeacherToThePage(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	c := reasonCard()
	c.Inputs = append(c.Inputs, school.Input{Key: "attempts", Label: "次数", Type: "number"})
	w.must(cardNotice("n1", c), "LiMin")
	if d := w.press(li, li.Card(), "submit", "kind=sick"); d.Inputs["kind"] != "sick" {
		t.Errorf("pressed %+v on %+v", d, li.Card().Buttons)
	}
}

func TestARejectionWithAReasonGoesThroughThePage(t *testing.T) {
	w := newWorld(t)
	head := w.fake.Member("head")
	c := school.Card{ID: "leave1", Title: "请假申请", State: school.CardOpen, Inputs: []school.Input{{Key: "reason", Label: "意见", Type: "text"}},
		Buttons: []school.Button{{Key: "approve", Text: "同意", Style: "primary", Act: school.ActApprove}, {Key: "reject", Text: "不同意", Style: "danger", Act: school.ActReject}}}
	w.must(cardNotice("n1", c), "head")
	if _, ok := head.Card().Button("approve"); !ok {
		t.Error("approving needs no answer and is not on the card")
	}
	if _, ok := head.Card().Button("reject"); ok {
		t.Error("rejecting needs a reason and is on the card")
	}
}

func TestWithoutAPageTheTeacherAnswersInTheChat(t *testing.T) {
	w := newWorld(t, func(s *wecom.Settings) { s.BaseURL = "" })
	li := w.fake.Member("LiMin")
	c := reasonCard()
	c.Inputs[0].Type = "text"
	w.must(cardNotice("n1", c), "LiMin")
	if got := li.Card(); len(got.Buttons) != 1 || got.Buttons[0].Key != "no-contact" || !strings.HasSuffix(got.Text, "请直接在这里回复文字。") {
		t.Errorf("the card shows %+v", got)
	}
	c.Buttons = c.Buttons[:1]
	w.must(cardNotice("n2", c), "LiMin")
	if texts := li.Texts(); len(texts) != 1 || !strings.HasPrefix(texts[0], "张三 未到校\n") || !strings.HasSuffix(texts[0], "请直接在这里回复文字。") {
		t.Errorf("texts %q", texts)
	}
}

func TestLinksLeadToTheirPage(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	c := school.Card{ID: "c1", Title: "日报", State: school.CardOpen, Buttons: []school.Button{
		{Key: "/reports/today", Text: "打开", Act: school.ActLink}, {Key: "page", Text: "卡片", Act: school.ActLink}, {Key: "ack", Text: "收到", Act: school.ActAck}}}
	w.must(cardNotice("n1", c), "LiMin")
	got := li.Card().Buttons
	if got[0].URL != "https://bot.school.example/reports/today" || got[1].URL != "https://bot.school.example/c/c1" || got[2].URL != "" {
		t.Errorf("buttons %+v", got)
	}
}

// Long names, many facts: everything is shortened to what WeCom shows, and
// what does not fit a row stands whole below.
func TestACrowdedCardStaysWithinEveryLimit(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	long := strings.Repeat("很长的名字", 12)
	c := reasonCard()
	c.Title, c.Why = long, long
	for i := range 9 {
		c.Fields = append(c.Fields, school.Field{K: fmt.Sprintf("第%d项事实的名称", i), V: fmt.Sprint("值", i)})
	}
	c.Fields = append(c.Fields, school.Field{K: "缺课", V: long[:150]}, school.Field{V: "没有名称的一行"})
	c.Inputs[0].Label = long
	c.Buttons[0].Text = long
	c.Inputs[0].Options[0].Text = long
	due := morning.Add(10 * time.Hour)
	c.Due = &due
	w.must(cardNotice("n1", c), "LiMin")
	got := li.Card()
	if len(got.Fields) != 6 || !strings.HasSuffix(got.Title, "…") || got.Desc != "截止 10月13日 18:05" || !strings.Contains(got.Text, "第4项事实的名称：值4") {
		t.Errorf("the card shows %+v", got)
	}
}

func TestTheTextDoesNotRepeatWhatTheCardShows(t *testing.T) {
	w := newWorld(t)
	li := w.fake.Member("LiMin")
	n := cardNotice("n1", reasonCard())
	n.Text = "张三 未到校；时间：10月13日（周二）上午；家长已通知"
	w.must(n, "LiMin")
	if got := li.Card().Text; got != "家长已通知" {
		t.Errorf("below the facts stands %q", got)
	}
}

func TestACardThatNoLimitAllowsIsRefusedBeforeSending(t *testing.T) {
	w := newWorld(t)
	for name, spoil := range map[string]func(*school.Card){
		"no title":         func(c *school.Card) { c.Title = "" },
		"an id with an @":  func(c *school.Card) { c.ID = "a@b" },
		"an endless id":    func(c *school.Card) { c.ID = strings.Repeat("a", 101) },
		"two equal keys":   func(c *school.Card) { c.Buttons[1].Key = c.Buttons[0].Key },
		"an endless key":   func(c *school.Card) { c.Buttons[1].Key = strings.Repeat("k", 1025) },
		"a nameless press": func(c *school.Card) { c.Buttons[1].Text = "" },
		"two equal options": func(c *school.Card) {
			c.Inputs[0].Options = append(c.Inputs[0].Options, c.Inputs[0].Options[0])
		},
		"an endless option": func(c *school.Card) { c.Inputs[0].Options[0].ID = strings.Repeat("病", 43) },
	} {
		c := reasonCard()
		spoil(&c)
		if _, err := w.Render(cardNotice("n1", c), school.Address{Platform: "wecom", User: "LiMin"}); class(err) != bot.SendNever {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(w.fake.Requests("message/send")); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// What goes out is written down: a change of one byte is a decision.
func TestGoldenBodies(t *testing.T) {
	w := newWorld(t)
	due := morning.Add(10 * time.Hour)
	buttons, closed := reasonCard(), reasonCard()
	buttons.Due = &due
	closed.State, closed.Result, closed.Buttons = school.CardDone, "李敏 08:25 已说明：病假 <38℃> & 就医", nil
	update := cardNotice("n2", closed)
	update.Act, update.Of = school.NoticeUpdate, "n1"
	parent := toParent("n3", "张三今天上午没有到校。")
	parent.Card = &school.Card{ID: "p1", Kind: school.CardParent, State: school.CardOpen, Buttons: []school.Button{{Key: "known", Text: "已知道", Act: school.ActAck}}}
	parent.Link = "https://bot.school.example/p/p1"
	for name, n := range map[string]school.Notice{"text": text("n0", "已登记：张三 <上午> & 下午"), "card": cardNotice("n1", buttons), "update": update, "parent": parent} {
		got, err := w.Render(n, school.Address{Platform: "wecom", User: "LiMin"})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name+".golden.json")
		if *updateGolden {
			if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || string(got) != strings.TrimSpace(string(want)) {
			t.Errorf("%s (%v):\n%s", name, err, got)
		}
	}
}
