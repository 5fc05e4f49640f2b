package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"guixiao/bot"
	"guixiao/bot/wecom"
	"guixiao/configs"
	"guixiao/handlers"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
	"guixiao/storage"
	"guixiao/storage/kv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// service is the running program: everything wired, in the order it depends on
// each other; undo holds what must be ended, last first.
type service struct {
	conf      *configs.Config
	now       func() time.Time
	log       *slog.Logger
	registry  *prometheus.Registry
	metrics   *bot.Metrics // nil where nothing is served
	db        *storage.DB
	kv        kv.Store
	platforms []bot.Platform
	houses    *houses
	bot       *bot.Bot
	watch     *watch
	books     *addressBooks
	undo      []func() error
}

func (p *program) serve(args []string) int {
	f := p.flags("serve", phrase.UsageServe, phrase.AboutServe)
	file := f.String("config", "", phrase.FlagConfig.With())
	if code, ok := p.parse(f, args, 0); !ok {
		return code
	}
	conf, code, ok := p.config(*file)
	if !ok {
		return code
	}
	collectOften()
	s := &service{conf: conf, now: time.Now, log: slog.New(slog.NewJSONHandler(p.errOut, nil))}
	defer s.close()
	if err := s.wire(p.ctx); err != nil {
		return p.fail(err)
	}
	listener, err := net.Listen("tcp", conf.Server.Addr)
	if err != nil {
		return p.fail(err)
	}
	s.log.Info(phrase.ServeReady.With("addr", listener.Addr(), "n", len(s.bot.Houses())))
	ctx, stop := context.WithCancel(context.WithoutCancel(p.ctx))
	var work sync.WaitGroup
	work.Go(func() { s.bot.Run(ctx) })
	work.Go(func() { s.houses.watch(ctx, s.bot) })
	work.Go(func() { s.watch.run(ctx) })
	work.Go(func() { s.books.run(ctx) })
	code = p.serveHTTP(handlers.NewHTTPServer(conf.Server.Addr, s.handler()), listener)
	stop() // the doors are shut: finish what is under way, then go
	work.Wait()
	if err := s.release(); err != nil {
		return p.fail(err)
	}
	return code
}

// collectOften spends a little processor on memory, unless GOGC says otherwise:
// what a county keeps is packed text, quickly looked through.
func collectOften() {
	const percent = 40
	if _, set := lookupEnv("GOGC"); !set {
		debug.SetGCPercent(percent)
	}
}

// release hands back what was claimed and not begun, so that another process
// need not wait for the leases to end.
func (s *service) release() error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return s.db.Release(ctx)
}

// wire builds the service; it is long because the order is the point.
func (s *service) wire(ctx context.Context) (err error) {
	wecom.Quiet()
	s.registry = prometheus.NewRegistry()
	s.metrics = bot.NewMetrics(s.registry)
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s.houses = &houses{conf: s.conf, log: s.log}
	s.db, err = openStore(ctx, s.conf.Storage.DSN.Reveal(), storage.Options{Logger: s.log, Engine: true, Key: []byte(s.conf.SecretKey.Reveal()), TermBegan: s.houses.termBegan})
	if err != nil {
		return err
	}
	s.undo = append(s.undo, s.db.Close)
	s.houses.db = s.db
	if s.watch, err = newWatch(s.db, s.now, s.log, s.registry); err != nil {
		return err
	}
	if err := s.watch.clocksAgree(ctx); err != nil {
		return err
	}
	if s.kv, err = kv.Open(ctx, s.conf.Redis.URL.Reveal(), s.now); err != nil {
		return err
	}
	s.undo = append(s.undo, s.kv.Close)
	if err := s.connect(); err != nil {
		return err
	}
	list, err := s.houses.load(ctx)
	if err != nil {
		return err
	}
	s.books = newAddressBooks(s)
	s.bot = bot.New(bot.Settings{Store: s.db, Platforms: s.platforms, Now: s.now, BaseURL: s.conf.Server.BaseURL,
		Key: []byte(s.conf.SecretKey.Reveal()), Log: s.log, Metrics: s.metrics, Hold: s.hold, Wakes: s.wakes(), Contacts: s.books.contacts}, list...)
	s.watch.alarm, s.watch.schools, s.watch.page = s.alarm, s.schools, s.conf.Server.BaseURL+"/system"
	return s.bot.Open(ctx)
}

func (s *service) handler() http.Handler {
	return handlers.New(handlers.Settings{
		Schools:   s.schools,
		Now:       s.now,
		Log:       s.log,
		BaseURL:   s.conf.Server.BaseURL,
		Key:       []byte(s.conf.SecretKey.Reveal()),
		Intake:    s.bot,
		Reader:    s.db,
		Journal:   s.db,
		System:    caretaker{s.db, s.health},
		Policy:    s.bot.Policy,
		Platforms: s.platforms,
		Ready:     s.ready,
		Metrics:   s.registry,
	})
}

// alarm tells the administrators of every school.
func (s *service) alarm(ctx context.Context, key, text string) error {
	return s.bot.Alarm(ctx, "", key, text)
}

func (s *service) schools() []*school.School { return schoolsOf(s.bot.Houses()) }

func schoolsOf(list []*bot.House) []*school.School {
	var all []*school.School
	for _, h := range list {
		all = append(all, h.School)
	}
	return all
}

func (s *service) close() {
	for i := len(s.undo) - 1; i >= 0; i-- {
		if err := s.undo[i](); err != nil {
			s.log.Error("shut-down step failed", "error", err.Error())
		}
	}
}

// serveHTTP answers until the program is told to end, then lets calls under
// way finish.
func (p *program) serveHTTP(server *http.Server, listener net.Listener) int {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return p.fail(err)
	case <-p.ctx.Done():
	}
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return p.fail(err)
	}
	return exitDone
}

// config reads the settings file and prints every problem in it.
func (p *program) config(file string) (*configs.Config, int, bool) {
	if file == "" {
		fmt.Fprintln(p.errOut, phrase.ConfigWanted.With())
		return nil, exitUsage, false
	}
	conf, problems := configs.Load(file, lookupEnv)
	for _, problem := range problems {
		fmt.Fprintln(p.errOut, problem)
	}
	return conf, exitFailed, conf != nil
}
