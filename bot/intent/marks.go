package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// verdict is what the words about one child come to.
type verdict struct {
	mark    school.MarkKind
	confirm bool
	noKind  bool // 请假 without kind
}

// judge decides which mark a fact is (corpus rules 4.3).
func (m *reading) judge(f *fact) (verdict, bool) {
	training := m.r.school.Training()
	absent := f.has(wAbsent, wLack, wGone) || (f.except && len(f.preds) == 0)
	leaveWord := f.has(wLeave) && !f.has(wNoLeave)
	switch {
	case f.has(wEarly) && !f.has(wAbsent) && !m.who.guardian:
		return verdict{mark: school.Early}, true
	case f.has(wLate) || (f.has(wCameLater, wPresent, wCome) && m.cameLate(f)):
		return verdict{mark: school.Late}, !f.has(wNotTruant)
	case m.who.guardian && (f.has(wLateSoon) || f.delayed() && !f.has(wLeave, wNotComing, wSick, wPersonal)):
		return verdict{mark: school.Late}, true
	case f.has(wLateSoon) && !absent && !f.has(wSick, wPersonal, wLeave):
		return verdict{mark: school.Late}, true
	case f.elsewhere(), f.has(wNotTruant), f.has(wPresent, wEndLeave) && !f.has(wAbsent, wLack), f.justCame() && !f.has(wAbsent, wLack):
		return verdict{mark: school.Present}, true
	case f.has(wTruant) && f.asked:
		return verdict{mark: school.Truant}, true
	case f.has(wTruant):
		return verdict{mark: school.Absent, confirm: true}, true
	case f.explicit(wSick):
		return verdict{mark: school.Sick}, true
	case f.explicit(wPersonal):
		return verdict{mark: school.Personal}, true
	case f.has(wOfficial) && !f.has(wSick) && (f.sentBySchool() || m.goesThere(f)):
		return verdict{mark: school.Official, confirm: !slices.ContainsFunc(f.preds, func(p predicate) bool { return p.tag == wOfficial && p.arg != 2 }) && !f.has(wAbsent, wLeave)}, true
	case f.has(wSick):
		return verdict{mark: school.Sick}, true
	case f.has(wPersonal) && (leaveWord || m.who.guardian || !absent && !f.has(wNoLeave) && f.plainReason()):
		return verdict{mark: school.Personal}, true
	case leaveWord && f.has(wOtherCause):
		return verdict{mark: school.Personal}, true
	case m.who.guardian && f.has(wNotComing) && f.has(wOtherCause):
		return verdict{mark: school.Personal}, true
	case leaveWord:
		return verdict{mark: school.OnLeave, noKind: !training}, true
	case m.who.guardian && f.has(wNotComing):
		return verdict{mark: school.OnLeave, noKind: !training}, true
	case absent && f.has(wPersonal, wOtherCause):
		return verdict{mark: school.Absent, confirm: true}, true
	case absent:
		return verdict{mark: school.Absent}, true
	case f.has(wNotComing) && m.says(leavingWords) && !m.says(dayOnly):
		return verdict{}, false
	case f.has(wNotComing) && f.has(wPersonal, wOtherCause):
		return verdict{mark: school.Absent, confirm: true}, true
	case f.has(wNotComing) && m.now(f.whens) && len(f.whens) > 0:
		return verdict{mark: school.Absent, confirm: true}, true
	}
	return verdict{}, false
}

// delayed: 堵车, 起晚了 of a child on the way.
func (f *fact) delayed() bool {
	return slices.ContainsFunc(f.preds, func(p predicate) bool { return p.tag == wOtherCause && p.arg == 1 })
}

// goesThere: 去参加市里的篮球赛.
func (m *reading) goesThere(f *fact) bool {
	if f.stmt < 0 || f.stmt >= len(m.stmts) {
		return false
	}
	s := m.stmts[f.stmt]
	return m.hits(sentThere, m.maskOf(s.from, s.to))
}

var sentThere = patterns("参加*赛 参加*比赛 参加*运动会 参加*集训 参加*演出 参加*会演 参加*活动 去*比赛 去*集训 去*演出 去*参赛 打*赛 踢*赛 代表* 选派 抽去 派去 带去 带队去 带*去参加 去参加 到*参加 出去比赛 外出比赛")

// sentBySchool: 比赛 alone sends nobody; 参加比赛 does, or 比赛 as the reason of
// an absence.
func (f *fact) sentBySchool() bool {
	return f.has(wAbsent, wLack, wLeave, wNotComing) ||
		slices.ContainsFunc(f.preds, func(p predicate) bool { return p.tag == wOfficial && p.arg != 3 })
}

// plainReason: 家里有事 alone is told as a leave; 回老家 is not.
func (f *fact) plainReason() bool {
	return slices.ContainsFunc(f.preds, func(p predicate) bool { return p.tag == wPersonal && p.arg == 3 })
}

// justCame: 刚到 without a clock time.
func (f *fact) justCame() bool {
	return slices.ContainsFunc(f.preds, func(p predicate) bool { return p.tag == wCameLater && strings.HasPrefix(p.text, "刚") })
}

