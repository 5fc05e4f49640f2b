package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guixiao/bot/bottest"
	"guixiao/configs"
)

// wecomTown is the whole service of the stories' school on a WeCom that checks
// every call; its clock is the test's.
type wecomTown struct {
	*bottest.WeCom
	t       *testing.T
	clock   *bottest.Clock
	service *service
}

// openTown wires the program as `guixiao serve` does, from a settings file;
// more are further settings of the account.
func openTown(t *testing.T, now string, more ...string) *wecomTown {
	t.Helper()
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	w := &wecomTown{t: t, clock: bottest.NewClock(at)}
	w.WeCom = bottest.NewWeCom(w.clock.Now)
	t.Cleanup(w.WeCom.Close)
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "school"), os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"SECRET": w.Secret, "TOKEN": w.Token, "AES": w.AESKey, "KEY": "0123456789abcdef0123456789abcdef"}
	text := `server: {addr: "127.0.0.1:0", base_url: "https://bot.school.example"}
storage: {dsn: "sqlite:guixiao.db"}
secret_key: "${KEY}"
wecom:
  - {account: main, corp_id: ` + w.CorpID + `, agent_id: 1000002, secret: "${SECRET}", token: "${TOKEN}", encoding_aes_key: "${AES}", api_base: "` + w.URL + `"` + strings.Join(more, "") + `}
schools:
  - {id: hetuan, data: school, platforms: [wecom/main]}
`
	file := filepath.Join(dir, "guixiao.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	conf, problems := configs.Load(file, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if conf == nil {
		t.Fatal(problems)
	}
	w.service = &service{conf: conf, now: w.clock.Now, log: quietLog()}
	t.Cleanup(w.service.close)
	if err := w.service.wire(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, person := range w.service.bot.Houses()[0].School.Roster.Staff {
		for _, a := range person.Addresses {
			w.Member(a.User)
		}
	}
	door := httptest.NewServer(w.service.handler())
	t.Cleanup(door.Close)
	w.Callback = door.URL + "/hooks/wecom/main"
	return w
}

// passes lets time go by, step by step, and everything due happen.
func (w *wecomTown) passes(d time.Duration) {
	w.t.Helper()
	for end := w.clock.Now().Add(d); ; {
		w.settles()
		step := min(time.Minute, end.Sub(w.clock.Now()))
		if step <= 0 {
			return
		}
		w.clock.Advance(step)
	}
}

