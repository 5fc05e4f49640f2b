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
	case f.elsewhere() && !f.has(wGone) && (f.has(wNoLeave) || !leaveWord && !f.explicit(wSick)), f.has(wNotTruant), f.has(wPresent, wEndLeave) && !f.has(wAbsent, wLack), f.justCame() && !f.has(wAbsent, wLack):
		return verdict{mark: school.Present}, true
	case f.has(wCameLater) && !absent && !leaveWord && !m.who.guardian && !f.has(wSick, wPersonal):
		return verdict{mark: school.Present}, true // 下午第一节来的
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
	case m.who.guardian && f.restsInBed():
		return verdict{mark: school.Sick}, true
	case (leaveWord || m.who.guardian && f.has(wNotComing)) && !f.has(wReasonOpen) && m.reasonTold(f):
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
	case f.has(wNotComing) && m.now(f.whens) && len(f.whens) > 0 && !f.forLong():
		return verdict{mark: school.Absent, confirm: true}, true
	}
	return verdict{}, false
}

// restsInBed: 在家静养, 卧床 are said of the ill.
func (f *fact) restsInBed() bool {
	return slices.ContainsFunc(f.preds, func(p predicate) bool {
		return p.tag == wNotComing && (strings.Contains(p.text, "养") || strings.Contains(p.text, "卧床"))
	})
}

// forLong: 在家待一个月 is a plan, no run of absences that ends today.
func (f *fact) forLong() bool {
	return slices.ContainsFunc(f.whens, func(w when) bool { return w.kind == atLength })
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

// isLeave says that the mark is dated like a leave.
func isLeave(k school.MarkKind) bool { return k.Excused() }
