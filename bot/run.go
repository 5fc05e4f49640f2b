package bot

import (
	"context"
	"sync"
	"time"

	"guixiao/rules/school"
)

// poll is how often each loop looks without being woken: the net under the
// wake-ups, also for what another replica has written.
const poll = 500 * time.Millisecond

// Run works until ctx ends: inbox, timers, courier and connections. It returns when what
// was under way has ended.
func (b *Bot) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { b.loop(ctx, b.wakeInbox, b.takeUp) })
	wg.Go(func() { b.loop(ctx, b.wakeTimer, b.tick) })
	wg.Go(func() { b.loop(ctx, b.wakeSend, b.deliver) })
	wg.Go(func() { b.replan(ctx) })
	wg.Go(func() { b.connect(ctx) })
	wg.Go(func() { b.listen(ctx) })
	wg.Wait()
	b.lanes.wait()
	b.purse.at = time.Time{} // hand in what is left
	if err := b.tally(context.WithoutCancel(ctx)); err != nil {
		b.Log.Warn("spending not counted yet", "error", safeReason(err))
	}
}

// loop calls step whenever woken or polled, and again at once while it finds work.
func (b *Bot) loop(ctx context.Context, woken <-chan struct{}, step func(context.Context) (int, error)) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		n, err := step(context.WithoutCancel(ctx))
		if err != nil {
			b.Log.Error("engine step failed", "error", safeReason(err))
		}
		if ctx.Err() != nil {
			return
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-ticker.C:
		}
	}
}

// replan sets clocks that could not be set before: a calendar that ended and
// has been continued, a school that came with an import.
func (b *Bot) replan(ctx context.Context) {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := b.Open(context.WithoutCancel(ctx)); err != nil {
			b.Log.Error("clocks not checked", "error", safeReason(err))
		}
	}
}

// takeUp works on deliveries that nobody holds: left by a dead process, or
// given back to wait. It takes no more than can begin soon: what is at hand
// when the process dies counts as an attempt, and after some of those it would
// be set aside for a death that was not its fault.
func (b *Bot) takeUp(ctx context.Context) (int, error) {
	room := b.lanes.room()
	if room == 0 {
		return 0, nil // a delivery that ends wakes this loop
	}
	ds, err := b.Store.ClaimInbox(ctx, b.Now(), b.Lease, room)
	if err != nil {
		return 0, err
	}
	for _, d := range ds {
		b.lanes.put(d.Lane(), func() bool { return b.work(ctx, d) })
	}
	return len(ds), nil
}

// Settle does everything that is due at the present moment of the clock and
// returns when nothing is left: for the demo, the stories and the simulator.
func (b *Bot) Settle(ctx context.Context) error {
	for {
		b.lanes.wait()
		work := 0
		for _, step := range []func(context.Context) (int, error){b.takeUp, b.tick, b.deliver} {
			n, err := step(ctx)
			if err != nil {
				return err
			}
			work += n
			b.lanes.wait()
		}
		if work == 0 {
			return nil
		}
	}
}

// Ask accepts one delivery and waits for its outcome, for doors that show it
// themselves. The delivery is durable even when the waiting ends early.
func (b *Bot) Ask(ctx context.Context, d school.Delivery) (school.Reply, error) {
	d.Waits = true
	if err := b.Accept(ctx, d); err != nil {
		return school.Reply{}, err
	}
	return b.await(ctx, d.Key)
}

// await waits for the outcome of a delivery that is stored.
func (b *Bot) await(ctx context.Context, key string) (school.Reply, error) {
	ticker := time.NewTicker(askPoll)
	defer ticker.Stop()
	for {
		done := b.decided.wait()
		if r, ok, err := b.Store.Reply(ctx, key); err != nil || ok {
			return r, err
		}
		select {
		case <-done:
		case <-ticker.C: // another replica may have decided it
		case <-ctx.Done():
			return school.Reply{}, ctx.Err()
		}
	}
}

const askPoll = 200 * time.Millisecond
