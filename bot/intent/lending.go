package intent

import "slices"

// What one clause lends to the next: a predicate, a number, a day.

// likewise: 张三病了,李四也是 says the same of the second.
func (m *reading) likewise() {
	for i := 1; i < len(m.stmts); i++ {
		s, before := &m.stmts[i], &m.stmts[i-1]
		if s.also && len(s.kids) > 0 && len(s.preds) == 0 && len(before.preds) > 0 && before.subject == kids && !before.odd && !m.otherContent(*s, iKid) {
			s.preds, s.odd = before.preds, false
			if len(s.whens) == 0 {
				s.whens = before.whens
			}
		}
	}
}

// namesBehind: 一个没来,高磊 and 有两个请假的,高磊和何苗 count first and name then.
func (m *reading) namesBehind() {
	for i := 1; i < len(m.stmts); i++ {
		s, before := &m.stmts[i], &m.stmts[i-1]
		if before.subject != unnamed || before.count == 0 || len(before.kids) > 0 || len(before.preds) == 0 || before.sentence != s.sentence {
			continue
		}
		if len(s.kids) != before.count || len(s.preds) > 0 || s.only || s.except || m.otherContent(*s, iKid) {
			continue
		}
		s.preds, s.count, s.before = before.preds, before.count, true
		s.whens = append(slices.Clone(before.whens), s.whens...)
		before.preds, before.count, before.subject = nil, 0, nobody
	}
}

// framed gives a plan the day that a clause before it set for both: 明天升旗,全员到场.
// What was seen is never moved to a day to come.
func (m *reading) framed(i int) {
	s := &m.stmts[i]
	if hasDay(s.whens) || !s.has(wAll, wFine, wLeave, wNotComing, wOfficial, wPersonal) || s.has(wAbsent, wLack) {
		return
	}
	for k := i - 1; k >= 0 && m.stmts[k].sentence == s.sentence; k-- {
		before := &m.stmts[k]
		if len(before.kids) > 0 && !(m.who.guardian && len(before.preds) == 0) || before.has(wAbsent, wLack, wLeave, wSick, wPersonal, wPresent, wLate, wCome) || before.cond {
			return
		}
		for _, w := range before.whens {
			if day, ok := m.clock.day(w.from, false); w.kind == atPoint && w.from.kind != pNone && ok && day > m.clock.today {
				s.whens = append([]when{w}, s.whens...)
				return
			}
		}
	}
}
