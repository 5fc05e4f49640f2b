package school_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guixiao/rules/school"
)

var twoSessions = []school.Session{
	{ID: "am", Name: "上午", Start: 8 * 60, ReportBy: 8*60 + 20, End: 11*60 + 40},
	{ID: "pm", Name: "下午", Start: 14 * 60, ReportBy: 14*60 + 20, End: 16*60 + 30},
}

// spring2026 is the calendar of the acceptance scenarios: registration on the
// make-up Saturday before the term, 清明 off, school on Mondays to Fridays.
func spring2026() school.CalendarSpec {
	return school.CalendarSpec{
		Timezone:       "Asia/Shanghai",
		ConfirmedUntil: "2026-12-31",
		Weekdays:       []int{1, 2, 3, 4, 5},
		Terms:          []school.Term{{ID: "2025-2026-2", Name: "2025—2026学年第二学期", From: "2026-03-02", To: "2026-07-10"}},
		Holidays: []school.Span{
			{Name: "春节", From: "2026-02-15", To: "2026-02-23"},
			{Name: "清明节", From: "2026-04-04", To: "2026-04-06"},
			{Name: "劳动节", From: "2026-05-01", To: "2026-05-05"},
		},
		MakeupDays: []school.MakeupDay{
			{Date: "2026-02-28", For: "春节"},
			{Date: "2026-05-09", For: "劳动节", TimetableOf: "2026-05-05"},
		},
		SpecialDays: []school.SpecialDay{
			{From: "2026-02-28", To: "2026-03-01", Name: "报名", Kind: school.SpecialRegistration, Scope: "all"},
		},
	}
}

