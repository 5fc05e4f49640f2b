package configs_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guixiao/configs"
	"guixiao/rules/school"
)

func linjiang(t testing.TB) *school.School {
	t.Helper()
	f, problems := configs.ReadSchool("testdata/linjiang", false)
	if f == nil {
		t.Fatal(say(problems))
	}
	return f.School("sandbox")
}

func TestASchoolFolderIsRead(t *testing.T) {
	f, problems := configs.ReadSchool("testdata/linjiang", false)
	if configs.Failed(problems) {
		t.Fatal(say(problems))
	}
	s := f.School("wecom/main")
	if s.Name != "临江九年一贯制学校" || s.Level != school.LevelNineYear || s.Policy != "S23" || s.Platforms[0] != "wecom/main" {
		t.Errorf("the school is %+v", s)
	}
	r := s.Roster
	if len(r.Classes) != 8 || len(r.Students()) != 144 || len(r.StudentsOf("703")) != 46 || len(r.Staff) != 25 {
		t.Errorf("%d classes, %d students, %d in 703, %d staff", len(r.Classes), len(r.Students()), len(r.StudentsOf("703")), len(r.Staff))
	}
	want := school.NoticeRules{Grace: 10 * time.Minute, AfterRollCall: true, QuietFrom: 21*60 + 30, QuietTo: 6*60 + 30, Digest: 17*60 + 30}
	if s.Notices != want {
		t.Errorf("notices %+v, want %+v", s.Notices, want)
	}
	if !s.Calendar.IsSchoolDay("2026-10-10") || s.Calendar.IsSchoolDay("2026-10-01") {
		t.Error("Saturday 10 October is a school day and 1 October is none")
	}
	seven, _ := r.Class("703")
	if len(seven.Aliases) != 6 || !seven.Compulsory() {
		t.Errorf("class 703: %+v", seven)
	}
	if wang, _ := r.StaffByID("T002"); len(wang.Posts) != 2 || wang.Deputy != "T010" || len(wang.Addresses) != 2 {
		t.Errorf("two rows are one person with two posts: %+v", wang)
	}
	if he, _ := r.StaffByID("T010"); !slices.Equal(he.Posts[0].Scopes, []string{"703", "705"}) {
		t.Errorf("several scopes in one cell: %+v", he.Posts)
	}
	if li, _ := r.Student("S002"); !li.Boarding || li.Class() != "703" || li.Places[0].Seat != 2 {
		t.Errorf("a boarder: %+v", li)
	}
	if first := r.GuardiansOf("S001"); len(first) != 4 || first[0].Name != "王桂芳" {
		t.Errorf("guardians of S001: %+v", first)
	}
	if p, ok := r.At("wecom", "g001"); !ok || p.ID != "G1" || !p.GuardianOf("S001") {
		t.Errorf("account G001 is %+v", p)
	}
}

func TestATrainingInstitutionListsALearnerPerCourse(t *testing.T) {
	f, problems := configs.ReadSchool("testdata/xinghe", false)
	if f == nil {
		t.Fatal(say(problems))
	}
	chen, _ := f.Roster().Student("P001")
	if len(f.Students) != 16 || len(chen.Places) != 2 || !chen.In("HH1") {
		t.Errorf("%d learners, the first in %v", len(f.Students), chen.Places)
	}
	s := f.School()
	teacher, _ := s.Roster.Person("C004")
	if !s.Training() || !s.OwnsRoll(teacher, "GQ1", nil, time.Now()) || s.OwnsRoll(teacher, "HH1", nil, time.Now()) {
		t.Error("the teacher of a course answers for its roll")
	}
	if got := s.Holders("机构", "", nil, time.Now()); got.People[0] != "C008" || got.Fallback {
		t.Errorf("机构 is %v", got)
	}
}

