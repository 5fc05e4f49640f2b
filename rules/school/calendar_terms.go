package school

import (
	"fmt"
	"slices"
	"time"
)

// Terms are the 学期 the calendar knows, in order.
func (c *Calendar) Terms() []Term { return slices.Clone(c.spec.Terms) }

// TermOf is the term that contains the day.
func (c *Calendar) TermOf(day Day) (Term, bool) {
	for _, t := range c.spec.Terms {
		if t.From <= day && day <= t.To {
			return t, true
		}
	}
	return Term{}, false
}

// TermAfter is the next term to begin after the day.
func (c *Calendar) TermAfter(day Day) (Term, bool) {
	for _, t := range c.spec.Terms {
		if t.From > day {
			return t, true
		}
	}
	return Term{}, false
}

// TermBefore is the last term that ended before the day.
func (c *Calendar) TermBefore(day Day) (Term, bool) {
	for i := len(c.spec.Terms) - 1; i >= 0; i-- {
		if t := c.spec.Terms[i]; t.To < day {
			return t, true
		}
	}
	return Term{}, false
}

// TeachingWeek numbers the week of the day (教学周): weeks run from Monday, and
// the week of the term's first school day is the first.
func (c *Calendar) TeachingWeek(day Day) (int, bool) {
	term, ok := c.TermOf(day)
	if !ok {
		return 0, false
	}
	return max(1, c.firstMonday(term).Until(day)/7+1), true
}

// DayOfTeachingWeek is a weekday (1 Monday … 7 Sunday) of a teaching week, if
// it lies in the term.
func (c *Calendar) DayOfTeachingWeek(term Term, week, weekday int) (Day, bool) {
	if week < 1 || week > longest || weekday < 1 || weekday > 7 {
		return "", false
	}
	day := c.firstMonday(term).Add(7*(week-1) + weekday - 1)
	return day, term.From <= day && day <= term.To
}

func (c *Calendar) firstMonday(term Term) Day {
	first := term.From
	if d, ok := c.NextSchoolDay(term.From.Add(-1)); ok && d <= term.To {
		first = d
	}
	return first.Add(1 - first.Weekday())
}

// LastSchoolDayOfWeek is the last day with school in the day's week.
func (c *Calendar) LastSchoolDayOfWeek(day Day) (Day, bool) {
	monday := day.Add(1 - day.Weekday())
	return c.lastWithin(monday, monday.Add(6))
}

// LastSchoolDayOfMonth is the last day with school in the day's month; unknown
// while the calendar does not reach the end of the month.
func (c *Calendar) LastSchoolDayOfMonth(day Day) (Day, bool) {
	return c.lastOfMonths(day, 1)
}

// LastSchoolDayOfQuarter is the last day with school in the day's quarter.
func (c *Calendar) LastSchoolDayOfQuarter(day Day) (Day, bool) {
	return c.lastOfMonths(day, 3)
}

// LastSchoolDayOfTerm is the last day with school in the day's term.
func (c *Calendar) LastSchoolDayOfTerm(day Day) (Day, bool) {
	term, ok := c.TermOf(day)
	if !ok {
		return "", false
	}
	return c.lastWithin(term.From, term.To)
}

func (c *Calendar) lastOfMonths(day Day, months int) (Day, bool) {
	t := day.Time()
	month := time.Month((int(t.Month())-1)/months*months + 1)
	first := time.Date(t.Year(), month, 1, 0, 0, 0, 0, time.UTC)
	return c.lastWithin(DayOf(first), DayOf(first.AddDate(0, months, -1)))
}

func (c *Calendar) lastWithin(from, to Day) (Day, bool) {
	if to > c.spec.ConfirmedUntil {
		return "", false
	}
	last, ok := c.PrevSchoolDay(to.Add(1))
	return last, ok && last >= from
}

// Warnings are sentences about what the calendar does not know; they are shown
// loudly, because deadlines stop where the calendar stops.
func (c *Calendar) Warnings(now time.Time) []string {
	const notice = 30
	var out []string
	today, until := c.DayOf(now), c.spec.ConfirmedUntil
	switch left := today.Until(until); {
	case left < 0:
		out = append(out, fmt.Sprintf("校历已过期：只确认到 %s。之后的日子按未知处理，不点名、不推算期限。请立即在 calendar.yaml 补充校历并更新 confirmed_until。", until))
	case left <= notice:
		out = append(out, fmt.Sprintf("校历还有 %d 天到期：只确认到 %s。请在 calendar.yaml 补充下一段校历（放假安排以国务院和教育局通知为准）并更新 confirmed_until。", left, until))
	}
	for _, term := range c.spec.Terms {
		for year := term.From.Time().Year(); year <= min(term.To, until).Time().Year(); year++ {
			if !c.hasHolidays(year) {
				out = append(out, fmt.Sprintf("校历里没有 %d 年的放假安排，却已确认到 %s。请核对 %d 年的法定节假日和调休。", year, until, year))
			}
		}
	}
	if _, ok := c.TermAfter(today); !ok {
		if _, in := c.TermOf(today); !in {
			out = append(out, "校历里没有今天所在或以后的学期。请在 calendar.yaml 的 terms 里补充。")
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *Calendar) hasHolidays(year int) bool {
	return slices.ContainsFunc(c.spec.Holidays, func(h Span) bool {
		return h.From.Time().Year() <= year && year <= h.To.Time().Year()
	})
}
