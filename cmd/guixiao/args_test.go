package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// types runs the program as somebody at a terminal does.
func types(t *testing.T, args ...string) (out, errOut string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &o, &e)
	return o.String(), e.String(), code
}

// office is a settings file with one school beside it, and no platform that
// anybody would call.
func office(t *testing.T) (config, folder string) {
	t.Helper()
	dir := t.TempDir()
	folder = filepath.Join(dir, "school")
	if err := os.CopyFS(folder, os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	return settle(t, dir, "data/guixiao.db"), folder
}

// settle writes the settings file of a folder.
func settle(t *testing.T, dir, db string) string {
	t.Helper()
	config := filepath.Join(dir, "guixiao.yaml")
	text := `server: {addr: "127.0.0.1:0", base_url: "https://bot.school.example"}
storage: {dsn: "sqlite:` + db + `"}
secret_key: "0123456789abcdef0123456789abcdef"
wecom:
  - {account: main, corp_id: ww1, agent_id: 1, secret: s, token: t, encoding_aes_key: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ", api_base: "http://127.0.0.1:1"}
schools:
  - {id: hetuan, data: school, platforms: [wecom/main]}
`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

func TestFlagsMayStandBeforeOrBehindTheWords(t *testing.T) {
	config, folder := office(t)
	backup := func(name string) string { return filepath.Join(t.TempDir(), name) }
	for _, line := range [][]string{
		{"import", "--config", config, folder, "--dry-run"}, // as design 3.1 writes it
		{"import", folder, "--dry-run", "--config", config},
		{"import", "--dry-run", "--config", config, folder},
		{"import", "--config", config, "--dry-run", "--", folder},
		{"link", "T01", "--config", config},
		{"link", "--config", config, "T01"},
		{"parse", "--school", folder, "石巳安 未到校", "--now", "2026-03-09T08:05:00+08:00"},
		{"parse", "石巳安", "未到校", "--school=" + folder},
		{"rules", "show", "S23", "--set", "week_is=7 calendar-day"},
		{"audit", "verify", "--config", config},
		{"backup", "--config", config, "--out", backup("a.db")},
		{"init", backup("new")},
	} {
		if line[0] == "link" {
			if _, errOut, code := types(t, "import", "--config", config, folder); code != exitDone {
				t.Fatal(errOut)
			}
		}
		if out, errOut, code := types(t, line...); code != exitDone {
			t.Errorf("guixiao %s: exit %d\n%s%s", strings.Join(line, " "), code, out, errOut)
		}
	}
	for _, line := range [][]string{
		{"import", "--config", config, folder, folder},
		{"import", folder, "--nope", "--config", config},
		{"check", "--config", config, "extra"},
		{"backup", "--config", config},
	} {
		if _, errOut, code := types(t, line...); code != exitUsage || errOut == "" {
			t.Errorf("guixiao %s: exit %d\n%s", strings.Join(line, " "), code, errOut)
		}
	}
}

func TestAWordThatLooksLikeAFlagStandsBehindTwoDashes(t *testing.T) {
	out, _, code := types(t, "parse", "--school", "testdata/school", "--now", "2026-03-09T08:05:00+08:00", "--", "--石巳安 未到校")
	if code != exitDone || !strings.Contains(out, `"S01"`) {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestAnImportWithoutAColumnKeepsWhatIsKnown(t *testing.T) {
	config, folder := office(t)
	if _, errOut, code := types(t, "import", "--config", config, folder); code != exitDone {
		t.Fatal(errOut)
	}
	students, err := os.ReadFile(filepath.Join(folder, "students.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var bare strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(string(students)), "\n") {
		cells := strings.Split(line, ",")
		bare.WriteString(cells[0] + "," + cells[1] + "," + cells[3] + "\n") // without 性别, 座号, 住宿 …
	}
	if err := os.WriteFile(filepath.Join(folder, "students.csv"), []byte(bare.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errOut, code := types(t, "import", "--config", config, folder, "--dry-run"); code != exitDone || !strings.Contains(out, "没有差别") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
}
