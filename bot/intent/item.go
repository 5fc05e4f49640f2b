package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// itemKind is what a stretch of tokens contributes.
type itemKind uint8

const (
	iWord    itemKind = iota // a word of the vocabulary, by its tag
	iText                    // text nobody knows
	iMark                    // a predicate: tag says which
	iKid                     // a child, or several
	iCount                   // 3人, 两个
	iRatio                   // 46/44: n of m
	iShould                  // 应到46
	iActual                  // 实到44
	iWhen                    // a time phrase
	iClass                   // a class
	iStop                    // . ! ; line
	iComma                   // ,
	iSep                     // 、 and spaces between names
	iColon                   // :
	iOpen                    // (
	iClose                   // )
	iQuery                   // ?
	iMinutes                 // 20分钟
	iTimes                   // 三次, 三个电话
)

// item is one step of the grammar.
type item struct {
	kind itemKind
	tag  tag
	arg  int
	n, m int
	kid  mention
	when when
	from int // token offsets
	to   int
	gap  bool
	line bool
	text string
	ids  []int // classes
}

func (t item) is(tags ...tag) bool {
	if t.kind != iWord && t.kind != iMark {
		return false
	}
	for _, g := range tags {
		if t.tag == g {
			return true
		}
	}
	return false
}

// isMarkTag says that a word can be the predicate of a report.
func isMarkTag(t tag) bool { return t >= wAbsent && t <= wEndLeave }

// parse turns tokens into items.
func (m *reading) parse() {
	m.items = make([]item, 0, len(m.toks))
	for i := 0; i < len(m.toks); {
		it, j := m.item(i)
		it.from, it.to = i, j
		it.gap, it.line = m.toks[i].gap, m.toks[i].line
		it.text = m.s.sub(m.toks[i].from, m.toks[j-1].to)
		m.items = append(m.items, it)
		i = j
	}
	m.classesOfNames()
	m.seatsBeforeNames()
	m.spelledOut()
	m.beingHere()
	m.nicknames()
}

// seatsBeforeNames: 14号王子轩 is one of two of that name, not the 14th.
func (m *reading) seatsBeforeNames() {
	for i := 0; i+1 < len(m.items); i++ {
		it, next := &m.items[i], &m.items[i+1]
		if i+2 < len(m.items) && it.kind == iWord && it.n > 31 && next.is(wDom, wSeat) && m.items[i+2].kind == iKid && !m.items[i+2].gap && m.items[i+2].kid.seat == 0 {
			seated := m.items[i+2].kid // 33号李婷: no month has as many days
			seated.seat = it.n
			if len(m.resolve(seated).kids) == 1 {
				m.items[i+2].kid = seated
				it.tag, it.n, next.tag = wFill, 0, wFill
			}
			continue
		}
		if it.kind != iWhen || it.when.kind != atPoint || it.when.from.kind != pDayOfMonth || next.kind != iKid || next.gap || len(next.kid.tok.full) == 0 {
			continue
		}
		seated := next.kid
		seated.seat = it.when.from.a
		if m.resolve(next.kid).why == school.AskAmbiguousName && len(m.resolve(seated).kids) == 1 {
			next.kid = seated
			*it = item{kind: iWord, tag: wFill, from: it.from, to: it.to, gap: it.gap, line: it.line, text: it.text}
		}
	}
}

// classesOfNames gives every name the class that is spoken of: the one named
// last, or the one that stands right behind the name.
func (m *reading) classesOfNames() {
	var class []int
	for i := range m.items {
		it := &m.items[i]
		switch it.kind {
		case iClass:
			if it.n > 0 {
				it.ids = m.sameYear(m.classesNumbered(it.n), class)
			}
			class = it.ids
			if i > 0 && m.items[i-1].kind == iKid && !m.nameAfter(i+1) {
				m.items[i-1].kid.classes = it.ids
			}
		case iKid:
			if len(it.kid.classes) == 0 {
				it.kid.classes = class
			}
		}
	}
}

