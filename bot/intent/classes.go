package intent

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guixiao/rules/school"
)

// classInfo is what a class is known by.
type classInfo struct {
	id    string
	grade int // 1 … 12; 0 when the name does not tell
	no    int // number within the year; 0 when the name does not tell
	year  string
	size  int
	seats map[int]int32 // seat number → student
	twins [][]int32     // pairs of siblings (备注 双胞胎)
}

// classIndex finds classes by what people call them.
type classIndex struct {
	list    []classInfo
	byID    map[string]int
	forms   map[string]int
	lengths map[rune]uint32
}

const gradeNames = "一二三四五六七八九"

func newClassIndex(list []school.Class, training bool, plain map[rune]rune) *classIndex {
	x := &classIndex{byID: map[string]int{}, forms: map[string]int{}, lengths: map[rune]uint32{}}
	for i, c := range list {
		info := classInfo{id: c.ID, year: c.Grade, seats: map[int]int32{}}
		info.grade, info.no = gradeOf(c.Grade), numberOf(c.Name)
		x.list = append(x.list, info)
		x.byID[c.ID] = i
	}
	for i, c := range list {
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			x.form(name, i, plain)
			x.form(strings.TrimSuffix(name, "班"), i, plain)
			if !strings.HasSuffix(name, "班") {
				x.form(name+"班", i, plain)
			}
			if training {
				x.form(name+"课", i, plain)
				x.form(strings.TrimSuffix(name, "班")+"课", i, plain)
			}
		}
		if !training {
			x.form(c.ID, i, plain)
			x.form(c.ID+"班", i, plain)
			x.spellings(i, c)
		}
	}
	return x
}

func (x *classIndex) form(text string, class int, plain map[rune]rune) {
	x.spelling(squeeze(text, plain).text, class)
}

// spelling notes a form that is normalised already.
func (x *classIndex) spelling(text string, class int) {
	n := utf8.RuneCountInString(text)
	if _, taken := x.forms[text]; taken || n < 2 || n > 30 {
		return
	}
	x.forms[text] = class
	first, _ := utf8.DecodeRuneInString(text)
	x.lengths[first] |= 1 << n
}

// spellings adds the ways to write a class of a year: 七3, 七(3)班, 7.3,
// 七年级三班, 初一3班, 2026级3班, 24级03.
func (x *classIndex) spellings(i int, c school.Class) {
	g, n := x.list[i].grade, x.list[i].no
	if n == 0 {
		return
	}
	numbers := []string{strconv.Itoa(n), inWords(n)}
	if n < 10 {
		numbers = append(numbers, "0"+strconv.Itoa(n))
	}
	if n == 3 {
		numbers = append(numbers, "山") // how voice input hears 三
	}
	var years []string
	for _, a := range append([]string{c.Name}, c.Aliases...) {
		if at := strings.Index(a, "级"); at == 4 && isDigit(rune(a[0])) {
			years = append(years, a[:at]+"级", a[2:at]+"级")
		}
	}
	if g > 0 {
		years = append(years, yearNames(g)...)
	}
	for _, y := range years {
		for _, no := range numbers {
			for _, f := range []string{y + no, y + "(" + no + ")", y + "." + no, y + "-" + no, y + "第" + no} {
				if isDigit(rune(f[0])) && !strings.ContainsAny(f, "级年") && f[1] != '.' && f[1] != '(' && f[1] != '-' {
					x.spelling(f+"班", i) // "73" alone is a number
					continue
				}
				x.spelling(f+"班", i)
				if no != "山" || len([]rune(y)) == 1 {
					x.spelling(f, i)
				}
			}
		}
	}
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

// inWords writes 1 … 99 in words.
func inWords(n int) string {
	digits := []rune(gradeNames)
	switch {
	case n <= 0 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return string(digits[n-1])
	}
	s := "十"
	if n >= 20 {
		s = string(digits[n/10-1]) + s
	}
	if n%10 > 0 {
		s += string(digits[n%10-1])
	}
	return s
}

// gradeOf reads 七年级, 初一, 高二.
func gradeOf(grade string) int {
	base := 0
	switch {
	case strings.HasPrefix(grade, "高"):
		base = 9
	case strings.HasPrefix(grade, "初"):
		base = 6
	}
	for _, r := range grade {
		if v, ok := numerals[r]; ok && v > 0 && v <= 9 {
			return base + v
		}
		if r >= '1' && r <= '9' {
			return base + int(r-'0')
		}
	}
	return 0
}

// numberOf reads the number of 七(3)班, 七年级3班, 高一(12)班.
func numberOf(name string) int {
	name = strings.NewReplacer("（", "(", "）", ")").Replace(name)
	name = strings.TrimSuffix(name, "班")
	name = strings.TrimRight(name, ")")
	runes := []rune(name)
	j := len(runes)
	i := j
	for i > 0 && isDigit(runes[i-1]) {
		i--
	}
	if i < j {
		n, _ := strconv.Atoi(string(runes[i:j]))
		return n
	}
	for i > 1 && numerals[runes[i-1]] > 0 {
		i--
	}
	if i < j {
		if n, ok := spelled(runes[i:j]); ok && (i == 0 || !slices.Contains([]rune("级"), runes[j-1])) {
			return n
		}
		if numerals[runes[j-1]] > 0 {
			return numerals[runes[j-1]]
		}
	}
	return 0
}

// addStudents notes sizes, seats and twins.
func (x *classIndex) addStudents(students []school.Student) {
	marked := map[int][]int32{}
	for i, s := range students {
		for _, p := range s.Places {
			c, ok := x.byID[p.Class]
			if !ok {
				continue
			}
			x.list[c].size++
			if p.Seat > 0 {
				x.list[c].seats[p.Seat] = int32(i)
			}
			if strings.Contains(s.Note, "双胞胎") || strings.Contains(s.Note, "龙凤胎") || strings.Contains(s.Note, "孪生") {
				marked[c] = append(marked[c], int32(i))
			}
		}
	}
	for c, list := range marked {
		if len(list) == 2 {
			x.list[c].twins = append(x.list[c].twins, list)
			continue
		}
		pairs := map[string][]int32{} // several pairs: those of one surname belong together
		for _, s := range list {
			family, _, _ := cutRunes(students[s].Name, 1)
			pairs[family] = append(pairs[family], s)
		}
		for _, family := range slices.Sorted(maps.Keys(pairs)) {
			if len(pairs[family]) == 2 {
				x.list[c].twins = append(x.list[c].twins, pairs[family])
			}
		}
	}
}
