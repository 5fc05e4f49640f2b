package rules

import (
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// anchor is what a stage counts from.
type anchor struct {
	at      time.Time
	day     school.Day
	absence bool // the run's first half-day: the first absent day may be day 1
	run     bool // what opens from here ends with the present absence
	fields  map[string]string
}

// lateBy is how long before the end of 及时 a stage opens too late for the
// same day: opened after 16:00, due 18:00 becomes 12:00 of the next school day.
const lateBy = school.Clock(2 * 60)

const noon = school.Clock(12 * 60)

// dueOf is when a stage falls due; the zero time when it never does.
func (d *draft) dueOf(s Stage, opened time.Time, from anchor) (time.Time, error) {
	due, err := d.spanEnd(s.Due, opened)
	if s.Deadline != (Span{}) {
		due, err = d.deadline(s.Deadline, from)
	}
	if s.NotAfter == (Span{}) || err != nil {
		return due, err
	}
	if last, lastErr := d.spanEnd(s.NotAfter, opened); lastErr == nil && last.Before(due) {
		return last, nil
	}
	return due, nil
}

// spanEnd is the end of a span that starts at a moment.
func (d *draft) spanEnd(s Span, from time.Time) (time.Time, error) {
	switch {
	case s.On != "":
		return d.cal.At(s.On, school.DayEnd), nil
	case s.Weekday > 0:
		return d.teachingWeek(s, d.cal.DayOf(from))
	case s.AfterDate != "":
		return d.forwards(s, anchor{at: from, day: d.cal.DayOf(from)})
	case s.Until == UntilHalfDayEnd:
		return d.halfDayEnd(from)
	case strings.HasPrefix(s.Until, "last-school-day"):
		return d.periodEnd(s.Until, from)
	case s.Until != "":
		clock, err := school.ParseClock(s.Until)
		if err != nil {
			return time.Time{}, err
		}
		if s.SameDay {
			return d.cal.At(d.cal.DayOf(from), clock), nil
		}
		return d.promptEnd(clock, from)
	case s.Length.N == 0:
		return time.Time{}, nil
	}
	return d.cal.After(from, s.Length)
}

// halfDayEnd is the end of the session in which something opened.
func (d *draft) halfDayEnd(from time.Time) (time.Time, error) {
	if cur, ok := d.cal.Current(from); ok && d.cal.Ends(cur).After(from) {
		return d.cal.Ends(cur), nil
	}
	return d.promptEnd(school.DayEnd, from)
}

// promptEnd is 及时: that clock time of the same day, the next noon with
// school when it opened late, and on a day without school the next one with.
func (d *draft) promptEnd(clock school.Clock, from time.Time) (time.Time, error) {
	day := d.cal.DayOf(from)
	first, err := d.cal.AddSchoolDays(day, 0)
	if err != nil {
		return time.Time{}, err
	}
	if first != day {
		return d.cal.At(first, clock), nil
	}
	if !from.After(d.cal.At(day, clock-lateBy)) {
		return d.cal.At(day, clock), nil
	}
	next, err := d.cal.AddSchoolDays(day, 1)
	if err != nil {
		return time.Time{}, err
	}
	return d.cal.At(next, noon), nil
}

// periodEnd is 18:00 of the last school day of a month, quarter or term.
func (d *draft) periodEnd(until string, from time.Time) (time.Time, error) {
	last := d.cal.LastSchoolDayOfTerm
	switch until {
	case UntilWeekEnd:
		last = d.cal.LastSchoolDayOfWeek
	case UntilMonthEnd:
		last = d.cal.LastSchoolDayOfMonth
	case UntilQuarterEnd:
		last = d.cal.LastSchoolDayOfQuarter
	}
	at := d.cal.DayOf(from)
	if term, later := d.cal.TermAfter(at); until == UntilTermEnd && later {
		if _, in := d.cal.TermOf(at); !in {
			at = term.From // in the holidays: the term to come
		}
	}
	day, ok := last(at)
	if !ok {
		return time.Time{}, school.Invalid("%s", phrase.NoPeriodEnd.With("day", d.cal.DayOf(from)))
	}
	return d.cal.At(day, school.DayEnd), nil
}

// deadline is the last moment counted from what the stage starts at.
func (d *draft) deadline(s Span, from anchor) (time.Time, error) {
	switch {
	case s.Before != "":
		return d.backwards(s, from)
	case s.AfterDate != "":
		return d.forwards(s, from)
	case s.Weekday > 0:
		return d.teachingWeek(s, from.day)
	}
	n := s.Length.N
	if from.absence && d.Policy.Clock.FirstDayCounts {
		n--
	}
	switch s.Length.Unit {
	case school.UnitSchoolDay:
		day, err := d.cal.AddSchoolDays(from.day, n)
		return d.cal.At(day, school.DayEnd), err
	case school.UnitCalendarDay:
		return d.cal.At(from.day.Add(n), school.DayEnd), nil
	case school.UnitWeek:
		return d.cal.At(from.day.Add(7*s.Length.N), school.DayEnd), nil
	}
	return d.spanEnd(s, from.at)
}

// backwards is the end of the last day that still lies a length before a date
// somebody gave.
func (d *draft) backwards(s Span, from anchor) (time.Time, error) {
	day, err := d.named(s.Before, from)
	if err != nil {
		return time.Time{}, err
	}
	last, err := d.cal.Before(day, s.Length)
	return d.cal.At(last, school.DayEnd), err
}

// forwards is the end of the last day that still lies a length after a date.
func (d *draft) forwards(s Span, from anchor) (time.Time, error) {
	day, err := d.named(s.AfterDate, from)
	if err != nil {
		return time.Time{}, err
	}
	return d.cal.After(d.cal.At(day, noon), s.Length)
}

// termEnd is the one date every policy may name without anybody giving it.
const termEnd = "term-end"

// named is the date somebody gave under that name.
func (d *draft) named(name string, from anchor) (school.Day, error) {
	if day, ok := d.cal.LastSchoolDayOfTerm(from.day); ok && name == termEnd {
		return day, nil
	}
	day, err := school.ParseDay(from.fields[name])
	if err != nil {
		return "", school.Invalid("%s", phrase.NoDateBefore.With("name", name))
	}
	return day, nil
}

// teachingWeek is 18:00 of a weekday of a teaching week of the term, or of the
// day before it when the reading is strict.
func (d *draft) teachingWeek(s Span, at school.Day) (time.Time, error) {
	term, in := d.cal.TermOf(at)
	if !in {
		term, in = d.cal.TermAfter(at)
	}
	day, ok := d.cal.DayOfTeachingWeek(term, s.Length.N, s.Weekday)
	if !in || !ok {
		return time.Time{}, school.Invalid("%s", phrase.NoPeriodEnd.With("day", at))
	}
	if s.Strict {
		day = day.Add(-1)
	}
	return d.cal.At(day, school.DayEnd), nil
}

// opensInRun is when a stage opens in the present absence: at the moment its
// half-day counted, or a fixed time after the first. False when the count is
// not there yet.
func (d *draft) opensInRun(s Stage) (time.Time, bool) {
	run, n := d.cs.Missed, s.After.Length.N
	if len(run) == 0 {
		return time.Time{}, false
	}
	switch s.After.Length.Unit {
	case "", school.UnitHalfDay:
		return nth(run, max(n, 1))
	case school.UnitSchoolDay:
		return d.nthDay(run, n)
	case school.UnitCalendarDay:
		if d.Policy.Clock.FirstDayCounts {
			all := d.cal.Sessions()
			return d.cal.At(d.cal.DayOf(d.began()).Add(n-1), all[len(all)-1].ReportBy), true
		}
		return d.began().AddDate(0, 0, n), true
	case school.UnitWeek:
		return d.began().AddDate(0, 0, 7*n), true
	case school.UnitMonth:
		return d.began().AddDate(0, n, 0), true
	}
	at, err := d.cal.After(d.began(), s.After.Length)
	return at, err == nil
}

// began is when the first half-day of the run counted. An earlier session that
// is reported late joins the run; it does not begin it anew.
func (d *draft) began() time.Time {
	at := d.cs.Missed[0].At
	for _, m := range d.cs.Missed {
		if m.At.Before(at) {
			at = m.At
		}
	}
	return d.cal.In(at)
}

// runAnchor is what the stages of an absence count from.
func (d *draft) runAnchor() anchor {
	at := d.began()
	return anchor{at: at, day: d.cal.DayOf(at), absence: true, run: true}
}

// moveDeadlines gives the open stages the time they have when the absence
// turns out to have begun at another moment.
func (d *draft) moveDeadlines() {
	for i := range d.cs.Stages {
		st := &d.cs.Stages[i]
		s, ok := d.stageOf(st.ID)
		if !ok || !st.Open() || st.Overdue || s.Deadline == (Span{}) || !isAbsence(d.Policy.starts(s)[0]) {
			continue
		}
		if due, err := d.deadline(s.Deadline, d.runAnchor()); err == nil && !due.Equal(st.Due) {
			st.Due = due
			d.refreshCard(s, i)
		}
	}
}

func nth(run []school.Missed, n int) (time.Time, bool) {
	if len(run) < n {
		return time.Time{}, false
	}
	return latest(run[:n]), true
}

// latest is when the last of these half-days became known: an earlier session
// may have been reported after a later one.
func latest(run []school.Missed) time.Time {
	var at time.Time
	for _, m := range run {
		if m.At.After(at) {
			at = m.At
		}
	}
	return at
}

// nthDay is when the n-th 天 of the absence was complete.
func (d *draft) nthDay(run []school.Missed, n int) (time.Time, bool) {
	per := max(d.Policy.Clock.DayHalfDays, 1)
	if !d.Policy.Clock.Consecutive {
		per = min(per, len(d.cal.Sessions()))
	}
	if d.Policy.Clock.Consecutive {
		return nth(run, max(n*per, 1))
	}
	of, days := map[school.Day]int{}, 0
	for i, m := range run {
		if of[m.Slot.Day]++; of[m.Slot.Day] == per {
			days++
		}
		if days == n {
			return latest(run[:i+1]), true
		}
	}
	return time.Time{}, false
}
