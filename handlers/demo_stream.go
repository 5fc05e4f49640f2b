package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Most people whose feeds one stream carries.
const mostFollowed = 12

// demoStream tells one page, as server-sent events, everything new in the
// feeds of its people: item {person,item}, clock, and reset when the school
// was set back. A page that lost the line calls again with the same number and
// passes over what it has.
func (s *server) demoStream(c *gin.Context) {
	people := c.QueryArray("person")
	if len(people) == 0 || len(people) > mostFollowed {
		s.failDemo(c, school.Invalid("%s", phrase.DemoFollow.With("most", mostFollowed)))
		return
	}
	after, err := feedAfter(c)
	for _, p := range people {
		err = errors.Join(err, s.checkPerson(p))
	}
	if err != nil {
		s.failDemo(c, err)
		return
	}
	more, stop := s.Demo.Follow()
	defer stop()
	set, hangUp := s.bell.listen()
	defer hangUp()

	unlimited(c)
	c.Header("Content-Type", "text/event-stream; charset=utf-8")
	c.Header("X-Accel-Buffering", "no")
	c.Status(http.StatusOK)
	st := &stream{s: s, c: c, people: people, seen: slices.Repeat([]int{after}, len(people))}
	if st.clock() != nil || st.items() != nil {
		return
	}
	alive := time.NewTicker(20 * time.Second)
	defer alive.Stop()
	for {
		var err error
		select {
		case <-c.Request.Context().Done():
			return
		case <-more:
			err = st.items()
		case reset := <-set:
			err = st.set(reset)
		case <-alive.C:
			err = st.write(": alive\n\n")
		}
		if err != nil {
			return
		}
	}
}

type stream struct {
	s      *server
	c      *gin.Context
	people []string
	seen   []int // newest number told, by person
}

func (st *stream) write(text string) error {
	if _, err := st.c.Writer.WriteString(text); err != nil {
		return err
	}
	st.c.Writer.Flush()
	return nil
}

func (st *stream) clock() error {
	now, err := json.Marshal(st.s.clockNow())
	if err != nil {
		return err
	}
	return st.write(fmt.Sprintf("event: clock\ndata: %s\n\n", now))
}

func (st *stream) set(reset bool) error {
	if reset {
		if err := st.write("event: reset\ndata: {}\n\n"); err != nil {
			return err
		}
		clear(st.seen)
	}
	if err := st.clock(); err != nil {
		return err
	}
	return st.items()
}

// items tells what is new.
func (st *stream) items() error {
	for i, person := range st.people {
		items, err := st.s.Demo.Feed(person, st.seen[i])
		if err != nil {
			return err
		}
		for _, raw := range items {
			var item struct{ N int }
			if err := json.Unmarshal(raw, &item); err != nil {
				return err
			}
			data, err := json.Marshal(gin.H{"person": person, "item": raw})
			if err != nil {
				return err
			}
			if err := st.write(fmt.Sprintf("event: item\ndata: %s\n\n", data)); err != nil {
				return err
			}
			st.seen[i] = item.N
		}
	}
	return nil
}

// unlimited lifts the server's limit on writing for this answer.
func unlimited(c *gin.Context) {
	// Not every writer has a limit to lift; then there is nothing to do.
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Time{})
}

// bell rings at every open page when the clock was moved (false) or the
// school was set back (true).
type bell struct {
	mu        sync.Mutex
	listeners map[chan bool]struct{}
}

func newBell() *bell { return &bell{listeners: map[chan bool]struct{}{}} }

func (b *bell) listen() (<-chan bool, func()) {
	ch := make(chan bool, 4)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners[ch] = struct{}{}
	return ch, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners, ch)
	}
}

// ring never waits: a page that is behind misses a stroke of the clock, never
// a reset, for which the oldest stroke makes room.
func (b *bell) ring(reset bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for ch := range b.listeners {
		select {
		case ch <- reset:
			continue
		default:
		}
		if reset {
			select {
			case <-ch:
			default:
			}
			ch <- true
		}
	}
}
