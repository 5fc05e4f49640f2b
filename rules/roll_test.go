package rules_test

import (
	"strings"
	"testing"
	"time"

	"guixiao/rules"
	"guixiao/rules/school"
)

// rollSchool has three classes in the spring term of 2026; 周 leads two of them.
func rollSchool(t *testing.T) *school.School {
	t.Helper()
	calendar, faults := school.NewCalendar(school.CalendarSpec{
		Timezone: "Asia/Shanghai", ConfirmedUntil: "2026-07-10", Weekdays: []int{1, 2, 3, 4, 5},
		Terms:       []school.Term{{ID: "2026-1", Name: "春", From: "2026-03-02", To: "2026-07-10"}},
		SpecialDays: []school.SpecialDay{{From: "2026-03-11", To: "2026-03-11", Kind: school.SpecialOff, Scope: "703"}},
	}, []school.Session{
		{ID: "am", Name: "上午", Start: 480, ReportBy: 500, End: 700},
		{ID: "pm", Name: "下午", Start: 840, ReportBy: 860, End: 990},
	})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	class := func(id, name string) school.Class {
		return school.Class{ID: id, Stage: "初中", Grade: "七年级", Name: name}
	}
	child := func(id, class string) school.Student {
		return school.Student{ID: id, Name: "学生" + id, Places: []school.Place{{Class: class}}}
	}
	post := func(id, name, title string, scope ...string) school.Staff {
		return school.Staff{ID: id, Name: name, Posts: []school.Post{{Title: title, Scopes: scope}}}
	}
	return &school.School{ID: "demo", Level: school.LevelJunior, Calendar: calendar, Roster: school.NewRoster(
		[]school.Class{class("701", "七(1)班"), class("702", "七(2)班"), class("703", "七(3)班"), class("704", "七(4)班")},
		[]school.Student{child("S1", "701"), child("S2", "702"), child("S3", "703")},
		[]school.Staff{post("T1", "周", "班主任", "701", "702"), post("T3", "钱", "班主任", "703"),
			post("T5", "吴", "教务主任", "全校"), post("T6", "郑", "主管副校长", "全校")},
		[]school.Guardian{{ID: "G1", Children: []school.Child{{Student: "S3"}}}})}
}

func moment(s *school.School, day school.Day, clock string) time.Time {
	c, err := school.ParseClock(clock)
	if err != nil {
		panic(err)
	}
	return s.Calendar.At(day, c)
}

// to gathers the notices by receiver.
func to(c school.Change) map[string][]school.Notice {
	out := map[string][]school.Notice{}
	for _, n := range c.Notices {
		out[n.To] = append(out[n.To], n)
	}
	return out
}

func TestAMissingRollCallIsAskedForAndListed(t *testing.T) {
	s, p := rollSchool(t), with(t, shipped(t, "S23"), nil)
	am := school.Slot{Day: "2026-03-09", Session: "am"}
	rolls := map[string]school.Roll{}
	c := rules.SessionCloses(s, p, am, rolls, nil, moment(s, "2026-03-09", "08:20"), "close")

	got := to(c)
	if len(got) != 2 || len(got["T1"]) != 1 || len(got["T3"]) != 1 {
		t.Fatalf("one notice for each class teacher, the office hears later: %+v", c.Notices)
	}
	card := got["T3"][0].Card
	if card == nil || card.Kind != school.CardRoll || card.Class != "703" || card.Slot != am || card.Stage != rules.StageRoll ||
		card.Buttons[0].Key != "all-here" || card.Inputs[0].Key != "absent" || got["T3"][0].Key != school.CardKey(card.ID, "T3") {
		t.Errorf("%+v", card)
	}
	if n := got["T1"][0]; n.Card != nil || !strings.Contains(n.Text, "2 个班") || !strings.Contains(n.Text, "七(1)班、七(2)班") {
		t.Errorf("two classes in one line: %q", n.Text)
	}
	if len(c.Timers) != 2 || c.Timers[0].DueAt != moment(s, "2026-03-09", "14:20") || c.Timers[1].Kind != school.TimerRemind ||
		c.Timers[1].DueAt != moment(s, "2026-03-09", "08:35") {
		t.Errorf("%+v", c.Timers)
	}
	if len(c.Rolls) != 0 {
		t.Error("a roll was written that somebody may be reporting at this moment")
	}

	rolls["703"] = school.Roll{Class: "703", Slot: am, By: "T3"}
	list := to(rules.ListMissing(s, p, am, rolls, nil, moment(s, "2026-03-09", "08:35"), "list"))["T5"]
	if len(list) != 1 || !strings.Contains(list[0].Text, "2 个班") || strings.Contains(list[0].Text, "七(3)班") || list[0].Role != "教务处" {
		t.Errorf("%+v", list)
	}
}

