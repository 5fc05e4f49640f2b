package configs_test

import (
	"slices"
	"strings"
	"testing"

	"guixiao/configs"
	"guixiao/rules/school"
)

// everything has a value in every optional column.
var everything = map[string]string{
	"classes.csv":   "班级编号,学段,年级,班名,别名\n703,初中,七年级,七(3)班,七3、七三\n",
	"staff.csv":     "工号,姓名,手机,职务,范围,企业微信,钉钉,代理人\nT001,李敏,19900000001,班主任,703,limin,dlimin,T002\nT002,陆振华,19900000002,校长,,,lzh,\n",
	"students.csv":  "学号,姓名,性别,班级编号,座号,住宿,出生日期,备注\nS001,张三,男,703,1,住校,2013/5/6,对花生过敏\nS002,李四,女,703,2,走读,2013/7/8,\n",
	"guardians.csv": "学号,姓名,关系,手机,顺序,企业微信,钉钉,公众号\nS001,王桂芳,妈妈,19900001001,2,wgf,,o1\nS002,王桂芳,姨妈,19900001001,1,wgf,,o1\nS001,张大山,爸爸,19900001002,1,,zds,\n",
}

// bare has the columns that must be there and no other.
var bare = map[string]string{
	"classes.csv":   "班级编号,学段,年级,班名\n703,初中,七年级,七(3)班\n",
	"staff.csv":     "工号,姓名,职务,范围\nT001,李敏,班主任,703\nT002,陆振华,校长,\n",
	"students.csv":  "学号,姓名,班级编号\nS001,张三,703\nS002,李四,703\n",
	"guardians.csv": "学号,姓名\nS001,王桂芳\nS002,王桂芳\nS001,张大山\n",
}

// sheets reads a folder of sheets, for an import.
func sheets(t *testing.T, change map[string]string) *configs.People {
	t.Helper()
	files := small()
	for file, text := range change {
		files[file] = text
	}
	f, problems := read(files, false)
	if f == nil {
		t.Fatal(say(problems))
	}
	return &f.People
}

func with(base map[string]string, file, text string) map[string]string {
	all := map[string]string{file: text}
	for name, content := range base {
		if name != file {
			all[name] = content
		}
	}
	return all
}

func TestAColumnThatIsNotThereSaysNothing(t *testing.T) {
	old := sheets(t, everything).Roster()
	got := sheets(t, bare).Over(old)
	if d := configs.Diff(old, got); !d.Empty() || len(d.Missing) > 0 {
		t.Errorf("an import of the bare columns would change:\n%s", strings.Join(d.Lines(), "\n"))
	}
	merged := configs.Merge(old, got)
	zhang, _ := merged.Student("S001")
	if zhang.Places[0].Seat != 1 || !zhang.Boarding || zhang.Note != "对花生过敏" || zhang.Sex != "男" || zhang.Born != "2013-05-06" {
		t.Errorf("张三 became %+v", zhang)
	}
	li, _ := merged.StaffByID("T001")
	if li.Mobile != "19900000001" || li.Deputy != "T002" || len(li.Addresses) != 2 {
		t.Errorf("李敏 became %+v", li)
	}
	if n := len(merged.Guardians()); n != 2 {
		t.Fatalf("%d guardians: %+v", n, merged.Guardians())
	}
	if first := merged.GuardiansOf("S001"); first[0].Name != "张大山" || first[1].Mobile != "19900001001" || len(first[1].Children) != 2 {
		t.Errorf("the guardians of 张三: %+v", first)
	}
}

func TestAnEmptyCellOfAColumnThatIsThereClears(t *testing.T) {
	old := sheets(t, everything).Roster()
	for _, row := range []struct{ file, text, want string }{
		{"students.csv", "学号,姓名,班级编号,座号,备注\nS001,张三,703,,\nS002,李四,703,2,\n", "~ 学生 张三（S001）：班级座号 703/1 → 703/0，备注有改动"},
		{"classes.csv", "班级编号,学段,年级,班名,别名\n703,初中,七年级,七(3)班,\n", "~ 班级 七(3)班（703）：别名 七3、七三 → —"},
		{"staff.csv", "工号,姓名,职务,范围,钉钉,代理人\nT001,李敏,班主任,703,,\nT002,陆振华,校长,,lzh,\n", "~ 教职工 李敏（T001）：代理人 T002 → —，账号有改动"},
		{"guardians.csv", "学号,姓名,手机,公众号\nS001,王桂芳,19900001001,\nS002,王桂芳,19900001001,\nS001,张大山,19900001002,\n", "~ 家长 王桂芳（G1）：账号有改动"},
	} {
		d := configs.Diff(old, sheets(t, with(bare, row.file, row.text)).Over(old))
		if !slices.Equal(d.Changed, []string{row.want}) || len(d.Added)+len(d.Missing) > 0 {
			t.Errorf("%s:\ngot  %v\nwant %s", row.file, d, row.want)
		}
	}
}

func TestAColumnThatIsNotThereSaysNothingOfNewcomersEither(t *testing.T) {
	old := sheets(t, everything).Roster()
	got := sheets(t, with(with(bare, "students.csv", "学号,姓名,班级编号\nS001,张三,703\nS009,新生,703\n"),
		"guardians.csv", "学号,姓名,手机\nS009,王桂芳,19900009999\nS001,王桂芳,19900001001\n")).Over(old)
	d := configs.Diff(old, got)
	if want := []string{"+ 学生 新生（S009）", "+ 家长 王桂芳（G3）"}; !slices.Equal(d.Added, want) {
		t.Errorf("added %v, want %v", d.Added, want)
	}
	if s, _ := got.Student("S009"); s.Places[0] != (school.Place{Class: "703"}) {
		t.Errorf("the newcomer: %+v", s)
	}
}

func TestASheetWithoutContactsIsMentionedOnce(t *testing.T) {
	files := small()
	files["guardians.csv"] = "学号,姓名\nS001,王桂芳\nS002,李国强\n"
	if _, problems := read(files, false); strings.Count(say(problems), "guardians.csv") != 1 {
		t.Error(say(problems))
	}
}
