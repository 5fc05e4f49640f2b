package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// reply reads a message as the answer to the open question. ok is false when
// the message speaks for itself.
func (m *reading) reply() (school.Meaning, bool) {
	o := m.in.Open
	if o == nil {
		return school.Meaning{}, false
	}
	m.findNamed()
	switch o.Kind {
	case OpenApprove:
		return m.decide()
	case OpenRoll:
		return m.answerRoll()
	case OpenAsk:
		return m.answerAsk()
	case OpenNotice:
		if m.isAck() {
			return school.Meaning{Intent: school.IntentRecord}, true
		}
	case OpenCard:
		for _, read := range []func() (school.Meaning, bool){m.extended, m.alsoThese, m.longer} {
			if out, ok := read(); ok {
				return out, true
			}
		}
		if out, ok := m.kindOfCard(); ok {
			return out, true
		}
		if m.isYes() && len(o.Marks) > 0 {
			return m.complete(o.Marks), true
		}
		if m.isAck() {
			return school.Meaning{Intent: school.IntentNone}, true
		}
	}
	return school.Meaning{}, false
}

// kindOfCard: 病假 alone keeps the dates of the card.
func (m *reading) kindOfCard() (school.Meaning, bool) {
	o := m.in.Open
	if m.who.guardian || len(o.Marks) == 0 || !m.only(wSick, wPersonal, wOfficial, wIs) {
		return school.Meaning{}, false
	}
	f := fact{}
	for _, s := range m.stmts {
		f.preds = append(f.preds, s.preds...)
	}
	v, ok := m.judge(&f)
	if !ok || !v.mark.Excused() {
		return school.Meaning{}, false
	}
	marks := slices.Clone(o.Marks)
	for i := range marks {
		marks[i].Mark, marks[i].Note = v.mark, ""
	}
	return m.complete(marks), true
}

// onlyZero: 0人, 0个.
func (m *reading) onlyZero() bool {
	zero := func(it item) bool { return it.kind == iCount && it.n == 0 }
	return slices.ContainsFunc(m.items, zero) && !slices.ContainsFunc(m.items, func(it item) bool {
		return !zero(it) && it.kind != iStop && !it.is(wFill)
	})
}

// counts1: a bare number that is not nought says how many are missing.
func (m *reading) counts1() bool {
	return slices.ContainsFunc(m.items, func(it item) bool { return it.kind == iWord && it.tag == noTag && it.n > 0 })
}

// only says that the message holds nothing but words of these kinds.
func (m *reading) only(tags ...tag) bool {
	found := false
	for _, it := range m.items {
		switch {
		case it.is(tags...):
			found = true
		case it.is(wFill, wPolite, wAdult, wLe, wMe, wThen, wAdverb, wParent):
		case it.kind == iStop || it.kind == iComma || it.kind == iSep:
		default:
			return false
		}
	}
	return found
}

func (m *reading) isAck() bool {
	if slices.ContainsFunc(m.items, func(it item) bool { return it.is(wAll) }) {
		return false // 齐了👌
	}
	return m.only(wAck) || m.only(wAck, wYes) || m.hits(ackPhrases, m.mask) && len(m.items) <= 5 && !m.named
}

var ackPhrases = patterns("收到 知道了 好的 明白 了解了 已阅 👌 👍")

func (m *reading) isYes() bool {
	for _, it := range m.items {
		if (it.text == "确认" || it.text == "确定") && len(m.items) <= 2 && !m.hasNo() {
			return true
		}
		if it.is(wYes) || it.is(wIs) {
			return m.only(wYes, wIs, wAck, wNow) && !m.hasNo()
		}
	}
	return false
}

func (m *reading) hasNo() bool {
	return slices.ContainsFunc(m.items, func(it item) bool { return it.is(wNo, wNot) })
}

