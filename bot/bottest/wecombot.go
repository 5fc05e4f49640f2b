package bottest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// WeComBot is a 智能机器人 on its long connection, as WeCom sees it: it checks
// every frame, keeps every conversation, and speaks for the people in them. Its
// clock is the test's.
type WeComBot struct {
	URL    string // of the socket
	BotID  string
	Secret string

	server *httptest.Server
	now    func() time.Time

	mu         sync.Mutex
	conn       *websocket.Conn // logged in
	moved      chan struct{}   // closed at a login and a heartbeat; then made anew
	logins     int
	refuse     int
	mute       bool
	beats      int // heartbeats of the connection
	serial     int
	chats      map[string]*BotChat
	requests   map[string]*botRequest
	tasks      map[string]bool
	failures   []Failure
	complaints []string
	files      map[string][]byte
}

// botRequest is one callback that may be answered.
type botRequest struct {
	chat, user, kind, task string
	at                     time.Time
	streamed, ended        bool
	answered               chan struct{} // closed at the first answer
}

// BotChat is the conversation of one person, or a group, with the bot.
type BotChat struct {
	bot     *WeComBot
	id      string
	group   bool
	written bool // somebody wrote to the bot here
	open    int  // interactions that have not ended
	kept    int  // messages kept back because three were waiting
	inbox   []Message
	sentAt  []time.Time
}

// NewWeComBot starts the fake. Close it when the test is over.
func NewWeComBot(now func() time.Time) *WeComBot {
	f := &WeComBot{BotID: "aib-0123456789", Secret: "s3cr3t-of-the-bot-0123456789", now: now, moved: make(chan struct{}),
		chats: map[string]*BotChat{}, requests: map[string]*botRequest{}, tasks: map[string]bool{}, files: map[string][]byte{}}
	f.server = httptest.NewServer(http.HandlerFunc(f.serve))
	f.URL = "ws" + strings.TrimPrefix(f.server.URL, "http")
	return f
}

// Close hangs up and stops the fake.
func (f *WeComBot) Close() {
	f.Drop()
	f.server.Close()
}

// LoggedIn waits for the nth login.
func (f *WeComBot) LoggedIn(ctx context.Context, n int) error {
	return f.waitFor(ctx, func() bool { return f.logins >= n })
}

// InUse waits until the nth connection has logged in and sent a heartbeat.
func (f *WeComBot) InUse(ctx context.Context, n int) error {
	return f.waitFor(ctx, func() bool { return f.logins >= n && f.beats > 0 })
}

func (f *WeComBot) waitFor(ctx context.Context, what func() bool) error {
	for {
		f.mu.Lock()
		so, logins, next := what(), f.logins, f.moved
		f.mu.Unlock()
		if so {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("given up after %d logins", logins)
		}
	}
}

// Logins counts the connections that logged in.
func (f *WeComBot) Logins() int { f.mu.Lock(); defer f.mu.Unlock(); return f.logins }

// Refuse refuses the next n logins.
func (f *WeComBot) Refuse(n int) { f.set(func() { f.refuse = n }) }

// Mute lets heartbeats go unanswered, as a dead network does; a new connection
// is heard again.
func (f *WeComBot) Mute() { f.set(func() { f.mute = true }) }

// Fail makes the next frames be refused or lost, in this order: Code and Lost.
func (f *WeComBot) Fail(next ...Failure) {
	f.set(func() { f.failures = append(f.failures, next...) })
}

// Drop breaks the connection without a word.
func (f *WeComBot) Drop() {
	f.mu.Lock()
	conn := f.conn
	f.conn = nil
	f.mu.Unlock()
	if conn != nil {
		_ = conn.CloseNow()
	}
}

// TakeOver is another program that logs in as the same bot.
func (f *WeComBot) TakeOver() {
	f.mu.Lock()
	conn := f.conn
	f.conn = nil
	f.mu.Unlock()
	f.kick(conn)
}

func (f *WeComBot) kick(conn *websocket.Conn) {
	if conn == nil {
		return
	}
	_ = f.write(conn, map[string]any{"cmd": "aibot_event_callback", "headers": answer{"req_id": f.next("req-")},
		"body": answer{"msgid": f.next("evt-"), "create_time": f.now().Unix(), "aibotid": f.BotID, "msgtype": "event", "from": answer{"userid": ""},
			"event": answer{"eventtype": "disconnected_event"}}})
	_ = conn.Close(websocket.StatusNormalClosure, "replaced")
}

// Complaints are things the real one would let pass but show badly.
func (f *WeComBot) Complaints() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.complaints...)
}

func (f *WeComBot) set(change func()) { f.mu.Lock(); defer f.mu.Unlock(); change() }

func (f *WeComBot) next(prefix string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serial++
	return fmt.Sprintf("%s%d", prefix, f.serial)
}

type botFrame struct {
	Cmd  string `json:"cmd"`
	Head struct {
		Request string `json:"req_id"`
	} `json:"headers"`
	Body json.RawMessage `json:"body"`
}

