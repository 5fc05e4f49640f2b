// Package wecom speaks with WeCom (企业微信) as a self-built app: it reads the
// encrypted callbacks, sends texts, approval cards and school notices (学校通知),
// and updates or recalls what it sent. It knows no rule of attendance.
package wecom

import (
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Kind is the kind of address this platform serves.
const Kind = "wecom"

// DefaultAPIBase is where WeCom's API lives.
const DefaultAPIBase = "https://qyapi.weixin.qq.com"

// callTimeout bounds one call of the API; WeCom advises 5–10 s.
const callTimeout = 8 * time.Second

// Settings are one account of the configuration (design 3.3).
type Settings struct {
	Account        string // short name; the platform is "wecom/<account>"
	CorpID         string // 企业 ID
	AgentID        int    // 应用的 AgentId
	Secret         string // 应用的 Secret
	Token          string // 接收消息的 Token
	EncodingAESKey string // 接收消息的 EncodingAESKey
	APIBase        string // "" = DefaultAPIBase; a proxy or a test server
	BaseURL        string // our own public address; "" = no pages to link to

	// WeChat lists the members who read WeCom through WeChat (微信插件), where
	// template cards do not show; "@all" means everybody.
	WeChat []string
}

// Deps are the effects the platform needs. Zero values get the obvious.
type Deps struct {
	HTTP   *http.Client
	Now    func() time.Time
	Tokens bot.Shared // shared by all processes; nil = this process only
	Log    *slog.Logger
	Share  Take // limits kept together with other processes; nil = there are none
}

// filled puts the obvious in the place of zero values.
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
	if d.Tokens == nil {
		d.Tokens = bot.NewMemoryShared(d.Now)
	}
	return d
}

// Platform is one WeCom app. It is safe for concurrent use.
type Platform struct {
	set     Settings
	name    string
	now     func() time.Time
	log     *slog.Logger
	crypt   *callbackCrypt // nil: this account is not called back
	draw    layout
	plugin  map[string]bool // folded ids of Settings.WeChat
	api     *client
	limit   *memberLimit
	parents *parentBook
	rests   *rests
}

var (
	_ bot.Platform = (*Platform)(nil)
	_ bot.Receiver = (*Platform)(nil)
	_ bot.Checker  = (*Platform)(nil)
	_ bot.SignIner = (*Platform)(nil)
	_ bot.Fetcher  = (*Platform)(nil)
	_ bot.Uploader = (*Platform)(nil)

	_ bot.Directory = (*Platform)(nil)
	_ bot.Looker    = (*Platform)(nil)
	_ bot.Followed  = (*Platform)(nil)
)

// New checks the settings and makes the platform; it calls nobody.
func New(s Settings, d Deps) (*Platform, error) {
	if s.APIBase == "" {
		s.APIBase = DefaultAPIBase
	}
	s.APIBase, s.BaseURL = strings.TrimRight(s.APIBase, "/"), strings.TrimRight(s.BaseURL, "/")
	if err := s.check(); err != nil {
		return nil, err
	}
	d = d.filled()
	p := &Platform{set: s, name: Kind + "/" + s.Account, now: d.Now, log: d.Log.With("platform", Kind+"/"+s.Account), draw: layout{s.BaseURL, appSize}}
	p.plugin = map[string]bool{}
	for _, user := range s.WeChat {
		p.plugin[fold(user)] = true
	}
	if s.called() {
		crypt, err := newCallbackCrypt(s.Token, s.EncodingAESKey, s.CorpID)
		if err != nil {
			return nil, s.wrong("encoding_aes_key", phrase.WeComFieldWrong, phrase.WeComFixAESKey)
		}
		p.crypt = crypt
	}
	p.api = newClient(s, d, p.log)
	p.limit = newMemberLimit(d.Share, p.name)
	p.parents, p.rests = newParentBook(), newRests()
	return p, nil
}

// everybody stands for all members in Settings.WeChat.
const everybody = "@all"

// cardless says that a template card is no use: the member reads WeCom through
// WeChat, or WeCom has no address to call when a button is pressed (43012).
func (p *Platform) cardless(user string) bool {
	return p.crypt == nil || p.plugin[everybody] || p.plugin[fold(user)]
}

// Quiet takes the globals of silenceper's SDK out of play; call it once, before
// New. Its HTTP client has no time-out and its errors repeat tokens: whatever
// reaches for it gets an error instead of the network. (The global logger that
// the SDK's root package sets to debug is not linked: we use only its parts.)
func Quiet() { util.DefaultHTTPClient = &http.Client{Transport: closedDoor{}} }

type closedDoor struct{}

func (closedDoor) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("calls go through bot/wecom, not through the SDK's own client")
}

// Name is the account's name, "wecom/main".
func (p *Platform) Name() string { return p.name }

// Kind is "wecom".
func (p *Platform) Kind() string { return Kind }

// check reports the first setting that cannot work, in the words of the
// configuration file. It never prints a value.
func (s Settings) check() error {
	for _, f := range []struct {
		field string
		value string
		shape string
		fix   phrase.Phrase
	}{
		{"account", s.Account, `^[0-9A-Za-z_-]{1,64}$`, phrase.WeComFixAccount},
		{"corp_id", s.CorpID, `^[0-9A-Za-z_-]{1,64}$`, phrase.WeComFixCorpID},
		{"secret", s.Secret, `^\S{1,512}$`, phrase.WeComFixSecret},
		{"token", s.Token, `^[0-9A-Za-z]{1,32}$`, phrase.WeComFixToken},
		{"encoding_aes_key", s.EncodingAESKey, `^[0-9A-Za-z+/]{43}$`, phrase.WeComFixAESKey},
	} {
		switch {
		case f.value == "" && !s.called() && (f.field == "token" || f.field == "encoding_aes_key"):
		case f.value == "":
			return s.wrong(f.field, phrase.WeComFieldMissing, f.fix)
		case !regexp.MustCompile(f.shape).MatchString(f.value):
			return s.wrong(f.field, phrase.WeComFieldWrong, f.fix)
		}
	}
	if s.AgentID <= 0 {
		return s.wrong("agent_id", phrase.WeComFieldMissing, phrase.WeComFixAgentID)
	}
	if !plainURL(s.APIBase) {
		return s.wrong("api_base", phrase.WeComFieldWrong, phrase.WeComFixBase)
	}
	if s.BaseURL != "" && !plainURL(s.BaseURL) {
		return s.wrong("base_url", phrase.WeComFieldWrong, phrase.WeComFixBase)
	}
	return nil
}

// called says whether WeCom calls this account back. An account that has only
// the long connection of an AI bot leaves both secrets of the callback out.
func (s Settings) called() bool { return s.Token != "" || s.EncodingAESKey != "" }

func (s Settings) wrong(field string, problem, fix phrase.Phrase) error {
	return school.Invalid("%s", phrase.WeComSettings.With("account", s.Account, "field", field, "problem", problem, "remedy", fix))
}

func plainURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.User == nil
}

// aesKey reads an EncodingAESKey. Real keys may have non-zero trailing bits,
// so the lenient decoder is the right one.
func aesKey(encoded string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(encoded + "=")
}
