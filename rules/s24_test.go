package rules_test

import (
	"slices"
	"strings"
	"testing"

	"guixiao/rules/school"
)

// xinghe is a training institution of one calendar with the acceptance
// scenarios: learner 午 with a course of 48 lessons, paid 9 600.00, 20 used.
func xinghe(t testing.TB) *school.School {
	s := hetuan(t, march)
	piano := school.Class{ID: "GQ1", Stage: "培训", Grade: "少儿", Name: "钢琴一班", Seats: 3, Room: "三号琴房"}
	next := school.Class{ID: "GQ2", Stage: "培训", Grade: "少儿", Name: "钢琴二班", Seats: 2, Room: "五号琴房"}
	post := func(id, name, title string, scope ...string) school.Staff {
		return school.Staff{ID: id, Name: name, Posts: []school.Post{{Title: title, Scopes: scope}}}
	}
	staff := []school.Staff{post("审", "沈批", "审批人员", "全校"), post("财", "蔡务", "财务", "全校"), post("教", "焦务", "教务", "全校"), post("客", "柯服", "客服", "全校"),
		post("班", "班师", "班主任", "GQ1", "GQ2"), post("任", "任师", "任课教师", "GQ1"), post("新", "辛师", "任课教师", "GQ2"), post("机", "季构", "机构", "全校")}
	at := func(id, name, class string) school.Student {
		return school.Student{ID: id, Name: name, Places: []school.Place{{Class: class}}}
	}
	students := []school.Student{at("午", "学员午", "GQ1"), at("未", "学员未", "GQ1"), at("申", "学员申", "GQ1"), at("酉", "学员酉", "GQ2")}
	guardian := func(id, name, student string) school.Guardian {
		return school.Guardian{ID: id, Name: name, Children: []school.Child{{Student: student, Relation: "妈妈", Order: 1}}}
	}
	s.Level, s.Policy, s.Name = school.LevelTraining, "S24", "星河艺术"
	s.Roster = school.NewRoster([]school.Class{piano, next}, students, staff,
		[]school.Guardian{guardian("G1", "午母", "午"), guardian("G2", "未母", "未"), guardian("G3", "申母", "申"), guardian("G4", "酉母", "酉")}).
		WithContracts([]school.Contract{{ID: "K1", Student: "午", Class: "GQ1", Bought: 48, Used: 20, Paid: 960000, Until: "2026-12-31"},
			{ID: "K2", Student: "未", Class: "GQ1", Bought: 30, Used: 11, Paid: 100000}, {ID: "K3", Student: "申", Class: "GQ1", Bought: 3, Used: 1, Paid: 10000}})
	return s
}

var s24Settings = map[string]any{"approval_sla": "2 school-day", "short_long_limit": "30 calendar-day", "checkin_every": "7 calendar-day", "resume_notice_lead": "3 calendar-day",
	"chosen_by": "学员", "resource_access": "逐个决定", "refund_payout_within": "10 calendar-day", "retained_valid": "180 calendar-day", "freeze_max": "365 calendar-day"}

func s24(t testing.TB, settings map[string]any) *world {
	all := map[string]any{}
	for k, v := range s24Settings {
		all[k] = v
	}
	for k, v := range settings {
		all[k] = v
	}
	p, err := shipped(t, "S24").With(all)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, xinghe(t), p, "2026-03-10 08:30")
}

var ill = map[string]string{"kind": "停课", "reason": "生病", "from-date": "2026-03-11", "expected-return-date": "2026-03-30"}

func also(base map[string]string, kv ...string) map[string]string {
	all := map[string]string{}
	for k, v := range base {
		all[k] = v
	}
	for i := 0; i < len(kv); i += 2 {
		all[kv[i]] = kv[i+1]
	}
	return all
}

// pauseOf is the newest application of a learner of a kind.
func (w *world) pauseOf(student, kind string) school.Application {
	w.t.Helper()
	all := w.sheet(student).Applications
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == kind {
			return all[i]
		}
	}
	w.t.Fatalf("%s has no application %s", student, kind)
	return school.Application{}
}

