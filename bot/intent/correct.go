package intent

import (
	"slices"

	"guixiao/rules/school"
)

// correct recognises a message that takes back or changes an earlier one.
func (m *reading) correct(g *gist) (school.Meaning, bool) {
	swap := m.negatedPair()
	if !m.says(correcting) && !swap && !m.disputed() && !m.deniesCard() && !m.comesSooner() && !m.otherThanCard() && !(m.in.Open.isCard() && m.says(shouldBe)) {
		return school.Meaning{}, false
	}
	if !swap && m.loose() {
		return school.Meaning{}, false
	}
	if !swap && m.onlyWarns() {
		return school.Meaning{}, false
	}
	if m.says(notCorrect) && m.in.Open == nil || m.ordered() || m.says(examples) {
		return school.Meaning{}, false
	}
	m.note("intent: correction", m.phrase(correcting)+m.phrase(disputes))
	out := school.Meaning{Intent: school.IntentCorrection}
	if m.disputed() {
		if !m.who.guardian {
			return school.Meaning{}, false
		}
		out.Flags = m.disputeFlags()
		return out, true
	}
	p := m.polarity()
	m.againstCard(g, &p)
	switch {
	case m.leaveCalledOff(p):
		out.Voids = m.openMarks()
		out.Ask = &school.Ask{Why: school.AskConfirm, Candidates: []string{}}
	case len(p.wrong) > 0 && (len(p.right) > 0 || p.swapped):
		m.swapChildren(g, p, &out)
	case len(p.wrong) > 0:
		m.takeBack(p, &out)
	case m.says(takesBack) && len(p.rightPreds) == 0 && !p.swapped:
		out.Voids = m.openMarks()
		out.Ask = &school.Ask{Why: school.AskConfirm, Candidates: []string{}}
	case m.changesLeave(p, &out):
	case m.in.Open != nil && m.in.Open.Request != nil && m.newRequest(g, &out):
	case len(p.rightPreds) > 0 || len(p.rightWhens) > 0:
		m.restate(g, p, &out)
	default:
		if m.newRequest(g, &out) {
			break
		}
		if !m.says(withdrawing) && !m.says(correcting) {
			return school.Meaning{}, false
		}
		out.Voids = m.openMarks()
		if out.Ask = nameAsked(g.asks); out.Ask == nil {
			out.Ask = &school.Ask{Why: school.AskConfirm, Candidates: []string{}}
		}
	}
	if !m.hasContent(&out) && out.Ask == nil {
		if q := firstAsk(g.asks); q != nil {
			out.Ask = q
		} else {
			out.Ask = &school.Ask{Why: school.AskConfirm, Candidates: []string{}}
		}
	}
	out.Flags = m.flags(g, out.Marks, len(out.Marks) > 0)
	return out, true
}

func (m *reading) hasContent(out *school.Meaning) bool {
	return len(out.Marks) > 0 || out.Request != nil
}

// comesSooner: the child on leave can come before the leave ends.
func (m *reading) comesSooner() bool {
	old := m.openMarks()
	return m.who.guardian && m.in.Open.isCard() && len(old) > 0 && old[0].Mark.Excused() && m.says(ableAgain) && !m.questioned()
}

var ableAgain = patterns("能去了 可以去了 能来了 可以来了 能上学了 可以上学了 能上课了 可以上课了 就能去 就能来 可以返校 能返校")

func (o *Open) isCard() bool { return o != nil && o.Kind == OpenCard }

// disputed: a guardian says that a notice is wrong.
func (m *reading) disputed() bool {
	if m.who.guardian && m.says(unbelieving) && !m.questioned() && m.in.Open != nil && m.in.Open.Kind == OpenNotice {
		return true
	}
	return m.who.guardian && m.says(disputes) && (m.says(atSchool) || m.in.Open != nil && m.in.Open.Kind == OpenNotice && !m.says(noNotice))
}