func TestNobodyIsRemindedOfWhatWasReported(t *testing.T) {
	s, p := rollSchool(t), with(t, shipped(t, "S23"), nil)
	am := school.Slot{Day: "2026-03-11", Session: "am"}
	rolls := map[string]school.Roll{"701": {By: "T1"}, "702": {By: "T1", AllHere: true}}
	c := rules.SessionCloses(s, p, am, rolls, nil, moment(s, "2026-03-11", "08:20"), "close")
	if len(c.Notices)+len(c.Cards) != 0 || len(c.Timers) != 1 { // 703 has a day off of its own
		t.Errorf("%+v", c)
	}
}

func TestS03ListsAtTheCloseAndS02RemindsOnly(t *testing.T) {
	s := rollSchool(t)
	pm := school.Slot{Day: "2026-03-10", Session: "pm"}
	at := moment(s, "2026-03-10", "14:20")
	if got := to(rules.SessionCloses(s, with(t, shipped(t, "S03"), nil), pm, nil, nil, at, "e")); len(got["T5"]) != 1 {
		t.Errorf("教务处 has no list: %+v", got)
	}
	c := rules.SessionCloses(s, with(t, shipped(t, "S02"), nil), pm, nil, nil, at, "e")
	if got := to(c); len(got["T5"]) != 0 || len(got["T1"]) != 1 || c.Timers[0].DueAt != moment(s, "2026-03-11", "08:20") {
		t.Errorf("%+v %+v", got, c.Timers)
	}
}

func TestAfterAnOutageEveryCloseIsMadeUpButNobodyIsRemindedOfYesterday(t *testing.T) {
	s, p := rollSchool(t), with(t, shipped(t, "S23"), nil)
	c := rules.SessionCloses(s, p, school.Slot{Day: "2026-03-09", Session: "pm"}, nil, nil, moment(s, "2026-03-11", "10:00"), "e")
	if c.Timers[0].DueAt != moment(s, "2026-03-10", "08:20") {
		t.Errorf("a roll call was left out: %+v", c.Timers)
	}
	if got := to(c); len(got["T1"])+len(got["T3"]) != 0 || len(got["T5"]) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestADeputyIsRemindedInstead(t *testing.T) {
	s, p := rollSchool(t), with(t, shipped(t, "S23"), nil)
	now := moment(s, "2026-03-09", "08:20")
	ds := []school.Delegation{{From: "T3", To: "T6", Since: now.Add(-time.Hour), Until: now.Add(time.Hour)}}
	got := to(rules.SessionCloses(s, p, school.Slot{Day: "2026-03-09", Session: "am"}, nil, ds, now, "e"))
	if len(got["T3"]) != 0 || len(got["T6"]) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestTheDigestReachesOnlyThoseWhoKnow(t *testing.T) {
	s := rollSchool(t)
	now := moment(s, "2026-03-10", "17:30")
	open := school.Case{ID: "c1", Student: "S3", Class: "703", State: school.CaseIsOpen, Away: true, Reason: "家里有事",
		Missed: make([]school.Missed, 4), Told: []string{"T6", "G1"},
		Stages: []school.Stage{
			{ID: "day-1", People: []string{"T3"}, OpenedAt: now, Due: moment(s, "2026-03-11", "12:00")},
			{ID: "half-day", People: []string{"T3"}, OpenedAt: now, Overdue: true},
			{ID: "day-2", People: []string{"T3"}, OpenedAt: now, ClosedAt: now},
		}}
	closed := school.Case{ID: "c2", Student: "S1", Class: "701", State: school.CaseIsClosed}
	c := rules.Digest(s, []school.Case{open, closed}, nil, now, "e")
	got := to(c)
	if len(got) != 2 || len(got["T3"]) != 1 || len(got["T6"]) != 1 {
		t.Fatalf("class teacher and who was told, nobody else: %+v", got)
	}
	text := got["T3"][0].Text
	for _, want := range []string{"1 名学生", "七(3)班 学生S3", "已 4 个半天未到校", "待办 2 项", "3月11日（周三）12:00", "逾期 1 项"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
	if strings.Contains(text, "家里有事") {
		t.Error("the reason is told")
	}
	if c.Timers[0].DueAt != moment(s, "2026-03-11", "17:30") {
		t.Errorf("%+v", c.Timers)
	}
	if weekend := rules.Digest(s, []school.Case{open}, nil, moment(s, "2026-03-14", "17:30"), "e"); len(weekend.Notices) != 0 ||
		weekend.Timers[0].DueAt != moment(s, "2026-03-16", "17:30") {
		t.Errorf("a digest on Saturday: %+v", weekend)
	}
}
