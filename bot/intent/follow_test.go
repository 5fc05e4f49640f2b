package intent_test

import (
	"testing"

	"guixiao/rules/school"
)

// answering holds answers to one open question against what they come to.
func (w telling) answering(t *testing.T, kind, why string, marks []school.MarkRange, rows map[string]string) {
	t.Helper()
	for text, want := range rows {
		m := message{Text: text, From: w.from, Now: w.now}
		m.Open = &struct {
			Kind, Class, Case, Student string
			school.Question
		}{Kind: kind, Class: "703", Question: school.Question{Why: why, Marks: marks}}
		if len(marks) == 1 {
			m.Open.Student = marks[0].Student
		}
		if got := brief(w.h.read(m)); got != want {
			t.Errorf("%q\n  is  %s\n  not %s", text, got, want)
		}
	}
}

func range13(student string, kind school.MarkKind, from, to string) school.MarkRange {
	return school.MarkRange{Student: student, Mark: kind,
		From: school.Slot{Day: school.Day("2026-10-" + from[:2]), Session: from[2:]}, To: school.Slot{Day: school.Day("2026-10-" + to[:2]), Session: to[2:]}}
}

func TestWhatIsWithHim(t *testing.T) {
	name := []school.MarkRange{range13("S001", "", "13am", "13am")} // 张三, and no more was said
	at(t, "T001", tuesday).answering(t, "ask", school.AskMissingKind, name, map[string]string{
		"病假":     "attendance: 张三 sick 13am–13pm",
		"没来":     "attendance: 张三 absent 13am",
		"8:20到的": "attendance: 张三 late 13am",
		"请两天事假":  "attendance: 张三 personal 13am–14pm",
		"李四没来":   "attendance: 李四 absent 13am",
	})
}

func TestAReportGoesOnBehindItsCard(t *testing.T) {
	sick := []school.MarkRange{range13("S038", school.Sick, "12am", "13pm")}
	w := at(t, "T001", tuesday)
	w.answering(t, "card", "", sick, map[string]string{
		"还有李四":    "attendance: 李四 sick 12am–13pm",
		"李四也是":    "attendance: 李四 sick 12am–13pm",
		"再请两天":    "attendance: 何苗 sick 14am–15pm",
		"续假到周五":   "attendance: 何苗 sick 14am–16pm",
		"请到周四":    "attendance: 何苗 sick 12am–15pm",
		"王五迟到":    "attendance: 王五 late 13am",
		"不对，是王五":  "correction: 何苗 present 12am–13am, 王五 sick 12am–13pm",
		"写错了，是何淼": "correction: ask unknown_name S038",
	})
	absent := []school.MarkRange{range13("S038", school.Absent, "13am", "13am")}
	w.answering(t, "card", "", absent, map[string]string{
		"到了，8:20": "attendance: 何苗 late 13am",
		"来了来了，睡过头了，8:36进的门": "attendance: 何苗 late 13am",
		"家长说在路上了":           "record: call of S038 reached",
		"应该是病假":             "correction: 何苗 sick 13am",
		"材料已经报给街道了":         "record: ",
		"数漏了，何苗坐后排呢，不算缺":    "correction: 何苗 present 13am",
	})
	two := []school.MarkRange{range13("S001", school.Absent, "13am", "13am"), range13("S002", school.Absent, "13am", "13am")}
	w.answering(t, "card", "", two, map[string]string{
		"两个都发烧": "attendance: 张三 sick 13am–13pm, 李四 sick 13am–13pm",
	})
	w.answering(t, "ask", school.AskConfirm, two, map[string]string{
		"只有张三，李四在": "attendance: 张三 absent 13am, 李四 present 13am",
	})
}

func TestTheRollIsAnsweredInWords(t *testing.T) {
	at(t, "T001", tuesday).answering(t, "roll", "", nil, map[string]string{
		"高磊发烧在家，何苗没消息": "attendance: 何苗 absent 13am, 高磊 sick 13am–13pm",
		"一个没来，高磊":      "attendance: 高磊 absent 13am, the others are here",
		"没有，都在":        "all_present: the others are here",
		"还没点完，稍等":      nothing,
	})
}

func TestNobodyKnowsYetHowLong(t *testing.T) {
	at(t, "T001", tuesday).answering(t, "ask", school.AskMissingDates, []school.MarkRange{range13("S038", school.Sick, "13am", "13pm")}, map[string]string{
		"还不知道，看医生怎么说": "attendance: 何苗 sick 13am–13pm, ask missing_dates",
		"大概一个星期":      "attendance: 何苗 sick 13am–19pm",
		"烧退了，后天来":     "attendance: 何苗 sick 13am–14pm",
	})
}
