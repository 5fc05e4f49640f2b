package intent

import (
	"slices"

	"guixiao/rules/school"
)

var moreLeave = patterns("再请 再续 续请 续假 还要请 还请 还得请 接着请 继续请 多请 再休 再歇 再休息 再养 再缓 延长 顺延 延到 往后延 继续休息 还要休息 还得休息 还需休息 还要在家 还得在家")

// extended reads 再请两天 in answer to a card or question about a leave: the new
// leave begins where that one ends, and is of its kind if no other is said.
func (m *reading) extended() (school.Meaning, bool) {
	o := m.in.Open
	if len(o.Marks) == 0 || !m.says(moreLeave) || m.questioned() || m.named && !m.namesOnly(o.Marks[0].Student) {
		return school.Meaning{}, false
	}
	old := slices.MaxFunc(o.Marks, func(a, b school.MarkRange) int {
		if m.clock.half(a.To).before(m.clock.half(b.To)) {
			return -1
		}
		return 1
	})
	if !old.Mark.Excused() || old.Student == "" {
		return school.Meaning{}, false
	}
	var ws []when
	f := fact{}
	for _, s := range m.stmts {
		ws = append(ws, s.whens...)
		f.preds = append(f.preds, s.preds...)
	}
	if slices.ContainsFunc(ws, func(w when) bool { return w.kind == atSpan || w.kind == atSince || w.kind == atBack }) {
		return school.Meaning{}, false // says itself from when to when
	}
	mk := old
	switch {
	case f.has(wSick):
		mk.Mark = school.Sick
	case f.has(wPersonal):
		mk.Mark = school.Personal
	}
	from, to, ok := m.clock.after(m.clock.half(old.To), ws)
	if !ok {
		return school.Meaning{}, false
	}
	mk.From, mk.To, mk.Note = m.clock.slot(from), m.clock.slot(to), f.reason()
	if k, known := m.r.kid(mk.Student); known {
		mk.Name = m.r.name(k)
	}
	out := school.Meaning{Intent: school.IntentAttendance, Marks: []school.MarkRange{mk}}
	if m.who.guardian {
		out.Intent, out.Request = school.IntentRequest, m.leaveRequest(out.Marks)
	}
	if mk.Mark == school.OnLeave && !m.r.school.Training() {
		out.Ask = &school.Ask{Why: school.AskMissingKind, Candidates: []string{}}
	}
	m.note("marks: longer leave", m.phrase(moreLeave))
	return out, true
}

// namesOnly says that nobody but this child is named.
func (m *reading) namesOnly(student string) bool {
	return !slices.ContainsFunc(m.items, func(it item) bool {
		if it.kind != iKid || it.kid.kind == byGuess {
			return false
		}
		f := m.resolve(it.kid)
		return len(f.kids) != 1 || m.r.id(f.kids[0]) != student
	})
}

// after dates more leave behind one that ends with the half-day given, or from
// today when that is long over.
func (c *clock) after(end half, ws []when) (from, to half, ok bool) {
	from = end.next()
	if from.day < c.today {
		from = half{c.today, false}
	}
	if s, good := c.inward(stretch{from, half{from.day.Add(30), true}}); good {
		from = s.from
	}
	for i := range ws {
		switch w := &ws[i]; w.kind {
		case atLength:
			var d dated
			c.leaveLength(&d, from, true, w)
			if d.ok {
				return d.list[0].from, d.list[0].to, true
			}
		case atHalf:
			return from, from, true
		case atUntil:
			day, good := c.day(w.to, false)
			s, fits := c.inward(stretch{from, half{day, w.to.part != morning}})
			return s.from, s.to, good && fits
		}
	}
	return from, to, false
}
