package handlers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// logged writes one line per request: the route's pattern, never the path,
// because paths and queries hold ids, and never who asked.
func (s *server) logged(c *gin.Context) {
	start := time.Now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "none"
	}
	attrs := []any{"method", c.Request.Method, "route", route, "status", c.Writer.Status(),
		"ms", time.Since(start).Milliseconds(), "bytes", max(c.Writer.Size(), 0)}
	if ref := c.GetString(refKey); ref != "" {
		attrs = append(attrs, "ref", ref)
	}
	if c.Writer.Status() >= http.StatusInternalServerError {
		s.Log.Warn("request", attrs...)
		return
	}
	s.Log.Debug("request", attrs...)
}

const refKey = "ref"

// reference gives the request a number under which the log tells more than
// the person reads.
func reference(c *gin.Context) string {
	ref := c.GetString(refKey)
	if ref == "" {
		ref = rand.Text()[:8]
		c.Set(refKey, ref)
	}
	return ref
}

// recovered answers a neutral line when a handler fails badly. What it was is
// logged with its place but without its value, which may hold a child's data.
func (s *server) recovered(c *gin.Context) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if err, ok := r.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(r)
		}
		s.Log.Error("handler panicked", "ref", reference(c), "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
		s.broken(c)
	}()
	c.Next()
}

// secured sets what every answer says to the browser.
func secured(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "+
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("Cache-Control", "no-store")
	c.Next()
}

// limited refuses to read more than n bytes of a body.
func limited(n int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, n)
		c.Next()
	}
}

var crossOrigin = http.NewCrossOriginProtection()

// sameOrigin refuses forms that another site's page sends in a person's name.
func (s *server) sameOrigin(c *gin.Context) {
	if crossOrigin.Check(c.Request) != nil {
		s.fail(c, school.Forbidden(phrase.CrossSite.String()))
		c.Abort()
		return
	}
	c.Next()
}
