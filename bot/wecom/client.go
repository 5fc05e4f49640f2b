package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/util"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// client calls WeCom's API. Whatever goes wrong is a *bot.SendError whose text
// holds no URL, since the token (and at gettoken the secret) stands in it.
type client struct {
	base   string
	corp   string
	agent  int
	secret string
	http   *http.Client
	log    *slog.Logger
	tokens *tokens
	share  Take
}

func newClient(s Settings, d Deps, log *slog.Logger) *client {
	h := *d.HTTP
	// A redirect would carry the token to another host in its Referer.
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c := &client{base: s.APIBase, corp: s.CorpID, agent: s.AgentID, secret: s.Secret, http: &h, log: log, share: d.Share}
	c.tokens = newTokens(s, d, c.fetchToken)
	return c
}

// post sends body, already encoded, to /cgi-bin/<api>.
func (c *client) post(ctx context.Context, api string, body []byte, out any) error {
	return c.call(ctx, http.MethodPost, api, nil, body, out)
}

// upload posts a form with a file in it.
func (c *client) upload(ctx context.Context, api string, q url.Values, form form, out any) error {
	return c.withToken(ctx, func(token string) error { return c.once(ctx, http.MethodPost, api, withToken(q, token), form, out) })
}

// get reads /cgi-bin/<api>.
func (c *client) get(ctx context.Context, api string, q url.Values, out any) error {
	return c.call(ctx, http.MethodGet, api, q, nil, out)
}

// call repeats once, and only once, with a fresh token when WeCom says that
// the one used is no longer good.
func (c *client) call(ctx context.Context, method, api string, q url.Values, body []byte, out any) error {
	return c.withToken(ctx, func(token string) error {
		return c.once(ctx, method, api, withToken(q, token), asJSON(body), out)
	})
}

func (c *client) withToken(ctx context.Context, ask func(token string) error) error {
	token, err := c.tokens.GetAccessTokenContext(ctx)
	if err != nil {
		return err
	}
	if err = ask(token); !staleToken(err) {
		return err
	}
	token, renewErr := c.tokens.renew(ctx, token)
	if renewErr != nil {
		return renewErr
	}
	return ask(token)
}

// form is the body of a call and what it is; the zero form is no body.
type form struct {
	kind string
	body []byte
}

func asJSON(body []byte) form {
	if body == nil {
		return form{}
	}
	return form{"application/json; charset=utf-8", body}
}

func withToken(q url.Values, token string) url.Values {
	all := url.Values{"access_token": {token}}
	for k, v := range q {
		all[k] = v
	}
	return all
}

// fetchToken asks for a new access token.
func (c *client) fetchToken(ctx context.Context) (string, time.Duration, error) {
	var answer struct {
		Token   string `json:"access_token"`
		Expires int64  `json:"expires_in"`
	}
	q := url.Values{"corpid": {c.corp}, "corpsecret": {c.secret}}
	err := c.once(ctx, http.MethodGet, "gettoken", q, form{}, &answer)
	if err == nil && answer.Token == "" {
		err = busy("")
	}
	return answer.Token, time.Duration(answer.Expires) * time.Second, err
}

// once makes one call and reads its errcode.
func (c *client) once(ctx context.Context, method, api string, q url.Values, body form, out any) error {
	if c.share != nil {
		if wait := c.share(ctx, "wecom:api:"+c.corp+":"+api, corpAtOnce, corpEvery); wait > 0 {
			return &bot.SendError{Class: bot.SendRetry, Code: "corp-limit", After: wait, Text: phrase.WeComFrequency.String()}
		}
	}
	patience := callTimeout
	if len(body.body) > 1<<20 {
		patience = 4 * callTimeout // a photo over a school's line
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	raw, _, err := c.exchange(ctx, method, api, q, body)
	if err != nil {
		c.log.Warn("wecom call failed", "api", api, "error", err)
		return err
	}
	var head util.CommonError
	if json.Unmarshal(raw, &head) != nil {
		return busy("")
	}
	if head.ErrCode != 0 {
		c.log.Warn("wecom call refused", "api", api, "code", head.ErrCode)
		return classify(api, head.ErrCode, head.ErrMsg)
	}
	if out != nil && json.Unmarshal(raw, out) != nil {
		return busy("")
	}
	return nil
}

// exchange is the HTTP of one call.
func (c *client) exchange(ctx context.Context, method, api string, q url.Values, body form) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/cgi-bin/"+api+"?"+q.Encode(), bytes.NewReader(body.body))
	if err != nil {
		return nil, nil, unreached(errors.New("bad address"))
	}
	if body.kind != "" {
		req.Header.Set("Content-Type", body.kind)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, nil, unreached(c.redact(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusPartialContent {
		return nil, nil, classifyHTTP(res.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxMedia+1))
	if err != nil {
		return nil, nil, unreached(c.redact(err))
	}
	return raw, res.Header, nil
}

// redact keeps the cause of a transport error and drops the URL it names.
func (c *client) redact(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return errors.New("timeout")
	}
	text := strings.NewReplacer(c.secret, "…", url.QueryEscape(c.secret), "…").Replace(err.Error())
	if strings.Contains(text, "access_token") || strings.Contains(text, "corpsecret") {
		text = "transport error"
	}
	return errors.New(text)
}

// encode writes JSON without a single \uxxxx, which WeCom refuses (40033).
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return unescape(bytes.TrimRight(b.Bytes(), "\n")), nil
}

// unescape writes what Go escapes all the same – line separators and broken
// UTF-8 – as it is, and control characters as blanks.
func unescape(raw []byte) []byte {
	if !bytes.Contains(raw, []byte(`\u`)) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		r, err := strconv.ParseUint(string(raw[i+2:min(i+6, len(raw))]), 16, 16)
		if raw[i+1] != 'u' || err != nil {
			out = append(out, raw[i], raw[i+1])
			i++
			continue
		}
		out = utf8.AppendRune(out, max(rune(r), ' '))
		i += 5
	}
	return out
}

// code is the number of a refused call, "" when there is none.
func code(err error) string {
	var e *bot.SendError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func staleToken(err error) bool {
	switch code(err) {
	case "40014", "42001", "40001", "41001":
		return true
	}
	return false
}

func number(code int64) string { return strconv.FormatInt(code, 10) }
