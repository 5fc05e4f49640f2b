package bot

import (
	"errors"
	"strings"
	"time"

	"guixiao/rules/school"
)

func isDuplicate(err error) bool { return errors.Is(err, school.ErrDuplicate) }
func isConflict(err error) bool  { return errors.Is(err, school.ErrConflict) }
func isNotFound(err error) bool  { return errors.Is(err, school.ErrNotFound) }

// safeReason is what may stand in a log or beside a parked row: errors of the
// store and of platforms are already free of names and secrets, so only the
// length is bounded.
func safeReason(err error) string {
	const most = 300
	text := err.Error()
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") // a cut sign is refused by databases
	}
	return text
}

// backoff is how long the n-th failed attempt (from 1) waits for the next.
func backoff(attempt int) time.Duration {
	const longest = 10 * time.Minute
	d := time.Second << min(max(attempt, 1), 10)
	return min(d, longest)
}
