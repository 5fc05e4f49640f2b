package handlers

import (
	"mime"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// document shows a paper to print, marked with who printed it, or hands over
// a file. Only plain text and pictures are ever shown; whatever else somebody
// handed in is downloaded.
func (s *server) document(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	f, err := s.Reader.File(c, me.School.ID, c.Param("id"))
	if err == nil {
		err = v.document(f)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	kind, _, _ := mime.ParseMediaType(f.Type)
	switch {
	case (kind == "text/plain" || kind == "text/markdown") && c.Query("raw") == "":
		s.page(c, http.StatusOK, "document", gin.H{"Title": f.Name, "Name": strings.TrimSuffix(strings.TrimSuffix(f.Name, ".txt"), ".md"),
			"Text": string(f.Content), "Printed": v.now.Format("2006-01-02 15:04")})
	case kind == "image/png" || kind == "image/jpeg":
		c.Data(http.StatusOK, kind, f.Content)
	default:
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		c.Data(http.StatusOK, "application/octet-stream", f.Content)
	}
}
