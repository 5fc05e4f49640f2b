package rules

import (
	"guixiao/rules/school"

	"github.com/expr-lang/expr/vm"
)

// Policy is one regime: what opens a case, the ladder of stages, who must do
// what by when, who is told. It is read from one YAML file (vocabulary of
// docs/policies.md), compiled once and never changed.
type Policy struct {
	ID        string   // S23
	Title     string   // 贺疃中学防止学生流失报告制度
	Source    string   // where the text stands
	Levels    []string // levels of school it is written for
	Version   string   // S23@ + 8 hex digits over the file and the settings
	Text      []byte   // the file as read; running cases are decided by the text they began with
	Params    []Param  // in file order, with the value in force
	Clock     AbsenceClock
	Rollcall  Rollcall
	Stages    []Stage
	Recurring []Duty
	Flows     []Flow
	Guards    []Guard
	Intake    []Intake
	Leave     LeaveRule
	Closing   Closing
	Alerts    []Alert
	Gaps      []string // what the text leaves open, in Chinese, for whoever switches it on

	file document // what it was read from; With builds the policy anew
}

// orNone lets a school without a regime keep its attendance, chase its roll
// calls and tell its families.
func (p *Policy) orNone() *Policy {
	if p == nil {
		return &Policy{}
	}
	return p
}

// Notify words.
const (
	NotifyOnOpen   = "open"
	NotifyOnAnswer = "answer-or-deadline"
)

// Words that say of whom a stage or duty is asked one by one. Without one a
// stage is about the child of the case and asked once.
const (
	PerLostStudent = "lost-student" // owed for every child that was entered as lost
	PerPerson      = "person"       // each holder of its posts
	PerClass       = "class"        // a matter of the school, asked of every class
	PerGrade       = "grade"        // … of every 年级
	PerSection     = "section"      // … of every 学段 (学部)
	PerStudent     = "student"      // … of every student
	PerSchool      = "school"       // … asked once
)

// Words a Span may end at instead of a clock time.
const (
	UntilHalfDayEnd = "end-of-same-half-day"
	UntilWeekEnd    = "last-school-day-of-week"
	UntilMonthEnd   = "last-school-day-of-month"
	UntilQuarterEnd = "last-school-day-of-quarter"
	UntilTermEnd    = "last-school-day-of-term"
)

// Param is one setting of a policy: a value from the text, a blank to fill,
// or an assumption of ours that is shown as such.
type Param struct {
	Name         string
	Type         string // length, text, flag, number, share, list, mapping
	Unit         string // default unit of a length, for a bare number
	Before       string // the date a length counts back from, whatever the school sets
	After        string // … or forwards from
	Value        any    // Span, string, bool, int, float64 (share: 0.1 is 10%), []any, map[string]any; nil = blank
	Alternatives []any
	Origin       string // seed, blank, damaged, ambiguous, seed-unquantified, missing, assumed
	MustBeSet    bool
	Note         string
	Set          bool // the school has set it itself
}

// Span is a time a policy writes: a length of school time, or a clock time.
type Span struct {
	Length school.Length
	Before string // of a deadline: name of the date it counts backwards from, "planned-leave-date"
	Until  string // "18:00": that time of the day it starts (18:00 rule of 及时: opened after 16:00 → 12:00 next school day); "end-of-same-half-day"; "last-school-day-of-term", "…-of-month", "…-of-quarter"

	// AfterDate counts forwards from a date instead of the opening: 5 school-day after term-end.
	AfterDate string
	// On is a date: the day a report is due at 18:00.
	On school.Day
	// SameDay keeps an Until on the day it starts, school or no school.
	SameDay bool
	// Weekday of a teaching week: 2 is Tuesday of week Length.N; Strict ends
	// the day before (“星期二前”).
	Weekday int
	Strict  bool

	// Consecutive belongs to a rule like S23 day_is: half-days that make a day
	// of absence may stand on different days as long as they follow each other.
	Consecutive bool
}

// AbsenceClock says how absence is counted.
type AbsenceClock struct {
	Counts         string   // "absence" or "unexcused-absence"; granted leave never counts either way
	DayHalfDays    int      // half-days that make one 天 of absence; 2
	Consecutive    bool     // any two half-days in a row make a day (S23 day_is); false: only both of one day
	FirstDayCounts bool     // the first absent day is day 1 (S02)
	StopOn         []string // returned, leave-approved, status-change-approved
}

// Rollcall is the duty to take the roll.
type Rollcall struct {
	By        string        // 班主任
	ListTo    string        // office that gets the list of classes not reported; "" = none
	ListAfter school.Length // after the close; zero: at the close
	Source    []string
}

