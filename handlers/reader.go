package handlers

import (
	"context"
	"time"

	"guixiao/rules/school"
)

// Reader is what the console reads; the store is one. Nothing here writes.
type Reader interface {
	Books
	// Rolls are the roll calls of a slot, by class.
	Rolls(ctx context.Context, schoolID string, slot school.Slot) (map[string]school.Roll, error)
	// MarksAt are the marks in force in a slot, of the whole school.
	MarksAt(ctx context.Context, schoolID string, slot school.Slot) ([]school.Mark, error)
	// Sheets are what moves about these students.
	Sheets(ctx context.Context, schoolID string, students []string, now time.Time) (map[string]school.Sheet, error)
	// OpenCases are the open and watching cases of a school.
	OpenCases(ctx context.Context, schoolID string) ([]school.Case, error)
	// Case reads one case.
	Case(ctx context.Context, schoolID, id string) (school.Case, error)
	// NoticesAbout are the notices written about a case, oldest first.
	NoticesAbout(ctx context.Context, schoolID, caseID string) ([]school.Notice, error)
	// Application reads one application.
	Application(ctx context.Context, schoolID, id string) (school.Application, error)
	// Card reads one card, OpenCards the open ones a person holds, newest first.
	Card(ctx context.Context, schoolID, id string) (school.Card, error)
	OpenCards(ctx context.Context, schoolID, person string) ([]school.Card, error)
	// Delegations are those in force.
	Delegations(ctx context.Context, schoolID string, now time.Time) ([]school.Delegation, error)
	// FilesOf lists what was handed in about a student, newest first, without
	// the content.
	FilesOf(ctx context.Context, schoolID, student string) ([]school.File, error)
	// Link finds what the token of a page without sign-in leads to; ErrNotFound.
	Link(ctx context.Context, token string) (school.Link, error)
	// Reply reads what became of a delivery; false while it is not decided.
	Reply(ctx context.Context, key string) (school.Reply, bool, error)
	// Sendings are what became of the messages to some guardians, oldest first.
	Sendings(ctx context.Context, schoolID string, guardians []string, since time.Time) ([]school.Sending, error)
	// File reads stored content.
	File(ctx context.Context, schoolID, id string) (school.File, error)
}
