package intent

import "strings"

// pattern is a phrase with holes: "停*周课" is 停, at most a few characters of
// the same sentence, 周课. In the masked text N stands for a child, C for a
// class and # for a number.
type pattern struct {
	parts []string
	runes []uint16 // what the text must hold, as places in a runeSet
}

// runeSet says which characters a text holds, roughly: two may share a place.
type runeSet [64]uint64

func (s *runeSet) add(r rune) { s[r>>6&63] |= 1 << (r & 63) }

func (s *runeSet) has(place uint16) bool { return s[place>>6]&(1<<(place&63)) != 0 }

// mayHold says that the pattern is worth looking for.
func (s *runeSet) mayHold(p pattern) bool {
	for _, place := range p.runes {
		if !s.has(place) {
			return false
		}
	}
	return true
}

// holeMax is how many bytes a hole may span.
const holeMax = 30

func patterns(list string) []pattern {
	var out []pattern
	eachWord(list, func(w string) {
		p := pattern{parts: strings.Split(w, "*")}
		for _, r := range w {
			if r != '*' {
				p.runes = append(p.runes, uint16(r&4095))
			}
		}
		out = append(out, p)
	})
	return out
}

// says looks for any of the phrases in what is said.
func (m *reading) says(list []pattern) bool {
	for _, p := range list {
		if m.holds.mayHold(p) && p.in(m.mask) {
			return true
		}
	}
	return false
}

// hits looks for any of the phrases in a piece of what is said.
func (m *reading) hits(list []pattern, text string) bool {
	for _, p := range list {
		if m.holds.mayHold(p) && p.in(text) {
			return true
		}
	}
	return false
}

// phrase is the first of the phrases that is said.
func (m *reading) phrase(list []pattern) string {
	for _, p := range list {
		if m.holds.mayHold(p) && p.in(m.mask) {
			return strings.Join(p.parts, "…")
		}
	}
	return ""
}

// hits looks for any of the phrases in a text.
func hits(list []pattern, text string) bool {
	for _, p := range list {
		if p.in(text) {
			return true
		}
	}
	return false
}

func (p pattern) in(text string) bool {
	for {
		i := strings.Index(text, p.parts[0])
		if i < 0 {
			return false
		}
		rest := text[i+len(p.parts[0]):]
		if follows(rest, p.parts[1:]) {
			return true
		}
		text = rest
	}
}

func follows(text string, parts []string) bool {
	for _, part := range parts {
		window := text
		if end := strings.IndexAny(window, "。!?\n"); end >= 0 {
			window = window[:end]
		}
		if len(window) > holeMax+len(part) {
			window = window[:holeMax+len(part)]
		}
		i := strings.Index(window, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return true
}

// masked is the text with names, classes and numbers replaced, so that no
// name is taken for a keyword.
func (m *reading) masked() string {
	var b strings.Builder
	b.Grow(len(m.s.text))
	m.maskAt = make([]int, 0, len(m.toks)+1)
	for _, t := range m.toks {
		m.maskAt = append(m.maskAt, b.Len())
		if t.line && b.Len() > 0 {
			b.WriteByte('\n')
		}
		switch t.kind {
		case kName, kPinyin, kSurname:
			b.WriteByte('N')
		case kClass:
			b.WriteByte('C')
		case kNumber:
			b.WriteByte('#')
		default:
			b.WriteString(t.text)
		}
	}
	m.maskAt = append(m.maskAt, b.Len())
	for _, r := range b.String() {
		m.holds.add(r)
	}
	return b.String()
}

var backdatedWords = patterns("补记 补报 补登 补录 补个 补一下 补假 补请假 补上 那天 当天 之前 前面 漏报 忘了报 忘报 补一个 补填 补交 补请 追记")
