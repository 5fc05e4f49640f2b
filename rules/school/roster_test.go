package school_test

import (
	"testing"

	"guixiao/rules/school"
)

// village is a small school: two classes of year seven and a primary class.
func village() *school.School {
	classes := []school.Class{
		{ID: "703", Stage: "初中", Grade: "七年级", Name: "七(3)班"},
		{ID: "704", Stage: "初中", Grade: "七年级", Name: "七(4)班"},
		{ID: "101", Stage: "小学", Grade: "一年级", Name: "一(1)班"},
	}
	students := []school.Student{
		{ID: "S001", Name: "张三", Places: []school.Place{{Class: "703", Seat: 2}}},
		{ID: "S002", Name: "李四", Places: []school.Place{{Class: "703", Seat: 1}}},
		{ID: "S003", Name: "赵小星", Places: []school.Place{{Class: "704", Seat: 1}}},
		{ID: "S004", Name: "周天", Places: []school.Place{{Class: "703"}}},
	}
	post := func(title string, scopes ...string) school.Post { return school.Post{Title: title, Scopes: scopes} }
	staff := []school.Staff{
		{ID: "T001", Name: "李敏", Posts: []school.Post{post("班主任", "703")}, Addresses: []school.Address{{Platform: "wecom", User: "LiMin"}}},
		{ID: "T002", Name: "王建国", Posts: []school.Post{post("科任教师", "703", "704")}},
		{ID: "T003", Name: "何晓燕", Posts: []school.Post{post("科任教师", "703")}},
		{ID: "T004", Name: "郑国平", Posts: []school.Post{post("年级主任", "七年级")}},
		{ID: "T005", Name: "冯志远", Posts: []school.Post{post("教务主任", "全校")}},
		{ID: "T006", Name: "韩冰", Posts: []school.Post{post("政教主任", "初中"), post("班主任", "101")}},
		{ID: "T007", Name: "沈慧", Posts: []school.Post{post("副校长", "全校")}},
		{ID: "T008", Name: "陆振华", Posts: []school.Post{post("校长", "全校")}},
		{ID: "T009", Name: "张伟明", Posts: []school.Post{post("副班主任", "703", "704")}},
		{ID: "T010", Name: "潘婷", Posts: []school.Post{post("音乐教师", "全校")}},
	}
	guardians := []school.Guardian{
		{ID: "G1", Name: "张建军", Children: []school.Child{{Student: "S001", Relation: "爸爸", Order: 2}}, Addresses: []school.Address{{Platform: "dingtalk", User: "zjj"}}},
		{ID: "G2", Name: "王桂芳", Children: []school.Child{{Student: "S001", Relation: "妈妈", Order: 1}, {Student: "S003", Relation: "姨妈", Order: 2}}},
		{ID: "G3", Name: "张福贵", Children: []school.Child{{Student: "S001", Relation: "爷爷"}}},
	}
	return &school.School{ID: "v", Level: school.LevelNineYear, Roster: school.NewRoster(classes, students, staff, guardians)}
}

func names[T any](list []T, name func(T) string) string {
	out := ""
	for _, v := range list {
		out += name(v) + " "
	}
	return out
}

func TestTheRosterFindsPeople(t *testing.T) {
	r := village().Roster
	if got := names(r.StudentsOf("703"), func(s school.Student) string { return s.Name }); got != "李四 张三 周天 " {
		t.Errorf("by seat, those without one last: %s", got)
	}
	if got := names(r.GuardiansOf("S001"), func(g school.Guardian) string { return g.Name }); got != "王桂芳 张建军 张福贵 " {
		t.Errorf("in the order of calling, no number last: %s", got)
	}
	if c, ok := r.Class("703"); !ok || c.Name != "七(3)班" {
		t.Errorf("class 703: %v", c)
	}
	for id, kind := range map[string]string{"T001": school.KindStaff, "G2": school.KindGuardian, "S003": school.KindStudent} {
		if p, ok := r.Person(id); !ok || p.Kind != kind || p.ID != id || p.Name == "" {
			t.Errorf("%s is %v", id, p)
		}
	}
	for _, id := range []string{"", "T999"} {
		if p, ok := r.Person(id); ok {
			t.Errorf("nobody is %q, got %v", id, p)
		}
	}
}

func TestAccountsAreFoundWhateverTheirCase(t *testing.T) {
	r := village().Roster
	if p, ok := r.At("wecom", "LIMIN"); !ok || p.ID != "T001" {
		t.Errorf("LIMIN on WeCom is %v", p)
	}
	if p, ok := r.At("dingtalk", "limin"); ok {
		t.Errorf("an account of one platform is none of another: %v", p)
	}
	if _, ok := r.At("sandbox", "T001"); ok {
		t.Error("outside the demonstration nobody is on the sandbox")
	}
}

func TestInTheSandboxEverybodyIsReached(t *testing.T) {
	r := village().Roster
	sandbox := r.WithSandbox()
	for _, id := range []string{"T010", "G3", "S002"} {
		p, ok := sandbox.At("sandbox", id)
		if !ok || p.ID != id {
			t.Errorf("%s is not in the sandbox: %v", id, p)
		}
		if a, ok := p.Address("sandbox"); !ok || a.User != id {
			t.Errorf("%s has no sandbox address: %v", id, p.Addresses)
		}
	}
	if p, ok := sandbox.At("wecom", "limin"); !ok || len(p.Addresses) != 2 {
		t.Errorf("other addresses stay: %v", p)
	}
	if p, _ := r.Person("T001"); len(p.Addresses) != 1 {
		t.Errorf("the school's own roster was changed: %v", p)
	}
}

func TestClassesOfAPerson(t *testing.T) {
	r := village().Roster
	class := func(c school.Class) string { return c.ID }
	for id, want := range map[string]string{
		"T001": "703 ", "T002": "703 704 ", "T004": "703 704 ", "T006": "703 704 101 ", "T008": "703 704 101 ", "G2": "703 704 ", "S003": "704 ",
	} {
		p, _ := r.Person(id)
		if got := names(r.ClassesOf(p), class); got != want {
			t.Errorf("classes of %s: %s, want %s", id, got, want)
		}
	}
	dean, _ := r.Person("T006")
	if got := names(r.ClassesOf(dean, "班主任"), class); got != "101 " {
		t.Errorf("as 班主任 the dean has %s", got)
	}
}
