package rules_test

import (
	"slices"
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// 5.7: what the regime brings and costs, counted from the applications alone.
func TestS24OutcomesAreCounted(t *testing.T) {
	w := s24(t, map[string]any{"cost_alert": 6000})
	w.pausedUntil("2026-03-30")
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "继续开放", "fee-treatment": "保留学费"}))
	w.must(w.press("教", w.card("教", "seat"), "submit", map[string]string{"seat": "释放"}))
	w.must(w.happens("G2", "未", "application-received", also(ill, "expected-return-date", "2026-05-20")))
	w.advance("2026-03-10 15:30")
	w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭"}))
	w.wantMsg("财", "balance", "6233.33", "6000") // the sum passes the limit with the second one
	w.must(w.happens("G3", "申", "application-received", ill))
	w.must(w.press("G3", w.card("G3", "apply"), "revoke", nil))
	var all []school.Application
	for id := range w.sheets {
		all = append(all, w.sheet(id).Applications...)
	}
	o := rules.CountOutcomes(w.school, w.policy, all, w.time("2026-01-01 00:00"), w.now)
	if o.Total != "6233.33" || o.Alert == "" || len(o.Kept) != 2 {
		t.Errorf("%+v", o)
	}
	if len(o.Seats) != 1 || o.Seats[0].Released != 1 || o.Seats[0].Undecided != 1 || o.Seats[0].Lessons == 0 {
		t.Errorf("%+v", o.Seats)
	}
	want := map[string]string{"从申请到决定（小时，平均）": "3.2", "按时决定的比例": "100%", "撤销或没填完的申请": "33%", "保留和冻结的学费（元）": "6233.33", "停课期间开放资源的人次": "1"}
	for _, m := range o.Metrics {
		if v, ok := want[m.Name]; ok && v != m.Value {
			t.Errorf("%s is %s, want %s", m.Name, m.Value, v)
		}
		delete(want, m.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	paper, err := rules.ApplicationPaper(w.facts("paper", "午", w.person("财"), school.Slot{}), w.pauseOf("午", "suspend"), w.pauseOf("午", "suspend").Documents[0].ID)
	if err != nil || !strings.Contains(string(paper), "9600.00 元 × 剩余 28 课时") || !strings.Contains(string(paper), "生病") {
		t.Errorf("%v %s", err, paper)
	}
}

// Offers are off unless the institution switches them on and the family agreed
// to hear them.
func TestS24OffersAreOffByDefaultAndNeverWithoutConsent(t *testing.T) {
	for _, c := range []struct {
		settings map[string]any
		consent  string
		heard    bool
	}{
		{nil, "愿意", false},
		{map[string]any{"return_offer": "on"}, "不愿意", false},
		{map[string]any{"return_offer": "on"}, "", false},
		{map[string]any{"return_offer": "on"}, "愿意", true},
	} {
		w := s24(t, c.settings)
		w.advance("2026-03-10 09:00")
		w.must(w.happens("G1", "午", "application-received", also(ill, "marketing-consent", c.consent)))
		w.must(w.press("审", w.card("审", "decide"), "approve", map[string]string{"resource-access": "关闭", "fee-treatment": "保留学费"}))
		w.advance("2026-03-25 20:00")
		_, heard := w.find("G1", "return-offer", school.CardApply)
		ever := slices.ContainsFunc(w.notices, func(n school.Notice) bool { return n.Stage == "return-offer" })
		if ever != c.heard || heard {
			t.Errorf("%v, consent %q: offered %v, still open %v", c.settings, c.consent, ever, heard)
		}
	}
}
