package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"

	"github.com/goccy/go-yaml/ast"
)

// builder resolves a policy file against the params in force.
type builder struct {
	*reader
	params   []Param
	requires []Require
	stages   []string // ids of all stages
}

// build makes the policy; what does not fit is noted in r.
func build(r *reader, doc document, params []Param) *Policy {
	b := &builder{reader: r, params: params, requires: KnownRequires()}
	root := doc.root
	p := &Policy{ID: textAt(root, "policy"), Title: textAt(root, "title"), Source: textAt(root, "source"),
		Levels: texts(get(root, "levels")), Gaps: texts(get(root, "gaps")), Text: doc.src, Params: params, file: doc}
	b.ownAnswers(asMapping(get(root, "answers")))
	p.Clock = b.clock(asMapping(get(root, "clock")))
	p.Rollcall = b.rollcall(asMapping(get(root, "rollcall")))
	b.names(get(root, "stages"), get(root, "recurring"))
	b.each(get(root, "stages"), func(m *ast.MappingNode) { p.Stages = append(p.Stages, b.stage(m)) })
	b.each(get(root, "recurring"), func(m *ast.MappingNode) { p.Recurring = append(p.Recurring, b.duty(m)) })
	b.each(get(root, "flows"), func(m *ast.MappingNode) { p.Flows = append(p.Flows, b.flow(m)) })
	b.each(get(root, "guards"), func(m *ast.MappingNode) {
		p.Guards = append(p.Guards, Guard{Block: textAt(m, "block"), Unless: pairs(get(m, "unless")), Say: textAt(m, "say"), Notify: b.roles(m, "notify"),
			Source: texts(get(m, "source"))})
	})
	b.each(get(root, "intake"), func(m *ast.MappingNode) {
		p.Intake = append(p.Intake, Intake{ID: textAt(m, "id"), By: b.roles(m, "by"), Trigger: textAt(m, "trigger"),
			To: b.roles(m, "to"), Due: b.span(m, "due"), Source: texts(get(m, "source"))})
	})
	if m := asMapping(get(root, "leave")); m != nil {
		p.Leave = LeaveRule{Kinds: texts(get(m, "kinds")), GrantedBy: b.role(m, "granted_by"), Source: texts(get(m, "source"))}
	}
	if m := asMapping(get(root, "closing")); m != nil {
		p.Closing = Closing{Require: texts(get(m, "require")), Source: texts(get(m, "source"))}
		for _, n := range nodes(get(m, "require")) {
			b.require(n)
		}
	}
	if len(p.Stages)+len(p.Recurring)+len(p.Flows) == 0 {
		b.blame(root, phrase.PolicyNoDuty.String(), phrase.PolicyNoDutyFix.String())
	}
	b.each(get(root, "alerts"), func(m *ast.MappingNode) { p.Alerts = append(p.Alerts, b.alert(m)) })
	b.cycles(get(root, "stages"), p.Stages)
	p.Version = version(p)
	return p
}

// each visits the mappings of a list.
func (b *builder) each(n ast.Node, visit func(*ast.MappingNode)) {
	for _, v := range nodes(n) {
		if m := asMapping(v); m != nil {
			visit(m)
		}
	}
}

// names collects the stage ids and notes ids used twice: a stage and a
// recurring duty share one space, because cards are named by them.
func (b *builder) names(stages, duties ast.Node) {
	seen := map[string]bool{}
	note := func(m *ast.MappingNode) {
		id := textAt(m, "id")
		if id != "" && seen[id] {
			b.blame(get(m, "id"), phrase.PolicyTwice.With("id", id), phrase.PolicyTwiceFix.String())
		}
		seen[id] = true
	}
	b.each(stages, func(m *ast.MappingNode) {
		note(m)
		if id := textAt(m, "id"); id != "" {
			b.stages = append(b.stages, id)
		}
	})
	b.each(duties, func(m *ast.MappingNode) {
		note(m)
		if id := textAt(m, "id"); id != "" {
			b.stages = append(b.stages, id)
		}
	})
}

