package bottest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// DingTalk is 钉钉 as one internal app (企业内部应用) of one school sees it: the
// two hosts of the API, the Stream socket and the host of files. It verifies
// what it is sent as strictly as the documentation says, keeps what everybody's
// phone shows, and pushes messages, presses and events like the real one. Its
// clock is the test's; only time-outs of the network are real.
type DingTalk struct {
	API  string // base of the new API
	OAPI string // base of the old one

	// Door is the base address of the bot in HTTP mode ("http://127.0.0.1:1");
	// "" is Stream mode. Hook is the path of its robot door there.
	Door, Hook string

	ClientID, ClientSecret string
	RobotCode, CorpID      string
	AgentID                int64
	Token, AESKey          string // of the event callback
	Template               string // the one card template there is, "….schema"
	// Variables of the template by name: what their text must be ("text",
	// "list", "bool"); nil = anything goes.
	Variables map[string]string
	QPS       int // most calls of one API in one second of the clock; 0 = no limit
	// FileBase is where files are said to lie: at first the old API's host.
	// Whatever it is, Files serves them.
	FileBase, Files string

	servers []*httptest.Server
	sockets string
	knocker *http.Client
	now     func() time.Time
	closed  chan struct{}
	hanging chan string
	apis    map[string]dingCall

	mu         sync.Mutex
	serial     int
	failures   map[string][]Failure
	requests   map[string][][]byte
	complaints []string
	tokens     map[string]dingToken
	secrets    int // times a wrong secret was tried
	rates      map[string]int
	calls      map[string]int // charged, by month
	pushes     map[string]int
	quota      [2]int // calls and pushes of a month; 0 = no limit
	denied     []string
	users      map[string]*DingUser
	groups     map[string]*DingGroup
	sent       map[string][]*DingMessage // by processQueryKey
	tasks      map[int64]*dingTask
	told       map[string]bool // work notifications of a day
	daily      map[string]int
	cards      map[string]*dingInstance
	pressing   map[string]int
	routes     map[string]dingRoute
	sessions   map[string]dingSession
	tickets    map[string]time.Time
	live       []*dingSocket
	changed    chan struct{} // closed when a socket comes or goes
	unheard    int
	codes      map[string]string // login code → userId
	media      map[string][]byte
	uploads    map[string]DingFile // by mediaId
	classes    []dingClass
}

type dingToken struct {
	until time.Time
	ended bool
	user  string // whose token; "" = the app's
}

// dingReply is an answer: an HTTP status and a JSON body.
type dingReply struct {
	status int
	body   answer
}

func given(a answer) dingReply { return dingReply{http.StatusOK, a} }

// fault is a refusal of the new API.
func fault(status int, code string) dingReply {
	return dingReply{status, answer{"code": code, "message": "told why", "requestid": "5E3F6A2C-0000"}}
}

func bad(code string) dingReply { return fault(http.StatusBadRequest, code) }

// oldFault is a refusal of the old API: HTTP 200 and a number.
func oldFault(code int) dingReply {
	return given(answer{"errcode": code, "errmsg": "told why", "request_id": "15r7y"})
}

// The kinds of access a call asks for.
const (
	openCall = "" // no token
	appCall  = "app"
	userCall = "user"
)

// dingCall is one API: where it lives, whose token it takes, whether it counts
// against the month, and what it does.
type dingCall struct {
	old     bool
	token   string
	charged bool
	do      func(f *DingTalk, r *http.Request, body []byte) dingReply
}

// dingCalls are all there are: a call not listed does not exist.
func dingCalls() map[string]dingCall {
	all := map[string]dingCall{
		"POST /v1.0/oauth2/accessToken": {do: (*DingTalk).newToken},
		"GET /gettoken":                 {old: true, do: (*DingTalk).oldToken},
	}
	for _, more := range []map[string]dingCall{robotCalls, workCalls, cardCalls, bookCalls, loginCalls, streamCalls} {
		for name, c := range more {
			all[name] = c
		}
	}
	return all
}

