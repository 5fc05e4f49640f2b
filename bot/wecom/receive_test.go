package wecom_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

// platformOf makes the app a vector was made for.
func platformOf(t *testing.T, name string) (*wecom.Platform, map[string]string, url.Values) {
	t.Helper()
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for _, row := range all {
		v := map[string]string{}
		for k, x := range row {
			v[k], _ = x.(string)
		}
		if !strings.HasPrefix(v["name"], name) {
			continue
		}
		agent := 1000002
		if name == "C" {
			agent = 218
		}
		p, err := wecom.New(wecom.Settings{Account: "main", CorpID: v["receiveid"], AgentID: agent, Secret: "s", Token: v["token"], EncodingAESKey: v["encoding_aes_key"]}, wecom.Deps{})
		if err != nil {
			t.Fatal(err)
		}
		return p, v, url.Values{"msg_signature": {v["msg_signature"]}, "timestamp": {v["timestamp"]}, "nonce": {v["nonce"]}}
	}
	t.Fatalf("no vector %s", name)
	return nil, nil, nil
}

func TestTheConsoleChecksTheURL(t *testing.T) {
	for _, name := range []string{"A", "E"} {
		p, v, q := platformOf(t, name)
		q.Set("echostr", v["encrypt"])
		q.Set("extra", "parameters do not take part in the signature")
		c, err := p.Receive(httptest.NewRequest(http.MethodGet, "/hooks/wecom/main?"+q.Encode(), nil), morning)
		if err != nil || string(c.Answer) != v["plaintext"] || len(c.Deliveries) != 0 {
			t.Errorf("%s: answered %q, %v", name, c.Answer, err)
		}
	}
}

func TestTheURLCheckRefusesAWrongSignatureAndDoesNotEcho(t *testing.T) {
	p, v, q := platformOf(t, "A")
	q.Set("echostr", v["encrypt"])
	q.Set("timestamp", "1583940691")
	c, err := p.Receive(httptest.NewRequest(http.MethodGet, "/hooks/wecom/main?"+q.Encode(), nil), morning)
	if !errors.Is(err, bot.ErrForged) || !errors.Is(err, school.ErrForbidden) || len(c.Answer) > 0 {
		t.Errorf("answered %q, %v", c.Answer, err)
	}
}

// The '+' of Base64 is the classical trap: it arrives as %2B and is decoded once.
func TestTheQueryIsDecodedOnce(t *testing.T) {
	p, v, q := platformOf(t, "E")
	if !strings.Contains(v["encrypt"], "+") {
		t.Fatal("the vector has no + any more")
	}
	raw := q.Encode() + "&echostr=" + strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(v["encrypt"])
	if c, err := p.Receive(httptest.NewRequest(http.MethodGet, "/hooks/wecom/main?"+raw, nil), morning); err != nil || string(c.Answer) != v["plaintext"] {
		t.Errorf("answered %q, %v", c.Answer, err)
	}
	twice := strings.ReplaceAll(raw, "%2B", "%252B")
	if _, err := p.Receive(httptest.NewRequest(http.MethodGet, "/hooks/wecom/main?"+twice, nil), morning); !errors.Is(err, bot.ErrForged) {
		t.Errorf("decoded twice: %v", err)
	}
}

func TestTheSampleMessagesAreHeard(t *testing.T) {
	for name, want := range map[string]school.Delivery{
		"B": {Key: "wecom/main:msg:2018405441", From: "foobar", Text: "x123"},
		"C": {Key: "wecom/main:msg:4561255354251345929", From: "mycreate", Text: "hello"},
	} {
		p, v, q := platformOf(t, name)
		body := "<xml><ToUserName><![CDATA[" + v["receiveid"] + "]]></ToUserName><AgentID><![CDATA[x]]></AgentID><Encrypt><![CDATA[" + v["encrypt"] + "]]></Encrypt></xml>"
		c, err := p.Receive(httptest.NewRequest(http.MethodPost, "/hooks/wecom/main?"+q.Encode(), strings.NewReader(body)), morning)
		if err != nil || len(c.Deliveries) != 1 || len(c.Answer) != 0 {
			t.Fatalf("%s: %d deliveries, answer %q, %v", name, len(c.Deliveries), c.Answer, err)
		}
		d := c.Deliveries[0]
		if d.Key != want.Key || d.From != want.From || d.Text != want.Text || d.Kind != school.DeliveryMessage || d.Platform != "wecom/main" {
			t.Errorf("%s: heard %+v", name, d)
		}
	}
}

func TestAMessageForAnotherAppIsRefused(t *testing.T) {
	w := newWorld(t)
	inner := strings.Replace(w.fake.TextXML("limin", 1, "张三 未到校"), "<AgentID>1000002<", "<AgentID>1000003<", 1)
	if _, err := w.Receive(w.fake.Request("http://x/hooks/wecom/main", inner), morning); !errors.Is(err, bot.ErrForged) {
		t.Errorf("accepted: %v", err)
	}
}

// The real way of a message: WeCom posts it, up to three times.
func TestWeComDeliversUntilItIsAcknowledged(t *testing.T) {
	w := newWorld(t)
	var heard []school.Delivery
	down := 2
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		c, err := w.Receive(r, w.clock.Now())
		if err != nil {
			rw.WriteHeader(http.StatusForbidden)
			return
		}
		heard = append(heard, c.Deliveries...)
		if len(c.Deliveries) > 0 && down > 0 {
			down--
			rw.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = rw.Write(c.Answer)
	}))
	t.Cleanup(hook.Close)
	w.fake.Callback = hook.URL + "/hooks/wecom/main"
	if err := w.fake.SavesURL(); err != nil {
		t.Fatal(err)
	}
	if err := w.fake.Member("limin").Says("张三 未到校"); err != nil {
		t.Fatal(err)
	}
	if len(heard) != 3 || heard[0].Key != heard[2].Key {
		t.Errorf("heard %d times, keys %v", len(heard), heard)
	}
	down = 3
	if err := w.fake.Member("limin").Says("李四 未到校"); err == nil {
		t.Error("WeCom did not give up after three attempts")
	}
}
