package storage

import (
	"context"
	"math/rand/v2"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// candidates is how many rows are looked at for each one wanted where several
// processes claim: they choose different ones and disturb each other less.
const candidates = 4

// choose takes up to n of the candidates: the first where one process works
// alone, a stretch that begins anywhere where several do.
func choose[R any](db *DB, all []R, n int) []R {
	if len(all) <= n {
		return all
	}
	from := 0
	if !db.lite {
		from = rand.IntN(len(all) - n + 1)
	}
	return all[from : from+n]
}

// look reads due rows: those whose worker died first, then those that wait.
func look[R any](db *DB, ctx context.Context, limit int, query func(tx *gorm.DB, state, n int) ([]R, error)) ([]R, error) {
	n := limit
	if !db.lite {
		n *= candidates
	}
	var all []R
	for _, state := range []int{working, waiting} {
		rows, err := query(db.read.WithContext(ctx), state, n)
		if err != nil {
			return nil, err
		}
		if all = append(all, choose(db, rows, limit-len(all))...); len(all) >= limit {
			break
		}
	}
	return all, nil
}

// ClaimInbox takes up to limit deliveries that nobody works on, oldest first
// and only the oldest of each lane. One that was taken up too often is parked
// and frees its lane.
func (db *DB) ClaimInbox(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]school.Delivery, error) {
	for {
		rows, err := look(db, ctx, limit, func(tx *gorm.DB, state, n int) (rows []inboxRow, err error) {
			err = tx.Raw(`SELECT id, attempt FROM inbox WHERE state = ? AND due_at <= ? AND NOT EXISTS (
				SELECT 1 FROM inbox AS older WHERE older.lane = inbox.lane AND older.state IN (0, 1) AND older.id < inbox.id)
				ORDER BY due_at, id LIMIT ?`, state, now.UnixMilli(), n).Scan(&rows).Error
			return rows, err
		})
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		var ids, worn []int64
		for _, r := range rows {
			if r.Attempt >= db.opts.MaxAttempts {
				worn = append(worn, r.ID)
			} else {
				ids = append(ids, r.ID)
			}
		}
		ds, err := db.claimInbox(ctx, now, now.Add(lease), ids, worn)
		if err != nil || len(ds) > 0 || len(worn) == 0 {
			return ds, err
		}
	}
}

// claimInbox claims the rows named that are still due and parks those worn out.
func (db *DB) claimInbox(ctx context.Context, now, until time.Time, ids, worn []int64) ([]school.Delivery, error) {
	token := db.token()
	var rows []inboxRow
	err := db.atomically(ctx, func(tx *gorm.DB) error {
		rows = nil
		if len(worn) > 0 {
			err := tx.Exec(`UPDATE inbox SET state = 3, due_at = ?, claim = '', reason = CASE WHEN reason = '' THEN ? ELSE reason END
				WHERE id IN ? AND +state IN (0, 1) AND due_at <= ?`, ms(now), "taken up too often", worn, now.UnixMilli()).Error
			if err != nil {
				return err
			}
		}
		if len(ids) == 0 {
			return nil
		}
		// +state: SQLite would otherwise walk the index of all due rows.
		r := tx.Exec("UPDATE inbox SET state = 1, claim = ?, due_at = ?, attempt = attempt + 1 WHERE id IN ? AND +state IN (0, 1) AND due_at <= ?",
			token, ms(until), ids, now.UnixMilli())
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		return tx.Raw("SELECT delivery, attempt, claim, body FROM inbox WHERE id IN ? AND claim = ? ORDER BY id", ids, token).Scan(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	ds := make([]school.Delivery, 0, len(rows))
	for _, r := range rows {
		d, err := unpack[school.Delivery](db, at("inbox", r.Delivery), r.Body)
		if err != nil {
			return nil, err
		}
		d.Attempt, d.Claim = r.Attempt, r.Claim
		ds = append(ds, d)
	}
	return ds, nil
}

// RetryInbox gives a delivery back until at, and with it what its sender sent
// later and this process had claimed: that must not overtake. It does nothing
// if the claim is lost.
func (db *DB) RetryInbox(ctx context.Context, d school.Delivery, at time.Time, reason string) error {
	return db.atomically(ctx, func(tx *gorm.DB) error {
		r := tx.Exec("UPDATE inbox SET state = 0, due_at = ?, claim = '', reason = ? WHERE delivery = ? AND claim = ? AND +state = 1",
			ms(at), reason, fit(d.Key), d.Claim)
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		return tx.Exec("UPDATE inbox SET state = 0, due_at = ?, claim = '' WHERE lane = ? AND state = 1 AND claim LIKE ?",
			ms(at), db.seal.name(d.Lane()), db.owner+".%").Error
	})
}

// ParkInbox sets a delivery aside for the administrator. It does nothing if
// the claim is lost.
func (db *DB) ParkInbox(ctx context.Context, d school.Delivery, now time.Time, reason string) error {
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE inbox SET state = 3, due_at = ?, claim = '', reason = ? WHERE delivery = ? AND claim = ? AND +state = 1",
			ms(now), reason, fit(d.Key), d.Claim).Error
	})
}

// TrimInbox deletes deliveries decided before a moment and says how many. Keep
// at least a day: platforms repeat. What is parked is never trimmed.
func (db *DB) TrimInbox(ctx context.Context, before time.Time) (int, error) {
	const page = 1000
	total := 0
	for {
		var ids []int64
		err := db.read.WithContext(ctx).Raw("SELECT id FROM inbox WHERE state = 2 AND due_at < ? ORDER BY due_at LIMIT ?", ms(before), page).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return total, err
		}
		err = db.atomically(ctx, func(tx *gorm.DB) error {
			return tx.Exec("DELETE FROM inbox WHERE id IN ? AND +state = 2", ids).Error
		})
		if err != nil {
			return total, err
		}
		total += len(ids)
	}
}

// Reply reads the outcome kept with a delivery; false while there is none.
func (db *DB) Reply(ctx context.Context, key string) (school.Reply, bool, error) {
	var rows []inboxRow
	err := db.read.WithContext(ctx).Raw("SELECT reply FROM inbox WHERE delivery = ?", fit(key)).Scan(&rows).Error
	if err != nil || len(rows) == 0 || len(rows[0].Reply) == 0 {
		return school.Reply{}, false, err
	}
	r, err := unpack[school.Reply](db, at("reply", fit(key)), rows[0].Reply)
	return r, err == nil, err
}
