package kv

import (
	"context"
	"slices"
	"sync"
)

// hub passes hints to the listeners of this process.
type hub struct {
	lock      sync.Mutex
	listeners map[string][]chan struct{}
}

// Wake never waits: a listener that has not taken the last hint needs no other.
func (h *hub) Wake(topic string) {
	h.lock.Lock()
	defer h.lock.Unlock()
	for _, c := range h.listeners[topic] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (h *hub) Listen(ctx context.Context, topic string) <-chan struct{} {
	c := make(chan struct{}, 1)
	h.lock.Lock()
	defer h.lock.Unlock()
	if h.listeners == nil {
		h.listeners = map[string][]chan struct{}{}
	}
	h.listeners[topic] = append(h.listeners[topic], c)
	context.AfterFunc(ctx, func() {
		h.lock.Lock()
		defer h.lock.Unlock()
		h.listeners[topic] = slices.DeleteFunc(h.listeners[topic], func(o chan struct{}) bool { return o == c })
	})
	return c
}
