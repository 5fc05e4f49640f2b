package configs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guixiao/configs"
	"guixiao/rules/school"
)

// told reads a folder with mistakes and compares what is told, place and a
// word of each, in order; nothing else may be told.
func told(t *testing.T, change map[string]string, want ...string) {
	t.Helper()
	files := small()
	for file, text := range change {
		files[file] = text
	}
	_, problems := read(files, false)
	for i, p := range problems {
		line := p.String()
		if i >= len(want) {
			t.Errorf("too much is told: %s", line)
			continue
		}
		for _, word := range strings.Split(want[i], " … ") {
			if !strings.Contains(line, word) {
				t.Errorf("no %s in %s", word, line)
			}
		}
	}
	if len(problems) < len(want) {
		t.Errorf("%d told, want %d:\n%s", len(problems), len(want), say(problems))
	}
}

func TestAnUnknownKeyOfTheCalendarHidesNothing(t *testing.T) {
	told(t, map[string]string{"calendar.yaml": `timezone: Asia/Peking
confirmd_until: 2026-12-31
confirmed_until: 2026-12-31
terms:
  - {id: t, name: 学期, from: 2026-03-02, to: 2026-02-03}
holidays:
  - {name: 清明节, from: 2026-4-4, to: 2026-04-06}
makeup_days:
  - {date: 2026-05-09, for: 劳动节}
`},
		"calendar.yaml:2:1 … confirmd_until", "calendar.yaml:1:11 … Asia/Peking", "calendar.yaml:5:45 … 晚于", "calendar.yaml:7:23 … 2026-4-4",
		"calendar.yaml:9:29 … 提醒 … 劳动节 … 清明节")
}

func TestMistakesOfSessionsAreToldWhereTheyStand(t *testing.T) {
	yaml := strings.Replace(small()["school.yaml"], "sessions: [{id: am, name: 上午, start: \"08:00\", report_by: \"08:20\", end: \"11:50\"}]\n", `sessions:
  - {id: am, name: 上午, start: "08:00", report_by: "08:20", end: "11:50"}
  - {id: am, name: 下午, start: "14:00", report_by: "13:20", end: "17:00"}
`, 1)
	told(t, map[string]string{"school.yaml": yaml}, "school.yaml:7:10 … 写了两次", "school.yaml:7:5 … 次序不对")
	// what could not be read is not also said to be wrong
	told(t, map[string]string{"school.yaml": strings.Replace(yaml, "id: am, name: 下午, start: \"14:00\", report_by: \"13:20\"", "id: pm, name: 下午, start: \"2pm\", report_by: \"14:20\"", 1)},
		"school.yaml:7:31 … 2pm")
}

func TestABrokenSchoolFileDoesNotHideTheCalendarNorTheSheets(t *testing.T) {
	told(t, map[string]string{"school.yaml": "id: [\n", "calendar.yaml": "confirmed_until: soon\nterms: [{id: t, name: 学期, from: 2026-03-02, to: 2026-07-03}]\n",
		"students.csv": "学号,姓名,班级编号\nS001,,703\nS002,李四,703\n"},
		"school.yaml: … YAML", "calendar.yaml:1:18 … soon", "students.csv:2: … 姓名", "guardians.csv: … 提醒 … 1 行")
}

func TestOneBadSheetIsToldOnce(t *testing.T) {
	told(t, map[string]string{"students.csv": "学号,姓名\nS001,张三\nS002,李四\n"}, "students.csv:1: … 班级编号", "guardians.csv: … 提醒 … 2 行")
	told(t, map[string]string{"students.csv": "学号,姓名,班级编号,座号\nS001,张三,703,一\nS002,李四,703,2\n"}, "students.csv:2: … 座号", "guardians.csv: … 提醒 … 1 行")
	told(t, map[string]string{"classes.csv": "班级编号,学段,年级,班名\n703,初中,,七(3)班\n101,小学,一年级,一(1)班\n"},
		"classes.csv:2: … 年级", "students.csv: … 提醒 … 2 行", "staff.csv: … 提醒 … 2 行", "guardians.csv: … 提醒 … 2 行")
	// a mistake of its own is told all the same
	told(t, map[string]string{"guardians.csv": "学号,姓名,手机\nS001,王桂芳,19900001001\nS002,李国强,19900001002\nS003,王五,19900001003\n"}, "guardians.csv:4: … 不在 students 表里")
}

// Whoever reads school.yaml further, such as for its regime, tells what is
// wrong together with all other mistakes.
func TestFurtherChecksAreToldWithTheOthers(t *testing.T) {
	files := small()
	files["school.yaml"] += "policy_settings:\n  week_is: 7 calendar-day\n  nope: 1\n"
	files["calendar.yaml"] = "confirmed_until: soon\nterms: [{id: t, name: 学期, from: 2026-03-02, to: 2026-07-03}]\n"
	regime := func(f *configs.Folder) []configs.Problem {
		if f.Policy != "S23" || f.Settings["nope"] == nil {
			t.Errorf("the check sees %+v", f)
		}
		level := f.Problem("level", "不是为它写的")
		level.Warning = true
		return []configs.Problem{f.Problem("policy_settings.nope", "没有这个参数"), f.Problem("policy_settings.other", "没有填写"), level}
	}
	f, problems := read(files, false, regime)
	text := say(problems)
	if f != nil {
		t.Error("a folder with mistakes was taken")
	}
	for _, want := range []string{"calendar.yaml:1:18: ", "school.yaml:8:3: policy_settings.nope 没有这个参数", "school.yaml:6:1: policy_settings.other 没有填写", "school.yaml:3:8: 提醒：level 不是为它写的"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	f, problems = read(small(), false, func(f *configs.Folder) []configs.Problem {
		p := f.Problem("level", school.LevelNineYear)
		p.Warning = true
		return []configs.Problem{p}
	})
	if f == nil || len(problems) != 1 {
		t.Errorf("a warning stops the school: %s", say(problems))
	}
}

func TestASettingThatCannotBeReadHidesNoOther(t *testing.T) {
	file := filepath.Join(t.TempDir(), "guixiao.yaml")
	text := `storag: {}
storage: {dsn: "postgres://x"}
secret_key: "${NOT_SET}"
wecom:
  - {account: main, corp_id: ww1, agent_id: many, secret: s, token: t, encoding_aes_key: short}
schools:
  - {id: "a b", data: school, platforms: [wecom/other]}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, problems := configs.Load(file, func(string) (string, bool) { return "", false })
	all := say(problems)
	for _, want := range []string{"yaml:1:1: storag ", "yaml:2:16: storage.dsn ", "yaml:3:13: secret_key 环境变量 NOT_SET", "agent_id 这里要写整数", "encoding_aes_key 应是 43", "schools[0].id ", "没有名为 wecom/other"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in\n%s", want, all)
		}
	}
	if len(problems) != 7 {
		t.Errorf("%d told:\n%s", len(problems), all)
	}
}
