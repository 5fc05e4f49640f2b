package wecom

import (
	"strings"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// Limits of texts, lists and keys that are the same everywhere (wecom sheet
// 3.4). What is displayed is shortened, what is hard is checked.
const (
	maxText      = 2048 // bytes
	maxCardTitle = 128  // bytes, of a textcard
	maxCardWords = 512  // bytes
	maxKeyName   = 5
	maxFields    = 6
	maxButtons   = 6
	maxButton    = 10
	maxChoices   = 10
	maxVotes     = 20
	maxSelects   = 3
	maxKey       = 1024 // bytes
	maxOptionID  = 128  // bytes
	maxTask      = 128  // bytes
	maxURL       = 2048 // bytes
)

// measure is how many characters a display shows of the longer texts.
type measure struct {
	title, desc, value, option int
	long                       int // sub title and quote
	vote                       int // desc of vote and multiple
}

// An app's cards show more than those of an AI bot.
var (
	appSize = measure{title: 36, desc: 44, long: 160, vote: 160, value: 30, option: 16}
	botSize = measure{title: 26, desc: 30, long: 112, vote: 30, value: 26, option: 10}
)

// check finds the first hard limit the card breaks, under the number WeCom
// would answer: the API names only one fault per try.
func (c *templateCard) check() error {
	switch {
	case c.Main.Title == "":
		return cardFault("42033", "main_title.title")
	case c.Type == typeNotice && c.Action == nil:
		return cardFault("42045", "card_action")
	case c.Type != typeNotice && c.ReplaceText == "" && !taskShaped(c.Task):
		return cardFault("42014", "task_id")
	case len(c.Horizontal) > maxFields:
		return cardFault("42035", "horizontal_content_list")
	case c.Action != nil && !urlShaped(c.Action.URL):
		return cardFault("42028", "card_action.url")
	}
	for _, h := range c.Horizontal {
		if h.Key == "" {
			return cardFault("42027", "horizontal_content_list.keyname")
		}
	}
	switch c.Type {
	case typeNotice:
		return nil
	case typeButtons:
		if err := checkButtons(c.Buttons); err != nil || c.Selection == nil {
			return err
		}
		return checkQuestions([]question{*c.Selection})
	case typeVote:
		return c.checkVote()
	default:
		if len(c.Selects) < 1 || len(c.Selects) > maxSelects {
			return cardFault("42047", "select_list")
		}
		if err := checkQuestions(c.Selects); err != nil {
			return err
		}
		return checkSubmit(c.Submit)
	}
}

func (c *templateCard) checkVote() error {
	if len(c.Checkbox.Options) < 1 || len(c.Checkbox.Options) > maxVotes {
		return cardFault("42037", "checkbox.option_list")
	}
	if !keyShaped(c.Checkbox.Key, maxKey) {
		return cardFault("42043", "checkbox.question_key")
	}
	seen := map[string]bool{}
	for _, o := range c.Checkbox.Options {
		if !keyShaped(o.ID, maxOptionID) || seen[o.ID] {
			return cardFault("42040", "checkbox.option_list.id")
		}
		if o.Text == "" {
			return cardFault("42041", "checkbox.option_list.text")
		}
		seen[o.ID] = true
	}
	return checkSubmit(c.Submit)
}

func checkButtons(buttons []cardButton) error {
	if len(buttons) < 1 || len(buttons) > maxButtons {
		return cardFault("42038", "button_list")
	}
	seen := map[string]bool{}
	for _, b := range buttons {
		switch {
		case b.Text == "":
			return cardFault("42038", "button_list.text")
		case b.Type == 1 && !urlShaped(b.URL):
			return cardFault("42028", "button_list.url")
		case b.Type == 0 && (!keyShaped(b.Key, maxKey) || seen[b.Key]):
			return cardFault("42039", "button_list.key")
		}
		seen[b.Key] = true
	}
	return nil
}

func checkQuestions(questions []question) error {
	keys := map[string]bool{}
	for _, q := range questions {
		if !keyShaped(q.Key, maxKey) || keys[q.Key] {
			return cardFault("42043", "question_key")
		}
		keys[q.Key] = true
		if len(q.Options) < 1 || len(q.Options) > maxChoices {
			return cardFault("42037", "option_list")
		}
		ids := map[string]bool{}
		for _, o := range q.Options {
			if !keyShaped(o.ID, maxOptionID) || ids[o.ID] {
				return cardFault("42040", "option_list.id")
			}
			if o.Text == "" {
				return cardFault("42041", "option_list.text")
			}
			ids[o.ID] = true
		}
	}
	return nil
}

func checkSubmit(s *submit) error {
	if !keyShaped(s.Key, maxKey) {
		return cardFault("42046", "submit_button.key")
	}
	if s.Text == "" {
		return cardFault("42049", "submit_button.text")
	}
	return nil
}

func cardFault(code, what string) error {
	return &bot.SendError{Class: bot.SendNever, Code: code, Text: phrase.WeComCardLimit.With("code", code, "what", what)}
}

func keyShaped(s string, limit int) bool { return s != "" && len(s) <= limit }

func urlShaped(s string) bool {
	return len(s) <= maxURL && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://"))
}

// taskShaped is WeCom's rule for a task_id.
func taskShaped(s string) bool {
	return keyShaped(s, maxTask) && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-@") == ""
}
