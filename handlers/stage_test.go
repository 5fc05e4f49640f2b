package handlers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/sandbox"
	"guixiao/handlers"
	"guixiao/rules/school"
)

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
	for _, g := range s.school.Roster.Guardians() {
		out = append(out, handlers.DemoPerson{ID: g.ID, Name: g.Name, Kind: school.KindGuardian, Children: []string{g.Children[0].Student}})
	}
	for _, st := range s.school.Roster.Students() {
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

func (s *stage) Schools() []handlers.DemoSchool {
	return []handlers.DemoSchool{{ID: "demo", Name: "归校演示学校", Level: "nine-year", Folder: "demo", Shown: true}, {ID: "other", Name: "小鹿艺术中心", Level: "training", Folder: "training"}}
}

func (s *stage) Show(_ context.Context, which string) error {
	if which != "demo" && which != "other" {
		return school.NotFound("没有学校 %s", which)
	}
	return nil
}

func (s *stage) Requests(context.Context, string) ([]handlers.DemoRequest, error) {
	return []handlers.DemoRequest{{ID: "r1", Kind: "leave", State: "open", Student: "S002", From: slot.String(), To: slot.String(),
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
