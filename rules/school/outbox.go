package school

import "time"

// Outgoing is a claimed outbox row: one notice on its way to one address.
type Outgoing struct {
	ID       int64
	Claim    string
	Attempt  int    // counted at the claim: 1 for the first
	Lost     int    // how many workers died holding it: it may have left
	Lane     string // the order of sending it belongs to, as stored
	Notice   Notice
	Platform string // account chosen so far; "" before the first attempt
	Address  Address
	Body     []byte // rendered bytes, the same on every attempt
}

// Outcome of one attempt to send.
type Outcome struct {
	At      time.Time
	Sent    bool
	Receipt Receipt   // when not sent: where it may have arrived all the same
	Retry   time.Time // when not sent: again at this moment; zero: parked
	Reason  string    // without personal data
	Refused string    // account on which this person cannot be reached
	Held    bool      // when neither sent nor again: kept to be said together with others
	Handed  bool      // when parked: somebody else hears instead, nobody has to decide
}

// Sending is what became of a message to a guardian.
type Sending struct {
	Notice   Notice
	State    string
	Platform string    // account it went to, or is to go to; "" while none was chosen
	At       time.Time // when it left, failed or is due
	ReadAt   time.Time // when it was known to be opened; zero: not known
	Reason   string    // why it has not left
	Refused  []string  // accounts that were tried in vain
}

// States of a Sending.
const (
	SendingWaits   = "waits"
	SendingLeft    = "left"
	SendingFailed  = "failed"  // nobody reads it
	SendingDropped = "dropped" // it was not needed any more
)

// ErrClaimLost says that somebody else owns the row by now: what was done
// with it counts no more. It is an ErrConflict; compare with errors.Is to tell
// it from a sheet that has moved.
var ErrClaimLost = &Error{Code: CodeConflict, Text: "这一项已由另一个进程接手"}

// Parked is a delivery, a timer or a notice that was set aside for the
// administrator. It stays until somebody decides about it.
type Parked struct {
	ID       int64
	School   string
	Key      string
	Attempt  int
	Reason   string
	At       time.Time // when it was parked
	Platform string    // account it came by or was to leave by; "" when none was chosen
	Delivery *Delivery // set for what came in
	Timer    *Timer    // set for what should have been looked at again
	Notice   *Notice   // set for what should have gone out
}

// PolicyText is a stored policy version: cases follow the one they began with.
type PolicyText struct {
	Version  string
	Policy   string
	Text     []byte
	Settings []byte // JSON of policy_settings
}

// Spent is one purpose for which a platform counts an account's use.
type Spent struct{ Account, Purpose string }
