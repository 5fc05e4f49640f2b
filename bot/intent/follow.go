package intent

import (
	"slices"

	"guixiao/rules/school"
)

// A report is often told in pieces: 张三 / 病假 / 还有李四 / 请两天. What follows a
// card takes from it what it does not say itself.

// tellsWhat answers "what about him?": the waiting marks have no kind yet, so
// that any report will do.
func (m *reading) tellsWhat() (school.Meaning, bool) {
	o := m.in.Open
	if !slices.ContainsFunc(o.Marks, func(mk school.MarkRange) bool { return mk.Mark == "" }) || m.named || m.questioned() {
		return school.Meaning{}, false
	}
	f := fact{stmt: -1}
	for _, s := range m.stmts {
		if s.odd || s.cond || s.subject == other || s.count > 0 {
			return school.Meaning{}, false
		}
		f.preds = append(f.preds, s.preds...)
		f.whens = append(f.whens, s.whens...)
	}
	v, ok := m.judge(&f)
	if !ok || m.who.guardian && !v.mark.Excused() && v.mark != school.Late {
		return school.Meaning{}, false
	}
	g := &gist{}
	var marks []school.MarkRange
	for _, mk := range o.Marks {
		if k, known := m.r.kid(mk.Student); known {
			f.kid = k
			g.topic = append(g.topic, k)
			marks = m.dateMark(g, &f, v, marks)
		}
	}
	if len(marks) == 0 {
		return school.Meaning{}, false
	}
	out := m.complete(marks)
	if m.who.guardian && marks[0].Mark.Excused() {
		out.Request, out.Intent = m.leaveRequest(marks), school.IntentRequest
	}
	if q := firstAsk(g.asks); q != nil {
		out.Ask = q
	}
	return m.withContacts(g, out), true
}

// alsoThese reads 还有李四, 李四也是, 漏了李四 behind a card: what it recorded is
// true of them too.
func (m *reading) alsoThese() (school.Meaning, bool) {
	marks := m.openMarks()
	if len(marks) == 0 || m.who.guardian || m.questioned() || !m.says(alsoWords) {
		return school.Meaning{}, false
	}
	var out []school.MarkRange
	g := &gist{}
	for _, it := range m.items {
		switch {
		case it.kind == iKid:
			f := m.resolve(it.kid)
			if f.why != "" {
				g.ask(f.why, m.ids(f.candidates))
			}
			for _, k := range f.kids {
				mk := marks[0]
				mk.Student, mk.Name, mk.Note = m.r.id(k), m.r.name(k), ""
				if !slices.ContainsFunc(marks, func(o school.MarkRange) bool { return o.Student == mk.Student }) {
					out = append(out, mk)
				}
			}
		case it.kind == iSep, it.kind == iComma, it.kind == iStop, it.kind == iCount,
			it.is(wAnd, wAlso, wFill, wIs, wHave, wThen, wAdverb, wLe, wPeople, wOthers, wBoth, wMine, wHe, wOnly, wRest), it.kind == iText && skipped[it.text]:
		default:
			return school.Meaning{}, false
		}
	}
	if len(out) == 0 && len(g.asks) == 0 {
		return school.Meaning{}, false
	}
	done := m.complete(out)
	done.Request = nil
	done.Intent = school.IntentAttendance
	done.Ask = firstAsk(g.asks)
	if len(out) == 0 {
		done.Intent = school.IntentAsk
	}
	return done, true
}

var (
	alsoWords = patterns("还有 也是 也一样 也没 漏了 漏报 忘了 落了 落下 加上 再加 外加 另外 同样 再补 补上 补一个")
	skipped   = wordSet("漏了 漏 落了 忘了 漏报了 补 补上 再补")
)

// longer reads 请两天, 他请到周五 behind the card of a leave: the kind stays.
func (m *reading) longer() (school.Meaning, bool) {
	marks := m.openMarks()
	if len(marks) == 0 || !marks[0].Mark.Excused() || m.who.guardian || m.named || m.questioned() || m.says(correcting) {
		return school.Meaning{}, false
	}
	var ws []when
	leave := false
	for _, s := range m.stmts {
		ws = append(ws, s.whens...)
		if s.odd || s.cond || s.subject == other || s.subject == parents || len(s.kids) > 0 {
			return school.Meaning{}, false
		}
		for _, p := range s.preds {
			leave = leave || p.tag == wLeave || p.tag == wNotComing
			if p.tag != wLeave && p.tag != wNotComing {
				return school.Meaning{}, false
			}
		}
	}
	if !leave || !slices.ContainsFunc(ws, func(w when) bool {
		return w.kind == atLength || w.kind == atUntil || w.kind == atSpan || w.kind == atHalf
	}) {
		return school.Meaning{}, false
	}
	var list []school.MarkRange
	for _, mk := range marks {
		d := m.leaveFrom(mk, ws)
		if !d.ok {
			return school.Meaning{}, false
		}
		for _, s := range d.list {
			mk.From, mk.To = m.clock.slot(s.from), m.clock.slot(s.to)
			list = append(list, mk)
		}
	}
	return m.complete(list), true
}
