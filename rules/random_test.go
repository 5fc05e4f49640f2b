package rules_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guixiao/rules"
	"guixiao/rules/school"
)

// Weeks of people saying, pressing and taking back whatever they like: the
// rules must stay whole. The seed stands in the name of a failing run.
func TestWhateverPeopleDoTheCaseStaysWhole(t *testing.T) {
	runs := 40
	if testing.Short() {
		runs = 8
	}
	for seed := range runs {
		for _, id := range []string{"S23", "S02", "S03"} {
			t.Run(fmt.Sprintf("%s seed %d", id, seed), func(t *testing.T) {
				w := newWorld(t, hetuan(t, march), shipped(t, id), "2026-03-09 07:30")
				r := rand.New(rand.NewPCG(uint64(seed), 7))
				w.timersFirst = r.IntN(2) == 0
				for range 60 {
					w.something(r)
					w.whole("巳")
					w.whole("丁")
				}
				w.everyLineSaysWhy()
				w.settledCards()
				w.cleanTexts()
			})
		}
	}
}

// something happens at the school.
func (w *world) something(r *rand.Rand) {
	people := []string{"周", "副", "任", "教", "G1", "G1"}
	who, student := people[r.IntN(len(people))], []string{"巳", "丁"}[r.IntN(2)]
	if who == "G1" {
		student = "巳"
	}
	slots := w.around()
	s := slots[r.IntN(len(slots))]
	switch r.IntN(10) {
	case 0, 1, 2:
		w.polite(w.reports(who, student, rules.Report{Pending: r.IntN(6) == 0, Correction: r.IntN(5) == 0, Text: "说了些话",
			Marks: []school.MarkRange{{Student: student, Mark: school.MarkKinds[r.IntN(len(school.MarkKinds))], From: s, To: slots[len(slots)-1]}}}))
	case 3:
		w.polite(w.withdraws(who, student, s.String()))
	case 4:
		if _, ok := w.school.Calendar.Current(w.now); ok {
			w.rollCall("周", "702", r.IntN(2) == 0)
		}
	case 5:
		outcome := []string{"reached", "not_reached", "refused", "planned"}[r.IntN(4)]
		flags := [][]string{nil, {school.FlagIntentToLeave}, {school.FlagSafety}}[r.IntN(3)]
		w.polite(w.reports("周", student, rules.Report{Text: "打了电话", Flags: flags, Contacts: []school.Contact{{Student: student, Kind: []string{"call", "visit"}[r.IntN(2)], Outcome: outcome, Times: 2}}}))
	case 6:
		events := []string{"returned", "status-lost", "complaint-recorded", "contact-failed", "tip-third-party-inducement", "application-received", "status-change-approved"}
		w.polite(w.happens([]string{"周", "办"}[r.IntN(2)], student, events[r.IntN(len(events))], map[string]string{"destination": "外地", "kind": "休学", "approved-by": "县教育局", "to": "2026-04-30", "attempts": "2"}))
	case 7:
		w.pressSomething(r)
	default:
		w.advance(w.now.Add(time.Duration(r.IntN(600)) * time.Minute).Format("2006-01-02 15:04"))
	}
}

// around are the last sessions and the next ones.
func (w *world) around() []school.Slot {
	day := w.school.Calendar.DayOf(w.now)
	return w.school.Calendar.SlotsBetween(school.Slot{Day: day.Add(-3), Session: "am"}, school.Slot{Day: day.Add(3), Session: "pm"})
}

func (w *world) pressSomething(r *rand.Rand) {
	inputs := map[string]string{"reason": []string{"生病", "没接电话"}[r.IntN(2)], "attempts": "3", "visit-record": "见到奶奶", "steps-taken": "劝返", "document": "file:0",
		"decision": "劝返", "participants": "郑", "date": "2026-03-20", "return-date": "2026-03-20", "finding": "属实", "contact-log": "通话",
		"source-of-information": "家长", "sent-to": "镇政府", "sent-at": "2026-03-20", "measure": "谈心", "result": "愿意", "destination": "东莞", "school-now-attended": "无", "study-situation": "在家"}
	for _, n := range w.notices {
		if n.Card == nil || w.cards[n.Card.ID].State != school.CardOpen || r.IntN(3) > 0 || len(w.cards[n.Card.ID].Buttons) == 0 {
			continue
		}
		c := w.cards[n.Card.ID]
		w.polite(w.press(n.To, c, c.Buttons[r.IntN(len(c.Buttons))].Key, inputs, essay))
		return
	}
}

func (w *world) polite(err error) {
	w.t.Helper()
	if err != nil {
		w.refused(err)
	}
}

// whole checks what must be true of a child's sheet at every moment.
func (w *world) whole(student string) {
	w.t.Helper()
	s := w.sheets[student]
	timers := 0
	for key, t := range w.timers {
		if t.Kind == school.TimerCase && t.Student == student {
			timers++
			if s.Case == nil || t.Case != s.Case.ID {
				w.t.Fatalf("%s: timer %s of a case that is not open", w.now, key)
			}
		}
	}
	if timers > 1 {
		w.t.Fatalf("%s: %d timers for one case", w.now, timers)
	}
	if s.Case == nil {
		w.noStageCards(student, nil)
		return
	}
	k := *s.Case
	if k.Away != (k.Away && len(k.Missed) > 0) {
		w.t.Fatalf("%s: away without a half-day", w.now)
	}
	open := map[string]bool{}
	for _, st := range k.Stages {
		if !st.Open() {
			continue
		}
		if open[st.ID] {
			w.t.Fatalf("%s: stage %s is open twice", w.now, st.ID)
		}
		open[st.ID] = true
		if t, ok := w.timers["case:"+k.ID]; !st.Due.IsZero() && !st.Overdue && (!ok || t.DueAt.After(st.Due)) {
			w.t.Fatalf("%s: nothing will look at stage %s when it is due", w.now, st.ID)
		}
	}
	for _, m := range k.Missed {
		if mark, ok := s.MarkAt(m.Slot); k.Away && (!ok || !mark.Counted) {
			w.t.Fatalf("%s: %s counts without a mark: %+v", w.now, m.Slot, mark)
		}
	}
	w.noStageCards(student, open)
}

// noStageCards checks that only open stages have open cards.
func (w *world) noStageCards(student string, open map[string]bool) {
	w.t.Helper()
	for _, c := range w.cards {
		if c.Student == student && c.Kind == school.CardStage && c.State == school.CardOpen && !open[c.Stage] {
			w.t.Fatalf("%s: card %s is open, its stage is not", w.now, c.Stage)
		}
	}
}
