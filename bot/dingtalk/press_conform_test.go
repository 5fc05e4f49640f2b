package dingtalk_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/dingtalk"
	"guixiao/rules/school"
)

// changed is the update that goes to a holder once the card is decided.
func changed(n school.Notice, done school.Card) school.Notice {
	n.Of, n.Key, n.Act, n.Card = n.Key, n.Key+"-done", school.NoticeUpdate, &done
	return n
}

// What the answer to a press has shown need not be put once more. What it did
// not show, because it came too late or the socket was gone, must be.
func TestACardIsPutWhenTheAnswerDidNotArrive(t *testing.T) {
	for name, c := range map[string]struct {
		lose func(a *app, open func(), pressed <-chan error)
		puts int
	}{
		"the answer arrived": {func(_ *app, open func(), pressed <-chan error) { open(); <-pressed }, 0},
		"the socket was gone": {func(a *app, open func(), pressed <-chan error) {
			a.fake.Drop()
			<-pressed
			a.open(1) // so it has noticed
			open()
		}, 1},
		"it came too late": {func(_ *app, open func(), pressed <-chan error) { <-pressed; open() }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a, h := newApp(t, dingtalk.ModeStream), newHouse()
			stop := a.connected(h)
			n := bottest.Notice("card")
			n.Text, n.Why = n.Card.Title, "" // says no more than its card
			sent := a.send(n, "limin")
			done := *n.Card
			done.State, done.Result = school.CardDone, "李敏已说明原因"
			h.when(func() { h.card = &done })
			open := h.holds()
			li := a.fake.Staff("limin")
			answered := make(chan error, 1)
			go func() { answered <- li.Press(li.Card(), pressed("submit", nil)) }()
			<-h.came
			c.lose(a, open, answered)
			stop() // every answer under way has left, or has failed to
			a.send(changed(n, done), "limin", sent)
			if got := len(a.fake.Requests(putCard)); got != c.puts {
				t.Errorf("%d updates, want %d", got, c.puts)
			}
			if shown := fmt.Sprint(li.Card().Vars); !containsAny(shown, "李敏已说明原因") {
				t.Errorf("in the end the presser sees %s", shown)
			}
			a.noComplaints()
		})
	}
}

// Two processes share what is small; one answers a press while the other, which
// decided it, wants to change the card. It waits for the answer.
func TestAnotherProcessDoesNotChangeACardWhileItIsPressed(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.shared = bot.NewMemoryShared(a.clock.Now)
	a.Platform = a.process()
	a.connected(h)
	n := bottest.Notice("card")
	sent := a.send(n, "limin")
	open := h.holds()
	li := a.fake.Staff("limin")
	answered := make(chan error, 1)
	go func() { answered <- li.Press(li.Card(), pressed("submit", nil)) }()
	<-h.came
	b := a.another()
	b.rests = func(time.Duration) { // it has seen that it must wait: now the answer goes
		open()
		if err := <-answered; err != nil {
			t.Error(err)
		}
		b.rests = nil
	}
	b.Platform = b.process()
	done := *n.Card
	done.State, done.Result = school.CardDone, "李敏已说明原因"
	b.send(changed(n, done), "limin", sent)
	if b.rests != nil {
		t.Error("it did not wait")
	}
	a.noComplaints()
}

// The decision takes longer than a press waits: the card stays as it is, the
// phone shows no failure, and the update brings the outcome.
func TestAPressThatIsNotDecidedInTimeIsAnsweredAllTheSame(t *testing.T) {
	a, h := newApp(t, dingtalk.ModeStream), newHouse()
	a.connected(h)
	n := bottest.Notice("card")
	sent := a.send(n, "limin")
	li := a.fake.Staff("limin")
	if err := li.Press(li.Card(), pressed("submit", nil)); err != nil {
		t.Fatal(err)
	}
	done := *n.Card
	done.State, done.Result = school.CardDone, "李敏已说明原因"
	a.send(changed(n, done), "limin", sent)
	if shown := fmt.Sprint(li.Card().Vars); !containsAny(shown, "李敏已说明原因") || len(a.fake.Requests(putCard)) != 1 {
		t.Errorf("the presser sees %s", shown)
	}
	a.noComplaints()
}

// Pushes cost as well: what the platform counts is what DingTalk charges.
func TestPushesAreCountedAsTheyAreCharged(t *testing.T) {
	for _, mode := range []string{dingtalk.ModeStream, dingtalk.ModeHTTP} {
		t.Run(mode, func(t *testing.T) {
			a, h := newApp(t, mode), newHouse()
			if mode == dingtalk.ModeHTTP {
				a.fake.Door = a.door(h)
			} else {
				a.connected(h)
			}
			a.send(bottest.Notice("card"), "limin")
			li := a.fake.Staff("limin")
			for range 3 {
				if err := li.Says("全到"); err != nil {
					t.Fatal(err)
				}
			}
			if err := li.Press(li.Card(), pressed("submit", nil)); err != nil {
				t.Fatal(err)
			}
			if err := a.fake.Event("user_add_org", "e1", map[string]any{"userId": []string{"new"}}); err != nil {
				t.Fatal(err)
			}
			_, charged := a.fake.Charged()
			if counted := int(a.push.Load()); counted != charged {
				t.Errorf("%d pushes were counted, %d charged", counted, charged)
			}
			a.noComplaints()
		})
	}
}

// door lets HTTP mode call the platform.
func (a *app) door(h *house) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := a.Receive(r, a.clock.Now())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, err := h.accept(r.Context(), c)
		if err != nil {
			http.Error(w, "not stored", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", c.ContentType)
		_, _ = w.Write(answer)
	}))
	a.t.Cleanup(server.Close)
	return server.URL
}
