package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// gist is everything a message states.
type gist struct {
	facts   []fact
	someone []fact  // of a guardian's child that is not named
	topic   []int32 // children spoken of last
	asks    []school.Ask
	all     bool // 全到: nobody is away but those named
	fine    bool // 一切正常
	only    bool // 只有X没来
	missing int  // children meant but not named
	away    int  // children counted in front of the names: 缺2人
	listed  int  // number behind the names: 张三、李四2人
	should  int
	actual  int
	ratio   bool
	classes []int
	sick    int  // children ill by number only
	night   bool // missing from the dormitory
}

func (g *gist) ask(why string, candidates []string) {
	g.asks = append(g.asks, school.Ask{Why: why, Candidates: candidates})
}

// gather reads the statements.
func (m *reading) gather() *gist {
	g := &gist{}
	m.findNamed()
	for _, it := range m.items {
		if it.kind == iClass && len(it.ids) == 1 && !slices.Contains(g.classes, it.ids[0]) {
			g.classes = append(g.classes, it.ids[0])
		}
	}
	m.conditional()
	m.likewise()
	m.namesBehind()
	before := nobody
	for i := range m.stmts {
		s := &m.stmts[i]
		if s.cond {
			continue
		}
		if s.subject == nobody && len(s.kids) == 0 && (before == parents || before == other) && !(s.has(wAbsent) && m.hits(busyHome, m.maskOf(m.stmts[max(0, i-1)].from, m.stmts[max(0, i-1)].to))) && s.has(wAbsent, wPresent, wCome, wElsewhere, wLate, wCameLater) && !s.said && i > 0 && m.stmts[i-1].sentence == s.sentence && !m.heDoes(s) && !returnsThen(s) {
			continue // 张三妈妈来了,在我办公室
		}
		if before == other && len(s.kids) == 0 && len(s.preds) == 1 && s.has(wElsewhere) {
			continue // 谁看见张三的书包了?他在办公室
		}
		m.framed(i)
		m.state(g, s, i)
		switch {
		case s.subject != nobody:
			before = s.subject
		case s.has(wLeave, wSick, wPersonal, wOfficial):
			before = kids
		}
		if m.backToChild(s) {
			before = kids
		}
	}
	m.counts(g)
	return g
}

// findNamed notes whether the message itself names somebody in full.
func (m *reading) findNamed() {
	for _, it := range m.items {
		if it.kind == iKid && (it.kid.kind == bySeat || len(it.kid.tok.full) > 0) {
			m.named = true
		}
	}
}

// classesNumbered are the classes that 三班 can mean to the speaker.
func (m *reading) classesNumbered(n int) []int {
	for _, set := range [][]int{m.who.own, append(slices.Clone(m.who.own), m.who.taught...), m.who.years} {
		var fits []int
		for _, c := range set {
			if m.r.classes.list[c].no == n {
				fits = addOnce(fits, c)
			}
		}
		if len(fits) > 0 {
			return fits
		}
	}
	var fits []int
	if m.who.whole {
		for i, c := range m.r.classes.list {
			if c.no == n {
				fits = append(fits, i)
			}
		}
	}
	return fits
}

