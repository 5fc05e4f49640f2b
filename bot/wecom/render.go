package wecom

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Render makes the JSON that will be posted. For an update or a recall the
// single-use code and the message id are known only at sending; they are
// filled into the rendered body then.
func (p *Platform) Render(n school.Notice, to school.Address) ([]byte, error) {
	switch {
	case n.Act == school.NoticeRecall:
		return encode(recall{})
	case bot.ForGuardian(n):
		return encode(p.schoolNotice(n, to))
	case n.Media != nil:
		return encode(p.fileMessage(n, to))
	case n.Card != nil && p.cardless(to.User) && p.draw.base != "":
		return encode(p.textCard(n, to))
	case n.Card != nil && p.cardless(to.User):
		return encode(p.message(n, to, &textBody{textOf(n, replyHere(n)...)}, nil))
	case n.Act == school.NoticeUpdate:
		return p.renderUpdate(n, to)
	case n.Card != nil && n.Card.State == school.CardOpen:
		return p.renderCard(n, to)
	case n.Card != nil && p.draw.base != "":
		c := p.draw.resultCard(n)
		if err := c.check(); err != nil {
			return nil, err
		}
		return encode(p.message(n, to, nil, c))
	}
	return encode(p.message(n, to, &textBody{textOf(n)}, nil))
}

func (p *Platform) message(n school.Notice, to school.Address, text *textBody, card *templateCard) appMessage {
	m := appMessage{ToUser: to.User, MsgType: "text", AgentID: p.set.AgentID, Text: text, Card: card, repeatCheck: checkOf(n)}
	if card != nil {
		m.MsgType = "template_card"
	}
	return m
}

func (p *Platform) renderCard(n school.Notice, to school.Address) ([]byte, error) {
	task, err := taskOf(n, to)
	if err != nil {
		return nil, err
	}
	card, ok := p.draw.cardFor(n, task)
	if !ok {
		return encode(p.message(n, to, &textBody{textOf(n, phrase.WeComReplyHere.String())}, nil))
	}
	if err := card.check(); err != nil {
		return nil, err
	}
	return encode(p.message(n, to, nil, card))
}

// renderUpdate draws the card as it now is: with live buttons while it is
// open, with one dead grey text when it is not.
func (p *Platform) renderUpdate(n school.Notice, to school.Address) ([]byte, error) {
	if n.Card == nil {
		return nil, never("card", phrase.WeComCardNotOpened)
	}
	task, err := taskOf(n, to)
	if err != nil {
		return nil, err
	}
	card, ok := p.draw.cardFor(n, task)
	if !ok || n.Card.State != school.CardOpen {
		card = p.draw.closedCard(n)
	}
	card.Task = task
	if err := card.check(); err != nil {
		return nil, err
	}
	card.Task = "" // an updated card keeps the task it was sent with
	return encode(cardUpdate{Users: []string{to.User}, AgentID: p.set.AgentID, Card: card})
}

// closedCard is the card with its outcome instead of its buttons.
func (l layout) closedCard(n school.Notice) *templateCard {
	said := phrase.WeComDone
	if n.Card.State == school.CardSuperseded {
		said = phrase.WeComSuperseded
	}
	c := &templateCard{Type: typeButtons, Source: &cardSource{Desc: phrase.WeComSource.String(), Color: 1}, ReplaceText: said.String(),
		Buttons: []cardButton{{Text: said.String(), Style: 3, Key: "closed"}}}
	if page := l.cardPage(n.Card.ID); page != "" {
		c.Action = &cardAction{Type: 1, URL: page}
	}
	l.words(c, n, "")
	return c
}

func (p *Platform) schoolNotice(n school.Notice, to school.Address) schoolNotice {
	text := n.Text
	if text == "" && n.Card != nil {
		text = n.Card.Title
	}
	tail := ""
	if n.Link != "" {
		tail = "\n" + phrase.WeComParentLink.With("url", n.Link)
	}
	check := checkOf(n)
	all := check.Safe
	check.Safe = nil // a school notice has no such member
	return schoolNotice{Parents: []string{to.User}, All: all, MsgType: "text", AgentID: p.set.AgentID,
		Text: textBody{bot.ShortenBytes(text, maxText-len(tail)) + tail}, repeatCheck: check}
}

