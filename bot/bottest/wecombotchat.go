package bottest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Chat is the conversation of this member with the bot.
func (f *WeComBot) Chat(user string) *BotChat { return f.chat(user, false) }

// Group is a group in which the bot is.
func (f *WeComBot) Group(id string) *BotChat { return f.chat(id, true) }

func (f *WeComBot) chat(id string, group bool) *BotChat {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := strings.ToLower(id)
	if f.chats[key] == nil {
		f.chats[key] = &BotChat{bot: f, id: id, group: group}
	}
	return f.chats[key]
}

// Inbox is everything that arrived, oldest first, cards as they now look.
func (c *BotChat) Inbox() []Message {
	c.bot.mu.Lock()
	defer c.bot.mu.Unlock()
	return slices.Clone(c.inbox)
}

// Texts are the words that arrived.
func (c *BotChat) Texts() []string {
	var texts []string
	for _, m := range c.Inbox() {
		if m.Card == nil {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// Card is the newest card; the zero Card when there is none.
func (c *BotChat) Card() Card {
	var newest Card
	for _, m := range c.Inbox() {
		if m.Card != nil {
			newest = *m.Card
		}
	}
	return newest
}

// Reads waits until something has arrived that the test looks for.
func (c *BotChat) Reads(ctx context.Context, what func(Message) bool) error {
	for {
		c.bot.mu.Lock()
		found, next := slices.ContainsFunc(c.inbox, what), c.bot.moved
		c.bot.mu.Unlock()
		if found {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("%s waits in vain, has %+v", c.id, c.Inbox())
		}
	}
}

// Kept counts messages that WeCom kept back because the interaction before
// them had not ended.
func (c *BotChat) Kept() int { c.bot.mu.Lock(); defer c.bot.mu.Unlock(); return c.kept }

// Says writes to the bot and waits until it has answered.
func (c *BotChat) Says(ctx context.Context, text string) error {
	return c.Sends(ctx, c.id, c.bot.next("msg-"), answer{"msgtype": "text", "text": answer{"content": text}})
}

// Sends writes any message under a given msgid, by a given person, and waits
// for the answer. The same id twice is a redelivery.
func (c *BotChat) Sends(ctx context.Context, from, msgid string, body map[string]any) error {
	c.bot.mu.Lock()
	c.written = true
	if c.open >= 3 {
		c.kept++
		c.bot.mu.Unlock()
		return fmt.Errorf("kept back: %d interactions of %s are open", c.open, c.id)
	}
	c.open++
	c.bot.mu.Unlock()
	body["msgid"] = msgid
	return c.callback(ctx, "aibot_msg_callback", "message", from, "", body)
}

// Enters opens the conversation and waits for the welcome.
func (c *BotChat) Enters(ctx context.Context) error {
	return c.event(ctx, "enter_chat", c.id, "", answer{"eventtype": "enter_chat"})
}

// Press presses a button of a card of this conversation and waits until the
// card has been repainted; choices are written "question=option".
func (c *BotChat) Press(ctx context.Context, card Card, button string, choices ...string) error {
	if card.Closed != "" {
		return fmt.Errorf("the card of %s is closed: %s", c.id, card.Closed)
	}
	if _, ok := card.Button(button); !ok {
		return fmt.Errorf("the card of %s has no button %q: %v", c.id, button, card.Buttons)
	}
	var items []any
	for _, choice := range choices {
		question, option, _ := strings.Cut(choice, "=")
		items = append(items, answer{"question_key": question, "option_ids": answer{"option_id": []string{option}}})
	}
	return c.event(ctx, "template_card_event", c.id, card.Task, answer{"eventtype": "template_card_event", "template_card_event": answer{
		"card_type": card.Type, "event_key": button, "task_id": card.Task, "selected_items": answer{"selected_item": items}}})
}

func (c *BotChat) event(ctx context.Context, kind, from, task string, event answer) error {
	return c.callback(ctx, "aibot_event_callback", kind, from, task,
		map[string]any{"msgid": c.bot.next("evt-"), "create_time": c.bot.now().Unix(), "msgtype": "event", "event": event})
}

// callback sends a frame and waits until it is answered on its own req_id.
func (c *BotChat) callback(ctx context.Context, cmd, kind, from, task string, body map[string]any) error {
	request := c.bot.next("req-")
	body["aibotid"], body["from"], body["chattype"] = c.bot.BotID, answer{"userid": from}, "single"
	if c.group {
		body["chattype"], body["chatid"] = "group", c.id
	}
	r := &botRequest{chat: strings.ToLower(c.id), user: from, kind: kind, task: task, at: c.bot.now(), answered: make(chan struct{})}
	c.bot.mu.Lock()
	conn := c.bot.conn
	c.bot.requests[request] = r
	c.bot.mu.Unlock()
	if conn == nil {
		return fmt.Errorf("%s: nobody is connected", c.id)
	}
	if err := c.bot.write(conn, map[string]any{"cmd": cmd, "headers": answer{"req_id": request}, "body": body}); err != nil {
		return err
	}
	select {
	case <-r.answered:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: no answer to %s", c.id, cmd)
	}
}

// File seals a file as WeCom does and gives the member of a message that
// names it.
func (f *WeComBot) File(name string, content []byte) map[string]any {
	key := []byte("0123456789abcdef0123456789ABCDEF")
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	pad := 32 - len(content)%32
	sealed := slices.Concat(content, []byte(strings.Repeat(string(rune(pad)), pad)))
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(sealed, sealed)
	f.set(func() { f.files[name] = sealed })
	return answer{"url": f.server.URL + "/media/" + name + "?sig=secret", "aeskey": base64.StdEncoding.EncodeToString(key)}
}

// Expire lets every file be gone, as after five minutes.
func (f *WeComBot) Expire() { f.set(func() { clear(f.files) }) }

// Nonsense sends a frame nobody understands.
func (f *WeComBot) Nonsense(frames ...string) error {
	f.mu.Lock()
	conn := f.conn
	f.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, text := range frames {
		if err := conn.Write(ctx, 1, json.RawMessage(text)); err != nil {
			return err
		}
	}
	return nil
}
