package kv

import (
	"context"
	"crypto/rand"
	"time"
)

// Lease lets one process at a time do something under a name. It saves double
// work; it does not make anything safe, because a frozen process wakes up
// believing it still holds it. What must be safe is guarded in the database.
type Lease struct {
	store Store
	key   string
	token string
}

// Acquire takes the named lease for ttl; nil when somebody else holds it.
func Acquire(ctx context.Context, s Store, name string, ttl time.Duration) (*Lease, error) {
	l := &Lease{store: s, key: "lease:" + name, token: rand.Text()}
	ok, err := s.SetIfAbsent(ctx, l.key, l.token, ttl)
	if err != nil || !ok {
		return nil, err
	}
	return l, nil
}

// Renew holds the lease for another ttl; false when it was lost.
func (l *Lease) Renew(ctx context.Context, ttl time.Duration) (bool, error) {
	return l.store.ExtendIf(ctx, l.key, l.token, ttl)
}

// Release gives the lease back, if it is still ours.
func (l *Lease) Release(ctx context.Context) error {
	_, err := l.store.DeleteIf(ctx, l.key, l.token)
	return err
}
