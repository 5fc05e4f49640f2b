package intent_test

import (
	"testing"

	"guixiao/rules/school"
)

// hours is the school of the corpus in its autumn, with hours of its own.
func hours(t *testing.T, now string, sessions ...school.Session) telling {
	t.Helper()
	w := at(t, "T001", now)
	cal, problems := school.NewCalendar(school.CalendarSpec{Timezone: "Asia/Shanghai", ConfirmedUntil: "2026-12-31", Weekdays: []int{1, 2, 3, 4, 5},
		Terms: []school.Term{{ID: "autumn", Name: "第一学期", From: "2026-09-01", To: "2027-01-20"}}}, sessions)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s := *w.h.School
	s.Calendar = cal
	w.h = withReader(&s)
	return w
}

func lessons(id, start, end string) school.Session {
	clock := func(s string) school.Clock {
		c, err := school.ParseClock(s)
		if err != nil {
			panic(err)
		}
		return c
	}
	return school.Session{ID: id, Name: id, Start: clock(start), ReportBy: clock(start) + 20, End: clock(end)}
}

func TestASchoolMayCallItsSessionsOtherwise(t *testing.T) {
	first, second := lessons("1", "08:00", "11:50"), lessons("2", "14:00", "17:00")
	hours(t, "2026-10-13 08:05", first, second).means(t, map[string]string{
		"高磊没来":        "attendance: 高磊 absent 131",
		"高磊病假":        "attendance: 高磊 sick 131–132",
		"高磊下午请病假":     "attendance: 高磊 sick 132",
		"高磊上午没来，明天病假": "attendance: 高磊 absent 131, 高磊 sick 141–142",
		"高磊昨天和今天都病假":  "attendance: 高磊 sick 121–132",
		"高磊昨天没来，今天来了": "attendance: 高磊 absent 121–122, 高磊 present 131",
	})
}

func TestASchoolMayTeachInTheEvening(t *testing.T) {
	w := hours(t, "2026-10-13 19:05", lessons("am", "08:00", "11:50"), lessons("pm", "14:00", "17:00"), lessons("night", "19:00", "21:00"))
	w.means(t, map[string]string{
		"高磊没来":    "attendance: 高磊 absent 13night",
		"高磊下午没来":  "attendance: 高磊 absent 13pm",
		"高磊明天请病假": "attendance: 高磊 sick 14am–14pm",
	})
	hours(t, "2026-10-13 14:05", lessons("am", "08:00", "11:50"), lessons("pm", "14:00", "17:00"), lessons("night", "19:00", "21:00")).means(t, map[string]string{
		"高磊没来": "attendance: 高磊 absent 13pm",
	})
}
