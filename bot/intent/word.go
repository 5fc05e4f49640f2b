package intent

// speechAfter says that after a parent at item i words of his follow.
func (m *reading) speechAfter(i int) bool {
	for k := i; k < len(m.items) && k < i+4; k++ {
		if m.items[k].is(wSaid, wCall, wMsg, wNot, wReasonOpen, wNoLeave) {
			return true
		}
	}
	return false
}

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
	case wMe:
		if g.m.who.guardian && len(c.preds) == 0 && len(c.kids) == 0 && c.subject == nobody && (it.text == "我" || it.text == "俺") && !g.childBefore(i) {
			c.mine = true
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
		c.etc = c.etc || len(c.kids) > 0 && !(i+1 < len(g.m.items) && g.m.items[i+1].is(wParent, wAdult, wHe)) // 等妈妈
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
		c.repeat = c.repeat || !(i+1 < len(g.m.items) && g.m.items[i+1].is(wGone)) // 又掉头走了: not once more
	case wChild, wHe:
		c.mine = c.mine && len(c.preds) > 0
		if len(c.preds) > 0 && !c.head && it.is(wHe) && c.subject == kids && g.markSoon(i+1) {
			g.close(i)
		}
	}
}

// childBefore says that the child was named by 孩子 or 他 earlier in the clause.
func (g *grouper) childBefore(i int) bool {
	for k := g.cur.from; k < i; k++ {
		if g.m.items[k].is(wChild, wHe) {
			return true
		}
	}
	return false
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

// parenWords are marks written with one character behind a name: 张三(事).
var parenWords = map[string]predicate{"事": {tag: wPersonal, arg: 1}, "病": {tag: wSick, arg: 1}, "公": {tag: wOfficial}, "假": {tag: wLeave}, "迟": {tag: wLate}, "缺": {tag: wAbsent}}

// shortParens reads 张三(事) and 张三(8:10到).
func (g *grouper) shortParens(inner []item, i, j int) (statement, bool) {
	if len(g.cur.kids) == 0 || len(inner) == 0 || len(inner) > 4 {
		return statement{}, false
	}
	sub := statement{from: i, to: min(j, len(g.m.items)), sentence: g.sentence, subject: kids, paren: true, kids: g.cur.kids[len(g.cur.kids)-1:]}
	p, ok := parenWords[inner[0].text]
	if len(inner) == 1 && ok {
		p.text, p.item = inner[0].text, i+1
		sub.preds = []predicate{p}
		return sub, true
	}
	last := inner[len(inner)-1].text
	if inner[0].kind == iWhen && inner[0].when.kind == atClock && (last == "到" || last == "来" || last == "到校" || last == "到的" || last == "来的" || last == "到了" || last == "才到") {
		sub.preds, sub.whens = []predicate{{tag: wCameLater, text: last, item: i + 1}}, []when{inner[0].when}
		return sub, true
	}
	return statement{}, false
}

// parens reads (…) after a name or a list; returns the closing item.
func (g *grouper) parens(i int) int {
	items := g.m.items
	j := i + 1
	for j < len(items) && items[j].kind != iClose {
		j++
	}
	inner := items[i+1 : min(j, len(items))]
	if sub, ok := g.shortParens(inner, i, j); ok {
		g.out = append(g.out, sub)
		return j
	}
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