var (
	rejecting = patterns("不同意 不批 不准 驳回 拒绝 不行 不可以 不通过 不予 否决 不能批 不允许 不许 暂不同意 先不批 不能同意 不给批 不建议 不妥 没法批")
	returning = patterns("核实一下再 先核实 核实清楚 核实后 问清楚 了解清楚 再核实 了解一下再 先了解 先问 退回 打回 补材料 补充材料 材料不全 材料不齐 缺材料 重新提交 重新填 重填 补一份 补交 补齐 先补 补个 补上 再报 重报 改了再")
	approving = patterns("同意 准了 批准 准假 批了 可以 通过 允许 没问题 准 行 好 ok 批 👌 👍 照办 按此 属实")
)

// decide reads the answer to a request that waits for a decision.
func (m *reading) decide() (school.Meaning, bool) {
	if m.named && len(m.stmtsWithMarks()) > 0 || m.asksHow() {
		return school.Meaning{}, false
	}
	d := &school.Decision{}
	switch {
	case m.says(rejecting):
		d.Verdict = "reject"
	case m.says(returning):
		d.Verdict = "return"
	case m.says(onlySeen) && !m.says(plainYes):
		return school.Meaning{Intent: school.IntentNone}, true
	case m.says(approving):
		d.Verdict = "approve"
	default:
		return school.Meaning{}, false
	}
	d.Note = m.s.text
	m.note("decision: "+d.Verdict, m.s.text)
	out := school.Meaning{Intent: school.IntentDecision, Decision: d}
	if m.says(sends) {
		g := m.gather()
		out.Contacts = m.contactsIn(g)
	}
	return out, true
}

var (
	onlySeen = patterns("收到 知道了 已阅 了解 好的 看到了 明白 谢谢 我看看 我看一下 稍等 等一下 晚点看 再看看 研究一下 考虑")
	plainYes = patterns("同意 准了 批准 准假 通过 允许 可以")
	sends    = patterns("老师去 主任去 我去 去一趟 跑一趟 让*去 请*去 已*联系 联系过 联系了 打过电话 家长说 妈妈说 爸爸说 电话里")
)

func (m *reading) stmtsWithMarks() []statement {
	var list []statement
	for _, s := range m.stmts {
		if len(s.preds) > 0 && len(s.kids) > 0 {
			list = append(list, s)
		}
	}
	return list
}

// answerRoll reads the answer to "请报缺勤学生,没有请回'全齐'".
func (m *reading) answerRoll() (school.Meaning, bool) {
	text := strings.TrimRight(m.mask, "。!.~,")
	switch {
	case slices.Contains(nobodyMissing, text) && !m.counts1(), m.onlyZero():
		return school.Meaning{Intent: school.IntentAllPresent, RestPresent: true}, true
	case m.isAck():
		return school.Meaning{Intent: school.IntentNone}, true
	}
	for i := range m.stmts {
		if s := &m.stmts[i]; len(s.kids) > 0 && len(s.preds) > 0 && !slices.ContainsFunc(s.preds, func(p predicate) bool { return p.tag != wNoLeave && p.tag != wReasonOpen }) {
			s.preds = append(s.preds, predicate{tag: wLack}) // 查理没消息
		}
	}
	marks := false
	names := false
	for _, it := range m.items {
		marks = marks || it.kind == iMark || it.kind == iText || it.kind == iQuery || it.is(wAsk, wThing, wAct, wSaid, wParent, wAdult)
		names = names || it.kind == iKid
	}
	if marks || !names {
		return school.Meaning{}, false
	}
	for i := range m.stmts {
		if s := &m.stmts[i]; len(s.kids) > 0 {
			s.preds = append(s.preds, predicate{tag: wLack})
		}
	}
	return school.Meaning{}, false
}

var nobodyMissing = []string{"无", "没有", "没", "0", "#", "零", "无人", "没人", "没有人", "一个都没有", "一个也没有", "没有没有", "无缺", "无,都到了", "没有,都到了", "没有,全到", "没有,全齐", "没有,都在", "没有的", "无!", "木有", "没有哦", "没有呢", "没有啊", "没有哈", "都在", "都在呢", "在", "都来", "来了", "到了", "都到", "齐", "都齐", "没得", "没有缺", "没有老师", "没的"}