// NewDingTalk starts the fake. Close it when the test is over.
func NewDingTalk(now func() time.Time) *DingTalk {
	f := &DingTalk{
		ClientID: "dingqwertyuiop123456", ClientSecret: "s3cr3t-of-the-app-ABCDEFGHIJKLMNOPQRSTUVWXYZ", RobotCode: "dingqwertyuiop123456", CorpID: "ding9f50b15bccd16741",
		AgentID: 2_831_150_001, Token: "evT0kenXyz", AESKey: "o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus", Template: "8f250f96-da0f-4c9f-8302-740fa0ced1f5.schema",
		Hook: "/hooks/dingtalk/main",
		now:  now, closed: make(chan struct{}), hanging: make(chan string, 16), changed: make(chan struct{}), knocker: &http.Client{Timeout: 5 * time.Second},
		failures: map[string][]Failure{}, requests: map[string][][]byte{}, tokens: map[string]dingToken{}, rates: map[string]int{},
		calls: map[string]int{}, pushes: map[string]int{}, users: map[string]*DingUser{}, groups: map[string]*DingGroup{}, sent: map[string][]*DingMessage{},
		tasks: map[int64]*dingTask{}, told: map[string]bool{}, daily: map[string]int{}, cards: map[string]*dingInstance{}, pressing: map[string]int{},
		routes: map[string]dingRoute{}, sessions: map[string]dingSession{}, tickets: map[string]time.Time{}, codes: map[string]string{}, media: map[string][]byte{}, uploads: map[string]DingFile{},
	}
	start := func(h http.Handler) string {
		s := httptest.NewServer(h)
		f.servers = append(f.servers, s)
		return s.URL
	}
	f.apis = dingCalls()
	f.API = start(f.host(false))
	f.OAPI = start(f.host(true))
	f.Files, f.FileBase = start(http.HandlerFunc(f.serveFile)), f.OAPI
	f.sockets = start(http.HandlerFunc(f.serveSocket))
	return f
}

// Close stops the fake and lets go whoever still hangs.
func (f *DingTalk) Close() {
	close(f.closed)
	f.Drop()
	for _, s := range f.servers {
		s.CloseClientConnections()
		s.Close()
	}
}

// Fail makes the next calls of an API ("POST /v1.0/robot/oToMessages/batchSend")
// fail, in this order.
func (f *DingTalk) Fail(api string, next ...Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures[api] = append(f.failures[api], next...)
}

// Hanging yields the name of an API when a call of it has begun to hang.
func (f *DingTalk) Hanging() <-chan string { return f.hanging }

// EndTokens makes every token handed out so far invalid before its time.
func (f *DingTalk) EndTokens() {
	f.set(func() {
		for name, t := range f.tokens {
			t.ended = true
			f.tokens[name] = t
		}
	})
}

// Quota sets what a month allows; 0 = no limit.
func (f *DingTalk) Quota(calls, pushes int) { f.set(func() { f.quota = [2]int{calls, pushes} }) }

// Others is what the school's other apps have used of this month: the quota is
// one for all of them.
func (f *DingTalk) Others(calls, pushes int) {
	f.set(func() { f.calls[f.month()] += calls; f.pushes[f.month()] += pushes })
}

// Charged is what this month has cost so far.
func (f *DingTalk) Charged() (calls, pushes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[f.month()], f.pushes[f.month()]
}

// Deny takes scopes away: calls whose name contains the text are refused with
// AccessTokenPermissionDenied or 60011.
func (f *DingTalk) Deny(api string) { f.set(func() { f.denied = append(f.denied, api) }) }

// Requests are the bodies sent to an API, oldest first.
func (f *DingTalk) Requests(api string) [][]byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.requests[api])
}

// Complaints are things the real DingTalk would let pass but show badly, lose
// or forbid: lines run together, cards wiped, acknowledgements on the wrong
// socket.
func (f *DingTalk) Complaints() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.complaints)
}

// WrongSecrets counts how often a wrong secret was tried.
func (f *DingTalk) WrongSecrets() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.secrets
}

