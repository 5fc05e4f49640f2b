package configs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"

	"guixiao/configs"
	"guixiao/rules/school"
)

func demo(t testing.TB) *school.School {
	t.Helper()
	f, problems := configs.ReadSchoolFS(configs.DemoSchool("demo"), false)
	if len(problems) > 0 {
		t.Fatal(say(problems))
	}
	return f.School("sandbox")
}

func TestTheInstitutionOfTheDemoHasEverybodyTheRegimeNeeds(t *testing.T) {
	f, problems := configs.ReadSchoolFS(configs.DemoSchool("training"), false)
	if len(problems) > 0 {
		t.Fatal(say(problems))
	}
	s := f.School("sandbox")
	now := time.Date(2026, 10, 14, 9, 0, 0, 0, s.Calendar.Zone())
	for _, class := range s.Roster.Classes {
		for _, role := range []string{"审批人员", "机构", "教务", "财务", "客服", "任课教师", "法务", "班主任", "管理员"} {
			if got := s.Holders(role, class.ID, nil, now); got.Fallback || len(got.People) == 0 {
				t.Errorf("nobody is %s of %s: %v", role, class.Name, got.Chain)
			}
		}
		if _, ok := s.Calendar.NextLesson("2026-10-14", class); !ok {
			t.Errorf("%s never meets", class.Name)
		}
		for _, learner := range s.Roster.StudentsOf(class.ID) {
			if k, ok := s.Roster.ContractOf(learner.ID, class.ID); !ok || k.Left() == 0 {
				t.Errorf("%s has bought nothing of %s", learner.Name, class.Name)
			}
		}
	}
}

func TestTheDemoSchoolHasEverybodyTheRegimeNeeds(t *testing.T) {
	s := demo(t)
	now := time.Date(2026, 10, 13, 8, 5, 0, 0, s.Calendar.Zone())
	for _, class := range s.Roster.Classes {
		for _, role := range []string{"班主任", "科任教师", "年级主任", "教务处", "德育处", "主管主任", "主管校长", "校长", "值周领导", "防流控辍工作小组", "学校", "学校领导", "管理员"} {
			if got := s.Holders(role, class.ID, nil, now); got.Fallback || len(got.People) == 0 {
				t.Errorf("nobody is %s of %s: %v", role, class.Name, got.Chain)
			}
		}
	}
	if got := s.Holders("防流控辍工作小组", "703", nil, now); len(got.People) != 2 {
		t.Errorf("the working group has %d members", len(got.People))
	}
	seen := map[string]int{}
	for _, st := range s.Roster.Students() {
		seen[st.Name]++
		if len(s.Roster.GuardiansOf(st.ID)) == 0 {
			t.Errorf("nobody answers for %s", st.ID)
		}
	}
	if seen["陈晨"] != 2 || seen["刘洋"] != 2 || len(s.Roster.Students()) < 40 {
		t.Errorf("%d students; two of one name in a class, and in two classes: %v", len(s.Roster.Students()), seen)
	}
}

func TestTheTeacherOfTheDemoSchoolCanReportZhangSan(t *testing.T) {
	s := demo(t)
	now := time.Date(2026, 10, 13, 8, 5, 0, 0, s.Calendar.Zone())
	r := s.Roster.WithSandbox()
	teacher, ok := r.At("sandbox", "T001")
	if !ok || !s.OwnsRoll(teacher, "703", nil, now) {
		t.Fatalf("T001 is %+v", teacher)
	}
	names := map[string]int{}
	for _, st := range s.Roster.StudentsOf("703") {
		names[st.Name]++
	}
	if names["张三"] != 1 || names["李四"] != 1 {
		t.Errorf("七(3)班: %v", names)
	}
	zhang, _ := r.Student("S001")
	if zhang.Name != "张三" || !s.MayReport(teacher, zhang, nil, now) {
		t.Errorf("S001 is %s", zhang.Name)
	}
	mother := r.GuardiansOf("S001")[0]
	if len(mother.Children) != 2 || mother.ID != "G1" {
		t.Errorf("the mother of 张三 has two children at the school: %+v", mother)
	}
}

