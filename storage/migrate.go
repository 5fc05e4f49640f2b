package storage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

//go:embed migrations/*.sql
var migrations embed.FS

// step is one numbered migration.
type step struct {
	name string
	text string
}

// steps lists all migrations; step n (from 1) leads to schema n.
func steps() []step {
	names, _ := fs.Glob(migrations, "migrations/*.sql") // sorted; the pattern is well-formed
	var all []step
	for _, name := range names {
		text, _ := migrations.ReadFile(name) // just listed
		all = append(all, step{strings.TrimSuffix(path.Base(name), ".sql"), string(text)})
	}
	return all
}

// version is the number of the last migration applied, 0 for an empty database.
func (db *DB) version(ctx context.Context) (int, error) {
	var version int
	err := db.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		err := tx.Exec(db.words("CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL, name KEY255 NOT NULL, PRIMARY KEY (version))")).Error
		if err != nil {
			return fmt.Errorf("open the database: %w", err)
		}
		return tx.Raw("SELECT COALESCE(MAX(version), 0) FROM schema_migrations").Scan(&version).Error
	})
	return version, err
}

// Migrate brings the schema up to this program's version and says which steps
// it took. Replicas that start together wait for each other.
func (db *DB) Migrate(ctx context.Context) (taken []string, err error) {
	all := func(conn *gorm.DB) error {
		for i, s := range steps() {
			took, err := db.take(conn, i+1, s)
			if err != nil {
				return fmt.Errorf("migration %s: %w", s.name, err)
			}
			if took {
				taken = append(taken, s.name)
			}
		}
		return nil
	}
	if db.lite {
		err = all(db.write.WithContext(ctx)) // each step's own transaction keeps others out
	} else {
		err = db.write.WithContext(ctx).Connection(func(conn *gorm.DB) error { return alone(conn, all) })
	}
	if err != nil {
		return taken, err
	}
	return taken, db.ready(ctx)
}

// alone holds a named lock of a server while its schema changes.
func alone(conn *gorm.DB, change func(*gorm.DB) error) error {
	var got int
	if err := conn.Raw("SELECT GET_LOCK('guixiao-migrate', 120)").Scan(&got).Error; err != nil {
		return err
	}
	if got != 1 {
		return school.Invalid("另一个进程正在升级数据库，两分钟内没有结束")
	}
	return errors.Join(change(conn), conn.Exec("DO RELEASE_LOCK('guixiao-migrate')").Error)
}

// take applies one step unless it was taken before. SQLite undoes a step that
// breaks off; MySQL commits each statement by itself, so what is there already
// when the step is repeated is left as it is.
func (db *DB) take(conn *gorm.DB, n int, s step) (took bool, err error) {
	err = conn.Transaction(func(tx *gorm.DB) error {
		var before int64
		if err := tx.Raw("SELECT COUNT(*) FROM schema_migrations WHERE version = ?", n).Scan(&before).Error; err != nil || before > 0 {
			return err
		}
		for _, q := range strings.Split(db.words(s.text), ";") {
			if strings.TrimSpace(q) == "" {
				continue
			}
			if err := tx.Exec(q).Error; err != nil && !alreadyThere(err) {
				return err
			}
		}
		took = true
		return tx.Exec("INSERT INTO schema_migrations (version, name) VALUES (?, ?)", n, s.name).Error
	})
	return took, err
}

var (
	comment = regexp.MustCompile(`(?m)--.*$`)
	keyWord = regexp.MustCompile(`\bKEY(\d+)\b`)
)

// words turns a migration into the dialect. Keys are bytes on MySQL: 'ZHANG'
// is not 'zhang', 'a' is not 'a ', and 𬱖 is itself, whatever the server's
// collations. TiDB numbers in order only when told to. SQLite's tables keep
// their rowid: without one it walks the beginning of the key where an index fits.
func (db *DB) words(text string) string {
	text = comment.ReplaceAllString(text, "")
	if db.lite {
		text = keyWord.ReplaceAllString(text, "TEXT")
		return strings.NewReplacer(" ID,", " INTEGER PRIMARY KEY,", " BODY ", " BLOB ", ") KEYED", ")", ") GROWING", ")").Replace(text)
	}
	text = keyWord.ReplaceAllStringFunc(text, func(w string) string {
		n, _ := strconv.Atoi(w[len("KEY"):]) // the pattern allows digits only
		return fmt.Sprintf("VARBINARY(%d)", n)
	})
	const engine = ") DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
	return strings.NewReplacer(" ID,", " BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,", " BODY ", " LONGBLOB ",
		") KEYED", engine, ") GROWING", engine+" /*T![auto_id_cache] AUTO_ID_CACHE 1 */").Replace(text)
}
