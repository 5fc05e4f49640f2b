package dingtalk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"guixiao/bot"
)

const (
	// callTimeout bounds one call; DingTalk's own gateway gives up after 3 s.
	callTimeout = 8 * time.Second
	// maxAnswer is the largest answer we read.
	maxAnswer = 4 << 20
	// punished is how long the address rests after it was banned (sheet 10.1).
	punished = 5 * time.Minute
)

// client calls both of DingTalk's APIs. Whatever goes wrong is a
// *bot.SendError whose text holds no URL, since the token of the old API
// stands in it.
type client struct {
	set    Settings
	http   *http.Client
	now    func() time.Time
	log    *slog.Logger
	spent  func(string, int)
	tokens *bot.Tokens

	mu     sync.Mutex
	banned time.Time // not before
}

func newClient(s Settings, d Deps, log *slog.Logger) *client {
	h := *d.HTTP
	// A redirect would carry the token to another host.
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c := &client{set: s, http: &h, now: d.Now, log: log, spent: d.Spent}
	c.tokens = bot.NewTokens("dingtalk:token:"+s.ClientID, d.Shared, d.Now, c.fetchToken)
	return c
}

// call is one call of an API. An old path begins with /topapi, /media or
// /robot and carries the token in the query, a new one with /v1.0 in a header.
type call struct {
	method string // "" = POST
	path   string
	query  url.Values
	body   []byte // JSON; nil = none
	kind   string // of a body that is no JSON
	free   bool   // not counted to the month
	token  string // of a user; "" = the app's
}

func (c call) old() bool { return !strings.HasPrefix(c.path, "/v1.0/") }

// name is the call without what varies, for logs.
func (c call) name() string { return strings.TrimPrefix(c.path, "/") }

// post sends v as JSON to a path that is counted.
func (c *client) post(ctx context.Context, path string, v, out any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return c.do(ctx, call{path: path, body: body}, out)
}

// ask is post for what is not counted.
func (c *client) ask(ctx context.Context, path string, v, out any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return c.do(ctx, call{path: path, body: body, free: true}, out)
}

// do makes a call with a token; it repeats once, and only once, with a fresh
// token when DingTalk says that the one used is no longer good.
func (c *client) do(ctx context.Context, what call, out any) error {
	if what.token != "" {
		return c.once(ctx, what, what.token, out)
	}
	token, err := c.tokens.Get(ctx)
	if err != nil {
		return failure(err)
	}
	err = c.once(ctx, what, token, out)
	if !staleToken(err) {
		return err
	}
	if token, err = c.tokens.Renew(ctx, token); err != nil {
		return failure(err)
	}
	return c.once(ctx, what, token, out)
}

// fetchToken asks for a new access token, which both APIs take.
func (c *client) fetchToken(ctx context.Context) (string, time.Duration, error) {
	body, err := encode(map[string]string{"appKey": c.set.ClientID, "appSecret": c.set.ClientSecret})
	if err != nil {
		return "", 0, err
	}
	var answer struct {
		Token   string `json:"accessToken"`
		Expires int64  `json:"expireIn"`
	}
	err = c.once(ctx, call{path: "/v1.0/oauth2/accessToken", body: body, free: true}, "", &answer)
	if err == nil && answer.Token == "" {
		err = busy("")
	}
	return answer.Token, time.Duration(answer.Expires) * time.Second, err
}

// once makes one call and judges its outcome.
func (c *client) once(ctx context.Context, what call, token string, out any) error {
	if left := c.resting(); left > 0 {
		return &bot.SendError{Class: bot.SendRetry, Code: "1111", After: left, Text: textOfCode("1111")}
	}
	patience := callTimeout
	if what.kind != "" {
		patience = mediaTime
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	status, raw, err := c.exchange(ctx, what, token)
	if err == nil {
		err = judge(what, status, raw)
	}
	if !what.free && !refusedUncounted(err) {
		c.spent(bot.SpentCall, 1)
	}
	if err != nil {
		return c.failed(what, raw, err)
	}
	if out != nil && json.Unmarshal(raw, out) != nil {
		return busy("")
	}
	return nil
}

func (c *client) failed(what call, raw []byte, err error) error {
	code := codeOf(err)
	if code == "1111" {
		c.mu.Lock()
		c.banned = c.now().Add(punished)
		c.mu.Unlock()
	}
	c.log.Warn("dingtalk call failed", "api", what.name(), "code", code, "request", requestOf(raw))
	return err
}

func (c *client) resting() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.banned.Sub(c.now())
}

// exchange is the HTTP of one call.
func (c *client) exchange(ctx context.Context, what call, token string) (int, []byte, error) {
	base, q := c.set.APIBase, url.Values{}
	if what.old() {
		base = c.set.OAPIBase
		q.Set("access_token", token)
	}
	for k, v := range what.query {
		q[k] = v
	}
	address := base + what.path
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	method := what.method
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(what.body))
	if err != nil {
		return 0, nil, unreached(errors.New("bad address"))
	}
	req.Header.Set("Accept", "application/json")
	if what.body != nil {
		req.Header.Set("Content-Type", cmp.Or(what.kind, "application/json"))
	}
	if !what.old() && token != "" {
		req.Header.Set("x-acs-dingtalk-access-token", token)
	}
	return c.send(req)
}

// send makes a request and reads a bounded answer.
func (c *client) send(req *http.Request) (int, []byte, error) {
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil, unreached(plain(err))
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return 0, nil, unreached(plain(err))
	}
	return res.StatusCode, raw, nil
}

// plain keeps the cause of a transport error and drops the URL it names.
func plain(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return errors.New("timeout")
	}
	if strings.Contains(err.Error(), "token") || strings.Contains(err.Error(), "session=") {
		return errors.New("transport error")
	}
	return err
}

// encode writes JSON as people read it, without HTML escapes.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// text is encode for JSON that travels inside a string.
func text(v any) string {
	raw, err := encode(v)
	if err != nil {
		return "" // maps and structs of strings always encode
	}
	return string(raw)
}
