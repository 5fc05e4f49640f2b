package intent

import "strings"

// plausible decides whether something that looks like a name stands where a
// child is expected.
func (m *reading) plausible(i int, c *statement) bool {
	if c.subject == other {
		return false
	}
	if m.items[i].kid.kind == byTitle && i > 0 && (m.items[i-1].kind == iCount || m.items[i-1].is(wPeople)) {
		return false // 转来一个插班生
	}
	if m.items[i].kid.kind == byTitle {
		return !m.companion(i) && !(i > 0 && m.items[i-1].kind == iText && !m.items[i].gap) // 配眼镜
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
		case strings.HasSuffix(it.text, "时候"):
			return false // 锻炼的时候
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

// companion: 跟同桌说, 让班长去叫 speak with or of somebody beside the child.
func (m *reading) companion(i int) bool {
	if i > 0 && (m.items[i-1].is(wAnd) && m.items[i-1].text != "、还有" || pushing[m.items[i-1].text]) {
		return i+1 >= len(m.items) || !m.reportFollows(i+1)
	}
	return i+1 < len(m.items) && (m.items[i+1].is(wSaid, wOf) || m.items[i+1].kind == iText)
}

var pushing = wordSet("给 让 叫 请 派 被 把 由 向 问 问了 喊")

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
