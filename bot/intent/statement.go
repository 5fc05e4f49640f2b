package intent

import (
	"slices"
	"strings"
)

// subject is who a statement is about.
type subject uint8

const (
	nobody  subject = iota // not said: whoever was spoken of before
	kids                   // children by name
	unnamed                // children by number: 两个没来
	rest                   // 其余, 其他
	parents                // 张三妈妈
	other                  // a teacher, a thing, anything that is no child
)

// predicate is one word that says what is with the subject.
type predicate struct {
	tag  tag
	arg  int
	text string
	item int
}

// statement is one subject with what is said of it.
type statement struct {
	from, to int // items
	subject  subject
	kids     []mention
	owners   []mention // whose parents are the subject
	preds    []predicate
	whens    []when
	count    int  // children by number, 0 none
	before   bool // the number stood before the names
	etc      bool // 等: the list goes on
	except   bool // 除…外
	only     bool // 只有, 就差
	also     bool
	both     bool // 都, 全
	among    bool // 其中
	repeat   bool // 又
	head     bool // the predicate came first and the names follow
	odd      bool // unknown words touch the predicate
	said     bool // words of somebody
	sentence int
	paren    bool
	zero     bool // 0人, 缺勤:无
	cond     bool // only said to be possible
	mine     bool // a guardian speaks of himself: 我今天加班
}

func (s *statement) has(tags ...tag) bool {
	for _, p := range s.preds {
		for _, t := range tags {
			if p.tag == t {
				return true
			}
		}
	}
	return false
}

// grouper cuts items into statements.
type grouper struct {
	m        *reading
	cur      statement
	out      []statement
	sentence int
	depth    int // inside parentheses
}

// group fills m.stmts.
func (m *reading) group() {
	m.numberLists()
	g := grouper{m: m}
	g.start(0)
	for i := 0; i < len(m.items); i++ {
		i = g.step(i)
	}
	g.close(len(m.items))
	m.stmts = g.out
}

func (g *grouper) start(i int) { g.cur = statement{from: i, sentence: g.sentence, paren: g.depth > 0} }

// close ends the statement before item i.
func (g *grouper) close(i int) {
	g.cur.to = i
	if g.cur.to > g.cur.from {
		g.out = append(g.out, g.cur)
	}
	g.start(i)
}

// step takes item i and returns the last item it used.
func (g *grouper) step(i int) int {
	it := g.m.items[i]
	c := &g.cur
	switch it.kind {
	case iStop, iQuery:
		if it.text == ";" && len(c.kids) > 0 && c.subject == kids && (len(c.preds) == 0 || c.head && g.nameFollows(i+1) && !g.markBeforeStop(i+1)) {
			return i // one more comma of a list
		}
		if it.line || it.kind == iStop || it.kind == iQuery {
			g.sentence++
		}
		g.close(i + 1)
		return i
	case iComma:
		g.comma(i)
		return i
	case iSep:
		if len(c.preds) > 0 && !c.head && len(c.kids) > 0 {
			g.close(i + 1)
		}
		return i
	case iColon:
		g.colon(i)
		return i
	case iOpen:
		return g.parens(i)
	case iClose:
		return i
	}
	if it.line && i > c.from && g.breaksAt(i) {
		g.sentence++
		g.close(i)
		c = &g.cur
	}
	switch it.kind {
	case iKid:
		g.kid(i)
	case iCount:
		g.counted(i)
	case iWhen:
		g.time(i)
	case iMark:
		g.mark(i)
	case iClass:
		if len(c.preds) > 0 && !c.head {
			g.close(i)
		} else if c.head && len(c.kids) > 0 && !g.nameFollows(i+1) {
			g.close(i)
		}
	case iRatio, iShould, iActual:
		if len(c.preds) > 0 {
			g.close(i)
		}
	case iWord:
		g.word(i)
	}
	return i
}

// breaksAt says whether a line break before item i ends the statement: not
// between the names of a list and what is said of them.
func (g *grouper) breaksAt(i int) bool {
	c := &g.cur
	if c.head {
		return g.m.items[i].kind != iKid && !g.isNumbering(i)
	}
	return len(c.preds) > 0 || (len(c.kids) == 0 && len(c.whens) == 0) || g.headingAt(i)
}

