package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
	"guixiao/storage"

	"github.com/prometheus/client_golang/prometheus"
)

// How often the watch looks at what, and what it puts up with.
const (
	auditEvery = 2 * time.Minute
	lateness   = 5 * time.Minute     // how late something due may be before it is a finding
	keepInbox  = 48 * time.Hour      // platforms repeat for a day at most
	keepLinks  = 90 * 24 * time.Hour // after their time: a late visitor still reads that it is over
	warnSkew   = time.Second
	mostSkew   = 5 * time.Second
)

// deadmanEnv names the address that is told every two minutes that all is
// well; whoever answers there raises the alarm when it is told nothing.
const deadmanEnv = "GUIXIAO_DEADMAN_URL"

// watch trusts nothing: it looks for what cannot happen, tidies up, and makes
// sure that somebody hears when something is wrong, even of its own silence.
type watch struct {
	db      *storage.DB
	now     func() time.Time
	log     *slog.Logger
	skew    func(context.Context) (time.Duration, error)
	alarm   func(ctx context.Context, key, text string) error
	page    string // where administrators look
	schools func() []*school.School
	deadman string // "" = nobody is told
	client  *http.Client

	findings, auditedAt, skewed prometheus.Gauge
	queues                      *prometheus.GaugeVec

	daily, hourly time.Time // when these rounds were last made
	mu            sync.Mutex
	last          audit
}

// audit is what one look found.
type audit struct {
	at       time.Time
	findings []string
}

func newWatch(db *storage.DB, now func() time.Time, log *slog.Logger, r prometheus.Registerer) (*watch, error) {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "guixiao", Name: name, Help: help})
	}
	w := &watch{db: db, now: now, log: log, client: &http.Client{Timeout: 10 * time.Second},
		skew:      func(ctx context.Context) (time.Duration, error) { return db.Skew(ctx, now) },
		findings:  gauge("audit_findings", "Findings of the last look for what cannot happen; 0 is well."),
		auditedAt: gauge("audit_timestamp_seconds", "When the last look ended, in seconds since 1970."),
		skewed:    gauge("clock_skew_seconds", "How far the database server's clock is ahead of ours."),
		queues: prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "guixiao", Name: "queue_rows",
			Help: "Rows to be worked on now, by queue and state."}, []string{"queue", "state"}),
	}
	r.MustRegister(w.findings, w.auditedAt, w.skewed, w.queues)
	address, _ := lookupEnv(deadmanEnv)
	if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		return nil, school.Invalid("%s", phrase.DeadmanWrong)
	}
	w.deadman = address
	return w, nil
}

// measureClock asks how far the database server's clock is from ours.
func (w *watch) measureClock(ctx context.Context) (time.Duration, error) {
	skew, err := w.skew(ctx)
	if err != nil {
		return 0, fmt.Errorf("measure the clock of the database server: %w", err)
	}
	w.skewed.Set(skew.Seconds())
	return skew, nil
}

// clocksAgree refuses to start beside others whose clocks are far from ours.
func (w *watch) clocksAgree(ctx context.Context) error {
	skew, err := w.measureClock(ctx)
	if err != nil {
		return err
	}
	w.hourly = w.now()
	if skew.Abs() > mostSkew {
		return school.Invalid("%s", phrase.SkewTooFar.With("skew", skew.Abs().Round(time.Millisecond), "most", mostSkew))
	}
	return nil
}

// run makes rounds until ctx ends.
func (w *watch) run(ctx context.Context) {
	tick := time.NewTicker(auditEvery)
	defer tick.Stop()
	for {
		w.round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// round looks at everything whose turn has come.
func (w *watch) round(ctx context.Context) {
	now := w.now()
	w.audit(ctx, now)
	if now.Sub(w.daily) >= 24*time.Hour {
		w.daily = now
		w.tidy(ctx, now)
	}
	if now.Sub(w.hourly) >= time.Hour {
		w.hourly = now
		if skew, err := w.measureClock(ctx); err != nil {
			w.failed(ctx, "clock not measured", err)
		} else if skew.Abs() > warnSkew {
			w.log.Warn("clock differs from the database server's", "seconds", skew.Seconds())
		}
	}
}

// tidy forgets what no platform repeats any more, and says loudly which
// calendars do not know their days.
func (w *watch) tidy(ctx context.Context, now time.Time) {
	if n, err := w.db.TrimInbox(ctx, now.Add(-keepInbox)); err != nil {
		w.failed(ctx, "inbox not trimmed", err)
	} else {
		w.log.Info("inbox trimmed", "deleted", n)
	}
	if err := w.db.TrimLinks(ctx, now.Add(-keepLinks)); err != nil {
		w.failed(ctx, "links not trimmed", err)
	}
	for _, s := range w.schools() {
		for _, text := range s.Calendar.Warnings(now) {
			w.log.Warn("calendar", "school", s.ID, "text", text)
		}
	}
}

// failed logs what went wrong, unless it only broke off because the service ends.
func (w *watch) failed(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		w.log.Error(what, "error", err.Error())
	}
}

// audit looks for what cannot happen. When it finds nothing it says so to the
// dead man's switch; when it finds something twice running, administrators
// hear of it, once a day.
func (w *watch) audit(ctx context.Context, now time.Time) {
	findings, err := w.db.Audit(ctx, now, lateness)
	if err != nil {
		w.failed(ctx, "audit failed", err)
		return
	}
	w.measureQueues(ctx, now)
	w.findings.Set(float64(len(findings)))
	w.auditedAt.Set(float64(now.Unix()))
	before := w.lastAudit()
	w.mu.Lock()
	w.last = audit{now, findings}
	w.mu.Unlock()
	if len(findings) == 0 {
		w.ping(ctx)
		return
	}
	w.log.Warn("audit finding", "n", len(findings), "findings", findings)
	if len(before.findings) == 0 {
		return
	}
	text := phrase.AuditAlarm.With("n", len(findings), "url", w.page)
	if err := w.alarm(ctx, "audit:"+string(school.DayOf(now)), text); err != nil {
		w.failed(ctx, "administrators could not be told", err)
	}
}

func (w *watch) lastAudit() audit {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

func (w *watch) measureQueues(ctx context.Context, now time.Time) {
	all, err := w.db.Queues(ctx, now)
	if err != nil {
		w.failed(ctx, "queues not counted", err)
		return
	}
	for _, q := range all {
		w.queues.WithLabelValues(q.Name, "due").Set(float64(q.Due))
		w.queues.WithLabelValues(q.Name, "working").Set(float64(q.Working))
		w.queues.WithLabelValues(q.Name, "parked").Set(float64(q.Parked))
	}
}

// ping tells the dead man's switch that all is well. Its address is a secret:
// it never stands in the log.
func (w *watch) ping(ctx context.Context) {
	if w.deadman == "" {
		return
	}
	err := w.get(ctx)
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if err != nil {
		w.failed(ctx, "dead man's switch not told", err)
	}
}

func (w *watch) get(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.deadman, nil)
	if err != nil {
		return err
	}
	res, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("answered %s", res.Status)
	}
	return nil
}
