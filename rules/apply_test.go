package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// s14 begins on Monday 9 March 2026 before school.
func s14(t testing.TB, settings map[string]any) *world {
	p, err := shipped(t, "S14").With(settings)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, hetuan(t, march), p, "2026-03-09 07:30")
}

// flowWorld is 贺疃中学 under a regime of our own with one way of applications.
func flowWorld(t testing.TB, steps string) *world {
	p, err := rules.ParsePolicy("X.yaml", []byte("policy: X\ntitle: 本校办法\nflows:\n  - id: f\n    title: 停课、请假\n    types: [停课, 休学, 出国, 请假]\n"+
		"    require: [reason, from-date, expected-return-date]\n    source: [X-1]\n    steps:\n"+steps))
	if err != nil {
		t.Fatal(err)
	}
	s := hetuan(t, march)
	s.Roster.Classes[0].Stage = "高中" // the law leaves senior schools their own rules
	s.Level = school.LevelSenior
	return newWorld(t, s, p, "2026-03-09 07:30")
}

func (w *world) application() school.Application {
	w.t.Helper()
	all := w.sheet("巳").Applications
	if len(all) == 0 {
		w.t.Fatal("nothing was applied for")
	}
	return all[len(all)-1]
}

func (w *world) stands(state school.ApplicationState, steps string) {
	w.t.Helper()
	a := w.application()
	var got []string
	for _, st := range a.Steps[1:] {
		got = append(got, st.ID+":"+st.State)
	}
	if a.State != state || strings.Join(got, " ") != steps {
		w.t.Errorf("%s: the application is %s, %s; want %s, %s", w.now.Format("01-02 15:04"), a.State, strings.Join(got, " "), state, steps)
	}
}

var transfer = map[string]string{"kind": "转学", "ground": "家庭搬迁", "planned-leave-date": "2026-03-20"}

// 6.14: a family moves away; the whole way ends before the report is due.
func TestS14ATransferIsCheckedApprovedAndReportedBeforeTheChildLeaves(t *testing.T) {
	w := s14(t, nil)
	w.advance("2026-03-09 09:00")
	w.must(w.happens("G1", "巳", "application-received", transfer)) // 1
	w.wantCard("周", "check", "2026-03-11 18:00")
	if c := w.card("周", "check"); !strings.Contains(fieldsOf(c), "3月13日（周五） 18:00") {
		t.Errorf("whoever checks sees by when the report must be out: %s", fieldsOf(c))
	}
	w.noCard("教", "approve")
	w.advance("2026-03-10 10:00")
	w.refused(w.press("周", w.card("周", "check"), "submit", nil), "调查结果")
	w.must(w.press("周", w.card("周", "check"), "submit", map[string]string{"finding": "属实，已看到新居租约"})) // 2
	w.wantCard("教", "approve", "2026-03-12 18:00")
	w.advance("2026-03-11 10:00")
	w.refused(w.press("教", w.card("教", "approve"), "approve", nil), "原因")
	w.must(w.press("教", w.card("教", "approve"), "approve", map[string]string{"reason": "手续齐全"})) // 3
	w.wantMsg("G1", "apply", "已同意")
	w.wantMsg("周", "application", "转出申请已同意")
	w.wantCard("办", "report", "2026-03-13 18:00")
	w.advance("2026-03-13 16:00")
	w.must(w.press("办", w.card("办", "report"), "submit", map[string]string{"sent-at": "2026-03-13"})) // 4
	a := w.application()
	if len(a.Filings) != 1 || a.Filings[0].Body != "教育行政部门" || len(a.Documents) != 1 || a.Documents[0].Kind != "流失生名单及原因" {
		t.Errorf("filings %+v, documents %+v", a.Filings, a.Documents)
	}
	w.stands(school.ApplicationApproved, "check:done approve:done report:done received:open")
	if !a.Over.IsZero() {
		t.Error("the child is our concern until the other school has it")
	}
	w.must(w.happens("周", "巳", "returned", nil)) // until the planned day it comes to school as ever
	w.advance("2026-03-23 09:00")
	w.noCase("巳")
	w.must(w.press("吴", w.card("吴", "received"), "submit", map[string]string{"school-now-attended": "县一中，3月23日已报到"}))
	if w.application().Over.IsZero() {
		t.Error("the other school has the child: nothing is left")
	}
	w.everyLineSaysWhy()
}