// textOf writes a notice as plain text: what it says, the facts of its card
// and its outcome.
func textOf(n school.Notice, more ...string) string {
	return bot.ShortenBytes(wordsOf(n, more...), maxText)
}

func wordsOf(n school.Notice, more ...string) string {
	lines := []string{n.Text}
	if c := n.Card; c != nil {
		lines = []string{bot.CardTitle(n), bot.CardNews(n)}
		for _, f := range c.Fields {
			lines = append(lines, bot.FieldLine(f))
		}
		lines = append(lines, c.Result)
	}
	return strings.Join(bot.NonEmpty(append(lines, more...)...), "\n")
}

// never is a notice that cannot be drawn: no repeat would help.
func never(code string, text phrase.Phrase) error {
	return &bot.SendError{Class: bot.SendNever, Code: code, Text: text.String()}
}

// taskOf names one copy of a card at WeCom: the card and which sending it is,
// since a task_id may be used only once.
func taskOf(n school.Notice, to school.Address) (string, error) {
	if len(n.Card.ID) > 100 || strings.Contains(n.Card.ID, "@") || !taskShaped(n.Card.ID) {
		return "", never("card", phrase.WeComBadCardID)
	}
	return n.Card.ID + "@" + school.ID(n.Key, to.User), nil
}

// cardOfTask reads the card back out of a task_id.
func cardOfTask(task string) (string, bool) {
	card, _, ok := strings.Cut(task, "@")
	return card, ok && card != ""
}

// checkOf draws the repeat check of a notice from its key: the same for every
// repeat, another one for every other notice.
func checkOf(n school.Notice) repeatCheck {
	const shortest, longest = 1800, 14400 // seconds; WeCom's default and maximum
	sum := sha256.Sum256([]byte(n.Key))
	c := repeatCheck{Check: 1, Interval: shortest + int(binary.BigEndian.Uint32(sum[:4])%(longest-shortest+1))}
	if sum[4]&1 == 1 {
		c.Safe = new(int)
	}
	if sum[4]&2 == 2 {
		c.IDTrans = new(int)
	}
	return c
}

// resultCard is a card that is over, sent afresh: nothing to press, and the way
// to its page.
func (l layout) resultCard(n school.Notice) *templateCard {
	c := &templateCard{Type: typeNotice, Source: &cardSource{Desc: phrase.WeComSource.String(), Color: 1}, Action: &cardAction{Type: 1, URL: l.cardPage(n.Card.ID)}}
	l.words(c, n, "")
	return c
}

// textCard is a card for somebody who reads WeCom through WeChat, where template
// cards do not show: what it says, and the way to its page.
func (p *Platform) textCard(n school.Notice, to school.Address) appMessage {
	title := bot.ShortenBytes(plainText(bot.CardTitle(n)), maxCardTitle)
	words := strings.TrimPrefix(strings.TrimPrefix(wordsOf(n), bot.CardTitle(n)), "\n")
	if due := dueOf(*n.Card); due != "" && n.Card.State == school.CardOpen {
		words = strings.Join(bot.NonEmpty(words, due), "\n")
	}
	if words == "" {
		words = title
	}
	m := p.message(n, to, nil, nil)
	m.MsgType = "textcard"
	m.TextCard = &textCard{title, bot.ShortenBytes(plainText(words), maxCardWords), p.draw.cardPage(n.Card.ID), phrase.WeComOpen.String()}
	return m
}

// plainText keeps what people wrote from being read as tags.
func plainText(s string) string { return strings.NewReplacer("<", "＜", ">", "＞").Replace(s) }

// replyHere asks for an answer in words while one is waited for.
func replyHere(n school.Notice) []string {
	if n.Card.State != school.CardOpen {
		return nil
	}
	return []string{phrase.WeComReplyHere.String()}
}
