package intent

import "slices"

// polarity sorts what a correction takes back from what it says instead.
type polarity struct {
	wrong, right []int32
	wrongPreds   []predicate
	rightPreds   []predicate
	wrongWhens   []when
	rightWhens   []when
	swapped      bool // A写成B, 不是A是B: one child for another
	taken        bool // 误报: reported and not so
}

// polarity walks the items and sorts them.
func (m *reading) polarity() polarity {
	p := polarity{}
	neg := false
	var before []int32
	for i, it := range m.items {
		text := it.text
		switch {
		case text == "不是" || text == "并不是" || text == "并非" || (text == "不" || text == "不用") && i+1 < len(m.items) && (m.items[i+1].text == "请" || m.items[i+1].is(wLeave)):
			neg = true
			p.swapped = p.swapped || i+1 < len(m.items) && m.items[i+1].kind == iKid
			continue
		case text == "是" || text == "而是" || text == "而" || it.is(wThen):
			neg = false
		case it.kind == iComma || it.kind == iStop:
			neg = false
		case it.is(wSwap):
			p.right = append(p.right, before...)
			p.swapped = true
			neg = true
			before = nil
			p.wrong = nil
			continue
		case it.is(wMistake) && len(p.wrong) == 0 && len(p.wrongPreds)+len(p.wrongWhens) > 0:
			continue // 只请一天,不是两天,我打错了
		case it.is(wMistake) && len(before) > 0:
			p.wrong = append(p.wrong, before...)
			before = nil
			p.wrongPreds, p.wrongWhens = append(p.wrongPreds, p.rightPreds...), append(p.wrongWhens, p.rightWhens...)
			p.rightPreds, p.rightWhens = nil, nil
			p.taken = true
			continue
		case it.is(wChanged):
			neg = false
			p.wrong = append(p.wrong, before...)
			before = nil
			p.wrongPreds = append(p.wrongPreds, p.rightPreds...)
			p.wrongWhens = append(p.wrongWhens, p.rightWhens...)
			p.rightPreds, p.rightWhens = nil, nil
			continue
		}
		switch it.kind {
		case iKid:
			if it.kid.kind == byGuess {
				continue
			}
			f := m.resolve(it.kid)
			if neg {
				p.wrong = append(p.wrong, f.kids...)
			} else {
				before = append(before, f.kids...)
			}
		case iMark:
			pr := predicate{it.tag, it.arg, it.text, i}
			if m.withdrawn(i) {
				p.wrongPreds = append(p.wrongPreds, pr) // 取消张三的缺勤
				continue
			}
			if neg && it.tag != wNotComing {
				p.wrongPreds = append(p.wrongPreds, pr)
			} else {
				p.rightPreds = append(p.rightPreds, pr)
			}
		case iWhen:
			if neg || m.withdrawn(i) && m.who.guardian {
				p.wrongWhens = append(p.wrongWhens, it.when)
			} else {
				p.rightWhens = append(p.rightWhens, it.when)
			}
		}
	}
	if p.swapped || len(p.wrong) > 0 {
		for _, k := range before {
			if !slices.Contains(p.wrong, k) {
				p.right = append(p.right, k)
			}
		}
	}
	p.sameChild(before)
	return p
}

// sameChild finds out that the child stays and something else is mended.
func (p *polarity) sameChild(before []int32) {
	// 不是张三没来,是张三病假: the same child, another kind.
	if len(p.rightPreds) > 0 {
		p.wrong = slices.DeleteFunc(p.wrong, func(k int32) bool { return slices.Contains(before, k) && len(p.wrongPreds) > 0 })
	}
	if p.taken && len(p.right) == 0 && slices.ContainsFunc(p.rightPreds, func(r predicate) bool {
		return r.tag != wPresent && r.tag != wElsewhere && r.tag != wNotTruant && !(r.tag == wOfficial && r.arg == 3)
	}) {
		p.wrong, p.taken = nil, false // 病假写错了,应为事假
		if len(p.rightWhens) == 0 {
			p.rightWhens = p.wrongWhens
		}
	}
	// 李四的病假改成事假: the child is the subject, not the mistake.
	if len(p.right) == 0 && !p.swapped && !p.taken && (len(p.rightPreds) > 0 || len(p.rightWhens) > 0) {
		p.wrong = nil
	}
}
