package storage

import (
	"context"
	"slices"
	"strconv"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// A county has half a million people, and reading a row for each takes a start
// many seconds. So the first who reads a version of a school's people keeps it
// in one piece as well. The rows stay the truth: a piece of another version, or
// one that cannot be read, is made again.

// rosterRow is a page of that piece: no server takes values of any size.
type rosterRow struct {
	School  string
	Page    int
	Version int64
	Body    []byte
}

func (rosterRow) TableName() string { return "rosters" }

const rosterPage = 512 << 10

// pageMark begins a page: what is not sealed must not look as if it were.
const pageMark = 'R'

// place is where the body of a page belongs, and nowhere else.
func (r rosterRow) place() string {
	return at("rosters", r.School, strconv.FormatInt(r.Version, 10), strconv.Itoa(r.Page))
}

// rosterPages reads the pages of one version.
func rosterPages(tx *gorm.DB, schoolID string, version int64) (rows []rosterRow, err error) {
	err = tx.Raw("SELECT school, page, version, body FROM rosters WHERE school = ? AND version = ? ORDER BY page", schoolID, version).Scan(&rows).Error
	return rows, err
}

// openRoster makes a roster of its pages; nil when it cannot.
func (db *DB) openRoster(pages []rosterRow) *school.Roster {
	var image []byte
	for _, p := range pages {
		body, err := db.seal.open(p.place(), p.Body)
		if err != nil || isSealed(p.Body) != (db.seal != nil) || len(body) == 0 || body[0] != pageMark {
			return nil
		}
		image = append(image, body[1:]...)
	}
	var r school.Roster
	if r.UnmarshalBinary(image) != nil {
		return nil
	}
	return &r
}

// keepRoster keeps a roster in one piece, unless it is no longer the newest.
func (db *DB) keepRoster(ctx context.Context, schoolID string, version int64, r *school.Roster) error {
	if version == 0 {
		return nil
	}
	image, err := r.MarshalBinary()
	if err != nil {
		return err
	}
	var pages []rosterRow
	for part := range slices.Chunk(image, rosterPage) {
		p := rosterRow{School: schoolID, Page: len(pages), Version: version}
		p.Body = db.seal.seal(p.place(), append([]byte{pageMark}, part...))
		pages = append(pages, p)
	}
	return db.atomically(ctx, func(tx *gorm.DB) error {
		newest, err := peopleVersion(tx, schoolID)
		if err != nil || newest != version {
			return err
		}
		if err := tx.Exec("DELETE FROM rosters WHERE school = ?", schoolID).Error; err != nil {
			return err
		}
		for _, p := range pages {
			if err := put(tx, []rosterRow{p}, "school page", "version", "body"); err != nil {
				return err
			}
		}
		return nil
	})
}
