package wecom_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

// world is one school's app and the WeCom it talks to.
type world struct {
	*wecom.Platform
	t     *testing.T
	fake  *bottest.WeCom
	clock *bottest.Clock
	log   *bottest.Log
}

var morning = time.Date(2026, 10, 13, 8, 5, 0, 0, time.FixedZone("CST", 8*3600))

func newWorld(t *testing.T, change ...func(*wecom.Settings)) *world {
	t.Helper()
	clock := bottest.NewClock(morning)
	w := &world{t: t, fake: bottest.NewWeCom(clock.Now), clock: clock, log: &bottest.Log{}}
	t.Cleanup(w.fake.Close)
	s := w.settings()
	for _, f := range change {
		f(&s)
	}
	w.Platform = w.platform(s, nil)
	return w
}

func (w *world) settings() wecom.Settings {
	return wecom.Settings{Account: "main", CorpID: w.fake.CorpID, AgentID: w.fake.AgentID, Secret: w.fake.Secret, Token: w.fake.Token,
		EncodingAESKey: w.fake.AESKey, APIBase: w.fake.URL, BaseURL: "https://bot.school.example"}
}

// platform makes one more process of the same app.
func (w *world) platform(s wecom.Settings, shared bot.Shared) *wecom.Platform {
	w.t.Helper()
	logger := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p, err := wecom.New(s, wecom.Deps{HTTP: &http.Client{}, Now: w.clock.Now, Tokens: shared, Log: logger})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// send renders and delivers one notice to the address, first attempt.
func (w *world) send(n school.Notice, to string, earlier ...school.Receipt) (school.Receipt, error) {
	w.t.Helper()
	return w.attempt(1, n, to, earlier...)
}

func (w *world) attempt(attempt int, n school.Notice, to string, earlier ...school.Receipt) (school.Receipt, error) {
	w.t.Helper()
	address := school.Address{Platform: "wecom", User: to}
	body, err := w.Render(n, address)
	if err != nil {
		w.t.Fatalf("rendering: %v", err)
	}
	return w.Deliver(w.t.Context(), bot.Dispatch{Notice: n, To: address, Body: body, Earlier: earlier, Attempt: attempt})
}

// must is send where nothing may go wrong.
func (w *world) must(n school.Notice, to string, earlier ...school.Receipt) school.Receipt {
	w.t.Helper()
	r, err := w.send(n, to, earlier...)
	if err != nil {
		w.t.Fatal(err)
	}
	w.noComplaints()
	return r
}

func (w *world) noComplaints() {
	w.t.Helper()
	if c := w.fake.Complaints(); len(c) > 0 {
		w.t.Errorf("shown badly: %s", strings.Join(c, "; "))
	}
}

// hear lets the platform read what the member just did.
func (w *world) hear(inner string) []school.Delivery {
	w.t.Helper()
	c, err := w.Receive(w.fake.Request("http://bot.school.example/hooks/wecom/main", inner), w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return c.Deliveries
}

// press is the delivery that a press gives.
func (w *world) press(m *bottest.Member, c bottest.Card, button string, choices ...string) school.Delivery {
	w.t.Helper()
	inner, err := m.PressXML(c, button, choices...)
	if err != nil {
		w.t.Fatal(err)
	}
	ds := w.hear(inner)
	if len(ds) != 1 {
		w.t.Fatalf("the press gave %d deliveries", len(ds))
	}
	return ds[0]
}

func text(key, words string) school.Notice {
	return school.Notice{School: "demo", Key: key, Act: school.NoticeSend, Kind: school.NoticeText, To: "T001", Text: words}
}

func cardNotice(key string, c school.Card) school.Notice {
	return school.Notice{School: "demo", Key: key, Act: school.NoticeSend, Kind: school.NoticeCard, To: "T001", Card: &c, Why: "第一次上报"}
}

func toParent(key, words string) school.Notice {
	return school.Notice{School: "demo", Key: key, Act: school.NoticeSend, Kind: school.NoticeParent, To: "G1", Text: words}
}

// reasonCard asks for one choice, as a teacher gets it in the morning.
func reasonCard() school.Card {
	return school.Card{ID: school.ID("case-1", "half-day"), Title: "张三 未到校", State: school.CardOpen, Kind: school.CardStage,
		Fields: []school.Field{{K: "班级", V: "七(3)班"}, {K: "时间", V: "10月13日（周二）上午"}},
		Inputs: []school.Input{{Key: "kind", Label: "原因", Type: "choice", Required: true, Options: []school.Option{{ID: "sick", Text: "病假"}, {ID: "personal", Text: "事假"}}}},
		Buttons: []school.Button{{Key: "submit", Text: "提交", Style: "primary", Act: school.ActSubmit},
			{Key: "no-contact", Text: "没联系上", Act: school.ActSubmit}}}
}

// class reads what to do next from a failed send.
func class(err error) bot.SendClass {
	e, ok := err.(*bot.SendError)
	if !ok {
		return ""
	}
	return e.Class
}

func address(user string) school.Address { return school.Address{Platform: "wecom", User: user} }

func sdkClient() *http.Client     { return util.DefaultHTTPClient }
func setSDKClient(c *http.Client) { util.DefaultHTTPClient = c }
