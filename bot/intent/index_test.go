package intent_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"guixiao/bot/intent"
	"guixiao/rules/school"
)

// largeSchool is 40 classes of 50 with so few characters in their names that
// many share one, and its head, who may speak of everybody.
func largeSchool(t testing.TB, rnd *rand.Rand) (*school.School, school.Person) {
	t.Helper()
	h := readHouse(t, "school")
	family := []rune("王李张刘陈杨黄赵吴周徐孙")
	given := []rune("梓涵宇轩浩然思雨欣怡豪佳琪俊熙诗语晨曦博文嘉明哲静雅志强雪梅海燕国栋")
	pick := func(from []rune) string { return string(from[rnd.IntN(len(from))]) }
	var classes []school.Class
	var students []school.Student
	for c := range 40 {
		class := school.Class{ID: fmt.Sprintf("%d%02d", 7+c/20, c%20+1), Stage: "初中", Grade: string([]rune("七八")[c/20]) + "年级", Name: fmt.Sprintf("%c(%d)班", []rune("七八")[c/20], c%20+1)}
		classes = append(classes, class)
		for seat := range 50 {
			name := pick(family) + pick(given) + pick(given)
			switch rnd.IntN(30) {
			case 0:
				name = "欧阳" + pick(given) + pick(given)
			case 1:
				name = "买买提" + "·" + pick(given) + "尔逊"
			}
			students = append(students, school.Student{ID: fmt.Sprintf("S%04d", len(students)), Name: name, Places: []school.Place{{Class: class.ID, Seat: seat + 1}}})
		}
	}
	staff := []school.Staff{{ID: "T001", Name: "甄诚", Posts: []school.Post{{Title: "校长", Scopes: []string{school.WholeSchool}}}}}
	for i, c := range classes {
		staff = append(staff, school.Staff{ID: fmt.Sprintf("T1%02d", i), Name: "甄诚", Posts: []school.Post{{Title: "班主任", Scopes: []string{c.ID}}}})
	}
	s := *h.School
	s.Roster = school.NewRoster(classes, students, staff, nil)
	head, _ := s.Roster.Person("T001")
	return &s, head
}

// Whoever is named in full is found if there is one of that name, and asked
// about with all who bear it if there are several.
func TestEveryFullNameIsFoundInALargeSchool(t *testing.T) {
	s, head := largeSchool(t, rand.New(rand.NewPCG(1, 2)))
	r := intent.NewReader(s)
	bearers := map[string][]string{}
	for _, st := range s.Roster.Students() {
		bearers[st.Name] = append(bearers[st.Name], st.ID)
	}
	for name, ids := range bearers {
		m := say(r, head, name+"没来")
		switch {
		case len(ids) == 1 && (len(m.Marks) != 1 || m.Marks[0].Student != ids[0] || m.Ask != nil):
			t.Errorf("%s: marks %v, ask %v", name, m.Marks, m.Ask)
		case len(ids) > 1 && (len(m.Marks) > 0 || m.Ask == nil || m.Ask.Why != school.AskAmbiguousName || !sameSet(m.Ask.Candidates, ids)):
			t.Errorf("%s is the name of %v: marks %v, ask %v", name, ids, m.Marks, m.Ask)
		}
	}
}

// The own class comes first, whoever else in the school has the name.
func TestANameIsOfTheOwnClassFirst(t *testing.T) {
	s, _ := largeSchool(t, rand.New(rand.NewPCG(3, 4)))
	r := intent.NewReader(s)
	for i, c := range s.Roster.Classes {
		who, _ := s.Roster.Person(fmt.Sprintf("T1%02d", i))
		own := s.Roster.StudentsOf(c.ID)
		for _, st := range own {
			same := keepNamed(own, st.Name)
			m := say(r, who, st.Name+"没来")
			switch {
			case len(same) == 1 && (len(m.Marks) != 1 || m.Marks[0].Student != st.ID):
				t.Errorf("%s of %s: marks %v, ask %v", st.Name, c.ID, m.Marks, m.Ask)
			case len(same) > 1 && (m.Ask == nil || !sameSet(m.Ask.Candidates, same)):
				t.Errorf("%s of %s: ask %v, want %v", st.Name, c.ID, m.Ask, same)
			}
		}
	}
}

