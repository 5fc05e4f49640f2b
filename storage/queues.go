package storage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Queue says how one of the three queues stands.
type Queue struct {
	Name    string    // inbox, timers or outbox
	Due     int       // due and waiting for a worker
	Working int       // in the hands of a worker
	Parked  int       // set aside for the administrator
	Oldest  time.Time // since when the oldest that is not done has been due; zero: none is
}

// Queues counts what is to be done now; what waits for later costs nothing.
func (db *DB) Queues(ctx context.Context, now time.Time) ([]Queue, error) {
	// Retries and leases move wake_at and due_at forward, never further than soon.
	soon := now.Add(15 * time.Minute).UnixMilli()
	all := []Queue{{Name: "inbox"}, {Name: "timers"}, {Name: "outbox"}}
	for i, table := range []struct{ name, wake, since string }{
		{"inbox", "due_at", "due_at"}, {"timers", "wake_at", "due_at"}, {"outbox", "due_at", "order_at"},
	} {
		q := &all[i]
		var oldest int64
		for _, ask := range []struct {
			query string
			args  []any
			into  any
		}{
			{fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE state = 0 AND %s <= ?", table.name, table.wake), []any{now.UnixMilli()}, &q.Due},
			{fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE state = 1", table.name), nil, &q.Working},
			{fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE state = 3", table.name), nil, &q.Parked},
			{fmt.Sprintf("SELECT COALESCE(MIN(%s), 0) FROM %s WHERE state IN (0, 1) AND %s <= ? AND %[1]s <= ?", table.since, table.name, table.wake),
				[]any{soon, now.UnixMilli()}, &oldest},
		} {
			if err := db.read.WithContext(ctx).Raw(ask.query, ask.args...).Scan(ask.into).Error; err != nil {
				return nil, err
			}
		}
		q.Oldest = moment(oldest)
	}
	return all, nil
}

// ErrSchema says that the tables are not those of this program.
var ErrSchema = errors.New("storage: the schema is of another version")

// Ready says whether the database answers and has this program's schema:
// another version of the program may have changed it under our feet.
func (db *DB) Ready(ctx context.Context) error {
	var version int
	if err := db.read.WithContext(ctx).Raw("SELECT COALESCE(MAX(version), 0) FROM schema_migrations").Scan(&version).Error; err != nil {
		return err
	}
	if version != len(steps()) {
		return ErrSchema
	}
	return nil
}
