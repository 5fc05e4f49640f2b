package school_test

import (
	"strings"
	"testing"

	"guixiao/rules/school"
)

const noon = "2026-03-09 12:00"

// drop takes a post out of the staff list.
func drop(s *school.School, title string) *school.School {
	var staff []school.Staff
	for _, st := range s.Roster.Staff {
		var posts []school.Post
		for _, p := range st.Posts {
			if p.Title != title {
				posts = append(posts, p)
			}
		}
		st.Posts = posts
		staff = append(staff, st)
	}
	out := *s
	out.Roster = school.NewRoster(s.Roster.Classes, s.Roster.Students(), staff, s.Roster.Guardians())
	return &out
}

func TestWhoHoldsAPost(t *testing.T) {
	for _, row := range []struct {
		role, class, people string
		fallback            bool
	}{
		{"班主任", "703", "T001", false},
		{"班主任", "704", "T009", false}, // no 班主任: the 副班主任 stands in
		{"年级主任", "704", "T004", false},
		{"年级", "703", "T004", false},
		{"年级主任", "101", "T005", true}, // none for year one: 教务处
		{"任课", "703", "T002 T003", false},
		{"教务处", "703", "T005", false},
		{"教导处", "", "T005", false},
		{"德育处", "703", "T006", false},
		{"德育处", "101", "T007", true}, // only for 初中
		{"主管校长", "703", "T007", false},
		{"主管主任", "703", "T007", true},
		{"校长", "", "T008", false},
		{"防流控辍工作小组", "703", "T007", true}, // unknown posts land at 主管主任 and go up
		{"管理员", "", "T001", true},         // nobody at all: the first of the staff
		{"德育主任", "", "T006", false},       // for the whole school all who hold it somewhere
		{"班主任", "", "T004", true},         // but never all the class teachers
		{"班主任", "999", "T004", true},      // a class nobody knows
	} {
		got := village().Holders(row.role, row.class, nil, at(t, noon))
		if strings.Join(got.People, " ") != row.people || got.Fallback != row.fallback {
			t.Errorf("%s of %q: %v (fallback %v), want %s", row.role, row.class, got.People, got.Fallback, row.people)
		}
	}
}

func TestTheWayUpIsVisible(t *testing.T) {
	s := drop(drop(village(), "年级主任"), "教务主任")
	got := s.Holders("班主任", "101", nil, at(t, noon))
	if strings.Join(got.Chain, "→") != "班主任 韩冰" || got.Fallback {
		t.Errorf("the post itself: %v", got)
	}
	got = drop(s, "班主任").Holders("班主任", "101", nil, at(t, noon))
	want := "班主任空缺→年级主任空缺→教务主任空缺→德育主任空缺→主管主任空缺→副校长 沈慧"
	if strings.Join(got.Chain, "→") != want || !got.Fallback {
		t.Errorf("the way up: %v, want %s", got.Chain, want)
	}
}

func TestTheSchoolMapsTheWordsOfTheRegime(t *testing.T) {
	s := village()
	s.Posts = map[string]string{"学校领导": "教导处", "年级": "政教处"}
	for role, want := range map[string]string{"学校领导": "T005", "年级": "T006", "年级主任": "T004"} {
		if got := s.Holders(role, "703", nil, at(t, noon)); len(got.People) != 1 || got.People[0] != want {
			t.Errorf("%s is %v, want %s", role, got, want)
		}
	}
	if got := drop(s, "年级主任").Holders("年级主任", "703", nil, at(t, noon)); got.People[0] != "T006" {
		t.Errorf("the mapping of another word for the same post: %v", got)
	}
}

