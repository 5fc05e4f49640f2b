package school

import "time"

// Kinds of application (C13), as `guixiao parse` writes them.
const (
	ApplyLeave       = "leave"        // 请假
	ApplySuspend     = "suspend"      // 停课
	ApplyWithdraw    = "withdraw"     // 休学
	ApplyResume      = "resume"       // 复学, 复课
	ApplyTransferOut = "transfer_out" // 转出
	ApplyTransferIn  = "transfer_in"  // 转入
	ApplyDefer       = "defer"        // 缓学, 延缓入学
	ApplyExempt      = "exempt"       // 免学, on legal ground
	ApplyAbroad      = "abroad"       // 出国
	ApplyQuit        = "withdrawal"   // 退学, where the level allows it
	ApplyRefund      = "refund"       // 退费
	ApplyRegime      = "regime"       // 制度: an institution makes its own rules
	ApplyAid         = "aid"          // 困难资助 (C29)
)

// ApplicationState is where an application stands (design 3.6).
type ApplicationState string

const (
	ApplicationOpen      ApplicationState = "open"
	ApplicationApproved  ApplicationState = "approved"
	ApplicationRejected  ApplicationState = "rejected"
	ApplicationWithdrawn ApplicationState = "withdrawn"
)

// Application is one request about one child on its way through the posts
// that decide it. Like a case it is read, decided on and written as a whole,
// guarded by the version of the child's Sheet.
type Application struct {
	ID        string
	Student   string
	Class     string // the class, or the course of an institution, it is about
	Kind      string
	Flow      string // id of the policy's flow it follows
	Version   string // policy version it began under; it keeps that one
	State     ApplicationState
	AskedBy   string // person id
	AskedAt   time.Time
	From, To  Day               // first and last day it is for; "" = not said or without end
	Answers   map[string]string // what was told, by require name: reason, ground, planned-leave-date …
	Steps     []Step
	Sheet     *Settlement // money of a suspension or refund; nil when none is concerned
	Documents []Document
	Filings   []Filing
	History   []Entry
	ClosedAt  time.Time // decided or withdrawn; zero while open
	Over      time.Time // nothing is left to watch: returned, confirmed, paid; zero while something is
}

// Waiting says that nobody has decided yet.
func (a Application) Waiting() bool { return a.State == ApplicationOpen }

// States of a Step.
const (
	StepWaits    = "waits"    // its turn has not come
	StepOpen     = "open"     // with its people
	StepDone     = "done"     // checked, approved, reported
	StepRejected = "rejected" //
	StepReturned = "returned" // back with the applicant for more facts
	StepSkipped  = "skipped"  // not needed for this application, or ended with it
)

// Step is one station of an application.
type Step struct {
	ID       string // apply, check, approve, report, decide …: also the stage on its card
	Post     string // as the policy says it
	People   []string
	Everyone bool // 会签: all must agree; otherwise the first answer counts (或签)
	State    string
	OpenedAt time.Time
	Due      time.Time // zero: no time limit
	ClosedAt time.Time
	Overdue  bool
	Card     string
	Answers  map[string]string
	Votes    []Vote
	Urged    time.Time // when the applicant last asked to hurry (催办)

	Family string    // card the family holds of this step; "" = it is asked and told nothing
	Told   time.Time // when the family was asked or told; zero: not yet
	Called time.Time // when somebody was asked to call, because the family was silent
}

// Vote is one person's answer to a step.
type Vote struct {
	By      string
	Verdict string // approve, reject, return, hand-over (转办), add (加签)
	Note    string // the reason
	At      time.Time
}

// Settlement is what a pause or an exit means in money and lessons. Amounts
// are decimal strings in yuan with two places, rounded half up; the bot
// computes and records, it never pays (seed-systems 5.4).
type Settlement struct {
	Contract  string `json:"contract,omitempty"`
	Paid      string `json:"paid"`
	Lessons   int    `json:"lessons"`         // bought
	Used      int    `json:"used"`            // taken
	Remaining int    `json:"remaining"`       // lessons − used
	Amount    string `json:"amount"`          // paid × remaining ÷ lessons − costs
	Costs     string `json:"costs,omitempty"` // agreed, listed costs taken off a refund
	Treatment string `json:"treatment"`       // refund, retain, freeze
	Class     string `json:"class"`           // short, long
	Until     Day    `json:"until"`           // payout, validity or longest freeze, by treatment; "" = until 复课

	ComputedAt  time.Time `json:"computed_at,omitzero"`   // the date of request is what counts
	ConfirmedBy string    `json:"confirmed_by,omitempty"` // person id of who confirmed it; "" = nobody yet
	Released    Day       `json:"released,omitempty"`     // when a frozen balance was released by 复课
}
