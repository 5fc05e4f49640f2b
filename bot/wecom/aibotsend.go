package wecom

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// maxMarkdown is the longest text a bot can send, in bytes.
const maxMarkdown = 20480

// botMessage is what aibot_send_msg carries.
type botMessage struct {
	Chat     string        `json:"chatid"`
	ChatType int           `json:"chat_type"` // 1 a person, 2 a group
	Type     string        `json:"msgtype"`
	Markdown *textBody     `json:"markdown,omitempty"`
	Card     *templateCard `json:"template_card,omitempty"`
}

// Render makes the body of the frame that will be sent. A card that is over is
// words: on this connection a card can be changed only in answer to a press.
func (b *AIBot) Render(n school.Notice, to school.Address) ([]byte, error) {
	m := botMessage{Chat: to.User, ChatType: 1, Type: "markdown"}
	if chat, ok := strings.CutPrefix(to.User, "group:"); ok {
		m.Chat, m.ChatType = chat, 2
	}
	if n.Card != nil && n.Card.State == school.CardOpen && n.Act == school.NoticeSend && !bot.ForGuardian(n) {
		task, err := taskOf(n, to)
		if err != nil {
			return nil, err
		}
		if card, ok := b.draw.cardFor(n, task); ok {
			if err := card.check(); err != nil {
				return nil, err
			}
			m.Type, m.Card = "template_card", card
			return encode(m)
		}
	}
	m.Markdown = &textBody{bot.ShortenBytes(wordsOf(n), maxMarkdown)}
	return encode(m)
}

// Deliver sends what Render made.
func (b *AIBot) Deliver(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	switch n := d.Notice; {
	case bot.ForGuardian(n):
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "guardian", Text: phrase.WeComBotNoParents.String()}
	case d.To.User == "":
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "address", Text: phrase.WeComNoAddress.String()}
	case n.Act == school.NoticeRecall:
		return school.Receipt{}, classify(apiRecall, 42052, "")
	}
	l, err := b.connected()
	if err != nil {
		return school.Receipt{}, err
	}
	r := school.Receipt{Platform: b.name, User: d.To.User, Task: taskIn(d.Body)}
	if d.Notice.Act == school.NoticeUpdate {
		return r, b.updated(ctx, d)
	}
	if wait := b.limit.wait(ctx, d.To.User, b.now()); wait > 0 {
		return school.Receipt{}, &bot.SendError{Class: bot.SendRetry, Code: "member-limit", After: wait, Text: phrase.WeComSlowDown.String()}
	}
	answer, err := l.ask(ctx, cmdSend, "", json.RawMessage(d.Body))
	switch {
	case err != nil:
		return school.Receipt{}, unreached(err)
	case answer.Code == 0, d.Attempt > 1 && r.Task != "" && answer.Code == 42014: // an earlier attempt arrived
		return r, nil
	}
	b.log.Warn("aibot message refused", "code", answer.Code)
	return school.Receipt{}, classifyBot(answer.Code)
}

// classifyBot sorts a refused frame. The numbers of the bot's own are for this
// conversation and for good: the person has not written to the bot yet, or the
// conversation is gone. The notice goes another way.
func classifyBot(code int64) *bot.SendError {
	if code >= 846600 && code < 846700 || code == 853000 {
		return &bot.SendError{Class: bot.SendRecipient, Code: number(code), Text: phrase.WeComBotNoTalk.String()}
	}
	return classify(cmdSend, code, "")
}

// updated says whether the holder's copy shows the present state already,
// because the press that led to it was answered with it. If not, the state is
// sent as a fresh message.
func (b *AIBot) updated(ctx context.Context, d bot.Dispatch) error {
	if d.Notice.Card != nil {
		for _, earlier := range d.Earlier {
			if earlier.Task != "" && b.shown.state(ctx, earlier.Task) == stateOf(*d.Notice.Card) {
				return nil
			}
		}
	}
	return stale()
}

// stateOf tells two states of a card apart.
func stateOf(c school.Card) string { return c.State + "\n" + c.Result }

// repainted is the card after a press, as the frame that shows it, and the
// state it then shows; nothing while the outcome is not known. What was said to
// the presser stands on the card: no message about it will follow.
func (b *AIBot) repainted(out bot.Pressed, task string) ([]byte, string) {
	if !out.Known {
		return nil, ""
	}
	c, state := b.afterPress(out, task)
	c.Task = task
	body, err := encode(botUpdate{"update_template_card", c})
	if err != nil || c.check() != nil {
		return nil, ""
	}
	return body, state
}

func (b *AIBot) afterPress(out bot.Pressed, task string) (*templateCard, string) {
	if out.Card == nil {
		none := school.Card{Title: out.Reply.Text, State: school.CardSuperseded}
		return b.draw.closedCard(school.Notice{Card: &none, Text: none.Title}), ""
	}
	n := school.Notice{Card: out.Card, Text: out.Reply.Text}
	if out.Card.State == school.CardOpen {
		if c, ok := b.draw.cardFor(n, task); ok {
			return c, stateOf(*out.Card)
		}
	}
	n.Text = out.Card.Title
	return b.draw.closedCard(n), stateOf(*out.Card)
}

type botUpdate struct {
	Type string        `json:"response_type"`
	Card *templateCard `json:"template_card"`
}

// shown remembers which copies of cards were repainted in answer to a press,
// so that the change that follows by the outbox is not told a second time.
type shown struct {
	mu   sync.Mutex
	rows map[string]*showing
}

// showing is one copy; done is closed when the press has been answered.
type showing struct {
	done  chan struct{}
	state string
}

const mostShown = 10000

func (s *shown) begin(task string) *showing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rows) >= mostShown {
		clear(s.rows) // the copies of days ago; at worst a change is told twice
	}
	row := &showing{done: make(chan struct{})}
	s.rows[task] = row
	return row
}

func (r *showing) end() { close(r.done) }

// state is what the copy shows, once a press on it that is under way has been
// answered.
func (s *shown) state(ctx context.Context, task string) string {
	s.mu.Lock()
	row := s.rows[task]
	s.mu.Unlock()
	if row == nil {
		return ""
	}
	select {
	case <-row.done:
		return row.state
	case <-ctx.Done():
		return ""
	}
}
