package school

import "time"

// Notice acts.
const (
	NoticeSend   = "send"   // a new message
	NoticeUpdate = "update" // a card that was sent before has changed
	NoticeRecall = "recall" // take a message back where the platform can
)

// Notice kinds (design 3.6).
const (
	NoticeText   = "text"
	NoticeCard   = "card"
	NoticeParent = "notice" // a message to a guardian
)

// Notice is something to be told to one person, or to a class's group. It is
// written in the transaction of the fact it tells and leaves at least once,
// under a stable key.
type Notice struct {
	School  string    `json:"school"`
	Key     string    `json:"key"` // stable, unique; a repeat is recognised by it
	Act     string    `json:"act"`
	Kind    string    `json:"kind"`
	To      string    `json:"to"`             // person id; "" when only Addr is known
	Addr    *Address  `json:"addr,omitempty"` // where to answer somebody who is not on the roster
	ToClass string    `json:"to_class"`       // set only on what goes to that class's group
	Reply   string    `json:"reply"`          // conversation to answer in; "" = direct
	Via     string    `json:"via,omitempty"`  // account the words it answers came by: the answer goes the same way if it can
	Text    string    `json:"text"`           // rendered, final
	Why     string    `json:"why"`
	Policy  string    `json:"policy,omitempty"` // version of the regime it was decided under; "" = the one in force
	Case    string    `json:"case"`
	Student string    `json:"student"`
	Stage   string    `json:"stage"`
	Role    string    `json:"role"`
	Card    *Card     `json:"card,omitempty"`
	Of      string    `json:"of,omitempty"`      // for update and recall: key of the notice that was sent
	After   string    `json:"after,omitempty"`   // key of the notice without which this one makes no sense: it leaves only if that one did
	Gist    *Gist     `json:"gist,omitempty"`    // what a message to a guardian says, for forms and text messages
	Link    string    `json:"-"`                 // page on which a guardian answers without sign-in; set before rendering, "" where there is none
	File    string    `json:"file,omitempty"`    // id of a stored file to show; Text is its caption
	Media   *Media    `json:"-"`                 // that file as the platform knows it; set before rendering, nil where only words can go
	Urgent  bool      `json:"urgent,omitempty"`  // safety: no quiet hours, no merging
	Routine bool      `json:"routine,omitempty"` // good to know, nobody has to act: it may wait and be said together with others
	At      time.Time `json:"at"`
	DueAt   time.Time `json:"due_at"` // leave not before
}

// Media is a file as one platform knows it, once it has been handed in there.
type Media struct {
	ID   string // the platform's own, good for a limited time
	Kind string // the platform's word for what it is: image, file
	Name string // base name, as people see it
}

// Weight is how much a notice matters when less can be sent.
type Weight int

// Weights, from the one that waits to the one that never does.
const (
	WeightRoutine Weight = iota
	WeightDuty
	WeightSafety
)

// Weight is decided where the notice is written.
func (n Notice) Weight() Weight {
	switch {
	case n.Urgent || n.Card != nil && n.Card.Kind == CardSafety:
		return WeightSafety
	case n.Routine:
		return WeightRoutine
	}
	return WeightDuty
}

// Gist is what a message to a guardian says, in the few words that a form or a
// text message holds: never a reason, never a diagnosis.
type Gist struct {
	School  string `json:"school"`
	Student string `json:"student"`
	Class   string `json:"class"`
	When    string `json:"when"`    // 3月9日上午
	What    string `json:"what"`    // 未到校
	Brief   string `json:"brief"`   // the same in at most five characters
	Do      string `json:"do"`      // 请与班主任联系
	Teacher string `json:"teacher"` // whom to ask
}

// Lane names the order of sending: what one person gets never overtakes. Only
// what is about danger does not wait behind the ordinary: it has a lane of its
// own. For a card its kind decides, which its updates share, so that they never
// overtake the card itself.
func (n Notice) Lane() string {
	danger := n.Urgent
	if n.Card != nil {
		danger = n.Card.Kind == CardSafety
	}
	if danger {
		return n.address() + "!"
	}
	return n.address()
}

func (n Notice) address() string {
	if n.ToClass != "" {
		return "class:" + n.ToClass
	}
	if n.Reply != "" {
		return n.Reply
	}
	if n.Addr != nil {
		return "addr:" + n.Addr.Platform + ":" + n.Addr.User
	}
	return "person:" + n.To
}

// Receipt is what a platform said when it accepted a message.
type Receipt struct {
	Platform string `json:"platform"`          // account name, wecom/main
	User     string `json:"user"`              // address it went to
	Message  string `json:"message,omitempty"` // platform's message id, for recall
	Code     string `json:"code,omitempty"`    // single-use code for a card update
	Task     string `json:"task,omitempty"`    // platform's card id
}

// Delivery kinds.
const (
	DeliveryMessage = "message"
	DeliveryPress   = "press"
	DeliveryEvent   = "event" // a fact from a form: console, demo API
)

// Delivery is one thing that came in by some door. It is written down before
// it is acknowledged.
type Delivery struct {
	Key          string            `json:"key"` // stable across redelivery
	School       string            `json:"school,omitempty"`
	Platform     string            `json:"platform"` // account name, wecom/main, or "console"
	From         string            `json:"from"`     // the platform's user id; a person id for sandbox and console
	Kind         string            `json:"kind"`
	At           time.Time         `json:"at"`                     // when it was received
	Conversation string            `json:"conversation,omitempty"` // "direct" or "group:703"
	Text         string            `json:"text,omitempty"`
	Attachments  []Attachment      `json:"attachments,omitempty"`
	Card         string            `json:"card,omitempty"`   // press: card id; message: the card it answers
	Button       string            `json:"button,omitempty"` // press: key of the button
	Inputs       map[string]string `json:"inputs,omitempty"` // press: answers by input key; a file input holds an attachment index "file:0"
	Code         string            `json:"code,omitempty"`   // press: the platform's single-use update code
	Event        string            `json:"event,omitempty"`
	Student      string            `json:"student,omitempty"` // event
	Fields       map[string]string `json:"fields,omitempty"`  // event
	Waits        bool              `json:"waits,omitempty"`   // the door shows the outcome itself: no message about a refused press
	Attempt      int               `json:"-"`                 // how often a worker has taken it up
	Claim        string            `json:"-"`
}

// Attachment is a file that came with a message or a card.
type Attachment struct {
	Name    string `json:"name"`
	Type    string `json:"type,omitempty"`
	Media   string `json:"media,omitempty"` // the platform's media id, fetched later
	Content []byte `json:"content,omitempty"`
	Lost    string `json:"-"` // why it could not be fetched, in words for the sender
}

// Lane names the order of work: deliveries of one sender are handled in the
// order received.
func (d Delivery) Lane() string { return d.Platform + ":" + d.From }

// CardKey is the key of the notice that sends a card to one of its holders;
// updates and recalls name it in Of.
func CardKey(card, person string) string { return "card:" + card + ":" + person }