func calendar(t testing.TB, change ...func(*school.CalendarSpec)) *school.Calendar {
	t.Helper()
	spec := spring2026()
	for _, f := range change {
		f(&spec)
	}
	c, problems := school.NewCalendar(spec, twoSessions)
	if len(problems) > 0 {
		t.Fatalf("calendar: %v", problems)
	}
	return c
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func slot(s string) school.Slot {
	v, err := school.ParseSlot(s)
	if err != nil {
		panic(err)
	}
	return v
}

func TestWhatADayIs(t *testing.T) {
	c := calendar(t, func(s *school.CalendarSpec) {
		s.SpecialDays = append(s.SpecialDays,
			school.SpecialDay{From: "2026-03-19", To: "2026-03-19", Name: "暴雪停课", Kind: school.SpecialOff},
			school.SpecialDay{From: "2026-05-02", To: "2026-05-02", Name: "校庆", Kind: school.SpecialSchool, Scope: "全校"},
			school.SpecialDay{From: "2026-06-08", To: "2026-06-09", Name: "中考用教室", Kind: school.SpecialOff, Scope: "七年级"},
			school.SpecialDay{From: "2026-07-13", To: "2026-07-13", Name: "返校", Kind: school.SpecialSchool},
		)
	})
	for day, want := range map[school.Day]school.DayKind{
		"2026-03-09": school.SchoolDay,
		"2026-03-14": school.OffDay,     // Saturday
		"2026-02-28": school.OffDay,     // make-up day, but before the term: registration only
		"2026-02-27": school.OffDay,     // a weekday before the term
		"2026-04-06": school.OffDay,     // holiday on a Monday
		"2026-05-09": school.SchoolDay,  // make-up Saturday inside the term
		"2026-03-19": school.OffDay,     // the school says so
		"2026-05-02": school.SchoolDay,  // the school beats the holiday
		"2026-06-08": school.SchoolDay,  // off for one year group only
		"2026-07-13": school.SchoolDay,  // outside the term, but the school says so
		"2026-07-14": school.OffDay,     // vacation
		"2027-01-04": school.UnknownDay, // never guessed
		"":           school.UnknownDay,
	} {
		if got := c.Kind(day); got != want {
			t.Errorf("%s is %s, want %s", day, got, want)
		}
	}
	if got := c.KindFor("2026-06-08", school.Class{ID: "703", Grade: "七年级"}); got != school.OffDay {
		t.Errorf("for year seven 8 June is %s, want off", got)
	}
	if !c.IsWorkingDay("2026-07-14") || c.IsWorkingDay("2026-04-06") || !c.IsWorkingDay("2026-02-28") || c.IsWorkingDay("2027-01-04") {
		t.Error("working days run through vacations, stop at holidays and at what is unknown, and include make-up days")
	}
	if got := c.SpecialDays("2026-03-01"); len(got) != 1 || got[0].Name != "报名" {
		t.Errorf("special days of 1 March: %v", got)
	}
}

func TestTheCurrentSession(t *testing.T) {
	c := calendar(t)
	for now, want := range map[string]string{
		"2026-03-09 00:01": "2026-03-09/am",
		"2026-03-09 08:05": "2026-03-09/am",
		"2026-03-09 11:39": "2026-03-09/am",
		"2026-03-09 11:40": "2026-03-09/pm",
		"2026-03-09 16:30": "2026-03-09/pm",
		"2026-03-09 22:00": "2026-03-09/pm",
		"2026-03-14 08:05": "",
	} {
		got, ok := c.Current(at(t, now))
		if got.String() != want || ok != (want != "") {
			t.Errorf("at %s the session is %q, want %q", now, got, want)
		}
	}
}

func TestTheNextRollCallToClose(t *testing.T) {
	c := calendar(t)
	for after, want := range map[string]string{
		"2026-03-09 08:19": "2026-03-09 08:20",
		"2026-03-09 08:20": "2026-03-09 14:20", // strictly after
		"2026-03-13 15:00": "2026-03-16 08:20", // over the weekend
		"2026-01-01 00:00": "2026-03-02 08:20", // to the first day of the term
	} {
		s, got, ok := c.NextClose(at(t, after))
		if !ok || !got.Equal(at(t, want)) || !c.Closes(s).Equal(got) {
			t.Errorf("after %s the next close is %s (%s), want %s", after, got, s, want)
		}
	}
}

func TestSlotsInOrder(t *testing.T) {
	c := calendar(t)
	friday, monday := slot("2026-03-13/pm"), slot("2026-03-16/am")
	if next, _ := c.Next(friday); next != monday {
		t.Errorf("after Friday afternoon comes %s", next)
	}
	if prev, _ := c.Prev(monday); prev != friday {
		t.Errorf("before Monday morning comes %s", prev)
	}
	if next, _ := c.Next(slot("2026-03-13/am")); next != friday {
		t.Errorf("after Friday morning comes %s", next)
	}
	if prev, _ := c.Prev(friday); prev.String() != "2026-03-13/am" {
		t.Errorf("before Friday afternoon comes %s", prev)
	}
	if c.Compare(friday, monday) >= 0 || c.Compare(slot("2026-03-13/am"), friday) >= 0 || c.Compare(friday, friday) != 0 {
		t.Error("slots do not compare in time")
	}
	got := c.SlotsBetween(slot("2026-03-12/pm"), monday)
	want := []school.Slot{slot("2026-03-12/pm"), slot("2026-03-13/am"), friday, monday}
	if !slices.Equal(got, want) {
		t.Errorf("Thursday afternoon to Monday morning: %v", got)
	}
	if len(c.SlotsBetween(monday, friday)) != 0 || len(c.SlotsBetween(slot("0001-01-01/am"), slot("9999-12-31/pm"))) == 0 {
		t.Error("a range backwards is empty; an endless one ends where school does")
	}
	if c.Opens(friday) != at(t, "2026-03-13 14:00").In(c.Zone()) || !c.Ends(friday).Equal(at(t, "2026-03-13 16:30")) || !c.Closes(slot("2026-03-13/xx")).IsZero() {
		t.Error("moments of a session")
	}
	if name := c.SlotName(slot("2026-03-09/am")); name != "3月9日（周一）上午" {
		t.Errorf("people read %q", name)
	}
}

func TestTermsAndTeachingWeeks(t *testing.T) {
	c := calendar(t, func(s *school.CalendarSpec) {
		s.Terms = append([]school.Term{{ID: "2026-2027-1", Name: "第一学期", From: "2026-09-01", To: "2027-01-22"}}, s.Terms...)
	})
	for day, want := range map[school.Day]int{
		"2026-03-02": 1, "2026-03-08": 1, "2026-03-09": 2, "2026-03-31": 5,
		"2026-09-01": 1, "2026-09-06": 1, "2026-09-07": 2, // the term begins on a Tuesday
	} {
		if got, ok := c.TeachingWeek(day); !ok || got != want {
			t.Errorf("%s is in teaching week %d, want %d", day, got, want)
		}
	}
	if _, ok := c.TeachingWeek("2026-08-01"); ok {
		t.Error("a vacation has no teaching week")
	}
	autumn, _ := c.TermAfter("2026-07-10")
	spring, _ := c.TermBefore("2026-08-01")
	if autumn.ID != "2026-2027-1" || spring.ID != "2025-2026-2" || c.Terms()[0].ID != spring.ID {
		t.Errorf("terms around the summer: %v, %v", spring, autumn)
	}
	if day, ok := c.DayOfTeachingWeek(autumn, 1, 1); ok {
		t.Errorf("the Monday of the first week lies before the term: %s", day)
	}
	if _, ok := c.LastSchoolDayOfMonth("2026-08-15"); ok {
		t.Error("August has no school day")
	}
}

func TestTheCalendarWarnsLoudly(t *testing.T) {
	c := calendar(t, func(s *school.CalendarSpec) {
		s.Terms = append(s.Terms, school.Term{ID: "2026-2027-1", Name: "第一学期", From: "2026-09-01", To: "2027-01-22"})
	})
	if got := c.Warnings(at(t, "2026-11-30 09:00")); len(got) != 0 {
		t.Errorf("a month and a day before the end all is quiet: %v", got)
	}
	if got := c.Warnings(at(t, "2026-12-01 09:00")); len(got) != 1 || !strings.Contains(got[0], "30 天") {
		t.Errorf("a month before the end: %v", got)
	}
	if got := c.Warnings(at(t, "2027-01-04 09:00")); len(got) != 1 || !strings.Contains(got[0], "已过期") {
		t.Errorf("after the end: %v", got)
	}
	guessed := calendar(t, func(s *school.CalendarSpec) {
		s.ConfirmedUntil = "2027-01-31"
		s.Terms = append(s.Terms, school.Term{ID: "2026-2027-1", Name: "第一学期", From: "2026-09-01", To: "2027-01-22"})
	})
	if got := guessed.Warnings(at(t, "2026-10-01 09:00")); len(got) != 1 || !strings.Contains(got[0], "2027 年的放假安排") {
		t.Errorf("a year confirmed without its holidays: %v", got)
	}
	if got := calendar(t).Warnings(at(t, "2026-08-01 09:00")); len(got) != 1 || !strings.Contains(got[0], "学期") {
		t.Errorf("no term to come: %v", got)
	}
}

func TestWhereADemonstrationBegins(t *testing.T) {
	c := calendar(t)
	for now, want := range map[string]string{
		"2026-03-09 15:00": "2026-03-09 07:50",
		"2026-03-14 15:00": "2026-03-16 07:50",
		"2026-08-14 15:00": "2026-03-02 07:50", // no school to come: the last term's first day
		"2030-01-01 12:00": "2026-03-02 07:50",
	} {
		if got := c.DefaultStart(at(t, now)); !got.Equal(at(t, want)) {
			t.Errorf("started at %s, the demonstration begins %s, want %s", now, got, want)
		}
	}
}

func TestEveryMistakeOfACalendarIsReportedAtOnce(t *testing.T) {
	spec := school.CalendarSpec{
		Timezone:       "Asia/Peking",
		ConfirmedUntil: "someday",
		Weekdays:       []int{1, 1, 8},
		Terms: []school.Term{
			{ID: "a", Name: "春", From: "2026-03-02", To: "2026-07-10"},
			{ID: "a", Name: "夏", From: "2026-07-01", To: "2026-08-01"},
			{Name: "倒", From: "2026-12-01", To: "2026-11-01"},
		},
		Holidays: []school.Span{{Name: "清明节", From: "2026-04-04", To: "2026-04-06"}, {Name: "清明", From: "2026-04-05", To: "2026-04-05"}},
		MakeupDays: []school.MakeupDay{
			{Date: "2026-03-09", For: "清明节"}, {Date: "2026-04-05", For: "清明节"}, {Date: "2026-3-9"}, {Date: "2026-05-09", TimetableOf: "周二"},
		},
		SpecialDays: []school.SpecialDay{{From: "2026-03-09", To: "2026-03-01", Name: "运动会", Kind: "sports"}},
	}
	sessions := []school.Session{
		{ID: "am", Start: 480, ReportBy: 470, End: 700},
		{ID: "am", Start: 600, ReportBy: 620, End: 800},
	}
	c, problems := school.NewCalendar(spec, sessions)
	if c != nil {
		t.Error("a calendar with mistakes must not be used")
	}
	var all strings.Builder
	for _, p := range problems {
		all.WriteString(p.Error() + "\n")
	}
	for _, want := range []string{
		"Asia/Peking", "confirmed_until", "里的 8", "里的 1 ", `学期 "a" 写了两次`, "第 3 个学期没有 id",
		"“夏”（2026-07-01 到 2026-08-01）与“春”", "from 2026-12-01 晚于", "与“清明节”", "周一 本来就上课", "落在假期“清明节”",
		`"2026-3-9" 不是日期`, `timetable_of "周二"`, `"sports" 不认识`, "from 2026-03-09 晚于", `时段 "am" 写了两次`, "时间次序不对", "重叠",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no word of %s in:\n%s", want, all.String())
		}
	}
	if _, problems := school.NewCalendar(spring2026(), nil); len(problems) != 1 {
		t.Errorf("a school without sessions: %v", problems)
	}
}

