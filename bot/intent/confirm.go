package intent

import (
	"slices"

	"guixiao/rules/school"
)

// answerDates reads how long.
func (m *reading) answerDates() (school.Meaning, bool) {
	o := m.in.Open
	if m.named && len(m.stmtsWithMarks()) > 0 {
		return school.Meaning{}, false
	}
	var ws []when
	for _, s := range m.stmts {
		ws = append(ws, s.whens...)
	}
	for i := range ws {
		if ws[i].kind == atPoint && m.comesThen() && len(ws) == 1 && ws[i].from.kind != pNone {
			ws[i].kind = atBack
		}
	}
	if len(ws) == 0 && len(o.Marks) > 0 && m.says(notYetKnown) {
		out := m.complete(o.Marks)
		out.Ask = &school.Ask{Why: school.AskMissingDates, Candidates: []string{}}
		return out, true
	}
	if len(ws) == 0 {
		return school.Meaning{}, false
	}
	g := &gist{}
	if o.Request != nil && o.Request.Kind != reqLeave {
		r := *o.Request
		m.requestDates(g, &r)
		return school.Meaning{Intent: school.IntentRequest, Request: &r, Ask: firstAsk(g.asks)}, true
	}
	if len(o.Marks) == 0 {
		return school.Meaning{}, false
	}
	var marks []school.MarkRange
	for _, mk := range o.Marks {
		d := m.clock.facts(ws, mk.Mark == school.Early, mk.Mark == school.Late)
		if mk.Mark.Excused() {
			d = m.leaveFrom(mk, ws)
		}
		if !d.ok {
			return school.Meaning{}, false
		}
		for _, s := range d.list {
			mk.From, mk.To = m.clock.slot(s.from), m.clock.slot(s.to)
			marks = append(marks, mk)
		}
		if d.openEnd {
			g.ask(school.AskMissingDates, nil)
		}
	}
	out := m.complete(marks)
	if q := firstAsk(g.asks); q != nil && out.Ask == nil {
		out.Ask = q
	}
	return out, true
}

var notYetKnown = patterns("不知道 不确定 不清楚 不好说 说不好 说不准 看情况 怎么说 不一定 没定 再看 到时候 不晓得 看恢复")

var (
	granted     = patterns("批了 准了 批过 同意了 请过假 请过 批准了 准过")
	denies      = patterns("不是 不对 没有 错了 不 否 取消 不用")
	takeBackYes = patterns("撤回 撤销 撤了 撤掉 收回 作废 删掉 删了 取消")
	onlyThese   = patterns("只有 就 只 仅")
)

// answerConfirm reads yes, no, or what is right instead.
func (m *reading) answerConfirm() (school.Meaning, bool) {
	o := m.in.Open
	withdrawal := len(o.Marks) == 0 && o.Request == nil
	if m.says(takeBackYes) && !m.hasNo() && !m.named {
		return school.Meaning{Intent: school.IntentCorrection, Voids: m.openMarks()}, true
	}
	if m.isYes() || m.isAck() && !m.only(wPolite) {
		if withdrawal {
			return school.Meaning{Intent: school.IntentCorrection, Voids: m.openMarks()}, true
		}
		return m.complete(o.Marks), true
	}
	if withdrawal {
		return school.Meaning{}, false
	}
	if o.Request != nil && len(m.items) <= 4 && slices.ContainsFunc(m.items, func(it item) bool { return it.kind == iClass }) {
		return m.complete(o.Marks), true // which course
	}
	if out, ok := m.onlySome(); ok {
		return out, true
	}
	if out, ok := m.stillAway(); ok {
		return out, true
	}
	return m.confirmMore()
}

