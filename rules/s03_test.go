package rules_test

import (
	"testing"

	"guixiao/rules/school"
)

// s03 is 锦溪小学: 丙 (巳) and 丁 of 班主任 周, Tuesday 10 March.
func s03(t *testing.T) *world {
	return newWorld(t, hetuan(t, march), shipped(t, "S03"), "2026-03-10 07:30")
}

func TestS03TheWholeStory(t *testing.T) {
	w := s03(t)
	w.advance("2026-03-10 08:10") // 1
	w.rollCall("周", "702", true)
	w.advance("2026-03-10 13:10")
	w.says("周", "丁", school.Sick, "2026-03-10/pm")
	w.advance("2026-03-10 14:20") // 2: nobody has reported
	w.noCase("巳")
	w.never("教")

	w.advance("2026-03-10 14:26") // 3
	w.says("周", "巳", school.Absent)
	w.rollCall("周", "702", true)
	w.wantMsg("教", "report", "学生巳")
	w.noCase("丁")
	w.noCard("周", "report")
	w.wantCard("周", "visit", "2026-03-10 18:00") // 4
	if k := w.open("巳"); !k.Missed[0].At.Equal(w.now) {
		t.Errorf("reported late, it counts from the report: %s", k.Missed[0].At)
	}

	w.advance("2026-03-10 17:20") // 5
	w.must(w.press("周", w.card("周", "visit"), "submit",
		map[string]string{"visit-record": "家访见到母亲", "reason": "在家照看弟弟", "return-date": "2026-03-11"}))
	if k := w.open("巳"); k.State != school.CaseIsOpen {
		t.Errorf("away still: the case stays open, %s", k.State)
	}
	w.advance("2026-03-11 08:05")
	w.says("周", "巳", school.Present)
	w.advance("2026-03-11 08:20") // 6
	w.noCase("巳")
	if k := w.past[0]; k.Reason != "在家照看弟弟" || k.Answers["return-date"].Value != "2026-03-11" {
		t.Errorf("closed with reason and return date: %q", k.Reason)
	}
	w.checkAudit()
}

func TestS03BackWithoutAReasonIsWatched(t *testing.T) {
	w := s03(t)
	w.awayAt("2026-03-10/am")
	w.advance("2026-03-11 08:05")
	w.says("周", "巳", school.Present)
	if k := w.open("巳"); k.State != school.CaseWatching || k.Away {
		t.Fatalf("back, but nobody knows why: %s", k.State)
	}
	w.wantMsg("教", "", "已到校")
	w.noCard("周", "visit")
	w.wantCard("周", "closing", "2026-03-11 18:00")
	w.advance("2026-03-12 08:00")
	w.must(w.press("周", w.card("周", "closing"), "submit", map[string]string{"reason": "睡过头"}))
	w.noCase("巳")
}

func TestS03AwayAgainWhileWatchedIsTheSameCase(t *testing.T) {
	w := s03(t)
	w.awayAt("2026-03-10/am")
	w.advance("2026-03-11 08:05")
	w.says("周", "巳", school.Present)
	id := w.open("巳").ID
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 08:20")
	k := w.open("巳")
	if k.ID != id || len(k.Missed) != 1 || !k.Away || k.State != school.CaseIsOpen {
		t.Errorf("the next episode of the same case, counted from 1: %+v", k.Missed)
	}
	w.wantMsg("教", "report")
	w.wantCard("周", "visit", "2026-03-12 18:00")
}
