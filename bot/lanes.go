package bot

import "sync"

// lanes runs jobs of one lane in the order given and different lanes side by
// side, at most n at once. A job that answers false ends its lane's queue: what
// waits behind it must not overtake, and comes back in order when the store's
// claim on it ends.
type lanes struct {
	mu    sync.Mutex
	idle  *sync.Cond
	queue map[string][]func() bool
	slots chan struct{}
	jobs  int // put and not ended
}

func (l *lanes) init(n int) {
	l.queue = map[string][]func() bool{}
	l.slots = make(chan struct{}, n)
	l.idle = sync.NewCond(&l.mu)
}

func (l *lanes) put(lane string, job func() bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	q, running := l.queue[lane]
	l.queue[lane] = append(q, job)
	l.jobs++
	if !running {
		go l.run(lane)
	}
}

func (l *lanes) run(lane string) {
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	for {
		l.mu.Lock()
		q := l.queue[lane]
		if len(q) == 0 {
			delete(l.queue, lane)
			if len(l.queue) == 0 {
				l.idle.Broadcast()
			}
			l.mu.Unlock()
			return
		}
		l.queue[lane] = q[1:]
		l.mu.Unlock()
		ok := q[0]()
		l.mu.Lock()
		l.jobs--
		if !ok {
			l.jobs -= len(l.queue[lane])
			l.queue[lane] = nil
		}
		l.mu.Unlock()
	}
}

// room is how many more jobs are worth having at hand: as many again as run
// side by side.
func (l *lanes) room() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, 2*cap(l.slots)-l.jobs)
}

// wait returns when nothing runs and nothing waits.
func (l *lanes) wait() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.queue) > 0 {
		l.idle.Wait()
	}
}

// bell tells everybody who waits that something has happened.
type bell struct {
	mu sync.Mutex
	c  chan struct{}
}

// wait returns a channel that is closed at the next ring.
func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.c == nil {
		b.c = make(chan struct{})
	}
	return b.c
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.c != nil {
		close(b.c)
		b.c = nil
	}
}
