package bottest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"guixiao/bot/bottest"
)

// The fake of DingTalk must be as unforgiving as the real one.

const (
	batchSend  = "POST /v1.0/robot/oToMessages/batchSend"
	createCard = "POST /v1.0/card/instances/createAndDeliver"
	putCard    = "PUT /v1.0/card/instances"
	workSend   = "POST /topapi/message/corpconversation/asyncsend_v2"
	openStream = "POST /v1.0/gateway/connections/open"
)

type dingWorld struct {
	*bottest.DingTalk
	t     *testing.T
	clock *bottest.Clock
}

func newDing(t *testing.T) *dingWorld {
	clock := bottest.NewClock(time.Date(2026, 10, 13, 8, 5, 0, 0, time.UTC))
	f := &dingWorld{DingTalk: bottest.NewDingTalk(clock.Now), t: t, clock: clock}
	t.Cleanup(f.Close)
	f.Staff("limin")
	return f
}

// raw makes one call; the token goes where the host wants it.
func (f *dingWorld) raw(api, token, body string) (int, map[string]any) {
	f.t.Helper()
	method, path, _ := strings.Cut(api, " ")
	base := f.API
	if !strings.HasPrefix(path, "/v1.0/") {
		base, path = f.OAPI, path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"access_token="+url.QueryEscape(token)
	}
	req, err := http.NewRequestWithContext(f.t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("x-acs-dingtalk-access-token", token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	var a map[string]any
	if err := json.Unmarshal(text, &a); err != nil {
		f.t.Fatalf("%s answered %s", api, text)
	}
	return res.StatusCode, a
}

func (f *dingWorld) token() string {
	f.t.Helper()
	_, a := f.raw("POST /v1.0/oauth2/accessToken", "", fmt.Sprintf(`{"appKey":%q,"appSecret":%q}`, f.ClientID, f.ClientSecret))
	token, _ := a["accessToken"].(string)
	return token
}

// call says how the call ended: "ok", the code of the new API or the errcode.
func (f *dingWorld) call(api, body string) string {
	f.t.Helper()
	status, a := f.raw(api, f.token(), body)
	switch code, errcode := a["code"], a["errcode"]; {
	case code != nil:
		return fmt.Sprint(status, " ", code)
	case errcode != nil && errcode.(float64) != 0:
		return fmt.Sprintf("%.0f", errcode)
	}
	return "ok"
}

func sample(robot, users, key, param string) string {
	raw, _ := json.Marshal(param)
	return fmt.Sprintf(`{"robotCode":%q,"userIds":%s,"msgKey":%q,"msgParam":%s}`, robot, users, key, raw)
}

func TestDingTalkRefusesWhatTheSheetSays(t *testing.T) {
	const robot = "dingqwertyuiop123456"
	text := sample(robot, `["limin"]`, "sampleText", `{"content":"全到"}`)
	card := func(more string) string {
		return `{"cardTemplateId":"8f250f96-da0f-4c9f-8302-740fa0ced1f5.schema","outTrackId":"t1","callbackType":"STREAM",` +
			`"cardData":{"cardParamMap":{"title":"张三 未到校"` + more + `}},"openSpaceId":"dtv1.card//IM_ROBOT.limin",` +
			`"imRobotOpenDeliverModel":{"spaceType":"IM_ROBOT","robotCode":"` + robot + `"}}`
	}
	work := func(msg string) string { return `{"agent_id":2831150001,"userid_list":"limin","msg":` + msg + `}` }
	for name, c := range map[string]struct{ api, body, want string }{
		"a good text":               {batchSend, text, "ok"},
		"a field nobody knows":      {batchSend, strings.Replace(text, "{", `{"x":1,`, 1), "400 invalidParameter"},
		"another robot":             {batchSend, strings.Replace(text, robot, "dingother", 1), "400 invalidParameter.robotCode.auth"},
		"msgParam as an object":     {batchSend, strings.Replace(text, `"{\"content\":\"全到\"}"`, `{"content":"全到"}`, 1), "400 invalidParameter"},
		"a number in msgParam":      {batchSend, sample(robot, `["limin"]`, "sampleText", `{"content":1}`), "400 invalidParameter.msgParam.invalid"},
		"a key of another msgKey":   {batchSend, sample(robot, `["limin"]`, "sampleText", `{"text":"x"}`), "400 invalidParameter.msgParam.invalid"},
		"URL where Url is meant":    {batchSend, sample(robot, `["limin"]`, "sampleActionCard6", `{"title":"a","text":"b","buttonTitle1":"c","buttonURL1":"https://x","buttonTitle2":"d","buttonURL2":"https://y"}`), "400 invalidParameter.msgParam.invalid"},
		"an unknown msgKey":         {batchSend, sample(robot, `["limin"]`, "sampleHologram", `{}`), "400 invalidParameter.msgKey.invalid"},
		"15001 bytes":               {batchSend, sample(robot, `["limin"]`, "sampleText", `{"content":"`+strings.Repeat("x", 15000)+`"}`), "400 invalidParameter.msgParam.tooLong"},
		"nobody":                    {batchSend, sample(robot, `[]`, "sampleText", `{"content":"x"}`), "400 invalidParameter.userIds.empty"},
		"21 people":                 {batchSend, sample(robot, `["a"`+strings.Repeat(`,"a"`, 20)+`]`, "sampleText", `{"content":"x"}`), "400 invalidParameter.userIds.overMax"},
		"an unknown group":          {"POST /v1.0/robot/groupMessages/send", strings.Replace(text, `"userIds":["limin"]`, `"openConversationId":"cid"`, 1), "400 invalid.openConversationId"},
		"a good card":               {createCard, card(""), "ok"},
		"a template nobody made":    {createCard, strings.Replace(card(""), "8f250f96", "9", 1), "400 param.templateNotExist"},
		"a number on a card":        {createCard, card(`,"n":1`), "400 invalidParameter"},
		"a long value on a card":    {createCard, card(`,"n":"` + strings.Repeat("长", 342) + `"`), "400 param.cardDataTooLong"},
		"lower-case callbackType":   {createCard, strings.Replace(card(""), "STREAM", "stream", 1), "400 param.callbackTypeInvalid"},
		"a space of another kind":   {createCard, strings.Replace(card(""), "IM_ROBOT.limin", "IM_MOON.limin", 1), "400 param.openSpaceIdInvalid"},
		"a card without deliver":    {createCard, strings.Replace(card(""), "imRobotOpenDeliverModel", "imRobotOpenSpaceModel", 1), "400 invalidParameter"},
		"an update of nothing":      {putCard, `{"outTrackId":"none","cardData":{"cardParamMap":{"a":"b"}}}`, "400 param.cardNotExist"},
		"an empty update":           {putCard, `{"outTrackId":"none"}`, "400 param.cardDataAndPrivateDataBothEmpty"},
		"a good work notification":  {workSend, work(`{"msgtype":"text","text":{"content":"张三 10-13 上午未到校"}}`), "ok"},
		"another agent":             {workSend, strings.Replace(work(`{"msgtype":"text","text":{"content":"x"}}`), "2831150001", "1", 1), "70003"},
		"agent_id as a text":        {workSend, strings.Replace(work(`{"msgtype":"text","text":{"content":"x"}}`), "2831150001", `"2831150001"`, 1), "40035"},
		"a stranger":                {workSend, strings.Replace(work(`{"msgtype":"text","text":{"content":"x"}}`), "limin", "nobody", 1), "33012"},
		"a message of 2049 bytes":   {workSend, work(`{"msgtype":"text","text":{"content":"` + strings.Repeat("x", 2049) + `"}}`), "1430002"},
		"a button title of 21":      {workSend, work(`{"msgtype":"action_card","action_card":{"title":"a","markdown":"b","single_title":"` + strings.Repeat("长", 21) + `","single_url":"https://x"}}`), "40035"},
		"a code nobody sent":        {"POST /v1.0/robot/messageFiles/download", `{"robotCode":"` + robot + `","downloadCode":"x"}`, "400 invalidParameter.robotCode.downloadCode"},
		"a DING to nobody":          {"POST /v1.0/robot/ding/send", `{"robotCode":"` + robot + `","remindType":1,"receiverUserIdList":[],"content":"x"}`, "400 miss.staffId"},
		"a paid DING":               {"POST /v1.0/robot/ding/send", `{"robotCode":"` + robot + `","remindType":3,"receiverUserIdList":["limin"],"content":"x"}`, "400 ding.serverquota.insufficient"},
		"a page of 31 guardians":    {"POST /topapi/edu/user/list", `{"class_id":500,"role":"guardian","page_no":1,"page_size":31}`, "400002"},
		"a session that never was":  {"POST /robot/sendBySession?session=x", `{"msgtype":"text","text":{"content":"x"}}`, "300001"},
		"a callback over http":      {"POST /v1.0/card/callbacks/register", `{"callbackRouteKey":"k","callbackUrl":"http://x/y","apiSecret":"s"}`, "400 param.callbackUrlInvalid"},
		"a code that was not given": {"POST /topapi/v2/user/getuserinfo", `{"code":"x"}`, "40078"},
		"an unknown subscription":   {openStream, `{"clientId":"dingqwertyuiop123456","clientSecret":"s3cr3t-of-the-app-ABCDEFGHIJKLMNOPQRSTUVWXYZ","subscriptions":[{"type":"CALLBACK","topic":"/x"}]}`, "400 invalidParameter.subscriptions"},
		"wrong credentials":         {openStream, `{"clientId":"dingqwertyuiop123456","clientSecret":"x","subscriptions":[]}`, "401 authFailed"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newDing(t)
			if got := f.call(c.api, c.body); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestTokensOfDingTalk(t *testing.T) {
	f := newDing(t)
	first := f.token()
	if f.token() != first {
		t.Error("a second token while the first is valid")
	}
	want := func(name, token, code string, errcode int) {
		t.Helper()
		if status, a := f.raw(batchSend, token, "{}"); a["code"] != code || status != 400 {
			t.Errorf("%s: new API %d %v", name, status, a)
		}
		if _, a := f.raw("POST /topapi/v2/user/get", token, "{}"); a["errcode"] != float64(errcode) {
			t.Errorf("%s: old API %v", name, a)
		}
	}
	want("invented", "x", "InvalidAuthentication", 40014)
	want("none", "", "Missingx-acs-dingtalk-access-token", 41001)
	f.clock.Advance(2 * time.Hour)
	want("after two hours", first, "InvalidAuthentication", 42001)
	second := f.token()
	f.EndTokens()
	want("ended early", second, "InvalidAuthentication", 40014)
	if _, a := f.raw("POST /v1.0/oauth2/accessToken", "", `{"appKey":"x","appSecret":"y"}`); a["code"] != "invalidClientIdOrSecret" {
		t.Errorf("wrong secret: %v", a)
	}
}

func TestDingTalkTellsPartialFailuresApart(t *testing.T) {
	f := newDing(t)
	f.Staff("wang").HoldBack()
	f.Staff("gone").Hide()
	f.Guardian("mother")
	_, a := f.raw(batchSend, f.token(), sample(f.RobotCode, `["limin","wang","gone","mother","nobody"]`, "sampleText", `{"content":"全到"}`))
	if fmt.Sprint(a["invalidStaffIdList"], a["flowControlledStaffIdList"]) != "[gone mother nobody] [wang]" || len(f.Staff("limin").Texts()) != 1 {
		t.Errorf("answered %v", a)
	}
}

func TestTheSameWorkNotificationArrivesOnceADay(t *testing.T) {
	f := newDing(t)
	mother := f.Guardian("mother")
	f.Guardian("asleep").Sleep()
	send := func() string {
		return f.call(workSend, `{"agent_id":2831150001,"userid_list":"mother,asleep","msg":{"msgtype":"text","text":{"content":"张三未到校"}}}`)
	}
	for range 3 {
		if got := send(); got != "ok" {
			t.Fatalf("DingTalk says nothing about it: %s", got)
		}
	}
	if got := len(mother.Texts()); got != 1 {
		t.Errorf("%d arrived on one day", got)
	}
	_, a := f.raw("POST /topapi/message/corpconversation/getsendresult", f.token(), `{"agent_id":2831150001,"task_id":256271667002}`)
	if text := fmt.Sprint(a); !strings.Contains(text, "143106") || !strings.Contains(text, "failed_user_id_list:[asleep]") {
		t.Errorf("the result hides it: %v", a)
	}
	f.clock.Advance(24 * time.Hour)
	send()
	if got := len(mother.Texts()); got != 2 {
		t.Errorf("%d arrived on two days", got)
	}
}

func TestTheMonthOfDingTalkEnds(t *testing.T) {
	f := newDing(t)
	f.Quota(2, 1)
	text := sample(f.RobotCode, `["limin"]`, "sampleText", `{"content":"全到"}`)
	for _, want := range []string{"ok", "ok", "403 Forbidden.AccessDenied.ApiCountLimitForOrg"} {
		if got := f.call(batchSend, text); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := f.call("POST /topapi/v2/user/get", `{"userid":"limin"}`); got != "ok" {
		t.Errorf("the address book is free: %s", got)
	}
	for range 2 {
		_ = f.Staff("limin").Says("张三未到校") // nobody hears it, but it is charged, as long as there is something left
		if calls, pushes := f.Charged(); calls != 2 || pushes != 1 {
			t.Errorf("charged %d calls and %d pushes", calls, pushes)
		}
	}
	f.clock.Advance(31 * 24 * time.Hour)
	token := f.token()
	if status, a := f.raw(batchSend, token, text); status != 200 {
		t.Errorf("a new month: %v", a)
	}
	f.QPS = 1
	if _, a := f.raw(batchSend, token, text); a["code"] != "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi" {
		t.Errorf("the second call of a second: %v", a)
	}
}

func TestDingTalkComplainsAboutWhatItWouldShowBadly(t *testing.T) {
	f := newDing(t)
	for _, text := range []string{"a\\nb", "a  \\n  b", "a\\n\\nb", "a\\n> b"} {
		f.call(batchSend, sample(f.RobotCode, `["limin"]`, "sampleMarkdown", `{"title":"t","text":"`+text+`"}`))
	}
	if got := f.Complaints(); len(got) != 1 {
		t.Errorf("complaints %q", got)
	}
}

// stream is a connected client that answers as told.
func (f *dingWorld) stream(answer func(frame map[string]any) string) {
	f.t.Helper()
	_, a := f.raw(openStream, "", fmt.Sprintf(`{"clientId":%q,"clientSecret":%q,"subscriptions":[{"type":"EVENT","topic":"*"},{"type":"CALLBACK","topic":"/v1.0/im/bot/messages/get"},{"type":"CALLBACK","topic":"/v1.0/card/instances/callback"}]}`,
		f.ClientID, f.ClientSecret))
	conn, _, err := websocket.Dial(f.t.Context(), a["endpoint"].(string)+"?ticket="+url.QueryEscape(a["ticket"].(string)), nil)
	if err != nil {
		f.t.Fatal(err)
	}
	go func() {
		for {
			_, raw, err := conn.Read(context.Background())
			if err != nil {
				return
			}
			var frame map[string]any
			_ = json.Unmarshal(raw, &frame)
			if text := answer(frame); text != "" {
				_ = conn.Write(context.Background(), websocket.MessageText, []byte(text))
			}
		}
	}()
	f.t.Cleanup(func() { _ = conn.CloseNow() })
	if err := f.Connected(f.t.Context(), 1); err != nil {
		f.t.Fatal(err)
	}
}

func ack(frame map[string]any, data string) string {
	headers := frame["headers"].(map[string]any)
	raw, _ := json.Marshal(map[string]any{"code": 200, "message": "OK", "data": data,
		"headers": map[string]any{"messageId": headers["messageId"], "contentType": "application/json"}})
	return string(raw)
}

func TestTheStreamOfDingTalk(t *testing.T) {
	f := newDing(t)
	if err := f.Staff("limin").Says("全到"); err == nil || f.Unheard() != 1 {
		t.Error("a push nobody could hear")
	}
	f.stream(func(frame map[string]any) string {
		if frame["type"] == "SYSTEM" {
			return ack(frame, frame["data"].(string))
		}
		return ack(frame, `{"response":null,"status":"SUCCESS"}`)
	})
	if err := f.Staff("limin").Says("全到"); err != nil {
		t.Error(err)
	}
	if err := f.Event("user_add_org", "e1", map[string]any{"userId": []string{"x"}}); err != nil {
		t.Error(err)
	}
	if err := f.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if got := f.Complaints(); len(got) > 0 {
		t.Errorf("complaints %q", got)
	}
	if err := f.Disconnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := f.Staff("limin").Says("全到"); err == nil {
		t.Error("a socket that drains brought a message")
	}
	f.stream(func(frame map[string]any) string { return ack(frame, "no JSON") })
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if f.Ping(ctx) == nil {
			t.Error("a bad acknowledgement was taken")
		}
		cancel()
	}
	if got := f.Complaints(); len(got) == 0 {
		t.Error("nobody complained about an acknowledgement without JSON")
	}
}

func TestAPressRepaintsForThePresserOnly(t *testing.T) {
	f := newDing(t)
	wang := f.Staff("wang")
	body := fmt.Sprintf(`{"cardTemplateId":%q,"outTrackId":"t1","callbackType":"STREAM","cardData":{"cardParamMap":{"title":"张三","status":"open"}},`+
		`"openSpaceId":"dtv1.card//IM_ROBOT.limin;dtv1.card//IM_ROBOT.wang","imRobotOpenDeliverModel":{"spaceType":"IM_ROBOT","robotCode":%q}}`, f.Template, f.RobotCode)
	if got := f.call(createCard, body); got != "ok" {
		t.Fatal(got)
	}
	if got := f.call(createCard, body); got != "400 param.cardAlreadyExist" {
		t.Errorf("the same outTrackId again: %s", got)
	}
	f.stream(func(frame map[string]any) string {
		return ack(frame, `{"response":{"cardUpdateOptions":{"updateCardDataByKey":true,"updatePrivateDataByKey":true},"cardData":{"cardParamMap":{"status":"done"}}}}`)
	})
	if err := wang.Press(wang.Card(), map[string]any{"action": "agree"}); err != nil {
		t.Fatal(err)
	}
	limin := f.Staff("limin")
	if wang.Card().Vars["status"] != "done" || limin.Card().Vars["status"] != "open" {
		t.Errorf("wang sees %v, limin %v", wang.Card().Vars, limin.Card().Vars)
	}
	f.call(putCard, `{"outTrackId":"t1","cardData":{"cardParamMap":{"status":"closed"}},"cardUpdateOptions":{"updateCardDataByKey":true,"updatePrivateDataByKey":true}}`)
	if wang.Card().Vars["status"] != "closed" || limin.Card().Vars["title"] != "张三" || len(f.Complaints()) > 0 {
		t.Errorf("wang sees %v, limin %v, complaints %q", wang.Card().Vars, limin.Card().Vars, f.Complaints())
	}
	f.call(putCard, `{"outTrackId":"t1","cardData":{"cardParamMap":{"status":"closed"}}}`)
	if len(f.Complaints()) != 1 {
		t.Errorf("a wiped card: %q", f.Complaints())
	}
}

// Ciphertexts of DingTalk's own documentation and demos, both ways.
func TestTheCryptographyOfDingTalk(t *testing.T) {
	for _, v := range []struct{ token, key, owner, stamp, nonce, signature, random, msg, encrypt string }{
		{"mryue", "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7", "ding6ccabc44d2c8d38b", "1608001896814", "WL4PK6yA", "03044561471240d4a14bb09372dfcfd4fd0e40cb", "l7Y3EcX2CU5w8av3", `{"EventType":"check_url"}`,
			"0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFchzNukR+t8SB/qk4ROMu3"},
		{"123456", "1234567890123456789012345678901234567890123", "dingsnotzck6pm5veliw", "1614767836", "A7Co0cJLMzIDtMMI", "9a95a004dd16f5c307e849b994173f76aa26e5eb", "dICkEDLj0eb6yAbc", "success",
			"YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA=="},
		{"tokenxxxx", "o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus", "dingxxxxxx", "1605695694141", "WelUQl6bCqcBa2fM", "f36f4ba5337d426c7d4bca0dbcb06b3ddc1388fc", "WelUQl6bCqcBa2fM", "success",
			"X1VSe9cTJUMZu60d3kyLYTrBq5578ZRJtteU94wG0Q4Uk6E/wQYeJRIC0/UFW5Wkya1Ihz9oXAdLlyC9TRaqsQ=="},
	} {
		sealed, err := bottest.DingSeal(v.key, v.random, v.msg, v.owner)
		if err != nil || sealed != v.encrypt {
			t.Errorf("%s: sealed %s (%v)", v.owner, sealed, err)
		}
		msg, owner, err := bottest.DingOpen(v.key, v.encrypt)
		if err != nil || msg != v.msg || owner != v.owner {
			t.Errorf("%s: opened %q for %q (%v)", v.owner, msg, owner, err)
		}
		if got := bottest.DingSign(v.token, v.stamp, v.nonce, v.encrypt); got != v.signature {
			t.Errorf("%s: signature %s", v.owner, got)
		}
	}
}
