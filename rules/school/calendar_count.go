package school

import (
	"fmt"
	"iter"
	"time"
)

// longest is more days than any rule counts; beyond it a number is a slip.
const longest = 10_000

// AddSchoolDays is the n-th school day after the given day (before it when n
// is negative). Outside a term the institution's working days count. With n =
// 0 a day without school moves to the next one that counts.
func (c *Calendar) AddSchoolDays(day Day, n int) (Day, error) {
	if day == "" || n > longest || n < -longest {
		return "", Invalid("不能从“%s”起推算 %d 个上课日", day, n)
	}
	step, left := 1, n
	if n < 0 {
		step, left = -1, -n
	}
	for at := day; ; at = at.Add(step) {
		if at > c.spec.ConfirmedUntil && step > 0 {
			return "", c.notConfirmed()
		}
		switch {
		case !c.counts(at):
		case n == 0:
			return at, nil
		case at != day:
			left--
		}
		if left == 0 && n != 0 {
			return at, nil
		}
		if day.Until(at) < -3*longest {
			return "", Invalid("从“%s”往前找不到 %d 个上课日", day, -n)
		}
	}
}

func (c *Calendar) counts(day Day) bool {
	if _, ok := c.TermOf(day); ok {
		return c.IsSchoolDay(day)
	}
	return c.IsWorkingDay(day)
}

func (c *Calendar) notConfirmed() error {
	return Invalid("校历只确认到 %s，之后哪天上课还不知道，不能推算日期；请在 calendar.yaml 补充下一段校历并更新 confirmed_until", c.spec.ConfirmedUntil)
}

// NextSchoolDay is the first day with school strictly after the given one, as
// far as the calendar knows.
func (c *Calendar) NextSchoolDay(day Day) (Day, bool) {
	for d := range c.days(day.Add(1), c.spec.ConfirmedUntil) {
		if c.IsSchoolDay(d) {
			return d, true
		}
	}
	return "", false
}

// PrevSchoolDay is the last day with school strictly before the given one.
func (c *Calendar) PrevSchoolDay(day Day) (Day, bool) {
	first, last := c.bounds()
	for d := min(day.Add(-1), last); first != "" && d >= first; d = d.Add(-1) {
		if c.IsSchoolDay(d) {
			return d, true
		}
	}
	return "", false
}

// SchoolDaysBetween counts the days with school from one day to another, both
// included.
func (c *Calendar) SchoolDaysBetween(from, to Day) int {
	n := 0
	for d := range c.days(from, to) {
		if c.IsSchoolDay(d) {
			n++
		}
	}
	return n
}

// bounds are the first and last day on which there can be school.
func (c *Calendar) bounds() (first, last Day) {
	widen := func(from, to Day) {
		if first == "" || from < first {
			first = from
		}
		last = max(last, to)
	}
	for _, t := range c.spec.Terms {
		widen(t.From, t.To)
	}
	for _, s := range c.spec.SpecialDays {
		if s.Kind == SpecialSchool {
			widen(s.From, s.To)
		}
	}
	return first, min(last, c.spec.ConfirmedUntil)
}

// days walks from one day to another, both included, but never outside the
// days on which there can be school.
func (c *Calendar) days(from, to Day) iter.Seq[Day] {
	first, last := c.bounds()
	return func(yield func(Day) bool) {
		for d := max(from, first); first != "" && d <= min(to, last); d = d.Add(1) {
			if !yield(d) {
				return
			}
		}
	}
}

// After is the moment at which a length of school time from an event is over.
// Minutes and hours run on the wall clock, half-days end with the close of a
// roll call, days at 18:00 of their last day, the day of the event not counted.
func (c *Calendar) After(from time.Time, l Length) (time.Time, error) {
	if l.N < 0 || l.N > longest {
		return time.Time{}, Invalid("时长“%s”不对：应在 0 到 %d 之间", l, longest)
	}
	switch l.Unit {
	case UnitMinute:
		return c.In(from.Add(time.Duration(l.N) * time.Minute)), nil
	case UnitHour:
		return c.In(from.Add(time.Duration(l.N) * time.Hour)), nil
	case UnitHalfDay:
		return c.closesLater(from, l.N)
	}
	if l.N == 0 {
		return c.In(from), nil
	}
	day, err := c.shift(c.DayOf(from), l.N, l.Unit)
	if err != nil {
		return time.Time{}, err
	}
	return c.At(day, DayEnd), nil
}

// Before is the day a length of school time before another day.
func (c *Calendar) Before(day Day, l Length) (Day, error) {
	if l.N < 0 || l.N > longest || day == "" {
		return "", Invalid("不能从“%s”往前推算“%s”", day, l)
	}
	return c.shift(day, -l.N, l.Unit)
}

func (c *Calendar) shift(day Day, n int, unit string) (Day, error) {
	switch unit {
	case UnitSchoolDay:
		return c.AddSchoolDays(day, n)
	case UnitCalendarDay:
		return day.Add(n), nil
	case UnitWeek:
		return day.Add(7 * n), nil
	case UnitMonth:
		return addMonths(day, n), nil
	}
	return "", Invalid("单位 %q 不能用来推算日期；可用：%s、%s、%s、%s", unit, UnitSchoolDay, UnitCalendarDay, UnitWeek, UnitMonth)
}

func (c *Calendar) closesLater(at time.Time, n int) (time.Time, error) {
	for ; n > 0; n-- {
		_, close, ok := c.NextClose(at)
		if !ok {
			return time.Time{}, c.notConfirmed()
		}
		at = close
	}
	return c.In(at), nil
}

// addMonths keeps the date; a month too short for it gives its last day.
func addMonths(day Day, n int) Day {
	t := day.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DayOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// String writes the length as policies do: 3 school-day.
func (l Length) String() string { return fmt.Sprintf("%d %s", l.N, l.Unit) }
