package handlers_test

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"guixiao/handlers"
	"guixiao/rules/school"
)

// scenario is one request and what its answer must and must not say.
type scenario struct {
	name   string
	as     string // who is signed in
	method string // GET unless said otherwise
	path   string
	body   string
	header map[string]string
	status int
	says   []string
	hides  []string
}

func (sc scenario) run(t *testing.T, h *house) {
	t.Helper()
	method := sc.method
	if method == "" {
		method = http.MethodGet
	}
	r := httptest.NewRequest(method, sc.path, strings.NewReader(sc.body))
	for k, v := range sc.header {
		r.Header.Set(k, v)
	}
	w := h.do(t, sc.as, r)
	if w.Code != sc.status {
		t.Errorf("%s %s: status %d, want %d: %.300s", method, sc.path, w.Code, sc.status, w.Body)
	}
	for _, text := range sc.says {
		if !strings.Contains(w.Body.String(), text) && !strings.Contains(w.Header().Get("Location"), text) {
			t.Errorf("%s %s: does not say %q: %.1200s", method, sc.path, text, w.Body)
		}
	}
	for _, text := range sc.hides {
		if strings.Contains(w.Body.String(), text) {
			t.Errorf("%s %s: must not say %q", method, sc.path, text)
		}
	}
}

func TestEverybodySeesWhatTheyNeedAndNothingElse(t *testing.T) {
	h := newHouse(t, nil)
	for _, sc := range []scenario{
		{name: "nobody is sent to sign in", path: "/cases/case1", status: 303, says: []string{"/sign-in?to=%2Fcases%2Fcase1"}},
		{name: "the head teacher sees her class", as: "T001", path: "/", status: 200,
			says: []string{"10月13日（周二）上午", "张三", "请了解张三未到校的原因", "/cases/case1", "逾期"}, hides: []string{"王五", "八(1)班"}},
		{name: "another class's teacher sees only his own", as: "T002", path: "/", status: 200, hides: []string{"张三", "/cases/case1"}},
		{name: "the year's head sees his year", as: "T003", path: "/lists/absent", status: 200, says: []string{"张三", "未到校", "李敏 报"}, hides: []string{"王五"}},
		{name: "the head of school sees who has not reported", as: "T005", path: "/lists/unreported", status: 200, says: []string{"八(1)班", "王建国"}, hides: []string{"七(3)班"}},
		{name: "and who has", as: "T005", path: "/lists/reported", status: 200, says: []string{"七(3)班", "08:05 报", "1 人未到"}, hides: []string{"八(1)班"}},
		{name: "leave with its reason is for those responsible", as: "T005", path: "/lists/excused", status: 200, says: []string{"王五", "病假", "发烧"}},
		{name: "what is overdue, and whose it is", as: "T004", path: "/lists/overdue", status: 200, says: []string{"了解原因", "李敏", "08:04"}},
		{name: "the other session has its own roll", as: "T005", path: "/lists/unreported?session=pm", status: 200, says: []string{"七(3)班", "八(1)班", "下午"}},
		{name: "no such list", as: "T005", path: "/lists/ranking", status: 404},

		{name: "the case file tells every step with its reason", as: "T001", path: "/cases/case1", status: 200,
			says: []string{"防止学生流失报告制度", "了解原因", "信息来源", "家长来电", "问过家长", "S23-10", "19900001001", "防流控辍书面材料", "已报 镇政府", "张三上午未到校。", "聊天里收到的文件", "请假条.jpg"}},
		{name: "a subject teacher may not open it", as: "T002", path: "/cases/case1", status: 403, says: []string{"保护孩子的隐私"}, hides: []string{"家长来电", "张三"}},
		{name: "nor a guardian, even of the child", as: "G1", path: "/cases/case1", status: 403, hides: []string{"家长来电"}},
		{name: "no such case", as: "T001", path: "/cases/nothing", status: 404, says: []string{"没有这个个案"}},

		{name: "a guardian's first page is the own child", as: "G1", path: "/", status: 303, says: []string{"/students/S001"}},
		{name: "with its roll, not with the file", as: "G1", path: "/students/S001", status: 200, says: []string{"张三", "未到校", "班主任 李敏"}, hides: []string{"家长来电", "/cases/", "请假条.jpg"}},
		{name: "another child is not theirs", as: "G1", path: "/students/S002", status: 403, hides: []string{"李四"}},
		{name: "nor are the school's lists", as: "G1", path: "/lists/absent", status: 403, hides: []string{"张三"}},
		{name: "a subject teacher sees here or not here", as: "T002", path: "/students/S001", status: 200, says: []string{"未到校"}, hides: []string{"/cases/", "19900001001", "请假条.jpg"}},
		{name: "an unknown child looks the same as a hidden one", as: "G1", path: "/students/S999", status: 403},
		{name: "a student has nothing to see", as: "S001", path: "/", status: 200, says: []string{"没有可看的内容"}, hides: []string{"未到校"}},

		{name: "a paper to print names who opened it", as: "T001", path: "/documents/doc1", status: 200, says: []string{"10月13日上午未到校", "李敏 于 2026-10-13 08:05 打开"}},
		{name: "a paper without a file is drawn from its case", as: "T001", path: "/documents/drawn?case=case1", status: 200,
			says: []string{"<h1>报告</h1>", "张三", "李敏 于 2026-10-13 08:05 打开"}},
		{name: "not for a subject teacher", as: "T002", path: "/documents/drawn?case=case1", status: 403, hides: []string{"张三"}},
		{name: "nor from a case it does not belong to", as: "T001", path: "/documents/other?case=case1", status: 404},
		{name: "not for a guardian", as: "G1", path: "/documents/doc1", status: 403, hides: []string{"张三"}},
		{name: "whatever somebody handed in is never run", as: "T001", path: "/documents/doc2", status: 200, says: []string{"<script>"}},
		{name: "papers of the whole school are for those who see it all", as: "T001", path: "/documents/doc3", status: 403},
		{name: "such as the head", as: "T005", path: "/documents/doc3", status: 200, says: []string{"十月 1 人"}},
		{name: "no such paper", as: "T001", path: "/documents/doc9", status: 404},

		{name: "no such page", path: "/wp-admin", status: 404, says: []string{"没有这一页"}},
		{name: "the demo is not there in service", path: "/demo", status: 404},
		{name: "nor its API", path: "/demo/api/people", status: 404, says: []string{`{"error":`}},
		{name: "nobody chooses who they are in service", method: "POST", path: "/sign-in", body: "person=T005", status: 405},
		{name: "the sign-in page says what there is", path: "/sign-in", status: 200, says: []string{"一次性登录链接", "没有接通"}},
		{name: "static files carry their version", path: "/static/0/base.css", status: 200, says: []string{"--green"}},
		{name: "and nothing else is served", path: "/static/0/../web.go", status: 404},
	} {
		t.Run(sc.name, func(t *testing.T) { sc.run(t, h) })
	}
}

