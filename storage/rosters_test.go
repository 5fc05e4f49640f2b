package storage_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"guixiao/rules/school"
	"guixiao/storage"
	"guixiao/storage/storagetest"
)

func savedPeople(t *testing.T, path string, key []byte) *storage.DB {
	t.Helper()
	db := open(t, "sqlite:"+path, storage.Options{Key: key})
	must(t, db.SavePeople(ctx, "demo", school.NewRoster(nil, []school.Student{{ID: "S1", Name: "张三"}, {ID: "S2", Name: "李四"}}, nil, nil)))
	namesAre(t, db, "张三", "李四")
	return db
}

func namesAre(t *testing.T, db *storage.DB, want ...string) {
	t.Helper()
	roster, _, err := db.LoadPeople(ctx, "demo")
	must(t, err)
	for i, name := range want {
		if roster.Size() != len(want) || roster.NameAt(i) != name {
			t.Fatalf("people %+v, want %v", roster.Students(), want)
		}
	}
}

// A start reads the piece, not the rows: they could as well be gone.
func TestPeopleAreReadInOnePiece(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guixiao.db")
	db := savedPeople(t, path, secret)
	storagetest.Raw(t, "sqlite:"+path, "DELETE FROM people")
	namesAre(t, db, "张三", "李四")
}

func TestAPieceThatCannotBeReadIsMadeAgain(t *testing.T) {
	for _, harm := range []string{
		"UPDATE rosters SET body = x'0103'",
		"UPDATE rosters SET body = x'7b7d'", // not sealed
		"UPDATE rosters SET school = 'other'",
		"DELETE FROM rosters",
	} {
		path := filepath.Join(t.TempDir(), "guixiao.db")
		db := savedPeople(t, path, secret)
		storagetest.Raw(t, "sqlite:"+path, harm)
		namesAre(t, db, "张三", "李四")
		storagetest.Raw(t, "sqlite:"+path, "DELETE FROM people")
		namesAre(t, db, "张三", "李四") // from the piece made anew
	}
}

// The piece of an older version says nothing of who came since.
func TestAPieceOfAnOlderVersionIsNotUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guixiao.db")
	db := savedPeople(t, path, nil)
	must(t, db.SavePeople(ctx, "demo", school.NewRoster(nil, []school.Student{{ID: "S1", Name: "张三丰"}, {ID: "S3", Name: "王五"}}, nil, nil)))
	namesAre(t, db, "张三丰", "李四", "王五")
	storagetest.Raw(t, "sqlite:"+path, "DELETE FROM people WHERE id = 'S2'")
	namesAre(t, db, "张三丰", "李四", "王五")
}

// What was kept before there was a key is kept sealed from then on.
func TestAPieceIsSealedOnceThereIsAKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guixiao.db")
	must(t, savedPeople(t, path, nil).Close())
	db := open(t, "sqlite:"+path, storage.Options{Key: secret})
	namesAre(t, db, "张三", "李四")
	storagetest.Raw(t, "sqlite:"+path, "DELETE FROM people")
	copied := filepath.Join(t.TempDir(), "copy.db") // without what was deleted
	must(t, db.Backup(ctx, copied))
	content, err := os.ReadFile(copied)
	must(t, err)
	if bytes.Contains(content, []byte("张三")) {
		t.Error("the piece is still open")
	}
	namesAre(t, db, "张三", "李四")
}

// A large school takes several pages.
func TestALargeSchoolIsReadWhole(t *testing.T) {
	db := open(t, "sqlite::memory:", storage.Options{Key: secret})
	var students []school.Student
	for range 3 {
		students = append(students, school.Student{ID: "S" + string(rune('a'+len(students))), Name: "张三", Note: string(make([]byte, 400<<10))})
	}
	must(t, db.SavePeople(ctx, "demo", school.NewRoster(nil, students, nil, nil)))
	for range 2 {
		roster, version, err := db.LoadPeople(ctx, "demo")
		must(t, err)
		if version != 1 || roster.Size() != 3 || len(roster.StudentAt(2).Note) != 400<<10 {
			t.Errorf("version %d, %d students", version, roster.Size())
		}
	}
}
