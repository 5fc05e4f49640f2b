package handlers

import (
	"context"
	"encoding/json"
	"time"

	"guixiao/rules/school"
)

// Demo is the running demonstration as the pages and the demo API need it: the
// real engine with the sandbox platform and a clock that can be moved. Every
// call that acts returns when its immediate effects have happened. Wrong input
// (an unknown person, student, card or case) is a school.CodeInvalid or
// school.CodeNotFound error; a refused act is a Reply with OK false, not an error.
type Demo interface {
	// School is the school as it is now.
	School() *school.School
	// People lists everybody who has a feed: staff, guardians, students.
	People() []DemoPerson

	// Say is a message from a person; id is the one given, or a new one.
	Say(ctx context.Context, m DemoSay) (id string, err error)
	Event(ctx context.Context, e DemoEvent) (school.Reply, error)
	Press(ctx context.Context, p DemoPress) (school.Reply, error)

	// Feed returns the person's ITEMs (design 3.6) after n, oldest first, as
	// the sandbox wrote them.
	Feed(person string, after int) ([]json.RawMessage, error)
	// Follow returns a channel that receives whenever any feed has grown;
	// stop ends it. Wake-ups may be merged.
	Follow() (more <-chan struct{}, stop func())

	Now() time.Time
	// MoveTo moves the clock, never back (school.ErrInvalid), firing every
	// timer on the way in order, and returns when all is settled.
	MoveTo(ctx context.Context, m DemoMove) (time.Time, error)

	// Cases of a student, newest first; all of the school for "".
	Cases(ctx context.Context, student string) ([]school.Case, error)
	Requests(ctx context.Context, student string) ([]DemoRequest, error)
	// Documents that belong to no case; "" means every stage or period.
	Documents(ctx context.Context, stage, period string) ([]school.Document, error)
	// Audit reads the book of one case; ok says that the chain holds.
	Audit(ctx context.Context, caseID string) (ok bool, lines []school.Line, err error)

	// Schools lists what can be shown; Show shows another one from its beginning.
	Schools() []DemoSchool
	Show(ctx context.Context, school string) error

	// Reset makes the school as it was; Restart stops and starts the engine on the same data.
	Reset(ctx context.Context) error
	Restart(ctx context.Context) error
}

// DemoSchool is a school the demonstration can show.
type DemoSchool struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Level  string `json:"level"`
	Folder string `json:"folder"` // what to write behind --school
	Shown  bool   `json:"shown"`
}

// DemoPerson is one person of the demo school.
type DemoPerson struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Kind     string     `json:"kind"` // school.KindStaff, KindGuardian, KindStudent
	Posts    []DemoPost `json:"posts"`
	Class    string     `json:"class"`    // of a student; of staff: the class they lead, else ""
	Children []string   `json:"children"` // of a guardian
}

// DemoPost is one post for one scope.
type DemoPost struct {
	Post  string `json:"post"`
	Scope string `json:"scope"`
}

// DemoSay is a message from a person.
type DemoSay struct {
	ID           string // key of the delivery; a repeat is a redelivery; "" = a new one
	Person       string
	Text         string
	Conversation string // "direct" or "group:703"
	Attachments  []school.Attachment
	Answering    string // card this message answers, or ""
}

// DemoEvent is a fact that the console's forms record.
type DemoEvent struct {
	Person      string
	Event       string
	Student     string
	Fields      map[string]string // lists are joined with 、; a file is "file:0", index into Attachments
	Attachments []school.Attachment
}

// DemoPress is a press of a card's button.
type DemoPress struct {
	Person      string
	Card        string
	Button      string
	Inputs      map[string]string // as DemoEvent.Fields
	Attachments []school.Attachment
}

// DemoMove says how far to move the clock.
type DemoMove struct {
	To time.Time
	// RollAsBefore lets the class teachers take the roll shortly before each
	// close on the way; children who are still away stay 未到校.
	RollAsBefore bool
}

// DemoRequest is one application (申请).
type DemoRequest struct {
	ID        string
	Kind      string // leave, suspend, withdraw, resume …
	State     string // open, approved, rejected, withdrawn
	Student   string
	From, To  string // sessions of a leave, days of other applications; "" = not said
	Steps     []DemoStep
	Sheet     map[string]any
	Documents []school.Document
}

// DemoStep is one step of an application.
type DemoStep struct {
	Post  string
	Who   string
	State string
	At    time.Time // zero while it waits
	Note  string
}