func (b *builder) ownAnswers(m *ast.MappingNode) {
	if m == nil {
		return
	}
	for _, v := range m.Values {
		item := asMapping(v.Value)
		if item == nil {
			continue
		}
		name := keyName(v)
		if slices.ContainsFunc(b.requires, func(r Require) bool { return r.Name == name }) {
			b.blame(v, phrase.PolicyAnswerTaken.With("name", name), phrase.PolicyAnswerTakenFix.String())
			continue
		}
		own := Require{Name: name, Label: textAt(item, "label"), Type: textAt(item, "type"), Options: texts(get(item, "options"))}
		if (own.Type == "choice") != (len(own.Options) > 0) {
			b.blame(v, phrase.PolicyOptions.With("name", name), phrase.PolicyOptionsFix.String())
		}
		b.requires = append(b.requires, own)
	}
}

func (b *builder) clock(m *ast.MappingNode) AbsenceClock {
	c := AbsenceClock{Counts: "unexcused-absence", DayHalfDays: 2, StopOn: []string{"returned", "leave-approved"}}
	if m == nil {
		return c
	}
	c.Counts = textAt(m, "counts")
	if stop := texts(get(m, "stop_on")); len(stop) > 0 {
		c.StopOn = stop
	}
	if n := get(m, "day"); n != nil {
		day := b.span(m, "day")
		if day.Length.Unit != school.UnitHalfDay || day.Length.N < 1 {
			b.blame(n, phrase.PolicyDayRule.String(), phrase.PolicyDayRuleFix.String())
		}
		c.DayHalfDays, c.Consecutive = day.Length.N, day.Consecutive
	}
	if n := get(m, "first_day_counts"); n != nil {
		c.FirstDayCounts = b.flagOrParam(n)
	}
	return c
}

func (b *builder) rollcall(m *ast.MappingNode) Rollcall {
	if m == nil {
		return Rollcall{}
	}
	return Rollcall{By: b.role(m, "by"), ListTo: b.role(m, "list_to"), ListAfter: b.span(m, "list_after").Length,
		Source: texts(get(m, "source"))}
}

func (b *builder) duty(m *ast.MappingNode) Duty {
	d := Duty{ID: textAt(m, "id"), From: textAt(m, "from"), Open: b.span(m, "open"), Due: b.span(m, "due"), By: b.roles(m, "by"), To: b.roles(m, "to"), Do: textAt(m, "do"),
		Document: textAt(m, "document"), NilReturn: flagAt(m, "nil_return"), Per: textAt(m, "per"), Lists: texts(get(m, "list")),
		Require: b.answers(get(m, "require")), Outside: texts(get(m, "outside")), Enabled: true, Source: texts(get(m, "source"))}
	if n := get(m, "enabled"); n != nil {
		d.Enabled = b.flagOrParam(n)
	}
	b.each(get(m, "raises"), func(item *ast.MappingNode) {
		d.Raises = append(d.Raises, b.raise(item, Stage{ID: d.ID, Require: d.Require}))
	})
	b.dutyStarts(m, d)
	d.Every = textAt(m, "every")
	if p, ok := b.param(d.Every); ok {
		d.Every, _ = p.Value.(string)
	}
	if d.Every != "" && !slices.Contains(everyWords, d.Every) {
		b.blame(get(m, "every"), phrase.PolicyUnknownWord.With("key", "every", "word", d.Every), didYouMean(d.Every, everyWords))
	}
	return d
}

func (b *builder) param(name string) (Param, bool) {
	i := slices.IndexFunc(b.params, func(p Param) bool { return p.Name == name })
	if i < 0 || name == "" {
		return Param{}, false
	}
	return b.params[i], true
}

