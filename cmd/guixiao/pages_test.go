package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guixiao/handlers"
	"guixiao/rules/school"
)

// Pages without sign-in, through the whole program: what a mother opens from
// her chat, and what a village committee is handed.

// visitor is somebody's phone; it keeps no cookies.
type visitor struct {
	t    *testing.T
	base string
	http *http.Client
}

func (w *wecomTown) phone() *visitor {
	return &visitor{w.t, strings.TrimSuffix(w.Callback, "/hooks/wecom/main"), http.DefaultClient}
}

func (b *visitor) get(path string) string {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.base+path, nil)
	return b.do(r, err)
}

func (b *visitor) post(path string, fields ...string) string {
	b.t.Helper()
	form := url.Values{}
	for _, f := range fields {
		k, v, _ := strings.Cut(f, "=")
		form.Set(k, v)
	}
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.do(r, err)
}

func (b *visitor) do(r *http.Request, err error) string {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	res, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(body)
}

var (
	formNumber = regexp.MustCompile(`name="form" value="([^"]+)"`)
	replyLink  = regexp.MustCompile(`https://bot\.school\.example(/p/\w+)`)
	handedLink = regexp.MustCompile(`https://bot\.school\.example(/o/\w+)`)
)

func (b *visitor) form(path string) string {
	b.t.Helper()
	m := formNumber.FindStringSubmatch(b.get(path))
	if m == nil {
		b.t.Fatalf("no form at %s", path)
	}
	return "form=" + m[1]
}

// alarmed is a morning on which 石巳安's mother has been told; it gives the
// address of her page.
func alarmed(t *testing.T) (*wecomTown, string) {
	t.Helper()
	w := openTown(t, "2026-03-09T07:50:00+08:00")
	mother := w.Parent("P01")
	w.says("zhouli", "石巳安 未到校")
	w.passes(31 * time.Minute)
	for _, text := range mother.Texts() {
		if m := replyLink.FindStringSubmatch(text); m != nil {
			return w, m[1]
		}
	}
	t.Fatalf("she has no link: %v", mother.Texts())
	return nil, ""
}

func (w *wecomTown) answered(b *visitor, path string, fields ...string) string {
	w.t.Helper()
	body := b.post(path, fields...)
	w.settles()
	return body
}

func TestAMotherAnswersInOneTap(t *testing.T) {
	w, page := alarmed(t)
	b := w.phone()
	for range 3 { // her chat client looks as well
		contains(t, b.get(page), "石巳安", "尚未到校", "已知道", "病假", "事假", "孩子说已到校")
	}
	if got := w.sheet("S01"); len(got.Leaves) != 0 || len(got.Marks) != 1 {
		t.Errorf("looking has decided something: %+v", got)
	}
	for _, hidden := range []string{"19922220001", "七年级", "S01"} {
		if strings.Contains(b.get(page), hidden) {
			t.Errorf("the page says more than the notice: %s", hidden)
		}
	}
	form := b.form(page)
	first := w.answered(b, page, form, "button=sick")
	contains(t, first, "病假申请", "老师已经收到回复")
	again := w.answered(b, page, form, "button=sick") // a second tap of the same form
	contains(t, again, "老师已经收到回复")
	w.answered(b, page, form, "button=arrived") // and another button, too late
	if got := w.sheet("S01"); len(got.Leaves) != 1 || got.Leaves[0].Kind != school.Sick || !got.Leaves[0].Waiting() {
		t.Errorf("asked for: %+v", got.Leaves)
	}
	w.clock.Advance(72 * time.Hour)
	contains(t, b.get(page), "老师已经收到回复")
}

func TestAMotherAnswersInWords(t *testing.T) {
	w, page := alarmed(t)
	b := w.phone()
	contains(t, w.answered(b, page, b.form(page), "words="), "还没有写内容")
	contains(t, w.answered(b, page, b.form(page), "words=今天发烧了，请假一天"), "老师已经收到回复")
	if got := w.sheet("S01"); len(got.Leaves) != 1 || got.Leaves[0].Kind != school.Sick {
		t.Errorf("asked for: %+v", got.Leaves)
	}
}

func TestTheChildSaysItIsAtSchool(t *testing.T) {
	w, page := alarmed(t)
	b := w.phone()
	contains(t, w.answered(b, page, b.form(page), "button=arrived"), "值班领导和班主任")
	found := false
	for _, c := range w.sheet("S01").Cards {
		found = found || c.Kind == school.CardSafety
	}
	if !found {
		t.Error("nobody looks for the child")
	}
}

