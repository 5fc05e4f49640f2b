package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// Apply writes a change whole, once: ErrDuplicate when its key was applied
// before (its Inbox delivery is finished all the same), ErrConflict when a
// sheet has moved since it was read.
func (db *DB) Apply(ctx context.Context, c school.Change) error {
	var known bool
	err := db.atomically(ctx, func(tx *gorm.DB) error {
		err := db.applyIn(tx, c)
		if known = errors.Is(err, school.ErrDuplicate); known {
			return nil // the delivery is done: that must be committed
		}
		return err
	})
	if err == nil && known {
		return school.ErrDuplicate
	}
	return err
}

// applyIn writes a change inside a transaction. After ErrDuplicate the
// transaction may be committed, after any other error it must not.
func (db *DB) applyIn(tx *gorm.DB, c school.Change) error {
	if c.School == "" || c.Key == "" {
		return errors.New("storage: a change needs a school and a key")
	}
	switch err := tx.Create(&eventRow{c.School, fit(c.Key), ms(c.At)}).Error; {
	case duplicate(err):
		if err := db.finishInbox(tx, c, nil); err != nil {
			return err
		}
		return school.ErrDuplicate
	case err != nil:
		return err
	}
	for _, part := range []func(*gorm.DB, school.Change) error{
		raiseSheets, db.applyMarks, db.applyLeaves, db.applyRolls, db.applyCases, db.applyApplications, db.applyCards, db.applyFiles, db.applyDelegations, applyCodes, db.applyOpened, db.applyOptOuts, applyMerged,
		db.applyNotices, db.applyTimers, db.applyAudit,
	} {
		if err := part(tx, c); err != nil {
			return err
		}
	}
	return db.finishInbox(tx, c, c.Reply)
}

// raiseSheets checks the versions the change was decided on and raises them.
// Sheets it touches without having read them are raised as well, so that
// nobody who did read them can decide on what is no longer so.
func raiseSheets(tx *gorm.DB, c school.Change) error {
	expect := slices.Clone(c.Expect)
	slices.SortFunc(expect, func(a, b school.Expect) int { return cmp.Compare(a.Student, b.Student) })
	for _, e := range slices.CompactFunc(expect, func(a, b school.Expect) bool { return a == b }) {
		if e.Version == 0 {
			err := tx.Create(&sheetRow{c.School, e.Student, 1}).Error
			if duplicate(err) {
				return school.ErrConflict
			}
			if err != nil {
				return err
			}
			continue
		}
		r := tx.Exec("UPDATE sheets SET version = version + 1 WHERE school = ? AND student = ? AND version = ?", c.School, e.Student, e.Version)
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return school.ErrConflict
		}
	}
	blind := unread(c)
	if len(blind) == 0 {
		return nil
	}
	rows := make([]sheetRow, len(blind))
	for i, student := range blind {
		rows[i] = sheetRow{c.School, student, 0}
	}
	if err := put(tx, rows, "school student"); err != nil {
		return err
	}
	return tx.Exec("UPDATE sheets SET version = version + 1 WHERE school = ? AND student IN ?", c.School, blind).Error
}

// unread lists the students a change is about without expecting a version.
func unread(c school.Change) []string {
	var all []string
	for _, m := range c.Marks {
		all = append(all, m.Student)
	}
	for _, v := range c.Void {
		all = append(all, v.Student)
	}
	for _, l := range c.Leaves {
		all = append(all, l.Student)
	}
	for _, k := range c.Cases {
		all = append(all, k.Sheet())
	}
	for _, k := range c.Cards {
		all = append(all, k.Sheet())
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(student string) bool {
		return student == "" || slices.ContainsFunc(c.Expect, func(e school.Expect) bool { return e.Student == student })
	})
}

// finishInbox ends the delivery of a change, also one that had been parked.
func (db *DB) finishInbox(tx *gorm.DB, c school.Change, reply *school.Reply) error {
	if c.Inbox == "" {
		return nil
	}
	set, args := "state = 2, due_at = ?, claim = ''", []any{ms(c.At)}
	if reply != nil {
		body, err := db.pack(at("reply", fit(c.Inbox)), reply)
		if err != nil {
			return err
		}
		set, args = set+", reply = ?", append(args, body)
	}
	return tx.Exec("UPDATE inbox SET "+set+" WHERE delivery = ? AND +state <> 2", append(args, fit(c.Inbox))...).Error
}

// applyTimers takes away the timer whose firing this change is and those
// cancelled, then sets timers, which moves those that are set.
func (db *DB) applyTimers(tx *gorm.DB, c school.Change) error {
	if name, due, ok := fired(c.Key); ok {
		if err := tx.Exec("DELETE FROM timers WHERE school = ? AND name = ? AND due_at = ?", c.School, fit(name), due).Error; err != nil {
			return err
		}
	}
	if len(c.Cancel) > 0 {
		names := make([]string, len(c.Cancel))
		for i, name := range c.Cancel {
			names[i] = fit(name)
		}
		slices.Sort(names)
		if err := tx.Exec("DELETE FROM timers WHERE school = ? AND name IN ?", c.School, names).Error; err != nil {
			return err
		}
	}
	rows := make([]timerRow, 0, len(c.Timers))
	for _, t := range c.Timers {
		// Up to the full millisecond: a deadline must have passed when its timer fires.
		t.School, t.Claim, t.DueAt = c.School, "", t.DueAt.Add(time.Millisecond-1).Truncate(time.Millisecond)
		body, err := db.pack("timers", t)
		if err != nil {
			return err
		}
		rows = append(rows, timerRow{School: c.School, Name: fit(t.Key), Student: t.Student, CaseID: t.Case,
			DueAt: ms(t.DueAt), WakeAt: ms(t.DueAt), Body: body})
	}
	rows = lastOf(rows, func(r timerRow) string { return r.Name })
	return put(tx, rows, "school name", "student", "case_id", "due_at", "state", "wake_at", "claim", "lost", "body")
}

// fired reads a firing key: which timer, and due when.
func fired(key string) (name string, due int64, ok bool) {
	rest, ok := strings.CutPrefix(key, "timer:")
	at := strings.LastIndexByte(rest, '@')
	if !ok || at < 0 {
		return "", 0, false
	}
	due, err := strconv.ParseInt(rest[at+1:], 10, 64)
	return rest[:at], due, err == nil
}

// lastOf keeps, of rows with one key, the last, and sorts by key: two
// transactions then lock in one order.
func lastOf[R any](rows []R, key func(R) string) []R {
	slices.SortStableFunc(rows, func(a, b R) int { return cmp.Compare(key(a), key(b)) })
	kept := rows[:0]
	for i, r := range rows {
		if i+1 == len(rows) || key(rows[i+1]) != key(r) {
			kept = append(kept, r)
		}
	}
	return kept
}
