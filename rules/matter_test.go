package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// The matters of a school: what a regime asks of it and not about one child.

// matterFacts are what a decision about a matter sees.
func (w *world) matterFacts(event, id string, by school.Person) rules.Facts {
	f := rules.Facts{School: w.school, Policy: w.policy, Now: w.now, Event: event, By: by, Sheet: w.sheet(id), Delegations: w.absent}
	for _, s := range w.sheets {
		if s.Case != nil {
			f.Cases = append(f.Cases, *s.Case)
		}
	}
	f.Cases = append(f.Cases, w.past...)
	return f
}

// about is what a press on a card sees: the child's sheet or the matter's.
func (w *world) about(card school.Card, person string) rules.Facts {
	if card.Student == "" {
		return w.matterFacts(w.event(), card.Case, w.person(person))
	}
	return w.facts(w.event(), card.Student, w.person(person), card.Slot)
}

// plans sets the clocks of what begins by itself.
func (w *world) plans() *world {
	for _, root := range rules.Roots(w.policy) {
		w.plan(root, "")
	}
	return w
}

func (w *world) plan(root string, after school.Day) {
	if next, ok := rules.NextBeginning(w.school, w.policy, root, after, w.now); ok {
		w.timers["begin:"+root] = school.Timer{Key: "begin:" + root, Kind: school.TimerBegin, DueAt: next.At, Ref: root, Fields: map[string]string{"after": string(after)}}
	}
}

func (w *world) begins(event string, b rules.Beginning) {
	w.t.Helper()
	for _, again := range []string{"", "#again"} { // a replica does it once more
		c := rules.Begin(w.matterFacts(event+again, rules.MatterID(w.school.ID, b.Root, b.Period), school.Person{}), b)
		w.repeat(c, again)
		w.apply(c)
	}
}

// strikeMatter fires a timer that is not about one child.
func (w *world) strikeMatter(t school.Timer) {
	w.t.Helper()
	delete(w.timers, t.Key)
	switch {
	case t.Kind == school.TimerBegin:
		if b, ok := rules.NextBeginning(w.school, w.policy, t.Ref, school.Day(t.Fields["after"]), w.now); ok {
			w.begins(t.FiringKey(), b)
			w.plan(t.Ref, b.From)
		}
	case t.Case != "":
		if c, struck := w.strikeOne(t, ""); struck {
			w.apply(c)
		}
		if c, struck := w.strikeOne(t, "#again"); struck && t.Kind != school.TimerFact { // a fact arrives once: the store knows its key
			w.repeat(c, "#again")
		}
	default:
		b, back, ok := rules.Alerted(w.matterFacts(t.FiringKey(), "", school.Person{}), t)
		if back != nil {
			w.timers[back.Key] = *back
		}
		if ok {
			w.begins(t.FiringKey(), b)
		}
	}
}

func (w *world) strikeOne(t school.Timer, again string) (school.Change, bool) {
	w.t.Helper()
	if w.sheets[t.Case].Case == nil {
		return school.Change{}, false
	}
	c, err := rules.Strike(w.matterFacts(t.FiringKey()+again, t.Case, school.Person{}), t)
	w.must(err)
	return c, true
}

// regime is a school under a shipped regime with its blanks filled in.
func regime(t *testing.T, id, start string, settings map[string]any) *world {
	t.Helper()
	p, err := shipped(t, id).With(settings)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, hetuan(t, march), p, start).plans()
}

