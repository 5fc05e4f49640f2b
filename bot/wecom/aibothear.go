package wecom

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// botInbound is the body of a message or an event (wecom sheet 7.2).
type botInbound struct {
	MsgID    string `json:"msgid"`
	Chat     string `json:"chatid"`
	ChatType string `json:"chattype"`
	From     struct {
		User string `json:"userid"`
	} `json:"from"`
	Type  string `json:"msgtype"`
	Text  said   `json:"text"`
	Voice said   `json:"voice"` // already turned into words
	Image botMedia
	File  botMedia
	Video botMedia
	Mixed struct {
		Items []struct {
			Type  string `json:"msgtype"`
			Text  said   `json:"text"`
			Image botMedia
		} `json:"msg_item"`
	} `json:"mixed"`
	Event struct {
		Type string `json:"eventtype"`
		botPress
		Nested botPress `json:"template_card_event"` // where the wire has it; the plug-in's types have it above
	} `json:"event"`
}

type said struct {
	Content string `json:"content"`
}

// botMedia is a file that can be fetched for five minutes, sealed with a key
// of its own.
type botMedia struct {
	URL string `json:"url"`
	Key string `json:"aeskey"`
}

type botPress struct {
	Key      string `json:"event_key"`
	Task     string `json:"task_id"`
	Selected struct {
		Items []struct {
			Question string `json:"question_key"`
			Options  struct {
				IDs []string `json:"option_id"`
			} `json:"option_ids"`
		} `json:"selected_item"`
	} `json:"selected_items"`
}

func (p botPress) chosen() []selected {
	var all []selected
	for _, s := range p.Selected.Items {
		all = append(all, selected{Question: s.Question, Options: s.Options.IDs})
	}
	return all
}

// hear takes up one frame. What one person sends is worked on in order, and
// never holds up the reader. An error ends the connection.
func (b *AIBot) hear(ctx context.Context, l *line, f frame, accept func(context.Context, bot.Callback) ([]byte, error)) error {
	var in botInbound
	if err := json.Unmarshal(f.Body, &in); err != nil {
		b.log.Warn("aibot frame not understood", "cmd", f.Cmd)
		return nil
	}
	switch {
	case f.Cmd == cmdMessage:
		b.turns.take(in.From.User, func() { b.message(ctx, l, f.Head.Request, in, accept) })
	case f.Cmd != cmdEvent:
	case in.Event.Type == "disconnected_event":
		return errReplaced
	case in.Event.Type == "enter_chat":
		b.turns.take(in.From.User, func() {
			b.tell(ctx, l, cmdWelcome, f.Head.Request, welcome{"text", said{phrase.WeComBotWelcome.String()}})
		})
	case in.Event.Type == "template_card_event":
		b.turns.take(in.From.User, func() { b.press(ctx, l, f.Head.Request, in, accept) })
	}
	return nil
}

type welcome struct {
	Type string `json:"msgtype"`
	Text said   `json:"text"`
}

// tell sends an answer whose failure changes nothing.
func (b *AIBot) tell(ctx context.Context, l *line, cmd, request string, body any) bool {
	answer, err := l.ask(ctx, cmd, request, body)
	if err != nil || answer.Code != 0 {
		b.log.Warn("aibot answer not taken", "cmd", cmd, "code", answer.Code)
		return false
	}
	return true
}

// message makes a message durable and says so at once: WeCom promises no
// second delivery on this connection, so the teacher is the one who must know
// whether it was heard.
func (b *AIBot) message(ctx context.Context, l *line, request string, in botInbound, accept func(context.Context, bot.Callback) ([]byte, error)) {
	ds, ok := in.deliveries(b.name, b.now())
	if !ok {
		b.respond(ctx, l, request, phrase.WeComBotUnread)
		return
	}
	if encryptedID.MatchString(in.From.User) {
		ds = append(ds, b.alert(phrase.WeComBotEncrypted, "encrypted"))
	}
	if _, err := accept(ctx, bot.Callback{Deliveries: ds}); err != nil {
		b.log.Error("aibot message not stored", "error", err.Error())
		b.respond(ctx, l, request, phrase.WeComBotLost)
		return
	}
	b.respond(ctx, l, request, phrase.WeComBotHeard)
}

