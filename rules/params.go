package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"

	"github.com/goccy/go-yaml/ast"
)

// readParams reads the params of a policy file, in file order.
func readParams(r *reader, root *ast.MappingNode) []Param {
	m := asMapping(get(root, "params"))
	if m == nil {
		return nil
	}
	var out []Param
	for _, v := range m.Values {
		if item := asMapping(v.Value); item != nil {
			out = append(out, readParam(r, keyName(v), v, item))
		}
	}
	return out
}

func readParam(r *reader, name string, at ast.Node, m *ast.MappingNode) Param {
	p := Param{Name: name, Unit: textAt(m, "unit"), Origin: textAt(m, "origin"), Note: textAt(m, "note"),
		Before: textAt(m, "before"), After: textAt(m, "after"), MustBeSet: flagAt(m, "must_be_set")}
	value := paramValue(m)
	p.Type = textAt(m, "type")
	if p.Type == "" {
		p.Type = typeOf(m, value)
	}
	if p.Type == "" {
		r.blame(at, phrase.ParamNoType.With("name", name), phrase.ParamNoTypeFix.String())
		return p
	}
	if value != nil {
		v, err := p.accept(value)
		if err != nil {
			r.blame(at, err.Error(), phrase.ParamFix.String())
			return p
		}
		p.Value = v
	}
	if alternatives, ok := plain(get(m, "alternatives")).([]any); ok {
		for _, a := range alternatives {
			v, err := p.accept(a)
			if err != nil {
				r.blame(get(m, "alternatives"), err.Error(), phrase.ParamFix.String())
				continue
			}
			p.Alternatives = append(p.Alternatives, v)
		}
	}
	return p
}

// paramValue is the value as written: of `value`, or of n and unit, or of until.
func paramValue(m *ast.MappingNode) any {
	switch {
	case get(m, "value") != nil:
		return plain(get(m, "value"))
	case get(m, "until") != nil:
		return map[string]any{"until": textAt(m, "until"), "unit": textAt(m, "unit")}
	case get(m, "n") != nil:
		return map[string]any{"n": plain(get(m, "n")), "unit": textAt(m, "unit"), "consecutive": flagAt(m, "consecutive"), "before": textAt(m, "before"), "after": textAt(m, "after")}
	}
	return nil
}

// typeOf guesses the type of a param from how its value is written.
func typeOf(m *ast.MappingNode, value any) string {
	if hasKey(m, "n") || hasKey(m, "until") {
		return typeLength
	}
	switch v := value.(type) {
	case bool:
		return typeFlag
	case int, float64:
		return typeNumber
	case []any:
		return typeList
	case map[string]any:
		return typeMapping
	case string:
		if slices.Contains(untilWords, v) {
			return typeLength
		}
		if _, ok := parseShare(v); ok {
			return typeShare
		}
		return typeText
	}
	return ""
}

// accept turns a value as a file, a command line or a form has it into the
// param's own type; the error says how it must be written.
func (p Param) accept(value any) (any, error) {
	var v any
	var ok bool
	var want phrase.Phrase
	switch p.Type {
	case typeLength:
		var s Span
		s, ok = readSpan(value, p)
		if s.Before == "" && s.AfterDate == "" && s.Length.Unit != "" {
			s.Before, s.AfterDate = p.Before, p.After
		}
		v = s
		want = phrase.ParamWantLength
	case typeText:
		v, ok = value, isText(value)
		want = phrase.ParamWantText
	case typeFlag:
		v, ok = readFlag(value)
		want = phrase.ParamWantFlag
	case typeNumber:
		v, ok = readNumber(value)
		want = phrase.ParamWantNumber
	case typeShare:
		v, ok = readShare(value)
		want = phrase.ParamWantShare
	case typeList:
		v, ok = value.([]any)
		want = phrase.ParamWantList
	case typeMapping:
		v, ok = value.(map[string]any)
		want = phrase.ParamWantMapping
	}
	if !ok {
		return nil, school.Invalid("%s", phrase.ParamWrong.With("name", p.Name, "value", fmt.Sprint(value), "want", want.String())).In("policy_settings.%s", p.Name)
	}
	return v, nil
}

func isText(value any) bool {
	s, ok := value.(string)
	return ok && strings.TrimSpace(s) != ""
}

func readFlag(value any) (bool, bool) {
	switch v := value.(type) {
	case bool:
		return v, true
	case string:
		switch v {
		case "true", "on", "是":
			return true, true
		case "false", "off", "否":
			return false, true
		}
	}
	return false, false
}

