package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The administrator of a small school sits down with both consoles open and
// answers, with a slip here and there; what is written passes the check.
func TestInitAsksAndWritesSettingsThatPassTheCheck(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gx")
	answers := []string{"青山镇中心小学", "青山", "qingshan", "9", "1", "", "bot.example.cn", "https://bot.example.cn", "3",
		"ww1234567890abcdef", "eins", "1000007", "wecom-geheim", "wecom-token", "kurz", strings.Repeat("A", 43),
		"dingabcdef", "ding-geheim", "dingcorp", "", ""}
	var out, errOut strings.Builder
	code := run(t.Context(), []string{"init", "--ask", dir}, strings.NewReader(strings.Join(answers, "\n")+"\n"), &out, &errOut)
	if code != exitDone {
		t.Fatalf("exit %d\n%s\n%s", code, &out, &errOut)
	}
	for _, hint := range []string{"只能用字母", "上面的序号", "https:// 开头", "一个整数", "43 个字母"} {
		if !strings.Contains(out.String(), hint) {
			t.Errorf("nobody was told: %s\n%s", hint, &out)
		}
	}
	if strings.Contains(out.String()+errOut.String(), "geheim") {
		t.Error("a secret was said aloud")
	}
	settings, err := os.ReadFile(filepath.Join(dir, "guixiao.yaml"))
	if err != nil || strings.Contains(string(settings), "geheim") || !strings.Contains(string(settings), "[wecom/main, dingtalk/main]") {
		t.Errorf("%v\n%s", err, settings)
	}
	out.Reset()
	if code := run(t.Context(), []string{"check", "--config", filepath.Join(dir, "guixiao.yaml")}, strings.NewReader(""), &out, &errOut); code != exitDone ||
		!strings.Contains(errOut.String(), "dingtalk[0].agent_id 还是样例里的值") || strings.Count(errOut.String(), "还是样例") != 1 {
		t.Errorf("only the number that was left out is missing: exit %d\n%s%s", code, &out, &errOut)
	}
}

func TestInitBrokenOffWritesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gx")
	var out, errOut strings.Builder
	if code := run(t.Context(), []string{"init", "--ask", dir}, strings.NewReader("青山小学\n"), &out, &errOut); code != exitFailed || !strings.Contains(errOut.String(), "什么也没有写") {
		t.Errorf("exit %d: %s", code, &errOut)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("something was written")
	}
}

func TestInitDoesNotAskAScript(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gx")
	var out, errOut strings.Builder
	if code := run(t.Context(), []string{"init", dir}, strings.NewReader(""), &out, &errOut); code != exitDone || strings.Contains(out.String(), "学段") {
		t.Errorf("exit %d: %s%s", code, &out, &errOut)
	}
}
