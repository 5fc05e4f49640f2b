package rules_test

import (
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// applies is what a guardian says of leave, with the reason.
func (w *world) applies(person string, kind school.MarkKind, from, to, reason string) {
	w.t.Helper()
	w.must(w.reports(person, "巳", rules.Report{Text: reason,
		Marks: []school.MarkRange{{Student: "巳", Mark: kind, From: w.slot(from), To: w.slot(to), Note: reason}}}))
}

// grantCard is the open question whether a leave is granted.
func (w *world) grantCard() school.Card {
	w.t.Helper()
	return w.ofKind("周", school.CardStill)
}

func TestALeaveOnlyAskedForStopsNothing(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "发烧")
	if k := w.open("巳"); len(k.Missed) != 1 || !k.Away {
		t.Errorf("only a granted leave stops the clock: %+v", k.Missed)
	}
	w.quiet("吴")
	card := w.card("周", "half-day")
	if in := card.Inputs[0]; in.Value != "家长说：病假（发烧）" || !in.Required {
		t.Errorf("the family's words are proposed, not taken as the answer: %+v", in)
	}
	w.awayAt("2026-03-09/pm")
	w.advance("2026-03-09 14:20")
	w.wantMsg("吴", "day-1", "家长说：病假（发烧）")

	w.advance("2026-03-09 15:00")
	w.must(w.press("周", w.grantCard(), "grant", nil))
	w.noCase("巳")
	w.wantMsg("吴", "", "已请假")
	for _, slot := range []string{"2026-03-09/am", "2026-03-09/pm"} {
		if m, _ := w.sheets["巳"].MarkAt(w.slot(slot)); m.Kind != school.Sick || m.Counted {
			t.Errorf("granted for all its sessions: %+v", m)
		}
	}
	if k := w.past[0]; !strings.Contains(k.Reason, "发烧") {
		t.Errorf("the case closes with the leave as its reason: %q", k.Reason)
	}
	w.wantMsg("G1", "", "已准假", "病假", "3月9日")
	w.advance("2026-03-10 12:00")
	w.never("郑")
}

func TestTheClassTeachersWordStandsOverAnApplication(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "")
	w.awayAt("2026-03-09/am")
	m, _ := w.sheets["巳"].MarkAt(w.slot("2026-03-09/am"))
	if m.Kind != school.Absent {
		t.Fatalf("未到校 is a fact: %+v", m)
	}
	w.advance("2026-03-09 08:20")
	w.wantCard("周", "half-day", "2026-03-09 11:40")
	w.advance("2026-03-09 16:00")
	w.never("G1") // who told us is not alarmed
}

func TestTheApplicationIsDueAtTheCloseAndRemindedOnce(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "")
	if due := w.grantCard().Due; due == nil || !due.Equal(w.time("2026-03-09 08:20")) {
		t.Errorf("due at the close of the roll call: %v", due)
	}
	w.advance("2026-03-09 08:20")
	w.wantMsg("周", "leave", "还没有答复", "病假")
	w.advance("2026-03-09 18:00")
	n := 0
	for _, msg := range w.notices {
		if msg.Stage == "leave" && msg.Kind == school.NoticeText {
			n++
		}
	}
	if n != 1 {
		t.Errorf("reminded once, not %d times", n)
	}
	w.grantCard() // still to be answered
	w.noCase("巳")
	w.advance("2026-03-10 08:20")
	if c := w.cardNamed("周", "假到"); c.Slot != w.slot("2026-03-10/am") {
		t.Errorf("asked whether the child is back: %+v", c.Slot)
	}

	late := s23(t, nil)
	late.awayAt("2026-03-09/am")
	late.advance("2026-03-09 10:00")
	late.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "")
	if due := late.grantCard().Due; !due.Equal(late.time("2026-03-09 10:30")) {
		t.Errorf("half an hour when the roll call is over: %v", due)
	}
}

func (w *world) cardNamed(person, words string) school.Card {
	w.t.Helper()
	for _, c := range w.cards {
		if c.State == school.CardOpen && strings.Contains(c.Title, words) && c.People[0] == person {
			return c
		}
	}
	w.t.Fatalf("%s has no open card about %s; open: %s", person, words, w.openCards())
	return school.Card{}
}

func TestARefusalNeedsAReasonAndIsToldKindly(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:50")
	w.applies("G1", school.Personal, "2026-03-09/am", "2026-03-09/pm", "回老家")
	w.advance("2026-03-09 09:00")
	w.noCase("巳")
	card := w.grantCard()
	if len(card.Inputs) != 1 || card.Inputs[0].Key != "reason" {
		t.Errorf("the reason of a rejection is an input: %+v", card.Inputs)
	}
	w.refused(w.press("周", card, "reject", nil), "原因")
	w.must(w.press("周", card, "reject", map[string]string{"reason": "今天期中考试"}))
	n := w.wantMsg("G1", "", "未准假", "今天期中考试", "周明")
	if n.Kind != school.NoticeParent {
		t.Errorf("told as a message to a guardian: %+v", n)
	}
	if k := w.open("巳"); len(k.Missed) != 1 || !k.Missed[0].At.Equal(w.now) {
		t.Errorf("it counts from now: %+v", k.Missed)
	}
	l := w.sheets["巳"].Leaves[0]
	if l.Waiting() || l.RefusedBy != "周" || l.Refusal != "今天期中考试" || !l.EndedAt.Equal(w.now) {
		t.Errorf("refused, by whom, why, when: %+v", l)
	}
	w.advance("2026-03-09 12:00")
	for _, n := range w.parentNotices() {
		if n.Card != nil {
			t.Errorf("who reported it is not told what they said: %s", n.Text)
		}
	}
}

