package intent

import "strings"

// mark adds a predicate to the statement, or begins a new one.
func (g *grouper) mark(i int) {
	items := g.m.items
	it := items[i]
	c := &g.cur
	if it.is(wAll, wFine) && len(c.preds) > 0 && len(c.kids) > 0 && c.subject != rest {
		g.close(i)
		c = &g.cur
	}
	if it.is(wLack) && (len(c.kids) > 0 || len(c.preds) > 0) && g.listFollows(i+1) {
		if !(len(c.kids) > 0 && len(c.preds) == 0) || g.m.items[i].text == "差" || !g.countOnly(i+1) {
			g.close(i)
			c = &g.cur
		}
	}
	if len(c.preds) > 0 && c.count > 0 && len(c.kids) == 0 && it.is(wAbsent, wLeave, wSick, wPersonal, wLate, wOfficial, wTruant, wEarly) {
		g.close(i) // 病假5事假1
		c = &g.cur
	}
	if it.is(wPresent, wCameLater, wCome) && c.has(wAbsent, wLack) && len(c.whens) > 0 && !c.head && it.is(wPresent) {
		g.close(i)
		c = &g.cur
	}
	p := predicate{tag: it.tag, arg: it.arg, text: it.text, item: i}
	p = g.adjust(p, i)
	if p.tag == wSick && g.ofParent(i) {
		p.tag, p.arg = wPersonal, 0 // 他奶奶病了
	}
	if p.tag == noTag {
		g.text(i)
		return
	}
	if c.subject == parents && !c.said && (p.tag == wAbsent || p.tag == wPresent || p.tag == wCome || p.tag == wLate || p.tag == wCameLater || p.tag == wElsewhere) {
		c.subject = other // the parent came or did not come
		return
	}
	if placed(p.tag) && (g.oddBefore(i) || g.oddAfter(i, p.tag)) {
		c.odd = true
	}
	c.preds = append(c.preds, p)
	if p.tag == wLack || (len(c.kids) == 0 && g.listFollows(i+1) && g.headLike(i)) {
		c.head = true
	}
}

// adjust reads words that mean different things in different places.
func (g *grouper) adjust(p predicate, i int) predicate {
	items := g.m.items
	next := func(n int) item {
		if i+n < len(items) {
			return items[i+n]
		}
		return item{kind: iStop}
	}
	prev := item{kind: iStop}
	if i > 0 {
		prev = items[i-1]
	}
	switch p.tag {
	case wSick, wOfficial, wPersonal, wLateSoon, wOtherCause:
		switch prev.text {
		case "没", "没有", "不", "未", "无", "不想", "不会", "不能", "不是", "不用", "不再", "不要", "别", "不敢", "不肯", "不愿":
			p.tag = noTag
		}
	case wPresent, wCome:
		switch {
		case prev.text == "没" || prev.text == "未" || prev.text == "没有":
			p.tag = wAbsent
			return p
		case prev.text == "不想" || prev.text == "不愿" || prev.text == "不肯" || prev.text == "不敢" || prev.text == "想" || prev.text == "不用" || prev.text == "别":
			p.tag = noTag
			return p
		case prev.text == "不" || prev.text == "不会" || prev.text == "不能":
			p.tag = wNotComing
			return p
		case p.tag == wPresent && next(1).kind == iWhen && next(1).when.kind == atLength:
			p.tag = noTag // 只来了一天
			return p
		case p.tag == wPresent:
			return p
		}
		if strings.HasPrefix(p.text, "去") && !g.m.who.guardian {
			p.tag = noTag // 奶奶说孩子去上学了: not seen here
			return p
		}
		if next(1).is(wLe) {
			p.tag = wPresent
		} else if g.today() && !g.m.who.guardian {
			p.tag = wPresent // 今天返校
		} else if n := len(g.cur.whens); n > 0 && g.cur.whens[n-1].kind == atPoint && !g.cur.has(wAbsent) {
			p.tag = wCome
			g.cur.whens[n-1].kind = atBack
		}
	case wCameLater:
		if g.m.hasClock(g.cur.whens) || prev.kind == iWhen || p.text[0] != 0 && len(p.text) > 6 {
			p.tag = wCameLater
		}
	case wTruant:
		switch prev.text {
		case "要", "想", "会", "打算", "准备", "可能", "不想", "不会", "不能", "别", "不要", "不敢", "怕", "不许":
			p.tag = noTag
		}
	case wLack:
		if n := next(1); n.kind == iCount && next(2).is(wOthers) && !next(2).gap {
			p.tag = noTag // 少一个替补
		}
		if sightWords[p.text] && next(1).kind != iKid {
			p.tag = noTag // 没看到 is about a child only if one is named
		}
		if n := next(1); n.kind == iWord && n.tag == noTag && n.n > 0 && next(2).is(wThing, wPlain) {
			p.tag = noTag
		}
		if n := next(1); n.kind == iText || n.is(wThing, wAct, wPlain, wAdverb, wParent, wAdult) {
			p.tag = noTag
		}
		if n := next(1); n.kind == iCount && (next(2).is(wThing, wAct, wPlain, wAdult, wParent, wNot, wZero) || next(2).kind == iText) && !next(2).gap {
			p.tag = noTag
		}
	}
	return p
}

