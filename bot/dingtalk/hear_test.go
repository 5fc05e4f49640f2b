package dingtalk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
)

var morning = time.Date(2026, 10, 13, 8, 5, 0, 0, time.FixedZone("CST", 8*3600))

// hears reads one message to the robot that must be accepted.
func hears(t *testing.T, p *Platform, message string) []school.Delivery {
	t.Helper()
	c, err := p.robot([]byte(message), morning)
	if err != nil {
		t.Fatalf("%s: %v", message, err)
	}
	return c.Deliveries
}

func said(more string) string {
	return `{"msgId":"m1","conversationType":"1","conversationId":"cid1","senderStaffId":"limin","senderId":"$:LWCP_v1:$x","senderCorpId":"dingcorp",` +
		`"chatbotCorpId":"dingcorp","robotCode":"ding1","createAt":"1760313900000",` + more + `}`
}

func TestEveryKindOfMessageIsHeard(t *testing.T) {
	p := newPlatform(t)
	for name, c := range map[string]struct {
		message, text string
		files         []school.Attachment
	}{
		"a text":                      {`"msgtype":"text","text":{"content":" 张三 未到校 "}`, "张三 未到校", nil},
		"a text as one sample has it": {`"msgtype":"text","content":"张三 未到校"`, "张三 未到校", nil},
		"rich text with a picture": {`"msgtype":"richText","content":{"richText":[{"text":"张三"},{"text":" 病假"},{"type":"picture","downloadCode":"p1"}]}`, "张三 病假",
			[]school.Attachment{{Name: "图片.jpg", Type: "image/jpeg", Media: "p1"}}},
		"a picture":           {`"msgtype":"picture","content":{"downloadCode":"p2"}`, "", []school.Attachment{{Name: "图片.jpg", Type: "image/jpeg", Media: "p2"}}},
		"a voice, understood": {`"msgtype":"audio","content":{"duration":4000,"downloadCode":"a1","recognition":"张三今天没来"}`, "张三今天没来", nil},
		"a voice, not":        {`"msgtype":"audio","content":{"duration":4000,"downloadCode":"a2"}`, "", []school.Attachment{{Name: "语音.amr", Type: "audio/amr", Media: "a2"}}},
		"a file":              {`"msgtype":"file","content":{"fileName":"名单.xlsx","downloadCode":"f1"}`, "", []school.Attachment{{Name: "名单.xlsx", Type: "application/octet-stream", Media: "f1"}}},
		"a kind nobody knows": {`"msgtype":"interactiveCard","content":{"x":1}`, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			ds := hears(t, p, said(c.message))
			if len(ds) != 1 {
				t.Fatalf("%d deliveries", len(ds))
			}
			d := ds[0]
			if d.Text != c.text || fmt.Sprint(d.Attachments) != fmt.Sprint(c.files) || d.From != "limin" || d.Conversation != "direct" || d.Key != "dingtalk/main:msg:m1" || !d.At.Equal(morning) {
				t.Errorf("heard %+v", d)
			}
		})
	}
}

func TestAMessageInAGroupIsAnsweredThere(t *testing.T) {
	d := hears(t, newPlatform(t), strings.Replace(said(`"msgtype":"text","text":{"content":" 张三 未到校"}`), `"conversationType":"1"`, `"conversationType":2`, 1))[0]
	if d.Conversation != "group:cid1" || d.Text != "张三 未到校" {
		t.Errorf("heard %+v", d)
	}
}

// Whoever is not in the school's address book has no userId: they are told so,
// in the conversation they wrote in.
func TestSomebodyFromOutsideHasAnAddressOfTheirOwn(t *testing.T) {
	p := newPlatform(t)
	d := hears(t, p, strings.Replace(said(`"msgtype":"text","text":{"content":"你好"}`), `"senderStaffId":"limin"`, `"senderStaffId":""`, 1))[0]
	if !strings.HasPrefix(d.From, "outside:") || strings.Contains(d.From, "LWCP") {
		t.Errorf("from %q", d.From)
	}
	if ds := hears(t, p, `{"msgId":"m1","msgtype":"text","text":{"content":"x"}}`); len(ds) != 0 {
		t.Errorf("a message from nobody: %+v", ds)
	}
}

func TestAMessageWithoutItsWordsIsNeverAReport(t *testing.T) {
	for _, code := range []string{`"20001"`, `20001`} {
		d := hears(t, newPlatform(t), said(`"msgtype":"text","errorCode":`+code+`,"errorMessage":"quota"`))[0]
		if d.Kind != school.DeliveryEvent || d.Event != bot.EventQuota || d.Text != "" || d.From != "limin" {
			t.Errorf("heard %+v", d)
		}
	}
}

