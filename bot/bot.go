// Package bot conducts: it turns a knock at any door – a message, a pressed
// button, a recorded fact, the clock – into one decision of package rules and
// hands the resulting change to the store. A courier takes what must be told
// out of that same store and speaks through platforms.
package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"guixiao/bot/intent"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// House is one school as the bot serves it: who is there, which regime is in
// force, and how its people's sentences are read. It is replaced as a whole.
type House struct {
	School *school.School
	Policy *rules.Policy
	Reader *intent.Reader
}

// NewHouse makes a house of a school; s and p are not changed afterwards.
func NewHouse(s *school.School, p *rules.Policy) *House {
	return &House{School: s, Policy: p, Reader: intent.NewReader(s)}
}

// Settings are what a Bot is made of. Zero durations and counts get defaults.
type Settings struct {
	Store     Store
	Platforms []Platform
	Now       func() time.Time // the only clock there is
	BaseURL   string           // our public address; "" = no pages to link to
	Key       []byte           // makes the addresses of pages without sign-in
	Log       *slog.Logger
	Metrics   *Metrics
	Workers   int           // deliveries and sends under way at once; default 8
	Lease     time.Duration // how long a claim on a delivery or timer lasts; default 15 s
	SendLease time.Duration // how long a claim on a notice lasts; default 45 s, ≥ 3 send time-outs
	Attempts  int           // attempts before a delivery is set aside; default 8
	// Hold takes a name for one process at a time, for ttl; nil, nil while
	// another has it. Without Hold there is no other process.
	Hold func(ctx context.Context, name string, ttl time.Duration) (Lease, error)
	// Wakes are the hints of the other processes; nil where there are none.
	Wakes Waker
	// Contacts hears that an address book has changed. What it misses, the
	// nightly look finds.
	Contacts func(account, id string)
}

// Bot is safe for concurrent use.
type Bot struct {
	Settings
	mu        sync.RWMutex
	houses    []*House
	policies  map[string]*rules.Policy // by version, for cases that keep theirs
	lanes     lanes
	decided   bell
	wakeInbox chan struct{}
	wakeSend  chan struct{}
	wakeTimer chan struct{}
	purse     purse
	paused    map[string]time.Time // platform account → not before
}

// New makes a bot for the given houses.
func New(s Settings, houses ...*House) *Bot {
	if s.Workers == 0 {
		s.Workers = 8
	}
	if s.Lease == 0 {
		s.Lease = 15 * time.Second
	}
	if s.SendLease == 0 {
		s.SendLease = 45 * time.Second
	}
	if s.Attempts == 0 {
		s.Attempts = 8
	}
	if s.Metrics == nil {
		s.Metrics = NewMetrics(nil)
	}
	b := &Bot{Settings: s, policies: map[string]*rules.Policy{}, wakeInbox: make(chan struct{}, 1),
		wakeSend: make(chan struct{}, 1), wakeTimer: make(chan struct{}, 1), paused: map[string]time.Time{}}
	b.lanes.init(s.Workers)
	b.SetHouses(houses...)
	return b
}

// SetHouses replaces the schools the bot serves, after an import for instance.
func (b *Bot) SetHouses(houses ...*House) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.houses = houses
	for _, h := range houses {
		if h.Policy != nil {
			b.policies[h.Policy.Version] = h.Policy
		}
	}
}

// Houses lists the schools the bot serves.
func (b *Bot) Houses() []*House {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.houses
}

// House finds a school by id.
func (b *Bot) House(id string) (*House, bool) {
	for _, h := range b.Houses() {
		if h.School.ID == id {
			return h, true
		}
	}
	return nil, false
}