func TestTheDemoCalendarIsTheOfficialOne(t *testing.T) {
	c := demo(t).Calendar
	for day := school.Day("2026-03-02"); day <= c.ConfirmedUntil(); day = day.Add(1) {
		if _, inTerm := c.TermOf(day); !inTerm {
			continue
		}
		if got, want := c.IsSchoolDay(day), officialWorkday(day); got != want {
			t.Errorf("%s is a school day: %v, officially %v", day, got, want)
		}
	}
	if start := c.DefaultStart(time.Date(2026, 10, 11, 9, 0, 0, 0, c.Zone())); start.Format("2006-01-02 15:04") != "2026-10-12 07:50" {
		t.Errorf("on a Sunday the demonstration begins %s", start)
	}
}

func officialWorkday(day school.Day) bool {
	if h := HolidayUtil.GetHoliday(string(day)); h != nil {
		return h.IsWork()
	}
	return day.Weekday() <= 5
}

// The shipped calendar of the year says of every day what the official one says.
func TestTheShippedCalendarOf2026(t *testing.T) {
	content, err := os.ReadFile("calendars/cn-2026.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range small() {
		write(t, dir, name, text)
	}
	write(t, dir, "calendar.yaml", "confirmed_until: 2026-12-31\nterms: [{id: y, name: 全年, from: 2026-01-01, to: 2026-12-31}]\n"+string(content))
	f, problems := configs.ReadSchool(dir, false)
	if f == nil {
		t.Fatal(say(problems))
	}
	off, makeups := 0, 0
	for day := school.Day("2026-01-01"); day <= "2026-12-31"; day = day.Add(1) {
		if got, want := f.Calendar.IsWorkingDay(day), officialWorkday(day); got != want {
			t.Errorf("%s is a working day: %v, officially %v", day, got, want)
		}
		if h := HolidayUtil.GetHoliday(string(day)); h != nil && h.IsWork() {
			makeups++
			if !strings.Contains(string(content), "date: "+string(day)+", for: "+h.GetName()+"}") {
				t.Errorf("%s makes up for %s", day, h.GetName())
			}
		} else if h != nil {
			off++
		}
	}
	if off != 33 || makeups != 6 {
		t.Errorf("the official year has %d days off and %d make-up days", off, makeups)
	}
}

func TestInitWritesAStarterThatLoads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	files, err := configs.Init(dir, configs.Starter{})
	if err != nil || len(files) < 8 {
		t.Fatalf("%v, %v", files, err)
	}
	c, problems := configs.Load(filepath.Join(dir, "guixiao.yaml"), environment("WECOM_SECRET", "s", "WECOM_AES_KEY", aesKey))
	if c == nil || len(problems) != 1 || strings.Count(say(problems), "还是样例里的值") != 1 {
		t.Fatal(say(problems))
	}
	f, problems := configs.ReadSchool(c.Schools[0].Data, false)
	if f == nil || len(problems) > 0 || f.ID != c.Schools[0].ID {
		t.Fatal(say(problems))
	}
	_, problems = configs.Load(filepath.Join(dir, "guixiao.yaml"), func(string) (string, bool) { return "", false })
	for _, name := range []string{"GUIXIAO_SECRET_KEY", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY"} {
		if !strings.Contains(say(problems), "环境变量 "+name+" 没有设置") {
			t.Errorf("what is still to be set is named: %s\n%s", name, say(problems))
		}
	}
}

