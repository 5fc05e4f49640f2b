package school

import "time"

// MarkKind is axis A of the three axes: what was seen or granted for one
// child in one session. It is never an enrolment status and never a case.
type MarkKind string

const (
	Absent   MarkKind = "absent"   // 未到校: a fact, reason not known
	Late     MarkKind = "late"     // 迟到: here, after the start
	Early    MarkKind = "early"    // 早退
	Sick     MarkKind = "sick"     // 病假
	Personal MarkKind = "personal" // 事假
	OnLeave  MarkKind = "leave"    // 请假, kind not said
	Official MarkKind = "official" // 公假
	Truant   MarkKind = "truant"   // 旷课: a judgement, after contact with the family
	Present  MarkKind = "present"  // 到校
)

// MarkKinds lists all kinds in the order menus show them.
var MarkKinds = []MarkKind{Absent, Late, Early, Sick, Personal, OnLeave, Official, Truant, Present}

// Missing says that the child is not here and nobody granted it.
func (k MarkKind) Missing() bool { return k == Absent || k == Truant }

// Excused says that the child is away with leave.
func (k MarkKind) Excused() bool {
	return k == Sick || k == Personal || k == OnLeave || k == Official
}

// Here says that the child was seen at school in that session.
func (k MarkKind) Here() bool { return k == Present || k == Late || k == Early }

// Valid says whether k is one of MarkKinds.
func (k MarkKind) Valid() bool {
	for _, m := range MarkKinds {
		if m == k {
			return true
		}
	}
	return false
}

// Mark is what is known of one child in one session. At most one mark per
// child and slot is in force; a newer one replaces it and the audit keeps both.
type Mark struct {
	Student string
	Slot    Slot
	Kind    MarkKind
	Note    string    // the words that came with it; health words are kept from groups
	By      string    // person id
	At      time.Time // when it was said
	Event   string    // key of the delivery that brought it
	Pending bool      // likely but not sure: nothing goes to guardians until confirmed
	Lesson  bool      // told by somebody else than the class's own teacher after the child had been seen: never counts as a half-day
	Counted bool      // the half-day has entered the absence clock
	Told    bool      // a guardian was told of this absence
	Was     *Mark     // what it replaced; in force again when it is taken back
}

// Leave is an absence that was asked for. It excuses nobody before it is
// granted; then it ends by 销假 or by the child being seen.
type Leave struct {
	ID        string
	Student   string
	From, To  Slot // inclusive
	Kind      MarkKind
	Reason    string
	AskedBy   string // person id
	AskedAt   time.Time
	Class     string `json:",omitempty"` // the one course it is for; "" = whatever the child attends
	Follows   string `json:",omitempty"` // id of the application it is the effect of; "" = asked for as a leave
	GrantedBy string // "" while it is only asked for
	GrantedAt time.Time
	EndedBy   string    // key of the event that ended it; taking that report back gives the leave back
	Reminded  time.Time // when an answer was missed; zero: not yet
	RefusedBy string    // person id; "" = not refused
	Refusal   string    // why it was refused
	EndedAt   time.Time // zero while it waits or runs; when it was refused or taken back
}

// Waiting says that nobody has granted or refused the leave yet.
func (l Leave) Waiting() bool { return l.GrantedBy == "" && l.EndedAt.IsZero() }

// Granted says that the leave excuses, as long as it has not ended.
func (l Leave) Granted() bool { return l.GrantedBy != "" }

// Roll is the roll call of one class in one session. No roll means "not
// reported", which is never the same as "all present".
type Roll struct {
	Class    string
	Slot     Slot
	By       string // who reported; "" while nobody has
	At       time.Time
	AllHere  bool // everybody not named otherwise was said to be present
	ClosedAt time.Time
	EndedBy  string // key of the event that ended it; taking that report back gives the leave back
	Reminded time.Time
}

// Reported says whether somebody answered the roll call.
func (r Roll) Reported() bool { return r.By != "" }
