package configs

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"guixiao/rules/phrase"
)

// Problem is one thing wrong with a file: where it is, what is wrong and what
// to do. It never holds a secret, nor a name or number of a child.
type Problem struct {
	File    string
	Line    int    // 0: the whole file
	Column  int    // in characters, 0: the whole line
	Field   string // wecom[0].secret, or the heading of a column
	Text    string // Chinese, complete, with the remedy
	Excerpt string // the line, where showing it is harmless
	Warning bool   // worth knowing; does not stop anything
}

// String writes the problem for a terminal, with the line and a caret where
// there is one.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
	}
	b.WriteString(": ")
	if p.Warning {
		b.WriteString(phrase.ConfigWarning.String())
	}
	if p.Field != "" {
		b.WriteString(p.Field + " ")
	}
	b.WriteString(p.Text)
	if p.Excerpt != "" {
		number := fmt.Sprintf("%6d", p.Line)
		fmt.Fprintf(&b, "\n%s | %s", number, p.Excerpt)
		if p.Column > 0 {
			fmt.Fprintf(&b, "\n%s | %s^", strings.Repeat(" ", len(number)), indent(p.Excerpt, p.Column-1))
		}
	}
	return b.String()
}

// Error lets a Problem be returned where an error is expected.
func (p Problem) Error() string { return p.String() }

// Failed says whether one of the problems is more than a warning.
func Failed(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return !p.Warning })
}

// indent is as wide on a terminal as the first n characters of the line:
// Chinese characters take two places.
func indent(line string, n int) string {
	var b strings.Builder
	for i, r := range []rune(line) {
		switch {
		case i >= n:
			return b.String()
		case r == '\t':
			b.WriteRune('\t')
		case r >= 0x1100 && utf8.RuneLen(r) >= 3:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
