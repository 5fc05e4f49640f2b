package sandbox

import (
	"encoding/json"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Item is one entry of a person's feed (design 3.6).
type Item struct {
	N       int       `json:"n"` // counts over the whole sandbox
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"` // text, card, notice
	Text    string    `json:"text"`
	Why     string    `json:"why"`
	Case    string    `json:"case"`
	Student string    `json:"student"`
	Stage   string    `json:"stage"`
	Role    string    `json:"role"`
	ToClass string    `json:"to_class"` // set only on what goes to that class's group
	Card    *Card     `json:"card"`
}

// Card is a card as a person sees it (design 3.6).
type Card struct {
	ID      string          `json:"id"`
	Title   string          `json:"title"`
	Fields  []school.Field  `json:"fields"`
	Inputs  []Input         `json:"inputs"`
	Buttons []school.Button `json:"buttons"`
	Due     *time.Time      `json:"due"`
	State   string          `json:"state"`
	Result  string          `json:"result"`
}

// Input is one answer a card asks for; Value is what is known already.
type Input struct {
	Key      string          `json:"key"`
	Label    string          `json:"label"`
	Type     string          `json:"type"`
	Options  []school.Option `json:"options"`
	Required bool            `json:"required"`
	Value    string          `json:"value,omitempty"`
}

// Render writes the notice as an ITEM without its number, which Deliver gives.
func (p *Platform) Render(n school.Notice, _ school.Address) ([]byte, error) {
	at := n.At
	if n.DueAt.After(at) {
		at = n.DueAt
	}
	item := Item{
		At: p.local(at), Kind: n.Kind, Text: n.Text, Why: n.Why, Case: n.Case,
		Student: n.Student, Stage: n.Stage, Role: n.Role, ToClass: n.ToClass,
	}
	if n.Card != nil {
		card := p.card(*n.Card)
		item.Card = &card
		if item.Stage == "" {
			item.Stage = n.Card.Stage
		}
		if item.Role == "" {
			item.Role = n.Card.Role
		}
	}
	if n.Act == school.NoticeRecall {
		item.Kind = school.NoticeText
		if item.Text == "" {
			item.Text = phrase.SandboxTakenBack.String()
		}
	}
	return json.Marshal(item)
}

// card copies what people see of a card; lists are never null.
func (p *Platform) card(c school.Card) Card {
	out := Card{
		ID: c.ID, Title: c.Title, State: c.State, Result: c.Result,
		Fields: append([]school.Field{}, c.Fields...), Inputs: []Input{}, Buttons: append([]school.Button{}, c.Buttons...),
	}
	if c.Due != nil && !c.Due.IsZero() {
		due := p.local(*c.Due)
		out.Due = &due
	}
	for _, in := range c.Inputs {
		out.Inputs = append(out.Inputs, Input{in.Key, in.Label, in.Type, append([]school.Option{}, in.Options...), in.Required, in.Value})
	}
	return out
}

func (p *Platform) local(t time.Time) time.Time { return t.In(p.zone).Truncate(time.Second) }
