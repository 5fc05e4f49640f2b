package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/configs"
	"guixiao/rules/school"
	"guixiao/storage"
)

// township is two schools of one service: 河团 and 桥头, each with a folder.
type township struct {
	*houses
	t   *testing.T
	log bytes.Buffer
}

func openTownship(t *testing.T) *township {
	t.Helper()
	w := &township{t: t}
	w.houses = &houses{conf: &configs.Config{}, log: slog.New(slog.NewJSONHandler(&w.log, nil))}
	for _, id := range []string{"hetuan", "qiaotou"} {
		dir := filepath.Join(t.TempDir(), id)
		if err := os.CopyFS(dir, os.DirFS("testdata/school")); err != nil {
			t.Fatal(err)
		}
		w.conf.Schools = append(w.conf.Schools, configs.School{ID: id, Data: dir, Platforms: []string{"wecom/main"}})
	}
	var err error
	if w.db, err = openStore(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "guixiao.db"), storage.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.db.Close() })
	return w
}

func (w *township) folder(i int) string { return w.conf.Schools[i].Data }

func (w *township) loads() []*bot.House {
	w.t.Helper()
	list, err := w.load(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// restarted is the service started again on the same data.
func (w *township) restarted() *township {
	w.houses = &houses{conf: w.conf, db: w.db, log: w.houses.log}
	return w
}

func TestTheDatabaseKnowsThePeopleBetterThanTheSheets(t *testing.T) {
	w := openTownship(t)
	first := w.loads()
	contains(t, w.log.String(), "hetuan", "qiaotou")
	edit(t, w.folder(0), "students.csv", "学号", "学生号") // somebody works on the sheets
	again := w.restarted().loads()
	if got, want := again[0].School.Roster.Size(), first[0].School.Roster.Size(); got != want || want == 0 {
		t.Errorf("%d students after a restart, %d before", got, want)
	}
}

func TestNobodyIsImportedBesideABadSheet(t *testing.T) {
	w := openTownship(t)
	edit(t, w.folder(1), "students.csv", "学号", "学生号")
	_, err := w.load(t.Context())
	if !errors.Is(err, school.ErrInvalid) || !strings.Contains(err.Error(), "students.csv") {
		t.Errorf("the bad sheet: %v", err)
	}
	if versions, err := w.db.PeopleVersions(t.Context()); err != nil || len(versions) > 0 {
		t.Errorf("imported all the same: %v %v", versions, err)
	}
}

// A special day for a class nobody knows would be a day off for nobody.
func TestASpecialDayForNobodyStopsTheStart(t *testing.T) {
	w := openTownship(t)
	w.loads()
	edit(t, w.folder(1), "calendar.yaml", "special_days:", "special_days:\n  - {from: 2026-03-12, to: 2026-03-12, name: 春游, kind: school, scope: \"999\"}")
	_, err := w.restarted().load(t.Context())
	if !errors.Is(err, school.ErrInvalid) || !strings.Contains(err.Error(), "春游") {
		t.Errorf("a special day for class 999: %v", err)
	}
}

func TestAnImportRebuildsItsSchoolOnly(t *testing.T) {
	w := openTownship(t)
	before := w.loads()
	if changed, err := w.changed(t.Context()); changed || err != nil {
		t.Errorf("changed right after loading: %v %v", changed, err)
	}
	newcomer := school.NewRoster(nil, []school.Student{{ID: "S999", Name: "新来的"}}, nil, nil)
	if err := w.db.SavePeople(t.Context(), "qiaotou", newcomer); err != nil {
		t.Fatal(err)
	}
	if changed, err := w.changed(t.Context()); !changed || err != nil {
		t.Errorf("not changed by an import: %v", err)
	}
	after := w.loads()
	if after[0] != before[0] {
		t.Error("the school nobody imported into was built again")
	}
	if _, ok := after[1].School.Roster.Student("S999"); !ok {
		t.Error("the newcomer is not there")
	}
}
