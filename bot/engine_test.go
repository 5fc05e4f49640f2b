package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/sandbox"
	"guixiao/rules/school"
	"guixiao/storage"
)

// brittle is the real database that breaks over one child.
type brittle struct {
	*storage.DB
	child  string
	panics bool
}

func (b *brittle) Sheets(ctx context.Context, schoolID string, students []string, now time.Time) (map[string]school.Sheet, error) {
	if slices.Contains(students, b.child) {
		if b.panics {
			panic("cannot read this")
		}
		return nil, errors.New(strings.Repeat("读不了", 200))
	}
	return b.DB.Sheets(ctx, schoolID, students, now)
}

func TestAPoisonousMessageIsSetAsideAndTheLaneGoesOn(t *testing.T) {
	for _, panics := range []bool{true, false} {
		w := found(t)
		b := &brittle{DB: w.db, child: "S01", panics: panics}
		w.store = b
		w.opens(w.feeds)
		w.say("T01", "石巳安 未到校")
		w.say("T01", "林晓 未到校") // waits behind it
		w.marked("S02", am, "")
		w.until("08:15")
		parked, err := w.db.ParkedInbox(t.Context())
		w.must(err)
		if len(parked) != 1 || parked[0].Delivery.Text != "石巳安 未到校" {
			t.Errorf("parked: %+v", parked)
		}
		w.marked("S02", am, school.Absent)
		w.reads("T07", "已搁置，没有丢失", 1)
		b.child = "" // mended: the administrator lets it run again
		w.must(w.db.Requeue(t.Context(), parked[0], w.clock))
		w.settle()
		w.marked("S01", am, school.Absent)
	}
}

func TestOneChildDoesNotHoldUpTheRollCallOfTheSchool(t *testing.T) {
	w := found(t)
	b := &brittle{DB: w.db, panics: true}
	w.store = b
	w.opens(w.feeds)
	w.say("T01", "石巳安、林晓 未到校")
	b.child = "S01"
	w.until("08:40")
	w.reads("T01", "林晓：了解")
	w.reads("T02", "点名还没有收到")
	w.until("14:21")
	w.reads("T02", "下午", 1) // the next roll call was closed as well
	w.reads("T07", "仍在重试")  // and somebody knows
	b.child = ""
	w.until("14:30")
	w.reads("T01", "石巳安：了解")
}

func TestADeliveryNobodyServesIsParkedAndEverybodysAdministratorHears(t *testing.T) {
	w := open(t)
	d := w.delivery("T01", "石巳安 未到校")
	d.Platform = "wecom/forgotten"
	w.accept(d)
	w.until("09:00")
	parked, err := w.db.ParkedInbox(t.Context())
	w.must(err)
	if len(parked) != 1 {
		t.Fatalf("parked: %v", parked)
	}
	w.reads("T07", "wecom/forgotten", 1)
}

func TestATimerThatNeverSucceedsIsSetAsideAndTheNextRollCallComes(t *testing.T) {
	w := found(t)
	b := &brittle{DB: w.db, child: "S01", panics: true}
	w.store = b
	b.child = ""
	w.opens(w.feeds)
	w.say("T01", "石巳安 未到校")
	b.child = "S01"
	w.until("2026-03-10 08:40") // more than a day of trying
	parked, err := w.db.ParkedTimers(t.Context(), "v")
	w.must(err)
	if len(parked) == 0 || parked[0].Reason == "" || parked[0].Attempt == 0 {
		t.Fatalf("parked: %+v", parked)
	}
	w.reads("T07", "反复做不成，已搁置")
	b.child = ""
	for _, p := range parked {
		w.must(w.db.Requeue(t.Context(), p, w.clock))
	}
	w.settle()
	w.reads("G1", "尚未到校", 1) // late, but not lost
}

func TestWhatIsRepeatedHasOneEffect(t *testing.T) {
	w := open(t)
	d := w.delivery("T01", "石巳安 未到校")
	w.accept(d)
	w.accept(d)
	w.engine(w.feeds) // a restart in the middle
	w.accept(d)
	w.hears("T01", 1)
	card := w.card("T01", "石巳安")
	p := school.Delivery{Key: "press", Platform: sandbox.Name, From: "T01", Kind: school.DeliveryPress, Card: card.ID, Button: "cancel"}
	first := w.ask(p)
	if again := w.ask(p); first != again || !first.OK {
		t.Errorf("pressed twice: %+v, then %+v", first, again)
	}
}

func TestAskEndsWithTheCallersPatience(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	card := w.card("T01", "石巳安")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.bot.Ask(ctx, school.Delivery{Key: "hasty", Platform: sandbox.Name, From: "T01", Kind: school.DeliveryPress, Card: card.ID, Button: "cancel"})
	if err == nil {
		t.Log("decided before the caller left")
	}
	w.ask(school.Delivery{Key: "hasty", Platform: sandbox.Name, From: "T01", Kind: school.DeliveryPress, Card: card.ID, Button: "cancel"})
	w.marked("S01", am, "")
}

func TestAPressOnTheWrongCardChangesNothing(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	card := w.card("T01", "石巳安")
	for _, r := range []school.Reply{w.press("T02", card.ID, "cancel"), w.press("G1", card.ID, "cancel"), w.press("nobody", card.ID, "cancel"),
		w.press("T01", card.ID, "explode"), w.press("T01", "no-such-card", "cancel"), w.press("T01", card.ID, "change")} {
		if r.OK || r.Text == "" {
			t.Errorf("answered %+v", r)
		}
	}
	w.marked("S01", am, school.Absent)
	if !w.press("T01", card.ID, "change", "mark=sick").OK {
		t.Error("the change was refused")
	}
	w.marked("S01", am, school.Sick)
	if r := w.press("T01", card.ID, "cancel"); r.OK || !strings.Contains(r.Text, "改为") {
		t.Errorf("a settled card: %+v", r)
	}
}

