package handlers

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// hook answers the callbacks of one kind of platform. What came is durable
// before it is acknowledged; only a failing store asks the platform to
// deliver again.
func (s *server) hook(kind string) gin.HandlerFunc {
	return func(c *gin.Context) {
		receiver, ok := s.receivers[kind+"/"+c.Param("account")]
		if !ok {
			c.String(http.StatusNotFound, phrase.NoSuchAccount.String())
			return
		}
		callback, err := receiver.Receive(c.Request, s.Now())
		if err != nil {
			s.refuseHook(c, kind, err)
			return
		}
		answer, err := s.Intake.Admit(c.Request.Context(), callback)
		if err != nil {
			s.Log.Error("callback not stored", "platform", kind, "ref", reference(c), "error", err)
			c.String(http.StatusInternalServerError, phrase.Broken.With("ref", reference(c)))
			return
		}
		contentType := callback.ContentType
		if contentType == "" {
			contentType = "text/plain; charset=utf-8"
		}
		c.Data(http.StatusOK, contentType, answer)
	}
}

func (s *server) refuseHook(c *gin.Context, kind string, err error) {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		c.String(http.StatusRequestEntityTooLarge, phrase.TooLarge.String())
	case errors.Is(err, school.ErrForbidden):
		s.Log.Warn("forged callback refused", "platform", kind)
		c.String(http.StatusForbidden, bot.ErrForged.Text)
	case errors.Is(err, school.ErrInvalid):
		c.String(http.StatusBadRequest, phrase.UnreadableCallback.String())
	default:
		s.Log.Error("callback not read", "platform", kind, "ref", reference(c), "error", err)
		c.String(http.StatusInternalServerError, phrase.Broken.With("ref", reference(c)))
	}
}
