package main

import (
	"os"
	"strings"
	"sync"
	"time"

	"guixiao/rules/school"
)

// demoClock stands still until it is set, never goes back, and is remembered
// in a file, so that a demo started again on the same data goes on from there.
type demoClock struct {
	file string
	mu   sync.Mutex
	now  time.Time
}

func openDemoClock(file string, start time.Time) (*demoClock, error) {
	c := &demoClock{file: file, now: start}
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return c, c.set(start)
	}
	if err != nil {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
	if err != nil {
		return nil, school.Invalid("时钟文件 %s 读不出时间；删除它就从头开始", file)
	}
	c.now = at.In(start.Location())
	return c, nil
}

// Now is the time the clock shows, in the school's zone.
func (c *demoClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *demoClock) set(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t.In(c.now.Location())
	// written beside and moved over: a killed process leaves the old time or the new one
	next := c.file + ".next"
	if err := os.WriteFile(next, []byte(c.now.Format(time.RFC3339Nano)), 0o600); err != nil {
		return err
	}
	return os.Rename(next, c.file)
}