func TestADeputyActsAndTheTasksComeBackInTheMorning(t *testing.T) {
	w := open(t)
	w.until("08:21") // 周立 is asked for the roll call
	w.say("T01", "委托 褚良 到2026-03-10")
	w.reads("T03", "点名还没有收到")
	w.say("T03", "石巳安 未到校")
	w.until("14:21")
	w.reads("T03", "石巳安：了解")
	w.neverReads("T01", "石巳安：了解")
	night := len(w.feed("T01"))
	w.until("2026-03-11 06:00")
	w.hears("T01", night)
	w.until("06:31")
	w.reads("T01", "代理已结束")
	w.reads("T01", "石巳安：了解")
	w.neverReads("T01", "3月10日（周二）下午：点名") // roll calls of days gone by stay where they were
}

func TestWhoCannotDelegateIsTold(t *testing.T) {
	w := open(t)
	for _, words := range []string{"委托 不存在 到2026-03-11", "委托 周立 到2026-03-11", "委托 褚良 到2026-03-08", "委托 褚良"} {
		w.say("T01", words)
	}
	ds, err := w.db.Delegations(t.Context(), "v", w.clock)
	w.must(err)
	if len(ds) != 0 {
		t.Errorf("delegated: %v", ds)
	}
	w.hears("T01", 4)
	if r := w.event("G1", "delegate", "", "to=T03", "until=2026-03-11"); r.OK {
		t.Error("a guardian delegated")
	}
	if r := w.event("T01", "delegate", "", "to=T03", "until=2026-03-11"); !r.OK {
		t.Error(r)
	}
}

func TestADangerThatNamesNobody(t *testing.T) {
	w := open(t)
	w.say("G3", "孩子七点就出门了，还没到学校吗，找不到人了")
	w.reads("T06", "安全情况")
	w.reads("T01", "安全情况") // the class teachers of both her children
	w.reads("T02", "安全情况")
	w.neverReads("T05", "安全情况")
	w.until("08:01")
	w.reads("T05", "安全情况") // nobody has taken it up
	card := w.card("T06", "安全情况")
	if !w.press("T06", card.ID, "ack").OK {
		t.Error("refused")
	}
	if got := w.card("T05", "安全情况"); got.State != school.CardDone {
		t.Errorf("the head still sees it %s", got.State)
	}
}

func TestSignsOfHarmGoToTheHeadAlone(t *testing.T) {
	w := open(t)
	w.say("G3", "孩子在家被打了，身上有伤") // she has two
	w.reads("T05", "安全情况")
	w.neverReads("T05", "被打")
	w.neverReads("T06", "安全情况")
	w.neverReads("T02", "安全情况")
	w.say("T01", "石巳安 未到校")
	w.say("T01", "石巳安被家长打骂，身上有伤痕")
	w.until("08:40")
	w.neverReads("G1", "石巳安")
	w.neverReads("G2", "石巳安")
	w.reads("T05", "石巳安")
	w.neverReads("T06", "石巳安")
	cases, err := w.db.OpenCases(t.Context(), "v")
	w.must(err)
	for _, l := range w.book("case:" + cases[0].ID) {
		if l.What == "sent" && strings.Contains(l.Detail, "卫民") && strings.Contains(l.Detail, "保护") {
			t.Errorf("the file of the case tells of it: %s", l.Detail)
		}
	}
}

func TestRunWorksUntilItIsTold(t *testing.T) {
	w := open(t)
	ctx, stop := context.WithCancel(t.Context())
	more, end := w.feeds.Subscribe("T01")
	defer end()
	done := make(chan struct{})
	go func() { defer close(done); w.bot.Run(ctx) }()
	w.must(w.bot.Accept(ctx, w.delivery("T01", "石巳安 未到校")))
	<-more
	stop()
	<-done
	w.reads("T01", "石巳安")
}

var _ bot.Store = (*brittle)(nil)

// corridor carries hints between the engines of one test.
type corridor struct {
	mu        sync.Mutex
	said      map[string]int
	listeners map[string][]chan struct{}
}

func (c *corridor) Wake(topic string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said[topic]++
	for _, l := range c.listeners[topic] {
		select {
		case l <- struct{}{}:
		default:
		}
	}
}

func (c *corridor) Listen(_ context.Context, topic string) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := make(chan struct{}, 1)
	c.listeners[topic] = append(c.listeners[topic], l)
	return l
}

func TestReplicasWakeEachOther(t *testing.T) {
	w := open(t)
	hall := &corridor{said: map[string]int{}, listeners: map[string][]chan struct{}{}}
	w.bot.Wakes = hall
	w.say("T01", "石巳安 未到校")
	for _, topic := range []string{"decided", "outbox", "timers"} {
		if hall.said[topic] == 0 {
			t.Errorf("nobody else hears of %s: %v", topic, hall.said)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { w.bot.Run(ctx) })
	d := w.delivery("T02", "乙小鹏 未到校")
	ds, err := w.db.Receive(t.Context(), w.clock, time.Minute, []school.Delivery{d}) // the other replica has taken it up
	w.must(err)
	answered := make(chan error, 1)
	go func() {
		_, err := w.bot.Ask(t.Context(), d)
		answered <- err
	}()
	w.must(w.db.Apply(t.Context(), school.Change{School: "v", Key: d.Key, Inbox: d.Key, At: w.clock, Reply: &school.Reply{OK: true}}))
	hall.Wake("decided")
	w.must(<-answered)
	if len(ds) != 1 {
		t.Errorf("taken up %d times", len(ds))
	}
	stop()
	running.Wait()
}
