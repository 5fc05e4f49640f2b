package rules_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guixiao/rules"
	"guixiao/rules/school"
)

// play simulates an absence from Monday morning to the end of a day.
func play(t *testing.T, p *rules.Policy, start string, until school.Day, events string) []rules.SimLine {
	t.Helper()
	s := rollSchool(t)
	slot, err := school.ParseSlot(start)
	if err != nil {
		t.Fatal(err)
	}
	moves, err := rules.ParseMoves("events.txt", events, s.Calendar.Zone())
	if err != nil {
		t.Fatal(err)
	}
	lines, err := rules.Simulate(rules.Play{School: s, Policy: p, Start: slot, Until: s.Calendar.At(until, 24*60), Moves: moves})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// has looks for a line: "03-09 14:20 open day-1 班主任 03-09 18:00"; the parts
// after the stage may be left out.
func has(lines []rules.SimLine, want string) bool {
	for _, l := range lines {
		due := ""
		if l.Due != nil {
			due = " " + l.Due.Format("01-02 15:04")
		}
		if strings.HasPrefix(l.At.Format("01-02 15:04")+" "+l.Action+" "+l.Stage+" "+l.Role+due, want) {
			return true
		}
	}
	return false
}

func expect(t *testing.T, lines []rules.SimLine, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if unwanted, no := strings.CutPrefix(want, "! "); no == has(lines, strings.TrimSpace(unwanted)) {
			t.Errorf("%s\n%s", want, rules.ShowTimeline(lines))
			return
		}
	}
}

// never says that a stage or role does not appear at all.
func never(t *testing.T, lines []rules.SimLine, stage, role string) {
	t.Helper()
	for _, l := range lines {
		if l.Stage == stage || role != "" && l.Role == role {
			t.Errorf("%s %s %s %s", l.At, l.Action, l.Stage, l.Role)
		}
	}
}

func TestS23WhenNobodyAnswers(t *testing.T) {
	lines := play(t, with(t, shipped(t, "S23"), nil), "2026-03-09/am", "2026-03-20", "")
	expect(t, lines,
		"03-09 08:20 open half-day 班主任 03-09 11:40",
		"03-09 08:20 require half-day 班主任",
		"03-09 11:40 overdue half-day 班主任",
		"03-09 11:40 notify no-contact 主管主任",
		"03-09 14:20 notify day-1 主管主任",
		"03-09 14:20 open day-1-visit 班主任 03-09 18:00",
		"03-09 18:00 overdue day-1-visit 班主任",
		"03-09 18:00 remind day-1-visit 班主任",
		"03-10 14:20 notify day-2 主管校长",
		"03-13 14:20 document week-1",
		"03-13 14:20 notify week-1 主管校长",
		"! 03-09 08:20 notify half-day",
		"! 03-10 08:20 open", "! 03-11 08:20 open", "! 03-16 08:20 open")
	never(t, lines, "decision", "")
	for _, l := range lines {
		if l.Stage == "day-1" && l.Source != "S23-12" {
			t.Errorf("the clause is missing: %+v", l)
		}
	}
}

func TestS23WhenTheTeacherDoesTheWork(t *testing.T) {
	lines := play(t, with(t, shipped(t, "S23"), nil), "2026-03-09/am", "2026-03-20", `
		2026-03-09T10:30 half-day no-contact attempts=3
		2026-03-09T17:40 day-1-visit answered visit-record="在家看店"
		2026-03-10T15:00 day-2 answered reason=看店 steps-taken="家访两次，答应周一返校"
		2026-03-13T15:50 week-1 answered document=材料.docx
		2026-03-18T15:00 decision answered decision=动员返校 participants=郑、吴 date=2026-03-18
		2026-03-19/am present`)
	expect(t, lines,
		"03-09 10:30 notify no-contact 主管主任",
		"03-09 10:30 close no-contact",
		"03-09 17:40 document day-1-visit",
		"03-09 17:40 notify day-1 主管主任",
		"03-13 15:50 open decision 主管校长 03-18 18:00",
		"03-18 15:00 document decision",
		"! 03-09 11:40 overdue", "! 03-09 18:00 overdue")
	if last := lines[len(lines)-1]; last.Action != rules.SimClose || last.Stage != "" || last.At.Format("01-02") != "03-19" {
		t.Errorf("the case does not end with the return: %+v", last)
	}
}

