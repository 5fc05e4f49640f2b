package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// onRules runs guixiao rules and gives what it printed and its exit code.
func onRules(args ...string) (out, errOut string, code int) {
	var o, e bytes.Buffer
	code = runRules(args, &o, &e)
	return o.String(), e.String(), code
}

func TestRulesExplainsTheShippedRegimes(t *testing.T) {
	out, _, code := onRules("list")
	for _, id := range []string{"S02", "S03", "S23"} {
		if code != exitDone || !strings.Contains(out, id) {
			t.Errorf("%s is not listed: %d\n%s", id, code, out)
		}
	}
	out, _, code = onRules("show", "S23", "--set", "week_is=7 calendar-day")
	if code != exitDone || !strings.Contains(out, "week_is = 7 个自然日 【本校设定】") || !strings.Contains(out, "【本产品假定】") {
		t.Errorf("%d\n%s", code, out)
	}
	if _, errOut, code := onRules("show", "S99"); code != exitFailed || !strings.Contains(errOut, "S23") {
		t.Errorf("%d %s", code, errOut)
	}
	if out, _, code := onRules("simulate", "--help"); code != exitDone || !strings.Contains(out, "half-day answered") {
		t.Errorf("%d %s", code, out)
	}
}

func TestRulesCheckNamesFileLineAndRemedy(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("policy: B1\ntitle: 试行\nstages:\n  - {id: a, from: nothing, by: 班主任, do: 办, source: B1-1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut, code := onRules("check", "../../configs/policies/S23.yaml", bad)
	if code != exitFailed || !strings.Contains(out, "S23.yaml") || !strings.Contains(errOut, "bad.yaml:4:19") || !strings.Contains(errOut, "改法") {
		t.Errorf("%d\n%s\n%s", code, out, errOut)
	}
}

func TestSimulateSaysLoudlyWhereTheCalendarEnds(t *testing.T) {
	_, errOut, code := onRules("simulate", "--policy", "S23", "--start", "2027-03-01/am")
	if code != exitFailed || !strings.Contains(errOut, "校历只确认到 2026-12-31") || !strings.Contains(errOut, "confirmed_until") {
		t.Errorf("%d %s", code, errOut)
	}
	for _, form := range []string{"--json=false", "--json"} {
		out, errOut, code := onRules("simulate", "--policy", "S23", "--start", "2026-12-28/am", "--until", "2027-01-08", form)
		if code != exitDone || !strings.Contains(out, "half-day") || !strings.Contains(errOut, "校历只确认到 2026-12-31") {
			t.Errorf("%s: %d\n%s\n%s", form, code, out, errOut)
		}
	}
	if _, errOut, _ := onRules("simulate", "--policy", "S23", "--start", "2026-12-28/am", "--until", "2026-12-31"); errOut != "" {
		t.Errorf("said without need: %s", errOut)
	}
	events := filepath.Join(t.TempDir(), "events.txt")
	if err := os.WriteFile(events, []byte("2027-01-05/am present\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errOut, code := onRules("simulate", "--policy", "S23", "--start", "2026-12-28/am", "--until", "2027-01-08", "--events", events); code != exitFailed || !strings.Contains(errOut, "第 1 行") || !strings.Contains(errOut, "校历只确认到 2026-12-31") {
		t.Errorf("%d %s", code, errOut)
	}
}

func TestSimulateWritesOneObjectPerLine(t *testing.T) {
	events := filepath.Join(t.TempDir(), "events.txt")
	if err := os.WriteFile(events, []byte("2026-03-09T10:30 half-day no-contact attempts=3\n2026-03-10/am present\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut, code := onRules("simulate", "--policy", "S23", "--start", "2026-03-09/am", "--until", "2026-03-20", "--events", events, "--json")
	if code != exitDone {
		t.Fatal(errOut)
	}
	var stages []string
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"at", "school_time", "stage", "action", "role", "what", "due", "why", "source"} {
			if _, ok := l[key]; !ok {
				t.Errorf("%s is missing in %s", key, line)
			}
		}
		if l["action"] == "open" {
			stages = append(stages, l["stage"].(string))
		}
	}
	if got := strings.Join(stages, " "); got != "half-day no-contact day-1 day-1-visit" {
		t.Error(got)
	}
}

func TestRulesUsedWrongly(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{}, exitUsage, "simulate"},
		{[]string{"draw"}, exitUsage, "draw"},
		{[]string{"show"}, exitUsage, "show S23"},
		{[]string{"check"}, exitUsage, "制度文件"},
		{[]string{"list", "--all"}, exitUsage, "参数写错了"},
		{[]string{"simulate", "--start", "Monday"}, exitUsage, "2026-03-09/am"},
		{[]string{"simulate", "--until", "soon"}, exitUsage, "2026-04-10"},
		{[]string{"simulate", "--set", "week_is"}, exitUsage, "名称=值"},
		{[]string{"simulate", "--set", "week_is=soon"}, exitFailed, "week_is"},
		{[]string{"simulate", "--start", "2026-03-14/am"}, exitFailed, "2026-03-14/am"},
	} {
		if _, errOut, code := onRules(c.args...); code != c.code || !strings.Contains(errOut, c.say) {
			t.Errorf("rules %v: %d %s", c.args, code, errOut)
		}
	}
}
