package rules_test

import (
	"strings"
	"testing"
	"time"

	"guixiao/rules"
	"guixiao/rules/school"
)

func TestAnAbsenceSaidOfAChildOnLeaveIsNone(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-09/pm")
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 12:00")
	w.noCase("巳")
	w.never("G1")
	// … unless it sets the report right.
	w.must(w.reports("周", "巳", rules.Report{Correction: true, Marks: []school.MarkRange{{Student: "巳", Mark: school.Absent, From: w.slot("2026-03-09/am"), To: w.slot("2026-03-09/am")}}}))
	if k := w.open("巳"); len(k.Missed) != 1 || !k.Missed[0].At.Equal(w.now) {
		t.Errorf("a correction is heard, and counts from when it was made: %+v", k.Missed)
	}
}

func TestReportedLateItCountsFromTheReport(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-10 09:00")
	w.says("周", "巳", school.Absent, "2026-03-09/am", "2026-03-10/am")
	k := w.open("巳")
	if len(k.Missed) != 3 {
		t.Fatalf("three half-days: %+v", k.Missed)
	}
	for _, st := range k.Stages {
		if st.OpenedAt.Before(w.now) {
			t.Errorf("stage %s fired for a moment before the report", st.ID)
		}
	}
	w.wantMsg("吴", "day-1")
	w.never("郑")
	w.wantCard("周", "half-day", "2026-03-10 11:40")
	w.wantCard("周", "day-1", "2026-03-10 18:00")
	if len(w.parentNotices()) != 0 {
		t.Error("no guardian before the grace is over")
	}
	w.advance("2026-03-10 09:10")
	w.wantMsg("G1", "", "上午")
}

func TestTheSameReportTwiceIsOne(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:10")
	w.says("副", "巳", school.Absent)
	w.says("任", "巳", school.Absent)
	m, _ := w.sheets["巳"].MarkAt(w.slot("2026-03-09/am"))
	if m.By != "周" {
		t.Errorf("the first report stands: %+v", m)
	}
	w.quiet("周")
	w.advance("2026-03-09 08:20")
	if n := len(w.parentNotices()); n != 1 {
		t.Errorf("%d notices for one absence", n)
	}
}

func TestAColleagueReportsBeforeTheClass(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 08:10")
	w.says("任", "巳", school.Absent)
	w.wantMsg("周", "", "任静", "未到校")
	w.advance("2026-03-09 08:20")
	w.wantCard("周", "half-day", "2026-03-09 11:40")
}

func TestWithdrawingOneHalfDayTakesBackTheRungThatStoodOnIt(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-09 14:30")
	w.must(w.withdraws("周", "巳", "2026-03-09/pm"))
	k := w.open("巳")
	if len(k.Missed) != 1 || !k.Away {
		t.Errorf("the morning still counts: %+v", k.Missed)
	}
	for _, id := range []string{"day-1", "day-1-visit"} {
		if st := w.stage("巳", id); !st.Skipped || st.Open() {
			t.Errorf("%s stood on the afternoon", id)
		}
	}
	w.wantMsg("吴", "day-1", "更正", "1 个半天")
	w.noCard("周", "day-1")
	w.says("周", "巳", school.Absent, "2026-03-09/pm")
	w.wantMsg("吴", "day-1")
	w.wantCard("周", "day-1", "2026-03-09 18:00")
}

func TestAWrongPresentMarkIsSetRight(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-10 08:05")
	w.says("周", "巳", school.Present)
	w.noCase("巳")
	w.advance("2026-03-10 09:00")
	w.says("周", "巳", school.Absent)
	k := w.open("巳")
	if len(k.Missed) != 3 {
		t.Errorf("the run was never broken: %+v", k.Missed)
	}
	w.wantMsg("吴", "day-1")
	w.wantCard("周", "day-1", "2026-03-10 18:00")
}

