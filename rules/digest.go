package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// DigestTimer is the key of the one timer of the daily digest.
const DigestTimer = "digest"

const digestDefault = school.Clock(17*60 + 30)

// NextDigest is when the next digest leaves: on school days only.
func NextDigest(s *school.School, after time.Time) (time.Time, bool) {
	at := s.Notices.Digest
	if at == 0 {
		at = digestDefault
	}
	today := s.Calendar.DayOf(after)
	if t := s.Calendar.At(today, at); t.After(after) && s.Calendar.IsSchoolDay(today) {
		return t, true
	}
	next, ok := s.Calendar.NextSchoolDay(today)
	if !ok {
		return time.Time{}, false
	}
	return s.Calendar.At(next, at), true
}

// Digest tells everybody once a day which cases they know of are still open:
// the 班主任 those of the class, others those they were told of before, and
// nobody else (G3).
func Digest(s *school.School, cases []school.Case, ds []school.Delegation, now time.Time, event string) school.Change {
	c := school.Change{School: s.ID, Key: event, At: now}
	if next, ok := NextDigest(s, now); ok {
		c.Timers = append(c.Timers, school.Timer{School: s.ID, Key: DigestTimer, Kind: school.TimerDigest, DueAt: next})
	}
	if !s.Calendar.IsSchoolDay(s.Calendar.DayOf(now)) {
		return c
	}
	var order []string
	known := map[string][]school.Case{}
	for _, k := range cases {
		if k.State == school.CaseIsClosed {
			continue
		}
		for _, person := range knowing(s, k, ds, now) {
			if known[person] == nil {
				order = append(order, person)
			}
			known[person] = append(known[person], k)
		}
	}
	slices.Sort(order)
	for _, person := range order {
		c.Notices = append(c.Notices, digestNotice(s, person, known[person], now))
	}
	return c
}

// knowing lists the staff who know of the case already.
func knowing(s *school.School, k school.Case, ds []school.Delegation, now time.Time) []string {
	var people []string
	if len(k.Stages)+len(k.Missed) > 0 { // else it is the leaders' own matter
		people = s.Holders(school.TitleHomeroom, k.Class, ds, now).People
	}
	told := slices.Clone(k.Told)
	for _, st := range k.Stages {
		told = append(told, st.People...)
	}
	for _, id := range told {
		if _, staff := s.Roster.StaffByID(id); staff {
			people = append(people, actingFor(id, ds, now))
		}
	}
	slices.Sort(people)
	return slices.Compact(people)
}

// actingFor is who acts for the person now.
func actingFor(person string, ds []school.Delegation, now time.Time) string {
	for _, d := range ds {
		if d.From == person && d.Active(now) {
			return d.To
		}
	}
	return person
}

func digestNotice(s *school.School, person string, cases []school.Case, now time.Time) school.Notice {
	var text strings.Builder
	text.WriteString(phrase.DigestHead.With("n", len(cases)))
	for _, k := range cases {
		text.WriteString("\n" + digestLine(s, k, now))
	}
	n := school.Notice{School: s.ID, Key: "digest:" + string(s.Calendar.DayOf(now)) + ":" + person, Act: school.NoticeSend,
		Kind: school.NoticeText, To: person, Text: text.String(), Why: phrase.DigestWhy.String(), Stage: DigestTimer, Routine: true, At: now, DueAt: now}
	if len(cases) == 1 {
		n.Case, n.Student = cases[0].ID, cases[0].Student
	}
	return n
}

// digestLine says where one case stands: no reasons, only what is counted and due.
func digestLine(s *school.School, k school.Case, now time.Time) string {
	student, _ := s.Roster.Student(k.Student)
	class, _ := s.Roster.Class(k.Class)
	state := phrase.DigestBack.String()
	if len(k.Missed) == 0 {
		state = phrase.DigestFiled.String()
	}
	if k.Away {
		state = phrase.DigestAway.With("n", len(k.Missed))
	}
	line := phrase.DigestLine.With("class", class.Name, "name", student.Name, "state", state)
	open, overdue, first := 0, 0, time.Time{}
	for _, st := range k.Stages {
		if !st.Open() {
			continue
		}
		open++
		if st.Overdue {
			overdue++
		} else if !st.Due.IsZero() && (first.IsZero() || st.Due.Before(first)) {
			first = st.Due
		}
	}
	if open > 0 {
		line += phrase.DigestOpen.With("n", open)
	}
	if !first.IsZero() {
		line += phrase.DigestDue.With("at", shortTime(s, first, now))
	}
	if overdue > 0 {
		line += phrase.DigestOverdue.With("n", overdue)
	}
	return line
}

// shortTime is 18:00 today, 3月10日（周二）18:00 on other days.
func shortTime(s *school.School, t, now time.Time) string {
	if day := s.Calendar.DayOf(t); day != s.Calendar.DayOf(now) {
		return day.Name() + s.Calendar.In(t).Format("15:04")
	}
	return phrase.DigestToday.With("at", s.Calendar.In(t).Format("15:04"))
}

// SayTogether adds to a digest what was held back for it: one message for each
// person, the newest words last.
func SayTogether(s *school.School, c *school.Change, held []school.Notice, now time.Time) {
	const most = 20
	var order []string
	lines := map[string][]string{}
	for _, n := range held {
		if lines[n.To] == nil {
			order = append(order, n.To)
		}
		lines[n.To] = append(lines[n.To], phrase.DigestHeld.With("at", shortTime(s, n.At, now), "text", n.Text))
		c.Merged = append(c.Merged, n.Key)
	}
	for _, person := range order {
		all := lines[person]
		text := phrase.DigestAlso.With("n", len(all))
		if more := len(all) - most; more > 0 {
			all = append([]string{phrase.DigestMore.With("n", more)}, all[more:]...)
		}
		text += "\n" + strings.Join(all, "\n")
		i := slices.IndexFunc(c.Notices, func(n school.Notice) bool { return n.To == person && n.Stage == DigestTimer })
		if i >= 0 {
			c.Notices[i].Text += "\n" + text
			continue
		}
		c.Notices = append(c.Notices, school.Notice{School: s.ID, Key: "digest:" + string(s.Calendar.DayOf(now)) + ":" + person, Act: school.NoticeSend,
			Kind: school.NoticeText, To: person, Text: text, Why: phrase.DigestWhyHeld.String(), Stage: DigestTimer, At: now, DueAt: now})
	}
}
