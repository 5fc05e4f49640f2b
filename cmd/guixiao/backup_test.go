package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A copy is taken while the service works; after a fire it is put in place, as
// the help says, and everything is there.
func TestABackupTakenWhileTheServiceRunsCanBeRestored(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	w.says("zhouli", "石巳安 未到校")
	dir := filepath.Dir(strings.TrimPrefix(w.service.conf.Storage.DSN.Reveal(), "sqlite:"))
	config, copied := settle(t, dir, "guixiao.db"), filepath.Join(dir, "monday.db")
	if out, errOut, code := types(t, "backup", "--config", config, "--out", copied); code != exitDone || !strings.Contains(out, copied) {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	if _, errOut, code := types(t, "backup", "--config", config, "--out", copied); code != exitFailed || !strings.Contains(errOut, "已经存在") {
		t.Errorf("a backup was overwritten: exit %d\n%s", code, errOut)
	}
	w.says("zhouli", "林晓 未到校") // the service goes on

	fire := t.TempDir()
	if err := os.CopyFS(filepath.Join(fire, "school"), os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(fire, "guixiao.db"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	config = settle(t, fire, "guixiao.db")
	if out, errOut, code := types(t, "audit", "verify", "--config", config); code != exitDone || !strings.Contains(out, "完整") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	if out, errOut, code := types(t, "import", "--config", config, filepath.Join(fire, "school"), "--dry-run"); code != exitDone || !strings.Contains(out, "没有差别") {
		t.Errorf("the people are not in the copy: exit %d\n%s%s", code, out, errOut)
	}
	if out, _, code := types(t, "backup", "--help"); code != exitDone || !strings.Contains(out, "恢复") || !strings.Contains(out, "secret_key") {
		t.Errorf("exit %d\n%s", code, out)
	}
}
