package main

import (
	"context"
	"errors"
	"time"

	"guixiao/handlers"
	"guixiao/rules/phrase"
	"guixiao/storage"
)

// caretaker is what the administrators' page looks after.
type caretaker struct {
	*storage.DB
	health func(context.Context) (handlers.Health, error)
}

// Health says how the service is.
func (c caretaker) Health(ctx context.Context) (handlers.Health, error) { return c.health(ctx) }

// health is how the service is, with what the watch found last.
func (s *service) health(ctx context.Context) (handlers.Health, error) {
	queues, err := queuesOf(ctx, s.db, s.now())
	last := s.watch.lastAudit()
	return handlers.Health{Readiness: s.ready(ctx), AuditAt: last.at, Findings: last.findings, Queues: queues, Budgets: s.bot.Budgets()}, err
}

func queuesOf(ctx context.Context, db *storage.DB, now time.Time) ([]handlers.Queue, error) {
	all, err := db.Queues(ctx, now)
	var out []handlers.Queue
	for _, q := range all {
		out = append(out, handlers.Queue(q))
	}
	return out, err
}

// ready says what keeps the service from its work now.
func (s *service) ready(ctx context.Context) handlers.Readiness {
	var r handlers.Readiness
	switch err := s.db.Ready(ctx); {
	case errors.Is(err, storage.ErrSchema):
		r.Cannot = append(r.Cannot, phrase.ReadySchema.With())
	case err != nil:
		r.Cannot = append(r.Cannot, phrase.ReadyNoStore.With())
		return r
	}
	now := s.now()
	if queues, err := s.db.Queues(ctx, now); err == nil {
		for _, q := range queues {
			if q.Name == "timers" && !q.Oldest.IsZero() && now.Sub(q.Oldest) > lateness {
				r.Slow = append(r.Slow, phrase.ReadyLateTimers.With("minutes", int(now.Sub(q.Oldest).Minutes())))
			}
		}
	}
	for _, account := range s.bot.Paused() {
		r.Slow = append(r.Slow, phrase.ReadyPaused.With("account", account))
	}
	for _, account := range s.bot.Disconnected() {
		r.Slow = append(r.Slow, phrase.ReadyDisconnected.With("account", account))
	}
	return r
}