// readNumber reads a whole number as an int, any other as a float64.
func readNumber(value any) (any, bool) {
	switch v := value.(type) {
	case int:
		return v, true
	case int64:
		return int(v), true
	case uint64:
		return int(v), true
	case float64:
		if v == float64(int(v)) {
			return int(v), true
		}
		return v, true
	case string:
		if n, err := strconv.Atoi(v); err == nil {
			return n, true
		}
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil
	}
	return nil, false
}

func readShare(value any) (float64, bool) {
	if s, ok := value.(string); ok {
		return parseShare(s)
	}
	n, ok := readNumber(value)
	if !ok {
		return 0, false
	}
	switch n := n.(type) {
	case int:
		return float64(n), n == 0 || n == 1
	case float64:
		return n, n >= 0 && n <= 1
	}
	return 0, false
}

// parseShare reads "10%" as 0.1.
func parseShare(s string) (float64, bool) {
	head, found := strings.CutSuffix(strings.TrimSpace(s), "%")
	if !found {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(head), 64)
	return f / 100, err == nil && f >= 0 && f <= 100
}

// readSpan reads every way a length or an end may be written.
func readSpan(value any, p Param) (Span, bool) {
	switch v := value.(type) {
	case Span:
		return v, true
	case string:
		s, ok := parseSpan(v)
		if !ok && p.Unit != "" {
			s, ok = parseSpan(v + " " + p.Unit)
		}
		if before, was := p.Value.(Span); was {
			s.Consecutive, s.Before, s.AfterDate, s.SameDay = before.Consecutive, before.Before, before.AfterDate, before.SameDay
		}
		return s, ok
	case map[string]any:
		if until, ok := v["until"].(string); ok {
			s, ok := parseSpan(until)
			s.SameDay = v["unit"] == unitSameDay
			return s, ok && s.Until != ""
		}
		n, ok := readNumber(v["n"])
		count, whole := n.(int)
		unit, named := v["unit"].(string)
		s := Span{Length: school.Length{N: count, Unit: unit}}
		s.Consecutive, _ = v["consecutive"].(bool)
		s.Before, _ = v["before"].(string)
		s.AfterDate, _ = v["after"].(string)
		return s, ok && whole && named && validLength(s.Length)
	}
	if n, ok := readNumber(value); ok && p.Unit != "" {
		count, whole := n.(int)
		l := school.Length{N: count, Unit: p.Unit}
		return Span{Length: l}, whole && validLength(l)
	}
	return Span{}, false
}

// parseSpan reads "3 school-day", "18:00" or "last-school-day-of-term".
func parseSpan(s string) (Span, bool) {
	s = strings.TrimSpace(s)
	if slices.Contains(untilWords, s) {
		return Span{Until: s}, true
	}
	if day, err := school.ParseDay(s); err == nil {
		return Span{On: day}, true
	}
	if c, err := school.ParseClock(s); err == nil {
		return Span{Until: c.String()}, true
	}
	n, unit, _ := strings.Cut(s, " ")
	count, err := strconv.Atoi(n)
	l := school.Length{N: count, Unit: strings.TrimSpace(unit)}
	return Span{Length: l}, err == nil && validLength(l)
}

func validLength(l school.Length) bool {
	return l.N >= 0 && l.N <= 10000 && slices.Contains(unitWords, l.Unit)
}

// spanCode writes a span the way files and --set write it.
func spanCode(s Span) string {
	switch {
	case s.On != "":
		return string(s.On)
	case s.Until != "":
		return s.Until
	case s.Length.Unit == "":
		return ""
	case s.Consecutive:
		return fmt.Sprintf("%d %s consecutive", s.Length.N, s.Length.Unit)
	}
	return fmt.Sprintf("%d %s", s.Length.N, s.Length.Unit)
}

// plain turns a node into text, number, flag, list or mapping; nil for null
// and for what a policy file may not hold.
func plain(n ast.Node) any {
	switch n := n.(type) {
	case *ast.BoolNode:
		return n.Value
	case *ast.IntegerNode:
		v, _ := readNumber(n.Value)
		return v
	case *ast.FloatNode:
		return n.Value
	case *ast.SequenceNode:
		out := make([]any, len(n.Values))
		for i, v := range n.Values {
			out[i] = plain(v)
		}
		return out
	}
	if m := asMapping(n); m != nil {
		out := map[string]any{}
		for _, v := range m.Values {
			out[keyName(v)] = plain(v.Value)
		}
		return out
	}
	if s, ok := textOf(n); ok {
		return s
	}
	return nil
}

func textAt(m *ast.MappingNode, name string) string {
	s, _ := textOf(get(m, name))
	return s
}

func flagAt(m *ast.MappingNode, name string) bool {
	b, ok := get(m, name).(*ast.BoolNode)
	return ok && b.Value
}