// onlySome: of several children the named ones are away, the others are here.
func (m *reading) onlySome() (school.Meaning, bool) {
	o := m.in.Open
	var named, here []string
	for _, s := range m.stmts {
		for _, k := range s.kids {
			f := m.resolve(k)
			if len(f.kids) != 1 {
				continue
			}
			if id := m.r.id(f.kids[0]); s.has(wPresent, wElsewhere) {
				here = append(here, id)
			} else {
				named = append(named, id)
			}
		}
		if slices.ContainsFunc(s.preds, func(p predicate) bool {
			return p.tag != wAbsent && p.tag != wLack && p.tag != wPresent && p.tag != wElsewhere
		}) {
			return school.Meaning{}, false
		}
	}
	if len(here) > 0 && len(named) == 0 {
		for _, mk := range o.Marks { // 邹平在: the other one is away
			if !slices.Contains(here, mk.Student) {
				named = append(named, mk.Student)
			}
		}
	}
	if len(named) == 0 || len(o.Marks) < 2 || !m.says(onlyThese) && len(m.stmtsWithMarks()) == 0 {
		return school.Meaning{}, false
	}
	var marks []school.MarkRange
	for _, mk := range o.Marks {
		if !slices.Contains(named, mk.Student) {
			mk.Mark = school.Present
			mk.To = m.notLater(mk.To)
		}
		marks = append(marks, mk)
	}
	if !slices.ContainsFunc(o.Marks, func(mk school.MarkRange) bool { return slices.Contains(named, mk.Student) }) {
		return school.Meaning{}, false
	}
	return m.complete(marks), true
}

// stillAway answers "is Thursday still away?": 周四就来, 周五来, 周四还休息.
func (m *reading) stillAway() (school.Meaning, bool) {
	o := m.in.Open
	if len(o.Marks) == 0 || !o.Marks[0].Mark.Excused() {
		return school.Meaning{}, false
	}
	var ws []when
	for _, s := range m.stmts {
		ws = append(ws, s.whens...)
	}
	if len(ws) == 0 {
		return school.Meaning{}, false
	}
	away := m.says(stillOut)
	for i := range ws {
		if ws[i].kind == atPoint && ws[i].from.kind != pNone {
			ws[i].kind = atBack
			if away {
				ws[i] = when{kind: atUntil, to: ws[i].from}
			}
		}
	}
	var marks []school.MarkRange
	for _, mk := range o.Marks {
		d := m.leaveFrom(mk, ws)
		if !d.ok {
			return school.Meaning{}, false
		}
		mk.From, mk.To = m.clock.slot(d.list[0].from), m.clock.slot(d.list[len(d.list)-1].to)
		marks = append(marks, mk)
	}
	return m.complete(marks), true
}

// confirmMore: what is told instead of yes decides: the parent was asked, a
// leave was granted, or nothing of it is true.
func (m *reading) confirmMore() (school.Meaning, bool) {
	o := m.in.Open
	if m.named && len(m.stmtsWithMarks()) > 0 {
		return school.Meaning{}, false
	}
	g := m.gather()
	contacts := m.contactsIn(g)
	f := fact{}
	for _, s := range m.stmts {
		f.preds = append(f.preds, s.preds...)
	}
	var marks []school.MarkRange
	switch {
	case f.has(wPresent, wElsewhere, wCameLater):
		return school.Meaning{}, false
	case f.has(wSick), f.has(wPersonal), f.has(wLeave) && !f.has(wNoLeave):
		kind := school.Personal // a reason was told with the absence
		if f.has(wSick) {
			kind = school.Sick
		}
		for _, mk := range o.Marks {
			mk.Mark = kind
			marks = append(marks, mk)
		}
	case len(contacts) > 0 && slices.ContainsFunc(contacts, func(c school.Contact) bool { return c.Outcome == reached }) && m.openTruant():
		for _, mk := range o.Marks {
			mk.Mark = school.Truant
			marks = append(marks, mk)
		}
	case m.says(granted) && !m.hasNo() && m.openTruant():
		for _, mk := range o.Marks {
			mk.Mark = school.Personal
			marks = append(marks, mk)
		}
	case f.has(wNoLeave), f.has(wAbsent), f.has(wTruant):
		marks = o.Marks
	case m.says(denies) && len(contacts) == 0 && len(m.items) <= 3:
		return school.Meaning{Intent: school.IntentCorrection, Voids: m.openMarks(), Ask: &school.Ask{Why: school.AskConfirm, Candidates: []string{}}}, true
	default:
		return school.Meaning{}, false
	}
	return m.withContacts(g, m.complete(marks)), true
}

// openTruant: the question was about 旷课.
func (m *reading) openTruant() bool {
	return len(m.in.Open.Marks) > 0 && m.in.Open.Marks[0].Mark.Missing()
}

var stillOut = patterns("还休息 还请 也请 不来 不去 也不 还在 也休息 还不 当天也 在内 包括 含 那天也")