var (
	atSchool    = patterns("在学校 在教室 在班 到了 到校 去了 去学校 上学 送到 送去 没旷课 没逃课 没缺 请过假 请了假 已经请 批了 坐在 上课")
	unbelieving = patterns("不可能 怎么可能 怎么会 瞎说 胡说 他明明 她明明 亲自送 亲眼看")
	noNotice    = patterns("明明请 在哪 去哪")
)

func (m *reading) disputeFlags() []string {
	if m.says(excused) {
		return nil
	}
	return []string{school.FlagSafety}
}

var excused = patterns("请过假 请了假 已经请 请假了 批了 准了 假条 病假")

// negatedPair: 不是A是B, 是A不是B between children or kinds.
func (m *reading) negatedPair() bool {
	for i, it := range m.items {
		if it.text != "不是" && it.text != "并不是" && it.text != "没" {
			continue
		}
		if it.text == "没" {
			continue
		}
		if i+1 < len(m.items) {
			n := m.items[i+1]
			if n.kind == iKid && n.kid.kind != byGuess || n.kind == iMark && !n.is(wPresent) || n.kind == iWhen {
				return true
			}
		}
	}
	return false
}

// againstCard: 打错了,是石磊 to a card about another child: that one was meant.
func (m *reading) againstCard(g *gist, p *polarity) {
	marks := m.openMarks()
	if len(marks) != 1 || len(p.wrong) > 0 || !m.says(mistaken) && !m.says(notSo) {
		return
	}
	if slices.ContainsFunc(p.rightPreds, func(r predicate) bool { return r.tag != wAbsent && r.tag != wLack }) {
		return
	}
	var named []int32
	for _, it := range m.items {
		if it.kind != iKid {
			continue
		}
		f := m.resolve(it.kid)
		named = append(named, f.kids...)
		if f.why != "" && f.why != school.AskConfirm {
			g.ask(f.why, m.ids(f.candidates)) // 写错了,是李思: who?
		}
	}
	card, _ := m.r.kid(marks[0].Student)
	if len(named) > 0 && !slices.Contains(named, card) {
		p.wrong, p.right, p.swapped = []int32{card}, named, true
	}
}

// otherThanCard: 不对,是王五 to a card about another child.
func (m *reading) otherThanCard() bool {
	return m.in.Open.isCard() && !m.who.guardian && len(m.in.Open.Marks) == 1 && m.says(notSo) && !m.questioned()
}

var shouldBe = patterns("应该是")

var notSo = patterns("不对,是N 不对是N 不是,是N 不是他,是N 不是她,是N 错了,是N 错了是N 不对,应 不是他 不是她")

var mistaken = patterns("说错 听错 听岔 写错 打错 发错 报错 记错 看错 搞错 弄错 点错 填错 数错 登错 误报 看岔 看漏 搞混 弄混 记混 看混 弄反 搞反 说反 写反 报反")

// deniesCard: 不算迟到 to a card that says so.
func (m *reading) deniesCard() bool {
	if m.in.Open == nil || m.in.Open.Kind != OpenCard || m.who.guardian {
		return false
	}
	wrong := slices.ContainsFunc(m.in.Open.Marks, func(mk school.MarkRange) bool {
		return mk.Mark.Missing() || mk.Mark == school.Late || mk.Mark == school.Early
	})
	return wrong && !m.named && slices.ContainsFunc(m.items, func(it item) bool { return it.is(wNotTruant) })
}

// withdrawn says that the clause around item i takes back what it names.
func (m *reading) withdrawn(i int) bool {
	bounds := func(it item) bool { return it.kind == iComma || it.kind == iStop || it.kind == iColon }
	a, b := i, i
	for a > 0 && !bounds(m.items[a-1]) {
		a--
	}
	for b < len(m.items) && !bounds(m.items[b]) {
		b++
	}
	return m.hits(takesBack, m.maskOf(a, b))
}

var takesBack = patterns("假不用 不请了 不休了 撤了 撤掉 撤下 划掉 划了 消掉 抹掉 抹了 拿掉 撤回 撤销 撤消 收回 作废 删掉 删了 删除 去掉 取消")