func TestADocumentSomebodyHandedInIsDownloaded(t *testing.T) {
	h := newHouse(t, nil)
	w := h.do(t, "T001", httptest.NewRequest(http.MethodGet, "/documents/doc2", nil))
	if got := w.Header().Get("Content-Type"); got != "application/octet-stream" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("sent as %s, %s", got, w.Header().Get("Content-Disposition"))
	}
}

func TestADeputySeesWhatTheTeacherSees(t *testing.T) {
	h := newHouse(t, nil)
	stranger := scenario{as: "T002", path: "/cases/case1", status: 403}
	stranger.run(t, h)
	h.desk.ds = []school.Delegation{{From: "T001", To: "T002", Since: tuesday.Add(-time.Hour), Until: tuesday.Add(time.Hour)}}
	scenario{as: "T002", path: "/cases/case1", status: 200, says: []string{"家长来电"}}.run(t, h)
	scenario{as: "T002", path: "/c/card1", status: 200, says: []string{"请了解张三未到校的原因"}}.run(t, h)
}

func TestACallbackIsDurableBeforeItIsAcknowledged(t *testing.T) {
	h := newHouse(t, nil)
	for _, sc := range []scenario{
		{path: "/hooks/wecom/main?is=check", status: 200, says: []string{"echo"}},
		{method: "POST", path: "/hooks/wecom/main", status: 200, says: []string{"success"}},
		{method: "POST", path: "/hooks/wecom/main?is=forged", status: 403, says: []string{"签名不符"}},
		{method: "POST", path: "/hooks/wecom/main?is=malformed", status: 400},
		{method: "POST", path: "/hooks/wecom/other", status: 404, says: []string{"没有这个接入账号"}},
		{method: "POST", path: "/hooks/dingtalk/main/card", status: 404, says: []string{"没有这个接入账号"}},
		{method: "POST", path: "/hooks/dingtalk/main/event", status: 404},
		{method: "PUT", path: "/hooks/wecom/main", status: 405},
		{method: "POST", path: "/hooks/wecom/main", body: strings.Repeat("x", 2<<20), status: 413, says: []string{"太大"}},
	} {
		t.Run(sc.method+sc.path, func(t *testing.T) { sc.run(t, h) })
	}
	if len(h.door.got) != 1 || h.door.got[0].Key != "m1" {
		t.Errorf("stored: %+v", h.door.got)
	}
	h.door.fails = true
	scenario{method: "POST", path: "/hooks/wecom/main", status: 500, says: []string{"编号"}, hides: []string{"disk full", "success"}}.run(t, h)
}

