package storage_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"
	"guixiao/storage/storagetest"
)

var secret = []byte("0123456789abcdef0123456789abcdef")

func TestSealedSQLite(t *testing.T) {
	storagetest.SealedSuite(t, func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "guixiao.db") }, secret)
}

// private is what must not be found in any file of a sealed database.
var private = []string{"张三", "龚𬱖", "李妈妈", "13800000123", "发烧", "未到校", "wang.wu", "wm-lili", "班主任", "代课", "退烧了"}

// morning is an import and what one report causes, with everything in it that
// is about people.
func morning(t testing.TB, db *storage.DB) {
	t.Helper()
	must(t, db.SavePeople(ctx, "demo", school.NewRoster(
		[]school.Class{{ID: "703", Name: "七(3)班"}},
		[]school.Student{{ID: "S0000001", Name: "张三", Note: "龚𬱖的弟弟", Places: []school.Place{{Class: "703"}}}},
		[]school.Staff{{ID: "T1", Name: "王五", Posts: []school.Post{{Title: "班主任", Scopes: []string{"703"}}}, Addresses: []school.Address{{Platform: "wecom", User: "wang.wu"}}}},
		[]school.Guardian{{ID: "G1", Name: "李妈妈", Mobile: "13800000123", Children: []school.Child{{Student: "S0000001"}}}})))
	d := delivery(1)
	d[0].Key, d[0].From, d[0].Text = "mS0000001", "wang.wu", "张三 发烧 未到校"
	_, err := db.Receive(ctx, clock, time.Minute, d)
	must(t, err)
	c := report(1)
	c.Reply.Text = "张三 已登记"
	c.Marks[0].Note = "发烧"
	c.Leaves = []school.Leave{{ID: "L1", Student: "S0000001", Reason: "发烧"}}
	c.Rolls = []school.Roll{{Class: "703", Slot: c.Marks[0].Slot, By: "T1"}}
	c.Files = []school.File{{ID: "F1", Name: "张三.jpg", Content: []byte("张三退烧了")}}
	c.Delegations = []school.Delegation{{From: "T1", To: "代课", Since: clock, Until: clock.Add(time.Hour)}}
	c.Notices = append(c.Notices, school.Notice{Key: "elsewhere", Act: school.NoticeSend, Addr: &school.Address{Platform: "wecom", User: "wm-lili"}, Text: "未到校"})
	must(t, db.Apply(ctx, c))
	out, err := db.ClaimNotices(ctx, clock, time.Minute, 10)
	must(t, err)
	if len(out) != 4 {
		t.Fatalf("%d notices", len(out))
	}
	for _, o := range out {
		o.Address, o.Body = school.Address{Platform: "wecom", User: "wang.wu"}, []byte(`{"content":"张三 未到校"}`)
		must(t, db.KeepBody(ctx, o))
		must(t, db.Finish(ctx, o, school.Outcome{At: clock, Sent: true, Receipt: school.Receipt{User: "wang.wu", Message: "1"}}, nil))
	}
}

// leaks names the private words in the files of a folder.
func leaks(t testing.TB, dir string) (found []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, word := range private {
			if bytes.Contains(content, []byte(word)) {
				found = append(found, e.Name()+" holds "+word)
			}
		}
		return err
	}))
	return found
}

func TestNothingAboutPeopleCanBeReadInTheFiles(t *testing.T) {
	dir := t.TempDir()
	db := open(t, "sqlite:"+filepath.Join(dir, "guixiao.db"), storage.Options{Engine: true, Key: secret})
	morning(t, db)
	must(t, db.Backup(ctx, filepath.Join(dir, "backup.db")))
	if found := leaks(t, dir); len(found) > 0 {
		t.Error(strings.Join(found, "\n"))
	}
	must(t, db.Close())
	if found := leaks(t, dir); len(found) > 0 {
		t.Error("after closing: " + strings.Join(found, "\n"))
	}
	copied := open(t, "sqlite:"+filepath.Join(dir, "backup.db"), storage.Options{Key: secret})
	f, err := copied.File(ctx, "demo", "F1")
	must(t, err)
	if string(f.Content) != "张三退烧了" || f.Name != "张三.jpg" {
		t.Errorf("the copy's file: %q %q", f.Name, f.Content)
	}
}

