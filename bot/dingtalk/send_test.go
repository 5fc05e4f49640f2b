package dingtalk

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/rules/school"
)

// office is an account of a school and the DingTalk it talks to.
type office struct {
	*Platform
	t      *testing.T
	fake   *bottest.DingTalk
	clock  *bottest.Clock
	log    *bottest.Log
	shared bot.Shared
}

func newOffice(t *testing.T, change ...func(*Settings)) *office {
	t.Helper()
	clock := bottest.NewClock(morning)
	o := &office{t: t, fake: bottest.NewDingTalk(clock.Now), clock: clock, log: &bottest.Log{}, shared: bot.NewMemoryShared(clock.Now)}
	t.Cleanup(o.fake.Close)
	o.fake.Staff("limin")
	o.fake.Guardian("mother")
	o.Platform = o.process(change...)
	return o
}

// process is one more process of the same account.
func (o *office) process(change ...func(*Settings)) *Platform {
	o.t.Helper()
	s := Settings{Account: "main", ClientID: o.fake.ClientID, ClientSecret: o.fake.ClientSecret, AgentID: o.fake.AgentID, CorpID: o.fake.CorpID,
		CardTemplateID: o.fake.Template, APIBase: o.fake.API, OAPIBase: o.fake.OAPI, BaseURL: "https://bot.school.example"}
	for _, f := range change {
		f(&s)
	}
	p, err := New(s, Deps{HTTP: &http.Client{}, Now: o.clock.Now, Shared: o.shared, Log: slog.New(slog.NewTextHandler(o.log, nil)), Wait: func(context.Context, time.Duration) {}})
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

func (o *office) try(n school.Notice, user string, attempt int, earlier ...school.Receipt) (school.Receipt, error) {
	o.t.Helper()
	to := school.Address{Platform: Kind, User: user}
	body, err := o.Render(n, to)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.Deliver(o.t.Context(), bot.Dispatch{Notice: n, To: to, Body: body, Earlier: earlier, Attempt: attempt})
}

func (o *office) sends(n school.Notice, user string, earlier ...school.Receipt) school.Receipt {
	o.t.Helper()
	r, err := o.try(n, user, 1, earlier...)
	if err != nil {
		o.t.Fatal(err)
	}
	if c := o.fake.Complaints(); len(c) > 0 {
		o.t.Errorf("DingTalk complains: %s", strings.Join(c, "; "))
	}
	return r
}

func (o *office) last(user string) bottest.DingMessage {
	o.t.Helper()
	box := o.fake.Staff(user).Inbox()
	if len(box) == 0 {
		o.t.Fatalf("nothing arrived at %s", user)
	}
	return box[len(box)-1]
}

func words(key, text string) school.Notice {
	return school.Notice{School: "demo", Key: key, Act: school.NoticeSend, Kind: school.NoticeText, To: "T001", Text: text, At: morning}
}

func changed(c school.Card) school.Notice {
	n := cardNotice(c)
	n.Act, n.Of, n.Key = school.NoticeUpdate, n.Key, n.Key+":u"
	return n
}

func classOf(err error) bot.SendClass {
	if e, ok := err.(*bot.SendError); ok {
		return e.Class
	}
	return ""
}

// The reply address costs nothing; when it is over the robot's own call takes
// its place, and nobody notices.
func TestAnAnswerGoesBackThroughTheConversationWhileItIsOpen(t *testing.T) {
	o := newOffice(t)
	if _, err := o.robot(o.fake.Staff("limin").JSON(bottest.Said{Text: "张三 未到校"}), o.clock.Now()); err != nil {
		t.Fatal(err)
	}
	o.sends(words("a", "已登记"), "limin")
	if got := o.last("limin"); got.Way != "session" || got.Text != "已登记" {
		t.Errorf("came by %s: %q", got.Way, got.Text)
	}
	o.fake.EndSessions()
	if r := o.sends(words("b", "还有一件事"), "limin"); o.last("limin").Way != "robot" || r.Message == "" {
		t.Errorf("came by %s", o.last("limin").Way)
	}
	before := len(o.fake.Requests("POST /robot/sendBySession"))
	o.sends(words("c", "再一件"), "limin")
	if len(o.fake.Requests("POST /robot/sendBySession")) != before {
		t.Error("a reply address that is over is asked again")
	}
}

func TestAReplyAddressThatIsNotDingTalksIsNeverUsed(t *testing.T) {
	o := newOffice(t)
	until := number(o.clock.Now().Add(time.Hour).UnixMilli())
	for _, address := range []string{"http://10.0.0.1/robot/sendBySession", "https://evil.example/x", "https://oapi.dingtalk.com.evil.example/x", "ftp://oapi.dingtalk.com/x"} {
		in := inbound{Webhook: address, WebhookUntil: loose(until)}
		o.remember(in, school.Delivery{From: "limin", Conversation: "direct"})
		if o.sends(words(address, "秘密"), "limin"); o.last("limin").Way != "robot" {
			t.Errorf("%s was used", address)
		}
	}
}

func TestAGroupIsAnsweredInTheGroup(t *testing.T) {
	o := newOffice(t)
	group := o.fake.Group("cid703==", "七(3)班")
	o.sends(words("a", "已登记 1 人"), "group:cid703==")
	if got := group.Inbox(); len(got) != 1 || got[0].Way != "group" {
		t.Errorf("the group has %v", got)
	}
	group.Leave()
	if _, err := o.try(words("b", "x"), "group:cid703==", 1); classOf(err) == "" || classOf(err) == bot.SendRetry {
		t.Errorf("a group without the robot: %v", err)
	}
}

func TestSomebodyFromOutsideIsReachedOnlyInTheConversation(t *testing.T) {
	o := newOffice(t)
	if _, err := o.try(words("a", "您不在名单里"), "outside:abc", 1); classOf(err) != bot.SendRecipient {
		t.Errorf("without a conversation: %v", err)
	}
	if n := len(o.fake.Requests("POST " + apiDirect)); n != 0 {
		t.Errorf("%d calls were spent on it", n)
	}
}

// Without a template a card is a work notification whose bar is kept up to
// date, or a button that opens our page, or words to answer.
func TestCardsWithoutATemplate(t *testing.T) {
	done := stageCard()
	done.State, done.Result = school.CardDone, "王老师 已提交"

	o := newOffice(t, func(s *Settings) { s.CardTemplateID = "" })
	r := o.sends(cardNotice(stageCard()), "limin")
	if got := o.last("limin"); got.Way != "work" || got.Status != "待处理" || got.Links[0].URL != "https://bot.school.example/c/card1" || !strings.HasPrefix(r.Message, workPrefix) {
		t.Errorf("a notification: %+v", got)
	}
	o.sends(changed(done), "limin", r)
	if got := o.last("limin"); got.Status != "王老师 已提交" {
		t.Errorf("its bar says %q", got.Status)
	}

	o = newOffice(t, func(s *Settings) { s.CardTemplateID, s.AgentID = "", 0 })
	r = o.sends(cardNotice(stageCard()), "limin")
	if got := o.last("limin"); got.Kind != keyAction || got.Links[0].URL != "https://bot.school.example/c/card1" {
		t.Errorf("a button: %+v", got)
	}
	o.sends(changed(done), "limin", r)
	if n := len(o.fake.Staff("limin").Inbox()); n != 1 {
		t.Errorf("%d messages: the page shows the change by itself", n)
	}

	o = newOffice(t, func(s *Settings) { s.CardTemplateID, s.AgentID, s.BaseURL = "", 0, "" })
	r = o.sends(cardNotice(stageCard()), "limin")
	if got := o.last("limin"); got.Kind != keyText || !strings.Contains(got.Text, "回复文字") || !strings.Contains(got.Text, "七(3)班") {
		t.Errorf("words: %+v", got)
	}
	if _, err := o.try(changed(done), "limin", 1, r); classOf(err) != bot.SendStale {
		t.Errorf("words cannot be changed: %v", err)
	}
}

func TestACardThatWasMadeButNotDeliveredIsDelivered(t *testing.T) {
	o := newOffice(t)
	o.fake.Staff("limin").Hide() // the card is made, its delivery fails
	if _, err := o.try(cardNotice(stageCard()), "limin", 1); classOf(err) != bot.SendRecipient {
		t.Fatalf("%v", err)
	}
	o = newOffice(t)
	o.fake.Fail("POST "+apiCard, bottest.Lost())
	if _, err := o.try(cardNotice(stageCard()), "limin", 1); classOf(err) != bot.SendRetry {
		t.Fatalf("%v", err)
	}
	if _, err := o.try(cardNotice(stageCard()), "limin", 2); err != nil {
		t.Fatal(err)
	}
	if len(o.fake.Staff("limin").Cards()) == 0 || len(o.fake.Requests("POST "+apiDeliver)) != 1 {
		t.Error("the card never came")
	}
}

// The process died between sending and writing that down; another takes over.
func TestWhatHasLeftIsNotSentAgainByTheNextProcess(t *testing.T) {
	o := newOffice(t)
	first := o.sends(words("a", "已登记"), "limin")
	o.Platform = o.process()
	second, err := o.try(words("a", "已登记"), "limin", 2)
	if err != nil || second != first || len(o.fake.Staff("limin").Inbox()) != 1 {
		t.Errorf("%+v, %v, %d messages", second, err, len(o.fake.Staff("limin").Inbox()))
	}
}

// The update for everybody is a counted call: who pressed sees it already.
func TestWhatAPressHasShownIsNotPaidForOnceMore(t *testing.T) {
	o := newOffice(t)
	r := o.sends(cardNotice(stageCard()), "limin")
	done := stageCard()
	done.State, done.Result, done.Why = school.CardDone, "王老师 已提交", "您是班主任"
	n := changed(done)
	n.Text = done.Title
	raw := `{"outTrackId":"` + r.Task + `","userId":"limin","content":"{\"cardPrivateData\":{\"params\":{\"action\":\"submit\"}}}"}`
	c, err := o.card([]byte(raw), "1", o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	c.Outcome(bot.Pressed{Known: true, Reply: school.Reply{OK: true}, Card: &done})
	o.sends(n, "limin", r)
	if got := o.fake.Requests("PUT " + apiUpdate); len(got) != 0 {
		t.Errorf("%d calls for what is shown already", len(got))
	}
	n.Key += ":again" // whatever comes later is news
	o.sends(n, "limin", r)
	if got := o.fake.Requests("PUT " + apiUpdate); len(got) != 1 {
		t.Errorf("%d calls for the next state", len(got))
	}
}

func TestADINGIsForWhatIsUrgentAndWhereThePlanHasIt(t *testing.T) {
	o := newOffice(t)
	o.sends(words("a", "一般的话"), "limin")
	urgent := words("b", "有孩子可能有危险")
	urgent.Urgent = true
	o.sends(urgent, "limin")
	ways := []string{}
	for _, m := range o.fake.Staff("limin").Inbox() {
		ways = append(ways, m.Way)
	}
	if !slices.Equal(ways, []string{"robot", "robot", "ding"}) {
		t.Errorf("came by %v", ways)
	}
	o.fake.Deny("POST " + apiDing)
	for _, key := range []string{"c", "d"} {
		urgent.Key = key
		o.sends(urgent, "limin") // arrives all the same
	}
	if n := len(o.fake.Requests("POST " + apiDing)); n != 2 {
		t.Errorf("%d DINGs asked for where the plan has none", n-1)
	}
}

// Each notice to a parent tells its moment and its number: the same words
// twice a day would silently not arrive.
func TestTheSameWordsReachAParentTwiceADay(t *testing.T) {
	o := newOffice(t)
	mother := o.fake.Guardian("mother")
	n := school.Notice{School: "demo", Key: "p1", Act: school.NoticeSend, Kind: school.NoticeParent, To: "G1", Text: "张三今天上午没有到校。", At: morning}
	o.sends(n, "mother")
	n.Key = "p2"
	o.sends(n, "mother")
	got := mother.Texts()
	if len(got) != 2 || got[0] == got[1] || !strings.Contains(got[0], "10月13日 08:05") {
		t.Errorf("mother read %q", got)
	}
	// A repeat of the same notice is the same words: it does not come twice.
	if _, err := o.process().Deliver(t.Context(), bot.Dispatch{Notice: n, To: school.Address{Platform: Kind, User: "mother"}, Body: must(o.Render(n, school.Address{User: "mother"})), Attempt: 1}); err != nil || len(mother.Texts()) != 2 {
		t.Errorf("after a repeat: %v, %v", mother.Texts(), err)
	}
}

func must(body []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return body
}

func TestAParentGetsTheLinkToAnswer(t *testing.T) {
	o := newOffice(t)
	c := stageCard()
	c.Kind = school.CardParent
	n := school.Notice{School: "demo", Key: "p1", Act: school.NoticeSend, Kind: school.NoticeParent, To: "G1", Text: strings.Repeat("很长的通知。", 200), Card: &c, At: morning,
		Link: "https://bot.school.example/p/abc"}
	o.sends(n, "mother")
	box := o.fake.Guardian("mother").Inbox()
	if len(box) != 1 || box[0].Links[0].URL != n.Link || !strings.Contains(box[0].Text, "10月13日") {
		t.Errorf("mother got %+v", box)
	}
}

// DingTalk accepts a notification for everybody; who did not get it must not
// count as told.
func TestAParentWhoDoesNotGetItIsNotCountedAsTold(t *testing.T) {
	o := newOffice(t)
	n := school.Notice{School: "demo", Key: "p1", Act: school.NoticeSend, Kind: school.NoticeParent, To: "G1", Text: "张三没有到校。", At: morning}
	if _, err := o.try(n, "nobody", 1); classOf(err) != bot.SendRecipient {
		t.Errorf("an unknown parent: %v", err)
	}
	o.Platform = o.process(func(s *Settings) { s.AgentID = 0 })
	if _, err := o.try(n, "mother", 1); classOf(err) != bot.SendRecipient || len(o.fake.Requests("POST /topapi/message/corpconversation/asyncsend_v2")) != 1 {
		t.Errorf("without agent_id: %v", err)
	}
}

func TestTakingBack(t *testing.T) {
	o := newOffice(t)
	n := words("a", "说错了")
	r := o.sends(n, "limin")
	n.Act, n.Of, n.Key = school.NoticeRecall, n.Key, "a:recall"
	o.sends(n, "limin", r)
	if !o.last("limin").Recalled {
		t.Error("it is still there")
	}
	o.clock.Advance(25 * time.Hour)
	n.Key = "a:late"
	if _, err := o.try(n, "limin", 1, r); classOf(err) != bot.SendStale {
		t.Errorf("after a day: %v", err)
	}
	n.Key = "a:unknown"
	if _, err := o.try(n, "limin", 1); classOf(err) != bot.SendStale {
		t.Errorf("without a receipt: %v", err)
	}
}