func TestTheCommentedPartsOfTheStarterLoadToo(t *testing.T) {
	content, err := os.ReadFile("examples/guixiao.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("# dingtalk:", "dingtalk:", "# mp:", "mp:", "# sms:", "sms:", "\n#   -", "\n  -", "\n#     ", "\n    ", "    # aibot", "    aibot").Replace(string(content))
	c, problems := configs.ParseConfig("guixiao.yaml", []byte(text), environment("WECOM_SECRET", "s", "WECOM_AES_KEY", aesKey, "DINGTALK_SECRET", "d", "MP_SECRET", "m", "SMS_SECRET", "sixteen characters"))
	if c == nil || len(c.DingTalk) != 1 || len(c.MP) != 1 || c.MP[0].Fields["thing1"] != "student" || len(c.SMS) != 1 || c.DingTalk[0].AgentID != 1234567890 {
		t.Errorf("%s", say(problems))
	}
}

// The head of a small school answers what init asks, for DingTalk alone: what
// comes out loads without another stroke of the pen.
func TestWhatInitIsToldStandsInTheSettings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	_, err := configs.Init(dir, configs.Starter{School: "qingshan", Name: "青山镇“中心”小学", Level: "primary", Policy: "S03", BaseURL: "https://gx.example.cn",
		Platforms: []string{"dingtalk"},
		DingTalk:  configs.DingTalk{ClientID: "dingabc", CorpID: "dingcorp", AgentID: 77, Mode: configs.ModeStream},
		Secrets:   map[string]string{"GUIXIAO_SECRET_KEY": strings.Repeat("k", 64), "DINGTALK_SECRET": "geheim"}})
	if err != nil {
		t.Fatal(err)
	}
	c, problems := configs.Load(filepath.Join(dir, "guixiao.yaml"), func(string) (string, bool) { return "", false })
	if c == nil || len(problems) > 0 {
		t.Fatal(say(problems))
	}
	if len(c.WeCom) != 0 || len(c.DingTalk) != 1 || len(c.Schools) != 1 {
		t.Fatalf("%d wecom, %d dingtalk, %d schools", len(c.WeCom), len(c.DingTalk), len(c.Schools))
	}
	d := c.DingTalk[0]
	if d.ClientID != "dingabc" || d.RobotCode != "dingabc" || d.CorpID != "dingcorp" || d.AgentID != 77 || d.ClientSecret.Reveal() != "geheim" ||
		c.SecretKey.Reveal() != strings.Repeat("k", 64) || c.Server.BaseURL != "https://gx.example.cn" || c.Schools[0].Platforms[0] != "dingtalk/main" {
		t.Errorf("%+v", c)
	}
	f, problems := configs.ReadSchool(c.Schools[0].Data, false)
	if f == nil || len(problems) > 0 || f.ID != "qingshan" || f.Name != "青山镇“中心”小学" || f.Level != "primary" || f.Policy != "S03" {
		t.Errorf("%+v\n%s", f, say(problems))
	}
	settings, err := os.ReadFile(filepath.Join(dir, "guixiao.yaml"))
	if err != nil || strings.Contains(string(settings), "geheim") {
		t.Errorf("a secret stands in the settings: %v", err)
	}
	for _, secret := range []string{"GUIXIAO_SECRET_KEY", "DINGTALK_SECRET"} {
		if info, err := os.Stat(filepath.Join(dir, "secrets", secret)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is not for its owner alone: %v", secret, err)
		}
	}
}

func TestBothPlatformsStandOpenWhenBothAreUsed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := configs.Init(dir, configs.Starter{Platforms: []string{"wecom", "dingtalk"}}); err != nil {
		t.Fatal(err)
	}
	c, problems := configs.Load(filepath.Join(dir, "guixiao.yaml"), environment("WECOM_SECRET", "s", "WECOM_AES_KEY", aesKey, "DINGTALK_SECRET", "d"))
	if c == nil || len(c.WeCom) != 1 || len(c.DingTalk) != 1 || len(c.Schools[0].Platforms) != 2 {
		t.Fatal(say(problems))
	}
}

func TestInitNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "schools/my-school/staff.csv", "mine")
	if files, err := configs.Init(dir, configs.Starter{}); err == nil || !strings.Contains(err.Error(), "staff.csv") {
		t.Errorf("it wrote %v over a file that was there: %v", files, err)
	}
	if content, _ := os.ReadFile(filepath.Join(dir, "schools/my-school/staff.csv")); string(content) != "mine" {
		t.Error("my file was overwritten")
	}
	if _, err := os.Stat(filepath.Join(dir, "guixiao.yaml")); err == nil {
		t.Error("nothing at all must be written")
	}
}
