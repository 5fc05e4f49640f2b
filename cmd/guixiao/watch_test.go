package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/rules/school"
	"guixiao/storage"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// nightWatch is a watch over a database of its own; its clock is the test's.
type nightWatch struct {
	*watch
	t      *testing.T
	clock  *bottest.Clock
	db     *storage.DB
	said   *strings.Builder
	scrape http.Handler
	alarms []string
	served []*school.School
	pings  atomic.Int64
	broken atomic.Bool // the dead man's switch does not answer well
}

func newNightWatch(t *testing.T) *nightWatch {
	t.Helper()
	n := &nightWatch{t: t, clock: bottest.NewClock(time.Date(2026, 3, 9, 8, 0, 0, 0, time.FixedZone("CST", 8*3600))), said: &strings.Builder{}}
	var err error
	if n.db, err = openStore(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "guixiao.db"), storage.Options{Logger: quietLog()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.db.Close() })
	registry := prometheus.NewRegistry()
	n.scrape = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	if n.watch, err = newWatch(n.db, n.clock.Now, slog.New(slog.NewTextHandler(n.said, nil)), registry); err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n.pings.Add(1)
		if n.broken.Load() {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(listener.Close)
	n.deadman, n.page = listener.URL+"/secret-of-the-switch", "https://bot.school.example/system"
	n.schools = func() []*school.School { return n.served }
	n.alarm = func(_ context.Context, key, text string) error {
		n.alarms = append(n.alarms, key+" "+text)
		return nil
	}
	return n
}

// after lets time pass and makes one round.
func (n *nightWatch) after(d time.Duration) {
	n.clock.Advance(d)
	n.round(n.t.Context())
}

// shows checks a line of the metrics.
func (n *nightWatch) shows(line string) {
	n.t.Helper()
	w := httptest.NewRecorder()
	n.scrape.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if !strings.Contains(w.Body.String(), "\n"+line+"\n") {
		n.t.Errorf("the metrics lack %s:\n%s", line, w.Body)
	}
}

func (n *nightWatch) receives(key string) school.Delivery {
	n.t.Helper()
	ds, err := n.db.Receive(n.t.Context(), n.clock.Now(), time.Minute, []school.Delivery{{Key: key, School: "hetuan", Platform: "wecom/main", From: "zhouli",
		Kind: school.DeliveryMessage, Text: "石巳安 未到校", At: n.clock.Now()}})
	if err != nil || len(ds) != 1 {
		n.t.Fatal(ds, err)
	}
	return ds[0]
}

func TestSomebodyHearsWhenSomethingIsStuck(t *testing.T) {
	n := newNightWatch(t)
	n.after(0)
	if n.pings.Load() != 1 || len(n.alarms) != 0 {
		t.Fatalf("all is well: %d pings, %v", n.pings.Load(), n.alarms)
	}
	n.shows("guixiao_audit_findings 0")
	if err := n.db.ParkInbox(t.Context(), n.receives("m1"), n.clock.Now(), "panic while deciding"); err != nil {
		t.Fatal(err)
	}
	n.after(auditEvery)
	if n.pings.Load() != 1 || len(n.alarms) != 0 {
		t.Errorf("found once: %d pings, alarms %v", n.pings.Load(), n.alarms)
	}
	n.shows("guixiao_audit_findings 1")
	n.after(auditEvery)
	if len(n.alarms) != 1 || !strings.Contains(n.alarms[0], "audit:2026-03-09") || !strings.Contains(n.alarms[0], "https://bot.school.example/system") {
		t.Errorf("found twice: alarms %q", n.alarms)
	}
	n.shows("guixiao_audit_timestamp_seconds 1.77301464e+09")
	n.shows(`guixiao_queue_rows{queue="inbox",state="parked"} 1`)
	if log := n.said.String(); !strings.Contains(log, "audit finding") || strings.Contains(log, "石巳安") || strings.Contains(log, "zhouli") || strings.Contains(log, "m1") {
		t.Errorf("the log says %s", log)
	}
}

func TestTheDeadMansSwitchIsNeverNamed(t *testing.T) {
	n := newNightWatch(t)
	n.broken.Store(true)
	n.after(0)
	n.deadman = "http://127.0.0.1:1/secret-of-the-switch"
	n.after(auditEvery)
	if log := n.said.String(); strings.Count(log, "switch not told") != 2 || strings.Contains(log, "secret-of") {
		t.Errorf("the log says %s", log)
	}
	t.Setenv(deadmanEnv, "hc-ping.example/abc")
	if _, err := newWatch(n.db, n.clock.Now, quietLog(), prometheus.NewRegistry()); err == nil || !strings.Contains(err.Error(), deadmanEnv) || strings.Contains(err.Error(), "abc") {
		t.Errorf("an address that is none: %v", err)
	}
}