// The same morning without a key: the test above looks where it should.
func TestWithoutAKeyEverythingCanBeRead(t *testing.T) {
	dir := t.TempDir()
	morning(t, open(t, "sqlite:"+filepath.Join(dir, "guixiao.db"), storage.Options{}))
	found := strings.Join(leaks(t, dir), "\n")
	for _, word := range private {
		if !strings.Contains(found, word) {
			t.Errorf("%s was never written", word)
		}
	}
}

func TestASealedDatabaseOpensWithItsKeyOnly(t *testing.T) {
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "guixiao.db")
	db := open(t, dsn, storage.Options{Key: secret})
	morning(t, db)
	must(t, db.Close())
	for _, key := range [][]byte{nil, []byte("another secret of enough characters")} {
		wrong, err := storage.Open(ctx, dsn, storage.Options{Key: key})
		if said, ok := school.Said(err); !ok || !errors.Is(err, school.ErrInvalid) || !strings.Contains(said, "secret_key") {
			t.Errorf("key %q: %v", key, err)
		}
		if wrong != nil {
			_ = wrong.Close()
		}
	}
	db = open(t, dsn, storage.Options{Key: secret})
	roster, _, err := db.LoadPeople(ctx, "demo")
	must(t, err)
	if len(roster.Guardians()) != 1 || roster.Guardians()[0].Mobile != "13800000123" {
		t.Errorf("guardians %+v", roster.Guardians())
	}
}

func TestADatabaseFromBeforeOpensAndIsSealedFromNowOn(t *testing.T) {
	dir := t.TempDir()
	dsn := "sqlite:" + filepath.Join(dir, "guixiao.db")
	db := open(t, dsn, storage.Options{})
	morning(t, db)
	must(t, db.Close())
	db = open(t, dsn, storage.Options{Key: secret})
	one, err := db.Case(ctx, "demo", "CS0000001")
	must(t, err)
	if f, err := db.File(ctx, "demo", "F1"); err != nil || string(f.Content) != "张三退烧了" {
		t.Errorf("the file from before: %q %v", f.Content, err)
	}
	one.Reason = "外婆住院"
	must(t, db.Apply(ctx, school.Change{School: "demo", Key: "reason", At: clock, Cases: []school.Case{one}}))
	if _, ok, err := db.AuditLines(ctx, "demo", "case:CS0000001"); err != nil || !ok {
		t.Errorf("the trail from before: %v %v", ok, err)
	}
	roster, _, err := db.LoadPeople(ctx, "demo")
	must(t, err)
	must(t, db.SavePeople(ctx, "demo", roster))
	must(t, db.Close())
	content, err := os.ReadFile(filepath.Join(dir, "guixiao.db"))
	must(t, err)
	for _, word := range []string{"外婆住院", "13800000123"} {
		if bytes.Contains(content, []byte(word)) {
			t.Errorf("%s was written or left open", word)
		}
	}
	if _, err := storage.Open(ctx, dsn, storage.Options{}); !errors.Is(err, school.ErrInvalid) {
		t.Errorf("it opened without the key afterwards: %v", err)
	}
}

func TestASealedValueIsGoodInItsOwnPlaceOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guixiao.db")
	db := open(t, "sqlite:"+path, storage.Options{Key: secret})
	must(t, db.SavePeople(ctx, "demo", school.NewRoster(nil, []school.Student{{ID: "S1", Name: "张三"}, {ID: "S2", Name: "李四"}}, nil, nil)))
	storagetest.Raw(t, "sqlite:"+path, "UPDATE people SET body = (SELECT body FROM people WHERE id = 'S2') WHERE id = 'S1'")
	if roster, _, err := db.LoadPeople(ctx, "demo"); err == nil {
		t.Errorf("李四's row was taken for 张三's: %+v", roster.Students())
	}
}

func TestTheFilesAreTheOwnersOnly(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data", "guixiao.db")
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, nil, 0o644)) // made by an older version
	db := open(t, "sqlite:"+path, storage.Options{Engine: true})
	must(t, db.Apply(ctx, report(1)))
	must(t, db.Backup(ctx, filepath.Join(dir, "backup", "monday.db")))
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		return err
	}))
}
