package configs_test

import (
	"slices"
	"strings"
	"testing"

	"guixiao/configs"
	"guixiao/rules/school"
)

func roster(t *testing.T, change map[string]string) *school.Roster {
	t.Helper()
	files := small()
	for file, text := range change {
		files[file] = text
	}
	f, problems := read(files, false)
	if f == nil {
		t.Fatal(say(problems))
	}
	return f.Roster()
}

// A new term: 李四 changes class, 王五 comes, 张三's father gets a new number
// and stands first in the sheet, the headmaster is not in the list any more.
func TestWhatAnImportWouldChange(t *testing.T) {
	old := roster(t, nil)
	sheets := roster(t, map[string]string{
		"staff.csv":     "工号,姓名,手机,职务,范围,企业微信\nT001,李敏,19900000009,年级主任,七年级,limin\n",
		"students.csv":  "学号,姓名,性别,班级编号,座号,住宿,出生日期\nS001,张三,男,703,1,走读,2013-05-06\nS002,李四,女,101,2,住校,\nS003,王五,男,703,3,走读,\n",
		"guardians.csv": "学号,姓名,关系,手机,顺序\nS003,王大,爸爸,19900001099,1\nS002,李国强,爸爸,19900001002,1\nS001,王桂芳,妈妈,19900001001,1\n",
	})
	got := configs.Diff(old, sheets)
	want := configs.Difference{
		Added:     []string{"+ 学生 王五（S003）", "+ 家长 王大（G3）"},
		Changed:   []string{"~ 教职工 李敏（T001）：手机有改动，职务 班主任（703） → 年级主任（七年级）", "~ 学生 李四（S002）：班级座号 703/2 → 101/2"},
		Missing:   []string{"? 教职工 陆振华（T002）：表里没有，保留不动"},
		Unchanged: 5,
	}
	if !slices.Equal(got.Added, want.Added) || !slices.Equal(got.Changed, want.Changed) || !slices.Equal(got.Missing, want.Missing) || got.Unchanged != want.Unchanged || got.Empty() {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if strings.Contains(strings.Join(got.Lines(), "\n"), "1990") {
		t.Errorf("phone numbers are shown: %v", got.Lines())
	}
	if lines := got.Lines(); lines[len(lines)-1] != "新增 2，修改 2，不变 5，表里没有 1（导入从不删除）" {
		t.Errorf("the summary says %s", lines[len(lines)-1])
	}
}

func TestAnImportNeverDeletesAndNeverTurnsOneGuardianIntoAnother(t *testing.T) {
	old := roster(t, nil)
	merged := configs.Merge(old, roster(t, map[string]string{
		"students.csv":  "学号,姓名,班级编号\nS002,李四,703\n",
		"guardians.csv": "学号,姓名,手机\nS002,赵小兰,19900001077\nS002,李国强,19900001002\n",
	}))
	for id, name := range map[string]string{"G1": "王桂芳", "G2": "李国强", "G3": "赵小兰", "S001": "张三"} {
		if p, ok := merged.Person(id); !ok || p.Name != name {
			t.Errorf("%s is %s, want %s", id, p.Name, name)
		}
	}
}

func TestAGuardianWithANewNumberIsStillTheSame(t *testing.T) {
	old := roster(t, map[string]string{"guardians.csv": "学号,姓名,手机\nS001,王桂芳,19900001001\nS002,李国强,\n"})
	merged := configs.Merge(old, roster(t, map[string]string{
		"guardians.csv": "学号,姓名,手机\nS002,李国强,\nS001,王桂芳,19900001555\n",
	}))
	mother, _ := merged.Person("G1")
	if len(merged.Guardians()) != 2 || mother.Name != "王桂芳" || merged.Guardians()[0].Mobile != "19900001555" {
		t.Errorf("a new number, and one who has none: %+v", merged.Guardians())
	}
}

func TestTheSameSheetsAgainChangeNothing(t *testing.T) {
	old := roster(t, nil)
	if d := configs.Diff(old, roster(t, nil)); !d.Empty() || len(d.Missing) != 0 || d.Unchanged != 8 {
		t.Errorf("importing twice: %+v", d)
	}
}
