package kv

import (
	"context"
	"sync"
	"time"
)

// memory is the store of a single process.
type memory struct {
	hub
	now func() time.Time

	mu      sync.Mutex
	entries map[string]entry
	buckets map[string]time.Time // when each is full again
	writes  int                  // since the last sweep
}

type entry struct {
	value string
	until time.Time // zero: for ever
}

func (e entry) over(now time.Time) bool { return !e.until.IsZero() && !now.Before(e.until) }

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, entries: map[string]entry{}, buckets: map[string]time.Time{}}
}

func (m *memory) Get(_ context.Context, key string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.read(key)
	return e.value, ok, nil
}

func (m *memory) Set(_ context.Context, key, value string, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.write(key, value, ttl)
	return nil
}

func (m *memory) SetIfAbsent(_ context.Context, key, value string, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.read(key); taken {
		return false, nil
	}
	m.write(key, value, ttl)
	return true, nil
}

func (m *memory) ExtendIf(_ context.Context, key, value string, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.read(key); !ok || e.value != value {
		return false, nil
	}
	m.write(key, value, ttl)
	return true, nil
}

func (m *memory) DeleteIf(_ context.Context, key, value string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.read(key); !ok || e.value != value {
		return false, nil
	}
	delete(m.entries, key)
	return true, nil
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.entries, key)
	return nil
}

func (m *memory) Take(_ context.Context, key string, b Bucket) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	full, wait := b.take(m.buckets[key], m.now())
	m.buckets[key] = full
	m.sweep()
	return wait
}

func (m *memory) Ping(context.Context) error { return nil }
func (m *memory) Close() error               { return nil }

// read and the functions below want m.mu held.
func (m *memory) read(key string) (entry, bool) {
	e, ok := m.entries[key]
	if ok && e.over(m.now()) {
		delete(m.entries, key)
		return entry{}, false
	}
	return e, ok
}

func (m *memory) write(key, value string, ttl time.Duration) {
	e := entry{value: value}
	if ttl > 0 {
		e.until = m.now().Add(ttl)
	}
	m.entries[key] = e
	m.sweep()
}

// sweep forgets what is over, once per as many writes as there are keys, so
// that it costs each write the same little.
func (m *memory) sweep() {
	m.writes++
	if m.writes <= len(m.entries)+len(m.buckets) {
		return
	}
	m.writes = 0
	now := m.now()
	for key, e := range m.entries {
		if e.over(now) {
			delete(m.entries, key)
		}
	}
	for key, full := range m.buckets {
		if !full.After(now) {
			delete(m.buckets, key)
		}
	}
}
