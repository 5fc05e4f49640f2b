package wecom_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/wecom"
)

func TestNothingIsEscapedOnTheWire(t *testing.T) {
	w := newWorld(t)
	words := "<a href=\"https://x?a=1&b=2\">张三</a>\u2028\x01\b\\u003c\t坏\xff字节"
	w.must(text("n1", words), w.member("LiMin"))
	if body := w.fake.Requests("message/send")[0]; bytes.Contains(body, []byte(`\u0`)) && !bytes.Contains(body, []byte(`\\u003c`)) {
		t.Errorf("body %s", body)
	}
	if got := w.fake.Member("LiMin").Texts()[0]; got != "<a href=\"https://x?a=1&b=2\">张三</a>\u2028 \b\\u003c\t坏?字节" {
		t.Errorf("read %q", got)
	}
}

func TestOneTokenServesManySendersAtOnce(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for i := range 20 {
		who := w.member(strings.Repeat("t", i+1))
		all.Go(func() {
			if _, err := w.send(text("n-"+who, "全到"), who); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(w.fake.Requests("gettoken")); n != 1 {
		t.Errorf("%d tokens were fetched", n)
	}
}

func TestATokenThatEndsEarlyIsRenewedOnceForAll(t *testing.T) {
	w := newWorld(t)
	w.endToken(42001)
	var all sync.WaitGroup
	for i := range 10 {
		who := w.member(strings.Repeat("t", i+1))
		all.Go(func() {
			if _, err := w.send(text("n-"+who, "全到"), who); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(w.fake.Requests("gettoken")); n != 2 {
		t.Errorf("%d tokens were fetched", n)
	}
}

func TestATokenIsRenewedFiveMinutesBeforeItEnds(t *testing.T) {
	w := newWorld(t)
	w.must(text("n1", "一"), w.member("LiMin"))
	w.clock.Advance(115*time.Minute - time.Second)
	w.must(text("n2", "二"), "LiMin")
	if n := len(w.fake.Requests("gettoken")); n != 1 {
		t.Errorf("%d tokens before the margin", n)
	}
	w.clock.Advance(time.Second)
	w.must(text("n3", "三"), "LiMin")
	if n := len(w.fake.Requests("gettoken")); n != 2 {
		t.Errorf("%d tokens after it", n)
	}
}

func TestTwoProcessesShareTheToken(t *testing.T) {
	w := newWorld(t)
	shared := bot.NewMemoryShared(w.clock.Now)
	w.Platform = w.platform(w.settings(), shared)
	w.must(text("n1", "一"), w.member("LiMin"))
	w.Platform = w.platform(w.settings(), shared)
	w.must(text("n2", "二"), "LiMin")
	w.fake.EndToken(40014)
	w.must(text("n3", "三"), "LiMin")
	if n := len(w.fake.Requests("gettoken")); n != 2 {
		t.Errorf("%d tokens were fetched", n)
	}
}

type brokenCache struct{}

func (brokenCache) Get(context.Context, string) (string, bool, error) {
	return "", false, errors.New("redis is down")
}
func (brokenCache) Set(context.Context, string, string, time.Duration) error {
	return errors.New("redis is down")
}

func TestACacheThatIsDownCostsNothingButItself(t *testing.T) {
	w := newWorld(t)
	w.Platform = w.platform(w.settings(), brokenCache{})
	for _, key := range []string{"n1", "n2", "n3"} {
		w.must(text(key, "全到"), w.member("LiMin"))
	}
	w.fake.EndToken(42001)
	w.must(text("n4", "全到"), "LiMin")
	if n := len(w.fake.Requests("gettoken")); n != 2 {
		t.Errorf("%d tokens were fetched", n)
	}
}

// Repeated wrong secrets ban the IP for an hour: nobody asks again for a while.
func TestAWrongSecretIsNotTriedAgainAndAgain(t *testing.T) {
	w := newWorld(t, func(s *wecom.Settings) { s.Secret = "another-secret" })
	for range 10 {
		_, err := w.send(text("n1", "全到"), w.member("LiMin"))
		if class(err) != bot.SendConfig || strings.Contains(err.Error(), "another-secret") {
			t.Fatalf("refused with %v", err)
		}
		w.clock.Advance(time.Minute) // past the rest of the sending itself
	}
	if n := len(w.fake.Requests("gettoken")); n != 1 {
		t.Errorf("asked %d times", n)
	}
	w.clock.Advance(10 * time.Minute)
	if _, _ = w.send(text("n1", "全到"), "LiMin"); len(w.fake.Requests("gettoken")) != 2 {
		t.Error("never asked again")
	}
}

func TestAfterFrequencyTheAccountRests(t *testing.T) {
	w := newWorld(t)
	w.fake.Fail("message/send", bottest.Code(45009))
	_, err := w.send(text("n1", "一"), w.member("LiMin"))
	var e *bot.SendError
	if !errors.As(err, &e) || e.Class != bot.SendRetry || e.After != time.Minute {
		t.Fatalf("refused with %v", err)
	}
	w.clock.Advance(20 * time.Second)
	if _, err = w.send(text("n2", "二"), "LiMin"); !errors.As(err, &e) || e.After != 40*time.Second || len(w.fake.Requests("message/send")) != 1 {
		t.Errorf("during the rest: %v after %s", err, e.After)
	}
	w.fake.Parent("mother")
	w.must(toParent("n3", "未到校"), "mother") // another call has its own limit
	w.clock.Advance(40 * time.Second)
	w.must(text("n1", "一"), "LiMin")
}

func TestAnUntrustedIPIsNamed(t *testing.T) {
	w := newWorld(t)
	w.fake.Distrust("203.0.113.9")
	if _, err := w.send(text("n1", "一"), w.member("LiMin")); class(err) != bot.SendConfig || !strings.Contains(err.Error(), "203.0.113.9") || !strings.Contains(err.Error(), "企业可信IP") {
		t.Errorf("refused with %v", err)
	}
}

// One person gets at most 30 in a minute and 1000 in an hour; WeCom would
// drop the rest without a word.
func TestTooManyMessagesWaitInsteadOfVanishing(t *testing.T) {
	w := newWorld(t)
	w.member("LiMin")
	sent, waited := 0, 0
	for sent < 1100 {
		_, err := w.send(text(fmt.Sprint("n", sent), fmt.Sprint("第", sent, "条")), "LiMin")
		var e *bot.SendError
		switch {
		case err == nil:
			sent++
		case errors.As(err, &e) && e.Class == bot.SendRetry && e.After > 0:
			waited++
			w.clock.Advance(e.After)
		default:
			t.Fatal(err)
		}
	}
	if got := len(w.fake.Member("LiMin").Texts()); got != 1100 || w.fake.Dropped() != 0 || waited == 0 {
		t.Errorf("%d arrived, %d dropped, waited %d times", got, w.fake.Dropped(), waited)
	}
	if passed := w.clock.Now().Sub(morning); passed < time.Hour || passed > 65*time.Minute {
		t.Errorf("1100 messages took %s", passed)
	}
	w.must(text("other", "一条"), w.member("wang")) // nobody else waits
}

func TestAWaitThatIsCancelledEnds(t *testing.T) {
	w := newWorld(t)
	w.member("LiMin")
	w.fake.Fail("message/send", bottest.Hang())
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-w.fake.Hanging(); cancel() }()
	n := text("n1", "一")
	body, err := w.Render(n, address("LiMin"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = w.Deliver(ctx, bot.Dispatch{Notice: n, To: address("LiMin"), Body: body, Attempt: 1}); class(err) != bot.SendRetry {
		t.Errorf("%v", err)
	}
}

// The URL of a call holds the token, that of gettoken the secret: no error of
// the transport may repeat it.
func TestATransportErrorTellsNoSecret(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	for name, base := range map[string]string{"nobody listens": "http://127.0.0.1:1", "no such host": "http://wecom.invalid", "no TLS": strings.Replace(plain.URL, "http:", "https:", 1)} {
		w := newWorld(t, func(s *wecom.Settings) { s.APIBase = base })
		_, err := w.send(text("n1", "一"), "LiMin")
		if class(err) != bot.SendRetry {
			t.Errorf("%s: %v", name, err)
		}
		for _, said := range []string{err.Error(), w.log.String()} {
			if strings.Contains(said, w.fake.Secret) || strings.Contains(said, "corpsecret") || strings.Contains(said, w.fake.CorpID) {
				t.Errorf("%s: %s", name, said)
			}
		}
	}
}

func TestWrongSettingsNameTheFieldAndTheRemedy(t *testing.T) {
	w := newWorld(t)
	for field, spoil := range map[string]func(*wecom.Settings){
		"account":          func(s *wecom.Settings) { s.Account = "主" },
		"corp_id":          func(s *wecom.Settings) { s.CorpID = "" },
		"agent_id":         func(s *wecom.Settings) { s.AgentID = 0 },
		"secret":           func(s *wecom.Settings) { s.Secret = "with space" },
		"token":            func(s *wecom.Settings) { s.Token = "a-b" },
		"encoding_aes_key": func(s *wecom.Settings) { s.EncodingAESKey = "short" },
		"api_base":         func(s *wecom.Settings) { s.APIBase = "qyapi.weixin.qq.com" },
		"base_url":         func(s *wecom.Settings) { s.BaseURL = "https://x?y=1" },
	} {
		s := w.settings()
		spoil(&s)
		_, err := wecom.New(s, wecom.Deps{})
		if err == nil || !strings.Contains(err.Error(), field) || !strings.Contains(err.Error(), "wecom 账号 "+s.Account) {
			t.Errorf("%s: %v", field, err)
		}
		for _, secret := range []string{w.fake.Secret, "with space", "a-b", "short"} {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the value is printed", field)
			}
		}
	}
	p, err := wecom.New(w.settings(), wecom.Deps{})
	if err != nil || p.Name() != "wecom/main" || p.Kind() != "wecom" {
		t.Errorf("good settings: %v", err)
	}
}

// silenceper's root package sets the global logger to debug on stdout; the
// parts we use must not bring it in.
func TestTheGlobalLoggerOfTheSDKIsNotLinked(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").CombinedOutput()
	if err != nil {
		t.Skipf("no go command: %v", err)
	}
	if strings.Contains(string(out), "sirupsen/logrus") {
		t.Error("logrus is linked")
	}
}

// Quiet must run before anything else; here it is enough that it shuts the
// SDK's own client.
func TestNobodyCallsThroughTheSDKsClient(t *testing.T) {
	before := sdkClient()
	t.Cleanup(func() { setSDKClient(before) })
	wecom.Quiet()
	if _, err := sdkClient().Get("http://127.0.0.1:1/cgi-bin/gettoken?corpsecret=x"); err == nil || !strings.Contains(err.Error(), "bot/wecom") {
		t.Errorf("%v", err)
	}
}
