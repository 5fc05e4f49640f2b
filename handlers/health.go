package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// healthz says that the process answers.
func (s *server) healthz(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// readyz says whether it can do its work, and if not, why.
func (s *server) readyz(c *gin.Context) {
	reasons := s.Ready(c)
	if len(reasons) > 0 {
		c.JSON(http.StatusServiceUnavailable, gin.H{"ready": false, "reasons": reasons})
		return
	}
	c.JSON(http.StatusOK, gin.H{"ready": true, "reasons": []string{}})
}

func (s *server) metrics() gin.HandlerFunc {
	return gin.WrapH(promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}))
}
