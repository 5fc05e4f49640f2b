// Package storage keeps everything in one database: SQLite in a file for a
// school, MySQL, MariaDB or TiDB for a county. A school.Change is written whole
// or not at all, once; inbox, timers and outbox are rows, claimed by lease.
//
// No statement calls the clock of the database, and none needs SKIP LOCKED,
// RETURNING or a sub-query on the table it changes: the same code runs on all.
package storage

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// Options of Open. The zero value suits tools and tests.
type Options struct {
	Logger *slog.Logger // nil: slog.Default()

	// Engine says that this process works on inbox, timers and outbox, as
	// serve and demo do. On an SQLite file it is then the only one that does,
	// and what a dead process had claimed is free at once; on MySQL the leases
	// have to run out.
	Engine bool

	// Key seals what is stored about people (secret_key); nil leaves it
	// readable, as the demo does. A database that was sealed once opens with
	// that key only.
	Key []byte

	// MaxAttempts parks a delivery that was taken up this often, and a timer or
	// notice whose worker died this often; 0: 20.
	MaxAttempts int

	// TermBegan is the first day of the term that runs at now, from which
	// Sheet.Missed counts; nil: everything counts.
	TermBegan func(schoolID string, now time.Time) school.Day
}

// DB is an open database.
type DB struct {
	write    *gorm.DB // on SQLite one connection: writers queue here and not in the file
	read     *gorm.DB
	lite     bool
	path     string      // of an SQLite file
	closers  []io.Closer // what Close closes, last first
	opts     Options
	seal     *sealer // nil: not sealed
	log      *slog.Logger
	owner    string // begins every claim of this process
	claims   atomic.Int64
	grants   atomic.Int64 // transactions committed
	intake   intake
	together together
}

// Open connects to sqlite:path, sqlite::memory: or mysql://user:pass@host:3306/db.
// A database of a newer version is refused; an older or empty one waits for
// Migrate.
func Open(ctx context.Context, dsn string, opts Options) (*DB, error) {
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	if opts.MaxAttempts == 0 {
		opts.MaxAttempts = 20
	}
	seal, err := newSealer(opts.Key)
	if err != nil {
		return nil, err
	}
	opts.Key = nil // not needed any more
	db := &DB{opts: opts, seal: seal, log: opts.Logger, owner: randomHex(6)}
	kind, rest, _ := strings.Cut(dsn, ":")
	switch kind {
	case "sqlite":
		err = db.openSQLite(rest)
	case "mysql":
		err = db.openMySQL(dsn)
	default:
		return nil, school.Invalid("storage.dsn 要写成 sqlite:data/guixiao.db 或 mysql://用户:密码@主机:3306/库名")
	}
	if err == nil {
		err = db.begin(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// begin looks at the schema and, when it is current, at the key, and frees what
// dead processes held.
func (db *DB) begin(ctx context.Context) error {
	version, err := db.version(ctx)
	if err != nil {
		return err
	}
	if newest := len(steps()); version > newest {
		return school.Invalid("数据库是新版本建的（结构 %d，本程序只认识到 %d），请换用新版程序", version, newest)
	} else if version < newest {
		return nil
	}
	return db.ready(ctx)
}

// ready is what is done once the schema is current.
func (db *DB) ready(ctx context.Context) error {
	if err := db.checkSeal(ctx); err != nil {
		return err
	}
	return db.freeDead(ctx)
}

// Close ends all connections. What this process had claimed stays claimed
// until its leases end or Release gives it back.
func (db *DB) Close() error {
	var errs []error
	for _, c := range slices.Backward(db.closers) {
		errs = append(errs, c.Close())
	}
	db.closers = nil
	return errors.Join(errs...)
}

// Commits counts the transactions this process has committed: what group
// commit saves can be seen here.
func (db *DB) Commits() int64 { return db.grants.Load() }

// token names one claim. Its beginning names the process.
func (db *DB) token() string {
	return db.owner + "." + strconv.FormatInt(db.claims.Add(1), 36)
}

// ours says whether a claim was made by this process.
func (db *DB) ours(claim string) bool { return strings.HasPrefix(claim, db.owner+".") }

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// ms writes a moment as milliseconds, none as 0.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment reads what ms wrote.
func moment(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n)
}
