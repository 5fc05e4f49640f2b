package intent

import (
	"maps"
	"slices"
	"strings"

	"guixiao/rules/school"
)

// answerAsk reads the answer to a question the bot asked back, as the whole
// statement it completes.
func (m *reading) answerAsk() (school.Meaning, bool) {
	o := m.in.Open
	switch o.Why {
	case school.AskAmbiguousName, school.AskUnknownName, school.AskMissingName, school.AskCountMismatch:
		return m.answerName()
	case school.AskMissingKind:
		if out, ok := m.tellsWhat(); ok {
			return out, true
		}
		return m.answerKind()
	case school.AskMissingDates:
		return m.answerDates()
	case school.AskConfirm:
		return m.answerConfirm()
	}
	return school.Meaning{}, false
}

// complete is the waiting statement with everything filled in.
func (m *reading) complete(marks []school.MarkRange) school.Meaning {
	out := school.Meaning{Intent: school.IntentAttendance}
	for _, mk := range marks {
		if k, ok := m.r.kid(mk.Student); ok {
			mk.Name = m.r.name(k)
			out.Marks = append(out.Marks, mk)
		}
	}
	out.Marks = m.clock.join(out.Marks)
	if o := m.in.Open; o.Request != nil {
		r := *o.Request
		if r.Student == "" && len(out.Marks) > 0 {
			r.Student = out.Marks[0].Student
		}
		out.Request, out.Intent = &r, school.IntentRequest
		if r.Kind == reqLeave && len(out.Marks) > 0 {
			r.From, r.To = out.Marks[0].From, out.Marks[0].To
		}
	}
	if out.Intent == school.IntentAttendance && len(out.Marks) == 0 {
		out.Intent = school.IntentNone
	}
	for _, mk := range out.Marks {
		if mk.Mark == school.OnLeave && !m.r.school.Training() {
			out.Ask = &school.Ask{Why: school.AskMissingKind, Candidates: []string{}}
		}
	}
	return out
}

// answerName reads which child was meant.
func (m *reading) answerName() (school.Meaning, bool) {
	o := m.in.Open
	if len(m.stmtsWithMarks()) > 0 && m.named {
		m.awayAsAsked()
		return school.Meaning{}, false
	}
	picked, q := m.pick()
	if q != nil && len(picked) == 0 {
		return school.Meaning{Intent: school.IntentAsk, Ask: q}, true
	}
	if len(picked) == 0 {
		return school.Meaning{}, false
	}
	var marks []school.MarkRange
	open := slices.ContainsFunc(o.Marks, func(mk school.MarkRange) bool { return mk.Student == "" })
	if len(o.Marks) > 0 && !open {
		for _, k := range picked { // 还有程序
			mk := o.Marks[0]
			mk.Student = m.r.id(k)
			if !slices.ContainsFunc(o.Marks, func(x school.MarkRange) bool { return x.Student == mk.Student }) {
				marks = append(marks, mk)
			}
		}
	}
	for _, mk := range o.Marks {
		if mk.Student != "" {
			marks = append(marks, mk)
			continue
		}
		for _, k := range picked {
			mk.Student = m.r.id(k)
			marks = append(marks, mk)
		}
	}
	if len(o.Marks) == 0 && o.Request == nil {
		return school.Meaning{}, false
	}
	out := m.complete(marks)
	if out.Request != nil && out.Request.Student == "" {
		out.Request.Student = m.r.id(picked[0])
	}
	if out.Request != nil {
		out.Intent = school.IntentRequest
	}
	if out.Ask == nil {
		out.Ask = q
	}
	return out, true
}

// awayAsAsked: in 是高磊和何苗,何苗病假 the one of whom no more is said is away,
// as the question had it.
func (m *reading) awayAsAsked() {
	if marks := m.in.Open.Marks; len(marks) == 0 || marks[0].Mark != school.Absent {
		return
	}
	for i := range m.stmts {
		if s := &m.stmts[i]; len(s.kids) > 0 && len(s.preds) == 0 && s.subject == kids && !m.otherContent(*s, iKid) {
			s.preds = append(s.preds, predicate{tag: wLack})
		}
	}
}