func TestLengthsThatMakeNoSense(t *testing.T) {
	c := calendar(t)
	for _, l := range []school.Length{{N: 1, Unit: "fortnight"}, {N: -1, Unit: school.UnitHour}, {N: 1 << 40, Unit: school.UnitCalendarDay}} {
		if _, err := c.After(at(t, "2026-03-09 08:00"), l); err == nil {
			t.Errorf("%s was taken", l)
		}
	}
	if _, err := c.Before("2026-03-09", school.Length{N: 3, Unit: school.UnitHalfDay}); err == nil {
		t.Error("half-days are not counted backwards")
	}
	if _, err := c.AddSchoolDays("", 1); err == nil {
		t.Error("no day, no school day")
	}
}

// What a calendar says about itself must hold for any data it accepts.
func FuzzCalendar(f *testing.F) {
	f.Add("Asia/Shanghai", "2026-12-31", "2026-03-02", "2026-07-10", "2026-04-04", "2026-04-06", "2026-05-09", "2026-03-09", 3)
	f.Add("UTC", "2026-01-01", "2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02", "2026-03-07", "2026-03-02", -3)
	f.Add("", "9999-12-31", "0001-01-01", "0001-12-31", "", "x", "2026-05-09", "0001-01-01", -9999)
	f.Fuzz(func(t *testing.T, zone, until, from, to, offFrom, offTo, makeup, day string, n int) {
		c, problems := school.NewCalendar(school.CalendarSpec{
			Timezone: zone, ConfirmedUntil: school.Day(until), Weekdays: []int{1, 2, 3, 4, 5},
			Terms:      []school.Term{{ID: "t", From: school.Day(from), To: school.Day(to)}},
			Holidays:   []school.Span{{From: school.Day(offFrom), To: school.Day(offTo)}},
			MakeupDays: []school.MakeupDay{{Date: school.Day(makeup)}},
		}, twoSessions)
		d, err := school.ParseDay(day)
		if len(problems) > 0 || err != nil {
			return
		}
		n %= 400
		got, err := c.AddSchoolDays(d, n)
		switch {
		case err != nil && got != "":
			t.Fatalf("an error and a day: %s", got)
		case err == nil && n > 0 && got <= d, err == nil && n < 0 && got >= d:
			t.Fatalf("%s %+d = %s runs the wrong way", d, n, got)
		case err == nil && n > 0 && got > c.ConfirmedUntil():
			t.Fatalf("%s was guessed", got)
		}
		if next, ok := c.NextSchoolDay(d); ok && (!c.IsSchoolDay(next) || next <= d) {
			t.Fatalf("after %s the next school day is %s", d, next)
		}
		for _, s := range c.Slots(d) {
			if next, ok := c.Next(s); ok && c.Compare(s, next) >= 0 {
				t.Fatalf("%s is followed by %s", s, next)
			}
		}
	})
}
