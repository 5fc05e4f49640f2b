package bottest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"time"
)

// WeCom is 企业微信 as one self-built app of one school sees it: it verifies
// what it is sent as strictly as the documentation says, keeps the inbox of
// every member and parent, and calls back like the real one. Its clock is the
// test's.
type WeCom struct {
	URL      string // base of the API
	Callback string // where messages and presses are posted to

	CorpID  string
	AgentID int
	Secret  string
	Token   string // of the callback
	AESKey  string // EncodingAESKey of the callback

	server  *httptest.Server
	knocker *http.Client
	now     func() time.Time
	closed  chan struct{}

	mu         sync.Mutex
	members    map[string]*Member // by folded id
	parents    map[string]*Parent
	failures   map[string][]Failure
	requests   map[string][][]byte
	complaints []string
	tokens     map[string]wecomToken
	tokenSeq   int
	badSecrets int
	distrusted string
	noCallback bool
	serial     int
	codes      map[string]*updateCode
	tasks      map[string]bool
	repeats    map[string]repeated
	messages   map[string][]*Message // by msgid: one copy per recipient
	sentAt     map[string][]time.Time
	dropped    int
	media      map[string][]byte
	uploads    map[string]wecomUpload
	logins     map[string]string
	hanging    chan string

	departments []department
	units       []schoolUnit
	pupils      map[string]*pupil

	subscribeMode int
}

type wecomToken struct {
	until time.Time
	ended int // 0 while good, else the code it is refused with
}

// NewWeCom starts the fake. Close it when the test is over.
func NewWeCom(now func() time.Time) *WeCom {
	f := &WeCom{
		CorpID: "ww6a112864f8022910", AgentID: 1000002, Secret: "s3cr3t-of-the-app-0123456789", Token: "QDG6eK", AESKey: "4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws",
		now: now, closed: make(chan struct{}), hanging: make(chan string, 16), knocker: &http.Client{Timeout: 5 * time.Second},
		members: map[string]*Member{}, parents: map[string]*Parent{}, failures: map[string][]Failure{}, requests: map[string][][]byte{},
		tokens: map[string]wecomToken{}, codes: map[string]*updateCode{}, tasks: map[string]bool{}, repeats: map[string]repeated{},
		messages: map[string][]*Message{}, sentAt: map[string][]time.Time{}, media: map[string][]byte{}, uploads: map[string]wecomUpload{}, logins: map[string]string{}, pupils: map[string]*pupil{},
	}
	f.server = httptest.NewServer(f)
	f.URL = f.server.URL
	return f
}

// Close stops the fake and lets go whoever still hangs.
func (f *WeCom) Close() {
	close(f.closed)
	f.server.Close()
}

// Fail makes the next calls of an API ("message/send") fail, in this order.
func (f *WeCom) Fail(api string, next ...Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures[api] = append(f.failures[api], next...)
}

// Hanging yields the name of an API when a call of it has begun to hang.
func (f *WeCom) Hanging() <-chan string { return f.hanging }

// EndToken makes every token handed out so far invalid: calls with it are
// refused with code (42001 or 40014) until a new one is fetched.
func (f *WeCom) EndToken(code int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for t, v := range f.tokens {
		v.ended = code
		f.tokens[t] = v
	}
}

// Distrust refuses every call with 60020, as for an IP that is not in the
// list of 企业可信IP; "" trusts it again.
func (f *WeCom) Distrust(ip string) { f.set(func() { f.distrusted = ip }) }

// WithoutCallback refuses cards that call back (43012).
func (f *WeCom) WithoutCallback() { f.set(func() { f.noCallback = true }) }

func (f *WeCom) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// Requests are the bodies posted to an API, oldest first.
func (f *WeCom) Requests(api string) [][]byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([][]byte(nil), f.requests[api]...)
}

// Complaints are things the real WeCom would let pass but show badly: texts
// longer than it displays, messages cut.
func (f *WeCom) Complaints() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.complaints...)
}

// Dropped counts messages silently dropped because a person got more than 30
// in a minute or 1000 in an hour.
func (f *WeCom) Dropped() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dropped
}

// answer is what an API returns; errcode and errmsg are added.
type answer map[string]any

func refuse(code int, why string) answer {
	return answer{"errcode": code, "errmsg": why + ", hint: [1700000000_1_x], more info at https://open.work.weixin.qq.com/devtool/query?e=" + fmt.Sprint(code)}
}

// ServeHTTP is the API.
func (f *WeCom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	api := strings.TrimPrefix(r.URL.Path, "/cgi-bin/")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	failure := f.begin(api, body)
	switch {
	case failure.hang:
		f.hanging <- api
		select {
		case <-r.Context().Done():
		case <-f.closed:
		}
		return
	case failure.status != 0:
		http.Error(w, "upstream", failure.status)
		return
	case failure.garbage:
		fmt.Fprint(w, "<html>busy</html>")
		return
	case failure.code != 0:
		f.reply(w, refuse(failure.code, "told to fail"))
		return
	}
	raw, a := f.handle(api, r, body)
	switch {
	case failure.lost:
		panic(http.ErrAbortHandler)
	case raw != nil:
		w.Header().Set("Content-Type", "image/png")
		w.Header().Set("Content-Disposition", `attachment; filename="note.png"`)
		_, _ = w.Write(raw)
	default:
		f.reply(w, a)
	}
}

