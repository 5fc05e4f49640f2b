package bot

import (
	"context"
	"sync"
)

// Waker passes hints between the processes of one installation: one has
// written what another may be waiting for. A hint may be late, doubled or lost;
// everybody looks by themselves as well.
type Waker interface {
	Wake(topic string)
	// Listen yields a hint after Wake, in whatever process, until ctx ends.
	Listen(ctx context.Context, topic string) <-chan struct{}
}

// What a hint can be about.
const (
	hintOutbox  = "outbox"  // something is to be sent
	hintTimers  = "timers"  // a timer was set
	hintDecided = "decided" // a delivery was decided: who waits for it, or behind it, may look
)

// hint tells the other processes.
func (b *Bot) hint(topic string) {
	if b.Wakes != nil {
		b.Wakes.Wake(topic)
	}
}

// listen does here what the hints of the others say, until ctx ends.
func (b *Bot) listen(ctx context.Context) {
	if b.Wakes == nil {
		return
	}
	var wg sync.WaitGroup
	for topic, look := range map[string]func(){
		hintOutbox: func() { wake(b.wakeSend) },
		hintTimers: func() { wake(b.wakeTimer) },
		hintDecided: func() {
			b.decided.ring()
			wake(b.wakeInbox)
		},
	} {
		heard := b.Wakes.Listen(ctx, topic)
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-heard:
					look()
				}
			}
		})
	}
	wg.Wait()
}
