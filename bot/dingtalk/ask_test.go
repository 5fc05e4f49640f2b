package dingtalk

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/rules/school"
)

// Everybody the school has in DingTalk: staff by department, parents by class.
func TestTheAddressBookListsStaffAndParents(t *testing.T) {
	o := newOffice(t)
	o.fake.Staff("wang").Named("王老师", "13900000002")
	o.fake.Staff("new").Sleep()
	mother := o.fake.Guardian("mother").Named("张妈妈", "")
	o.fake.Class("七(3)班", bottest.EduChild{User: "stu1", Name: "张三", Number: "S001", Guardian: mother, Relation: "M"},
		bottest.EduChild{User: "stu2", Name: "张四", Guardian: mother, Relation: "M"})
	list, err := o.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]bot.Listed{}
	for _, l := range list {
		if _, twice := by[l.User]; twice {
			t.Errorf("%s is listed twice", l.User)
		}
		by[l.User] = l
	}
	if w := by["wang"]; w.Kind != school.KindStaff || w.Name != "王老师" || w.Mobile != "13900000002" || !w.Reached {
		t.Errorf("wang: %+v", w)
	}
	if by["new"].Reached {
		t.Error("somebody who never signed in counts as reached")
	}
	m := by["mother"]
	if m.Kind != school.KindGuardian || m.Name != "张妈妈" || len(m.Children) != 2 || m.Children[0].Number != "S001" || m.Children[0].Name != "张三" || m.Children[0].Class != "七(3)班" {
		t.Errorf("mother: %+v", m)
	}
}

// The home-school book is paid for by the call: once a week is enough.
func TestParentsAreReadOnceAWeek(t *testing.T) {
	o := newOffice(t)
	o.fake.Class("七(3)班", bottest.EduChild{User: "stu1", Name: "张三", Guardian: o.fake.Guardian("mother"), Relation: "M"})
	read := func() int {
		if _, err := o.Directory(t.Context()); err != nil {
			t.Fatal(err)
		}
		calls, _ := o.fake.Charged()
		return calls
	}
	first := read()
	if first == 0 || read() != first {
		t.Error("it was read twice in a week")
	}
	o.clock.Advance(8 * 24 * time.Hour)
	if read() <= first {
		t.Error("it was not read after a week")
	}
}

