package dingtalk

import (
	"context"
	"sync"
	"time"
)

// memory is Shared for one process.
type memory struct {
	now  func() time.Time
	mu   sync.Mutex
	rows map[string]memoryRow
}

type memoryRow struct {
	value string
	ends  time.Time
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, rows: map[string]memoryRow{}}
}

// Get returns the value while its time has not passed.
func (m *memory) Get(_ context.Context, key string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[key]
	if !ok || !m.now().Before(row.ends) {
		return "", false, nil
	}
	return row.value, true, nil
}

// Set keeps the value for ttl.
func (m *memory) Set(_ context.Context, key, value string, ttl time.Duration) error {
	const many = 20000
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if len(m.rows) > many {
		for k, row := range m.rows {
			if !now.Before(row.ends) {
				delete(m.rows, k)
			}
		}
	}
	m.rows[key] = memoryRow{value, now.Add(ttl)}
	return nil
}
