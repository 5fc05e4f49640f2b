package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"

	"github.com/goccy/go-yaml/ast"
)

func (b *builder) stage(m *ast.MappingNode) Stage {
	s := Stage{ID: textAt(m, "id"), Title: textAt(m, "title"), From: strings.Join(texts(get(m, "from")), "、"), When: textAt(m, "when"),
		After: b.span(m, "after"), Due: b.span(m, "due"), Deadline: b.span(m, "deadline"), By: b.roles(m, "by"),
		Do: textAt(m, "do"), Require: b.answers(get(m, "require")), Reuse: texts(get(m, "reuse")), Fills: pairs(get(m, "fills")),
		Notify: b.roles(m, "notify"), NotifyOn: textAt(m, "notify_on"), Outside: texts(get(m, "outside")),
		Document: textAt(m, "document"), Drafted: flagAt(m, "drafted"), Optional: flagAt(m, "optional"), Per: textAt(m, "per"),
		Urgent: flagAt(m, "urgent"), Again: flagAt(m, "again"), Fresh: flagAt(m, "fresh"), InOrder: flagAt(m, "in_order"), NotAfter: b.span(m, "not_after"),
		AckSoon: b.span(m, "ack_within"), NeedsAll: textAt(m, "needs_all"), Source: texts(get(m, "source"))}
	if s.Title == "" {
		s.Title = s.Do
	}
	if s.NotifyOn == "" {
		s.NotifyOn = NotifyOnAnswer
	}
	if get(m, "due") != nil && get(m, "deadline") != nil {
		b.blame(get(m, "deadline"), phrase.PolicyDueTwice.String(), phrase.PolicyDueTwiceFix.String())
	}
	b.starts(m, &s)
	b.condition(m, &s)
	b.each(get(m, "raises"), func(item *ast.MappingNode) { s.Raises = append(s.Raises, b.raise(item, s)) })
	b.own(get(m, "reuse"), s)
	if fills := asMapping(get(m, "fills")); fills != nil {
		for _, v := range fills.Values {
			b.requireNamed(v, keyName(v))
			b.own(v.Value, s)
		}
	}
	return s
}

// starts resolves the event the stage counts from.
func (b *builder) starts(m *ast.MappingNode, s *Stage) {
	if s.From == "" {
		return
	}
	for _, n := range nodes(get(m, "from")) {
		from, _ := textOf(n)
		events, _, ok := singleEvents(from, b.stages)
		if !ok {
			b.blame(n, phrase.PolicyUnknownEvent.With("event", from), didYouMean(from, b.eventNames()))
		}
		s.Starts = append(s.Starts, events...)
	}
	if id := s.NeedsAll; id != "" && !slices.Contains(b.stages, id) {
		b.blame(get(m, "needs_all"), phrase.PolicyUnknownWord.With("key", "needs_all", "word", id), didYouMean(id, b.stages))
	}
}

// eventNames lists every event this policy could count from.
func (b *builder) eventNames() []string {
	var out []string
	for _, f := range knownFacts {
		out = append(out, f.Event)
	}
	for _, id := range b.stages {
		for _, ending := range stageEndings {
			out = append(out, id+"-"+ending)
		}
	}
	return out
}

func (b *builder) condition(m *ast.MappingNode, s *Stage) {
	if s.When == "" {
		return
	}
	program, at, err := compileWhen(s.When)
	if err != nil {
		n := get(m, "when")
		tk := n.GetToken()
		if strings.HasPrefix(strings.TrimSpace(tk.Origin), `"`) || strings.HasPrefix(strings.TrimSpace(tk.Origin), "'") {
			at++
		}
		b.blameAt(tk, at, phrase.PolicyBadWhen.With("why", err.Error()), phrase.PolicyBadWhenFix.With("names", strings.Join(whenNames, "、")))
	}
	s.when = program
}

// answers reads a `require:` list.
func (b *builder) answers(n ast.Node) []Require {
	var out []Require
	for _, v := range nodes(n) {
		r, ok := b.require(v)
		if !ok {
			continue
		}
		if slices.ContainsFunc(out, func(o Require) bool { return o.Name == r.Name }) {
			b.blame(v, phrase.PolicyTwice.With("id", r.Name), phrase.PolicyTwiceFix.String())
			continue
		}
		out = append(out, r)
	}
	return out
}

