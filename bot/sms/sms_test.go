package sms_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guixiao/bot"
	"guixiao/bot/sms"
	"guixiao/rules/school"
)

const secret = "a secret of sixteen or more"

var morning = time.Date(2026, 3, 9, 8, 20, 0, 0, time.FixedZone("CST", 8*3600))

// provider is a text message service that keeps to docs/sms.md to the letter.
type provider struct {
	*httptest.Server
	t      *testing.T
	status int
	header http.Header
	bodies [][]byte
	read   map[string][]string // by number
	keys   map[string]bool
}

func open(t *testing.T) (*provider, *sms.Platform) {
	t.Helper()
	f := &provider{t: t, status: http.StatusOK, read: map[string][]string{}, keys: map[string]bool{}, header: http.Header{}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.answer))
	t.Cleanup(f.Close)
	p, err := sms.New(sms.Settings{Account: "main", URL: f.URL + "/send", Secret: secret, Sign: "和团学校"}, sms.Deps{Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	return f, p
}

func sign(stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func (f *provider) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.bodies = append(f.bodies, body)
	var m struct{ ID, To, Sign, Text string }
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	stamp := r.Header.Get("X-Guixiao-Timestamp")
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/send":
		w.WriteHeader(http.StatusNotFound)
	case stamp != "1773015600" || r.Header.Get("X-Guixiao-Signature") != sign(stamp, body):
		w.WriteHeader(http.StatusUnauthorized)
	case d.Decode(&m) != nil || m.ID == "" || m.ID != r.Header.Get("Idempotency-Key") || m.Sign != "和团学校":
		w.WriteHeader(http.StatusBadRequest)
	case utf8.RuneCountInString("【"+m.Sign+"】"+m.Text) > 70:
		w.WriteHeader(http.StatusBadRequest)
	case f.keys[m.ID]:
		w.WriteHeader(http.StatusConflict)
	case f.status != http.StatusOK:
		for k, v := range f.header {
			w.Header()[k] = v
		}
		w.WriteHeader(f.status)
	default:
		f.keys[m.ID] = true
		f.read[m.To] = append(f.read[m.To], m.Text)
		_, _ = w.Write([]byte(`{"id":"sms-1"}`))
	}
}

func alarm() school.Notice {
	return school.Notice{School: "v", Key: "card:k:G1", Act: school.NoticeSend, Kind: school.NoticeParent, To: "G1", At: morning,
		Text: "【和团学校】您的孩子石巳安 3月9日（周一）上午尚未到校，请与班主任联系。",
		Card: &school.Card{ID: "k", Kind: school.CardParent, State: school.CardOpen, Fields: []school.Field{{K: "原因", V: "发烧38.5"}}},
		Link: "https://bot.school.example/p/abcdefgh234567",
		Gist: &school.Gist{School: "和团学校", Student: "石巳安", Class: "七(2)班", When: "3月9日上午", What: "未到校", Brief: "未到校", Do: "请与班主任联系", Teacher: "周立"}}
}

var mother = school.Address{Platform: "sms", User: "19900001001"}

func send(t *testing.T, p *sms.Platform, n school.Notice, to school.Address, attempt int) (school.Receipt, error) {
	t.Helper()
	body, err := p.Render(n, to)
	if err != nil {
		return school.Receipt{}, err
	}
	return p.Deliver(t.Context(), bot.Dispatch{Notice: n, To: to, Body: body, Attempt: attempt})
}

func classOf(err error) bot.SendClass {
	var e *bot.SendError
	if errors.As(err, &e) {
		return e.Class
	}
	return ""
}

func TestAMotherReadsOneTextMessage(t *testing.T) {
	f, p := open(t)
	for attempt := 1; attempt <= 2; attempt++ { // the answer to the first was lost
		r, err := send(t, p, alarm(), mother, attempt)
		if err != nil || r.Platform != "sms/main" || r.User != mother.User {
			t.Fatalf("attempt %d: %+v %v", attempt, r, err)
		}
	}
	got := f.read[mother.User]
	if len(got) != 1 || got[0] != "石巳安3月9日上午未到校，请点开回复 https://bot.school.example/p/abcdefgh234567" {
		t.Errorf("she read %q", got)
	}
	if !bytes.Equal(f.bodies[0], f.bodies[1]) {
		t.Error("the repeat differs")
	}
}

func TestWhatOneSegmentHolds(t *testing.T) {
	_, p := open(t)
	for name, c := range map[string]struct {
		change func(*school.Notice)
		want   string
	}{
		"a short address": {func(n *school.Notice) { n.Link = "https://a.cn/p/abcdefgh234567" }, "石巳安3月9日上午未到校，请点开回复 https://a.cn/p/abcdefgh234567 拒收回复R"},
		"a long one":      {func(n *school.Notice) { n.Link = "https://attendance.school.example.edu.cn/p/abcdefgh234567" }, "石巳安3月9日上午未到校，请与班主任联系。拒收回复R"},
		"no page":         {func(n *school.Notice) { n.Link = "" }, "石巳安3月9日上午未到校，请与班主任联系。拒收回复R"},
		"a correction": {func(n *school.Notice) {
			n.Link, n.Gist.What, n.Gist.Do = "", "未到校的通知有误", "抱歉打扰"
		}, "石巳安3月9日上午未到校的通知有误，抱歉打扰。拒收回复R"},
		"a very long name": {func(n *school.Notice) { n.Link, n.Gist.Student = "", strings.Repeat("买买提", 20) }, "您的孩子3月9日上午未到校，请与班主任联系。拒收回复R"},
	} {
		n := alarm()
		c.change(&n)
		body, err := p.Render(n, mother)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var m struct{ Text string }
		if json.Unmarshal(body, &m) != nil || m.Text != c.want || utf8.RuneCountInString("【和团学校】"+m.Text) > 70 {
			t.Errorf("%s: %q", name, m.Text)
		}
		if strings.Contains(string(body), "发烧") {
			t.Errorf("%s tells the reason", name)
		}
	}
}

