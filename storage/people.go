package storage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// Kinds of rows that make up a roster.
const (
	kindClass    = "class"
	kindStudent  = "student"
	kindStaff    = "staff"
	kindGuardian = "guardian"
	kindContract = "contract"
)

// SavePeople creates and updates the classes and people of a school. It never
// deletes: who is not in the roster stays as known. The version moves if
// anything changed.
func (db *DB) SavePeople(ctx context.Context, schoolID string, r *school.Roster) error {
	rows, err := rosterRows(schoolID, r)
	if err != nil {
		return err
	}
	return db.atomically(ctx, func(tx *gorm.DB) error {
		known, err := people(tx, schoolID)
		if err != nil {
			return err
		}
		byKey := make(map[string]personRow, len(known))
		for _, k := range known {
			byKey[k.Kind+" "+k.ID] = k
		}
		var changed []personRow
		next := len(known)
		for _, row := range rows {
			old, there := byKey[row.Kind+" "+row.ID]
			same, err := db.sameBody(old, row)
			switch {
			case err != nil:
				return err
			case there && same:
				continue
			case there:
				row.Place = old.Place
			default:
				row.Place = next
				next++
			}
			row.Body = db.seal.seal(row.place(), row.Body)
			changed = append(changed, row)
		}
		if len(changed) == 0 {
			return nil
		}
		if err := put(tx, changed, "school kind id", "body"); err != nil {
			return err
		}
		return raisePeople(tx, schoolID)
	})
}

// sameBody says whether a row is stored as it would be written now.
func (db *DB) sameBody(old, row personRow) (bool, error) {
	if len(old.Body) == 0 || isSealed(old.Body) != (db.seal != nil) {
		return false, nil
	}
	plain, err := db.seal.open(row.place(), old.Body)
	return bytes.Equal(plain, row.Body), err
}

// place is where the body of a person belongs, and nowhere else.
func (r personRow) place() string { return at("people", r.School, r.Kind, r.ID) }

func raisePeople(tx *gorm.DB, schoolID string) error {
	if err := put(tx, []peopleVersionRow{{schoolID, 0}}, "school"); err != nil {
		return err
	}
	return tx.Exec("UPDATE people_versions SET version = version + 1 WHERE school = ?", schoolID).Error
}

func people(tx *gorm.DB, schoolID string) (rows []personRow, err error) {
	err = tx.Raw("SELECT school, kind, id, place, body FROM people WHERE school = ? ORDER BY place", schoolID).Scan(&rows).Error
	return rows, err
}

// rosterRows are the rows of a roster, not sealed yet.
func rosterRows(schoolID string, r *school.Roster) ([]personRow, error) {
	var rows []personRow
	keep := func(kind, id string, noun any) error {
		body, err := json.Marshal(noun)
		rows = append(rows, personRow{School: schoolID, Kind: kind, ID: id, Body: body})
		return err
	}
	for _, c := range r.Classes {
		if err := keep(kindClass, c.ID, c); err != nil {
			return nil, err
		}
	}
	for _, s := range r.Students() {
		if err := keep(kindStudent, s.ID, s); err != nil {
			return nil, err
		}
	}
	for _, s := range r.Staff {
		if err := keep(kindStaff, s.ID, s); err != nil {
			return nil, err
		}
	}
	for _, g := range r.Guardians() {
		if err := keep(kindGuardian, g.ID, g); err != nil {
			return nil, err
		}
	}
	for _, k := range r.Contracts {
		if err := keep(kindContract, k.ID, k); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// LoadPeople reads everybody ever saved, in the order of their first
// appearance, and the version they have; an empty roster and 0 for a school
// nothing was saved of. Whoever reads a version first keeps it in one piece for
// those who come after.
func (db *DB) LoadPeople(ctx context.Context, schoolID string) (*school.Roster, int64, error) {
	var rows []personRow
	var pages []rosterRow
	var version int64
	err := db.snapshot(ctx, func(tx *gorm.DB) (err error) {
		if version, err = peopleVersion(tx, schoolID); err != nil {
			return err
		}
		if pages, err = rosterPages(tx, schoolID, version); err == nil && len(pages) == 0 {
			rows, err = people(tx, schoolID)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if roster := db.openRoster(pages); roster != nil {
		return roster, version, nil
	}
	if len(pages) > 0 { // of another version of the program, or from before there was a key
		if rows, err = people(db.read.WithContext(ctx), schoolID); err != nil {
			return nil, 0, err
		}
	}
	roster, err := db.rosterOf(rows)
	if err != nil {
		return nil, 0, err
	}
	return roster, version, db.keepRoster(ctx, schoolID, version, roster)
}

// rosterOf makes a roster of the rows of its people.
func (db *DB) rosterOf(rows []personRow) (*school.Roster, error) {
	classes, err1 := peopleOf[school.Class](db, rows, kindClass)
	students, err2 := peopleOf[school.Student](db, rows, kindStudent)
	staff, err3 := peopleOf[school.Staff](db, rows, kindStaff)
	guardians, err4 := peopleOf[school.Guardian](db, rows, kindGuardian)
	contracts, err5 := peopleOf[school.Contract](db, rows, kindContract)
	if err := cmp.Or(err1, err2, err3, err4, err5); err != nil {
		return nil, err
	}
	return school.NewRoster(classes, students, staff, guardians).WithContracts(contracts), nil
}

func peopleOf[T any](db *DB, rows []personRow, kind string) ([]T, error) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r personRow) bool { return r.Kind != kind })
	return unpackAll[T](db, rows, func(r personRow) (string, []byte) { return r.place(), r.Body })
}

// PeopleVersions tells which version of its people each school has, and so
// whether an import by another process has changed who is there: load again
// when one has moved.
func (db *DB) PeopleVersions(ctx context.Context) (map[string]int64, error) {
	var rows []peopleVersionRow
	err := db.read.WithContext(ctx).Raw("SELECT school, version FROM people_versions").Scan(&rows).Error
	versions := make(map[string]int64, len(rows))
	for _, r := range rows {
		versions[r.School] = r.Version
	}
	return versions, err
}

func peopleVersion(tx *gorm.DB, schoolID string) (int64, error) {
	var version int64
	err := tx.Raw("SELECT COALESCE(MAX(version), 0) FROM people_versions WHERE school = ?", schoolID).Scan(&version).Error
	return version, err
}

type peopleVersionRow struct {
	School  string
	Version int64
}

func (peopleVersionRow) TableName() string { return "people_versions" }
