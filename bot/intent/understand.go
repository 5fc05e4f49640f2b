package intent

import (
	"slices"
	"time"

	"guixiao/rules/school"
)

// understand decides what the message is (corpus rules 3): the first that fits.
func (m *reading) understand() school.Meaning {
	if out, ok := m.refuse(); ok {
		return out
	}
	if out, ok := m.reply(); ok {
		return out
	}
	g := m.gather()
	if out, ok := m.correct(g); ok {
		return out
	}
	if m.query() {
		return school.Meaning{Intent: school.IntentQuery, Flags: m.flags(g, nil, m.aboutChild(g))}
	}
	if m.suppressed(m.namesChild()) {
		return school.Meaning{Intent: school.IntentNone}
	}
	if m.who.guardian {
		return m.guardian(g)
	}
	return m.staff(g)
}

// aboutChild says that some child is spoken of.
func (m *reading) aboutChild(g *gist) bool {
	if len(g.topic) > 0 || m.namesChild() {
		return true
	}
	if o := m.in.Open; o != nil && o.Student != "" {
		return true
	}
	for _, it := range m.items {
		if it.is(wChild) {
			return true
		}
	}
	return false
}

func (m *reading) namesChild() bool {
	for _, it := range m.items {
		if it.kind == iKid && it.kid.kind != byGuess {
			return true
		}
	}
	return false
}

// staff reads what a member of staff tells.
func (m *reading) staff(g *gist) school.Meaning {
	contacts := m.contactsIn(g)
	m.truants(g, contacts)
	request, applies := m.requested(g)
	marks := m.marks(g)
	var out school.Meaning
	if applies {
		out = school.Meaning{Marks: marks, Request: request}
		m.whose(g, request)
		m.requestDates(g, request)
		out.Ask = firstAsk(g.asks)
		out.Intent = school.IntentRequest
	} else {
		out = m.report(g, marks)
	}
	out.Contacts = contacts
	out.Flags = m.flags(g, marks, m.aboutChild(g))
	switch {
	case applies:
	case len(contacts) > 0:
		out.Intent, out.RestPresent = school.IntentRecord, false
	case len(marks) > 0 || out.Intent == school.IntentAllPresent:
	case out.Ask != nil && out.Ask.Why != school.AskConfirm && out.Ask.Why != school.AskMissingDates:
		out.Intent = school.IntentAsk
	case out.Has(school.FlagSafety) || out.Has(school.FlagIntentToLeave) || m.stepDone(g):
		out.Intent, out.Ask = school.IntentRecord, nil
	case out.Ask == nil && m.says(listElsewhere) && m.reportWord():
		out.Intent, out.Ask = school.IntentAsk, &school.Ask{Why: school.AskMissingName, Candidates: []string{}}
	case out.Ask == nil && m.bareName(g):
		out.Intent, out.Ask = school.IntentAsk, &school.Ask{Why: school.AskMissingKind, Candidates: []string{}}
	}
	return out
}

// truants: 旷课 becomes a judgement once the family was asked.
func (m *reading) truants(g *gist, contacts []school.Contact) {
	for i := range g.facts {
		f := &g.facts[i]
		for _, c := range contacts {
			if c.Student == m.r.id(f.kid) && (c.Outcome == reached || c.Outcome == refused) && f.has(wTruant) {
				f.asked = true
			}
		}
	}
}

var doneSteps = patterns("已*上报 已经*上报 已*汇报 已*备案 已*移交 已*报备 已*转介 已*函告 已*录入 已*提交 已*归档 找到N 找到了N 送回来 安全送回 找回来了 已上报 上报了 已报 已盖章 盖了章 盖章了 已签字 签了字 已送达 送达了 已寄出 已备案 已登记 已建档 已归档 已存档 已提交 已发函 已函告 已发放 已办结 已转交 已移交 已报警 报警了 已报案 已劝返 劝返成功 已落实 已完成 已录入 已审核 已审批 已填 填好了 办好了 处理完 处理好 书面报告 告知书 通知书 已发出 已签收 签收 已出具")

// listElsewhere: the names stand where the bot cannot read them.
var listElsewhere = patterns("名单见 见图 见附件 见照片 见截图 名单在图 见上图 见下图 见表格 名单如图 如图 名单在附件")

// reportWord says that children who are away are spoken of.
func (m *reading) reportWord() bool {
	return slices.ContainsFunc(m.items, func(it item) bool {
		return it.kind == iMark && it.is(wAbsent, wLack, wLeave, wSick, wPersonal, wLate, wTruant)
	})
}

