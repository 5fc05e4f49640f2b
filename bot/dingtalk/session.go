package dingtalk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
)

// session is the reply address of a conversation (sheet 1.4). It costs no
// counted call, reaches people from outside the corp, and ends without notice:
// whoever is refused there is answered through the API.
type session struct {
	URL   string `json:"url"`
	Until int64  `json:"until"` // ms
}

func (p *Platform) sessionKey(conversation string) string {
	return "dingtalk:session:" + p.set.Account + ":" + conversation
}

// remember keeps the reply address under the person, or under the group.
func (p *Platform) remember(in inbound, d school.Delivery) {
	until, err := strconv.ParseInt(string(in.WebhookUntil), 10, 64)
	left := time.UnixMilli(until).Sub(p.deps.Now())
	if err != nil || left <= 0 || !p.ourHost(in.Webhook) {
		return
	}
	where := d.From
	if d.Conversation != "direct" {
		where = d.Conversation
	}
	// Lost, it costs a counted call.
	_ = p.deps.Shared.Set(context.Background(), p.sessionKey(where), text(session{in.Webhook, until}), left)
}

// ourHost says whether an address is DingTalk's: the body of a robot callback
// is not signed, and we post to no one else.
func (p *Platform) ourHost(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	for _, base := range []string{p.set.OAPIBase, p.set.APIBase} {
		if b, err := url.Parse(base); err == nil && u.Host == b.Host && u.Scheme == b.Scheme {
			return true
		}
	}
	host := u.Hostname()
	return u.Scheme == "https" && (strings.HasSuffix(host, ".dingtalk.com") || strings.HasSuffix(host, ".dingtalk.io"))
}

// reply answers in the conversation with this person or group; false when
// there is no address that works, and the API must be used.
func (p *Platform) reply(ctx context.Context, where, words string) (bool, error) {
	raw, ok, err := p.deps.Shared.Get(ctx, p.sessionKey(where))
	if err != nil || !ok {
		return false, nil
	}
	var s session
	if json.Unmarshal([]byte(raw), &s) != nil || s.URL == "" || p.deps.Now().UnixMilli() >= s.Until {
		return false, nil
	}
	body, err := encode(inSession{"text", textParam{words}})
	if err != nil {
		return false, err
	}
	err = p.api.postSession(ctx, s.URL, body)
	if err == nil {
		return true, nil
	}
	switch e := err.(*bot.SendError); {
	case e.Code == codeSession:
		_ = p.deps.Shared.Set(ctx, p.sessionKey(where), "{}", time.Minute) // it is over, whatever it said
		return false, nil
	case e.Class == bot.SendRetry && e.Code == "unreached":
		return false, err // it may have arrived: the courier decides when to repeat
	}
	return false, nil
}

// postSession posts to a reply address, which needs no token.
func (c *client) postSession(ctx context.Context, address string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(string(body)))
	if err != nil {
		return busy("")
	}
	req.Header.Set("Content-Type", "application/json")
	status, raw, err := c.send(req)
	if err == nil {
		err = judge(call{path: "/robot/sendBySession"}, status, raw)
	}
	if err != nil {
		return c.failed(call{path: "/robot/sendBySession"}, raw, err)
	}
	return nil
}