func TestRefusedBeforeSchoolTheRollCallDecides(t *testing.T) {
	w := newWorld(t, hetuan(t, march), shipped(t, "S23"), "2026-03-08 20:00")
	w.applies("G1", school.Personal, "2026-03-09/am", "2026-03-09/pm", "")
	w.advance("2026-03-09 07:30")
	w.must(w.press("周", w.grantCard(), "reject", map[string]string{"reason": "考试"}))
	if len(w.sheets["巳"].Marks) != 0 {
		t.Error("nobody has seen or missed the child yet")
	}
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:20")
	w.wantMsg("G1", "", "尚未到校") // told to come, and did not
}

func TestThreeDaysAskedForAndTheChildComesBackEarly(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-11/pm", "发烧")
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-10 08:05")
	w.says("周", "巳", school.Present)
	w.noCase("巳")
	w.must(w.press("周", w.grantCard(), "grant", nil))
	l := w.sheets["巳"].Leaves[0]
	if l.To != w.slot("2026-03-09/pm") {
		t.Errorf("granted for the sessions the child was away: %+v", l)
	}
	for slot, want := range map[string]school.MarkKind{"2026-03-09/am": school.Sick, "2026-03-10/am": school.Present} {
		if m, _ := w.sheets["巳"].MarkAt(w.slot(slot)); m.Kind != want {
			t.Errorf("%s: %+v", slot, m)
		}
	}
	w.awayAt("2026-03-11/am")
	w.advance("2026-03-11 08:20")
	w.open("巳")
}

func TestTheChildComesAfterAll(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "")
	card := w.grantCard()
	w.advance("2026-03-09 08:10")
	w.says("周", "巳", school.Present)
	w.refused(w.press("周", card, "grant", nil), "已到校")
	w.advance("2026-03-09 08:30")
	for _, n := range w.notices {
		if strings.Contains(n.Text, "还没有答复") {
			t.Error("nothing to remind of")
		}
	}
}

func TestTheFamilyTakesItsApplicationBack(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "")
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 08:30")
	w.never("G1")
	card := w.grantCard()
	w.must(w.withdraws("G1", "巳", "2026-03-09/am", "2026-03-09/pm"))
	w.refused(w.press("周", card, "grant", nil), "撤回")
	m, _ := w.sheets["巳"].MarkAt(w.slot("2026-03-09/am"))
	if m.Kind != school.Absent || !m.Counted {
		t.Errorf("the teacher's word is not the family's to take back: %+v", m)
	}
	w.advance("2026-03-09 08:30") // they believe the child is at school
	w.wantMsg("G1", "", "尚未到校")
	w.refused(w.withdraws("G1", "巳", "2026-03-09/am"), "没有可以撤回")
}

func TestTheFamilySaysMore(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.OnLeave, "2026-03-09/am", "2026-03-09/pm", "")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "发烧")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "发烧") // again
	w.applies("G2", school.Sick, "2026-03-09/am", "2026-03-11/pm", "还没退烧")
	n := 0
	for _, c := range w.cards {
		if c.Stage == "leave" {
			n++
		}
	}
	if l := w.sheets["巳"].Leaves; n != 1 || len(l) != 1 || l[0].To != w.slot("2026-03-11/pm") || l[0].Kind != school.Sick {
		t.Errorf("one application that grows, %d cards: %+v", n, l)
	}
	if c := w.grantCard(); !strings.Contains(c.Title, "病假") || !strings.Contains(said(school.Notice{Card: &c}), "3月11日") {
		t.Errorf("the card says it as it is now: %+v", c)
	}
	w.must(w.press("周", w.grantCard(), "grant", nil))
	w.wantMsg("G2", "", "已准假")
	w.says("G1", "巳", school.Sick, "2026-03-09/am", "2026-03-10/pm")
	if c, ok := w.find("周", "leave", school.CardStill); ok {
		t.Errorf("granted already: %s", c.Title)
	}
}

func TestTheTeacherSaysTheLeaveInsteadOfPressing(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.OnLeave, "2026-03-09/am", "2026-03-09/pm", "发烧")
	w.advance("2026-03-09 08:05")
	w.says("周", "巳", school.Sick, "2026-03-09/am", "2026-03-09/pm")
	if c, ok := w.find("周", "", school.CardStill); ok {
		t.Errorf("said and done, nothing to ask: %s", c.Title)
	}
	l := w.sheets["巳"].Leaves
	if len(l) != 1 || l[0].GrantedBy != "周" || l[0].AskedBy != "G1" || l[0].Kind != school.Sick {
		t.Errorf("granted by saying so: %+v", l)
	}
	w.wantMsg("G1", "", "已准假", "病假")
}

