package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// 贺疃中学: 巳 is in 七(2)班 of 周; 吴 is 主管主任, 郑 主管校长, 冯 stands for the
// 防流控辍工作小组, 任 teaches, 严 is 校长, 值 has the week's duty.
func hetuan(t testing.TB, spec school.CalendarSpec) *school.School {
	t.Helper()
	cal, errs := school.NewCalendar(spec, []school.Session{
		{ID: "am", Name: "上午", Start: 8 * 60, ReportBy: 8*60 + 20, End: 11*60 + 40},
		{ID: "pm", Name: "下午", Start: 14 * 60, ReportBy: 14*60 + 20, End: 16*60 + 30}})
	for _, err := range errs {
		t.Fatal(err)
	}
	class := []school.Class{{ID: "702", Stage: "初中", Grade: "七年级", Name: "七(2)班"}}
	post := func(id, name, title string, scope ...string) school.Staff {
		return school.Staff{ID: id, Name: name, Posts: []school.Post{{Title: title, Scopes: scope}}}
	}
	staff := []school.Staff{post("周", "周明", "班主任", "702"), post("副", "付丽", "副班主任", "702"), post("任", "任静", "科任教师", "702"),
		post("吴", "吴刚", "主管主任", "全校"), post("郑", "郑强", "主管校长", "全校"), post("冯", "冯敏", "防流控辍工作小组", "全校"),
		post("严", "严正", "校长", "全校"), post("值", "值勤", "值班领导", "全校"), post("办", "办公", "学校办公室", "全校"), post("教", "教务", "教务处", "全校")}
	students := []school.Student{
		{ID: "巳", Name: "学生巳", Places: []school.Place{{Class: "702", Seat: 1}}},
		{ID: "丁", Name: "学生丁", Places: []school.Place{{Class: "702", Seat: 2}}}}
	guardians := []school.Guardian{
		{ID: "G1", Name: "巳母", Mobile: "13800000001", Children: []school.Child{{Student: "巳", Relation: "妈妈", Order: 1}}},
		{ID: "G2", Name: "巳父", Mobile: "13800000002", Children: []school.Child{{Student: "巳", Relation: "爸爸", Order: 2}}}}
	return &school.School{ID: "demo", Name: "贺疃中学", Level: school.LevelJunior, Policy: "S23", Calendar: cal,
		Notices: school.NoticeRules{Grace: 10 * 60e9, AfterRollCall: true, QuietFrom: 21*60 + 30, QuietTo: 6*60 + 30},
		Roster:  school.NewRoster(class, students, staff, guardians)}
}

// march is the fixture's spring term of 2026.
var march = school.CalendarSpec{Timezone: "Asia/Shanghai", ConfirmedUntil: "2026-08-31", Weekdays: []int{1, 2, 3, 4, 5},
	Terms:    []school.Term{{ID: "2026-1", Name: "春季学期", From: "2026-03-02", To: "2026-07-10"}},
	Holidays: []school.Span{{Name: "清明节", From: "2026-04-04", To: "2026-04-06"}}}

// s23 begins on Monday 9 March 2026 before school.
func s23(t testing.TB, settings map[string]any) *world {
	p := shipped(t, "S23")
	p, err := p.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, hetuan(t, march), p, "2026-03-09 07:30")
}

// awayAt reports 巳 absent five minutes into every session up to the given one.
func (w *world) awayAt(sessions ...string) {
	w.t.Helper()
	for _, s := range sessions {
		slot := w.slot(s)
		clock := " 08:05"
		if slot.Session == "pm" {
			clock = " 14:05"
		}
		w.advance(string(slot.Day) + clock)
		w.says("周", "巳", school.Absent)
	}
}

var essay = school.Attachment{Name: "书面材料.docx", Type: "application/octet-stream", Content: []byte("防流控辍")}

func TestS23TheWholeStory(t *testing.T) {
	for _, timersFirst := range []bool{false, true} {
		w := s23(t, nil)
		w.timersFirst = timersFirst
		w.wholeStory(t)
	}
}

