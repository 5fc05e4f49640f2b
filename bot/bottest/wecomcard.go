package bottest

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

// wireCard is a template_card as it stands in a request.
type wireCard struct {
	Type       string         `json:"card_type"`
	Source     *wireSource    `json:"source"`
	Task       string         `json:"task_id"`
	Main       *wireTitle     `json:"main_title"`
	Quote      *wireQuote     `json:"quote_area"`
	SubTitle   string         `json:"sub_title_text"`
	Horizontal []wireLine     `json:"horizontal_content_list"`
	Action     *wireAction    `json:"card_action"`
	Selection  *wireQuestion  `json:"button_selection"`
	Buttons    []wireButton   `json:"button_list"`
	Checkbox   *wireQuestion  `json:"checkbox"`
	Selects    []wireQuestion `json:"select_list"`
	Submit     *struct {
		Text string `json:"text"`
		Key  string `json:"key"`
	} `json:"submit_button"`
	ReplaceText string `json:"replace_text"`
}

type wireSource struct {
	Icon  string `json:"icon_url"`
	Desc  string `json:"desc"`
	Color int    `json:"desc_color"`
}

type wireTitle struct {
	Title string `json:"title"`
	Desc  string `json:"desc"`
}

type wireQuote struct {
	Type  int    `json:"type"`
	URL   string `json:"url"`
	Title string `json:"title"`
	Text  string `json:"quote_text"`
}

type wireLine struct {
	Key    string `json:"keyname"`
	Value  string `json:"value"`
	Type   int    `json:"type"`
	URL    string `json:"url"`
	UserID string `json:"userid"`
}

type wireAction struct {
	Type int    `json:"type"`
	URL  string `json:"url"`
}

type wireButton struct {
	Type  int    `json:"type"`
	Text  string `json:"text"`
	Style int    `json:"style"`
	Key   string `json:"key"`
	URL   string `json:"url"`
}

type wireQuestion struct {
	Key      string       `json:"question_key"`
	Title    string       `json:"title"`
	Mode     int          `json:"mode"`
	Disable  bool         `json:"disable"`
	Selected string       `json:"selected_id"`
	Options  []wireOption `json:"option_list"`
}

type wireOption struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Checked bool   `json:"is_checked"`
}

var taskShape = regexp.MustCompile(`^[0-9A-Za-z_\-@]{1,128}$`)

// check returns the first fault of a card that is to be sent.
func (c *wireCard) check() (int, string) {
	if !taskShape.MatchString(c.Task) && !(c.Type == "text_notice" && c.Task == "") {
		return 42014, "task_id"
	}
	return c.checkUpdate()
}

// checkUpdate returns the first fault of a card, its task apart.
func (c *wireCard) checkUpdate() (int, string) {
	if c.Main == nil || c.Main.Title == "" && (c.Type != "text_notice" || c.SubTitle == "") {
		return 42033, "main_title.title"
	}
	if len(c.Horizontal) > 6 {
		return 42035, "horizontal_content_list"
	}
	for _, h := range c.Horizontal {
		switch {
		case h.Key == "":
			return 42027, "keyname"
		case h.Type == 1 && h.URL == "":
			return 42028, "horizontal url"
		case h.Type == 3 && h.UserID == "":
			return 42050, "horizontal userid"
		}
	}
	if c.Action != nil && c.Action.Type == 1 && c.Action.URL == "" {
		return 42028, "card_action.url"
	}
	foreign := c.Quote != nil || c.SubTitle != "" || c.Horizontal != nil || c.Action != nil || c.Selection != nil || c.Buttons != nil
	switch {
	case c.Type == "text_notice" && (c.Selection != nil || c.Buttons != nil || c.Checkbox != nil || c.Selects != nil || c.Submit != nil):
		return 40035, "a field of another card type"
	case c.Type == "text_notice" && (c.Action == nil || c.Action.Type == 0):
		return 42045, "card_action"
	case c.Type == "text_notice":
		return 0, ""
	case c.Type == "button_interaction" && (c.Checkbox != nil || c.Selects != nil || c.Submit != nil),
		c.Type == "vote_interaction" && (foreign || c.Selects != nil),
		c.Type == "multiple_interaction" && (foreign || c.Checkbox != nil):
		return 40035, "a field of another card type"
	case c.Type == "button_interaction":
		return c.checkButtons()
	case c.Type == "vote_interaction":
		return c.checkVote()
	case c.Type == "multiple_interaction":
		return c.checkSelects()
	}
	return 42031, "card_type"
}

func (c *wireCard) checkButtons() (int, string) {
	if len(c.Buttons) < 1 || len(c.Buttons) > 6 {
		return 42038, "button_list"
	}
	var keys []string
	for _, b := range c.Buttons {
		switch {
		case b.Text == "":
			return 42038, "button text"
		case b.Type == 1 && b.URL == "":
			return 42028, "button url"
		case b.Type == 0 && (b.Key == "" || len(b.Key) > 1024 || slices.Contains(keys, b.Key)):
			return 42039, "button key"
		}
		keys = append(keys, b.Key)
	}
	if c.Selection != nil {
		return c.Selection.check(10)
	}
	return 0, ""
}

