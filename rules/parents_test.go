package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

func TestAGuardianHearsAfterGraceAndRollCall(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am") // 08:05 + 10 minutes, but not before 08:20
	w.advance("2026-03-09 08:19")
	w.never("G1")
	w.advance("2026-03-09 08:20")
	n := w.wantMsg("G1", "", "学生巳", "上午", "1 个半天", "周明")
	if n.Kind != school.NoticeParent || n.Card == nil || len(n.Card.Buttons) != 4 {
		t.Errorf("a notice with four answers: %+v", n)
	}
	w.never("G2")
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 15:00")
	if got := len(w.parentNotices()); got != 1 {
		t.Errorf("one notice a day while the child is not seen, not %d", got)
	}
	w.awayAt("2026-03-10/am")
	w.advance("2026-03-10 08:20")
	w.wantMsg("G1", "", "3 个半天")
}

func (w *world) parentNotices() []school.Notice {
	var all []school.Notice
	for _, n := range w.notices {
		if strings.HasPrefix(n.To, "G") && n.Act == school.NoticeSend {
			all = append(all, n)
		}
	}
	return all
}

func TestTakenBackInTimeNoGuardianHears(t *testing.T) {
	for name, undo := range map[string]func(*world){
		"withdrawn": func(w *world) { w.must(w.withdraws("周", "巳", "2026-03-09/am")) },
		"arrived":   func(w *world) { w.says("周", "巳", school.Late) },
		"on leave":  func(w *world) { w.says("周", "巳", school.Personal, "2026-03-09/am", "2026-03-09/pm") },
	} {
		t.Run(name, func(t *testing.T) {
			w := s23(t, nil)
			w.awayAt("2026-03-09/am")
			w.advance("2026-03-09 08:15")
			undo(w)
			w.advance("2026-03-10 12:00")
			w.never("G1")
			w.noCase("巳")
		})
	}
}

func (w *world) withdraws(person, student string, slots ...string) error {
	w.t.Helper()
	var all []school.Slot
	for _, s := range slots {
		all = append(all, w.slot(s))
	}
	c, err := rules.Withdraw(w.facts(w.event(), student, w.person(person), school.Slot{}), all)
	if err == nil {
		w.apply(c)
	}
	return err
}

func TestAWrongNoticeIsCorrected(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	w.must(w.withdraws("周", "巳", "2026-03-09/am"))
	w.wantMsg("G1", "", "更正", "有误")
	w.noCase("巳")
	w.noCard("周", "half-day")
	w.refused(w.withdraws("周", "巳", "2026-03-09/am"), "没有可以撤回")
}

func TestAGuardianWhoWasAlarmedHearsThatTheChildIsHere(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 09:10")
	w.says("周", "巳", school.Late)
	w.wantMsg("G1", "", "已到校")
	w.noCase("巳")
	w.awayAt("2026-03-09/pm") // seen in between: a new alarm
	w.advance("2026-03-09 14:20")
	w.wantMsg("G1", "", "下午")
}

func TestQuietHoursHoldTheNotice(t *testing.T) {
	s := hetuan(t, march)
	s.Notices.QuietFrom, s.Notices.QuietTo = 8*60, 12*60
	w := newWorld(t, s, shipped(t, "S23"), "2026-03-09 07:30")
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 11:59")
	w.never("G1")
	w.advance("2026-03-09 12:00")
	w.wantMsg("G1", "", "上午")
}

func TestTheGraceAloneDecidesWhereTheSchoolSaysSo(t *testing.T) {
	s := hetuan(t, march)
	s.Notices.AfterRollCall = false
	w := newWorld(t, s, shipped(t, "S23"), "2026-03-09 07:30")
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:15")
	w.wantMsg("G1", "", "上午")
	w.noCase("巳")
	w.says("周", "巳", school.Present)
	w.wantMsg("G1", "", "已到校")
}

func TestAnUncertainReadingReachesNobody(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 08:05")
	am := w.slot("2026-03-09/am")
	w.must(w.reports("周", "巳", rules.Report{Pending: true, Marks: []school.MarkRange{{Student: "巳", Mark: school.Absent, From: am, To: am}}}))
	w.advance("2026-03-09 09:00")
	w.never("G1")
	w.noCase("巳")
	w.says("周", "巳", school.Absent) // 是
	w.wantCard("周", "half-day", "2026-03-09 11:40")
	w.advance("2026-03-09 09:10")
	w.wantMsg("G1", "", "上午")
}

func TestTheGuardianAnswersTheNotice(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	card := w.ofKind("G1", school.CardParent)
	w.refused(w.press("周", card, "sick", nil), "不是发给您的")
	w.must(w.press("G1", card, "sick", nil))
	w.open("巳") // asked for, not granted
	ask := w.ofKind("周", school.CardStill)
	if !strings.Contains(ask.Title, "妈妈") || !strings.Contains(ask.Title, "病假") {
		t.Errorf("the class teacher is asked: %s", ask.Title)
	}
	w.refused(w.press("G1", card, "known", nil), "已经处理过")
	w.must(w.press("周", ask, "grant", nil))
	if l := w.sheets["巳"].Leaves[0]; l.GrantedBy != "周" {
		t.Errorf("the leave is granted by the class teacher: %+v", l)
	}
	w.noCase("巳")
	w.advance("2026-03-09 17:00")
	w.noCase("巳")
}