func (f *WeCom) begin(api string, body []byte) Failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests[api] = append(f.requests[api], body)
	queue := f.failures[api]
	if len(queue) == 0 {
		return Failure{}
	}
	f.failures[api] = queue[1:]
	return queue[0]
}

func (f *WeCom) reply(w http.ResponseWriter, a answer) {
	if _, ok := a["errcode"]; !ok {
		a["errcode"], a["errmsg"] = 0, "ok"
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(a)
}

var escaped = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)

// handle checks what every API checks and does what was asked.
func (f *WeCom) handle(api string, r *http.Request, body []byte) ([]byte, answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	q := r.URL.Query()
	if f.distrusted != "" {
		return nil, refuse(60020, "not allow to access from your ip, from ip: "+f.distrusted)
	}
	if api == "gettoken" {
		return nil, f.getToken(q.Get("corpid"), q.Get("corpsecret"))
	}
	if code := f.badToken(q.Get("access_token")); code != 0 {
		return nil, refuse(code, "invalid access_token")
	}
	if api == "media/upload" {
		return nil, f.upload(r, q.Get("type"), body)
	}
	if escaped.Match(bytes.ReplaceAll(body, []byte(`\\`), nil)) { // an escaped backslash is none
		return nil, refuse(40033, "invalid unicode escape in request")
	}
	switch api {
	case "message/send":
		return nil, f.send(body)
	case "message/update_template_card":
		return nil, f.updateCard(body)
	case "message/recall":
		return nil, f.recall(body)
	case "externalcontact/message/send":
		return nil, f.sendSchoolNotice(body)
	case "school/user/get":
		return nil, f.schoolUser(q.Get("userid"))
	case "school/agent/get_allow_scope":
		return nil, f.allowScope()
	case "department/list":
		return nil, f.departmentList()
	case "user/list":
		return nil, f.userList(q.Get("department_id"))
	case "user/get":
		return nil, f.userGet(q.Get("userid"))
	case "school/department/list":
		return nil, f.schoolDepartments()
	case "school/user/list":
		return nil, f.pupilList(q.Get("department_id"))
	case "school/user/list_parent":
		return nil, f.parentList(q.Get("department_id"))
	case "externalcontact/get_subscribe_qr_code":
		return nil, answer{"qrcode_big": "https://p.qpic.cn/follow-big", "qrcode_middle": "https://p.qpic.cn/m", "qrcode_thumb": "https://p.qpic.cn/t"}
	case "externalcontact/get_subscribe_mode":
		return nil, answer{"subscribe_mode": max(f.subscribeMode, 1)}
	case "agent/get":
		return nil, f.agent(q.Get("agentid"))
	case "getcallbackip":
		return nil, answer{"ip_list": []string{"101.226.103.0/24", "101.226.62.0/24"}}
	case "auth/getuserinfo":
		return nil, f.login(q.Get("code"))
	case "media/get":
		return f.getMedia(q.Get("media_id"))
	}
	return nil, refuse(404, "no such api")
}

func (f *WeCom) getToken(corp, secret string) answer {
	if f.badSecrets >= 5 {
		return refuse(45009, "api freq out of limit")
	}
	switch {
	case corp != f.CorpID:
		return refuse(40013, "invalid corpid")
	case secret == "":
		return refuse(41004, "corpsecret missing")
	case secret != f.Secret:
		f.badSecrets++
		return refuse(40001, "invalid credential")
	}
	for token, v := range f.tokens {
		if v.ended == 0 && f.now().Before(v.until) {
			return answer{"access_token": token, "expires_in": int(v.until.Sub(f.now()).Seconds())}
		}
	}
	f.tokenSeq++
	token := fmt.Sprintf("tok3n-%d-%s", f.tokenSeq, strings.Repeat("x", 200))
	f.tokens[token] = wecomToken{until: f.now().Add(2 * time.Hour)}
	return answer{"access_token": token, "expires_in": 7200}
}

func (f *WeCom) badToken(token string) int {
	v, ok := f.tokens[token]
	switch {
	case token == "":
		return 41001
	case !ok:
		return 40014
	case v.ended != 0:
		return v.ended
	case !f.now().Before(v.until):
		return 42001
	}
	return 0
}

func (f *WeCom) complain(format string, args ...any) {
	f.complaints = append(f.complaints, fmt.Sprintf(format, args...))
}

func (f *WeCom) next(prefix string) string {
	f.serial++
	return fmt.Sprintf("%s%d", prefix, f.serial)
}
