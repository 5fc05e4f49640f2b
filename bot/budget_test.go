package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/rules/school"
)

// counted is a scripted platform whose plan counts by the month.
type counted struct {
	*scripted
	quota bot.Quota
}

func (c counted) Quota() bot.Quota { return c.quota }

// thrifty is a school whose only platform has a thousand calls a month.
func thrifty(t *testing.T) (*town, *scripted) {
	t.Helper()
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	return openOn(t, counted{line, bot.Quota{Calls: 1000, Pushes: 5000}}), line
}

// spends uses up so many calls, and lets the count be handed in.
func (w *town) spends(n int) {
	w.Helper()
	w.bot.Spend("sandbox/line", bot.SpentCall, n)
	w.until(w.clock.Add(6 * 1e9).Format("2006-01-02 15:04"))
	w.clock = w.clock.Add(6 * 1e9)
	w.settle()
}

// news is a notice nobody has to act on, or one somebody has to.
func (w *town) news(key, to, text string, change func(*school.Notice)) {
	w.Helper()
	n := school.Notice{School: "v", Key: key, Act: school.NoticeSend, Kind: school.NoticeText, To: to, Text: text, Why: "因为", Routine: true, At: w.clock, DueAt: w.clock}
	if change != nil {
		change(&n)
	}
	w.must(w.db.Apply(w.Context(), school.Change{School: "v", Key: "c:" + key, At: w.clock, Notices: []school.Notice{n}}))
	w.settle()
}

func texts(ns []school.Notice) string {
	var b strings.Builder
	for _, n := range ns {
		b.WriteString(n.Text + "\n")
	}
	return b.String()
}

func TestWithBudgetEverythingLeavesAtOnce(t *testing.T) {
	w, line := thrifty(t)
	w.spends(690)
	w.news("n1", "T04", "周立已经联系了家长", nil)
	if got := texts(line.got("T04")); !strings.Contains(got, "周立已经联系了家长") {
		t.Errorf("T04 reads %q", got)
	}
	if got := line.got("T07"); len(got) != 0 {
		t.Errorf("the administrator hears %v", got)
	}
}

func TestAtSeventyPercentWhatIsNotUrgentIsSaidTogether(t *testing.T) {
	w, line := thrifty(t)
	w.spends(700)
	w.news("n1", "T04", "周立已经联系了家长", nil)
	w.news("n2", "T04", "赵敏已经家访", nil)
	w.news("n3", "T04", "请今天 18:00 前提交", func(n *school.Notice) { n.Routine = false })
	if got := texts(line.got("T04")); strings.Contains(got, "周立") || !strings.Contains(got, "请今天 18:00 前提交") {
		t.Errorf("before the digest T04 reads %q", got)
	}
	w.until("17:31")
	got := line.got("T04")
	last := got[len(got)-1].Text
	if strings.Count(texts(got), "其他消息") != 1 || !strings.Contains(last, "周立已经联系了家长") || !strings.Contains(last, "赵敏已经家访") {
		t.Errorf("after the digest T04 has %v", texts(got))
	}
	w.until("2026-03-10 17:31")
	if again := line.got("T04"); strings.Count(texts(again), "赵敏已经家访") != 1 {
		t.Errorf("said twice: %s", texts(again))
	}
	if told := texts(line.got("T07")); strings.Count(told, "70%") != 1 || !strings.Contains(told, "700/1000") {
		t.Errorf("the administrator reads %q", told)
	}
}

func TestAtNinetyPercentOnlyDangerAndDutyLeave(t *testing.T) {
	w, line := thrifty(t)
	w.spends(900)
	w.news("n1", "T04", "周立已经联系了家长", nil)
	w.say("T01", "石巳安 未到校")
	w.until("17:31")
	if got := texts(line.got("T04")); strings.Contains(got, "周立已经联系了家长") {
		t.Errorf("T04 reads %q", got)
	}
	if got := line.got("G1"); len(got) != 1 {
		t.Errorf("the family hears %v", got)
	}
	if got := texts(line.got("T01")); !strings.Contains(got, "石巳安：了解") || strings.Contains(got, "还没有了结") {
		t.Errorf("the class teacher has duties and no digest, not %q", got)
	}
	told := texts(line.got("T07"))
	if strings.Count(told, "只发安全和职责内") != 1 {
		t.Errorf("the administrator reads %q", told)
	}
	w.until("2026-04-01 17:31") // a new month
	if got := texts(line.got("T04")); !strings.Contains(got, "周立已经联系了家长") {
		t.Errorf("in the new month T04 reads %q", got)
	}
}

func TestAReplicaKnowsWhatTheOthersHaveSpent(t *testing.T) {
	w, line := thrifty(t)
	_, err := w.db.AddSpending(t.Context(), "2026-03", map[school.Spent]int{{Account: "sandbox/line", Purpose: bot.SpentPush}: 4600})
	w.must(err)
	w.spends(1)
	got := w.bot.Budgets()
	if len(got) != 2 || got[0].Used != 1 || got[1].Used != 4600 || got[1].Share() < bot.Scarce {
		t.Errorf("stands at %+v", got)
	}
	if got[1].Forecast < 15000 || got[1].Forecast > 18000 { // 8.3 of 31 days
		t.Errorf("forecast %d", got[1].Forecast)
	}
	w.engine(counted{line, bot.Quota{Calls: 1000}}) // after a restart
	w.spends(0)
	if got := w.bot.Budgets(); len(got) != 1 || got[0].Used != 1 {
		t.Errorf("after a restart %+v", got)
	}
}

func TestALongDayIsShortened(t *testing.T) {
	w, line := thrifty(t)
	w.spends(750)
	for i := range 30 {
		w.news(fmt.Sprint("n", i), "T04", fmt.Sprintf("第%d条", i), nil)
	}
	w.until("17:31")
	got := texts(line.got("T04"))
	if !strings.Contains(got, "30 条其他消息") || !strings.Contains(got, "更早的 10 条") || strings.Contains(got, "第9条") || !strings.Contains(got, "第29条") {
		t.Errorf("T04 reads %q", got)
	}
}
