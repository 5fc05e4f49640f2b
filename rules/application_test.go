package rules_test

import (
	"testing"

	"guixiao/rules/school"
)

func TestAnApplicationTheRegimeHasNoStageForStillReachesSomebody(t *testing.T) {
	w := s02(t, nil)
	w.advance("2026-03-12 09:00")
	w.must(w.happens("G1", "巳", "application-received", map[string]string{"kind": "withdraw", "reason": "不想读了"}))
	w.wantCard("周", "check", "2026-03-16 18:00")
	w.must(w.press("周", w.card("周", "check"), "submit", map[string]string{"finding": "孩子厌学，家访过"}))
	w.wantCard("办", "approve", "2026-03-16 18:00")
	if c := w.card("办", "approve"); c.Role != "学校" {
		t.Errorf("the school's office gets it as 学校: %q", c.Role)
	}
	w.everyLineSaysWhy()
}

func TestALeaveAppliedForOnAFormIsAnApplicationLikeAnyOther(t *testing.T) {
	w := s02(t, nil)
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 09:00")
	w.refused(w.happens("G1", "巳", "application-received", map[string]string{"kind": "leave"}), "from")
	w.must(w.happens("G1", "巳", "application-received", map[string]string{"kind": "sick", "from": "2026-03-12", "to": "2026-03-13", "reason": "发烧"}))
	w.open("巳")
	w.must(w.press("周", w.grantCard(), "grant", nil))
	w.noCase("巳")
	if l := w.sheets["巳"].Leaves[0]; l.Kind != school.Sick || l.AskedBy != "G1" || l.To != w.slot("2026-03-13/pm") {
		t.Errorf("%+v", l)
	}
}