func TestEveryAnswerOfTheProviderSaysWhatToDo(t *testing.T) {
	for status, want := range map[int]bot.SendClass{
		202: "", 409: "", 400: bot.SendNever, 401: bot.SendConfig, 402: bot.SendConfig, 403: bot.SendConfig, 404: bot.SendConfig, 302: bot.SendConfig,
		410: bot.SendRecipient, 422: bot.SendRecipient, 408: bot.SendRetry, 429: bot.SendRetry, 500: bot.SendRetry, 503: bot.SendRetry,
	} {
		f, p := open(t)
		f.status = status
		_, err := send(t, p, alarm(), mother, 1)
		if classOf(err) != want {
			t.Errorf("%d: %v", status, err)
		}
		if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), mother.User) || strings.Contains(err.Error(), f.URL)) {
			t.Errorf("%d tells too much: %v", status, err)
		}
	}
	f, p := open(t)
	f.status, f.header = 429, http.Header{"Retry-After": {"90"}}
	var e *bot.SendError
	if _, err := send(t, p, alarm(), mother, 1); !errors.As(err, &e) || e.After != 90*time.Second || e.Unsure {
		t.Errorf("busy: %+v", e)
	}
	f.Close()
	if _, err := send(t, p, alarm(), mother, 1); !errors.As(err, &e) || e.Class != bot.SendRetry || !e.Unsure || strings.Contains(e.Text, "127.0.0.1:1/") {
		t.Errorf("nobody answers: %+v", e)
	}
}

func TestWhatIsNoMessageForATextMessage(t *testing.T) {
	_, p := open(t)
	if _, err := send(t, p, alarm(), school.Address{Platform: "sms", User: "057188888888"}, 1); classOf(err) != bot.SendRecipient {
		t.Errorf("a number on the wall: %v", err)
	}
	update, chat := alarm(), alarm()
	update.Act, chat.Kind = school.NoticeUpdate, school.NoticeText
	for name, n := range map[string]school.Notice{"an update": update, "an answer in a chat": chat} {
		if p.Carries(n) {
			t.Errorf("%s goes by text message", name)
		}
	}
	for field, s := range map[string]sms.Settings{
		"url":    {Account: "main", URL: "send", Secret: secret, Sign: "和团学校"},
		"secret": {Account: "main", URL: "https://sms.example", Secret: "short", Sign: "和团学校"},
		"sign":   {Account: "main", URL: "https://sms.example", Secret: secret},
	} {
		if _, err := sms.New(s, sms.Deps{}); err == nil || !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), "short ") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func call(body, stamp, signature string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/hooks/sms/main", strings.NewReader(body))
	r.Header.Set("X-Guixiao-Timestamp", stamp)
	r.Header.Set("X-Guixiao-Signature", signature)
	return r
}

func TestWhatMothersWriteBack(t *testing.T) {
	_, p := open(t)
	stamp := "1773015600"
	body := `{"replies":[{"id":"1","from":"+8619900001001","text":" 退订 "},{"id":"2","from":"19900001001","text":"孩子发烧了，请假一天"},{"id":"3","from":"19900001001","text":"恢复"}]}`
	c, err := p.Receive(call(body, stamp, sign(stamp, []byte(body))), morning)
	if err != nil || len(c.Deliveries) != 3 {
		t.Fatalf("%+v %v", c, err)
	}
	stop, words, again := c.Deliveries[0], c.Deliveries[1], c.Deliveries[2]
	if stop.Kind != school.DeliveryEvent || stop.Event != bot.EventOptOut || stop.From != "19900001001" {
		t.Errorf("退订 is %+v", stop)
	}
	if words.Kind != school.DeliveryMessage || words.Text != "孩子发烧了，请假一天" || words.Key == stop.Key {
		t.Errorf("words are %+v", words)
	}
	if again.Event != bot.EventOptIn {
		t.Errorf("恢复 is %+v", again)
	}
	for name, r := range map[string]*http.Request{
		"another's hand": call(body, stamp, sign(stamp, []byte(body+" "))), "yesterday's": call(body, "1772929200", sign("1772929200", []byte(body))), "none": call(body, "", ""),
	} {
		if _, err := p.Receive(r, morning); !errors.Is(err, bot.ErrForged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := `{"replies":[{"text":"退订"}]}`
	if _, err := p.Receive(call(broken, stamp, sign(stamp, []byte(broken))), morning); !errors.Is(err, school.ErrInvalid) {
		t.Errorf("a reply of nobody: %v", err)
	}
}
