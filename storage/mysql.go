package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"strings"
	"time"

	"guixiao/rules/school"

	"github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
)

// openMySQL opens MySQL, MariaDB or TiDB.
func (db *DB) openMySQL(dsn string) error {
	conf, err := mysqlConfig(dsn)
	if err != nil {
		return err
	}
	inner, err := mysql.NewConnector(conf)
	if err != nil {
		return err
	}
	conn := sql.OpenDB(session{inner})
	conn.SetMaxOpenConns(32)
	conn.SetMaxIdleConns(16)
	conn.SetConnMaxLifetime(30 * time.Minute)
	db.closers = append(db.closers, conn)
	// The version is asked once here and not by gorm; RETURNING stays unused.
	db.write, err = wrap(gormmysql.New(gormmysql.Config{Conn: conn, SkipInitializeWithVersion: true, DisableWithReturning: true}))
	db.read = db.write
	return err
}

func mysqlConfig(dsn string) (*mysql.Config, error) {
	wrong := school.Invalid("storage.dsn 要写成 mysql://用户:密码@主机:3306/库名")
	u, err := url.Parse(dsn)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return nil, wrong // never the parser's own words: they repeat the password
	}
	conf := mysql.NewConfig()
	if q := u.RawQuery; q != "" { // tls=…, timeout=… as the driver knows them
		if conf, err = mysql.ParseDSN("/?" + q); err != nil {
			return nil, wrong
		}
	}
	conf.Net, conf.Addr, conf.DBName = "tcp", u.Host, strings.Trim(u.Path, "/")
	if u.Port() == "" {
		conf.Addr += ":3306"
	}
	conf.User = u.User.Username()
	conf.Passwd, _ = u.User.Password()
	conf.ClientFoundRows = true   // rows found, not rows changed: renewing to the same value is no loss
	conf.InterpolateParams = true // one round trip for each statement; safe with utf8mb4
	conf.Collation = "utf8mb4_bin"
	conf.MaxAllowedPacket = 0 // as large as the server allows
	conf.Loc = time.UTC
	return conf, nil
}

// session sets up each connection: the same isolation on every server, no
// silent truncation, and pessimistic transactions where TiDB has both kinds.
type session struct{ driver.Connector }

func (s session) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := s.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	settings := []string{
		"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
		"SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'",
	}
	if version, err := serverVersion(ctx, conn); err == nil && strings.Contains(version, "TiDB") {
		settings = append(settings, "SET SESSION tidb_txn_mode = 'pessimistic'")
	}
	for _, q := range settings {
		if _, err := conn.(driver.ExecerContext).ExecContext(ctx, q, nil); err != nil {
			_ = conn.Close()
			return nil, fmt.Errorf("prepare a connection: %w", err)
		}
	}
	return conn, nil
}

func serverVersion(ctx context.Context, conn driver.Conn) (string, error) {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, "SELECT VERSION()", nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s", row[0]), nil
}

// Skew is how far the server's clock is ahead of now, 0 for SQLite. Replicas
// whose clocks differ by seconds would steal each other's leases: measure at
// start and from time to time, and do not work beyond a few seconds.
func (db *DB) Skew(ctx context.Context, now func() time.Time) (time.Duration, error) {
	if db.lite {
		return 0, nil
	}
	var server float64
	before := now()
	if err := db.read.WithContext(ctx).Raw("SELECT UNIX_TIMESTAMP(NOW(3))").Scan(&server).Error; err != nil {
		return 0, err
	}
	after := now()
	middle := before.Add(after.Sub(before) / 2)
	return time.UnixMilli(int64(server * 1000)).Sub(middle), nil
}
