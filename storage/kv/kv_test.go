package kv_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guixiao/storage/kv"
	"guixiao/storage/storagetest"
)

// world is a store under test and a clock that only we turn.
type world struct {
	kv.Store
	mu  sync.Mutex
	now time.Time
	age func(time.Duration) // what the clock does outside the process
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
	if w.age != nil {
		w.age(d)
	}
}

func open(t *testing.T, address string) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 10, 13, 8, 0, 0, 0, time.UTC)}
	s, err := kv.Open(t.Context(), address, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w.Store = s
	return w
}

// both runs a story in memory and on Redis.
func both(t *testing.T, story func(t *testing.T, w *world)) {
	t.Run("memory", func(t *testing.T) { story(t, open(t, "")) })
	t.Run("redis", func(t *testing.T) {
		address := storagetest.Redis(t)
		w := open(t, address)
		w.age = func(d time.Duration) { ageKeys(t, address, d) }
		story(t, w)
	})
}

// ageKeys makes the keys of a test older, since Redis keeps its own time.
func ageKeys(t *testing.T, address string, d time.Duration) {
	t.Helper()
	server, query, _ := strings.Cut(address, "?prefix=")
	o, err := redis.ParseURL(server)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(o)
	defer c.Close()
	prefix := strings.ReplaceAll(query, "%3A", ":")
	keys, err := c.Keys(t.Context(), prefix+"*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if ttl := c.PTTL(t.Context(), key).Val(); ttl > d {
			c.PExpire(t.Context(), key, ttl-d)
		} else if ttl > 0 {
			c.Del(t.Context(), key)
		}
	}
}

func TestAValueLivesAsLongAsItWasGiven(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		if _, found, err := w.Get(ctx, "token"); found || err != nil {
			t.Fatalf("an unknown key: found %v, %v", found, err)
		}
		must(t, w.Set(ctx, "token", "第一个", time.Hour))
		must(t, w.Set(ctx, "forever", "a", 0))
		w.pass(59 * time.Minute)
		if v, found, _ := w.Get(ctx, "token"); !found || v != "第一个" {
			t.Fatalf("before its time: %q, %v", v, found)
		}
		w.pass(2 * time.Minute)
		if _, found, _ := w.Get(ctx, "token"); found {
			t.Fatal("the value outlived its time")
		}
		if _, found, _ := w.Get(ctx, "forever"); !found {
			t.Fatal("a value without a time was forgotten")
		}
		must(t, w.Delete(ctx, "forever"))
		if _, found, _ := w.Get(ctx, "forever"); found {
			t.Fatal("a deleted value is still there")
		}
	})
}

func TestOnlyTheFirstOneSets(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		expect(t, true)(w.SetIfAbsent(ctx, "k", "mine", time.Minute))
		expect(t, false)(w.SetIfAbsent(ctx, "k", "yours", time.Minute))
		expect(t, false)(w.DeleteIf(ctx, "k", "yours"))
		expect(t, false)(w.ExtendIf(ctx, "k", "yours", time.Hour))
		expect(t, true)(w.ExtendIf(ctx, "k", "mine", time.Hour))
		w.pass(30 * time.Minute)
		expect(t, false)(w.SetIfAbsent(ctx, "k", "yours", time.Minute))
		expect(t, true)(w.DeleteIf(ctx, "k", "mine"))
		expect(t, false)(w.DeleteIf(ctx, "k", "mine"))
		expect(t, true)(w.SetIfAbsent(ctx, "k", "yours", 0))
	})
}

func TestALeaseHasOneHolder(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first, err := kv.Acquire(ctx, w, "auditor", time.Minute)
		if err != nil || first == nil {
			t.Fatalf("a free lease: %v, %v", first, err)
		}
		if second, err := kv.Acquire(ctx, w, "auditor", time.Minute); second != nil || err != nil {
			t.Fatalf("a held lease was given again: %v", err)
		}
		w.pass(50 * time.Second)
		expect(t, true)(first.Renew(ctx, time.Minute))
		w.pass(50 * time.Second)
		if second, _ := kv.Acquire(ctx, w, "auditor", time.Minute); second != nil {
			t.Fatal("a renewed lease was given again")
		}
		// The holder freezes; the lease runs out and somebody else takes over.
		w.pass(time.Minute)
		second, err := kv.Acquire(ctx, w, "auditor", time.Minute)
		if err != nil || second == nil {
			t.Fatalf("a lease that ran out: %v, %v", second, err)
		}
		expect(t, false)(first.Renew(ctx, time.Minute))
		must(t, first.Release(ctx)) // late: must not take it from the second
		expect(t, true)(second.Renew(ctx, time.Minute))
		must(t, second.Release(ctx))
		if third, _ := kv.Acquire(ctx, w, "auditor", time.Minute); third == nil {
			t.Fatal("a lease given back is not free")
		}
	})
}