func TestS14ADropoutIsReportedNeverApproved(t *testing.T) {
	w := s14(t, nil)
	w.advance("2026-03-10 09:00")
	w.refused(w.happens("G1", "巳", "application-received", map[string]string{"kind": "退学", "reason": "辍学打工"}), "不受理", "第十一条") // 7
	w.must(w.happens("办", "巳", "leave-date-of-dropout", nil))                                                                 // 5
	w.wantCard("办", "dropout-report", "2026-03-13 18:00")

	other := s14(t, nil)
	other.advance("2026-03-13 09:00")
	other.must(other.happens("办", "巳", "leave-date-of-dropout", nil)) // 6
	other.wantCard("办", "dropout-report", "2026-03-16 18:00")
	days := s14(t, map[string]any{"after_leave": "3 school-day"})
	days.advance("2026-03-13 09:00")
	days.must(days.happens("办", "巳", "leave-date-of-dropout", nil))
	days.wantCard("办", "dropout-report", "2026-03-18 18:00")
}

// The law: a leave of absence in the compulsory years is granted by the
// education authority, whatever the regime says.
func TestALeaveOfAbsenceInTheCompulsoryYearsNeedsTheAuthority(t *testing.T) {
	w := s14(t, nil)
	w.must(w.happens("G1", "巳", "application-received", map[string]string{"kind": "休学", "ground": "因病", "planned-leave-date": "2026-03-20", "to": "2026-06-30"}))
	w.must(w.press("周", w.card("周", "check"), "submit", map[string]string{"finding": "有诊断证明"}))
	w.must(w.press("教", w.card("教", "approve"), "approve", map[string]string{"reason": "同意上报"}))
	w.stands(school.ApplicationOpen, "check:done approve:done report:open authority:waits")
	w.must(w.press("办", w.card("办", "report"), "submit", map[string]string{"sent-at": "2026-03-10"}))
	w.refused(w.press("办", w.card("办", "authority"), "approve", nil), "批准机关")
	w.must(w.press("办", w.card("办", "authority"), "approve", map[string]string{"approved-by": "县教育局〔2026〕12号"}))
	w.stands(school.ApplicationApproved, "check:done approve:done report:done authority:done")
	w.awayAt("2026-03-20/am") // from then on nobody counts
	w.advance("2026-03-20 12:00")
	w.counted(0)
}

const twoOfThree = "      - {id: ask, by: 班主任, do: 核实, require: [finding], source: [X-2]}\n" +
	"      - {id: sign, by: [教务处, 主管主任], mode: all, decides: true, do: 会签, within: 1 school-day, source: [X-3]}\n" +
	"      - {id: head, by: 校长, when: days > 30, decides: true, do: 校长审批, source: [X-4]}\n"

var pause = map[string]string{"kind": "出国", "reason": "随父母", "from-date": "2026-03-16", "expected-return-date": "2026-03-30"}

func (w *world) askAndCheck(fields map[string]string) {
	w.t.Helper()
	w.must(w.happens("G1", "巳", "application-received", fields))
	w.must(w.press("周", w.card("周", "ask"), "submit", map[string]string{"finding": "属实"}))
}

func TestCountersignaturesAllAgreeInAnyOrder(t *testing.T) {
	w := flowWorld(t, twoOfThree)
	w.askAndCheck(pause)
	card := w.card("教", "sign")
	w.must(w.press("吴", card, "approve", nil))
	w.refused(w.press("吴", w.cards[card.ID], "approve", nil), "已经表过态")
	w.stands(school.ApplicationOpen, "ask:done sign:open head:waits")
	w.must(w.press("教", w.cards[card.ID], "approve", nil))
	w.stands(school.ApplicationApproved, "ask:done sign:done head:skipped") // two weeks: not for the principal
	w.refused(w.press("教", w.cards[card.ID], "refuse", map[string]string{"reason": "x"}), "已同意", "吴刚")
	w.awayAt("2026-03-16/am")
	w.advance("2026-03-16 12:00")
	w.counted(0)
}

