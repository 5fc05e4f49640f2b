package sms

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// The contract with the provider; docs/sms.md is its manual.

// Headers of every call, ours and the provider's.
const (
	headerTime      = "X-Guixiao-Timestamp" // seconds since 1970
	headerSignature = "X-Guixiao-Signature" // hex of HMAC-SHA256(secret, timestamp + "." + body)
	headerKey       = "Idempotency-Key"     // the id of the message: one key, one message
)

// message is the body of a call; the same bytes on every attempt.
type message struct {
	ID   string `json:"id"`
	To   string `json:"to"`
	Sign string `json:"sign"`
	Text string `json:"text"`
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

func signature(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// post makes one call and gives the provider's number of the message.
func (p *Platform) post(ctx context.Context, body []byte) (string, error) {
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return "", &bot.SendError{Class: bot.SendNever, Code: "body", Text: phrase.SMSBadRequest.String()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.set.URL, bytes.NewReader(body))
	if err != nil {
		return "", &bot.SendError{Class: bot.SendConfig, Code: "url", Text: phrase.SMSBadAddress.String()}
	}
	now := strconv.FormatInt(p.now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set(headerKey, m.ID)
	req.Header.Set(headerTime, now)
	req.Header.Set(headerSignature, signature(p.set.Secret, now, body))
	res, err := p.http.Do(req)
	if err != nil {
		return "", unreached(err)
	}
	defer res.Body.Close()
	if err := classify(res, p.now()); err != nil {
		return "", err
	}
	var answer struct {
		ID string `json:"id"`
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err == nil {
		_ = json.Unmarshal(raw, &answer) // without a number it is accepted all the same
	}
	return answer.ID, nil
}

// classify says what a status of the provider means.
func classify(res *http.Response, now time.Time) error {
	e := &bot.SendError{Class: bot.SendRetry, Code: "http " + strconv.Itoa(res.StatusCode), Text: phrase.SMSBusy.String()}
	as := func(class bot.SendClass, text phrase.Phrase) error {
		e.Class, e.Text = class, text.String()
		return e
	}
	switch s := res.StatusCode; {
	case s >= 200 && s < 300, s == http.StatusConflict: // the same key was accepted before
		return nil
	case s == http.StatusGone:
		return as(bot.SendRecipient, phrase.SMSStopped)
	case s == http.StatusUnprocessableEntity:
		return as(bot.SendRecipient, phrase.SMSUnknown)
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		return as(bot.SendConfig, phrase.SMSBadSecret)
	case s == http.StatusPaymentRequired:
		return as(bot.SendConfig, phrase.SMSNoMoney)
	case s == http.StatusNotFound, s == http.StatusMethodNotAllowed, s >= 300 && s < 400:
		return as(bot.SendConfig, phrase.SMSBadAddress)
	case s == http.StatusTooManyRequests, s == http.StatusServiceUnavailable:
		e.After = after(res.Header.Get("Retry-After"), now)
		return e
	case s == http.StatusRequestTimeout || s >= 500:
		e.Unsure = true
		return e
	}
	return as(bot.SendNever, phrase.SMSBadRequest)
}

// after reads a Retry-After header, in seconds or as a date.
func after(header string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(header); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// unreached is a call without an answer; the cause is named without the
// address, which may hold a key.
func unreached(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	why := err.Error()
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		why = "timeout"
	}
	return &bot.SendError{Class: bot.SendRetry, Code: "unreached", Text: phrase.SMSUnreached.With("why", why), Unsure: true}
}
