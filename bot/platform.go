package bot

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"guixiao/rules/school"
)

// Platform is what every way to reach people must be able to do. Everything
// else is an ability of its own (Receiver, …), discovered by type assertion.
type Platform interface {
	// Name is the account's name, "wecom/main" or "sandbox".
	Name() string
	// Kind is the kind of address it serves: "wecom", "dingtalk", "sandbox".
	Kind() string
	// Render makes the bytes that will go out. It is pure: the same notice
	// and address give the same bytes. They are stored and sent unchanged, so
	// that a repeat can be recognised.
	Render(n school.Notice, to school.Address) ([]byte, error)
	// Deliver sends rendered bytes. A nil error means the platform accepted
	// them for this recipient; every other outcome is a *SendError.
	Deliver(ctx context.Context, d Dispatch) (school.Receipt, error)
}

// Dispatch is one attempt to send one notice.
type Dispatch struct {
	Notice  school.Notice
	To      school.Address
	Body    []byte           // what Render made, byte for byte as on the first attempt
	Earlier []school.Receipt // for update and recall: receipts of the message concerned and codes of presses on it, newest first
	Attempt int              // 1 for the first
}

// Receiver is a platform that is called over HTTP.
type Receiver interface {
	// Receive verifies and decrypts one callback. Nothing has been stored
	// yet: the caller makes the deliveries durable before it writes Answer.
	// A forged request is ErrForged, an unreadable one school.ErrInvalid.
	Receive(r *http.Request, now time.Time) (Callback, error)
}

// Callback is one verified call of a platform.
type Callback struct {
	Deliveries  []school.Delivery // none for a URL check or an event we ignore
	Answer      []byte            // body to answer with 200 once the deliveries are durable
	ContentType string            // of Answer; "" = text/plain
	// Outcome, where a platform shows what a press led to in its answer, makes
	// that answer; the door waits for the worker first, but not for long.
	Outcome func(Pressed) []byte
}

// Pressed is what became of a press by the time the platform wants an answer.
type Pressed struct {
	Known bool // false: still being worked on, nothing to show yet
	Reply school.Reply
	Card  *school.Card // the card as it stands now; nil when there is none
}

// Connector is a platform that is reached over a connection we open ourselves,
// so that a school needs no public address.
type Connector interface {
	// Connect keeps the account connected until ctx ends, whatever breaks in
	// between. Every push goes through accept, which makes its deliveries
	// durable and gives the answer to send back; after an error nothing is
	// acknowledged, so that the platform delivers again. An error before ctx
	// ends says what a person must mend; we try again after a while. nil says
	// that by its settings the account keeps no connection.
	Connect(ctx context.Context, accept func(context.Context, Callback) ([]byte, error)) error
	// Connected says whether pushes would arrive now; true where there is
	// no connection to keep.
	Connected() bool
	// Alone says that a second connection would push the first one out: one
	// process at a time holds it, under a lease.
	Alone() bool
}

// Fetcher is a platform that keeps the files people send until we fetch them.
type Fetcher interface {
	// Fetch downloads one; the id is a short-lived one from a delivery.
	Fetch(ctx context.Context, media string) (school.File, error)
}

// Uploader is a platform that shows files which were handed in before. Where
// it is missing, a file goes out as words and a link.
type Uploader interface {
	// Upload hands in a file that is to be shown to somebody. A file that this
	// platform or this person's client cannot show is a SendNever: its caption
	// goes out with a link instead. Nothing has been shown to anybody yet.
	Upload(ctx context.Context, f school.File, to school.Address) (school.Media, error)
}

// Carrier is a platform that carries only some notices, because each costs
// money or needs a form of its own. It is tried after all others.
type Carrier interface {
	Carries(n school.Notice) bool
}

// Directory is a platform that can list whom it reaches.
type Directory interface {
	// Directory lists everybody the account may see: members as staff, and
	// the guardians of the school's own address book where there is one.
	Directory(ctx context.Context) ([]Listed, error)
}

// Looker is a directory that tells of changes as they happen and can list some
// people alone.
type Looker interface {
	// Look lists those whom an event of the address book named (EventContacts,
	// field "id"); who is gone is left out.
	Look(ctx context.Context, ids ...string) ([]Listed, error)
}

// Followed is a platform whose guardians must follow the school before
// anything reaches them.
type Followed interface {
	// FollowCode is the address of a picture to scan in order to follow.
	FollowCode(ctx context.Context) (string, error)
}

// Listed is one person in a platform's address book.
type Listed struct {
	User     string // the platform's own user id
	Kind     string // school.KindStaff or school.KindGuardian
	Name     string
	Mobile   string // "" where the platform does not show it
	Reached  bool   // messages arrive: active, or following
	Children []ListedChild
}

// ListedChild ties a listed guardian to a child, as the platform writes it.
type ListedChild struct {
	Number   string // 学号, where the address book holds it
	Name     string
	Class    string // the class's name in the address book
	Relation string // 妈妈, 爸爸 …
}

// Budgeted is a platform whose calls are counted per calendar month.
type Budgeted interface {
	// Quota is what the plan allows in a month; 0 = no limit.
	Quota() Quota
}

// Quota is a number of calls for each purpose the platform counts apart.
type Quota struct {
	Calls  int // outgoing API calls
	Pushes int // messages, presses and events pushed to us
}

// Purposes of Quota, as they are counted.
const (
	SpentCall = "call"
	SpentPush = "push"
)

// ErrForged is a callback whose signature, receiver or age is wrong.
var ErrForged = &school.Error{Code: school.CodeForbidden, Text: "签名不符"}

// SignIner is a platform that can say who sits in front of a browser.
type SignIner interface {
	// SignInURL is where to send the browser; it comes back to redirect with
	// ?code=…&state=…. The state holds letters and digits only.
	SignInURL(redirect, state, userAgent string) string
	// SignedIn exchanges the code for the person's address.
	SignedIn(ctx context.Context, code string) (school.Address, error)
}

// Checker is a platform that can be asked whether its settings work
// (`guixiao check --online`). It returns one Chinese line per finding.
type Checker interface {
	Check(ctx context.Context) ([]Finding, error)
}

// Finding is one result of an online check.
type Finding struct {
	OK   bool
	Text string // what was found and, when not OK, where to fix it
}

// Outcome classes of a failed send (wecom.md 9.2).
type SendClass string

const (
	SendRetry     SendClass = "retry"     // busy, time-out, rate: again after After
	SendNever     SendClass = "never"     // the request is wrong: park it
	SendRecipient SendClass = "recipient" // this person cannot be reached here: next address, next guardian
	SendConfig    SendClass = "config"    // settings are wrong: stop the account and tell the administrator
	SendStale     SendClass = "stale"     // the card can no longer be updated: send the state as a fresh message
)

// SendError says why a message was not accepted and what to do next. Its text
// holds no token, secret or name.
type SendError struct {
	Class SendClass
	Code  string        // the platform's error code
	After time.Duration // for SendRetry: not before; 0 = back-off decides
	Text  string        // for the administrator
	// Unsure says that no answer came: the message may have arrived all the
	// same, and who may have read it must hear a correction.
	Unsure bool
	// Anew says that the rendered bytes name something that is gone by now, a
	// file above all: before the next attempt they are made once more.
	Anew bool
}

func (e *SendError) Error() string {
	return fmt.Sprintf("%s（%s %s）", e.Text, e.Class, e.Code)
}