func (w *world) wantSheet(student string, want school.Settlement) {
	w.t.Helper()
	s := w.pauseOf(student, school.ApplySuspend).Sheet
	if s == nil {
		w.t.Fatal("no settlement sheet")
	}
	got := school.Settlement{Paid: s.Paid, Lessons: s.Lessons, Used: s.Used, Remaining: s.Remaining, Amount: s.Amount, Treatment: s.Treatment, Class: s.Class, Until: s.Until}
	if got != want {
		w.t.Errorf("%s: sheet %+v, want %+v", w.now.Format("01-02 15:04"), got, want)
	}
}

func (w *world) documents(student, kind string) (kinds string) {
	for _, doc := range w.pauseOf(student, kind).Documents {
		kinds += doc.Kind + " "
	}
	return kinds
}

// applied is 6.24 up to the approval.
func (w *world) pausedUntil(back string) {
	w.t.Helper()
	w.advance("2026-03-10 09:00")
	w.must(w.happens("G1", "午", "application-received", also(ill, "expected-return-date", back)))
	w.advance("2026-03-10 15:00")
}

var opened = map[string]string{"resource-access": "继续开放", "fee-treatment": "由学员选择"}

func TestS24AShortPauseFromTheFormToTheFirstLesson(t *testing.T) {
	w := s24(t, nil)
	w.advance("2026-03-10 09:00")
	w.refused(w.happens("G1", "午", "application-received", also(ill, "reason", "")), "原因") // 2
	w.refused(w.happens("G1", "午", "application", also(ill, "expected-return-date", "")), "预计返校")
	w.pausedUntil("2026-03-30") // 1
	w.wantCard("审", "decide", "2026-03-12 18:00")
	w.wantSheet("午", school.Settlement{Paid: "9600.00", Lessons: 48, Used: 20, Remaining: 28, Amount: "5600.00", Class: "short"})
	if docs := w.documents("午", "suspend"); docs != "停课申请表 " {
		t.Errorf("documents: %s", docs)
	}
	w.refused(w.press("审", w.card("审", "decide"), "approve", map[string]string{"fee-treatment": "由学员选择"}), "学习资源") // 3
	w.refused(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "继续开放"}), "费用处理")
	w.advance("2026-03-10 15:10")
	w.must(w.press("审", w.card("审", "decide"), "approve", also(opened, "resource-until", "2026-03-30"))) // 4
	w.noCard("财", "fees")
	w.must(w.press("G1", w.card("G1", "fee-choice"), "保留学费", nil))
	w.wantCard("财", "fees", "2026-03-11 18:00")
	w.wantSheet("午", school.Settlement{Paid: "9600.00", Lessons: 48, Used: 20, Remaining: 28, Amount: "5600.00", Treatment: "retain", Class: "short", Until: "2026-09-07"})
	w.wantMsg("G1", "apply", "已同意", "继续开放", "5600.00")
	w.refused(w.press("财", w.card("财", "fees"), "submit", map[string]string{"confirmed": "否"}), "没有核对好")
	w.refused(w.press("教", w.card("财", "fees"), "submit", map[string]string{"confirmed": "是"}), "")
	w.must(w.press("财", w.card("财", "fees"), "submit", map[string]string{"confirmed": "是"}))
	w.wantMsg("G1", "fees", "保留学费", "28 课时", "5600.00")
	w.must(w.press("教", w.card("教", "seat"), "submit", map[string]string{"seat": "保留"}))

	w.advance("2026-03-17 18:30") // 8: lessons went on without the learner
	if w.alarmed() || w.sheets["午"].Case != nil {
		t.Error("a learner who pauses is not absent")
	}
	w.advance("2026-03-18 09:00") // 9
	w.wantCard("G1", "check-in", "2026-03-19 18:00")
	w.must(w.press("G1", w.card("G1", "check-in"), "按计划复课", nil))
	w.advance("2026-03-19 19:00")
	w.noCard("班", "check-in")
	w.wantCard("教", "place", "2026-03-26 18:00")
	w.advance("2026-03-26 17:00")
	w.wantCard("G1", "check-in", "2026-03-26 18:00")
	w.refused(w.press("教", w.card("教", "place"), "submit", map[string]string{"class": "GQ1"}), "名额") // 10
	w.must(w.press("教", w.card("教", "place"), "submit", map[string]string{"class": "GQ1", "seat-confirmed": "是"}))
	w.wantMsg("任", "place", "复课班级")
	w.advance("2026-03-26 18:30") // the second check-in was left without an answer
	w.wantCard("客", "check-in", "2026-03-27 18:00")
	w.wantCard("班", "check-in", "2026-03-27 18:00")

	w.advance("2026-03-27 09:00") // 11
	w.wantCard("机", "resume-notice", "2026-03-27 18:00")
	for _, empty := range []string{"time", "place-if-offline", "materials"} {
		w.refused(w.press("机", w.card("机", "resume-notice"), "submit", also(comeBack, empty, "")), "还缺")
	}
	w.must(w.press("机", w.card("机", "resume-notice"), "submit", comeBack))
	w.wantMsg("G1", "resume-notice", "3月30日 08:00", "三号琴房", "琴谱")
	w.must(w.press("G1", w.card("G1", "resume-notice"), "ack", nil))
	w.must(w.press("班", w.card("班", "check-in"), "submit", map[string]string{"plan-to-return": "按计划复课"}))

	w.advance("2026-03-30 08:10") // 12
	w.says("任", "午", school.Present)
	a := w.pauseOf("午", "suspend")
	if a.Answers["resumed"] != "2026-03-30" || a.Sheet.Remaining != 28 {
		t.Errorf("not back: %v", a.Answers)
	}
	w.wantCard("任", "handover", "2026-04-02 18:00")
	w.wantMsg("G1", "resumed", "28 课时")
	w.refused(w.press("任", w.card("任", "handover"), "submit", map[string]string{"progress-gap": "两首练习曲", "done": "否"}), "没有核对好")
	w.must(w.press("任", w.card("任", "handover"), "submit", map[string]string{"progress-gap": "两首练习曲", "done": "是"}))
	w.advance("2026-03-31 10:00")
	w.must(w.press("G1", w.card("G1", "feedback"), "很满意", nil))
	w.advance("2026-04-20 10:00")
	if over := w.pauseOf("午", "suspend").Over; over.IsZero() {
		t.Errorf("something is still owed: %+v", w.pauseOf("午", "suspend").Steps)
	}
	w.everyLineSaysWhy()
}

