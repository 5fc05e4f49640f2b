package bot

import (
	"context"
	"sync"
	"time"
)

// Shared is where platforms keep small things that are forgotten in time, for
// every process of the school to find; storage/kv satisfies it. A missing key
// is ok == false. Nothing in it is the truth: whoever gets an error goes on
// without.
type Shared interface {
	Get(ctx context.Context, key string) (value string, ok bool, err error)
	Set(ctx context.Context, key, value string, ttl time.Duration) error
}

// MemoryShared is Shared for one process.
type MemoryShared struct {
	now    func() time.Time
	mu     sync.Mutex
	rows   map[string]memoryRow
	writes int // since the last sweep
}

type memoryRow struct {
	value string
	ends  time.Time
}

// NewMemoryShared makes an empty one that reads the given clock.
func NewMemoryShared(now func() time.Time) *MemoryShared {
	return &MemoryShared{now: now, rows: map[string]memoryRow{}}
}

// Get returns the value while its time has not passed.
func (m *MemoryShared) Get(_ context.Context, key string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[key]
	if !ok || !m.now().Before(row.ends) {
		return "", false, nil
	}
	return row.value, true, nil
}

// Set keeps the value for ttl.
func (m *MemoryShared) Set(_ context.Context, key, value string, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.rows[key] = memoryRow{value, now.Add(ttl)}
	if m.writes++; m.writes <= len(m.rows) {
		return nil
	}
	m.writes = 0
	for k, row := range m.rows {
		if !now.Before(row.ends) {
			delete(m.rows, k)
		}
	}
	return nil
}