func TestAColleagueWithoutTheRightOnlyAsks(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 08:05")
	w.says("任", "巳", school.Sick, "2026-03-09/am", "2026-03-09/pm")
	card := w.grantCard()
	if !strings.Contains(card.Title, "任静") {
		t.Errorf("the class teacher is asked: %s", card.Title)
	}
	w.says("周", "巳", school.Absent)
	w.advance("2026-03-09 08:20")
	w.open("巳")
	w.wantMsg("G1", "", "上午") // the family has not told us anything
	w.must(w.press("周", card, "grant", nil))
	w.wantMsg("任", "", "已准假")
	w.noCase("巳")
	w.refused(w.happens("任", "巳", "leave-granted", map[string]string{"from": "2026-03-10", "to": "2026-03-10"}), "班主任")
	w.says("吴", "巳", school.Personal, "2026-03-10/am", "2026-03-10/am") // above the class teacher
	w.advance("2026-03-10 12:00")
	if _, ok := w.find("周", "leave", school.CardStill); ok {
		t.Error("the head grants by saying so")
	}
}

func TestTheConfirmationOfTheFamilyIsSettled(t *testing.T) {
	for button, want := range map[string]string{"grant": "已准假", "reject": "未准假"} {
		w := s23(t, nil)
		w.advance("2026-03-09 07:40")
		w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-09/pm", "")
		from, to := w.slot("2026-03-09/am"), w.slot("2026-03-09/pm")
		mine := school.Card{ID: "confirm", Kind: school.CardConfirm, Student: "巳", State: school.CardOpen, People: []string{"G1"}, Title: "病假", Why: "您的消息",
			Open:    &school.Question{Marks: []school.MarkRange{{Student: "巳", Mark: school.Sick, From: from, To: to}}},
			Buttons: []school.Button{{Key: "cancel", Text: "撤回", Act: school.ActCancel}}}
		w.applyCard(mine)
		w.sent[school.CardKey("confirm", "G1")] = true
		w.must(w.press("周", w.grantCard(), button, map[string]string{"reason": "考试"}))
		if c := w.cards["confirm"]; c.State != school.CardDone || !strings.Contains(c.Result, want) || len(c.Buttons) != 0 {
			t.Errorf("%s: the family sees what became of it: %+v", button, c)
		}
	}
}

func TestTheFamilyTakesAGrantedLeaveBack(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-10/pm", "")
	w.must(w.press("周", w.grantCard(), "grant", nil))
	w.advance("2026-03-09 14:10")
	w.must(w.withdraws("G1", "巳", "2026-03-09/pm", "2026-03-10/am", "2026-03-10/pm"))
	w.wantMsg("周", "", "撤回")
	if m, ok := w.sheets["巳"].MarkAt(w.slot("2026-03-09/am")); !ok || m.Kind != school.Sick {
		t.Errorf("the morning stays excused: %+v", m)
	}
	w.must(w.press("周", w.grantCard(), "absent", nil)) // asked about the session that is on
	w.advance("2026-03-09 14:20")
	w.open("巳")
}

func TestAStatusChangeAlsoStopsTheGuardiansNotice(t *testing.T) {
	w := s02(t, nil)
	w.awayAt("2026-03-12/am")
	w.must(w.happens("办", "巳", "status-change-approved", map[string]string{"kind": "休学", "to": "2026-06-30", "approved-by": "县教育局"}))
	w.advance("2026-03-12 12:00")
	w.never("G1")
	w.noCase("巳")
}

func TestAFamilysLeaveThatIsOverSilencesNothing(t *testing.T) {
	w := s23(t, nil)
	w.advance("2026-03-09 07:40")
	w.applies("G1", school.Sick, "2026-03-09/am", "2026-03-10/pm", "")
	w.must(w.press("周", w.grantCard(), "grant", nil))
	w.advance("2026-03-10 08:05")
	w.says("周", "巳", school.Present)
	w.awayAt("2026-03-10/pm")
	w.advance("2026-03-10 14:20")
	w.wantMsg("G1", "", "尚未到校")
}

func TestOneQuestionAtATime(t *testing.T) {
	w := s23(t, nil)
	w.awayAt("2026-03-09/am")
	w.advance("2026-03-09 13:00")
	w.applies("G1", school.Sick, "2026-03-09/pm", "2026-03-09/pm", "")
	w.advance("2026-03-09 14:10")
	w.rollCall("周", "702", false)
	w.advance("2026-03-09 14:20")
	n := 0
	for _, c := range w.cards {
		if c.Kind == school.CardStill && c.State == school.CardOpen {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the application asks already: %d cards", n)
	}
	w.must(w.press("周", w.grantCard(), "reject", map[string]string{"reason": "考试"}))
	if k := w.open("巳"); len(k.Missed) != 2 {
		t.Errorf("not granted, it counts: %+v", k.Missed)
	}
}