func (f *DingTalk) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *DingTalk) complain(format string, args ...any) {
	f.complaints = append(f.complaints, fmt.Sprintf(format, args...))
}

func (f *DingTalk) next(prefix string) string {
	f.serial++
	return fmt.Sprintf("%s%d", prefix, f.serial)
}

func (f *DingTalk) month() string { return f.now().Format("2006-01") }

// host is one of the two hosts: a call sent to the other one does not exist.
func (f *DingTalk) host(old bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Method + " " + r.URL.Path
		if old && strings.HasPrefix(r.URL.Path, "/down/") {
			f.serveFile(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		failure := f.begin(name, body)
		if f.spoil(w, r, name, failure) {
			return
		}
		call, known := f.apis[name]
		if !known || call.old != old {
			http.Error(w, `{"code":"InvalidAction.NotFound","message":"Specified api is not found"}`, http.StatusNotFound)
			return
		}
		reply := f.answer(name, call, r, body)
		if failure.lost {
			panic(http.ErrAbortHandler)
		}
		if _, has := reply.body["errcode"]; old && !has {
			reply.body["errcode"], reply.body["errmsg"] = 0, "ok"
		}
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(reply.status)
		_ = json.NewEncoder(w).Encode(reply.body)
	})
}

func (f *DingTalk) begin(name string, body []byte) Failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests[name] = append(f.requests[name], body)
	queue := f.failures[name]
	if len(queue) == 0 {
		return Failure{}
	}
	f.failures[name] = queue[1:]
	if c := f.apis[name]; c.charged && queue[0].counts() {
		f.calls[f.month()]++
	}
	return queue[0]
}

// answer checks what every call checks and does what was asked.
func (f *DingTalk) answer(name string, c dingCall, r *http.Request, body []byte) dingReply {
	f.mu.Lock()
	defer f.mu.Unlock()
	if (r.Method == http.MethodPost || r.Method == http.MethodPut) && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") &&
		!strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		f.complain("%s: Content-Type %q", name, r.Header.Get("Content-Type"))
	}
	if refused, no := f.badToken(c, r); no {
		return refused
	}
	if slices.ContainsFunc(f.denied, func(part string) bool { return strings.Contains(name, part) }) {
		if c.old {
			return oldFault(60011)
		}
		no := fault(http.StatusForbidden, "Forbidden.AccessDenied.AccessTokenPermissionDenied")
		no.body["accessdenieddetail"] = map[string]any{"requiredScopes": []string{"Some.Scope.Write"}}
		return no
	}
	rate := fmt.Sprint(name, f.now().Unix())
	if f.rates[rate]++; f.QPS > 0 && f.rates[rate] > f.QPS {
		if c.old {
			return oldFault(90018)
		}
		return fault(http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
	}
	if c.charged {
		if f.quota[0] > 0 && f.calls[f.month()] >= f.quota[0] {
			if c.old {
				return oldFault(90020)
			}
			return fault(http.StatusForbidden, "Forbidden.AccessDenied.ApiCountLimitForOrg")
		}
		f.calls[f.month()]++
	}
	return c.do(f, r, body)
}

func (f *DingTalk) badToken(c dingCall, r *http.Request) (dingReply, bool) {
	if c.token == openCall {
		return dingReply{}, false
	}
	name := r.Header.Get("x-acs-dingtalk-access-token")
	if c.old {
		name = r.URL.Query().Get("access_token")
	}
	t, known := f.tokens[name]
	good := known && !t.ended && f.now().Before(t.until) && (t.user != "") == (c.token == userCall)
	switch {
	case good:
		return dingReply{}, false
	case c.old && name == "":
		return oldFault(41001), true
	case c.old && known && !f.now().Before(t.until):
		return oldFault(42001), true
	case c.old:
		return oldFault(40014), true
	case name == "":
		return bad("Missingx-acs-dingtalk-access-token"), true
	}
	return bad("InvalidAuthentication"), true
}