func TestALongAbsenceGoesToThePrincipalAsWell(t *testing.T) {
	w := flowWorld(t, twoOfThree)
	long := map[string]string{"kind": "出国", "reason": "随父母", "from-date": "2026-03-16", "expected-return-date": "2026-05-30"}
	w.askAndCheck(long)
	w.must(w.press("教", w.card("教", "sign"), "approve", nil))
	w.must(w.press("吴", w.card("吴", "sign"), "approve", nil))
	w.stands(school.ApplicationOpen, "ask:done sign:done head:open")
	w.refused(w.press("严", w.card("严", "head"), "refuse", nil), "理由")
	w.must(w.press("严", w.card("严", "head"), "refuse", map[string]string{"reason": "高考在即"}))
	w.stands(school.ApplicationRejected, "ask:done sign:done head:rejected")
	w.wantMsg("G1", "apply", "没有获准", "高考在即")
	w.awayAt("2026-03-16/am", "2026-03-16/pm")
	w.advance("2026-03-16 15:00")
	w.counted(2) // refused: the child is missed like any other
}

func TestOneNoEndsACountersignature(t *testing.T) {
	w := flowWorld(t, twoOfThree)
	w.askAndCheck(pause)
	card := w.card("教", "sign")
	w.must(w.press("教", card, "refuse", map[string]string{"reason": "材料不实"}))
	w.stands(school.ApplicationRejected, "ask:done sign:rejected head:skipped")
	w.refused(w.press("吴", w.cards[card.ID], "approve", nil), "已拒绝", "材料不实")
}

func TestWhatIsSentBackComesBackToTheSameStep(t *testing.T) {
	w := flowWorld(t, twoOfThree)
	w.askAndCheck(pause)
	first := w.card("教", "sign")
	w.refused(w.press("教", first, "return", nil), "理由")
	w.must(w.press("教", first, "return", map[string]string{"reason": "请写明去哪个国家"}))
	w.wantMsg("G1", "apply", "去哪个国家")
	w.stands(school.ApplicationOpen, "ask:done sign:waits head:waits")
	own := w.ofKind("G1", school.CardApply)
	w.refused(w.press("G2", own, "submit", nil), "")
	w.must(w.press("G1", own, "submit", map[string]string{"reason": "随父母去新西兰"}))
	w.stands(school.ApplicationOpen, "ask:done sign:open head:waits")
	if c := w.card("教", "sign"); c.ID == first.ID || !strings.Contains(fieldsOf(c), "新西兰") {
		t.Errorf("a fresh card with what was added: %s", fieldsOf(c))
	}
}

func TestAStepIsHandedOverAndAddedTo(t *testing.T) {
	w := flowWorld(t, "      - {id: sign, by: 主管主任, decides: true, do: 审批, source: [X-3]}\n")
	w.must(w.happens("G1", "巳", "application-received", pause))
	card := w.card("吴", "sign")
	w.refused(w.press("吴", card, "hand-over", nil), "转交")
	w.refused(w.press("吴", card, "hand-over", map[string]string{"to": "吴"}), "不是自己")
	w.must(w.press("吴", card, "hand-over", map[string]string{"to": "郑"}))
	w.refused(w.press("吴", w.cards[card.ID], "approve", nil), "已转交 郑强")
	w.must(w.press("郑", w.card("郑", "sign"), "add", map[string]string{"to": "严"}))
	w.must(w.press("郑", w.card("郑", "sign"), "approve", nil))
	w.stands(school.ApplicationOpen, "sign:open")
	w.must(w.press("严", w.card("严", "sign"), "approve", nil))
	w.stands(school.ApplicationApproved, "sign:done")
}

func TestTheApplicantSeesHurriesAndWithdraws(t *testing.T) {
	w := flowWorld(t, twoOfThree)
	w.must(w.happens("G1", "巳", "application-received", pause))
	own := w.ofKind("G1", school.CardApply)
	if !strings.Contains(fieldsOf(own), "办理中（周明") {
		t.Errorf("with whom it lies: %s", fieldsOf(own))
	}
	w.must(w.press("G1", own, "urge", nil))
	w.wantMsg("周", "ask", "催办")
	w.refused(w.press("G1", w.cards[own.ID], "urge", nil), "刚刚催过")
	w.must(w.press("G1", w.cards[own.ID], "revoke", nil))
	w.stands(school.ApplicationWithdrawn, "ask:skipped sign:skipped head:skipped")
	w.wantMsg("周", "ask", "撤销")
	w.awayAt("2026-03-16/am", "2026-03-16/pm")
	w.advance("2026-03-16 15:00")
	w.counted(2)
}

