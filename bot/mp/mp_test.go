package mp_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/mp"
	"guixiao/rules/school"
)

const secret = "app secret of the test"

var morning = time.Date(2026, 3, 9, 8, 20, 0, 0, time.FixedZone("CST", 8*3600))

// wechat is the part of WeChat's API that sends template messages: strict about
// token, template and keywords.
type wechat struct {
	*httptest.Server
	token   string
	issued  int
	refuse  map[string]int // errcode by openid
	status  int
	bodies  [][]byte
	read    map[string][]map[string]string
	known   map[string]bool // client_msg_id
	content string
}

func open(t *testing.T, change ...func(*mp.Settings)) (*wechat, *mp.Platform) {
	t.Helper()
	f := &wechat{refuse: map[string]int{}, read: map[string][]map[string]string{}, known: map[string]bool{},
		content: "学生：{{thing1.DATA}}\n情况：{{phrase2.DATA}}\n时间：{{time3.DATA}}\n老师：{{thing4.DATA}}"}
	f.Server = httptest.NewServer(http.HandlerFunc(f.answer))
	t.Cleanup(f.Close)
	s := mp.Settings{Account: "main", AppID: "wx123", AppSecret: secret, TemplateID: "T-1", APIBase: f.URL,
		Fields: map[string]string{"thing1": "student", "phrase2": "brief", "time3": "time", "thing4": "=请点开回复"}}
	for _, c := range change {
		c(&s)
	}
	p, err := mp.New(s, mp.Deps{Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	return f, p
}

func (f *wechat) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	say := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	code := func(n int) { say(map[string]any{"errcode": n, "errmsg": "refused hint: [" + secret + "]"}) }
	if f.status != 0 {
		w.WriteHeader(f.status)
		return
	}
	if r.URL.Path == "/cgi-bin/stable_token" {
		var in struct {
			Grant  string `json:"grant_type"`
			AppID  string `json:"appid"`
			Secret string `json:"secret"`
			Force  bool   `json:"force_refresh"`
		}
		if json.Unmarshal(body, &in) != nil || in.Grant != "client_credential" || in.AppID != "wx123" || in.Secret != secret {
			code(40001)
			return
		}
		if f.token == "" || in.Force {
			f.issued++
			f.token = "token-" + strings.Repeat("x", f.issued)
		}
		say(map[string]any{"access_token": f.token, "expires_in": 7200})
		return
	}
	if r.URL.Query().Get("access_token") != f.token {
		code(40001)
		return
	}
	switch r.URL.Path {
	case "/cgi-bin/template/get_all_private_template":
		say(map[string]any{"template_list": []any{map[string]string{"template_id": "T-1", "content": f.content}}})
	case "/cgi-bin/message/template/send":
		f.send(body, code, say)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *wechat) send(body []byte, code func(int), say func(any)) {
	f.bodies = append(f.bodies, body)
	var m struct {
		To       string `json:"touser"`
		Template string `json:"template_id"`
		URL      string `json:"url"`
		ID       string `json:"client_msg_id"`
		Data     map[string]struct{ Value string }
	}
	if json.Unmarshal(body, &m) != nil {
		code(47001)
		return
	}
	if n := f.refuse[m.To]; n != 0 {
		code(n)
		return
	}
	shown := map[string]string{"url": m.URL}
	for k, v := range m.Data {
		shown[k] = v.Value
	}
	if m.Template != "T-1" {
		code(40037)
		return
	}
	if len(shown) != 5 || len([]rune(shown["phrase2"])) > 5 || len([]rune(shown["thing1"])) > 20 {
		code(47003)
		return
	}
	if !f.known[m.ID] {
		f.known[m.ID] = true
		f.read[m.To] = append(f.read[m.To], shown)
	}
	say(map[string]any{"errcode": 0, "errmsg": "ok", "msgid": 200228332})
}

func alarm() school.Notice {
	return school.Notice{School: "v", Key: "card:k:G1", Act: school.NoticeSend, Kind: school.NoticeParent, To: "G1", At: morning, Text: "石巳安发烧38.5",
		Link: "https://bot.school.example/p/abcdefgh234567",
		Gist: &school.Gist{School: "和团学校", Student: "石巳安", Class: "七(2)班", When: "3月9日上午", What: "未到校", Brief: "未到校", Do: "请与班主任联系", Teacher: "周立"}}
}

var mother = school.Address{Platform: "mp", User: "o-mother"}

func send(t *testing.T, p *mp.Platform, n school.Notice, to school.Address) (school.Receipt, error) {
	t.Helper()
	body, err := p.Render(n, to)
	if err != nil {
		return school.Receipt{}, err
	}
	if bytes.Contains(body, []byte("发烧")) {
		t.Errorf("the body tells the reason: %s", body)
	}
	return p.Deliver(t.Context(), bot.Dispatch{Notice: n, To: to, Body: body})
}

func failure(err error) bot.SendError {
	var e *bot.SendError
	if errors.As(err, &e) {
		return *e
	}
	return bot.SendError{}
}

func TestAMotherReadsTheSchoolsOwnTemplate(t *testing.T) {
	f, p := open(t)
	for range 2 { // the answer to the first was lost
		if r, err := send(t, p, alarm(), mother); err != nil || r.Platform != "mp/main" || r.Message != "200228332" {
			t.Fatalf("%+v %v", r, err)
		}
	}
	got := f.read["o-mother"]
	if len(got) != 1 || got[0]["thing1"] != "石巳安" || got[0]["phrase2"] != "未到校" || got[0]["time3"] != "2026-03-09 08:20" ||
		got[0]["thing4"] != "请点开回复" || got[0]["url"] != "https://bot.school.example/p/abcdefgh234567" {
		t.Errorf("she read %v", got)
	}
	if !bytes.Equal(f.bodies[0], f.bodies[1]) || f.issued != 1 {
		t.Errorf("%d tokens; the repeat: %s", f.issued, f.bodies[1])
	}
	long := alarm()
	long.Key, long.Gist.Student = "other", strings.Repeat("买", 30)
	if _, err := send(t, p, long, mother); err != nil || f.read["o-mother"][1]["thing1"] != strings.Repeat("买", 19)+"…" {
		t.Errorf("a long name: %v %v", err, f.read["o-mother"])
	}
}

func TestATokenThatIsNoLongerGoodIsReplacedOnce(t *testing.T) {
	f, p := open(t)
	if _, err := send(t, p, alarm(), mother); err != nil {
		t.Fatal(err)
	}
	f.token = "another process took a new one by force"
	if _, err := send(t, p, alarm(), mother); err != nil || f.issued != 2 {
		t.Errorf("%v after %d tokens", err, f.issued)
	}
	f.refuse["o-mother"] = 42001
	before := len(f.bodies)
	if _, err := send(t, p, alarm(), mother); failure(err).Class != bot.SendRetry || len(f.bodies)-before != 2 {
		t.Errorf("%v after %d calls", err, len(f.bodies)-before)
	}
}

func TestEveryNumberSaysWhatToDo(t *testing.T) {
	f, p := open(t)
	for code, want := range map[int]bot.SendClass{-1: bot.SendRetry, 45009: bot.SendRetry, 43004: bot.SendRecipient, 40003: bot.SendRecipient, 43101: bot.SendRecipient,
		40037: bot.SendConfig, 40164: bot.SendConfig, 48001: bot.SendConfig, 47003: bot.SendConfig, 47001: bot.SendNever, 99999: bot.SendRetry} {
		f.refuse["o-mother"] = code
		_, err := send(t, p, alarm(), mother)
		if failure(err).Class != want {
			t.Errorf("%d: %v", code, err)
		}
		if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "token-") || strings.Contains(err.Error(), "o-mother") {
			t.Errorf("%d tells too much: %v", code, err)
		}
	}
	for status, want := range map[int]bot.SendClass{500: bot.SendRetry, 429: bot.SendRetry, 404: bot.SendConfig, 302: bot.SendConfig} {
		f.status = status
		if _, err := send(t, p, alarm(), mother); failure(err).Class != want {
			t.Errorf("http %d: %v", status, err)
		}
	}
	f.Close()
	if e := failure(func() error { _, err := send(t, p, alarm(), mother); return err }()); e.Class != bot.SendRetry || !e.Unsure || strings.Contains(e.Text, "token") {
		t.Errorf("nobody answers: %+v", e)
	}
}

func TestTheCheckNamesWhatIsWrong(t *testing.T) {
	f, p := open(t)
	found, err := p.Check(t.Context())
	if err != nil || len(found) != 2 || !found[0].OK || !found[1].OK {
		t.Errorf("%v %v", found, err)
	}
	f.content = "学生：{{thing9.DATA}}"
	if found, err = p.Check(t.Context()); err != nil || found[1].OK || !strings.Contains(found[1].Text, "thing9") {
		t.Errorf("another template: %v %v", found, err)
	}
	_, p = open(t, func(s *mp.Settings) { s.TemplateID = "T-2" })
	if found, err = p.Check(t.Context()); err != nil || found[1].OK || !strings.Contains(found[1].Text, "template_id") {
		t.Errorf("no template: %v %v", found, err)
	}
	_, p = open(t, func(s *mp.Settings) { s.AppSecret = "wrong" })
	if _, err = p.Check(t.Context()); failure(err).Class != bot.SendConfig || !strings.Contains(err.Error(), "app_secret") {
		t.Errorf("a wrong secret: %v", err)
	}
	for field, change := range map[string]func(*mp.Settings){
		"app_id": func(s *mp.Settings) { s.AppID = "" }, "template_id": func(s *mp.Settings) { s.TemplateID = "" }, "fields": func(s *mp.Settings) { s.Fields = map[string]string{"thing1": "diagnosis"} },
		"api_base": func(s *mp.Settings) { s.APIBase = "api" },
	} {
		s := mp.Settings{Account: "main", AppID: "wx", AppSecret: "s", TemplateID: "T", Fields: map[string]string{"thing1": "student"}}
		change(&s)
		if _, err := mp.New(s, mp.Deps{}); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestOnlyWhatGuardiansMustHearIsCarried(t *testing.T) {
	_, p := open(t)
	update, chat := alarm(), alarm()
	update.Act, chat.Kind = school.NoticeUpdate, school.NoticeText
	for name, n := range map[string]school.Notice{"an update": update, "an answer in a chat": chat} {
		if _, err := send(t, p, n, mother); p.Carries(n) || failure(err).Class != bot.SendNever {
			t.Errorf("%s: %v", name, err)
		}
	}
}