func TestThePageOfAnAlarmThatWasWrong(t *testing.T) {
	w, page := alarmed(t)
	b := w.phone()
	form := b.form(page)
	w.says("zhouli", "更正 石巳安 已到校")
	w.settles()
	after := b.get(page)
	contains(t, after, "已经解除")
	if strings.Contains(after, "<form") {
		t.Error("a settled page still asks")
	}
	contains(t, w.answered(b, page, form, "button=sick"), "已经解除")
	if got := w.sheet("S01"); len(got.Leaves) != 0 {
		t.Errorf("an answer to a wrong alarm counts: %+v", got.Leaves)
	}
}

func TestPagesThatLeadNowhere(t *testing.T) {
	w, page := alarmed(t)
	b := w.phone()
	contains(t, b.get("/p/abcdefgh234567"), "打不开了")
	contains(t, w.answered(b, page, "form=forged", "button=sick"), "再点一次")
	if got := w.sheet("S01"); len(got.Leaves) != 0 {
		t.Error("a forged form counts")
	}
	form := b.form(page)
	w.clock.Advance(49 * time.Hour)
	late := b.get(page)
	contains(t, late, "已经过期")
	contains(t, w.answered(b, page, form, "button=sick"), "已经过期")
	if got := w.sheet("S01"); len(got.Leaves) != 0 {
		t.Error("an answer after the time counts")
	}
}

func (w *wecomTown) sheet(student string) school.Sheet {
	w.t.Helper()
	all, err := w.service.db.Sheets(context.Background(), "hetuan", []string{student}, w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return all[student]
}

func TestAVillageCommitteeSignsForANotice(t *testing.T) {
	w, _ := alarmed(t)
	cases, err := w.service.db.OpenCases(t.Context(), "hetuan")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no case: %v", err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	teacher, village := w.phone(), w.phone()
	teacher.http = &http.Client{Jar: jar}
	teacher.get(handlers.SignInLink([]byte(w.service.conf.SecretKey.Reveal()), "hetuan", w.teacher(), time.Now().Add(time.Minute)))
	handed := teacher.post("/cases/"+cases[0].ID+"/outside", "body=大石村村民委员会", "note=请协助联系家长，劝学生返校。")
	m := handedLink.FindStringSubmatch(handed)
	if m == nil {
		t.Fatalf("no address: %s", handed)
	}
	shown := village.get(m[1])
	contains(t, shown, "致 大石村村民委员会", "石巳安", "石妈妈", "请协助联系家长", "签收人")
	for _, hidden := range []string{"19922220001", "未到校", "半天", "七"} {
		if strings.Contains(shown, hidden) {
			t.Errorf("the committee reads %q", hidden)
		}
	}
	village.get(m[1])
	contains(t, w.answered(village, m[1], village.form(m[1]), "name="), "签收人的姓名")
	form := village.form(m[1])
	contains(t, w.answered(village, m[1], form, "name=王主任", "words=今天下午去家里看看"), "已经签收")
	contains(t, w.answered(village, m[1], form, "name=别人", "words=再说一遍"), "已经签收")
	k, err := w.service.db.Case(t.Context(), "hetuan", cases[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, e := range k.History {
		if strings.Contains(e.What, "王主任") && strings.Contains(e.What, "今天下午去家里看看") {
			said++
		}
		if strings.Contains(e.What, "别人") {
			t.Errorf("signed for twice: %s", e.What)
		}
	}
	opened := 0
	lines, holds, err := w.service.db.AuditLines(t.Context(), "hetuan", "case:"+k.ID)
	for _, l := range lines {
		if strings.Contains(l.Detail, "打开了学校的函告") {
			opened++
		}
	}
	if said != 1 || opened < 4 || !holds || err != nil {
		t.Errorf("%d answers in the file, %d openings on record (%v %v)", said, opened, holds, err)
	}
	contains(t, strings.Join(w.Member(w.teacherAccount()).Texts(), "\n"), "王主任")
	w.clock.Advance(15 * 24 * time.Hour)
	contains(t, village.get(m[1]), "已经过期")
	if strings.Contains(village.get(m[1]), "石巳安") {
		t.Error("the child's name outlives the link")
	}
}

// teacher is the class teacher of 石巳安.
func (w *wecomTown) teacher() string {
	s := w.service.bot.Houses()[0].School
	st, _ := s.Roster.Student("S01")
	return s.Holders(school.TitleHomeroom, st.Class(), nil, w.clock.Now()).People[0]
}

func (w *wecomTown) teacherAccount() string {
	p, _ := w.service.bot.Houses()[0].School.Roster.Person(w.teacher())
	a, _ := p.Address("wecom")
	return a.User
}
