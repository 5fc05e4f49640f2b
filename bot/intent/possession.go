package intent

import (
	"unicode/utf8"
)

// possessed looks at what follows a name: 张三妈妈, 张三的作业, 张三作业.
func (g *grouper) possessed(i int) {
	items := g.m.items
	c := &g.cur
	j := i + 1
	of := false
	for j < len(items) && (items[j].is(wOf) || items[j].is(wHe)) {
		of = of || items[j].is(wOf)
		j++
	}
	if j >= len(items) || items[j].kind == iStop {
		return
	}
	if items[j-1].text == "得" || g.tellsOfOthers(i+1) {
		c.subject = other // 高兴得太早, 曾经有个学生: the word, not the child
		return
	}
	switch next := items[j]; {
	case next.is(wParent) && !(c.head):
		c.owners = append(c.owners, c.kids...) // 马跃、杨柳家长: of both
		c.kids = nil
		c.subject = parents
	case next.is(wAct) && g.forHealth(j+1):
		// 李四做了手术
	case next.is(wThing, wAct), of && next.kind == iText, of && next.is(wPlain, wAdult, wOthers):
		if !(c.head && len(c.preds) > 0) || of {
			c.subject = other
		}
	case next.is(wAdult) && !next.gap:
		c.subject = other
	}
}

// forHealth says that the verb before item i is about an illness.
func (g *grouper) forHealth(i int) bool {
	for k := i; k < len(g.m.items) && k < i+3; k++ {
		switch it := g.m.items[k]; {
		case it.is(wSick):
			return true
		case it.is(wLe), it.kind == iText, it.is(wAdverb):
		default:
			return false
		}
	}
	return false
}

// tellsOfOthers: 有个学生, 总有回报 say nothing of the one before.
func (g *grouper) tellsOfOthers(i int) bool {
	items := g.m.items
	for i < len(items) && items[i].is(wRepeat, wAdverb) {
		i++
	}
	if i+1 >= len(items) || !items[i].is(wHave) || items[i].text != "有" {
		return false
	}
	next := items[i+1]
	return next.kind == iText || next.is(wPlain) || next.is(wPeople) && utf8.RuneCountInString(next.text) > 1
}
