package wecom

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

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
	case forGuardian(n):
		return encode(p.schoolNotice(n, to))
	case n.Act == school.NoticeUpdate:
		return p.renderUpdate(n, to)
	case n.Card != nil && n.Card.State == school.CardOpen:
		return p.renderCard(n, to)
	}
	return encode(p.message(n, to, &textBody{textOf(n)}, nil))
}

// forGuardian says whether the notice goes to a parent: they are reached by
// school notices only.
func forGuardian(n school.Notice) bool {
	return n.Kind == school.NoticeParent || n.Card != nil && n.Card.Kind == school.CardParent
}

func (p *Platform) message(n school.Notice, to school.Address, text *textBody, card *templateCard) appMessage {
	m := appMessage{ToUser: to.User, MsgType: "text", AgentID: p.set.AgentID, Text: text, Card: card,
		DuplicateCheck: 1, DuplicateInterval: duplicateInterval(n)}
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
	card, ok := p.cardFor(n, task)
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
		return nil, school.Invalid("%s", phrase.WeComCardNotOpened)
	}
	task, err := taskOf(n, to)
	if err != nil {
		return nil, err
	}
	card, ok := p.cardFor(n, task)
	if !ok || n.Card.State != school.CardOpen {
		card = p.closedCard(n)
	}
	card.Task = task
	if err := card.check(); err != nil {
		return nil, err
	}
	card.Task = "" // an updated card keeps the task it was sent with
	return encode(cardUpdate{Users: []string{to.User}, AgentID: p.set.AgentID, Card: card})
}

// closedCard is the card with its outcome instead of its buttons.
func (p *Platform) closedCard(n school.Notice) *templateCard {
	said := phrase.WeComDone
	if n.Card.State == school.CardSuperseded {
		said = phrase.WeComSuperseded
	}
	c := &templateCard{Type: typeButtons, Source: &cardSource{Desc: phrase.WeComSource.String(), Color: 1}, ReplaceText: said.String(),
		Buttons: []cardButton{{Text: said.String(), Style: 3, Key: "closed"}}}
	if page := p.cardPage(n.Card.ID); page != "" {
		c.Action = &cardAction{Type: 1, URL: page}
	}
	c.words(n, "")
	return c
}

func (p *Platform) schoolNotice(n school.Notice, to school.Address) schoolNotice {
	text := n.Text
	if text == "" && n.Card != nil {
		text = n.Card.Title
	}
	tail := ""
	if n.Card != nil && len(n.Card.Buttons) > 0 && n.Card.State == school.CardOpen && p.set.BaseURL != "" {
		tail = "\n" + phrase.WeComParentLink.With("url", p.parentPage(n.Card.ID))
	}
	return schoolNotice{Parents: []string{to.User}, MsgType: "text", AgentID: p.set.AgentID,
		Text:           textBody{shortenBytes(text, maxText-len(tail)) + tail},
		DuplicateCheck: 1, DuplicateInterval: duplicateInterval(n)}
}

// textOf writes a notice as plain text: what it says, the facts of its card
// and its outcome.
func textOf(n school.Notice, more ...string) string {
	lines := []string{n.Text}
	if c := n.Card; c != nil {
		if c.Title != n.Text {
			lines = append([]string{c.Title}, lines...)
		}
		for _, f := range c.Fields {
			lines = append(lines, strings.TrimPrefix(f.K+"："+f.V, "："))
		}
		if c.Result != n.Text {
			lines = append(lines, c.Result)
		}
	}
	return shortenBytes(strings.Join(nonEmpty(append(lines, more...)), "\n"), maxText)
}

// taskOf names one copy of a card at WeCom: the card and which sending it is,
// since a task_id may be used only once.
func taskOf(n school.Notice, to school.Address) (string, error) {
	if len(n.Card.ID) > 100 || strings.Contains(n.Card.ID, "@") || !taskShaped(n.Card.ID) {
		return "", school.Invalid("%s", phrase.WeComBadCardID)
	}
	return n.Card.ID + "@" + school.ID(n.Key, to.User), nil
}

// cardOfTask reads the card back out of a task_id.
func cardOfTask(task string) (string, bool) {
	card, _, ok := strings.Cut(task, "@")
	return card, ok && card != ""
}

// duplicateInterval is the window in which WeCom delivers an identical body
// only once: between three and four hours, and different for every notice, so
// that two notices with the same words are two messages while a repeat of one
// is recognised.
func duplicateInterval(n school.Notice) int {
	sum := sha256.Sum256([]byte(n.Key))
	return 10801 + int(binary.BigEndian.Uint16(sum[:2]))%3600
}
