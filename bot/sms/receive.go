package sms

import (
	"crypto/hmac"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
)

// What guardians write back, as the provider passes it on.
type inbound struct {
	Replies []struct {
		ID   string `json:"id"`   // the provider's number of the reply: a repeat is known by it
		From string `json:"from"` // mobile number
		Text string `json:"text"`
	} `json:"replies"`
}

// fresh is how far the clock of a call may be off: an old call is a stolen one.
const fresh = 5 * time.Minute

// Words by which somebody stops text messages, and takes them again.
var (
	stops  = []string{"R", "T", "TD", "N", "退订", "拒收", "取消订阅"}
	starts = []string{"恢复", "恢复订阅", "重新订阅"}
)

// Receive takes replies: 退订 stops the messages, everything else is read like
// words in a chat.
func (p *Platform) Receive(r *http.Request, now time.Time) (bot.Callback, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return bot.Callback{}, err
	}
	stamp := r.Header.Get(headerTime)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > fresh ||
		!hmac.Equal([]byte(signature(p.set.Secret, stamp, body)), []byte(r.Header.Get(headerSignature))) {
		return bot.Callback{}, bot.ErrForged
	}
	var in inbound
	if err := json.Unmarshal(body, &in); err != nil {
		return bot.Callback{}, school.Invalid("not JSON")
	}
	var c bot.Callback
	for _, reply := range in.Replies {
		if reply.ID == "" || reply.From == "" {
			return bot.Callback{}, school.Invalid("a reply without id or from")
		}
		c.Deliveries = append(c.Deliveries, p.delivery(reply.ID, reply.From, reply.Text))
	}
	c.Answer, c.ContentType = []byte(`{}`), "application/json"
	return c, nil
}

func (p *Platform) delivery(id, from, text string) school.Delivery {
	d := school.Delivery{Key: p.name + ":" + id, Platform: p.name, From: strings.TrimPrefix(from, "+86"), Kind: school.DeliveryMessage, Conversation: "direct", Text: text}
	word := strings.ToUpper(strings.TrimSpace(text))
	switch {
	case slices.Contains(stops, word):
		d.Kind, d.Event, d.Text = school.DeliveryEvent, bot.EventOptOut, ""
	case slices.Contains(starts, word):
		d.Kind, d.Event, d.Text = school.DeliveryEvent, bot.EventOptIn, ""
	}
	return d
}
