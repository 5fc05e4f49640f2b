package wecom_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

// checked runs `guixiao check --online` for the account.
func (w *world) checked() (good, bad []string) {
	w.t.Helper()
	found, err := w.Check(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range found {
		if f.OK {
			good = append(good, f.Text)
		} else {
			bad = append(bad, f.Text)
		}
		if strings.Contains(f.Text, "{") || strings.Contains(f.Text, w.fake.Secret) {
			w.t.Errorf("finding %q", f.Text)
		}
	}
	return good, bad
}

func TestAllIsWell(t *testing.T) {
	w := newWorld(t)
	w.member("LiMin")
	w.fake.Parent("mother")
	w.fake.Class(703, 70, "七(3)班", false)
	good, bad := w.checked()
	if len(bad) != 0 || len(good) != 5 || !strings.Contains(good[1], "1 名成员") || !strings.Contains(good[3], "1 名学生、2 个班级") {
		t.Errorf("good %q, bad %q", good, bad)
	}
}

func TestWhatIsWrongNamesThePlaceToFixIt(t *testing.T) {
	for name, c := range map[string]struct {
		break_ func(*world)
		want   string
	}{
		"the secret":        {func(w *world) { w.fake.Fail("gettoken", bottest.Code(40001)) }, "应用管理 → 本应用"},
		"the IP":            {func(w *world) { w.fake.Distrust("203.0.113.9") }, "203.0.113.9"},
		"the agent":         {func(w *world) { w.fake.Fail("agent/get", bottest.Code(301002)) }, "agent_id 与 secret 不是同一个应用"},
		"no rights":         {func(w *world) { w.fake.Fail("school/agent/get_allow_scope", bottest.Code(65022)) }, "可调用接口的应用"},
		"no answer":         {func(w *world) { w.fake.Fail("getcallbackip", bottest.Status(500)) }, "回调 IP失败"},
		"nobody in sight":   {func(w *world) { w.fake.Member("LiMin").Hide() }, "可见范围是空的"},
		"the parents' book": {func(w *world) { w.fake.Fail("school/department/list", bottest.Code(65022)) }, "读取家校通讯录"},
		"no following":      {func(w *world) { w.fake.NoFollowing() }, "扫码"},
		"the school scope":  {func(w *world) { w.fake.Fail("school/agent/get_allow_scope", bottest.Code(65014)) }, "学校类型"},
	} {
		w := newWorld(t)
		w.member("LiMin")
		w.fake.Parent("mother")
		w.fake.Class(703, 70, "七(3)班", false)
		c.break_(w)
		if _, bad := w.checked(); len(bad) != 1 || !strings.Contains(bad[0], c.want) || !strings.HasPrefix(bad[0], "wecom/main：") {
			t.Errorf("%s: %q", name, bad)
		}
	}
	w := newWorld(t, func(s *wecom.Settings) { s.BaseURL = "" })
	w.member("LiMin")
	w.fake.Parent("mother")
	w.fake.Class(703, 70, "七(3)班", false)
	if _, bad := w.checked(); len(bad) != 1 || !strings.Contains(bad[0], "base_url") {
		t.Errorf("without base_url: %q", bad)
	}
}

func TestATeacherSignsIn(t *testing.T) {
	w := newWorld(t)
	w.fake.Login("code-1", "LiMin")
	a, err := w.SignedIn(t.Context(), "code-1")
	if err != nil || a != (school.Address{Platform: "wecom", User: "LiMin"}) {
		t.Errorf("%+v, %v", a, err)
	}
	w.fake.Login("code-2", "")
	for name, code := range map[string]string{"a code used before": "code-1", "an outsider": "code-2", "no code": "", "an endless code": strings.Repeat("c", 513)} {
		if _, err := w.SignedIn(t.Context(), code); !errors.Is(err, school.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.fake.Fail("auth/getuserinfo", bottest.Code(50001))
	w.fake.Login("code-3", "LiMin")
	if _, err := w.SignedIn(t.Context(), "code-3"); class(err) != bot.SendConfig || !strings.Contains(err.Error(), "可信域名") {
		t.Errorf("a wrong domain: %v", err)
	}
}

func TestTheSignInPageDependsOnWhereTheBrowserIs(t *testing.T) {
	w := newWorld(t)
	inside, _ := url.Parse(w.SignInURL("https://bot.school.example/in?to=/c/1", "abc123", "Mozilla/5.0 … MicroMessenger/7 wxwork/4.1"))
	if q := inside.Query(); inside.Host != "open.weixin.qq.com" || q.Get("redirect_uri") != "https://bot.school.example/in?to=/c/1" || q.Get("scope") != "snsapi_base" || q.Get("agentid") != "1000002" || inside.Fragment != "wechat_redirect" {
		t.Errorf("inside the client: %s", inside)
	}
	outside, _ := url.Parse(w.SignInURL("https://bot.school.example/in", "abc123", "Mozilla/5.0 Firefox"))
	if q := outside.Query(); outside.Host != "login.work.weixin.qq.com" || q.Get("login_type") != "CorpApp" || q.Get("state") != "abc123" {
		t.Errorf("on the web: %s", outside)
	}
}

func TestAPictureIsFetchedWhileItExists(t *testing.T) {
	w := newWorld(t)
	w.fake.Media("M1", []byte("\x89PNG 请假条"))
	w.endToken(42001)
	a, err := w.Fetch(t.Context(), "M1")
	if err != nil || string(a.Content) != "\x89PNG 请假条" || a.Name != "note.png" || a.Type != "image/png" {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := w.Fetch(t.Context(), "gone"); !errors.Is(err, school.ErrNotFound) {
		t.Errorf("after three days: %v", err)
	}
	w.fake.Media("M2", []byte("x"))
	if _, err := w.Fetch(t.Context(), "M2"); !errors.Is(err, school.ErrNotFound) {
		t.Errorf("an empty file: %v", err)
	}
	w.fake.Media("M3", make([]byte, 20<<20+1))
	if _, err := w.Fetch(t.Context(), "M3"); !errors.Is(err, school.ErrInvalid) {
		t.Errorf("a file of more than 20 MB: %v", err)
	}
	w.fake.Fail("media/get", bottest.Garbage(), bottest.Code(45033), bottest.Code(830002), bottest.Status(502))
	for _, want := range []bot.SendClass{bot.SendRetry, bot.SendRetry, "", bot.SendRetry} {
		if _, err := w.Fetch(t.Context(), "M1"); err == nil || class(err) != want {
			t.Errorf("a page instead of a file, or trouble: %v", err)
		}
	}
}

// An account with nothing but the long connection of a bot has no address to
// be called at: it hears no callback, and sends words where a card would call.
func TestAnAccountThatIsNotCalled(t *testing.T) {
	w := newWorld(t, func(s *wecom.Settings) { s.Token, s.EncodingAESKey = "", "" })
	w.fake.WithoutCallback()
	li := w.fake.Member("LiMin")
	if _, err := w.Receive(w.fake.Request("http://bot.school.example/hooks/wecom/main", w.fake.TextXML("LiMin", 1, "全到")), morning); !errors.Is(err, bot.ErrForged) {
		t.Errorf("a callback was heard: %v", err)
	}
	sent := w.must(cardNotice("n1", reasonCard()), "LiMin")
	w.must(changed("n1", done()), "LiMin", sent)
	if got := li.Inbox(); len(got) != 1 || got[0].URL == "" {
		t.Errorf("she reads %+v", got)
	}
	good, _ := w.checked()
	if !strings.Contains(strings.Join(good, "\n"), "长连接") {
		t.Errorf("check says %q", good)
	}
}
