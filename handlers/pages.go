package handlers

import (
	"bytes"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"guixiao/handlers/web"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// page renders a template whole before it answers, so that a fault in it is a
// clean error and never half a page.
func (s *server) page(c *gin.Context, status int, name string, data gin.H) {
	if me, ok := c.Get(meKey); ok {
		data["Me"], data["Zone"] = me, me.(viewer).School.Calendar.Zone()
		data["Pauses"] = me.(viewer).School.Training() && me.(viewer).Kind == school.KindStaff
		data["Keeps"] = s.System != nil && keeps(me.(viewer), s.Now())
	}
	data["Demo"] = s.Demo != nil
	var out bytes.Buffer
	if err := s.pages.ExecuteTemplate(&out, name, data); err != nil {
		s.Log.Error("page not rendered", "ref", reference(c), "page", name, "error", err)
		c.String(http.StatusInternalServerError, phrase.Broken.With("ref", reference(c)))
		c.Abort()
		return
	}
	c.Data(status, "text/html; charset=utf-8", out.Bytes())
	c.Abort()
}

// static serves the embedded files as /static/VERSION/NAME. Their addresses
// change with their content, so a browser may keep them for good.
func (s *server) static(c *gin.Context) {
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	_, name, ok := strings.Cut(strings.TrimPrefix(c.Param("file"), "/"), "/")
	content, err := fs.ReadFile(web.Static(), name)
	if !ok || err != nil {
		c.Header("Cache-Control", "no-store")
		s.noRoute(c)
		return
	}
	c.Data(http.StatusOK, mime.TypeByExtension(path.Ext(name)), content)
}

// signInGroup is one group of people to choose from.
type signInGroup struct {
	Name   string
	People []signInPerson
}

type signInPerson struct{ ID, Name, What string }

// signInGroups are the people of the demo school; in service nobody may choose.
func (s *server) signInGroups() []signInGroup {
	if s.Demo == nil {
		return nil
	}
	sch := s.Demo.School()
	staff, family := signInGroup{Name: phrase.GroupStaff.String()}, signInGroup{Name: phrase.GroupFamily.String()}
	for _, p := range s.Demo.People() {
		line := signInPerson{p.ID, p.Name, personWords(sch, p)}
		switch p.Kind {
		case school.KindStaff:
			staff.People = append(staff.People, line)
		case school.KindGuardian:
			family.People = append(family.People, line)
		}
	}
	return []signInGroup{staff, family}
}
