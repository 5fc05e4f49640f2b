package intent

import (
	"slices"
	"strings"
)

// fact is what is said of one child at one time, before it becomes a mark.
type fact struct {
	kid    int32
	preds  []predicate
	whens  []when
	except bool
	repeat bool
	asked  bool // the parent was asked about it
	stmt   int
}

func (f *fact) has(tags ...tag) bool {
	for _, p := range f.preds {
		if slices.Contains(tags, p.tag) {
			return true
		}
	}
	return false
}

// kind says that a leave word of its own (病假, not 发烧) was used.
func (f *fact) explicit(t tag) bool {
	return slices.ContainsFunc(f.preds, func(p predicate) bool { return p.tag == t && p.arg == 1 })
}

// moreTime adds a time that stands alone to what was said just before:
// 张三到了,8点15.
func (g *gist) moreTime(s *statement) {
	for i := range g.facts {
		f := &g.facts[i]
		if (slices.Contains(g.topic, f.kid) || len(g.topic) == 0 && s.whens[0].kind == atClock) && f.stmt == g.facts[len(g.facts)-1].stmt {
			f.whens = append(slices.Clone(f.whens), s.whens...)
		}
	}
	for i := range g.someone {
		g.someone[i].whens = append(slices.Clone(g.someone[i].whens), s.whens...)
	}
}

// add notes a fact for each child, joining it with what was said of the child
// just before when it only adds a reason or a time.
func (m *reading) add(g *gist, named []int32, s *statement, i int, except bool) {
	for _, k := range named {
		f := fact{kid: k, whens: s.whens, except: except, repeat: s.repeat, stmt: i}
		if !except {
			f.preds = s.preds
		}
		last := lastOf(g.facts, k)
		if last != nil && f.has(wEndLeave) && last.has(wPresent, wCome) {
			continue // 今天来了,昨天请的假销掉
		}
		if last != nil && f.has(wEndLeave) && last.has(wLeave, wSick, wPersonal) {
			last.preds, last.whens = f.preds, f.whens // 昨天请的假今天销了
			continue
		}
		if last != nil && joins(last, &f) && !m.parentsOwn(last, i) {
			ill := last.onlyIll()
			last.preds = append(slices.Clone(last.preds), f.preds...)
			if hasDay(f.whens) && hasDay(last.whens) && (f.has(wNotComing, wLeave) && !last.has(wAbsent) || f.has(wAbsent) && ill) {
				last.whens = nil // 昨晚发烧,今天不去
			}
			last.whens = append(slices.Clone(last.whens), f.whens...)
			last.except = last.except || f.except
			last.repeat = last.repeat || f.repeat
			continue
		}
		g.facts = append(g.facts, f)
	}
	if s.etc {
		g.missing++
	}
	if s.count > 0 && !s.etc {
		m.count(g, s, len(named))
	} else if s.count > 0 && s.count == len(named) && s.etc {
		g.missing-- // 张三、李四等2人
	}
	_ = named
}

// parentsOwn: after 我感冒了没法送,周沫自己坐车 the child is spoken of, not the parent.
func (m *reading) parentsOwn(last *fact, i int) bool {
	if last.stmt >= len(m.stmts) || !m.stmts[last.stmt].mine || last.has(wLeave, wNotComing) {
		return false
	}
	for k := last.stmt + 1; k <= i && k < len(m.stmts); k++ {
		if m.stmts[k].subject == kids {
			return true
		}
	}
	return false
}

// reason is why, in the words that were used: 发烧、咳嗽.
func (f *fact) reason() string {
	var words []string
	for _, p := range f.preds {
		switch {
		case p.tag == wSick && p.arg == 0, p.tag == wPersonal && p.arg != 1, p.tag == wOtherCause, p.tag == wOfficial:
			if w := strings.TrimSuffix(p.text, "了"); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	return strings.Join(words, "、")
}

// onlyIll: an illness is told, not yet that the child is away.
func (f *fact) onlyIll() bool {
	return f.has(wSick) && !f.explicit(wSick) && !f.has(wAbsent, wLeave, wNotComing, wLack)
}

func lastOf(list []fact, kid int32) *fact {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].kid == kid {
			return &list[i]
		}
	}
	return nil
}

// joins says whether the later fact is about the same absence.
func joins(a, b *fact) bool {
	if b.has(wPresent, wElsewhere) && a.has(wSick) && !a.has(wLeave, wAbsent, wNotComing) && !a.explicit(wSick) && !hasDay(b.whens) {
		return true // 发烧,还坚持在上课
	}
	if a.onlyIll() && b.has(wAbsent) && !b.has(wPresent) {
		return true // 昨天就发烧,今天没来
	}
	if len(a.whens) > 0 && len(b.whens) > 0 && hasDay(a.whens) && hasDay(b.whens) && !b.has(wLeave, wSick, wPersonal, wNotComing) {
		return false
	}
	if a.has(wElsewhere) && b.has(wAbsent) && !hasDay(b.whens) {
		return true
	}
	if a.has(wAbsent, wLack) && slices.ContainsFunc(b.whens, func(w when) bool { return w.from.kind == pRelative && w.from.a > 0 && w.kind != atBack }) && !b.has(wAbsent) {
		return false // 上午没来,明天病假
	}
	reason := b.has(wSick, wPersonal, wLeave, wOtherCause, wReasonOpen, wNoLeave, wNotComing, wOfficial, wTruant)
	switch {
	case b.has(wPresent, wCameLater, wEndLeave) && a.has(wAbsent, wLack) && lessonOnly(a.whens):
		return true
	case b.has(wPresent, wNotTruant, wElsewhere):
		return a.has(wPresent, wNotTruant, wElsewhere, wLate, wNoLeave) && !a.has(wAbsent)
	case b.has(wCameLater):
		return !otherPart(a.whens, b.whens)
	case a.has(wPresent, wElsewhere, wNotTruant) && !b.has(wAbsent, wLack):
		return true
	case a.has(wPresent, wElsewhere, wNotTruant):
		return false
	case b.has(wAbsent, wLack) && len(b.whens) > 0 && hasDay(b.whens) && a.has(wAbsent):
		return false
	}
	if b.has(wLack) && a.has(wSick, wPersonal, wLeave, wOfficial, wReasonOpen) {
		return true // 缺:张三(发烧)
	}
	return reason || b.has(wAbsent, wGone, wEarly, wLate, wLateSoon, wCome, wReasonOpen, wOtherCause)
}

func hasDay(ws []when) bool {
	return slices.ContainsFunc(ws, func(w when) bool {
		return w.kind == atPoint || w.kind == atSpan || w.kind == atSince || w.kind == atWeek
	})
}

func lessonOnly(ws []when) bool {
	return len(ws) > 0 && slices.ContainsFunc(ws, func(w when) bool { return w.from.lesson > 0 })
}

// otherPart: 上午没来,下午第一节来的 tells of two sessions.
func otherPart(a, b []when) bool {
	part := func(ws []when) int {
		for _, w := range ws {
			if (w.kind == atPoint || w.kind == atLesson) && w.from.part != wholeDay {
				return w.from.part
			}
		}
		return wholeDay
	}
	return part(a) != wholeDay && part(b) != wholeDay && part(a) != part(b)
}
