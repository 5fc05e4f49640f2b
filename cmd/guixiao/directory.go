package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
	"guixiao/storage"
	"guixiao/storage/kv"
)

// When address books are read, and how long that may take.
const (
	bookHour    = 2                // from this hour of the night on, school time
	bookEvery   = 20 * time.Hour   // a night's look is not made twice
	bookTime    = 10 * time.Minute // for one whole look
	bookAgain   = time.Hour        // after a look that failed
	bookLook    = time.Minute      // how often we see whether one is due
	bookSettles = 20 * time.Second // changes come in bursts: wait until they are over
)

// addressBooks keeps accounts and guardians in step with the platforms'
// address books: at once for whom a platform says that something changed, and
// every night for everybody. It never removes anybody.
type addressBooks struct {
	db        *storage.DB
	kv        kv.Store
	now       func() time.Time
	log       *slog.Logger
	platforms []bot.Platform
	houses    func() []*bot.House

	mu      sync.Mutex
	changed map[string][]string // account → ids that events named; "" = look at everything
	wake    chan struct{}
	tried   map[string]time.Time // when a whole look of an account was last begun here
}

func newAddressBooks(s *service) *addressBooks {
	return &addressBooks{db: s.db, kv: s.kv, now: s.now, log: s.log, platforms: s.platforms,
		houses: func() []*bot.House { return s.bot.Houses() }, changed: map[string][]string{}, wake: make(chan struct{}, 1), tried: map[string]time.Time{}}
}

// contacts hears of a change. Deciding a delivery must not wait for it.
func (a *addressBooks) contacts(account, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.Contains(a.changed[account], id) {
		a.changed[account] = append(a.changed[account], id)
	}
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// run looks until ctx ends.
func (a *addressBooks) run(ctx context.Context) {
	tick := time.NewTicker(bookLook)
	defer tick.Stop()
	for a.night(ctx); ; {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
			if !waited(ctx, bookSettles) {
				return
			}
			a.catchUp(ctx)
		case <-tick.C:
			a.night(ctx)
		}
	}
}

func waited(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// night reads every address book whose last whole look is a night old; one
// process does, the others find it done.
func (a *addressBooks) night(ctx context.Context) {
	for _, p := range a.platforms {
		d, ok := p.(bot.Directory)
		if !ok || a.now().Sub(a.tried[p.Name()]) < bookAgain || !a.due(ctx, p.Name()) {
			continue
		}
		lease, err := kv.Acquire(ctx, a.kv, "directory:"+p.Name(), 2*bookTime)
		if err != nil || lease == nil {
			continue
		}
		if a.due(ctx, p.Name()) { // not done while we came
			a.tried[p.Name()] = a.now()
			a.whole(ctx, p, d)
		}
		_ = lease.Release(context.WithoutCancel(ctx)) // else it ends by itself
	}
}

// due says whether a school that speaks through the account waits for its look.
func (a *addressBooks) due(ctx context.Context, account string) bool {
	for _, h := range a.speaking(account) {
		last, err := a.last(ctx, h.School.ID, account)
		now := h.School.Calendar.In(a.now())
		night := now.Hour() >= bookHour && now.Hour() < bookHour+3
		if err == nil && (last.At.IsZero() || night && now.Sub(last.At) > bookEvery) {
			return true
		}
	}
	return false
}

func (a *addressBooks) speaking(account string) []*bot.House {
	return slices.DeleteFunc(slices.Clone(a.houses()), func(h *bot.House) bool { return !slices.Contains(h.School.Platforms, account) })
}

func (a *addressBooks) last(ctx context.Context, schoolID, account string) (school.AddressBook, error) {
	books, err := a.db.AddressBooks(ctx, schoolID)
	for _, b := range books {
		if b.Account == account {
			return b, err
		}
	}
	return school.AddressBook{Account: account}, err
}

// whole reads everybody an account can see.
func (a *addressBooks) whole(ctx context.Context, p bot.Platform, d bot.Directory) {
	ctx, cancel := context.WithTimeout(ctx, bookTime)
	defer cancel()
	listed, err := d.Directory(ctx)
	if err != nil {
		a.failed(ctx, p.Name(), err)
		return
	}
	code := ""
	if f, ok := p.(bot.Followed); ok {
		code, _ = f.FollowCode(ctx) // schools without it have no parents here
	}
	a.take(ctx, p, listed, true, code)
}

// catchUp looks at whom events named; an event about more than one person, or
// on a platform that cannot look at one, makes it a whole look.
func (a *addressBooks) catchUp(ctx context.Context) {
	a.mu.Lock()
	changed := a.changed
	a.changed = map[string][]string{}
	a.mu.Unlock()
	for _, p := range a.platforms {
		ids := changed[p.Name()]
		looker, can := p.(bot.Looker)
		d, whole := p.(bot.Directory)
		switch {
		case len(ids) == 0:
		case can && !slices.Contains(ids, ""):
			listed, err := looker.Look(ctx, ids...)
			if err != nil {
				a.failed(ctx, p.Name(), err)
				continue
			}
			a.take(ctx, p, listed, false, "")
		case whole:
			a.whole(ctx, p, d)
		}
	}
}

// take writes what is new into the schools that speak through the account.
func (a *addressBooks) take(ctx context.Context, p bot.Platform, listed []bot.Listed, whole bool, code string) {
	for _, h := range a.speaking(p.Name()) {
		if err := a.takeFor(ctx, h.School.ID, p, listed, whole, code); err != nil {
			a.failed(ctx, p.Name(), err)
		}
	}
}

func (a *addressBooks) takeFor(ctx context.Context, schoolID string, p bot.Platform, listed []bot.Listed, whole bool, code string) error {
	last, err := a.last(ctx, schoolID, p.Name())
	if err != nil {
		return err
	}
	roster, _, err := a.db.LoadPeople(ctx, schoolID)
	if err != nil {
		return err
	}
	merged, book := bot.Reconcile(roster, p.Kind(), listed, whole, last)
	if merged != nil {
		if err := a.db.SavePeople(ctx, schoolID, merged); err != nil {
			return err
		}
	}
	if whole {
		book.At, book.FollowCode = a.now(), code
	}
	a.log.Info("address book read", "account", p.Name(), "school", schoolID, "listed", len(listed), "filled", len(book.Filled), "added", len(book.Added), "doubts", len(book.Doubts))
	return a.db.SaveAddressBook(ctx, schoolID, book)
}

func (a *addressBooks) failed(ctx context.Context, account string, err error) {
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return
	}
	a.log.Warn("address book not read", "account", account, "error", strings.TrimSpace(err.Error()))
}
