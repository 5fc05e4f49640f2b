package dingtalk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// pushed is a press on a card (sheet 5.5).
type pushed struct {
	Type    string `json:"type"`
	Track   string `json:"outTrackId"`
	Corp    string `json:"corpId"`
	User    string `json:"userId"`
	Content string `json:"content"`
	Value   string `json:"value"` // as one page has it
}

// pressed is its content. Params stand inside or beside cardPrivateData.
type pressed struct {
	Private struct {
		Params map[string]any `json:"params"`
	} `json:"cardPrivateData"`
	Params map[string]any `json:"params"`
}

// card reads one press. push tells two presses from one that came twice.
func (p *Platform) card(raw []byte, push string, now time.Time) (bot.Callback, error) {
	var in pushed
	if json.Unmarshal(raw, &in) != nil || in.Track == "" || in.User == "" {
		return bot.Callback{}, school.Invalid("%s", phrase.DingUnreadable)
	}
	if p.foreign(in.Corp) {
		return bot.Callback{}, forged()
	}
	p.deps.Spent(bot.SpentPush, 1)
	var c pressed
	if json.Unmarshal([]byte(in.Content+in.Value), &c) != nil {
		return bot.Callback{}, school.Invalid("%s", phrase.DingUnreadable)
	}
	params := c.Private.Params
	if params == nil {
		params = c.Params
	}
	id, ok := cardOfTrack(in.Track)
	button, _ := params[paramAction].(string)
	nothing := bot.Callback{Answer: []byte("{}"), ContentType: contentJSON}
	if !ok || button == "" {
		return nothing, nil
	}
	d := school.Delivery{Platform: p.name, Kind: school.DeliveryPress, From: in.User, At: now, Conversation: "direct", Card: id, Button: button,
		Inputs: answersIn(params[paramForm]), Key: p.name + ":card:" + digest([]byte(in.Track+"\x00"+in.User+"\x00"+in.Content+in.Value+"\x00"+push))}
	p.presses.begin(id)
	p.pressing(in.Track, "1")
	began := time.Now() // how long the answer takes, by the machine's clock
	return bot.Callback{Deliveries: []school.Delivery{d}, ContentType: contentJSON, Outcome: func(what bot.Pressed) []byte {
		answer := p.repaint(in, id, what)
		if time.Since(began) > inTime {
			p.unseen(in.Track)
		}
		time.AfterFunc(onItsWay, func() { p.pressing(in.Track, "") })
		return answer
	}}, nil
}

// pressing tells the other processes that this copy is being pressed, or no
// more: whichever of them decides, none may change it before it is answered.
func (p *Platform) pressing(track, yes string) {
	// Lost, a copy may be changed too early: it is shown the same state twice.
	_ = p.deps.Shared.Set(context.Background(), p.pressKey(track), yes, pressTime)
}

func (p *Platform) pressKey(track string) string {
	return "dingtalk:pressing:" + p.set.Account + ":" + track
}

// untilAnswered waits while another process answers a press of this copy.
func (p *Platform) untilAnswered(ctx context.Context, track string) {
	for waited := time.Duration(0); waited < pressTime && ctx.Err() == nil; waited += onItsWay {
		if yes, ok, err := p.deps.Shared.Get(ctx, p.pressKey(track)); err != nil || !ok || yes == "" {
			return
		}
		p.deps.Wait(ctx, onItsWay)
	}
}

// Parameters of the template's buttons and its form.
const (
	paramAction = "action"
	paramForm   = "form"
)

// answersIn reads what was filled in: a text as it is, a choice by its value.
func answersIn(form any) map[string]string {
	fields, ok := form.(map[string]any)
	if !ok {
		return nil
	}
	answers := map[string]string{}
	for name, v := range fields {
		if value := answerIn(v); value != "" {
			answers[name] = value
		}
	}
	return answers
}

func answerIn(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case map[string]any: // {"index":3,"value":"4"}
		return answerIn(v["value"])
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, answerIn(one))
		}
		return strings.Join(bot.NonEmpty(all...), ",")
	}
	return fmt.Sprint(v)
}

// repaint is the answer to a press: what the card shows to whoever pressed.
// Everybody else's copies are changed afterwards, by the courier.
func (p *Platform) repaint(in pushed, card string, what bot.Pressed) []byte {
	defer p.presses.answered(card)
	answer := repaint{Options: byKey}
	if what.Known {
		note := ""
		if !what.Reply.OK {
			note = bot.ShortenBytes(what.Reply.Text, maxParam)
		}
		answer.Private = &cardData{map[string]string{varNote: note}}
		if what.Card != nil {
			answer.Data = &cardData{p.paint(school.Notice{Text: what.Card.Title, Card: what.Card})}
			p.painted(in.Track, *answer.Data)
		}
	}
	raw, err := encode(answer)
	if err != nil {
		return []byte("{}")
	}
	return raw
}

// paintKept is how long we know what the answer to a press has shown.
const paintKept = 10 * time.Minute

func (p *Platform) paintKey(track string) string {
	return "dingtalk:painted:" + p.set.Account + ":" + track
}

// painted notes what the presser's copy shows: the update that follows for
// everybody would be a counted call that changes nothing there.
func (p *Platform) painted(track string, shows cardData) {
	// Lost, it costs that call.
	_ = p.deps.Shared.Set(context.Background(), p.paintKey(track), digest([]byte(text(shows))), paintKept)
}

// unseen forgets what an answer was to show: it came too late, or not at all.
func (p *Platform) unseen(track string) {
	_ = p.deps.Shared.Set(context.Background(), p.paintKey(track), "", paintKept)
}

// shows says whether a copy looks like this already; what comes after it is
// another state, so it is believed once.
func (p *Platform) shows(ctx context.Context, track string, want cardData) bool {
	was, ok, err := p.deps.Shared.Get(ctx, p.paintKey(track))
	if err != nil || !ok || was == "" {
		return false
	}
	p.unseen(track)
	return was == digest([]byte(text(want)))
}

var byKey = updateOptions{ByKey: true, PrivateByKey: true}

// presses knows which cards are being pressed at this moment: a card must not
// be changed by a call before its press has been answered.
type presses struct {
	now  func() time.Time
	mu   sync.Mutex
	open map[string][]chan struct{} // by card; closed once answered
}

const (
	// pressTime is when DingTalk stops waiting for the answer to a press.
	pressTime = 2 * time.Second
	// inTime is how late an answer may leave to arrive before that.
	inTime = 1800 * time.Millisecond
	// onItsWay is what an answer is given to arrive.
	onItsWay = 100 * time.Millisecond
)

func (p *presses) begin(card string) {
	done := make(chan struct{})
	p.mu.Lock()
	if p.open == nil {
		p.open = map[string][]chan struct{}{}
	}
	p.open[card] = append(p.open[card], done)
	p.mu.Unlock()
	time.AfterFunc(pressTime, func() { p.end(card, done) }) // answered or not
}

// answered lets the changes of the card go once the answer has left.
func (p *presses) answered(card string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if waiting := p.open[card]; len(waiting) > 0 {
		first := waiting[0]
		time.AfterFunc(onItsWay, func() { p.end(card, first) })
	}
}

func (p *presses) end(card string, done chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range p.open[card] {
		if c == done {
			close(done)
			p.open[card] = append(p.open[card][:i:i], p.open[card][i+1:]...)
			break
		}
	}
	if len(p.open[card]) == 0 {
		delete(p.open, card)
	}
}

// under lists the presses of a card that are not answered yet.
func (p *presses) under(card string) []chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]chan struct{}(nil), p.open[card]...)
}
