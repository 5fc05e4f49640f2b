package storagetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"
)

// The environment of the tests that need more than Go. Without any of these
// such tests look for an installed program and are skipped when there is none.
const (
	envMySQL   = "GUIXIAO_TEST_MYSQL"   // DSN of a server where databases may be created, mysql://root@127.0.0.1:3306/
	envRedis   = "GUIXIAO_TEST_REDIS"   // URL of a server; only keys with a prefix of our own are written
	envBrowser = "GUIXIAO_TEST_BROWSER" // path of a Chromium
	envRequire = "GUIXIAO_TEST_REQUIRE" // "mysql,redis,browser": what must not be skipped
)

// startLimit is how long a server of our own may take until it answers.
const startLimit = 60 * time.Second

// MySQL returns the DSN of a fresh, empty database that lives as long as the
// test. The server is the one GUIXIAO_TEST_MYSQL names, or an installed
// MariaDB or MySQL that is started once per test process.
func MySQL(t testing.TB) string {
	t.Helper()
	server, err := os.Getenv(envMySQL), error(nil)
	if server == "" {
		server, err = ownMySQL()
	}
	if err != nil {
		lacks(t, "mysql", err)
	}
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "mysql" || u.Host == "" {
		t.Fatalf("%s: want mysql://user:password@host:port/", envMySQL)
	}
	db, err := sql.Open("mysql", driverDSN(u))
	if err != nil {
		t.Fatalf("mysql: %v", err)
	}
	db.SetMaxIdleConns(0) // it is needed twice: to begin and to end
	name := "guixiao_" + randomName()
	if _, err := db.Exec("CREATE DATABASE " + name + " CHARACTER SET utf8mb4"); err != nil {
		db.Close()
		t.Fatalf("mysql: create a database: %v", err)
	}
	t.Cleanup(func() {
		defer db.Close()
		if _, err := db.Exec("DROP DATABASE " + name); err != nil {
			t.Errorf("mysql: drop the test's database: %v", err)
		}
	})
	fresh := *u
	fresh.Path = "/" + name
	return fresh.String()
}

// Redis returns the URL of a Redis with a key prefix that no other test has.
// The server is the one GUIXIAO_TEST_REDIS names, or an installed
// redis-server that is started once per test process.
func Redis(t testing.TB) string {
	t.Helper()
	server, err := os.Getenv(envRedis), error(nil)
	if server == "" {
		server, err = ownRedis()
	}
	if err != nil {
		lacks(t, "redis", err)
	}
	u, err := url.Parse(server)
	if err != nil || u.Host == "" {
		t.Fatalf("%s: want redis://host:port/0", envRedis)
	}
	q := u.Query()
	q.Set("prefix", "guixiao-test-"+randomName()+":")
	u.RawQuery = q.Encode()
	return u.String()
}

// Browser returns the path of a Chromium: the one GUIXIAO_TEST_BROWSER names
// or an installed one.
func Browser(t testing.TB) string {
	t.Helper()
	if path := os.Getenv(envBrowser); path != "" {
		return path
	}
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	lacks(t, "browser", errors.New("no chromium or google-chrome is installed"))
	return ""
}

// lacks ends a test that needs something this machine does not have.
func lacks(t testing.TB, what string, why error) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv(envRequire), ","), what) {
		t.Fatalf("%s requires %s: %v", envRequire, what, why)
	}
	t.Skipf("needs %s: %v", what, why)
}

// ownMySQL starts the installed MariaDB or MySQL, once.
var ownMySQL = sync.OnceValues(func() (string, error) {
	program, err := exec.LookPath("mariadbd")
	if err != nil {
		program, err = exec.LookPath("mysqld")
	}
	if err != nil {
		return "", errors.New("neither mariadbd nor mysqld is installed")
	}
	dir, err := os.MkdirTemp("", "guixiao-mysql-")
	if err != nil {
		return "", err
	}
	if err := layMySQL(program, dir); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	port, err := freePort()
	if err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	args := []string{
		"--no-defaults", "--datadir=" + filepath.Join(dir, "data"), "--socket=" + filepath.Join(dir, "s"),
		"--pid-file=" + filepath.Join(dir, "pid"), "--bind-address=127.0.0.1", "--port=" + port,
		"--character-set-server=utf8mb4", "--max-connections=400", "--skip-log-bin", "--loose-mysqlx=0",
		// As durable as in service, as small as a test: what a school runs, a test must see.
		"--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=64M", "--performance-schema=OFF",
	}
	if os.Getuid() == 0 {
		args = append(args, "--user=root")
	}
	dsn := "mysql://root@127.0.0.1:" + port + "/"
	u, _ := url.Parse(dsn)
	db, err := sql.Open("mysql", driverDSN(u))
	if err != nil {
		return "", err
	}
	defer db.Close()
	return dsn, serve(dir, program, args, db.PingContext)
})

// layMySQL creates the system tables in dir/data.
func layMySQL(program, dir string) error {
	data := filepath.Join(dir, "data")
	cmd := exec.Command(program, "--no-defaults", "--initialize-insecure", "--datadir="+data)
	if install, err := exec.LookPath("mariadb-install-db"); err == nil {
		cmd = exec.Command(install, "--no-defaults", "--datadir="+data, "--skip-test-db",
			"--auth-root-authentication-method=normal")
	}
	if os.Getuid() == 0 {
		cmd.Args = append(cmd.Args, "--user=root")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("lay out a database: %w: %s", err, tail(out))
	}
	return nil
}

// ownRedis starts the installed redis-server, once.
var ownRedis = sync.OnceValues(func() (string, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return "", errors.New("redis-server is not installed")
	}
	dir, err := os.MkdirTemp("", "guixiao-redis-")
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + port, MaxRetries: -1})
	defer client.Close()
	ping := func(ctx context.Context) error { return client.Ping(ctx).Err() }
	args := []string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir}
	return "redis://127.0.0.1:" + port + "/0", serve(dir, program, args, ping)
})

// guard runs a server until its standard input ends. The test process holds
// the other end, so the server dies with it, however it dies: at the end, by
// a panic, a time-out or a kill.
const guard = `trap '' INT TERM HUP
dir=$1; shift
"$@" </dev/null >"$dir/log" 2>&1 &
read -r _
kill -9 $!
wait $!
rm -rf "$dir"`

// held keeps our end of every guard's input: were it collected as garbage, it
// would be closed and the server killed in the middle of a test.
var held sync.Map

// serve starts a server that keeps its files in dir and waits until it answers.
func serve(dir, program string, args []string, ping func(context.Context) error) error {
	if runtime.GOOS == "windows" {
		os.RemoveAll(dir)
		return errors.New("servers are started on Unix only")
	}
	cmd := exec.Command("sh", append([]string{"-c", guard, "guard", dir, program}, args...)...)
	hold, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	held.Store(hold, dir)
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			held.Delete(hold)
			hold.Close()
			_ = cmd.Wait()
			return fmt.Errorf("%s does not answer: %w: %s", filepath.Base(program), err, tail(log))
		}
	}
}

// driverDSN turns a mysql:// address into what the driver reads.
func driverDSN(u *url.URL) string {
	c := mysql.NewConfig()
	c.Net, c.Addr, c.DBName = "tcp", u.Host, strings.TrimPrefix(u.Path, "/")
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Logger = &mysql.NopLogger{} // a server that is still starting is no news
	return c.FormatDSN()
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func randomName() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// tail is the end of a server's log, short enough for a test's output.
func tail(b []byte) string {
	const most = 600
	if len(b) > most {
		b = b[len(b)-most:]
	}
	return strings.TrimSpace(string(b))
}
