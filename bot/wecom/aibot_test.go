package wecom_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

// botWorld is a bot on its connection, and the door behind it.
type botWorld struct {
	*wecom.AIBot
	t     *testing.T
	fake  *bottest.WeComBot
	clock *bottest.Clock
	log   *bottest.Log
	ctx   context.Context

	mu      sync.Mutex
	heard   []school.Delivery
	down    bool                                          // the store takes nothing
	outcome func(d school.Delivery) (bot.Pressed, func()) // what a press leads to, and what happens after it was answered
	arrived chan school.Delivery
}

func newBotWorld(t *testing.T) *botWorld {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	clock := bottest.NewClock(morning)
	w := &botWorld{t: t, fake: bottest.NewWeComBot(clock.Now), clock: clock, log: &bottest.Log{}, ctx: ctx, arrived: make(chan school.Delivery, 100)}
	t.Cleanup(w.fake.Close)
	logger := slog.New(slog.NewTextHandler(w.log, nil))
	var err error
	w.AIBot, err = wecom.NewAIBot(wecom.BotSettings{Account: "main", BotID: w.fake.BotID, Secret: w.fake.Secret, Base: w.fake.URL, BaseURL: "https://bot.school.example"},
		wecom.Deps{Now: clock.Now, Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	w.Hasten()
	return w
}

// connects keeps the bot connected until the test is over, and waits for the login.
func (w *botWorld) connects() *botWorld {
	w.t.Helper()
	w.stays()
	w.must(w.fake.InUse(w.ctx, 1))
	return w
}

func (w *botWorld) stays() {
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan error, 1)
	go func() { ended <- w.Connect(ctx, w.accept) }()
	w.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Errorf("Connect ended with %v", err)
		}
		for _, secret := range []string{w.fake.Secret, "张三"} {
			if strings.Contains(w.log.String(), secret) {
				w.t.Errorf("the log holds %q", secret)
			}
		}
		if c := w.fake.Complaints(); len(c) > 0 {
			w.t.Errorf("shown badly: %s", strings.Join(c, "; "))
		}
	})
}

// accept stands for the rest of the house.
func (w *botWorld) accept(_ context.Context, c bot.Callback) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return nil, errors.New("database is gone")
	}
	for _, d := range c.Deliveries {
		w.heard = append(w.heard, d)
		w.arrived <- d
	}
	if c.Outcome == nil || w.outcome == nil {
		return c.Answer, nil
	}
	out, after := w.outcome(c.Deliveries[0])
	if after != nil {
		go after()
	}
	return c.Outcome(out), nil
}

func (w *botWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *botWorld) next() school.Delivery {
	w.t.Helper()
	select {
	case d := <-w.arrived:
		return d
	case <-w.ctx.Done():
		w.t.Fatal("nothing was heard")
		return school.Delivery{}
	}
}

func (w *botWorld) send(n school.Notice, to string, attempt int, earlier ...school.Receipt) (school.Receipt, error) {
	w.t.Helper()
	a := address(to)
	body, err := w.Render(n, a)
	w.must(err)
	return w.Deliver(w.ctx, bot.Dispatch{Notice: n, To: a, Body: body, Attempt: attempt, Earlier: earlier})
}

func TestATeacherSpeaksToTheBot(t *testing.T) {
	w := newBotWorld(t).connects()
	li := w.fake.Chat("LiMin")
	w.must(li.Enters(w.ctx))
	if got := li.Texts(); len(got) != 1 || !strings.Contains(got[0], "张三 未到校") {
		t.Errorf("welcomed with %q", got)
	}
	w.must(li.Says(w.ctx, "张三 未到校"))
	d := w.next()
	if d.Kind != school.DeliveryMessage || d.Text != "张三 未到校" || d.From != "LiMin" || d.Platform != "wecom/main/aibot" || d.Conversation != "direct" || !d.At.Equal(morning) {
		t.Errorf("heard %+v", d)
	}
	w.must(li.Sends(w.ctx, "LiMin", "v1", map[string]any{"msgtype": "voice", "voice": map[string]any{"content": "李四病假"}}))
	if d := w.next(); d.Text != "李四病假" {
		t.Errorf("a voice message gives %q", d.Text)
	}
	w.must(li.Sends(w.ctx, "LiMin", "x1", map[string]any{"msgtype": "mixed", "mixed": map[string]any{"msg_item": []any{
		map[string]any{"msgtype": "text", "text": map[string]any{"content": "假条"}},
		map[string]any{"msgtype": "image", "image": w.fake.File("note.png", []byte("\x89PNG\r\n\x1a\nnote"))}}}}))
	d = w.next()
	if d.Text != "假条" || len(d.Attachments) != 1 {
		t.Fatalf("heard %+v", d)
	}
	file, err := w.Fetch(w.ctx, d.Attachments[0].Media)
	if err != nil || string(file.Content) != "\x89PNG\r\n\x1a\nnote" || file.Type != "image/png" {
		t.Errorf("fetched %+v, %v", file, err)
	}
	w.fake.Expire()
	if _, err := w.Fetch(w.ctx, d.Attachments[0].Media); !errors.Is(err, school.ErrNotFound) || strings.Contains(err.Error(), "sig=") {
		t.Errorf("after five minutes: %v", err)
	}
	// A kind nobody can read is said to be so, and each message is answered on its own.
	w.must(li.Sends(w.ctx, "LiMin", "u1", map[string]any{"msgtype": "sticker"}))
	if got := li.Texts(); len(got) != 5 || !strings.Contains(got[4], "看不了") || got[1] != "收到。" {
		t.Errorf("answers: %q", got)
	}
	if li.Kept() != 0 {
		t.Errorf("%d messages were kept back", li.Kept())
	}
}

