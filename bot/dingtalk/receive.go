package dingtalk

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

const (
	// maxCallback is the largest callback body we read.
	maxCallback = 1 << 20
	contentJSON = "application/json; charset=utf-8"
	// How old a signature may be: the robot's as documented, the card's ours.
	robotAge = time.Hour
	cardAge  = 5 * time.Minute
)

// Receive verifies one call of HTTP mode. The last part of the path says what
// it is: …/card a press, …/event an event, anything else a message to the robot.
func (p *Platform) Receive(r *http.Request, now time.Time) (bot.Callback, error) {
	if r.Method != http.MethodPost {
		return bot.Callback{}, school.Invalid("%s", phrase.DingWrongMethod)
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxCallback+1))
	var capped *http.MaxBytesError
	if errors.As(err, &capped) || len(raw) > maxCallback {
		return bot.Callback{}, school.Invalid("%s", phrase.DingTooLarge)
	}
	if err != nil {
		return bot.Callback{}, school.Invalid("%s", phrase.DingUnreadable)
	}
	switch door := p.set.Account; {
	case strings.HasSuffix(r.URL.Path, "/"+door+"/card"):
		return p.receiveCard(r.Header, raw, now)
	case strings.HasSuffix(r.URL.Path, "/"+door+"/event"):
		return p.receiveEvent(r.URL.RawQuery, raw, now)
	}
	return p.receiveRobot(r.Header, raw, now)
}

// receiveRobot checks the signature, which proves the sender and not the body.
func (p *Platform) receiveRobot(h http.Header, raw []byte, now time.Time) (bot.Callback, error) {
	stamp := h.Get("timestamp")
	if !fresh(stamp, now, robotAge) || !same(robotSign(p.set.ClientSecret, stamp), h.Get("sign")) {
		return bot.Callback{}, forged()
	}
	return p.robot(raw, now)
}

func (p *Platform) receiveCard(h http.Header, raw []byte, now time.Time) (bot.Callback, error) {
	stamp := h.Get("x-ddpaas-signature-timestamp")
	if !fresh(stamp, now, cardAge) || !same(cardSign(p.cardSecret(), stamp), h.Get("x-ddpaas-signature")) {
		return bot.Callback{}, forged()
	}
	return p.card(raw, stamp, now)
}

// fresh says whether a timestamp in ms is within age of now.
func fresh(stamp string, now time.Time, age time.Duration) bool {
	ms, err := strconv.ParseInt(stamp, 10, 64)
	return err == nil && now.Sub(time.UnixMilli(ms)).Abs() <= age
}

// receiveEvent opens one event of the subscription. Both spellings of the
// signature and of the timestamp occur.
func (p *Platform) receiveEvent(query string, raw []byte, now time.Time) (bot.Callback, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return bot.Callback{}, school.Invalid("%s", phrase.DingUnreadable)
	}
	if p.crypt == nil {
		return bot.Callback{}, fmt.Errorf("%s: %w", phrase.DingNoToken, bot.ErrForged)
	}
	var envelope struct {
		Encrypt string `json:"encrypt"`
	}
	if json.Unmarshal(raw, &envelope) != nil || envelope.Encrypt == "" {
		return bot.Callback{}, school.Invalid("%s", phrase.DingUnreadable)
	}
	signature, stamp := either(q, "signature", "msg_signature"), either(q, "timestamp", "timeStamp")
	if !p.crypt.genuine(signature, stamp, q.Get("nonce"), envelope.Encrypt) {
		return bot.Callback{}, forged()
	}
	message, err := p.crypt.open(envelope.Encrypt)
	switch {
	case errors.Is(err, errOwner):
		return bot.Callback{}, forged()
	case err != nil:
		return bot.Callback{}, school.Invalid("%s", phrase.DingUnreadable)
	}
	c, err := p.event(eventHead{}, message, now)
	if err != nil {
		return bot.Callback{}, err
	}
	c.Answer, c.ContentType = p.success(now), contentJSON
	return c, nil
}

func either(q url.Values, names ...string) string {
	for _, n := range names {
		if v := q.Get(n); v != "" {
			return v
		}
	}
	return ""
}

// success is the encrypted acknowledgement of an event.
func (p *Platform) success(now time.Time) []byte {
	random := rand.Text()
	stamp, nonce := number(now.UnixMilli()), random[randomSize:randomSize+8]
	encrypted := p.crypt.seal(random[:randomSize], "success")
	raw, err := encode(map[string]string{"msg_signature": p.crypt.signature(stamp, nonce, encrypted), "timeStamp": stamp, "nonce": nonce, "encrypt": encrypted})
	if err != nil {
		return nil // strings always encode
	}
	return raw
}

// cardSecret signs card callbacks; both sides learn it from us.
func (p *Platform) cardSecret() string {
	return keyed(p.set.ClientSecret, "guixiao card callbacks of "+p.set.Account)
}

func forged() error { return fmt.Errorf("%s: %w", phrase.DingForged, bot.ErrForged) }
