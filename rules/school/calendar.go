package school

import "time"

// DayKind says what a day is for this school.
type DayKind string

const (
	SchoolDay  DayKind = "school"
	OffDay     DayKind = "off"     // weekend, holiday, outside term
	UnknownDay DayKind = "unknown" // after confirmed_until: never guessed
)

// Span of days, inclusive.
type Span struct {
	Name     string
	From, To Day
}

// Term is one 学期.
type Term struct {
	ID, Name string
	From, To Day
}

// MakeupDay is a weekend day on which there is school (调休).
type MakeupDay struct {
	Date        Day
	For         string // the holiday it makes up for
	TimetableOf Day
}

// SpecialDay is a day the school itself sets apart.
type SpecialDay struct {
	From, To Day
	Name     string
	Kind     string // school, off, registration, new-student-entry, return
	Scope    string // all, a grade, a class id
}

// CalendarSpec is the calendar file as read.
type CalendarSpec struct {
	Timezone       string
	ConfirmedUntil Day
	Weekdays       []int // ISO weekdays with school
	Terms          []Term
	Holidays       []Span
	MakeupDays     []MakeupDay
	SpecialDays    []SpecialDay
}

// Calendar answers every question about school time. It is immutable.
type Calendar struct {
	spec     CalendarSpec
	sessions []Session
	zone     *time.Location
}

// Units of a Length (seed-systems 4.1).
const (
	UnitMinute      = "minute"
	UnitHour        = "hour"     // wall clock, runs through nights and weekends
	UnitHalfDay     = "half-day" // one roll-call session
	UnitSchoolDay   = "school-day"
	UnitCalendarDay = "calendar-day"
	UnitWeek        = "week" // 7 calendar days unless a policy says otherwise
	UnitMonth       = "month"
)

// Length is an amount of school time, written "3 school-day".
type Length struct {
	N    int
	Unit string
}

// DayEnd is when a day period ends: 18:00 of its last day (seed-systems 4.1).
const DayEnd = Clock(18 * 60)
