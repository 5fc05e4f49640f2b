package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"guixiao/rules/phrase"
)

// Lease is a name that one process at a time holds.
type Lease interface {
	// Renew holds it for another ttl; false when it was lost.
	Renew(ctx context.Context, ttl time.Duration) (bool, error)
	// Release gives it back.
	Release(ctx context.Context) error
}

const (
	aloneLease  = 30 * time.Second // how long a dead process keeps the others from connecting
	refusedRest = 5 * time.Minute  // how long an account rests whose settings are refused
	watchEvery  = 5 * time.Second  // how often we look whether connections stand
)

var (
	errHeld = errors.New("another process keeps this connection")
	errLost = errors.New("the lease on this connection was lost")
)

// connect keeps every account connected that is reached over a connection we
// open ourselves, until ctx ends.
func (b *Bot) connect(ctx context.Context) {
	var wg sync.WaitGroup
	for _, p := range b.Platforms {
		if c, ok := p.(Connector); ok {
			wg.Go(func() { b.keepConnected(ctx, p.Name(), c) })
		}
	}
	wg.Wait()
}

// keepConnected begins again, more slowly each time, whatever ends the
// connection of an account.
func (b *Bot) keepConnected(ctx context.Context, account string, c Connector) {
	go b.watchConnection(ctx, account, c)
	for failures := 0; ctx.Err() == nil; {
		began := time.Now() // how long it stood: a pause, never a decision
		err := b.hold(ctx, account, c)
		switch {
		case ctx.Err() != nil || err == nil:
			return
		case errors.Is(err, errHeld):
			pause(ctx, aloneLease/3)
			continue
		}
		if time.Since(began) > refusedRest {
			failures = 0
		}
		failures++
		b.Log.Warn("connection ended", "account", account, "failures", failures, "error", safeReason(err))
		rest := backoff(failures) + rand.N(time.Second) // not all processes at once
		if refused := (*SendError)(nil); errors.As(err, &refused) && refused.Class == SendConfig {
			rest = refusedRest
			day := b.Now().Format(time.DateOnly)
			b.raise(ctx, "", "connect:"+account+":"+day, phrase.AdminConnection.With("account", account, "reason", safeReason(err)))
		}
		pause(ctx, rest)
	}
}

// hold keeps one connection for as long as it stands and, where only one
// process may have it, as long as the lease is ours.
func (b *Bot) hold(ctx context.Context, account string, c Connector) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while connected: %v", r)
		}
	}()
	if !c.Alone() || b.Hold == nil {
		return c.Connect(ctx, b.Admit)
	}
	lease, err := b.Hold(ctx, "connect:"+account, aloneLease)
	switch {
	case err != nil:
		return err
	case lease == nil:
		return errHeld
	}
	defer func() { _ = lease.Release(context.WithoutCancel(ctx)) }() // else it ends by itself
	ctx, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	go renew(ctx, lease, lose)
	err = c.Connect(ctx, b.Admit)
	if errors.Is(context.Cause(ctx), errLost) {
		return errLost
	}
	return err
}

// renew keeps the lease; when another process has it, lose ends the
// connection. While nobody can be asked the connection stays: nobody else can
// take the lease either.
func renew(ctx context.Context, lease Lease, lose context.CancelCauseFunc) {
	for pause(ctx, aloneLease/3) {
		if ours, err := lease.Renew(ctx, aloneLease); err == nil && !ours {
			lose(errLost)
			return
		}
	}
}

// watchConnection measures whether the connection stands.
func (b *Bot) watchConnection(ctx context.Context, account string, c Connector) {
	for ok := true; ok; ok = pause(ctx, watchEvery) {
		stands := 0.0
		if c.Connected() {
			stands = 1
		}
		b.Metrics.Connected.WithLabelValues(account).Set(stands)
	}
}

// pause waits for d; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Disconnected lists the accounts that should be connected and are not. A
// connection that only one process keeps is not missed: another may have it.
func (b *Bot) Disconnected() []string {
	var names []string
	for _, p := range b.Platforms {
		if c, ok := p.(Connector); ok && !c.Alone() && !c.Connected() {
			names = append(names, p.Name())
		}
	}
	slices.Sort(names)
	return names
}
