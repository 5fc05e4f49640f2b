package handlers

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/rules"
	"guixiao/rules/school"
)

func clockOf(t time.Time) string { return t.Format("15:04") }

func className(s *school.School, id string) string {
	if c, ok := s.Roster.Class(id); ok {
		return c.Name
	}
	return id
}

// nameOf is a person's name; the clock has none.
func nameOf(s *school.School, id string) string {
	if p, ok := s.Roster.Person(id); ok {
		return p.Name
	}
	return id
}

func names(s *school.School, ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = nameOf(s, id)
	}
	return strings.Join(out, "、")
}

func teachers(v sight, class string) string {
	return names(v.me.School, v.me.School.Holders(school.TitleHomeroom, class, v.ds, v.now).People)
}

func caseOf(cases []school.Case, student string) string {
	for _, k := range cases {
		if k.Student == student {
			return k.ID
		}
	}
	return ""
}

// step is what people call a step of an application.
func (w wording) step(s *school.School, a school.Application, st school.Step) string {
	class, _ := s.Roster.Class(a.Class)
	return w.policy.StepTitle(a, class, st)
}

// wording turns the ids of a regime into its words.
type wording struct{ policy *rules.Policy }

func (s *server) wording(c *gin.Context, schoolID, version string) wording {
	if s.Policy == nil {
		return wording{}
	}
	p, err := s.Policy(c.Request.Context(), schoolID, version)
	if err != nil {
		s.Log.Warn("policy not readable, pages show its ids", "version", version, "error", err)
		return wording{}
	}
	return wording{p}
}

func (w wording) stage(id string) string {
	if w.policy == nil {
		return id
	}
	for _, stage := range w.policy.Stages {
		if stage.ID == id {
			return stage.Title
		}
	}
	return id
}

// answer is the label of a requirement.
func (w wording) answer(name string) string {
	if w.policy == nil {
		return name
	}
	for _, stage := range w.policy.Stages {
		for _, r := range stage.Require {
			if r.Name == name {
				return r.Label
			}
		}
	}
	return name
}

func (w wording) title() string {
	if w.policy == nil {
		return ""
	}
	return w.policy.Title
}
