package dingtalk_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/dingtalk"
	"guixiao/rules/school"
)

// The calls by which something appears on a phone.
const (
	batchSend  = "POST /v1.0/robot/oToMessages/batchSend"
	createCard = "POST /v1.0/card/instances/createAndDeliver"
	putCard    = "PUT /v1.0/card/instances"
	workSend   = "POST /topapi/message/corpconversation/asyncsend_v2"
	newToken   = "POST /v1.0/oauth2/accessToken"
	openStream = "POST /v1.0/gateway/connections/open"
)

// app is one school's app and the DingTalk it talks to.
type app struct {
	*dingtalk.Platform
	t     *testing.T
	fake  *bottest.DingTalk
	clock *bottest.Clock
	log   *bottest.Log
	calls atomic.Int64 // counted by the platform
	push  atomic.Int64
	rest  atomic.Int64 // nanoseconds it has waited

	settings dingtalk.Settings
	shared   bot.Shared          // nil = each process has its own
	rests    func(time.Duration) // called when it waits; nil = the clock is turned
}

const hook = "https://bot.school.example/hooks/dingtalk/main"

func newApp(t *testing.T, mode string, change ...func(*dingtalk.Settings)) *app {
	t.Helper()
	clock := bottest.NewClock(time.Date(2026, 10, 13, 12, 0, 0, 0, time.FixedZone("CST", 8*3600)))
	a := &app{t: t, fake: bottest.NewDingTalk(clock.Now), clock: clock, log: &bottest.Log{}}
	t.Cleanup(a.fake.Close)
	a.fake.Staff("limin")
	a.fake.Guardian("mother")
	s := dingtalk.Settings{Account: "main", ClientID: a.fake.ClientID, ClientSecret: a.fake.ClientSecret, AgentID: a.fake.AgentID, CorpID: a.fake.CorpID,
		Mode: mode, Token: a.fake.Token, AESKey: a.fake.AESKey, CardTemplateID: a.fake.Template, APIBase: a.fake.API, OAPIBase: a.fake.OAPI,
		BaseURL: "https://bot.school.example"}
	for _, f := range change {
		f(&s)
	}
	a.settings = s
	a.Platform = a.process()
	if mode == dingtalk.ModeHTTP { // there is no connection, but an address to be told
		if err := a.Connect(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func (a *app) spent(purpose string, n int) {
	if purpose == bot.SpentCall {
		a.calls.Add(int64(n))
	} else {
		a.push.Add(int64(n))
	}
}

// process makes one process of the app.
func (a *app) process() *dingtalk.Platform {
	a.t.Helper()
	p, err := dingtalk.New(a.settings, dingtalk.Deps{HTTP: &http.Client{Timeout: 5 * time.Second}, Now: a.clock.Now,
		Log:   slog.New(slog.NewTextHandler(a.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Spent: a.spent, Wait: a.wait, Shared: a.shared})
	if err != nil {
		a.t.Fatal(err)
	}
	return p
}

// another is a second process, which shares what the first does.
func (a *app) another() *app {
	return &app{Platform: a.process(), t: a.t, fake: a.fake, clock: a.clock, log: a.log, settings: a.settings, shared: a.shared}
}

// wait turns the clock instead of waiting.
func (a *app) wait(ctx context.Context, d time.Duration) {
	switch {
	case a.rests != nil:
		a.rests(d)
	case ctx.Err() == nil:
		a.rest.Add(int64(d))
		a.clock.Advance(d)
	}
}

func (a *app) noComplaints() {
	a.t.Helper()
	if c := a.fake.Complaints(); len(c) > 0 {
		a.t.Errorf("DingTalk complains: %s", strings.Join(c, "; "))
	}
}

func TestDingTalkIsAPlatformLikeEveryOther(t *testing.T) {
	for _, mode := range []string{dingtalk.ModeHTTP, dingtalk.ModeStream} {
		t.Run(mode, func(t *testing.T) {
			bottest.Conform(t, func(t *testing.T) bottest.Subject { return newApp(t, mode).subject(mode) })
		})
	}
}

// Without a card template cards are work notifications that open our page.
func TestWithoutATemplateDingTalkIsAPlatformAllTheSame(t *testing.T) {
	bottest.Conform(t, func(t *testing.T) bottest.Subject {
		a := newApp(t, dingtalk.ModeStream, func(s *dingtalk.Settings) { s.CardTemplateID = "" })
		s := a.subject(dingtalk.ModeStream)
		s.Troubles = slices.DeleteFunc(s.Troubles, func(x bottest.Trouble) bool { return x.Of == "card" })
		s.Troubles[0].Make = func(n school.Notice) {
			a.fake.Fail(map[bool]string{true: batchSend, false: workSend}[n.Kind == school.NoticeText], bottest.Status(500))
		}
		return s
	})
}

func (a *app) subject(mode string) bottest.Subject {
	a.fake.Staff("gone").Hide()
	a.fake.Staff("asleep").Sleep()
	s := bottest.Subject{
		Platform: a.Platform,
		Staff:    school.Address{Platform: "dingtalk", User: "limin"},
		Guardian: school.Address{Platform: "dingtalk", User: "mother"},
		Refused: []bottest.Refusal{
			{Name: "a member nobody knows", Address: school.Address{Platform: "dingtalk", User: "nobody"}},
			{Name: "a member outside the app's range", Address: school.Address{Platform: "dingtalk", User: "gone"}},
			{Name: "a member who never signed in", Address: school.Address{Platform: "dingtalk", User: "asleep"}},
			{Name: "no account at all", Address: school.Address{Platform: "dingtalk"}},
			{Name: "a parent nobody knows", Guardian: true, Address: school.Address{Platform: "dingtalk", User: "unknown"}},
			{Name: "a parent without an account", Guardian: true, Address: school.Address{Platform: "dingtalk"}},
		},
		Secrets:  []string{a.fake.ClientSecret, a.fake.AESKey, a.fake.Token, "dtok3n", "t1cket", "s3ssion", "s1gned"},
		Log:      a.log,
		Troubles: a.troubles(),
		Sent: func() [][]byte {
			var all [][]byte
			for _, api := range []string{batchSend, createCard, workSend} {
				all = append(all, a.fake.Requests(api)...)
			}
			return all
		},
		Seen: func(to school.Address) (seen []string) {
			for _, m := range a.fake.Staff(to.User).Inbox() {
				seen = append(seen, m.Text)
			}
			return seen
		},
		Complaints: a.fake.Complaints,
		// batchSend takes no key by which DingTalk would know a repeat.
		Blind: func(n school.Notice) bool { return n.Kind == school.NoticeText },
		Spent: func() (int, int) {
			charged, _ := a.fake.Charged()
			return int(a.calls.Load()), charged
		},
	}
	if mode == dingtalk.ModeHTTP {
		s.Inbound = a.inbound()
	}
	return s
}

func (a *app) inbound() *bottest.Inbound {
	li := a.fake.Staff("limin")
	message := func(id int, text string) []byte {
		return li.JSON(bottest.Said{ID: "msg" + string(rune('a'+id)), Text: text})
	}
	return &bottest.Inbound{
		Message: func(id int, text string) *http.Request { return a.fake.RobotRequest(hook, message(id, text)) },
		Press: func(t *testing.T, s bottest.Subject) *http.Request {
			a.send(bottest.Notice("card"), "limin")
			body, err := li.PressJSON(li.Card(), pressed("submit", nil))
			if err != nil {
				t.Fatal(err)
			}
			return a.fake.CardRequestAt(hook+"/card", body, a.clock.Now())
		},
		Forge: func(r *http.Request) *http.Request {
			for _, name := range []string{"sign", "x-ddpaas-signature"} {
				if r.Header.Get(name) != "" {
					r.Header.Set(name, "AAAAbGCqbDkjEb7rsCEkTKI9QSL3wzLms54MiwXlg=")
				}
			}
			return r
		},
		Stale: []func() *http.Request{
			func() *http.Request {
				return a.fake.RobotRequestAt(hook, message(1, "全到"), a.clock.Now().Add(-61*time.Minute))
			},
			func() *http.Request {
				return a.fake.RobotRequestAt(hook, message(1, "全到"), a.clock.Now().Add(61*time.Minute))
			},
		},
		Largest:  1 << 20,
		Unsigned: true,
	}
}

// send renders and delivers one notice where nothing may go wrong.
func (a *app) send(n school.Notice, to string, earlier ...school.Receipt) school.Receipt {
	a.t.Helper()
	r, err := a.try(1, n, to, earlier...)
	if err != nil {
		a.t.Fatal(err)
	}
	return r
}

func (a *app) try(attempt int, n school.Notice, to string, earlier ...school.Receipt) (school.Receipt, error) {
	a.t.Helper()
	address := school.Address{Platform: "dingtalk", User: to}
	body, err := a.Render(n, address)
	if err != nil {
		a.t.Fatalf("rendering: %v", err)
	}
	return a.Deliver(a.t.Context(), bot.Dispatch{Notice: n, To: address, Body: body, Earlier: earlier, Attempt: attempt})
}

// pressed are the parameters of a button of the shipped template.
func pressed(button string, inputs map[string]any) map[string]any {
	all := map[string]any{"action": button}
	if inputs != nil {
		all["form"] = inputs
	}
	return all
}

// troubles is the retry table of the sheet (10.3): the new API for the staff,
// the old one for guardians.
func (a *app) troubles() []bottest.Trouble {
	of := map[string]string{"text": batchSend, "card": createCard, "notice": workSend}
	failing := func(f ...bottest.Failure) func(school.Notice) {
		return func(n school.Notice) { a.fake.Fail(of[n.Kind], f...) }
	}
	list := []bottest.Trouble{{Name: "HTTP 500", Make: failing(bottest.Status(500)), Class: bot.SendRetry}}
	add := func(kind, name string, class, then bot.SendClass, make func(school.Notice)) {
		list = append(list, bottest.Trouble{Name: kind + ": " + name, Of: kind, Make: make, Class: class, Then: then})
	}
	for _, kind := range []string{"text", "card", "parent"} {
		add(kind, "HTTP 503", bot.SendRetry, "", failing(bottest.Status(503)))
		add(kind, "HTTP 504", bot.SendRetry, "", failing(bottest.Status(504)))
		add(kind, "HTTP 429", bot.SendRetry, "", failing(bottest.Status(429)))
		add(kind, "HTTP 302 to somewhere else", bot.SendRetry, "", failing(bottest.Status(302)))
		add(kind, "the answer is lost", bot.SendRetry, "", failing(bottest.Lost()))
		add(kind, "the IP is banned, as a page", bot.SendRetry, bot.SendRetry, failing(bottest.Garbage()))
		add(kind, "the IP is banned, 1111", bot.SendRetry, bot.SendRetry, failing(bottest.Body(`{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}`)))
	}
	named := func(kind string, status int, code string, class, then bot.SendClass) {
		add(kind, code, class, then, failing(bottest.Named(status, code)))
	}
	for _, kind := range []string{"text", "card"} {
		named(kind, 500, "system.error", bot.SendRetry, "")
		named(kind, 403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", bot.SendRetry, "")
		named(kind, 403, "Forbidden.AccessDenied.QpsLimitForApi", bot.SendRetry, "")
		named(kind, 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", bot.SendConfig, "")
		named(kind, 403, "Forbidden.AccessDenied.IpNotInWhiteList", bot.SendConfig, "")
		named(kind, 403, "Forbidden.AccessDenied.ApiCountLimitForOrg", bot.SendConfig, "")
		named(kind, 400, "InvalidAuthentication", "", "") // a fresh token, once
		add(kind, "the token is refused twice", bot.SendRetry, "", failing(bottest.Named(400, "InvalidAuthentication"), bottest.Named(400, "InvalidAuthentication")))
		named(kind, 418, "some.code.nobody.registered", bot.SendRetry, "")
	}
	named("text", 400, "send.too.fast", bot.SendRetry, "")
	named("text", 400, "too.many.people", bot.SendRetry, "")
	named("text", 400, "staffId.notExisted", bot.SendRecipient, "")
	named("text", 400, "contain.notAllowed.text", bot.SendNever, "")
	named("text", 400, "invalidParameter.msgParam.tooLong", bot.SendNever, "")
	named("text", 400, "invalidParameter.robotCode.notExsit", bot.SendConfig, "")
	named("text", 400, "chatbotId.notAllow.sendOTO", bot.SendConfig, "")
	named("card", 400, "param.templateNotExist", bot.SendConfig, "")
	named("card", 400, "param.userIdNotExist", bot.SendRecipient, "")
	named("card", 400, "param.contentUnsafe", bot.SendNever, "")
	coded := func(code int, class, then bot.SendClass) {
		add("parent", fmt.Sprint("errcode ", code), class, then, failing(bottest.Code(code)))
	}
	for _, code := range []int{-1, 15, 90018, 90002, 143103, 143104, 500, 999999} {
		coded(code, bot.SendRetry, "")
	}
	for _, code := range []int{33012, 60121, 50002, 1430004} {
		coded(code, bot.SendRecipient, "")
	}
	for _, code := range []int{40089, 60011, 60020, 70003, 90020} {
		coded(code, bot.SendConfig, "")
	}
	for _, code := range []int{430104, 1430002} {
		coded(code, bot.SendNever, "")
	}
	for _, code := range []int{40014, 42001} {
		coded(code, "", "")
	}
	add("text", "the person is held back", bot.SendRetry, "", func(school.Notice) { a.fake.Staff("limin").HoldBack() })
	add("text", "the token is busy", bot.SendRetry, "", a.noToken(bottest.Status(502)))
	add("text", "the secret is wrong", bot.SendConfig, bot.SendConfig, a.noToken(bottest.Named(400, "invalidClientIdOrSecret")))
	add("text", "every token ended early", "", "", func(n school.Notice) {
		n.Key = "before"
		a.send(n, "limin")
		a.fake.EndTokens()
	})
	return list
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

// noToken ends the token in use and lets the next request for one fail.
func (a *app) noToken(why bottest.Failure) func(school.Notice) {
	return func(school.Notice) {
		a.fake.EndTokens()
		a.fake.Fail(newToken, why)
	}
}
