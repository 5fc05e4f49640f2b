package wecom

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"guixiao/rules/phrase"
)

// The frames of the long connection (wecom sheet 7.3).
const (
	cmdSubscribe = "aibot_subscribe"
	cmdPing      = "ping"
	cmdMessage   = "aibot_msg_callback"
	cmdEvent     = "aibot_event_callback"
	cmdRespond   = "aibot_respond_msg"
	cmdWelcome   = "aibot_respond_welcome_msg"
	cmdUpdate    = "aibot_respond_update_msg"
	cmdSend      = "aibot_send_msg"
)

// maxFrame is the largest frame we read.
const maxFrame = 1 << 20

// frame is one message on the line. An acknowledgement has no Cmd.
type frame struct {
	Cmd  string `json:"cmd,omitempty"`
	Head struct {
		Request string `json:"req_id"`
	} `json:"headers"`
	Body json.RawMessage `json:"body,omitempty"`
	Code int64           `json:"errcode,omitempty"`
	Text string          `json:"errmsg,omitempty"`
}

// line is one open connection. Frames may be sent from anywhere; one reader
// hands out what comes in.
type line struct {
	conn *websocket.Conn
	pace pace
	gone chan struct{} // closed when nothing will be read any more

	mu      sync.Mutex
	waiting map[string]chan frame // by req_id
}

var errLineGone = errors.New("the connection has ended")

// dial opens a connection; nothing is said on it yet.
func dial(ctx context.Context, base string, h *http.Client, p pace) (*line, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, base, &websocket.DialOptions{HTTPClient: h})
	if err != nil {
		return nil, errors.New(phrase.WeComBotDial.String())
	}
	conn.SetReadLimit(maxFrame)
	return &line{conn: conn, pace: p, gone: make(chan struct{}), waiting: map[string]chan frame{}}, nil
}

func (l *line) close() { _ = l.conn.CloseNow() }

// read hands every frame that is no acknowledgement to hear until the line
// breaks or hear returns an error, which it gives back.
func (l *line) read(ctx context.Context, hear func(frame) error) error {
	defer close(l.gone)
	for {
		_, raw, err := l.conn.Read(ctx)
		if err != nil {
			return errLineGone
		}
		var f frame
		if json.Unmarshal(raw, &f) != nil {
			continue // not for us to understand; the heartbeat tells whether the line is good
		}
		if f.Cmd == "" {
			l.answered(f)
			continue
		}
		if err := hear(f); err != nil {
			return err
		}
	}
}

func (l *line) answered(f frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait, ok := l.waiting[f.Head.Request]; ok {
		delete(l.waiting, f.Head.Request)
		wait <- f
	}
}

// ask sends a frame and waits for its acknowledgement. request is the req_id
// of the callback that is answered, "" for what we say of ourselves.
func (l *line) ask(ctx context.Context, cmd, request string, body any) (frame, error) {
	f := frame{Cmd: cmd}
	if f.Head.Request = request; request == "" {
		f.Head.Request = cmd + "_" + rand.Text()
	}
	if body != nil {
		raw, err := encode(body)
		if err != nil {
			return frame{}, err
		}
		f.Body = raw
	}
	raw, err := encode(f)
	if err != nil {
		return frame{}, err
	}
	answer := make(chan frame, 1)
	l.mu.Lock()
	l.waiting[f.Head.Request] = answer
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.waiting, f.Head.Request)
	}()
	ctx, cancel := context.WithTimeout(ctx, l.pace.answer)
	defer cancel()
	if err := l.conn.Write(ctx, websocket.MessageText, raw); err != nil {
		return frame{}, errLineGone
	}
	select {
	case got := <-answer:
		return got, nil
	case <-l.gone:
		return frame{}, errLineGone
	case <-ctx.Done():
		return frame{}, errors.New(phrase.WeComBotSilent.String())
	}
}

// beat keeps the line alive and ends it when two heartbeats running stay
// without an answer.
func (l *line) beat(ctx context.Context) {
	tick := time.NewTicker(l.pace.beat)
	defer tick.Stop()
	missed := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.gone:
			return
		case <-tick.C:
		}
		if _, err := l.ask(ctx, cmdPing, "", nil); err == nil {
			missed = 0
			continue
		}
		if missed++; missed >= 2 {
			l.close()
			return
		}
	}
}
