package dingtalk

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

const (
	maxMedia  = 20 << 20 // as much as DingTalk lets people send
	mediaTime = 30 * time.Second
)

// Fetch downloads a file somebody sent; media is the downloadCode of a
// message, which lives for a short time (sheet 9).
func (p *Platform) Fetch(ctx context.Context, media string) (school.File, error) {
	if media == "" {
		return school.File{}, mediaGone("")
	}
	var answer struct {
		URL string `json:"downloadUrl"`
	}
	err := p.api.post(ctx, "/v1.0/robot/messageFiles/download", map[string]string{"robotCode": p.set.RobotCode, "downloadCode": media}, &answer)
	if codeOf(err) == "invalidParameter.robotCode.downloadCode" {
		return school.File{}, mediaGone(codeOf(err))
	}
	if err != nil {
		return school.File{}, failure(err)
	}
	if !p.fileHost(answer.URL) {
		p.log.Warn("dingtalk file host not known", "host", hostOf(answer.URL))
		return school.File{}, &bot.SendError{Class: bot.SendNever, Code: "downloadUrl", Text: phrase.DingFileHost.With("host", hostOf(answer.URL))}
	}
	return p.download(ctx, answer.URL)
}

// download reads the file itself. The address is signed: it stands in no error.
func (p *Platform) download(ctx context.Context, address string) (school.File, error) {
	ctx, cancel := context.WithTimeout(ctx, mediaTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return school.File{}, mediaGone("downloadUrl")
	}
	res, err := p.api.http.Do(req)
	if err != nil {
		return school.File{}, unreached(plain(err))
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode >= 500:
		return school.File{}, busy("http " + number(int64(res.StatusCode)))
	case res.StatusCode != http.StatusOK:
		return school.File{}, mediaGone("http " + number(int64(res.StatusCode)))
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxMedia+1))
	switch {
	case err != nil:
		return school.File{}, unreached(plain(err))
	case len(raw) > maxMedia:
		return school.File{}, mediaGone("size")
	}
	kind := http.DetectContentType(raw)
	if said, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err == nil && said != "application/octet-stream" {
		kind = said
	}
	f := school.File{Type: kind, Content: raw}
	if _, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition")); err == nil {
		f.Name = params["filename"]
	}
	return f, nil
}

// fileHost says whether an address is where DingTalk keeps files: we fetch from
// nowhere else, least of all from inside the school.
func (p *Platform) fileHost(address string) bool {
	if p.ourHost(address) {
		return true
	}
	u, err := url.Parse(address)
	if err == nil && u.User == nil && slices.Contains(p.set.FileHosts, u.Host) {
		return true
	}
	if err != nil || u.User != nil || u.Port() != "" || u.Scheme != "https" && u.Scheme != "http" {
		return false
	}
	for _, domain := range []string{".dingtalk.com", ".dingtalk.io", ".aliyuncs.com", ".alicdn.com"} {
		if strings.HasSuffix(u.Hostname(), domain) {
			return true
		}
	}
	return false
}

func mediaGone(code string) error {
	return &bot.SendError{Class: bot.SendNever, Code: code, Text: phrase.DingMediaGone.String()}
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