func TestAGuardianCannotMarkAbsence(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:50")
	w.refused(w.tries("G1", "巳", school.Present), "学校老师登记")
	w.says("G1", "巳", school.Late)
	w.wantMsg("周", "", "会迟到")
	if len(w.sheets["巳"].Marks) != 0 {
		t.Error("a child announced late has not been seen")
	}
	w.says("周", "巳", school.Absent)
	w.advance("2026-03-09 08:20")
	w.open("巳")
}

func TestTheParentBelievesTheChildIsAtSchool(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	w.must(w.press("G1", w.ofKind("G1", school.CardParent), "arrived", nil))
	n := w.wantMsg("值", "safety", "妈妈")
	if !n.Urgent {
		t.Error("safety is urgent")
	}
	w.wantMsg("周", "safety")
	w.never("严")
	w.advance("2026-03-09 08:40") // nobody has touched it
	if len(w.heard("吴", "safety"))+len(w.heard("郑", "safety")) == 0 {
		t.Error("the next higher post hears")
	}
	card := w.ofKind("值", school.CardSafety)
	w.must(w.press("值", card, "handling", nil))
	w.advance("2026-03-09 10:00")
	w.never("严")
	w.must(w.press("周", w.ofKind("周", school.CardSafety), "found", nil))
	if c := w.cards[card.ID]; c.State != school.CardDone || !strings.Contains(c.Result, "周明") {
		t.Errorf("done, by whom: %s %s", c.State, c.Result)
	}
}

func TestSignsOfHarmGoToThePrincipalAlone(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 08:05")
	am := w.slot("2026-03-09/am")
	w.must(w.reports("周", "巳", rules.Report{Flags: []string{school.FlagSafety}, Text: "巳没来，昨天身上有伤，怕是在家挨打",
		Marks: []school.MarkRange{{Student: "巳", Mark: school.Absent, From: am, To: am}}}))
	n := w.wantMsg("严", "protection")
	if strings.Contains(said(n), "挨打") || strings.Contains(said(n), "身上有伤") {
		t.Error("the words are not repeated")
	}
	w.advance("2026-03-09 12:00")
	w.never("G1")
	w.never("G2")
	w.never("值")
	for _, n := range w.notices {
		if n.To != "严" && n.Stage == "protection" {
			t.Errorf("only the principal hears: %s", n.To)
		}
	}
	w.wantCard("周", "half-day", "2026-03-09 11:40") // the ladder goes on
}

func TestAGuardianToldThatTheChildIsLateIsNotToldTwice(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:50")
	am, next := w.slot("2026-03-09/am"), w.slot("2026-03-10/am")
	w.must(w.reports("G1", "巳", rules.Report{Marks: []school.MarkRange{
		{Student: "巳", Mark: school.Late, From: am, To: am}, {Student: "巳", Mark: school.Late, From: next, To: next}}}))
	if got := len(w.heard("周", "")); got != 1 {
		t.Errorf("one line says it, not %d", got)
	}
}

func TestAPresentMarkTakenBackLetsTheGuardianHearAfterAll(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:10")
	w.says("任", "巳", school.Present, "2026-03-09/am")
	w.advance("2026-03-09 08:30")
	w.never("G1")
	w.says("周", "巳", school.Absent, "2026-03-09/am")
	w.advance("2026-03-09 08:40")
	w.wantMsg("G1", "", "上午")
}

func TestAbsentInTheAfternoonPresentInTheMorning(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 14:05")
	am, pm := w.slot("2026-03-09/am"), w.slot("2026-03-09/pm")
	w.must(w.reports("周", "巳", rules.Report{Marks: []school.MarkRange{
		{Student: "巳", Mark: school.Absent, From: pm, To: pm}, {Student: "巳", Mark: school.Present, From: am, To: am}}}))
	w.advance("2026-03-09 14:20")
	w.wantMsg("G1", "", "下午", "1 个半天")
	if k := w.open("巳"); len(k.Missed) != 1 {
		t.Errorf("the afternoon counts: %+v", k.Missed)
	}
}

func TestWordsOfSelfHarmReachTheCounsellorToo(t *testing.T) {
	s := hetuan(t, march)
	s.Roster = school.NewRoster(s.Roster.Classes, s.Roster.Students(),
		append(s.Roster.Staff, school.Staff{ID: "心", Name: "辛理", Posts: []school.Post{{Title: "心理教师", Scopes: []string{"全校"}}}}), s.Roster.Guardians())
	w := newWorld(t, s, shipped(t, "S23"), "2026-03-09 07:30")
	w.must(w.reports("任", "巳", rules.Report{Flags: []string{school.FlagSafety}, Text: "巳在作业本上写不想活了"}))
	w.wantMsg("心", "protection")
	w.wantMsg("严", "protection")
	w.never("周")
	w.must(w.press("心", w.ofKind("心", school.CardSafety), "found", nil))
	w.noCase("巳")
}