// state takes in one statement.
func (m *reading) state(g *gist, s *statement, i int) {
	named := m.who2(g, s)
	switch {
	case s.odd || s.subject == other, s.subject == parents && s.has(wLack):
		return
	case s.zero && len(s.kids) == 0 && s.has(wAbsent, wLack, wLeave, wSick, wPersonal, wLate):
		if s.has(wAbsent, wLack) && m.now(s.whens) {
			g.all = true
		}
		return
	case s.has(wAll) && (s.subject != parents):
		if s.except {
			m.add(g, named, s, i, true)
		} else if len(named) > 0 {
			s.preds = []predicate{{tag: wPresent}} // 张三李四都到了
			m.add(g, named, s, i, false)
			return
		}
		if m.now(s.whens) && !m.monthBefore(s) {
			g.all = true
		}
		return
	case s.except && len(s.preds) == 0 && len(named) > 0 && slices.ContainsFunc(m.stmts, func(o statement) bool { return o.has(wAll) && len(o.kids) == 0 && m.now(o.whens) }):
		m.add(g, named, s, i, true) // 全都来了,除了高磊
		return
	case s.subject == rest && len(s.preds) == 0 && s.zero:
		g.all = true
		return
	case s.subject == rest && (s.has(wPresent, wFine, wCome, wNotTruant) || s.both && len(s.preds) == 0):
		g.all = true
		return
	case s.subject == rest && len(s.preds) == 0 && m.items[s.to-1].text == "在":
		g.all = true // 其他在
		return
	case s.has(wFine) && len(s.kids) == 0 && len(s.preds) == 1:
		g.fine = true
		return
	case s.except && s.has(wPresent):
		m.add(g, named, s, i, true)
		g.all = true
		return
	}
	if s.only && onlyLacks(m, s) && len(s.preds) == 0 && len(named) > 0 {
		s.preds = append(s.preds, predicate{tag: wLack})
	}
	if len(s.kids) == 1 && len(s.preds) == 1 && m.comesRound(s) && m.in.Open == nil && len(g.facts) == 0 {
		return // 时间到了, 牛奶还没到
	}
	if len(s.preds) == 0 {
		if len(s.kids) == 0 && len(s.whens) > 0 && s.subject == nobody && !m.otherContent(*s) && !m.hits(toldLate, m.maskOf(s.from, s.to)) {
			g.moreTime(s)
		}
		return
	}
	if m.visiting() && len(s.kids) == 0 {
		s.preds = slices.DeleteFunc(slices.Clone(s.preds), func(p predicate) bool { return p.tag == wAbsent || p.tag == wPresent || p.tag == wCome })
	}
	if s.has(wLack) && len(s.preds) == 1 && m.thingTalk() {
		return
	}
	if s.only && s.has(wAbsent, wLack, wLeave, wSick, wPersonal, wTruant) && len(s.kids) > 0 {
		g.only = true
	}
	if len(s.kids) == 0 && s.subject != kids && s.subject != unnamed && s.subject != rest && s.count == 0 && (s.subject == nobody || s.subject == parents) {
		named = g.topic
		if len(named) == 0 {
			named = m.spokenOf()
		}
	}
	if kids := m.openKids(); s.count > 1 && len(s.kids) == 0 && s.count == len(kids) && !m.who.guardian && m.in.Open.isCard() {
		named = kids // 两个都发烧, of the two on the card
		g.topic = named
		s.count = 0
	}
	if m.who.guardian && s.count == 2 && len(s.kids) == 0 && len(m.who.kids) == 2 {
		named = m.who.kids
		g.topic = named
	}
	if len(named) == 0 && len(s.kids) == 0 && m.childOpen() {
		g.someone = append(g.someone, fact{kid: -1, preds: s.preds, whens: s.whens})
	}
	m.add(g, named, s, i, false)
}

// toldLate: 今天补报一下 dates the telling, not what is told.
var toldLate = patterns("补报 补记 补登 补一下 补录 补上报 补登记 上报 报一下")

// busyHome: 杜鹃家里忙着收菌子,没来 speaks of the child again.
var busyHome = patterns("家里忙 家里收 家里办 家里在收 家里要收 家里盖 家里杀 家中忙")

// returnsThen: 周五再来 is said of the child, whoever was spoken of before.
func returnsThen(s *statement) bool {
	return slices.ContainsFunc(s.whens, func(w when) bool { return w.kind == atBack })
}

// backToChild: after 以为孩子…, 说他… the child is spoken of again.
func (m *reading) backToChild(s *statement) bool {
	return (s.subject == parents || s.subject == other && len(s.owners) > 0) && m.saysHe(s)
}

// saysHe: the child is meant by 他, 孩子.
func (m *reading) saysHe(s *statement) bool {
	return m.items[s.from].text == "人" || slices.ContainsFunc(m.items[s.from:s.to], func(it item) bool { return it.is(wChild, wHe) })
}

// heDoes: 他 or 孩子 stands before what is said: not 到了我拿给她.
func (m *reading) heDoes(s *statement) bool {
	to := s.to
	if len(s.preds) > 0 {
		to = s.preds[0].item
	}
	return m.items[s.from].text == "人" || slices.ContainsFunc(m.items[s.from:max(s.from, to)], func(it item) bool { return it.is(wChild, wHe) })
}

// conditional marks what is only said to be possible, to the end of the
// sentence.
func (m *reading) conditional() {
	sentence := -1
	for i := range m.stmts {
		s := &m.stmts[i]
		text := m.maskOf(s.from, s.to)
		if m.hits(conditions, text) && !m.hits(notIf, text) || m.nameIsIf(s) {
			sentence = s.sentence
		}
		s.cond = s.sentence == sentence
	}
}