func TestWhatIsNotForUsIsRefused(t *testing.T) {
	p := newPlatform(t)
	good := said(`"msgtype":"text","text":{"content":"全到"}`)
	for name, c := range map[string]struct {
		message string
		want    error
	}{
		"another robot": {strings.Replace(good, `"robotCode":"ding1"`, `"robotCode":"ding2"`, 1), bot.ErrForged},
		"another corp":  {strings.Replace(good, `"chatbotCorpId":"dingcorp"`, `"chatbotCorpId":"other"`, 1), bot.ErrForged},
		"nonsense":      {`[]`, school.ErrInvalid},
		"nothing":       {`{}`, school.ErrInvalid},
	} {
		if c2, err := p.robot([]byte(c.message), morning); !errors.Is(err, c.want) || len(c2.Deliveries) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPressIsReadInBothSpellings(t *testing.T) {
	p := newPlatform(t)
	params := `{\"action\":\"submit\",\"form\":{\"kind\":{\"index\":0,\"value\":\"sick\"},\"reason\":\"发烧\",\"days\":2,\"who\":[\"a\",\"b\"],\"none\":null}}`
	for name, body := range map[string]string{
		"content, params inside": `"content":"{\"cardPrivateData\":{\"actionIds\":[\"1\"],\"params\":` + params + `}}"`,
		"value, params beside":   `"value":"{\"cardPrivateData\":{\"actionIds\":[\"1\"]},\"params\":` + params + `}"`,
	} {
		c, err := p.card([]byte(`{"type":"actionCallback","outTrackId":"card1.x","corpId":"dingcorp","userId":"limin",`+body+`}`), "push1", morning)
		if err != nil || len(c.Deliveries) != 1 {
			t.Fatalf("%s: %v", name, err)
		}
		d := c.Deliveries[0]
		if d.Kind != school.DeliveryPress || d.Card != "card1" || d.Button != "submit" || d.From != "limin" || fmt.Sprint(d.Inputs) != "map[days:2 kind:sick reason:发烧 who:a,b]" {
			t.Errorf("%s: heard %+v", name, d)
		}
	}
}

func TestTwoPressesAreTwoAndOnePushIsOne(t *testing.T) {
	p := newPlatform(t)
	key := func(push, user string) string {
		c, err := p.card([]byte(`{"outTrackId":"card1.x","userId":"`+user+`","content":"{\"cardPrivateData\":{\"params\":{\"action\":\"ack\"}}}"}`), push, morning)
		if err != nil {
			t.Fatal(err)
		}
		return c.Deliveries[0].Key
	}
	if key("1", "limin") != key("1", "limin") || key("1", "limin") == key("2", "limin") || key("1", "limin") == key("1", "wang") {
		t.Error("the keys of presses do not tell them apart")
	}
}

func TestAPressOnAForeignCardIsAnsweredAndForgotten(t *testing.T) {
	p := newPlatform(t)
	c, err := p.card([]byte(`{"outTrackId":"somebody-elses","userId":"limin","content":"{\"cardPrivateData\":{\"params\":{\"action\":\"ack\"}}}"}`), "1", morning)
	if err != nil || len(c.Deliveries) != 0 || string(c.Answer) != "{}" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := p.card([]byte(`{"outTrackId":"card1.x","userId":"limin","corpId":"other","content":"{}"}`), "1", morning); !errors.Is(err, bot.ErrForged) {
		t.Errorf("another corp: %v", err)
	}
}

// The answer shows the outcome to the presser: the card as it now is, and what
// was wrong when the press was refused.
func TestTheAnswerToAPressShowsWhatBecameOfIt(t *testing.T) {
	p := newPlatform(t)
	done := stageCard()
	done.State, done.Result = school.CardDone, "王老师 已提交"
	in := pushed{Track: "card1.x", User: "limin"}
	for name, c := range map[string]struct {
		what        bot.Pressed
		note, state string
	}{
		"done":                   {bot.Pressed{Known: true, Reply: school.Reply{OK: true, Text: "已提交"}, Card: &done}, "", stateDone},
		"too late":               {bot.Pressed{Known: true, Reply: school.Reply{Text: "已由王老师处理"}, Card: &done}, "已由王老师处理", stateDone},
		"not for a stranger":     {bot.Pressed{Known: true, Reply: school.Reply{Text: "您不在名单里"}}, "您不在名单里", ""},
		"still being worked on ": {bot.Pressed{}, "", ""},
	} {
		var answer repaint
		if err := json.Unmarshal(p.repaint(in, "card1", c.what), &answer); err != nil || !answer.Options.ByKey || !answer.Options.PrivateByKey {
			t.Fatalf("%s: %v", name, err)
		}
		if answer.Private != nil && answer.Private.Params[varNote] != c.note || answer.Private == nil && c.note != "" {
			t.Errorf("%s: note %v", name, answer.Private)
		}
		if answer.Data != nil && answer.Data.Params[varState] != c.state || answer.Data == nil && c.state != "" {
			t.Errorf("%s: card %v", name, answer.Data)
		}
	}
}

func TestTheThreeDoorsOfHTTPMode(t *testing.T) {
	v := sealed[0]
	p := newPlatform(t, func(s *Settings) {
		s.Mode, s.Token, s.AESKey, s.ClientID, s.RobotCode = ModeHTTP, v.token, v.key, v.owner, "ding1"
	})
	post := func(path, body string, headers ...string) (bot.Callback, error) {
		r := httptest.NewRequest(http.MethodPost, "https://bot.school.example/hooks/dingtalk/main"+path, strings.NewReader(body))
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return p.Receive(r, morning)
	}
	stamp := number(morning.UnixMilli())
	message := said(`"msgtype":"text","text":{"content":"全到"}`)
	c, err := post("", message, "timestamp", stamp, "sign", robotSign("secret", stamp))
	if err != nil || len(c.Deliveries) != 1 || string(c.Answer) != `{"msgtype":"empty"}` {
		t.Errorf("robot: %+v, %v", c, err)
	}
	old := number(morning.Add(-61 * time.Minute).UnixMilli())
	for name, headers := range map[string][]string{"no signature": {}, "wrong": {"timestamp", stamp, "sign", "x"}, "old": {"timestamp", old, "sign", robotSign("secret", old)}} {
		if _, err := post("", message, headers...); !errors.Is(err, bot.ErrForged) {
			t.Errorf("robot, %s: %v", name, err)
		}
	}

	press := `{"outTrackId":"card1.x","userId":"limin","content":"{\"cardPrivateData\":{\"params\":{\"action\":\"ack\"}}}"}`
	c, err = post("/card", press, "x-ddpaas-signature-timestamp", stamp, "x-ddpaas-signature", cardSign(p.cardSecret(), stamp))
	if err != nil || len(c.Deliveries) != 1 || c.Outcome == nil {
		t.Errorf("card: %+v, %v", c, err)
	}
	if _, err := post("/card", press, "timestamp", stamp, "sign", robotSign("secret", stamp)); !errors.Is(err, bot.ErrForged) {
		t.Errorf("a press with the robot's signature: %v", err)
	}

	for _, q := range []string{"signature=" + v.signature + "&timestamp=" + v.timestamp, "msg_signature=" + v.signature + "&timeStamp=" + v.timestamp} {
		c, err = post("/event?"+q+"&nonce="+v.nonce, `{"encrypt":"`+v.encrypt+`"}`)
		if err != nil || len(c.Deliveries) != 0 {
			t.Fatalf("event: %v", err)
		}
		var answer struct {
			Signature string `json:"msg_signature"`
			Stamp     string `json:"timeStamp"`
			Nonce     string `json:"nonce"`
			Encrypt   string `json:"encrypt"`
		}
		if err := json.Unmarshal(c.Answer, &answer); err != nil || !p.crypt.genuine(answer.Signature, answer.Stamp, answer.Nonce, answer.Encrypt) {
			t.Fatalf("the acknowledgement is not signed: %s", c.Answer)
		}
		if plain, err := p.crypt.open(answer.Encrypt); err != nil || string(plain) != "success" {
			t.Errorf("acknowledged with %q, %v", plain, err)
		}
	}
	if _, err := post("/event?signature=x&timestamp=1&nonce=2", `{"encrypt":"`+v.encrypt+`"}`); !errors.Is(err, bot.ErrForged) {
		t.Errorf("a forged event: %v", err)
	}
}

// Contact events cost nothing; those of the home-school book do.
func TestOnlyCountedEventsAreCounted(t *testing.T) {
	p := newPlatform(t)
	pushes := 0
	p.deps.Spent = func(_ string, n int) { pushes += n }
	for _, e := range []string{"user_add_org", "org_dept_create", "edu_user_insert", "check_url"} {
		if _, err := p.event(eventHead{Type: e}, []byte(`{}`), morning); err != nil {
			t.Fatal(err)
		}
	}
	if pushes != 1 {
		t.Errorf("%d counted", pushes)
	}
	c, err := p.event(eventHead{ID: "e1", Type: "edu_user_insert"}, []byte(`{"errCode":20001}`), morning)
	if err != nil || len(c.Deliveries) != 1 || c.Deliveries[0].Event != bot.EventQuota || c.Deliveries[0].From != "" {
		t.Errorf("an event without content: %+v, %v", c, err)
	}
}

func FuzzHear(f *testing.F) {
	f.Add(said(`"msgtype":"richText","content":{"richText":[{"text":"张三"}]}`))
	f.Add(`{"outTrackId":"card1.x","userId":"limin","content":"{\"cardPrivateData\":{\"params\":{\"action\":\"ack\",\"form\":{\"a\":[[]]}}}}"}`)
	p, err := New(Settings{Account: "main", ClientID: "ding1", ClientSecret: "secret"}, Deps{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if c, err := p.robot([]byte(raw), morning); err != nil && len(c.Deliveries) > 0 {
			t.Error("heard what was refused")
		}
		_, _ = p.card([]byte(raw), "1", morning)
		_, _ = p.event(eventHead{}, []byte(raw), morning)
	})
}
