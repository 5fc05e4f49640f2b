package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"

	"github.com/goccy/go-yaml/ast"
)

// Modes of a step with several people.
const (
	ModeAny = "any" // 或签
	ModeAll = "all" // 会签
)

// flow reads one way of applications.
func (b *builder) flow(m *ast.MappingNode) Flow {
	f := Flow{ID: textAt(m, "id"), Title: textAt(m, "title"), Require: b.answers(get(m, "require")), Source: texts(get(m, "source")),
		Document: textAt(m, "document")}
	for _, n := range nodes(get(m, "types")) {
		word, _ := textOf(n)
		kind := requestKind(word)
		if !slices.Contains(applicationKinds, kind) && kind != school.ApplyRegime {
			b.blame(n, phrase.PolicyUnknownWord.With("key", "types", "word", word), phrase.PolicyOneOf.With("words", requestNames(applicationKinds)))
		}
		f.Types = append(f.Types, kind)
	}
	seen := map[string]bool{}
	b.each(get(m, "steps"), func(item *ast.MappingNode) {
		s := b.step(item)
		if seen[s.ID] {
			b.blame(get(item, "id"), phrase.PolicyTwice.With("id", s.ID), phrase.PolicyTwiceFix.String())
		}
		seen[s.ID] = true
		f.Steps = append(f.Steps, s)
	})
	if decides := func(s FlowStep) bool { return s.Decides }; len(f.Steps) > 0 && !slices.ContainsFunc(f.Steps, decides) {
		b.blame(get(m, "steps"), phrase.PolicyNobodyDecides.With("flow", f.ID), phrase.PolicyNobodyDecidesFix.String())
	}
	return f
}

func (b *builder) step(m *ast.MappingNode) FlowStep {
	s := FlowStep{Stage: Stage{ID: textAt(m, "id"), Title: textAt(m, "title"), When: textAt(m, "when"), Due: b.span(m, "within"), Deadline: b.span(m, "deadline"),
		By: b.roles(m, "by"), Do: textAt(m, "do"), Require: b.answers(get(m, "require")), Notify: b.roles(m, "notify"), NotifyOn: NotifyOnAnswer,
		Outside: texts(get(m, "outside")), Document: textAt(m, "document"), Source: texts(get(m, "source"))},
		Decides: flagAt(m, "decides"), Everyone: textAt(m, "mode") == ModeAll, Beside: flagAt(m, "beside"), Fresh: flagAt(m, "fresh"),
		From: textAt(m, "from"), Every: b.span(m, "every"), Lead: b.span(m, "lead"), Asks: flagAt(m, "asks"), Tells: flagAt(m, "tells"), AckBy: b.span(m, "ack_within")}
	s.Optional, s.After = flagAt(m, "optional"), b.span(m, "after")
	if before := textAt(m, "before"); before != "" {
		s.Deadline.Before = before
	}
	if s.Title == "" {
		s.Title = s.Do
	}
	if s.When == "" {
		return s
	}
	program, at, err := compileFlowWhen(s.When)
	if err != nil {
		b.blameAt(get(m, "when").GetToken(), at, phrase.PolicyBadWhen.With("why", err.Error()), phrase.PolicyBadWhenFix.With("names", strings.Join(flowWhenNames, "、")))
	}
	s.when = program
	return s
}