// headingAt says that the line from item i on begins a list of its own: 人没来:张三.
func (g *grouper) headingAt(i int) bool {
	for k := i; k < len(g.m.items) && k < i+3; k++ {
		if g.m.items[k].kind == iMark {
			return k+1 < len(g.m.items) && g.m.items[k+1].kind == iColon && g.nameFollows(k+2)
		}
	}
	return false
}

func (g *grouper) isNumbering(i int) bool {
	it := g.m.items[i]
	return it.kind == iWord && it.tag == noTag && it.n > 0
}

// comma keeps a list of names together with what is said of it, and a time in
// front with what happened then.
func (g *grouper) comma(i int) {
	c := &g.cur
	if len(c.preds) == 0 && (c.subject == kids || c.subject == nobody) && (len(c.kids) > 0 || len(c.whens) > 0) && !c.said && g.listItem(i-1) {
		return
	}
	if c.head && g.nameFollows(i+1) && !g.markBeforeStop(i+1) {
		return
	}
	g.close(i + 1)
}

// listItem says that what stands before a comma belongs to a list.
func (g *grouper) listItem(i int) bool {
	if i < 0 {
		return true
	}
	it := g.m.items[i]
	return it.kind == iKid || it.kind == iCount || it.kind == iWhen || it.kind == iClose || it.kind == iSep || it.kind == iClass ||
		it.is(wFill, wEtc, wOthers, wOutside, wHe, wMine, wChild, wAnd, wHead, wBoth2, wPeople)
}

func (g *grouper) colon(i int) {
	c := &g.cur
	if len(c.preds) > 0 && len(c.kids) == 0 {
		c.head = true
		return
	}
	if len(c.preds) == 0 && c.subject == parents {
		g.close(i + 1) // 张三奶奶: introduces what she says
	}
}

// nameFollows says whether a child is named at item i, numbering and
// separators aside.
func (g *grouper) nameFollows(i int) bool {
	for ; i < len(g.m.items); i++ {
		it := g.m.items[i]
		switch {
		case it.kind == iKid:
			return true
		case it.kind == iSep || it.kind == iClass || g.isNumbering(i) || it.is(wAnd, wHave, wIs, wFill):
		default:
			return false
		}
	}
	return false
}

// markBeforeStop says whether the name at item i has a predicate of its own
// before the next comma or the next separate name.
func (g *grouper) markBeforeStop(i int) bool {
	for ; i < len(g.m.items); i++ {
		switch it := g.m.items[i]; {
		case it.line:
			return false
		case it.kind == iMark:
			return true
		case it.kind == iComma, it.kind == iStop, it.kind == iQuery, it.kind == iOpen, it.kind == iClose:
			return false
		}
	}
	return false
}

// kid adds a child. A child after a complete statement begins a new one.
func (g *grouper) kid(i int) {
	it := g.m.items[i]
	c := &g.cur
	if (it.kid.kind == byGuess || it.kid.kind == byTitle) && !g.m.plausible(i, c) {
		return
	}
	if it.kid.kind == byTitle && i+2 < len(g.m.items) && g.m.items[i+1].is(wIs) && g.m.items[i+2].kind == iKid {
		return // 学习委员是杨欣怡
	}
	if c.head && len(c.kids) == 0 && g.relative(i) {
		c.preds, c.whens, c.head = nil, nil, false // 刚才没到的马跃到了
	}
	if len(c.preds) > 0 && len(c.kids) == 0 && !c.head && c.count == 0 && strings.HasSuffix(g.m.items[i-1].text, "的") && g.relative(i) {
		c.preds, c.whens = nil, nil // 昨天请假的李四今天可以上学了
	}
	done := len(c.preds) > 0 && !c.head
	if c.head && len(c.kids) > 0 && g.ownMark(i) || len(c.preds) == 0 && len(c.kids) > 0 && g.namedAgain(i) {
		done = true
	}
	if done {
		g.close(i)
		c = &g.cur
	}
	if c.subject == other && len(c.preds) == 0 && !c.said {
		c.subject = nobody
	}
	if c.subject == nobody || c.subject == kids || c.subject == unnamed || c.subject == rest || c.subject == parents {
		if c.subject == parents && !c.said {
			c.owners = nil
		}
		if c.subject != rest {
			c.subject = kids
		}
	}
	if c.said && len(c.preds) == 0 && !c.head {
		c.kids = nil // 马跃说杨柳没来
	}
	c.kids = append(c.kids, it.kid)
	g.possessed(i)
}

