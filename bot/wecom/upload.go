package wecom

import (
	"bytes"
	"context"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"path"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// What media/upload takes (wecom sheet 8), in bytes.
const (
	minMedia = 6 // more than five
	maxImage = 10 << 20
)

const (
	apiUpload = "media/upload"
	kindImage = "image"
	kindFile  = "file"
)

// Upload hands in a file for all apps of the corp; its id is good for three
// days. WeChat (微信插件) shows pictures, but no files.
func (p *Platform) Upload(ctx context.Context, f school.File, to school.Address) (school.Media, error) {
	m := school.Media{Kind: mediaKind(f), Name: mediaName(f)}
	switch {
	case len(f.Content) < minMedia || len(f.Content) > maxMedia:
		return m, never("size", phrase.WeComBadRequest)
	case m.Kind == kindFile && (p.plugin[everybody] || p.plugin[fold(to.User)]):
		return m, never("wechat", phrase.WeComBadRequest)
	}
	if err := p.rests.look(apiUpload, p.now()); err != nil {
		return m, err
	}
	body, err := mediaForm(m.Name, f.Content)
	if err != nil {
		return m, never("body", phrase.WeComBadRequest)
	}
	var answer struct {
		Media string `json:"media_id"`
	}
	if err := p.api.upload(ctx, apiUpload, url.Values{"type": {m.Kind}}, body, &answer); err != nil {
		p.rests.note(apiUpload, err, p.now())
		return m, err
	}
	if answer.Media == "" {
		return m, busy("")
	}
	m.ID = answer.Media
	return m, nil
}

// mediaForm is the one part WeCom reads: named media, with the base name of
// the file and its length beside it.
func mediaForm(name string, content []byte) (form, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition", `form-data; name="media"; filename="`+name+`"; filelength=`+strconv.Itoa(len(content)))
	head.Set("Content-Type", "application/octet-stream")
	part, err := w.CreatePart(head)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	return form{w.FormDataContentType(), b.Bytes()}, err
}

// mediaKind is a picture only where WeCom shows it as one, by its content.
func mediaKind(f school.File) string {
	switch http.DetectContentType(f.Content) {
	case "image/jpeg", "image/png":
		if len(f.Content) <= maxImage {
			return kindImage
		}
	}
	return kindFile
}

// mediaName is the name people see, safe inside a header and with an ending by
// which a phone knows what to open it with.
func mediaName(f school.File) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '\\' || r == 0x7f {
			return '_'
		}
		return r
	}, path.Base(strings.ReplaceAll(f.Name, `\`, "/")))
	if name == "." || name == "/" {
		name = phrase.WeComFileName.String()
	}
	if path.Ext(name) == "" {
		kind, _, _ := mime.ParseMediaType(http.DetectContentType(f.Content))
		name += map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", "text/plain": ".txt"}[kind]
	}
	return name
}

// fileMessage shows a file that was handed in; WeCom puts no words beside it.
func (p *Platform) fileMessage(n school.Notice, to school.Address) appMessage {
	m := p.message(n, to, nil, nil)
	m.MsgType = n.Media.Kind
	if m.MsgType == kindImage {
		m.Image = &mediaBody{n.Media.ID}
	} else {
		m.File = &mediaBody{n.Media.ID}
	}
	return m
}

// mediaOver says that a media id is no longer good: it is handed in again.
func mediaOver(err error) bool { return code(err) == "40007" || code(err) == "40145" }
