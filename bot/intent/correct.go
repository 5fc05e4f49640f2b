package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

var (
	correcting  = patterns("是错的 说岔 报岔 撤了 撤掉 撤下 划掉 划了 消掉 抹掉 抹了 拿掉 更正 纠正 订正一下 说错 写错 打错 发错 报错 记错 看错 搞错 弄错 点错 填错 数错 登错 录错 标错 认错人 误报 误记 误发 误登 误点 弄混 搞混 看混 记混 说反 写反 弄反 搞反 写成 打成 看成 说成 记成 报成 当成 认成 发成 点成 听成 标成 选成 弄成 搞成 登成 填成 撤回 撤消 撤销 收回 作废 上面*不算 刚才*不算 那个不算 那条不算 这条不算 这个不算 前面*不算 上一条*不算 都不算 之前*不算 刚刚*不算 别算 删掉 删了 删除 去掉 取消 改成 改为 改一下 改下 修改 更改 换成 应为 应该是 才对 重新报 重报 以这个为准 以这条为准 以此为准 刚才那条 上一条 上条 上面那 刚才说的 刚才报的 前面那条 刚刚那条 报多了 多报了 手误 口误 打快了 弄岔 冤枉 不请了 不用请了 不请假了 不休了 不停了 别停了 别退 不停课了 不休学了 不转了 不转学了 不退了 不复学了 不请* 没看清 没看见他 没看到他 没注意到 看漏了 看花眼 改请 改到 提前销")
	withdrawing = patterns("撤了 撤掉 撤下 划掉 划了 消掉 抹掉 抹了 拿掉 撤回 撤消 撤销 收回 作废 不算 别算 删掉 删了 删除 去掉 取消 报错了 发错了 说错了 打错了 写错了 误报 误发 误点 点错了 发错群 忽略 别管 无视 不作数 当我没说 当没说 不用请了 不请了 不请假了 重新报")
	notCorrect  = patterns("改错 错题 订正 更正作业 作业*更正 题*错 试卷*改 成绩*更正 成绩*改 取消*活动 取消*比赛 取消*会 取消*课 活动*取消 会议*取消 时间改 地点改 课改到 课*改到 课换成 课*换成 课*对调 改到*开会 改为*开会 时间*改为 时间*改成 调到 课*改成 课*改为 课表*改 取消*晚自习 晚自习*取消 取消*升旗 取消学籍 注销 没搞错吧 名字*写错 姓名*写错 学号*写错 电话*写错 号码*写错 表*填错 抄错 写错字 改名 改成绩 没说错 别搞错 不要搞错 别写错 座位改 运动会改 改自习 是不是搞错 看错题 删*群 群*删 改签 算错 听错题 收回*作业 误报*追责 如有*错 有误*请")
)

// loose: words of change that change no report: nobody is named, nothing is
// open, no word of attendance is said, or it is only said to be possible.
func (m *reading) loose() bool {
	if m.says(mistaken) || m.says(surelyTaken) || m.in.Open != nil || m.disputed() || m.deniesCard() || m.comesSooner() {
		return false
	}
	certain := m.certainStatements()
	if !m.hits(correcting, certain) {
		return true
	}
	return !m.who.guardian && !m.namesChild() && !m.reportWord() && !slices.ContainsFunc(m.items, func(it item) bool {
		return it.is(wAll, wPresent, wChild, wHe) || it.kind == iRatio || it.kind == iActual
	})
}

var surelyTaken = patterns("更正 纠正 撤回 撤销 撤消 作废 误报 刚才 上一条 上条 上面 那条 这条 不算 口误 手误 报多 报错 重新报")

// onlyWarns: 别记错了, 别给弄混了 ask for care, they mend nothing.
func (m *reading) onlyWarns() bool {
	warned := false
	for _, clause := range strings.FieldsFunc(m.mask, func(r rune) bool { return strings.ContainsRune(",。;!?\n", r) }) {
		switch {
		case !m.hits(correcting, clause):
		case m.hits(beware, clause):
			warned = true
		default:
			return false
		}
	}
	return warned
}

