package school

import "time"

// CaseState is axis C: where one episode of one child stands.
type CaseState string

const (
	CaseIsOpen   CaseState = "open"
	CaseWatching CaseState = "watching" // the child is back, something is still owed or watched
	CaseIsClosed CaseState = "closed"
)

// Case is one episode of one child (一人一案). It is read, decided on and
// written as a whole; the version of the child's Sheet guards it.
type Case struct {
	ID        string
	Student   string
	Class     string // the class at the time the case opened
	Policy    string // policy id, S23
	Version   string // version of the policy and its settings this case follows
	Root      string // what a matter of the school began with: a recurring duty or a day of the calendar; "" for a case of a child
	Period    string // the period a matter is about: 2026-03, 2026-Q1, a term, a day
	State     CaseState
	Level     int // how many rungs of the ladder have opened
	OpenedAt  time.Time
	ClosedAt  time.Time // zero while open
	Reason    string    // the reason as last told; "" = not known
	Away      bool      // an absence run is on
	Missed    []Missed  // counted half-days of the present run, oldest first
	Events    []Happening
	Stages    []Stage
	Answers   map[string]Answer // latest answer by require name
	Awaited   []string          // children whose cases a matter waits for
	Told      []string          // people who were alarmed and must hear the all-clear
	Lists     []List            // what the program has put together for the report of a matter
	Documents []Document
	Filings   []Filing
	History   []Entry
}

// Sheet is the key of the sheet that guards the case: the child's, or for a
// matter of the school its own.
func (c Case) Sheet() string {
	if c.Student != "" {
		return c.Student
	}
	return c.ID
}

// List is a table of lines under a heading.
type List struct {
	Title string
	Rows  []Field
}

// Missed is one counted half-day.
type Missed struct {
	Slot Slot
	At   time.Time // when it counted: the close of the roll call or the later report
}

// Happening is a fact a policy can count from (seed-systems 4.2a), such as
// dropout-sign-recorded.
type Happening struct {
	Event  string
	At     time.Time
	By     string
	Fields map[string]string
}

// Stage is one rung of the ladder that has opened.
type Stage struct {
	ID       string
	Of       string // the part it is asked of: a class, a grade, a person; "" when it is asked once
	OpenedAt time.Time
	Due      time.Time // zero: no deadline
	ClosedAt time.Time // zero while open
	Run      bool      // it stands on the present absence and ends with it
	Skipped  bool      // closed because the child came back or leave was granted
	Overdue  bool
	Answers  map[string]string
	Role     string   // who it was asked of, as the policy says it
	People   []string // who that was when it opened
	Told     []string // who else heard of it; they hear corrections as well
	Card     string   // card id
}

// Open says whether the stage still waits for its answers.
func (s Stage) Open() bool { return s.ClosedAt.IsZero() }

// Answer is one answered requirement.
type Answer struct {
	Value string
	By    string
	At    time.Time
	Stage string
}

// Document is a paper that was drawn up for the case or handed in.
type Document struct {
	ID    string
	Kind  string // 防流控辍书面材料, 家访记录 …
	Title string
	State string // draft, final
	Stage string
	Name  string // file name
	Type  string // media type
	Case  string `json:"-"` // where a paper without a file is drawn from; filled where papers of several cases are listed
	At    time.Time
	By    string
}

// Filing is something sent to a body outside the chat.
type Filing struct {
	Body     string
	Document string
	Who      string
	At       time.Time
}

// Entry is one line of the case's timeline; every line says why.
type Entry struct {
	At   time.Time
	What string
	Who  string // person id, "" for the clock
	Why  string
}

// StageNamed finds the newest instance of a stage.
func (c *Case) StageNamed(id string) *Stage {
	for i := len(c.Stages) - 1; i >= 0; i-- {
		if c.Stages[i].ID == id {
			return &c.Stages[i]
		}
	}
	return nil
}

// Happened finds the newest happening of that name.
func (c *Case) Happened(event string) (Happening, bool) {
	for i := len(c.Events) - 1; i >= 0; i-- {
		if c.Events[i].Event == event {
			return c.Events[i], true
		}
	}
	return Happening{}, false
}

// Sheet is everything that moves about one child, read in one go and guarded
// by one version: marks, leave, the case and its cards can only change together.
// A matter of the school has a sheet of its own, with nothing but a case and cards.
type Sheet struct {
	Student string  // the child, or the id of the matter
	Version int64   // 0: nothing was ever written about this child
	Marks   []Mark  // of the last 60 days, ordered by slot
	Leaves  []Leave // not ended, and those ended in the last 60 days
	Case    *Case   // open or watching; nil otherwise

	Applications []Application // not over, and those over in the last 60 days; oldest first
	Cards        []Card        // open cards about this child alone
	Missed       int           // counted half-days since the term began
}

// MarkAt finds the mark in force in a slot.
func (s Sheet) MarkAt(slot Slot) (Mark, bool) {
	for _, m := range s.Marks {
		if m.Slot == slot {
			return m, true
		}
	}
	return Mark{}, false
}
