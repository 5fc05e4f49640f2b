package rules_test

import (
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// asks is a reading that the bot has asked about: recorded as likely only.
func (w *world) asks(person, student string, kind school.MarkKind, from, to string) {
	w.t.Helper()
	w.must(w.reports(person, student, rules.Report{Pending: true, Text: "病假，对吗",
		Marks: []school.MarkRange{{Student: student, Mark: kind, From: w.slot(from), To: w.slot(to)}}}))
}

func TestAQuestionNeverSilencesAnAbsenceOnRecord(t *testing.T) {
	for _, kind := range []school.MarkKind{school.Sick, school.Present, school.Late, school.Truant} {
		t.Run(string(kind), func(t *testing.T) {
			w := s23(t, nil)
			w.awayAt("2026-03-09/am")
			w.advance("2026-03-09 10:00")
			w.asks("周", "巳", kind, "2026-03-09/am", "2026-03-09/am")
			w.stillAway("2026-03-09/am")
			w.quiet("周")
			w.quiet("G1")
			w.polite(w.withdraws("周", "巳", "2026-03-10/am")) // 不是: nothing was pending for the morning
			w.stillAway("2026-03-09/am")
			w.advance("2026-03-09 11:40")
			w.wantMsg("吴", "no-contact")
		})
	}
}

// stillAway checks that the absence, its case and its stage are as they were.
func (w *world) stillAway(slot string) {
	w.t.Helper()
	m, _ := w.sheets["巳"].MarkAt(w.slot(slot))
	if m.Kind != school.Absent || m.Pending || !m.Counted || !m.Told {
		w.t.Errorf("the absence is on record: %+v", m)
	}
	if k := w.open("巳"); len(k.Missed) != 1 || !k.Away {
		w.t.Errorf("the case goes on: %+v", k.Missed)
	}
	w.card("周", "half-day")
	if c := w.ofKind("G1", school.CardParent); c.State != school.CardOpen {
		w.t.Errorf("the guardian's card stands: %+v", c)
	}
}

func TestAQuestionBeforeTheCloseStopsNothing(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.asks("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.advance("2026-03-09 08:20")
	w.wantCard("周", "half-day", "2026-03-09 11:40")
	w.wantMsg("G1", "", "上午")
}

func TestARefusedReadingLeavesNothingBehind(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:00")
	w.asks("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.must(w.withdraws("周", "巳", "2026-03-09/pm", "2026-03-10/am", "2026-03-10/pm")) // what is pending
	w.stillAway("2026-03-09/am")
	if n := len(w.sheets["巳"].Marks); n != 1 {
		t.Errorf("only the absence is left, not %d marks", n)
	}
	w.advance("2026-03-09 14:05")
	w.says("周", "巳", school.Absent)
	w.advance("2026-03-09 14:20")
	w.wantMsg("吴", "day-1")
}

func TestAConfirmedReadingIsARealReport(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:00")
	w.asks("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm") // 是
	w.noCase("巳")
	for _, m := range w.sheets["巳"].Marks {
		if m.Pending || m.Kind != school.Sick {
			t.Errorf("sure now: %+v", m)
		}
	}
	if l := w.sheets["巳"].Leaves; len(l) != 1 || l[0].GrantedBy != "周" {
		t.Errorf("granted by saying so: %+v", l)
	}
}

func TestAQuestionDoesNotEndALeave(t *testing.T) {
	w := s23(t, nil)
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.must(w.reports("周", "巳", rules.Report{Pending: true, Correction: true,
		Marks: []school.MarkRange{{Student: "巳", Mark: school.Absent, From: w.slot("2026-03-09/am"), To: w.slot("2026-03-09/am")}}}))
	w.advance("2026-03-09 12:00")
	w.noCase("巳")
	if m, _ := w.sheets["巳"].MarkAt(w.slot("2026-03-09/am")); m.Kind != school.Sick || m.Pending {
		t.Errorf("the leave stands: %+v", m)
	}
	if l := w.sheets["巳"].Leaves; len(l) != 1 || !l[0].EndedAt.IsZero() {
		t.Errorf("the leave runs: %+v", l)
	}
}

func TestAGuardiansUnsureWordReachesNobody(t *testing.T) {
	w := s23(t, nil)
	w.asks("G1", "巳", school.Late, "2026-03-09/am", "2026-03-09/am")
	w.asks("G1", "巳", school.Sick, "2026-03-09/am", "2026-03-09/am")
	w.never("周")
}