func TestPostsOfARealSchool(t *testing.T) {
	s := linjiang(t)
	now := time.Date(2026, 10, 13, 8, 5, 0, 0, s.Calendar.Zone())
	for _, row := range []struct{ role, class, people, chain string }{
		{"班主任", "703", "T001", "班主任 李敏"},
		{"年级", "703", "T013", "年级主任 郑国平"},
		{"年级主任", "101", "T014", "年级主任 黄玉梅"},
		{"课任", "703", "T002 T009 T010 T011", "科任教师 王建国→科任教师 张伟明→科任教师 何晓燕→科任教师 马强"},
		{"教导处", "802", "T016", "教务主任 冯志远"},
		{"政教处", "802", "T017", "德育主任 韩冰"},
		{"主管主任", "703", "T021", "主管主任空缺→副校长 沈慧"},
		{"主管校长", "703", "T021", "副校长 沈慧"},
		{"保卫处", "", "T018", "保卫主任 曹德胜"},
		{"学校", "", "T021", "学校空缺→主管主任空缺→副校长 沈慧"},
		{"管理员", "", "T001", "管理员空缺→教职工名单第一人 李敏"},
	} {
		got := s.Holders(row.role, row.class, nil, now)
		if strings.Join(got.People, " ") != row.people || strings.Join(got.Chain, "→") != row.chain {
			t.Errorf("%s of %q: %v by %v, want %s by %s", row.role, row.class, got.People, got.Chain, row.people, row.chain)
		}
	}
	deputy := []school.Delegation{{From: "T001", To: "T009", Since: now.Add(-time.Hour), Until: now.Add(time.Hour)}}
	if got := s.Holders("班主任", "703", deputy, now); got.People[0] != "T009" {
		t.Errorf("while 李敏 is away 张伟明 acts: %v", got)
	}
	child, _ := s.Roster.Student("S001")
	for id, want := range map[string][2]bool{ // sees, reports
		"T001": {true, true}, "T010": {true, true}, "T012": {false, false}, "T013": {true, true}, "T014": {false, false},
		"T020": {true, true}, "T022": {false, true}, "T023": {false, true}, "T024": {true, true}, "G1": {true, true}, "S002": {false, false},
	} {
		p, ok := s.Roster.Person(id)
		if got := [2]bool{s.MaySee(p, child, nil, now), s.MayReport(p, child, nil, now)}; !ok || got != want {
			t.Errorf("%s %s sees and reports 张三: %v, want %v", id, p.Name, got, want)
		}
	}
}

// small is a school folder with nothing wrong; tests change one file.
func small() map[string]string {
	return map[string]string{
		"school.yaml":   "id: small\nname: 小学校\nlevel: nine-year\npolicy: S23\nsessions: [{id: am, name: 上午, start: \"08:00\", report_by: \"08:20\", end: \"11:50\"}]\n",
		"calendar.yaml": "confirmed_until: 2026-12-31\nterms: [{id: t, name: 学期, from: 2026-03-02, to: 2026-07-03}]\nholidays: [{name: 清明节, from: 2026-04-04, to: 2026-04-06}]\n",
		"classes.csv":   "班级编号,学段,年级,班名,别名\n703,初中,七年级,七(3)班,七3、七三\n101,小学,一年级,一(1)班,\n",
		"staff.csv":     "工号,姓名,手机,职务,范围,企业微信,钉钉,代理人\nT001,李敏,19900000001,班主任,703,limin,,\nT002,陆振华,,校长,,,lzh,T001\n",
		"students.csv":  "学号,姓名,性别,班级编号,座号,住宿,出生日期,备注\nS001,张三,男,703,1,走读,2013/5/6,\nS002,李四,女,703,2,住校,,\n",
		"guardians.csv": "学号,姓名,关系,手机,顺序,企业微信,钉钉,公众号\nS001,王桂芳,妈妈,19900001001,1,,,\nS002,李国强,爸爸,19900001002,1,,,\n",
	}
}

func read(files map[string]string, skipBad bool, checks ...configs.Check) (*configs.Folder, []configs.Problem) {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return configs.ReadSchoolFS(fsys, skipBad, checks...)
}