// Open stores every active policy version and sets the clocks that must
// always run: the next roll call and the next digest of each school.
func (b *Bot) Open(ctx context.Context) error {
	for _, h := range b.Houses() {
		settings, err := json.Marshal(h.School.Settings)
		if err != nil {
			return fmt.Errorf("settings of school %s: %w", h.School.ID, err)
		}
		if h.Policy != nil {
			text := school.PolicyText{Version: h.Policy.Version, Policy: h.Policy.ID, Text: h.Policy.Text, Settings: settings}
			if err := b.Store.SavePolicy(ctx, text); err != nil {
				return err
			}
		}
		if err := b.plan(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// Accept makes deliveries durable and returns; work on them has begun by then
// but has not ended. An error means nothing was acknowledged.
func (b *Bot) Accept(ctx context.Context, ds ...school.Delivery) error {
	if len(ds) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	now := b.Now()
	for i := range ds {
		if ds[i].At.IsZero() {
			ds[i].At = now
		}
	}
	fresh, err := b.Store.Receive(ctx, now, b.Lease, ds)
	if err != nil {
		b.Metrics.Received.WithLabelValues("failed").Add(float64(len(ds)))
		return err
	}
	b.Metrics.Received.WithLabelValues("new").Add(float64(len(fresh)))
	b.Metrics.Received.WithLabelValues("repeated").Add(float64(len(ds) - len(fresh)))
	for _, d := range fresh {
		// the work outlives the call that brought it, and everything the call carries
		b.lanes.put(d.Lane(), func() bool { return b.work(context.Background(), d) })
	}
	return nil
}

// work decides one delivery, and sets it aside when it keeps failing: it never
// blocks the queue and never disappears. It says whether the lane may go on.
func (b *Bot) work(ctx context.Context, d school.Delivery) bool {
	err := b.fetch(ctx, &d)
	if err == nil {
		err = b.commit(ctx, func() (school.Change, error) { return b.decide(ctx, d) })
	}
	b.decided.ring()
	b.hint(hintDecided)
	wake(b.wakeInbox) // the sender's next message may have waited for this one
	if err == nil {
		return true
	}
	now := b.Now()
	reason := safeReason(err)
	if d.Attempt >= b.Attempts {
		b.Log.Error("delivery parked", "key", d.Key, "attempt", d.Attempt, "error", reason)
		b.Metrics.Parked.WithLabelValues("inbox").Inc()
		err = b.Store.ParkInbox(ctx, d, now, reason)
		b.raise(ctx, d.School, "parked:"+d.Key, phrase.AdminParked.With("reason", reason))
	} else {
		b.Log.Warn("delivery will be tried again", "key", d.Key, "attempt", d.Attempt, "error", reason)
		err = b.Store.RetryInbox(ctx, d, now.Add(backoff(d.Attempt)), reason)
	}
	if err != nil {
		b.Log.Error("delivery left to its lease", "key", d.Key, "error", safeReason(err))
	}
	return d.Attempt >= b.Attempts
}

// commit applies what decide returns; on a conflict decide runs again on fresh
// facts. A change that was applied before is a success, and a decision that
// breaks is an error like any other.
func (b *Bot) commit(ctx context.Context, decide func() (school.Change, error)) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while deciding: %v", r)
		}
	}()
	for try := 0; ; try++ {
		c, err := decide()
		if err != nil {
			return err
		}
		b.spread(&c)
		err = b.Store.Apply(ctx, c)
		switch {
		case err == nil:
			b.rouse(c)
			return nil
		case isDuplicate(err):
			return nil
		case isConflict(err) && try < 20:
			b.Metrics.Conflicts.Inc()
		default:
			return err
		}
	}
}

// rouse wakes the courier and the timers for what a change has made due.
func (b *Bot) rouse(c school.Change) {
	if len(c.Notices) > 0 {
		wake(b.wakeSend)
		b.hint(hintOutbox)
	}
	if len(c.Timers) > 0 {
		wake(b.wakeTimer)
		b.hint(hintTimers)
	}
}

func (b *Bot) decide(ctx context.Context, d school.Delivery) (school.Change, error) {
	h, by, known := b.who(d)
	t := &talk{b: b, ctx: ctx, h: h, d: d, by: by, now: b.Now()}
	if h != nil {
		t.now = h.School.Calendar.In(t.now)
		t.said = t.now
		if !d.At.IsZero() && d.At.Before(t.now) {
			t.said = h.School.Calendar.In(d.At)
		}
		d.School = h.School.ID
		t.d = d
	}
	t.c = school.Change{School: d.School, Key: d.Key, At: t.now, Inbox: d.Key}
	if h != nil && d.Event == EventContacts {
		if b.Contacts != nil {
			b.Contacts(d.Fields["account"], d.Fields["id"])
		}
		return t.c, nil
	}
	if h != nil && d.Event == EventInactive {
		t.inactive()
		return t.c, nil
	}
	if h != nil && d.Event == EventQuota {
		t.exhausted(known)
		return t.c, nil
	}
	if !known {
		return t.stranger()
	}
	var err error
	switch d.Kind {
	case school.DeliveryMessage:
		if err = t.message(); err == nil {
			t.answerOnPage()
		}
	case school.DeliveryPress:
		err = t.press()
	case school.DeliveryEvent:
		err = t.event()
	default:
		err = fmt.Errorf("delivery of unknown kind %q", d.Kind)
	}
	if text, ok := school.Said(err); ok {
		c := t.refused(text)
		t.tellTried(&c, err)
		return c, nil
	}
	return t.c, err
}

// who finds the school and the person behind an address.
func (b *Bot) who(d school.Delivery) (*House, school.Person, bool) {
	kind, _, _ := cutPlatform(d.Platform)
	var home *House
	for _, h := range b.Houses() {
		if d.School != "" && d.School != h.School.ID || !h.speaks(d.Platform) {
			continue
		}
		if home == nil {
			home = h
		}
		if d.Platform == Console {
			if p, ok := h.School.Roster.Person(d.From); ok {
				return h, p, true
			}
		} else if p, ok := h.School.Roster.At(kind, d.From); ok {
			return h, p, true
		}
	}
	return home, school.Person{}, false
}

// Console is the platform name of what is pressed or recorded on our own
// pages; it needs no account.
const Console = "console"

func (h *House) speaks(platform string) bool {
	if platform == Console {
		return true
	}
	for _, p := range h.School.Platforms {
		if p == platform {
			return true
		}
	}
	return false
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
