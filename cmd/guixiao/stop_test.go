package main_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"guixiao/storage"
	"guixiao/storage/storagetest"
)

// The service is stopped in the middle of the morning, as an upgrade does, and
// started again. Nothing that was acknowledged is lost, nothing is said twice,
// and nothing stays in the hands of the process that went.
func TestAnOrderlyStopLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes and stops them")
	}
	t.Run("sqlite", func(t *testing.T) {
		stopStory(t, "sqlite:"+filepath.Join(t.TempDir(), "guixiao.db"))
	})
	t.Run("mysql", func(t *testing.T) { stopStory(t, storagetest.MySQL(t)) })
}

func stopStory(t *testing.T, dsn string) {
	w := town{classes: 20, perClass: 20}
	m := openMorning(t, w, dsn, 1)
	const stops = 3
	var accepted atomic.Int64
	var senders sync.WaitGroup
	for class := range w.classes {
		senders.Go(func() {
			for i := range w.perClass {
				m.tell(t, class, i)
				if n := int(accepted.Add(1)); n%(w.classes*w.perClass/(stops+1)) == 0 && n < w.classes*w.perClass {
					m.stop(t, dsn)
				}
			}
		})
	}
	senders.Wait()
	if got := m.killed.Load(); got != stops {
		t.Errorf("%d stops, want %d", got, stops)
	}
	m.everyTeacherGotEveryAnswer(t)
	want := map[string]string{}
	for class := range w.classes {
		for i := range w.perClass {
			want[m.cardOf(class, i)] = m.teacher(class)
		}
	}
	if _, doubled := m.compare(t, want); doubled > 0 {
		t.Errorf("%d answers were given twice", doubled)
	}
	for _, c := range m.children {
		c.kill()
	}
	m.everyMessageWasDecidedOnce(t, dsn)
}

// stop ends the only process as an operator does, looks that it left nothing
// claimed, and starts it again.
func (m *morning) stop(t *testing.T, dsn string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.children[0]
	defer func() {
		m.children[0] = serve(t, m.configs[0], c.addr)
		m.killed.Add(1)
	}()
	_ = c.guard.Process.Kill() // before the process is waited for: its number must be ours till then
	_ = c.guard.Wait()
	_ = c.hold.Close()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("the stop was not orderly: %v", err)
	}
	db, err := storage.Open(t.Context(), dsn, storage.Options{Key: []byte(townKey)})
	if err != nil {
		t.Error(err)
		return
	}
	defer db.Close()
	queues, err := db.Queues(t.Context(), time.Now())
	if err != nil {
		t.Error(err)
	}
	for _, q := range queues {
		if q.Working > 0 || q.Parked > 0 {
			t.Errorf("left behind: %+v", q)
		}
	}
}
