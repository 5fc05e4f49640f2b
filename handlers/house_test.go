package handlers_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guixiao/bot"
	"guixiao/handlers"
	"guixiao/rules"
	"guixiao/rules/school"
)

var (
	zone    = time.FixedZone("CST", 8*3600)
	tuesday = time.Date(2026, 10, 13, 8, 5, 0, 0, zone)
	slot    = school.Slot{Day: "2026-10-13", Session: "am"}
)

// linjiang is a school of two classes: 七(3)班 with 张三 and 李四, 八(1)班 with 王五.
func linjiang(t testing.TB) *school.School {
	t.Helper()
	clock := func(s string) school.Clock {
		c, err := school.ParseClock(s)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	calendar, errs := school.NewCalendar(school.CalendarSpec{
		Timezone: "Asia/Shanghai", ConfirmedUntil: "2027-01-31", Weekdays: []int{1, 2, 3, 4, 5},
		Terms:    []school.Term{{ID: "t1", Name: "第一学期", From: "2026-09-01", To: "2027-01-22"}},
		Holidays: []school.Span{{Name: "国庆节", From: "2026-10-01", To: "2026-10-07"}, {Name: "元旦", From: "2027-01-01", To: "2027-01-03"}},
	}, []school.Session{
		{ID: "am", Name: "上午", Start: clock("08:00"), ReportBy: clock("08:20"), End: clock("11:50")},
		{ID: "pm", Name: "下午", Start: clock("14:00"), ReportBy: clock("14:20"), End: clock("17:00")},
	})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	post := func(title string, scopes ...string) []school.Post {
		return []school.Post{{Title: title, Scopes: scopes}}
	}
	roster := school.NewRoster(
		[]school.Class{{ID: "703", Stage: "初中", Grade: "七年级", Name: "七(3)班"}, {ID: "801", Stage: "初中", Grade: "八年级", Name: "八(1)班"}},
		[]school.Student{
			{ID: "S001", Name: "张三", Places: []school.Place{{Class: "703", Seat: 1}}},
			{ID: "S002", Name: "李四", Places: []school.Place{{Class: "703", Seat: 2}}, Boarding: true},
			{ID: "S003", Name: "王五", Places: []school.Place{{Class: "801", Seat: 1}}},
		},
		[]school.Staff{
			{ID: "T001", Name: "李敏", Posts: post("班主任", "703")},
			{ID: "T002", Name: "王建国", Posts: append(post("班主任", "801"), post("科任教师", "703")...)},
			{ID: "T003", Name: "周涛", Posts: post("年级主任", "七年级")},
			{ID: "T004", Name: "冯志远", Posts: post("主管主任", "全校")},
			{ID: "T005", Name: "陈校长", Posts: post("校长", "全校")},
			{ID: "T006", Name: "邓立", Posts: post("管理员", "全校")},
		},
		[]school.Guardian{
			{ID: "G1", Name: "王桂芳", Mobile: "19900001001", Children: []school.Child{{Student: "S001", Relation: "妈妈", Order: 1}}},
			{ID: "G2", Name: "李大山", Mobile: "19900001002", Children: []school.Child{{Student: "S002", Relation: "爸爸", Order: 1}}},
		})
	return &school.School{ID: "linjiang", Name: "临江九年一贯制学校", Level: school.LevelNineYear, Policy: "S23", Calendar: calendar, Roster: roster}
}

// desk is what the console reads, on a tuesday morning on which 张三 is missing.
type desk struct {
	mu    sync.Mutex
	rolls map[string]school.Roll
	marks []school.Mark
	cases []school.Case
	cards []school.Card
	files map[string]school.File
	books []school.AddressBook
	told  []school.Notice
	ds    []school.Delegation

	links    map[string]school.Link
	replies  map[string]school.Reply // by key of the delivery
	sendings []school.Sending

	journal map[string]school.Change // by key
	parked  []school.Parked
	health  handlers.Health
	broken  bool // the journal cannot be written
}

func newDesk() *desk {
	due := tuesday.Add(-time.Minute)
	open := school.Card{
		ID: "card1", Title: "请了解张三未到校的原因", Kind: school.CardStage, Stage: "half-day", Role: "班主任", Case: "case1", Student: "S001",
		State: school.CardOpen, People: []string{"T001"}, Why: "缺勤满半天，请班主任了解原因。", Due: &due, At: tuesday,
		Fields: []school.Field{{K: "学生", V: "张三"}, {K: "时间", V: "10月13日上午"}},
		Inputs: []school.Input{
			{Key: "reason", Label: "原因", Type: "text", Required: true},
			{Key: "signs", Label: "有没有苗头", Type: "choice", Options: []school.Option{{ID: "none", Text: "没有"}, {ID: "dropout", Text: "想辍学"}}},
			{Key: "proof", Label: "照片", Type: "file"},
		},
		Buttons: []school.Button{{Key: "submit", Text: "提交", Style: "primary", Act: school.ActSubmit}, {Key: "no-contact", Text: "没联系上", Act: school.ActConfirm}},
	}
	return &desk{
		rolls: map[string]school.Roll{"703": {Class: "703", Slot: slot, By: "T001", At: tuesday}},
		marks: []school.Mark{
			{Student: "S001", Slot: slot, Kind: school.Absent, By: "T001", At: tuesday},
			{Student: "S003", Slot: slot, Kind: school.Sick, Note: "发烧", By: "T002", At: tuesday},
		},
		cases: []school.Case{{
			ID: "case1", Student: "S001", Class: "703", Policy: "S23", Version: "S23@1", State: school.CaseIsOpen, OpenedAt: tuesday, Away: true,
			Missed:  []school.Missed{{Slot: slot, At: tuesday}},
			Stages:  []school.Stage{{ID: "half-day", OpenedAt: tuesday, Due: due, Role: "班主任", People: []string{"T001"}, Card: "card1"}},
			Answers: map[string]school.Answer{"source-of-information": {Value: "家长来电", By: "T001", At: tuesday}},
			History: []school.Entry{{At: tuesday, What: "开案", Why: "缺勤满半天"}, {At: tuesday.Add(time.Minute), What: "问过家长", Who: "T001", Why: "S23-10"}},
			Documents: []school.Document{
				{ID: "doc1", Kind: "书面材料", Title: "防流控辍书面材料", State: "final", Name: "书面材料.txt", Type: "text/plain", At: tuesday},
				{ID: "drawn", Kind: "报告", Title: "报告 张三", State: "draft", Stage: "half-day", At: tuesday},
			},
			Filings: []school.Filing{{Body: "镇政府", Document: "防流控辍书面材料", Who: "T004", At: tuesday}},
		}},
		cards: []school.Card{open},
		links: map[string]school.Link{}, replies: map[string]school.Reply{},
		files: map[string]school.File{
			"doc1":  {ID: "doc1", Name: "书面材料.txt", Type: "text/plain; charset=utf-8", Student: "S001", Content: []byte("张三，10月13日上午未到校。")},
			"doc2":  {ID: "doc2", Name: "恶意.html", Type: "text/html", Student: "S001", Content: []byte("<script>alert(1)</script>")},
			"photo": {ID: "photo", Name: "请假条.jpg", Type: "image/jpeg", Student: "S001", Content: []byte{0xff}},
			"doc3":  {ID: "doc3", Name: "月报.txt", Type: "text/plain", Content: []byte("十月 1 人")},
		},
		told: []school.Notice{{Act: school.NoticeSend, To: "G1", Text: "张三上午未到校。", Why: "未到校通知家长", At: tuesday, Case: "case1"}},
	}
}

func (d *desk) Rolls(_ context.Context, _ string, at school.Slot) (map[string]school.Roll, error) {
	if at != slot {
		return nil, nil
	}
	return d.rolls, nil
}

func (d *desk) MarksAt(_ context.Context, _ string, at school.Slot) ([]school.Mark, error) {
	return slices.DeleteFunc(slices.Clone(d.marks), func(m school.Mark) bool { return m.Slot != at }), nil
}

func (d *desk) Sheets(_ context.Context, _ string, students []string, _ time.Time) (map[string]school.Sheet, error) {
	out := map[string]school.Sheet{}
	for _, st := range students {
		sheet := school.Sheet{Student: st}
		for _, m := range d.marks {
			if m.Student == st {
				sheet.Marks = append(sheet.Marks, m)
				sheet.Missed++
			}
		}
		out[st] = sheet
	}
	return out, nil
}

func (d *desk) OpenCases(context.Context, string) ([]school.Case, error) {
	return slices.Clone(d.cases), nil
}

func (d *desk) Case(_ context.Context, _, id string) (school.Case, error) {
	for _, k := range d.cases {
		if k.ID == id {
			return k, nil
		}
	}
	return school.Case{}, school.NotFound("没有这个个案")
}

func (d *desk) CasesOf(_ context.Context, _, student string) ([]school.Case, error) {
	return slices.DeleteFunc(slices.Clone(d.cases), func(k school.Case) bool { return student != "" && k.Student != student }), nil
}

func (d *desk) NoticesAbout(context.Context, string, string) ([]school.Notice, error) {
	return d.told, nil
}

func (d *desk) Card(_ context.Context, _, id string) (school.Card, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, card := range d.cards {
		if card.ID == id {
			return card, nil
		}
	}
	return school.Card{}, school.NotFound("没有这张卡片")
}

func (d *desk) OpenCards(_ context.Context, _, person string) ([]school.Card, error) {
	return slices.DeleteFunc(slices.Clone(d.cards), func(c school.Card) bool {
		return c.State != school.CardOpen || !slices.Contains(c.People, person)
	}), nil
}

func (d *desk) Delegations(context.Context, string, time.Time) ([]school.Delegation, error) {
	return d.ds, nil
}

func (d *desk) FilesOf(_ context.Context, _, student string) ([]school.File, error) {
	var all []school.File
	for _, f := range d.files {
		if f.Student == student {
			all = append(all, f)
		}
	}
	return all, nil
}

func (d *desk) File(_ context.Context, _, id string) (school.File, error) {
	f, ok := d.files[id]
	if !ok {
		return f, school.NotFound("没有这份材料")
	}
	return f, nil
}

func (d *desk) Link(_ context.Context, token string) (school.Link, error) {
	l, ok := d.links[token]
	if !ok {
		return l, school.ErrNotFound
	}
	return l, nil
}

func (d *desk) KeepLink(_ context.Context, l school.Link) error {
	d.links[l.Token] = l
	return nil
}

func (d *desk) Reply(_ context.Context, key string) (school.Reply, bool, error) {
	r, ok := d.replies[key]
	return r, ok, nil
}

func (d *desk) Sendings(context.Context, string, []string, time.Time) ([]school.Sending, error) {
	return d.sendings, nil
}

// door is where deliveries go: it keeps them and closes the card that was pressed.
type door struct {
	*desk
	got   []school.Delivery
	fails bool
}

func (d *door) Admit(_ context.Context, c bot.Callback) ([]byte, error) {
	if d.fails {
		return nil, errors.New("disk full")
	}
	d.got = append(d.got, c.Deliveries...)
	return c.Answer, nil
}

func (d *door) Ask(ctx context.Context, delivery school.Delivery) (school.Reply, error) {
	if _, err := d.Admit(ctx, bot.Callback{Deliveries: []school.Delivery{delivery}}); err != nil {
		return school.Reply{}, err
	}
	if delivery.Button != "submit" || delivery.Inputs["reason"] == "" {
		return school.Reply{Text: "还缺原因，没有提交。"}, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cards[0].State, d.cards[0].Result = school.CardDone, "李敏 已提交："+delivery.Inputs["reason"]
	return school.Reply{OK: true, Text: "已提交，谢谢。"}, nil
}

// wecom is a platform whose callbacks say in their query what they are.
type wecom struct{ bot.Platform }

func (wecom) Name() string { return "wecom/main" }

func (wecom) Receive(r *http.Request, _ time.Time) (bot.Callback, error) {
	if _, err := io.ReadAll(r.Body); err != nil {
		return bot.Callback{}, err
	}
	switch r.URL.Query().Get("is") {
	case "forged":
		return bot.Callback{}, bot.ErrForged
	case "malformed":
		return bot.Callback{}, school.Invalid("not XML")
	case "fault":
		panic("张三 is a secret")
	case "check":
		return bot.Callback{Answer: []byte("echo")}, nil
	}
	return bot.Callback{Deliveries: []school.Delivery{{Key: "m1", Text: "张三 未到校"}}, Answer: []byte("success")}, nil
}

// house is the whole HTTP side over the desk; demo may be nil.
type house struct {
	handler http.Handler
	door    *door
	desk    *desk
	school  *school.School
	log     *strings.Builder
	key     []byte
	ready   handlers.Readiness
}

func newHouse(t testing.TB, demo handlers.Demo) *house {
	t.Helper()
	h := &house{desk: newDesk(), school: linjiang(t), log: &strings.Builder{}, key: []byte("a key of the test")}
	h.door = &door{desk: h.desk}
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewCounter(prometheus.CounterOpts{Name: "guixiao_test_total", Help: "x"}))
	h.handler = handlers.New(handlers.Settings{
		Schools: func() []*school.School { return []*school.School{h.school} },
		Now:     func() time.Time { return tuesday },
		Log:     slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Key:     h.key, Intake: h.door, Reader: h.desk, Journal: h.desk, System: h.desk, Platforms: []bot.Platform{wecom{}},
		Policy: func(context.Context, string, string) (*rules.Policy, error) {
			return &rules.Policy{Title: "防止学生流失报告制度", Stages: []rules.Stage{{ID: "half-day", Title: "了解原因",
				Require: []rules.Require{{Name: "source-of-information", Label: "信息来源"}}}}}, nil
		},
		Ready: func(context.Context) handlers.Readiness { return h.ready }, Metrics: registry, Demo: demo,
	})
	return h
}

// get asks for a path as a person; "" is nobody.
func (h *house) do(t testing.TB, person string, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	r.Header.Set("Accept", "text/html,*/*")
	if person != "" {
		r.AddCookie(h.session(t, person))
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// session signs a person in by a one-time link.
func (h *house) session(t testing.TB, person string) *http.Cookie {
	t.Helper()
	link := handlers.SignInLink(h.key, h.school.ID, person, time.Now().Add(time.Minute))
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, link, nil))
	cookies := w.Result().Cookies()
	if len(cookies) == 0 {
		t.Fatalf("no session for %s: %d %s", person, w.Code, w.Body)
	}
	return cookies[0]
}
