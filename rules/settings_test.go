package rules_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

func stageOf(t *testing.T, p *rules.Policy, id string) rules.Stage {
	t.Helper()
	i := slices.IndexFunc(p.Stages, func(s rules.Stage) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("%s has no stage %s", p.ID, id)
	}
	return p.Stages[i]
}

func with(t *testing.T, p *rules.Policy, settings map[string]any) *rules.Policy {
	t.Helper()
	q, err := p.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestAWeekMeansWhatTheSchoolSays(t *testing.T) {
	p := shipped(t, "S23")
	for _, written := range []any{"7 calendar-day", map[string]any{"n": uint64(7), "unit": "calendar-day"}, map[string]any{"n": 7.0, "unit": "calendar-day"}} {
		q := with(t, p, map[string]any{"week_is": written})
		if got := stageOf(t, q, "week-1").After.Length; got != (school.Length{N: 7, Unit: "calendar-day"}) {
			t.Errorf("%v: %v", written, got)
		}
	}
	if got := stageOf(t, p, "week-1").After.Length.N; got != 5 {
		t.Errorf("the policy itself has changed: %d", got)
	}
}

func TestAWrittenWeekFollowsWeekIs(t *testing.T) {
	src := strings.Replace(trial, "due: 30 minute", "due: 2 week", 1)
	p, err := rules.ParsePolicy("T1.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if got := stageOf(t, p, "ask").Due.Length; got != (school.Length{N: 10, Unit: "school-day"}) {
		t.Error(got)
	}
}

func TestARoleMayBeASetting(t *testing.T) {
	q := with(t, shipped(t, "S23"), map[string]any{"school_leader": "主管校长"})
	if got := stageOf(t, q, "no-contact").Notify; !slices.Equal(got, []string{"主管校长"}) {
		t.Error(got)
	}
	if got := stageOf(t, q, "complaint").By; !slices.Equal(got, []string{"主管校长"}) {
		t.Error(got)
	}
}

func TestDaysOfS02MayBeCalendarDays(t *testing.T) {
	q := with(t, shipped(t, "S02"), map[string]any{"absence_unit": "calendar-day", "first_day_counts": "false"})
	if got := stageOf(t, q, "school-report").Deadline.Length; got != (school.Length{N: 3, Unit: "calendar-day"}) || q.Clock.FirstDayCounts {
		t.Error(got, q.Clock)
	}
	_, err := shipped(t, "S02").With(map[string]any{"absence_unit": "fortnight"})
	if err == nil || !strings.Contains(err.Error(), "fortnight") {
		t.Errorf("a unit that does not exist: %v", err)
	}
}

func TestADayOfS23NeedNotBeConsecutive(t *testing.T) {
	p := shipped(t, "S23")
	if with(t, p, map[string]any{"day_is": map[string]any{"n": 2, "unit": "half-day", "consecutive": false}}).Clock.Consecutive {
		t.Error("two half-days of different days still make a day")
	}
	if !with(t, p, map[string]any{"day_is": "2 half-day"}).Clock.Consecutive {
		t.Error("the short form has lost that half-days may follow each other")
	}
}

func TestVersionsTellPoliciesAndSettingsApart(t *testing.T) {
	p := shipped(t, "S23")
	plain, same := with(t, p, nil), with(t, p, map[string]any{"week_is": "5 school-day"})
	other := with(t, p, map[string]any{"week_is": "7 calendar-day"})
	if plain.Version != same.Version || plain.Version == other.Version || len(plain.Version) != len("S23@12345678") {
		t.Error(plain.Version, same.Version, other.Version)
	}
	again, err := rules.ParsePolicy(p.ID, p.Text)
	if err != nil || with(t, again, nil).Version != plain.Version {
		t.Errorf("the stored text gives another version: %v", err)
	}
}

const blanks = `policy: T2
title: 有空白的制度
params:
  report_days: {n: null, unit: school-day, must_be_set: true, origin: blank, note: 提前____天}
  limit: {value: null, type: share, must_be_set: true, origin: blank}
  people: {value: [], must_be_set: true, origin: seed}
  rule: {value: {leavers: null, within: null}, must_be_set: true, origin: seed}
  bonus: {value: null, type: number, origin: blank}
stages:
  - {id: a, from: status-lost, due: report_days, by: 班主任, do: 报告, source: T2-1}
`

func TestAPolicyWithBlanksCannotBeSwitchedOn(t *testing.T) {
	p, err := rules.ParsePolicy("T2.yaml", []byte(blanks))
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.With(map[string]any{"people": []any{"甲"}})
	var missing *rules.MissingError
	if !errors.As(err, &missing) || !slices.Equal(missing.Names, []string{"report_days", "limit", "rule"}) {
		t.Fatalf("%v", err)
	}
	for _, name := range missing.Names {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
	q := with(t, p, map[string]any{"people": []any{"甲"}, "report_days": 5, "limit": "10%", "rule": map[string]any{"leavers": 3, "within": "1 week"}})
	if q.Params[1].Value != 0.1 || stageOf(t, q, "a").Due.Length.N != 5 {
		t.Errorf("%+v", q.Params)
	}
	if left := q.Blanks(); len(left) != 1 || left[0].Name != "bonus" {
		t.Errorf("what may stay empty: %+v", left)
	}
}

func TestWrongSettingsAreAllNamed(t *testing.T) {
	_, err := shipped(t, "S23").With(map[string]any{"week": "5 school-day", "prompt": "soon", "school_leader": 7})
	for _, want := range []string{"没有参数 week", "是不是想写 week_is", "参数 prompt 不能是“soon”", "参数 school_leader 不能是“7”"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
}

func TestSettingsOfTheCommandLine(t *testing.T) {
	for written, want := range map[string]any{"week_is=7 calendar-day": "7 calendar-day", "limit = 10%": "10%"} {
		if _, v, err := rules.ParseSetting(written); err != nil || v != want {
			t.Errorf("%s: %v %v", written, v, err)
		}
	}
	name, v, err := rules.ParseSetting(`people=["甲","乙"]`)
	if list, ok := v.([]any); name != "people" || err != nil || !ok || len(list) != 2 {
		t.Errorf("%s %v %v", name, v, err)
	}
	for _, bad := range []string{"week_is", "=3", "x=", `x={"n":`} {
		if _, _, err := rules.ParseSetting(bad); !errors.Is(err, school.ErrInvalid) {
			t.Errorf("%q accepted", bad)
		}
	}
}