func TestAMonthlyReportIsAskedOfEveryClassAndGatheredAtItsEnd(t *testing.T) {
	w := regime(t, "S01", "2026-03-09 07:30", nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-26 07:59")
	w.noCard("周", "class-month")
	w.advance("2026-03-26 08:00") // three school days before the last one of March
	w.wantCard("周", "class-month", "2026-03-31 18:00")
	if card := w.card("周", "class-month"); card.Student != "" || !strings.Contains(text(card), "学生巳") {
		t.Errorf("about the class, and its case is listed: %+v", card.Fields)
	}
	for _, n := range w.notices {
		if n.Stage == "class-month" && (n.Case != "" || n.Student != "") {
			t.Errorf("a matter of the school is nobody's case: %+v", n)
		}
	}
	w.never("教")
	w.advance("2026-03-31 18:00")
	w.wantMsg("周", "class-month", "已到期")
	w.wantMsg("教", "class-month", "未报", "七(2)班")
	w.must(w.press("周", w.card("周", "class-month"), "nil", nil))
	w.wantMsg("教", "class-month", "已收齐", "零报告")
	w.advance("2026-04-27 08:00")
	w.wantCard("周", "class-month", "2026-04-30 18:00")
	w.checkAudit()
}

func TestANilReturnMayAlsoBeHandedInEmpty(t *testing.T) {
	w := regime(t, "S01", "2026-03-30 07:30", nil)
	w.advance("2026-03-30 09:00")
	card := w.card("周", "class-month")
	w.must(w.press("周", card, "submit", map[string]string{"content": " "}))
	w.wantMsg("教", "class-month", "零报告")
	w.refused(w.press("周", card, "nil", nil), "已经处理过了")
}

func TestWhatIsOverIsNotAskedForAnyMore(t *testing.T) {
	w := regime(t, "S01", "2026-03-31 18:30", nil)
	w.advance("2026-04-20 08:00")
	w.noCard("周", "class-month")
	w.never("办")
}

func TestAReportNobodyAnswersIsPutTogetherByTheProgram(t *testing.T) {
	w := regime(t, "S12", "2026-03-09 07:30", map[string]any{"new_student_record_due": 5, "remedial_limit": 5})
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 17:00")
	found := false
	for _, k := range w.past {
		for _, doc := range k.Documents {
			found = found || doc.Stage == "daily" && doc.State == "final" && k.Period == "2026-03-09"
		}
	}
	if !found {
		t.Error("the daily list is a paper of its day")
	}
}

func TestTheSchoolHandsOverTheChildrenItNames(t *testing.T) {
	w := regime(t, "S07", "2026-03-02 07:30", map[string]any{"notice_lead": 7, "feedback_lead": 3})
	w.advance("2026-03-02 08:20")
	w.wantCard("周", "return-count", "2026-03-02 08:50")
	w.refused(w.press("周", w.card("周", "return-count"), "submit", map[string]string{"missing-names": "没这个人"}), "名单里有 0 人")
	w.must(w.press("周", w.card("周", "return-count"), "submit", map[string]string{"missing-names": "学生巳、丁"}))
	w.wantMsg("教", "return-count", "学生丁")
	w.noCard("周", "return-visit")
	w.advance("2026-03-02 08:55")
	w.must(w.press("教", w.card("教", "return-report"), "submit", map[string]string{"totals": "两人"}))
	w.advance("2026-03-02 09:00")
	for _, child := range []string{"巳", "丁"} {
		if due := w.school.Calendar.In(w.stage(child, "return-visit").Due); due.Format("01-02 15:04") != "03-03 18:00" {
			t.Errorf("each child has its own visit: %s", due)
		}
	}
}

// entry is the day new children come, entered by the office.
func (w *world) entry(day string) {
	w.t.Helper()
	b, err := rules.SchoolFact(rules.Facts{School: w.school, Policy: w.policy, Now: w.now, Event: "form", By: w.person("教")}, "new_student_entry", map[string]string{"date": day})
	w.must(err)
	w.begins("form", b)
}

func TestTheEntryReportBeginsWithTheLastVisit(t *testing.T) {
	w := regime(t, "S07", "2026-03-03 09:00", map[string]any{"notice_lead": 7, "feedback_lead": 3})
	w.entry("2026-03-16")
	w.wantCard("教", "entry-notice", "2026-03-09 18:00")
	w.wantCard("周", "entry-feedback", "2026-03-13 18:00")
	w.advance("2026-03-16 08:20")
	w.must(w.press("周", w.card("周", "entry-count"), "submit", map[string]string{"expected": "2", "arrived": "0", "missing-names": "巳、丁"}))
	w.must(w.press("教", w.card("教", "entry-verify"), "submit", map[string]string{"verified-total": "2"}))
	w.advance("2026-03-16 09:00")
	visit := map[string]string{"visit-record": "家访", "reason": "生病"}
	w.must(w.press("周", w.cards[w.stage("巳", "entry-visit").Card], "submit", visit))
	w.advance("2026-03-16 09:10")
	w.noCard("吴", "entry-report") // nobody is 管片领导 here: the next higher post
	w.must(w.press("周", w.cards[w.stage("丁", "entry-visit").Card], "submit", visit))
	w.advance("2026-03-16 09:20")
	w.wantCard("吴", "entry-report", "2026-03-16 18:00")
}

func TestNobodyMissingMeansNoVisitAndTheReportAtOnce(t *testing.T) {
	w := regime(t, "S07", "2026-03-16 07:30", map[string]any{"notice_lead": 7, "feedback_lead": 3})
	w.entry("2026-03-16")
	w.noCard("教", "entry-notice") // its last moment was over when the day was entered
	w.advance("2026-03-16 08:30")
	w.must(w.press("周", w.card("周", "entry-count"), "submit", map[string]string{"expected": "2", "arrived": "2", "missing-names": "无"}))
	w.must(w.press("教", w.card("教", "entry-verify"), "submit", map[string]string{"verified-total": "0"}))
	w.wantCard("吴", "entry-report", "2026-03-16 18:00")
	w.noCase("巳")
}

func TestAnAlertIsOneMatterADay(t *testing.T) {
	w := regime(t, "S10", "2026-03-12 10:00", map[string]any{"loss_rate_limit": "40%"})
	w.must(w.happens("周", "巳", "status-停课-or-辍学", nil)) // one of two
	w.advance("2026-03-12 10:01")
	if !strings.Contains(text(w.card("严", "rate")), "50.00%") {
		t.Errorf("the principal reads the rate: %s", text(w.card("严", "rate")))
	}
	w.must(w.happens("周", "丁", "status-停课-or-辍学", nil))
	w.advance("2026-03-12 10:02")
	n := 0
	for _, c := range w.cards {
		if c.Stage == "rate" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d cards about the same day", n)
	}
}

func TestWhoLeftWithPapersIsNotLost(t *testing.T) {
	w := regime(t, "S11", "2026-03-12 10:00", map[string]any{"loss_rate_limit": "10%"})
	w.must(w.happens("周", "巳", "student-left", map[string]string{"papers": "转学手续"}))
	w.advance("2026-03-12 10:01")
	w.never("严")
	w.must(w.happens("周", "丁", "student-left", map[string]string{"papers": "无"}))
	w.advance("2026-03-12 10:02")
	if !strings.Contains(text(w.card("严", "rate")), "50.00%") {
		t.Error("one of two is lost")
	}
}

func TestPeriodsOfASchool(t *testing.T) {
	w := regime(t, "S12", "2026-03-09 07:30", map[string]any{"new_student_record_due": 5, "remedial_limit": 5})
	for root, want := range map[string]string{"weekly": "2026-W11 03-13 08:00", "monthly": "2026-03 03-26 08:00", "daily": "2026-03-09 03-09 08:00",
		"exchange": "2026-1 07-07 08:00"} {
		b, ok := rules.NextBeginning(w.school, w.policy, root, "", w.now)
		if got := b.Period + " " + b.At.Format("01-02 15:04"); !ok || got != want {
			t.Errorf("%s begins %s, not %s", root, got, want)
		}
	}
}

func TestEveryShippedRegimeShowsItselfAndNamesItsClauses(t *testing.T) {
	for _, id := range []string{"S01", "S05", "S06", "S07", "S09", "S10", "S11", "S12", "S15", "S16", "S20", "S21"} {
		p := shipped(t, id)
		shown := rules.ShowPolicy(p)
		for _, s := range p.Stages {
			if len(s.Source) == 0 || !strings.Contains(shown, s.Source[0]) {
				t.Errorf("%s %s does not say where it stands", id, s.ID)
			}
		}
		for _, b := range p.Blanks() {
			if !strings.Contains(shown, b.Name) {
				t.Errorf("%s does not show its blank %s", id, b.Name)
			}
		}
	}
}

// text is all a card shows.
func text(c school.Card) string {
	all := c.Title
	for _, f := range c.Fields {
		all += "\n" + f.K + " " + f.V
	}
	return all
}
