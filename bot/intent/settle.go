package intent

import (
	"strings"
	"unicode/utf8"
)

// What a single item means is sometimes settled only by its neighbours; this is
// done before items are grouped into statements.

// spelledOut passes over the explanation of a character: 李全,全力的全.
func (m *reading) spelledOut() {
	for i := 0; i+2 < len(m.items); i++ {
		word, of, char := m.items[i], m.items[i+1], &m.items[i+2]
		if !of.is(wOf) || utf8.RuneCountInString(char.text) != 1 || !strings.Contains(word.text, char.text) || !m.bears(char.text) {
			continue
		}
		for k := i; k <= i+2; k++ {
			it := m.items[k]
			m.items[k] = item{kind: iWord, tag: wFill, from: it.from, to: it.to, gap: it.gap, line: it.line, text: it.text}
		}
	}
}

// bears says that a name in the message holds the character.
func (m *reading) bears(char string) bool {
	for _, it := range m.items {
		if it.kind == iKid && strings.Contains(it.kid.text, char) {
			return true
		}
	}
	return false
}

// beingHere: a name and 在 and nothing more says that the child is here.
func (m *reading) beingHere() {
	for i := 1; i < len(m.items); i++ {
		it := &m.items[i]
		if p, short := parenWords[it.text]; short && it.kind != iMark && !it.gap && m.items[i-1].kind == iKid && (i+1 == len(m.items) || m.items[i+1].kind == iStop || m.items[i+1].kind == iComma || m.items[i+1].kind == iSep) {
			it.kind, it.tag, it.arg = iMark, p.tag, p.arg // 高磊病,何苗事
			continue
		}
		if it.text != "在" || it.kind != iWord || m.items[i-1].kind != iKid && !m.items[i-1].is(wAlso, wBoth, wHe) {
			continue
		}
		if i+1 == len(m.items) || m.items[i+1].kind == iStop || m.items[i+1].kind == iComma || m.items[i+1].is(wFill) {
			it.kind, it.tag = iMark, wPresent
		}
	}
}

// nicknames: what nobody knows, joined to a name and followed by what is
// reported, is meant to be a child too: 龚正和大鹏没来.
func (m *reading) nicknames() {
	for i := 2; i < len(m.items); i++ {
		it := &m.items[i]
		n := utf8.RuneCountInString(it.text)
		if it.kind != iText || n < 2 || n > 3 || !m.items[i-1].is(wAnd) && m.items[i-1].kind != iSep || m.items[i-2].kind != iKid || !m.reportFollows(i+1) {
			continue
		}
		t := m.toks[it.from]
		t.kind = kGuess
		it.kind, it.kid = iKid, mention{kind: byGuess, tok: t, text: it.text}
	}
}

// reportFollows says that item i, or what comes behind 都 or a time, reports.
func (m *reading) reportFollows(i int) bool {
	for ; i < len(m.items); i++ {
		switch it := m.items[i]; {
		case it.is(wBoth, wAlso, wAdverb, wOthers, wRepeat), it.kind == iWhen, it.kind == iCount:
		default:
			return it.kind == iMark && it.is(wAbsent, wLate, wLeave, wSick, wPersonal, wTruant, wEarly)
		}
	}
	return false
}