// doneHere are steps only as the answer to a task.
var doneHere = patterns("报给 报到 交给 送到 送给 发给 寄给 转给 已*报 已*交 已*送 已*寄 已*填 已*写 已*签 已*盖 已*办 已*补 已*上传 已*提交 已*录 填完了 写完了 办好 弄好了 报了 交了 送了 寄了 上传了 提交了 录了 填了 写好了 盖了 签收了 存档了 签字了 签了 已交 交到 交了 交教务 交学校 已发 办妥 已走访 已核实 已反馈 已汇报 已通知 完成了 做完了 已补")

// stepDone: a step of a child's case was done.
func (m *reading) stepDone(g *gist) bool {
	if o := m.in.Open; o != nil && (o.Kind == OpenCard || o.Kind == OpenNotice) {
		return m.says(doneSteps) || m.says(doneHere)
	}
	return m.says(doneSteps) && m.namesChild() && len(g.topic) > 0
}

// bareName: a name and nothing about it, or a message nobody can read.
func (m *reading) bareName(g *gist) bool {
	names := false
	for _, it := range m.items {
		switch {
		case it.kind == iKid && it.kid.kind != byGuess && it.kid.kind != bySurname:
			names = true
		case it.kind == iSep || it.kind == iComma || it.kind == iStop || it.kind == iClass || it.is(wAnd, wFill, wMine):
		default:
			return false
		}
	}
	return names
}

// report is a message that tells who is here and who is not.
func (m *reading) report(g *gist, marks []school.MarkRange) school.Meaning {
	out := school.Meaning{Marks: marks}
	away := map[string]bool{}
	for _, mk := range marks {
		if mk.Mark.Missing() || mk.Mark.Excused() {
			if k := m.clock.half(mk.From); !m.clock.current.before(k) && !m.clock.half(mk.To).before(m.clock.current) {
				away[mk.Student] = true
			}
		}
	}
	unsure := 0
	for _, a := range g.asks {
		if a.Why == school.AskAmbiguousName || a.Why == school.AskUnknownName {
			unsure++
		}
	}
	if g.fine && !g.all {
		if m.rollTime() {
			g.all = true
		} else if len(marks) == 0 {
			g.ask(school.AskConfirm, nil)
		}
	}
	out.RestPresent = m.settle(g, len(away), len(away)+unsure)
	out.Ask = firstAsk(g.asks)
	switch {
	case len(marks) > 0:
		out.Intent = school.IntentAttendance
	case out.RestPresent && out.Ask == nil:
		out.Intent = school.IntentAllPresent
	case out.Ask != nil:
		out.Intent = school.IntentAsk
	default:
		out.Intent = school.IntentNone
	}
	return out
}

var askOrder = []string{school.AskAmbiguousName, school.AskUnknownName, school.AskCountMismatch, school.AskMissingName,
	school.AskMissingKind, school.AskMissingDates, school.AskConfirm}

// nameAsked is the question for a name, if there is one.
func nameAsked(asks []school.Ask) *school.Ask {
	if q := firstAsk(asks); q != nil && (q.Why == school.AskAmbiguousName || q.Why == school.AskUnknownName) {
		return q
	}
	return nil
}

// firstAsk is the one question to ask; questions of the same kind are put together.
func firstAsk(asks []school.Ask) *school.Ask {
	for _, why := range askOrder {
		var found *school.Ask
		for _, a := range asks {
			if a.Why != why {
				continue
			}
			if found == nil {
				found = &school.Ask{Why: why, Candidates: []string{}}
			}
			for _, c := range a.Candidates {
				if !slices.Contains(found.Candidates, c) {
					found.Candidates = append(found.Candidates, c)
				}
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// finish fills what must never be missing.
func (m *reading) finish(out school.Meaning) school.Meaning {
	if out.Marks == nil {
		out.Marks = []school.MarkRange{}
	}
	if out.Contacts == nil {
		out.Contacts = []school.Contact{}
	}
	if out.Voids == nil {
		out.Voids = []school.MarkRange{}
	}
	if out.Flags == nil {
		out.Flags = []string{}
	}
	m.note("intent: "+out.Intent, m.s.text)
	out.Trace = m.trace
	out.Class = m.classOf(out)
	if out.Ask != nil && m.supposed == nobodySupposed {
		out.Waiting = m.waiting(out)
		out.Ask.Near = m.nearly(out)
	}
	return out
}

// rollTime: a roll call is due, so that 一切正常 answers it.
func (m *reading) rollTime() bool {
	if m.in.Open != nil && m.in.Open.Kind == OpenRoll {
		return true
	}
	cal := m.r.cal
	for _, slot := range cal.Slots(m.clock.today) {
		if !m.in.Now.Before(cal.Opens(slot).Add(-30*time.Minute)) && !m.in.Now.After(cal.Closes(slot)) {
			return true
		}
	}
	return false
}
