package storage

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// ClaimTimers takes up to limit timers due at now, earliest first. What it
// costs grows with what is due, not with what waits for later.
func (db *DB) ClaimTimers(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]school.Timer, error) {
	for {
		rows, err := look(db, ctx, limit, func(tx *gorm.DB, state, n int) (rows []timerRow, err error) {
			err = tx.Raw("SELECT id, state, lost FROM timers WHERE state = ? AND wake_at <= ? ORDER BY wake_at, id LIMIT ?",
				state, now.UnixMilli(), n).Scan(&rows).Error
			return rows, err
		})
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		var ids, worn []int64
		for _, r := range rows {
			if r.Lost+r.State >= db.opts.MaxAttempts {
				worn = append(worn, r.ID)
			} else {
				ids = append(ids, r.ID)
			}
		}
		timers, err := db.claimTimers(ctx, now, now.Add(lease), ids, worn)
		if err != nil || len(timers) > 0 || len(worn) == 0 {
			return timers, err
		}
	}
}

// claimTimers claims the rows named that are still due, and parks those whose
// worker died too often.
func (db *DB) claimTimers(ctx context.Context, now, until time.Time, ids, worn []int64) ([]school.Timer, error) {
	token := db.token()
	var rows []timerRow
	err := db.atomically(ctx, func(tx *gorm.DB) error {
		rows = nil
		if len(worn) > 0 {
			err := tx.Exec("UPDATE timers SET state = 3, wake_at = ?, claim = '' WHERE id IN ? AND +state IN (0, 1) AND wake_at <= ?",
				ms(now), worn, now.UnixMilli()).Error
			if err != nil {
				return err
			}
		}
		if len(ids) == 0 {
			return nil
		}
		// lost counts workers that died: state is 1 only where one did. MySQL
		// assigns from left to right, so it stands before state.
		r := tx.Exec("UPDATE timers SET lost = lost + state, state = 1, claim = ?, wake_at = ? WHERE id IN ? AND +state IN (0, 1) AND wake_at <= ?",
			token, ms(until), ids, now.UnixMilli())
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		return tx.Raw("SELECT id, due_at, body FROM timers WHERE id IN ? AND claim = ?", ids, token).Scan(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b timerRow) int { return cmp.Or(cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.ID, b.ID)) })
	timers, err := unpackAll[school.Timer](db, rows, func(r timerRow) (string, []byte) { return "timers", r.Body })
	for i := range timers {
		timers[i].Claim = token
	}
	return timers, err
}

// RetryTimer gives a timer that fired in vain back until at, with Attempt
// counted; its firing key stays the same. It does nothing if the claim is lost.
func (db *DB) RetryTimer(ctx context.Context, t school.Timer, at time.Time) error {
	return db.endTimer(ctx, t, t.Key, "state = 0, wake_at = ?", ms(at))
}

// ParkTimer sets a timer aside for the administrator. It gives up its name, so
// that a clock that must always run can be set anew beside it. It does nothing
// if the claim is lost.
func (db *DB) ParkTimer(ctx context.Context, t school.Timer, now time.Time, reason string) error {
	kept := t
	kept.Key, kept.Failure = t.Key+"#"+strconv.FormatInt(t.DueAt.UnixMilli(), 10), reason
	return db.endTimer(ctx, kept, t.Key, "state = 3, wake_at = ?", ms(now))
}

// endTimer ends a worker's turn with the timer of that name.
func (db *DB) endTimer(ctx context.Context, t school.Timer, name, set string, args ...any) error {
	claim := t.Claim
	t.Claim = ""
	body, err := db.pack("timers", t)
	if err != nil {
		return err
	}
	args = append(args, fit(t.Key), body, t.School, fit(name), claim)
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE timers SET "+set+", name = ?, body = ?, claim = '' WHERE school = ? AND name = ? AND claim = ?", args...).Error
	})
}

// TimersSet says which of these timers are set and not set aside.
func (db *DB) TimersSet(ctx context.Context, schoolID string, keys ...string) (map[string]bool, error) {
	set := map[string]bool{}
	for some := range slices.Chunk(keys, batch) {
		names := make([]string, len(some))
		for i, k := range some {
			names[i] = fit(k)
		}
		var found []string
		err := db.read.WithContext(ctx).Raw("SELECT name FROM timers WHERE school = ? AND name IN ? AND +state IN (0, 1)", schoolID, names).Scan(&found).Error
		if err != nil {
			return nil, err
		}
		for i, k := range some {
			if slices.Contains(found, names[i]) {
				set[k] = true
			}
		}
	}
	return set, nil
}
