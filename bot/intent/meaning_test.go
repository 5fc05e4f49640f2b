package intent_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guixiao/bot/intent"
	"guixiao/rules/school"
)

// tuesday is an ordinary morning of school before the roll call closes.
const tuesday = "2026-10-13 08:05"

// telling is what one person says at one moment.
type telling struct {
	h    house
	from string
	now  time.Time
}

func at(t testing.TB, from, now string) telling {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", now, time.FixedZone("CST", 8*3600))
	if err != nil {
		t.Fatal(err)
	}
	return telling{h: readHouse(t, "school"), from: from, now: when}
}

// means holds texts against what they mean, both in one line per text.
func (w telling) means(t *testing.T, rows map[string]string) {
	t.Helper()
	for text, want := range rows {
		got := brief(w.h.read(message{Text: text, From: w.from, Now: w.now}))
		if got != want {
			t.Errorf("%q\n  is  %s\n  not %s", text, got, want)
		}
	}
}

// brief says a meaning in one line: 张三 absent 13am, all others here, ask …
func brief(m school.Meaning) string {
	var parts []string
	for _, mk := range m.Marks {
		span := day(mk.From)
		if mk.To != mk.From {
			span += "–" + day(mk.To)
		}
		parts = append(parts, fmt.Sprintf("%s %s %s", mk.Name, mk.Mark, span))
	}
	for _, c := range m.Contacts {
		parts = append(parts, fmt.Sprintf("%s of %s %s", c.Kind, c.Student, c.Outcome))
	}
	slices.Sort(parts)
	if m.Request != nil && m.Request.Kind != "leave" {
		parts = append(parts, "asks to "+m.Request.Kind+" "+m.Request.Student)
	}
	if m.RestPresent {
		parts = append(parts, "the others are here")
	}
	if m.Ask != nil {
		parts = append(parts, strings.TrimSpace("ask "+m.Ask.Why+" "+strings.Join(m.Ask.Candidates, " ")))
	}
	parts = append(parts, m.Flags...)
	return m.Intent + ": " + strings.Join(parts, ", ")
}

func day(s school.Slot) string { return string(s.Day[8:]) + s.Session }

const (
	nothing  = "none: "
	question = "query: "
)

func TestWhatIsDeniedDidNotHappen(t *testing.T) {
	at(t, "T001", tuesday).means(t, map[string]string{
		"高磊没有到学校里来":     "attendance: 高磊 absent 13am",
		"李四早上没有进校门":     "attendance: 李四 absent 13am",
		"张三仍旧没有出现在教室":   "attendance: 张三 absent 13am",
		"王浩到这会儿都没个影":    "attendance: 王浩 absent 13am",
		"昝犇座位一直空的":      "attendance: 昝犇 absent 13am",
		"高磊午休后就没再进教室":   "attendance: 高磊 absent 13am",
		"韦秋月第一节课没见到":    "attendance: 韦秋月 absent 13am",
		"高磊没迟到":         "attendance: 高磊 present 13am",
		"今天没有缺席的":       "all_present: the others are here",
		"没有一个人没来":       "all_present: the others are here",
		"没有一个人迟到":       nothing,
		"张三没说明天不来":      nothing,
		"李四没来得及交作业":     nothing,
		"不用给黄河请假了，他来了":  "correction: 黄河 present 13am",
		"高磊咳嗽，不过没请假，来了": "attendance: 高磊 present 13am",
	})
}

func TestWhatIsOnlyPossibleIsNoReport(t *testing.T) {
	at(t, "T001", tuesday).means(t, map[string]string{
		"如果张三明天还不来，我们就去家访":    nothing,
		"张三要是再迟到就叫家长":         nothing,
		"明天要是下雨，运动会就改到下周":     nothing,
		"三个人没到场的话比赛就取消":       nothing,
		"万一谁没来就打电话":           nothing,
		"以前张三老迟到，这学期一次都没有":    nothing,
		"报考勤这样发：“张三 病假”就行":    nothing,
		"明天升旗，全员到场":           nothing,
		"大家注意，发烧的同学不要带病上课":    nothing,
		"张三作文里写他发烧没来上学那天很想同学": nothing,
	})
}

