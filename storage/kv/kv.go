// Package kv shares small, short-lived things between the processes of one
// installation: platform access tokens, console sessions, leases, rate limits
// and wake-ups. It works in memory and, for several machines, on Redis.
//
// Nothing here is the truth. Whoever gets an error carries on without: asks
// the platform for a token of its own, signs in again, sends more slowly,
// polls. A lost Redis costs time, never a child.
package kv

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// Store is what memory and Redis both do.
type Store interface {
	// Get reads a value; false when there is none or its time is over.
	Get(ctx context.Context, key string) (string, bool, error)
	// Set writes a value that is forgotten after ttl; 0 = never.
	Set(ctx context.Context, key, value string, ttl time.Duration) error
	// SetIfAbsent writes only where there is no value, and says whether it did.
	SetIfAbsent(ctx context.Context, key, value string, ttl time.Duration) (bool, error)
	// ExtendIf gives the key a new ttl only while it holds this value.
	ExtendIf(ctx context.Context, key, value string, ttl time.Duration) (bool, error)
	// DeleteIf removes the key only while it holds this value.
	DeleteIf(ctx context.Context, key, value string) (bool, error)
	// Delete removes the key.
	Delete(ctx context.Context, key string) error

	// Take takes one token of the bucket. 0: it was taken; otherwise nothing
	// was, and it is worth asking again after that time. When the shared
	// bucket cannot be reached, a smaller one of this process answers.
	Take(ctx context.Context, key string, b Bucket) time.Duration

	// Wake tells every listener of the topic, in all processes, to look for
	// work. It is a hint: it may be late, doubled, merged or lost.
	Wake(topic string)
	// Listen yields a hint after Wake until ctx ends. Hints that nobody took
	// are merged into one.
	Listen(ctx context.Context, topic string) <-chan struct{}

	// Ping says whether the shared store answers.
	Ping(ctx context.Context) error
	Close() error
}

// Bucket is a rate: Size at once, then one per Every.
type Bucket struct {
	Size  int
	Every time.Duration
}

// take counts in the moment at which the bucket will be full again, which is
// all there is to know of it. It returns that moment and how long to wait.
func (b Bucket) take(full, now time.Time) (time.Time, time.Duration) {
	if full.Before(now) {
		full = now
	}
	next := full.Add(b.Every)
	if wait := next.Sub(now) - time.Duration(b.Size)*b.Every; wait > 0 {
		return full, wait
	}
	return next, 0
}

// defaultPrefix keeps our keys apart from what else lives in the same Redis.
const defaultPrefix = "guixiao:"

// Open returns the store for an address such as redis://host:6379/0; "" is
// memory. A query "prefix=…" replaces the key prefix, so that two
// installations can share one Redis. A server that does not answer is no
// error here: it may come back, see Ping. Background work ends with ctx.
func Open(ctx context.Context, address string, now func() time.Time) (Store, error) {
	if address == "" {
		return newMemory(now), nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("redis.url: 不是地址，应为 redis://host:6379/0") // the error would repeat a password
	}
	q := u.Query()
	prefix := q.Get("prefix")
	if prefix == "" {
		prefix = defaultPrefix
	}
	q.Del("prefix")
	u.RawQuery = q.Encode()
	return newRedis(ctx, u.String(), prefix, now)
}