func TestEveryBadRowIsNamedWithItsLine(t *testing.T) {
	for _, row := range []struct{ file, old, new, say string }{
		{"classes.csv", "101,小学", "703,小学", "classes.csv:3: 班级编号 与 classes.csv:2 重复"},
		{"classes.csv", "101,小学", "101,幼儿园", "classes.csv:3: 学段 写法不对"},
		{"classes.csv", "101,小学", "1 01,小学", "classes.csv:3: 班级编号 不能用作编号"},
		{"classes.csv", "学段", "阶段", "classes.csv:1: 学段 缺少这一列"},
		{"classes.csv", "一(1)班", "", "classes.csv:3: 班名 没有填写"},
		{"staff.csv", "班主任,703", "班主任,", "staff.csv:2: 范围 没有填写"},
		{"staff.csv", "班主任,703", "班主任,704", "staff.csv:2: 范围 “704”不认识"},
		{"staff.csv", "lzh,T001", "lzh,T009", "staff.csv:3: 代理人 不在 staff 表里"},
		{"staff.csv", "lzh,T001", "lzh,T002", "staff.csv:3: 代理人 不能是自己"},
		{"staff.csv", "T002,陆振华", "T001,陆振华", "staff.csv:3: 姓名 与 staff.csv:2 编号相同"},
		{"staff.csv", "T002,陆振华,,校长,,,", "T002,陆振华,,校长,,LiMin,", "staff.csv:3: 企业微信 与 staff.csv:2 是同一个账号"},
		{"staff.csv", "T002,陆振华", "S001,陆振华", "staff.csv:3: 工号 与 students.csv:2 重复"},
		{"staff.csv", "19900000001", "1990000000x", "staff.csv:2: 手机 不像电话号码"},
		{"students.csv", "S002,李四", "S001,李四", "students.csv:3: 学号 与 students.csv:2 重复"},
		{"students.csv", "女,703,2", "女,704,2", "students.csv:3: 班级编号 不在 classes 表里"},
		{"students.csv", "女,703,2", "女,703,1", "students.csv:3: 座号 与 students.csv:2 重复"},
		{"students.csv", "女,703,2", "女,703,二", "students.csv:3: 座号 要写整数"},
		{"students.csv", "2013/5/6", "去年", "students.csv:2: 出生日期 不是日期"},
		{"students.csv", "男,703", "M,703", "students.csv:2: 性别 写法不对"},
		{"students.csv", "张三", "\"张三", "students.csv:"},
		{"guardians.csv", "S002,李国强", "S009,李国强", "guardians.csv:3: 学号 不在 students 表里"},
		{"guardians.csv", "S002,李国强", "S002,", "guardians.csv:3: 姓名 没有填写"},
		{"school.yaml", "nine-year", "kindergarten", "school.yaml:3:8: level 没有填写或写法不对"},
		{"school.yaml", "id: small", "id: 小", "school.yaml:1:5: id"},
		{"school.yaml", "policy:", "polcy:", "school.yaml:4:1: polcy 不认识这个键"},
		{"school.yaml", "08:20", "8点20", "sessions[0].report_by"},
		{"school.yaml", "08:20", "07:20", "时间次序不对"},
		{"school.yaml", "policy: S23", "notices: {grace: soon, quiet: never}", "notices.grace"},
		{"school.yaml", "policy: S23", "calendar: ../calendar.yaml", "calendar"},
		{"calendar.yaml", "2026-03-02", "2026-08-02", "晚于"},
		{"calendar.yaml", "confirmed_until: 2026-12-31", "", "confirmed_until"},
		{"calendar.yaml", "holidays:", "special_days: [{name: 运动会, from: 2026-04-01, to: 2026-04-01, kind: off, scope: 八年级}]\nholidays:", "“运动会”的 scope \"八年级\" 不认识"},
	} {
		files := small()
		files[row.file] = strings.Replace(files[row.file], row.old, row.new, 1)
		f, problems := read(files, false)
		if f != nil || !strings.Contains(say(problems), row.say) {
			t.Errorf("%s: %q → %q: want %s, got %v\n%s", row.file, row.old, row.new, row.say, f != nil, say(problems))
		}
	}
}