// respond ends the interaction: while it is open, WeCom keeps back what the
// same person writes after the third message.
func (b *AIBot) respond(ctx context.Context, l *line, request string, text phrase.Phrase) {
	var m streamAnswer
	m.Type, m.Stream.ID, m.Stream.Finish, m.Stream.Content = "stream", school.ID(request), true, text.String()
	b.tell(ctx, l, cmdRespond, request, m)
}

type streamAnswer struct {
	Type   string `json:"msgtype"`
	Stream struct {
		ID      string `json:"id"`
		Finish  bool   `json:"finish"`
		Content string `json:"content"`
	} `json:"stream"`
}

// encryptedID is a userid as a bot sees it that was not created by a super
// administrator: nobody on the roster has one.
var encryptedID = regexp.MustCompile(`^w[om][0-9A-Za-z_-]{22,}$`)

// deliveries is what a message says to the bot; false for a kind nobody reads.
func (in botInbound) deliveries(platform string, now time.Time) ([]school.Delivery, bool) {
	d := in.delivery(platform, now)
	d.Kind = school.DeliveryMessage
	switch in.Type {
	case "text":
		d.Text = in.words(in.Text.Content)
	case "voice":
		d.Text = in.words(in.Voice.Content)
	case "image":
		d.attach(in.Image, phrase.WeComImage, "image/jpeg")
	case "file":
		d.attach(in.File, phrase.WeComFile, "application/octet-stream")
	case "video":
		d.attach(in.Video, phrase.WeComVideo, "video/mp4")
	case "mixed":
		var lines []string
		for _, item := range in.Mixed.Items {
			if item.Type == "image" {
				d.attach(item.Image, phrase.WeComImage, "image/jpeg")
				continue
			}
			lines = append(lines, item.Text.Content)
		}
		d.Text = in.words(strings.Join(bot.NonEmpty(lines...), "\n"))
	}
	if d.Text == "" && len(d.Attachments) == 0 {
		return nil, false
	}
	return []school.Delivery{d.Delivery}, true
}

// hearing is a delivery being read from a frame.
type hearing struct{ school.Delivery }

func (in botInbound) delivery(platform string, now time.Time) hearing {
	d := school.Delivery{Key: platform + ":" + in.MsgID, Platform: platform, From: in.From.User, At: now, Conversation: "direct"}
	if in.ChatType == "group" {
		d.Conversation = "group:" + in.Chat
	}
	return hearing{d}
}

// words takes the name of the bot off what is said to it in a group.
func (in botInbound) words(s string) string {
	s = strings.TrimSpace(s)
	if in.ChatType == "group" && strings.HasPrefix(s, "@") {
		_, s, _ = strings.Cut(strings.ReplaceAll(s, "\u2005", " "), " ")
	}
	return strings.TrimSpace(s)
}

// attach notes where a file can be fetched, and the key to it.
func (h *hearing) attach(m botMedia, name phrase.Phrase, mime string) {
	if m.URL == "" {
		return
	}
	h.Attachments = append(h.Attachments, school.Attachment{Name: name.String(), Type: mime,
		Media: url.Values{"url": {m.URL}, "key": {m.Key}}.Encode()})
}

// press asks for the outcome of a press and shows it on the card: the one
// moment, five seconds long, in which a card of a bot can be changed.
func (b *AIBot) press(ctx context.Context, l *line, request string, in botInbound, accept func(context.Context, bot.Callback) ([]byte, error)) {
	p := in.Event.botPress
	if p.Task == "" {
		p = in.Event.Nested
	}
	d := in.delivery(b.name, b.now())
	if !pressed(&d.Delivery, p.Task, p.Key, p.chosen()) {
		return
	}
	shows := b.shown.begin(p.Task)
	defer shows.end()
	var state string
	body, err := accept(ctx, bot.Callback{Deliveries: []school.Delivery{d.Delivery}, Outcome: func(out bot.Pressed) []byte {
		body, now := b.repainted(out, p.Task)
		state = now
		return body
	}})
	if err != nil {
		b.log.Error("aibot press not stored", "error", err.Error())
		return
	}
	if len(body) > 0 && b.tell(ctx, l, cmdUpdate, request, json.RawMessage(body)) {
		shows.state = state
	}
}
