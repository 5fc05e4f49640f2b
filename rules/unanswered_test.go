package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules/school"
)

func TestALessonReportNobodyAnswersIsNotForgotten(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 08:10")
	w.rollCall("周", "702", true)
	w.advance("2026-03-09 10:10")
	w.says("任", "巳", school.Absent)
	card := w.ofKind("周", school.CardStill)
	w.advance("2026-03-09 17:59")
	w.never("吴")
	w.advance("2026-03-09 18:00")
	w.wantMsg("周", "lesson", "还没有回答")
	if len(w.heard("教", "lesson")) == 0 {
		t.Error("the next higher post hears")
	}
	w.must(w.press("周", w.cards[card.ID], "here", nil))
	w.noCase("巳")
}

func TestAQuestionWithinACaseStaysWithTheClassTeacher(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-10 08:10")
	w.rollCall("周", "702", false)
	w.advance("2026-03-10 18:00")
	w.wantMsg("周", "", "还没有回答")
	w.never("教") // the case has its own stages (G3)
	w.never("郑")
}

func TestAQuestionAnsweredInTimeIsNotChased(t *testing.T) {
	w := s23(t, nil)
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.advance("2026-03-11 08:20")
	card := w.cardNamed("周", "假到")
	if strings.Contains(card.Why, "点名") || !strings.Contains(card.Why, "假") {
		t.Errorf("asked because the leave is over: %s", card.Why)
	}
	w.must(w.press("周", card, "here", nil))
	w.advance("2026-03-12 18:00")
	w.never("教")
}

func TestALeaveThatRanOutAndNobodyAnswersIsPassedOn(t *testing.T) {
	w := s23(t, nil)
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.advance("2026-03-11 18:00")
	if len(w.heard("教", "")) == 0 {
		t.Error("a child nobody has seen is not forgotten")
	}
}

func TestWhatIsHandedInHasAPlainNameAndAReadableLength(t *testing.T) {
	w := s23(t, nil)
	for _, day := range []string{"09", "10", "11", "12", "13"} {
		w.awayAt("2026-03-"+day+"/am", "2026-03-"+day+"/pm")
	}
	w.advance("2026-03-13 14:30")
	w.refused(w.press("周", w.card("周", "day-2"), "submit", map[string]string{"reason": strings.Repeat("长", 5000), "steps-taken": "家访"}), "太长")
	w.must(w.press("周", w.card("周", "week-1"), "submit", map[string]string{"document": "file:0"}, school.Attachment{Name: "../../etc/报告\x00.docx", Content: []byte("x")}))
	titles := map[string]bool{}
	for _, doc := range w.open("巳").Documents {
		if strings.ContainsAny(doc.Name, "/\\\x00") {
			t.Errorf("a file name is a name: %q", doc.Name)
		}
		if titles[doc.Title] {
			t.Errorf("two papers called %s", doc.Title)
		}
		titles[doc.Title] = true
	}
}