// alarmed says whether a guardian was told that a child is missing.
func (w *world) alarmed() bool {
	return slices.ContainsFunc(w.notices, func(n school.Notice) bool { return n.Card != nil && n.Card.Kind == school.CardParent })
}

var comeBack = map[string]string{"time": "3月30日 08:00", "place-if-offline": "三号琴房", "materials": "琴谱、水杯"}

// Variants of 6.24.

func TestS24ARefundIsComputedConfirmedAndPaidBySomebodyElse(t *testing.T) {
	w := s24(t, nil)
	w.pausedUntil("2026-03-30")
	w.must(w.press("G1", w.card("G1", "fee-choice"), "按比例退费", nil)) // chosen before the decision
	if in := inputOf(w.card("审", "decide"), "fee-treatment"); in.Value != "按比例退费" || in.Required {
		t.Errorf("whoever decides sees what the family chose: %+v", in)
	}
	w.refused(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭", "fee-treatment": "保留学费"}), "家长已经选了")
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭"}))
	w.wantSheet("午", school.Settlement{Paid: "9600.00", Lessons: 48, Used: 20, Remaining: 28, Amount: "5600.00", Treatment: "refund", Class: "short", Until: "2026-03-20"})
	w.noCard("财", "payout")
	w.refused(w.press("财", w.card("财", "fees"), "submit", map[string]string{"confirmed": "是", "costs": "6000"}), "不超过")
	w.must(w.press("财", w.card("财", "fees"), "submit", map[string]string{"confirmed": "是", "costs": "120.5"}))
	if s := w.pauseOf("午", "suspend").Sheet; s.Amount != "5479.50" || s.Costs != "120.50" || s.ConfirmedBy != "财" {
		t.Errorf("%+v", s)
	}
	w.wantCard("财", "payout", "2026-03-20 18:00")
	w.must(w.press("财", w.card("财", "payout"), "submit", map[string]string{"paid-at": "2026-03-18"}))
}

func TestS24ALongPauseFreezesUntilTheLearnerIsBack(t *testing.T) {
	w := s24(t, nil)
	w.pausedUntil("2026-04-30")
	w.noCard("G1", "fee-choice")
	if in := inputOf(w.card("审", "decide"), "fee-treatment"); in.Value != "冻结学费" {
		t.Errorf("the rule for long pauses is proposed: %+v", in)
	}
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "部分开放", "resource-list": "录播课"}))
	w.wantSheet("午", school.Settlement{Paid: "9600.00", Lessons: 48, Used: 20, Remaining: 28, Amount: "5600.00", Treatment: "freeze", Class: "long", Until: "2027-03-11"})
	w.advance("2026-04-29 20:00")
	if w.pauseOf("午", "suspend").Sheet.Released != "" {
		t.Error("released before the learner was back")
	}
	w.advance("2026-04-30 08:10")
	w.says("任", "午", school.Present)
	if w.pauseOf("午", "suspend").Sheet.Released != "2026-04-30" {
		t.Error("the first lesson releases what was frozen")
	}
}

