package school

// Intents: what a message wants (corpus README section 3 is binding).
const (
	IntentAttendance = "attendance"
	IntentAllPresent = "all_present"
	IntentRecord     = "record"
	IntentRequest    = "request"
	IntentDecision   = "decision"
	IntentQuery      = "query"
	IntentCorrection = "correction"
	IntentAsk        = "ask"
	IntentRefuse     = "refuse"
	IntentNone       = "none"
)

// Reasons to ask back, most urgent first.
const (
	AskAmbiguousName = "ambiguous_name"
	AskUnknownName   = "unknown_name"
	AskCountMismatch = "count_mismatch"
	AskMissingName   = "missing_name"
	AskMissingKind   = "missing_kind"
	AskMissingDates  = "missing_dates"
	AskConfirm       = "confirm"
)

// Flags of a message.
const (
	FlagSafety        = "safety"
	FlagIntentToLeave = "intent_to_leave"
	FlagCluster       = "cluster"
	FlagRepeated      = "repeated"
)

// MarkRange is one child's mark over an inclusive range of sessions.
type MarkRange struct {
	Student string   `json:"student"`
	Name    string   `json:"name"`
	Mark    MarkKind `json:"mark"`
	From    Slot     `json:"from"`
	To      Slot     `json:"to"`
	Note    string   `json:"note"`
}

// Contact is a call, message or visit told in a message.
type Contact struct {
	Student string `json:"student"`
	Kind    string `json:"kind"`    // call, message, visit
	Outcome string `json:"outcome"` // reached, not_reached, planned, refused
	Times   int    `json:"times"`
	Promise Day    `json:"promise,omitempty"`
}

// Request is an application told in a message (design 3.4).
type Request struct {
	Kind    string `json:"kind"`
	Student string `json:"student"`
	From    Slot   `json:"from"`
	To      Slot   `json:"to"`
	Reason  string `json:"reason"`
}

// Decision answers an approval.
type Decision struct {
	Verdict string `json:"verdict"` // approve, reject, return
	Note    string `json:"note"`
}

// Ask is the one question that must go back to the sender.
type Ask struct {
	Why        string   `json:"why"`
	Candidates []string `json:"candidates"`
	Near       []string `json:"-"` // children of nearly the name written, where there are no candidates: for the bot to ask about
}

// Meaning is what a message was understood to say. Its JSON form is the
// contract of `guixiao parse` (design 3.4).
type Meaning struct {
	Intent      string      `json:"intent"`
	Class       string      `json:"class"` // "" is written as null
	RestPresent bool        `json:"rest_present"`
	Marks       []MarkRange `json:"marks"`
	Contacts    []Contact   `json:"contacts"`
	Request     *Request    `json:"request"`
	Decision    *Decision   `json:"decision"`
	Voids       []MarkRange `json:"voids"`
	Ask         *Ask        `json:"ask"`
	Flags       []string    `json:"flags"`
	Waiting     []MarkRange `json:"-"` // marks that wait for the answer to Ask; Student "" = the child is what is asked
	Trace       []string    `json:"-"` // which words led to what, for --explain
}

// Has says whether the message carries the flag.
func (m Meaning) Has(flag string) bool {
	for _, f := range m.Flags {
		if f == flag {
			return true
		}
	}
	return false
}
