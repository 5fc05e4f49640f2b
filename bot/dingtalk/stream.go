package dingtalk

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// Topics we subscribe to; everything else would cost pushes for nothing.
const (
	topicRobot = "/v1.0/im/bot/messages/get"
	topicCard  = "/v1.0/card/instances/callback"
)

const (
	reconnectMost = 60 * time.Second // longest pause between attempts
	steady        = 10 * time.Second // a connection that stood so long was none that failed
	refusals      = 5                // refused credentials before a person is called
	drainTime     = 30 * time.Second // how long a connection DingTalk has left is still read
)

// line is the state of the Stream connection.
type line struct {
	open atomic.Int32 // sockets that receive pushes now
}

// Alone says that several processes may be connected at once: each push goes to
// one of them.
func (p *Platform) Alone() bool { return false }

// Connected says whether pushes would arrive now.
func (p *Platform) Connected() bool {
	return p.set.Mode != ModeStream || p.line.open.Load() > 0
}

// Connect keeps a Stream connection until ctx ends (sheet 1.6). In HTTP mode
// there is none; then it tells DingTalk where presses on cards go. When one
// connection is to be left the next is opened first, so that nothing pushed in
// between is lost.
func (p *Platform) Connect(ctx context.Context, accept func(context.Context, bot.Callback) ([]byte, error)) error {
	if p.set.Mode != ModeStream {
		return p.registerCards(ctx)
	}
	var draining sync.WaitGroup
	defer draining.Wait()
	refused := 0
	for failures := 0; ctx.Err() == nil; {
		s, err := p.dial(ctx, accept)
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			if refused++; !isConfig(err) {
				refused = 0
			}
			p.log.Warn("dingtalk stream not opened", "code", codeOf(err), "refused", refused)
			if refused >= refusals {
				return err
			}
			failures++
			p.deps.Wait(ctx, reconnectIn(failures))
			continue
		}
		refused = 0
		began := p.deps.Now()
		draining.Go(func() { s.serve(ctx) })
		<-s.leaving
		if p.deps.Now().Sub(began) >= steady {
			failures = 0 // being asked to leave now and then is no failure
			continue
		}
		p.deps.Wait(ctx, reconnectIn(failures))
		failures++
	}
	return ctx.Err()
}

// reconnectIn is the pause before the next attempt: none after the first
// connection that was left, then 1 to 60 s with full jitter.
func reconnectIn(failures int) time.Duration {
	if failures == 0 {
		return 0
	}
	return rand.N(min(time.Second<<min(failures, 6), reconnectMost))
}

func isConfig(err error) bool {
	var e *bot.SendError
	return errors.As(err, &e) && e.Class == bot.SendConfig
}

// ticket opens the way for one socket; it lives 90 s and is never kept.
type ticket struct {
	Endpoint string `json:"endpoint"`
	Ticket   string `json:"ticket"`
}

func (p *Platform) ticket(ctx context.Context) (string, error) {
	type subscription struct {
		Type  string `json:"type"`
		Topic string `json:"topic"`
	}
	body, err := encode(struct {
		ID            string         `json:"clientId"`
		Secret        string         `json:"clientSecret"`
		Agent         string         `json:"ua"`
		Subscriptions []subscription `json:"subscriptions"`
	}{p.set.ClientID, p.set.ClientSecret, "guixiao", []subscription{{"EVENT", "*"}, {"CALLBACK", topicRobot}, {"CALLBACK", topicCard}}})
	if err != nil {
		return "", err
	}
	var t ticket
	if err := p.api.once(ctx, call{path: "/v1.0/gateway/connections/open", body: body, free: true}, "", &t); err != nil {
		return "", refusedTicket(err)
	}
	u, err := url.Parse(t.Endpoint)
	if err != nil || t.Ticket == "" || u.Host == "" || (u.Scheme != "wss" && u.Scheme != "ws") {
		return "", busy("")
	}
	q := u.Query()
	q.Set("ticket", t.Ticket) // escaped: a '+' in it would arrive as a blank
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// refusedTicket: which codes mean wrong credentials is not documented, so every
// refusal with a 4xx counts as one.
func refusedTicket(err error) error {
	var e *bot.SendError
	if errors.As(err, &e) && e.Class == bot.SendNever {
		return &bot.SendError{Class: bot.SendConfig, Code: e.Code, Text: phrase.DingBadSecret.String()}
	}
	return err
}

// registerCards tells DingTalk where to send presses in HTTP mode (sheet 5.4).
// Every attempt is a counted call: the pauses grow to a quarter of a day.
func (p *Platform) registerCards(ctx context.Context) error {
	if p.set.CardTemplateID == "" || !strings.HasPrefix(p.set.BaseURL, "https://") {
		return nil // DingTalk calls nothing else
	}
	for rest := time.Minute; ; rest = min(4*rest, 6*time.Hour) {
		err := p.register(ctx)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		p.log.Warn("dingtalk card callbacks not registered", "code", codeOf(err))
		p.deps.Wait(ctx, rest)
	}
}

func (p *Platform) register(ctx context.Context) error {
	return p.api.post(ctx, "/v1.0/card/callbacks/register", struct {
		Key    string `json:"callbackRouteKey"`
		URL    string `json:"callbackUrl"`
		Secret string `json:"apiSecret"`
		Force  bool   `json:"forceUpdate"`
	}{p.routeKey(), p.set.BaseURL + "/hooks/dingtalk/" + p.set.Account + "/card", p.cardSecret(), true}, nil)
}

// routeKey names the address for presses in HTTP mode.
func (p *Platform) routeKey() string { return "guixiao-" + p.set.Account }