// sightWords are about a child only if one is named behind them.
var sightWords = map[string]bool{"没见": true, "没见着": true, "没看见": true, "没看到": true, "没见到": true}

// today says that the last time phrase is today, as far as it has come.
func (g *grouper) today() bool {
	n := len(g.cur.whens)
	if n == 0 || g.cur.has(wLeave, wSick, wPersonal) {
		return false
	}
	w := g.cur.whens[n-1]
	return w.kind == atPoint && w.from.kind == pRelative && w.from.a == 0 && (w.from.part == wholeDay || w.from.part == morning || g.m.clock.current.pm)
}

func (m *reading) hasClock(ws []when) bool {
	for _, w := range ws {
		if w.kind == atClock {
			return true
		}
	}
	return false
}

// placed says that the predicate is about being here, so that it matters what
// else stands beside it.
func placed(t tag) bool {
	switch t {
	case wAbsent, wLack, wPresent, wCome, wAll, wLate, wCameLater, wFine, wNotTruant:
		return true
	}
	return false
}

// ofParent says that the illness at item i is a parent's.
func (g *grouper) ofParent(i int) bool {
	if g.cur.said || strings.Contains("送去看带打", firstRune(g.m.items[i].text)) { // 妈妈送医院
		return false
	}
	for k := i - 1; k >= g.cur.from && k >= i-4; k-- {
		switch it := g.m.items[k]; {
		case it.is(wParent):
			return true
		case it.is(wAdverb, wLe, wRepeat, wPart) && it.text != "带" && it.text != "给" && it.text != "让":
		case it.kind == iWhen, it.kind == iMark && it.is(wSick, wPersonal):
		default:
			return false
		}
	}
	return false
}

// headLike says that the predicate at item i is a heading: 请假的有张三, 没来:张三.
func (g *grouper) headLike(i int) bool {
	it := g.m.items[i]
	if it.is(wLack) {
		return true
	}
	if !it.is(wAbsent, wLeave, wSick, wPersonal, wLate, wTruant, wOfficial, wEarly) {
		return false
	}
	if i+1 < len(g.m.items) {
		switch n := g.m.items[i+1]; {
		case n.kind == iColon, n.is(wOf, wHave, wIs, wHead, wPeople), n.kind == iCount, n.is(wOthers):
			return true
		case n.kind == iKid:
			return !g.ownMark(i+1) && !g.markBeforeStop(i+1)
		case n.kind == iWord && n.tag == noTag && n.n > 0:
			return true
		}
	}
	return false
}

