package bottest

import "time"

// Clock is a clock the test turns.
type Clock struct{ now chan time.Time }

// NewClock starts at t.
func NewClock(t time.Time) *Clock {
	c := &Clock{now: make(chan time.Time, 1)}
	c.now <- t
	return c
}

// Now reads it.
func (c *Clock) Now() time.Time {
	t := <-c.now
	c.now <- t
	return t
}

// Advance turns it forward.
func (c *Clock) Advance(d time.Duration) { c.now <- (<-c.now).Add(d) }
