package handlers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guixiao/handlers"
)

// ask calls the demo API and checks the status.
func ask(t *testing.T, h *house, method, path, body string, status int) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	if w.Code != status {
		t.Fatalf("%s %s: status %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	return strings.TrimSpace(w.Body.String())
}

func TestTheWireFormatIsTheOneDocumented(t *testing.T) {
	h := newHouse(t, newStage(t))
	for _, c := range []struct{ method, path, body, want string }{
		{"GET", "/demo/api/clock", "", `{"now":"2026-10-13T08:05:00+08:00"}`},
		{"POST", "/demo/api/say", `{"id":"m1","person":"T001","text":"张三 未到校"}`, `{"id":"m1"}`},
		{"POST", "/demo/api/say", `{"id":"m1","person":"T001","text":"张三 未到校"}`, `{"id":"m1"}`}, // a redelivery
		{"GET", "/demo/api/feed?person=T001&after=1", "", `{"items":[]}`},
		{"POST", "/demo/api/press", `{"person":"T001","card":"c1","button":"right","inputs":{}}`, `{"ok":false,"reply":"这件事已由别人确认，没有改动。"}`},
		{"POST", "/demo/api/press", `{"person":"T001","card":"c1","button":"cancel"}`, `{"ok":true,"reply":"已撤回，家长不会收到消息。"}`},
		{"POST", "/demo/api/event", `{"person":"T001","event":"leave-granted","student":"S001","fields":{"from":"2026-10-13/am"}}`, `{"ok":true,"reply":"已记录。"}`},
		{"POST", "/demo/api/event", `{"person":"G1","event":"delegate","fields":{}}`, `{"ok":false,"reply":"家长不能委托。"}`},
		{"GET", "/demo/api/requests?student=S002", "", `[{"id":"r1","kind":"leave","state":"open","student":"S002","from":"2026-10-13/am","to":"2026-10-13/am",` +
			`"steps":[{"post":"班主任","who":"T001","state":"open","at":null,"note":""}],"sheet":{},"documents":[]}]`},
		{"GET", "/demo/api/documents?stage=monthly&period=2026-10", "", `[{"kind":"月报","title":"十月月报","url":"/documents/doc3","state":"draft"}]`},
		{"GET", "/demo/api/documents?stage=monthly&period=2026-09", "", `[]`},
		{"GET", "/demo/api/audit?case=case1", "", `{"lines":[{"at":"2026-10-13T08:05:00+08:00","who":"T001","what":"mark","detail":"未到校","policy":"","why":"报告"}],"ok":true}`},
		{"GET", "/demo/api/cases?student=S001", "", `[{"id":"case1","student":"S001","policy":"S23","state":"open","level":0,"opened_at":"2026-10-13T08:05:00+08:00","closed_at":null,` +
			`"reason":"","half_days":1,"stages":[{"id":"half-day","opened_at":"2026-10-13T08:05:00+08:00","due":"2026-10-13T08:04:00+08:00","closed_at":null,"overdue":false,"answers":{}}],` +
			`"documents":[{"kind":"书面材料","title":"防流控辍书面材料","url":"/documents/doc1?case=case1","state":"final"},` +
			`{"kind":"报告","title":"报告 张三","url":"/documents/drawn?case=case1","state":"draft"}],` +
			`"filings":[{"body":"镇政府","document":"防流控辍书面材料","who":"T004","at":"2026-10-13T08:05:00+08:00"}],` +
			`"history":[{"at":"2026-10-13T08:05:00+08:00","what":"开案","who":"","why":"缺勤满半天"},{"at":"2026-10-13T08:06:00+08:00","what":"问过家长","who":"T001","why":"S23-10"}]}]`},
		{"POST", "/demo/api/clock", `{"advance":"24h"}`, `{"now":"2026-10-14T08:05:00+08:00"}`},
		{"POST", "/demo/api/clock", `{"to":"2026-10-15T00:30:00Z"}`, `{"now":"2026-10-15T08:30:00+08:00"}`},
		{"POST", "/demo/api/restart", ``, `{"now":"2026-10-15T08:30:00+08:00"}`},
		{"POST", "/demo/api/reset", ``, `{"now":"2026-10-13T08:05:00+08:00"}`},
		{"GET", "/demo/api/school", ``, `{"schools":[{"id":"demo","name":"归校演示学校","level":"nine-year","folder":"demo","shown":true},{"id":"other","name":"小鹿艺术中心","level":"training","folder":"training","shown":false}]}`},
		{"POST", "/demo/api/school", `{"school":"other"}`, `{"now":"2026-10-13T08:05:00+08:00"}`},
		{"GET", "/demo/api/feed?person=T001", "", `{"items":[]}`},
	} {
		if diff := cmp.Diff(c.want, ask(t, h, c.method, c.path, c.body, http.StatusOK)); diff != "" {
			t.Errorf("%s %s %s\n%s", c.method, c.path, c.body, diff)
		}
	}
}

func TestPeopleHavePostsAndChildrenAsLists(t *testing.T) {
	h := newHouse(t, newStage(t))
	got := ask(t, h, "GET", "/demo/api/people", "", http.StatusOK)
	for _, want := range []string{
		`{"id":"T001","name":"李敏","kind":"staff","posts":[{"post":"班主任","scope":"703"}],"class":"703","children":[]}`,
		`{"id":"G1","name":"王桂芳","kind":"guardian","posts":[],"class":"","children":["S001"]}`,
		`{"id":"S003","name":"王五","kind":"student","posts":[],"class":"801","children":[]}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s in\n%s", want, got)
		}
	}
}

func TestAnswersReachTheEngineAsText(t *testing.T) {
	s := newStage(t)
	h := newHouse(t, s)
	ask(t, h, "POST", "/demo/api/say", `{"id":"m1","person":"T001","text":"张三 未到校","conversation":"group:703","answering":"c9","attachments":[{"name":"假条.png","base64":"iVBORw0KGgo="}]}`, 200)
	said := s.seen[0].(handlers.DemoSay)
	if said.Conversation != "group:703" || said.Answering != "c9" || len(said.Attachments) != 1 || said.Attachments[0].Type != "image/png" {
		t.Errorf("said %+v", said)
	}
	ask(t, h, "POST", "/demo/api/press", `{"person":"T001","card":"c1","button":"right","inputs":{"reason":"病了","attempts":3,"leader-present":["冯志远","陈校长"],"seen":true,"none":null,`+
		`"document":{"name":"材料.txt","base64":"5byg5LiJ"}}}`, 200)
	pressed := s.seen[1].(handlers.DemoPress)
	want := map[string]string{"reason": "病了", "attempts": "3", "leader-present": "冯志远、陈校长", "seen": "true", "document": "file:0"}
	if diff := cmp.Diff(want, pressed.Inputs); diff != "" || len(pressed.Attachments) != 1 || string(pressed.Attachments[0].Content) != "张三" {
		t.Errorf("pressed %+v\n%s", pressed, diff)
	}
	ask(t, h, "POST", "/demo/api/clock", `{"advance":"10m","rollcall":"as-before"}`, 200)
	if !s.asked.RollAsBefore {
		t.Error("the roll was not asked to go on as before")
	}
}

func TestWrongInputIsSaidAndChangesNothing(t *testing.T) {
	s := newStage(t)
	h := newHouse(t, s)
	for _, c := range []struct{ method, path, body, says string }{
		{"POST", "/demo/api/say", `{"person":"T999","text":"全到"}`, "T999"},
		{"POST", "/demo/api/say", `{"person":"T001"}`, "都空着"},
		{"POST", "/demo/api/say", `{"person":"T001","text":"全到","conversation":"group:999"}`, "group:999"},
		{"POST", "/demo/api/say", `{"person":"T001","text":"全到","conversation":"everybody"}`, "direct"},
		{"POST", "/demo/api/say", `{"person":"T001","text":"全到","attachments":[{"name":"x","base64":"***"}]}`, "base64"},
		{"POST", "/demo/api/say", `{"person":`, "JSON"},
		{"POST", "/demo/api/say", ``, "空的"},
		{"POST", "/demo/api/press", `{"person":"T001","card":"nothing","button":"ok"}`, "没有这张卡片"},
		{"POST", "/demo/api/press", `{"person":"T001","card":"c1"}`, "button"},
		{"POST", "/demo/api/press", `{"person":"T999","card":"c1","button":"ok"}`, "T999"},
		{"POST", "/demo/api/event", `{"person":"T001"}`, "event"},
		{"POST", "/demo/api/event", `{"person":"T001","event":"x","student":"S999"}`, "S999"},
		{"GET", "/demo/api/feed?person=T999", "", "T999"},
		{"GET", "/demo/api/feed?person=T001&after=x", "", "整数"},
		{"GET", "/demo/api/cases?student=S999", "", "S999"},
		{"GET", "/demo/api/requests?student=S999", "", "S999"},
		{"GET", "/demo/api/audit?case=x", "", "没有这个个案"},
		{"GET", "/demo/api/events", "", "person"},
		{"GET", "/demo/api/events?person=T999", "", "T999"},
		{"POST", "/demo/api/clock", `{}`, "advance"},
		{"POST", "/demo/api/clock", `{"advance":"1h","to":"2026-10-14T08:00:00+08:00"}`, "之一"},
		{"POST", "/demo/api/clock", `{"advance":"tomorrow"}`, "tomorrow"},
		{"POST", "/demo/api/clock", `{"to":"8:30"}`, "8:30"},
		{"POST", "/demo/api/clock", `{"advance":"-1h"}`, "向前"},
		{"POST", "/demo/api/clock", `{"advance":"1h","rollcall":"never"}`, "as-before"},
	} {
		got := ask(t, h, c.method, c.path, c.body, http.StatusBadRequest)
		if !strings.HasPrefix(got, `{"error":`) || !strings.Contains(got, c.says) {
			t.Errorf("%s %s %s: %s", c.method, c.path, c.body, got)
		}
	}
	for _, seen := range s.seen {
		if p, ok := seen.(handlers.DemoPress); !ok || p.Card != "nothing" {
			t.Errorf("reached the engine: %+v", seen)
		}
	}
}

// listener reads the events of one stream.
type listener struct {
	t     *testing.T
	lines *bufio.Scanner
}

func listen(t *testing.T, h *house, query string) listener {
	t.Helper()
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/demo/api/events?"+query, nil)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if got := response.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		t.Fatalf("content type %s", got)
	}
	return listener{t, bufio.NewScanner(response.Body)}
}

// next is the name and data of the next event.
func (l listener) next() (name, data string) {
	l.t.Helper()
	for l.lines.Scan() {
		if text, ok := strings.CutPrefix(l.lines.Text(), "event: "); ok {
			name = text
		} else if text, ok := strings.CutPrefix(l.lines.Text(), "data: "); ok {
			return name, text
		}
	}
	l.t.Fatalf("the stream ended: %v", l.lines.Err())
	return "", ""
}

func TestAnOpenPageHearsOfEverythingNew(t *testing.T) {
	h := newHouse(t, newStage(t))
	ask(t, h, "POST", "/demo/api/say", `{"id":"m0","person":"T001","text":"张三 未到校"}`, 200)
	l := listen(t, h, "person=T001&person=G1")
	if name, data := l.next(); name != "clock" || !strings.Contains(data, `"after_roll":"2026-10-13T08:21:00+08:00"`) ||
		!strings.Contains(data, `"next_day":"2026-10-14T08:05:00+08:00"`) || !strings.Contains(data, "上午点名中，08:20 截止") {
		t.Fatalf("first %s %s", name, data)
	}
	heard := func(want, person string) {
		t.Helper()
		name, data := l.next()
		var item struct {
			Person string
			Item   struct{ N int }
		}
		if err := json.Unmarshal([]byte(data), &item); name != want || err != nil || item.Person != person {
			t.Fatalf("heard %s %s, want %s for %s", name, data, want, person)
		}
	}
	heard("item", "T001") // what was there before
	ask(t, h, "POST", "/demo/api/say", `{"id":"m1","person":"T001","text":"张三 未到校"}`, 200)
	heard("item", "T001")
	ask(t, h, "POST", "/demo/api/say", `{"id":"m2","person":"T002","text":"王五 病假"}`, 200) // nobody on this page
	ask(t, h, "POST", "/demo/api/clock", `{"to":"2026-10-13T08:21:00+08:00"}`, 200)
	told := map[string]int{}
	for told["clock"] == 0 || told["item"] < 2 {
		name, data := l.next()
		told[name]++
		if strings.Contains(data, "T002") {
			t.Errorf("heard of somebody else: %s", data)
		}
	}
	ask(t, h, "POST", "/demo/api/reset", "", 200)
	if name, _ := l.next(); name != "reset" {
		t.Errorf("after the reset: %s", name)
	}
}
