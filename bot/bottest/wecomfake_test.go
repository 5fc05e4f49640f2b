package bottest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guixiao/bot/bottest"
)

// A fake that forgives proves nothing: these tests are about what it refuses.

type fakeWorld struct {
	*bottest.WeCom
	t     *testing.T
	clock *bottest.Clock
}

func newFake(t *testing.T) *fakeWorld {
	clock := bottest.NewClock(time.Date(2026, 10, 13, 8, 5, 0, 0, time.UTC))
	f := &fakeWorld{WeCom: bottest.NewWeCom(clock.Now), t: t, clock: clock}
	t.Cleanup(f.Close)
	return f
}

// call posts a body with a good token and returns the answer.
func (f *fakeWorld) call(api, body string) map[string]any {
	f.t.Helper()
	return f.ask(api, url.Values{"access_token": {f.token()}}, body)
}

func (f *fakeWorld) token() string {
	f.t.Helper()
	a := f.ask("gettoken", url.Values{"corpid": {f.CorpID}, "corpsecret": {f.Secret}}, "")
	token, _ := a["access_token"].(string)
	return token
}

func (f *fakeWorld) ask(api string, q url.Values, body string) map[string]any {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, f.URL+"/cgi-bin/"+api+"?"+q.Encode(), strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	var a map[string]any
	if err := json.Unmarshal(raw, &a); err != nil {
		f.t.Fatalf("%s answered %s", api, raw)
	}
	return a
}

func code(a map[string]any) int { return int(a["errcode"].(float64)) }

func card(task, more string) string {
	return fmt.Sprintf(`{"touser":"limin","msgtype":"template_card","agentid":1000002,"template_card":{"card_type":"button_interaction","task_id":"%s","main_title":{"title":"张三 未到校"}%s,"button_list":[{"text":"收到","key":"ack"}]}}`, task, more)
}

func TestTheFakeRefusesWhatWeComRefuses(t *testing.T) {
	text := func(more string) string {
		return `{"touser":"limin","msgtype":"text","agentid":1000002,"text":{"content":"全到"}` + more + `}`
	}
	for name, c := range map[string]struct {
		body string
		want int
	}{
		"a good text":              {text(""), 0},
		"agentid as a string":      {strings.Replace(text(""), "1000002", `"1000002"`, 1), 40035},
		"a field nobody knows":     {text(`,"nonsense":1`), 40035},
		"another app":              {strings.Replace(text(""), "1000002", "1000003", 1), 301002},
		"HTML escapes":             {strings.Replace(text(""), "全到", `\u003ca\u003e`, 1), 40033},
		"an escaped backslash":     {strings.Replace(text(""), "全到", `\\u003c`, 1), 0},
		"no recipient":             {strings.Replace(text(""), "limin", "", 1), 82001},
		"a stranger":               {strings.Replace(text(""), "limin", "nobody", 1), 81013},
		"an empty text":            {strings.Replace(text(""), "全到", "", 1), 44004},
		"an unknown type":          {strings.Replace(text(""), `"text",`, `"hologram",`, 1), 40008},
		"a good card":              {card("case-1@v1", ""), 0},
		"a task with a space":      {card("case 1", ""), 42014},
		"no task":                  {card("", ""), 42014},
		"a long task":              {card(strings.Repeat("a", 129), ""), 42014},
		"an unknown card":          {strings.Replace(card("t1", ""), "button_interaction", "magic", 1), 42031},
		"a vote's field":           {card("t2", `,"checkbox":{"question_key":"q","option_list":[{"id":"a","text":"a"}]}`), 40035},
		"a nameless row":           {card("t3", `,"horizontal_content_list":[{"keyname":"","value":"x"}]`), 42027},
		"seven rows":               {card("t4", `,"horizontal_content_list":[`+strings.Repeat(`{"keyname":"k","value":"v"},`, 6)+`{"keyname":"k","value":"v"}]`), 42035},
		"a link to nowhere":        {card("t5", `,"card_action":{"type":1,"url":""}`), 42028},
		"a button without a key":   {strings.Replace(card("t6", ""), `"key":"ack"`, `"key":""`, 1), 42039},
		"a button without a text":  {strings.Replace(card("t7", ""), `"text":"收到"`, `"text":""`, 1), 42038},
		"a question without a key": {card("t8", `,"button_selection":{"question_key":"","title":"q","option_list":[{"id":"a","text":"a"}]}`), 42043},
		"two equal options":        {card("t9", `,"button_selection":{"question_key":"q","title":"q","option_list":[{"id":"a","text":"a"},{"id":"a","text":"b"}]}`), 42040},
		"an option without a text": {card("t10", `,"button_selection":{"question_key":"q","title":"q","option_list":[{"id":"a","text":""}]}`), 42041},
		"eleven options": {card("t11", `,"button_selection":{"question_key":"q","title":"q","option_list":[`+
			strings.TrimSuffix(strings.Repeat(`{"id":"a","text":"a"},`, 11), ",")+`]}`), 42037},
		"a card without a title": {strings.Replace(card("t12", ""), "张三 未到校", "", 1), 42033},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.Member("LiMin")
			if got := code(f.call("message/send", c.body)); got != c.want {
				t.Errorf("errcode %d, want %d", got, c.want)
			}
		})
	}
}

