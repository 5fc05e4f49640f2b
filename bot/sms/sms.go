// Package sms reaches guardians by text message, through whatever provider the
// school has: a small HTTP contract (docs/sms.md) that a few lines in front of
// any provider's own interface fulfil. It carries only what a guardian must
// hear, in one segment, and without a reason.
package sms

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Kind is the kind of address this platform serves: a mobile number.
const Kind = school.PlatformSMS

// callTimeout bounds one call of the provider.
const callTimeout = 8 * time.Second

// Settings are one account of the configuration.
type Settings struct {
	Account string // short name; the platform is "sms/<account>"
	URL     string // where messages are posted
	Secret  string // signs what goes out and what comes in
	Sign    string // 短信签名, counted as part of the message
}

// Deps are the effects the platform needs. Zero values get the obvious.
type Deps struct {
	HTTP *http.Client
	Now  func() time.Time
}

// Platform is one account with a provider. It is safe for concurrent use.
type Platform struct {
	set  Settings
	name string
	http *http.Client
	now  func() time.Time
}

var (
	_ bot.Platform = (*Platform)(nil)
	_ bot.Carrier  = (*Platform)(nil)
	_ bot.Receiver = (*Platform)(nil)
)

// New checks the settings and makes the platform; it calls nobody.
func New(s Settings, d Deps) (*Platform, error) {
	u, err := url.Parse(s.URL)
	wrong := func(field string, problem phrase.Phrase) error {
		return school.Invalid("%s", phrase.SMSSettings.With("account", s.Account, "field", field, "problem", problem))
	}
	switch n := utf8.RuneCountInString(s.Sign); {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, wrong("url", phrase.SMSWantURL)
	case len(s.Secret) < 16:
		return nil, wrong("secret", phrase.SMSWantSecret)
	case n < 2 || n > 20:
		return nil, wrong("sign", phrase.SMSWantSign)
	}
	if d.HTTP == nil {
		d.HTTP = &http.Client{}
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	h := *d.HTTP
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Platform{set: s, name: Kind + "/" + s.Account, http: &h, now: d.Now}, nil
}

// Name is the account's name, "sms/main".
func (p *Platform) Name() string { return p.name }

// Kind is "sms".
func (p *Platform) Kind() string { return Kind }

// Carries says that only messages to guardians go out, and none can be changed.
func (p *Platform) Carries(n school.Notice) bool {
	return n.Kind == school.NoticeParent && n.Act == school.NoticeSend && n.Gist != nil
}

var mobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)

// Render makes the body of the call.
func (p *Platform) Render(n school.Notice, to school.Address) ([]byte, error) {
	if !mobile.MatchString(to.User) {
		return nil, &bot.SendError{Class: bot.SendRecipient, Code: "number", Text: phrase.SMSNoNumber.String()}
	}
	if !p.Carries(n) {
		return nil, &bot.SendError{Class: bot.SendNever, Code: "notice", Text: phrase.SMSBadRequest.String()}
	}
	text, ok := p.text(n)
	if !ok {
		return nil, &bot.SendError{Class: bot.SendConfig, Code: "length", Text: phrase.SMSTooLong.String()}
	}
	return encode(message{ID: school.ID(n.School, n.Key, to.User), To: to.User, Sign: p.set.Sign, Text: text})
}

// segment is how many characters one text message of Chinese holds, with its
// signature.
const segment = 70

// text says what there is to say in one segment: with the way to answer when
// it fits, else with whom to call; how to stop is added where there is room.
func (p *Platform) text(n school.Notice) (string, bool) {
	const brackets = 2 // 【】 around the signature
	room := segment - utf8.RuneCountInString(p.set.Sign) - brackets
	g := *n.Gist
	for _, child := range []string{g.Student, phrase.SMSChild.String()} {
		head := child + g.When + g.What
		do := phrase.SMSDo.With("do", g.Do)
		var forms []string
		if n.Link != "" {
			// A blank ends the address, or phones take what follows for part of it.
			forms = append(forms, head+phrase.SMSTap.String()+n.Link+" ", head+" "+n.Link+" ")
		}
		for _, text := range append(forms, head+do) {
			stop := text + phrase.SMSStop.String()
			switch {
			case utf8.RuneCountInString(stop) <= room:
				return stop, true
			case utf8.RuneCountInString(text) <= room:
				return strings.TrimRight(text, " "), true
			}
		}
	}
	return "", false
}

// Deliver posts the body.
func (p *Platform) Deliver(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	id, err := p.post(ctx, d.Body)
	if err != nil {
		return school.Receipt{}, err
	}
	return school.Receipt{Platform: p.name, User: d.To.User, Message: id}, nil
}
