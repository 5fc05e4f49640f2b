package wecom

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"

	"github.com/silenceper/wechat/v2/util"
)

// maxMedia is the largest file that is fetched, 20 MB: WeCom keeps none that
// is larger for an app.
const maxMedia = 20 << 20

// Fetch reads the content behind a media id of a message. WeCom keeps it for
// three days: fetch it as soon as the message is being worked on. What is gone
// is school.ErrNotFound, what is too large school.ErrInvalid.
func (p *Platform) Fetch(ctx context.Context, media string) (school.File, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*callTimeout)
	defer cancel()
	raw, head, err := p.api.media(ctx, media)
	if err != nil {
		return school.File{}, err
	}
	return fileOf(raw, head)
}

func fileOf(raw []byte, head http.Header) (school.File, error) {
	switch {
	case len(raw) < 6: // WeCom accepts none so small
		return school.File{}, mediaGone()
	case len(raw) > maxMedia:
		return school.File{}, school.Invalid("%s", phrase.WeComMediaLarge)
	}
	f := school.File{Type: head.Get("Content-Type"), Content: raw}
	if f.Type == "" || f.Type == "application/octet-stream" || strings.HasPrefix(f.Type, "text/") {
		f.Type = http.DetectContentType(raw) // the bot's store says nothing useful
	}
	if _, params, err := mime.ParseMediaType(head.Get("Content-Disposition")); err == nil {
		f.Name = params["filename"]
	}
	return f, nil
}

func mediaGone() error {
	return &school.Error{Code: school.CodeNotFound, Text: phrase.WeComMediaGone.String()}
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
	raw, head, err := c.exchange(ctx, http.MethodGet, "media/get", url.Values{"access_token": {token}, "media_id": {id}}, form{})
	if err != nil {
		return nil, nil, err
	}
	if head.Get("Content-Disposition") != "" {
		return raw, head, nil
	}
	var refused util.CommonError
	if json.Unmarshal(raw, &refused) != nil || refused.ErrCode == 0 {
		return nil, nil, busy("")
	}
	switch refused.ErrCode {
	case 40007, 40145:
		return nil, nil, mediaGone()
	case 830002: // more than 20 MB
		return nil, nil, school.Invalid("%s", phrase.WeComMediaLarge)
	}
	return nil, nil, classify("media/get", refused.ErrCode, "")
}

// Fetch downloads a file that was sent to the bot and opens it with the key
// that came with it. It can be had for five minutes.
func (b *AIBot) Fetch(ctx context.Context, media string) (school.File, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*callTimeout)
	defer cancel()
	where, err := url.ParseQuery(media)
	if err != nil || !urlShaped(where.Get("url")) {
		return school.File{}, mediaGone()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where.Get("url"), nil)
	if err != nil {
		return school.File{}, mediaGone()
	}
	res, err := b.http.Do(req)
	if err != nil {
		return school.File{}, busy("media") // the error would repeat the address, which is a key
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode >= 400 && res.StatusCode < 500:
		return school.File{}, mediaGone()
	case res.StatusCode != http.StatusOK:
		return school.File{}, busy("media")
	}
	const padding = 32
	sealed, err := io.ReadAll(io.LimitReader(res.Body, maxMedia+padding+1))
	switch {
	case err != nil:
		return school.File{}, busy("media")
	case len(sealed) > maxMedia+padding:
		return school.File{}, school.Invalid("%s", phrase.WeComMediaLarge)
	}
	raw, err := openMedia(sealed, where.Get("key"))
	if err != nil {
		return school.File{}, mediaGone()
	}
	return fileOf(raw, res.Header)
}

// openMedia decrypts a file of the bot: AES-256-CBC, the first half of the key
// is the vector, padded in blocks of 32.
func openMedia(sealed []byte, encoded string) ([]byte, error) {
	key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil || len(key) != 32 || len(sealed) == 0 || len(sealed)%aes.BlockSize != 0 {
		return nil, errSealed
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errSealed
	}
	plain := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(plain, sealed)
	return unpad(plain)
}
