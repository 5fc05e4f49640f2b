package intent

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// kind is what a piece of text is.
type kind uint8

const (
	kOther   kind = iota // text nobody knows
	kPunct               // punctuation and symbols
	kNumber              // 46, 四十六, 38.5
	kWord                // of the vocabulary
	kName                // a name, or part of a name, of the roster
	kGuess               // looks like a name: surname and characters, 三儿, 小明
	kSurname             // 小张, 张同学: a surname of the roster
	kPinyin              // 张yao
	kAdult               // 李老师, the name of a member of staff
	kClass               // 七(3)班, or 三班 whose year is open
	kLatin               // other letters
)

// token is one piece of the text.
type token struct {
	kind   kind
	tag    tag
	arg    int     // of the word; value of a number; index into classes
	frac   int     // digits after a decimal point, -1 when none
	from   int     // rune offsets
	to     int     //
	text   string  //
	gap    bool    // a space or line break stands before it
	line   bool    // a line break stands before it
	full   []int32 // kName: students of that full name
	short  []int32 // kName: students of whom it is a part
	digits bool    // kNumber: written in digits
}

func (t token) is(tags ...tag) bool {
	if t.kind != kWord {
		return false
	}
	for _, g := range tags {
		if t.tag == g {
			return true
		}
	}
	return false
}

func (t token) punct(set string) bool {
	if t.kind != kPunct {
		return false
	}
	for _, r := range set {
		if t.text == string(r) {
			return true
		}
	}
	return false
}

// Costs of reading a piece of text as something: the reading of the whole
// message with the smallest sum wins. Names come before words, the longest
// first; unknown text is the last resort.
const (
	costName    = 5
	costClass   = 7
	costAdult   = 8
	costPart    = 9
	costWord    = 10
	costDay     = 8  // 后天|来 rather than 后|天来
	costStrange = 24 // part of a name of another class, or one that reads as a length
	costShort   = 11 // a word or part of one character
	costNot     = 12 // 没 rather belongs to what follows
	costRare    = 16
	costNumber  = 10
	costSurname = 12
	costPinyin  = 12
	costOther   = 14
	costPunct   = 4
)

// edge is one way to read the text from a place on.
type edge struct {
	to   int
	cost int
	tok  token
}

// lexer finds the cheapest reading of a text.
type lexer struct {
	r    *Reader
	s    *squeezed
	who  *speaker
	cost []int
	best []edge
	prev []int32
}

// tokens splits the text.
func (r *Reader) tokens(s *squeezed, who *speaker) []token {
	n := len(s.runes)
	x := lexer{r: r, s: s, who: who, cost: make([]int, n+1), best: make([]edge, n+1), prev: make([]int32, n+1)}
	for i := 1; i <= n; i++ {
		x.cost[i] = 1 << 30
	}
	for i := range n {
		x.edges(i)
	}
	count := 0
	for i := n; i > 0; i = int(x.prev[i]) {
		count++
	}
	toks := make([]token, count)
	for i := n; i > 0; i = int(x.prev[i]) {
		count--
		t := x.best[i].tok
		t.from, t.to = int(x.prev[i]), i
		t.text = s.sub(t.from, t.to)
		t.gap, t.line = s.gap[t.from], s.line[t.from]
		toks[count] = t
	}
	return r.guesses(r.ordinaryWords(joinOther(toks, s), who), s)
}

// joinOther makes one token of unknown characters that stand together.
func joinOther(toks []token, s *squeezed) []token {
	out := toks[:0]
	for _, t := range toks {
		if last := len(out) - 1; t.kind == kOther && last >= 0 && out[last].kind == kOther && !t.gap {
			out[last].to = t.to
			out[last].text = s.sub(out[last].from, t.to)
			continue
		}
		out = append(out, t)
	}
	return out
}

func (x *lexer) offer(from, to, cost int, t token) {
	if c := x.cost[from] + cost; c < x.cost[to] {
		x.cost[to], x.prev[to] = c, int32(from)
		x.best[to] = edge{to, cost, t}
	}
}

// edges offers every reading that begins at rune i.
func (x *lexer) edges(i int) {
	r := x.s.runes[i]
	switch {
	case isLatin(r):
		x.latin(i)
	case isDigit(r):
		x.digits(i)
	case !isHan(r):
		x.offer(i, i+1, costPunct, token{kind: kPunct})
	default:
		x.offer(i, i+1, costOther, token{kind: kOther})
		x.numeral(i)
		x.people(i)
	}
	x.holidays(i)
	x.whether(i)
	x.vocabulary(i)
	x.names(i)
	x.class(i)
}

// holidays reads 秋假后, 校庆前 of the school's own calendar.
func (x *lexer) holidays(i int) {
	rest := x.s.text[x.s.off[i]:]
	for _, name := range x.r.feasts {
		if !strings.HasPrefix(rest, name) {
			continue
		}
		for _, side := range []struct {
			tag   tag
			words []string
		}{{wHolidayAfter, []string{"后", "以后", "之后", "过后", "结束后", "回来", "回来后"}}, {wHolidayBefore, []string{"前", "以前", "之前"}}} {
			for _, w := range side.words {
				if strings.HasPrefix(rest[len(name):], w) {
					x.offer(i, i+utf8.RuneCountInString(name+w), costWord, token{kind: kWord, tag: side.tag})
				}
			}
		}
	}
}

