package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"

	"github.com/silenceper/wechat/v2/util"
)

// maxMedia is the largest file WeCom keeps for an app, 20 MB, and a little.
const maxMedia = 21 << 20

// Fetch reads the content behind Attachment.Media. WeCom keeps it for three
// days: fetch it as soon as the message is being worked on.
func (p *Platform) Fetch(ctx context.Context, a school.Attachment) (school.Attachment, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*callTimeout)
	defer cancel()
	raw, head, err := p.api.media(ctx, a.Media)
	if err != nil {
		return a, err
	}
	a.Content = raw
	if t := head.Get("Content-Type"); t != "" {
		a.Type = t
	}
	if _, params, err := mime.ParseMediaType(head.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		a.Name = params["filename"]
	}
	return a, nil
}

// media is the one call that answers with bytes – or, with the same HTTP 200,
// with a JSON error.
func (c *client) media(ctx context.Context, id string) ([]byte, http.Header, error) {
	token, err := c.tokens.GetAccessTokenContext(ctx)
	if err != nil {
		return nil, nil, err
	}
	raw, head, err := c.mediaOnce(ctx, id, token)
	if !staleToken(err) {
		return raw, head, err
	}
	if token, err = c.tokens.renew(ctx, token); err != nil {
		return nil, nil, err
	}
	return c.mediaOnce(ctx, id, token)
}

func (c *client) mediaOnce(ctx context.Context, id, token string) ([]byte, http.Header, error) {
	raw, head, err := c.exchange(ctx, http.MethodGet, "media/get", url.Values{"access_token": {token}, "media_id": {id}}, nil)
	if err != nil {
		return nil, nil, err
	}
	if head.Get("Content-Disposition") == "" && (strings.Contains(head.Get("Content-Type"), "json") || bytes.HasPrefix(raw, []byte("{"))) {
		var refused util.CommonError
		if json.Unmarshal(raw, &refused) == nil && refused.ErrCode != 0 {
			return nil, nil, classify("media/get", refused.ErrCode, "")
		}
		return nil, nil, busy("")
	}
	if len(raw) < 6 {
		return nil, nil, &school.Error{Code: school.CodeNotFound, Text: phrase.WeComMediaGone.String()}
	}
	return raw, head, nil
}
