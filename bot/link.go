package bot

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"guixiao/rules/school"
)

// linkLasts is how long a guardian's page takes an answer.
const linkLasts = 48 * time.Hour

// linked gives a guardian's open card its page: every attempt the same
// address, which nobody can guess.
func (b *Bot) linked(ctx context.Context, n school.Notice) (school.Notice, error) {
	if b.BaseURL == "" || len(b.Key) == 0 || n.Kind != school.NoticeParent || n.Card == nil || n.Card.State != school.CardOpen {
		return n, nil
	}
	l := school.Link{Token: b.token(n.School, n.Card.ID, n.To), School: n.School, Card: n.Card.ID, Person: n.To, Until: b.Now().Add(linkLasts)}
	n.Link = b.BaseURL + "/p/" + l.Token
	return n, b.Store.KeepLink(ctx, l)
}

// token is short, because a text message is.
func (b *Bot) token(parts ...string) string {
	mac := hmac.New(sha256.New, b.Key)
	mac.Write([]byte("guixiao page\x00" + strings.Join(parts, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)))[:14]
}