// sameYear keeps the classes of the year that was named before: 七年级三班 …, 五班 ….
func (m *reading) sameYear(fits, before []int) []int {
	if len(before) != 1 || len(fits) < 2 {
		return fits
	}
	var kept []int
	for _, c := range fits {
		if m.r.classes.list[c].grade == m.r.classes.list[before[0]].grade {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return fits
	}
	return kept
}

func (m *reading) nameAfter(i int) bool {
	for ; i < len(m.items); i++ {
		switch it := m.items[i]; {
		case it.kind == iKid:
			return true
		case it.is(wOf, wLack, wAbsent), it.kind == iSep, it.kind == iColon:
		default:
			return false
		}
	}
	return false
}

// item reads the longest item at token i.
func (m *reading) item(i int) (item, int) {
	t := m.toks[i]
	if it, j, ok := m.leftBefore(i); ok {
		return it, j
	}
	if it, j, ok := m.askLeave(i); ok {
		return it, j
	}
	switch t.kind {
	case kPunct:
		return punctuation(t), i + 1
	case kName, kSurname, kPinyin:
		return m.child(i)
	case kGuess:
		return m.child(i)
	case kAdult:
		return item{kind: iWord, tag: wAdult}, i + 1
	case kClass:
		j := i + 1
		return item{kind: iClass, ids: []int{t.arg}}, j
	case kOther, kLatin:
		return item{kind: iText}, i + 1
	case kNumber:
		if it, j, ok := m.numberItem(i); ok {
			return it, j
		}
	}
	if it, j, ok := m.counted(i); ok {
		return it, j
	}
	if t.is(wBoy, wGirl) && i+1 < len(m.toks) && m.toks[i+1].kind == kName && !m.toks[i+1].gap {
		it, j := m.child(i + 1)
		it.kid.sex = sexOf(t)
		return it, j
	}
	if w, j, ok := m.when(i); ok {
		return item{kind: iWhen, when: w}, j
	}
	switch {
	case t.kind == kNumber:
		return item{kind: iWord, tag: noTag, n: t.arg}, i + 1
	case t.is(wBoth2):
		return item{kind: iCount, n: 2, tag: wBoth2}, i + 1
	case t.is(wTwins):
		return item{kind: iKid, kid: mention{kind: byTwins, tok: t, text: t.text}}, i + 1
	case t.is(wTitle):
		return item{kind: iKid, kid: mention{kind: byTitle, tok: t, text: t.text}}, i + 1
	case t.kind == kWord && isMarkTag(t.tag):
		return item{kind: iMark, tag: t.tag, arg: t.arg}, i + 1
	}
	return item{kind: iWord, tag: t.tag, arg: t.arg}, i + 1
}

func sexOf(t token) string {
	if t.tag == wGirl {
		return "女"
	}
	return "男"
}

func punctuation(t token) item {
	switch {
	case t.punct("。!;…"):
		return item{kind: iStop}
	case t.punct("."):
		return item{kind: iSep}
	case t.punct(","):
		return item{kind: iComma}
	case t.punct("、/\\|&+"):
		return item{kind: iSep}
	case t.punct(":"):
		return item{kind: iColon}
	case t.punct("([{【〔<《"):
		return item{kind: iOpen}
	case t.punct(")]}】〕>》"):
		return item{kind: iClose}
	case t.punct("?"):
		return item{kind: iQuery}
	case t.punct("~-—–"):
		return item{kind: iSep}
	}
	return item{kind: iWord, tag: wFill}
}

// child reads a name with what narrows it: (男), 女, (9号), 同学.
func (m *reading) child(i int) (item, int) {
	t := m.toks[i]
	k := mention{kind: byName, tok: t, text: t.text}
	switch t.kind {
	case kSurname:
		k.kind, k.text = bySurname, m.s.sub(t.arg, t.arg+1)
	case kPinyin:
		k.kind = byPinyin
	case kGuess:
		k.kind = byGuess
	}
	j := i + 1
	at := func(n int) token {
		if j+n < len(m.toks) {
			return m.toks[j+n]
		}
		return token{kind: kPunct}
	}
	j += m.narrowing(j, &k)
	if seat := m.seatBefore(i); seat > 0 && k.kind == byName {
		k.seat = seat // 5号林晓
		m.items = m.items[:len(m.items)-1]
	}
	if at(0).is(wOthers) && (at(0).text == "同学" || at(0).text == "学生") && !at(0).gap {
		j++
	}
	return item{kind: iKid, kid: k}, j
}

// narrowing reads what tells apart two of one name: 女, (男), (9号), (七3). It
// returns how many tokens that takes.
func (m *reading) narrowing(j int, k *mention) int {
	at := func(n int) token {
		if j+n < len(m.toks) {
			return m.toks[j+n]
		}
		return token{kind: kPunct}
	}
	inside := at(0).punct("([【〔")
	n := 0
	if inside {
		n = 1
	}
	named := *k
	switch t := at(n); {
	case t.is(wBoy, wGirl) && (inside || !t.gap && !(at(1).kind == kName && !at(1).gap)):
		named.sex, n = sexOf(t), n+1
	case inside && t.kind == kNumber && at(n+1).is(wDom, wSeat):
		named.seat, n = t.arg, n+2
	case inside && t.kind == kClass:
		named.classes, n = []int{t.arg}, n+1
	default:
		return 0
	}
	if inside {
		if !at(n).punct(")]】〕") {
			return 0
		}
		n++
	}
	*k = named
	return n
}

// leftBefore reads 提前半小时走了.
func (m *reading) leftBefore(i int) (item, int, bool) {
	if m.toks[i].text != "提前" {
		return item{}, i, false
	}
	j := i + 1
	for j < len(m.toks) && j < i+4 && (m.toks[j].kind == kNumber || m.toks[j].is(wMinute, wLessonWord, wLesson)) {
		j++
	}
	if j == i+1 || j >= len(m.toks) || !leaving[firstRune(m.toks[j].text)] {
		return item{}, i, false
	}
	return item{kind: iMark, tag: wEarly}, j + 1, true
}

var leaving = map[string]bool{"走": true, "离": true}

// seatBefore is the number right before the name at token i if it is that
// child's seat; 5号张三没来 may speak of the 5th.
func (m *reading) seatBefore(i int) int {
	n := len(m.items) - 1
	if n < 0 || m.items[n].to != i || m.toks[i].gap {
		return 0
	}
	seat := 0
	switch it := m.items[n]; {
	case it.kind == iKid && it.kid.kind == bySeat:
		return it.kid.seat
	case it.kind == iWhen && it.when.kind == atPoint && it.when.from.kind == pDayOfMonth:
		seat = it.when.from.a
	}
	for _, k := range m.toks[i].full {
		if slices.ContainsFunc(m.r.student(k).Places, func(p school.Place) bool { return p.Seat == seat }) && m.r.knows(&m.who, []int32{k}) {
			return seat
		}
	}
	return 0
}

// leaveEnds says that from token j on a time and then 假 follow, and no more.
func (m *reading) leaveEnds(j int) bool {
	for k := j; k < len(m.toks) && k < j+6; k++ {
		switch t := m.toks[k]; {
		case k > j && strings.HasPrefix(t.text, "假"):
			return true
		case t.kind == kNumber, t.is(wUnit, wPart, wDay, wWeekday, wHalfDay, wSpanWord, wDom, wMonth, wLessonWord), t.text == "次", t.text == "个", t.text == "的":
		default:
			return false
		}
	}
	return false
}

// askLeave reads the separable 请…假: 请一天假, 请两天, 请了三天病假, 请到周四.
func (m *reading) askLeave(i int) (item, int, bool) {
	t := m.toks[i]
	if t.text != "请" && !(t.kind == kWord && t.tag == wLeave && t.text == "请的") {
		return item{}, i, false
	}
	j := i + 1
	for j < len(m.toks) && (m.toks[j].is(wLe) || m.toks[j].text == "个" || m.toks[j].text == "他" || m.toks[j].text == "她") {
		j++
	}
	if j >= len(m.toks) {
		return item{}, i, false
	}
	if m.leaveEnds(j) {
		return item{kind: iMark, tag: wLeave}, j, true // 请一上午假, 请一次假
	}
	_, _, long := m.length(j)
	if j+2 < len(m.toks) && m.toks[j].kind == kNumber && m.toks[j+1].is(wLessonWord) && m.toks[j+2].text != "课" {
		return item{kind: iMark, tag: wLeave}, j + 2, true // 请两节课假
	}
	if long || m.toks[j].is(wHalfDay, wSpanWord, wTo, wOpenEnd) || m.toks[j].text == "假" || m.toks[j].is(wDay) {
		return item{kind: iMark, tag: wLeave}, j, true
	}
	return item{}, i, false
}
