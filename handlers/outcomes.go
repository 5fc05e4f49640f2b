package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// outcomes shows what the regime for pauses has brought and costs, which seats
// it leaves free and whose money is kept: for who leads, schedules and keeps
// the money of a training institution.
func (s *server) outcomes(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err == nil && !v.outcomes() {
		err = school.Forbidden(phrase.OutcomesNotYours.String())
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	all, err := s.Reader.ApplicationsOf(c.Request.Context(), me.School.ID, "")
	if err != nil {
		s.fail(c, err)
		return
	}
	policy, err := s.Policy(c.Request.Context(), me.School.ID, "")
	if err != nil {
		s.fail(c, err)
		return
	}
	since := v.now.AddDate(0, -3, 0)
	s.page(c, http.StatusOK, "outcomes", gin.H{"Title": phrase.TitleOutcomes, "Since": since, "Outcomes": rules.CountOutcomes(me.School, policy, all, since, v.now)})
}

// outcomes says whether the person may see the figures of an institution.
func (v sight) outcomes() bool {
	f := rules.Facts{School: v.me.School, Now: v.now, Delegations: v.ds}
	return v.me.School.Training() && rules.SeesOutcomes(v.me.School, v.me.Person, v.ds, f)
}

// applicationPaper draws a paper of an application for whoever may look at it.
func (s *server) applicationPaper(c *gin.Context, v sight, id string) {
	a, err := s.Reader.Application(c.Request.Context(), v.me.School.ID, id)
	if err == nil {
		err = v.application(a)
	}
	if err == nil {
		err = s.hasRead(c, v, "application:"+a.ID, a.ID+"/"+c.Param("id"), phrase.LineReadPaper)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	policy, err := s.Policy(c.Request.Context(), v.me.School.ID, a.Version)
	if err != nil {
		s.fail(c, err)
		return
	}
	student, _ := v.me.School.Roster.Student(a.Student)
	page, err := rules.ApplicationPaper(rules.Facts{School: v.me.School, Policy: policy, Now: v.now, By: v.me.Person, Student: student,
		Sheet: school.Sheet{Student: a.Student}, Delegations: v.ds}, a, c.Param("id"))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.showPaper(c, v, page)
}
