package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/dingtalk"
	"guixiao/rules/school"
)

// house stands for the rest of the program behind a Stream connection: it
// makes deliveries durable, or fails to, and answers presses.
type house struct {
	mu    sync.Mutex
	heard []school.Delivery
	fails int           // so many times it cannot store
	gate  chan struct{} // not nil: storing waits here
	came  chan struct{} // one for each call of accept
	card  *school.Card  // what a press led to; nil = not known in time
}

func newHouse() *house { return &house{came: make(chan struct{}, 1000)} }

func (h *house) accept(_ context.Context, c bot.Callback) ([]byte, error) {
	h.came <- struct{}{}
	h.mu.Lock()
	gate := h.gate
	h.mu.Unlock()
	if gate != nil {
		<-gate
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fails > 0 {
		h.fails--
		return nil, errors.New("the disk is full")
	}
	h.heard = append(h.heard, c.Deliveries...)
	if c.Outcome != nil && len(c.Deliveries) > 0 {
		return c.Outcome(bot.Pressed{Known: h.card != nil, Reply: school.Reply{OK: true, Text: "好的"}, Card: h.card}), nil
	}
	return c.Answer, nil
}

// when changes how the house behaves.
func (h *house) when(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

// holds makes storing wait until the gate is opened.
func (h *house) holds() (open func()) {
	gate := make(chan struct{})
	h.when(func() { h.gate = gate })
	return func() { close(gate) }
}

func (h *house) deliveries() []school.Delivery {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.heard)
}

func (h *house) texts() (all []string) {
	for _, d := range h.deliveries() {
		all = append(all, d.Text)
	}
	return all
}

// connected opens the Stream connection and keeps it until the test ends.
func (a *app) connected(h *house) (stop func()) {
	a.t.Helper()
	ctx, cancel := context.WithCancel(a.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Connect(ctx, h.accept) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			a.t.Error("the connection does not end")
		}
	})
	a.t.Cleanup(stop)
	a.open(1)
	return stop
}

// open waits until n sockets take pushes.
func (a *app) open(n int) {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.t.Context(), 20*time.Second)
	defer cancel()
	if err := a.fake.Connected(ctx, n); err != nil {
		a.t.Fatal(err)
	}
}

func TestAMessageOverTheStreamIsStoredBeforeItIsAcknowledged(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	open := h.holds()
	answered := make(chan error, 1)
	go func() { answered <- a.fake.Staff("limin").SaysAgain("m1", "张三 未到校") }()
	<-h.came
	select {
	case err := <-answered:
		t.Fatalf("acknowledged before it was stored (%v)", err)
	default:
	}
	open()
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	d := h.deliveries()[0]
	if d.Kind != school.DeliveryMessage || d.Text != "张三 未到校" || d.From != "limin" || d.Platform != "dingtalk/main" || d.Key == "" || d.Conversation != "direct" {
		t.Errorf("heard %+v", d)
	}
	a.noComplaints()
}

func TestWhatCouldNotBeStoredIsNotAcknowledged(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	h.when(func() { h.fails = 1 })
	if err := a.fake.Staff("limin").SaysAgain("m1", "张三 未到校"); err == nil {
		t.Error("acknowledged what is nowhere")
	}
	a.open(1)
	if err := a.fake.Staff("limin").SaysAgain("m1", "张三 未到校"); err != nil {
		t.Fatal(err)
	}
	if got := h.texts(); len(got) != 1 {
		t.Errorf("heard %q", got)
	}
	h.when(func() { h.fails = 1 })
	if err := a.fake.Event("user_leave_org", "e1", map[string]any{"userId": []string{"limin"}}); err != nil {
		t.Errorf("an event is pushed again and taken: %v", err)
	}
	a.noComplaints()
}

func TestARedeliveryHasTheSameKey(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	for _, id := range []string{"m1", "m2", "m1"} {
		if err := a.fake.Staff("limin").SaysAgain(id, "全到"); err != nil {
			t.Fatal(err)
		}
	}
	ds := h.deliveries()
	if ds[0].Key != ds[2].Key || ds[0].Key == ds[1].Key {
		t.Errorf("keys %s %s %s", ds[0].Key, ds[1].Key, ds[2].Key)
	}
}