// serve is one connection, or the download of a file.
func (f *WeComBot) serve(w http.ResponseWriter, r *http.Request) {
	if name, ok := strings.CutPrefix(r.URL.Path, "/media/"); ok {
		f.mu.Lock()
		content, ok := f.files[name]
		f.mu.Unlock()
		if !ok {
			http.Error(w, "expired", http.StatusForbidden)
			return
		}
		_, _ = w.Write(content)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	conn.SetReadLimit(1 << 20)
	in := false
	for {
		_, raw, err := conn.Read(r.Context())
		if err != nil {
			return
		}
		var frame botFrame
		if !strict(raw, &frame) || frame.Head.Request == "" || escaped.Match(raw) {
			_ = conn.Close(websocket.StatusPolicyViolation, "bad frame")
			return
		}
		code := 846600 // nothing before the login
		switch {
		case frame.Cmd == "aibot_subscribe":
			code = f.login(conn, frame)
			in = code == 0
		case in:
			code = f.take(frame)
		}
		switch {
		case code < 0:
			continue // no answer
		case f.write(conn, map[string]any{"headers": answer{"req_id": frame.Head.Request}, "errcode": code, "errmsg": "ok"}) != nil:
			return
		}
	}
}

func (f *WeComBot) write(conn *websocket.Conn, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, raw)
}

func (f *WeComBot) login(conn *websocket.Conn, frame botFrame) int {
	var body struct {
		BotID  string `json:"bot_id"`
		Secret string `json:"secret"`
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case !strict(frame.Body, &body) || body.BotID != f.BotID || body.Secret != f.Secret:
		return 853000
	case f.refuse > 0:
		f.refuse--
		return 853000
	}
	if before := f.conn; before != nil && before != conn {
		go f.kick(before)
	}
	f.conn, f.mute = conn, false
	f.logins++
	f.beats = 0
	f.move()
	return 0
}

func (f *WeComBot) move() {
	close(f.moved)
	f.moved = make(chan struct{})
}

// take judges one frame of a connection in use; -1 leaves it without an answer.
func (f *WeComBot) take(frame botFrame) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if frame.Cmd == "ping" {
		switch {
		case f.mute:
			return -1
		case len(frame.Body) > 0:
			return 846601
		}
		f.beats++
		f.move()
		return 0
	}
	var failure Failure
	if len(f.failures) > 0 {
		failure, f.failures = f.failures[0], f.failures[1:]
	}
	if failure.code != 0 {
		return failure.code
	}
	code := f.judge(frame)
	if failure.lost {
		return -1
	}
	return code
}

func (f *WeComBot) judge(frame botFrame) int {
	switch frame.Cmd {
	case "aibot_send_msg":
		return f.push(frame.Body)
	case "aibot_respond_msg":
		return f.respond(frame)
	case "aibot_respond_welcome_msg":
		return f.welcome(frame)
	case "aibot_respond_update_msg":
		return f.repaint(frame)
	}
	return 846601
}

// push is aibot_send_msg.
func (f *WeComBot) push(body []byte) int {
	var m struct {
		Chat     string    `json:"chatid"`
		ChatType int       `json:"chat_type"`
		Type     string    `json:"msgtype"`
		Markdown *wireText `json:"markdown"`
		Card     *wireCard `json:"template_card"`
	}
	if !strict(body, &m) || (m.Markdown == nil) == (m.Card == nil) {
		return 846602
	}
	chat := f.chats[strings.ToLower(m.Chat)]
	switch {
	case chat == nil || !chat.written || m.ChatType != 0 && chat.group != (m.ChatType == 2):
		return 846609 // nobody has written to the bot here
	case m.Type == "markdown" && m.Markdown == nil, m.Type == "template_card" && m.Card == nil:
		return 846602
	case m.Type != "markdown" && m.Type != "template_card":
		return 40008
	case m.Markdown != nil && (m.Markdown.Content == "" || len(m.Markdown.Content) > 20480):
		return 45002
	}
	if m.Card != nil {
		if code, _ := m.Card.check(); code != 0 {
			return code
		}
		if f.tasks[m.Card.Task] {
			return 42014
		}
		f.complaints = append(f.complaints, m.Card.tooLongForBot()...)
	}
	if !chat.room(f.now()) {
		return 45009
	}
	message := Message{ID: fmt.Sprint("bot-", len(chat.inbox)), At: f.now(), Body: body}
	if m.Card != nil {
		f.tasks[m.Card.Task] = true
		message.Card = m.Card.shown()
	} else {
		message.Text = m.Markdown.Content
	}
	chat.inbox = append(chat.inbox, message)
	f.move()
	return 0
}

// room keeps the limit of 30 a minute and 1000 an hour for one conversation.
func (c *BotChat) room(now time.Time) bool {
	minute, hour := 0, 0
	for _, at := range c.sentAt {
		if now.Sub(at) < time.Minute {
			minute++
		}
		if now.Sub(at) < time.Hour {
			hour++
		}
	}
	if minute >= 30 || hour >= 1000 {
		return false
	}
	c.sentAt = append(c.sentAt, now)
	return true
}
