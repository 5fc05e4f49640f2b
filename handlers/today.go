package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// today is the first page: how the roll call stands, what waits for this
// person, and which cases are open. Every number opens its list.
func (s *server) today(c *gin.Context, me viewer) {
	if me.Kind != school.KindStaff {
		s.family(c, me)
		return
	}
	v, day, err := s.morning(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	cards, err := s.Reader.OpenCards(c.Request.Context(), me.School.ID, me.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	silent, _, err := s.silentLines(c, v)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "today", gin.H{
		"Title": phrase.TitleToday, "Day": day, "Todo": s.todo(v, cards), "Cases": s.caseLines(c, v, day.cases), "Silent": len(silent),
	})
}

// family is the first page of a guardian: the own children and nobody else.
func (s *server) family(c *gin.Context, me viewer) {
	if len(me.Children) == 1 {
		c.Redirect(http.StatusSeeOther, "/students/"+me.Children[0].Student)
		return
	}
	var children []childLine
	for _, child := range me.Children {
		if st, ok := me.School.Roster.Student(child.Student); ok {
			children = append(children, childLine{Student: st, Class: className(me.School, st.Class())})
		}
	}
	s.page(c, http.StatusOK, "family", gin.H{"Title": phrase.TitleFamily, "Children": children})
}

// morning is one roll call as the person may see it.
type morning struct {
	School     bool // there is school that day
	Slot       school.Slot
	Name       string
	Closes     string
	Closed     bool
	Tabs       []tab
	Reported   []classLine
	Unreported []classLine
	Absent     []childLine
	Excused    []childLine
	Overdue    []taskLine
	Unheard    []childLine // absent, and no message reached the family

	cases []school.Case
}

type tab struct {
	Name, Session string
	On            bool
}

type classLine struct {
	school.Class
	Teachers string
	At       time.Time
	Here     bool // 全到
	Missing  int
}

type childLine struct {
	school.Student
	Class string
	Mark  school.Mark
	Words string // 未到校
	By    string
	Case  string

	Family  string // what its family knows: 王桂芳 已送出 企业微信
	Unheard bool   // nothing
}

type taskLine struct {
	Case    string
	Student string
	Class   string
	Stage   string
	Who     string
	Due     time.Time
	Card    string
}

func (s *server) morning(c *gin.Context, me viewer) (sight, morning, error) {
	v, err := s.sight(c, me)
	if err != nil {
		return v, morning{}, err
	}
	day := morning{}
	cal := me.School.Calendar
	if day.cases, err = s.Reader.OpenCases(c.Request.Context(), me.School.ID); err != nil {
		return v, day, err
	}
	day.cases = slices.DeleteFunc(day.cases, func(k school.Case) bool { return v.file(k.Student) != nil })
	day.Overdue = s.overdue(c, v, day.cases)

	day.Slot, day.School = cal.Current(v.now)
	if !day.School {
		day.Name = cal.DayOf(v.now).Name()
		return v, day, nil
	}
	for _, session := range cal.Sessions() {
		if session.ID == c.Query("session") {
			day.Slot.Session = session.ID
		}
	}
	for _, session := range cal.Sessions() {
		day.Tabs = append(day.Tabs, tab{session.Name, session.ID, session.ID == day.Slot.Session})
	}
	day.Name, day.Closes, day.Closed = cal.SlotName(day.Slot), clockOf(cal.Closes(day.Slot)), !v.now.Before(cal.Closes(day.Slot))
	return v, day, s.count(c, v, &day)
}

// count fills the lists of the roll call.
func (s *server) count(c *gin.Context, v sight, day *morning) error {
	rolls, err := s.Reader.Rolls(c.Request.Context(), v.me.School.ID, day.Slot)
	if err != nil {
		return err
	}
	marks, err := s.Reader.MarksAt(c.Request.Context(), v.me.School.ID, day.Slot)
	if err != nil {
		return err
	}
	missing := map[string]int{}
	for _, m := range marks {
		st, ok := v.me.School.Roster.Student(m.Student)
		if !ok || v.file(m.Student) != nil {
			continue
		}
		line := childLine{Student: st, Class: className(v.me.School, st.Class()), Mark: m, Words: bot.MarkWord(m.Kind),
			By: nameOf(v.me.School, m.By), Case: caseOf(day.cases, m.Student)}
		switch {
		case m.Kind.Missing():
			missing[st.Class()]++
			day.Absent = append(day.Absent, line)
		case m.Kind.Excused():
			day.Excused = append(day.Excused, line)
		}
	}
	for _, class := range v.classes() {
		roll := rolls[class.ID]
		line := classLine{Class: class, Teachers: teachers(v, class.ID), Here: roll.AllHere && missing[class.ID] == 0, Missing: missing[class.ID]}
		if roll.Reported() {
			line.At = roll.At.In(v.now.Location())
			day.Reported = append(day.Reported, line)
		} else {
			day.Unreported = append(day.Unreported, line)
		}
	}
	byClass := func(a, b childLine) int {
		return cmp.Or(cmp.Compare(a.Student.Class(), b.Student.Class()), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(day.Absent, byClass)
	slices.SortFunc(day.Excused, byClass)
	return s.families(c, v, day)
}

// overdue lists what should have been answered by now, oldest first.
func (s *server) overdue(c *gin.Context, v sight, cases []school.Case) []taskLine {
	var out []taskLine
	for _, k := range cases {
		for _, stage := range k.Stages {
			if stage.Open() && !stage.Due.IsZero() && v.now.After(stage.Due) {
				out = append(out, s.task(c, v, k, stage))
			}
		}
	}
	slices.SortFunc(out, func(a, b taskLine) int { return a.Due.Compare(b.Due) })
	return out
}

func (s *server) task(c *gin.Context, v sight, k school.Case, stage school.Stage) taskLine {
	line := taskLine{Case: k.ID, Class: className(v.me.School, k.Class), Stage: s.wording(c, v.me.School.ID, k.Version).stage(stage.ID),
		Who: names(v.me.School, stage.People), Card: stage.Card}
	if !stage.Due.IsZero() {
		line.Due = stage.Due.In(v.now.Location())
	}
	if st, ok := v.me.School.Roster.Student(k.Student); ok {
		line.Student = st.Name
	}
	if line.Who == "" {
		line.Who = stage.Role
	}
	return line
}

// todoLine is a card that waits for this person.
type todoLine struct {
	ID, Title string
	Due       time.Time
	Late      bool
}

// todo leaves out what only says something: those cards wait for nothing.
func (s *server) todo(v sight, cards []school.Card) []todoLine {
	var out []todoLine
	for _, card := range cards {
		if card.Kind == school.CardConfirm || card.Kind == school.CardTold {
			continue
		}
		line := todoLine{ID: card.ID, Title: card.Title}
		if card.Due != nil && !card.Due.IsZero() {
			line.Due, line.Late = card.Due.In(v.now.Location()), v.now.After(*card.Due)
		}
		out = append(out, line)
	}
	return out
}

// list is one list behind a number of the first page.
func (s *server) list(c *gin.Context, me viewer) {
	if me.Kind != school.KindStaff {
		s.fail(c, school.Forbidden(phrase.NotYours.String()))
		return
	}
	titles := map[string]phrase.Phrase{
		"reported": phrase.ListReported, "unreported": phrase.ListUnreported, "absent": phrase.ListAbsent,
		"excused": phrase.ListExcused, "overdue": phrase.ListOverdue, "unheard": phrase.ListUnheard,
	}
	title, ok := titles[c.Param("list")]
	if !ok {
		s.noRoute(c)
		return
	}
	_, day, err := s.morning(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "list", gin.H{"Title": title, "List": c.Param("list"), "Day": day})
}
