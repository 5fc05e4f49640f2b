package rules_test

import (
	"errors"
	"strings"
	"testing"

	"guixiao/configs/policies"
	"guixiao/rules"
	"guixiao/rules/school"
)

func TestTheShippedRegimesHaveEveryStageOfTheirText(t *testing.T) {
	stages := map[string]string{
		"S23": "half-day no-contact day-1 day-1-visit day-2 week-1 decision complaint",
		"S02": "reason two-days school-report dropout-sign third-party",
		"S03": "report visit",
	}
	for id, want := range stages {
		p := shipped(t, id)
		var got []string
		for _, s := range p.Stages {
			got = append(got, s.ID)
			for _, clause := range s.Source {
				if !strings.HasPrefix(clause, id+"-") {
					t.Errorf("%s %s: clause %s is of another text", id, s.ID, clause)
				}
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: stages %v, want %s", id, got, want)
		}
		for _, q := range p.Params {
			if q.Origin == "" || q.Note == "" {
				t.Errorf("%s: param %s does not say where it comes from", id, q.Name)
			}
		}
	}
}

func TestAStageIsReadAsWritten(t *testing.T) {
	p := shipped(t, "S23")
	stage := func(id string) rules.Stage {
		for _, s := range p.Stages {
			if s.ID == id {
				return s
			}
		}
		t.Fatalf("no stage %s", id)
		return rules.Stage{}
	}
	if s := stage("half-day"); s.Due.Until != rules.UntilHalfDayEnd || s.After.Length != (school.Length{N: 1, Unit: "half-day"}) ||
		s.Require[0].Name != "reason" || s.Require[0].Label != "原因" {
		t.Errorf("half-day: %+v", s)
	}
	if s := stage("no-contact"); strings.Join(s.Starts, " ") != "half-day-contact-failed half-day-overdue" ||
		s.Notify[0] != "主管主任" || s.NotifyOn != rules.NotifyOnOpen || s.Require[0].Type != "number" {
		t.Errorf("no-contact: %+v", s)
	}
	if s := stage("day-1-visit"); s.Fills["reason"] != "visit-record" || s.NotifyOn != rules.NotifyOnAnswer {
		t.Errorf("day-1-visit: %+v", s)
	}
	if s := stage("week-1"); s.After.Length != (school.Length{N: 5, Unit: "school-day"}) || !s.Drafted || s.Due.Until != "18:00" {
		t.Errorf("week-1: %+v", s)
	}
	if !p.Clock.Consecutive || p.Clock.DayHalfDays != 2 || p.Rollcall.ListAfter != (school.Length{N: 15, Unit: "minute"}) {
		t.Errorf("clock %+v, roll call %+v", p.Clock, p.Rollcall)
	}
}

const trial = `policy: T1
title: 试行制度
params:
  week_is: {n: 5, unit: school-day, origin: ambiguous, note: 一周}
  who: {value: 校长, origin: assumed}
stages:
  - {id: ask, from: first-missed-half-day, due: 30 minute, by: 班主任, do: 问明原因, require: [reason], source: T1-1}
  - {id: tell, from: ask-done, due: week_is, by: who, do: 汇报, source: T1-2}
`

// problems parses a file that must not be accepted.
func problems(t *testing.T, src string) []rules.Problem {
	t.Helper()
	_, err := rules.ParsePolicy("T1.yaml", []byte(src))
	var fault *rules.PolicyError
	if !errors.As(err, &fault) {
		t.Fatalf("accepted:\n%s", src)
	}
	return fault.Problems
}

func TestEveryMistakeOfAnAuthorIsNamedWithItsPlace(t *testing.T) {
	if _, err := rules.ParsePolicy("T1.yaml", []byte(trial)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, old, new, text, remedy string }{
		{"a key nobody knows", "require: [reason]", "requre: [reason]", "不认识的键 requre", "是不是想写 require"},
		{"an event nobody knows", "from: first-missed-half-day", "from: first-missed-halfday", "不认识的事件", "是不是想写 first-missed-half-day"},
		{"a stage nobody wrote", "from: ask-done", "from: askk-done", "不认识的事件", "ask-done"},
		{"a unit nobody counts in", "due: 30 minute", "due: 30 moment", "30 moment", "3 school-day"},
		{"a unit in a mapping", "due: 30 minute", "due: {n: 30, unit: moment}", "不认识的时间单位“moment”", "minute"},
		{"an end nobody knows", "due: 30 minute", "due: {until: noon}", "until 不能是“noon”", "18:00"},
		{"an answer nobody knows", "require: [reason]", "require: [reasn]", "不认识的答案编号“reasn”", "是不是想写 reason"},
		{"an id twice", "id: tell", "id: ask", "编号 ask 用了两次", "换一个编号"},
		{"stages that wait for each other", "from: first-missed-half-day", "from: tell-done", "阶段互相等待", "让其中一个阶段"},
		{"a condition that is no condition", "do: 汇报,", `do: 汇报, when: "half_days +",`, "when 的条件写错了", "half_days"},
		{"a condition about the unknown", "do: 汇报,", `do: 汇报, when: "weather == 'rain'",`, "when 的条件写错了", "away"},
		{"two ends", "due: 30 minute,", "due: 30 minute, deadline: 1 hour,", "due 和 deadline 只能写一个", "due"},
		{"reuse of what is not asked", "require: [reason],", "require: [reason], reuse: [decision],", "并没有要求 decision", "require"},
		{"a contact that is never tried", "from: ask-done", "from: tell-contact-failed", "阶段互相等待", ""},
		{"a role that is a length", "by: who", "by: week_is", "参数 week_is 不是职务", "职务"},
		{"an origin left out", ", origin: assumed", "", "缺少 origin", "origin"},
		{"broken YAML", "stages:", "stages: [", "不是合格的 YAML", "缩进"},
	} {
		t.Run(c.what, func(t *testing.T) {
			src := strings.Replace(trial, c.old, c.new, 1)
			if src == trial {
				t.Fatal("the test changes nothing")
			}
			all := problems(t, src)
			for _, p := range all {
				if strings.Contains(p.Text, c.text) && strings.Contains(p.Remedy, c.remedy) {
					return
				}
			}
			t.Errorf("not named: %v", all)
		})
	}
}

func TestTheCaretStandsUnderTheMistake(t *testing.T) {
	src := strings.Replace(trial, "do: 汇报,", `do: 汇报, when: "away and wether",`, 1)
	got := problems(t, src)[0].String()
	lines := strings.Split(got, "\n")
	if !strings.HasPrefix(lines[0], "T1.yaml:8:") || !strings.Contains(lines[1], "wether") {
		t.Fatal(got)
	}
	// a Chinese character is two columns wide
	width := func(s string) int {
		n := 0
		for _, r := range s {
			if n++; r > 0x2e80 {
				n++
			}
		}
		return n
	}
	if caret, word := strings.Index(lines[2], "^"), strings.Index(lines[1], "wether"); width(lines[1][:word]) != caret {
		t.Errorf("caret at %d, word at %d:\n%s", caret, width(lines[1][:word]), got)
	}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	src := strings.NewReplacer("requre", "", "[reason]", "[reasn]", "30 minute", "30 moment", "ask-done", "later", "title:", "titel:").Replace(trial)
	if all := problems(t, src); len(all) != 5 {
		t.Errorf("%d problems, want 5 (unknown titel, no title, reasn, moment, later):\n%v", len(all), all)
	}
}

func TestASchoolAddsAnswersOfItsOwn(t *testing.T) {
	src := strings.Replace(trial, "require: [reason]", "require: [reason, 天气]", 1) +
		"answers:\n  天气: {label: 当日天气, type: choice, options: [晴, 雨]}\n"
	p, err := rules.ParsePolicy("T1.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Stages[0].Require[1]; r.Label != "当日天气" || len(r.Options) != 2 {
		t.Errorf("%+v", r)
	}
}

func TestAConditionLooksAtTheCase(t *testing.T) {
	src := strings.Replace(trial, "do: 汇报,", `do: 汇报, when: "away and half_days >= 2 and answer('reason') != ''",`, 1)
	p, err := rules.ParsePolicy("T1.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	c := &school.Case{Away: true, Missed: make([]school.Missed, 1), Answers: map[string]school.Answer{"reason": {Value: "病"}}}
	if holds, err := p.Stages[1].Holds(c, school.Student{}, school.Class{}); holds || err != nil {
		t.Errorf("one half-day: %v %v", holds, err)
	}
	c.Missed = make([]school.Missed, 2)
	if holds, err := p.Stages[1].Holds(c, school.Student{}, school.Class{}); !holds || err != nil {
		t.Errorf("two half-days: %v %v", holds, err)
	}
}

func FuzzPolicy(f *testing.F) {
	for _, id := range []string{"S23", "S02", "S03"} {
		src, err := policies.FS.ReadFile(id + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add(trial)
	f.Add("policy: T1\ntitle: &a 试行\nstages: [*a, <<: {}]")
	f.Fuzz(func(t *testing.T, src string) {
		p, err := rules.ParsePolicy("f.yaml", []byte(src))
		if err != nil {
			if err.Error() == "" {
				t.Error("a mistake without words")
			}
			return
		}
		if q, err := p.With(nil); err == nil && q.Version != p.Version {
			t.Errorf("no settings, another version: %s %s", p.Version, q.Version)
		}
	})
}