// pick finds the children an answer chooses.
func (m *reading) pick() ([]int32, *school.Ask) {
	o := m.in.Open
	var candidates []int32
	for _, c := range o.Candidates {
		if k, ok := m.r.kid(c); ok {
			candidates = append(candidates, k)
		}
	}
	var named []int32
	var q *school.Ask
	for _, it := range m.items {
		if it.kind != iKid || it.kid.kind == byGuess && !m.bareList() {
			continue
		}
		f := m.resolve(it.kid)
		named = append(named, f.kids...)
		if f.why != "" && f.why != school.AskConfirm {
			g := gist{}
			g.ask(f.why, m.ids(f.candidates))
			q = firstAsk(g.asks)
		}
	}
	switch {
	case len(named) > 0:
		return named, q
	case len(candidates) == 0:
		return nil, q
	case len(candidates) == 1 && m.meansHim():
		return candidates, q
	case len(candidates) == 1 && m.hasNo() && m.only(wNo, wNot, wIs, wHe, wChild):
		return nil, &school.Ask{Why: school.AskMissingName, Candidates: []string{}}
	case m.says(allOfThem):
		return candidates, nil
	case m.says(noneOfThem):
		return nil, &school.Ask{Why: school.AskMissingName, Candidates: []string{}}
	}
	if k := m.ordinal(); k > 0 && k <= len(candidates) {
		return candidates[k-1 : k], nil
	} else if k < 0 {
		return candidates[len(candidates)-1:], nil
	}
	return m.narrow(candidates), q
}

// bareList: nothing but names.
func (m *reading) bareList() bool {
	for _, it := range m.items {
		if it.kind != iKid && it.kind != iSep && it.kind != iComma && it.kind != iStop && !it.is(wAnd, wFill, wIs) {
			return false
		}
	}
	return true
}

var (
	allOfThem  = patterns("两个都 俩都 都没来 都是 都没到 都缺 都请假 都发烧 都病 他俩 她俩 他们俩 两个人都 全都 三个都 都不在 两个 俩 都没 一起 一块 俩孩子")
	noneOfThem = patterns("都不是 不是他们 不是这 没有他 没有这 不在里面")
	firstOnes  = patterns("第一个 第1个 前面那个 前一个 前面的 上面那个 头一个 前者 第一位 选1 选一 1号选项 一号选项 首个")
	secondOnes = patterns("第二个 第2个 第二位 选2 选二")
	thirdOnes  = patterns("第三个 第3个 第三位 选3 选三")
	lastOnes   = patterns("后面那个 后一个 后面的 下面那个 最后一个 最后那个 后者 末一个")
)

var him = patterns("是他 是她 就他 就她 是这个 是这位 是这孩子")

// meansHim: 是, 就是他 say yes to the only child offered.
func (m *reading) meansHim() bool {
	return m.isYes() || hits(him, m.s.text) && !m.hasNo() && m.only(wYes, wIs, wHe, wAck, wOnly, wChild)
}

// ordinal reads 第二个 and a bare number; -1 is the last.
func (m *reading) ordinal() int {
	raw := m.s.text
	switch {
	case hits(firstOnes, raw):
		return 1
	case hits(secondOnes, raw):
		return 2
	case hits(thirdOnes, raw):
		return 3
	case hits(lastOnes, raw):
		return -1
	}
	if len(m.items) == 1 && m.items[0].kind == iWord && m.items[0].tag == noTag {
		return m.items[0].n
	}
	return 0
}

// narrow keeps the candidates the words fit: 男的, 五班的, 下雨的雨.
func (m *reading) narrow(candidates []int32) []int32 {
	list := candidates
	sex, classes := "", []int(nil)
	for _, it := range m.items {
		switch {
		case it.is(wBoy), it.text == "男生" || it.text == "儿子" || it.text == "哥哥" && false:
			sex = "男"
		case it.is(wGirl), it.text == "女生" || it.text == "女儿":
			sex = "女"
		case it.kind == iClass && it.n > 0:
			for _, k := range candidates {
				for _, c := range m.r.placesOf(k) {
					if m.r.classes.list[c].no == it.n {
						classes = addOnce(classes, c)
					}
				}
			}
		case it.kind == iClass:
			classes = it.ids
		case it.is(wMine):
			classes = m.who.own
		}
	}
	if len(classes) == 0 {
		classes = m.yearSaid()
	}
	if sex != "" {
		list = keep(list, func(k int32) bool { return m.r.student(k).Sex == sex })
	}
	if len(classes) > 0 {
		list = keep(list, func(k int32) bool {
			return slices.ContainsFunc(m.r.placesOf(k), func(c int) bool { return slices.Contains(classes, c) })
		})
	}
	if len(list) == len(candidates) {
		list = m.byCharacter(candidates)
	}
	if len(list) == len(candidates) {
		return nil
	}
	return list
}