// listFollows says that names or a number come next.
func (g *grouper) listFollows(i int) bool {
	for ; i < len(g.m.items); i++ {
		switch it := g.m.items[i]; {
		case it.kind == iKid || it.kind == iCount || it.kind == iClass || g.isNumbering(i):
			return true
		case it.kind == iColon || it.kind == iSep || it.kind == iOpen || it.is(wOf, wHave, wIs, wHead, wOthers, wFill, wBoth, wPeople):
		default:
			return false
		}
	}
	return false
}

// countOnly says that a number and no name comes next: 张三、李四缺2人.
func (g *grouper) countOnly(i int) bool {
	for ; i < len(g.m.items); i++ {
		switch it := g.m.items[i]; {
		case it.kind == iKid:
			return false
		case it.kind == iStop || it.kind == iComma:
			return true
		}
	}
	return true
}

// oddBefore says that unknown words or a thing stand between subject and
// predicate: 张三姑父没来.
func (g *grouper) oddBefore(i int) bool {
	if i == 0 || i == g.cur.from || g.cur.subject == other {
		return g.cur.subject == other
	}
	k := i - 1
	for k > g.cur.from && len(g.cur.kids) == 0 && g.m.items[k].is(wAdverb) {
		k-- // 月考还没到
	}
	p := g.m.items[k]
	return (p.kind == iText || p.is(wThing, wAct, wPlain) || (p.kind == iKid && p.kid.kind == byGuess && g.cur.subject != kids)) && g.m.items[i].kind == iMark
}

// oddAfter says that something else follows that one comes for: 没来开会.
func (g *grouper) oddAfter(i int, t tag) bool {
	if i+1 >= len(g.m.items) {
		return false
	}
	n := g.m.items[i+1]
	if n.gap && !n.is(wAct) {
		return false
	}
	if n.is(wOf) && i+2 < len(g.m.items) {
		if after := g.m.items[i+2]; after.is(wThing, wPlain, wAct) || after.kind == iText {
			return true // 迟到的检讨
		}
	}
	for k := i + 1; n.is(wLe) && k+1 < len(g.m.items); k++ {
		n = g.m.items[k+1] // 没去过北京
	}
	switch t {
	case wAbsent, wPresent, wCome, wAll, wCameLater:
		if n.text == "参加" || n.text == "帮忙" || n.is(wUnit, wMonth) {
			return true
		}
		if len(g.cur.kids) > 0 && (n.kind == iWord && n.tag == noTag && n.n > 0 || n.kind == iMinutes) {
			return true // 没到60分
		}
		return n.is(wAct, wThing, wPlain) || n.kind == iText || (n.is(wParent) && !g.m.speechAfter(i+1))
	}
	return false
}

// countEnds says that a bare number stands for children: nothing is counted
// by it.
func (g *grouper) countEnds(i int) bool {
	if i >= len(g.m.items) {
		return true
	}
	it := g.m.items[i]
	return it.gap || it.kind == iStop || it.kind == iComma || it.kind == iSep || it.kind == iMark || it.kind == iOpen || it.kind == iColon || it.kind == iKid || it.kind == iActual || it.kind == iShould
}

// speechAfter says that after a parent at item i words of his follow.
func (m *reading) speechAfter(i int) bool {
	for k := i; k < len(m.items) && k < i+4; k++ {
		if m.items[k].is(wSaid, wCall, wMsg, wNot, wReasonOpen, wNoLeave) {
			return true
		}
	}
	return false
}

// text notes unknown words.
func (g *grouper) text(i int) {}

