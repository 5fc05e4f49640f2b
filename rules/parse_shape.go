package rules

import (
	"regexp"
	"slices"
	"strings"

	"guixiao/rules/phrase"

	"github.com/goccy/go-yaml/ast"
)

// name of a policy, a stage, an event or an answer: no spaces, nothing that
// would break a file name or a version.
var idForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]*$`)

// checkObject notes every key of m that s does not know, every one that is
// missing and every value that is written in the wrong form.
func (r *reader) checkObject(m *ast.MappingNode, s shape) {
	for _, v := range m.Values {
		name := keyName(v)
		k, known := s.key(name)
		if !known {
			r.blame(v, phrase.PolicyUnknownKey.With("key", name), didYouMean(name, s.names()))
			continue
		}
		if _, null := v.Value.(*ast.NullNode); null {
			if k.need {
				r.blame(v, phrase.PolicyEmpty.With("key", name), phrase.PolicyEmptyFix.With("key", name))
			}
			continue
		}
		r.checkValue(v.Value, k)
	}
	for _, k := range s {
		if k.need && !hasKey(m, k.name) {
			r.blame(m, phrase.PolicyMissingKey.With("key", k.name), phrase.PolicyMissingKeyFix.With("key", k.name))
		}
	}
}

func hasKey(m *ast.MappingNode, name string) bool {
	return slices.ContainsFunc(m.Values, func(v *ast.MappingValueNode) bool { return keyName(v) == name })
}

func (r *reader) checkValue(n ast.Node, k key) {
	switch k.form {
	case formText:
		r.wantText(n, k.name)
	case formID:
		if s, ok := r.wantText(n, k.name); ok && !idForm.MatchString(s) {
			r.blame(n, phrase.PolicyBadName.With("name", s), phrase.PolicyBadNameFix.String())
		}
	case formWord:
		r.checkWord(n, k)
	case formTexts:
		r.eachOrOne(n, func(n ast.Node) { r.wantText(n, k.name) })
	case formWords:
		r.eachOrOne(n, func(n ast.Node) { r.checkWord(n, k) })
	case formFlag:
		if _, ok := n.(*ast.BoolNode); !ok {
			r.wrong(n, k.name, phrase.PolicyWantFlag)
		}
	case formNumber:
		if _, ok := n.(*ast.IntegerNode); !ok {
			r.wrong(n, k.name, phrase.PolicyWantNumber)
		}
	case formSpan:
		r.checkSpanForm(n, k.name)
	case formAnswer:
		r.eachOrOne(n, func(n ast.Node) { r.checkAnswerForm(n, k.name) })
	case formMap, formObject, formNamed:
		r.checkMappingForm(n, k)
	case formList:
		r.checkListForm(n, k)
	}
}

func (r *reader) wrong(n ast.Node, name string, want phrase.Phrase) {
	r.blame(n, phrase.PolicyWrongForm.With("key", name), want.String())
}

func (r *reader) wantText(n ast.Node, name string) (string, bool) {
	s, ok := textOf(n)
	if !ok {
		r.wrong(n, name, phrase.PolicyWantText)
		return "", false
	}
	if strings.TrimSpace(s) == "" {
		r.blame(n, phrase.PolicyEmpty.With("key", name), phrase.PolicyEmptyFix.With("key", name))
		return "", false
	}
	return s, true
}

func (r *reader) checkWord(n ast.Node, k key) {
	if s, ok := r.wantText(n, k.name); ok && !slices.Contains(k.words, s) {
		r.blame(n, phrase.PolicyUnknownWord.With("key", k.name, "word", s), didYouMean(s, k.words))
	}
}

// eachOrOne visits the items of a list, or the one value written without one.
func (r *reader) eachOrOne(n ast.Node, visit func(ast.Node)) {
	if seq, ok := n.(*ast.SequenceNode); ok {
		for _, v := range seq.Values {
			visit(v)
		}
		return
	}
	visit(n)
}

func (r *reader) checkSpanForm(n ast.Node, name string) {
	if m := asMapping(n); m != nil {
		switch {
		case hasKey(m, "until"):
			r.checkObject(m, untilShape)
		case hasKey(m, "week"):
			r.checkObject(m, weekShape)
		default:
			r.checkObject(m, lengthShape)
		}
		return
	}
	if s, ok := textOf(n); !ok || strings.TrimSpace(s) == "" {
		r.wrong(n, name, phrase.PolicyWantSpan)
	}
}

func (r *reader) checkAnswerForm(n ast.Node, name string) {
	if m := asMapping(n); m != nil {
		r.checkObject(m, requireShape)
		return
	}
	if s, ok := textOf(n); !ok || !idForm.MatchString(s) {
		r.wrong(n, name, phrase.PolicyWantAnswers)
	}
}

func (r *reader) checkMappingForm(n ast.Node, k key) {
	m := asMapping(n)
	if m == nil {
		r.wrong(n, k.name, phrase.PolicyWantMapping)
		return
	}
	if k.form == formObject {
		r.checkObject(m, k.of)
		return
	}
	for _, v := range m.Values {
		name := keyName(v)
		if !idForm.MatchString(name) {
			r.blame(v, phrase.PolicyBadName.With("name", name), phrase.PolicyBadNameFix.String())
		}
		if k.form == formMap {
			r.wantText(v.Value, name)
			continue
		}
		if item := asMapping(v.Value); item != nil {
			r.checkObject(item, k.of)
		} else {
			r.wrong(v.Value, name, phrase.PolicyWantMapping)
		}
	}
}

func (r *reader) checkListForm(n ast.Node, k key) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.wrong(n, k.name, phrase.PolicyWantList)
		return
	}
	for _, v := range seq.Values {
		if m := asMapping(v); m != nil {
			r.checkObject(m, k.of)
		} else {
			r.wrong(v, k.name, phrase.PolicyWantMapping)
		}
	}
}

// didYouMean proposes the nearest known word, or lists them all.
func didYouMean(word string, known []string) string {
	best, nearest := "", 0
	for _, k := range known {
		d := editDistance(word, k)
		if d <= max(len([]rune(word)), len([]rune(k)))/2 && (best == "" || d < nearest) {
			best, nearest = k, d
		}
	}
	if best != "" {
		return phrase.PolicyDidYouMean.With("word", best)
	}
	return phrase.PolicyOneOf.With("words", strings.Join(known, "、"))
}

// editDistance counts the letters to insert, delete or replace.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost = min(diagonal, row[j], row[j+1]) + 1
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
