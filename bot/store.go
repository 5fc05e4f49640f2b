package bot

import (
	"context"
	"time"

	"guixiao/rules/school"
)

// Store is what the bot needs from the database; *storage.DB satisfies it.
// now is always the bot's own clock.
type Store interface {
	// Receive writes deliveries to the inbox and returns when they are
	// durable. Calls that come together share one transaction. A delivery
	// whose key is known is dropped silently. Those that were new are claimed
	// for the caller until now+lease and returned, in order, with Claim set.
	Receive(ctx context.Context, now time.Time, lease time.Duration, ds []school.Delivery) ([]school.Delivery, error)
	// ClaimInbox takes up to limit deliveries that nobody works on, oldest
	// first and only the oldest of each lane; Attempt counts the claims.
	ClaimInbox(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]school.Delivery, error)
	// RetryInbox gives a delivery back until at; ParkInbox sets it aside with
	// the error for the administrator. Both do nothing if the claim is lost.
	RetryInbox(ctx context.Context, d school.Delivery, at time.Time, reason string) error
	ParkInbox(ctx context.Context, d school.Delivery, now time.Time, reason string) error

	// Sheets reads what moves about these students, each as of one moment.
	Sheets(ctx context.Context, schoolID string, students []string, now time.Time) (map[string]school.Sheet, error)
	// Rolls reads the roll calls of a slot, by class.
	Rolls(ctx context.Context, schoolID string, slot school.Slot) (map[string]school.Roll, error)
	// RollsOf reads the roll calls of some classes in a slot, by class.
	RollsOf(ctx context.Context, schoolID string, slot school.Slot, classes ...string) (map[string]school.Roll, error)
	// MarksAt lists the marks in force in a slot, of the whole school.
	MarksAt(ctx context.Context, schoolID string, slot school.Slot) ([]school.Mark, error)
	// OpenCases lists open and watching cases of a school.
	OpenCases(ctx context.Context, schoolID string) ([]school.Case, error)
	// ApplicationsOf lists the applications about a student, newest first; of
	// the whole school when student is "".
	ApplicationsOf(ctx context.Context, schoolID, student string) ([]school.Application, error)
	// CasesSince lists the children's cases and the matters of a school that
	// are open or were opened since a moment.
	CasesSince(ctx context.Context, schoolID string, since time.Time) ([]school.Case, error)
	// RunningApplications lists the applications of a school that are not over.
	RunningApplications(ctx context.Context, schoolID string) ([]school.Application, error)
	// Card reads one card; ErrNotFound.
	Card(ctx context.Context, schoolID, id string) (school.Card, error)
	// OpenCards lists the open cards a person holds, newest first.
	OpenCards(ctx context.Context, schoolID, person string) ([]school.Card, error)
	// Delegations in force at now.
	Delegations(ctx context.Context, schoolID string, now time.Time) ([]school.Delegation, error)
	// PolicyText reads a policy version stored by SavePolicy; ErrNotFound.
	PolicyText(ctx context.Context, version string) (school.PolicyText, error)
	SavePolicy(ctx context.Context, p school.PolicyText) error

	// Apply writes a change whole, once: ErrDuplicate when its key was
	// applied before (its Inbox delivery is finished all the same),
	// ErrConflict when a sheet has moved.
	Apply(ctx context.Context, c school.Change) error

	// ClaimTimers takes up to limit timers due at now, earliest first. A
	// timer is gone once a Change whose Key is its FiringKey is applied.
	ClaimTimers(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]school.Timer, error)
	// TimersSet says which of these timers are set.
	TimersSet(ctx context.Context, schoolID string, keys ...string) (map[string]bool, error)
	// RetryTimer gives a timer back until at; ParkTimer sets it aside for the
	// administrator, beside whatever is set under its key from then on. Both
	// do nothing if the claim is lost.
	RetryTimer(ctx context.Context, t school.Timer, at time.Time) error
	ParkTimer(ctx context.Context, t school.Timer, now time.Time, reason string) error

	// ClaimNotices takes up to limit notices due at now: abandoned ones first,
	// then oldest first, never two workers in one lane, never past a waiting
	// older notice of the same lane.
	ClaimNotices(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]school.Outgoing, error)
	// Holds says whether the claim is still ours, just before sending.
	Holds(ctx context.Context, o school.Outgoing, now time.Time) (bool, error)
	// KeepBody stores the rendered bytes before the first attempt.
	KeepBody(ctx context.Context, o school.Outgoing) error
	// Finish records the outcome: sent (Receipt), again at Retry, or parked.
	// change, if not nil, is what the outcome causes, applied in the same
	// transaction. It does nothing and returns ErrConflict when the claim is lost.
	Finish(ctx context.Context, o school.Outgoing, out school.Outcome, change *school.Change) error
	// Receipts lists what is known to reach the sent notice with this key:
	// codes of later presses on its card by the same person, newest first,
	// then the receipt of the send itself. A code is listed until UseCode.
	Receipts(ctx context.Context, schoolID, noticeKey string) ([]school.Receipt, error)

	// UseCode strikes a single-use code from the list.
	UseCode(ctx context.Context, schoolID, code string) error
	// Reply reads the outcome kept with a delivery; false while there is none.
	Reply(ctx context.Context, key string) (school.Reply, bool, error)
	// File reads stored content; ErrNotFound.
	File(ctx context.Context, schoolID, id string) (school.File, error)
	// FilesOf lists what was handed in or drawn up about a student, newest
	// first, without the content.
	FilesOf(ctx context.Context, schoolID, student string) ([]school.File, error)

	// Sendings lists what became of the messages to some guardians that were
	// due at since or later, oldest first.
	Sendings(ctx context.Context, schoolID string, guardians []string, since time.Time) ([]school.Sending, error)
	// OptedOut says whether somebody does not want to be written to there.
	OptedOut(ctx context.Context, schoolID string, a school.Address) (bool, error)
	// KeepLink makes the token of a page good; one that is there stays as it is.
	KeepLink(ctx context.Context, l school.Link) error

	// HeldNotices lists what is kept to be said together with others.
	HeldNotices(ctx context.Context, schoolID string) ([]school.Notice, error)
	// AddSpending adds to what accounts have used in a month (2006-01) and
	// gives what all processes have counted by now.
	AddSpending(ctx context.Context, month string, more map[school.Spent]int) (map[school.Spent]int, error)

	// NextDue is the earliest moment at which inbox, timers or outbox have
	// work; false when nothing is planned at all.
	NextDue(ctx context.Context) (time.Time, bool, error)
}