// isLength: 一天 is a length, whoever bears it as a given name.
func isLength(runes []rune) bool {
	_, number := numerals[runes[0]]
	return number && len(runes) == 2 && strings.ContainsRune("天周月日号点人个年节次半", runes[1])
}

// addName adds a name once.
func addName(list []string, name string) []string {
	if name == "" || slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// whether reads 补没补, 会不会, 到了没到: a verb and its denial ask.
func (x *lexer) whether(i int) {
	if i+3 > len(x.s.runes) || !isHan(x.s.runes[i]) || x.s.runes[i] != x.s.runes[i+2] || x.s.gap[i+1] || x.s.gap[i+2] {
		return
	}
	if not := x.s.runes[i+1]; not == '没' || not == '不' {
		x.offer(i, i+3, costWord, token{kind: kWord, tag: wAsk})
	}
}

func (x *lexer) vocabulary(i int) {
	l := words()
	mask := l.lengths[x.s.runes[i]]
	for n := 1; mask>>n != 0 && i+n <= len(x.s.runes); n++ {
		if mask&(1<<n) == 0 {
			continue
		}
		w, ok := l.find(x.s.sub(i, i+n))
		if !ok || (isLatin(x.s.runes[i]) && x.insideLatin(i, i+n)) {
			continue
		}
		cost := costWord
		switch {
		case n == 1 && w.tag == wNot:
			cost = costNot
		case n == 1:
			cost = costShort
		case (w.tag == wPlain || w.tag == wAdverb) && w.arg == rare:
			cost = costRare
		case w.tag == wDay || w.tag == wWeekday || w.tag == wPart && w.arg == morning:
			cost = costDay
		}
		x.offer(i, i+n, cost, token{kind: kWord, tag: w.tag, arg: w.arg})
	}
}

// insideLatin says that letters go on before or after.
func (x *lexer) insideLatin(i, j int) bool {
	return (i > 0 && isLatin(x.s.runes[i-1]) && !x.s.gap[i]) ||
		(j < len(x.s.runes) && isLatin(x.s.runes[j]) && isLatin(x.s.runes[j-1]) && !x.s.gap[j])
}

func (x *lexer) names(i int) {
	mask := x.r.names.lengths[x.s.runes[i]]
	for n := 1; mask>>n != 0 && i+n <= len(x.s.runes); n++ {
		if mask&(1<<n) == 0 {
			continue
		}
		text := x.s.sub(i, i+n)
		full, short := x.r.names.find(wholeName, text), x.r.names.find(namePart, text)
		switch {
		case len(full) > 0:
			x.offer(i, i+n, costName, token{kind: kName, full: full, short: short})
		case len(short) > 0 && n > 1:
			cost := costPart
			if !x.r.knows(x.who, short) || isLength(x.s.runes[i:i+n]) {
				cost = costStrange
			}
			x.offer(i, i+n, cost, token{kind: kName, short: short})
		case x.r.names.staff[text]:
			x.offer(i, i+n, costAdult, token{kind: kAdult})
		}
	}
}

func (x *lexer) class(i int) {
	mask := x.r.classes.lengths[x.s.runes[i]]
	if mask == 0 || (isDigit(x.s.runes[i]) && i > 0 && !x.s.gap[i] && (isDigit(x.s.runes[i-1]) || x.s.runes[i-1] == '.')) {
		return
	}
	for n := 1; mask>>n != 0 && i+n <= len(x.s.runes); n++ {
		if mask&(1<<n) == 0 {
			continue
		}
		ref, ok := x.r.classes.find(x.s.sub(i, i+n))
		if !ok || !x.ends(i+n) || x.room(i+n) {
			continue
		}
		x.offer(i, i+n, costClass, token{kind: kClass, arg: ref})
	}
}

// room says that the number was that of a room: 302寝室.
func (x *lexer) room(j int) bool {
	rest := x.s.text[x.s.off[j]:]
	return strings.HasPrefix(rest, "寝室") || strings.HasPrefix(rest, "宿舍") || strings.HasPrefix(rest, "房间") || strings.HasPrefix(rest, "室")
}

// ends says that a number does not go on at rune j.
func (x *lexer) ends(j int) bool {
	if j >= len(x.s.runes) || x.s.gap[j] || !isDigit(x.s.runes[j-1]) {
		return true
	}
	switch r := x.s.runes[j]; r {
	case '人', '个', '号', '份', '元', '块', '分', '点', '天', '月', '日', '年', '级', '本', '名', '/', ':', '%':
		return false
	default:
		return !isDigit(r)
	}
}

func (x *lexer) latin(i int) {
	j := i + 1
	for j < len(x.s.runes) && isLatin(x.s.runes[j]) && !x.s.gap[j] {
		j++
	}
	if i > 0 && isLatin(x.s.runes[i-1]) && !x.s.gap[i] {
		x.offer(i, i+1, costOther, token{kind: kLatin})
		return
	}
	x.offer(i, j, costOther, token{kind: kLatin})
	x.offer(i, i+1, costOther+costOther, token{kind: kLatin})
	if j-i >= 4 && x.r.names.has(letters, x.s.sub(i, j)) {
		x.offer(i, j, costPinyin, token{kind: kPinyin})
	}
}
