package intent

// numberItem reads what begins with a number and is not a time: 46/44, 3号,
// 3人, 三班, 三次, 20分钟.
func (m *reading) numberItem(i int) (item, int, bool) {
	t := m.toks[i]
	at := func(n int) token {
		if i+n < len(m.toks) {
			return m.toks[i+n]
		}
		return token{kind: kPunct}
	}
	n := t.arg
	switch next := at(1); {
	case t.digits && next.punct("/") && at(2).kind == kNumber && n >= at(2).arg && n >= 5:
		return item{kind: iRatio, n: n, m: at(2).arg}, i + 3, true
	case t.frac < 0 && n >= 5 && next.is(wTo) && at(2).kind == kNumber && at(2).arg <= n && at(2).arg*2 >= n && !at(3).is(wDom, wUnit, wClockWord, wLessonWord, wMonth):
		j := i + 3
		if at(3).is(wPeople) {
			j++
		}
		return item{kind: iRatio, n: n, m: at(2).arg}, j, true
	case t.frac < 0 && n >= 5 && next.is(wPeople) && (at(2).is(wTo, wActual) || at(2).is(wPresent) && (at(2).text == "到了" || at(2).text == "来了")) && at(3).kind == kNumber && at(3).arg <= n:
		j := i + 4
		if at(4).is(wPeople) {
			j++
		}
		return item{kind: iRatio, n: n, m: at(3).arg}, j, true
	case t.frac >= 0:
		return item{}, i, false
	case next.is(wClassNo) && n >= 1 && n < 60 && !next.gap:
		return item{kind: iClass, n: n}, i + 2, true
	case next.text == "山班":
		return item{}, i, false
	case next.is(wMinute):
		return item{kind: iMinutes}, i + 2, true
	case next.is(wPeople) && at(2).is(wMinute):
		return item{kind: iMinutes}, i + 3, true
	case next.text == "次" || next.text == "回" || next.text == "遍" || next.text == "趟" || next.text == "通":
		j := i + 2
		if at(2).is(wCall, wVisit) && at(2).text == "电话" {
			j++
		}
		return item{kind: iTimes, n: n}, j, true
	case next.text == "个" && at(2).text == "电话":
		return item{kind: iTimes, n: n, tag: wCall}, i + 3, true
	case next.is(wSeat) || isSeatMark(next):
		return m.seatOrDate(i)
	case next.is(wPeople):
		if w, j, ok := m.length(i); ok {
			return item{kind: iWhen, when: w}, j, true
		}
		j := i + 2
		for at(j-i).is(wChild) || countedPeople[at(j-i).text] {
			j++
		}
		return item{kind: iCount, n: n}, j, true
	case next.is(wLessonWord):
		return item{kind: iWord, tag: wNow}, i + 2, true
	case (t.text == "俩" || t.text == "仨") && !next.is(wChild):
		return item{kind: iCount, n: n}, i + 1, true
	}
	return item{}, i, false
}

// countedPeople are the words for children that follow a number.
var countedPeople = map[string]bool{"人": true, "同学": true, "学生": true, "学员": true, "小朋友": true, "住校生": true, "走读生": true, "男生": true, "女生": true}

func isSeatMark(t token) bool { return t.is(wDom) && t.text == "号" }

// seatOrDate reads 3号: a seat number, unless it stands where a date does.
func (m *reading) seatOrDate(i int) (item, int, bool) {
	if m.dateHere(i) || m.toks[i].arg > 80 {
		return item{}, i, false
	}
	return item{kind: iKid, kid: mention{kind: bySeat, seat: m.toks[i].arg, tok: m.toks[i], text: m.toks[i].text}}, i + 2, true
}

// dateHere decides about N号: after a name, or with 请假, 到, 从 it is a date.
func (m *reading) dateHere(i int) bool {
	for j := i - 1; j >= 0; j-- {
		switch t := m.toks[j]; {
		case t.kind == kName || t.kind == kGuess || t.kind == kPinyin || t.kind == kSurname || t.is(wChild, wHe):
			return true
		case t.is(wSince, wTo, wUntil, wLeave, wMonth) || t.text == "请":
			return true
		case t.punct("。;!"):
			j = 0
		}
	}
	absent := false
	for j := i + 1; j < len(m.toks); j++ {
		switch t := m.toks[j]; {
		case t.is(wAbsent, wLack):
			absent = true
		case t.is(wLeave) || t.text == "请" || t.is(wOnwards, wTo, wSince):
			return !absent
		case t.kind == kName && !absent:
			return !m.lackBefore(i)
		}
	}
	return m.who.guardian
}

// lackBefore says that 缺 or a heading stands before the number.
func (m *reading) lackBefore(i int) bool {
	for j := i - 1; j >= 0; j-- {
		if m.toks[j].is(wLack, wAbsent) {
			return true
		}
	}
	return false
}

// counted reads 应到46, 实到44人.
func (m *reading) counted(i int) (item, int, bool) {
	t := m.toks[i]
	if !t.is(wShould, wActual) && !(t.is(wPresent) && t.text == "到了") {
		return item{}, i, false
	}
	j := i + 1
	for j < len(m.toks) && (m.toks[j].is(wIs, wPeople) || m.toks[j].punct(":") || m.toks[j].is(wLe)) {
		j++
	}
	if j >= len(m.toks) || m.toks[j].kind != kNumber || m.toks[j].frac >= 0 {
		return item{}, i, false
	}
	n := m.toks[j].arg
	if j+1 < len(m.toks) && m.toks[j+1].is(wDom, wClockWord, wMonth, wUnit, wLessonWord) || (j+1 < len(m.toks) && m.toks[j+1].punct(":")) {
		return item{}, i, false
	}
	j++
	if j < len(m.toks) && m.toks[j].is(wPeople) {
		j++
	}
	// 应46到44
	if t.is(wShould) && j+1 < len(m.toks) && m.toks[j].is(wTo) && m.toks[j+1].kind == kNumber && m.toks[j+1].arg <= n {
		k := j + 2
		if k < len(m.toks) && m.toks[k].is(wPeople) {
			k++
		}
		return item{kind: iRatio, n: n, m: m.toks[j+1].arg}, k, true
	}
	if t.is(wShould) {
		return item{kind: iShould, n: n}, j, true
	}
	return item{kind: iActual, n: n}, j, true
}