func TestManyMessagesAtOnceAreAllAcknowledged(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			if err := a.fake.Staff(fmt.Sprint("t", i%20)).Says("全到"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(h.deliveries()); got != 200 {
		t.Errorf("%d of 200 heard", got)
	}
	a.noComplaints()
}

func TestADroppedSocketIsOpenedAgain(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	for range 3 {
		a.fake.Fail(openStream, bottest.Status(503), bottest.Garbage())
		a.fake.Drop()
		a.open(1)
		if err := a.fake.Staff("limin").Says("全到"); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(h.texts()); got != 3 {
		t.Errorf("%d of 3 heard", got)
	}
	a.noComplaints()
}

// The server wants the socket back while a message on it is still being
// stored: the next socket stands before the old one goes, nothing pushed in
// between is lost, and the acknowledgement goes where its message came from.
func TestADisconnectIsMadeBeforeItBreaks(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	open := h.holds()
	answered := make(chan error, 1)
	go func() { answered <- a.fake.Staff("limin").SaysAgain("m1", "张三 未到校") }()
	<-h.came
	if err := a.fake.Disconnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.open(1)
	go func() { answered <- a.fake.Staff("wang").SaysAgain("m2", "全到") }()
	<-h.came
	open()
	for range 2 {
		if err := <-answered; err != nil {
			t.Error(err)
		}
	}
	if got := len(h.texts()); got != 2 || a.fake.Unheard() != 0 {
		t.Errorf("heard %d, lost %d", got, a.fake.Unheard())
	}
	a.noComplaints()
}

// Some schools are asked to leave every half minute. That is no failure, and
// never a reason to be away for a while.
func TestFrequentDisconnectsLeaveNoGap(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	for range 5 {
		a.clock.Advance(30 * time.Second)
		if err := a.fake.Disconnect(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.open(1)
		if err := a.fake.Staff("limin").Says("全到"); err != nil {
			t.Error(err)
		}
	}
	if rest := time.Duration(a.rest.Load()); rest > 0 {
		t.Errorf("away for %v", rest)
	}
	a.noComplaints()
}

// A push that is still being stored when the socket drops keeps nobody from
// connecting again.
func TestAnUnfinishedPushDoesNotDelayTheNextConnection(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	open := h.holds()
	answered := make(chan error, 1)
	go func() { answered <- a.fake.Staff("limin").SaysAgain("m1", "张三 未到校") }()
	<-h.came
	a.fake.Drop()
	a.open(1)
	open()
	<-answered
	a.noComplaints()
}

func TestPingsAreEchoedAndAStopIsClean(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	stop := a.connected(h)
	if err := a.fake.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if !a.Connected() {
		t.Error("it stands and says it does not")
	}
	stop()
	if a.Connected() {
		t.Error("it is gone and says it stands")
	}
	a.noComplaints()
}

// Hammering with a wrong secret gets the address banned.
func TestAWrongSecretIsNotTriedForEver(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream, func(s *dingtalk.Settings) { s.ClientSecret = "another" }), newHouse()
	err := a.Connect(t.Context(), h.accept)
	var refused *bot.SendError
	if !errors.As(err, &refused) || refused.Class != bot.SendConfig || a.fake.WrongSecrets() > 5 {
		t.Errorf("%v after %d attempts", err, a.fake.WrongSecrets())
	}
	a.subject(dingtalk.ModeStream)
	if text := a.log.String(); len(text) > 0 && containsAny(text, "another", a.fake.ClientSecret) {
		t.Error("the log holds a secret")
	}
}

func TestThePresserSeesTheOutcomeAtOnce(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	n := bottest.Notice("card")
	a.send(n, "limin")
	done := *n.Card
	done.State, done.Result = school.CardDone, "李敏已说明原因"
	h.when(func() { h.card = &done })
	li := a.fake.Staff("limin")
	if err := li.Press(li.Card(), pressed("submit", nil)); err != nil {
		t.Fatal(err)
	}
	d := h.deliveries()[0]
	if d.Kind != school.DeliveryPress || d.Card != n.Card.ID || d.Button != "submit" || d.From != "limin" {
		t.Errorf("heard %+v", d)
	}
	if shown := fmt.Sprint(li.Card().Vars); li.Card().Repaint != 1 || !containsAny(shown, "李敏已说明原因") {
		t.Errorf("the presser sees %s", shown)
	}
	a.noComplaints()
}

// When the month's pushes are used up a message comes without its words: that
// is no report, and must not be read as an empty one.
func TestAMessageWithoutItsWordsIsAnAlarm(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	a.fake.Quota(0, 1)
	for range 2 {
		if err := a.fake.Staff("limin").Says("张三 未到校"); err != nil {
			t.Fatal(err)
		}
	}
	d := h.deliveries()[1]
	if d.Kind != school.DeliveryEvent || d.Event != "quota-exhausted" || d.From != "limin" || d.Text != "" {
		t.Errorf("heard %+v", d)
	}
}