func (w *world) wholeStory(t *testing.T) {
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:20") // 1
	w.wantCard("周", "half-day", "2026-03-09 11:40")
	w.never("吴")

	w.advance("2026-03-09 08:30") // 2
	w.refused(w.press("周", w.card("周", "half-day"), "submit", nil), "原因")
	w.card("周", "half-day")

	w.advance("2026-03-09 10:30") // 3
	w.must(w.press("周", w.card("周", "half-day"), "no-contact", map[string]string{"attempts": "3"}))
	w.wantMsg("吴", "no-contact", "未联系上", "3")
	w.noCard("周", "half-day")
	w.noCard("周", "no-contact") // what it asks for came along
	w.never("郑")

	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 14:20") // 4
	w.wantMsg("吴", "day-1", "原因：未联系上")
	w.wantCard("周", "day-1", "2026-03-09 18:00")
	w.wantCard("周", "day-1-visit", "2026-03-09 18:00")
	w.never("郑")

	w.advance("2026-03-09 17:40") // 5
	w.must(w.press("周", w.card("周", "day-1-visit"), "submit", map[string]string{"visit-record": "在家看店"}))
	w.wantMsg("吴", "day-1", "在家看店")
	if k := w.open("巳"); k.Reason != "在家看店" || k.StageNamed("day-1").Open() {
		t.Errorf("the visit gives the reason and answers day 1: %q", k.Reason)
	}

	w.awayAt("2026-03-10/am")
	stages := len(w.open("巳").Stages)
	w.advance("2026-03-10 08:20") // 6
	if got := len(w.open("巳").Stages); got != stages {
		t.Errorf("a third half-day opens nothing, %d stages after %d", got, stages)
	}
	w.never("郑")

	w.awayAt("2026-03-10/pm")
	w.advance("2026-03-10 14:20") // 7
	w.wantMsg("郑", "day-2", "在家看店", "未报告")
	w.wantCard("周", "day-2", "2026-03-10 18:00")
	w.advance("2026-03-10 16:00")
	w.refused(w.press("周", w.card("周", "day-2"), "submit", map[string]string{"reason": "在家看店"}), "已采取的措施")
	w.must(w.press("周", w.card("周", "day-2"), "submit", map[string]string{"reason": "在家看店", "steps-taken": "两次家访"}))
	w.wantMsg("郑", "day-2", "两次家访")

	w.awayAt("2026-03-11/am", "2026-03-11/pm", "2026-03-12/am", "2026-03-12/pm", "2026-03-13/am") // 8
	w.advance("2026-03-13 08:20")
	if got := len(w.open("巳").Stages); got != stages+1 {
		t.Errorf("between day 2 and the week nothing opens: %d", got)
	}
	w.awayAt("2026-03-13/pm")
	w.advance("2026-03-13 14:20") // 9
	w.wantCard("周", "week-1", "2026-03-13 18:00")
	w.wantMsg("郑", "week-1")
	k := w.open("巳")
	doc := k.Documents[len(k.Documents)-1]
	if doc.Kind != "防流控辍书面材料" || doc.State != "draft" {
		t.Errorf("the material is drafted when the stage opens: %+v", doc)
	}
	page, err := rules.Paper(w.facts("read", "巳", w.person("周"), school.Slot{}), k, doc.ID)
	w.must(err)
	for _, want := range []string{"学生巳", "在家看店", "未联系上（已联系 3 次）", "3月9日", "巳母", "草稿", "两次家访"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the draft lacks %q", want)
		}
	}

	w.advance("2026-03-13 15:50") // 10
	w.refused(w.press("周", w.card("周", "week-1"), "submit", map[string]string{"document": "写好了"}), "文件")
	w.must(w.press("周", w.card("周", "week-1"), "submit", map[string]string{"document": "file:0"}, essay))
	if got := w.files[doc.ID]; string(got.Content) != "防流控辍" {
		t.Errorf("the handed-in file is kept under the document: %+v", got)
	}
	w.wantCard("郑", "decision", "2026-03-18 18:00")
	w.never("冯")

	w.advance("2026-03-18 15:00") // 11
	card := w.card("郑", "decision")
	w.refused(w.press("郑", card, "submit", map[string]string{"decision": "继续劝返"}), "参加人", "日期")
	w.must(w.press("郑", card, "submit", map[string]string{"decision": "继续劝返", "participants": "郑、吴、周", "date": "2026-03-18"}))
	w.wantMsg("周", "decision", "继续劝返")
	w.wantMsg("冯", "decision", "继续劝返")
	k = w.open("巳")
	if d := k.Documents[len(k.Documents)-1]; d.Kind != "决定记录" || d.State != "final" {
		t.Errorf("the decision is on record: %+v", d)
	}
	w.checkAudit()
}

// checkAudit is G8: time, actor and version on what was written down.
func (w *world) checkAudit() {
	w.t.Helper()
	notices, lines := 0, 0
	for _, n := range w.notices {
		if n.Act == school.NoticeSend {
			notices++
		}
	}
	for _, l := range w.audit {
		if l.At.IsZero() || l.Book == "" || l.What == "" || l.Policy == "" {
			w.t.Errorf("audit line without time, book or version: %+v", l)
		}
		if l.What == "notice" {
			lines++
		}
	}
	if lines < notices {
		w.t.Errorf("%d messages left, the audit knows %d", notices, lines)
	}
}

func TestS23V1LeaveClosesEverythingAndTheCountStartsAgain(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:00")
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.noCase("巳")
	w.noCard("周", "half-day")
	if st := w.stage("巳", "half-day"); !st.Skipped {
		t.Error("a granted leave closes what is open")
	}
	w.advance("2026-03-11 08:05")
	w.says("周", "巳", school.Absent)
	w.advance("2026-03-11 08:20")
	if k := w.open("巳"); len(k.Missed) != 1 || k.Missed[0].Slot != w.slot("2026-03-11/am") {
		t.Errorf("the count starts again at 1: %+v", k.Missed)
	}
	w.wantCard("周", "half-day", "2026-03-11 11:40")
	w.never("郑")
}

