package wecom

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// maxCallback is the largest callback body we read.
const maxCallback = 1 << 20

// Receive verifies and decrypts one callback. GET is the URL check of the
// console: its answer is the decrypted echostr and nothing else. POST brings
// one message or event; its answer is an empty 200. The age of a callback is
// not judged – WeCom documents none – a replay is recognised by its key.
func (p *Platform) Receive(r *http.Request, now time.Time) (bot.Callback, error) {
	if p.crypt == nil {
		return bot.Callback{}, forged()
	}
	// One decoding, by the standard parser: a second one would break the '+' of Base64.
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return bot.Callback{}, school.Invalid("%s", phrase.WeComUnreadable)
	}
	switch r.Method {
	case http.MethodGet:
		plain, err := p.openSigned(q, q.Get("echostr"))
		return bot.Callback{Answer: plain}, err
	case http.MethodPost:
		return p.receivePost(r.Body, q, now)
	}
	return bot.Callback{}, school.Invalid("%s", phrase.WeComWrongMethod)
}

func (p *Platform) receivePost(body io.Reader, q url.Values, now time.Time) (bot.Callback, error) {
	raw, err := io.ReadAll(io.LimitReader(body, maxCallback+1))
	var capped *http.MaxBytesError
	if errors.As(err, &capped) || len(raw) > maxCallback {
		return bot.Callback{}, school.Invalid("%s", phrase.WeComTooLarge)
	}
	if err != nil {
		return bot.Callback{}, school.Invalid("%s", phrase.WeComUnreadable)
	}
	var envelope struct {
		Encrypt string `xml:"Encrypt"`
	}
	if err := xml.Unmarshal(raw, &envelope); err != nil || envelope.Encrypt == "" {
		return bot.Callback{}, school.Invalid("%s", phrase.WeComUnreadable)
	}
	plain, err := p.openSigned(q, envelope.Encrypt)
	if err != nil {
		return bot.Callback{}, err
	}
	in, err := parseInbound(plain)
	if err != nil {
		return bot.Callback{}, school.Invalid("%s", phrase.WeComUnreadable)
	}
	if !in.meantFor(p.set.AgentID) {
		return bot.Callback{}, forged()
	}
	p.heed(in)
	return bot.Callback{Deliveries: in.deliveries(p.name, plain, now), Answer: []byte{}}, nil
}

// openSigned checks the signature over encrypted and opens it.
func (p *Platform) openSigned(q url.Values, encrypted string) ([]byte, error) {
	if !p.crypt.genuine(q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), encrypted) {
		return nil, forged()
	}
	plain, err := p.crypt.open(encrypted)
	switch {
	case errors.Is(err, errReceiver):
		return nil, forged()
	case err != nil:
		return nil, school.Invalid("%s", phrase.WeComUnreadable)
	}
	return plain, nil
}

func forged() error { return fmt.Errorf("%s: %w", phrase.WeComForged, bot.ErrForged) }

// heed lets a parent who has just followed the school be reached at once.
func (p *Platform) heed(in inbound) {
	if in.Event == "change_school_contact" {
		p.parents.forget(in.ID)
	}
}
