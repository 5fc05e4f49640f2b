package wecom

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// DefaultBotBase is where AI bots connect to.
const DefaultBotBase = "wss://openws.work.weixin.qq.com"

// BotSettings are the aibot part of an account of the configuration.
type BotSettings struct {
	Account string // short name of the account; the platform is "wecom/<account>/aibot"
	BotID   string // 智能机器人的 Bot ID
	Secret  string // 长连接的 Secret
	Base    string // "" = DefaultBotBase; a proxy or a test server
	BaseURL string // our own public address; "" = no pages to link to
}

// AIBot is a 智能机器人 on its long connection: a way to hear teachers and to
// answer them without any public address. It is another identity than the app,
// cannot reach parents, and writes only to whom has written to it before.
type AIBot struct {
	set   BotSettings
	name  string
	now   func() time.Time
	log   *slog.Logger
	http  *http.Client
	draw  layout
	limit *memberLimit
	pace  pace
	turns turns
	shown shown

	mu      sync.Mutex
	line    *line          // nil while not connected
	refused *bot.SendError // why we do not try to connect for the moment
}

// pace is how long the connection waits for what.
type pace struct {
	beat    time.Duration // between two heartbeats
	answer  time.Duration // for the acknowledgement of a frame
	first   time.Duration // before the first reconnection; doubled up to longest
	longest time.Duration
}

var usualPace = pace{beat: 30 * time.Second, answer: 5 * time.Second, first: time.Second, longest: 30 * time.Second}

var (
	_ bot.Platform  = (*AIBot)(nil)
	_ bot.Connector = (*AIBot)(nil)
	_ bot.Fetcher   = (*AIBot)(nil)
	_ bot.Checker   = (*AIBot)(nil)
)

// NewAIBot checks the settings and makes the platform; it calls nobody.
func NewAIBot(s BotSettings, d Deps) (*AIBot, error) {
	if s.Base == "" {
		s.Base = DefaultBotBase
	}
	s.BaseURL = strings.TrimRight(s.BaseURL, "/")
	u, err := url.Parse(s.Base)
	switch {
	case s.BotID == "":
		return nil, s.wrong("bot_id", phrase.WeComFieldMissing, phrase.WeComFixBot)
	case s.Secret == "":
		return nil, s.wrong("secret", phrase.WeComFieldMissing, phrase.WeComFixBot)
	case err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "":
		return nil, s.wrong("ws_base", phrase.WeComFieldWrong, phrase.WeComFixBase)
	}
	d = d.filled()
	name := Kind + "/" + s.Account + "/aibot"
	return &AIBot{set: s, name: name, now: d.Now, log: d.Log.With("platform", name), http: d.HTTP, draw: layout{s.BaseURL, botSize},
		limit: newMemberLimit(d.Share, name), pace: usualPace, shown: shown{rows: map[string]*showing{}}}, nil
}

func (s BotSettings) wrong(field string, problem, fix phrase.Phrase) error {
	return school.Invalid("%s", phrase.WeComSettings.With("account", s.Account, "field", "aibot."+field, "problem", problem, "remedy", fix))
}

// Name is the account's name, "wecom/main/aibot".
func (b *AIBot) Name() string { return b.name }

// Kind is "wecom": the bot knows people by the same userid as the app.
func (b *AIBot) Kind() string { return Kind }

// Alone says that WeCom lets a new connection push out the one before.
func (b *AIBot) Alone() bool { return true }

// Reasons for which a connection ends and another one may be useless.
var (
	errReplaced = errors.New("another connection has taken over")
	errRefused  = errors.New("the login was refused")
)

