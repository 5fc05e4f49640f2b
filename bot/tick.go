package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// plan sets the timers that must always run, without moving those that do.
func (b *Bot) plan(ctx context.Context, h *House) error {
	now := h.School.Calendar.In(b.Now())
	c := school.Change{School: h.School.ID, At: now, Key: fmt.Sprintf("plan:%s", now.Format(time.RFC3339Nano))}
	if slot, at, ok := h.School.Calendar.NextClose(now); ok {
		c.Timers = append(c.Timers, school.Timer{School: h.School.ID, Key: rules.SessionTimer, Kind: school.TimerSession, DueAt: at, Slot: slot})
	}
	if at, ok := rules.NextDigest(h.School, now); ok {
		c.Timers = append(c.Timers, school.Timer{School: h.School.ID, Key: rules.DigestTimer, Kind: school.TimerDigest, DueAt: at})
	}
	c.Timers = append(c.Timers, calendarTimer(h, now))
	c.Timers = append(c.Timers, beginTimers(h, now)...)
	keys := make([]string, len(c.Timers))
	for i, t := range c.Timers {
		keys[i] = t.Key
	}
	running, err := b.Store.TimersSet(ctx, h.School.ID, keys...)
	if err != nil {
		return err
	}
	kept := c.Timers[:0]
	for _, t := range c.Timers {
		if !running[t.Key] {
			kept = append(kept, t)
		}
	}
	if c.Timers = kept; len(kept) == 0 {
		return nil
	}
	if err := b.Store.Apply(ctx, c); !isDuplicate(err) {
		return err
	}
	return nil // planned at this very moment before: what is not set has begun
}

// planAgain sets the clocks of what begins by itself that the calendar did not
// reach before.
func (b *Bot) planAgain(ctx context.Context, h *House, c *school.Change, now time.Time) error {
	timers := beginTimers(h, now)
	keys := make([]string, len(timers))
	for i, t := range timers {
		keys[i] = t.Key
	}
	running, err := b.Store.TimersSet(ctx, h.School.ID, keys...)
	for _, t := range timers {
		if !running[t.Key] {
			c.Timers = append(c.Timers, t)
		}
	}
	return err
}

// tick fires every timer that is due, earliest first, and says how many.
func (b *Bot) tick(ctx context.Context) (int, error) {
	const batch = 64
	timers, err := b.Store.ClaimTimers(ctx, b.Now(), b.Lease, batch)
	if err != nil {
		return 0, err
	}
	for _, t := range timers {
		b.Metrics.Timers.WithLabelValues(t.Kind).Inc()
		if err := b.fire(ctx, t); err != nil {
			b.again(ctx, t, err)
		}
	}
	return len(timers), nil
}

// again lets a timer that failed fire once more: soon at first, then every few
// minutes, with the administrator's knowledge when it does not get better. As
// long as a notice is tried it is, and then it is set aside.
func (b *Bot) again(ctx context.Context, t school.Timer, failure error) {
	const tolerance = 10 * time.Minute
	now, reason := b.Now(), safeReason(failure)
	late := now.Sub(t.DueAt)
	if t.Attempt++; late > keepTrying && t.Attempt >= fewAttempts {
		b.Log.Error("timer parked", "kind", t.Kind, "attempt", t.Attempt, "error", reason)
		b.Metrics.Parked.WithLabelValues("timers").Inc()
		if err := b.Store.ParkTimer(ctx, t, now, reason); err != nil {
			b.Log.Error("timer left to its lease", "kind", t.Kind, "error", safeReason(err))
			return
		}
		b.raise(ctx, t.School, "parked:"+t.FiringKey(), phrase.AdminTimerParked.With("reason", reason))
		return
	}
	b.Log.Warn("timer will fire again", "kind", t.Kind, "error", reason)
	if late > tolerance {
		b.raise(ctx, t.School, t.FiringKey(), phrase.AdminTimer.With("minutes", int(late.Minutes()), "reason", reason))
	}
	if err := b.Store.RetryTimer(ctx, t, now.Add(min(max(late/10, 2*time.Second), 10*time.Minute))); err != nil {
		b.Log.Error("timer left to its lease", "kind", t.Kind, "error", safeReason(err))
	}
}