func TestAFaultIsAnsweredNeutrallyAndTheLogHoldsNoChild(t *testing.T) {
	h := newHouse(t, nil)
	scenario{method: "POST", path: "/hooks/wecom/main?is=fault&msg_signature=tell-nobody", status: 500, says: []string{"编号"}, hides: []string{"secret", "goroutine"}}.run(t, h)
	scenario{as: "T001", path: "/students/S001", status: 200}.run(t, h)
	log := h.log.String()
	for _, secret := range []string{"张三", "S001", "tell-nobody", "T001"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
	if !strings.Contains(log, "handler panicked") || !strings.Contains(log, "route=/students/:id") {
		t.Errorf("the log says too little:\n%s", log)
	}
}

func TestOperatorsSeeWhetherItWorks(t *testing.T) {
	h := newHouse(t, nil)
	scenario{path: "/healthz", status: 200, says: []string{"ok"}}.run(t, h)
	scenario{path: "/readyz", status: 200, says: []string{`"ready":true`, `"reasons":[]`}}.run(t, h)
	scenario{path: "/metrics", status: 200, says: []string{"guixiao_test_total"}}.run(t, h)
	h.ready.Slow = []string{"平台账号 wecom/main 暂停发送"}
	scenario{path: "/readyz", status: 200, says: []string{`"ready":true`, "暂停发送"}}.run(t, h) // callbacks must still come in
	h.ready.Cannot = []string{"数据库连不上"}
	scenario{path: "/readyz", status: 503, says: []string{`"ready":false`, "数据库连不上", "暂停发送"}}.run(t, h)
}

func TestPagesAreSentWithTheirLocks(t *testing.T) {
	h := newHouse(t, newStage(t))
	for _, path := range []string{"/demo", "/sign-in", "/nowhere"} {
		w := h.do(t, "", httptest.NewRequest(http.MethodGet, path, nil))
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "unsafe") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, w.Header())
		}
		if strings.Contains(w.Body.String(), " onclick") || strings.Contains(w.Body.String(), " style=") {
			t.Errorf("%s: inline script or style", path)
		}
	}
}

func TestASignInLinkWorksOnceAndNotForLong(t *testing.T) {
	h := newHouse(t, nil)
	link := handlers.SignInLink(h.key, "linjiang", "T001", time.Now().Add(time.Minute))
	scenario{path: link, status: 303}.run(t, h)
	scenario{path: link, status: 403, says: []string{"已经用过或已过期"}}.run(t, h)
	scenario{path: handlers.SignInLink(h.key, "linjiang", "T001", time.Now().Add(-time.Minute)), status: 403}.run(t, h)
	scenario{path: handlers.SignInLink([]byte("another key"), "linjiang", "T001", time.Now().Add(time.Minute)), status: 403}.run(t, h)
	scenario{path: handlers.SignInLink(h.key, "linjiang", "T099", time.Now().Add(time.Minute)), status: 403}.run(t, h)

	// A link is no session, and a session cannot be made up.
	token := strings.TrimPrefix(handlers.SignInLink(h.key, "linjiang", "T001", time.Now().Add(time.Minute)), "/sign-in/link/")
	for _, cookie := range []string{token, "x.y", "", strings.Replace(h.session(t, "G1").Value, ".", "a.", 1)} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: "guixiao", Value: cookie})
		if w := h.do(t, "", r); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "/sign-in") {
			t.Errorf("cookie %.20q lets in: %d", cookie, w.Code)
		}
	}
}

func TestALinkThatWasUsedStaysUsedAfterARestart(t *testing.T) {
	h := newHouse(t, nil)
	link := handlers.SignInLink(h.key, "linjiang", "T001", time.Now().Add(time.Minute))
	scenario{path: link, status: 303}.run(t, h)
	again := newHouse(t, nil)
	again.desk.journal = h.desk.journal // the database is the same
	scenario{path: link, status: 403, says: []string{"已经用过或已过期"}}.run(t, again)
	again.desk.broken = true
	scenario{path: handlers.SignInLink(h.key, "linjiang", "T001", time.Now().Add(time.Minute)), status: 500}.run(t, again)
}

