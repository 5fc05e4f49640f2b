package intent

// pointKind is how a day is named.
type pointKind uint8

const (
	pNone          pointKind = iota
	pRelative                // 昨天: a = days from today
	pWeekday                 // 下周一: a = week, b = weekday
	pDayOfMonth              // 15号
	pDate                    // 10月9日: a = month, b = day
	pMonth                   // 11月, 下个月: a = month
	pAfterHoliday            // 国庆后
	pBeforeHoliday           // 国庆前
	pMonthEnd                // 月底
)

// point is a day, or a part of one, as written.
type point struct {
	kind   pointKind
	a, b   int
	part   int
	lesson int
	roll   bool // 晨检: named as a roll call
	text   string
}

// whenKind is how time words fix a stretch of time.
type whenKind uint8

const (
	atPoint   whenKind = iota // 昨天下午
	atSpan                    // 周三到周五
	atSince                   // 从周五起
	atUntil                   // 到15号
	atBack                    // 周五返校
	atWeek                    // 上周: n = week
	atLength                  // 三天: n of unit, half-days when unit is unitDay
	atHalf                    // 半天
	atOpenEnd                 // 一段时间
	atRest                    // 半年: a month or more
	atClock                   // 8点15: n = minutes of the day
	atLesson                  // 第二节 without a day
)

// when is one time phrase.
type when struct {
	kind     whenKind
	from, to point
	n, unit  int
	named    bool // 从…: a start that was said as one
}

// untilToday in n marks a run that is said to last until now.
const untilToday = 1

// when reads a time phrase at token i.
func (m *reading) when(i int) (when, int, bool) {
	t := m.toks[i]
	switch {
	case t.is(wSince):
		return m.sincePhrase(i)
	case t.is(wUntil), t.is(wTo):
		if p, j, ok := m.point(i + 1); ok && (p.kind != pNone || t.is(wUntil) || p.part > 0) {
			return when{kind: atUntil, to: p}, j, true
		}
		return when{}, i, false
	case t.is(wWeek) && t.arg >= weekNext && i+1 < len(m.toks) && m.toks[i+1].text == "一起" && !m.toks[i+1].gap:
		return when{kind: atSince, from: point{kind: pWeekday, a: t.arg, b: 1}}, i + 2, true // 下周一起: from Monday
	case t.is(wWeek):
		return when{kind: atWeek, n: t.arg}, i + 1, true
	case t.is(wHalfDay):
		return when{kind: atHalf}, i + 1, true
	case t.is(wOpenEnd):
		return when{kind: atOpenEnd}, i + 1, true
	case t.is(wSpanWord):
		if t.arg == 0 {
			return when{kind: atRest}, i + 1, true
		}
		return when{kind: atLength, n: t.arg, unit: unitWeek}, i + 1, true
	case t.is(wEndOf):
		if w, ok := namedSpan(t.arg); ok {
			return w, m.skipLength(i + 1), true
		}
	}
	if w, j, ok := m.clockTime(i); ok {
		return w, j, true
	}
	if p, j, ok := m.point(i); ok {
		return m.afterPoint(p, j)
	}
	return m.length(i)
}

// namedSpan reads 今明两天 and its kin.
func namedSpan(code int) (when, bool) {
	rel := func(a, b int) (when, bool) {
		return when{kind: atSpan, from: point{kind: pRelative, a: a}, to: point{kind: pRelative, a: b}}, true
	}
	switch code {
	case 1:
		return when{kind: atSpan, from: point{kind: pWeekday, a: weekThis, b: 6}, to: point{kind: pWeekday, a: weekThis, b: 7}}, true
	case 2:
		return when{kind: atOpenEnd}, true
	case 3:
		return when{kind: atWeek, n: weekThis}, true
	case 6:
		return rel(0, 1)
	case 7:
		return rel(-1, 0)
	case 8:
		return rel(1, 2)
	case 9:
		return rel(0, 2)
	}
	return when{}, false
}

// skipLength passes a length that only repeats what was said: 今明 两天.
func (m *reading) skipLength(i int) int {
	if i < len(m.toks) && !m.toks[i].gap {
		if w, j, ok := m.length(i); ok && w.unit == unitDay {
			return j
		}
	}
	return i
}

// sincePhrase reads 从上周五起, 从周三到周五.
func (m *reading) sincePhrase(i int) (when, int, bool) {
	if i+1 >= len(m.toks) {
		return when{}, i, false
	}
	p, j, ok := m.point(i + 1)
	if !ok {
		return when{}, i, false
	}
	if q, k, ok := m.upTo(j); ok {
		return when{kind: atSpan, from: p, to: q}, k, true
	}
	if j < len(m.toks) && m.toks[j].is(wOnwards) {
		j++
	}
	return when{kind: atSince, from: p, named: true}, j, true
}

