package dingtalk

import (
	"fmt"
	"slices"
	"strings"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Variables of the card template (configs/dingtalk-card.json). All are strings;
// what is not used is empty, and the template hides it.
const (
	varTitle  = "title"
	varState  = "state"  // stateOpen or stateDone
	varFacts  = "facts"  // markdown: class, time …
	varWords  = "words"  // markdown: what else it says, deadline, reason
	varResult = "result" // what became of it
	varNote   = "note"   // private: the answer to whoever pressed
	varPage   = "page"   // address that is opened, the card's page or a link's own
	varOpen   = "page_text"
	varForm   = "form"   // the fields to fill in, JSON
	varSubmit = "submit" // text of the form's button
	varAction = "submit_key"
	slots     = 6 // buttons beside the form: b1_text, b1_key, b1_color …
)

// noForm is a form without fields: what is hidden must still be a form.
const noForm = `{"fields":[]}`

const (
	stateOpen = "open"
	stateDone = "done"
)

// field is one line of the template's form.
type field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Options  []option `json:"options,omitempty"`
	Default  any      `json:"defaultValue,omitempty"`
}

type option struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

// chosen is the proposal of a choice.
type chosen struct {
	Index int    `json:"index"`
	Value string `json:"value"`
}

func (p *Platform) renderTemplate(n school.Notice, to school.Address) ([]byte, error) {
	track, err := trackOf(n, to)
	if err != nil {
		return nil, err
	}
	c := newCard{Template: p.set.CardTemplateID, Track: track, Callback: "STREAM", UserType: 1, Data: cardData{p.paint(n)},
		OpenSpace: spaceOf(to.User),
		Space:     robotSpace{Notification: notification{Alert: title(n)}, Last: map[string]string{"ZH_CN": title(n)}},
		Deliver:   robotDeliver{"IM_ROBOT", p.set.RobotCode}}
	if p.set.Mode == ModeHTTP {
		c.Callback, c.RouteKey = "HTTP", p.routeKey()
	}
	return encode(c)
}

func spaceOf(user string) string { return "dtv1.card//IM_ROBOT." + user }

// paint fills every variable of the template, also the empty ones: what is not
// named in an update would stay as it was.
func (p *Platform) paint(n school.Notice) map[string]string {
	card := *n.Card
	vars := map[string]string{varTitle: title(n), varState: stateOpen, varFacts: "", varResult: "", varPage: "", varOpen: "", varForm: noForm, varSubmit: "", varAction: ""}
	var facts []string
	for _, f := range card.Fields {
		facts = append(facts, bot.FieldLine(f))
	}
	vars[varFacts] = bot.ShortenBytes(markdown(facts), maxParam)
	words := tail(n)
	for i := range slots {
		for _, part := range []string{"text", "key", "color"} {
			vars[slot(i, part)] = ""
		}
	}
	if card.State != school.CardOpen {
		vars[varState], vars[varResult] = stateDone, closedWords(card)
		words = slices.DeleteFunc(words, func(l string) bool { return l == card.Result }) // it has a place of its own
		vars[varWords] = bot.ShortenBytes(markdown(words), maxParam)
		return vars
	}
	l := layOut(card)
	if page := p.linkOf(l, card.ID); l.rest || l.link != nil {
		vars[varPage], vars[varOpen] = page, openWords(l)
		if page == "" {
			vars[varOpen] = ""
			words = append(words, phrase.DingReplyHere.String())
		}
	}
	vars[varWords] = bot.ShortenBytes(markdown(words), maxParam)
	if l.submit != nil {
		vars[varForm], vars[varSubmit], vars[varAction] = l.form, bot.Shorten(l.submit.Text, 20), l.submit.Key
	}
	for i, b := range l.buttons {
		vars[slot(i, "text")], vars[slot(i, "key")], vars[slot(i, "color")] = bot.Shorten(b.Text, 20), b.Key, colourOf(b)
	}
	return vars
}

func slot(i int, part string) string { return fmt.Sprintf("b%d_%s", i+1, part) }

