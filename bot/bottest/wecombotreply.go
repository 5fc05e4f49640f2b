package bottest

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// respond is aibot_respond_msg: a stream, for a message of the last day.
func (f *WeComBot) respond(frame botFrame) int {
	var m struct {
		Type   string `json:"msgtype"`
		Stream *struct {
			ID      string `json:"id"`
			Finish  bool   `json:"finish"`
			Content string `json:"content"`
		} `json:"stream"`
	}
	r := f.requests[frame.Head.Request]
	switch {
	case r == nil || r.kind != "message" || f.now().Sub(r.at) > 24*time.Hour:
		return 846605
	case !strict(frame.Body, &m) || m.Type != "stream" || m.Stream == nil || m.Stream.ID == "" || len(m.Stream.Content) > 20480:
		return 846602
	case r.ended || r.streamed && f.now().Sub(r.at) > 6*time.Minute:
		return 846608
	case !f.chats[r.chat].room(f.now()):
		return 45009
	}
	r.streamed = true
	if m.Stream.Finish {
		r.ended = true
		f.chats[r.chat].open--
		f.chats[r.chat].inbox = append(f.chats[r.chat].inbox, Message{At: f.now(), Text: m.Stream.Content, Body: frame.Body})
		close(r.answered)
	}
	return 0
}

// welcome is aibot_respond_welcome_msg, within five seconds of enter_chat.
func (f *WeComBot) welcome(frame botFrame) int {
	var m struct {
		Type string    `json:"msgtype"`
		Text *wireText `json:"text"`
	}
	r := f.requests[frame.Head.Request]
	switch {
	case r == nil || r.kind != "enter_chat" || r.ended || f.now().Sub(r.at) > 5*time.Second:
		return 846605
	case !strict(frame.Body, &m) || m.Type != "text" || m.Text == nil || m.Text.Content == "":
		return 846602
	}
	r.ended = true
	f.chats[r.chat].inbox = append(f.chats[r.chat].inbox, Message{At: f.now(), Text: m.Text.Content, Body: frame.Body})
	close(r.answered)
	return 0
}

// repaint is aibot_respond_update_msg, within five seconds of a press.
func (f *WeComBot) repaint(frame botFrame) int {
	var m struct {
		Type  string    `json:"response_type"`
		Users []string  `json:"userids"`
		Card  *wireCard `json:"template_card"`
	}
	r := f.requests[frame.Head.Request]
	switch {
	case r == nil || r.kind != "template_card_event" || r.ended || f.now().Sub(r.at) > 5*time.Second:
		return 846605
	case !strict(frame.Body, &m) || m.Type != "update_template_card" || m.Card == nil || m.Card.Task != r.task:
		return 846602
	}
	if code, _ := m.Card.checkUpdate(); code != 0 {
		return code
	}
	f.complaints = append(f.complaints, m.Card.tooLongForBot()...)
	r.ended = true
	for i, x := range f.chats[r.chat].inbox {
		if x.Card != nil && x.Card.Task == r.task {
			fresh := m.Card.shown()
			fresh.Updates, fresh.Closed = x.Card.Updates+1, m.Card.ReplaceText
			f.chats[r.chat].inbox[i].Card = fresh
		}
	}
	close(r.answered)
	return 0
}

// tooLongForBot lists the texts that are cut on a card of a bot.
func (c *wireCard) tooLongForBot() []string {
	var found []string
	look := func(what, s string, most int) {
		if n := utf8.RuneCountInString(s); n > most {
			found = append(found, fmt.Sprintf("%s has %d characters, %d are shown", what, n, most))
		}
	}
	look("main_title.title", c.Main.Title, 26)
	look("main_title.desc", c.Main.Desc, 30)
	look("sub_title_text", c.SubTitle, 112)
	if c.Source != nil {
		look("source.desc", c.Source.Desc, 13)
	}
	for _, h := range c.Horizontal {
		look("value", h.Value, 26)
	}
	for _, q := range c.questions() {
		for _, o := range q.Options {
			look("option", o.Text, 11)
		}
	}
	return found
}
