package handlers

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// applicationLine is one application in a list.
type applicationLine struct {
	ID, Student, Class, Kind, Who string
	At                            time.Time
	State                         school.ApplicationState
	Mine                          bool   // it waits for this person
	Card                          string // the open card this person holds of it
}

// applications lists what the person brought, decides about, or may read.
func (s *server) applications(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	all, err := s.Reader.ApplicationsOf(c.Request.Context(), me.School.ID, "")
	if err != nil {
		s.fail(c, err)
		return
	}
	var open, closed []applicationLine
	for _, a := range all { // newest first
		if v.application(a) != nil {
			continue
		}
		line := v.applicationLine(a)
		if a.Waiting() {
			open = append(open, line)
		} else if len(closed) < 50 {
			closed = append(closed, line)
		}
	}
	slices.SortStableFunc(open, func(a, b applicationLine) int {
		switch {
		case a.Mine == b.Mine:
			return 0
		case a.Mine:
			return -1
		}
		return 1
	})
	s.page(c, http.StatusOK, "applications", gin.H{"Title": phrase.TitleApplications, "Opened": open, "Closed": closed})
}

func (v sight) applicationLine(a school.Application) applicationLine {
	line := applicationLine{ID: a.ID, Class: className(v.me.School, a.Class), Kind: rules.RequestName(a.Kind), Who: nameOf(v.me.School, a.AskedBy),
		At: a.AskedAt, State: a.State}
	if st, ok := v.me.School.Roster.Student(a.Student); ok {
		line.Student = st.Name
	}
	for _, step := range a.Steps {
		if step.State == school.StepOpen && slices.Contains(step.People, v.me.ID) {
			line.Mine, line.Card = true, step.Card
		}
	}
	return line
}

// application says whether the person may look at one: who brought it, whom it
// lies or lay with, and who may open the child's file.
func (v sight) application(a school.Application) error {
	if a.AskedBy == v.me.ID {
		return nil
	}
	for _, step := range a.Steps {
		if slices.Contains(step.People, v.me.ID) {
			return nil
		}
	}
	return v.file(a.Student)
}

// stationLine is one step on the application's page.
type stationLine struct {
	school.Step
	Title   string
	Who     string
	Answers []school.Field
	Votes   []voteLine
}

type voteLine struct {
	Who, Verdict, Note string
	At                 time.Time
}

// applicationPage is one application with its whole trail.
func (s *server) applicationPage(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	a, err := s.Reader.Application(c.Request.Context(), me.School.ID, c.Param("id"))
	if err == nil {
		err = v.application(a)
	}
	if err == nil {
		err = s.hasRead(c, v, "application:"+a.ID, a.ID, phrase.LineRead)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	words := s.wording(c, me.School.ID, a.Version)
	student, _ := me.School.Roster.Student(a.Student)
	story := slices.Clone(a.History)
	slices.Reverse(story)
	for i := range story {
		if story[i].Who != "" {
			story[i].Who = nameOf(me.School, story[i].Who)
		}
	}
	s.page(c, http.StatusOK, "application", gin.H{
		"Title": phrase.ApplyTitle.With("name", student.Name, "kind", rules.RequestName(a.Kind)), "Application": a, "Line": v.applicationLine(a),
		"Student": student, "Told": toldAs(a, words), "Stations": v.stations(a, words), "Story": story, "Own": a.AskedBy == me.ID, "OwnCard": rules.OwnCard(a),
		"Files": v.file(a.Student) == nil,
	})
}

// toldAs is what the applicant told.
func toldAs(a school.Application, words wording) []school.Field {
	var out []school.Field
	for name, value := range a.Answers {
		if name != "type" && !slices.ContainsFunc(a.Documents, func(d school.Document) bool { return d.ID == value }) {
			out = append(out, school.Field{K: words.answer(name), V: value})
		}
	}
	slices.SortFunc(out, byField)
	return out
}

func (v sight) stations(a school.Application, words wording) []stationLine {
	var out []stationLine
	for _, step := range a.Steps[1:] {
		if step.State == school.StepSkipped {
			continue
		}
		line := stationLine{Step: step, Title: words.step(v.me.School, a, step), Who: names(v.me.School, step.People)}
		for name, value := range step.Answers {
			line.Answers = append(line.Answers, school.Field{K: words.answer(name), V: value})
		}
		slices.SortFunc(line.Answers, byField)
		for _, vote := range step.Votes {
			verdict, note := rules.VerdictName(vote.Verdict), vote.Note
			if p, ok := v.me.School.Roster.Person(note); ok {
				note = p.Name // handed over or added to
			}
			line.Votes = append(line.Votes, voteLine{nameOf(v.me.School, vote.By), verdict, note, vote.At})
		}
		out = append(out, line)
	}
	return out
}

// applyForm is the form of a new application: for a family about its own
// children, for the staff about a child named in the address.
func (s *server) applyForm(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err == nil {
		err = s.showApply(c, v, c.Query("student"), nil)
	}
	if err != nil {
		s.fail(c, err)
	}
}

func (s *server) showApply(c *gin.Context, v sight, student string, reply *school.Reply) error {
	var children []school.Student
	if v.me.Kind == school.KindGuardian {
		for _, child := range v.me.Children {
			if st, ok := v.me.School.Roster.Student(child.Student); ok {
				children = append(children, st)
			}
		}
	} else {
		st, err := v.student(student)
		if err != nil {
			return err
		}
		children = []school.Student{st}
	}
	s.page(c, http.StatusOK, "apply", gin.H{"Title": phrase.TitleApply, "Children": children, "Chosen": student, "Kinds": rules.Applications(v.me.School),
		"Form": rand.Text(), "Reply": reply})
	return nil
}

// applyPost hands the form in: the same event as an application by any other door.
func (s *server) applyPost(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	student := c.PostForm("student")
	if _, err := v.student(student); err != nil {
		s.fail(c, err)
		return
	}
	d := school.Delivery{Key: fmt.Sprintf("console:%s:apply:%s", me.ID, c.PostForm("form")), School: me.School.ID, Platform: bot.Console, From: me.ID,
		Kind: school.DeliveryEvent, At: s.Now(), Event: "application-received", Student: student, Fields: map[string]string{}}
	for _, name := range []string{"kind", "from-date", "expected-return-date", "reason", "parents-informed", "ground"} {
		if value := c.PostForm(name); value != "" {
			d.Fields[name] = value
		}
	}
	if header, err := c.FormFile("proof"); err == nil {
		file, err := readUpload(header)
		if err != nil {
			s.fail(c, formError(err))
			return
		}
		d.Attachments = []school.Attachment{file}
	}
	if from := d.Fields["from-date"]; from != "" && d.Fields["kind"] == school.ApplyTransferOut {
		d.Fields["planned-leave-date"] = from
	}
	reply, err := s.Intake.Ask(c.Request.Context(), d)
	if err != nil {
		s.fail(c, err)
		return
	}
	if reply.OK {
		c.Redirect(http.StatusSeeOther, "/applications")
		return
	}
	if err := s.showApply(c, v, student, &reply); err != nil {
		s.fail(c, err)
	}
}