func TestAClassReportedWithoutAWordAboutTheChild(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 14:10")
	w.rollCall("周", "702", false)
	w.advance("2026-03-09 14:20")
	if k := w.open("巳"); len(k.Missed) != 1 {
		t.Errorf("it is not guessed: %+v", k.Missed)
	}
	w.must(w.press("周", w.ofKind("周", school.CardStill), "absent", nil))
	if k := w.open("巳"); len(k.Missed) != 2 {
		t.Errorf("answered, it counts: %+v", k.Missed)
	}
	w.advance("2026-03-10 08:10")
	w.rollCall("周", "702", false)
	w.advance("2026-03-10 08:30")
	w.must(w.press("周", w.ofKind("周", school.CardStill), "here", nil))
	w.noCase("巳")
	w.wantMsg("吴", "", "已到校")
}

func TestAClassReportedAllHereEndsTheAbsence(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-10 08:10")
	w.rollCall("周", "702", true)
	w.advance("2026-03-10 08:20")
	w.noCase("巳")
	w.wantMsg("吴", "", "已到校")
	w.wantMsg("周", "", "已到校") // he did not name the child: he hears what followed
}

func TestALeaveThatRanOutIsAskedAboutNotInvented(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	w.advance("2026-03-11 08:20")
	card := w.ofKind("周", school.CardStill)
	if !strings.Contains(card.Title, "假到") {
		t.Errorf("asked: %s", card.Title)
	}
	w.noCase("巳")
	w.never("G1")
	w.must(w.press("周", card, "absent", nil))
	if k := w.open("巳"); len(k.Missed) != 1 {
		t.Errorf("未到校 again: %+v", k.Missed)
	}
}

func TestBackEarlyFromLeave(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-13/pm")
	w.advance("2026-03-10 08:05")
	w.says("周", "巳", school.Present)
	w.awayAt("2026-03-11/am")
	w.advance("2026-03-11 08:20")
	w.open("巳") // the leave was over: this absence is one
	w.advance("2026-03-16 08:30")
	if c, ok := w.find("周", "", school.CardStill); ok {
		t.Errorf("nothing to ask about a leave that was ended: %s", c.Title)
	}
}

func TestALeaveForTomorrowDoesNotStopToday(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:00")
	w.says("周", "巳", school.Personal, "2026-03-10/am", "2026-03-10/pm")
	w.open("巳")
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 14:20")
	w.wantMsg("吴", "day-1")
	w.advance("2026-03-10 08:20")
	w.noCase("巳")
	w.wantMsg("吴", "", "已请假")
}

func TestWhoMayPress(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	card := w.card("周", "half-day")
	answer := map[string]string{"reason": "睡过头"}
	for _, who := range []string{"吴", "任", "G1"} {
		w.refused(w.press(who, card, "submit", answer), "不是发给您的")
	}
	w.refused(w.press("周", card, "approve", answer), "没有")
	w.absent = ds{{From: "周", To: "任", Since: w.now, Until: w.now.Add(time.Hour)}}
	w.must(w.press("任", card, "submit", answer))
	w.absent = nil
	w.refused(w.press("周", card, "submit", answer), "任静", "3月9日")
	if got := w.cards[card.ID]; got.State != school.CardDone {
		t.Errorf("the card is done: %s", got.State)
	}
	updated := false
	for _, n := range w.notices {
		updated = updated || n.Act == school.NoticeUpdate && n.To == "周" && n.Of == school.CardKey(card.ID, "周") && n.Card.State == school.CardDone
	}
	if !updated {
		t.Error("every copy changes")
	}
}

func TestAcknowledgedByWhom(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-09 14:25")
	var card school.Card
	for _, c := range w.cards {
		if c.Kind == school.CardTold && c.Stage == "day-1" {
			card = c
		}
	}
	w.must(w.press("吴", card, "ack", nil))
	w.refused(w.press("吴", card, "ack", nil), "吴刚")
}

