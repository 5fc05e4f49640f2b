package bottest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

var streamCalls = map[string]dingCall{
	"POST /v1.0/gateway/connections/open": {do: (*DingTalk).openConnection},
}

// Topics of callbacks.
const (
	topicRobot = "/v1.0/im/bot/messages/get"
	topicCard  = "/v1.0/card/instances/callback"
)

// drainTime is how long a socket told to go stays open, silently.
const drainTime = 10 * time.Second

// dingSocket is one open Stream connection.
type dingSocket struct {
	conn     *websocket.Conn
	topics   []string
	draining bool
	frozen   bool
	gone     chan struct{} // closed when the socket is

	mu    sync.Mutex
	waits map[string]chan dingAck // by messageId
	acked map[string]bool
}

// dingAck is what the bot sends back for one frame.
type dingAck struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Headers struct {
		ID   string `json:"messageId"`
		Type string `json:"contentType"`
	} `json:"headers"`
	Data *string `json:"data"`
}

// openConnection hands out a ticket: for one connection, for 90 seconds.
func (f *DingTalk) openConnection(r *http.Request, body []byte) dingReply {
	var m struct {
		ID     string `json:"clientId"`
		Secret string `json:"clientSecret"`
		Agent  string `json:"ua"`
		IP     string `json:"localIp"`
		Subs   []struct {
			Type  string `json:"type"`
			Topic string `json:"topic"`
		} `json:"subscriptions"`
	}
	if !strict(body, &m) {
		return bad("invalidParameter")
	}
	if !strings.Contains(r.Header.Get("Accept"), "application/json") {
		f.complain("connections/open without Accept: application/json is answered in XML")
	}
	if m.ID != f.ClientID || m.Secret != f.ClientSecret {
		f.secrets++
		return fault(http.StatusUnauthorized, "authFailed")
	}
	var topics []string
	for _, s := range m.Subs {
		known := s.Type == "EVENT" && s.Topic == "*" || s.Type == "CALLBACK" && (s.Topic == topicRobot || s.Topic == topicCard)
		if !known || slices.Contains(topics, s.Type+s.Topic) {
			return bad("invalidParameter.subscriptions")
		}
		topics = append(topics, s.Type+s.Topic)
	}
	ticket := f.next("t1cket+/") + "=" + strings.Join(topics, ",") // a ticket must be escaped
	f.tickets[ticket] = f.now().Add(90 * time.Second)
	return given(answer{"endpoint": "ws" + strings.TrimPrefix(f.sockets, "http") + "/connect", "ticket": ticket})
}

func (f *DingTalk) spendTicket(ticket string) ([]string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	until, ok := f.tickets[ticket]
	delete(f.tickets, ticket)
	if !ok || !f.now().Before(until) {
		f.complain("a connection with a ticket that is unknown, used or over")
		return nil, false
	}
	_, topics, _ := strings.Cut(ticket, "=")
	return strings.Split(topics, ","), true
}