func TestTheInboxIsTrimmedOnceADayAndKeepsTwoDays(t *testing.T) {
	n := newNightWatch(t)
	kept := func(key string) bool {
		t.Helper()
		_, ok, err := n.db.Reply(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	decide := func(key string) {
		t.Helper()
		n.receives(key)
		err := n.db.Apply(t.Context(), school.Change{School: "hetuan", Key: key, Inbox: key, At: n.clock.Now(), Reply: &school.Reply{OK: true, Text: "已登记"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	n.after(0)
	decide("old")
	n.after(23 * time.Hour)
	decide("young")
	n.after(24*time.Hour + time.Minute) // 47 h after the first
	if !kept("old") || !kept("young") {
		t.Error("trimmed too early")
	}
	n.after(23 * time.Hour)
	if !kept("old") {
		t.Error("trimmed twice in a day")
	}
	n.after(time.Hour)
	if kept("old") || kept("young") {
		t.Errorf("old kept %v, young kept %v", kept("old"), kept("young"))
	}
}

func TestACalendarThatEndsIsToldEveryDay(t *testing.T) {
	n := newNightWatch(t)
	n.served = []*school.School{openTown(t, "2026-03-09T08:05:00+08:00").service.bot.Houses()[0].School}
	n.after(300 * 24 * time.Hour)
	n.after(auditEvery)
	n.after(24 * time.Hour)
	if log := n.said.String(); strings.Count(log, "msg=calendar school=hetuan") != 2 {
		t.Errorf("the log says %s", log)
	}
}

func TestReplicasWithClocksApartDoNotStart(t *testing.T) {
	n := newNightWatch(t)
	var apart time.Duration
	var fault error
	n.skew = func(context.Context) (time.Duration, error) { return apart, fault }
	for _, apart = range []time.Duration{0, 4 * time.Second, -5 * time.Second} {
		if err := n.clocksAgree(t.Context()); err != nil {
			t.Errorf("%v: %v", apart, err)
		}
	}
	for _, apart = range []time.Duration{6 * time.Second, -time.Hour} {
		err := n.clocksAgree(t.Context())
		if said, ok := school.Said(err); !ok || !strings.Contains(said, "时钟") || !strings.Contains(said, "chrony") {
			t.Errorf("%v: %v", apart, err)
		}
	}
	fault = errors.New("server has gone away")
	if err := n.clocksAgree(t.Context()); err == nil {
		t.Error("started without having measured")
	}
	fault, apart = nil, 0
	n.after(30 * time.Minute)
	apart = 3 * time.Second
	n.after(31 * time.Minute)
	n.after(time.Minute)
	if log := n.said.String(); strings.Count(log, "clock differs") != 1 {
		t.Errorf("after an hour: %s", log)
	}
	n.shows("guixiao_clock_skew_seconds 3")
}

func TestTheServiceTellsItsAdministratorsOnceADay(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	for range 3 {
		if err := w.service.alarm(t.Context(), "audit:2026-03-09", "归校自检发现问题"); err != nil {
			t.Fatal(err)
		}
		w.settles()
	}
	heard := 0
	for _, p := range w.service.bot.Houses()[0].School.Roster.Staff {
		for _, a := range p.Addresses {
			for _, text := range w.Member(a.User).Texts() {
				if strings.Contains(text, "归校自检发现问题") {
					heard++
				}
			}
		}
	}
	if heard != 1 {
		t.Errorf("heard %d times", heard)
	}
}

func TestReadinessNamesWhatDelays(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	w.settles()
	if r := w.service.ready(t.Context()); len(r.Cannot)+len(r.Slow) != 0 {
		t.Fatalf("a fresh service: %+v", r)
	}
	w.clock.Advance(40 * time.Minute) // nobody fires the roll call of 08:20
	r := w.service.ready(t.Context())
	if len(r.Cannot) != 0 || len(r.Slow) != 1 || !strings.Contains(r.Slow[0], "分钟") {
		t.Errorf("timers are late: %+v", r)
	}
	w.settles()
	w.Fail("message/send", bottest.Code(301002))
	w.says("zhouli", "石巳安 未到校")
	r = w.service.ready(t.Context())
	if len(r.Slow) != 1 || !strings.Contains(r.Slow[0], "wecom/main") {
		t.Errorf("the account is paused: %+v", r)
	}
	health, err := w.service.health(t.Context())
	if err != nil || len(health.Queues) != 3 || len(health.Slow) != 1 {
		t.Errorf("health %+v %v", health, err)
	}
	w.service.db.Close()
	if r := w.service.ready(t.Context()); len(r.Cannot) != 1 || !strings.Contains(r.Cannot[0], "数据库") {
		t.Errorf("the database is gone: %+v", r)
	}
}

// names collects what is registered.
type names struct{ all []string }

func (n *names) Register(c prometheus.Collector) error {
	descs := make(chan *prometheus.Desc, 16)
	c.Describe(descs)
	close(descs)
	for d := range descs {
		_, rest, _ := strings.Cut(d.String(), `fqName: "`)
		name, _, _ := strings.Cut(rest, `"`)
		n.all = append(n.all, name)
	}
	return nil
}

func (n *names) MustRegister(cs ...prometheus.Collector) {
	for _, c := range cs {
		_ = n.Register(c)
	}
}

func (n *names) Unregister(prometheus.Collector) bool { return false }

func TestTheManualExplainsEveryMetric(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	n := &names{}
	bot.NewMetrics(n)
	if _, err := newWatch(nil, time.Now, quietLog(), n); err != nil {
		t.Fatal(err)
	}
	if len(n.all) < 11 {
		t.Fatalf("only %v found", n.all)
	}
	for _, name := range n.all {
		if !strings.Contains(string(text), "| `"+name+"` |") {
			t.Errorf("docs/operations.md does not explain the metric %s", name)
		}
	}
}