func TestS23V2PresentEndsTheCaseAndTheLeaderAboveHearsNothing(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-10 08:05")
	w.says("周", "巳", school.Present)
	w.noCase("巳")
	w.wantMsg("吴", "", "已到校")
	w.quiet("周")
	w.advance("2026-03-20 18:00")
	w.never("郑")
	if k := w.past[0]; k.State != school.CaseIsClosed || len(k.Missed) != 2 || len(k.History) == 0 {
		t.Errorf("the history stays: %+v", k)
	}
}

func TestS23V3ARollCallNobodyGaveIsNotAnAbsence(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 17:00") // nobody reported the afternoon
	if k := w.open("巳"); len(k.Missed) != 1 || !k.Away {
		t.Errorf("not reported neither counts nor breaks: %+v", k.Missed)
	}
	w.awayAt("2026-03-10/am")
	w.advance("2026-03-10 08:20")
	if k := w.open("巳"); len(k.Missed) != 2 {
		t.Errorf("the run goes on: %+v", k.Missed)
	}
	w.wantMsg("吴", "day-1")
}

func TestS23V4ALessonMissedIsToldButNoHalfDay(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 08:10")
	w.rollCall("周", "702", true)
	w.advance("2026-03-09 10:10")
	w.says("任", "巳", school.Absent)
	w.wantMsg("周", "lesson", "任静")
	w.advance("2026-03-09 13:00")
	w.noCase("巳")
	w.never("G1")
	w.never("吴")
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 14:20")
	if k := w.open("巳"); len(k.Missed) != 1 || k.Missed[0].Slot.Session != "pm" {
		t.Errorf("only the afternoon counts: %+v", k.Missed)
	}
}

func TestS23V5AWeekOfCalendarDays(t *testing.T) {
	w := s23(t, map[string]any{"week_is": "7 calendar-day"})
	w.timersFirst = true
	for _, day := range []string{"09", "10", "11", "12", "13"} {
		w.awayAt("2026-03-"+day+"/am", "2026-03-"+day+"/pm")
	}
	w.advance("2026-03-13 18:30")
	w.noCard("周", "week-1")
	w.advance("2026-03-16 08:05")
	w.says("周", "巳", school.Absent)
	w.noCard("周", "week-1")
	w.advance("2026-03-16 08:20")
	w.wantCard("周", "week-1", "2026-03-16 18:00")
	w.wantMsg("郑", "week-1")
}

func TestS23V6NoAnswerByTheEndOfTheHalfDay(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 11:39")
	w.never("吴")
	w.advance("2026-03-09 11:40")
	w.wantMsg("吴", "no-contact", "联系次数：未报告")
	w.wantMsg("周", "half-day", "已到期")
	w.wantCard("周", "no-contact", "2026-03-09 18:00")
	if !w.stage("巳", "half-day").Overdue {
		t.Error("the half-day card is overdue")
	}
	w.advance("2026-03-09 12:10") // the answer comes late: nothing opens twice
	w.must(w.press("周", w.card("周", "half-day"), "no-contact", map[string]string{"attempts": "2"}))
	w.noCard("周", "no-contact")
	n := 0
	for _, st := range w.open("巳").Stages {
		if st.ID == "no-contact" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("no contact is reported once, not %d times", n)
	}
	w.never("郑")
}

func TestS23V7TwoHalfDaysOfDifferentDays(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 08:10")
	w.rollCall("周", "702", true)
	w.awayAt("2026-03-09/pm", "2026-03-10/am")
	w.advance("2026-03-10 08:20")
	w.wantMsg("吴", "day-1")

	strict := s23(t, map[string]any{"day_is": map[string]any{"n": 2, "unit": "half-day", "consecutive": false}})
	strict.awayAt("2026-03-09/pm", "2026-03-10/am")
	strict.advance("2026-03-10 08:20")
	strict.noCard("周", "day-1")
	strict.awayAt("2026-03-10/pm")
	strict.advance("2026-03-10 14:20")
	strict.wantMsg("吴", "day-1")
}

func TestS23V8AComplaintAboutARefusedStudent(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 09:00")
	w.must(w.happens("G1", "巳", "complaint-recorded", map[string]string{"text": "老师不让孩子进教室"}))
	w.wantCard("吴", "complaint", "2026-03-09 18:00")
	w.quiet("周")
	w.refused(w.press("吴", w.card("吴", "complaint"), "submit", nil), "调查结果")
	w.must(w.press("吴", w.card("吴", "complaint"), "submit", map[string]string{"finding": "属实，已安排入班"}))
	if st := w.stage("巳", "complaint"); st.Answers["finding"] == "" {
		t.Error("the finding is on record")
	}
	w.noCase("巳")
	class, _ := w.school.Roster.Class("702")
	w.refused(rules.Blocked(w.policy, class, "refuse-student", nil), "第二十七条")
}
