package kv

// Held counts what a store in memory keeps.
func Held(s Store) int {
	m := s.(*memory)
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.entries) + len(m.buckets)
}