func (f *DingTalk) serveSocket(w http.ResponseWriter, r *http.Request) {
	topics, ok := f.spendTicket(r.URL.Query().Get("ticket"))
	if !ok || r.URL.Path != "/connect" {
		http.Error(w, "ticket", http.StatusUnauthorized)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	s := &dingSocket{conn: conn, topics: topics, waits: map[string]chan dingAck{}, acked: map[string]bool{}, gone: make(chan struct{})}
	f.set(func() { f.live = append(f.live, s); f.ring() })
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for {
		kind, raw, err := conn.Read(ctx)
		if err != nil {
			break
		}
		if why := s.take(kind, raw); why != "" {
			f.set(func() { f.complain("%s", why) })
		}
	}
	_ = conn.CloseNow()
	close(s.gone)
	f.set(func() {
		f.live = slices.DeleteFunc(f.live, func(x *dingSocket) bool { return x == s })
		f.ring()
	})
}

// ring tells whoever waits that a socket came or went.
func (f *DingTalk) ring() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// take reads one acknowledgement; it returns what is wrong with it.
func (s *dingSocket) take(kind websocket.MessageType, raw []byte) string {
	var a dingAck
	if kind != websocket.MessageText || !strict(raw, &a) {
		return "a frame that is no acknowledgement"
	}
	var data any
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := s.waits[a.Headers.ID]
	switch {
	case wait == nil:
		return "an acknowledgement of what was not sent on this socket"
	case s.acked[a.Headers.ID]:
		return "a frame acknowledged twice"
	case a.Headers.Type != "application/json":
		return fmt.Sprintf("an acknowledgement with contentType %q", a.Headers.Type)
	case a.Data == nil || json.Unmarshal([]byte(*a.Data), &data) != nil:
		return "an acknowledgement whose data is no text holding JSON"
	case a.Code != 200 && a.Code != 400 && a.Code != 404 && a.Code != 500:
		return fmt.Sprintf("an acknowledgement with code %d", a.Code)
	}
	s.acked[a.Headers.ID] = true
	wait <- a
	return ""
}

// send writes one frame and waits for its acknowledgement.
func (s *dingSocket) send(ctx context.Context, id string, frame map[string]any) (dingAck, error) {
	raw, err := json.Marshal(frame)
	if err != nil {
		return dingAck{}, err
	}
	wait := make(chan dingAck, 1)
	s.mu.Lock()
	s.waits[id] = wait
	s.mu.Unlock()
	if err := s.conn.Write(ctx, websocket.MessageText, raw); err != nil {
		return dingAck{}, err
	}
	select {
	case a := <-wait:
		return a, nil
	case <-s.gone:
		return dingAck{}, errors.New("the socket was closed before it was acknowledged")
	case <-ctx.Done():
		return dingAck{}, errors.New("not acknowledged in time")
	}
}

var errNobody = errors.New("nobody is connected: the push is lost")

// frame pushes to one socket chosen at random among those that want the topic.
func (f *DingTalk) frame(ctx context.Context, kind, topic string, headers map[string]any, data string) (dingAck, error) {
	f.mu.Lock()
	wanted := kind + topic
	if kind == "EVENT" {
		wanted = "EVENT*"
	}
	var fit []*dingSocket
	for _, s := range f.live {
		if !s.draining && slices.Contains(s.topics, wanted) {
			fit = append(fit, s)
		}
	}
	if len(fit) == 0 {
		f.unheard++
		f.mu.Unlock()
		return dingAck{}, errNobody
	}
	s := fit[rand.IntN(len(fit))]
	id, frozen := f.next("frame-"), s.frozen
	f.mu.Unlock()
	if frozen {
		<-ctx.Done()
		return dingAck{}, errors.New("the socket is a zombie")
	}
	all := map[string]any{"topic": topic, "messageId": id, "contentType": "application/json", "time": fmt.Sprint(f.now().UnixMilli()), "connectionId": "c1"}
	for k, v := range headers {
		all[k] = v
	}
	return s.send(ctx, id, map[string]any{"specVersion": "1.0", "type": kind, "headers": all, "data": data})
}

// Connected waits until at least n sockets stand that take pushes.
func (f *DingTalk) Connected(ctx context.Context, n int) error {
	for {
		f.mu.Lock()
		open, changed := 0, f.changed
		for _, s := range f.live {
			if !s.draining {
				open++
			}
		}
		f.mu.Unlock()
		if open >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d sockets are open: %w", open, n, ctx.Err())
		}
	}
}

// Unheard counts pushes lost because nobody was connected.
func (f *DingTalk) Unheard() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.unheard
}

// Drop cuts every socket, as a network does.
func (f *DingTalk) Drop() {
	dropped := f.open()
	f.set(func() { f.live = nil }) // no push may choose one of them any more
	for _, s := range dropped {
		_ = s.conn.CloseNow()
	}
}

func (f *DingTalk) open() []*dingSocket {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.live)
}

// Freeze makes zombies of the sockets there are: they stay open and bring nothing.
func (f *DingTalk) Freeze() {
	f.set(func() {
		for _, s := range f.live {
			s.frozen = true
		}
	})
}

// Ping sends a SYSTEM ping to every socket and checks the echo.
func (f *DingTalk) Ping(ctx context.Context) error {
	for _, s := range f.open() {
		data := `{"opaque":"abc-123"}`
		id := f.system("ping-")
		ack, err := s.send(ctx, id, map[string]any{"specVersion": "1.0", "type": "SYSTEM", "data": data,
			"headers": map[string]any{"topic": "ping", "messageId": id, "contentType": "application/json", "time": f.now().UnixMilli()}})
		if err != nil {
			return err
		}
		if ack.Code != 200 || *ack.Data != data {
			return fmt.Errorf("a ping was answered with %d %q", ack.Code, *ack.Data)
		}
	}
	return nil
}

func (f *DingTalk) system(prefix string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.next(prefix)
}

// Disconnect tells every socket to go: nothing more is sent on it, and after
// ten silent seconds it is closed.
func (f *DingTalk) Disconnect(ctx context.Context) error {
	for _, s := range f.open() {
		f.set(func() { s.draining = true })
		raw := `{"type":"SYSTEM","headers":{"topic":"disconnect","contentType":"application/json"},"data":"{\"reason\":\"connection is expired\"}"}`
		if err := s.conn.Write(ctx, websocket.MessageText, []byte(raw)); err != nil {
			return err
		}
		time.AfterFunc(drainTime, func() { _ = s.conn.CloseNow() })
	}
	return nil
}
