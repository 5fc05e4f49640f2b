package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"guixiao/rules/school"
)

// deliver sends what is due and says how many rows it took up. Lanes run side
// by side, the notices of one lane in order.
func (b *Bot) deliver(ctx context.Context) (int, error) {
	batch := 4 * b.Workers
	out, err := b.Store.ClaimNotices(ctx, b.Now(), b.SendLease, batch)
	if err != nil {
		return 0, err
	}
	byLane := map[string][]school.Outgoing{}
	var order []string
	for _, o := range out {
		lane := o.Notice.Lane()
		if byLane[lane] == nil {
			order = append(order, lane)
		}
		byLane[lane] = append(byLane[lane], o)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, b.Workers)
	for _, lane := range order {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, o := range byLane[lane] {
				if !b.send(ctx, o) {
					return // what waits behind must not overtake
				}
			}
		})
	}
	wg.Wait()
	return len(out), nil
}

// keepTrying is how long a busy or silent platform is asked again before a
// notice is set aside for the administrator: a bad morning, not a lost message.
const keepTrying = 24 * time.Hour

// send makes one attempt and records its outcome; false ends the lane's turn.
func (b *Bot) send(ctx context.Context, o school.Outgoing) bool {
	h, ok := b.House(o.Notice.School)
	if !ok {
		return b.settled(ctx, o, school.Outcome{Reason: "school is not served"}, nil)
	}
	p, to, ok := b.route(h, o)
	if !ok {
		return b.settled(ctx, o, school.Outcome{Reason: "no address on any platform"}, b.unreached(ctx, h, o))
	}
	if until, paused := b.pausedUntil(p.Name()); paused {
		return b.settled(ctx, o, school.Outcome{Retry: until, Reason: "account paused"}, nil)
	}
	if o.Body == nil || o.Platform != p.Name() {
		body, err := p.Render(o.Notice, to)
		if err != nil {
			return b.failed(ctx, h, o, p, err)
		}
		o.Platform, o.Address, o.Body = p.Name(), to, body
		if err := b.Store.KeepBody(ctx, o); err != nil {
			b.Log.Warn("notice left to its lease", "error", safeReason(err))
			return false
		}
	}
	var earlier []school.Receipt
	if o.Notice.Of != "" {
		var err error
		if earlier, err = b.Store.Receipts(ctx, o.Notice.School, o.Notice.Of); err != nil {
			b.Log.Warn("notice left to its lease", "error", safeReason(err))
			return false
		}
	}
	if held, err := b.Store.Holds(ctx, o, b.Now()); err != nil || !held {
		return false
	}
	began := time.Now() // a duration for the metric, never a decision
	receipt, err := p.Deliver(ctx, Dispatch{Notice: o.Notice, To: to, Body: o.Body, Earlier: earlier, Attempt: o.Attempt})
	b.Metrics.SendTime.WithLabelValues(p.Kind()).Observe(time.Since(began).Seconds())
	if err != nil {
		return b.failed(ctx, h, o, p, err)
	}
	b.Metrics.Sent.WithLabelValues(p.Kind(), "sent").Inc()
	if o.Notice.Act == school.NoticeUpdate && receipt.Code != "" {
		if err := b.Store.UseCode(ctx, o.Notice.School, receipt.Code); err != nil {
			b.Log.Warn("used card code kept", "error", safeReason(err))
		}
	}
	return b.settled(ctx, o, school.Outcome{Sent: true, Receipt: receipt}, nil)
}

// settled records an outcome; a lost claim means that somebody else owns the
// row now, and nothing is done.
func (b *Bot) settled(ctx context.Context, o school.Outgoing, out school.Outcome, change *school.Change) bool {
	out.At = b.Now()
	if !out.Sent && out.Retry.IsZero() {
		b.Metrics.Parked.WithLabelValues("outbox").Inc()
	}
	err := b.Store.Finish(ctx, o, out, change)
	switch {
	case isConflict(err):
		b.Log.Warn("a notice changed hands while it was sent")
		return false
	case err != nil:
		b.Log.Error("outcome of a send not recorded; the notice may repeat under its key", "error", safeReason(err))
		return false
	}
	if change != nil {
		b.rouse(*change)
	}
	return out.Sent || out.Retry.IsZero()
}

