package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guixiao/rules/school"

	dto "github.com/prometheus/client_model/go"
)

// wired is an account with a connection of its own that does as it is told.
type wired struct {
	alone bool
	ends  func(n int) error // what ends the n-th connection at once; nil: it stands

	mu        sync.Mutex
	connects  int
	connected bool
}

func (w *wired) Name() string { return "line/main" }
func (w *wired) Kind() string { return "line" }
func (w *wired) Alone() bool  { return w.alone }
func (w *wired) Render(school.Notice, school.Address) ([]byte, error) {
	return nil, errors.New("nothing is sent here")
}
func (w *wired) Deliver(context.Context, Dispatch) (school.Receipt, error) {
	return school.Receipt{}, errors.New("nothing is sent here")
}

func (w *wired) Connected() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.connected
}

func (w *wired) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.connects
}

func (w *wired) set(connected bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.connected = connected
}

func (w *wired) Connect(ctx context.Context, _ func(context.Context, Callback) ([]byte, error)) error {
	w.mu.Lock()
	w.connects++
	n := w.connects
	w.mu.Unlock()
	if w.ends != nil {
		if err := w.ends(n); !errors.Is(err, errStands) {
			return err
		}
	}
	w.set(true)
	<-ctx.Done()
	w.set(false)
	return ctx.Err()
}

var errStands = errors.New("it stands")

// ledger says which process holds which name, as a store shared by all does.
type ledger struct {
	mu     sync.Mutex
	holder map[string]*slip
}

type slip struct {
	l    *ledger
	name string
}

func (l *ledger) hold(_ context.Context, name string, _ time.Duration) (Lease, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder == nil {
		l.holder = map[string]*slip{}
	}
	if l.holder[name] != nil {
		return nil, nil
	}
	l.holder[name] = &slip{l, name}
	return l.holder[name], nil
}

func (s *slip) Renew(context.Context, time.Duration) (bool, error) {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	return s.l.holder[s.name] == s, nil
}

func (s *slip) Release(context.Context) error {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	if s.l.holder[s.name] == s {
		delete(s.l.holder, s.name)
	}
	return nil
}

// process is a bot that only keeps the connection; it ends with the test.
func process(t *testing.T, w *wired, hold func(context.Context, string, time.Duration) (Lease, error)) (*Bot, context.CancelFunc) {
	b := New(Settings{Platforms: []Platform{w}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Hold: hold})
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go b.connect(ctx)
	return b, cancel
}

// pass turns the clock of the test, which is not the world's.
func pass(d time.Duration) { <-time.After(d) }

func TestAConnectionThatEndsIsBegunAgainMoreAndMoreSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wired{ends: func(n int) error {
			if n <= 3 {
				return errors.New("the network is down")
			}
			return errStands
		}}
		b, _ := process(t, w, nil)
		synctest.Wait()
		if got := b.Disconnected(); len(got) != 1 || got[0] != "line/main" {
			t.Errorf("missed: %v", got)
		}
		pass(time.Second)
		if w.count() != 1 {
			t.Errorf("after a second it was tried %d times", w.count())
		}
		pass(time.Minute)
		if w.count() != 4 || !w.Connected() || len(b.Disconnected()) != 0 {
			t.Errorf("after a minute: %d attempts, connected %v", w.count(), w.Connected())
		}
		var m dto.Metric
		if err := b.Metrics.Connected.WithLabelValues("line/main").Write(&m); err != nil || m.Gauge.GetValue() != 1 {
			t.Error("the metric says it is down")
		}
	})
}

func TestAConnectionThatBreaksTheProgramIsBegunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wired{ends: func(n int) error {
			if n == 1 {
				panic("a frame nobody expected")
			}
			return errStands
		}}
		process(t, w, nil)
		pass(10 * time.Second)
		if !w.Connected() {
			t.Error("it stayed down")
		}
	})
}

func TestAnAccountWithoutAConnectionIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wired{ends: func(int) error { return nil }}
		process(t, w, nil)
		pass(time.Hour)
		if w.count() != 1 {
			t.Errorf("asked %d times", w.count())
		}
	})
}

// Hammering with a wrong secret would get the school banned.
func TestAnAccountWhoseSettingsAreRefusedRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wired{ends: func(int) error { return &SendError{Class: SendConfig, Code: "40089", Text: "密钥不对"} }}
		process(t, w, nil)
		pass(11 * time.Minute)
		if w.count() != 3 {
			t.Errorf("%d attempts in eleven minutes", w.count())
		}
	})
}

func TestOneProcessAtATimeKeepsAConnectionThatAllowsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		first, second := &wired{alone: true}, &wired{alone: true}
		_, stop := process(t, first, l.hold)
		synctest.Wait()
		process(t, second, l.hold)
		pass(5 * time.Minute)
		if first.count() != 1 || second.count() != 0 {
			t.Fatalf("connected %d and %d times", first.count(), second.count())
		}
		stop()
		pass(aloneLease)
		if first.Connected() || !second.Connected() {
			t.Error("the second did not take over")
		}
	})
}

// The first froze, its lease ran out and another has it: it must let go.
func TestWhoLosesTheLeaseEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		w := &wired{alone: true}
		process(t, w, l.hold)
		synctest.Wait()
		l.mu.Lock()
		l.holder["connect:line/main"] = &slip{l, "connect:line/main"}
		l.mu.Unlock()
		pass(aloneLease)
		if w.Connected() {
			t.Error("two processes hold it")
		}
	})
}

func TestSeveralProcessesMayKeepAConnectionThatAllowsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		first, second := &wired{}, &wired{}
		process(t, first, l.hold)
		process(t, second, l.hold)
		synctest.Wait()
		if !first.Connected() || !second.Connected() {
			t.Error("one of them waits")
		}
	})
}