func TestAContactToldInChatAnswersTheCard(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:30")
	w.must(w.reports("周", "巳", rules.Report{Text: "给巳妈妈打了三次电话没人接", Contacts: []school.Contact{{Student: "巳", Kind: "call", Outcome: "not_reached", Times: 3}}}))
	w.wantMsg("吴", "no-contact", "3")
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 17:00")
	w.must(w.reports("周", "巳", rules.Report{Text: "家访，孩子在家看店", Contacts: []school.Contact{{Student: "巳", Kind: "visit", Outcome: "reached"}}}))
	w.noCard("周", "day-1-visit")
	w.wantMsg("吴", "day-1", "在家看店")
}

func TestAReasonThatSaysNotReachedIsNoReason(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:30")
	w.must(w.press("周", w.card("周", "half-day"), "submit", map[string]string{"reason": "打了电话，家长没接"}))
	w.wantMsg("吴", "no-contact")
	w.wantCard("周", "no-contact", "2026-03-09 18:00")
}

func TestPastTheConfirmedCalendarNothingIsGuessed(t *testing.T) {
	spec := march
	spec.ConfirmedUntil = "2026-03-13"
	w := newWorld(t, hetuan(t, spec), shipped(t, "S02"), "2026-03-12 07:30")
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 08:20")
	w.wantCard("周", "school-report", "")
	found := false
	for _, e := range w.open("巳").History {
		found = found || strings.Contains(e.What, "暂无截止时间") && strings.Contains(e.What, "校历")
	}
	if !found {
		t.Error("the timeline says why there is no due date")
	}
}

func TestADaysDeadlineAcrossTheNationalHoliday(t *testing.T) {
	autumn := school.CalendarSpec{Timezone: "Asia/Shanghai", ConfirmedUntil: "2026-12-31", Weekdays: []int{1, 2, 3, 4, 5},
		Terms:      []school.Term{{ID: "2026-2", Name: "秋季学期", From: "2026-09-01", To: "2027-01-22"}},
		Holidays:   []school.Span{{Name: "国庆节", From: "2026-10-01", To: "2026-10-07"}},
		MakeupDays: []school.MakeupDay{{Date: "2026-10-10", For: "国庆节", TimetableOf: "2026-10-05"}}}
	w := newWorld(t, hetuan(t, autumn), shipped(t, "S23"), "2026-09-30 07:30")
	w.awayAt("2026-09-30/am")
	w.advance("2026-09-30 09:00")
	w.must(w.press("周", w.card("周", "half-day"), "submit", map[string]string{"reason": "回老家"}))
	w.awayAt("2026-09-30/pm")
	w.advance("2026-09-30 14:20")
	w.wantMsg("吴", "day-1", "回老家")
	stages := len(w.open("巳").Stages)
	w.advance("2026-10-07 23:00")
	if got := len(w.open("巳").Stages); got != stages {
		t.Errorf("no school, no stage: %d", got)
	}
	w.awayAt("2026-10-08/am", "2026-10-08/pm")
	w.advance("2026-10-08 14:20")
	w.wantMsg("郑", "day-2", "回老家")
	w.awayAt("2026-10-09/am", "2026-10-09/pm", "2026-10-10/am", "2026-10-10/pm", "2026-10-12/am", "2026-10-12/pm")
	w.noCard("周", "week-1")
	w.advance("2026-10-12 14:20") // the tenth half-day: Saturday the 10th was a school day
	w.wantCard("周", "week-1", "2026-10-12 18:00")
	w.advance("2026-10-12 15:00")
	w.must(w.press("周", w.card("周", "week-1"), "submit", map[string]string{"document": "file:0"}, essay))
	w.wantCard("郑", "decision", "2026-10-15 18:00")
}

