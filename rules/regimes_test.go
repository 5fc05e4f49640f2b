package rules_test

import (
	"errors"
	"slices"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// The storylines of the regimes about one child, as decisions: what must not
// happen as much as what must.

var visited = map[string]string{"visit-record": "家访见到母亲", "dropout-intent": "是"}

func TestS01TheWeekRunsFromTheSecondVisit(t *testing.T) {
	w := regime(t, "S01", "2026-03-09 07:30", nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:20")
	w.wantCard("周", "contact", "2026-03-09 08:50")
	w.wantCard("周", "visit-1", "2026-03-09 18:00")
	w.advance("2026-03-09 17:30")
	w.refused(w.press("周", w.card("周", "visit-1"), "submit", map[string]string{"visit-record": "家访"}), "辍学意向")
	w.must(w.press("周", w.card("周", "visit-1"), "submit", visited))
	w.wantCard("周", "visit-2", "2026-03-10 18:00")
	w.advance("2026-03-10 17:00")
	w.must(w.press("周", w.card("周", "visit-2"), "submit", map[string]string{"visit-record": "再次家访"}))
	w.wantCard("周", "return-week", "2026-03-17 18:00")
	w.awayAt("2026-03-17/am", "2026-03-17/pm")
	w.advance("2026-03-17 17:59")
	w.never("吴")
	w.advance("2026-03-17 18:00")
	w.wantMsg("吴", "failed-to-school")
	w.wantCard("周", "failed-to-school", "2026-03-18 12:00")
	w.advance("2026-03-18 09:00")
	w.must(w.press("周", w.card("周", "failed-to-school"), "submit", map[string]string{"attempts-summary": "无效"}))
	joint := w.card("周", "visit-3-joint")
	w.refused(w.press("周", joint, "submit", map[string]string{"visit-record": "三次", "leader-present": "任静"}), "同去的领导")
	w.must(w.press("周", joint, "submit", map[string]string{"visit-record": "三次", "leader-present": "吴刚"}))
	w.wantCard("办", "report-up", "2026-03-18 18:00")
	w.must(w.press("办", w.card("办", "report-up"), "submit", map[string]string{"书面材料": "file:0", "sent-to": "文教体局、派出所", "sent-at": "2026-03-18"}, essay))
	if f := w.open("巳").Filings; len(f) != 2 || f[0].Body != "文教体局" || f[1].Body != "派出所" {
		t.Errorf("every body it was sent to is on record: %+v", f)
	}
	w.checkAudit()
}

func TestS01BackInClassEndsTheWeekAndNobodyHears(t *testing.T) {
	w := regime(t, "S01", "2026-03-09 07:30", nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 17:30")
	w.must(w.press("周", w.card("周", "visit-1"), "submit", visited))
	w.advance("2026-03-10 10:00")
	w.must(w.press("周", w.card("周", "visit-2"), "submit", map[string]string{"visit-record": "再次家访"}))
	w.advance("2026-03-12 08:05")
	w.says("周", "巳", school.Present)
	w.noCard("周", "return-week")
	w.advance("2026-03-20 18:00")
	w.never("吴")
}

func TestS12AskedAgainUntilTheWorkIsMuch(t *testing.T) {
	w := regime(t, "S12", "2026-03-09 07:30", map[string]any{"new_student_record_due": 5, "remedial_limit": 5, "much_work": map[string]any{"visits": 2, "days": 9}})
	w.must(w.happens("周", "巳", "student-did-not-come", nil))
	w.advance("2026-03-09 08:20")
	w.wantCard("周", "mobilise", "2026-03-10 18:00")
	w.wantMsg("任", "mobilise")
	w.advance("2026-03-09 17:30")
	w.must(w.press("周", w.card("周", "mobilise"), "submit", map[string]string{"visit-record": "一", "participants": "周明"}))
	w.wantCard("周", "mobilise", "") // as soon as it can be
	w.wantCard("周", "hand-in-log", "2026-03-10 18:00")
	w.noCard("周", "written-report")
	w.advance("2026-03-10 09:00")
	w.must(w.press("周", w.card("周", "mobilise"), "submit", map[string]string{"visit-record": "二", "participants": "周明"}))
	report := w.card("周", "written-report")
	w.must(w.press("周", report, "submit", map[string]string{"reason": "厌学"}))
	w.wantMsg("教", "written-report", "课任教师：任静", "09:00 二") // who took no part, and what was done
	w.advance("2026-03-16 18:00")
	w.wantMsg("任", "each-teacher-once", "已到期")
}

func TestS15TheAlertIsAcknowledged(t *testing.T) {
	w := regime(t, "S15", "2026-03-10 09:05", nil)
	w.must(w.happens("周", "巳", "lost-student-found", nil))
	w.wantMsg("办", "report")
	w.wantCard("周", "report", "2026-03-10 09:35")
	w.advance("2026-03-10 09:12")
	w.must(w.happens("周", "巳", "whereabouts-unknown-recorded", nil))
	n := w.wantMsg("严", "whereabouts-unknown")
	if !n.Urgent || n.Card.Due == nil || w.school.Calendar.In(*n.Card.Due).Format("15:04") != "09:42" {
		t.Errorf("urgent, with the moment by which it is acknowledged: %+v", n.Card)
	}
	w.must(w.press("严", *n.Card, "ack", nil))
	if st := w.stage("巳", "whereabouts-unknown"); st.Open() {
		t.Error("acknowledged: nothing is left to do")
	}
}

func TestS16TheEarlierOfTwoDeadlinesWins(t *testing.T) {
	w := regime(t, "S16", "2026-03-04 07:30", map[string]any{"handin_week": 2})
	w.must(w.happens("周", "巳", "cannot-come-recorded", nil))
	w.wantCard("周", "notice", "2026-03-09 18:00") // one week would be the 11th
	w.advance("2026-03-04 10:00")
	notice := w.card("周", "notice")
	w.refused(w.press("周", notice, "submit", map[string]string{"signed-student": "2026-03-04", "village-seal": "2026-03-04"}), "监护人签名")
	w.must(w.press("周", notice, "submit", map[string]string{"signed-student": "2026-03-04"}))
	if st := w.stage("巳", "notice"); !st.Open() {
		t.Error("one signature is not all")
	}
	w.refused(w.press("周", notice, "submit", nil), "监护人签名")
}

func TestS16AMonthLaterTheWeekCounts(t *testing.T) {
	w := regime(t, "S16", "2026-04-01 07:30", map[string]any{"handin_week": 12})
	w.must(w.happens("周", "巳", "cannot-come-recorded", nil))
	w.wantCard("周", "notice", "2026-04-08 18:00")
}

func TestS20TheNoticeToTheFamilyIsTheFeedback(t *testing.T) {
	w := regime(t, "S20", "2026-03-10 07:30", nil)
	w.awayAt("2026-03-10/am")
	w.advance("2026-03-10 08:19")
	w.never("G1")
	w.advance("2026-03-10 08:20")
	if st := w.stage("巳", "parent-feedback"); st.Open() || st.Answers["sent-at"] != "2026-03-10" {
		t.Errorf("told at 08:20: %+v", st)
	}
}

func TestS21OftenAbsentInTheLastThirtyDays(t *testing.T) {
	w := regime(t, "S21", "2026-03-02 07:30", map[string]any{"graduating_grade": "六年级", "not_registered_after": 5})
	w.awayAt("2026-03-02/am")
	w.advance("2026-03-02 14:05")
	w.says("周", "巳", school.Present)
	w.awayAt("2026-03-10/am")
	w.advance("2026-03-10 14:05")
	w.says("周", "巳", school.Present)
	w.noCard("周", "often-absent")
	w.awayAt("2026-03-17/am")
	w.advance("2026-03-17 08:20")
	w.card("周", "often-absent")
	class, _ := w.school.Roster.Class("702")
	w.refused(rules.Blocked(w.policy, class, "转出", map[string]string{"papers-complete": "是"}), "清单")
	w.must(rules.Blocked(w.policy, class, "转出", map[string]string{"papers-complete": "是", "receiving-school": "县二中", "school-record": "是"}))
}

func TestS05ASanctionIsToldAndCountsNothing(t *testing.T) {
	w := regime(t, "S05", "2026-03-13 11:00", nil)
	w.must(w.happens("周", "巳", "teacher-learns-of-exit-or-sanction", map[string]string{"event-type": "受到处分", "date": "2026-03-12"}))
	w.wantMsg("办", "teacher-report", "受到处分")
	w.noCase("巳")
}

func TestS06WhatIsBlankKeepsTheRegimeOff(t *testing.T) {
	_, err := shipped(t, "S06").With(map[string]any{"report_time": "每月", "report_manner": "书面", "report_content": "人数", "reporter_role": "教务处"})
	var missing *rules.MissingError
	if !errors.As(err, &missing) || !slices.Equal(missing.Names, []string{"report_goal_and_addressee", "indicators", "supervision"}) {
		t.Errorf("every blank is named: %v", err)
	}
}

func TestS10TheRateIsTheSchools(t *testing.T) {
	w := regime(t, "S10", "2026-03-12 10:00", map[string]any{"loss_rate_limit": "50%"})
	w.must(w.happens("周", "巳", "status-停课-or-辍学", nil))
	w.wantCard("周", "visit", "2026-03-13 18:00")
	w.advance("2026-03-12 10:05")
	w.never("严") // one of two is not more than half
	w.refused(w.happens("周", "丁", "application-received", map[string]string{"kind": "退学"}), "不得以任何借口")
}
