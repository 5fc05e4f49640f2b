package intent

import (
	"slices"
	"strings"
)

// mark adds a predicate to the statement, or begins a new one.
func (g *grouper) mark(i int) {
	items := g.m.items
	it := items[i]
	c := &g.cur
	if i > 0 && items[i-1].kind == iClose && c.head && len(c.kids) > 0 {
		g.close(i) // 病假2(高磊、何苗)事假1(曹颖)
		c = &g.cur
	}
	if c.head && len(c.kids) > 0 && i+1 < len(items) && items[i+1].kind == iColon {
		g.close(i) // 事假:曹颖 迟到:无
		c = &g.cur
	}
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
	if n := len(c.kids); c.only && n > 1 && len(c.preds) == 0 && it.is(wPresent, wElsewhere) && g.m.items[max(0, i-2)].kind == iComma {
		last := c.kids[n-1] // 只有邹安,邹平在
		c.kids = c.kids[:n-1]
		g.close(i - 1)
		c = &g.cur
		c.subject, c.kids = kids, []mention{last}
	}
	p := predicate{tag: it.tag, arg: it.arg, text: it.text, item: i}
	p = g.adjust(p, i)
	if p.tag == wSick && g.ofParent(i) {
		p.tag, p.arg = wPersonal, 0 // 他奶奶病了
	}
	if g.unknownToParent(p, i) || g.ofTeller(p, i) || g.sentFor(p) {
		p.tag = noTag
	}
	if p.tag == noTag || strings.Contains(p.text, "路上") && (c.said || c.subject == parents) {
		return
	}
	if c.subject == parents && !c.said && (p.tag == wAbsent || p.tag == wPresent || p.tag == wCome || p.tag == wLate || p.tag == wCameLater || p.tag == wElsewhere) {
		c.subject = other // the parent came or did not come
		return
	}
	if (placed(p.tag) || p.tag == wOfficial && g.oddAfter(i, p.tag)) && (g.oddBefore(i) || g.oddAfter(i, p.tag)) {
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
	if (p.tag == wPresent || p.tag == wCome || p.tag == wCameLater) && prev.is(wAdverb, wRepeat, wPart) && g.deniedBefore(i-1) {
		p.tag = wAbsent // 没再进教室
		return p
	}
	switch p.tag {
	case wEarly:
		if p.text == "走的" && len(g.cur.kids) == 0 {
			p.tag = noTag // 没走的都来帮忙
		}
	case wSick, wOfficial, wPersonal, wLateSoon, wOtherCause:
		if g.inCase(p, i) || g.favour(p, i) || p.tag == wPersonal && tickets[p.text] && strings.Contains("买订抢退改", firstRune(prev.text)) && prev.text != "" {
			p.tag = noTag // 娃有事请打我电话; 好买车票
			return p
		}
		switch prev.text {
		case "没", "没有", "不", "未", "无", "不想", "不会", "不能", "不是", "不用", "不再", "不要", "别", "不敢", "不肯", "不愿":
			p.tag = noTag
		}
	case wPresent, wCome:
		return g.arrival(p, i, prev, next(1))
	case wCameLater:
		switch prev.text {
		case "没", "未", "没有", "还没", "都没", "还没有", "一直没", "仍没", "也没":
			p.tag = wAbsent // 还没进教室
			return p
		}
		if g.m.hasClock(g.cur.whens) || prev.kind == iWhen || p.text[0] != 0 && len(p.text) > 6 {
			p.tag = wCameLater
		}
	case wLeave:
		if g.needless(i) {
			p.tag = noTag // 不用给黄河请假了
		}
	case wLate:
		switch {
		case strings.Contains("别勿", firstRune(prev.text)) && prev.text != "", prev.text == "不要", prev.text == "不许":
			p.tag = noTag // 去写生的班别迟到
		case prev.text == "没" && strings.HasSuffix(p.text, "了"):
			p.tag = noTag // 好久没迟到了
		}
	case wAll:
		if strings.HasSuffix(p.text, "在") && next(1).is(wSick) && !next(1).gap {
			p.tag = noTag // 都在发烧
		}
	case wTruant:
		switch prev.text {
		case "要", "想", "会", "打算", "准备", "可能", "不想", "不会", "不能", "别", "不要", "不敢", "怕", "不许":
			p.tag = noTag
		}
	case wLack:
		switch {
		case sightWords[p.text] && g.cur.subject == kids && len(g.cur.kids) > 0 && len(g.cur.preds) == 0 && (next(1).kind == iStop || next(1).kind == iComma) && !g.m.visiting():
			p.tag = wAbsent // 韦秋月第一节课没见到
		case g.lackOfThings(p, i):
			p.tag = noTag
		}
	}
	return p
}

// arrival adjusts 到了 and 来 at item i: denied, wished for, or on a day to come.
func (g *grouper) arrival(p predicate, i int, prev, next item) predicate {
	switch {
	case p.text == "回" && strings.Contains("没未", firstRune(prev.text)) && g.noAnswer(i):
		p.tag = noTag // 微信留言了也没回
		return p
	case prev.text == "没" || prev.text == "未" || prev.text == "没有" || prev.text == "还没" || prev.text == "都没" || prev.text == "还没有" || prev.text == "一直没":
		p.tag = wAbsent
		return p
	case prev.text == "不想" || prev.text == "不愿" || prev.text == "不肯" || prev.text == "不敢" || prev.text == "想" || prev.text == "不用" || prev.text == "别":
		p.tag = noTag
		return p
	case prev.text == "不" || prev.text == "不会" || prev.text == "不能":
		p.tag = wNotComing
		return p
	case g.m.who.guardian && strings.Contains(p.text, "回来"):
		p.tag = noTag // home again
		return p
	case p.tag == wPresent && next.kind == iWhen && next.when.kind == atLength:
		p.tag = noTag // 只来了一天
		return p
	case p.tag == wPresent:
		return p
	}
	if strings.HasPrefix(p.text, "去") && !g.m.who.guardian {
		p.tag = noTag // 奶奶说孩子去上学了: not seen here
		return p
	}
	if next.is(wLe) {
		p.tag = wPresent
	} else if g.today() && !g.m.who.guardian {
		p.tag = wPresent // 今天返校
	} else if n := len(g.cur.whens); n > 0 && (g.cur.whens[n-1].kind == atPoint || g.cur.whens[n-1].from.kind == pAfterHoliday) && !g.cur.has(wAbsent) {
		p.tag = wCome
		g.cur.whens[n-1].kind = atBack
	}
	return p
}

// favour says that 帮忙 at item i asks for help: 麻烦帮忙收一下.
func (g *grouper) favour(p predicate, i int) bool {
	if p.text != "帮忙" || i == g.cur.from {
		return p.text == "帮忙" && i+1 < len(g.m.items) && !g.m.items[i+1].gap
	}
	return g.m.items[i-1].is(wFill, wPolite, wAdult)
}

// tickets are bought for a day to come; without one the family cannot be back.
var tickets = wordSet("车票 火车 飞机 航班 机票")

// inCase says that 有事 at item i tells whom to call if need be.
func (g *grouper) inCase(p predicate, i int) bool {
	if p.tag != wPersonal || !strings.HasSuffix(p.text, "有事") || i+1 >= len(g.m.items) {
		return false
	}
	for k := i + 1; k < len(g.m.items) && k < i+4; k++ {
		switch it := g.m.items[k]; {
		case it.kind == iComma || it.kind == iStop || it.kind == iMark:
			return false
		case it.is(wCall, wMsg), it.text == "打", it.text == "找", it.text == "随时", it.text == "叫":
			return true
		}
	}
	return false
}

// deniedBefore says that 没 stands before item i: 没再, 没能.
func (g *grouper) deniedBefore(i int) bool {
	return i > 0 && (g.m.items[i].text == "再" || g.m.items[i].text == "能") && strings.Contains("没未", firstRune(g.m.items[i-1].text)) && g.m.items[i-1].text != ""
}

// noAnswer says that 没回 at item i is about a message and not about a child.
func (g *grouper) noAnswer(i int) bool {
	if len(g.cur.kids) == 0 {
		return true
	}
	return slices.ContainsFunc(g.m.items[g.cur.from:i], func(it item) bool { return it.is(wMsg, wCall) })
}

// lackOfThings says that 缺, 少 or 没看到 at item i is not about children.
func (g *grouper) lackOfThings(p predicate, i int) bool {
	items := g.m.items
	next, after := item{kind: iStop}, item{kind: iStop}
	if i+1 < len(items) {
		next = items[i+1]
	}
	if i+2 < len(items) {
		after = items[i+2]
	}
	switch {
	case next.kind == iCount && after.is(wOthers) && !after.gap:
		return true // 少一个替补
	case sightWords[p.text] && next.kind != iKid:
		return true // 没看到 is about a child only if one is named
	case next.kind == iWord && next.tag == noTag && next.n > 0 && after.is(wThing, wPlain):
		return true
	case next.kind == iText, next.is(wThing, wAct, wPlain, wAdverb, wParent, wAdult):
		return true
	}
	return next.kind == iCount && (after.is(wThing, wAct, wPlain, wAdult, wParent, wNot, wZero) || after.kind == iText) && !after.gap
}

// needless says that the leave at item i is said not to be wanted.
func (g *grouper) needless(i int) bool {
	for k := i - 1; k >= 0 && k >= i-4; k-- {
		switch it := g.m.items[k]; {
		case it.text == "不用" || it.text == "不必" || it.text == "别" || it.text == "不要" || it.text == "甭":
			return true
		case it.kind == iKid, it.is(wHe, wChild), it.text == "给", it.text == "帮", it.text == "替", it.text == "再":
		default:
			return false
		}
	}
	return false
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