func TestWhoReadsAChildsFileIsWrittenDownOncePerHour(t *testing.T) {
	h := newHouse(t, nil)
	for range 2 {
		scenario{as: "T001", path: "/cases/case1", status: 200}.run(t, h)
		scenario{as: "T005", path: "/cases/case1", status: 200}.run(t, h)
	}
	scenario{as: "T002", path: "/cases/case1", status: 403}.run(t, h)
	scenario{as: "T001", path: "/documents/doc1", status: 200}.run(t, h)
	scenario{as: "T001", path: "/documents/drawn?case=case1", status: 200}.run(t, h)
	var got []string
	for _, c := range h.desk.journal {
		for _, l := range c.Audit {
			got = append(got, l.Who+" "+l.What+" "+l.Book+" "+l.At.Format("15:04")+" "+l.Detail)
		}
	}
	slices.Sort(got)
	want := []string{"T001 read case:case1 08:05 查阅个案", "T001 read case:case1 08:05 查阅材料", "T001 read person:S001 08:05 查阅材料", "T005 read case:case1 08:05 查阅个案"}
	if !slices.Equal(got, want) {
		t.Errorf("written down:\n%s", strings.Join(got, "\n"))
	}
	cookie := h.session(t, "T003")
	h.desk.broken = true
	r := httptest.NewRequest(http.MethodGet, "/cases/case1", nil)
	r.AddCookie(cookie)
	if w := h.do(t, "", r); w.Code != 500 || strings.Contains(w.Body.String(), "张三") {
		t.Errorf("what cannot be written down was shown: %d", w.Code)
	}
}

func TestInTheDemoOneChoosesWhoOneIs(t *testing.T) {
	h := newHouse(t, newStage(t))
	scenario{path: "/sign-in?to=%2Fcases%2Fcase1", status: 200, says: []string{"张三的妈妈", "班主任 七(3)班", `value="/cases/case1"`}}.run(t, h)
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	scenario{method: "POST", path: "/sign-in", header: form, body: "person=T001&to=/cases/case1", status: 303, says: []string{"/cases/case1"}}.run(t, h)
	scenario{method: "POST", path: "/sign-in", header: form, body: "person=nobody", status: 400}.run(t, h)
	away := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader("person=T001&to=//evil.example"))
	away.Header.Set("Content-Type", form["Content-Type"])
	if got := h.do(t, "", away).Header().Get("Location"); got != "/" {
		t.Errorf("led away to %s", got)
	}
	scenario{as: "T001", method: "POST", path: "/sign-out", status: 303, says: []string{"/sign-in"}}.run(t, h)
}

func TestAnotherSitesFormIsRefused(t *testing.T) {
	h := newHouse(t, newStage(t))
	for _, path := range []string{"/c/card1", "/sign-in", "/demo/api/reset"} {
		scenario{as: "T001", method: "POST", path: path, header: map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, status: 403, says: []string{"别的网站"}}.run(t, h)
	}
	if len(h.door.got) != 0 {
		t.Error("it was pressed all the same")
	}
}

func TestACardIsPressedOnItsPage(t *testing.T) {
	h := newHouse(t, nil)
	scenario{as: "T003", path: "/c/card1", status: 200, says: []string{"等别人处理"}, hides: []string{"<textarea"}}.run(t, h)
	scenario{as: "G1", path: "/c/card1", status: 403, hides: []string{"张三"}}.run(t, h)
	scenario{as: "T001", path: "/c/card9", status: 404}.run(t, h)
	page := h.do(t, "T001", httptest.NewRequest(http.MethodGet, "/c/card1", nil)).Body.String()
	for _, want := range []string{`name="in-reason"`, `type="radio"`, `type="file"`, "没联系上", "已逾期", "缺勤满半天，请班主任了解原因。"} {
		if !strings.Contains(page, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	if w := h.press(t, "no-contact", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "还缺原因") || !strings.Contains(w.Body.String(), "<textarea") {
		t.Errorf("a refused press: %d %s", w.Code, w.Body)
	}
	w := h.press(t, "submit", map[string]string{"in-reason": "去外婆家了", "in-signs": "none"})
	if !strings.Contains(w.Body.String(), "已提交，谢谢。") || !strings.Contains(w.Body.String(), "李敏 已提交：去外婆家了") || strings.Contains(w.Body.String(), "<textarea") {
		t.Errorf("the press: %d %s", w.Code, w.Body)
	}
	d := h.door.got[1]
	if d.Key != "console:T001:card1:f1" || d.Platform != "console" || d.From != "T001" || d.Kind != school.DeliveryPress || d.Button != "submit" ||
		d.Inputs["signs"] != "none" || d.Inputs["proof"] != "file:0" || len(d.Attachments) != 1 || d.Attachments[0].Name != "照片.jpg" {
		t.Errorf("delivered %+v", d)
	}
}

// press hands in the form of the first card as its teacher.
func (h *house) press(t *testing.T, button string, inputs map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	body, contentType := multipartForm(t, button, inputs)
	r := httptest.NewRequest(http.MethodPost, "/c/card1", body)
	r.Header.Set("Content-Type", contentType)
	return h.do(t, "T001", r)
}

func multipartForm(t *testing.T, button string, inputs map[string]string) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	fields := map[string]string{"form": "f1", "button": button}
	maps.Copy(fields, inputs)
	for name, value := range fields {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if len(inputs) > 0 {
		file, err := form.CreateFormFile("in-proof", "照片.jpg")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write([]byte("\xff\xd8\xff")); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, form.FormDataContentType()
}