func keepNamed(list []school.Student, name string) (ids []string) {
	for _, s := range list {
		if s.Name == name {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// A seat is whose it is in the class named.
func TestEverySeatIsFound(t *testing.T) {
	s, head := largeSchool(t, rand.New(rand.NewPCG(5, 6)))
	r := intent.NewReader(s)
	for _, st := range s.Roster.Students() {
		c, _ := s.Roster.Class(st.Class())
		m := say(r, head, fmt.Sprintf("%s%d号没来", c.Name, st.Seat(c.ID)))
		if len(m.Marks) != 1 || m.Marks[0].Student != st.ID {
			t.Errorf("%s %d号: %v %v", c.Name, st.Seat(c.ID), m.Marks, m.Ask)
		}
	}
}

func TestAClassIsKnownByEveryWayToWriteIt(t *testing.T) {
	h := readHouse(t, "school")
	s := *h.School
	class := func(id, grade, name string, aliases ...string) school.Class {
		return school.Class{ID: id, Stage: "初中", Grade: grade, Name: name, Aliases: aliases}
	}
	s.Roster = school.NewRoster([]school.Class{
		class("703", "七年级", "七(3)班"), class("713", "七年级", "七(13)班"), class("901", "九年级", "九（1）班"), class("X12", "高一", "高一(2)班"),
		class("Y05", "初二", "2026级5班"), class("M", "七年级", "火箭班", "七20"),
	}, []school.Student{{ID: "S1", Name: "张三"}}, h.Roster.Staff, nil)
	r := intent.NewReader(&s)
	head := school.Person{ID: "T", Kind: school.KindStaff, Posts: []school.Post{{Title: "校长", Scopes: []string{school.WholeSchool}}}}
	for id, forms := range map[string]string{
		"703": "七3 七(3)班 七（3）班 7.3 7(3) 73班 703 703班 七三 七年级三班 7年级3班 七年级(3)班 七年级第三班 初一3班 初一三 初1(3)班 初中一年级3班 七03 七.3 七-3班 七山班 七山",
		"713": "七13 七十三 七(13)班 七年级十三班 7.13 713 初一十三班 初一(13)",
		"901": "九1 九(1)班 9.1 九年级一班 初三1班 901 初三(1)班 初3第1班",
		"X12": "高一2班 高一(2)班 高1(2) 高一年级2班 高一二班 高中一年级二班 X12班",
		"Y05": "八5 八年级五班 初二(5)班 2026级5班 26级5班 26级05 2026级(5)班 2026级第5班",
		"M":   "火箭班 火箭 七20 七20班",
	} {
		for _, form := range strings.Fields(forms) {
			if m := say(r, head, form+" 全齐"); m.Class != id {
				t.Errorf("%s is %q, not %s", form, m.Class, id)
			}
		}
	}
	for _, form := range []string{"七4", "73", "七(33)班", "七(0)班", "初四1", "7第3"} {
		if m := say(r, head, form+" 全齐"); m.Class != "" {
			t.Errorf("%s is %q", form, m.Class)
		}
	}
}

// Many speak at once, and the first of them builds the index for all.
func TestTheFirstMessagesMayComeTogether(t *testing.T) {
	s, head := largeSchool(t, rand.New(rand.NewPCG(7, 8)))
	r := intent.NewReader(s)
	var work sync.WaitGroup
	all := make([]school.Meaning, 16)
	for i := range all {
		work.Go(func() { all[i] = say(r, head, "七3 5号没来，zhangsanfeng 12号病假") })
	}
	work.Wait()
	for _, m := range all {
		if d := differences(m, asGold(all[0])); len(d) > 0 || len(m.Marks) == 0 {
			t.Errorf("%v %v", m.Marks, d)
		}
	}
}

// FuzzRoster: whatever children are called, nobody is found who is not there,
// the same words mean the same to another reader of the same roster, and
// without a character of any name nobody is marked.
func FuzzRoster(f *testing.F) {
	for _, seed := range [][2]string{
		{"张三\n张三\n欧阳明月\n买买提·吐尔逊", "张三没来，买买提病假"}, {"没来\n迟到\n都\n一", "没来没来，都到了"}, {"A·B\nanna maria\n·\n张-三", "anna没来"},
		{"張偉\n龚𬱖\n  \n" + strings.Repeat("长", 40), "张伟、龚𬱖没来"}, {"尉迟恭\n单于\n万俟\n欧阳", "单于没来 欧阳病假"},
	} {
		f.Add(seed[0], seed[1])
	}
	base := readHouse(f, "school")
	now := time.Date(2026, 10, 13, 8, 5, 0, 0, morningOfDay.Location())
	f.Fuzz(func(t *testing.T, names, text string) {
		if !utf8.ValidString(names) || !utf8.ValidString(text) || len(names)+len(text) > 2000 {
			t.Skip()
		}
		var students []school.Student
		for i, n := range strings.Split(names, "\n") {
			students = append(students, school.Student{ID: fmt.Sprintf("X%02d", i+1), Name: n, Places: []school.Place{{Class: "703", Seat: i + 1}}})
		}
		s := *base.School
		s.Roster = school.NewRoster(base.Roster.Classes, students, base.Roster.Staff, nil)
		h := house{&s, intent.NewReader(&s)}
		for _, speaker := range []string{"T001", "T016"} {
			in := intent.Input{Text: text, From: base.person(speaker), Now: now}
			m := h.reader.Read(in)
			sound(t, h, m)
			again := intent.NewReader(&s).Read(in)
			if d := differences(m, asGold(again)); len(d) > 0 || m.Ask != nil && !slices.Equal(m.Ask.Near, again.Ask.Near) {
				t.Errorf("another reader says otherwise: %v", d)
			}
			in.Text = withoutNames(s.Roster).Replace(intent.Folded(text))
			if m := h.reader.Read(in); len(m.Marks) > 0 {
				t.Errorf("%q names nobody and marks %v", in.Text, m.Marks)
			}
		}
	})
}
