package configs_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"guixiao/configs"
	"guixiao/rules/school"
)

func TestColumnsInAnyOrderAndEncoding(t *testing.T) {
	want, _ := read(small(), false)
	files := small()
	files["students.csv"] = "备注,座号,班级编号,姓名,学号,出生日期,住宿,性别\r\n,1,703,张三,S001,20130506,走读,男\r\n\r\n,2,703,李四,S002,,住校,女\r\n"
	files["staff.csv"] = "\xef\xbb\xbf" + files["staff.csv"]
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(files["guardians.csv"])
	if err != nil {
		t.Fatal(err)
	}
	files["guardians.csv"] = gbk
	got, problems := read(files, false)
	if got == nil {
		t.Fatal(say(problems))
	}
	if !slices.EqualFunc(got.Students, want.Students, func(a, b school.Student) bool {
		return a.ID == b.ID && a.Name == b.Name && a.Born == b.Born && a.Boarding == b.Boarding && slices.Equal(a.Places, b.Places)
	}) {
		t.Errorf("students %+v, want %+v", got.Students, want.Students)
	}
	if got.Guardians[0].Name != "王桂芳" || got.Staff[0].Name != "李敏" {
		t.Errorf("GBK and BOM: %+v %+v", got.Guardians, got.Staff)
	}
	files["guardians.csv"] = "\xff\xfe学号"
	if f, problems := read(files, false); f != nil || !strings.Contains(say(problems), "编码") {
		t.Errorf("neither UTF-8 nor GBK: %s", say(problems))
	}
}

func TestUnknownColumnsAreNamedAndLeftOut(t *testing.T) {
	files := small()
	files["staff.csv"] = strings.Replace(files["staff.csv"], "代理人", "代理", 1)
	f, problems := read(files, false)
	if f == nil || !strings.Contains(say(problems), "staff.csv:1: 提醒：代理 不认识这一列") || f.Staff[1].Deputy != "" {
		t.Errorf("a misspelt column: %s", say(problems))
	}
}

