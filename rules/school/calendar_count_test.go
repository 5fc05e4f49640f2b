package school_test

import (
	"strings"
	"testing"

	"guixiao/rules/school"
)

// The table of arithmetic of the acceptance scenarios.
func TestArithmeticOfTheRegimes(t *testing.T) {
	c := calendar(t)
	after := func(from string, n int, unit string) string {
		t.Helper()
		v, err := c.After(at(t, from), school.Length{N: n, Unit: unit})
		if err != nil {
			t.Fatal(err)
		}
		return v.Format("2006-01-02 15:04")
	}
	addSchoolDays := func(day school.Day, n int) string {
		t.Helper()
		v, err := c.AddSchoolDays(day, n)
		if err != nil {
			t.Fatal(err)
		}
		return string(v)
	}
	weekTwo := func() string {
		term, _ := c.TermOf("2026-03-02")
		day, _ := c.DayOfTeachingWeek(term, 2, 2)
		return string(day)
	}
	before := func() string {
		day, err := c.Before("2026-03-20", school.Length{N: 7, Unit: school.UnitCalendarDay})
		if err != nil {
			t.Fatal(err)
		}
		return string(day)
	}
	ok := func(day school.Day, found bool) string {
		if !found {
			return "unknown"
		}
		return string(day)
	}
	for _, row := range []struct{ rule, got, want string }{
		{"Thu 12 Mar is day 1: day 2 in school days", addSchoolDays("2026-03-12", 1), "2026-03-13"},
		{"Thu 12 Mar is day 1: day 3 in school days", addSchoolDays("2026-03-12", 2), "2026-03-16"},
		{"Thu 12 Mar is day 1: day 2 in calendar days", string(school.Day("2026-03-12").Add(1)), "2026-03-13"},
		{"Thu 12 Mar is day 1: day 3 in calendar days", string(school.Day("2026-03-12").Add(2)), "2026-03-14"},
		{"Tue 10 Mar + 3 calendar days", after("2026-03-10 09:00", 3, school.UnitCalendarDay), "2026-03-13 18:00"},
		{"Fri 13 Mar + 3 calendar days", after("2026-03-13 09:00", 3, school.UnitCalendarDay), "2026-03-16 18:00"},
		{"Fri 13 Mar + 3 school days", after("2026-03-13 09:00", 3, school.UnitSchoolDay), "2026-03-18 18:00"},
		{"Fri 13 Mar 16:00 + 24 hours", after("2026-03-13 16:00", 24, school.UnitHour), "2026-03-14 16:00"},
		{"Mon 2 Mar + 1 week", after("2026-03-02 09:00", 1, school.UnitWeek), "2026-03-09 18:00"},
		{"Mon 9 Mar 08:20 first half-day, the tenth", after("2026-03-09 08:20", 9, school.UnitHalfDay), "2026-03-13 14:20"},
		{"Mon 9 Mar 08:20 + 7 × 24 hours", after("2026-03-09 08:20", 7*24, school.UnitHour), "2026-03-16 08:20"},
		{"Tuesday of teaching week 2", weekTwo(), "2026-03-10"},
		{"leave on Fri 20 Mar − 7 calendar days", before(), "2026-03-13"},
		{"Tue 31 Mar + 5 school days over 清明", after("2026-03-31 09:00", 5, school.UnitSchoolDay), "2026-04-08 18:00"},
		{"last school day of March", ok(c.LastSchoolDayOfMonth("2026-03-09")), "2026-03-31"},
		{"last school day of the quarter", ok(c.LastSchoolDayOfQuarter("2026-03-09")), "2026-03-31"},
		{"last school day of the term", ok(c.LastSchoolDayOfTerm("2026-03-09")), "2026-07-10"},
		{"half an hour", after("2026-03-13 23:45", 30, school.UnitMinute), "2026-03-14 00:15"},
		{"a month from 31 March", after("2026-03-31 09:00", 1, school.UnitMonth), "2026-04-30 18:00"},
		{"zero school days are at once", after("2026-03-14 09:00", 0, school.UnitSchoolDay), "2026-03-14 09:00"},
	} {
		if row.got != row.want {
			t.Errorf("%s: got %s, want %s", row.rule, row.got, row.want)
		}
	}
}

func TestSaturdayIsASchoolDayOnlyIfTheCalendarSaysSo(t *testing.T) {
	if calendar(t).IsSchoolDay("2026-02-28") {
		t.Error("28 February is a make-up workday of the state, but no school day of this school")
	}
	says := calendar(t, func(s *school.CalendarSpec) {
		s.SpecialDays = []school.SpecialDay{{From: "2026-02-28", To: "2026-02-28", Name: "正式上课", Kind: school.SpecialSchool}}
	})
	if !says.IsSchoolDay("2026-02-28") {
		t.Error("the school said that there is school on 28 February")
	}
}

func TestSchoolDaysAreNotCountedPastWhatIsConfirmed(t *testing.T) {
	c := calendar(t, func(s *school.CalendarSpec) { s.ConfirmedUntil = "2026-04-30" })
	if day, err := c.AddSchoolDays("2026-04-29", 1); err != nil || day != "2026-04-30" {
		t.Errorf("up to the last confirmed day: %s, %v", day, err)
	}
	_, err := c.AddSchoolDays("2026-04-29", 2)
	if said, ok := school.Said(err); !ok || !strings.Contains(said, "2026-04-30") {
		t.Errorf("past it the answer names the last confirmed day, got %v", err)
	}
	if _, ok := c.LastSchoolDayOfTerm("2026-04-29"); ok {
		t.Error("the end of the term is not known yet")
	}
	if _, ok := c.NextSchoolDay("2026-04-30"); ok {
		t.Error("no next school day is known")
	}
	if _, _, ok := c.NextClose(at(t, "2026-04-30 14:20")); ok {
		t.Error("no next roll call is known")
	}
}

func TestCountingBackwardsAndInVacations(t *testing.T) {
	c := calendar(t)
	for _, row := range []struct {
		from school.Day
		n    int
		want school.Day
	}{
		{"2026-03-16", -1, "2026-03-13"},
		{"2026-04-07", -1, "2026-04-03"},
		{"2026-03-14", 0, "2026-03-16"}, // a Saturday moves on
		{"2026-03-16", 0, "2026-03-16"},
		{"2026-07-10", 2, "2026-07-14"},  // vacation: the institution's working days
		{"2026-03-02", -2, "2026-02-27"}, // 28 Feb is a working day, 1 March is not
	} {
		if got, err := c.AddSchoolDays(row.from, row.n); err != nil || got != row.want {
			t.Errorf("%s %+d school days: got %s %v, want %s", row.from, row.n, got, err, row.want)
		}
	}
	if n := c.SchoolDaysBetween("2026-03-30", "2026-04-10"); n != 9 {
		t.Errorf("two weeks with 清明 have %d school days, want 9", n)
	}
	if prev, ok := c.PrevSchoolDay("2026-03-02"); ok {
		t.Errorf("before the first school day there is none, got %s", prev)
	}
	if prev, _ := c.PrevSchoolDay("2026-12-01"); prev != "2026-07-10" {
		t.Errorf("the last school day before December is the end of the term, got %s", prev)
	}
}
