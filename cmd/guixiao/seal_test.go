package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A morning of the whole service: whoever finds the disk, or a backup, finds
// no child, no number and no word of what was said.
func TestAMorningLeavesNothingReadableOnTheDisk(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	w.Parent("P01")
	w.says("zhouli", "石巳安 未到校")
	w.presses("zhouli", "confirm")
	w.passes(16 * time.Minute)
	w.says("zhouli", "石巳安 病假 发烧")
	if len(w.Parent("P01").Texts()) == 0 {
		t.Fatal("nothing happened this morning")
	}
	path := strings.TrimPrefix(w.service.conf.Storage.DSN.Reveal(), "sqlite:")
	if err := w.service.db.Backup(context.Background(), filepath.Join(filepath.Dir(path), "backup.db")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.db*"))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"石巳安", "石妈妈", "周立", "19922220001", "19911110001", "未到校", "发烧", "病假", "zhouli"} {
			if bytes.Contains(content, []byte(word)) {
				t.Errorf("%s holds %s", filepath.Base(file), word)
			}
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", filepath.Base(file), info.Mode(), err)
		}
	}
}
