package rules_test

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// What the store would do with the parts of a change.

func (w *world) applyMarks(c school.Change) {
	for _, v := range c.Void {
		s := w.sheets[v.Student]
		s.Marks = slices.DeleteFunc(s.Marks, func(m school.Mark) bool { return m.Slot == v.Slot })
		w.sheets[v.Student] = s
	}
	for _, m := range c.Marks {
		s := w.sheets[m.Student]
		s.Marks = slices.DeleteFunc(s.Marks, func(o school.Mark) bool { return o.Slot == m.Slot })
		s.Marks = append(s.Marks, m)
		slices.SortFunc(s.Marks, func(a, b school.Mark) int { return w.school.Calendar.Compare(a.Slot, b.Slot) })
		w.sheets[m.Student] = s
	}
	for _, a := range c.Applications {
		s := w.sheets[a.Student]
		s.Applications = append(slices.DeleteFunc(s.Applications, func(o school.Application) bool { return o.ID == a.ID }), a)
		w.sheets[a.Student] = s
	}
	for _, l := range c.Leaves {
		s := w.sheets[l.Student]
		s.Leaves = append(slices.DeleteFunc(s.Leaves, func(o school.Leave) bool { return o.ID == l.ID }), l)
		w.sheets[l.Student] = s
	}
	for id, s := range w.sheets {
		s.Missed = 0
		for _, m := range s.Marks {
			if m.Counted {
				s.Missed++
			}
		}
		w.sheets[id] = s
	}
}

func (w *world) applyCase(k school.Case) {
	s := w.sheets[k.Sheet()]
	s.Case = &k
	if k.State == school.CaseIsClosed {
		s.Case = nil
		w.past = append(w.past, k)
	}
	w.sheets[k.Sheet()] = s
}

func (w *world) applyCard(card school.Card) {
	w.cards[card.ID] = card
	s := w.sheets[card.Sheet()]
	s.Cards = slices.DeleteFunc(s.Cards, func(o school.Card) bool { return o.ID == card.ID })
	if card.State == school.CardOpen {
		s.Cards = append(s.Cards, card)
	}
	w.sheets[card.Sheet()] = s
}

func (w *world) applyNotices(c school.Change) {
	w.t.Helper()
	for _, n := range c.Notices {
		if w.sent[n.Key] {
			w.t.Errorf("notice %s leaves twice: %s", n.Key, n.Text)
		}
		w.sent[n.Key] = true
		if n.Act == school.NoticeUpdate && !w.sent[n.Of] {
			w.t.Errorf("update of a notice that never left: %s", n.Of)
		}
		if n.Why == "" || n.Text == "" || strings.ContainsAny(n.Text+n.Why, "{}") {
			w.t.Errorf("notice without its words: %q, why %q", n.Text, n.Why)
		}
		w.noFalseAlarm(n)
		w.notices = append(w.notices, n)
	}
}

// noFalseAlarm checks a guardian's notice against everything that is known.
func (w *world) noFalseAlarm(n school.Notice) {
	w.t.Helper()
	if n.Act != school.NoticeSend || n.Card == nil || n.Card.Kind != school.CardParent {
		return
	}
	s := w.sheets[n.Student]
	if m, ok := s.MarkAt(n.Card.Slot); !ok || !m.Kind.Missing() || m.Pending || m.Lesson && strings.Contains(n.Text, "尚未到校") {
		w.t.Errorf("%s: false alarm about %s: %+v", w.now, n.Card.Slot, m)
	}
	for _, m := range s.Marks {
		if m.Kind.Here() && !m.Pending && w.school.Calendar.Compare(m.Slot, n.Card.Slot) > 0 {
			w.t.Errorf("%s: the child was seen at %s, the guardian hears of %s", w.now, m.Slot, n.Card.Slot)
		}
	}
	cal := w.school.Calendar
	for _, l := range s.Leaves {
		if (l.Waiting() || l.Granted() && l.EndedAt.IsZero()) && strings.HasPrefix(l.AskedBy, "G") &&
			cal.Compare(l.From, n.Card.Slot) <= 0 && cal.Compare(n.Card.Slot, l.To) <= 0 {
			w.t.Errorf("%s: the family had asked for leave for %s: %+v", w.now, n.Card.Slot, l)
		}
	}
}
