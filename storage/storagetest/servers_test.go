package storagetest_test

import (
	"bufio"
	"context"
	"database/sql"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"

	"guixiao/storage/storagetest"
)

func TestEveryTestGetsADatabaseOfItsOwn(t *testing.T) {
	first, second := storagetest.MySQL(t), storagetest.MySQL(t)
	if first == second {
		t.Fatalf("two tests would share %s", first)
	}
	for _, dsn := range []string{first, second} {
		u, err := url.Parse(dsn)
		if err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("mysql", u.User.String()+"@tcp("+u.Host+")"+u.Path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("CREATE TABLE marks (id INT PRIMARY KEY, note VARCHAR(20))"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("INSERT INTO marks VALUES (1, '未到校')"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryTestGetsAPrefixOfItsOwn(t *testing.T) {
	first, second := storagetest.Redis(t), storagetest.Redis(t)
	if first == second {
		t.Fatalf("two tests would share %s", first)
	}
}

func TestABrowserIsAProgram(t *testing.T) {
	if _, err := os.Stat(storagetest.Browser(t)); err != nil {
		t.Fatal(err)
	}
}

// A test that dies must not leave a server behind: the child starts one,
// names it and is killed.
func TestTheServerDiesWithTheTest(t *testing.T) {
	const role = "GUIXIAO_TEST_CHILD"
	if os.Getenv(role) != "" {
		os.Stdout.WriteString("server " + storagetest.Redis(t) + "\n")
		<-t.Context().Done()
		return
	}
	if os.Getenv("GUIXIAO_TEST_REDIS") != "" {
		t.Skip("the server is not ours")
	}
	storagetest.Redis(t) // skips where there is none
	child := exec.Command(os.Args[0], "-test.run=^TestTheServerDiesWithTheTest$")
	child.Env = append(os.Environ(), role+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var server string
	for lines := bufio.NewScanner(out); server == "" && lines.Scan(); {
		server, _ = strings.CutPrefix(lines.Text(), "server ")
		if !strings.HasPrefix(server, "redis://") {
			server = ""
		}
	}
	u, err := url.Parse(server)
	if err != nil || server == "" {
		t.Fatalf("the child named no server: %q", server)
	}
	client := redis.NewClient(&redis.Options{Addr: u.Host, MaxRetries: -1})
	defer client.Close()
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatalf("the child's server: %v", err)
	}
	_ = child.Process.Kill()
	_ = child.Wait()
	gone, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for tick := time.NewTicker(10 * time.Millisecond); client.Ping(gone).Err() == nil; {
		select {
		case <-tick.C:
		case <-gone.Done():
			t.Fatal("the server outlived the test process")
		}
	}
}

// The server must also outlive the garbage of the test that started it.
func TestTheServerStaysThroughCollections(t *testing.T) {
	u, err := url.Parse(storagetest.Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: u.Host, MaxRetries: -1})
	defer client.Close()
	for range 5 {
		runtime.GC()
		if err := client.Ping(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
	}
}
