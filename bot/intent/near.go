package intent

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"guixiao/rules/school"
)

// How near a written name comes to a child's.
const (
	soundsNear = iota + 1 // as many say it: zh/z, n/l, in/ing, h/f …
	oneOff                // one character is another, missing or too many
)

// mostNear is how many children are offered; more are no help.
const mostNear = 5

// neighbour is a child of nearly the name that was written.
type neighbour struct{ kid, far int32 }

// nearly lists the children whom a name that fits nobody may have meant, the
// nearest first. They are only ever asked about; where the rules name the
// candidates (corpus rules 2.3) there are none.
func (m *reading) nearly(out school.Meaning) []string {
	if out.Ask.Why != school.AskUnknownName || len(out.Ask.Candidates) > 0 {
		return nil
	}
	var found []neighbour
	for _, it := range m.items {
		if it.kind == iKid && (it.kid.kind == byName || it.kid.kind == byGuess) {
			found = append(found, m.neighbours(it.kid)...)
		}
	}
	slices.SortStableFunc(found, func(a, b neighbour) int { return cmp.Compare(a.far, b.far) })
	var kids []int32
	for _, n := range found {
		if len(kids) < mostNear && !slices.Contains(kids, n.kid) {
			kids = append(kids, n.kid)
		}
	}
	return m.ids(kids)
}

// neighbours of a name that fits nobody, of the first circle that has any.
func (m *reading) neighbours(t mention) (found []neighbour) {
	if f := m.resolve(t); f.why != school.AskUnknownName || len(f.candidates) > 0 {
		return nil
	}
	n := utf8.RuneCountInString(t.text)
	for _, c := range m.circlesFor(t) {
		m.r.eachOf(c, func(k int32) {
			if far := m.r.names.nearness(t.text, n, k); far > 0 {
				found = append(found, neighbour{k, far})
			}
		})
		if len(found) > 0 {
			break
		}
	}
	return found
}

// eachOf goes through the children of a circle.
func (r *Reader) eachOf(c circle, do func(k int32)) {
	switch {
	case c.listed:
		for _, k := range c.kids {
			do(k)
		}
	case c.all:
		for k := range r.size() {
			do(int32(k))
		}
	default:
		for _, class := range c.classes {
			for _, k := range r.roster.Members(r.classes.list[class].id) {
				do(k)
			}
		}
	}
}

// nearness compares what is written, of n characters, with a child's name and
// its parts; 0 when it is near to none.
func (x *nameIndex) nearness(text string, n int, k int32) int32 {
	name := x.name(k)
	more := utf8.RuneCountInString(name) - n
	switch {
	case more == 0:
		return far(text, name, n)
	case more == -1 && oneMore(text, name), more == 1 && oneMore(name, text) && n > 1:
		return oneOff
	case more < 0:
		return 0
	}
	for _, part := range x.parts(k) {
		if utf8.RuneCountInString(part) == n {
			if far := far(text, part, n); far > 0 {
				return far
			}
		}
	}
	return 0
}

// far compares two names of n characters. Of two characters one cannot be
// wrong: that would be half the school.
func far(text, name string, n int) int32 {
	sound, others := n > 1, 0
	for text != "" {
		r, i := utf8.DecodeRuneInString(text)
		s, j := utf8.DecodeRuneInString(name)
		text, name = text[i:], name[j:]
		if r == s {
			continue
		}
		others++
		sound = sound && soundClass(r) != 0 && soundClass(r) == soundClass(s)
		if others > 1 && !sound {
			return 0
		}
	}
	switch {
	case sound:
		return soundsNear
	case n > 2:
		return oneOff
	}
	return 0
}

// oneMore says that one name is the other with one character more.
func oneMore(long, short string) bool {
	for short != "" {
		r, i := utf8.DecodeRuneInString(long)
		s, j := utf8.DecodeRuneInString(short)
		if r != s {
			return long[i:] == short
		}
		long, short = long[i:], short[j:]
	}
	return true
}

// soundClass is the same for characters whose sounds are taken for each other;
// 0 when a character has none.
func soundClass(r rune) uint16 {
	if r < 0x4e00 || r >= 0xa000 {
		return 0
	}
	return soundClasses()[r-0x4e00]
}

var soundClasses = sync.OnceValue(func() *[0xa000 - 0x4e00]uint16 {
	table := new([0xa000 - 0x4e00]uint16)
	classes := map[string]uint16{}
	for i, syllable := range sounds() {
		if syllable == "" {
			continue
		}
		f := fold(syllable)
		if classes[f] == 0 {
			classes[f] = uint16(len(classes) + 1)
		}
		table[i] = classes[f]
	}
	return table
})

// fold makes syllables equal that are taken for each other: zh/z, ch/c, sh/s,
// n/l, f/h, ing/in, eng/en, ang/an.
func fold(syllable string) string {
	for _, pair := range [...][2]string{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}, {"n", "l"}, {"hui", "fei"}, {"hun", "fen"}} {
		if rest, ok := strings.CutPrefix(syllable, pair[0]); ok {
			syllable = pair[1] + rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(syllable, "hu"); ok && rest != "" {
		syllable = "f" + rest // hua/fa, huang/fang
	} else if rest, ok := strings.CutPrefix(syllable, "h"); ok {
		syllable = "f" + rest // hu/fu, heng/feng
	}
	for _, end := range [...]string{"ing", "eng", "ang"} {
		if strings.HasSuffix(syllable, end) {
			return strings.TrimSuffix(syllable, "g")
		}
	}
	return syllable
}
