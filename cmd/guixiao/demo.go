package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"guixiao/bot"
	"guixiao/bot/sandbox"
	"guixiao/configs"
	"guixiao/handlers"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
	"guixiao/storage"

	"github.com/prometheus/client_golang/prometheus"
)

// demoOptions are what the demo can be told.
type demoOptions struct {
	school string    // folder, or the name of a built-in school; "" = the first of those
	data   string    // folder for the database, the feeds and the clock
	now    time.Time // start of the clock; zero: the calendar's own choice
	dsn    string    // another database than SQLite in data; for tests
}

// demo is the real engine with the sandbox platform and a clock that moves
// only when it is told to. All acts happen one after the other.
type demo struct {
	demoOptions
	warnings []configs.Problem // about the school folder
	clock    *demoClock
	turn     chan struct{} // held by whoever acts
	sandbox  *sandbox.Platform
	house    atomic.Pointer[bot.House] // the school shown now
	db       *storage.DB
	bot      *bot.Bot
	registry *prometheus.Registry
	metrics  *bot.Metrics
	log      *slog.Logger
}

func (p *program) demo(args []string) int {
	f := p.flags("demo", phrase.UsageDemo, phrase.AboutDemo)
	addr := f.String("addr", "127.0.0.1:8080", phrase.FlagAddr.With())
	data := f.String("data", "", phrase.FlagData.With())
	folder := f.String("school", "", phrase.FlagSchool.With())
	start := f.String("now", "", phrase.FlagNow.With())
	if code, ok := p.parse(f, args, 0); !ok {
		return code
	}
	o := demoOptions{school: *folder, data: *data}
	if *start != "" {
		at, err := time.Parse(time.RFC3339, *start)
		if err != nil {
			fmt.Fprintln(p.errOut, phrase.DemoBadNow.With("value", *start))
			return exitUsage
		}
		o.now = at
	}
	if o.data == "" {
		dir, err := os.MkdirTemp("", "guixiao-demo-")
		if err != nil {
			return p.fail(err)
		}
		defer os.RemoveAll(dir)
		o.data = dir
	}
	d, err := openDemo(p.ctx, o)
	if err != nil {
		return p.fail(err)
	}
	defer d.Close()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return p.fail(err)
	}
	for _, w := range d.warnings {
		fmt.Fprintln(p.errOut, w)
	}
	d.greet(p.out, listener.Addr())
	return p.serveHTTP(handlers.NewHTTPServer(*addr, d.Handler()), listener)
}

// greet prints the address and three things to try.
func (d *demo) greet(out io.Writer, addr net.Addr) {
	s := d.School()
	say := phrase.DemoSayOne.With("name", demoChild(s).Name)
	fmt.Fprintln(out, phrase.DemoReady.With("url", "http://"+addr.String()+"/demo", "school", s.Name,
		"now", d.clock.Now().Format("2006-01-02 15:04"), "say", say))
}

// demoChild is the child the first sentence is about: the first one whose
// class has a 班主任.
func demoChild(s *school.School) school.Student {
	for _, child := range s.Roster.Students() {
		if len(s.Holders("班主任", child.Class(), nil, time.Time{}).People) > 0 {
			return child
		}
	}
	return school.Student{}
}

// openDemo builds the engine on the data folder, new or from before.
func openDemo(ctx context.Context, o demoOptions) (*demo, error) {
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return nil, err
	}
	house, warnings, err := demoHouse(o.school)
	if err != nil {
		return nil, err
	}
	d := &demo{demoOptions: o, warnings: warnings, turn: make(chan struct{}, 1), log: slog.New(slog.DiscardHandler), registry: prometheus.NewRegistry()}
	d.house.Store(house)
	d.metrics = bot.NewMetrics(d.registry)
	clock, err := openDemoClock(filepath.Join(o.data, "clock"), d.begins())
	if err != nil {
		return nil, err
	}
	feeds, err := sandbox.New(o.data, house.School.Calendar.Zone(), d.classGroup)
	if err != nil {
		return nil, err
	}
	if o.dsn == "" {
		o.dsn = "sqlite:" + filepath.Join(o.data, "guixiao.db")
	}
	db, err := openStore(ctx, o.dsn, storage.Options{Logger: d.log, Engine: true, TermBegan: d.termBegan})
	if err != nil {
		return nil, err
	}
	d.db, d.clock, d.sandbox = db, clock, feeds
	if err := d.start(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// begins is where the clock of the school starts.
func (d *demo) begins() time.Time {
	cal := d.School().Calendar
	if d.now.IsZero() {
		return cal.In(cal.DefaultStart(time.Now()))
	}
	return cal.In(d.now)
}

// classGroup lists who is in a class's group chat: the staff with a post for
// that class.
func (d *demo) classGroup(class string) []string {
	var ids []string
	for _, p := range d.School().Roster.Staff {
		for _, post := range p.Posts {
			for _, scope := range post.Scopes {
				if scope == class {
					ids = append(ids, p.ID)
				}
			}
		}
	}
	return ids
}

// start makes the engine anew; what was left half done is finished.
func (d *demo) start(ctx context.Context) error {
	d.bot = bot.New(bot.Settings{Store: d.db, Platforms: []bot.Platform{d.sandbox}, Now: d.clock.Now, Log: d.log,
		Metrics: d.metrics}, d.house.Load())
	if err := d.bot.Open(ctx); err != nil {
		return err
	}
	return d.bot.Settle(ctx)
}

// Close ends the demo; the data stays.
func (d *demo) Close() {
	d.lock()
	defer d.unlock()
	d.db.Close()
	d.sandbox.Close()
}

func (d *demo) lock()   { d.turn <- struct{}{} }
func (d *demo) unlock() { <-d.turn }

// Handler is every page and call of the demo.
func (d *demo) Handler() http.Handler {
	return handlers.New(handlers.Settings{
		Schools:   func() []*school.School { return []*school.School{d.School()} },
		Now:       d.clock.Now,
		Log:       d.log,
		Key:       []byte(rand.Text()),
		Intake:    d,
		Reader:    d.db,
		Journal:   d.db,
		System:    caretaker{d.db, d.health},
		Policy:    d.policy,
		Platforms: []bot.Platform{d.sandbox},
		Ready:     func(context.Context) handlers.Readiness { return handlers.Readiness{} },
		Metrics:   d.registry,
		Demo:      d,
	})
}

// health looks at everything anew: the demo has no watch that runs beside it.
func (d *demo) health(ctx context.Context) (handlers.Health, error) {
	now := d.clock.Now()
	findings, err := d.db.Audit(ctx, now, lateness)
	if err != nil {
		return handlers.Health{}, err
	}
	queues, err := queuesOf(ctx, d.db, now)
	return handlers.Health{AuditAt: now, Findings: findings, Queues: queues}, err
}

// policy asks the engine that runs now; a restart makes a new one.
func (d *demo) policy(ctx context.Context, schoolID, version string) (*rules.Policy, error) {
	d.lock()
	defer d.unlock()
	return d.bot.Policy(ctx, schoolID, version)
}

// openStore opens the database and brings it up to this version.
func openStore(ctx context.Context, dsn string, o storage.Options) (*storage.DB, error) {
	db, err := storage.Open(ctx, dsn, o)
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// termBegan counts the school's absences from the first day of its term.
func (d *demo) termBegan(_ string, now time.Time) school.Day {
	cal := d.School().Calendar
	term, _ := cal.TermOf(cal.DayOf(now))
	return term.From
}
