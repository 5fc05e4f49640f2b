package handlers

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Journal takes what the pages themselves leave behind: who read a child's
// file, that a link was used, what an administrator did. The store is one.
type Journal interface {
	// Apply writes a change once: ErrDuplicate when its key is known.
	Apply(ctx context.Context, c school.Change) error
	// KeepLink makes the token of a page good.
	KeepLink(ctx context.Context, l school.Link) error
}

// first writes a change and says whether none with its key was there before.
func (s *server) first(c *gin.Context, change school.Change) (bool, error) {
	err := s.Journal.Apply(c.Request.Context(), change)
	if errors.Is(err, school.ErrDuplicate) {
		return false, nil
	}
	return err == nil, err
}

// hasRead notes in a book of the audit who reads what of a child: once per
// person, thing and hour. What cannot be noted is not shown.
func (s *server) hasRead(c *gin.Context, v sight, book, thing string, what phrase.Phrase) error {
	_, err := s.first(c, school.Change{
		School: v.me.School.ID, Key: "read:" + thing + ":" + v.me.ID + ":" + v.now.Format("2006-01-02T15"), At: v.now,
		Audit: []school.Line{{Book: book, At: v.now, Who: v.me.ID, What: "read", Detail: what.String()}},
	})
	return err
}