func TestABucketGivesItsSizeAndThenItsRate(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := kv.Bucket{Size: 3, Every: 2 * time.Second}
		for i := range 3 {
			if wait := w.Take(ctx, "wecom/main", b); wait != 0 {
				t.Fatalf("token %d: wait %v", i+1, wait)
			}
		}
		if wait := w.Take(ctx, "wecom/main", b); wait != 2*time.Second {
			t.Fatalf("an empty bucket: wait %v", wait)
		}
		if wait := w.Take(ctx, "dingtalk/main", b); wait != 0 {
			t.Fatalf("another bucket: wait %v", wait)
		}
		w.pass(1500 * time.Millisecond)
		if wait := w.Take(ctx, "wecom/main", b); wait != 500*time.Millisecond {
			t.Fatalf("asking again: wait %v", wait)
		}
		w.pass(500 * time.Millisecond)
		if wait := w.Take(ctx, "wecom/main", b); wait != 0 {
			t.Fatalf("one came back: wait %v", wait)
		}
		if wait := w.Take(ctx, "wecom/main", b); wait != 2*time.Second {
			t.Fatalf("only one came back: wait %v", wait)
		}
		w.pass(time.Hour)
		taken := 0
		for w.Take(ctx, "wecom/main", b) == 0 {
			taken++
		}
		if taken != 3 {
			t.Fatalf("after a long rest %d tokens, want 3", taken)
		}
	})
}

func TestAWakeReachesEveryProcess(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		w := open(t, "")
		heard, other := w.Listen(t.Context(), "outbox"), w.Listen(t.Context(), "inbox")
		w.Wake("outbox")
		w.Wake("outbox")
		<-heard
		select {
		case <-heard:
			t.Fatal("hints nobody took were not merged")
		case <-other:
			t.Fatal("a hint reached another topic")
		default:
		}
	})
	t.Run("redis", func(t *testing.T) {
		address := storagetest.Redis(t)
		here, there := open(t, address), open(t, address)
		heard := there.Listen(t.Context(), "outbox")
		<-heard // listening from now on
		here.Wake("outbox")
		<-heard
		mine := here.Listen(t.Context(), "inbox")
		here.Wake("inbox")
		<-mine
	})
}

func TestAListenerThatLeftIsForgotten(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx, leave := context.WithCancel(t.Context())
		w.Listen(ctx, "outbox")
		leave()
		heard := w.Listen(t.Context(), "outbox")
		w.Wake("outbox")
		<-heard
	})
}

// Redis is gone: tokens and sessions say so, sending goes on more slowly,
// and wake-ups still work inside the process.
func TestWithoutRedisThingsAreSlowerNotLost(t *testing.T) {
	w := open(t, "redis://127.0.0.1:1/0")
	ctx := t.Context()
	if w.Ping(ctx) == nil {
		t.Fatal("a Redis that is not there answers")
	}
	if _, _, err := w.Get(ctx, "token"); err == nil {
		t.Fatal("reading from nowhere succeeded")
	}
	if l, err := kv.Acquire(ctx, w, "auditor", time.Minute); l != nil || err == nil {
		t.Fatal("a lease was given by nobody")
	}
	b := kv.Bucket{Size: 8, Every: time.Second}
	taken := 0
	for w.Take(ctx, "wecom/main", b) == 0 {
		taken++
	}
	if taken != 2 {
		t.Fatalf("%d tokens without Redis, want a quarter of 8", taken)
	}
	w.pass(4 * time.Second)
	if wait := w.Take(ctx, "wecom/main", b); wait != 0 {
		t.Fatalf("the slower rate: wait %v", wait)
	}
	heard := w.Listen(ctx, "outbox")
	w.Wake("outbox")
	<-heard
}

func TestABadAddressIsSaidWithoutItsPassword(t *testing.T) {
	for _, address := range []string{"http://user:geheim@host/0", "redis://:geheim@host:port:x/0", "redis://:geheim@host/db"} {
		_, err := kv.Open(t.Context(), address, time.Now)
		if err == nil || strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "redis.url") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestMemoryForgetsWhatIsOver(t *testing.T) {
	w := open(t, "")
	ctx := t.Context()
	for i := range 1000 {
		must(t, w.Set(ctx, fmt.Sprint("session", i), "x", time.Minute))
		w.Take(ctx, fmt.Sprint("press", i), kv.Bucket{Size: 1, Every: time.Second})
	}
	w.pass(time.Hour)
	for range 3000 {
		must(t, w.Set(ctx, "one", "x", time.Minute))
	}
	if n := kv.Held(w.Store); n != 1 {
		t.Fatalf("%d things are kept, want 1", n)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, want bool) func(bool, error) {
	t.Helper()
	return func(got bool, err error) {
		t.Helper()
		if err != nil || got != want {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
	}
}
