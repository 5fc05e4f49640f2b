package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

func TestAColleagueWhoMissesAnAbsentChildDoesNotEndItsCase(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-10 08:10")
	w.rollCall("周", "702", false) // others are named, the child is not
	w.advance("2026-03-10 10:10")
	w.says("任", "巳", school.Absent)
	if k := w.open("巳"); !k.Away || len(k.Missed) != 3 {
		t.Errorf("nobody has seen the child: %+v", k.Missed)
	}
	w.quiet("吴")
}

func TestAColleagueWhoMissesAChildWhoseFamilyAskedForLeave(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "")
	w.advance("2026-03-09 08:10")
	w.rollCall("周", "702", false)
	w.advance("2026-03-09 10:10")
	w.says("任", "巳", school.Absent)
	if k := w.open("巳"); len(k.Missed) != 1 {
		t.Errorf("no lesson missed, but a half-day without leave: %+v", k.Missed)
	}
}

func TestAnEarlierHalfDayReportedLateAsksNothingTwice(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-10/am")
	w.advance("2026-03-10 09:00")
	w.must(w.press("周", w.card("周", "half-day"), "submit", map[string]string{"reason": "在家"}))
	w.advance("2026-03-10 10:00")
	w.says("周", "巳", school.Absent, "2026-03-09/pm", "2026-03-09/pm")
	w.wantMsg("吴", "day-1")
	w.noCard("周", "half-day")
	n := 0
	for _, st := range w.open("巳").Stages {
		if st.ID == "half-day" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the reason was given: half-day opened %d times", n)
	}
}

func TestADeadlineCountsFromTheReport(t *testing.T) {
	w := s02(t, nil)
	w.advance("2026-03-17 08:10") // Tuesday: away since last Thursday, and nobody had said so
	w.says("周", "巳", school.Absent, "2026-03-12/am", "2026-03-17/am")
	w.wantCard("周", "reason", "2026-03-18 18:00")
	w.wantCard("周", "school-report", "2026-03-19 18:00")
	w.never("办")
	for _, st := range w.open("巳").Stages {
		if st.Overdue || !st.Due.After(w.now) {
			t.Errorf("%s was never asked before: %+v", st.ID, st)
		}
	}
}

func TestADeadlineMovesWhenTheAbsenceBeganLater(t *testing.T) {
	w := s02(t, nil)
	w.awayAt("2026-03-12/am", "2026-03-12/pm", "2026-03-13/am")
	w.advance("2026-03-13 10:00")
	w.wantCard("周", "reason", "2026-03-13 18:00")
	w.says("周", "巳", school.Present, "2026-03-12/pm", "2026-03-12/pm")
	if k := w.open("巳"); len(k.Missed) != 1 {
		t.Fatalf("away since Friday: %+v", k.Missed)
	}
	w.wantCard("周", "reason", "2026-03-16 18:00")
	w.wantCard("周", "school-report", "2026-03-17 18:00")
}

func TestTheMorningReportedAfterTheAfternoonWasTold(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 15:00")
	w.says("周", "巳", school.Absent, "2026-03-09/am", "2026-03-09/am")
	w.advance("2026-03-09 18:00")
	if n := len(w.parentNotices()); n != 1 {
		t.Errorf("one notice a day, not %d", n)
	}
}

// without is the school after somebody has left.
func (w *world) without(staff string) {
	var left []school.Staff
	for _, s := range w.school.Roster.Staff {
		if s.ID != staff {
			left = append(left, s)
		}
	}
	r := w.school.Roster
	w.school.Roster = school.NewRoster(r.Classes, r.Students(), left, r.Guardians())
}

func TestAClassTeacherWhoLeftIsFollowedByTheNext(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 09:00")
	card := w.card("周", "half-day")
	w.without("周")
	sent := len(w.notices)
	w.advance("2026-03-09 11:40")
	for _, n := range w.notices[sent:] {
		if n.To == "周" {
			t.Errorf("nobody writes to who has left: %s", n.Text)
		}
	}
	w.wantMsg("副", "half-day", "已到期")
	c := w.cards[card.ID]
	if len(c.People) != 1 || c.People[0] != "副" {
		t.Errorf("the card is with who stands in now: %v", c.People)
	}
	w.must(w.press("副", c, "submit", map[string]string{"reason": "在家"}))
	w.says("副", "巳", school.Present)
	w.noCase("巳")
}