// fire decides one timer and commits; the row is gone with the change.
func (b *Bot) fire(ctx context.Context, t school.Timer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in timer %s: %v", t.Kind, r)
		}
	}()
	h, ok := b.House(t.School)
	if !ok {
		return fmt.Errorf("timer for a school that is not served")
	}
	now := h.School.Calendar.In(b.Now())
	switch {
	case t.Kind == school.TimerSession && t.Student != "":
		return b.closeFor(ctx, h, t, now, t.Student, t.FiringKey())
	case t.Student == "" && t.Case != "":
		return b.commit(ctx, func() (school.Change, error) { return b.strikeMatter(ctx, h, t, now) })
	case t.Kind == school.TimerFact && t.Student == "":
		return b.commit(ctx, func() (school.Change, error) { return b.alerted(ctx, h, t, now) })
	case t.Kind == school.TimerAck && t.Student == "":
		return b.commit(ctx, func() (school.Change, error) { return b.unanswered(ctx, h, t, now) })
	}
	switch t.Kind {
	case school.TimerSession:
		return b.sessionCloses(ctx, h, t, now)
	case school.TimerBegin:
		return b.commit(ctx, func() (school.Change, error) { return b.begins(ctx, h, t, now) })
	case school.TimerRemind:
		return b.commit(ctx, func() (school.Change, error) { return b.remind(ctx, h, t, now) })
	case school.TimerDigest:
		return b.commit(ctx, func() (school.Change, error) { return b.digest(ctx, h, t, now) })
	case school.TimerCalendar:
		if err := b.warnCalendar(ctx, h); err != nil {
			return err
		}
		return b.commit(ctx, func() (school.Change, error) {
			c := b.fired(h, t, now)
			c.Timers = []school.Timer{calendarTimer(h, now)}
			return c, b.planAgain(ctx, h, &c, now)
		})
	case school.TimerCalls:
		return b.commit(ctx, func() (school.Change, error) { return b.callList(ctx, h, t, now) })
	case school.TimerHandover:
		return b.commit(ctx, func() (school.Change, error) { return b.handBack(ctx, h, t, now) })
	default:
		return b.commit(ctx, func() (school.Change, error) { return b.strike(ctx, h, t, now) })
	}
}

// strike decides a timer about one child.
func (b *Bot) strike(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	ds, err := b.Store.Delegations(ctx, h.School.ID, now)
	if err != nil {
		return school.Change{}, err
	}
	slot := t.Slot
	if slot.Day == "" {
		slot, _ = h.School.Calendar.Current(now)
	}
	facts, err := b.facts(ctx, h, t.FiringKey(), school.Person{}, now, slot, ds, t.Student)
	if isNotFound(err) {
		return b.fired(h, t, now), nil // the child has left the roster: nothing to say any more
	}
	if err != nil {
		return school.Change{}, err
	}
	c, err := rules.Strike(facts[t.Student], t)
	if err != nil {
		return school.Change{}, err
	}
	c.School, c.Key, c.At = h.School.ID, t.FiringKey(), now
	return c, nil
}

// fired is the empty change that only takes the timer away.
func (b *Bot) fired(h *House, t school.Timer, now time.Time) school.Change {
	return school.Change{School: h.School.ID, Key: t.FiringKey(), At: now}
}

func (b *Bot) remind(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	rolls, err := b.Store.Rolls(ctx, h.School.ID, t.Slot)
	if err != nil {
		return school.Change{}, err
	}
	ds, err := b.Store.Delegations(ctx, h.School.ID, now)
	if err != nil {
		return school.Change{}, err
	}
	return rules.ListMissing(h.School, h.Policy, t.Slot, rolls, ds, now, t.FiringKey()), nil
}

// policy finds the version of the regime a case began with.
func (b *Bot) policy(ctx context.Context, h *House, version string) (*rules.Policy, error) {
	b.mu.RLock()
	p := b.policies[version]
	b.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	stored, err := b.Store.PolicyText(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("policy version %s of an open case: %w", version, err)
	}
	if p, err = loadPolicy(stored); err != nil {
		return nil, fmt.Errorf("policy version %s of an open case: %w", version, err)
	}
	b.mu.Lock()
	b.policies[version] = p
	b.mu.Unlock()
	return p, nil
}

func loadPolicy(stored school.PolicyText) (*rules.Policy, error) {
	var settings map[string]any
	if err := json.Unmarshal(stored.Settings, &settings); err != nil {
		return nil, err
	}
	p, err := rules.ParsePolicy(stored.Policy, stored.Text)
	if err != nil {
		return nil, err
	}
	return p.With(settings)
}