// span resolves a length, an end, or the name of a param that holds one. A
// week means what the policy's week_is says.
func (b *builder) span(m *ast.MappingNode, name string) Span {
	n := get(m, name)
	if n == nil {
		return Span{}
	}
	if item := asMapping(n); item != nil {
		return b.week(b.spanMapping(item))
	}
	word, ok := textOf(n)
	if !ok {
		return Span{}
	}
	if p, ok := b.param(word); ok {
		s, ok := p.Value.(Span)
		if !ok && p.Value != nil {
			b.blame(n, phrase.PolicyParamNoLength.With("name", word), phrase.PolicyWantSpan.String())
		}
		return b.week(s)
	}
	s, ok := parseSpan(word)
	if !ok {
		b.blame(n, phrase.PolicyUnknownSpan.With("key", name, "word", word), phrase.PolicyWantSpan.String())
	}
	return b.week(s)
}

func (b *builder) spanMapping(m *ast.MappingNode) Span {
	if get(m, "week") != nil {
		return b.weekday(m)
	}
	if until := get(m, "until"); until != nil {
		word, _ := textOf(until)
		s, ok := parseSpan(word)
		s.SameDay = textAt(m, "unit") == unitSameDay
		if !ok || s.Until == "" {
			b.blame(until, phrase.PolicyUnknownUntil.With("word", word), phrase.PolicyOneOf.With("words", "18:00、"+strings.Join(untilWords, "、")))
		}
		return s
	}
	n, whole := plain(get(m, "n")).(int)
	unit := textAt(m, "unit")
	if p, ok := b.param(unit); ok {
		unit, _ = p.Value.(string)
	}
	l := school.Length{N: n, Unit: unit}
	if whole && unit != "" && !validLength(l) {
		b.blame(get(m, "unit"), phrase.PolicyUnknownUnit.With("unit", unit), phrase.PolicyOneOf.With("words", strings.Join(unitWords, "、")))
	}
	return Span{Length: l, Before: textAt(m, "before"), AfterDate: textAt(m, "after")}
}

func (b *builder) week(s Span) Span {
	if s.Length.Unit != school.UnitWeek {
		return s
	}
	if p, ok := b.param("week_is"); ok {
		if week, ok := p.Value.(Span); ok && week.Length.Unit != school.UnitWeek {
			return Span{Length: school.Length{N: s.Length.N * week.Length.N, Unit: week.Length.Unit}, Before: s.Before, AfterDate: s.AfterDate}
		}
	}
	return s
}

func (b *builder) flagOrParam(n ast.Node) bool {
	if v, ok := n.(*ast.BoolNode); ok {
		return v.Value
	}
	word, _ := textOf(n)
	if p, ok := b.param(word); ok {
		if v, ok := p.Value.(bool); ok || p.Value == nil {
			return v
		}
	}
	b.wrong(n, "first_day_counts", phrase.PolicyWantFlag)
	return false
}

// roles reads posts in the words of the regime; the name of a param stands
// for the posts it holds.
func (b *builder) roles(m *ast.MappingNode, name string) []string {
	var out []string
	for _, n := range nodes(get(m, name)) {
		word, _ := textOf(n)
		p, isParam := b.param(word)
		if !isParam {
			out = append(out, word)
			continue
		}
		switch v := p.Value.(type) {
		case nil:
		case string:
			out = append(out, v)
		case []any:
			for _, item := range v {
				if s, ok := item.(string); ok {
					out = append(out, s)
				}
			}
		default:
			b.blame(n, phrase.PolicyParamNoRole.With("name", word), phrase.PolicyParamNoRoleFix.String())
		}
	}
	return out
}

func (b *builder) role(m *ast.MappingNode, name string) string {
	if roles := b.roles(m, name); len(roles) > 0 {
		return roles[0]
	}
	return ""
}

// nodes is the items of a list, or the one node written without a list.
func nodes(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.SequenceNode:
		return n.Values
	}
	return []ast.Node{n}
}

func texts(n ast.Node) []string {
	var out []string
	for _, v := range nodes(n) {
		if s, ok := textOf(v); ok {
			out = append(out, s)
		}
	}
	return out
}

func pairs(n ast.Node) map[string]string {
	m := asMapping(n)
	if m == nil {
		return nil
	}
	out := map[string]string{}
	for _, v := range m.Values {
		out[keyName(v)], _ = textOf(v.Value)
	}
	return out
}
