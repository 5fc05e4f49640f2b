package intent

import "strings"

// placed says that the predicate is about being here, so that it matters what
// else stands beside it.
func placed(t tag) bool {
	switch t {
	case wAbsent, wLack, wPresent, wCome, wAll, wLate, wCameLater, wFine, wNotTruant:
		return true
	}
	return false
}

// unknownToParent: 他妈说不晓得他没去学校 tells what the family did not know.
func (g *grouper) unknownToParent(p predicate, i int) bool {
	n := len(g.cur.preds)
	return p.tag == wAbsent && g.cur.subject == parents && n > 0 && g.cur.preds[n-1].tag == wReasonOpen && i > 0 && g.m.items[i-1].is(wHe, wChild)
}

// sentFor says that the child is asked to come: 请八6班白天同学到教务处补拍照片.
func (g *grouper) sentFor(p predicate) bool {
	if p.tag != wElsewhere && p.tag != wCome || g.m.who.guardian || strings.HasSuffix(p.text, "了") || len(g.cur.kids) == 0 {
		return false
	}
	for k := g.cur.from; k < g.cur.from+3 && k < len(g.m.items) && g.m.items[k].kind != iKid; k++ {
		if t := g.m.items[k].text; t == "请" || t == "麻烦" || t == "通知" || t == "叫" || t == "让" {
			return true
		}
	}
	return false
}

// ofTeller says that a member of staff speaks of himself at item i: 我晚点补发.
func (g *grouper) ofTeller(p predicate, i int) bool {
	switch p.tag {
	case wLateSoon, wLate, wSick, wLeave, wPersonal, wNotComing, wCome, wEarly, wOfficial, wPresent:
	default:
		return false
	}
	k := i - 1
	for k > g.cur.from && (g.m.items[k].is(wAdverb) || g.m.items[k].kind == iWhen) {
		k--
	}
	if g.m.who.guardian || k < g.cur.from || g.m.items[k].text != "我" {
		return false
	}
	return k == g.cur.from || !toSpeaker[g.m.items[k-1].text]
}

// toSpeaker are words that make 我 the one who is told.
var toSpeaker = wordSet("跟 给 向 和 找 问 对 让 叫 被 告诉 与 同 通知 是 为 替 把 比 请 由 但是 被我")

// ofParent says that the illness at item i is a parent's.
func (g *grouper) ofParent(i int) bool {
	for k := i - 1; k >= 0 && k >= i-3; k-- {
		if g.m.items[k].text == "陪" || g.m.items[k].text == "陪着" {
			return true // 陪爸爸去医院
		}
	}
	if g.cur.said || strings.Contains("送去看带打", firstRune(g.m.items[i].text)) { // 妈妈送医院
		return false
	}
	for k := i - 1; k >= g.cur.from && k >= i-4; k-- {
		switch it := g.m.items[k]; {
		case it.is(wParent), it.is(wMe) && g.m.who.guardian:
			return true
		case it.is(wAdverb, wLe, wRepeat, wPart, wBoth) && it.text != "带" && it.text != "给" && it.text != "让":
		case it.kind == iWhen, it.kind == iMark && it.is(wSick, wPersonal):
		default:
			return false
		}
	}
	return false
}

// oddBefore says that unknown words or a thing stand between subject and
// predicate: 张三姑父没来.
func (g *grouper) oddBefore(i int) bool {
	if i == 0 || i == g.cur.from || g.cur.subject == other {
		return g.cur.subject == other
	}
	k := i - 1
	bare := bareArrival[g.m.items[i].text] || g.m.items[i].text == "没到位"
	for k > g.cur.from && (len(g.cur.kids) == 0 && g.m.items[k].is(wAdverb, wAlso, wBoth) || bare && g.m.items[k].is(wAdverb)) {
		k-- // 月考还没到
	}
	p := g.m.items[k]
	if bare && k < i-1 && len(g.cur.kids) > 0 {
		return p.is(wThing) // 关键是新电脑还没到
	}
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
	for k := i + 1; k+1 < len(g.m.items) && k < i+4; k++ {
		if g.m.items[k].is(wOf) && g.m.items[k+1].kind == iWhen {
			return true // 不在家的晚上来
		}
	}
	if t == wOfficial && n.is(wHead) {
		return true // 运动会参赛名单
	}
	if n.is(wMe) && strings.HasSuffix(g.m.items[i].text, "过") {
		return true // 没来过我家
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

// relative says that what stands before the name at item i only tells which
// child is meant: 没到的马跃到了.
func (g *grouper) relative(i int) bool {
	if i == 0 {
		return false
	}
	p := g.m.items[i-1]
	if !p.is(wOf) && !strings.HasSuffix(p.text, "的") {
		return false
	}
	for k := i + 1; k < len(g.m.items); k++ {
		switch it := g.m.items[k]; {
		case it.is(wPresent, wCome, wCameLater, wLate, wElsewhere, wEndLeave):
			return true
		case it.kind == iWhen, it.is(wAdverb, wAlso, wBoth, wRepeat, wFill, wHe, wOthers):
		default:
			return false
		}
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