// yearSaid are the classes of the year that is named: 五年级的那个.
func (m *reading) yearSaid() []int {
	var list []int
	for i, c := range m.r.school.Roster.Classes {
		if c.Grade != "" && strings.Contains(m.s.text, c.Grade) {
			list = append(list, i)
		}
	}
	return list
}

func keep(list []int32, ok func(int32) bool) []int32 {
	var kept []int32
	for _, k := range list {
		if ok(k) {
			kept = append(kept, k)
		}
	}
	return kept
}

// byCharacter: 思宇的宇 holds a character that only one candidate bears.
func (m *reading) byCharacter(candidates []int32) []int32 {
	var fit []int32
	for _, k := range candidates {
		for _, r := range squeeze(m.r.name(k), m.r.plain).runes {
			if !strings.ContainsRune(m.s.text, r) {
				continue
			}
			shared := slices.ContainsFunc(candidates, func(o int32) bool {
				return o != k && strings.ContainsRune(squeeze(m.r.name(o), m.r.plain).text, r)
			})
			if !shared && !slices.Contains(fit, k) {
				fit = append(fit, k)
			}
		}
	}
	if len(fit) == 0 {
		return candidates
	}
	return fit
}

// answerKind reads 病假 or 事假.
func (m *reading) answerKind() (school.Meaning, bool) {
	o := m.in.Open
	if len(o.Marks) == 0 {
		return school.Meaning{}, false
	}
	g := m.gather()
	kinds := map[string]school.MarkKind{}
	general := school.MarkKind("")
	for _, s := range m.stmts {
		f := fact{preds: s.preds}
		if len(s.preds) == 0 {
			continue
		}
		v, ok := m.judge(&f)
		if f.has(wPersonal, wOtherCause) && !f.has(wAbsent) {
			v, ok = verdict{mark: school.Personal}, true
		}
		if !ok || !v.mark.Excused() || v.mark == school.OnLeave {
			continue
		}
		if len(s.kids) == 0 {
			general = v.mark
		}
	}
	for i := range g.facts {
		f := &g.facts[i]
		if v, ok := m.judge(f); ok && v.mark.Excused() && v.mark != school.OnLeave {
			kinds[m.r.id(f.kid)] = v.mark
		}
		for j := range o.Marks {
			if o.Marks[j].Student == m.r.id(f.kid) {
				kinds["found"] = ""
			}
		}
	}
	if _, own := kinds["found"]; m.named && !own {
		return school.Meaning{}, false
	}
	if general == "" && !slices.ContainsFunc(slices.Collect(maps.Values(kinds)), school.MarkKind.Excused) && m.noLeaveAtAll() {
		return m.absentAfterAll(), true
	}
	if general == "" && len(kinds) == 0 {
		return school.Meaning{}, false
	}
	var ws []when
	for _, s := range m.stmts {
		ws = append(ws, s.whens...)
	}
	var marks []school.MarkRange
	for _, mk := range o.Marks {
		if mk.Mark == school.OnLeave || mk.Mark.Excused() {
			if k := kinds[mk.Student]; k != "" {
				mk.Mark = k
			} else if general != "" {
				mk.Mark = general
			}
		}
		if d := m.leaveFrom(mk, ws); len(ws) > 0 && d.ok {
			mk.From, mk.To = m.clock.slot(d.list[0].from), m.clock.slot(d.list[len(d.list)-1].to)
		}
		marks = append(marks, mk)
	}
	out := m.complete(marks)
	if m.who.guardian && out.Request == nil && len(out.Marks) > 0 {
		out.Request, out.Intent = m.leaveRequest(out.Marks), school.IntentRequest
	}
	return m.withContacts(g, out), true
}

// noLeaveAtAll: 没请假,就是没来.
func (m *reading) noLeaveAtAll() bool {
	return !m.who.guardian && slices.ContainsFunc(m.stmts, func(s statement) bool { return s.has(wNoLeave, wAbsent) && len(s.kids) == 0 })
}

// absentAfterAll turns the waiting leave into an absence, as far as it has come.
func (m *reading) absentAfterAll() school.Meaning {
	marks := slices.Clone(m.in.Open.Marks)
	for i := range marks {
		marks[i].Mark, marks[i].To = school.Absent, m.notLater(marks[i].To)
	}
	return m.complete(marks)
}

// withContacts adds calls told in the answer.
func (m *reading) withContacts(g *gist, out school.Meaning) school.Meaning {
	out.Contacts = m.contactsIn(g)
	if len(out.Contacts) > 0 && out.Intent == school.IntentAttendance {
		out.Intent = school.IntentRecord
	}
	out.Flags = m.flags(g, out.Marks, true)
	return out
}