func TestTheSameMessageHasTheSameKey(t *testing.T) {
	w := newBotWorld(t).connects()
	li := w.fake.Chat("LiMin")
	text := func() map[string]any {
		return map[string]any{"msgtype": "text", "text": map[string]any{"content": "全到"}}
	}
	w.must(li.Sends(w.ctx, "LiMin", "m1", text()))
	w.must(li.Sends(w.ctx, "LiMin", "m1", text()))
	w.must(li.Sends(w.ctx, "LiMin", "m2", text()))
	a, b, c := w.next(), w.next(), w.next()
	if a.Key != b.Key || a.Key == c.Key {
		t.Errorf("keys %s %s %s", a.Key, b.Key, c.Key)
	}
}

func TestWhatWasNotStoredIsSaidToBeLost(t *testing.T) {
	w := newBotWorld(t).connects()
	w.mu.Lock()
	w.down = true
	w.mu.Unlock()
	li := w.fake.Chat("LiMin")
	w.must(li.Says(w.ctx, "张三 未到校"))
	if got := li.Texts(); len(got) != 1 || !strings.Contains(got[0], "没有记下") {
		t.Errorf("answered %q", got)
	}
}

func TestInAGroupTheBotIsCalledByName(t *testing.T) {
	w := newBotWorld(t).connects()
	g := w.fake.Group("wr-class-703")
	w.must(g.Sends(w.ctx, "LiMin", "g1", map[string]any{"msgtype": "text", "text": map[string]any{"content": "@考勤\u2005张三 未到校"}}))
	d := w.next()
	if d.Text != "张三 未到校" || d.Conversation != "group:wr-class-703" || d.From != "LiMin" {
		t.Errorf("heard %+v", d)
	}
	// What is answered there goes there.
	if _, err := w.send(text("n1", "已登记 1 人"), d.Conversation, 1); err != nil {
		t.Fatal(err)
	}
	if got := g.Texts(); got[len(got)-1] != "已登记 1 人" {
		t.Errorf("the group reads %q", got)
	}
}