// Stage is one rung of the ladder.
type Stage struct {
	ID       string
	Title    string   // what people read on the card; default Do
	From     string   // event counted from: first-missed-half-day, absence-day-1, an event of 4.2a, <stage>-done, <stage>-overdue, <stage>-contact-failed-or-overdue, every <stage>-…-or-… form
	Starts   []string // the single events From stands for: "a-overdue-or-done" is a-overdue and a-done
	When     string   // expr condition over the case; "" = always
	After    Span     // from From until it opens; zero: at once
	Due      Span     // from opening until overdue; zero: none
	Deadline Span     // last moment counted from From; used instead of Due
	By       []string // roles, in the words of the regime
	Do       string   // Chinese: what must be done
	Require  []Require
	Reuse    []string          // requirements that an answer given before the stage opened also satisfies
	Fills    map[string]string // requirement ← answer of this stage that also answers it, e.g. reason ← visit-record
	Raises   []Raise
	Notify   []string // roles
	NotifyOn string   // "answer-or-deadline" (default) or "open"
	Outside  []string // bodies outside the chat
	Document string   // kind of document drawn up when it opens or is answered; "" = none
	Drafted  bool     // the document is drafted at opening (else at closing)
	Optional bool
	Per      string
	Urgent   bool
	Again    bool     // once answered it is asked again, without a deadline, as long as its ground lasts
	Fresh    bool     // not answered by whoever answered an earlier stage of the case
	InOrder  bool     // the answers may come one by one, each only after those before it
	NotAfter Span     // a second last moment, counted from the term; the earlier one wins
	AckSoon  Span     // who is told must acknowledge within this time
	NeedsAll string   // stage that must be done for every child concerned before this one can be
	Source   []string // clauses: S23-10

	Report *Duty // the recurring duty this stage is; its answers are gathered into one report

	when *vm.Program // When, compiled; nil = always
}

// OfSchool says that the stage is a matter of the school, not of one child.
func (s Stage) OfSchool() bool {
	switch s.Per {
	case PerClass, PerGrade, PerSection, PerStudent, PerSchool:
		return true
	}
	return false
}

// Require is one answer without which a stage's card cannot be closed.
type Require struct {
	Name    string // stable id, the input key on cards
	Label   string // Chinese
	Type    string // text, choice, date, number, file, people
	Options []string
	Known   string // fact of the case that answers it by itself: student, session

	Optional bool              // asked on the card, may stay empty
	If       map[string]string // required only when these other answers are so
	When     string            // "compulsory": only asked in the compulsory years
	Of       []string          // people: one of them must hold one of these posts
}

// Raise makes an answer an event: an answer to Require equal to Is (or any
// answer when Is is "") records Event.
type Raise struct {
	Require string
	Is      string
	Event   string
}

// Duty is a recurring duty: what somebody owes the school every so often. A
// `per: lost-student` duty runs as a stage of the child's case, every other as
// a matter of the school, one for each period.
type Duty struct {
	ID        string
	Every     string // day, week, month, quarter, term, school-year, summer-holiday
	From      string // event that begins it instead of a period: section-month-done
	Open      Span   // how long before Due it opens, or when; zero: our default
	Due       Span
	By        []string
	To        []string // who gets the report that is put together of the answers
	Do        string
	Document  string
	NilReturn bool     // an empty report must be handed in as well
	Per       string   // asked of every class, grade …; "" = by whom it is asked
	Lists     []string // what the program puts together for the report: ListCases …
	Require   []Require
	Raises    []Raise
	Outside   []string
	Enabled   bool
	Source    []string
}

// Lists a report can hold.
const (
	ListCases     = "cases"      // children with a case in the period
	ListOpen      = "open-cases" // cases that are open now
	ListLost      = "lost"       // children entered as lost or dropped out in the period
	ListLate      = "late"       // what was late or is missing in the period
	ListAnonymous = "anonymous"  // how many children by reason, without a name, small groups hidden
	ListVisits    = "visits"     // how often each teacher took part in a visit in the period
	ListWorksheet = "worksheet"  // the reward and deduction each class would have: a draft, never a payment
	ListRate      = "rate"       // children lost, children on the roll, and the rate, by 学段 and class
)

// Alert looks at all children whenever one of its events happens: a rate over
// a limit, or too many in too short a time.
type Alert struct {
	ID      string
	On      []string // events of a child's case
	Limit   float64  // share of the children on the roll that is too many; 0: not by share
	Count   int      // how many are too many; 0: not by number
	Within  int      // days back, of Count
	Of      string   // "class": counted in the child's class, else in the school
	Raises  string   // event recorded on the child's case
	Notify  []string
	Do      string
	Require []Require
	Source  []string
}

// Guard makes a request impossible.
type Guard struct {
	Block  string            // withdrawal, refuse-student, …
	Unless map[string]string // ground: loss-of-ability-to-study, proof: attached
	Say    string            // Chinese sentence with the article
	Notify []string          // who hears that somebody tried
	Source []string
}

// Intake routes what somebody reports.
type Intake struct {
	ID      string
	By      []string
	Trigger string
	To      []string
	Due     Span
	Source  []string
}

// LeaveRule says who grants leave.
type LeaveRule struct {
	Kinds     []string
	GrantedBy string
	Source    []string
}

// Closing says when a case may close after the child is back.
type Closing struct {
	Require []string // answers that must be known, e.g. reason
	Source  []string
}
