package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// marks turns the facts into marks and questions.
func (m *reading) marks(g *gist) []school.MarkRange {
	var list []school.MarkRange
	for i := range g.facts {
		f := &g.facts[i]
		v, ok := m.judge(f)
		if !ok {
			continue
		}
		if v.mark.Missing() && m.dormitory(f) {
			g.night = true
			continue
		}
		if m.who.guardian && (v.mark.Missing() || v.mark == school.Early || v.mark == school.Present) {
			continue
		}
		list = m.dateMark(g, f, v, list)
	}
	return m.clock.tidy(list)
}

// dormitory: the roll of a dormitory is no session of the school. What is told
// of lessons in the same message is.
func (m *reading) dormitory(f *fact) bool {
	if f.stmt >= 0 && f.stmt < len(m.stmts) {
		s := m.stmts[f.stmt]
		if text := m.maskOf(s.from, s.to); m.hits(inLessons, text) && !m.hits(nightRoll, text) {
			return false
		}
	}
	return m.says(nightRoll) || m.says(inDormitory) && (m.clock.over || m.clock.now.In(m.r.cal.Zone()).Hour() < 6)
}

var (
	nightRoll   = patterns("查铺 宿舍点名 寝室点名 查寝 查房 不在床上 没在床上 床上没人 夜不归 晚点名 熄灯 就寝 归寝 没回宿舍 没回寝室 不在寝室 没在寝室 不在宿舍 没在宿舍")
	inLessons   = patterns("上课 上学 早读 早自习 教室 到校 今早 今天上午 今天下午 第#节 一节 到班 进班")
	inDormitory = patterns("宿舍 寝室 床位 床铺")
)

// dateMark adds the mark of a fact for every stretch of its time.
func (m *reading) dateMark(g *gist, f *fact, v verdict, list []school.MarkRange) []school.MarkRange {
	var d dated
	if isLeave(v.mark) && !m.pastLeave(f) {
		ws := m.ahead(f)
		if f.has(wNotComing) {
			ws = tillHoliday(ws)
		}
		d = m.clock.leave(ws)
	} else {
		d = m.clock.facts(f.whens, v.mark == school.Early, v.mark == school.Late)
	}
	if !d.ok {
		if !d.future {
			g.ask(school.AskMissingDates, nil)
		}
		return list
	}
	if v.noKind {
		g.ask(school.AskMissingKind, nil)
	}
	if v.confirm || d.confirm {
		g.ask(school.AskConfirm, nil)
	}
	if d.openEnd || f.endless() {
		g.ask(school.AskMissingDates, nil)
	}
	name := m.r.student(f.kid)
	m.noteStatement("marks: "+name.Name+" "+string(v.mark), f.stmt)
	if d.now {
		now := m.clock.present()
		return append(list, school.MarkRange{Student: name.ID, Name: name.Name, Mark: v.mark, From: now, To: now, Note: f.reason()})
	}
	for _, s := range d.list {
		list = append(list, school.MarkRange{Student: name.ID, Name: name.Name, Mark: v.mark, From: m.clock.slot(s.from), To: m.clock.slot(s.to), Note: f.reason()})
	}
	return list
}

// tillHoliday: 端午前都来不了 lasts until the holiday.
func tillHoliday(ws []when) []when {
	ws = slices.Clone(ws)
	for i := range ws {
		if ws[i].kind == atPoint && ws[i].from.kind == pBeforeHoliday {
			ws[i] = when{kind: atUntil, to: ws[i].from}
		}
	}
	return ws
}

// endless: 住院, 长假 without a word of how long.
func (f *fact) endless() bool {
	if slices.ContainsFunc(f.whens, func(w when) bool {
		return w.kind == atLength || w.kind == atUntil || w.kind == atBack || w.kind == atSpan || w.kind == atHalf || w.kind == atPoint || w.kind == atRest || w.kind == atWeek
	}) {
		return false
	}
	return slices.ContainsFunc(f.preds, func(p predicate) bool {
		return strings.HasPrefix(p.text, "住院") || strings.HasPrefix(p.text, "住了院") || strings.Contains(p.text, "长假") || strings.HasPrefix(p.text, "做手术") || strings.HasPrefix(p.text, "动手术")
	}) && !slices.ContainsFunc(f.preds, func(p predicate) bool { return p.tag == wPersonal })
}

// ahead drops the times at which an illness began: 昨晚发烧,今天请假.
func (m *reading) ahead(f *fact) []when {
	if f.has(wLeave) && len(f.whens) == 1 || f.explicit(wSick) && len(f.whens) == 1 {
		return f.whens // 从昨天开始请假
	}
	return slices.DeleteFunc(slices.Clone(f.whens), func(w when) bool {
		past := w.from.kind == pRelative && w.from.a < 0 || w.from.kind == pNone && w.from.part == night && !m.clock.over
		return past && (w.kind == atPoint || w.kind == atSince && !f.explicit(wSick) && !f.explicit(wPersonal))
	})
}

// pastLeave: a leave told afterwards (补, 那天, 昨天) is dated like a fact.
func (m *reading) pastLeave(f *fact) bool {
	if m.who.guardian && !m.backdated() {
		return false
	}
	today := slices.ContainsFunc(f.whens, func(w when) bool {
		return w.kind != atClock && w.kind != atLesson && !(w.from.kind == pRelative && w.from.a < 0)
	})
	for _, w := range f.whens {
		switch {
		case w.kind == atSince && w.n == untilToday:
			return true
		case today && w.from.part == night:
			// 今天没来,昨晚上吐了
		case w.from.kind == pRelative && w.from.a < 0 && w.kind == atPoint && (!today || f.has(wAbsent)):
			return true
		case w.from.kind == pWeekday && w.from.a < weekThis:
			return true
		case w.from.kind == pWeekday && w.from.a == weekBare && m.backdated():
			return true
		case w.from.kind == pDayOfMonth && m.backdated():
			return true
		}
	}
	return false
}

func (m *reading) backdated() bool { return m.says(backdatedWords) }

// tidy lets a later mark of a child win where two cover the same half-day and
// joins marks that touch.
func (c *clock) tidy(list []school.MarkRange) []school.MarkRange {
	var out []school.MarkRange
	for _, mk := range list {
		kept := out[:0:0]
		for _, o := range out {
			if o.Student != mk.Student || !c.overlap(o, mk) {
				kept = append(kept, o)
				continue
			}
			kept = append(kept, c.minus(o, mk)...)
		}
		out = append(kept, mk)
	}
	return c.join(out)
}

func (c *clock) overlap(a, b school.MarkRange) bool {
	return !c.half(a.To).before(c.half(b.From)) && !c.half(b.To).before(c.half(a.From))
}

// minus cuts b out of a.
func (c *clock) minus(a, b school.MarkRange) []school.MarkRange {
	var out []school.MarkRange
	if c.half(a.From).before(c.half(b.From)) {
		left := a
		left.To = c.slot(c.half(b.From).prev())
		out = append(out, left)
	}
	if c.half(b.To).before(c.half(a.To)) {
		right := a
		right.From = c.slot(c.half(b.To).next())
		out = append(out, right)
	}
	return out
}

func (c *clock) join(list []school.MarkRange) []school.MarkRange {
	var out []school.MarkRange
next:
	for _, mk := range list {
		for i := range out {
			o := &out[i]
			if o.Student == mk.Student && o.Mark == mk.Mark && c.half(o.To).next() == c.half(mk.From) {
				o.To = mk.To
				continue next
			}
		}
		out = append(out, mk)
	}
	return out
}
