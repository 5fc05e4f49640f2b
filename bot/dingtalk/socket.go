package dingtalk

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"guixiao/bot"
)

const (
	dialTime   = 15 * time.Second
	ackTime    = 5 * time.Second
	pingEvery  = 30 * time.Second
	pongTime   = 10 * time.Second
	silence    = 3 * time.Minute // without any frame a socket is taken for dead, even if it answers pings
	frameLimit = 4 << 20
	workers    = 16 // messages under way at once on one socket
	queued     = 32 // waiting for each of them
)

// frame is what the server writes; data is JSON in a string.
type frame struct {
	Type    string           `json:"type"`
	Headers map[string]loose `json:"headers"`
	Data    loose            `json:"data"`
}

// ack is the answer to one frame.
type ack struct {
	Code    int               `json:"code"`
	Message string            `json:"message"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
}

// socket is one Stream connection. Answers go to the socket the frame came by.
type socket struct {
	p       *Platform
	conn    *websocket.Conn
	accept  func(context.Context, bot.Callback) ([]byte, error)
	lanes   []chan job
	work    sync.WaitGroup
	presses chan struct{} // slots for presses, which wait for their outcome

	leaving chan struct{} // closed when another connection is wanted
	leave   func()
	mu      sync.Mutex
	heard   time.Time // last frame, by the machine's clock
	gone    bool      // off the list of those that receive pushes
	stopped bool      // takes nothing in any more
}

// job is one frame being worked on.
type job struct {
	f frame
	c bot.Callback
}

// dial opens one connection.
func (p *Platform) dial(ctx context.Context, accept func(context.Context, bot.Callback) ([]byte, error)) (*socket, error) {
	address, err := p.ticket(ctx)
	if err != nil {
		return nil, err
	}
	dialing, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	client := *p.deps.HTTP
	client.Timeout = 0 // it would end the connection, not only the dialing
	conn, res, err := websocket.Dial(dialing, address, &websocket.DialOptions{HTTPClient: &client, HTTPHeader: http.Header{"User-Agent": {"guixiao"}}})
	if res != nil && res.Body != nil {
		defer res.Body.Close()
	}
	if err != nil {
		return nil, unreached(plain(err))
	}
	conn.SetReadLimit(frameLimit)
	s := &socket{p: p, conn: conn, accept: accept, leaving: make(chan struct{}), presses: make(chan struct{}, 64), heard: time.Now()}
	s.leave = sync.OnceFunc(func() { close(s.leaving) })
	for range workers {
		s.lanes = append(s.lanes, make(chan job, queued))
	}
	p.line.open.Add(1)
	return s, nil
}

// serve reads until the socket ends. When ctx ends it takes nothing more in,
// finishes what is under way and closes.
func (s *socket) serve(ctx context.Context) {
	for _, lane := range s.lanes {
		go s.worker(lane)
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	go s.watch(ctx, life)
	for {
		_, raw, err := s.conn.Read(life)
		if err != nil {
			break
		}
		s.heed(raw)
	}
	_ = s.conn.CloseNow() // it is over either way: an answer that is still to come must not seem to have left
	s.away()
	s.leave() // the next connection does not wait for what is still being stored
	for _, lane := range s.lanes {
		close(lane)
	}
	s.work.Wait()
}

// watch ends the socket when ctx does, when DingTalk has left it for long, and
// asks for another when nothing is heard on it.
func (s *socket) watch(ctx, life context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	var drained <-chan time.Time
	leaving := s.leaving
	for {
		select {
		case <-life.Done():
			return
		case <-ctx.Done():
			s.away()
			s.stop()
			return
		case <-leaving:
			leaving = nil
			s.away()
			drained = time.After(drainTime)
		case <-drained:
			s.stop()
			return
		case <-tick.C:
			if s.quiet() > silence {
				s.leave()
			}
			if !s.alive(life) {
				_ = s.conn.CloseNow()
				return
			}
		}
	}
}

// alive says whether the other end answers a ping.
func (s *socket) alive(life context.Context) bool {
	ctx, cancel := context.WithTimeout(life, pongTime)
	defer cancel()
	return s.conn.Ping(ctx) == nil
}

func (s *socket) quiet() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.heard) // a pause, never a decision
}

// away takes the socket off the list of those that receive pushes.
func (s *socket) away() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.gone {
		s.gone = true
		s.p.line.open.Add(-1)
	}
}

// stop ends the socket once what is under way has been answered.
func (s *socket) stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(ackTime):
	}
	_ = s.conn.Close(websocket.StatusNormalClosure, "")
}

// heed reads one frame.
func (s *socket) heed(raw []byte) {
	s.mu.Lock()
	s.heard = time.Now()
	s.mu.Unlock()
	var f frame
	if json.Unmarshal(raw, &f) != nil {
		s.p.log.Warn("dingtalk frame not read", "bytes", len(raw))
		return
	}
	if f.Type == "SYSTEM" {
		s.system(f)
		return
	}
	c, known, err := s.p.pushed(f)
	switch {
	case !known:
		s.answer(f, http.StatusNotFound, "")
	case err != nil:
		s.p.log.Warn("dingtalk push not read", "topic", string(f.Headers["topic"]))
		s.answer(f, http.StatusInternalServerError, "")
	default:
		s.take(job{f, c})
	}
}

func (s *socket) system(f frame) {
	switch f.Headers["topic"] {
	case "ping":
		s.answer(f, http.StatusOK, string(f.Data))
	case "disconnect":
		s.leave()
	}
}

// pushed turns a frame into what the bot hears; false for a topic that is not ours.
func (p *Platform) pushed(f frame) (c bot.Callback, known bool, err error) {
	now, data := p.deps.Now(), []byte(f.Data)
	switch {
	case f.Type == "EVENT":
		c, err = p.event(eventHead{string(f.Headers["eventId"]), string(f.Headers["eventType"]), string(f.Headers["eventCorpId"])}, data, now)
	case f.Headers["topic"] == topicRobot:
		c, err = p.robot(data, now)
	case f.Headers["topic"] == topicCard:
		c, err = p.card(data, string(f.Headers["messageId"]), now)
	default:
		return c, false, nil
	}
	return c, true, err
}

// take hands a push on: what one person says stays in its order, and a press,
// which waits for its outcome, holds up nobody.
func (s *socket) take(j job) {
	s.mu.Lock()
	stopped := s.stopped
	if !stopped {
		s.work.Add(1)
	}
	s.mu.Unlock()
	if stopped {
		return // not acknowledged: another connection will get it
	}
	if j.c.Outcome != nil {
		s.presses <- struct{}{}
		go func() {
			defer func() { <-s.presses }()
			s.do(j)
		}()
		return
	}
	lane := 0
	if len(j.c.Deliveries) > 0 {
		h := fnv.New32a()
		_, _ = h.Write([]byte(j.c.Deliveries[0].Lane())) // never fails
		lane = int(h.Sum32() % workers)
	}
	s.lanes[lane] <- j
}

func (s *socket) worker(lane chan job) {
	for j := range lane {
		s.do(j)
	}
}

// do makes a push durable and only then acknowledges it. What cannot be stored
// is not acknowledged: DingTalk repeats events, and people their words.
func (s *socket) do(j job) {
	defer s.work.Done()
	answer, err := s.accept(context.Background(), j.c) // it outlives the connection
	if err != nil {
		s.p.log.Error("push not stored", "topic", string(j.f.Headers["topic"]), "error", err.Error())
		return
	}
	data := `{"response":null}`
	switch {
	case j.f.Type == "EVENT":
		data = eventTaken
	case j.f.Headers["topic"] == topicCard:
		data = `{"response":` + string(answer) + `}`
	}
	if !s.answer(j.f, http.StatusOK, data) && j.f.Headers["topic"] == topicCard {
		s.p.unseen(trackIn(j.f.Data))
	}
}

// trackIn is the card a press came from.
func trackIn(data loose) string {
	var in pushed
	_ = json.Unmarshal([]byte(data), &in) // it was read before
	return in.Track
}

// answer acknowledges a frame on the socket it came by; false when that failed.
func (s *socket) answer(f frame, code int, data string) bool {
	if data == "" {
		data = "{}"
	}
	raw, err := encode(ack{code, http.StatusText(code), map[string]string{"messageId": string(f.Headers["messageId"]), "contentType": "application/json"}, data})
	if err != nil {
		return false // strings always encode
	}
	ctx, cancel := context.WithTimeout(context.Background(), ackTime)
	defer cancel()
	if err := s.conn.Write(ctx, websocket.MessageText, raw); err != nil {
		s.p.log.Warn("dingtalk push not acknowledged", "topic", string(f.Headers["topic"]))
		return false
	}
	return true
}
