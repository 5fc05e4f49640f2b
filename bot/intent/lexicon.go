package intent

import (
	"bytes"
	"sync"
	"unicode/utf8"
)

// word is one entry of the vocabulary.
type word struct {
	tag tag
	arg int
}

// entry is one line of a table: words of one meaning, parted by spaces.
type entry struct {
	tag   tag
	arg   int
	words string
}

// lexicon finds words by their beginning. The formulas make a great many, so
// it keeps of each only a hash of 64 bits, long enough that no other text has
// the same: two megabytes instead of twenty, and made in no time.
type lexicon struct {
	slots   []slot // hashed, the next free one; a power of two
	used    int
	lengths map[rune]uint32 // first rune → bit n set: a word of n runes begins so
}

// slot holds a word; hash 0 is free.
type slot struct {
	hash uint64
	arg  int32
	tag  tag
}

// words is the vocabulary, built on first use and never changed.
var words = sync.OnceValue(func() *lexicon {
	l := &lexicon{slots: make([]slot, 1<<16), lengths: map[rune]uint32{}}
	for _, table := range [][]entry{timeWords, markWords, countWords, peopleWords, talkWords, plainWords} {
		l.table(table)
	}
	addWeekdays(l)
	addLessons(l)
	for _, f := range formulas {
		f.each(func(w []byte) { l.forms(w, f.tag, f.arg) })
	}
	l.table(ordinaryNames)
	return l
})

// isWord says that the vocabulary knows a text.
func isWord(text string) bool {
	_, ok := words().find(text)
	return ok
}

func (l *lexicon) table(list []entry) {
	for _, e := range list {
		eachWord(e.words, func(w string) { l.forms([]byte(w), e.tag, e.arg) })
	}
}

// forms adds a word and what it becomes with 了 or 就 behind it.
func (l *lexicon) forms(w []byte, t tag, arg int) {
	l.add(w, t, arg)
	if t == wHolidayAfter {
		l.add(append(w, "就"...), t, arg)
	}
	bare, done := bytes.CutSuffix(w, []byte("了"))
	switch {
	case !done && takesLe(t):
		l.add(append(w, "了"...), t, arg)
	case done && isMarkTag(t): // 来啦, 到咯
		for _, end := range []string{"啦", "咯", "喽"} {
			l.add(append(bytes.Clone(bare), end...), t, arg)
		}
	}
}

// takesLe: 迟到 is also 迟到了.
func takesLe(t tag) bool {
	switch t {
	case wAbsent, wLate, wEarly, wSick, wPersonal, wLeave, wTruant, wOfficial, wGone:
		return true
	}
	return false
}

func (l *lexicon) add(text []byte, t tag, arg int) {
	n := utf8.RuneCount(text)
	h := hashWord(text)
	s := l.slot(h)
	if s.hash == h || n > 31 {
		return // the first table that knows a word decides
	}
	*s = slot{h, int32(arg), t}
	if l.used++; 4*l.used > 3*len(l.slots) {
		l.grow()
	}
	first, _ := utf8.DecodeRune(text)
	l.lengths[first] |= 1 << n
}

// grow doubles the room.
func (l *lexicon) grow() {
	old := l.slots
	l.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.hash != 0 {
			*l.slot(s.hash) = s
		}
	}
}

// slot is where a hash is, or would be.
func (l *lexicon) slot(hash uint64) *slot {
	mask := uint64(len(l.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if s := &l.slots[i]; s.hash == hash || s.hash == 0 {
			return s
		}
	}
}

func (l *lexicon) find(text string) (word, bool) {
	s := l.slot(hashWord(text))
	return word{s.tag, int(s.arg)}, s.hash != 0
}

// hashWord is FNV-1a: the same wherever and whenever it is asked.
func hashWord[T string | []byte](text T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}