func TestGrantedStatusChangeStopsTheCountdown(t *testing.T) {
	w := s02(t, nil)
	w.awayAt("2026-03-12/am")
	w.advance("2026-03-12 10:00")
	w.must(w.happens("办", "巳", "status-change-approved", map[string]string{"kind": "休学", "to": "2026-06-30", "approved-by": "县教育局"}))
	w.noCase("巳")
	w.advance("2026-03-20 18:00")
	w.never("办")
	w.must(w.happens("周", "巳", "leave-granted", map[string]string{"from": "2026-03-23", "to": "2026-03-24/am", "kind": "sick"}))
	w.refused(w.happens("周", "巳", "leave-granted", map[string]string{"from": "下周一", "to": "x"}), "from")
	w.refused(w.happens("周", "巳", "leave-granted", map[string]string{"from": "2026-03-23", "to": "2026-03-24", "kind": "absent"}), "absent")
}

func TestTheSameFactsGiveTheSameChange(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	f := w.facts("once", "巳", school.Person{}, w.slot("2026-03-09/am"))
	f.Now = w.time("2026-03-09 08:20")
	a, err := rules.Close(f, w.slot("2026-03-09/am"))
	w.must(err)
	for range 20 {
		b, _ := rules.Close(f, w.slot("2026-03-09/am"))
		if len(b.Notices) != len(a.Notices) || b.Cases[0].ID != a.Cases[0].ID || b.Notices[0].Key != a.Notices[0].Key || b.Timers[0].FiringKey() != a.Timers[0].FiringKey() {
			t.Fatal("the same facts gave another change")
		}
	}
}

func TestARegimeMayAskForAnAcknowledgement(t *testing.T) {
	src := strings.Replace(string(shipped(t, "S23").Text), "params:\n", "params:\n  ack_within: {n: 2, unit: hour, origin: assumed}\n", 1)
	p, err := rules.ParsePolicy("S23.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, hetuan(t, march), p, "2026-03-09 07:30")
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 13:39") // 吴 heard at 11:40 and has two hours
	w.never("郑")
	w.advance("2026-03-09 13:40")
	w.wantMsg("郑", "no-contact")
	w.advance("2026-03-09 18:30")
	w.never("严")
}

func TestAFactAParentMayNotRecord(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 09:00")
	for _, event := range []string{"returned", "status-lost", "leave-granted", "status-change-approved"} {
		w.refused(w.happens("G1", "巳", event, map[string]string{"kind": "sick", "destination": "x"}), "学校老师登记")
	}
}

func TestReachedAfterAllTheReasonIsKeptForTheNextRung(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 10:30")
	w.must(w.press("周", w.card("周", "half-day"), "no-contact", map[string]string{"attempts": "3"}))
	w.advance("2026-03-09 12:00")
	w.must(w.reports("周", "巳", rules.Report{Text: "联系上巳妈妈了，在家看店", Contacts: []school.Contact{{Student: "巳", Kind: "call", Outcome: "reached"}}}))
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 14:20")
	w.wantMsg("吴", "day-1", "在家看店")
	w.refused(w.press("周", w.card("周", "day-1"), "submit", nil), "原因") // known before is only proposed
}

func TestAChildWhoMayDropOutIsReportedToTheGroup(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 09:00")
	w.must(w.reports("任", "巳", rules.Report{Flags: []string{school.FlagIntentToLeave}, Text: "巳说不想念了"}))
	w.wantMsg("冯", "group", "学生巳", "任静")
	w.wantMsg("周", "", "不想继续上学")
	w.noCase("巳")
	w.never("吴")
}

func TestASchoolWithoutARegimeStillTellsTheFamily(t *testing.T) {
	w := newWorld(t, hetuan(t, march), nil, "2026-03-09 07:30")
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:20")
	w.wantMsg("G1", "", "上午", "1 个半天")
	w.noCase("巳")
	w.says("周", "巳", school.Late)
	w.wantMsg("G1", "", "已到校")
	w.must(w.reports("任", "巳", rules.Report{Flags: []string{school.FlagSafety}, Text: "巳身上有伤"}))
	w.wantMsg("严", "protection")
	w.refused(w.happens("周", "巳", "dropout-sign-recorded", nil), "dropout-sign-recorded")
	class, _ := w.school.Roster.Class("702")
	w.refused(rules.Blocked(w.policy, class, "开除", nil), "义务教育")
}
