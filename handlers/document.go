package handlers

import (
	"bytes"
	"errors"
	"html"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// document shows a paper to print, marked with who opened it, or hands over a
// file. A paper of a case (?case=ID) that has no file is drawn from the case.
func (s *server) document(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	f, err := s.Reader.File(c.Request.Context(), me.School.ID, c.Param("id"))
	if errors.Is(err, school.ErrNotFound) && c.Query("application") != "" {
		s.applicationPaper(c, v, c.Query("application"))
		return
	}
	if errors.Is(err, school.ErrNotFound) && c.Query("case") != "" {
		s.paper(c, v, c.Query("case"))
		return
	}
	if err == nil {
		err = v.document(f)
	}
	if err == nil && f.Student != "" {
		err = s.hasRead(c, v, "person:"+f.Student, f.ID, phrase.LineReadPaper)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.showFile(c, v, f)
}

// showFile shows plain text and pictures; whatever else somebody handed in is
// only ever downloaded.
func (s *server) showFile(c *gin.Context, v sight, f school.File) {
	kind, _, _ := mime.ParseMediaType(f.Type)
	switch {
	case kind == "text/plain" && c.Query("raw") == "":
		s.page(c, http.StatusOK, "document", gin.H{"Title": f.Name, "Name": strings.TrimSuffix(f.Name, path.Ext(f.Name)),
			"Text": string(f.Content), "Stamp": stamp(v)})
	case kind == "image/png" || kind == "image/jpeg":
		c.Data(http.StatusOK, kind, f.Content)
	default:
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(f.Name)}))
		c.Data(http.StatusOK, "application/octet-stream", f.Content)
	}
}

// paper draws a document from its case. The drawn page brings its own style.
func (s *server) paper(c *gin.Context, v sight, caseID string) {
	k, err := s.Reader.Case(c.Request.Context(), v.me.School.ID, caseID)
	if err == nil {
		err = v.caseFile(k)
	}
	if err == nil {
		err = s.hasRead(c, v, "case:"+k.ID, k.ID+"/"+c.Param("id"), phrase.LineReadPaper)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	policy, err := s.Policy(c.Request.Context(), v.me.School.ID, k.Version)
	if err != nil {
		s.fail(c, err)
		return
	}
	student, _ := v.me.School.Roster.Student(k.Student)
	page, err := rules.Paper(rules.Facts{School: v.me.School, Policy: policy, Now: v.now, By: v.me.Person, Student: student,
		Sheet: school.Sheet{Student: k.Sheet()}, Delegations: v.ds}, k, c.Param("id"))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.showPaper(c, v, page)
}

// showPaper shows a drawn page with who opened it.
func (s *server) showPaper(c *gin.Context, v sight, page []byte) {
	mark := `<p class="from">` + html.EscapeString(stamp(v)) + "</p>\n</body>"
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'")
	c.Data(http.StatusOK, "text/html; charset=utf-8", bytes.Replace(page, []byte("</body>"), []byte(mark), 1))
}

// stamp says on a paper who opened it.
func stamp(v sight) string {
	return phrase.PaperStamp.With("school", v.me.School.Name, "name", v.me.Name, "at", v.now.Format("2006-01-02 15:04"))
}
