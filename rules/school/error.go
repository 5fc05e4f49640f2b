package school

import (
	"errors"
	"fmt"
)

// Code is the closed list of ways in which something can fail. Edges turn it
// into an HTTP status, an exit code or a retry.
type Code string

const (
	CodeInvalid   Code = "invalid"   // the input is wrong; nothing was changed
	CodeNotFound  Code = "not-found" // no such thing
	CodeForbidden Code = "forbidden" // this person may not do this
	CodeRefused   Code = "refused"   // a rule or the law says no; the sentence says which
	CodeConflict  Code = "conflict"  // somebody else was faster: read again and decide again
	CodeDuplicate Code = "duplicate" // this event was applied before: done
	CodeInternal  Code = "internal"  // a fault of ours or of the machine
)

// Error is an error with a sentence that may be shown to people. It never
// holds secrets or anything about a child beyond what the reader typed.
type Error struct {
	Code Code
	Text string // Chinese, complete, says what to do

	Field string // of a file that is wrong: holidays[1].from; "" when it is about no field
}

func (e *Error) Error() string { return e.Text }

// In is the same error about a field of a file.
func (e *Error) In(field string, args ...any) *Error {
	located := *e
	located.Field = fmt.Sprintf(field, args...)
	return &located
}

// Is lets errors.Is(err, ErrConflict) match by code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Text == ""
}

// Sentinels for errors.Is; they match every Error of their code.
var (
	ErrInvalid   = &Error{Code: CodeInvalid}
	ErrNotFound  = &Error{Code: CodeNotFound}
	ErrForbidden = &Error{Code: CodeForbidden}
	ErrRefused   = &Error{Code: CodeRefused}
	ErrConflict  = &Error{Code: CodeConflict}
	ErrDuplicate = &Error{Code: CodeDuplicate}
)

// Invalid builds an error about wrong input.
func Invalid(format string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Text: fmt.Sprintf(format, args...)}
}

// Refused builds a refusal; text is the whole sentence the person reads.
func Refused(text string) *Error { return &Error{Code: CodeRefused, Text: text} }

// Forbidden builds the refusal of an act this person may not do.
func Forbidden(text string) *Error { return &Error{Code: CodeForbidden, Text: text} }

// NotFound builds the error for a missing thing.
func NotFound(format string, args ...any) *Error {
	return &Error{Code: CodeNotFound, Text: fmt.Sprintf(format, args...)}
}

// Said returns the sentence for people if err carries one.
func Said(err error) (string, bool) {
	var e *Error
	if errors.As(err, &e) && e.Text != "" && e.Code != CodeInternal {
		return e.Text, true
	}
	return "", false
}
