package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules/school"
)

// settledCards checks that nothing can be pressed or filled in any more.
func (w *world) settledCards() {
	w.t.Helper()
	for _, c := range w.cards {
		if c.State == school.CardOpen {
			continue
		}
		required := false
		for _, in := range c.Inputs {
			required = required || in.Required
		}
		if len(c.Buttons) > 0 || required || c.Result == "" {
			w.t.Errorf("a %s card asks for nothing more and says what became of it: %+v", c.State, c)
		}
	}
}

func TestASettledCardAsksForNothing(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:30")
	w.must(w.press("周", w.card("周", "half-day"), "no-contact", map[string]string{"attempts": "3"}))
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 14:30")
	w.must(w.press("周", w.card("周", "day-1-visit"), "submit", map[string]string{"visit-record": "在家看店"}))
	w.awayAt("2026-03-10/am", "2026-03-10/pm")
	w.advance("2026-03-11 08:05")
	w.says("周", "巳", school.Present)
	w.settledCards()
}

// clean checks that no text runs a full stop into a semicolon or says itself twice.
func (w *world) cleanTexts() {
	w.t.Helper()
	for _, n := range w.notices {
		for _, bad := range []string{"。；", "；；", "。。", "，。", "；。"} {
			if strings.Contains(n.Text, bad) {
				w.t.Errorf("%q in %q", bad, n.Text)
			}
		}
	}
}

func TestWhatAGuardianReadsIsASentence(t *testing.T) {
	for name, what := range map[string]struct {
		do   func(*world)
		want string
	}{
		"here":      {func(w *world) { w.says("周", "巳", school.Late) }, "已到校，请放心。"},
		"withdrawn": {func(w *world) { w.must(w.withdraws("周", "巳", "2026-03-09/am")) }, "登记有误"},
		"leave":     {func(w *world) { w.says("周", "巳", school.Sick) }, "已请病假"},
	} {
		t.Run(name, func(t *testing.T) {
			w := s23(t, nil)
			w.awayAt("2026-03-09/am")
			w.advance("2026-03-09 08:30")
			card := w.ofKind("G1", school.CardParent)
			what.do(w)
			c := w.cards[card.ID]
			if c.State != school.CardSuperseded || strings.Contains(c.Title, "请与班主任联系") || !strings.Contains(c.Result, what.want) {
				t.Errorf("the card no longer asks them to call: %q %q", c.Title, c.Result)
			}
			last := w.notices[len(w.notices)-1]
			for _, n := range w.notices {
				if n.To == "G1" && n.Act == school.NoticeUpdate {
					last = n
				}
			}
			if strings.Count(last.Text, "学生巳") > 2 || !strings.Contains(last.Text, what.want) {
				t.Errorf("one clean sentence: %q", last.Text)
			}
			w.cleanTexts()
		})
	}
}

func TestEveryoneSeesTheirOwnPost(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-09 14:30")
	w.must(w.press("G1", w.ofKind("G1", school.CardParent), "arrived", nil))
	for person, role := range map[string]string{"值": "值班领导", "周": "班主任"} {
		if n := w.wantMsg(person, "safety"); n.Role != role {
			t.Errorf("%s got it as %s, not as %q", person, role, n.Role)
		}
	}
	w.advance("2026-03-10 08:05")
	w.says("副", "巳", school.Present)
	for person, role := range map[string]string{"吴": "主管主任", "周": "班主任"} {
		if n := w.wantMsg(person, "", "已到校"); n.Role != role {
			t.Errorf("%s hears the all-clear as %s, not as %q", person, role, n.Role)
		}
	}
}
