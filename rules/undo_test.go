package rules_test

import (
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

func TestACorrectedAllClearReachesTheGuardian(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	w.says("周", "巳", school.Present)
	w.wantMsg("G1", "", "请放心")
	w.advance("2026-03-09 08:40")
	w.says("周", "巳", school.Absent)
	w.advance("2026-03-09 08:50")
	w.wantMsg("G1", "", "尚未到校")
}

func TestTakingBackAPresentMarkBringsTheAbsenceBack(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	w.says("周", "巳", school.Present)
	w.noCase("巳")
	w.advance("2026-03-09 08:40")
	w.must(w.withdraws("周", "巳", "2026-03-09/am"))
	m, _ := w.sheets["巳"].MarkAt(w.slot("2026-03-09/am"))
	if m.Kind != school.Absent || !m.Counted {
		t.Errorf("what was in force before is in force again: %+v", m)
	}
	w.wantCard("周", "half-day", "2026-03-09 11:40")
	w.advance("2026-03-09 08:50")
	w.wantMsg("G1", "", "尚未到校") // they had been told not to worry
	w.advance("2026-03-09 11:40")
	w.wantMsg("吴", "no-contact")
}

func TestTakingBackALeaveBringsTheAbsenceBack(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-09 15:00")
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.noCase("巳")
	w.must(w.withdraws("周", "巳", "2026-03-09/am", "2026-03-09/pm", "2026-03-10/am", "2026-03-10/pm"))
	if k := w.open("巳"); len(k.Missed) != 2 {
		t.Errorf("both half-days: %+v", k.Missed)
	}
	if _, ok := w.sheets["巳"].MarkAt(w.slot("2026-03-10/am")); ok {
		t.Error("nothing was known of tomorrow")
	}
}

func TestTakingBackACorrectionGivesTheLeaveBack(t *testing.T) {
	w := s23(t, nil)
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.advance("2026-03-09 08:30")
	w.must(w.corrects("周", school.Absent, "2026-03-09/am"))
	w.open("巳")
	w.must(w.withdraws("周", "巳", "2026-03-09/am"))
	w.noCase("巳")
	w.awayAt("2026-03-10/am")
	w.advance("2026-03-10 09:00")
	w.noCase("巳")
}

func (w *world) corrects(person string, kind school.MarkKind, slot string) error {
	w.t.Helper()
	s := w.slot(slot)
	return w.reports(person, "巳", rules.Report{Correction: true, Marks: []school.MarkRange{{Student: "巳", Mark: kind, From: s, To: s}}})
}

func TestTakingBackTheOlderReportLeavesTheNewerOne(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	w.says("周", "巳", school.Present)
	am := []school.Slot{w.slot("2026-03-09/am")}
	take := func(kind school.MarkKind) error {
		c, err := rules.Withdraw(w.facts(w.event(), "巳", w.person("周"), am[0]), am, kind)
		if err == nil {
			w.apply(c)
		}
		return err
	}
	w.must(take(school.Absent)) // the card of the first report
	if m, _ := w.sheets["巳"].MarkAt(am[0]); m.Kind != school.Present {
		t.Errorf("the child is here: %+v", m)
	}
	w.must(take(school.Present)) // then the second: nothing is left of the first
	if m, ok := w.sheets["巳"].MarkAt(am[0]); ok {
		t.Errorf("nothing is said any more: %+v", m)
	}
	w.refused(take(school.Present), "没有可以撤回")
}

func TestAReportTakenBackLateFindsNoDeadlineInThePast(t *testing.T) {
	w := s02(t, nil)
	w.awayAt("2026-03-12/am", "2026-03-12/pm")
	w.advance("2026-03-13 08:05")
	w.says("周", "巳", school.Present)
	w.noCase("巳")
	w.advance("2026-03-16 09:00")
	w.must(w.corrects("周", school.Absent, "2026-03-13/am"))
	for _, st := range w.open("巳").Stages {
		if st.Overdue || !st.Due.After(w.now) {
			t.Errorf("%s cannot have been due before it was asked: %+v", st.ID, st)
		}
	}
	w.never("办")
}
