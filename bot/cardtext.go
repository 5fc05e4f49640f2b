package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"guixiao/rules/school"
)

// What every platform needs to put a notice into its own shape. The words
// themselves are final; a platform only orders and shortens them.

// ForGuardian says whether the notice goes to a parent, whom platforms reach
// by other ways than staff.
func ForGuardian(n school.Notice) bool {
	return n.Kind == school.NoticeParent || n.Card != nil && n.Card.Kind == school.CardParent
}

// CardTitle is the headline of a notice with a card.
func CardTitle(n school.Notice) string {
	if n.Card != nil && n.Card.Title != "" {
		return n.Card.Title
	}
	return n.Text
}

// CardNews is what the text of a notice says beyond the title, the facts and
// the outcome, which its card shows anyway.
func CardNews(n school.Notice) string {
	shown := []string{CardTitle(n), n.Card.Result}
	for _, f := range n.Card.Fields {
		shown = append(shown, FieldLine(f))
	}
	var fresh []string
	for _, piece := range strings.Split(n.Text, "；") {
		if !slices.Contains(shown, piece) {
			fresh = append(fresh, piece)
		}
	}
	return strings.Join(fresh, "；")
}

// CardWhy is the reason for which this person got it.
func CardWhy(n school.Notice) string {
	if n.Why != "" {
		return n.Why
	}
	return n.Card.Why
}

// FieldLine is one fact of a card as a line.
func FieldLine(f school.Field) string { return strings.TrimPrefix(f.K+"："+f.V, "：") }

// DueUntold is the deadline of a card, unless one of its facts tells it.
func DueUntold(c school.Card) *school.Moment {
	if c.Due == nil || slices.ContainsFunc(c.Fields, func(f school.Field) bool { return strings.Contains(f.V, c.Due.Format("15:04")) }) {
		return nil
	}
	return c.Due
}

// Pressable says whether a button makes sense before anything is filled in.
func Pressable(b school.Button, inputs []school.Input) bool {
	const noContact, reason = "no-contact", "reason"
	required, reasoned := false, false
	for _, in := range inputs {
		required = required || in.Required
		reasoned = reasoned || in.Key == reason
	}
	switch {
	case b.Key == noContact:
		return true
	case b.Act == school.ActReject:
		return !reasoned
	case b.Act == school.ActSubmit, b.Act == school.ActApprove:
		return !required
	}
	return true
}

// Shorten cuts s to n characters, the last being … when something is lost.
func Shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// ShortenBytes cuts s to n bytes at a whole character, with … at the end.
func ShortenBytes(s string, n int) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) <= n {
		return s
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// NonEmpty drops empty lines.
func NonEmpty(lines ...string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return l == "" })
}