func TestS24ARejectionHasItsReasonAndThirtyDaysAreShort(t *testing.T) {
	w := s24(t, nil)
	w.pausedUntil("2026-04-10") // 30 days exactly
	if c := w.pauseOf("午", "suspend").Sheet.Class; c != "short" {
		t.Errorf("30 days are %s", c)
	}
	month := s24(t, map[string]any{"short_long_limit": "1 month"})
	month.pausedUntil("2026-04-11")
	if c := month.pauseOf("午", "suspend").Sheet.Class; c != "short" {
		t.Errorf("from 11 March to 11 April is more than a month: %s", c)
	}
	w.refused(w.press("审", w.card("审", "decide"), "refuse", nil), "理由")
	w.must(w.press("审", w.card("审", "decide"), "refuse", map[string]string{"reason": "课程下周结束"}))
	w.wantMsg("G1", "apply", "课程下周结束")
	w.noCard("G1", "fee-choice")
	w.advance("2026-03-18 10:00")
	w.noCard("G1", "check-in")
	if w.pauseOf("午", "suspend").State != school.ApplicationRejected {
		t.Error("not rejected")
	}
}

func TestS24WhereTheInstitutionChoosesNobodyAsksTheFamily(t *testing.T) {
	w := s24(t, map[string]any{"chosen_by": "机构", "resource_access": "关闭"})
	w.pausedUntil("2026-03-30")
	w.noCard("G1", "fee-choice")
	w.refused(w.press("审", w.card("审", "decide"), "approve", map[string]string{"fee-treatment": "由学员选择"}), "费用处理")
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"fee-treatment": "retain"}))
	w.wantCard("财", "fees", "2026-03-11 18:00")
}

func TestS24ASilentFamilyIsCalledAndThenChooses(t *testing.T) {
	w := s24(t, nil)
	w.pausedUntil("2026-03-30")
	w.must(w.press("审", w.card("审", "decide"), "approve", opened))
	w.advance("2026-03-12 18:30")
	w.wantCard("客", "fee-choice", "2026-03-13 18:00")
	w.noCard("财", "fees")
	w.must(w.press("客", w.card("客", "fee-choice"), "submit", map[string]string{"fee-choice": "保留学费"}))
	w.wantCard("财", "fees", "2026-03-13 18:00")
	w.noCard("G1", "fee-choice") // what the family told on the phone settles its card
}

func TestS24ALongerPauseIsAppliedForAgain(t *testing.T) {
	w := s24(t, nil)
	w.pausedUntil("2026-03-30")
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭", "fee-treatment": "保留学费"}))
	w.advance("2026-03-18 10:00")
	w.must(w.press("G1", w.card("G1", "check-in"), "延长停课", map[string]string{"new-return-date": "2026-04-27"}))
	a := w.pauseOf("午", "suspend")
	if !a.Waiting() || a.From != "2026-03-30" || a.Sheet.Class != "long" { // 47 days in all
		t.Errorf("%+v %+v", a, a.Sheet)
	}
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭"}))
	w.wantSheet("午", school.Settlement{Paid: "9600.00", Lessons: 48, Used: 20, Remaining: 28, Amount: "5600.00", Treatment: "freeze", Class: "long", Until: "2027-03-30"})
	w.advance("2026-03-31 09:00")
	if w.alarmed() {
		t.Error("the pause goes on")
	}
	w.noCard("教", "place")
	w.advance("2026-04-06 10:00")
	w.wantCard("G1", "check-in", "2026-04-07 18:00")
	w.advance("2026-04-20 10:00")
	w.wantCard("教", "place", "2026-04-23 18:00")
}

