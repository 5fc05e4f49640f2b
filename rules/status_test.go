package rules_test

import "testing"

func TestWhoMayStopTheClockByAChangeOfStatus(t *testing.T) {
	approve := func(w *world, who, kind, by string) error {
		return w.happens(who, "巳", "status-change-approved", map[string]string{"kind": kind, "to": "2026-06-30", "approved-by": by})
	}
	w := s02(t, nil)
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 10:00")
	w.refused(approve(w, "周", "休学", "县教育局"), "学校办公室")                 // not the class teacher
	w.refused(approve(w, "办", "expel", "县教育局"), "义务教育")               // not in the compulsory years
	w.refused(approve(w, "办", "除名", "县教育局"), "义务教育")                  //
	w.refused(approve(w, "办", "zzz", "县教育局"), "zzz", "休学")            // not a change of status
	w.refused(approve(w, "办", "withdraw", ""), "第十一条", "approved-by") // not by the school alone
	w.open("巳")
	w.must(approve(w, "办", "withdraw", "县教育局"))
	w.noCase("巳")

	other := s23(t, nil) // its clock stops on return and leave only
	other.awayAt("2026-03-09/am")
	other.advance("2026-03-09 10:00")
	other.refused(approve(other, "办", "transfer_out", ""), "停止计时")
	other.open("巳")
}

func TestAnUnknownApplicationIsNotAcknowledged(t *testing.T) {
	w := s02(t, nil)
	w.refused(w.happens("G1", "巳", "application-received", map[string]string{"kind": "zzz"}), "zzz", "休学")
	w.must(w.happens("G1", "巳", "application-received", map[string]string{"kind": "transfer_out", "reason": "搬家"}))
	w.advance("2026-03-16 17:59")
	w.never("教")
	w.advance("2026-03-16 18:00") // nobody has touched it
	if n := w.heard("周", "check"); len(n) == 0 {
		t.Error("an application does not lie: the next post gets it as well")
	}
	w.must(w.press("教", w.card("教", "check"), "submit", map[string]string{"finding": "属实"}))
}

func TestALongLeaveIsReportedToTheSchool(t *testing.T) {
	w := s23(t, nil)
	w.says("周", "巳", "sick", "2026-03-09/am", "2026-03-20/pm")
	w.never("办")
	w.says("周", "丁", "sick", "2026-03-09/am", "2026-03-23/pm")
	w.wantMsg("办", "", "学生丁", "长期请假")
}
