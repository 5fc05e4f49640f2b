package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// statusOf turns the closed list of failures into HTTP.
func statusOf(err error) int {
	var tooLarge *http.MaxBytesError
	var e *school.Error
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	case !errors.As(err, &e):
		return http.StatusInternalServerError
	}
	switch e.Code {
	case school.CodeInvalid:
		return http.StatusBadRequest
	case school.CodeNotFound:
		return http.StatusNotFound
	case school.CodeForbidden:
		return http.StatusForbidden
	case school.CodeRefused:
		return http.StatusUnprocessableEntity
	case school.CodeConflict, school.CodeDuplicate:
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

// sentence is what people may read of an error; "" when it is ours to know.
func sentence(err error) string {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return phrase.TooLarge.String()
	}
	text, _ := school.Said(err)
	if text == "" && errors.Is(err, school.ErrNotFound) {
		text = phrase.NothingThere.String()
	}
	return text
}

// fail answers with the sentence of the error, as a page or as JSON. An error
// without a sentence is logged and answered neutrally.
func (s *server) fail(c *gin.Context, err error) {
	text := sentence(err)
	if text == "" {
		s.Log.Error("request failed", "ref", reference(c), "route", c.FullPath(), "error", err)
		s.broken(c)
		return
	}
	s.refuse(c, statusOf(err), text)
}

// broken is the answer to a fault of ours.
func (s *server) broken(c *gin.Context) {
	if c.Writer.Written() {
		c.Abort()
		return
	}
	s.refuse(c, http.StatusInternalServerError, phrase.Broken.With("ref", reference(c)))
}

func (s *server) refuse(c *gin.Context, status int, text string) {
	if wantsPage(c) {
		s.page(c, status, "error", gin.H{"Title": titleOf(status), "Text": text})
		return
	}
	c.AbortWithStatusJSON(status, gin.H{"error": text})
}

func titleOf(status int) string {
	switch status {
	case http.StatusForbidden:
		return phrase.TitleForbidden.String()
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return phrase.TitleNotFound.String()
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		return phrase.TitleBroken.String()
	}
	return phrase.TitleRefused.String()
}

// wantsPage says whether a person looks at the answer.
func wantsPage(c *gin.Context) bool {
	path := c.Request.URL.Path
	return !strings.HasPrefix(path, "/demo/api/") && !strings.HasPrefix(path, "/hooks/") &&
		strings.Contains(c.GetHeader("Accept"), "text/html")
}

func (s *server) noRoute(c *gin.Context) {
	s.refuse(c, http.StatusNotFound, phrase.NoSuchPage.String())
}

func (s *server) noMethod(c *gin.Context) {
	s.refuse(c, http.StatusMethodNotAllowed, phrase.NoSuchPage.String())
}
