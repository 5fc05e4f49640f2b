package intent

import "guixiao/rules/school"

// count compares the number in a statement with its names.
func (m *reading) count(g *gist, s *statement, named int) {
	if !s.has(wAbsent, wLack, wLeave, wSick, wPersonal, wTruant, wGone, wOfficial, wNotComing) {
		return
	}
	open := 0
	for _, k := range s.kids {
		if f := m.resolve(k); len(f.kids) == 0 {
			open++
		}
	}
	switch {
	case len(s.kids) == 0 && s.has(wSick):
		if !g.yearWide(m) {
			g.sick = max(g.sick, s.count)
		}
		g.away += s.count
	case len(s.kids) == 0, s.before:
		g.away += s.count
	case s.count != named+open:
		g.ask(school.AskCountMismatch, nil)
	}
}

// counts takes in 应到46实到44 and 46/44, then compares everything that counts.
func (m *reading) counts(g *gist) {
	if m.says(countsOthers) {
		return
	}
	for _, it := range m.items {
		switch it.kind {
		case iRatio:
			g.should, g.actual, g.ratio = it.n, it.m, true
		case iShould:
			g.should = it.n
		case iActual:
			g.actual = it.n
			if g.should > 0 {
				g.ratio = true
			}
		}
	}
}

// countsOthers: parents, teachers or things are counted.
var countsOthers = patterns("培训会 教研会 例会 职工大会 教师大会 动员会 缺席的老师 缺席老师 应到教师 位家长 家长会 名老师 位老师 教师应 老师应 应交 实交 应收 实收 应领 订了# 教职工 家长应 家长实 份 名家长 个家长 台 元")

// settle draws the conclusions of the numbers, given how many children are
// marked as not here. It says whether all others are here.
func (m *reading) settle(g *gist, away, named int) bool {
	class := m.countedClass(g)
	complete := g.all || g.only
	switch {
	case g.ratio && g.yearWide(m):
	case g.ratio && class >= 0 && g.should != m.r.classes.list[class].size:
		g.ask(school.AskCountMismatch, nil)
	case g.ratio && g.actual > g.should:
		g.ask(school.AskCountMismatch, nil)
	case g.ratio && g.should-g.actual == named:
		complete = true
	case g.ratio && named == 0 && g.should > g.actual:
		g.ask(school.AskMissingName, nil)
	case g.ratio:
		g.ask(school.AskCountMismatch, nil)
	}
	if g.missing > 0 {
		g.ask(school.AskMissingName, nil)
	}
	if g.away > 0 && !g.yearWide(m) {
		switch {
		case named == 0:
			g.ask(school.AskMissingName, nil)
		case named != g.away:
			g.ask(school.AskCountMismatch, nil)
		default:
			complete = true
		}
	}
	for _, a := range g.asks {
		switch a.Why {
		case school.AskAmbiguousName, school.AskUnknownName, school.AskMissingName, school.AskCountMismatch:
			return false
		}
	}
	return complete
}

// countedClass is the one class whose size the numbers are held against, -1
// when it cannot be told.
func (m *reading) countedClass(g *gist) int {
	switch {
	case len(g.classes) == 1:
		return g.classes[0]
	case len(g.classes) > 1 || m.saysYear():
		return -1
	case len(m.who.own) == 1:
		return m.who.own[0]
	}
	return -1
}

// yearWide says that the numbers are those of a year or of the school.
func (g *gist) yearWide(m *reading) bool {
	return m.saysYear() || (g.should > 100 && len(g.classes) != 1)
}

func (m *reading) saysYear() bool {
	for _, t := range m.toks {
		switch t.text {
		case "七年级", "八年级", "九年级", "一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "高一", "高二", "高三", "初一", "初二", "初三", "全校", "全年级", "年级", "小学部", "初中部", "高中部":
			return true
		}
	}
	return false
}
