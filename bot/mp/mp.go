// Package mp reaches guardians through an official account (公众号) of WeChat:
// template messages to those who follow it. It carries only what a guardian
// must hear, in the keywords of the school's own template.
package mp

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Kind is the kind of address this platform serves: an openid.
const Kind = "mp"

// DefaultAPIBase is where WeChat's API lives.
const DefaultAPIBase = "https://api.weixin.qq.com"

// Settings are one account of the configuration.
type Settings struct {
	Account    string // short name; the platform is "mp/<account>"
	AppID      string
	AppSecret  string
	TemplateID string
	Fields     map[string]string // keyword of the template → a name in Facts, or "=" and a fixed text
	APIBase    string            // "" = DefaultAPIBase
}

// Deps are the effects the platform needs. Zero values get the obvious.
type Deps struct {
	HTTP *http.Client
	Now  func() time.Time
}

// Platform is one official account. It is safe for concurrent use.
type Platform struct {
	set  Settings
	name string
	api  *client
}

var (
	_ bot.Platform = (*Platform)(nil)
	_ bot.Carrier  = (*Platform)(nil)
	_ bot.Checker  = (*Platform)(nil)
)

// facts are what a keyword of the template can show.
var facts = map[string]func(n school.Notice) string{
	"school":  func(n school.Notice) string { return n.Gist.School },
	"student": func(n school.Notice) string { return n.Gist.Student },
	"class":   func(n school.Notice) string { return n.Gist.Class },
	"when":    func(n school.Notice) string { return n.Gist.When },
	"what":    func(n school.Notice) string { return n.Gist.What },
	"brief":   func(n school.Notice) string { return n.Gist.Brief },
	"do":      func(n school.Notice) string { return n.Gist.Do },
	"teacher": func(n school.Notice) string { return n.Gist.Teacher },
	"time":    func(n school.Notice) string { return n.At.Format("2006-01-02 15:04") },
}

// Facts are the names that Settings.Fields may use.
func Facts() []string {
	var names []string
	for name := range facts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// New checks the settings and makes the platform; it calls nobody.
func New(s Settings, d Deps) (*Platform, error) {
	if s.APIBase == "" {
		s.APIBase = DefaultAPIBase
	}
	s.APIBase = strings.TrimRight(s.APIBase, "/")
	if err := s.check(); err != nil {
		return nil, err
	}
	if d.HTTP == nil {
		d.HTTP = &http.Client{}
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	return &Platform{set: s, name: Kind + "/" + s.Account, api: newClient(s, d)}, nil
}

func (s Settings) check() error {
	wrong := func(field, problem string) error {
		return school.Invalid("%s", phrase.MPSettings.With("account", s.Account, "field", field, "problem", problem))
	}
	for field, value := range map[string]string{"app_id": s.AppID, "app_secret": s.AppSecret, "template_id": s.TemplateID} {
		if value == "" {
			return wrong(field, phrase.MPMissing.String())
		}
	}
	u, err := url.Parse(s.APIBase)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return wrong("api_base", phrase.MPWantURL.String())
	}
	for _, fact := range s.Fields {
		if facts[fact] == nil && !strings.HasPrefix(fact, "=") {
			return wrong("fields", phrase.MPWantFields.With("facts", strings.Join(Facts(), "、")))
		}
	}
	if len(s.Fields) == 0 {
		return wrong("fields", phrase.MPWantFields.With("facts", strings.Join(Facts(), "、")))
	}
	return nil
}

// Name is the account's name, "mp/main".
func (p *Platform) Name() string { return p.name }

// Kind is "mp".
func (p *Platform) Kind() string { return Kind }

// Carries says that only messages to guardians go out, and none can be changed.
func (p *Platform) Carries(n school.Notice) bool {
	return n.Kind == school.NoticeParent && n.Act == school.NoticeSend && n.Gist != nil
}

// Render makes the body of the call.
func (p *Platform) Render(n school.Notice, to school.Address) ([]byte, error) {
	if !p.Carries(n) {
		return nil, &bot.SendError{Class: bot.SendNever, Code: "notice", Text: phrase.MPBadData.String()}
	}
	m := message.TemplateMessage{ToUser: to.User, TemplateID: p.set.TemplateID, URL: n.Link, Data: map[string]*message.TemplateDataItem{},
		ClientMsgID: school.ID(n.School, n.Key, to.User)}
	for keyword, fact := range p.set.Fields {
		value, fixed := strings.CutPrefix(fact, "=")
		if !fixed {
			value = facts[fact](n)
		}
		m.Data[keyword] = &message.TemplateDataItem{Value: shorten(keyword, value)}
	}
	return encode(m)
}

// limits are how many characters a keyword holds, by the beginning of its
// name; WeChat refuses longer ones or leaves them empty.
var limits = []struct {
	keyword string
	most    int
}{{"thing", 20}, {"phrase", 5}, {"name", 10}, {"const", 20}, {"character_string", 32}, {"number", 32}}

func shorten(keyword, value string) string {
	for _, l := range limits {
		if strings.HasPrefix(keyword, l.keyword) && utf8.RuneCountInString(value) > l.most {
			return string([]rune(value)[:l.most-1]) + "…"
		}
	}
	return value
}

// Deliver posts the body.
func (p *Platform) Deliver(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	id, err := p.api.send(ctx, d.Body)
	if err != nil {
		return school.Receipt{}, err
	}
	return school.Receipt{Platform: p.name, User: d.To.User, Message: id}, nil
}

// Check asks for a token and whether the template is there with these keywords.
func (p *Platform) Check(ctx context.Context) ([]bot.Finding, error) {
	if _, err := p.api.token(ctx, ""); err != nil {
		return nil, err
	}
	found := []bot.Finding{{OK: true, Text: phrase.MPTokenOK.With("account", p.set.Account)}}
	templates, err := p.api.templates(ctx)
	if err != nil {
		return found, err
	}
	have := make([]string, 0, len(p.set.Fields))
	for keyword := range p.set.Fields {
		have = append(have, keyword)
	}
	slices.Sort(have)
	for _, t := range templates {
		if t.TemplateID != p.set.TemplateID {
			continue
		}
		if want := keywords(t.Content); !slices.Equal(want, have) {
			return append(found, bot.Finding{Text: phrase.MPTemplateKeys.With("account", p.set.Account, "want", strings.Join(want, "、"), "have", strings.Join(have, "、"))}), nil
		}
		return append(found, bot.Finding{OK: true, Text: phrase.MPTemplateOK.With("account", p.set.Account)}), nil
	}
	return append(found, bot.Finding{Text: phrase.MPTemplateGone.With("account", p.set.Account)}), nil
}

// keywords reads {{thing1.DATA}} … from a template.
func keywords(content string) []string {
	var all []string
	for _, part := range strings.Split(content, "{{")[1:] {
		if name, _, ok := strings.Cut(part, ".DATA}}"); ok && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}