// failed sorts a refusal into what happens next.
func (b *Bot) failed(ctx context.Context, h *House, o school.Outgoing, p Platform, err error) bool {
	var se *SendError
	if !errors.As(err, &se) {
		se = &SendError{Class: SendRetry, Text: safeReason(err)}
	}
	b.Metrics.Sent.WithLabelValues(p.Kind(), string(se.Class)).Inc()
	b.Log.Warn("send not accepted", "platform", p.Name(), "class", string(se.Class), "code", se.Code, "attempt", o.Attempt)
	now := b.Now()
	reason := se.Error()
	switch se.Class {
	case SendRetry:
		if now.Sub(o.Notice.DueAt) < keepTrying {
			return b.settled(ctx, o, school.Outcome{Retry: now.Add(max(se.After, backoff(o.Attempt))), Reason: reason}, nil)
		}
	case SendConfig:
		b.pause(p.Name(), now.Add(5*time.Minute))
		b.alarm(ctx, h.School.ID, "config:"+p.Name()+":"+string(school.DayOf(now)), "outbox", reason)
		return b.settled(ctx, o, school.Outcome{Retry: now.Add(5 * time.Minute), Reason: reason}, nil)
	case SendStale:
		return b.settled(ctx, o, school.Outcome{Sent: true, Receipt: school.Receipt{Platform: p.Name()}}, b.afresh(o, now))
	case SendRecipient:
		if next, ok := b.nextAccount(h, o, p.Name()); ok {
			o.Platform, o.Body = next, nil
			if err := b.Store.KeepBody(ctx, o); err == nil {
				return b.settled(ctx, o, school.Outcome{Retry: now, Reason: reason}, nil)
			}
		}
	}
	return b.settled(ctx, o, school.Outcome{Reason: reason}, b.unreached(ctx, h, o))
}

// route chooses the account and the address of a notice: the one of the first
// attempt, else the first of the school's accounts on which the person is.
func (b *Bot) route(h *House, o school.Outgoing) (Platform, school.Address, bool) {
	for _, p := range b.accounts(h) {
		if o.Platform != "" && o.Platform != p.Name() {
			continue
		}
		if to, ok := b.address(h, o.Notice, p); ok {
			return p, to, true
		}
	}
	return nil, school.Address{}, false
}

// nextAccount is the account after this one on which the person can be found.
func (b *Bot) nextAccount(h *House, o school.Outgoing, after string) (string, bool) {
	passed := false
	for _, p := range b.accounts(h) {
		if passed {
			if _, ok := b.address(h, o.Notice, p); ok {
				return p.Name(), true
			}
		}
		passed = passed || p.Name() == after
	}
	return "", false
}

func (b *Bot) address(h *House, n school.Notice, p Platform) (school.Address, bool) {
	switch {
	case n.Addr != nil:
		return *n.Addr, n.Addr.Platform == p.Kind()
	case n.ToClass != "":
		return school.Address{Platform: p.Kind(), User: "class:" + n.ToClass}, p.Kind() == "sandbox"
	}
	person, ok := h.School.Roster.Person(n.To)
	if !ok {
		return school.Address{}, false
	}
	return person.Address(p.Kind())
}

// accounts lists the school's platforms in its own order of preference.
func (b *Bot) accounts(h *House) []Platform {
	var all []Platform
	for _, name := range h.School.Platforms {
		for _, p := range b.Platforms {
			if p.Name() == name {
				all = append(all, p)
			}
		}
	}
	return all
}

func (b *Bot) pause(account string, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.paused[account] = until
}

func (b *Bot) pausedUntil(account string) (time.Time, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	until, ok := b.paused[account]
	return until, ok && b.Now().Before(until)
}