func TestTheFakeKeepsTokens(t *testing.T) {
	f := newFake(t)
	first := f.token()
	if again := f.token(); again != first {
		t.Error("a second token while the first is valid")
	}
	for token, want := range map[string]int{"": 41001, "invented": 40014, first: 404} {
		if got := code(f.ask("no/such/api", url.Values{"access_token": {token}}, "")); got != want {
			t.Errorf("token %.8q: %d, want %d", token, got, want)
		}
	}
	f.EndToken(40014)
	if got := code(f.ask("agent/get", url.Values{"access_token": {first}}, "")); got != 40014 {
		t.Errorf("ended early: %d", got)
	}
	second := f.token()
	f.clock.Advance(2 * time.Hour)
	if got := code(f.ask("agent/get", url.Values{"access_token": {second}}, "")); got != 42001 || second == first {
		t.Errorf("after two hours: %d", got)
	}
	for range 5 {
		if got := code(f.ask("gettoken", url.Values{"corpid": {f.CorpID}, "corpsecret": {"wrong"}}, "")); got != 40001 {
			t.Errorf("a wrong secret: %d", got)
		}
	}
	if got := code(f.ask("gettoken", url.Values{"corpid": {f.CorpID}, "corpsecret": {f.Secret}}, "")); got != 45009 {
		t.Errorf("after five wrong secrets the IP is banned: %d", got)
	}
}

func TestTheFakeSpendsCodesOnce(t *testing.T) {
	f := newFake(t)
	f.Member("LiMin")
	f.Member("wang")
	sent := f.call("message/send", card("case-1@v1", ""))
	update := func(rc any, user string) int {
		return code(f.call("message/update_template_card", fmt.Sprintf(`{"userids":["%s"],"agentid":1000002,"response_code":"%v","button":{"replace_name":"已处理"}}`, user, rc)))
	}
	for name, c := range map[string]struct {
		got, want int
	}{
		"an invented code":           {update("x", "limin"), 60140},
		"somebody who never got it":  {update(sent["response_code"], "wang"), 82102},
		"the code of the sending":    {update(sent["response_code"], "LIMIN"), 0},
		"the same task again":        {code(f.call("message/send", card("case-1@v1", ""))), 42014},
		"both forms of update":       {code(f.call("message/update_template_card", `{"userids":["limin"],"agentid":1000002,"response_code":"x"}`)), 40035},
		"an unknown message":         {code(f.call("message/recall", `{"msgid":"x"}`)), 40058},
		"a message of its own":       {code(f.call("message/recall", fmt.Sprintf(`{"msgid":"%v"}`, sent["msgid"]))), 0},
		"parents nobody knows":       {code(f.call("externalcontact/message/send", `{"recv_scope":0,"to_parent_userid":["x"],"agentid":1000002,"msgtype":"text","text":{"content":"x"}}`)), 0},
		"a card to parents":          {code(f.call("externalcontact/message/send", `{"recv_scope":0,"to_parent_userid":["x"],"agentid":1000002,"msgtype":"template_card"}`)), 40008},
		"a school notice to nobody":  {code(f.call("externalcontact/message/send", `{"recv_scope":0,"agentid":1000002,"msgtype":"text","text":{"content":"x"}}`)), 40035},
		"a school notice of old use": {code(f.call("externalcontact/message/send", `{"to_external_user":["x"],"agentid":1000002,"msgtype":"text","text":{"content":"x"}}`)), 40035},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", name, c.got, c.want)
		}
	}
	if got := update(sent["response_code"], "limin"); got != 60140 {
		t.Errorf("the same code twice: %d", got)
	}
}

func TestTheFakeDropsSilentlyWhatIsTooMuch(t *testing.T) {
	f := newFake(t)
	li := f.Member("LiMin")
	for i := range 31 {
		if got := code(f.call("message/send", fmt.Sprintf(`{"touser":"limin","msgtype":"text","agentid":1000002,"text":{"content":"%d"}}`, i))); got != 0 {
			t.Fatalf("message %d: %d", i, got)
		}
	}
	if len(li.Inbox()) != 30 || f.Dropped() != 1 {
		t.Errorf("%d arrived, %d dropped", len(li.Inbox()), f.Dropped())
	}
}

func TestTheFakeDeliversARepeatOnce(t *testing.T) {
	f := newFake(t)
	li := f.Member("LiMin")
	body := `{"touser":"limin","msgtype":"text","agentid":1000002,"text":{"content":"全到"},"enable_duplicate_check":1}`
	f.call("message/send", body)
	f.call("message/send", body)
	f.clock.Advance(31 * time.Minute)
	f.call("message/send", body)
	if got := len(li.Texts()); got != 2 {
		t.Errorf("%d arrived", got)
	}
}

func TestTheFakeCutsAndComplains(t *testing.T) {
	f := newFake(t)
	f.Member("LiMin")
	f.call("message/send", `{"touser":"limin","msgtype":"text","agentid":1000002,"text":{"content":"`+strings.Repeat("长", 700)+`"}}`)
	f.call("message/send", strings.Replace(card("t1", ""), "张三 未到校", strings.Repeat("长", 37), 1))
	if got := f.Complaints(); len(got) != 2 {
		t.Errorf("complaints %q", got)
	}
}

func TestWithoutACallbackTheFakeRefusesCards(t *testing.T) {
	f := newFake(t)
	f.Member("LiMin")
	f.WithoutCallback()
	if got := code(f.call("message/send", card("t1", ""))); got != 43012 {
		t.Errorf("errcode %d", got)
	}
}