// openMarks are the marks of the card that is answered.
func (m *reading) openMarks() []school.MarkRange {
	if m.in.Open == nil {
		return nil
	}
	var list []school.MarkRange
	for _, mk := range m.in.Open.Marks {
		if k, ok := m.r.kid(mk.Student); ok {
			mk.Name = m.r.name(k)
			list = append(list, mk)
		}
	}
	return list
}

func (m *reading) openMark(kid int32) (school.MarkRange, bool) {
	for _, mk := range m.openMarks() {
		if mk.Student == m.r.id(kid) {
			return mk, true
		}
	}
	return school.MarkRange{}, false
}

// swapChildren: one child was reported in place of another.
func (m *reading) swapChildren(g *gist, p polarity, out *school.Meaning) {
	base, known := school.MarkRange{}, false
	for _, k := range p.wrong {
		if mk, ok := m.openMark(k); ok {
			base, known = mk, true
		}
	}
	if list := m.openMarks(); !known && len(list) > 0 {
		base, known = list[0], true
	}
	if f := (fact{preds: p.rightPreds, whens: p.rightWhens}); !known && f.has(wAbsent, wLack, wLeave, wSick, wPersonal, wLate, wTruant, wOfficial, wEarly) {
		if v, ok := m.judge(&f); ok {
			d := m.clock.facts(f.whens, v.mark == school.Early, v.mark == school.Late)
			if isLeave(v.mark) {
				d = m.clock.leave(f.whens)
			}
			if d.ok {
				base = school.MarkRange{Mark: v.mark, From: m.clock.slot(d.list[0].from), To: m.clock.slot(d.list[0].to)}
				known = true
				if v.noKind {
					g.ask(school.AskMissingKind, nil)
				}
			}
		}
	}
	if !known {
		return
	}
	for _, k := range p.wrong {
		mk := base
		mk.Student, mk.Name, mk.Mark, mk.Note = m.r.id(k), m.r.name(k), school.Present, ""
		mk.To = m.notLater(mk.To)
		out.Marks = append(out.Marks, mk)
		old := base
		old.Student, old.Name = mk.Student, mk.Name
		out.Voids = append(out.Voids, old)
	}
	slices.Sort(p.right)
	for _, k := range slices.Compact(p.right) {
		mk := base
		mk.Student, mk.Name, mk.Note = m.r.id(k), m.r.name(k), ""
		out.Marks = append(out.Marks, mk)
	}
	g.asks = slices.DeleteFunc(g.asks, func(a school.Ask) bool {
		return a.Why == school.AskUnknownName && len(a.Candidates) > 0 && !slices.ContainsFunc(a.Candidates, func(c string) bool {
			return !slices.Contains(m.ids(p.wrong), c)
		}) // 是高二3的成功,不是马到成: who is wrong is known from the card
	})
	out.Ask = firstAsk(g.asks)
}

// notLater keeps a present mark out of the future.
func (m *reading) notLater(s school.Slot) school.Slot {
	if m.clock.current.before(m.clock.half(s)) {
		return m.clock.present()
	}
	return s
}

// takeBack: a child was reported and is here.
func (m *reading) takeBack(p polarity, out *school.Meaning) {
	for _, k := range p.wrong {
		mk, ok := m.openMark(k)
		if d := m.clock.facts(p.wrongWhens, false, false); !ok && d.named && d.ok {
			mk = school.MarkRange{From: m.clock.slot(d.list[0].from), To: m.clock.slot(d.list[0].to)}
		} else if !ok {
			if !m.clock.isSchool {
				continue
			}
			mk = school.MarkRange{From: m.clock.present(), To: m.clock.present()}
		} else {
			out.Voids = append(out.Voids, mk)
		}
		mk.Student, mk.Name, mk.Mark, mk.Note = m.r.id(k), m.r.name(k), school.Present, ""
		mk.To = m.notLater(mk.To)
		out.Marks = append(out.Marks, mk)
	}
}