func TestProblemsOfSheetsHoldNoNamesAndNumbers(t *testing.T) {
	files := small()
	files["students.csv"] = "学号,姓名,班级编号\nS001,赵小星,999\nS001,赵小星,999\n"
	files["guardians.csv"] = "学号,姓名,手机\nS001,王桂芳,1990000100100001\nS002,李国强,19900001002\n"
	_, problems := read(files, false)
	for _, word := range []string{"赵小星", "王桂芳", "李国强", "1990000"} {
		if strings.Contains(say(problems), word) {
			t.Errorf("%s stands in a problem:\n%s", word, say(problems))
		}
	}
}

func TestNothingIsReadUnlessAllRowsAreGoodOrBadOnesAreSkipped(t *testing.T) {
	files := small()
	files["students.csv"] += "S003,王五,男,999,3,走读,,\n"
	files["guardians.csv"] += "S003,王大,爸爸,19900001003,1,,,\n"
	if f, problems := read(files, false); f != nil || len(problems) != 2 {
		t.Errorf("a bad child and its guardian:\n%s", say(problems))
	}
	f, problems := read(files, true)
	if f == nil || len(f.Students) != 2 || len(f.Guardians) != 2 || !configs.Failed(problems) {
		t.Errorf("with bad rows skipped the good ones are read:\n%s", say(problems))
	}
	files["students.csv"] = strings.Replace(files["students.csv"], "姓名", "名字", 1)
	if f, _ := read(files, true); f != nil {
		t.Error("a sheet without its columns cannot be skipped over")
	}
	files = small()
	files["calendar.yaml"] = "confirmed_until: soon\n"
	if f, _ := read(files, true); f != nil {
		t.Error("a wrong calendar cannot be skipped over")
	}
}

func TestMissingFiles(t *testing.T) {
	for name, want := range map[string]string{
		"school.yaml": "读不到这个文件", "calendar.yaml": "读不到这个文件", "classes.csv": "缺少 classes 表", "staff.csv": "缺少 staff 表", "students.csv": "缺少 students 表",
	} {
		files := small()
		delete(files, name)
		if f, problems := read(files, false); f != nil || !strings.Contains(say(problems), want) {
			t.Errorf("without %s: %s", name, say(problems))
		}
	}
	files := small()
	delete(files, "guardians.csv")
	if f, problems := read(files, false); f == nil || !strings.Contains(say(problems), "没有家长可以通知") {
		t.Errorf("without guardians a school is read with a warning: %s", say(problems))
	}
}

// Whatever stands in the sheets: an answer, and never people with a mistake.
func FuzzSheets(f *testing.F) {
	files := small()
	f.Add(files["classes.csv"], files["staff.csv"], files["students.csv"], files["guardians.csv"])
	f.Add("班级编号,学段,年级,班名\n1,小学,一,一班", "工号,姓名,职务,范围\n,,,\n\"", "学号,姓名,班级编号\nS,张,1\nS,张,1", "学号,姓名,手机\nS,王,1\xff")
	f.Fuzz(func(t *testing.T, classes, staff, students, guardians string) {
		files := small()
		files["classes.csv"], files["staff.csv"], files["students.csv"], files["guardians.csv"] = classes, staff, students, guardians
		got, problems := read(files, false)
		if (got == nil) != configs.Failed(problems) {
			t.Fatalf("a folder: %v, with\n%s", got != nil, say(problems))
		}
		if got, _ := read(files, true); got != nil {
			r := got.Roster()
			for _, s := range r.Students() {
				if _, ok := r.Class(s.Class()); !ok {
					t.Fatalf("a student of a class nobody knows: %q", s.Class())
				}
			}
			for _, g := range r.Guardians() {
				for _, c := range g.Children {
					if _, ok := r.Student(c.Student); !ok {
						t.Fatalf("a guardian of a child nobody knows: %q", c.Student)
					}
				}
			}
		}
	})
}
