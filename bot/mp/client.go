package mp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/util"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// callTimeout bounds one call of the API.
const callTimeout = 8 * time.Second

// early is how long before its end a token is not used any more.
const early = 5 * time.Minute

// client calls WeChat's API. The SDK's own transport has neither time-out nor
// address of our choice and repeats tokens in its errors (decisions 0005); its
// messages and answers are used. Every failure is a *bot.SendError without URL.
type client struct {
	base   string
	app    string
	secret string
	http   *http.Client
	now    func() time.Time

	mu    sync.Mutex
	held  string
	until time.Time
}

func newClient(s Settings, d Deps) *client {
	h := *d.HTTP
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client{base: s.APIBase, app: s.AppID, secret: s.AppSecret, http: &h, now: d.Now}
}

// send posts a template message; a stale token is replaced once.
func (c *client) send(ctx context.Context, body []byte) (string, error) {
	var answer struct {
		MsgID int64 `json:"msgid"`
	}
	err := c.call(ctx, http.MethodPost, "message/template/send", body, &answer)
	return strconv.FormatInt(answer.MsgID, 10), err
}

func (c *client) templates(ctx context.Context) ([]message.TemplateItem, error) {
	var answer struct {
		List []message.TemplateItem `json:"template_list"`
	}
	err := c.call(ctx, http.MethodGet, "template/get_all_private_template", nil, &answer)
	return answer.List, err
}

func (c *client) call(ctx context.Context, method, api string, body []byte, out any) error {
	token, err := c.token(ctx, "")
	if err != nil {
		return err
	}
	err = c.once(ctx, method, api+"?access_token="+url.QueryEscape(token), body, out)
	if !stale(err) {
		return err
	}
	if token, err = c.token(ctx, token); err != nil {
		return err
	}
	return c.once(ctx, method, api+"?access_token="+url.QueryEscape(token), body, out)
}

// token gives the access token, a new one when the one named is not good any
// more. Several processes may ask: a stable token does not push another out.
func (c *client) token(ctx context.Context, bad string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held != "" && c.held != bad && c.now().Before(c.until) {
		return c.held, nil
	}
	body, err := json.Marshal(map[string]any{"grant_type": "client_credential", "appid": c.app, "secret": c.secret, "force_refresh": bad != ""})
	if err != nil {
		return "", err
	}
	var answer struct {
		Token   string `json:"access_token"`
		Expires int64  `json:"expires_in"`
	}
	if err := c.once(ctx, http.MethodPost, "stable_token", body, &answer); err != nil {
		if code(err) == "40001" { // here it is the secret that is wrong
			return "", &bot.SendError{Class: bot.SendConfig, Code: "40001", Text: phrase.MPBadSecret.String()}
		}
		return "", err
	}
	if answer.Token == "" {
		return "", &bot.SendError{Class: bot.SendRetry, Code: "token", Text: phrase.MPBusy.String()}
	}
	c.held, c.until = answer.Token, c.now().Add(time.Duration(answer.Expires)*time.Second-early)
	return c.held, nil
}

// once makes one call and reads its errcode.
func (c *client) once(ctx context.Context, method, path string, body []byte, out any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/cgi-bin/"+path, bytes.NewReader(body))
	if err != nil {
		return &bot.SendError{Class: bot.SendConfig, Code: "url", Text: phrase.MPNotAPI.String()}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	res, err := c.http.Do(req)
	if err != nil {
		return unreached(err)
	}
	defer res.Body.Close()
	switch s := res.StatusCode; {
	case s >= 500 || s == http.StatusRequestTimeout || s == http.StatusTooManyRequests:
		return &bot.SendError{Class: bot.SendRetry, Code: "http " + strconv.Itoa(s), Text: phrase.MPBusy.String(), Unsure: s != http.StatusTooManyRequests}
	case s != http.StatusOK:
		return &bot.SendError{Class: bot.SendConfig, Code: "http " + strconv.Itoa(s), Text: phrase.MPNotAPI.String()}
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		return unreached(err)
	}
	var head util.CommonError
	if json.Unmarshal(raw, &head) != nil || out != nil && json.Unmarshal(raw, out) != nil {
		return &bot.SendError{Class: bot.SendRetry, Code: "answer", Text: phrase.MPBusy.String(), Unsure: true}
	}
	if head.ErrCode != 0 {
		return classify(head.ErrCode)
	}
	return nil
}

func stale(err error) bool {
	switch code(err) {
	case "40001", "40014", "42001":
		return true
	}
	return false
}

func code(err error) string {
	var e *bot.SendError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// rule is what a number of WeChat's means to us.
type rule struct {
	class bot.SendClass
	text  phrase.Phrase
	after time.Duration
}

var rules = map[int64]rule{
	-1:    {bot.SendRetry, phrase.MPBusy, 0},
	40001: {bot.SendRetry, phrase.MPBusy, 0}, 40014: {bot.SendRetry, phrase.MPBusy, 0}, 42001: {bot.SendRetry, phrase.MPBusy, 0},
	45009: {bot.SendRetry, phrase.MPFrequency, time.Hour}, // counted per day
	45011: {bot.SendRetry, phrase.MPFrequency, time.Minute},
	40003: {bot.SendRecipient, phrase.MPNotFollowing, 0}, 40031: {bot.SendRecipient, phrase.MPNotFollowing, 0},
	43004: {bot.SendRecipient, phrase.MPNotFollowing, 0}, 43019: {bot.SendRecipient, phrase.MPNotFollowing, 0},
	43101: {bot.SendRecipient, phrase.MPNotFollowing, 0}, 50005: {bot.SendRecipient, phrase.MPNotFollowing, 0},
	40002: {bot.SendConfig, phrase.MPBadSecret, 0}, 40013: {bot.SendConfig, phrase.MPBadSecret, 0},
	40125: {bot.SendConfig, phrase.MPBadSecret, 0}, 41004: {bot.SendConfig, phrase.MPBadSecret, 0},
	40164: {bot.SendConfig, phrase.MPUntrustedIP, 0}, 61004: {bot.SendConfig, phrase.MPUntrustedIP, 0},
	48001: {bot.SendConfig, phrase.MPNoRight, 0}, 48004: {bot.SendConfig, phrase.MPNoRight, 0}, 50001: {bot.SendConfig, phrase.MPNoRight, 0},
	40037: {bot.SendConfig, phrase.MPTemplate, 0}, 40036: {bot.SendConfig, phrase.MPTemplate, 0},
	47001: {bot.SendNever, phrase.MPBadData, 0}, 47003: {bot.SendConfig, phrase.MPBadData, 0},
}

// classify turns an errcode into what to do next. A number nobody registered
// is tried again: it ends parked, in sight, never lost.
func classify(errcode int64) error {
	r, ok := rules[errcode]
	if !ok {
		r = rule{class: bot.SendRetry, text: phrase.MPUnknown}
	}
	return &bot.SendError{Class: r.class, Code: strconv.FormatInt(errcode, 10), After: r.after, Text: r.text.String()}
}

// unreached is a call without an answer; the token stands in its address.
func unreached(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	why := "transport error"
	var timeout net.Error
	var op *net.OpError
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		why = "timeout"
	case errors.As(err, &op):
		why = op.Op
	}
	return &bot.SendError{Class: bot.SendRetry, Code: "unreached", Text: phrase.MPUnreached.With("why", why), Unsure: true}
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
