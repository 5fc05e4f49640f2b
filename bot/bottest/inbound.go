package bottest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/rules/school"
)

// Inbound makes the callbacks of a platform that is called over HTTP. Every
// request is genuine; the suite spoils it where it wants a forged one.
type Inbound struct {
	Message func(id int, text string) *http.Request // written by Subject.Staff
	Press   func(t *testing.T, s Subject) *http.Request
	Forge   func(*http.Request) *http.Request // same content, wrong signature
	Stale   []func() *http.Request            // genuine but too old or from the future; none when the platform has no age limit
	Largest int64                             // most bytes of a body that are read
	// Unsigned: the signature proves the sender, not the body; a changed byte
	// may be read as something else, but never breaks anything.
	Unsigned bool
}

func conformInbound(t *testing.T, open func(*testing.T) Subject) {
	for name, test := range map[string]func(*testing.T, Subject, bot.Receiver){
		"a genuine message is heard":                   hearsMessage,
		"a pressed button names card, button and code": hearsPress,
		"a forged callback is refused":                 refusesForged,
		"a tampered body is refused":                   refusesTampered,
		"an old callback is refused where age counts":  refusesStale,
		"a repeated callback has the same key":         sameKeyAgain,
		"order does not change the keys":               keysWithoutOrder,
		"an oversized body is not read":                refusesOversized,
		"nonsense is refused and breaks nothing":       survivesNonsense,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			receiver, ok := s.Platform.(bot.Receiver)
			if !ok || s.Inbound == nil {
				t.Skip("this platform is not called over HTTP")
			}
			test(t, s, receiver)
			s.keepsSecrets(t)
		})
	}
}

// hear reads one callback that must be accepted.
func hear(t *testing.T, r bot.Receiver, req *http.Request) []school.Delivery {
	t.Helper()
	c, err := r.Receive(req, noon)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return c.Deliveries
}

func (s Subject) refused(t *testing.T, r bot.Receiver, req *http.Request, want error) {
	t.Helper()
	c, err := r.Receive(req, noon)
	if err == nil || len(c.Deliveries) > 0 || len(c.Answer) > 0 {
		t.Fatalf("accepted: %v, %d deliveries, answer %q", err, len(c.Deliveries), c.Answer)
	}
	if want != nil && !errors.Is(err, want) {
		t.Errorf("refused with %v", err)
	}
	s.holdsNoSecret(t, "error", err.Error())
}

func hearsMessage(t *testing.T, s Subject, r bot.Receiver) {
	ds := hear(t, r, s.Inbound.Message(7, "张三 未到校 <b>&"))
	if len(ds) != 1 {
		t.Fatalf("%d deliveries", len(ds))
	}
	d := ds[0]
	if d.Kind != school.DeliveryMessage || d.Text != "张三 未到校 <b>&" || !strings.EqualFold(d.From, s.Staff.User) || d.Platform != s.Platform.Name() || !d.At.Equal(noon) || d.Key == "" {
		t.Errorf("heard %+v", d)
	}
}

func hearsPress(t *testing.T, s Subject, r bot.Receiver) {
	ds := hear(t, r, s.Inbound.Press(t, s))
	if len(ds) != 1 {
		t.Fatalf("%d deliveries", len(ds))
	}
	d := ds[0]
	if d.Kind != school.DeliveryPress || d.Card != notices()["card"].Card.ID || d.Button == "" || !strings.EqualFold(d.From, s.Staff.User) {
		t.Errorf("heard %+v", d)
	}
}

func refusesForged(t *testing.T, s Subject, r bot.Receiver) {
	s.refused(t, r, s.Inbound.Forge(s.Inbound.Message(7, "张三 未到校")), bot.ErrForged)
	s.refused(t, r, s.Inbound.Forge(s.Inbound.Press(t, s)), bot.ErrForged)
}

// refusesTampered changes one byte at a time somewhere in the body.
func refusesTampered(t *testing.T, s Subject, r bot.Receiver) {
	body, err := io.ReadAll(s.Inbound.Message(7, "张三 未到校").Body)
	if err != nil {
		t.Fatal(err)
	}
	for at := len(body) / 2; at < len(body)/2+20; at++ {
		req := s.Inbound.Message(7, "张三 未到校")
		spoilt, err := io.ReadAll(req.Body)
		if err != nil {
			t.Fatal(err)
		}
		spoilt[at] ^= 1
		req.Body = io.NopCloser(bytes.NewReader(spoilt))
		if !s.Inbound.Unsigned {
			s.refused(t, r, req, nil)
		} else if _, err := r.Receive(req, noon); err != nil {
			s.holdsNoSecret(t, "error", err.Error())
		}
	}
}

func refusesStale(t *testing.T, s Subject, r bot.Receiver) {
	if len(s.Inbound.Stale) == 0 {
		t.Skip("this platform documents no age limit; the key recognises a replay")
	}
	for _, stale := range s.Inbound.Stale {
		s.refused(t, r, stale(), bot.ErrForged)
	}
}

func sameKeyAgain(t *testing.T, s Subject, r bot.Receiver) {
	first := hear(t, r, s.Inbound.Message(7, "张三 未到校"))
	again := hear(t, r, s.Inbound.Message(7, "张三 未到校"))
	other := hear(t, r, s.Inbound.Message(8, "张三 未到校"))
	if first[0].Key != again[0].Key {
		t.Errorf("a redelivery has another key: %s, %s", first[0].Key, again[0].Key)
	}
	if first[0].Key == other[0].Key {
		t.Errorf("two messages share the key %s", other[0].Key)
	}
}

func keysWithoutOrder(t *testing.T, s Subject, r bot.Receiver) {
	keys := map[int]string{}
	for _, id := range []int{1, 2, 3} {
		keys[id] = hear(t, r, s.Inbound.Message(id, "全到"))[0].Key
	}
	for _, id := range []int{3, 1, 2} {
		if again := hear(t, r, s.Inbound.Message(id, "全到"))[0].Key; again != keys[id] {
			t.Errorf("message %d: key %s, before %s", id, again, keys[id])
		}
	}
}

func refusesOversized(t *testing.T, s Subject, r bot.Receiver) {
	body := &counted{from: strings.NewReader(strings.Repeat("x", int(s.Inbound.Largest)*2))}
	req := s.Inbound.Message(7, "张三 未到校")
	req.Body, req.ContentLength = io.NopCloser(body), -1
	s.refused(t, r, req, nil)
	if body.read > s.Inbound.Largest+64<<10 {
		t.Errorf("%d bytes were read", body.read)
	}
}

type counted struct {
	from io.Reader
	read int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.read += int64(n)
	return n, err
}

func survivesNonsense(t *testing.T, s Subject, r bot.Receiver) {
	for _, body := range []string{"", "{", "<xml>", "<xml></xml>", "\x00\xff", "<?xml version=\"1.0\" encoding=\"GBK\"?><xml/>", strings.Repeat("<a>", 10000)} {
		req := s.Inbound.Message(7, "x")
		req.Body = io.NopCloser(strings.NewReader(body))
		s.refused(t, r, req, nil)
	}
	req := s.Inbound.Message(7, "x")
	if req.URL.RawQuery != "" {
		req.URL.RawQuery = "%zz=1;&msg_signature"
		s.refused(t, r, req, nil)
	}
	req = s.Inbound.Message(7, "x")
	req.Method = http.MethodDelete
	s.refused(t, r, req, nil)
}
