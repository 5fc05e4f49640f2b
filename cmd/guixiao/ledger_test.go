package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// The office takes last month's ledger from the command line while the service
// goes on.
func TestReportWritesTheLedgerOfAPeriod(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "school"), os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "guixiao.yaml")
	text := "server: {addr: \":0\", base_url: \"https://x.example\"}\nstorage: {dsn: \"sqlite:gx.db\"}\nsecret_key: \"0123456789abcdef0123456789abcdef\"\nwecom:\n" +
		"  - {corp_id: ww1, agent_id: 1, secret: s, token: t, encoding_aes_key: " + strings.Repeat("A", 43) + "}\nschools:\n  - {id: hetuan, data: school, platforms: [wecom/main]}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "march.xlsx")
	report := func(args ...string) (string, string, int) {
		var o, e strings.Builder
		code := run(t.Context(), append([]string{"report"}, args...), strings.NewReader(""), &o, &e)
		return o.String(), e.String(), code
	}
	if o, e, code := report("attendance", "--config", config, "--period", "2026-03", "--out", out); code != exitDone || !strings.Contains(o, "0 行") {
		t.Fatalf("exit %d: %s%s", code, o, e)
	}
	book, err := excelize.OpenFile(out)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if rows, err := book.GetRows("出勤登记"); err != nil || len(rows) != 1 || rows[0][0] != "日期" {
		t.Errorf("%v, %v", rows, err)
	}
	for _, x := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"attendance", "--config", config, "--period", "2026-03", "--out", out}, exitFailed, "march.xlsx"},
		{[]string{"attendance", "--config", config, "--period", "März", "--out", out + "2"}, exitFailed, "2026-03-01..2026-03-31"},
		{[]string{"ranking", "--config", config, "--period", "2026-03", "--out", out + "2"}, exitFailed, "attendance"},
		{[]string{"attendance", "--config", config}, exitUsage, "--period"},
		{[]string{"--config", config}, exitUsage, "1"},
	} {
		if _, e, code := report(x.args...); code != x.code || !strings.Contains(e, x.want) {
			t.Errorf("%v: exit %d: %s", x.args, code, e)
		}
	}
	if _, err := os.Stat(out + "2"); err == nil {
		t.Error("something was written after a mistake")
	}
}