// upTo reads the second half of 周三到周五.
func (m *reading) upTo(j int) (point, int, bool) {
	if j+1 >= len(m.toks) || !(m.toks[j].is(wTo, wUntil) || m.toks[j].punct("-~—")) {
		return point{}, j, false
	}
	return m.point(j + 1)
}

// afterPoint looks whether a point begins a span or a run.
func (m *reading) afterPoint(p point, j int) (when, int, bool) {
	if q, k, ok := m.upTo(j); ok {
		return when{kind: atSpan, from: p, to: q}, k, true
	}
	if p.kind == pNone && p.lesson > 0 {
		if j < len(m.toks) && m.toks[j].is(wOnwards) {
			j++
		}
		return when{kind: atLesson, from: p}, j, true
	}
	if j < len(m.toks) && p.kind != pNone && m.toks[j].is(wNow) && untilNow[m.toks[j].text] {
		return when{kind: atSince, from: p, n: untilToday}, j + 1, true // 上周三到现在
	}
	if j < len(m.toks) && m.toks[j].is(wOnwards) {
		if p.lesson > 0 || p.kind == pNone {
			return when{kind: atPoint, from: p}, j + 1, true
		}
		return when{kind: atSince, from: p}, j + 1, true
	}
	if p.kind == pAfterHoliday {
		return when{kind: atSince, from: p}, j, true
	}
	return when{kind: atPoint, from: p}, j, true
}

// untilNow are the words that make a run of a day: 上周三到现在没来.
var untilNow = map[string]bool{"到现在": true, "到目前": true, "到目前为止": true, "至今": true, "到这会儿": true}

// point reads one day or part of a day.
func (m *reading) point(i int) (point, int, bool) {
	if i >= len(m.toks) {
		return point{}, i, false
	}
	p, j, ok := m.bareDay(i)
	if !ok {
		t := m.toks[i]
		switch {
		case t.is(wPart):
			return m.lessonAfter(point{part: t.arg % rollWord, roll: t.arg >= rollWord}, i+1)
		case t.is(wLesson):
			return point{part: lessonPart(t.arg), lesson: t.arg}, i + 1, true
		}
		return point{}, i, false
	}
	if p.part == wholeDay {
		if j < len(m.toks) && m.toks[j].is(wPart) {
			p.part = m.toks[j].arg % rollWord
			return m.lessonAfter(p, j+1)
		}
		if j < len(m.toks) && m.toks[j].is(wLesson) {
			p.part, p.lesson = lessonPart(m.toks[j].arg), m.toks[j].arg
			return p, j + 1, true
		}
		if w, k, ok := m.length(j); ok && w.kind == atLength && w.unit == unitDay && w.n == 2 && !m.toks[j].gap && p.kind == pRelative && p.a <= 0 {
			return p, k, true // 昨天一天
		}
		return p, j, true
	}
	return m.lessonAfter(p, j)
}

// lessonAfter adds the lesson of 下午第一节.
func (m *reading) lessonAfter(p point, j int) (point, int, bool) {
	if j < len(m.toks) && m.toks[j].is(wLesson) {
		p.lesson = m.toks[j].arg
		return p, j + 1, true
	}
	if j+1 < len(m.toks) && m.toks[j].kind == kNumber && m.toks[j+1].is(wLessonWord) {
		return p, j + 2, true
	}
	return p, j, true
}

func lessonPart(n int) int {
	if n <= 4 {
		return morning
	}
	return noon
}

// bareDay reads 昨天, 下周一, 15号, 10月9日, 10.9, 国庆后, 月底.
func (m *reading) bareDay(i int) (point, int, bool) {
	t := m.toks[i]
	switch {
	case t.is(wDay):
		return point{kind: pRelative, a: t.arg/8 - 4, part: t.arg % 8}, i + 1, true
	case t.is(wWeekday):
		return point{kind: pWeekday, a: t.arg / 10, b: t.arg % 10}, i + 1, true
	case t.is(wHolidayAfter):
		return point{kind: pAfterHoliday, text: t.text, a: t.arg}, i + 1, true
	case t.is(wHolidayBefore):
		return point{kind: pBeforeHoliday, text: t.text}, i + 1, true
	case t.is(wEndOf) && t.arg == 0:
		return point{kind: pMonthEnd}, i + 1, true
	case t.is(wNextMonth):
		if i+2 < len(m.toks) && m.toks[i+1].kind == kNumber && isDom(m.toks[i+2]) {
			return point{kind: pDate, a: -10 - t.arg, b: m.toks[i+1].arg}, i + 3, true
		}
		if i+1 < len(m.toks) && m.toks[i+1].is(wEndOf) && m.toks[i+1].arg == 0 {
			return point{kind: pMonthEnd, a: t.arg}, i + 2, true
		}
		return point{kind: pMonth, a: -10 - t.arg}, i + 1, true
	case t.kind == kNumber:
		return m.numberedDay(i)
	}
	return point{}, i, false
}