// namedAgain: in 是高磊和何苗,何苗病假 the second 何苗 begins a new statement.
func (g *grouper) namedAgain(i int) bool {
	k := g.m.items[i].kid
	return k.kind == byName && g.m.items[i-1].kind == iComma && slices.ContainsFunc(g.cur.kids, func(o mention) bool { return o.text == k.text })
}

// ownMark: in 缺张三 李四病假 the last name has a predicate of its own.
func (g *grouper) ownMark(i int) bool {
	for k := i + 1; k < len(g.m.items) && !g.m.items[k].line; k++ {
		switch it := g.m.items[k]; it.kind {
		case iMark:
			heads := k+1 < len(g.m.items) && g.m.items[k+1].kind == iColon // 何苗 事假:曹颖
			return it.tag != wLack && it.tag != wAbsent && !heads
		case iWhen:
		case iWord:
			if !it.is(wAdverb, wFill, wOf, wRepeat, wIs) {
				return false
			}
		default:
			return false
		}
	}
	return false
}

func (g *grouper) counted(i int) {
	c := &g.cur
	it := g.m.items[i]
	if it.n == 0 {
		c.zero = true
		return
	}
	if len(c.preds) > 0 && !c.head && len(c.kids) > 0 {
		g.close(i)
		c = &g.cur
	}
	if len(c.kids) == 0 {
		c.before = true
	}
	if c.count == 0 {
		c.count = it.n
	}
	if c.subject == nobody {
		c.subject = unnamed
	}
}

// time adds a time phrase. After a complete statement a time belongs to what
// follows if another name or predicate follows it directly.
func (g *grouper) time(i int) {
	c := &g.cur
	w := g.m.items[i].when
	n := i + 1
	for n < len(g.m.items) && (g.m.items[n].is(wAdverb, wBoth, wIs) || g.m.items[n].text == "第") {
		n++
	}
	if n < len(g.m.items) && (w.kind == atWeek || w.kind == atPoint && (w.from.kind == pMonth || w.from.kind == pNone)) && (g.m.items[n].kind == iTimes || g.m.items[n].is(wRepeat) && n > i+1 || w.kind == atWeek && g.m.items[n].is(wRepeat)) {
		return // 这周第三次迟到, 这周已经第三次了
	}
	if len(c.preds) > 0 && g.leadsOn(i) {
		g.close(i)
		c = &g.cur
	}
	if n := len(c.whens); n > 0 && len(c.preds) == 0 && w.kind == atPoint && w.from.kind == pNone && w.from.part != wholeDay {
		if day := &c.whens[n-1]; day.kind == atPoint && day.from.kind != pNone && day.from.part == wholeDay && day.from.lesson == 0 && i > 0 && g.m.items[i-1].kind == iKid {
			day.from.part, day.from.lesson = w.from.part, w.from.lesson // 周六补课石岩下午没到
			return
		}
	}
	c.whens = append(c.whens, w)
}

func (g *grouper) leadsOn(i int) bool {
	w := g.m.items[i].when
	if g.cur.has(wLeave, wSick, wPersonal, wOfficial, wNotComing) && (w.kind == atLength || w.kind == atHalf || w.kind == atUntil || w.kind == atOpenEnd || w.kind == atRest) {
		return false
	}
	if g.cur.head && w.kind != atPoint {
		return false
	}
	for k := i + 1; k < len(g.m.items); k++ {
		it := g.m.items[k]
		switch {
		case it.kind == iWhen || it.is(wRepeat, wAlso, wBoth, wAdverb, wFill, wOnly, wHe, wChild, wNow):
		case it.is(wCome):
			return g.cur.has(wAbsent) // 请假…周五来 belongs to the leave
		case it.kind == iMark:
			if it.is(wLeave) && w.kind == atLength {
				return false
			}
			return true
		case it.kind == iKid:
			return !it.line
		default:
			return false
		}
	}
	return false
}