func TestABotIsAsBusyAsOnePersonAllows(t *testing.T) {
	w := newBotWorld(t).connects()
	li := w.fake.Chat("LiMin")
	w.must(li.Says(w.ctx, "全到"))
	for i := range 29 { // with the answer, thirty
		if _, err := w.send(text(fmt.Sprint("n", i), "一句"), "LiMin", 1); err != nil {
			t.Fatal(i, err)
		}
	}
	_, err := w.send(text("one more", "一句"), "LiMin", 1)
	if class(err) != bot.SendRetry {
		t.Errorf("the thirty-first: %v", err)
	}
	w.clock.Advance(time.Minute)
	if _, err := w.send(text("one more", "一句"), "LiMin", 2); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

func TestACardIsPressedAndRepainted(t *testing.T) {
	w := newBotWorld(t).connects()
	li, wang := w.fake.Chat("LiMin"), w.fake.Chat("Wang")
	w.must(li.Says(w.ctx, "张三 未到校"))
	w.next()
	w.must(wang.Says(w.ctx, "在"))
	w.next()
	sent, err := w.send(cardNotice("n1", reasonCard()), "LiMin", 1)
	w.must(err)
	other, err := w.send(cardNotice("n2", reasonCard()), "Wang", 1)
	w.must(err)
	updated := make(chan error, 1)
	w.mu.Lock()
	w.outcome = func(d school.Delivery) (bot.Pressed, func()) {
		closed := done()
		return bot.Pressed{Known: true, Card: &closed}, func() {
			// The change comes by the outbox while the press is still being answered.
			_, err := w.send(changed("n1", done()), "LiMin", 1, sent)
			updated <- err
		}
	}
	w.mu.Unlock()
	w.must(li.Press(w.ctx, li.Card(), "submit", "kind=sick"))
	d := w.next()
	if d.Kind != school.DeliveryPress || d.Card != reasonCard().ID || d.Button != "submit" || d.Inputs["kind"] != "sick" {
		t.Errorf("heard %+v", d)
	}
	if err := <-updated; err != nil {
		t.Errorf("the presser is told a second time: %v", err)
	}
	if got := li.Card(); got.Closed != "已处理" || !strings.Contains(got.Text, "已说明") || got.Updates != 1 {
		t.Errorf("the card is %+v", got)
	}
	// Nobody else's copy can be changed: they are told in a fresh message.
	if _, err := w.send(changed("n2", done()), "Wang", 1, other); class(err) != bot.SendStale {
		t.Errorf("another holder: %v", err)
	}
	fresh := changed("n3", done())
	fresh.Act, fresh.Of = school.NoticeSend, ""
	_, err = w.send(fresh, "Wang", 1)
	w.must(err)
	if got := wang.Texts(); !strings.Contains(got[len(got)-1], "已说明") {
		t.Errorf("the other holder reads %q", got)
	}
}

func TestTheConnectionComesBack(t *testing.T) {
	w := newBotWorld(t).connects()
	li := w.fake.Chat("LiMin")
	for n := 2; n <= 4; n++ {
		w.fake.Drop()
		w.must(w.fake.InUse(w.ctx, n))
	}
	w.must(w.fake.Nonsense("{", "[]", `{"cmd":"aibot_msg_callback","headers":{"req_id":"x"},"body":[]}`, `{"cmd":"future","headers":{"req_id":"y"}}`))
	w.must(li.Says(w.ctx, "张三 未到校"))
	// A dead network shows in two heartbeats without an answer.
	w.fake.Mute()
	w.must(w.fake.InUse(w.ctx, 5))
	w.must(li.Says(w.ctx, "李四 未到校"))
	if len(w.heard) != 2 {
		t.Errorf("heard %+v", w.heard)
	}
}

func TestWhoIsPushedOutStaysOut(t *testing.T) {
	w := newBotWorld(t)
	ended := make(chan error, 1)
	go func() { ended <- w.Connect(w.ctx, w.accept) }()
	w.must(w.fake.InUse(w.ctx, 1))
	if !w.Connected() {
		t.Error("not connected")
	}
	w.fake.TakeOver()
	if err := <-ended; class(err) != bot.SendConfig || !strings.Contains(err.Error(), "另一个程序") {
		t.Errorf("the administrators hear %v", err)
	}
	if _, err := w.send(text("n1", "一句"), "LiMin", 1); class(err) != bot.SendConfig {
		t.Errorf("meanwhile: %v", err)
	}
	if n := w.fake.Logins(); n != 1 || w.Connected() {
		t.Errorf("%d logins: two programs push each other out", n)
	}
}

func TestARefusedLoginIsNotHammered(t *testing.T) {
	w := newBotWorld(t)
	w.fake.Refuse(4)
	w.connects() // four refusals are put up with
	again := newBotWorld(t)
	again.fake.Refuse(100)
	if err := again.Connect(again.ctx, again.accept); class(err) != bot.SendConfig || !strings.Contains(err.Error(), "拒绝了智能机器人的登录") {
		t.Errorf("the administrators hear %v", err)
	}
	if _, err := again.send(text("n1", "一句"), "LiMin", 1); class(err) != bot.SendConfig {
		t.Errorf("meanwhile: %v", err)
	}
}

func TestARefusedPressStandsOnTheCard(t *testing.T) {
	w := newBotWorld(t).connects()
	li := w.fake.Chat("LiMin")
	w.must(li.Says(w.ctx, "张三 未到校"))
	w.next()
	_, err := w.send(cardNotice("n1", reasonCard()), "LiMin", 1)
	w.must(err)
	open := reasonCard()
	for _, s := range []struct {
		out  bot.Pressed
		says string
		dead bool
	}{
		{bot.Pressed{Known: true, Reply: school.Reply{Text: "请先选择原因"}, Card: &open}, "请先选择原因", false},
		{bot.Pressed{Known: true, Reply: school.Reply{Text: "这张卡片不是发给您的"}}, "不是发给您的", true},
	} {
		w.mu.Lock()
		w.outcome = func(school.Delivery) (bot.Pressed, func()) { return s.out, nil }
		w.mu.Unlock()
		w.must(li.Press(w.ctx, li.Card(), "submit"))
		if c := li.Card(); !strings.Contains(c.Title+c.Text, s.says) || (c.Closed != "") != s.dead {
			t.Errorf("the card is %+v", c)
		}
	}
}

func TestAnEncryptedAccountIsReported(t *testing.T) {
	w := newBotWorld(t).connects()
	stranger := w.fake.Chat("woXYZabcDEF0123456789_-abcdefgh")
	w.must(stranger.Says(w.ctx, "张三 未到校"))
	message, alert := w.next(), w.next()
	if message.Text == "" || alert.Event != bot.EventInactive || !strings.Contains(alert.Fields["text"], "超级管理员") {
		t.Errorf("heard %+v and %+v", message, alert)
	}
}
