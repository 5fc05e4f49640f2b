package storage

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// freeDead frees at once what dead processes had claimed, where this process
// is the only one that works: the engine of an SQLite file. Each is counted as
// a death of its worker.
func (db *DB) freeDead(ctx context.Context) error {
	if !db.lite || !db.opts.Engine {
		return nil
	}
	return db.atomically(ctx, func(tx *gorm.DB) error {
		for _, q := range []string{
			"UPDATE inbox SET state = 0, claim = '', due_at = 0 WHERE state = 1",
			"UPDATE timers SET state = 0, claim = '', wake_at = due_at, lost = lost + 1 WHERE state = 1",
			"UPDATE outbox SET state = 0, claim = '', due_at = order_at, lost = lost + 1 WHERE state = 1",
			"UPDATE lanes SET state = 0, claim = '', due_at = 0 WHERE state = 1",
		} {
			if err := tx.Exec(q).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// Release gives back everything this process has claimed and not finished: the
// end of an orderly stop, after the workers have stopped.
func (db *DB) Release(ctx context.Context) error {
	mine := db.owner + ".%"
	return db.atomically(ctx, func(tx *gorm.DB) error {
		for _, q := range []string{
			"UPDATE inbox SET state = 0, claim = '', due_at = 0 WHERE state = 1 AND claim LIKE ?",
			"UPDATE timers SET state = 0, claim = '', wake_at = due_at WHERE state = 1 AND claim LIKE ?",
			"UPDATE outbox SET state = 0, claim = '', due_at = order_at WHERE state = 1 AND claim LIKE ?",
			"UPDATE lanes SET state = 0, claim = '', due_at = 0, serial = serial + 1 WHERE state = 1 AND claim LIKE ?",
		} {
			if err := tx.Exec(q, mine).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// NextDue is the earliest moment at which inbox, timers or outbox have work;
// what is claimed counts at the end of its lease. False when nothing is planned.
func (db *DB) NextDue(ctx context.Context) (time.Time, bool, error) {
	const freeHead = `NOT EXISTS (SELECT 1 FROM inbox AS older WHERE older.lane = inbox.lane AND older.state IN (0, 1) AND older.id < inbox.id)`
	var due []int64
	for _, q := range []string{
		"SELECT due_at FROM inbox WHERE state = ? AND " + freeHead + " ORDER BY due_at LIMIT 1",
		"SELECT wake_at FROM timers WHERE state = ? ORDER BY wake_at LIMIT 1",
		"SELECT due_at FROM lanes WHERE state = ? ORDER BY due_at LIMIT 1",
	} {
		for _, state := range []int{waiting, working} {
			var found []int64
			if err := db.read.WithContext(ctx).Raw(q, state).Scan(&found).Error; err != nil {
				return time.Time{}, false, err
			}
			due = append(due, found...)
		}
	}
	if len(due) == 0 {
		return time.Time{}, false, nil
	}
	first := due[0]
	for _, d := range due {
		first = min(first, d)
	}
	return time.UnixMilli(first), true, nil
}

// Audit looks for what cannot happen and says it in one Chinese line each: an
// open case that nothing will move, work overdue by more than the tolerance,
// workers that have been gone too long, and everything parked.
func (db *DB) Audit(ctx context.Context, now time.Time, tolerance time.Duration) ([]string, error) {
	const unsent = time.Hour
	late, longAgo := now.Add(-tolerance).UnixMilli(), now.Add(-unsent).UnixMilli()
	soon := now.Add(tolerance).UnixMilli() // a timer that fails is put off by seconds, again and again
	checks := []struct {
		say, query string
		args       []any
	}{
		{"%d 件收到的消息逾期未处理", "SELECT COUNT(*) FROM inbox WHERE state = 0 AND due_at < ?", []any{late}},
		{"%d 件收到的消息处理中断", "SELECT COUNT(*) FROM inbox WHERE state = 1 AND due_at < ?", []any{late}},
		{"%d 件收到的消息处理不了，已搁置", "SELECT COUNT(*) FROM inbox WHERE state = 3", nil},
		{"%d 个时点逾期未处理", "SELECT COUNT(*) FROM timers WHERE state = 0 AND wake_at < ? AND due_at < ?", []any{soon, late}},
		{"%d 个时点处理中断", "SELECT COUNT(*) FROM timers WHERE state = 1 AND wake_at < ?", []any{late}},
		{"%d 个时点处理不了，已搁置", "SELECT COUNT(*) FROM timers WHERE state = 3", nil},
		{"%d 条通知逾期未发", "SELECT COUNT(*) FROM outbox WHERE state = 0 AND due_at < ?", []any{late}},
		{"%d 条通知一小时以上没有发出去，还在重试", "SELECT COUNT(*) FROM outbox WHERE state = 0 AND due_at >= ? AND order_at < ?", []any{late, longAgo}},
		{"%d 条通知发送中断", "SELECT COUNT(*) FROM outbox WHERE state = 1 AND due_at < ?", []any{late}},
		{"%d 条通知发不出去，已搁置", "SELECT COUNT(*) FROM outbox WHERE state = 3", nil},
		{"%d 条通知等着，却没有排进发送次序", `SELECT COUNT(*) FROM outbox WHERE state = 0 AND due_at < ? AND NOT EXISTS (
			SELECT 1 FROM lanes WHERE lanes.name = outbox.lane AND lanes.state IN (0, 1))`, []any{late}},
	}
	var findings []string
	for _, c := range checks {
		var n int64
		if err := db.read.WithContext(ctx).Raw(c.query, c.args...).Scan(&n).Error; err != nil {
			return nil, err
		}
		if n > 0 {
			findings = append(findings, fmt.Sprintf(c.say, n))
		}
	}
	stuck, err := db.stuckCases(ctx)
	return append(findings, stuck...), err
}

// stuckCases names open cases without a timer and without an open card. A
// matter of the school (student = id) may wait for the children it has named:
// their cases hold the cards.
func (db *DB) stuckCases(ctx context.Context) ([]string, error) {
	const most = 20
	var rows []caseRow
	err := db.read.WithContext(ctx).Raw(`SELECT school, id FROM cases WHERE state = 'open' AND student <> id
		AND NOT EXISTS (SELECT 1 FROM timers WHERE timers.school = cases.school AND timers.case_id = cases.id AND timers.state < 3)
		AND NOT EXISTS (SELECT 1 FROM timers WHERE timers.school = cases.school AND timers.student = cases.student AND timers.state < 3)
		AND NOT EXISTS (SELECT 1 FROM cards WHERE cards.school = cases.school AND cards.case_id = cases.id AND cards.state = 'open')
		ORDER BY school, id LIMIT ?`, most).Scan(&rows).Error
	var findings []string
	for _, r := range rows {
		findings = append(findings, fmt.Sprintf("学校 %s 的个案 %s 开着，却没有任何期限和待办", r.School, r.ID))
	}
	return findings, err
}
