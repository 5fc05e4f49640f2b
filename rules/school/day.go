package school

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Day is one calendar date in the school's zone, written 2006-01-02, so that
// days compare and sort as text. The zero value "" means "no day".
type Day string

// DayOf returns the date t shows in its own location; convert t to the
// school's zone first (Calendar.In does).
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// ParseDay reads a date written 2026-03-09; anything else is ErrInvalid.
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", Invalid("日期 %q 不是 2026-03-09 这样的写法", s)
	}
	return Day(s), nil
}

// Time returns midnight UTC of the day; use Calendar.At for a moment in the school's zone.
func (d Day) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// Add returns the day n calendar days later (earlier when n is negative).
func (d Day) Add(n int) Day { return DayOf(d.Time().AddDate(0, 0, n)) }

// Weekday is the ISO weekday: 1 Monday … 7 Sunday.
func (d Day) Weekday() int {
	if w := int(d.Time().Weekday()); w != 0 {
		return w
	}
	return 7
}

// Until counts calendar days from d to other; negative when other is earlier.
func (d Day) Until(other Day) int { return int(other.Time().Sub(d.Time()).Hours() / 24) }

// Clock is a time of day in minutes after midnight in the school's zone.
type Clock int

// ParseClock reads "08:20"; anything else is ErrInvalid.
func ParseClock(s string) (Clock, error) {
	h, m, ok := strings.Cut(s, ":")
	hh, err1 := strconv.Atoi(h)
	mm, err2 := strconv.Atoi(m)
	if !ok || err1 != nil || err2 != nil || len(m) != 2 || hh < 0 || hh > 24 || mm < 0 || mm > 59 || hh*60+mm > 24*60 {
		return 0, Invalid("时间 %q 不是 08:20 这样的写法", s)
	}
	return Clock(hh*60 + mm), nil
}

// String writes the clock time as 08:20.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// Slot is one roll-call session of one day, written 2026-03-09/am.
type Slot struct {
	Day     Day
	Session string // the id of a Session, "am" or "pm" as a rule
}

// ParseSlot reads 2026-03-09/am; anything else is ErrInvalid.
func ParseSlot(s string) (Slot, error) {
	d, session, ok := strings.Cut(s, "/")
	if !ok || session == "" {
		return Slot{}, Invalid("%q 不是 2026-03-09/am 这样的写法", s)
	}
	day, err := ParseDay(d)
	return Slot{day, session}, err
}

// String writes the slot as 2026-03-09/am; the zero slot is "".
func (s Slot) String() string {
	if s.Day == "" {
		return ""
	}
	return string(s.Day) + "/" + s.Session
}

// MarshalText lets a slot be a JSON string.
func (s Slot) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Slot) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*s = Slot{}
		return nil
	}
	v, err := ParseSlot(string(b))
	*s = v
	return err
}