// word takes a word that is no predicate.
func (g *grouper) word(i int) {
	it := g.m.items[i]
	c := &g.cur
	switch it.tag {
	case wZero:
		if c.subject == rest && g.countEnds(i+1) {
			c.zero = true
		}
		if (len(c.preds) > 0 && i > 0 && (g.m.items[i-1].kind == iColon || g.m.items[i-1].kind == iMark)) && g.countEnds(i+1) {
			c.zero = true
		}
	case noTag:
		if it.n == 0 && it.text != "" && len(c.preds) > 0 && g.countEnds(i+1) {
			c.zero = true
		}
		if p := g.m.items[max(0, i-1)]; it.n > 0 && it.n < 100 && len(c.preds) > 0 && c.count == 0 && len(c.kids) == 0 && p.kind == iMark && !(p.tag == wSick && p.arg == 0) && g.countEnds(i+1) {
			c.count, c.before = it.n, true
		}
	case wThen:
		if len(c.preds) > 0 || c.subject == other || c.subject == parents {
			g.close(i)
		}
	case wParent:
		if len(c.preds) == 0 && c.subject == nobody {
			c.subject = parents
		} else if len(c.preds) > 0 && !c.head && g.m.speechAfter(i) {
			g.close(i)
			g.cur.subject = parents
		}
	case wAdult:
		if len(c.preds) == 0 && len(c.kids) == 0 && g.acts(i) && !(g.m.who.guardian && i == 0) {
			c.subject = other
		}
	case wPlain:
		if it.text == "关于" {
			c.odd = true
		}
	case wThing:
		if len(c.preds) == 0 && (c.subject == nobody || c.subject == unnamed) {
			c.subject = other
		}
	case wOthers:
		if len(c.preds) == 0 && c.subject == nobody && !c.both {
			c.subject = unnamed
		}
	case wRest:
		if len(c.preds) > 0 || len(c.kids) > 0 && !c.except {
			g.close(i)
		}
		g.cur.subject = rest
	case wSaid:
		c.said = true
	case wEtc:
		c.etc = c.etc || len(c.kids) > 0
	case wExcept:
		if len(c.preds) > 0 {
			g.close(i)
		}
		g.cur.except = true
	case wOnly:
		if !g.nameFollows(i+1) || it.text == "就是" && g.m.items[i+1].is(wFill) {
			return // 就是那个张三: a way to begin, not 就是张三没来
		}
		if len(c.preds) > 0 && !c.head {
			g.close(i)
		}
		g.cur.only = true
	case wAlso:
		c.also = true
	case wBoth:
		c.both = true
	case wAmong:
		if len(c.preds) > 0 {
			g.close(i)
		}
		g.cur.among = true
	case wRepeat:
		c.repeat = true
	case wChild, wHe:
		if len(c.preds) > 0 && !c.head && it.is(wHe) && c.subject == kids && g.markSoon(i+1) {
			g.close(i)
		}
	}
}

// acts says that the grown-up at item i is the subject and not addressed:
// 老师没来, but not 老师,张三没来.
func (g *grouper) acts(i int) bool {
	for k := i + 1; k < len(g.m.items); k++ {
		switch it := g.m.items[k]; {
		case it.kind == iKid, it.kind == iClass, it.kind == iComma, it.kind == iStop, it.kind == iColon, it.is(wPolite, wChild, wMine, wHe):
			return false
		case it.kind == iMark:
			return true
		}
	}
	return true
}

func (g *grouper) markSoon(i int) bool {
	for k := i; k < len(g.m.items) && k < i+3; k++ {
		if g.m.items[k].kind == iMark {
			return true
		}
	}
	return false
}