func isDom(t token) bool { return t.is(wDom) || (t.is(wUnit) && t.text == "日") }

// numberedDay reads 10月9日, 10月9, 11月, 15号, 10.9.
func (m *reading) numberedDay(i int) (point, int, bool) {
	t := m.toks[i]
	next := func(k int) token {
		if i+k < len(m.toks) {
			return m.toks[i+k]
		}
		return token{kind: kPunct}
	}
	switch {
	case t.frac >= 1 && t.frac <= 31 && t.arg >= 1 && t.arg <= 12:
		j := i + 1
		if isDom(next(1)) {
			j++
		}
		return point{kind: pDate, a: t.arg, b: t.frac}, j, true
	case t.arg >= 1 && t.arg <= 12 && next(1).is(wMonth) && next(2).kind == kNumber && next(2).arg <= 31:
		j := i + 3
		if isDom(next(3)) {
			j++
		}
		return point{kind: pDate, a: t.arg, b: next(2).arg}, j, true
	case t.arg >= 1 && t.arg <= 12 && next(1).is(wMonth):
		if next(2).is(wEndOf) && next(2).arg == 0 {
			return point{kind: pMonthEnd, a: 20 + t.arg}, i + 3, true
		}
		return point{kind: pMonth, a: t.arg}, i + 2, true
	case t.arg >= 1 && t.arg <= 31 && t.frac < 0 && isDom(next(1)):
		return point{kind: pDayOfMonth, a: t.arg}, i + 2, true
	case t.arg >= 1 && t.arg <= 31 && t.frac < 0 && next(1).punct("、,") && next(2).kind == kNumber && next(2).frac < 0 && isDom(next(3)) && m.dateHere(i):
		return point{kind: pDayOfMonth, a: t.arg}, i + 1, true
	}
	return point{}, i, false
}

// clockTime reads 8:20, 8点15分, 八点半.
func (m *reading) clockTime(i int) (when, int, bool) {
	t := m.toks[i]
	if t.kind != kNumber || t.frac >= 0 || t.arg > 24 || i+1 >= len(m.toks) {
		return when{}, i, false
	}
	n := t.arg * 60
	j := i + 2
	switch next := m.toks[i+1]; {
	case next.punct(":") && i+2 < len(m.toks) && m.toks[i+2].kind == kNumber && m.toks[i+2].arg < 60 && t.digits && m.toks[i+2].to-m.toks[i+2].from == 2 && !m.toks[i+2].gap:
		return when{kind: atClock, n: n + m.toks[i+2].arg}, i + 3, true
	case next.is(wClockWord) && next.text != "时":
	default:
		return when{}, i, false
	}
	if j < len(m.toks) && !m.toks[j].gap {
		switch k := m.toks[j]; {
		case k.kind == kNumber && k.arg < 60:
			n += k.arg
			j++
			if j < len(m.toks) && m.toks[j].is(wMinute) {
				j++
			}
		case k.text == "半":
			n += 30
			j++
		case k.text == "多" || k.text == "整" || k.text == "过":
			j++
		}
	}
	return when{kind: atClock, n: n}, j, true
}

// length reads 三天, 一天半, 两周, 一个月.
func (m *reading) length(i int) (when, int, bool) {
	if i+1 >= len(m.toks) {
		return when{}, i, false
	}
	t := m.toks[i]
	if t.kind != kNumber || t.frac >= 0 || t.arg == 0 || t.arg > 400 {
		return when{}, i, false
	}
	u, j := m.toks[i+1], i+2
	if u.is(wPeople) && u.text == "个" && j < len(m.toks) && (m.toks[j].is(wUnit) || m.toks[j].is(wMonth)) {
		u, j = m.toks[j], j+1
		if u.is(wMonth) {
			u.tag, u.arg = wUnit, unitMonth
		}
	}
	if !u.is(wUnit) || (u.text == "日" && !m.lengthOfDays(j)) {
		return when{}, i, false
	}
	w := when{kind: atLength, n: t.arg, unit: u.arg}
	if u.arg == unitDay {
		w.n = 2 * t.arg
		if j < len(m.toks) && m.toks[j].text == "半" {
			w.n++
			j++
		}
	}
	if u.arg == unitYear || u.arg == unitTerm || (u.arg == unitMonth && t.arg > 1) {
		w.unit = u.arg
	}
	if w.unit == unitWeek {
		w.n = 7 * t.arg
	}
	return w, j, true
}

// lengthOfDays tells 三日 (假) from the date 3日.
func (m *reading) lengthOfDays(j int) bool {
	return j < len(m.toks) && (m.toks[j].text == "假" || m.toks[j].text == "内")
}
