package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"
)

// open opens a database and brings it up to date.
func open(t testing.TB, dsn string, opts storage.Options) *storage.DB {
	t.Helper()
	db, err := storage.Open(ctx, dsn, opts)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	_, err = db.Migrate(ctx)
	must(t, err)
	return db
}

func TestAWrongAddressSaysHowToWriteItAndKeepsThePassword(t *testing.T) {
	for _, dsn := range []string{"", "postgres://u:geheim@h/db", "mysql://u:geheim@h", "mysql://u:geheim%zz@h/db", "mysql://u:geheim@h:33o6/db", "sqlite:"} {
		_, err := storage.Open(ctx, dsn, storage.Options{})
		if !errors.Is(err, school.ErrInvalid) || strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "storage.dsn") {
			t.Errorf("%q: %v", dsn, err)
		}
	}
}

func TestMigratingTwiceTakesNoStepTwice(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "new folder", "数据 1.db"), storage.Options{Engine: true})
	again, err := db.Migrate(ctx)
	must(t, err)
	if len(again) != 0 {
		t.Errorf("took %v again", again)
	}
}

func TestADatabaseInMemoryServesTheDemo(t *testing.T) {
	db := open(t, "sqlite::memory:", storage.Options{Engine: true})
	ds, err := db.Receive(ctx, clock, time.Minute, delivery(1))
	must(t, err)
	c := report(1)
	c.Inbox = ds[0].Key
	must(t, db.Apply(ctx, c))
	if r, ok, err := db.Reply(ctx, ds[0].Key); err != nil || !ok || !r.OK {
		t.Errorf("reply %v %v %v", r, ok, err)
	}
	out, err := db.ClaimNotices(ctx, clock, time.Minute, 10)
	must(t, err)
	if len(out) != 3 {
		t.Errorf("%d notices", len(out))
	}
}

func TestABackupIsAWholeDatabase(t *testing.T) {
	dir := t.TempDir()
	db := open(t, "sqlite:"+filepath.Join(dir, "guixiao.db"), storage.Options{Engine: true})
	must(t, db.Apply(ctx, report(1)))
	to := filepath.Join(dir, "backup", "monday.db")
	must(t, db.Backup(ctx, to))
	if err := db.Backup(ctx, to); !errors.Is(err, school.ErrInvalid) {
		t.Errorf("a backup was overwritten: %v", err)
	}
	copied := open(t, "sqlite:"+to, storage.Options{})
	if _, ok, err := copied.AuditLines(ctx, "demo", "case:CS0000001"); err != nil || !ok {
		t.Errorf("the copy's trail: %v %v", ok, err)
	}
	cases, err := copied.OpenCases(ctx, "demo")
	must(t, err)
	if len(cases) != 1 {
		t.Errorf("%d cases in the copy", len(cases))
	}
}

func TestAFileThatIsNoDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	must(t, os.WriteFile(path, []byte(strings.Repeat("张三请假一天。", 100)), 0o600))
	if db, err := storage.Open(ctx, "sqlite:"+path, storage.Options{}); err == nil {
		_ = db.Close()
		t.Error("a letter was opened as a database")
	}
}

func TestWritersShareADiskFlushAndFailAlone(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "guixiao.db"), storage.Options{})
	const writers = 120
	before := db.Commits()
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			c := report(i)
			if i%3 == 0 {
				c.Expect[0].Version = 7 // decided on a sheet that never was
			}
			errs[i] = db.Apply(ctx, c)
		})
	}
	wg.Wait()
	if commits := db.Commits() - before; commits > writers/2 {
		t.Errorf("%d writers at once took %d commits", writers, commits)
	}
	for i, err := range errs {
		if failed := errors.Is(err, school.ErrConflict); failed != (i%3 == 0) || (!failed && err != nil) {
			t.Errorf("writer %d: %v", i, err)
		}
	}
	cases, err := db.OpenCases(ctx, "demo")
	must(t, err)
	check, err := db.VerifyAudit(ctx)
	must(t, err)
	if want := writers - writers/3; len(cases) != want || check.Books != want || len(check.Broken) != 0 {
		t.Errorf("%d cases, trail %+v; want %d", len(cases), check, want)
	}
}
