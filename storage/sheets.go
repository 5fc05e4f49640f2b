package storage

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// sheetDays is how far back a sheet shows marks and ended leaves.
const sheetDays = 60

// snapshot runs reads that must all see the same moment.
func (db *DB) snapshot(ctx context.Context, f func(tx *gorm.DB) error) error {
	if db.lite {
		return db.read.WithContext(ctx).Transaction(f)
	}
	return db.read.WithContext(ctx).Transaction(f, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

// Sheets reads what moves about these students, all as of one moment. A
// student nothing is known about has an empty sheet with version 0.
func (db *DB) Sheets(ctx context.Context, schoolID string, students []string, now time.Time) (map[string]school.Sheet, error) {
	r := sheetReader{db: db, school: schoolID, since: now.AddDate(0, 0, -sheetDays), sheets: map[string]*school.Sheet{}}
	if db.opts.TermBegan != nil {
		r.term = db.opts.TermBegan(schoolID, now)
	}
	for _, id := range students {
		r.sheets[id] = &school.Sheet{Student: id}
	}
	err := db.snapshot(ctx, func(tx *gorm.DB) error {
		for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(students))), batch) {
			for _, part := range []func(*gorm.DB, []string) error{r.versions, r.marks, r.leaves, r.cases, r.applications, r.cards} {
				if err := part(tx, some); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := make(map[string]school.Sheet, len(r.sheets))
	for id, s := range r.sheets {
		all[id] = *s
	}
	return all, nil
}

// sheetReader fills sheets, table by table.
type sheetReader struct {
	db     *DB
	school string
	since  time.Time
	term   school.Day
	sheets map[string]*school.Sheet
}

func (r *sheetReader) versions(tx *gorm.DB, students []string) error {
	var rows []sheetRow
	err := tx.Raw("SELECT student, version FROM sheets WHERE school = ? AND student IN ?", r.school, students).Scan(&rows).Error
	for _, row := range rows {
		r.sheets[row.Student].Version = row.Version
	}
	return err
}

func (r *sheetReader) marks(tx *gorm.DB, students []string) error {
	from := school.DayOf(r.since)
	var rows []markRow
	err := tx.Raw("SELECT student, day, session, counted, body FROM marks WHERE school = ? AND student IN ? AND day >= ? ORDER BY student, day, session",
		r.school, students, string(min(from, r.term))).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		s := r.sheets[row.Student]
		if row.Counted && row.Day >= string(r.term) {
			s.Missed++
		}
		if row.Day < string(from) {
			continue
		}
		m, err := unpack[school.Mark](r.db, "marks", row.Body)
		if err != nil {
			return err
		}
		s.Marks = append(s.Marks, m)
	}
	return nil
}

func (r *sheetReader) leaves(tx *gorm.DB, students []string) error {
	var rows []leaveRow
	err := tx.Raw("SELECT student, body FROM leaves WHERE school = ? AND student IN ? AND (ended_at = 0 OR ended_at >= ?)",
		r.school, students, ms(r.since)).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		l, err := unpack[school.Leave](r.db, "leaves", row.Body)
		if err != nil {
			return err
		}
		s := r.sheets[row.Student]
		s.Leaves = append(s.Leaves, l)
	}
	for _, id := range students {
		slices.SortFunc(r.sheets[id].Leaves, func(a, b school.Leave) int {
			return cmp.Or(a.GrantedAt.Compare(b.GrantedAt), cmp.Compare(a.ID, b.ID))
		})
	}
	return nil
}

func (r *sheetReader) cases(tx *gorm.DB, students []string) error {
	var rows []caseRow
	err := tx.Raw("SELECT student, body FROM cases WHERE school = ? AND student IN ? AND state <> ? ORDER BY opened_at, id",
		r.school, students, string(school.CaseIsClosed)).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		c, err := unpack[school.Case](r.db, "cases", row.Body)
		if err != nil {
			return err
		}
		r.sheets[row.Student].Case = &c
	}
	return nil
}

func (r *sheetReader) applications(tx *gorm.DB, students []string) error {
	var rows []applicationRow
	err := tx.Raw("SELECT student, body FROM applications WHERE school = ? AND student IN ? AND (over_at = 0 OR over_at >= ?) ORDER BY asked_at, id",
		r.school, students, ms(r.since)).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		a, err := unpack[school.Application](r.db, "applications", row.Body)
		if err != nil {
			return err
		}
		s := r.sheets[row.Student]
		s.Applications = append(s.Applications, a)
	}
	return nil
}

func (r *sheetReader) cards(tx *gorm.DB, students []string) error {
	var rows []cardRow
	err := tx.Raw("SELECT student, body FROM cards WHERE school = ? AND student IN ? AND state = ? ORDER BY at, id",
		r.school, students, school.CardOpen).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		c, err := unpack[school.Card](r.db, "cards", row.Body)
		if err != nil {
			return err
		}
		s := r.sheets[row.Student]
		s.Cards = append(s.Cards, c)
	}
	return nil
}