func (w *wecomTown) settles() {
	w.t.Helper()
	if err := w.service.bot.Settle(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *wecomTown) says(member, text string) {
	w.t.Helper()
	if err := w.Member(member).Says(text); err != nil {
		w.t.Fatal(err)
	}
	w.settles()
}

func (w *wecomTown) presses(member, button string, choices ...string) {
	w.t.Helper()
	if err := w.Member(member).Press(w.Member(member).Card(), button, choices...); err != nil {
		w.t.Fatal(err)
	}
	w.settles()
}

// quiet fails the test when WeCom had anything to complain about.
func (w *wecomTown) quiet() {
	w.t.Helper()
	if c := w.Complaints(); len(c) > 0 {
		w.t.Errorf("WeCom complains:\n%s", strings.Join(c, "\n"))
	}
}

func TestOneSentenceBecomesACardANoticeAndALadderOnWeCom(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	w.Parent("P01")
	if err := w.SavesURL(); err != nil {
		t.Fatal(err)
	}
	w.says("zhouli", "石巳安 未到校")
	card := w.Member("zhouli").Card()
	if _, ok := card.Button("cancel"); !ok || !strings.Contains(card.Title, "石巳安") {
		t.Fatalf("no confirmation with 撤回: %+v", card)
	}
	w.presses("zhouli", "confirm")
	if got := w.Member("zhouli").Card().Closed; got == "" {
		t.Error("the pressed card was not updated")
	}
	w.passes(16 * time.Minute)
	if texts := w.Parent("P01").Texts(); len(texts) != 1 || !strings.Contains(texts[0], "石巳安") {
		t.Errorf("the mother got %q", texts)
	}
	w.passes(4 * time.Hour)
	if cards := w.Member("wuqing").Cards(); len(cards) == 0 {
		t.Error("nobody answered by 11:40 and the director has heard nothing")
	}
	w.quiet()
}

func TestTakingBackInTimeTellsNobody(t *testing.T) {
	w := openTown(t, "2026-03-09T08:10:00+08:00")
	w.Parent("P01")
	w.says("zhouli", "石巳安 未到校")
	w.passes(3 * time.Minute)
	w.presses("zhouli", "cancel")
	w.passes(time.Hour)
	if texts := w.Parent("P01").Texts(); len(texts) > 0 {
		t.Errorf("the mother got %q", texts)
	}
	w.quiet()
}

func TestAParentWhoDoesNotFollowIsReplacedByTheNext(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	w.Parent("P01").Unfollow()
	w.Parent("P02")
	w.says("zhouli", "石巳安 未到校")
	w.passes(30 * time.Minute)
	if texts := w.Parent("P02").Texts(); len(texts) != 1 {
		t.Errorf("the father got %q", texts)
	}
	w.quiet()
}

func TestARepeatedCallbackHasOneEffectAndAForgedOneNone(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	for range 3 {
		if err := w.Member("zhouli").SaysAgain(77, "石巳安 未到校"); err != nil {
			t.Fatal(err)
		}
		w.settles()
	}
	if n := len(w.Member("zhouli").Cards()); n != 1 {
		t.Errorf("%d confirmations for one message", n)
	}
	r := w.Request(w.Callback, w.TextXML("zhouli", 78, "林晓 未到校"))
	q := r.URL.Query()
	q.Set("msg_signature", strings.Repeat("0", 40))
	r.URL.RawQuery = q.Encode()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusForbidden || strings.Contains(string(body), "林晓") {
		t.Errorf("a forged callback got %d %s", res.StatusCode, body)
	}
	w.settles()
	if n := len(w.Member("zhouli").Inbox()); n != 1 {
		t.Errorf("a forged callback had an effect: %d messages", n)
	}
	w.quiet()
}

func TestATokenThatEndsEarlyAndABusyServerDelayButLoseNothing(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	w.says("zhouli", "石巳安 未到校")
	w.EndToken(42001)
	w.Fail("message/send", bottest.Code(-1), bottest.Status(500), bottest.Code(45009))
	w.says("zhouli", "林晓 未到校")
	w.passes(20 * time.Minute)
	if n := len(w.Member("zhouli").Cards()); n < 2 {
		t.Errorf("only %d of the confirmations arrived", n)
	}
	w.quiet()
}

func TestATeacherFillsInTheFormBehindTheCard(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	w.says("zhouli", "石巳安 未到校")
	w.passes(16 * time.Minute)
	page := ""
	form := 0 // which of the cards leads to a form
	for i, c := range w.Member("zhouli").Cards() {
		for _, b := range c.Buttons {
			if b.URL != "" {
				page, form = b.URL, i
			}
		}
	}
	if !strings.HasPrefix(page, "https://bot.school.example/c/") {
		t.Fatalf("the card leads to %q", page)
	}
	home := strings.TrimSuffix(w.Callback, "/hooks/wecom/main")
	browser := newBrowser(t)
	path := strings.TrimPrefix(page, "https://bot.school.example")
	away := browser.goes(home + path)
	away = browser.goes(home + away)
	door, err := url.Parse(away)
	if err != nil || door.Host != "login.work.weixin.qq.com" {
		t.Fatalf("sent to %q to sign in", away)
	}
	w.Login("code-of-zhouli", "zhouli")
	back := strings.TrimPrefix(door.Query().Get("redirect_uri"), "https://bot.school.example")
	if landed := browser.goes(home + back + "?code=code-of-zhouli&state=" + door.Query().Get("state")); landed != path {
		t.Fatalf("came back to %q", landed)
	}
	answer := url.Values{"form": {"1"}, "button": {"submit"}, "in-reason": {"发烧在家"}}
	if landed := browser.posts(home+path, answer); landed != path && landed != "" {
		t.Fatalf("after the form: %q", landed)
	}
	w.settles()
	if closed := w.Member("zhouli").Cards()[form].Closed; closed == "" {
		t.Error("the card in the chat still waits for its answer")
	}
	if landed := newBrowser(t).goes(home + back + "?code=code-of-zhouli&state=forged"); landed != "" {
		t.Errorf("a forged state was let in to %q", landed)
	}
	w.quiet()
}

// browser keeps cookies and follows no redirect by itself.
type browser struct {
	t *testing.T
	*http.Client
}

func newBrowser(t *testing.T) browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return browser{t, &http.Client{Jar: jar, CheckRedirect: stay}}
}

// goes opens a page and says where it leads; "" is a page that stays.
func (b browser) goes(address string) string {
	b.t.Helper()
	res, err := b.Get(address)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	return res.Header.Get("Location")
}

func (b browser) posts(address string, form url.Values) string {
	b.t.Helper()
	res, err := b.PostForm(address, form)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusBadRequest {
		body, _ := io.ReadAll(res.Body)
		b.t.Fatalf("%s: %d %s", address, res.StatusCode, body)
	}
	return res.Header.Get("Location")
}
