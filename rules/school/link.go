package school

import "time"

// Link is a page that opens without sign-in, for one person and one thing, for
// a while. Its token is all that is known outside: it says nothing by itself.
type Link struct {
	Token  string    `json:"-"`
	School string    `json:"school"`
	Until  time.Time `json:"until"` // from then on it only says that it is over

	// A guardian's reply page: the card and who holds it.
	Card   string `json:"card,omitempty"`
	Person string `json:"person,omitempty"`

	// A page for somebody outside the school: what was addressed to whom.
	Case     string `json:"case,omitempty"`
	Body     string `json:"body,omitempty"`     // 村民委员会, 镇政府 …, as the school wrote it
	Document string `json:"document,omitempty"` // id of the paper handed over; "" = the notice alone
	Note     string `json:"note,omitempty"`     // what the school asks of them
	By       string `json:"by,omitempty"`       // who handed it out
}