// Connect keeps the bot connected until ctx ends. After a break it comes back
// after a second, then ever later up to half a minute. It gives up when WeCom
// refuses the login five times running, and when another connection has taken
// over: two that fight for one bot would never let a message through.
func (b *AIBot) Connect(ctx context.Context, accept func(context.Context, bot.Callback) ([]byte, error)) error {
	b.stand(nil, nil)
	wait, refusals := b.pace.first, 0
	for {
		began, err := b.session(ctx, accept)
		if ctx.Err() != nil {
			return nil
		}
		b.log.Warn("aibot connection ended", "error", err.Error())
		if began {
			wait, refusals = b.pace.first, 0
		}
		switch {
		case errors.Is(err, errReplaced):
			return b.refuse(phrase.WeComBotReplaced)
		case errors.Is(err, errRefused):
			if refusals++; refusals >= mostRefusals {
				return b.refuse(phrase.WeComBotRefused)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		wait = min(2*wait, b.pace.longest)
	}
}

// mostRefusals is how many refused logins in a row we put up with.
const mostRefusals = 5

// refuse notes why there is no connection for a while.
func (b *AIBot) refuse(text phrase.Phrase) error {
	why := &bot.SendError{Class: bot.SendConfig, Code: "aibot", Text: text.String()}
	b.stand(nil, why)
	return why
}

// Connected says whether what people write to the bot arrives.
func (b *AIBot) Connected() bool {
	l, _ := b.connected()
	return l != nil
}

// alert is a delivery that the administrators hear once a day.
func (b *AIBot) alert(text phrase.Phrase, about string) school.Delivery {
	now := b.now()
	return school.Delivery{Key: b.name + ":alert:" + now.Format(time.DateOnly) + ":" + school.ID(about), Platform: b.name, From: "sys", At: now,
		Kind: school.DeliveryEvent, Event: bot.EventInactive, Fields: map[string]string{"account": b.name, "code": "aibot", "text": text.String()}}
}

// session is one connection from login to end; began says that it came into use.
func (b *AIBot) session(ctx context.Context, accept func(context.Context, bot.Callback) ([]byte, error)) (began bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := dial(ctx, b.set.Base, b.http, b.pace)
	if err != nil {
		return false, err
	}
	defer l.close()
	heard := make(chan error, 1)
	go func() { heard <- l.read(ctx, func(f frame) error { return b.hear(ctx, l, f, accept) }) }()
	answer, err := l.ask(ctx, cmdSubscribe, "", map[string]string{"bot_id": b.set.BotID, "secret": b.set.Secret})
	switch {
	case err != nil:
		return false, err
	case answer.Code != 0:
		b.log.Warn("aibot login refused", "code", answer.Code)
		return false, errRefused
	}
	b.log.Info("aibot connected")
	b.stand(l, nil)
	defer b.stand(nil, nil)
	go l.beat(ctx)
	err = <-heard
	b.turns.wait()
	return true, err
}

// stand notes how the connection stands.
func (b *AIBot) stand(l *line, refused *bot.SendError) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.line, b.refused = l, refused
}

// connected is the line in use, or why there is none.
func (b *AIBot) connected() (*line, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.line != nil:
		return b.line, nil
	case b.refused != nil:
		return nil, b.refused
	}
	// Perhaps another process holds the connection: it will take the notice up.
	const soon = 2 * time.Second
	return nil, &bot.SendError{Class: bot.SendRetry, Code: "not-connected", After: soon, Text: phrase.WeComBotAway.String()}
}

// Check looks whether the address of the long connection can be reached. It
// does not log in: that would push out the service while it runs.
func (b *AIBot) Check(ctx context.Context) ([]bot.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, b.pace.answer)
	defer cancel()
	l, err := dial(ctx, b.set.Base, b.http, b.pace)
	if err != nil {
		return []bot.Finding{{Text: phrase.WeComBotNoLine.With("account", b.name, "why", err)}}, nil
	}
	l.close()
	return []bot.Finding{{OK: true, Text: phrase.WeComBotLine.With("account", b.name)}}, nil
}

// turns lets what one person does be taken up in order, and different people
// side by side.
type turns struct {
	mu   sync.Mutex
	last map[string]chan struct{}
	wg   sync.WaitGroup
}

func (t *turns) take(person string, act func()) {
	t.mu.Lock()
	before, mine := t.last[person], make(chan struct{})
	if t.last == nil {
		t.last = map[string]chan struct{}{}
	}
	t.last[person] = mine
	t.mu.Unlock()
	t.wg.Go(func() {
		if before != nil {
			<-before
		}
		act()
		close(mine)
		t.mu.Lock()
		if t.last[person] == mine {
			delete(t.last, person)
		}
		t.mu.Unlock()
	})
}

func (t *turns) wait() { t.wg.Wait() }
