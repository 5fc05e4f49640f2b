package handlers_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	"guixiao/bot/sandbox"
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
		Terms: []school.Term{{ID: "t1", Name: "第一学期", From: "2026-09-01", To: "2027-01-22"}},
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
	told  []school.Notice
	ds    []school.Delegation
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
		files: map[string]school.File{
			"doc1": {ID: "doc1", Name: "书面材料.txt", Type: "text/plain; charset=utf-8", Student: "S001", Content: []byte("张三，10月13日上午未到校。")},
			"doc2": {ID: "doc2", Name: "恶意.html", Type: "text/html", Student: "S001", Content: []byte("<script>alert(1)</script>")},
			"doc3": {ID: "doc3", Name: "月报.txt", Type: "text/plain", Content: []byte("十月 1 人")},
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
	return slices.DeleteFunc(slices.Clone(d.cases), func(k school.Case) bool { return k.Student != student }), nil
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

func (d *desk) File(_ context.Context, _, id string) (school.File, error) {
	f, ok := d.files[id]
	if !ok {
		return f, school.NotFound("没有这份材料")
	}
	return f, nil
}

// door is where deliveries go: it keeps them and closes the card that was pressed.
type door struct {
	*desk
	got   []school.Delivery
	fails bool
}

func (d *door) Accept(_ context.Context, ds ...school.Delivery) error {
	if d.fails {
		return errors.New("disk full")
	}
	d.got = append(d.got, ds...)
	return nil
}

func (d *door) Ask(ctx context.Context, delivery school.Delivery) (school.Reply, error) {
	if err := d.Accept(ctx, delivery); err != nil {
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
	ready   []string
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
		Key:     h.key, Intake: h.door, Reader: h.desk, Platforms: []bot.Platform{wecom{}},
		Policy: func(context.Context, string, string) (*rules.Policy, error) {
			return &rules.Policy{Title: "防止学生流失报告制度", Stages: []rules.Stage{{ID: "half-day", Title: "了解原因",
				Require: []rules.Require{{Name: "source-of-information", Label: "信息来源"}}}}}, nil
		},
		Ready: func(context.Context) []string { return h.ready }, Metrics: registry, Demo: demo,
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

// stage is a small demonstration: enough of a school to show the wire format
// and the page. The real engine is tested where it is put together.
type stage struct {
	*sandbox.Platform
	mu     sync.Mutex
	school *school.School
	now    time.Time
	said   map[string]bool
	open   map[string]school.Card // by id
	asked  handlers.DemoMove
	seen   []any
	n      int
}

func newStage(t testing.TB) *stage {
	t.Helper()
	p, err := sandbox.New("", zone, func(string) []string { return []string{"T001", "T002"} })
	if err != nil {
		t.Fatal(err)
	}
	return &stage{Platform: p, school: linjiang(t), now: tuesday, said: map[string]bool{}, open: map[string]school.Card{}}
}

func (s *stage) School() *school.School { return s.school }

func (s *stage) People() []handlers.DemoPerson {
	var out []handlers.DemoPerson
	for _, st := range s.school.Roster.Staff {
		p := handlers.DemoPerson{ID: st.ID, Name: st.Name, Kind: school.KindStaff}
		for _, post := range st.Posts {
			p.Posts = append(p.Posts, handlers.DemoPost{Post: post.Title, Scope: post.Scopes[0]})
			if post.Title == "班主任" {
				p.Class = post.Scopes[0]
			}
		}
		out = append(out, p)
	}
	for _, g := range s.school.Roster.Guardians {
		out = append(out, handlers.DemoPerson{ID: g.ID, Name: g.Name, Kind: school.KindGuardian, Children: []string{g.Children[0].Student}})
	}
	for _, st := range s.school.Roster.Students {
		out = append(out, handlers.DemoPerson{ID: st.ID, Name: st.Name, Kind: school.KindStudent, Class: st.Class()})
	}
	return out
}

func (s *stage) send(n school.Notice) {
	s.n++
	n.Key, n.At = fmt.Sprintf("n%d", s.n), s.now
	if n.Card != nil {
		n.Kind = school.NoticeCard
		s.open[n.Card.ID] = *n.Card
	}
	body, _ := s.Render(n, school.Address{})
	_, _ = s.Deliver(context.Background(), bot.Dispatch{Notice: n, Body: body})
}

func (s *stage) Say(_ context.Context, m handlers.DemoSay) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.ID != "" && s.said[m.ID] {
		return m.ID, nil
	}
	s.said[m.ID] = true
	s.seen = append(s.seen, m)
	s.send(school.Notice{To: m.Person, Text: "", Why: "您刚才发来的消息是这样理解的。", Student: "S001", Card: &school.Card{
		ID: "c" + fmt.Sprint(s.n+1), Title: "已登记：张三 未到校", State: school.CardOpen,
		Fields:  []school.Field{{K: "时间", V: "10月13日（周二）上午"}, {K: "点名", V: "其余同学已到校"}},
		Buttons: []school.Button{{Key: "right", Text: "正确", Act: school.ActConfirm}, {Key: "cancel", Text: "撤回", Style: "danger", Act: school.ActCancel}},
	}})
	if m.ID == "" {
		return fmt.Sprintf("say-%d", s.n), nil
	}
	return m.ID, nil
}

func (s *stage) Event(_ context.Context, e handlers.DemoEvent) (school.Reply, error) {
	s.seen = append(s.seen, e)
	if e.Event == "delegate" && e.Person == "G1" {
		return school.Reply{}, school.Refused("家长不能委托。")
	}
	return school.Reply{OK: true, Text: "已记录。"}, nil
}

func (s *stage) Press(_ context.Context, p handlers.DemoPress) (school.Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, p)
	card, ok := s.open[p.Card]
	if !ok {
		return school.Reply{}, school.NotFound("没有这张卡片")
	}
	if card.State != school.CardOpen {
		return school.Reply{Text: "这张卡片已经处理过了。"}, nil
	}
	if p.Button == "right" {
		return school.Reply{Text: "这件事已由别人确认，没有改动。"}, nil
	}
	card.State, card.Result = school.CardDone, "已撤回"
	card.Buttons = nil
	s.send(school.Notice{To: p.Person, Card: &card, Why: "卡片已更新。"})
	return school.Reply{OK: true, Text: "已撤回，家长不会收到消息。"}, nil
}

func (s *stage) Feed(person string, after int) ([]json.RawMessage, error) {
	return s.Platform.Feed(person, after), nil
}

func (s *stage) Follow() (<-chan struct{}, func()) { return s.Subscribe() }

func (s *stage) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stage) MoveTo(_ context.Context, m handlers.DemoMove) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = m
	rollCloses := time.Date(2026, 10, 13, 8, 20, 0, 0, zone)
	if before := s.now; before.Before(rollCloses) && !m.To.Before(rollCloses) {
		s.now = rollCloses
		s.send(school.Notice{To: "G1", Kind: school.NoticeParent, Text: "王桂芳您好：张三上午还没有到校，本学期已缺 3 个半天。方便的话请告诉我们原因。—— 七(3)班 李老师", Why: "孩子未到校，点名已截止。", Student: "S001"})
		card := newDesk().cards[0]
		due := rollCloses.Add(3 * time.Hour)
		card.Due = &due
		s.send(school.Notice{To: "T001", Card: &card, Text: "张三 上午未到校。", Why: card.Why, Student: "S001", Role: "班主任"})
	}
	s.now = m.To
	return m.To, nil
}

func (s *stage) Cases(_ context.Context, student string) ([]school.Case, error) {
	return newDesk().CasesOf(context.Background(), "", student)
}

func (s *stage) Requests(context.Context, string) ([]handlers.DemoRequest, error) {
	return []handlers.DemoRequest{{ID: "r1", Kind: "leave", State: "open", Student: "S002", From: slot, To: slot,
		Steps: []handlers.DemoStep{{Post: "班主任", Who: "T001", State: "open"}}}}, nil
}

func (s *stage) Documents(_ context.Context, stage, period string) ([]school.Document, error) {
	if stage != "monthly" || period != "2026-10" {
		return nil, nil
	}
	return []school.Document{{ID: "doc3", Kind: "月报", Title: "十月月报", State: "draft"}}, nil
}

func (s *stage) Audit(_ context.Context, caseID string) (bool, []school.Line, error) {
	if caseID != "case1" {
		return false, nil, school.NotFound("没有这个个案")
	}
	return true, []school.Line{{Book: "case:case1", At: tuesday, Who: "T001", What: "mark", Detail: "未到校", Why: "报告"}}, nil
}

func (s *stage) Reset(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = tuesday
	return s.Platform.Reset()
}

func (s *stage) Restart(context.Context) error { return nil }