func TestVariantsOfS23(t *testing.T) {
	p := shipped(t, "S23")
	t.Run("V1 leave is granted and the count starts again", func(t *testing.T) {
		lines := play(t, with(t, p, nil), "2026-03-09/am", "2026-03-12",
			"2026-03-09T10:00 leave-granted from=2026-03-09/am to=2026-03-10/pm kind=sick")
		expect(t, lines, "03-09 10:00 close half-day", "03-11 08:20 open half-day", "03-11 14:20 open day-1", "! 03-09 14:20 open day-1")
	})
	t.Run("V2 back before the second day", func(t *testing.T) {
		lines := play(t, with(t, p, nil), "2026-03-09/am", "2026-03-20", "2026-03-10/am present")
		never(t, lines, "day-2", "主管校长")
	})
	t.Run("V5 a week of seven calendar days", func(t *testing.T) {
		lines := play(t, with(t, p, map[string]any{"week_is": "7 calendar-day"}), "2026-03-09/am", "2026-03-20", "")
		expect(t, lines, "03-16 08:20 open week-1", "! 03-13 14:20 open week-1")
	})
	t.Run("V7 two half-days of different days", func(t *testing.T) {
		events := "2026-03-10/pm present"
		expect(t, play(t, with(t, p, nil), "2026-03-09/pm", "2026-03-12", events), "03-10 08:20 open day-1")
		apart := with(t, p, map[string]any{"day_is": map[string]any{"n": 2, "unit": "half-day", "consecutive": false}})
		never(t, play(t, apart, "2026-03-09/pm", "2026-03-12", events), "day-1", "")
	})
	t.Run("V8 a complaint", func(t *testing.T) {
		lines := play(t, with(t, p, nil), "2026-03-09/am", "2026-03-09", "2026-03-09T09:00 complaint-recorded text=不让进班\n2026-03-09T10:00 complaint answered finding=不属实")
		expect(t, lines, "03-09 09:00 open complaint 主管主任", "03-09 10:00 close complaint 主管主任")
	})
}

func TestS02AcrossAWeekend(t *testing.T) {
	p := shipped(t, "S02")
	expect(t, play(t, with(t, p, nil), "2026-03-12/am", "2026-03-18", ""),
		"03-12 08:20 open reason 班主任 03-13 18:00",
		"03-12 08:20 open school-report 班主任 03-16 18:00",
		"03-13 14:20 open two-days 班主任 03-13 18:00",
		"03-13 18:00 overdue reason", "03-13 18:00 overdue two-days",
		"03-16 18:00 notify school-report 学校",
		"! 03-14 08:20 open", "! 03-12 08:20 notify school-report")
	expect(t, play(t, with(t, p, map[string]any{"absence_unit": "calendar-day"}), "2026-03-12/am", "2026-03-18", ""),
		"03-12 08:20 open school-report 班主任 03-14 18:00")
	expect(t, play(t, with(t, p, nil), "2026-03-12/am", "2026-03-18",
		"2026-03-16T15:00 school-report answered reason=随父外出务工 steps-taken=已家访 signs=有人招用或引诱"),
		"03-16 15:00 close school-report", "03-16 15:00 notify school-report 学校",
		"03-16 15:00 open third-party 学校 03-16 18:00", "03-16 15:00 propose third-party")
}

func TestALostStudentIsFollowedEveryTerm(t *testing.T) {
	lines := play(t, with(t, shipped(t, "S02"), nil), "2026-03-12/am", "2026-07-11",
		"2026-03-16T17:00 status-lost destination=不明 next-check=2026-03-30 why=家中无人")
	expect(t, lines, "03-16 17:00 open lost-student-tracking 班主任 07-10 18:00", "07-10 18:00 overdue lost-student-tracking")
}

func TestS03AsksForTheVisitAfterTheReport(t *testing.T) {
	lines := play(t, with(t, shipped(t, "S03"), nil), "2026-03-10/pm", "2026-03-12",
		"2026-03-10T17:20 visit answered visit-record=在家照看弟弟 reason=照看弟弟 return-date=2026-03-11\n2026-03-11/am present")
	expect(t, lines, "03-10 14:20 notify report 教务处", "03-10 14:20 open visit 班主任 03-10 18:00",
		"03-10 17:20 document visit", "03-11 08:20 close")
}

func TestASimulationThatCannotBePlayed(t *testing.T) {
	s, p := rollSchool(t), with(t, shipped(t, "S23"), nil)
	for events, want := range map[string]string{
		"2026-03-09T10:30 day-9 answered reason=病":      "没有阶段 day-9",
		"2026-03-09T10:30 day-2 answered reason=病":      "day-2 没有打开",
		"2026-03-09T10:30 half-day answered":            "事件第 1 行",
		"2026-03-09T10:30 an-event-nobody-knows text=病": "事件第 1 行",
		"2026-03-14/am present":                         "2026-03-14/am 没有课",
	} {
		moves, err := rules.ParseMoves("e", events, s.Calendar.Zone())
		if err != nil {
			t.Fatal(err)
		}
		_, err = rules.Simulate(rules.Play{School: s, Policy: p, Start: school.Slot{Day: "2026-03-09", Session: "am"}, Until: moment(s, "2026-03-12", "18:00"), Moves: moves})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", events, err, want)
		}
	}
	if _, err := rules.Simulate(rules.Play{School: s, Policy: p, Start: school.Slot{Day: "2026-03-14", Session: "am"}}); !errors.Is(err, school.ErrInvalid) {
		t.Errorf("a start on a Saturday: %v", err)
	}
}

