package rules

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Ledger is a list to hand in or to keep: one row for each thing (C40).
type Ledger struct {
	Title string
	Head  []string
	Rows  [][]string
}

// Kinds of ledger, as `guixiao report` and the console name them.
const (
	LedgerAttendance   = "attendance"   // every session somebody was not there, with a count for each class
	LedgerCases        = "cases"        // 缺勤个案
	LedgerLost         = "lost"         // 流失学生
	LedgerApplications = "applications" // 申请
)

// Ledgers lists the kinds with their names.
func Ledgers() []school.Option {
	return []school.Option{{ID: LedgerAttendance, Text: phrase.LedgerAttendance.String()}, {ID: LedgerCases, Text: phrase.LedgerCases.String()},
		{ID: LedgerLost, Text: phrase.LedgerLost.String()}, {ID: LedgerApplications, Text: phrase.LedgerApplications.String()}}
}

// Period is a span of days a ledger is about, both included.
type Period struct{ From, To school.Day }

// ParsePeriod reads 2026-03-09, 2026-03, 2026 or 2026-03-01..2026-03-31.
func ParsePeriod(text string) (Period, error) {
	wrong := school.Invalid("%s", phrase.LedgerPeriod.With("value", text))
	if from, to, ok := strings.Cut(text, ".."); ok {
		a, err1 := school.ParseDay(from)
		b, err2 := school.ParseDay(to)
		if err1 != nil || err2 != nil || b < a {
			return Period{}, wrong
		}
		return Period{a, b}, nil
	}
	if day, err := school.ParseDay(text); err == nil {
		return Period{day, day}, nil
	}
	if month, err := time.Parse("2006-01", text); err == nil {
		return Period{school.DayOf(month), school.DayOf(month.AddDate(0, 1, -1))}, nil
	}
	if year, err := time.Parse("2006", text); err == nil {
		return Period{school.DayOf(year), school.DayOf(year.AddDate(1, 0, -1))}, nil
	}
	return Period{}, wrong
}

// has says whether a moment lies in the period, in the school's zone.
func (p Period) has(cal *school.Calendar, at time.Time) bool {
	day := cal.DayOf(at)
	return !at.IsZero() && p.From <= day && day <= p.To
}

// book writes ledgers of one school for somebody who may see some of its children.
type book struct {
	school *school.School
	cal    *school.Calendar
	sees   func(student string) bool
}

func newBook(s *school.School, sees func(string) bool) book { return book{s, s.Calendar, sees} }

// child is the class, number and name of a student, as the ledgers begin.
func (b book) child(id, class string) []string {
	st, ok := b.school.Roster.Student(id)
	if !ok {
		return []string{class, id, ""}
	}
	if class == "" {
		class = st.Class()
	}
	if c, ok := b.school.Roster.Class(class); ok {
		class = c.Name
	}
	return []string{class, id, st.Name}
}

func (b book) name(person string) string {
	if p, ok := b.school.Roster.Person(person); ok {
		return p.Name
	}
	return person
}

func (b book) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return b.cal.In(t).Format("2006-01-02 15:04")
}

var childHead = []string{phrase.FieldClass.String(), phrase.FieldNumber.String(), phrase.FieldStudent.String()}

// Attendance lists every session in which a child was not there or came late,
// and counts them for each class. sees says of whom the reader may know.
func Attendance(s *school.School, marks []school.Mark, sees func(student string) bool) []Ledger {
	b := newBook(s, sees)
	all := Ledger{Title: phrase.LedgerAttendance.String(), Head: append([]string{phrase.LedgerDay.String(), phrase.LedgerSession.String()},
		append(slices.Clone(childHead), phrase.LedgerMark.String(), phrase.LedgerNote.String(), phrase.FieldBy.String(), phrase.LedgerAt.String())...)}
	kinds := []school.MarkKind{school.Absent, school.Truant, school.Sick, school.Personal, school.OnLeave, school.Official, school.Late, school.Early}
	counts := map[string]map[school.MarkKind]int{}
	for _, m := range marks {
		if m.Pending || m.Kind == school.Present || !sees(m.Student) {
			continue
		}
		session, _ := b.cal.Session(m.Slot.Session)
		row := append([]string{string(m.Slot.Day), session.Name}, b.child(m.Student, "")...)
		all.Rows = append(all.Rows, append(row, markWord(m.Kind), m.Note, b.name(m.By), b.moment(m.At)))
		class := row[2]
		if counts[class] == nil {
			counts[class] = map[school.MarkKind]int{}
		}
		counts[class][m.Kind]++
	}
	sum := Ledger{Title: phrase.LedgerByClass.String(), Head: []string{phrase.FieldClass.String()}}
	for _, k := range kinds {
		sum.Head = append(sum.Head, markWord(k))
	}
	for _, c := range s.Roster.Classes {
		if counts[c.Name] == nil {
			continue
		}
		row := []string{c.Name}
		for _, k := range kinds {
			row = append(row, strconv.Itoa(counts[c.Name][k]))
		}
		sum.Rows = append(sum.Rows, row)
	}
	return []Ledger{all, sum}
}

