package storage

import (
	"context"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// ParkedInbox lists the deliveries of all schools that were set aside, oldest
// first: one that could not be read belongs to no school yet.
func (db *DB) ParkedInbox(ctx context.Context) ([]school.Parked, error) {
	var rows []inboxRow
	err := db.read.WithContext(ctx).Raw("SELECT id, delivery, due_at, attempt, reason, body FROM inbox WHERE state = 3 ORDER BY due_at, id").Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	all := make([]school.Parked, 0, len(rows))
	for _, r := range rows {
		d, err := unpack[school.Delivery](db, at("inbox", r.Delivery), r.Body)
		if err != nil {
			return nil, err
		}
		all = append(all, school.Parked{ID: r.ID, School: d.School, Key: d.Key, Attempt: r.Attempt, Reason: r.Reason, At: moment(r.DueAt), Platform: d.Platform, Delivery: &d})
	}
	return all, nil
}

// ParkedNotices lists notices that could not be sent, oldest first.
func (db *DB) ParkedNotices(ctx context.Context, schoolID string) ([]school.Parked, error) {
	var rows []outboxRow
	err := db.read.WithContext(ctx).Raw("SELECT id, due_at, attempt, reason, platform, body FROM outbox WHERE state = 3 AND school = ? ORDER BY due_at, id", schoolID).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	all := make([]school.Parked, 0, len(rows))
	for _, r := range rows {
		n, err := unpack[school.Notice](db, "outbox", r.Body)
		if err != nil {
			return nil, err
		}
		all = append(all, school.Parked{ID: r.ID, School: n.School, Key: n.Key, Attempt: r.Attempt, Reason: r.Reason, At: moment(r.DueAt), Platform: r.Platform, Notice: &n})
	}
	return all, nil
}

// ParkedTimers lists timers that failed, or whose workers died, too often,
// oldest first.
func (db *DB) ParkedTimers(ctx context.Context, schoolID string) ([]school.Parked, error) {
	var rows []timerRow
	err := db.read.WithContext(ctx).Raw("SELECT id, wake_at, lost, body FROM timers WHERE state = 3 AND school = ? ORDER BY wake_at, id", schoolID).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	all := make([]school.Parked, 0, len(rows))
	for _, r := range rows {
		t, err := unpack[school.Timer](db, "timers", r.Body)
		if err != nil {
			return nil, err
		}
		p := school.Parked{ID: r.ID, School: t.School, Key: t.Key, Attempt: t.Attempt, Reason: t.Failure, At: moment(r.WakeAt), Timer: &t}
		if p.Reason == "" {
			p.Attempt, p.Reason = r.Lost, "worker died too often"
		}
		all = append(all, p)
	}
	return all, nil
}

// Requeue gives something parked another chance, from now on and with all its
// attempts; ErrNotFound when it is not parked any more.
func (db *DB) Requeue(ctx context.Context, p school.Parked, now time.Time) error {
	return db.atomically(ctx, func(tx *gorm.DB) error {
		switch {
		case p.Timer != nil:
			fresh := *p.Timer
			fresh.Attempt, fresh.Failure = 0, ""
			body, err := db.pack("timers", fresh)
			if err != nil {
				return err
			}
			return there(tx.Exec("UPDATE timers SET state = 0, wake_at = ?, lost = 0, body = ? WHERE id = ? AND +state = 3", ms(now), body, p.ID))
		case p.Notice == nil:
			return there(tx.Exec("UPDATE inbox SET state = 0, due_at = ?, attempt = 0 WHERE id = ? AND +state = 3", ms(now), p.ID))
		}
		var lanes []string
		if err := tx.Raw("SELECT lane FROM outbox WHERE id = ? AND +state = 3", p.ID).Scan(&lanes).Error; err != nil {
			return err
		}
		if len(lanes) == 0 {
			return school.ErrNotFound
		}
		if err := wake(tx, map[string]int64{lanes[0]: ms(now)}); err != nil {
			return err
		}
		return there(tx.Exec("UPDATE outbox SET live = 1, state = 0, due_at = ?, order_at = ?, attempt = 0, lost = 0 WHERE id = ? AND +state = 3",
			ms(now), ms(now), p.ID))
	})
}

// GiveUp ends something parked by the administrator's decision. The row stays.
func (db *DB) GiveUp(ctx context.Context, p school.Parked, now time.Time) error {
	set := "inbox SET due_at = ?"
	switch {
	case p.Timer != nil:
		set = "timers SET wake_at = ?"
	case p.Notice != nil:
		set = "outbox SET due_at = ?"
	}
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return there(tx.Exec("UPDATE "+set+", state = 4 WHERE id = ? AND +state = 3", ms(now), p.ID))
	})
}

// there turns "no such row any more" into ErrNotFound.
func there(r *gorm.DB) error {
	if r.Error == nil && r.RowsAffected == 0 {
		return school.ErrNotFound
	}
	return r.Error
}