func TestADeputyActsWhileTheDelegationIsOn(t *testing.T) {
	s := village()
	until := func(from, to, end string) school.Delegation {
		return school.Delegation{From: from, To: to, Since: at(t, "2026-03-09 08:00"), Until: at(t, end)}
	}
	ds := []school.Delegation{until("T001", "T003", "2026-03-13 18:00"), until("T008", "T007", "2026-03-09 09:00")}
	got := s.Holders("班主任", "703", ds, at(t, noon))
	if got.People[0] != "T003" || strings.Join(got.Chain, "→") != "班主任 李敏→代理人 何晓燕" {
		t.Errorf("while 李敏 is away: %v", got)
	}
	if got := s.Holders("班主任", "703", ds, at(t, "2026-03-13 18:01")); got.People[0] != "T001" {
		t.Errorf("after the end: %v", got)
	}
	if got := s.Holders("校长", "", ds, at(t, noon)); got.People[0] != "T008" {
		t.Errorf("a delegation that has ended: %v", got)
	}
	circle := []school.Delegation{until("T001", "T003", "2026-03-13 18:00"), until("T003", "T001", "2026-03-13 18:00")}
	if got := s.Holders("班主任", "703", circle, at(t, noon)); got.People[0] != "T001" {
		t.Errorf("two who stand in for each other: %v", got)
	}
	gone := []school.Delegation{until("T001", "T999", "2026-03-13 18:00")}
	if got := s.Holders("班主任", "703", gone, at(t, noon)); got.People[0] != "T001" {
		t.Errorf("a deputy who is not on the staff: %v", got)
	}
}

func TestNobodyOnTheStaffIsTheOnlyWayToHaveNobody(t *testing.T) {
	s := &school.School{Roster: school.NewRoster(nil, nil, nil, nil)}
	if got := s.Holders("校长", "", nil, at(t, noon)); len(got.People) != 0 {
		t.Errorf("an empty school: %v", got)
	}
}

func TestWhoseReportIsTheRollCall(t *testing.T) {
	s := village()
	ds := []school.Delegation{{From: "T001", To: "T002", Since: at(t, "2026-03-09 08:00"), Until: at(t, "2026-03-13 18:00")}}
	for _, row := range []struct {
		person, class string
		ds            []school.Delegation
		want          bool
	}{
		{"T001", "703", nil, true},
		{"T009", "703", nil, true},
		{"T002", "703", nil, false}, // a subject teacher's report is a fact about the child only
		{"T002", "703", ds, true},
		{"T001", "703", ds, true}, // still there
		{"T001", "704", nil, false},
		{"T004", "703", nil, false},
		{"T009", "704", nil, true},
	} {
		p, _ := s.Roster.Person(row.person)
		if got := s.OwnsRoll(p, row.class, row.ds, at(t, noon)); got != row.want {
			t.Errorf("%s owns the roll of %s: %v", row.person, row.class, got)
		}
	}
	head, _ := s.Roster.Person("T004")
	if !drop(s, "副班主任").OwnsRoll(head, "704", nil, at(t, noon)) {
		t.Error("a class without teachers of its own is answered for by the year's head")
	}
}

func TestACourseIsAnsweredForByItsTeacher(t *testing.T) {
	s := village()
	s.Level = school.LevelTraining
	s = drop(drop(s, "班主任"), "副班主任")
	p, _ := s.Roster.Person("T003")
	if !s.OwnsRoll(p, "703", nil, at(t, noon)) || s.OwnsRoll(p, "704", nil, at(t, noon)) {
		t.Error("in a training institution the teacher takes the roll of the course")
	}
}

func TestWhoMaySeeAndReportAChild(t *testing.T) {
	s := village()
	child, _ := s.Roster.Student("S001")
	ds := []school.Delegation{{From: "T001", To: "T010", Since: at(t, "2026-03-09 08:00"), Until: at(t, "2026-03-13 18:00")}}
	for _, row := range []struct {
		person      string
		ds          []school.Delegation
		see, report bool
	}{
		{"T001", nil, true, true},
		{"T002", nil, true, true},
		{"T004", nil, true, true},
		{"T006", nil, true, true},
		{"T008", nil, true, true},
		{"T009", nil, true, true},
		{"T010", nil, false, true}, // teaches everybody, may say who is missing
		{"T010", ds, true, true},   // stands in for the 班主任
		{"G1", nil, true, true},
		{"S001", nil, false, false},
		{"S002", nil, false, false},
	} {
		p, _ := s.Roster.Person(row.person)
		if see, report := s.MaySee(p, child, row.ds, at(t, noon)), s.MayReport(p, child, row.ds, at(t, noon)); see != row.see || report != row.report {
			t.Errorf("%s: sees %v, reports %v; want %v, %v", row.person, see, report, row.see, row.report)
		}
	}
	other, _ := s.Roster.Student("S003")
	for _, id := range []string{"T001", "T003", "G1", ""} {
		p, _ := s.Roster.Person(id)
		if s.MaySee(p, other, nil, at(t, noon)) || s.MayReport(p, other, nil, at(t, noon)) {
			t.Errorf("%q has nothing to do with a child of class 704", id)
		}
	}
}
