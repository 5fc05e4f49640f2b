package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// demoPage shows several people's chats side by side, with a clock to move.
func (s *server) demoPage(c *gin.Context) {
	sch := s.Demo.School()
	hero := heroOf(sch)
	s.page(c, http.StatusOK, "demo", gin.H{
		"Title": phrase.TitleDemo, "School": sch.Name, "Hero": hero.Name, "Clock": s.clockNow(),
		"Shown": strings.Join(s.cast(sch, hero), ","), "People": s.roles(sch),
		"Schools": s.Demo.Schools(), "Training": sch.Training(),
	})
}

// demoRole is a person in the picker.
type demoRole struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	What  string `json:"what"` // 班主任 七(3)班; 张三的妈妈
	Class string `json:"class"`
	Group string `json:"group"` // name of the class group they can write to
	Kind  string `json:"kind"`
}

func (s *server) roles(sch *school.School) []demoRole {
	var out []demoRole
	for _, p := range s.Demo.People() {
		role := demoRole{ID: p.ID, Name: p.Name, What: personWords(sch, p), Kind: p.Kind}
		if p.Kind == school.KindStaff && p.Class != "" {
			role.Class, role.Group = p.Class, className(sch, p.Class)
		}
		out = append(out, role)
	}
	return out
}

// heroOf is the child of the first try: 张三, who is in every textbook, or the
// first student of the school.
func heroOf(sch *school.School) school.Student {
	students := sch.Roster.Students()
	for _, st := range students {
		if st.Name == "张三" {
			return st
		}
	}
	if len(students) == 0 {
		return school.Student{}
	}
	return students[0]
}

// cast chooses whose chats a first visitor sees: everybody who will hear of
// the hero, nearest first, each once.
func (s *server) cast(sch *school.School, hero school.Student) []string {
	const most = 4
	var out []string
	add := func(ids []string) {
		for _, id := range ids {
			if len(out) < most && !slices.Contains(out, id) {
				out = append(out, id)
				return
			}
		}
	}
	holders := func(role string) []string { return sch.Holders(role, hero.Class(), nil, s.demoNow()).People }
	add(holders(school.TitleHomeroom))
	for _, g := range sch.Roster.GuardiansOf(hero.ID) {
		add([]string{g.ID})
		break
	}
	for _, role := range []string{"主管主任", "主管副校长", "校长", school.TitleYearHead} {
		add(holders(role))
	}
	return out
}

// personWords says who a person is, in few words.
func personWords(sch *school.School, p DemoPerson) string {
	var out []string
	switch p.Kind {
	case school.KindStaff:
		for _, post := range p.Posts {
			out = append(out, strings.TrimSpace(post.Post+" "+scopeName(sch, post.Scope)))
		}
	case school.KindGuardian:
		for _, id := range p.Children {
			out = append(out, childWords(sch, p.ID, id))
		}
	default:
		out = append(out, phrase.StudentOf.With("class", className(sch, p.Class)))
	}
	return strings.Join(slices.Compact(out), "、")
}

func scopeName(sch *school.School, scope string) string {
	if scope == school.WholeSchool {
		return ""
	}
	return className(sch, scope)
}

// childWords is 张三的妈妈.
func childWords(sch *school.School, guardian, child string) string {
	relation := phrase.Guardian.String()
	for _, g := range sch.Roster.GuardiansOf(child) {
		for _, c := range g.Children {
			if g.ID == guardian && c.Student == child && c.Relation != "" {
				relation = c.Relation
			}
		}
	}
	return phrase.RelationOf.With("child", nameOf(sch, child), "relation", relation)
}
