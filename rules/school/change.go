package school

import (
	"fmt"
	"time"
)

// Change is everything one event alters. The store applies it whole or not at
// all, once: a second Change with the same Key is ErrDuplicate, and one that
// was decided on a child's sheet that has moved since is ErrConflict.
type Change struct {
	School string
	Key    string    // key of the event: delivery, timer firing, console act
	At     time.Time // moment of the decision
	Inbox  string    // key of the delivery this finishes; "" when none
	Expect []Expect  // sheets the decision was made on
	Marks  []Mark    // replace the mark of the same child and slot
	Void   []VoidMark
	Leaves []Leave // by ID
	Rolls  []Roll  // by class and slot
	Cases  []Case  // by ID

	Applications []Application // by ID
	Cards        []Card        // by ID
	Notices      []Notice
	Timers       []Timer  // set, by Key
	Cancel       []string // timers to remove, by Key
	Files        []File
	Delegations  []Delegation // by Delegator
	Codes        []CardCode
	Opened       []string // keys of messages to guardians that were opened at At
	OptOuts      []OptOut
	Merged       []string // keys of notices held back, whose words another notice of this change says
	Audit        []Line
	Reply        *Reply // outcome for the door that waits for it; kept with the delivery
}

// Reply is the outcome of a press or an event, as the person reads it.
type Reply struct {
	OK   bool   `json:"ok"`
	Text string `json:"reply"`
}

// CardCode is a platform's single-use permission to update the copy of a card
// that this person holds; every press brings one.
type CardCode struct {
	Card   string
	Person string
	Code   string
	At     time.Time
}

// OptOut is an address that does not want to be written to any more (退订), or
// wants it again.
type OptOut struct {
	Address Address
	Back    bool
}

// Expect is the version of a child's sheet that was read. Applying the Change
// raises it by one.
type Expect struct {
	Student string
	Version int64
}

// VoidMark takes a mark out of force (撤回); the audit keeps it.
type VoidMark struct {
	Student string
	Slot    Slot
}

// File is stored content: a proof, a photo, a drawn-up document.
type File struct {
	ID      string // Document.ID or an attachment id
	Name    string
	Type    string
	Student string // "" while nobody has said whom it is about
	At      time.Time
	By      string // person id; "" for what was drawn up
	Content []byte
}

// Delegation lets To act for From until the end of Until (委托).
type Delegation struct {
	From  string // 工号
	To    string
	Since time.Time
	Until time.Time // zero: ended
}

// Line is one line of the audit trail. The store chains lines of one book by
// hash, so that a missing or altered line shows.
type Line struct {
	Book   string // "case:ID", "person:ID" or "class:ID"
	At     time.Time
	Who    string // person id, "" for the clock
	What   string // closed vocabulary: mark, void, leave, roll, open, close, stage, overdue, answer, notice, sent, failed, document, filing, refuse, press …
	Detail string // Chinese, for people
	Policy string // policy version, S23@3f2a…
	Why    string

	Seq  int64  // place in its book, from 1; filled by the store
	Hash string // ties the line to the one before; filled by the store
}

// Merge adds the effects of another decision on the same event.
func (c *Change) Merge(d Change) {
	c.Expect = append(c.Expect, d.Expect...)
	c.Marks = append(c.Marks, d.Marks...)
	c.Void = append(c.Void, d.Void...)
	c.Leaves = append(c.Leaves, d.Leaves...)
	c.Rolls = append(c.Rolls, d.Rolls...)
	c.Cases = append(c.Cases, d.Cases...)
	c.Applications = append(c.Applications, d.Applications...)
	c.Cards = append(c.Cards, d.Cards...)
	c.Notices = append(c.Notices, d.Notices...)
	c.Timers = append(c.Timers, d.Timers...)
	c.Cancel = append(c.Cancel, d.Cancel...)
	c.Files = append(c.Files, d.Files...)
	c.Delegations = append(c.Delegations, d.Delegations...)
	c.Codes = append(c.Codes, d.Codes...)
	c.Opened = append(c.Opened, d.Opened...)
	c.OptOuts = append(c.OptOuts, d.OptOuts...)
	c.Merged = append(c.Merged, d.Merged...)
	c.Audit = append(c.Audit, d.Audit...)
	if d.Reply != nil {
		c.Reply = d.Reply
	}
}

// Empty says that nothing would be written but the event key.
func (c Change) Empty() bool {
	return len(c.Marks)+len(c.Void)+len(c.Leaves)+len(c.Rolls)+len(c.Cases)+len(c.Applications)+len(c.Cards)+len(c.Notices)+
		len(c.Timers)+len(c.Cancel)+len(c.Files)+len(c.Delegations)+len(c.Codes)+
		len(c.Opened)+len(c.OptOuts)+len(c.Merged)+len(c.Audit) == 0
}

// Timer kinds.
const (
	TimerSession  = "session"  // the roll call of a session closes, for the whole school
	TimerRemind   = "remind"   // classes still missing some time after the close
	TimerCase     = "case"     // a stage of a case opens, falls due or a deadline passes
	TimerParents  = "parents"  // the grace for a guardian's notice is over
	TimerLeave    = "leave"    // a granted leave has run out
	TimerDigest   = "digest"   // the daily digest
	TimerAck      = "ack"      // a notice that must be acknowledged was not
	TimerHandover = "handover" // a delegation ends
	TimerApply    = "apply"    // a step of an application falls due, or its effect begins or ends
	TimerCalls    = "calls"    // the list of families a class teacher has to call
	TimerBegin    = "begin"    // a recurring duty or a day of the calendar begins
	TimerFact     = "fact"     // something that happened elsewhere concerns this child or matter
	TimerCalendar = "calendar" // every morning: does the calendar still know what is coming
)

// Timer is a moment at which something must be looked at again. Timers are
// rows: a restart loses nothing, and one index finds what is due.
type Timer struct {
	School  string
	Key     string // unique per school; setting it again moves it
	Kind    string
	DueAt   time.Time
	Student string // for kinds about one child
	Case    string
	Slot    Slot
	Ref     string            // card id, person id, duty, event …, by kind
	Fields  map[string]string // of a fact
	Attempt int               // how often it has fired in vain
	Failure string            // why it was set aside; "" while it is not, or its worker died
	Claim   string            // token of the worker that holds it; filled by the store
}

// FiringKey names one firing of the timer: the event key of what it causes.
func (t Timer) FiringKey() string {
	return fmt.Sprintf("timer:%s@%d", t.Key, t.DueAt.UnixMilli())
}
