package wecom

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// The kinds of template card we send.
const (
	typeButtons  = "button_interaction"
	typeVote     = "vote_interaction"
	typeMultiple = "multiple_interaction"
	typeNotice   = "text_notice" // a card without answers; it must lead somewhere
)

// layout draws cards for one kind of display.
type layout struct {
	base string // our own public address; "" = no pages to link to
	size measure
}

const (
	buttonQuestion = "@button" // question under which a long list of buttons travels
	unchosen       = "-"       // option that stands for "nothing chosen yet": WeCom preselects the first
)

// cardFor lays the card out as WeCom can show it. ok is false when nothing on
// it can be pressed: then the notice goes out as text.
//
//	no inputs, ≤ 6 buttons            buttons
//	no inputs, 7–20 buttons           one vote among them
//	names to tick, ≤ 20, one button   vote for several
//	one choice of ≤ 9, ≤ 6 buttons    buttons with a selection
//	one choice of ≤ 20, one button    vote
//	two or three choices, one button  selections
//	anything else                     a button that opens the page, and the
//	                                  buttons that need no answer beside it
func (l layout) cardFor(n school.Notice, task string) (c *templateCard, ok bool) {
	card := *n.Card
	page := l.cardPage(card.ID)
	c = &templateCard{Task: task, Source: &cardSource{Desc: phrase.WeComSource.String(), Color: 1}}
	var hint string
	choices, holdable := choicesOf(card.Inputs) // optional inputs of other types are left to the page
	presses := pressesOf(card.Buttons)
	switch {
	case len(card.Inputs) == 0 && len(card.Buttons) <= maxButtons:
		c.Type, c.Buttons = typeButtons, l.buttons(card.Buttons, page)
	case len(card.Inputs) == 0 && len(presses) == len(card.Buttons) && len(presses) <= maxVotes:
		c.Type = typeVote
		c.Checkbox, c.Submit = l.voteAmong(presses), &submit{phrase.WeComSubmit.String(), buttonQuestion}
	case tickable(card) && len(presses) == 1:
		c.Type, c.Checkbox, c.Submit = typeVote, l.ticksOf(card.Inputs[0]), &submit{phrase.WeComSubmit.String(), presses[0].Key}
		hint = phrase.WeComTick.String()
	case holdable && len(choices) == 1 && l.fits(choices[0]) && len(card.Buttons) <= maxButtons:
		q := l.selectOf(choices[0])
		c.Type, c.Selection, c.Buttons = typeButtons, &q, l.buttons(card.Buttons, page)
	case holdable && len(choices) == 1 && len(card.Buttons) == 1 && len(presses) == 1:
		c.Type, c.Checkbox, c.Submit = typeVote, l.voteOf(choices[0]), submitOf(presses[0])
	case holdable && len(choices) <= maxSelects && l.fits(choices...) && len(card.Buttons) == 1 && len(presses) == 1:
		c.Type, c.Submit = typeMultiple, submitOf(presses[0])
		for _, in := range choices {
			c.Selects = append(c.Selects, l.selectOf(in))
		}
	default:
		c.Type = typeButtons
		c.Buttons, hint = l.buttonsBesidePage(card, presses, page)
	}
	if c.Type == typeButtons && len(c.Buttons) == 0 {
		return nil, false
	}
	if c.Type == typeButtons && page != "" {
		c.Action = &cardAction{Type: 1, URL: page}
	}
	l.words(c, n, hint)
	return c, true
}

// words fills the texts of the card, shortened to what WeCom displays.
func (l layout) words(c *templateCard, n school.Notice, hint string) {
	card := n.Card
	c.Main.Title = bot.Shorten(bot.CardTitle(n), l.size.title)
	due := dueOf(*card)
	more := []string{card.Result, bot.CardNews(n)}
	if c.Type == typeVote || c.Type == typeMultiple {
		due = strings.Join(bot.NonEmpty(hint, due), "；")
		for _, f := range card.Fields {
			more = append(more, bot.FieldLine(f))
		}
		c.Main.Desc = bot.Shorten(strings.Join(bot.NonEmpty(append([]string{due}, more...)...), "\n"), l.size.vote)
		return
	}
	c.Main.Desc = bot.Shorten(due, l.size.desc)
	for _, f := range card.Fields {
		if f.K == "" || f.V == "" || utf8.RuneCountInString(f.V) > l.size.value || len(c.Horizontal) == maxFields {
			more = append(more, bot.FieldLine(f)) // does not fit a row: whole, below
			continue
		}
		c.Horizontal = append(c.Horizontal, horizontal{bot.Shorten(f.K, maxKeyName), f.V})
	}
	more = bot.NonEmpty(more...)
	c.SubTitle = strings.Join(bot.NonEmpty(bot.Shorten(strings.Join(more, "\n"), l.size.long-len([]rune(hint))-1), hint), "\n")
	if why := bot.CardWhy(n); why != "" {
		c.Quote = &quoteArea{Title: phrase.WeComWhyTitle.String(), Text: bot.Shorten(why, l.size.long)}
	}
}

