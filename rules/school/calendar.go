package school

import (
	"slices"
	"strings"
	"time"
)

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

// NewCalendar builds the calendar of a school. Every mistake in the data is
// reported at once; with mistakes there is no calendar.
func NewCalendar(spec CalendarSpec, sessions []Session) (*Calendar, []error) {
	zone, problems := checkZone(spec.Timezone)
	problems = append(problems, checkSessions(sessions)...)
	problems = append(problems, checkSpec(spec)...)
	if len(problems) > 0 {
		return nil, problems
	}
	terms := slices.Clone(spec.Terms)
	slices.SortFunc(terms, func(a, b Term) int { return strings.Compare(string(a.From), string(b.From)) })
	spec.Terms = terms
	return &Calendar{spec: spec, sessions: slices.Clone(sessions), zone: zone}, nil
}

// Zone is the school's time zone; every deadline is judged in it.
func (c *Calendar) Zone() *time.Location { return c.zone }

// In shows the moment on the school's clock.
func (c *Calendar) In(t time.Time) time.Time { return t.In(c.zone) }

// DayOf is the school's date at that moment.
func (c *Calendar) DayOf(t time.Time) Day { return DayOf(t.In(c.zone)) }

// At is the moment at which the school's clock shows that time on that day.
func (c *Calendar) At(day Day, clock Clock) time.Time {
	d := day.Time()
	return time.Date(d.Year(), d.Month(), d.Day(), int(clock)/60, int(clock)%60, 0, 0, c.zone)
}

// ConfirmedUntil is the last day of which the calendar knows what it is.
func (c *Calendar) ConfirmedUntil() Day { return c.spec.ConfirmedUntil }

// Kind says what a day is for the whole school: what the school says beats a
// make-up day (调休), which beats a holiday, which beats the weekday.
func (c *Calendar) Kind(day Day) DayKind { return c.kind(day, wholeSchool) }

// KindFor is Kind as one class sees it: special days of its grade or its own
// count too.
func (c *Calendar) KindFor(day Day, class Class) DayKind {
	return c.kind(day, func(scope string) bool { return wholeSchool(scope) || class.Within(scope) })
}

// IsSchoolDay says whether there is school that day.
func (c *Calendar) IsSchoolDay(day Day) bool { return c.Kind(day) == SchoolDay }

// IsWorkingDay says whether the staff work that day: the weekdays adjusted by
// holidays and make-up days, in vacations too. Unknown days are not.
func (c *Calendar) IsWorkingDay(day Day) bool {
	if day == "" || day > c.spec.ConfirmedUntil {
		return false
	}
	if kind, ok := c.special(day, wholeSchool); ok {
		return kind == SchoolDay
	}
	return c.isMakeup(day) || c.isOrdinary(day)
}

// Specials lists all that the school itself sets apart.
func (c *Calendar) Specials() []SpecialDay { return slices.Clone(c.spec.SpecialDays) }

// SpecialDays lists what the school itself sets apart on that day, such as
// registration (报名).
func (c *Calendar) SpecialDays(day Day) []SpecialDay {
	var found []SpecialDay
	for _, s := range c.spec.SpecialDays {
		if s.From <= day && day <= s.To {
			found = append(found, s)
		}
	}
	return found
}

func (c *Calendar) kind(day Day, concerns func(scope string) bool) DayKind {
	if day == "" || day > c.spec.ConfirmedUntil {
		return UnknownDay
	}
	if kind, ok := c.special(day, concerns); ok {
		return kind
	}
	if _, inTerm := c.TermOf(day); inTerm && (c.isMakeup(day) || c.isOrdinary(day)) {
		return SchoolDay
	}
	return OffDay
}

// special finds what the school itself says about the day; off beats school,
// so that a storm closes a day that was set for lessons.
func (c *Calendar) special(day Day, concerns func(scope string) bool) (DayKind, bool) {
	kind, found := DayKind(""), false
	for _, s := range c.spec.SpecialDays {
		if day < s.From || s.To < day || !concerns(s.Scope) {
			continue
		}
		switch s.Kind {
		case SpecialOff:
			return OffDay, true
		case SpecialSchool:
			kind, found = SchoolDay, true
		}
	}
	return kind, found
}

func (c *Calendar) isMakeup(day Day) bool {
	return slices.ContainsFunc(c.spec.MakeupDays, func(m MakeupDay) bool { return m.Date == day })
}

// isOrdinary: a weekday with school and no holiday.
func (c *Calendar) isOrdinary(day Day) bool {
	return slices.Contains(c.spec.Weekdays, day.Weekday()) &&
		!slices.ContainsFunc(c.spec.Holidays, func(h Span) bool { return h.From <= day && day <= h.To })
}

func wholeSchool(scope string) bool { return scope == "" || scope == "all" || scope == WholeSchool }

// Kinds of special days.
const (
	SpecialSchool       = "school"
	SpecialOff          = "off"
	SpecialRegistration = "registration"      // 报名
	SpecialNewEntry     = "new-student-entry" // 新生入学
	SpecialReturn       = "return"            // 返校
)

// Units of a Length (seed-systems 4.1).
const (
	UnitMinute      = "minute"
	UnitHour        = "hour"     // wall clock, runs through nights and weekends
	UnitHalfDay     = "half-day" // one roll-call session
	UnitSchoolDay   = "school-day"
	UnitCalendarDay = "calendar-day"
	UnitWeek        = "week" // 7 calendar days unless a policy says otherwise
	UnitMonth       = "month"

	UnitTeachingWeek = "teaching-week" // 教学周: names a week, cannot be added
)

// Length is an amount of school time, written "3 school-day".
type Length struct {
	N    int
	Unit string
}

// DayEnd is when a day period ends: 18:00 of its last day (seed-systems 4.1).
const DayEnd = Clock(18 * 60)
