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
	twins [][]int32 // pairs of siblings (备注 双胞胎)
}

// classIndex finds classes by what people call them. What two classes could
// both be called is the first of them.
type classIndex struct {
	list    []classInfo
	byID    map[string]int
	forms   map[string]int      // names, other names and ids
	numbers map[classNumber]int // how they are counted
	lengths map[rune]uint32     // of forms, by their first character
}

const gradeNames = "一二三四五六七八九"

func newClassIndex(list []school.Class, training bool, plain map[rune]rune) *classIndex {
	x := &classIndex{list: make([]classInfo, 0, len(list)), byID: make(map[string]int, len(list)), forms: map[string]int{},
		numbers: map[classNumber]int{}, lengths: map[rune]uint32{}}
	for i, c := range list {
		x.list = append(x.list, classInfo{id: c.ID, year: c.Grade, grade: gradeOf(c.Grade), no: numberOf(c.Name)})
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
			x.count(i, c)
		}
	}
	return x
}

func (x *classIndex) form(text string, class int, plain map[rune]rune) {
	text = squeeze(text, plain).text
	n := utf8.RuneCountInString(text)
	if _, taken := x.forms[text]; taken || n < 2 || n > maxForm {
		return
	}
	x.forms[text] = class
	first, _ := utf8.DecodeRuneInString(text)
	x.lengths[first] |= 1 << n
}

// maxForm is how many characters the name of a class may have.
const maxForm = 30

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

// addStudents notes sizes and twins.
func (x *classIndex) addStudents(roster *school.Roster) {
	for c := range x.list {
		info := &x.list[c]
		members := roster.Members(info.id)
		info.size = len(members)
		pairs := map[string][]int32{}
		var marked []int32
		for _, k := range slices.Sorted(slices.Values(members)) {
			s := roster.StudentAt(int(k))
			if strings.Contains(s.Note, "双胞胎") || strings.Contains(s.Note, "龙凤胎") || strings.Contains(s.Note, "孪生") {
				family, _, _ := cutRunes(s.Name, 1)
				marked, pairs[family] = append(marked, k), append(pairs[family], k)
			}
		}
		if len(marked) == 2 {
			info.twins = append(info.twins, marked)
			continue
		}
		for _, family := range slices.Sorted(maps.Keys(pairs)) { // several pairs: those of one surname belong together
			if len(pairs[family]) == 2 {
				info.twins = append(info.twins, pairs[family])
			}
		}
	}
}
