package school_test

import (
	"testing"

	"guixiao/rules/school"
)

// An institution works when schools do not: on weekends and in the vacation,
// every course at hours of its own.
func studio(t *testing.T) *school.Calendar {
	t.Helper()
	cal, errs := school.NewCalendar(school.CalendarSpec{Timezone: "Asia/Shanghai", ConfirmedUntil: "2026-12-31", Weekdays: []int{3, 6, 7},
		Terms:      []school.Term{{ID: "spring", From: "2026-03-01", To: "2026-06-28"}},
		MakeupDays: []school.MakeupDay{{Date: "2026-04-07", TimetableOf: "2026-04-04"}},
		Holidays:   []school.Span{{Name: "清明", From: "2026-04-04", To: "2026-04-06"}},
		SpecialDays: []school.SpecialDay{{From: "2026-07-06", To: "2026-07-10", Name: "暑期集训", Kind: school.SpecialSchool, Scope: "HH1"},
			{From: "2026-03-14", To: "2026-03-14", Name: "钢琴老师比赛", Kind: school.SpecialOff, Scope: "GQ1"}}}, twoSessions)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return cal
}

func TestACourseMeetsAtItsOwnHours(t *testing.T) {
	cal := studio(t)
	saturday, err := school.ParseLesson("周六 09:00-10:30")
	if err != nil || saturday.Name() != "周六 09:00-10:30" || saturday.Minutes() != 90 {
		t.Fatalf("%+v %v", saturday, err)
	}
	piano := school.Class{ID: "GQ1", Stage: "培训", Grade: "少儿", Lessons: []school.Lesson{saturday}}
	painting := school.Class{ID: "HH1", Stage: "培训", Grade: "少儿", Lessons: []school.Lesson{{Weekday: 7, From: 14 * 60, To: 15 * 60}}}
	always := school.Class{ID: "ZX1", Stage: "培训", Grade: "少儿"}
	for _, want := range []struct {
		day   school.Day
		class school.Class
		on    bool
	}{
		{"2026-03-07", piano, true},
		{"2026-03-08", piano, false},   // a Sunday: the institution is open, this course does not meet
		{"2026-03-11", always, true},   // a Wednesday, for a course without hours
		{"2026-03-12", always, false},  // a Thursday: nobody works
		{"2026-03-14", piano, false},   // off for this course alone
		{"2026-04-04", piano, false},   // holiday
		{"2026-04-07", piano, true},    // made up on a Tuesday with Saturday's timetable
		{"2026-07-07", painting, true}, // the vacation course, on days of its own
		{"2026-07-07", piano, false},   // and no other
		{"2027-01-02", piano, false},   // beyond what is known
		{"2026-03-15", painting, true},
	} {
		if l, on := cal.Lesson(want.day, want.class); on != want.on || on && len(want.class.Lessons) > 0 && l.From != want.class.Lessons[0].From {
			t.Errorf("%s on %s: %v %+v", want.class.ID, want.day, on, l)
		}
	}
	if n, minutes := cal.LessonsBetween("2026-03-01", "2026-03-31", piano); n != 3 || minutes != 270 {
		t.Errorf("piano meets %d times in March, %d minutes", n, minutes)
	}
	if day, ok := cal.NextLesson("2026-04-01", piano); !ok || day != "2026-04-07" {
		t.Errorf("next piano lesson %s", day)
	}
	for _, wrong := range []string{"", "周六", "周六 9-10", "周八 09:00-10:00", "周六 10:00-09:00"} {
		if _, err := school.ParseLesson(wrong); err == nil {
			t.Errorf("%q was read as a lesson", wrong)
		}
	}
}

func TestOfSeveralContractsTheOneWithLessonsLeftCounts(t *testing.T) {
	r := school.NewRoster(nil, nil, nil, nil).WithContracts([]school.Contract{
		{ID: "K1", Student: "P1", Class: "GQ1", Bought: 20, Used: 20}, {ID: "K2", Student: "P1", Class: "GQ1", Bought: 48, Used: 1},
		{ID: "K3", Student: "P1", Class: "HH1", Bought: 10, Gift: 2, Used: 11}})
	if k, ok := r.ContractOf("P1", "GQ1"); !ok || k.ID != "K2" {
		t.Errorf("%+v", k)
	}
	if k, _ := r.WithSandbox().ContractOf("P1", "HH1"); k.Left() != 1 {
		t.Errorf("%+v", k)
	}
	var again school.Roster
	if image, err := r.MarshalBinary(); err != nil || again.UnmarshalBinary(image) != nil {
		t.Fatal(err)
	}
	if k, _ := again.ContractOf("P1", "HH1"); k.ID != "K3" {
		t.Errorf("read again in one piece: %+v", k)
	}
	if _, ok := r.ContractOf("P2", "GQ1"); ok {
		t.Error("a contract of nobody")
	}
}