// cameLate: arrival with a clock time or a lesson after the start.
func (m *reading) cameLate(f *fact) bool {
	first := 99
	for _, w := range f.whens {
		switch {
		case w.kind == atClock && w.n >= 60:
			return true
		case w.from.lesson > 0:
			if f.has(wAbsent) {
				first = min(first, w.from.lesson)
				if w.from.lesson > first {
					return true
				}
			} else if w.from.lesson > 1 && w.from.lesson != 5 {
				return true
			}
		}
	}
	return f.has(wCameLater) && slices.ContainsFunc(f.preds, func(p predicate) bool {
		return p.tag == wCameLater && len([]rune(p.text)) >= 2 && p.text != "到的" && p.text != "来的" && p.text != "到校的" && p.text[:3] == "才"
	})
}

// elsewhere: in school but not in the room. A duty or a rehearsal says so only
// beside a word of absence: 没迟到,值日去了, but not 今天轮到他值日.
func (f *fact) elsewhere() bool {
	return slices.ContainsFunc(f.preds, func(p predicate) bool {
		return p.tag == wElsewhere && (strings.Contains("在去上到叫被走", firstRune(p.text)) || f.has(wAbsent, wLack, wLate, wNotTruant, wNoLeave, wTruant, wCome, wPresent))
	})
}

// inDormitory: a dormitory roll is no session.
func (m *reading) inDormitory(f *fact) bool {
	return f.stmt < len(m.stmts) && hits(dormRoll, m.maskOf(m.stmts[f.stmt].from, m.stmts[f.stmt].to))
}

var dormRoll = patterns("查寝 查房 查铺 晚点名 宿舍点名 寝室点名")

// isLeave says that the mark is dated like a leave.
func isLeave(k school.MarkKind) bool { return k.Excused() }

// marks turns the facts into marks and questions.
func (m *reading) marks(g *gist) []school.MarkRange {
	var list []school.MarkRange
	for i := range g.facts {
		f := &g.facts[i]
		v, ok := m.judge(f)
		if !ok {
			continue
		}
		if v.mark.Missing() && m.dormitory() {
			g.night = true
			continue
		}
		if m.who.guardian && (v.mark.Missing() || v.mark == school.Early || v.mark == school.Present) {
			continue
		}
		if v.mark.Missing() && m.inDormitory(f) {
			continue
		}
		list = m.dateMark(g, f, v, list)
	}
	return tidy(list)
}

// dormitory: the roll of a dormitory is no session of the school.
func (m *reading) dormitory() bool {
	return m.says(nightRoll) || m.says(inDormitory) && (m.clock.over || m.clock.now.In(m.r.cal.Zone()).Hour() < 6)
}

var (
	nightRoll   = patterns("查寝 查房 不在床上 没在床上 床上没人 夜不归 晚点名 熄灯 就寝 归寝 没回宿舍 没回寝室 不在寝室 没在寝室 不在宿舍 没在宿舍")
	inDormitory = patterns("宿舍 寝室 床位 床铺")
)

// dateMark adds the mark of a fact for every stretch of its time.
func (m *reading) dateMark(g *gist, f *fact, v verdict, list []school.MarkRange) []school.MarkRange {
	var d dated
	if isLeave(v.mark) && !m.pastLeave(f) {
		d = m.clock.leave(m.ahead(f))
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
	name := m.r.students[f.kid]
	for _, s := range d.list {
		list = append(list, school.MarkRange{Student: name.ID, Name: name.Name, Mark: v.mark, From: m.clock.slot(s.from), To: m.clock.slot(s.to), Note: ""})
	}
	return list
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
func tidy(list []school.MarkRange) []school.MarkRange {
	var out []school.MarkRange
	for _, mk := range list {
		kept := out[:0:0]
		for _, o := range out {
			if o.Student != mk.Student || !overlap(o, mk) {
				kept = append(kept, o)
				continue
			}
			kept = append(kept, minus(o, mk)...)
		}
		out = append(kept, mk)
	}
	return join(out)
}

func key(s school.Slot) half { return half{s.Day, s.Session == "pm"} }

func overlap(a, b school.MarkRange) bool {
	return !key(a.To).before(key(b.From)) && !key(b.To).before(key(a.From))
}

// minus cuts b out of a.
func minus(a, b school.MarkRange) []school.MarkRange {
	var out []school.MarkRange
	if key(a.From).before(key(b.From)) {
		left := a
		left.To = slotOf(key(b.From).prev())
		out = append(out, left)
	}
	if key(b.To).before(key(a.To)) {
		right := a
		right.From = slotOf(key(b.To).next())
		out = append(out, right)
	}
	return out
}

func slotOf(h half) school.Slot {
	if h.pm {
		return school.Slot{Day: h.day, Session: "pm"}
	}
	return school.Slot{Day: h.day, Session: "am"}
}

func join(list []school.MarkRange) []school.MarkRange {
	var out []school.MarkRange
next:
	for _, mk := range list {
		for i := range out {
			o := &out[i]
			if o.Student == mk.Student && o.Mark == mk.Mark && key(o.To).next() == key(mk.From) {
				o.To = mk.To
				continue next
			}
		}
		out = append(out, mk)
	}
	return out
}
