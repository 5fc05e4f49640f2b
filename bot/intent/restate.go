package intent

import (
	"slices"

	"guixiao/rules/school"
)

// restate: the same child with another kind or other dates.
func (m *reading) restate(g *gist, p polarity, out *school.Meaning) {
	facts := g.facts
	if len(facts) == 0 {
		for _, k := range m.spokenOf() {
			facts = append(facts, fact{kid: k, preds: p.rightPreds, whens: p.rightWhens})
		}
	}
	for i := range facts {
		f := facts[i]
		f.preds = without(f.preds, p.wrongPreds)
		if len(p.wrongWhens) > 0 {
			f.whens = p.rightWhens
		}
		old, known := m.openMark(f.kid)
		if len(f.preds) == 0 {
			f.preds = p.rightPreds
		}
		if len(f.preds) == 0 && len(p.rightWhens) > 0 && !known && !m.says(takesBack) {
			f.preds = p.wrongPreds // 请假改成两天: the kind stays
		}
		if known && old.Mark.Excused() && len(f.whens) > 0 && !f.has(wSick, wPersonal, wOfficial, wAbsent, wPresent, wTruant, wLate) {
			f.preds = nil // 请到周五: the kind stays
		}
		if len(f.preds) == 0 && known {
			m.redate(old, f.whens, out)
			continue
		}
		v, ok := m.judge(&f)
		if !ok {
			continue
		}
		if m.who.guardian && !v.mark.Excused() && v.mark != school.Late {
			continue
		}
		if known && !hasDay(f.whens) && !slices.ContainsFunc(f.whens, func(w when) bool { return w.kind != atClock && w.kind != atLesson }) {
			mk := old
			mk.Mark, mk.Note = v.mark, ""
			if v.mark == school.Present {
				mk.To = m.notLater(mk.To)
			}
			out.Marks = append(out.Marks, mk)
			out.Voids = append(out.Voids, old)
			if v.noKind {
				g.ask(school.AskMissingKind, nil)
			}
			continue
		}
		out.Marks = m.dateMark(g, &f, v, out.Marks)
		if known {
			out.Voids = append(out.Voids, old)
		}
	}
	out.Marks = m.clock.tidy(out.Marks)
	if m.who.guardian && len(out.Marks) > 0 && out.Marks[0].Mark.Excused() {
		out.Request = m.leaveRequest(out.Marks)
	}
	out.Ask = firstAsk(g.asks)
}

// without removes what was taken back.
func without(list, wrong []predicate) []predicate {
	var kept []predicate
	for _, p := range list {
		if !slices.ContainsFunc(wrong, func(w predicate) bool { return w.item == p.item }) {
			kept = append(kept, p)
		}
	}
	return kept
}

// redate: the kind stays, the dates change.
func (m *reading) redate(old school.MarkRange, ws []when, out *school.Meaning) {
	var d dated
	if old.Mark.Excused() {
		d = m.leaveFrom(old, ws)
	} else {
		d = m.clock.facts(ws, old.Mark == school.Early, old.Mark == school.Late)
	}
	if !d.ok {
		return
	}
	for _, s := range d.list {
		mk := old
		mk.From, mk.To, mk.Note = m.clock.slot(s.from), m.clock.slot(s.to), ""
		out.Marks = append(out.Marks, mk)
	}
	out.Voids = append(out.Voids, old)
}

// leaveFrom dates a leave whose beginning is known.
func (m *reading) leaveFrom(old school.MarkRange, ws []when) dated {
	begins := slices.ContainsFunc(ws, func(w when) bool {
		return w.kind == atSpan || w.kind == atSince || (w.kind == atPoint && w.from.kind != pNone)
	})
	d := m.clock.leave(ws)
	if end, ok := m.clock.lastHalf(ws); ok && !begins {
		s, good := m.clock.inward(stretch{m.clock.half(old.From), end})
		return dated{list: []stretch{s}, ok: good, named: true}
	}
	if begins || !d.ok {
		return d
	}
	from := m.clock.half(old.From)
	if i := slices.IndexFunc(ws, func(w when) bool { return w.kind == atLength }); i >= 0 {
		var again dated
		m.clock.leaveLength(&again, from, true, &ws[i])
		if again.ok {
			d.list = again.list
		}
	}
	d.confirm = false
	return d
}

// lastHalf is the end that the words give a leave: 到周五, 下午来.
func (c *clock) lastHalf(ws []when) (half, bool) {
	for i := len(ws) - 1; i >= 0; i-- {
		w := ws[i]
		switch w.kind {
		case atBack:
			day, ok := c.day(w.from, false)
			return half{day, w.from.part >= noon}.prev(), ok
		case atUntil:
			day, ok := c.day(w.to, false)
			return half{day, w.to.part != morning}, ok
		}
	}
	return half{}, false
}

