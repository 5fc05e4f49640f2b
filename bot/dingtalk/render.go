package dingtalk

import (
	"net/url"
	"strings"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Limits in bytes, below what DingTalk refuses so that escapes fit.
const (
	maxWords = 12000 // msgParam ≤ 15,000
	maxParam = 1000  // one variable of a card ≤ 1 KB
	maxWork  = 1900  // msg of a work notification ≤ 2,048
	maxTrack = 100   // characters of an outTrackId
	maxDing  = 500   // characters; longer ones are not read aloud
	// characters of a text in a work notification; DingTalk advises 500 in all
	maxNotice = 450
)

// Render makes the JSON that will be posted. What is known only at sending –
// the number of a work notification, the key of a message to recall – is
// filled in then.
//
//	to a guardian              work notification
//	to a group                 text of the robot
//	a file that was handed in  picture or file of the robot
//	card, with a template      card that shows what becomes of it
//	card, without              work notification with a status bar, or an
//	                           action card, which open our page
//	anything else              text of the robot
func (p *Platform) Render(n school.Notice, to school.Address) ([]byte, error) {
	group, inGroup := strings.CutPrefix(to.User, groupPrefix)
	switch {
	case n.Act == school.NoticeRecall:
		return []byte(`{"recall":true}`), nil
	case n.Act == school.NoticeUpdate:
		return p.renderChange(n, to)
	case bot.ForGuardian(n):
		return encode(work{p.set.AgentID, to.User, parentNotice(n)})
	case inGroup:
		return encode(toGroup{p.set.RobotCode, group, keyText, text(textParam{wordsOf(n)})})
	case n.Media != nil:
		return encode(p.fileMessage(n, to))
	case n.Card != nil && n.Card.State == school.CardOpen:
		return p.renderCard(n, to)
	}
	return encode(direct{p.set.RobotCode, []string{to.User}, keyText, text(textParam{wordsOf(n)})})
}

func (p *Platform) renderCard(n school.Notice, to school.Address) ([]byte, error) {
	page := p.page("c", n.Card.ID)
	switch {
	case p.set.CardTemplateID != "":
		return p.renderTemplate(n, to)
	case page == "":
		return encode(direct{p.set.RobotCode, []string{to.User}, keyText, text(textParam{wordsOf(n, phrase.DingReplyHere.String())})})
	case p.set.AgentID > 0:
		return encode(work{p.set.AgentID, to.User, p.barCard(n, page)})
	}
	words := bot.ShortenBytes(markdown(linesOf(n)), maxWords)
	return encode(direct{p.set.RobotCode, []string{to.User}, keyAction, text(actionParam{title(n), words, phrase.DingOpen.String(), page})})
}

// renderChange makes both halves of an update; the receipt says which is due.
func (p *Platform) renderChange(n school.Notice, to school.Address) ([]byte, error) {
	if n.Card == nil {
		return nil, never("card", phrase.DingCardNotOpened)
	}
	var c change
	if p.set.CardTemplateID != "" {
		c.Card = &cardUpdate{Data: cardData{p.paint(n)}, Options: byKey, UserType: 1,
			Private: map[string]cardData{to.User: {map[string]string{varNote: ""}}}}
	}
	if p.set.AgentID > 0 {
		status := statusOf(*n.Card)
		c.Bar = &statusBar{Agent: p.set.AgentID, Value: status.Value, Colour: status.Colour}
	}
	return encode(c)
}

// barCard is a card as a work notification whose status bar can be changed for
// seven days: the nearest thing to a live card without a template.
func (p *Platform) barCard(n school.Notice, page string) workMsg {
	status := statusOf(*n.Card)
	oa := &workOA{URL: page, PCURL: sidebar(page), Head: oaHead{"FF2E7D32", phrase.DingSource.String()}, Status: &status,
		Body: oaBody{Title: title(n)}}
	const most = 6 // the form shows no more
	var rest []string
	for _, f := range n.Card.Fields {
		if f.K == "" || len(oa.Body.Form) == most {
			rest = append(rest, bot.FieldLine(f))
			continue
		}
		oa.Body.Form = append(oa.Body.Form, oaField{f.K + "：", bot.ShortenBytes(f.V, 120)})
	}
	rest = append(rest, tail(n)...)
	oa.Body.Content = strings.Join(append(bot.NonEmpty(rest...), reference(n)), "\n")
	return fit(workMsg{Type: "oa", OA: oa}, &oa.Body.Content)
}

// parentNotice is what a guardian gets. DingTalk delivers the same words to
// the same person once a day and says nothing about the second time: each
// notice tells its moment and its own number.
func parentNotice(n school.Notice) workMsg {
	words := n.Text
	if words == "" && n.Card != nil {
		words = n.Card.Title
	}
	if n.Link == "" {
		t := &textParam{bot.Shorten(words, maxNotice) + "\n" + reference(n)}
		m := workMsg{Type: "text", Text: t}
		if len(text(m)) > maxWork {
			t.Content = bot.ShortenBytes(words, maxWork-400) + "\n" + reference(n)
		}
		return m
	}
	a := &workAction{Title: title(n), Markdown: markdown([]string{words, reference(n)}), Single: phrase.DingAnswer.String(), URL: n.Link}
	m := workMsg{Type: "action_card", Action: a}
	if len(text(m)) > maxWork {
		a.Markdown = markdown([]string{bot.ShortenBytes(words, maxWork-700), reference(n)})
	}
	return m
}

// reference is the line that makes a work notification unlike every other.
func reference(n school.Notice) string {
	return phrase.DingReference.With("at", n.At.Format("1月2日 15:04"), "number", strings.ToUpper(school.ID(n.Key)[:5]))
}

// fit shortens one part of a message until the whole is small enough.
func fit(m workMsg, part *string) workMsg {
	for len(text(m)) > maxWork && *part != "" {
		over := len(text(m)) - maxWork
		*part = bot.ShortenBytes(*part, max(len(*part)-over-len("…"), len("…")))
		if *part == "…" {
			break
		}
	}
	return m
}

// statusOf is the bar of a work notification.
func statusOf(c school.Card) oaStatus {
	switch {
	case c.State == school.CardOpen:
		return oaStatus{phrase.DingWaiting.String(), "0xFFF65E5E"}
	case c.State == school.CardSuperseded:
		return oaStatus{phrase.DingSuperseded.String(), "0xFF9E9E9E"}
	case c.Result == "":
		return oaStatus{phrase.DingDone.String(), "0xFF2E7D32"}
	}
	return oaStatus{bot.Shorten(c.Result, 20), "0xFF2E7D32"}
}

// wordsOf writes a notice as plain text: what it says, the facts of its card
// and its outcome.
func wordsOf(n school.Notice, more ...string) string {
	lines := []string{n.Text}
	if n.Card != nil {
		lines = append([]string{title(n)}, linesOf(n)...)
	}
	return bot.ShortenBytes(strings.Join(bot.NonEmpty(append(lines, more...)...), "\n"), maxWords)
}

// linesOf are the facts of a card and everything else it says.
func linesOf(n school.Notice) []string {
	var lines []string
	for _, f := range n.Card.Fields {
		lines = append(lines, bot.FieldLine(f))
	}
	return append(lines, tail(n)...)
}

// tail is what a card says below its facts.
func tail(n school.Notice) []string {
	lines := []string{bot.CardNews(n), n.Card.Result}
	if due := bot.DueUntold(*n.Card); due != nil && n.Card.State == school.CardOpen {
		lines = append(lines, phrase.DingDue.With("at", due.Format("1月2日 15:04")))
	}
	if why := bot.CardWhy(n); why != "" {
		lines = append(lines, phrase.DingWhy.With("why", why))
	}
	return bot.NonEmpty(lines...)
}

func title(n school.Notice) string { return bot.Shorten(bot.CardTitle(n), 60) }

// markdown joins lines, and those inside them: a single line break would not show.
func markdown(lines []string) string {
	var all []string
	for _, l := range lines {
		all = append(all, strings.Split(l, "\n")...)
	}
	return strings.Join(bot.NonEmpty(all...), "  \n  ")
}

// page is a page of ours, "" without a base_url.
func (p *Platform) page(room, card string) string {
	if p.set.BaseURL == "" {
		return ""
	}
	return p.set.BaseURL + "/" + room + "/" + url.PathEscape(card)
}

// sidebar opens a page beside the chat on a desk.
func sidebar(page string) string {
	return "dingtalk://dingtalkclient/page/link?url=" + url.QueryEscape(page) + "&pc_slide=true"
}