func TestListsAndExceptions(t *testing.T) {
	at(t, "T001", tuesday).means(t, map[string]string{
		"除了高磊别的都齐":              "attendance: 高磊 absent 13am, the others are here",
		"全都来了除了高磊":              "attendance: 高磊 absent 13am, the others are here",
		"都到了，就高磊还在路上":           "attendance: 高磊 absent 13am, the others are here",
		"没来的就高磊":                "attendance: 高磊 absent 13am, the others are here",
		"除高磊病假、何苗事假外，其余均已到校":    "attendance: 何苗 personal 13am–13pm, 高磊 sick 13am–13pm, the others are here",
		"病假：何苗；事假：无；缺勤：无":       "attendance: 何苗 sick 13am–13pm, the others are here",
		"张三病了李四也病了":             "attendance: 张三 sick 13am–13pm, 李四 sick 13am–13pm",
		"郭子豪没来，吴宇轩也是":           "attendance: 吴宇轩 absent 13am, 郭子豪 absent 13am",
		"张三事假，李四病假，王五没来":        "attendance: 张三 personal 13am–13pm, 李四 sick 13am–13pm, 王五 absent 13am",
		"郑凯和大鹏没来":               "attendance: 郑凯 absent 13am, ask unknown_name",
		"是高磊没来，何苗在":             "attendance: 何苗 present 13am, 高磊 absent 13am",
		"校服费还差三个人没交：张三、李四、王五":   nothing,
		"运动会参赛名单：张三、李四、王五":      nothing,
		"昨天没来开家长会的有张三、李四的家长":    nothing,
		"今天值日：张三、李四、王五":         nothing,
		"高磊、何苗两人未到，曹颖一人迟到":      "attendance: 何苗 absent 13am, 曹颖 late 13am, 高磊 absent 13am",
		"缺张三（发烧）、李四（原因待查），其他都在": "attendance: 张三 sick 13am–13pm, 李四 absent 13am, the others are here",
	})
}

func TestNumbersMustAgree(t *testing.T) {
	at(t, "T001", tuesday).means(t, map[string]string{
		"应到46实到45，高磊病假": "attendance: 高磊 sick 13am–13pm, the others are here",
		"应到46实到44，高磊病假": "attendance: 高磊 sick 13am–13pm, ask count_mismatch",
		"应到45实到44，高磊病假": "attendance: 高磊 sick 13am–13pm, ask count_mismatch",
		"46/45":         "ask: ask missing_name",
		"４６／４６":         "all_present: the others are here",
		"一个没来，高磊":       "attendance: 高磊 absent 13am, the others are here",
		"今天两个请假的，高磊和何苗": "attendance: 何苗 leave 13am–13pm, 高磊 leave 13am–13pm, the others are here, ask missing_kind",
		"有两个没来":         "ask: ask missing_name",
		"应到46 实到43 病假2（高磊、何苗）事假1（曹颖）": "attendance: 何苗 sick 13am–13pm, 曹颖 personal 13am–13pm, 高磊 sick 13am–13pm, the others are here",
		"应到46，实到44，缺高磊、何苗、曹颖":         "attendance: 何苗 absent 13am, 曹颖 absent 13am, 高磊 absent 13am, ask count_mismatch",
		"全班46人，一个不少":                  "all_present: the others are here",
		"流感请假4人：何苗、曹颖、邓佳琪、高磊":         "attendance: 何苗 sick 13am–13pm, 曹颖 sick 13am–13pm, 邓佳琪 sick 13am–13pm, 高磊 sick 13am–13pm, the others are here, cluster",
		"马小军又没来，这周已经第三次了":             "attendance: 马小军 absent 13am, repeated",
		"应交46份实交45份，差张三的":             nothing,
		"体育器材少了两个篮球，谁拿了请还回来":          nothing,
	})
}

func TestTimesOnTheCalendar(t *testing.T) {
	at(t, "T001", "2026-10-16 08:05").means(t, map[string]string{ // a Friday; 10-10 was a Saturday of school
		"张三请假三天，发烧":            "attendance: 张三 sick 16am–20pm",
		"张三请一周病假":              "attendance: 张三 sick 16am–22pm",
		"张三病假，下周一返校":           "attendance: 张三 sick 16am–16pm",
		"张三国庆后就没来过":            "attendance: 张三 absent 08am–16am",
		"张三周六没来":               "attendance: 张三 absent 10am–10pm",
		"张三周日没来":               "ask: ask missing_dates",
		"张三从周三起就没来过学校":         "attendance: 张三 absent 14am–16am",
		"张三周一到现在一直病假":          "attendance: 张三 sick 12am–16am",
		"张三连着三天没到校":            "attendance: 张三 absent 14am–16am",
		"张三上周六请的事假":            "attendance: 张三 personal 10am–10pm",
		"张三昨天没来，今天来了":          "attendance: 张三 absent 15am–15pm, 张三 present 16am",
		"张三病假到月底":              "attendance: 张三 sick 16am–30pm, ask confirm",
		"张三周五下午要去复查":           "attendance: 张三 sick 16pm",
		"张三明天事假":               "ask: ask missing_dates",
		"张三今天没来，他妈说昨晚上吐了，请一天假": "record: call of S001 reached, 张三 sick 16am–16pm",
	})
	at(t, "T001", "2026-10-16 18:10").means(t, map[string]string{ // after the last lesson
		"张三没来":    "attendance: 张三 absent 16pm",
		"张三请一天病假": "attendance: 张三 sick 19am–19pm",
	})
}

func withReader(s *school.School) house { return house{s, intent.NewReader(s)} }
