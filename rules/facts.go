// Package rules decides. Every decision is a pure function from what is known
// (Facts) to what changes (school.Change) or a refusal. No clock, no context,
// no database: the same facts give the same change.
package rules

import (
	"time"

	"guixiao/rules/school"
)

// Facts is all a decision about one child may look at.
type Facts struct {
	School      *school.School
	Policy      *Policy       // the version the child's open case follows, else the school's active one
	Now         time.Time     // in the school's zone
	Event       string        // key of what happened; makes ids, keys and the change unique
	By          school.Person // who acts; zero Person: the clock
	Student     school.Student
	Sheet       school.Sheet
	Roll        school.Roll // of the child's class in the slot concerned; zero: not reported
	Delegations []school.Delegation

	Cases   []school.Case        // for a matter of the school: the children's cases of its period, and those open
	Running []school.Application // of a training institution: every application that is not over, of all learners
}

// Report is what somebody said about one child.
type Report struct {
	Marks    []school.MarkRange // all of Facts.Student
	Contacts []school.Contact
	Flags    []string
	Pending  bool   // likely but not sure: recorded, nothing goes to guardians until confirmed
	Text     string // the words, for the file

	Correction bool // it sets an earlier report right: an absence then overrules a leave
}