func TestEventsFiles(t *testing.T) {
	zone := time.FixedZone("", 8*3600)
	moves, err := rules.ParseMoves("e.txt", "# 说明\n\n2026-03-09T10:30 half-day answered reason=\"生病 在家\" source-of-information=“家长”\n2026-03-10/am present\n", zone)
	if err != nil || len(moves) != 2 {
		t.Fatal(moves, err)
	}
	if m := moves[0]; m.Line != 3 || m.Name != "half-day" || m.Button != "submit" || m.Fields["reason"] != "生病 在家" || m.Fields["source-of-information"] != "家长" {
		t.Errorf("%+v", m)
	}
	_, err = rules.ParseMoves("e.txt", "2026-03-09 half-day\n2026-03-10/am gone\n2026-03-09T10:30 half-day answered reason\n2026-03-09T10:30\n2026-03-09T10:30 half-day answered reason=\"病", zone)
	var fault *rules.PolicyError
	if !errors.As(err, &fault) || len(fault.Problems) != 5 {
		t.Fatalf("%v", err)
	}
	for i, p := range fault.Problems {
		if p.Line != i+1 || p.Remedy == "" {
			t.Errorf("%s", p)
		}
	}
}

func TestPoliciesAreExplainedInWords(t *testing.T) {
	p := shipped(t, "S23")
	show := rules.ShowPolicy(with(t, p, map[string]any{"week_is": "7 calendar-day"}))
	for _, want := range []string{"week_is = 7 个自然日 【本校设定】", "decision_within = 3 个上课日 【本产品假定】", "day_is = 2 个半天（跨日相连也算） 【原文含混】",
		"· no-contact 未能取得联系，向学校领导汇报［S23-11］", "从“了解未到校原因”没联系上或逾期起", "从第一个未到校的半天起 1 个半天", "期限：本半天结束"} {
		if !strings.Contains(show, want) {
			t.Errorf("%q is missing in\n%s", want, show)
		}
	}
	q, err := rules.ParsePolicy("T2.yaml", []byte(blanks))
	if err != nil {
		t.Fatal(err)
	}
	if show := rules.ShowPolicy(q); !strings.Contains(show, "limit = （空白，启用前必须填写） 【原文空白】") {
		t.Error(show)
	}
	list := rules.ListPolicies([]*rules.Policy{p, q})
	if !strings.Contains(list, "初中、九年一贯制") || !strings.Contains(list, "report_days、limit、people、rule") {
		t.Error(list)
	}
}

func FuzzMoves(f *testing.F) {
	f.Add("2026-03-09T10:30 half-day answered reason=\"…\"\n2026-03-10/am present\n# x\n2026-03-09T10:30+08:00 dropout-sign-recorded text=“a b”")
	f.Fuzz(func(t *testing.T, src string) {
		moves, err := rules.ParseMoves("f", src, time.UTC)
		if err != nil {
			return
		}
		for _, m := range moves {
			if m.Line < 1 || m.Name == "" && !m.Mark.Valid() || m.Name != "" && m.At.IsZero() && m.At.Year() != 1 {
				t.Errorf("%+v", m)
			}
		}
	})
}

func TestASimulationShowsWhatTheSchoolOwesBesides(t *testing.T) {
	p, err := shipped(t, "S01").With(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := hetuan(t, march)
	moves, err := rules.ParseMoves("events", "2026-03-27T09:00 class-month answered content=无变化\n", s.Calendar.Zone())
	if err != nil {
		t.Fatal(err)
	}
	lines, err := rules.Simulate(rules.Play{School: s, Policy: p, Start: school.Slot{Day: "2026-03-25", Session: "am"}, Until: s.Calendar.At("2026-03-31", 24*60), Moves: moves})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"open class-month": "03-26 08:00", "close class-month": "03-27 09:00", "overdue quarter-form": "03-31 18:00", "open contact": "03-25 08:20"}
	for _, l := range lines {
		if key := l.Action + " " + l.Stage; want[key] == l.At.Format("01-02 15:04") {
			delete(want, key)
		}
	}
	for key, at := range want {
		t.Errorf("the timeline has no %s at %s", key, at)
	}
}
