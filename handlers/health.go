package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Readiness says in Chinese, without secrets, what keeps the service from its
// work.
type Readiness struct {
	Cannot []string // nothing can be taken in: send nobody here
	Slow   []string // everything is taken in and kept, but somebody must look
}

// healthz says that the process answers.
func (s *server) healthz(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// readyz says whether it can do its work, and if not, why. What only delays is
// no reason to turn callbacks away: they would be lost at the platform.
func (s *server) readyz(c *gin.Context) {
	r := s.Ready(c.Request.Context())
	status := http.StatusOK
	if len(r.Cannot) > 0 {
		status = http.StatusServiceUnavailable
	}
	c.JSON(status, gin.H{"ready": len(r.Cannot) == 0, "reasons": append(append([]string{}, r.Cannot...), r.Slow...)})
}

func (s *server) metrics() gin.HandlerFunc {
	return gin.WrapH(promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}))
}