func TestRowsWithOneNumberOrAccountAreOneGuardian(t *testing.T) {
	files := small()
	files["guardians.csv"] = "学号,姓名,关系,手机,顺序,企业微信,钉钉\n" +
		"S001,王桂芳,妈妈,199 0000 1001,1,,\n" + // G1 by number
		"S001,张建军,爸爸,,2,zjj,\n" + // G2 by account
		"S002,王桂芳,姨妈,+86-19900001001,2,,\n" + // G1 again
		"S002,李国强,爸爸,19900001003,1,,lgq\n" + // G3
		"S002,张建军,伯父,19900001009,3,ZJJ,\n" // G2 again, and now with a number
	f, problems := read(files, false)
	if f == nil {
		t.Fatal(say(problems))
	}
	var got []string
	for _, g := range f.Guardians {
		line := g.ID + " " + g.Name
		for _, c := range g.Children {
			line += " " + c.Student + c.Relation
		}
		got = append(got, line)
	}
	want := []string{"G1 王桂芳 S001妈妈 S002姨妈", "G2 张建军 S001爸爸 S002伯父", "G3 李国强 S002爸爸"}
	if !slices.Equal(got, want) || f.Guardians[1].Mobile != "19900001009" {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestARowThatKnowsBothJoinsTwoGuardians(t *testing.T) {
	files := small()
	files["guardians.csv"] = "学号,姓名,手机,企业微信\nS001,王桂芳,19900001001,\nS002,王桂芳,,wgf\nS001,王桂芳,19900001001,wgf\n"
	f, problems := read(files, false)
	if f == nil || len(f.Guardians) != 1 || len(f.Guardians[0].Children) != 2 {
		t.Errorf("one person in three rows: %+v\n%s", f, say(problems))
	}
}

func TestNoticesAsWritten(t *testing.T) {
	files := small()
	files["school.yaml"] += "notices: {grace: 0s, after_roll_call: false, quiet: \"\", digest: \"16:00\"}\nposts: {学校: 教务处}\npolicy_settings: {week_is: 7 calendar-day, amounts: [1, 2]}\n"
	f, problems := read(files, false)
	if f == nil {
		t.Fatal(say(problems))
	}
	if f.Notices != (school.NoticeRules{Digest: 16 * 60}) {
		t.Errorf("notices %+v", f.Notices)
	}
	if f.Posts["学校"] != "教务处" || f.Settings["week_is"] != "7 calendar-day" {
		t.Errorf("posts %v, settings %v", f.Posts, f.Settings)
	}
}

func TestContracts(t *testing.T) {
	files := small()
	files["school.yaml"] = strings.Replace(files["school.yaml"], "nine-year", "training", 1)
	head := "合同号,学号,班级编号,已购课时,赠送课时,已消课时,实付金额,有效期至\n"
	files["contracts.csv"] = head + "K1,S001,703,48,2,20,9600.00,2026-12-31\nK2,S002,703,10,,0,\"1,280.5\",2026/9/1\n"
	f, problems := read(files, false)
	if f == nil {
		t.Fatal(say(problems))
	}
	want := []school.Contract{
		{ID: "K1", Student: "S001", Class: "703", Bought: 48, Gift: 2, Used: 20, Paid: 960000, Until: "2026-12-31"},
		{ID: "K2", Student: "S002", Class: "703", Bought: 10, Paid: 128050, Until: "2026-09-01"},
	}
	if !slices.Equal(f.Contracts, want) {
		t.Errorf("contracts %+v, want %+v", f.Contracts, want)
	}
	renewed := *f
	renewed.Contracts = []school.Contract{{ID: "K1", Student: "S001", Class: "703", Bought: 48, Gift: 2, Used: 24, Paid: 960000, Until: "2026-12-31"}}
	old, next := f.Roster(), renewed.Over(f.Roster())
	if d := configs.Diff(old, next); len(d.Changed) != 1 || !strings.Contains(d.Changed[0], "48+2/24") || len(d.Missing) != 1 {
		t.Errorf("an import of one contract: %q", d.Lines())
	}
	if k, ok := configs.Merge(old, next).ContractOf("S002", "703"); !ok || k.Paid != 128050 {
		t.Errorf("a contract the import did not mention is %+v", k)
	}
	for line, say1 := range map[string]string{
		"K1,S009,703,48,,0,1,2026-12-31":   "学号 不在 students 表里",
		"K1,S001,101,48,,0,1,2026-12-31":   "这名学员不在这个班",
		"K1,S001,703,48,2,51,1,2026-12-31": "已消课时多于",
		"K1,S001,703,48,2,5,1.234,":        "不是金额",
		"K1,S001,703,48,2,5,,":             "不是金额",
		"K1,S001,703,,2,0,1,":              "已购课时 没有填写",
	} {
		files["contracts.csv"] = head + line + "\n"
		if f, problems := read(files, false); f != nil || !strings.Contains(say(problems), say1) {
			t.Errorf("%s: want %s, got %s", line, say1, say(problems))
		}
	}
}

// The same school from CSV files and from one workbook is the same.
func TestTheSameSheetsInOneWorkbook(t *testing.T) {
	dir := t.TempDir()
	files := small()
	book := excelize.NewFile()
	names := map[string]string{"classes": "班级", "staff": "staff", "students": "学生", "guardians": "Guardians"}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if _, err := book.NewSheet(names[name]); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(files[name+".csv"]), "\n") {
			for j, cell := range strings.Split(line, ",") {
				at, _ := excelize.CoordinatesToCellName(j+1, i+1)
				var v any = cell
				switch {
				case cell == "2013/5/6":
					v = time.Date(2013, 5, 6, 0, 0, 0, 0, time.UTC) // a date cell, stored as a number
				case len(cell) == 11 && strings.Trim(cell, "0123456789") == "":
					v = 19900000000 + int64(cell[10]-'0') // a number cell
				}
				if err := book.SetCellValue(names[name], at, v); err != nil {
					t.Fatal(err)
				}
			}
		}
		delete(files, name+".csv")
	}
	if err := book.SaveAs(filepath.Join(dir, "school.xlsx")); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		write(t, dir, name, text)
	}
	for _, path := range []string{dir, filepath.Join(dir, "school.xlsx")} {
		f, problems := configs.ReadSchool(path, false)
		if f == nil {
			t.Fatalf("%s: %s", path, say(problems))
		}
		if s := f.Students[0]; s.Born != "2013-05-06" || s.Places[0] != (school.Place{Class: "703", Seat: 1}) || f.Staff[0].Mobile != "19900000001" || len(f.Guardians) != 2 {
			t.Errorf("%s: %+v %+v", path, s, f.Staff[0])
		}
	}
	people, problems := configs.ReadPeople(filepath.Join(dir, "school.xlsx"), school.LevelNineYear, false)
	if people == nil || len(people.Students) != 2 {
		t.Errorf("people alone: %s", say(problems))
	}
	if err := os.WriteFile(filepath.Join(dir, "school.xlsx"), []byte("no workbook"), 0o600); err != nil {
		t.Fatal(err)
	}
	if people, problems := configs.ReadPeople(filepath.Join(dir, "school.xlsx"), school.LevelNineYear, true); people != nil || !strings.Contains(say(problems), "xlsx") {
		t.Errorf("what is no workbook: %s", say(problems))
	}
}