func TestS24WhoWillNotReturnIsPaidOut(t *testing.T) {
	w := s24(t, nil)
	w.pausedUntil("2026-03-30")
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭", "fee-treatment": "保留学费"}))
	w.advance("2026-03-18 10:00")
	w.must(w.press("G1", w.card("G1", "check-in"), "不再回来", nil))
	w.wantCard("审", "decide", "2026-03-20 18:00")
	w.must(w.press("审", w.card("审", "decide"), "approve", nil))
	if s := w.pauseOf("午", "refund").Sheet; s.Treatment != "refund" || s.Amount != "5600.00" || s.Until != "2026-03-28" {
		t.Errorf("%+v", s)
	}
	w.wantCard("财", "fees", "2026-03-19 18:00")
	w.must(w.press("财", w.card("财", "fees"), "submit", map[string]string{"confirmed": "是"}))
	w.must(w.press("财", w.card("财", "payout"), "submit", map[string]string{"paid-at": "2026-03-20"}))
	w.advance("2026-04-10 10:00")
	w.noCard("教", "place")
	w.noCard("G1", "check-in")
	if w.alarmed() {
		t.Error("who has left is not absent")
	}
}

// No seat: the old class is full, because the seat was released and taken.
func TestS24AFullClassIsRefusedAndAFittingOneOffered(t *testing.T) {
	w := s24(t, nil)
	classes := w.school.Roster.Classes
	classes[0].Seats = 2 // three learners are on the list: one over
	w.pausedUntil("2026-03-30")
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭", "fee-treatment": "保留学费"}))
	w.must(w.press("教", w.card("教", "seat"), "submit", map[string]string{"seat": "释放"}))
	w.advance("2026-03-20 09:00")
	c := w.card("教", "place")
	if in := inputOf(c, "class"); in.Value != "" || len(in.Options) != 2 || !strings.Contains(in.Options[1].Text, "余 1 个") {
		t.Errorf("%+v", in)
	}
	w.refused(w.press("教", c, "submit", map[string]string{"class": "GQ1", "seat-confirmed": "是"}), "已满", "钢琴二班")
	w.must(w.press("教", c, "submit", map[string]string{"class": "钢琴二班", "seat-confirmed": "是"}))
	w.advance("2026-03-27 09:00")
	if in := inputOf(w.card("机", "resume-notice"), "place-if-offline"); in.Value != "五号琴房" {
		t.Errorf("the room of the new class is proposed: %+v", in)
	}
	w.must(w.press("机", w.card("机", "resume-notice"), "submit", also(comeBack, "place-if-offline", "五号琴房")))
	w.advance("2026-03-28 18:00") // nobody acknowledged
	w.wantMsg("G1", "resume-notice", "再次通知")
	w.must(w.press("机", w.card("机", "resume-notice"), "submit", nil)) // told on the phone
	w.advance("2026-03-30 08:10")
	w.says("新", "午", school.Present)
	w.wantCard("新", "handover", "2026-04-02 18:00")
}

func TestS24WithoutItsSettingsIsNotSwitchedOn(t *testing.T) {
	_, err := shipped(t, "S24").With(nil)
	for _, name := range []string{"approval_sla", "short_long_limit", "refund_payout_within", "retained_valid", "freeze_max", "resource_access", "checkin_every", "resume_notice_lead"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is missing and not named: %v", name, err)
		}
	}
}

func inputOf(c school.Card, key string) school.Input {
	for _, in := range c.Inputs {
		if in.Key == key {
			return in
		}
	}
	return school.Input{}
}

// What was paid back at the pause is not paid back again when the learner leaves.
func TestNobodyGetsTheSameMoneyTwice(t *testing.T) {
	w := s24(t, nil)
	w.must(w.happens("G1", "午", "application-received", map[string]string{"kind": "停课", "reason": "生病", "from-date": "2026-03-11", "expected-return-date": "2026-03-30"}))
	w.must(w.press("G1", w.card("G1", "fee-choice"), "按比例退费", nil))
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭"}))
	w.refused(w.happens("G1", "午", "application-received", map[string]string{"kind": "退费", "reason": "搬走"}), "已经办过退费")
}