// parens reads (…) after a name or a list; returns the closing item.
func (g *grouper) parens(i int) int {
	items := g.m.items
	j := i + 1
	for j < len(items) && items[j].kind != iClose {
		j++
	}
	inner := items[i+1 : min(j, len(items))]
	names, marks := false, false
	for _, it := range inner {
		names = names || it.kind == iKid
		marks = marks || it.kind == iMark
	}
	switch {
	case names && (len(g.cur.preds) > 0 || g.cur.count > 0):
		g.cur.head = true // 未到1(七3张三)
		return i
	case marks && !names && len(g.cur.kids) > 0:
		sub := statement{from: i, to: j, sentence: g.sentence, subject: kids, paren: true}
		sub.kids = g.cur.kids[len(g.cur.kids)-1:]
		for k := i + 1; k < j; k++ {
			switch it := items[k]; it.kind {
			case iMark:
				sub.preds = append(sub.preds, predicate{it.tag, it.arg, it.text, k})
			case iWhen:
				sub.whens = append(sub.whens, it.when)
			}
		}
		g.out = append(g.out, sub)
		return j
	case marks || names:
		return i
	}
	for k := i + 1; k < j; k++ {
		if items[k].kind == iWhen {
			g.cur.whens = append(g.cur.whens, items[k].when)
		}
	}
	return j
}

// plausible decides whether something that looks like a name stands where a
// child is expected.
func (m *reading) plausible(i int, c *statement) bool {
	if c.subject == other {
		return false
	}
	if i > 0 {
		switch p := m.items[i-1]; {
		case p.kind == iText && !m.items[i].gap, p.is(wThing, wAct, wPlain, wAdult, wSaid, wCall, wParent) && !m.items[i].gap:
			return false
		}
	}
	k := i + 1
	for ; k < len(m.items); k++ {
		switch it := m.items[k]; {
		case it.kind == iMark:
			return !it.is(wCome, wFine, wOtherCause) || c.has(wLack)
		case it.kind == iKid, it.kind == iSep, it.kind == iWhen, it.kind == iCount, it.kind == iOpen:
			if it.kind == iKid && it.gap || it.kind == iSep || it.kind == iCount {
				return m.listAround(i)
			}
		case it.is(wAdverb, wRepeat, wAlso, wBoth, wFill, wAnd, wOthers, wHe, wEtc, wNot):
		case it.is(wOf):
			return false
		case it.kind == iText:
			return false
		case it.kind == iStop, it.kind == iComma, it.kind == iClose, it.kind == iQuery:
			return c.head || c.has(wLack) || m.listAround(i)
		default:
			return it.line && m.listAround(i)
		}
	}
	return c.head || c.has(wLack) || m.listAround(i)
}

// listAround says that a real name and a predicate of attendance are near.
func (m *reading) listAround(i int) bool {
	names, marks := false, false
	for k, it := range m.items {
		if k != i && it.kind == iKid && it.kid.kind != byGuess {
			names = true
		}
		marks = marks || (it.kind == iMark && it.is(wAbsent, wLack, wLeave, wSick, wPersonal, wLate, wTruant, wEarly))
	}
	return marks && (names || m.items[i].gap || i == 0)
}

// numberLists turns 1、2、9号 and 3、15没来 into seat numbers and drops the
// numbering of lines.
func (m *reading) numberLists() {
	items := m.items
	bare := func(k int) bool { return items[k].kind == iWord && items[k].tag == noTag && items[k].n > 0 }
	for k := 0; k < len(items); k++ {
		if !bare(k) {
			continue
		}
		end, n := k, 0
		for end < len(items) && (bare(end) || ((items[end].kind == iSep || items[end].kind == iComma || items[end].is(wAnd)) && end+1 < len(items))) {
			if bare(end) {
				n++
			}
			end++
		}
		seatAfter := end < len(items) && items[end].kind == iKid && items[end].kid.kind == bySeat
		absentAfter := end < len(items) && items[end].is(wAbsent, wLack)
		lackBefore := k > 0 && (items[k-1].is(wLack) || (items[k-1].kind == iColon && k > 1 && items[k-2].is(wLack, wAbsent)))
		if seatAfter || (n >= 2 && (absentAfter || lackBefore)) {
			for e := k; e < end; e++ {
				if bare(e) {
					items[e].kind = iKid
					items[e].kid = mention{kind: bySeat, seat: items[e].n, text: items[e].text}
				}
			}
		}
		k = end
	}
}