// nameIsIf: 万一下雨就… begins with the word, whoever bears it as a name.
func (m *reading) nameIsIf(s *statement) bool {
	first := m.items[s.from]
	if first.kind != iKid || first.kid.kind != byName || !hits(conditions, first.text) {
		return false
	}
	to := s.to
	for len(s.preds) == 0 && s.to-s.from > 1 && to < len(m.items) && m.items[to].kind != iStop && m.items[to].kind != iComma && !m.items[to].line {
		to++ // 万一明早下雪,早操就不上了
	}
	for i := s.from + 2; i < to; i++ {
		if m.items[i].text == "就" && !m.items[i-1].is(wAdverb, wRepeat) && m.items[i-1].kind != iWhen {
			return true
		}
	}
	return false
}

// monthBefore: 6班上个月全勤 praises a month.
func (m *reading) monthBefore(s *statement) bool {
	return m.hits(wholeMonths, m.maskOf(s.from, s.to))
}

var wholeMonths = patterns("个月 这学期 本学期 上学期 整学期 一学期 本月")

// visiting: words like 没见到人 are about the house that was visited.
func (m *reading) visiting() bool { return !m.who.guardian && m.says(visitPhrases) }

// thingTalk: things are counted, not children: 46份回执收到43份,缺张三.
func (m *reading) thingTalk() bool {
	for i, it := range m.items {
		if it.is(wThing, wAct) || it.kind == iWord && it.tag == noTag && it.n > 0 && i+1 < len(m.items) && strings.ContainsAny(firstRune(m.items[i+1].text), "份本张套件块元枚支根把盒瓶条") {
			return true
		}
	}
	return false
}

func firstRune(s string) string {
	head, _, _ := cutRunes(s, 1)
	return head
}

// childOpen: a parent speaks, or somebody like one, and which child is open.
func (m *reading) childOpen() bool {
	if m.who.guardian {
		return len(m.who.kids) != 1
	}
	if m.who.person.ID != "" {
		return false
	}
	return slices.ContainsFunc(m.items, func(it item) bool { return it.is(wChild) })
}

// comesRound says that the name is that of a time or a thing too, and that no
// more is said than that it has come or not: 时间到了, 牛奶还没到. The 班主任
// of such a child means the child that has not come.
func (m *reading) comesRound(s *statement) bool {
	k, p := s.kids[0], s.preds[0]
	if k.kind != byName || m.hasClock(s.whens) {
		return false
	}
	w, _ := words().find(k.text)
	thing := w.tag == wThing || seasons[k.text]
	switch {
	case !thing || m.who.guardian:
		return false
	case p.tag == wPresent || p.tag == wCome:
		return true
	}
	f := m.resolve(k)
	own := len(f.kids) == 1 && slices.ContainsFunc(m.r.placesOf(f.kids[0]), func(c int) bool { return slices.Contains(m.who.own, c) || slices.Contains(m.who.taught, c) })
	return p.tag == wAbsent && bareArrival[p.text] && (!own || m.thingsBeside(s))
}

// thingsBeside says that the rest of the message is about things.
func (m *reading) thingsBeside(s *statement) bool {
	for i, it := range m.items {
		if (i < s.from || i >= s.to) && it.is(wThing, wAct) {
			return true
		}
	}
	return false
}

// bareArrival are words of absence that say no place a child comes to.
var bareArrival = wordSet("没到 没来 未到 没有到 没有来 没送到 没到了")

var seasons = wordSet("时间 时候 时刻 时机 元旦 元宵 周末 春天 夏天 夏季 夏至 秋天 秋季 冬天 谷雨 凌晨 黎明 黄昏 凤凰 包裹 汤药 米饭 盛夏 佳节 雷雨 白雪")

// onlyLacks: 就差, 只缺 say by themselves that somebody is missing.
func onlyLacks(m *reading, s *statement) bool {
	for _, it := range m.items[s.from:s.to] {
		if it.is(wOnly) && len(it.text) > 3 && (it.text[len(it.text)-3:] == "差" || it.text[len(it.text)-3:] == "缺" || it.text[len(it.text)-3:] == "少") {
			return true
		}
	}
	return false
}

// now says that the times speak of today, or of no day at all.
func (m *reading) now(ws []when) bool {
	for _, w := range ws {
		switch w.kind {
		case atPoint:
			if day, ok := m.clock.day(w.from, false); !ok || day != m.clock.today {
				return false
			}
		case atSpan, atWeek, atUntil:
			return false
		}
	}
	return true
}