func (c *wireCard) checkVote() (int, string) {
	if c.Checkbox == nil {
		return 42043, "checkbox"
	}
	if code, why := c.Checkbox.check(20); code != 0 {
		return code, why
	}
	return c.checkSubmit()
}

func (c *wireCard) checkSelects() (int, string) {
	if len(c.Selects) < 1 || len(c.Selects) > 3 {
		return 42047, "select_list"
	}
	var keys []string
	for _, q := range c.Selects {
		if slices.Contains(keys, q.Key) {
			return 42043, "question_key"
		}
		keys = append(keys, q.Key)
		if code, why := q.check(10); code != 0 {
			return code, why
		}
	}
	return c.checkSubmit()
}

func (c *wireCard) checkSubmit() (int, string) {
	switch {
	case c.Submit == nil || c.Submit.Key == "" || len(c.Submit.Key) > 1024:
		return 42046, "submit_button.key"
	case c.Submit.Text == "":
		return 42049, "submit_button.text"
	}
	return 0, ""
}

func (q *wireQuestion) check(most int) (int, string) {
	if q.Key == "" || len(q.Key) > 1024 {
		return 42043, "question_key"
	}
	if len(q.Options) < 1 || len(q.Options) > most {
		return 42037, "option_list"
	}
	var ids []string
	for _, o := range q.Options {
		if o.ID == "" || len(o.ID) > 128 || slices.Contains(ids, o.ID) {
			return 42040, "option id"
		}
		if o.Text == "" {
			return 42041, "option text"
		}
		ids = append(ids, o.ID)
	}
	return 0, ""
}

// tooLong lists the texts that WeCom would cut when it displays the card.
func (c *wireCard) tooLong() []string {
	var found []string
	look := func(what, s string, most int) {
		if n := utf8.RuneCountInString(s); n > most {
			found = append(found, fmt.Sprintf("%s has %d characters, %d are shown", what, n, most))
		}
	}
	desc := 44
	if c.Type == "vote_interaction" || c.Type == "multiple_interaction" {
		desc = 160
	}
	look("main_title.title", c.Main.Title, 36)
	look("main_title.desc", c.Main.Desc, desc)
	look("sub_title_text", c.SubTitle, 160)
	if c.Source != nil {
		look("source.desc", c.Source.Desc, 20)
	}
	for _, h := range c.Horizontal {
		look("keyname", h.Key, 5)
		look("value", h.Value, 30)
	}
	for _, b := range c.Buttons {
		look("button", b.Text, 10)
	}
	if c.Submit != nil {
		look("submit_button", c.Submit.Text, 10)
	}
	for _, q := range c.questions() {
		most := 16
		if q == c.Checkbox {
			most = 17
		}
		for _, o := range q.Options {
			look("option", o.Text, most)
		}
	}
	return found
}

func (c *wireCard) questions() []*wireQuestion {
	var all []*wireQuestion
	if c.Selection != nil {
		all = append(all, c.Selection)
	}
	if c.Checkbox != nil {
		all = append(all, c.Checkbox)
	}
	for i := range c.Selects {
		all = append(all, &c.Selects[i])
	}
	return all
}

// shown is the card as it appears on one phone.
func (c *wireCard) shown() *Card {
	s := &Card{Task: c.Task, Type: c.Type, Title: c.Main.Title, Desc: c.Main.Desc, Text: c.SubTitle}
	if c.Quote != nil {
		s.Why = c.Quote.Text
	}
	if c.Action != nil {
		s.Page = c.Action.URL
	}
	for _, h := range c.Horizontal {
		s.Fields = append(s.Fields, h.Key+"："+h.Value)
	}
	for _, b := range c.Buttons {
		s.Buttons = append(s.Buttons, Button{b.Key, b.Text, b.URL})
	}
	if c.Submit != nil {
		s.Buttons = append(s.Buttons, Button{Key: c.Submit.Key, Text: c.Submit.Text})
	}
	for _, q := range c.questions() {
		// A drop-down starts at its first option unless told otherwise; a vote at none.
		shown := Question{Key: q.Key, Title: q.Title, Chosen: q.Selected, Several: q.Mode == 1}
		for _, o := range q.Options {
			shown.Options = append(shown.Options, o.ID)
			shown.Texts = append(shown.Texts, o.Text)
			if o.Checked {
				shown.Chosen = o.ID
			}
		}
		if shown.Chosen == "" && q != c.Checkbox {
			shown.Chosen = shown.Options[0]
		}
		s.Questions = append(s.Questions, shown)
	}
	return s
}