// Cases lists the absences that were followed up in the period: opened, closed
// or still open in it.
func Cases(s *school.School, cases []school.Case, p Period, sees func(student string) bool) Ledger {
	b := newBook(s, sees)
	l := Ledger{Title: phrase.LedgerCases.String(), Head: append(slices.Clone(childHead), phrase.LedgerState.String(), phrase.LedgerOpened.String(), phrase.LedgerClosed.String(),
		phrase.LedgerHalfDays.String(), phrase.FieldReason.String(), phrase.LedgerVisits.String(), phrase.FieldFiled.String())}
	for _, k := range cases {
		if !sees(k.Student) || k.Student == "" || !(p.has(b.cal, k.OpenedAt) || p.has(b.cal, k.ClosedAt) || k.ClosedAt.IsZero() && b.cal.DayOf(k.OpenedAt) <= p.To) {
			continue
		}
		visits := 0
		for _, st := range k.Stages {
			if st.Answers["visit-record"] != "" {
				visits++
			}
		}
		var filed []string
		for _, f := range k.Filings {
			filed = append(filed, f.Body)
		}
		l.Rows = append(l.Rows, append(b.child(k.Student, k.Class), stateWord(k.State), b.moment(k.OpenedAt), b.moment(k.ClosedAt), strconv.Itoa(len(k.Missed)), k.Reason,
			strconv.Itoa(visits), strings.Join(filed, "、")))
	}
	return l
}

func stateWord(state school.CaseState) string {
	switch state {
	case school.CaseIsClosed:
		return phrase.LedgerIsClosed.String()
	case school.CaseWatching:
		return phrase.LedgerWatched.String()
	}
	return phrase.LedgerIsOpen.String()
}

// Lost lists the children entered as 流失 up to the end of the period, with
// where they are.
func Lost(s *school.School, cases []school.Case, p Period, sees func(student string) bool) Ledger {
	b := newBook(s, sees)
	l := Ledger{Title: phrase.LedgerLost.String(), Head: append(slices.Clone(childHead), phrase.LedgerLostAt.String(), phrase.FieldReason.String(), phrase.AnswerDestination.String(),
		phrase.AnswerSchoolNow.String(), phrase.AnswerNextCheck.String(), phrase.LedgerState.String())}
	for _, k := range cases {
		h, lost := k.Happened(EventLost)
		if !lost || !sees(k.Student) || b.cal.DayOf(h.At) > p.To {
			continue
		}
		l.Rows = append(l.Rows, append(b.child(k.Student, k.Class), b.moment(h.At), k.Reason, k.Answers[destination].Value, k.Answers["school-now-attended"].Value,
			k.Answers[nextCheckDate].Value, stateWord(k.State)))
	}
	slices.SortStableFunc(l.Rows, func(x, y []string) int { return cmp.Compare(x[3], y[3]) })
	return l
}

// ApplicationsBook lists what was applied for in the period and what became of it.
func ApplicationsBook(s *school.School, all []school.Application, p Period, sees func(student string) bool) Ledger {
	b := newBook(s, sees)
	l := Ledger{Title: phrase.LedgerApplications.String(), Head: append(slices.Clone(childHead), phrase.AnswerKind.String(), phrase.FieldApplicant.String(), phrase.LedgerAt.String(),
		phrase.LedgerFrom.String(), phrase.LedgerTo.String(), phrase.FieldReason.String(), phrase.LedgerState.String(), phrase.LedgerClosed.String(), phrase.LedgerBy.String())}
	for _, a := range slices.Backward(all) { // oldest first
		if !sees(a.Student) || !p.has(b.cal, a.AskedAt) && !p.has(b.cal, a.ClosedAt) {
			continue
		}
		who := ""
		for _, st := range a.Steps {
			if n := len(st.Votes); n > 0 {
				who = b.name(st.Votes[n-1].By)
			}
		}
		state := map[school.ApplicationState]phrase.Phrase{school.ApplicationOpen: phrase.LedgerIsOpen, school.ApplicationApproved: phrase.StandsApproved,
			school.ApplicationRejected: phrase.LedgerRejected, school.ApplicationWithdrawn: phrase.StandsWithdrawn}[a.State]
		l.Rows = append(l.Rows, append(b.child(a.Student, a.Class), requestWord(a.Kind), b.name(a.AskedBy), b.moment(a.AskedAt), string(a.From), string(a.To),
			a.Answers[reasonName], state.String(), b.moment(a.ClosedAt), who))
	}
	return l
}
