package intent

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"guixiao/rules/school"
)

// classNumber is a class as it is counted: the third of year seven, or of 2026级.
type classNumber struct {
	grade  int
	cohort string // 2026级, 26级; then grade is 0
	no     int
}

// yearNames are the ways to name a year of school.
func yearNames(grade int) []string {
	if grade > 9 {
		n := inWords(grade - 9)
		return []string{"高" + n, "高" + strconv.Itoa(grade-9), "高" + n + "年级", "高中" + n + "年级"}
	}
	n, d := inWords(grade), strconv.Itoa(grade)
	names := []string{n, d, n + "年级", d + "年级", n + "年", d + "年"}
	if grade >= 7 {
		m := inWords(grade - 6)
		names = append(names, "初"+m, "初"+strconv.Itoa(grade-6), "初中"+m+"年级")
	}
	return names
}

// highest is the last year of school that gradeOf can tell.
const highest = 18

// yearsNamed are the years of school by all their names.
var yearsNamed = sync.OnceValue(func() map[string]int {
	years := map[string]int{}
	for grade := 1; grade <= highest; grade++ {
		for _, name := range yearNames(grade) {
			years[name] = grade
		}
	}
	return years
})

// count notes as what a class is counted.
func (x *classIndex) count(class int, c school.Class) {
	info := x.list[class]
	if info.no == 0 {
		return
	}
	if info.grade > 0 {
		x.counts(classNumber{grade: info.grade, no: info.no}, class, yearNames(info.grade)...)
	}
	for _, a := range append([]string{c.Name}, c.Aliases...) {
		if at := strings.Index(a, "级"); at == 4 && isDigit(rune(a[0])) {
			for _, cohort := range []string{a[:at] + "级", a[2:at] + "级"} {
				x.counts(classNumber{cohort: cohort, no: info.no}, class, cohort)
			}
		}
	}
}

// counts notes a class of a year that has these names.
func (x *classIndex) counts(n classNumber, class int, years ...string) {
	if _, taken := x.numbers[n]; taken {
		return
	}
	x.numbers[n] = class
	for _, y := range years {
		first, _ := utf8.DecodeRuneInString(y)
		longest := utf8.RuneCountInString(y+"()班") + max(2, utf8.RuneCountInString(inWords(n.no)))
		x.lengths[first] |= 1<<(longest+1) - 1<<2
	}
}

// find is the class that a text calls by name or counts: 七3, 七(3)班, 7.3,
// 七年级三班, 初一3班, 2026级3班, 24级03. If it may be several, it is the first.
func (x *classIndex) find(text string) (class int, ok bool) {
	class, ok = x.forms[text]
	bare, classed := strings.CutSuffix(text, "班")
	if head, closed := strings.CutSuffix(bare, ")"); closed {
		if at := strings.LastIndexByte(head, '('); at > 0 {
			return x.earlier(class, ok, head[:at], head[at+1:], bare, classed)
		}
		return class, ok
	}
	for at := len(bare); at > 0; {
		r, size := utf8.DecodeLastRuneInString(bare[:at])
		if at -= size; at == 0 || !isDigit(r) && numerals[r] == 0 && r != '山' {
			break
		}
		year, no := bare[:at], bare[at:]
		class, ok = x.earlier(class, ok, year, no, bare, classed)
		for _, between := range [...]string{".", "-", "第"} {
			if y, cut := strings.CutSuffix(year, between); cut {
				class, ok = x.earlier(class, ok, y, no, bare, classed)
			}
		}
	}
	return class, ok
}

// earlier is the class of a year and a number, if such a one is before the
// class found so far.
func (x *classIndex) earlier(class int, ok bool, year, no, bare string, classed bool) (int, bool) {
	n := classNo(no)
	if n == 0 || !classed && !withoutClass(year, no, bare) {
		return class, ok
	}
	key := classNumber{cohort: year, no: n}
	if grade := yearsNamed()[year]; grade > 0 {
		key = classNumber{grade: grade, no: n}
	}
	if c, known := x.numbers[key]; known && (!ok || c < class) {
		return c, true
	}
	return class, ok
}

// classNo reads the number of a class: 3, 03, 三; 山 is how voice input hears 三.
func classNo(no string) int {
	switch {
	case no == "":
		return 0
	case no == "山":
		return 3
	case isDigit(rune(no[0])):
		n, err := strconv.Atoi(no)
		if err != nil || no != strconv.Itoa(n) && (n > 9 || no != "0"+strconv.Itoa(n)) {
			return 0
		}
		return n
	}
	if n, ok := spelled([]rune(no)); ok && inWords(n) == no {
		return n
	}
	return 0
}

// withoutClass says whether 班 may be left out: 73 alone is a number.
func withoutClass(year, no, text string) bool {
	if no == "山" && utf8.RuneCountInString(year) > 1 {
		return false
	}
	return !isDigit(rune(text[0])) || strings.ContainsAny(text, "级年") || strings.IndexByte(".(-", text[1]) >= 0
}