func TestAMemberWhoChangedIsLookedAtAlone(t *testing.T) {
	o := newOffice(t)
	o.fake.Staff("wang").Named("王老师", "13900000002")
	for name, c := range map[string]struct {
		event, data string
		want        []string
	}{
		"came":      {"user_add_org", `{"userId":["wang","gone"]}`, []string{"wang", "gone"}},
		"one alone": {"user_active_org", `{"userId":"wang"}`, []string{"wang"}},
		"changed":   {"user_modify_org", `{"diffInfo":{"prev":{"userid":"wang"},"curr":{"userid":"wang"}}}`, []string{"wang"}},
		"left":      {"user_leave_org", `{"userId":["wang"]}`, nil},
		"an office": {"org_dept_create", `{"deptId":[2]}`, nil},
	} {
		got, err := o.event(eventHead{ID: "e1", Type: c.event}, []byte(c.data), o.clock.Now())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var ids []string
		keys := map[string]bool{}
		for _, d := range got.Deliveries {
			ids, keys[d.Key] = append(ids, d.Fields["id"]), true
			if d.Event != bot.EventContacts || d.Fields["account"] != "dingtalk/main" {
				t.Errorf("%s: %+v", name, d)
			}
		}
		if !slices.Equal(ids, c.want) || len(keys) != len(c.want) {
			t.Errorf("%s: %v", name, ids)
		}
	}
	list, err := o.Look(t.Context(), "wang", "gone")
	if err != nil || len(list) != 1 || list[0].Name != "王老师" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestWithoutTheRightToParentsTheStaffIsListed(t *testing.T) {
	o := newOffice(t)
	o.fake.Deny("POST /topapi/edu/dept/list")
	list, err := o.Directory(t.Context())
	if err != nil || len(list) == 0 {
		t.Fatalf("%d listed, %v", len(list), err)
	}
	o.fake.Fail("POST /topapi/v2/department/listsub", bottest.Status(502))
	if _, err := o.Directory(t.Context()); classOf(err) != bot.SendRetry {
		t.Errorf("the staff could not be read: %v", err)
	}
}

func TestACheckSaysWhatIsWrongAndWhereToMendIt(t *testing.T) {
	find := func(o *office, text string) (bot.Finding, bool) {
		list, err := o.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if strings.Contains(f.Text, text) {
				return f, true
			}
		}
		return bot.Finding{}, false
	}
	o := newOffice(t)
	list, _ := o.Check(t.Context())
	for _, f := range list {
		if !f.OK {
			t.Errorf("all is well: %s", f.Text)
		}
	}
	if len(o.fake.Staff("limin").Inbox()) != 0 {
		t.Error("a check wrote to somebody")
	}
	o.fake.Deny("POST /topapi/v2/user/list")
	if f, ok := find(o, "权限管理"); !ok || f.OK {
		t.Errorf("a missing right: %+v", f)
	}
	for name, c := range map[string]struct {
		change func(*Settings)
		text   string
		ok     bool
	}{
		"a wrong secret":         {func(s *Settings) { s.ClientSecret = "another" }, "凭证与基础信息", false},
		"no pages":               {func(s *Settings) { s.BaseURL = "" }, "base_url", false},
		"HTTP without a door":    {func(s *Settings) { s.Mode, s.BaseURL = ModeHTTP, "" }, "mode: stream", false},
		"HTTP without events":    {func(s *Settings) { s.Mode = ModeHTTP }, "不接收事件", true},
		"no template":            {func(s *Settings) { s.CardTemplateID = "" }, "card_template_id", true},
		"nothing for parents":    {func(s *Settings) { s.AgentID = 0 }, "agent_id", true},
		"corps not told apart":   {func(s *Settings) { s.CorpID = "" }, "CorpId", true},
		"an address of somebody": {func(s *Settings) { s.APIBase = "http://127.0.0.1:1" }, "连不上", false},
	} {
		o := newOffice(t)
		o.Platform = o.process(c.change)
		if f, ok := find(o, c.text); !ok || f.OK != c.ok {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if strings.Contains(o.log.String(), o.fake.ClientSecret) {
		t.Error("the log holds the secret")
	}
}

func TestSigningIn(t *testing.T) {
	o := newOffice(t)
	u, err := url.Parse(o.SignInURL("https://bot.school.example/sign-in/back/dingtalk/main", "STATE", "Mozilla"))
	if err != nil {
		t.Fatal(err)
	}
	if q := u.Query(); u.Host != "login.dingtalk.com" || q.Get("client_id") != o.fake.ClientID || q.Get("state") != "STATE" || q.Get("scope") != "openid corpid" ||
		q.Get("corpId") != o.fake.CorpID || q.Get("redirect_uri") == "" || q.Get("response_type") != "code" {
		t.Errorf("sent to %s", u)
	}
	o.fake.Login("c0de", "limin")
	if a, err := o.SignedIn(t.Context(), "c0de"); err != nil || a != (school.Address{Platform: Kind, User: "limin"}) {
		t.Errorf("%+v, %v", a, err)
	}
	o.fake.Login("foreign", "")
	for _, code := range []string{"", "c0de", "invented", "foreign", strings.Repeat("x", 600)} {
		if a, err := o.SignedIn(t.Context(), code); !errors.Is(err, school.ErrForbidden) {
			t.Errorf("code %.10q: %+v, %v", code, a, err)
		}
	}
	o.fake.Login("late", "limin")
	o.fake.Fail("GET /v1.0/contact/users/me", bottest.Status(503))
	if _, err := o.SignedIn(t.Context(), "late"); classOf(err) != bot.SendRetry {
		t.Errorf("DingTalk is down: %v", err)
	}
}

func TestAFileSomebodySentIsFetched(t *testing.T) {
	host := func(o *office) func(*Settings) {
		return func(s *Settings) { s.FileHosts = []string{strings.TrimPrefix(o.fake.Files, "http://")} }
	}
	o := newOffice(t)
	o.fake.FileBase = o.fake.Files // another host than the API's
	o.fake.Media("c1", []byte("\xff\xd8\xff\xe0 a photo"))
	if _, err := o.Fetch(t.Context(), "c1"); classOf(err) != bot.SendNever || codeOf(err) != "downloadUrl" {
		t.Errorf("from a host nobody named: %v", err)
	}
	o.Platform = o.process(host(o))
	f, err := o.Fetch(t.Context(), "c1")
	if err != nil || f.Type != "image/jpeg" || !strings.HasSuffix(string(f.Content), "a photo") {
		t.Errorf("%s, %d bytes, %v", f.Type, len(f.Content), err)
	}
	for _, code := range []string{"", "unknown"} {
		if _, err := o.Fetch(t.Context(), code); classOf(err) != bot.SendNever {
			t.Errorf("code %q: %v", code, err)
		}
	}
	o.fake.Media("huge", make([]byte, maxMedia+1))
	if _, err := o.Fetch(t.Context(), "huge"); classOf(err) != bot.SendNever {
		t.Errorf("a huge file: %v", err)
	}
	if strings.Contains(o.log.String(), "s1gned") {
		t.Error("the log holds a signed address")
	}
}

func TestFilesComeOnlyFromWhereDingTalkKeepsThem(t *testing.T) {
	p := newPlatform(t)
	for address, want := range map[string]bool{
		"https://down.dingtalk.com/x?sig=1": true, "http://zjapp.oss-cn-hangzhou.aliyuncs.com/x": true,
		"http://169.254.169.254/latest": false, "http://localhost/x": false, "https://dingtalk.com.evil.example/x": false,
		"https://x:y@down.dingtalk.com/x": false, "http://down.dingtalk.com:6379/x": false, "file:///etc/passwd": false, "%": false,
	} {
		if got := p.fileHost(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// A new API says so with a code, an old one with a number, a proxy with
// neither; the number may be a text.
func TestWhatAnAnswerMeans(t *testing.T) {
	now, old := call{path: "/v1.0/robot/x"}, call{path: "/topapi/x"}
	for _, c := range []struct {
		what   call
		status int
		body   string
		want   bot.SendClass
		code   string
	}{
		{now, 200, `{"processQueryKey":"k"}`, "", ""},
		{old, 200, `{"errcode":0}`, "", ""},
		{old, 200, `{"errcode":"0"}`, "", ""},
		{old, 200, `{}`, bot.SendRetry, ""},
		{old, 200, `{"errcode":"60121"}`, bot.SendRecipient, "60121"},
		{old, 200, `{"errcode":88,"sub_code":"isp.x","errmsg":"x"}`, bot.SendConfig, "88 isp.x"},
		{old, 200, `{"errcode":88}`, bot.SendRetry, "88"},
		{old, 200, `{"errcode":15}`, bot.SendRetry, "15"},
		{old, 200, `{"errcode":143103}`, bot.SendRetry, "143103"},
		{now, 400, `{"code":"InvalidAuthentication"}`, bot.SendRetry, "InvalidAuthentication"},
		{now, 401, `{}`, bot.SendRetry, "InvalidAuthentication"},
		{now, 403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","accessdenieddetail":{"requiredScopes":["qyapi_robot_sendmsg"]}}`, bot.SendConfig, "Forbidden.AccessDenied.AccessTokenPermissionDenied"},
		{now, 403, `{"code":"Forbidden.AccessDenied.QpsLimitForApi"}`, bot.SendRetry, "Forbidden.AccessDenied.QpsLimitForApi"},
		{now, 403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}`, bot.SendConfig, "Forbidden.AccessDenied.ApiCountLimitForOrg"},
		{now, 400, `{"code":"contain.something.new"}`, bot.SendNever, "contain.something.new"},
		{now, 400, `{"code":"invalidParameter.something.new"}`, bot.SendNever, "invalidParameter.something.new"},
		{now, 400, `{"code":"nobody.registered.it"}`, bot.SendRetry, "nobody.registered.it"},
		{now, 500, `{"code":"system.error"}`, bot.SendRetry, "system.error"},
		{now, 200, `{"status":1111,"wait":5,"source":"x5","punish":"deny"}`, bot.SendRetry, "1111"},
		{now, 403, `<html>punished</html>`, bot.SendRetry, "1111"},
		{now, 502, `<html>Bad Gateway</html>`, bot.SendRetry, "http 502"},
		{now, 404, `not json`, bot.SendConfig, "http 404"},
	} {
		err := judge(c.what, c.status, []byte(c.body))
		if classOf(err) != c.want || codeOf(err) != c.code {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
	}
	err := judge(now, 403, []byte(`{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","accessdenieddetail":{"requiredScopes":["qyapi_robot_sendmsg"]}}`))
	if !strings.Contains(err.Error(), "qyapi_robot_sendmsg") {
		t.Errorf("the right is not named: %v", err)
	}
}

func TestABannedAddressRestsForFiveMinutes(t *testing.T) {
	o := newOffice(t)
	o.api.failed(call{path: apiDirect}, nil, classify("1111"))
	if _, err := o.try(words("a", "x"), "limin", 1); classOf(err) != bot.SendRetry || len(o.fake.Requests("POST "+apiDirect)) != 0 {
		t.Errorf("%v", err)
	}
	o.clock.Advance(punished)
	o.sends(words("a", "x"), "limin")
}

func TestSettingsThatCannotWorkAreNamed(t *testing.T) {
	good := Settings{Account: "main", ClientID: "ding1", ClientSecret: "secret"}
	for field, change := range map[string]func(*Settings){
		"client_id":        func(s *Settings) { s.ClientID = "" },
		"client_secret":    func(s *Settings) { s.ClientSecret = "a b" },
		"account":          func(s *Settings) { s.Account = "主" },
		"mode":             func(s *Settings) { s.Mode = "push" },
		"token":            func(s *Settings) { s.AESKey = strings.Repeat("a", 43) },
		"aes_key":          func(s *Settings) { s.Token, s.AESKey = "token", "short" },
		"api_base":         func(s *Settings) { s.APIBase = "https://user:pass@host" },
		"login_base":       func(s *Settings) { s.LoginBase = "login" },
		"agent_id":         func(s *Settings) { s.AgentID = -1 },
		"card_template_id": func(s *Settings) { s.CardTemplateID = "a b" },
	} {
		s := good
		change(&s)
		if _, err := New(s, Deps{}); err == nil || !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), "pass") {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := New(good, Deps{}); err != nil {
		t.Error(err)
	}
}

// Every attempt is paid for, and without the address no button works.
func TestTheAddressForPressesIsToldUntilItIsTaken(t *testing.T) {
	o := newOffice(t)
	const api = "POST /v1.0/card/callbacks/register"
	o.fake.Fail(api, bottest.Status(503), bottest.Status(503))
	var rests []time.Duration
	o.Platform = o.process(func(s *Settings) { s.Mode = ModeHTTP })
	o.deps.Wait = func(_ context.Context, d time.Duration) { rests = append(rests, d) }
	if err := o.Connect(t.Context(), nil); err != nil || len(o.fake.Requests(api)) != 3 {
		t.Fatalf("%v after %d attempts", err, len(o.fake.Requests(api)))
	}
	if len(rests) != 2 || rests[0] != time.Minute || rests[1] != 4*time.Minute {
		t.Errorf("rested %v", rests)
	}
	o.Platform = o.process(func(s *Settings) { s.Mode, s.BaseURL = ModeHTTP, "http://bot.school.example" })
	if err := o.Connect(t.Context(), nil); err != nil || len(o.fake.Requests(api)) != 3 {
		t.Errorf("an address DingTalk cannot call was told: %v", err)
	}
}