func TestAStepThatIsLateLiesWithTheNextPostAsWell(t *testing.T) {
	w := flowWorld(t, "      - {id: sign, by: 主管主任, decides: true, do: 审批, within: 1 school-day, source: [X-3]}\n")
	w.must(w.happens("G1", "巳", "application-received", pause))
	w.advance("2026-03-10 17:59")
	w.never("郑")
	w.advance("2026-03-10 18:00")
	w.wantMsg("吴", "sign", "已过期限")
	w.must(w.press("郑", w.card("郑", "sign"), "approve", nil))
	w.stands(school.ApplicationApproved, "sign:done")
	w.refused(w.press("吴", w.cards[w.application().Steps[1].Card], "approve", nil), "郑强")
}

// The office answers to the leaders; the class teacher is not over it.
func TestALateOfficeIsPassedOnUpwards(t *testing.T) {
	w := s14(t, nil)
	w.must(w.happens("G1", "巳", "application-received", transfer))
	w.must(w.press("周", w.card("周", "check"), "submit", map[string]string{"finding": "属实"}))
	w.must(w.press("教", w.card("教", "approve"), "approve", map[string]string{"reason": "手续齐全"}))
	w.advance("2026-03-13 18:00")
	for _, st := range w.application().Steps {
		if st.ID == "report" && (!st.Overdue || strings.Contains(st.Post, school.TitleHomeroom)) {
			t.Errorf("the late report of the office lies with %s", st.Post)
		}
	}
}

func TestNobodyDecidesTheirOwnApplication(t *testing.T) {
	w := flowWorld(t, "      - {id: sign, by: 主管主任, decides: true, do: 审批, source: [X-3]}\n")
	w.must(w.happens("吴", "巳", "application-received", pause))
	w.wantCard("郑", "sign", "")
	if _, ok := w.find("吴", "sign", school.CardApply); ok {
		t.Error("吴 applied and must not decide")
	}
}

func TestASecondPersonLooks(t *testing.T) {
	w := flowWorld(t, "      - {id: ask, by: 教务处, do: 核实, require: [finding], source: [X-2]}\n      - {id: sign, by: [教务处, 主管主任], fresh: true, decides: true, do: 复核, source: [X-3]}\n")
	w.must(w.happens("G1", "巳", "application-received", pause))
	w.must(w.press("教", w.card("教", "ask"), "submit", map[string]string{"finding": "属实"}))
	if a := w.application(); strings.Join(a.Steps[2].People, "") != "吴" {
		t.Errorf("who checked does not decide: %v", a.Steps[2].People)
	}
}

// In words, a part at a time: what is missing is asked, nothing is refused.
func TestAnApplicationInWordsIsCompletedBitByBit(t *testing.T) {
	w := flowWorld(t, twoOfThree)
	f := w.facts(w.event(), "巳", w.person("G1"), school.Slot{})
	c, text, err := rules.Apply(f, school.Request{Kind: "abroad", Student: "巳", Reason: "随父母"})
	w.must(err)
	w.apply(c)
	if !strings.Contains(text, "从哪一天起") || !strings.Contains(text, "预计返校") {
		t.Errorf("what is missing is named: %s", text)
	}
	if _, ok := w.find("周", "ask", school.CardApply); ok {
		t.Error("nobody is troubled before it is complete")
	}
	f = w.facts(w.event(), "巳", w.person("G1"), school.Slot{})
	c, text, err = rules.Apply(f, school.Request{Kind: "abroad", Student: "巳", From: w.slot("2026-03-16/am"), To: w.slot("2026-03-27/pm")})
	w.must(err)
	w.apply(c)
	if !strings.Contains(text, "核实") || w.application().To != "2026-03-27" {
		t.Errorf("it goes on by itself: %s", text)
	}
	w.wantCard("周", "ask", "")
	if n := len(w.sheet("巳").Applications); n != 1 {
		t.Errorf("%d applications", n)
	}
}

func TestTheChildThatDoesNotComeBackIsMissed(t *testing.T) {
	w := flowWorld(t, "      - {id: sign, by: 主管主任, decides: true, do: 审批, source: [X-3]}\n")
	w.must(w.happens("G1", "巳", "application-received", pause))
	w.must(w.press("吴", w.card("吴", "sign"), "approve", nil))
	w.advance("2026-03-27 18:00")
	w.noCase("巳")
	w.advance("2026-03-30 09:00") // the day it should be back
	if _, ok := w.find("周", "", school.CardStill); !ok {
		t.Errorf("the class teacher is asked: %s", w.openCards())
	}
}

