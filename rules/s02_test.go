package rules_test

import (
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// s02 is 于集镇: 乙 (巳 in the fixture's roster) of 班主任 周, from Thursday 12 March.
func s02(t *testing.T, settings map[string]any) *world {
	p, err := shipped(t, "S02").With(settings)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, hetuan(t, march), p, "2026-03-12 07:30")
}

func (w *world) throughTheWeekend() {
	w.t.Helper()
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 08:20") // 1
	w.wantCard("周", "reason", "2026-03-13 18:00")
	w.wantCard("周", "school-report", "2026-03-16 18:00")
	w.never("办")
	w.awayAt("2026-03-12/pm", "2026-03-13/am", "2026-03-13/pm")
	w.advance("2026-03-13 14:20") // 2
	w.wantCard("周", "two-days", "2026-03-13 18:00")
	w.advance("2026-03-13 18:00") // 3
	if !w.stage("巳", "reason").Overdue || !w.stage("巳", "two-days").Overdue {
		w.t.Error("reason and two-days are overdue at 18:00")
	}
	w.wantMsg("周", "reason", "已到期")
	w.wantMsg("周", "two-days", "已到期")
	stages := len(w.open("巳").Stages)
	w.advance("2026-03-15 23:59") // 4
	if got := len(w.open("巳").Stages); got != stages {
		w.t.Errorf("the weekend opens nothing: %d", got)
	}
	w.never("办")
}

func TestS02TheWholeStory(t *testing.T) {
	w := s02(t, nil)
	w.throughTheWeekend()
	w.awayAt("2026-03-16/am", "2026-03-16/pm")
	w.advance("2026-03-16 15:00") // 5
	answers := map[string]string{"reason": "随父外出务工", "steps-taken": "电话三次，家访一次"}
	w.must(w.press("周", w.card("周", "school-report"), "submit", answers))
	n := w.wantMsg("办", "school-report", "随父外出务工", "电话三次")
	if n.Role != "学校" {
		t.Errorf("the role it was for is the word of the regime, not %q", n.Role)
	}
	if st := w.stage("巳", "school-report"); st.Overdue || st.Open() {
		t.Error("reported in time")
	}
	if st := w.stage("巳", "reason"); !st.Open() || st.Answers["reason"] == "" {
		t.Error("the reason also stands on the reason card, which still asks for its source")
	}
	w.noCard("办", "third-party")
	w.must(w.happens("周", "巳", "tip-third-party-inducement", map[string]string{"text": "某厂招用"})) // 6
	w.wantCard("办", "third-party", "2026-03-16 18:00")
	w.refused(w.press("办", w.card("办", "third-party"), "submit", map[string]string{"sent-to": "镇政府"}), "报送日期")

	w.advance("2026-03-16 17:00") // 7
	w.refused(w.happens("周", "巳", "status-lost", nil), "去向不能为空")
	w.refused(w.happens("周", "巳", "status-lost", map[string]string{"destination": "unknown"}), "下次核查日期")
	w.must(w.happens("周", "巳", "status-lost", map[string]string{"destination": "unknown", "next-check-date": "2026-03-30"}))
	w.wantCard("周", "lost-student-tracking", "2026-07-10 18:00")
	w.must(w.press("办", w.card("办", "third-party"), "submit", map[string]string{"sent-to": "镇政府", "sent-at": "2026-03-16"}))
	if f := w.open("巳").Filings; len(f) != 1 || f[0].Body != "镇政府" || f[0].Who != "办" || f[0].At.IsZero() {
		t.Errorf("the filing names body, person and time: %+v", f)
	}
	w.advance("2026-03-30 08:00")
	w.wantCard("周", "next-check", "2026-03-30 18:00")
	w.checkAudit()
}

