// Package dingtalk speaks with DingTalk (钉钉) as an internal app with a robot:
// it hears over a Stream connection or HTTP callbacks, sends texts, approval
// cards, work notifications (工作通知) and DINGs, and repaints what it sent. It
// knows no rule of attendance.
package dingtalk

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Kind is the kind of address this platform serves.
const Kind = "dingtalk"

// Where DingTalk lives; international tenants use other hosts.
const (
	DefaultAPIBase   = "https://api.dingtalk.com"
	DefaultOAPIBase  = "https://oapi.dingtalk.com"
	DefaultLoginBase = "https://login.dingtalk.com"
)

// How DingTalk reaches us.
const (
	ModeStream = "stream" // over a connection we open
	ModeHTTP   = "http"   // by calling /hooks/dingtalk/{account}
)

// Settings are one account of the configuration (design 3.3).
type Settings struct {
	Account        string   // short name; the platform is "dingtalk/<account>"
	ClientID       string   // 应用的 Client ID (AppKey)
	ClientSecret   string   // 应用的 Client Secret
	RobotCode      string   // "" = ClientID
	AgentID        int64    // 应用的 AgentId; 0 = no work notifications, so none to guardians
	CorpID         string   // 企业的 CorpId; "" = senders of other corps are not told apart
	Mode           string   // ModeStream or ModeHTTP; "" = ModeStream
	Token          string   // 事件订阅的 Token; HTTP mode only
	AESKey         string   // 事件订阅的 aes_key, 43 characters; HTTP mode only
	CardTemplateID string   // the imported configs/dingtalk-card.json; "" = cards are links to our pages
	APIBase        string   // "" = DefaultAPIBase
	OAPIBase       string   // "" = DefaultOAPIBase
	LoginBase      string   // "" = DefaultLoginBase
	BaseURL        string   // our own public address; "" = no pages to link to
	FileHosts      []string // hosts files may come from besides DingTalk's own
	Quota          bot.Quota
}

// Deps are the effects the platform needs. Zero values get the obvious.
type Deps struct {
	HTTP *http.Client
	Now  func() time.Time
	// Shared keeps tokens and reply addresses where every process of the
	// school finds them; nil = this process only.
	Shared bot.Shared
	Log    *slog.Logger
	// Spent hears of every call and push DingTalk counts to the month
	// (bot.SpentCall, bot.SpentPush).
	Spent func(purpose string, n int)
	// Wait pauses where DingTalk must be given time; nil = a timer. It ends
	// early with the context.
	Wait func(ctx context.Context, d time.Duration)
}

// Platform is one DingTalk app. It is safe for concurrent use.
type Platform struct {
	set  Settings
	name string
	deps Deps
	log  *slog.Logger

	api     *client
	crypt   *eventCrypt // nil without token and aes_key
	presses presses
	line    line
}

var (
	_ bot.Platform  = (*Platform)(nil)
	_ bot.Receiver  = (*Platform)(nil)
	_ bot.Connector = (*Platform)(nil)
	_ bot.Fetcher   = (*Platform)(nil)
	_ bot.Uploader  = (*Platform)(nil)
	_ bot.Directory = (*Platform)(nil)
	_ bot.Looker    = (*Platform)(nil)
	_ bot.Budgeted  = (*Platform)(nil)
	_ bot.SignIner  = (*Platform)(nil)
	_ bot.Checker   = (*Platform)(nil)
)

// New checks the settings and makes the platform; it calls nobody.
func New(s Settings, d Deps) (*Platform, error) {
	s = s.filled()
	if err := s.check(); err != nil {
		return nil, err
	}
	d = d.filled()
	p := &Platform{set: s, name: Kind + "/" + s.Account, deps: d}
	p.log = d.Log.With("platform", p.name)
	p.api = newClient(s, d, p.log)
	p.presses.now = d.Now
	if s.Token != "" {
		crypt, err := newEventCrypt(s.Token, s.AESKey, s.ClientID, s.CorpID)
		if err != nil {
			return nil, s.wrong("aes_key", phrase.DingFieldWrong, phrase.DingFixAESKey)
		}
		p.crypt = crypt
	}
	return p, nil
}

// Name is the account's name, "dingtalk/main".
func (p *Platform) Name() string { return p.name }

// Kind is "dingtalk".
func (p *Platform) Kind() string { return Kind }

// Quota is what the school's plan allows in a month.
func (p *Platform) Quota() bot.Quota { return p.set.Quota }

func (s Settings) filled() Settings {
	or := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	or(&s.Mode, ModeStream)
	or(&s.RobotCode, s.ClientID)
	or(&s.APIBase, DefaultAPIBase)
	or(&s.OAPIBase, DefaultOAPIBase)
	or(&s.LoginBase, DefaultLoginBase)
	for _, base := range []*string{&s.APIBase, &s.OAPIBase, &s.LoginBase, &s.BaseURL} {
		*base = strings.TrimRight(*base, "/")
	}
	return s
}

func (d Deps) filled() Deps {
	if d.HTTP == nil {
		d.HTTP = &http.Client{}
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Shared == nil {
		d.Shared = bot.NewMemoryShared(d.Now)
	}
	if d.Spent == nil {
		d.Spent = func(string, int) {}
	}
	if d.Wait == nil {
		d.Wait = wait
	}
	return d
}

// wait is a pause that ends early with ctx.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// check reports the first setting that cannot work, in the words of the
// configuration file. It never prints a value.
func (s Settings) check() error {
	for _, f := range []struct {
		field    string
		value    string
		shape    string
		required bool
		fix      phrase.Phrase
	}{
		{"account", s.Account, `^[0-9A-Za-z_-]{1,64}$`, true, phrase.DingFixAccount},
		{"client_id", s.ClientID, `^[0-9A-Za-z_-]{1,128}$`, true, phrase.DingFixClientID},
		{"client_secret", s.ClientSecret, `^\S{1,512}$`, true, phrase.DingFixSecret},
		{"robot_code", s.RobotCode, `^[0-9A-Za-z_-]{1,128}$`, true, phrase.DingFixRobot},
		{"mode", s.Mode, `^(stream|http)$`, true, phrase.DingFixMode},
		{"token", s.Token, `^[0-9A-Za-z]{3,63}$`, s.AESKey != "", phrase.DingFixToken},
		{"aes_key", s.AESKey, `^[0-9A-Za-z]{43}$`, s.Token != "", phrase.DingFixAESKey},
		{"card_template_id", s.CardTemplateID, `^\S{1,256}$`, false, phrase.DingFixTemplate},
	} {
		switch {
		case f.value == "" && f.required:
			return s.wrong(f.field, phrase.DingFieldMissing, f.fix)
		case f.value != "" && !regexp.MustCompile(f.shape).MatchString(f.value):
			return s.wrong(f.field, phrase.DingFieldWrong, f.fix)
		}
	}
	for field, base := range map[string]string{"api_base": s.APIBase, "oapi_base": s.OAPIBase, "login_base": s.LoginBase, "base_url": s.BaseURL} {
		if base != "" && !plainURL(base) {
			return s.wrong(field, phrase.DingFieldWrong, phrase.DingFixBase)
		}
	}
	if s.AgentID < 0 {
		return s.wrong("agent_id", phrase.DingFieldWrong, phrase.DingFixAgentID)
	}
	return nil
}

func (s Settings) wrong(field string, problem, fix phrase.Phrase) error {
	return school.Invalid("%s", phrase.DingSettings.With("account", s.Account, "field", field, "problem", problem, "remedy", fix))
}

func plainURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.User == nil
}
