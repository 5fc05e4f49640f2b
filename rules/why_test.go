package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// everyLineSaysWhy checks the history of all cases and the audit.
func (w *world) everyLineSaysWhy() {
	w.t.Helper()
	cases := append([]school.Case(nil), w.past...)
	for _, s := range w.sheets {
		if s.Case != nil {
			cases = append(cases, *s.Case)
		}
	}
	for _, k := range cases {
		for _, e := range k.History {
			if strings.TrimSpace(e.Why) == "" || strings.ContainsAny(e.What+e.Why, "{}") {
				w.t.Errorf("%s: no why: %+v", k.ID, e)
			}
		}
	}
	for _, l := range w.audit {
		if strings.TrimSpace(l.Why) == "" {
			w.t.Errorf("audit line without a why: %+v", l)
		}
	}
}

func TestTheCaseOfAComplaintSpeaksOfTheComplaint(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 09:00")
	w.must(w.happens("G1", "巳", "complaint-recorded", map[string]string{"text": "老师不让孩子进教室"}))
	first := w.open("巳").History[0]
	if strings.Contains(first.Why, "半天") || !strings.Contains(first.Why, "投诉") {
		t.Errorf("opened because of the complaint: %+v", first)
	}
	w.must(w.press("吴", w.card("吴", "complaint"), "submit", map[string]string{"finding": "属实，已安排入班"}))
	k := w.past[0]
	last := k.History[len(k.History)-1]
	if strings.Contains(last.Why, "查明") || !strings.Contains(last.What, "结案") {
		t.Errorf("closed because everything is done: %+v", last)
	}
	w.everyLineSaysWhy()
}

func TestACaseClosesBecauseTheChildIsBackNotBecauseNobodyWasReached(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:30")
	w.must(w.press("周", w.card("周", "half-day"), "no-contact", map[string]string{"attempts": "3"}))
	w.must(w.reports("周", "巳", rules.Report{Text: "打了电话", Contacts: []school.Contact{{Student: "巳", Kind: "call", Outcome: "planned"}}}))
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-10 08:05")
	w.says("周", "巳", school.Late)
	k := w.past[0]
	last := k.History[len(k.History)-1]
	if !strings.Contains(last.Why, "已到校") {
		t.Errorf("why it closed: %+v", last)
	}
	w.everyLineSaysWhy()
}

func TestTheCaseFileDoesNotTellWhatOnlyThePrincipalMayKnow(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 09:00")
	w.must(w.reports("任", "巳", rules.Report{Flags: []string{school.FlagSafety}, Text: "巳身上有伤"}))
	for _, e := range w.open("巳").History {
		if strings.Contains(e.What+e.Why, "保护法") || strings.Contains(e.What, "安全") {
			t.Errorf("the class teacher reads the case file: %+v", e)
		}
	}
	w.must(w.press("严", w.ofKind("严", school.CardSafety), "handling", nil))
	for _, l := range w.audit {
		if l.Book == "case:"+w.open("巳").ID && l.What != "open" {
			t.Errorf("nor does the audit of the case tell it: %+v", l)
		}
	}
	c := rules.Digest(w.school, []school.Case{w.open("巳")}, nil, w.now, "digest")
	for _, n := range c.Notices {
		if n.To == "周" {
			t.Errorf("no line of it in the class teacher's digest: %s", n.Text)
		}
	}
	w.everyLineSaysWhy()
}
