package school

import "time"

// Card acts: what a button does (design 3.6).
const (
	ActSubmit  = "submit"  // hand in the required answers
	ActAck     = "ack"     // 收到
	ActApprove = "approve" //
	ActReject  = "reject"  //
	ActConfirm = "confirm" // what the bot understood is right
	ActCancel  = "cancel"  // take it back
	ActChoose  = "choose"  // one candidate; the button's text names it
	ActLink    = "link"    // open a page
)

// Card states.
const (
	CardOpen       = "open"
	CardDone       = "done"
	CardSuperseded = "superseded"
)

// Card kinds: which decision a press leads to.
const (
	CardConfirm = "confirm" // what was understood: 正确 / 改 / 撤回
	CardAsk     = "ask"     // a question back, with candidates or choices
	CardStage   = "stage"   // required answers of a policy stage
	CardTold    = "told"    // a role was told; 收到
	CardRoll    = "roll"    // the class's roll call is missing
	CardStill   = "still"   // is the child still away this session?
	CardSafety  = "safety"  // act now
	CardParent  = "parent"  // a guardian's notice with answers
	CardCalls   = "calls"   // whom the class teacher has to call, because no message arrived
	CardApply   = "apply"   // the form of an application, or a step that decides about it
)

// PassedOn is the id of a guardian's card that takes the place of another
// guardian's, who could not be reached.
func PassedOn(card, guardian string) string { return ID(card, guardian) }

// Field is one line of facts on a card.
type Field struct {
	K string `json:"k"`
	V string `json:"v"`
}

// Option is one choice of an input.
type Option struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Input is one answer a card asks for. Keys of a stage card are the policy's
// require names.
type Input struct {
	Key      string   `json:"key"`
	Label    string   `json:"label"`
	Type     string   `json:"type"` // text, choice, date, number, file, people
	Options  []Option `json:"options,omitempty"`
	Required bool     `json:"required"`
	Value    string   `json:"value,omitempty"` // what is known already; shown as the proposal
}

// Button is one thing a person can press.
type Button struct {
	Key   string `json:"key"`
	Text  string `json:"text"`
	Style string `json:"style"` // primary, danger or ""
	Act   string `json:"act"`
}

// Card is a message with answers. It is one thing, however many people hold a
// copy; when it changes, every copy changes.
type Card struct {
	ID      string   `json:"id"` // unguessable; a press names it
	Title   string   `json:"title"`
	Fields  []Field  `json:"fields"`
	Inputs  []Input  `json:"inputs"`
	Buttons []Button `json:"buttons"`
	Due     *Moment  `json:"due"`
	State   string   `json:"state"`
	Result  string   `json:"result"`

	// What the card is about; never shown as such.
	Kind    string    `json:"kind"`
	Case    string    `json:"case"`
	Student string    `json:"student"` // "" for class cards and multi-child cards
	Class   string    `json:"class,omitempty"`
	Slot    Slot      `json:"slot"`
	Stage   string    `json:"stage"`
	Role    string    `json:"role"`
	People  []string  `json:"people"` // who got it
	Why     string    `json:"why"`
	At      time.Time `json:"at"` // when it was first sent
	Open    *Question `json:"open,omitempty"`
}

// Question is what the bot waits for on an ask, confirm or stage card: the
// context in which a later bare answer ("第二个", "病假", "是") is read.
type Question struct {
	Why        string      `json:"why,omitempty"` // as in Meaning.Ask.Why
	Candidates []string    `json:"candidates,omitempty"`
	Marks      []MarkRange `json:"marks,omitempty"` // wait for the answer (Student "" = the child is asked) or were recorded
	Request    *Request    `json:"request,omitempty"`
	Text       string      `json:"text,omitempty"` // what the person had written
}

// Sheet is the key of the sheet the card belongs to: the child's, a matter's,
// or "" for cards of the conversation.
func (c Card) Sheet() string {
	if c.Student != "" {
		return c.Student
	}
	return c.Case
}

// Moment is a time that JSON writes as RFC 3339 with the school's offset.
type Moment = time.Time
