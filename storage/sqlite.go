package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"guixiao/rules/school"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// readers is how many connections read beside the one that writes.
const readers = 4

// openSQLite opens a file, or memory that lives as long as the DB.
func (db *DB) openSQLite(path string) error {
	db.lite = true
	if path == ":memory:" {
		// One connection: memory is not shared, and nobody else can wait for it.
		conn, err := driver.Open("file::memory:?_txlock=immediate")
		if err != nil {
			return err
		}
		conn.SetMaxOpenConns(1)
		db.closers = append(db.closers, conn)
		db.write, err = wrap(gormlite.OpenDB(conn))
		db.read = db.write
		return err
	}
	if path == "" {
		return school.Invalid("storage.dsn 没有写数据库文件，例如 sqlite:data/guixiao.db")
	}
	db.path = path
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	for _, beside := range []string{"", "-shm"} {
		if err := ownersOnly(path + beside); err != nil {
			return err
		}
	}
	if db.opts.Engine {
		guard, err := aloneOn(path)
		if err != nil {
			return err
		}
		db.closers = append(db.closers, guard)
	}
	// FULL: a commit is on the disk before anybody is told. IMMEDIATE: a
	// writer waits at the beginning, where waiting is possible, never half-way.
	pool, err := openFile(path, "", 1)
	if err != nil {
		return err
	}
	writer, err := newWriter(pool)
	if err != nil {
		return errors.Join(err, pool.Close())
	}
	db.closers = append(db.closers, writer)
	if db.write, err = wrap(gormlite.OpenDB(writer)); err != nil {
		return err
	}
	reader, err := openFile(path, "&_pragma=query_only(1)", readers)
	if err != nil {
		return err
	}
	db.closers = append(db.closers, reader)
	db.read, err = wrap(gormlite.OpenDB(reader))
	return err
}

// ownersOnly keeps a file from other users of the machine, and makes it if need
// be: what SQLite makes itself follows the umask. A file that is there is not
// opened: closing it again would end this process's locks on some systems.
func ownersOnly(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.Chmod(path, 0o600)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// private names a file to SQLite so that what it makes beside it, the journal,
// is as private as the file is.
func private(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?modeof=" + strings.ReplaceAll(url.QueryEscape(path), "+", "%20")
}

func openFile(path, options string, conns int) (*sql.DB, error) {
	const pragmas = "_pragma=busy_timeout(15000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=temp_store(memory)"
	conn, err := driver.Open(private(path) + "&" + pragmas + options)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	conn.SetMaxOpenConns(conns)
	conn.SetMaxIdleConns(conns)
	if err := conn.Ping(); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), conn.Close())
	}
	return conn, nil
}

// wrap sets gorm up. It is not told to keep statements prepared: it would
// prepare those of a transaction anew in every transaction (decision 0003).
func wrap(d gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard, // statements hold names; errors are reported where they are handled
	})
}

// aloneOn takes the right to work on an SQLite file until it is closed or the
// process dies. It is a lock in a second database, so that the operating
// system frees it, whatever system that is.
func aloneOn(path string) (io.Closer, error) {
	if err := ownersOnly(path + ".lock"); err != nil {
		return nil, err
	}
	conn, err := sqlite3.Open(private(path + ".lock"))
	if err != nil {
		return nil, fmt.Errorf("open %s.lock: %w", path, err)
	}
	if err := conn.Exec("BEGIN EXCLUSIVE"); err != nil {
		err = errors.Join(err, conn.Close())
		if errors.Is(err, sqlite3.BUSY) {
			return nil, school.Invalid("%s 正被另一个归校进程使用，请先停掉它", path)
		}
		return nil, fmt.Errorf("lock %s.lock: %w", path, err)
	}
	return conn, nil
}

// Backup writes a consistent copy of an SQLite database to a new file, while
// the service runs. A server is backed up with its own tools.
func (db *DB) Backup(ctx context.Context, to string) error {
	if !db.lite {
		return school.Invalid("MySQL 数据库请用 mysqldump --single-transaction 备份")
	}
	if _, err := os.Stat(to); err == nil {
		return school.Invalid("%s 已经存在，不覆盖", to)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := ownersOnly(to); err != nil { // SQLite fills a file that is empty
		return err
	}
	conn, err := openFile(db.path, "", 1)
	if err != nil {
		return errors.Join(err, os.Remove(to))
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", to)
	if err = errors.Join(err, conn.Close()); err != nil {
		return errors.Join(err, os.Remove(to)) // half a copy is none
	}
	return nil
}