func closedWords(c school.Card) string {
	switch {
	case c.Result != "":
		return bot.ShortenBytes(c.Result, maxParam)
	case c.State == school.CardSuperseded:
		return phrase.DingSuperseded.String()
	}
	return phrase.DingDone.String()
}

func colourOf(b school.Button) string {
	switch b.Style {
	case "primary":
		return "blue"
	case "danger":
		return "red"
	}
	return "gray"
}

// layout says what of a card the template can hold.
type layout struct {
	form    string         // the form's JSON; "" = none
	submit  *school.Button // the button that hands the form in
	buttons []school.Button
	link    *school.Button // opens a page
	rest    bool           // something is left that only the card's page offers
}

// linkOf is where the card's link leads: what is left can only be done on the
// card's own page; a link button may have an address of its own.
func (p *Platform) linkOf(l layout, card string) string {
	switch {
	case l.rest || l.link == nil:
	case strings.HasPrefix(l.link.Key, "https://"), strings.HasPrefix(l.link.Key, "http://"):
		return l.link.Key
	case strings.HasPrefix(l.link.Key, "/") && p.set.BaseURL != "":
		return p.set.BaseURL + l.link.Key
	}
	return p.page("c", card)
}

func openWords(l layout) string {
	if l.rest || l.link == nil {
		return phrase.DingOpen.String()
	}
	return bot.Shorten(l.link.Text, 20)
}

// layOut spreads a card over the template: one form with one button, and up to
// six buttons that need no answer. What does not fit is left to the page.
func layOut(c school.Card) layout {
	var l layout
	form, holds := formOf(c.Inputs)
	var waiting []school.Button // make sense only with answers
	for _, b := range c.Buttons {
		switch {
		case b.Act == school.ActLink:
			l.link = &b
		case bot.Pressable(b, c.Inputs) && (b.Act != school.ActSubmit || b.Key == "no-contact" || len(c.Inputs) == 0):
			l.buttons = append(l.buttons, b)
		default:
			waiting = append(waiting, b)
		}
	}
	if len(waiting) > 0 && holds && form != "" {
		l.form, l.submit, waiting = form, &waiting[0], waiting[1:]
	}
	l.rest = l.rest || len(waiting) > 0
	if len(l.buttons) > slots {
		l.buttons, l.rest = l.buttons[:slots], true
	}
	return l
}

// formOf writes the inputs as the template's form; false when one that is
// needed cannot be filled in there, or all together are too long.
func formOf(inputs []school.Input) (string, bool) {
	types := map[string]string{"text": "TEXT", "number": "TEXT", "date": "DATE", "choice": "SELECT"}
	var fields []field
	for _, in := range inputs {
		f := field{Name: in.Key, Label: in.Label, Type: types[in.Type], Required: in.Required}
		switch {
		case f.Type == "" && in.Required:
			return "", false // a file, a person
		case f.Type == "":
			continue
		}
		if in.Value != "" {
			f.Default = in.Value
		}
		for i, o := range in.Options {
			f.Options = append(f.Options, option{o.ID, o.Text})
			if o.ID == in.Value {
				f.Default = chosen{i, o.ID}
			}
		}
		fields = append(fields, f)
	}
	if len(fields) == 0 {
		return "", true
	}
	form := text(map[string]any{"fields": fields})
	return form, len(form) <= maxParam
}

// trackOf names one copy of a card: the card, which is unguessable, and which
// sending to whom it is, since a track may be used only once.
func trackOf(n school.Notice, to school.Address) (string, error) {
	track := n.Card.ID + "." + school.ID(n.Key, to.User)
	if n.Card.ID == "" || len(track) > maxTrack || strings.Contains(n.Card.ID, ".") {
		return "", never("card", phrase.DingBadCardID)
	}
	return track, nil
}

// cardOfTrack reads the card back out of an outTrackId.
func cardOfTrack(track string) (string, bool) {
	card, _, ok := strings.Cut(track, ".")
	return card, ok && card != ""
}
