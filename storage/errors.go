package storage

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
)

// errRace is a transaction that lost against another one in a way that the
// caller need not know of: it is run again.
var errRace = errors.New("storage: lost a race")

// tries is how often a transaction is run before its failure is reported.
const tries = 12

// passing says whether the same transaction may succeed when run again.
func passing(err error) bool {
	if errors.Is(err, errRace) {
		return true
	}
	var m *mysql.MySQLError
	if !errors.As(err, &m) {
		return false
	}
	switch m.Number {
	case 1205, // lock wait time-out
		1213,       // deadlock
		9007, 8002, // TiDB: write conflict, also in a locking statement
		8022, 8028: // TiDB: commit must be repeated, schema has changed
		return true
	}
	return false
}

// duplicate says that a unique key is taken.
func duplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// atomically runs a transaction; f may run several times and must not keep
// anything from a run that failed.
func (db *DB) atomically(ctx context.Context, f func(tx *gorm.DB) error) error {
	var err error
	for i := range tries {
		if db.lite {
			err = db.writeTogether(ctx, f)
		} else if err = db.write.WithContext(ctx).Transaction(f); err == nil {
			db.grants.Add(1)
		}
		if err == nil || !passing(err) {
			return err
		}
		pause := time.NewTimer(rand.N(time.Duration(i+1) * 4 * time.Millisecond))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
	}
	return err
}

// alreadyThere says that MySQL refuses to make a table, column or index that exists.
func alreadyThere(err error) bool {
	var m *mysql.MySQLError
	return errors.As(err, &m) && (m.Number == 1050 || m.Number == 1060 || m.Number == 1061)
}
