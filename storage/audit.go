package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

func auditPlace(schoolID, book string, seq int64) string {
	return at("audit", schoolID, book, strconv.FormatInt(seq, 10))
}

// link is the hash that ties a line, as stored, to the one before it: the chain
// can be checked without the key.
func link(before, schoolID, book string, seq int64, body []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n%q\n%d\n", before, schoolID, book, seq)
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// applyAudit appends the lines of a change to their books. A book another
// transaction has just written to is read again.
func (db *DB) applyAudit(tx *gorm.DB, c school.Change) error {
	if len(c.Audit) == 0 {
		return nil
	}
	var names []string
	for _, l := range c.Audit {
		names = append(names, fit(l.Book))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var found []bookRow
	if err := tx.Raw("SELECT school, book, seq, hash FROM books WHERE school = ? AND book IN ?", c.School, names).Scan(&found).Error; err != nil {
		return err
	}
	ends := map[string]bookRow{}
	for _, b := range found {
		ends[b.Book] = b
	}
	var rows []auditRow
	for _, l := range c.Audit {
		l.Seq, l.Hash = 0, ""
		book := fit(l.Book)
		end := ends[book]
		seq := end.Seq + 1
		body, err := db.pack(auditPlace(c.School, book, seq), l)
		if err != nil {
			return err
		}
		row := auditRow{c.School, book, seq, link(end.Hash, c.School, book, seq, body), body}
		rows = append(rows, row)
		ends[row.Book] = bookRow{c.School, row.Book, seq, row.Hash}
	}
	if err := add(tx, rows); duplicate(err) {
		return errRace
	} else if err != nil {
		return err
	}
	books := make([]bookRow, 0, len(names))
	for _, name := range names {
		books = append(books, ends[name])
	}
	return put(tx, books, "school book", "seq", "hash")
}

// AuditLines reads one book, oldest line first, and says whether its chain
// holds: no line altered, none missing, not even the last.
func (db *DB) AuditLines(ctx context.Context, schoolID, book string) ([]school.Line, bool, error) {
	var rows []auditRow
	var end bookRow
	err := db.snapshot(ctx, func(tx *gorm.DB) error {
		q := tx.Raw("SELECT school, book, seq, hash, body FROM audit WHERE school = ? AND book = ? ORDER BY seq", schoolID, fit(book))
		if err := q.Scan(&rows).Error; err != nil {
			return err
		}
		return tx.Raw("SELECT school, book, seq, hash FROM books WHERE school = ? AND book = ?", schoolID, fit(book)).Scan(&end).Error
	})
	if err != nil {
		return nil, false, err
	}
	ok := holds(rows, end)
	lines := make([]school.Line, 0, len(rows))
	for _, r := range rows {
		l, err := unpack[school.Line](db, auditPlace(r.School, r.Book, r.Seq), r.Body)
		ok = ok && err == nil
		l.Seq, l.Hash = r.Seq, r.Hash
		lines = append(lines, l)
	}
	return lines, ok, nil
}

// holds checks the chain of one book against its recorded end.
func holds(rows []auditRow, end bookRow) bool {
	var before string
	for i, r := range rows {
		if r.Seq != int64(i+1) || r.Hash != link(before, r.School, r.Book, r.Seq, r.Body) {
			return false
		}
		before = r.Hash
	}
	return int64(len(rows)) == end.Seq && before == end.Hash
}

// AuditCheck is the outcome of VerifyAudit.
type AuditCheck struct {
	Books  int
	Lines  int
	Broken []string // "school book" of every book whose chain does not hold
}

// VerifyAudit checks every book of every school, for `guixiao audit verify`.
func (db *DB) VerifyAudit(ctx context.Context) (AuditCheck, error) {
	var check AuditCheck
	var last bookRow
	for {
		books, err := db.booksAfter(ctx, last)
		if err != nil || len(books) == 0 {
			return check, err
		}
		for _, b := range books {
			lines, ok, err := db.AuditLines(ctx, b.School, b.Book)
			if err != nil {
				return check, err
			}
			check.Books++
			check.Lines += len(lines)
			if !ok {
				check.Broken = append(check.Broken, b.School+" "+b.Book)
			}
			last = b
		}
	}
}

// booksAfter lists the next books by name, also those that have lost their
// recorded end or all their lines.
func (db *DB) booksAfter(ctx context.Context, last bookRow) ([]bookRow, error) {
	const page = 500
	var all []bookRow
	for _, table := range []string{"books", "audit"} {
		var some []bookRow
		err := db.read.WithContext(ctx).Raw("SELECT DISTINCT school, book FROM "+table+
			" WHERE school > ? OR (school = ? AND book > ?) ORDER BY school, book LIMIT ?",
			last.School, last.School, last.Book, page).Scan(&some).Error
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b bookRow) int {
		return bytes.Compare([]byte(a.School+"\x00"+a.Book), []byte(b.School+"\x00"+b.Book))
	})
	all = slices.Compact(all)
	return all[:min(len(all), page)], nil
}