// The law on 停课 in schools: never in the first four years, a week at most,
// parents told before; the attempt is answered with its article.
func TestASchoolMayKeepAChildFromLessonsForAWeekAtMost(t *testing.T) {
	w := s23(t, nil)
	pause := func(back string) map[string]string {
		return map[string]string{"kind": "停课", "reason": "打架伤人", "from-date": "2026-03-10", "expected-return-date": back, "parents-informed": "3月9日电话告知巳母"}
	}
	w.refused(w.happens("周", "巳", "application-received", pause("2026-03-18")), "一周", "第十条")
	without := pause("2026-03-12")
	delete(without, "parents-informed")
	w.refused(w.happens("周", "巳", "application-received", without), "家长")
	w.must(w.happens("周", "巳", "application-received", pause("2026-03-17")))
	w.school.Roster.Classes[0].Stage, w.school.Roster.Classes[0].Grade = "小学", "四年级"
	w.refused(w.happens("周", "丁", "application-received", pause("2026-03-11")), "一至四年级")
}

// Help for a family in need takes its five open steps, and who is related
// hands it on.
func TestAidIsAppliedForLookedAtVerifiedApprovedAndPosted(t *testing.T) {
	w := s23(t, nil)
	w.must(w.happens("G1", "巳", "application-received", map[string]string{"kind": "困难资助", "reason": "父亲重病"}))
	w.refused(w.press("周", w.card("周", "review"), "submit", map[string]string{"aid-minutes": "7人参加，一致同意", "no-kinship": "有"}), "回避")
	w.must(w.press("周", w.card("周", "review"), "submit", map[string]string{"aid-minutes": "7人参加，一致同意", "no-kinship": "无"}))
	w.must(w.press("周", w.card("周", "verify"), "submit", map[string]string{"finding": "属实", "no-kinship": "无"}))
	w.refused(w.press("办", w.card("办", "approve"), "approve", map[string]string{"no-kinship": "无"}), "资助方式", "金额", "经费来源")
	w.must(w.press("办", w.card("办", "approve"), "approve", map[string]string{"no-kinship": "无", "aid-kind": "减免", "aid-amount": "300.00", "aid-fund": "困难补助"}))
	w.stands(school.ApplicationApproved, "review:done verify:done approve:done post:open")
	w.must(w.press("办", w.card("办", "post"), "submit", map[string]string{"aid-posted-at": "2026-03-10", "aid-objections": "无"}))
	if w.application().Over.IsZero() {
		t.Error("posted: nothing is left")
	}
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 12:00")
	w.counted(1) // help excuses nobody
}

// No school moves a child on: in the compulsory years the family asks.
func TestOnlyTheFamilyAsksForAnotherSchool(t *testing.T) {
	w := s14(t, nil)
	w.refused(w.happens("周", "巳", "application-received", map[string]string{"kind": "转学", "ground": "成绩差", "planned-leave-date": "2026-03-20"}), "监护人", "责令转学")
	w.must(w.happens("周", "巳", "application-received", map[string]string{"kind": "转学", "ground": "搬家", "planned-leave-date": "2026-03-20", "guardian": "巳母，当面提出"}))
}

func TestABrokenFlowIsRefusedWithItsRemedy(t *testing.T) {
	for _, x := range []struct{ steps, want string }{
		{"      - {id: a, by: 班主任, do: 核实, source: [X-1]}\n", "decides"},
		{"      - {id: a, by: 班主任, do: x, decides: true, source: [X-1]}\n      - {id: a, by: 班主任, do: x, source: [X-1]}\n", "用了两次"},
		{"      - {id: a, by: 班主任, do: x, decides: true, when: weeks > 3, source: [X-1]}\n", "days"},
	} {
		_, err := rules.ParsePolicy("X.yaml", []byte("policy: X\ntitle: t\nflows:\n  - id: f\n    title: t\n    types: [停课]\n    source: [X-1]\n    steps:\n"+x.steps))
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", x.steps, err)
		}
	}
}

// counted checks how many half-days of 巳 have counted.
func (w *world) counted(n int) {
	w.t.Helper()
	if got := w.sheets["巳"].Missed; got != n {
		w.t.Errorf("%s: %d half-days count, want %d", w.now.Format("01-02 15:04"), got, n)
	}
}

func fieldsOf(c school.Card) string {
	var all []string
	for _, f := range c.Fields {
		all = append(all, f.K+"="+f.V)
	}
	return strings.Join(all, "; ")
}
