package intent_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"guixiao/bot/intent"
	"guixiao/rules/school"
)

var benchTexts = []string{
	"七3班 应到46 实到44 张三李四未到", "张三 未到校", "张三病假 李四事假 其余到齐", "李紫涵没来", "全齐",
	"嗯那个七年级三班呢应到四十六个实到四十五个李梓涵没有来", "和张三妈妈联系了,发烧38.5,请两天", "收到",
	"明天全体到校时间改为7:40", "张三没到校，家长说7点10分就出门了", "周小川从上周五就没来了", "这题张三没做出来，李四也没做出来",
}

func benchmarkRead(b *testing.B, h house, from string) {
	who := h.person(from)
	now := time.Date(2026, 10, 13, 0, 5, 0, 0, time.UTC)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		h.reader.Read(intent.Input{Text: benchTexts[i%len(benchTexts)], From: who, Now: now})
	}
}

// One class reports: 46 names.
func BenchmarkRead50(b *testing.B) { benchmarkRead(b, readHouse(b, "school"), "T001") }

// The head of a school of 5 000 reports: every name is searched.
func BenchmarkRead5000(b *testing.B) {
	h := readHouse(b, "school")
	h.Roster = bigRoster(h.Roster)
	h.reader = intent.NewReader(h.School)
	benchmarkRead(b, h, "T016")
}

// A name that is nobody's: everybody's is compared with it.
func BenchmarkReadUnknown5000(b *testing.B) {
	h := readHouse(b, "school")
	h.Roster = bigRoster(h.Roster)
	r, head := intent.NewReader(h.School), h.person("T016")
	b.ReportAllocs()
	for b.Loop() {
		if m := say(r, head, "龚梓檬没来"); m.Ask == nil || len(m.Marks) > 0 {
			b.Fatal(m)
		}
	}
}

// The first message of a school of 5 000 builds its indexes.
func BenchmarkFirstMessage5000(b *testing.B) {
	h := readHouse(b, "school")
	h.Roster = bigRoster(h.Roster)
	head := h.person("T016")
	b.ReportAllocs()
	for b.Loop() {
		say(intent.NewReader(h.School), head, "收到")
	}
}

// bigRoster adds 100 classes of 50 invented children.
func bigRoster(r *school.Roster) *school.Roster {
	classes, students := slices.Clone(r.Classes), r.Students()
	for c := range 100 {
		id := fmt.Sprintf("Z%02d", c)
		classes = append(classes, school.Class{ID: id, Stage: "初中", Grade: "八年级", Name: fmt.Sprintf("八(%d)班", c+10)})
		for n := range 50 {
			students = append(students, school.Student{ID: fmt.Sprintf("Z%02d%02d", c, n), Name: invented(c*50 + n), Places: []school.Place{{Class: id, Seat: n + 1}}})
		}
	}
	return school.NewRoster(classes, students, r.Staff, r.Guardians())
}

// invented makes a name of a number, always the same.
func invented(n int) string {
	family := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗")
	given := []rune("梓涵宇轩浩然思雨欣怡子豪佳琪俊熙诗语晨曦博文嘉乐明哲静雅志强雪梅海燕国栋")
	return string([]rune{family[n%len(family)], given[(n/7)%len(given)], given[(n/3+n)%len(given)]})
}