func TestS02TheReasonCardItselfLeadsToTheGovernment(t *testing.T) {
	w := s02(t, nil)
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 09:00")
	w.must(w.press("周", w.card("周", "reason"), "submit", map[string]string{"reason": "被某厂招用", "source-of-information": "邻居", "signs": "有人招用或引诱"}))
	w.wantCard("办", "third-party", "2026-03-12 18:00")
	w.wantCard("周", "school-report", "2026-03-16 18:00")
	w.awayAt("2026-03-12/pm", "2026-03-13/am", "2026-03-13/pm")
	w.advance("2026-03-13 14:20")
	card := w.card("周", "two-days")
	for _, in := range card.Inputs {
		if in.Key == "reason" && in.Required {
			t.Error("day 2 is regulated twice: one reason answer satisfies both")
		}
	}
	w.must(w.press("周", card, "submit", map[string]string{"contact-log": "与父亲通话"}))
	w.noCard("周", "two-days")
}

func TestS02CalendarDays(t *testing.T) {
	w := s02(t, map[string]any{"absence_unit": "calendar-day"})
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 08:20")
	w.wantCard("周", "reason", "2026-03-13 18:00")
	w.wantCard("周", "school-report", "2026-03-14 18:00")
	w.advance("2026-03-14 18:00")
	w.wantMsg("办", "school-report", "未报告")
}

func TestS02TheSchoolHearsAtTheDeadlineInAnyCase(t *testing.T) {
	w := s02(t, nil)
	w.throughTheWeekend()
	w.awayAt("2026-03-16/am", "2026-03-16/pm")
	w.advance("2026-03-16 17:59")
	w.never("办")
	w.advance("2026-03-16 18:00")
	w.wantMsg("办", "school-report", "班主任未报告", "已采取的措施：未报告")
	w.advance("2026-03-16 19:00")
	w.must(w.press("周", w.card("周", "school-report"), "submit", map[string]string{"reason": "生病", "steps-taken": "电话"}))
	w.wantMsg("办", "school-report", "生病")
}

func TestS02WithdrawalIsRefused(t *testing.T) {
	w := s02(t, nil)
	w.advance("2026-03-12 09:00")
	proof := school.Attachment{Name: "证明.pdf", Content: []byte("x")}
	for _, fields := range []map[string]string{
		{"kind": "withdrawal"}, {"kind": "退学", "ground": "厌学", "proof": "attached"}, {"kind": "退学", "ground": "loss-of-ability-to-study"}} {
		w.refused(w.happens("G1", "巳", "application-received", fields), "不准退学")
	}
	w.must(w.happens("G1", "巳", "application-received", map[string]string{"kind": "退学", "ground": "loss-of-ability-to-study"}, proof))
	w.refused(w.happens("周", "巳", "made-up-event", nil), "made-up-event", "dropout-sign-recorded")
}

func TestS02ASignOfDroppingOutOpensMeasures(t *testing.T) {
	w := s02(t, nil)
	w.advance("2026-03-12 09:00")
	w.must(w.reports("周", "巳", rules.Report{Flags: []string{school.FlagIntentToLeave}, Text: "学生巳说不念了"}))
	w.wantCard("周", "dropout-sign", "2026-03-12 18:00")
	w.never("办")
	w.must(w.press("周", w.card("周", "dropout-sign"), "submit", map[string]string{"measure": "谈心", "result": "愿意返校"}))
	w.wantMsg("办", "dropout-sign", "愿意返校")
	w.noCase("巳")
}

func TestS02TrackingComesAgainEveryTermUntilTheChildIsBack(t *testing.T) {
	spec := march
	spec.ConfirmedUntil = "2027-01-31"
	spec.Terms = append(spec.Terms[:1:1], school.Term{ID: "2026-2", Name: "秋季学期", From: "2026-09-01", To: "2027-01-22"})
	w := newWorld(t, hetuan(t, spec), shipped(t, "S02"), "2026-03-12 07:30")
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 10:00")
	w.must(w.happens("周", "巳", "status-lost", map[string]string{"destination": "随父在外地"}))
	w.advance("2026-07-01 10:00")
	w.must(w.press("周", w.card("周", "lost-student-tracking"), "submit",
		map[string]string{"destination": "东莞", "school-now-attended": "无", "study-situation": "在家"}))
	w.noCard("周", "lost-student-tracking")
	w.advance("2026-09-01 08:00")
	w.wantCard("周", "lost-student-tracking", "2027-01-22 18:00")
	w.advance("2026-09-02 08:00")
	w.says("周", "巳", school.Present)
	w.noCard("周", "lost-student-tracking")
}
