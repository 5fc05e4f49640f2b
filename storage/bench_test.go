package storage_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"
	"guixiao/storage/storagetest"
)

var (
	ctx   = context.Background()
	clock = time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)
)

// onEach runs a benchmark on every database there is.
func onEach(b *testing.B, run func(b *testing.B, db *storage.DB)) {
	file := func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "guixiao.db") }
	for _, on := range []struct {
		name  string
		fresh func(testing.TB) string
		key   []byte
	}{{"SQLite", file, nil}, {"SealedSQLite", file, secret}, {"MySQL", storagetest.MySQL, nil}} {
		b.Run(on.name, func(b *testing.B) {
			db, err := storage.Open(ctx, on.fresh(b), storage.Options{MaxAttempts: 1 << 30, Key: on.key})
			must(b, err)
			b.Cleanup(func() { _ = db.Close() })
			_, err = db.Migrate(ctx)
			must(b, err)
			run(b, db)
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// report is what one 未到校 causes: a mark, a case, two cards, three notices,
// two timers, four lines of the trail.
func report(i int) school.Change {
	child := fmt.Sprintf("S%07d", i)
	due := clock.Add(24 * time.Hour)
	card := func(id string) school.Card {
		return school.Card{ID: id, Title: "张三 上午未到校", State: school.CardOpen, Student: child, Case: "C" + child, People: []string{fmt.Sprint("T", i%500)},
			Inputs: []school.Input{{Key: "reason", Label: "原因", Type: "text"}}, Buttons: []school.Button{{Key: "ok", Text: "提交"}}, At: clock}
	}
	one, two := card("K1"+child), card("K2"+child)
	notice := func(n int, c *school.Card) school.Notice {
		return school.Notice{Key: fmt.Sprint(child, "/", n), Act: school.NoticeSend, To: fmt.Sprint("T", (i+n)%500), Text: "张三 上午未到校", Card: c, At: clock, DueAt: clock}
	}
	timer := func(kind string) school.Timer {
		return school.Timer{Key: kind + ":" + child, Kind: kind, DueAt: due, Student: child, Case: "C" + child}
	}
	line := func(what string) school.Line {
		return school.Line{Book: "case:C" + child, At: clock, Who: "T1", What: what, Detail: "张三 上午未到校", Policy: "S23@3f2a"}
	}
	return school.Change{
		School: "demo", Key: "m" + child, Inbox: "m" + child, At: clock, Expect: []school.Expect{{Student: child}},
		Marks:   []school.Mark{{Student: child, Slot: school.Slot{Day: "2026-03-09", Session: "am"}, Kind: school.Absent, By: "T1", At: clock}},
		Cases:   []school.Case{{ID: "C" + child, Student: child, Policy: "S23", State: school.CaseIsOpen, OpenedAt: clock}},
		Cards:   []school.Card{one, two},
		Notices: []school.Notice{notice(0, &one), notice(1, &two), notice(2, nil)},
		Timers:  []school.Timer{timer(school.TimerCase), timer(school.TimerParents)},
		Audit:   []school.Line{line("mark"), line("open"), line("stage"), line("notice")},
		Reply:   &school.Reply{OK: true, Text: "已登记"},
	}
}

func BenchmarkApply(b *testing.B) {
	onEach(b, func(b *testing.B, db *storage.DB) {
		for i := 0; b.Loop(); i++ {
			must(b, db.Apply(ctx, report(i)))
		}
	})
}

// BenchmarkApplyTogether is what sixteen workers do at once.
func BenchmarkApplyTogether(b *testing.B) {
	onEach(b, func(b *testing.B, db *storage.DB) {
		const workers = 16
		before := db.Commits()
		n := crowd(b, workers, func(i int) error { return db.Apply(ctx, report(i)) })
		b.ReportMetric(float64(n)/float64(db.Commits()-before), "changes/commit")
	})
}

// crowd runs the benchmark's rounds in many workers at once.
func crowd(b *testing.B, workers int, do func(i int) error) int {
	jobs := make(chan int)
	done := make(chan error, workers)
	for range workers {
		go func() {
			var failed error
			for i := range jobs {
				if err := do(i); err != nil {
					failed = err
				}
			}
			done <- failed
		}()
	}
	n := 0
	for ; b.Loop(); n++ {
		jobs <- n
	}
	close(jobs)
	for range workers {
		must(b, <-done)
	}
	return n
}

func BenchmarkSheet(b *testing.B) {
	onEach(b, func(b *testing.B, db *storage.DB) {
		for i := range 500 {
			must(b, db.Apply(ctx, report(i)))
		}
		for i := 0; b.Loop(); i++ {
			_, err := db.Sheets(ctx, "demo", []string{fmt.Sprintf("S%07d", i%500)}, clock)
			must(b, err)
		}
	})
}

func delivery(i int) []school.Delivery {
	return []school.Delivery{{Key: fmt.Sprint("m", i), School: "demo", Platform: "wecom/main", From: fmt.Sprint("T", i), Kind: school.DeliveryMessage, At: clock, Text: "张三 未到校"}}
}

func BenchmarkReceiveAlone(b *testing.B) {
	onEach(b, func(b *testing.B, db *storage.DB) {
		for i := 0; b.Loop(); i++ {
			_, err := db.Receive(ctx, clock, time.Minute, delivery(i))
			must(b, err)
		}
	})
}

func BenchmarkReceiveTogether(b *testing.B) {
	onEach(b, func(b *testing.B, db *storage.DB) {
		const doors = 64
		before := db.Commits()
		n := crowd(b, doors, func(i int) error {
			_, err := db.Receive(ctx, clock, time.Minute, delivery(i))
			return err
		})
		b.ReportMetric(float64(n)/float64(db.Commits()-before), "deliveries/commit")
	})
}

// BenchmarkSend claims notices in small portions and records their sending.
func BenchmarkSend(b *testing.B) {
	onEach(b, func(b *testing.B, db *storage.DB) {
		for n := 0; b.Loop(); {
			out, err := db.ClaimNotices(ctx, clock, time.Minute, 16)
			must(b, err)
			if len(out) == 0 {
				b.StopTimer()
				for range 200 {
					must(b, db.Apply(ctx, report(n)))
					n++
				}
				b.StartTimer()
			}
			for _, o := range out {
				o.Body = []byte("rendered")
				must(b, db.KeepBody(ctx, o))
				must(b, db.Finish(ctx, o, school.Outcome{At: clock, Sent: true, Receipt: school.Receipt{Platform: "sandbox"}}, nil))
			}
		}
	})
}

// BenchmarkTick claims the 64 timers that are due, with few and with many that
// are not: it must not matter how many wait.
func BenchmarkTick(b *testing.B) {
	for _, open := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(open), func(b *testing.B) {
			onEach(b, func(b *testing.B, db *storage.DB) {
				for i := 0; i < open; i += 1000 {
					c := school.Change{School: "demo", Key: fmt.Sprint("set", i), At: clock}
					for j := range 1000 {
						c.Timers = append(c.Timers, school.Timer{Key: fmt.Sprint("t", i+j), DueAt: clock.Add(time.Duration(i+j+1000) * time.Hour)})
					}
					must(b, db.Apply(ctx, c))
				}
				due := school.Change{School: "demo", Key: "due", At: clock}
				for j := range 64 {
					due.Timers = append(due.Timers, school.Timer{Key: fmt.Sprint("due", j), DueAt: clock})
				}
				must(b, db.Apply(ctx, due))
				now := clock
				for b.Loop() {
					ts, err := db.ClaimTimers(ctx, now, time.Millisecond, 64)
					must(b, err)
					if len(ts) != 64 {
						b.Fatalf("%d timers", len(ts))
					}
					now = now.Add(time.Millisecond)
				}
			})
		})
	}
}