// changesLeave: a guardian ends or shortens the leave that was asked for.
func (m *reading) changesLeave(p polarity, out *school.Meaning) bool {
	old := m.openMarks()
	if !m.who.guardian || len(old) == 0 || !old[0].Mark.Excused() {
		return false
	}
	if slices.ContainsFunc(p.rightPreds, func(p predicate) bool { return p.tag == wSick || p.tag == wPersonal }) {
		return false
	}
	ws := p.rightWhens
	if w, ok := m.changedTo(); ok {
		ws = []when{w}
	} else if m.comesThen() {
		ws = slices.Clone(ws)
	}
	for i := range ws {
		if _, moved := m.changedTo(); !moved && ws[i].kind == atPoint && m.comesThen() {
			ws[i].kind = atBack
		}
	}
	if !slices.ContainsFunc(ws, func(w when) bool { return w.kind != atClock }) {
		return false
	}
	m.redate(old[0], ws, out)
	if len(out.Marks) > 0 {
		out.Request = m.leaveRequest(out.Marks)
	}
	return len(out.Marks) > 0
}

// leaveCalledOff: 病假不用了, 周六照常上课,请假取消: nothing of the leave is left.
func (m *reading) leaveCalledOff(p polarity) bool {
	if !m.who.guardian || !m.says(callsOff) || m.questioned() {
		return false
	}
	again := m.says(asUsual) || m.says(comesBack)
	if !again && slices.ContainsFunc(p.rightPreds, func(p predicate) bool {
		return p.tag == wSick && p.arg == 0 || p.tag == wPersonal && p.arg != 1 || p.tag == wLateSoon
	}) {
		return false
	}
	return len(p.rightWhens) == 0 || again
}

var callsOff = patterns("假*取消 取消*假 假*撤 撤*假 假*作废 假不用了 假不请了 假就不请了 假不用请 不用请假了 不请假了 假*不要了 假*收回")

// changedTo is the time right behind 改成, 改到.
func (m *reading) changedTo() (when, bool) {
	for i := 1; i < len(m.items); i++ {
		if m.items[i].kind == iWhen && m.items[i-1].is(wChanged) && m.items[i].when.kind == atPoint {
			return m.items[i].when, true
		}
	}
	return when{}, false
}

func (m *reading) comesThen() bool {
	return m.says(comesBack)
}

// newRequest: 别停了,直接退费 changes one request into another.
func (m *reading) newRequest(g *gist, out *school.Meaning) bool {
	r, ok := m.requested(g)
	if !ok {
		return false
	}
	if m.in.Open != nil && m.in.Open.Request != nil && m.in.Open.Request.Kind == r.Kind {
		return m.requestMoved(out)
	}
	m.whose(g, r)
	m.requestDates(g, r)
	out.Request = r
	out.Ask = firstAsk(g.asks)
	return true
}

// requestMoved: 停到11月30号就行, 恢复上课改到1月2号: the request stays, its dates change.
func (m *reading) requestMoved(out *school.Meaning) bool {
	r := *m.in.Open.Request
	var ws []when
	for _, s := range m.stmts {
		ws = append(ws, s.whens...)
	}
	if len(ws) != 1 {
		return false
	}
	if end, ok := m.clock.lastHalf(ws); ok && ws[0].kind == atUntil && r.Kind != reqResume && r.From.Day != "" && r.From.Day < end.day {
		r.To = m.clock.slot(end)
	} else if from, _, ok := m.clock.plain(ws, true); ok && ws[0].kind == atPoint && r.Kind == reqResume {
		r.From = m.clock.slot(from)
	} else {
		return false
	}
	out.Request = &r
	return true
}

// leaveRequest is the application that goes with the marks of a leave.
func (m *reading) leaveRequest(marks []school.MarkRange) *school.Request {
	r := &school.Request{Kind: reqLeave, Student: marks[0].Student, From: marks[0].From, To: marks[0].To, Reason: marks[0].Note}
	for _, mk := range marks {
		if mk.Student == r.Student && m.clock.half(r.To).before(m.clock.half(mk.To)) {
			r.To = mk.To
		}
	}
	return r
}

var comesBack = patterns("能去 可以去 就去 能来 可以来 就来 去上学 去学校 返校 回校 上学 上课 来上学 到校 来学校 会去 会来 去吧")