// dueOf is the deadline in words, unless one of the facts tells it already.
func dueOf(c school.Card) string {
	due := bot.DueUntold(c)
	if due == nil {
		return ""
	}
	return phrase.WeComDue.With("at", due.Format("1月2日 15:04"))
}

// choicesOf returns the choices among the inputs; ok says whether nothing else
// is required and the card can hold each of them.
func choicesOf(inputs []school.Input) (choices []school.Input, ok bool) {
	for _, in := range inputs {
		switch {
		case in.Type == "choice" && len(in.Options) > 0 && len(in.Options) <= maxVotes:
			choices = append(choices, in)
		case in.Required || in.Type == "choice":
			return nil, false
		}
	}
	return choices, len(choices) > 0
}

// fits says whether the options, with the line "请选择" where nothing is
// proposed, fit a drop-down.
func (l layout) fits(choices ...school.Input) bool {
	for _, in := range choices {
		if len(l.selectOf(in).Options) > maxChoices {
			return false
		}
	}
	return true
}

func (l layout) selectOf(in school.Input) question {
	q := question{Key: in.Key, Title: bot.Shorten(in.Label, maxKeyName*4)}
	for _, o := range in.Options {
		q.Options = append(q.Options, cardOption{o.ID, bot.Shorten(o.Text, l.size.option)})
		if o.ID == in.Value {
			q.Selected = o.ID
		}
	}
	if q.Selected == "" {
		q.Options = append([]cardOption{{unchosen, phrase.WeComUnchosen.String()}}, q.Options...)
		q.Selected = unchosen
	}
	return q
}

func (l layout) voteOf(in school.Input) *checkbox {
	v := &checkbox{Key: in.Key}
	for _, o := range in.Options {
		v.Options = append(v.Options, checkOption{o.ID, bot.Shorten(o.Text, l.size.option), o.ID == in.Value})
	}
	return v
}

// tickable says whether a roll card lists the names that may be missing.
func tickable(card school.Card) bool {
	return card.Kind == school.CardRoll && len(card.Inputs) == 1 && len(card.Inputs[0].Options) > 0 && len(card.Inputs[0].Options) <= maxVotes
}

// ticksOf lets several names be chosen, or none.
func (l layout) ticksOf(in school.Input) *checkbox {
	v := l.voteOf(in)
	v.Mode = 1
	return v
}

func (l layout) voteAmong(buttons []school.Button) *checkbox {
	v := &checkbox{Key: buttonQuestion}
	for _, b := range buttons {
		v.Options = append(v.Options, checkOption{ID: b.Key, Text: bot.Shorten(b.Text, l.size.option)})
	}
	return v
}

func submitOf(b school.Button) *submit { return &submit{bot.Shorten(b.Text, maxButton), b.Key} }

func pressesOf(buttons []school.Button) []school.Button {
	var presses []school.Button
	for _, b := range buttons {
		if b.Act != school.ActLink {
			presses = append(presses, b)
		}
	}
	return presses
}

// buttons draws every button; a link without an address is left out.
func (l layout) buttons(all []school.Button, page string) []cardButton {
	var drawn []cardButton
	for _, b := range all {
		to := cardButton{Text: bot.Shorten(b.Text, maxButton), Style: styleOf(b), Key: b.Key}
		if b.Act == school.ActLink {
			to.Type, to.Key, to.URL = 1, "", l.linkOf(b, page)
			if to.URL == "" {
				continue
			}
		}
		drawn = append(drawn, to)
	}
	return drawn
}

// buttonsBesidePage serves a card whose answers WeCom cannot hold: a button
// that opens the page first, and those that need no answer beside it. Without
// a page the person is asked to answer in the chat.
func (l layout) buttonsBesidePage(card school.Card, presses []school.Button, page string) ([]cardButton, string) {
	var direct []school.Button
	for _, b := range presses {
		if bot.Pressable(b, card.Inputs) {
			direct = append(direct, b)
		}
	}
	if page == "" {
		return l.buttons(direct[:min(len(direct), maxButtons)], ""), phrase.WeComReplyHere.String()
	}
	fill := cardButton{Type: 1, Text: phrase.WeComFill.String(), Style: 1, URL: page}
	return append([]cardButton{fill}, l.buttons(direct[:min(len(direct), maxButtons-1)], "")...), ""
}

func styleOf(b school.Button) int {
	switch b.Style {
	case "primary":
		return 1
	case "danger":
		return 2
	}
	return 3
}

// linkOf is where a link button leads: an address of its own, a path of ours,
// or the card's page.
func (l layout) linkOf(b school.Button, page string) string {
	switch {
	case urlShaped(b.Key):
		return b.Key
	case strings.HasPrefix(b.Key, "/") && l.base != "":
		return l.base + b.Key
	}
	return page
}

// cardPage is the card's page for staff, "" without a base_url.
func (l layout) cardPage(card string) string { return l.page("c", card) }

func (l layout) page(room, card string) string {
	if l.base == "" {
		return ""
	}
	return l.base + "/" + room + "/" + url.PathEscape(card)
}
