package rules

import (
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"

	"github.com/goccy/go-yaml/ast"
)

// dutyStarts checks what a recurring duty begins with: a period, or an event.
func (b *builder) dutyStarts(m *ast.MappingNode, d Duty) {
	if hasKey(m, "every") == (d.From != "") {
		b.blame(m, phrase.PolicyDutyStart.With("id", d.ID), phrase.PolicyDutyStartFix.String())
	}
	if d.From == "" {
		return
	}
	if _, _, ok := singleEvents(d.From, b.stages); !ok {
		b.blame(get(m, "from"), phrase.PolicyUnknownEvent.With("event", d.From), didYouMean(d.From, b.eventNames()))
	}
}

// weekdays are the names a policy may use for the day of a teaching week.
var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// weekday reads {week: handin_week, day: handin_day, reading: handin_reading}:
// a day of a teaching week; "strict" ends the day before.
func (b *builder) weekday(m *ast.MappingNode) Span {
	s := b.span(m, "week")
	if s.Length.N > 0 && s.Length.Unit != school.UnitTeachingWeek {
		b.blame(get(m, "week"), phrase.PolicyUnknownUnit.With("unit", s.Length.Unit), phrase.PolicyOneOf.With("words", school.UnitTeachingWeek))
	}
	day := b.word(m, "day")
	s.Weekday = slices.Index(weekdays, day) + 1
	if s.Weekday == 0 {
		b.blame(get(m, "day"), phrase.PolicyUnknownWord.With("key", "day", "word", day), phrase.PolicyOneOf.With("words", strings.Join(weekdays, "、")))
	}
	s.Strict = b.word(m, "reading") == "strict"
	return s
}

// word is a text, or the text of the param it names.
func (b *builder) word(m *ast.MappingNode, name string) string {
	word := textAt(m, name)
	if p, ok := b.param(word); ok {
		word, _ = p.Value.(string)
	}
	return word
}

// alert reads an alert; its rule is a share, or {leavers, within, of}.
func (b *builder) alert(m *ast.MappingNode) Alert {
	a := Alert{ID: textAt(m, "id"), On: texts(get(m, "on")), Raises: textAt(m, "raises"), Notify: b.roles(m, "notify"), Do: textAt(m, "do"),
		Require: b.answers(get(m, "require")), Source: texts(get(m, "source"))}
	for _, n := range nodes(get(m, "on")) {
		event, _ := textOf(n)
		if _, _, ok := singleEvents(event, b.stages); !ok {
			b.blame(n, phrase.PolicyUnknownEvent.With("event", event), didYouMean(event, b.eventNames()))
		}
	}
	p, ok := b.param(textAt(m, "rule"))
	switch v := p.Value.(type) {
	case float64:
		a.Limit = v
	case map[string]any:
		count, isNumber := readNumber(v["leavers"])
		n, whole := count.(int)
		a.Count, a.Within = n, daysOf(v["within"])
		a.Of, _ = v["of"].(string)
		if !isNumber || !whole || n < 1 || a.Within < 1 {
			b.blame(get(m, "rule"), phrase.PolicyAlertRule.With("name", p.Name), phrase.PolicyAlertRuleFix.String())
		}
	default:
		if !ok || p.Value != nil {
			b.blame(get(m, "rule"), phrase.PolicyAlertRule.With("name", textAt(m, "rule")), phrase.PolicyAlertRuleFix.String())
		}
	}
	return a
}

// daysOf reads 30, "30 calendar-day" or "1 week" as a number of days.
func daysOf(value any) int {
	if n, ok := readNumber(value); ok {
		days, _ := n.(int)
		return days
	}
	text, _ := value.(string)
	s, ok := parseSpan(text)
	if days, err := strconv.Atoi(strings.TrimSuffix(text, "d")); err == nil {
		return days
	}
	switch {
	case !ok:
		return 0
	case s.Length.Unit == school.UnitWeek:
		return 7 * s.Length.N
	case s.Length.Unit == school.UnitMonth:
		return 30 * s.Length.N
	}
	return s.Length.N
}
