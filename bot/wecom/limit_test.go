package wecom_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/wecom"
)

// buckets are what processes share, on the test's clock.
type buckets struct {
	now  func() time.Time
	mu   sync.Mutex
	full map[string]time.Time
	seen map[string]int
}

func (b *buckets) take(_ context.Context, key string, size int, every time.Duration) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen[key]++
	full := b.full[key]
	if full.Before(b.now()) {
		full = b.now()
	}
	full = full.Add(every)
	if wait := full.Sub(b.now()) - time.Duration(size)*every; wait > 0 {
		return wait
	}
	b.full[key] = full
	return 0
}

// Two processes write to one teacher as fast as they may: WeCom drops nothing.
func TestProcessesShareTheLimitOfAPerson(t *testing.T) {
	w := newWorld(t)
	shared := &buckets{now: w.clock.Now, full: map[string]time.Time{}, seen: map[string]int{}}
	var processes []*wecom.Platform
	for range 2 {
		p, err := wecom.New(w.settings(), wecom.Deps{HTTP: &http.Client{}, Now: w.clock.Now, Share: shared.take})
		if err != nil {
			t.Fatal(err)
		}
		processes = append(processes, p)
	}
	li := w.fake.Member("LiMin")
	arrived := 0
	for minute := range 3 {
		for i := range 80 {
			p := processes[i%2]
			n := text(fmt.Sprint(minute, "/", i), "一句")
			body, err := p.Render(n, address("LiMin"))
			if err != nil {
				t.Fatal(err)
			}
			switch _, err := p.Deliver(t.Context(), bot.Dispatch{Notice: n, To: address("LiMin"), Body: body, Attempt: 1}); {
			case err == nil:
				arrived++
			case class(err) != bot.SendRetry:
				t.Fatal(err)
			}
			w.clock.Advance(750 * time.Millisecond)
		}
	}
	if got := len(li.Inbox()); w.fake.Dropped() != 0 || got != arrived || got < 30 || got > 90 {
		t.Errorf("%d arrived, %d accepted, %d dropped in three minutes", got, arrived, w.fake.Dropped())
	}
}

// What the corp may call in a minute is kept together as well.
func TestProcessesShareTheLimitOfTheCorp(t *testing.T) {
	w := newWorld(t)
	p, err := wecom.New(w.settings(), wecom.Deps{HTTP: &http.Client{}, Now: w.clock.Now, Share: func(_ context.Context, key string, size int, every time.Duration) time.Duration {
		if key == "wecom:api:"+w.fake.CorpID+":message/send" {
			if perMinute, perHour := size+int(time.Minute/every), size+int(time.Hour/every); perMinute > 10000 || perHour > 150000 {
				t.Errorf("%d a minute, %d an hour", perMinute, perHour)
			}
			return 3 * time.Second
		}
		return 0
	}})
	if err != nil {
		t.Fatal(err)
	}
	n := text("n1", "一句")
	body, err := p.Render(n, address(w.member("LiMin")))
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Deliver(t.Context(), bot.Dispatch{Notice: n, To: address("LiMin"), Body: body, Attempt: 1})
	if e, ok := err.(*bot.SendError); !ok || e.Class != bot.SendRetry || e.After != 3*time.Second {
		t.Errorf("beyond the limit: %v", err)
	}
	if len(w.fake.Requests("message/send")) != 0 {
		t.Error("called all the same")
	}
}

func TestFullAndHalfHoursAreCrowded(t *testing.T) {
	w := newWorld(t)
	for at, want := range map[string]bool{"08:00:00": true, "08:30:59": true, "08:01:00": false, "08:29:59": false} {
		moment, err := time.Parse("15:04:05", at)
		if err != nil {
			t.Fatal(err)
		}
		if w.Crowded(moment) != want {
			t.Errorf("%s: %v", at, !want)
		}
	}
	var _ bot.Crowded = w.Platform
}
