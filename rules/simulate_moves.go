package rules

import (
	"strings"
	"time"
	"unicode"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Move is one line of an events file: what happens in a simulation besides
// the absence itself.
type Move struct {
	Line   int
	At     time.Time         // of an answer or a fact
	Slot   school.Slot       // of a mark; it holds until the next mark
	Mark   school.MarkKind   // present, absent, sick …
	Name   string            // a stage, or an event when Button is ""
	Button string            // submit, no-contact …
	Fields map[string]string // answers or fields of the fact
}

// answeredWord stands for the submit button in an events file.
const answeredWord = "answered"

// ParseMoves reads an events file; times are in the school's zone. Every
// wrong line is named, as a *PolicyError.
func ParseMoves(file, src string, zone *time.Location) ([]Move, error) {
	r := &reader{file: file, lines: strings.Split(src, "\n")}
	var out []Move
	for i, line := range r.lines {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m, err := parseMove(line, zone)
		if err != nil {
			r.problems = append(r.problems, Problem{File: file, Line: i + 1, Column: 1, Text: err.Error(),
				Remedy: phrase.MoveFix.String(), Source: strings.TrimRight(r.lines[i], "\r")})
			continue
		}
		m.Line = i + 1
		out = append(out, m)
	}
	return out, r.err()
}

func parseMove(line string, zone *time.Location) (Move, error) {
	words, err := splitWords(line)
	if err != nil {
		return Move{}, err
	}
	if len(words) < 2 {
		return Move{}, school.Invalid("%s", phrase.MoveShort.With("line", line))
	}
	if slot, err := school.ParseSlot(words[0]); err == nil {
		mark := school.MarkKind(words[1])
		if len(words) != 2 || !mark.Valid() {
			return Move{}, school.Invalid("%s", phrase.MoveMark.With("mark", strings.Join(words[1:], " "), "marks", markWords()))
		}
		return Move{Slot: slot, Mark: mark}, nil
	}
	at, ok := parseMoment(words[0], zone)
	if !ok {
		return Move{}, school.Invalid("%s", phrase.MoveTime.With("time", words[0]))
	}
	m := Move{At: at, Name: words[1], Fields: map[string]string{}}
	rest := words[2:]
	if len(rest) > 0 && !strings.Contains(rest[0], "=") {
		if m.Button = rest[0]; m.Button == answeredWord {
			m.Button = buttonSubmit
		}
		rest = rest[1:]
	}
	for _, w := range rest {
		name, value, found := strings.Cut(w, "=")
		if !found || name == "" {
			return Move{}, school.Invalid("%s", phrase.MoveField.With("word", w))
		}
		m.Fields[name] = value
	}
	return m, nil
}

func markWords() string {
	words := make([]string, len(school.MarkKinds))
	for i, k := range school.MarkKinds {
		words[i] = string(k)
	}
	return strings.Join(words, "、")
}

// parseMoment reads 2026-03-09T10:30 in the school's zone, or RFC 3339.
func parseMoment(s string, zone *time.Location) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.In(zone), true
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(form, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// splitWords splits at white space; what stands in quotes stays together.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	closing, inside := rune(0), false
	for _, c := range line {
		switch {
		case closing != 0 && c == closing:
			closing = 0
		case closing != 0:
			word.WriteRune(c)
		case c == '"':
			closing, inside = '"', true
		case c == '“':
			closing, inside = '”', true
		case unicode.IsSpace(c):
			if inside {
				words = append(words, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteRune(c)
			inside = true
		}
	}
	if closing != 0 {
		return nil, school.Invalid("%s", phrase.MoveQuote.With("line", line))
	}
	if inside {
		words = append(words, word.String())
	}
	return words, nil
}