func TestALeaveGoesOnWhenAnEarlierDayIsSetRight(t *testing.T) {
	w := s23(t, nil)
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-13/pm")
	w.advance("2026-03-11 09:00")
	w.must(w.reports("周", "巳", rules.Report{Correction: true, Marks: []school.MarkRange{{Student: "巳", Mark: school.Present, From: w.slot("2026-03-09/am"), To: w.slot("2026-03-09/am")}}}))
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 09:00")
	w.noCase("巳")
}

func TestAPresentMarkByMistakeGivesTheLeaveBack(t *testing.T) {
	w := s23(t, nil)
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-13/pm")
	w.advance("2026-03-10 08:05")
	w.says("周", "巳", school.Present)
	w.advance("2026-03-10 08:10")
	w.must(w.withdraws("周", "巳", "2026-03-10/am"))
	w.awayAt("2026-03-11/am")
	w.advance("2026-03-11 09:00")
	w.noCase("巳")
	if m, _ := w.sheets["巳"].MarkAt(w.slot("2026-03-10/am")); m.Kind != school.Sick {
		t.Errorf("on leave as before: %+v", m)
	}
	w.advance("2026-03-16 08:20")
	w.cardNamed("周", "假到")
}

func TestAChildLostInTheHolidaysIsFollowedUntilTheEndOfTheNextTerm(t *testing.T) {
	spec := march
	spec.ConfirmedUntil = "2027-01-31"
	spec.Terms = append(spec.Terms[:1:1], school.Term{ID: "2026-2", Name: "秋季学期", From: "2026-09-01", To: "2027-01-22"})
	w := newWorld(t, hetuan(t, spec), shipped(t, "S02"), "2026-08-03 09:00")
	w.must(w.happens("周", "巳", "status-lost", map[string]string{"destination": "随父在外地"}))
	w.wantCard("周", "lost-student-tracking", "2027-01-22 18:00")
}

func TestTwoSchoolsWithTheSameNumbersNeverShareACard(t *testing.T) {
	ids := map[string]bool{}
	for _, name := range []string{"one", "two"} {
		w := s23(t, nil)
		w.school.ID = name
		w.awayAt("2026-03-09/am")
		w.advance("2026-03-09 08:20")
		for id := range w.cards {
			if ids[id] {
				t.Errorf("card %s is in both schools", id)
			}
			ids[id] = true
		}
		if k := w.open("巳").ID; ids[k] {
			t.Errorf("case %s is in both schools", k)
		} else {
			ids[k] = true
		}
	}
}

func TestTwoStagesDueInOneMinuteAreBothSeen(t *testing.T) {
	w := s02(t, nil)
	w.awayAt("2026-03-12/am", "2026-03-12/pm", "2026-03-13/am", "2026-03-13/pm")
	w.advance("2026-03-13 18:00")
	w.wantMsg("周", "reason", "已到期")
	w.wantMsg("周", "two-days", "已到期")
	overdue := 0
	for _, e := range w.open("巳").History {
		if strings.HasPrefix(e.What, "逾期") {
			overdue++
		}
	}
	if overdue != 2 {
		t.Errorf("each once: %d", overdue)
	}
}

func TestAGuardianOfAChildWhoLeftALessonIsToldWhatIsTrue(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 08:10")
	w.rollCall("周", "702", true)
	w.advance("2026-03-09 10:10")
	w.says("任", "巳", school.Absent)
	w.must(w.press("周", w.ofKind("周", school.CardStill), "absent", nil))
	w.advance("2026-03-09 10:20")
	n := w.wantMsg("G1", "", "不在课堂", "周明")
	if strings.Contains(n.Text, "尚未到校") {
		t.Errorf("the child had come: %s", n.Text)
	}
}
