package wecom

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/credential"

	"guixiao/bot"
)

// TokenCache keeps the access token where every process of the school finds
// it; storage/kv satisfies it. A missing key is ok == false.
type TokenCache interface {
	Get(ctx context.Context, key string) (value string, ok bool, err error)
	Set(ctx context.Context, key, value string, ttl time.Duration) error
}

const (
	tokenMargin = 5 * time.Minute  // a token is renewed this long before it ends
	tokenRest   = 10 * time.Minute // after a refused secret nobody asks again: WeCom bans the IP for an hour
)

// tokens hands out the app's access token. It has the shape silenceper's SDK
// asks for, so that any client of that SDK can share it.
type tokens struct {
	key   string
	cache TokenCache
	now   func() time.Time
	fetch func(ctx context.Context) (string, time.Duration, error)
	turn  chan struct{} // one refresh at a time

	mu      sync.Mutex
	last    string // what we fetched ourselves, for when the cache fails
	ends    time.Time
	refused *bot.SendError
	rest    time.Time
}

var _ credential.AccessTokenContextHandle = (*tokens)(nil)

func newTokens(s Settings, d Deps, fetch func(context.Context) (string, time.Duration, error)) *tokens {
	return &tokens{key: fmt.Sprintf("wecom:token:%s:%d", s.CorpID, s.AgentID), cache: d.Tokens, now: d.Now, fetch: fetch, turn: make(chan struct{}, 1)}
}

// GetAccessToken is GetAccessTokenContext without a context.
func (t *tokens) GetAccessToken() (string, error) {
	return t.GetAccessTokenContext(context.Background())
}

// GetAccessTokenContext returns the token in use, fetching one when there is none.
func (t *tokens) GetAccessTokenContext(ctx context.Context) (string, error) {
	if token := t.current(ctx); token != "" {
		return token, nil
	}
	return t.renew(ctx, "")
}

// renew replaces the token used, unless somebody already did. Callers that
// come together wait for one fetch.
func (t *tokens) renew(ctx context.Context, used string) (string, error) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", unreached(ctx.Err())
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
	// A cache that is down costs a fetch per process, nothing else.
	_ = t.cache.Set(ctx, t.key, token, life)
	return token, nil
}

func (t *tokens) current(ctx context.Context) string {
	token, ok, err := t.cache.Get(ctx, t.key)
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

func (t *tokens) resting() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refused != nil && t.now().Before(t.rest) {
		return t.refused
	}
	return nil
}

// remember stops asking for a while when the settings are refused.
func (t *tokens) remember(err error) {
	failed, ok := err.(*bot.SendError)
	if !ok || failed.Class != bot.SendConfig {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused, t.rest = failed, t.now().Add(tokenRest)
}

// MemoryCache is a TokenCache for one process.
type MemoryCache struct {
	now  func() time.Time
	mu   sync.Mutex
	rows map[string]memoryRow
}

type memoryRow struct {
	value string
	ends  time.Time
}

// NewMemoryCache makes an empty cache that reads the given clock.
func NewMemoryCache(now func() time.Time) *MemoryCache {
	return &MemoryCache{now: now, rows: map[string]memoryRow{}}
}

// Get returns the value while its time has not passed.
func (m *MemoryCache) Get(_ context.Context, key string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[key]
	if !ok || !m.now().Before(row.ends) {
		return "", false, nil
	}
	return row.value, true, nil
}

// Set keeps the value for ttl.
func (m *MemoryCache) Set(_ context.Context, key, value string, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows[key] = memoryRow{value, m.now().Add(ttl)}
	return nil
}
