package wecom_test

import (
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/rules/school"
)

func (w *world) one(inner string) school.Delivery {
	w.t.Helper()
	ds := w.hear(inner)
	if len(ds) != 1 {
		w.t.Fatalf("%d deliveries of %s", len(ds), inner)
	}
	return ds[0]
}

func message(from, fields string) string {
	return "<xml><ToUserName><![CDATA[ww6a112864f8022910]]></ToUserName><FromUserName><![CDATA[" + from + "]]></FromUserName><CreateTime>1</CreateTime>" + fields + "<AgentID>1000002</AgentID></xml>"
}

func TestATeacherWritesWhatXMLForbids(t *testing.T) {
	w := newWorld(t)
	for written, heard := range map[string]string{
		"张三 未到校":             "张三 未到校",
		"张三\x0b未到校\x00":      "张三 未到校 ",
		"病假😷，]]> <xml>&amp;": "病假😷，]]> <xml>&amp;",
		"一\n二":               "一\n二",
	} {
		if d := w.one(w.fake.TextXML("LiMin", 1, written)); d.Text != heard || d.From != "LiMin" || d.Conversation != "direct" {
			t.Errorf("%q was heard as %q from %s", written, d.Text, d.From)
		}
	}
}

func TestFilesArriveByTheirMediaID(t *testing.T) {
	w := newWorld(t)
	for kind, mime := range map[string]string{"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4", "file": "application/octet-stream"} {
		d := w.one(message("limin", "<MsgType><![CDATA["+kind+"]]></MsgType><MediaId><![CDATA[M1]]></MediaId><MsgId>5</MsgId>"))
		if d.Kind != school.DeliveryMessage || d.Text != "" || len(d.Attachments) != 1 || d.Attachments[0].Media != "M1" || d.Attachments[0].Type != mime || d.Attachments[0].Name == "" {
			t.Errorf("%s: %+v", kind, d)
		}
	}
}

func TestALocationIsAnAttachment(t *testing.T) {
	w := newWorld(t)
	d := w.one(message("limin", "<MsgType>location</MsgType><Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Label><![CDATA[校门口]]></Label><MsgId>6</MsgId>"))
	if d.Text != "" || d.Attachments[0].Name != "校门口" || string(d.Attachments[0].Content) != "23.1,113.3" {
		t.Errorf("%+v", d)
	}
}

func TestWhatNeedsNoAttentionIsAcknowledgedAndIgnored(t *testing.T) {
	w := newWorld(t)
	for name, inner := range map[string]string{
		"opening the app":       w.fake.EventXML("limin", "enter_agent", "<EventKey></EventKey>"),
		"joining the scope":     w.fake.EventXML("limin", "subscribe", ""),
		"a menu of a card":      w.fake.EventXML("limin", "template_card_menu_event", "<EventKey>x</EventKey><TaskId>c@1</TaskId>"),
		"a location report":     w.fake.EventXML("limin", "LOCATION", ""),
		"an unknown event":      w.fake.EventXML("limin", "something_new", ""),
		"an unknown message":    message("limin", "<MsgType>hologram</MsgType><MsgId>7</MsgId>"),
		"a link":                message("limin", "<MsgType>link</MsgType><Title>t</Title><MsgId>8</MsgId>"),
		"an empty text":         message("limin", "<MsgType>text</MsgType><Content></Content><MsgId>9</MsgId>"),
		"a card of another app": w.fake.EventXML("limin", "template_card_event", "<EventKey>ok</EventKey><TaskId>foreign</TaskId>"),
	} {
		if ds := w.hear(inner); len(ds) != 0 {
			t.Errorf("%s gave %+v", name, ds)
		}
	}
}

func TestTheAdministratorHearsThatTheAppWillBeSwitchedOff(t *testing.T) {
	w := newWorld(t)
	for _, event := range []string{"inactive_alert", "close_inactive_agent", "low_active"} {
		d := w.one(w.fake.EventXML("sys", event, "<EffectTime>1</EffectTime>"))
		if d.Kind != school.DeliveryEvent || d.Event != bot.EventInactive || d.Fields["code"] != event || !strings.Contains(d.Fields["text"], "企业微信") {
			t.Errorf("%s: %+v", event, d)
		}
	}
}

// FromUserName and CreateTime collide for events of one second; the content does not.
func TestTwoEventsOfOneSecondAreTwo(t *testing.T) {
	w := newWorld(t)
	press := func(button string) string {
		return w.one(w.fake.EventXML("limin", "template_card_event", "<EventKey>"+button+"</EventKey><TaskId>card@1</TaskId>")).Key
	}
	if press("confirm") == press("cancel") || press("confirm") != press("confirm") {
		t.Error("the keys of two presses of one second")
	}
	if key := press("confirm"); !strings.HasPrefix(key, "wecom/main:evt:") || len(key) != len("wecom/main:evt:")+64 {
		t.Errorf("key %s", key)
	}
}

func TestAPressCarriesEverythingChosen(t *testing.T) {
	w := newWorld(t)
	item := func(q string, options ...string) string {
		return "<SelectedItem><QuestionKey>" + q + "</QuestionKey><OptionIds><OptionId>" + strings.Join(options, "</OptionId><OptionId>") + "</OptionId></OptionIds></SelectedItem>"
	}
	d := w.one(w.fake.EventXML("limin", "template_card_event", "<EventKey>submit</EventKey><TaskId>card@k</TaskId><ResponseCode>RC</ResponseCode><SelectedItems>"+
		item("kind", "sick")+item("who", "a", "b")+item("open", "-")+"<SelectedItem><QuestionKey>none</QuestionKey></SelectedItem></SelectedItems>"))
	if d.Card != "card" || d.Button != "submit" || d.Code != "RC" || d.Inputs["kind"] != "sick" || d.Inputs["who"] != "a,b" || len(d.Inputs) != 2 {
		t.Errorf("%+v", d)
	}
}