var beware = patterns("别*错 别*混 别*漏 别*反 别*岔 不要*错 不要*混 不要*漏 勿*错 勿*混 防止*错 避免*错 以免*错 免得*错 小心*错 当心*错 注意*错 没错 没说错 没看错 没写错 没弄错 没搞错 没记错 没报错 没有错")

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

// correct recognises a message that takes back or changes an earlier one.
func (m *reading) correct(g *gist) (school.Meaning, bool) {
	swap := m.negatedPair()
	if !m.says(correcting) && !swap && !m.disputed() && !m.deniesCard() && !m.comesSooner() {
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
	m.againstCard(&p)
	switch {
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
		out.Ask = &school.Ask{Why: school.AskConfirm, Candidates: []string{}}
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
			if neg {
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
	// 不是张三没来,是张三病假: the same child, another kind.
	if len(p.rightPreds) > 0 {
		p.wrong = slices.DeleteFunc(p.wrong, func(k int32) bool { return slices.Contains(before, k) && len(p.wrongPreds) > 0 })
	}
	if p.taken && len(p.right) == 0 && (len(p.wrongPreds) > 0 && m.negatedPair() || slices.ContainsFunc(m.items, func(it item) bool { return it.is(wChanged) })) && slices.ContainsFunc(p.rightPreds, func(r predicate) bool { return r.tag != wPresent && r.tag != wElsewhere && r.tag != wNotTruant }) {
		p.wrong, p.taken = nil, false // 病假写错了,应为事假
	}
	// 李四的病假改成事假: the child is the subject, not the mistake.
	if len(p.right) == 0 && !p.swapped && !p.taken && (len(p.rightPreds) > 0 || len(p.rightWhens) > 0) {
		p.wrong = nil
	}
	return p
}

// againstCard: 打错了,是石磊 to a card about another child: that one was meant.
func (m *reading) againstCard(p *polarity) {
	marks := m.openMarks()
	if len(marks) != 1 || len(p.wrong) > 0 || !m.says(mistaken) {
		return
	}
	if slices.ContainsFunc(p.rightPreds, func(r predicate) bool { return r.tag != wAbsent && r.tag != wLack }) {
		return
	}
	var named []int32
	for _, it := range m.items {
		if it.kind == iKid && it.kid.kind != byGuess {
			named = append(named, m.resolve(it.kid).kids...)
		}
	}
	card, _ := m.r.kid(marks[0].Student)
	if len(named) > 0 && !slices.Contains(named, card) {
		p.wrong, p.right, p.swapped = []int32{card}, named, true
	}
}

var mistaken = patterns("说错 写错 打错 发错 报错 记错 看错 搞错 弄错 点错 填错 数错 登错 误报 看岔 看漏 搞混 弄混 记混 看混")

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

var takesBack = patterns("撤了 撤掉 撤下 划掉 划了 消掉 抹掉 抹了 拿掉 撤回 撤销 撤消 收回 作废 删掉 删了 删除 去掉 取消")

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
	for _, k := range p.right {
		mk := base
		mk.Student, mk.Name, mk.Note = m.r.id(k), m.r.name(k), ""
		out.Marks = append(out.Marks, mk)
	}
	out.Ask = firstAsk(g.asks)
}

// notLater keeps a present mark out of the future.
func (m *reading) notLater(s school.Slot) school.Slot {
	if m.clock.current.before(m.clock.half(s)) {
		return m.clock.slot(m.clock.current)
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
			mk = school.MarkRange{From: m.clock.slot(m.clock.current), To: m.clock.slot(m.clock.current)}
		} else {
			out.Voids = append(out.Voids, mk)
		}
		mk.Student, mk.Name, mk.Mark, mk.Note = m.r.id(k), m.r.name(k), school.Present, ""
		mk.To = m.notLater(mk.To)
		out.Marks = append(out.Marks, mk)
	}
}