// require reads one require name, or a mapping that says more about it.
func (b *builder) require(n ast.Node) (Require, bool) {
	m := asMapping(n)
	if m == nil {
		name, _ := textOf(n)
		return b.requireNamed(n, name)
	}
	r, ok := b.requireNamed(get(m, "name"), textAt(m, "name"))
	r.Optional, r.If = flagAt(m, "optional"), pairs(get(m, "if"))
	r.When, r.Of = textAt(m, "when"), b.roles(m, "of")
	if label := textAt(m, "label"); label != "" {
		r.Label = label
	}
	return r, ok
}

func (b *builder) requireNamed(at ast.Node, name string) (Require, bool) {
	if name == "" {
		return Require{}, false
	}
	i := slices.IndexFunc(b.requires, func(r Require) bool { return r.Name == name })
	if i >= 0 {
		return b.requires[i], true
	}
	names := make([]string, len(b.requires))
	for i, r := range b.requires {
		names[i] = r.Name
	}
	b.blame(at, phrase.PolicyUnknownAnswer.With("name", name), didYouMean(name, names)+phrase.PolicyUnknownAnswerFix.String())
	return Require{}, false
}

// own notes names that the stage does not ask for itself.
func (b *builder) own(n ast.Node, s Stage) {
	for _, v := range nodes(n) {
		name, _ := textOf(v)
		if !asks(s.Require, name) {
			b.blame(v, phrase.PolicyNotAsked.With("name", name, "stage", s.ID), phrase.PolicyNotAskedFix.With("name", name))
		}
	}
}

func asks(requires []Require, name string) bool {
	return slices.ContainsFunc(requires, func(r Require) bool { return r.Name == name })
}

func (b *builder) raise(m *ast.MappingNode, s Stage) Raise {
	r := Raise{Require: textAt(m, "require"), Is: textAt(m, "is"), Event: textAt(m, "event")}
	b.own(get(m, "require"), s)
	if _, known := KnownFact(r.Event); r.Event != "" && !known {
		b.blame(get(m, "event"), phrase.PolicyUnknownEvent.With("event", r.Event), didYouMean(r.Event, b.eventNames()))
	}
	i := slices.IndexFunc(s.Require, func(q Require) bool { return q.Name == r.Require })
	if i >= 0 && r.Is != "" && s.Require[i].Type == "choice" && !slices.Contains(s.Require[i].Options, r.Is) {
		b.blame(get(m, "is"), phrase.PolicyNoOption.With("option", r.Is, "name", r.Require), didYouMean(r.Is, s.Require[i].Options))
	}
	return r
}

// cycles notes stages that wait for each other and stages that count from a
// contact another stage does not make.
func (b *builder) cycles(list ast.Node, stages []Stage) {
	waits := map[string]string{}
	for _, s := range stages {
		for _, e := range s.Starts {
			if _, owner, ok := singleEvents(e, b.stages); ok && owner != "" {
				waits[s.ID] = owner
			}
		}
	}
	b.each(list, func(m *ast.MappingNode) {
		id, from := textAt(m, "id"), strings.Join(texts(get(m, "from")), "、")
		chain, at := []string{id}, waits[id]
		for at != "" && at != id && len(chain) <= len(stages) {
			chain, at = append(chain, at), waits[at]
		}
		if at == id && id != "" {
			b.blame(get(m, "from"), phrase.PolicyCycle.With("chain", strings.Join(append(chain, id), " ← ")), phrase.PolicyCycleFix.String())
		}
		if owner := waits[id]; strings.Contains(from, "-contact-failed") && !asksReason(stages, owner) {
			b.blame(get(m, "from"), phrase.PolicyNoContact.With("stage", owner), phrase.PolicyNoContactFix.String())
		}
	})
}

func asksReason(stages []Stage, id string) bool {
	return slices.ContainsFunc(stages, func(s Stage) bool { return s.ID == id && asks(s.Require, "reason") })
}
