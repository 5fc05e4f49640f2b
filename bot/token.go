package bot

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	tokenMargin = 5 * time.Minute  // a token is renewed this long before it ends
	tokenRest   = 10 * time.Minute // after a refused secret nobody asks again: platforms ban whoever hammers
)

// Tokens hands out an app's access token: fetched by one caller at a time,
// shared by all processes, renewed before it ends or when it is refused.
type Tokens struct {
	key    string
	shared Shared
	now    func() time.Time
	fetch  func(ctx context.Context) (string, time.Duration, error)
	turn   chan struct{} // one fetch at a time

	mu      sync.Mutex
	last    string // what we fetched ourselves, for when Shared fails
	ends    time.Time
	refused *SendError
	rest    time.Time
}

// NewTokens makes the source of the token kept under key, which must name the
// app: never the same for two. Errors of fetch should be a *SendError.
func NewTokens(key string, shared Shared, now func() time.Time, fetch func(context.Context) (string, time.Duration, error)) *Tokens {
	return &Tokens{key: key, shared: shared, now: now, fetch: fetch, turn: make(chan struct{}, 1)}
}

// Get returns the token in use, fetching one when there is none.
func (t *Tokens) Get(ctx context.Context) (string, error) {
	if token := t.current(ctx); token != "" {
		return token, nil
	}
	return t.Renew(ctx, "")
}

// Renew replaces the token used, unless somebody already did. Callers that
// come together wait for one fetch.
func (t *Tokens) Renew(ctx context.Context, used string) (string, error) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if token := t.current(ctx); token != "" && token != used {
		return token, nil
	}
	if err := t.resting(); err != nil {
		return "", err
	}
	token, life, err := t.fetch(ctx)
	if err != nil {
		t.remember(err)
		return "", err
	}
	life = max(life-tokenMargin, time.Second)
	t.mu.Lock()
	t.last, t.ends, t.refused = token, t.now().Add(life), nil
	t.mu.Unlock()
	_ = t.shared.Set(ctx, t.key, token, life) // else a fetch per process, nothing worse
	return token, nil
}

func (t *Tokens) current(ctx context.Context) string {
	token, ok, err := t.shared.Get(ctx, t.key)
	if err == nil && ok {
		return token
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil && t.now().Before(t.ends) {
		return t.last
	}
	return ""
}

func (t *Tokens) resting() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refused != nil && t.now().Before(t.rest) {
		return t.refused
	}
	return nil
}

// remember stops asking for a while when the settings are refused.
func (t *Tokens) remember(err error) {
	var failed *SendError
	if !errors.As(err, &failed) || failed.Class != SendConfig {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused, t.rest = failed, t.now().Add(tokenRest)
}
