package main_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/bot/wecom"
	"guixiao/handlers"
	"guixiao/rules/school"
	"guixiao/storage"
)

// TestReportIntake posts the same encrypted callbacks to three doors in turn:
// one that only decrypts them, ours, and ours with a commit for each message.
func TestReportIntake(t *testing.T) {
	measuring(t)
	const rounds, messages, clients = 5, 8_000, 64
	cloud := newWecomCloud(t)
	platform, err := wecom.New(wecom.Settings{Account: "main", CorpID: corpID, AgentID: 1000002, Secret: "app-secret",
		Token: hookWord, EncodingAESKey: hookKey, APIBase: cloud.URL}, wecom.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	doors := []string{"decrypt only", "durable", "durable, one by one"}
	perSecond := map[string][]float64{}
	for round := range rounds {
		for _, name := range doors {
			var door http.Handler
			switch name {
			case "decrypt only":
				door = decryptOnly(platform)
			default:
				store := openStore(t)
				door = handlers.New(handlers.Settings{Now: time.Now, Log: slog.New(slog.DiscardHandler), Platforms: []bot.Platform{platform},
					Intake: &inboxOnly{store: store, alone: name != "durable"}})
			}
			took := flood(t, door, round, messages, clients)
			perSecond[name] = append(perSecond[name], messages/took.Seconds())
		}
	}
	base := middle(perSecond[doors[0]])
	for _, name := range doors {
		t.Logf("intake | %-20s | %6.0f/s | %3.0f %% of decrypting only", name, middle(perSecond[name]), 100*middle(perSecond[name])/base)
	}
}

// decryptOnly is the least a handler of this callback can do.
func decryptOnly(p *wecom.Platform) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.POST("/hooks/wecom/main", func(c *gin.Context) {
		if _, err := p.Receive(c.Request, time.Now()); err != nil {
			c.Status(http.StatusForbidden)
			return
		}
		c.Status(http.StatusOK)
	})
	return e
}

// inboxOnly makes deliveries durable; nobody works on them.
type inboxOnly struct {
	store *storage.DB
	alone bool // one commit at a time
	mu    sync.Mutex
}

func (i *inboxOnly) Admit(ctx context.Context, c bot.Callback) ([]byte, error) {
	if i.alone {
		i.mu.Lock()
		defer i.mu.Unlock()
	}
	_, err := i.store.Receive(ctx, time.Now(), time.Minute, c.Deliveries)
	return c.Answer, err
}

func (i *inboxOnly) Ask(context.Context, school.Delivery) (school.Reply, error) {
	return school.Reply{}, school.ErrNotFound
}

// flood posts messages over real connections and says how long all took.
func flood(t *testing.T, door http.Handler, round, messages, clients int) time.Duration {
	t.Helper()
	server := httptest.NewServer(door)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	type call struct {
		address string
		body    []byte
	}
	calls := make(chan call, messages)
	for n := range messages {
		address, body := textCallback(server.URL+"/hooks/wecom/main", fmt.Sprintf("t%05d", n), fmt.Sprintf("%d%07d", round+1, n), "张三 未到校", time.Now())
		calls <- call{address, body}
	}
	close(calls)
	var work sync.WaitGroup
	began := time.Now()
	for range clients {
		work.Go(func() {
			for c := range calls {
				res, err := client.Post(c.address, "text/xml", bytes.NewReader(c.body))
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if res.StatusCode != http.StatusOK {
					t.Errorf("status %d", res.StatusCode)
				}
			}
		})
	}
	work.Wait()
	return time.Since(began)
}

// TestReportTick measures what a look at the clock costs when nothing is due
// and what each due timer costs, against how many are set.
func TestReportTick(t *testing.T) {
	measuring(t)
	now := time.Date(2026, 10, 13, 8, 20, 0, 0, time.UTC)
	for _, open := range []int{1_000, 100_000, 1_000_000} {
		due := min(10_000, open)
		store := openStore(t)
		setTimers(t, store, open, due, now)
		ctx := t.Context()
		var idle []time.Duration
		for range 101 {
			began := time.Now()
			if ts, err := store.ClaimTimers(ctx, now.Add(-time.Hour), time.Minute, 64); err != nil || len(ts) != 0 {
				t.Fatalf("%d timers before anything is due, %v", len(ts), err)
			}
			idle = append(idle, time.Since(began))
		}
		claimed := 0
		began := time.Now()
		for claimed < due {
			ts, err := store.ClaimTimers(ctx, now, time.Minute, 64)
			if err != nil || len(ts) == 0 {
				t.Fatalf("%d of %d claimed, %v", claimed, due, err)
			}
			claimed += len(ts)
		}
		took := time.Since(began)
		t.Logf("tick | %8d open, %6d due | nothing due %v | all due claimed in %v, %v each", open, due, median(idle),
			took.Round(time.Millisecond), (took / time.Duration(due)).Round(time.Microsecond))
	}
}

// setTimers sets timers of open cases: some due now, the rest in a month.
func setTimers(t *testing.T, store *storage.DB, open, due int, now time.Time) {
	t.Helper()
	const page = 2_000
	for from := 0; from < open; from += page {
		c := school.Change{School: "town", Key: fmt.Sprint("set", from), At: now}
		for n := from; n < min(open, from+page); n++ {
			at := now.Add(30*24*time.Hour + time.Duration(n)*time.Millisecond)
			if n*due/open != (n+1)*due/open || due == open {
				at = now.Add(-time.Duration(n) * time.Microsecond)
			}
			c.Timers = append(c.Timers, school.Timer{School: "town", Key: fmt.Sprintf("case:%07d", n), Kind: school.TimerCase,
				DueAt: at, Student: fmt.Sprintf("S%07d", n), Case: fmt.Sprintf("C%07d", n)})
		}
		if err := store.Apply(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
}

func openStore(t *testing.T) *storage.DB {
	t.Helper()
	store, err := storage.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "guixiao.db"), storage.Options{Engine: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store
}

func middle(all []float64) float64 { return slices.Sorted(slices.Values(all))[len(all)/2] }
