package dingtalk

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

const (
	apiUpload = "/media/upload"
	kindImage = "image"
	kindFile  = "file"
	keyImage  = "sampleImageMsg"
	keyFile   = "sampleFile"
)

// shownFiles are the endings a file message knows (sheet 4.1); images are the
// pictures the upload takes (sheet 9), by their content.
var (
	shownFiles = []string{"xlsx", "pdf", "zip", "rar", "doc", "docx"}
	images     = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/bmp": ".bmp"}
)

type imageParam struct {
	Photo string `json:"photoURL"`
}

type fileParam struct {
	Media string `json:"mediaId"`
	Name  string `json:"fileName"`
	Type  string `json:"fileType"`
}

// Upload hands in a file; its id is good as long as the corp exists. DingTalk
// does not say whether the call counts to the month, so it is counted.
func (p *Platform) Upload(ctx context.Context, f school.File, to school.Address) (school.Media, error) {
	m := school.Media{Kind: kindFile, Name: mediaName(f.Name)}
	name := m.Name
	if ending, ok := images[http.DetectContentType(f.Content)]; ok {
		m.Kind, name = kindImage, strings.TrimSuffix(name, path.Ext(name))+ending
	} else if !slices.Contains(shownFiles, fileType(m.Name)) {
		return m, never("type", phrase.DingBadRequest)
	}
	switch {
	case len(f.Content) == 0 || len(f.Content) > maxMedia:
		return m, never("size", phrase.DingBadRequest)
	case strings.HasPrefix(to.User, outside): // only the conversation itself reaches them, and it takes words
		return m, never("outside", phrase.DingOutsider)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("media", name)
	if err == nil {
		_, err = part.Write(f.Content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return m, never("body", phrase.DingBadRequest)
	}
	var answer struct {
		Media string `json:"media_id"`
	}
	what := call{path: apiUpload, query: url.Values{"type": {m.Kind}}, body: b.Bytes(), kind: w.FormDataContentType()}
	if err := p.api.do(ctx, what, &answer); err != nil {
		return m, failure(err)
	}
	if answer.Media == "" {
		return m, busy("")
	}
	m.ID = answer.Media
	return m, nil
}

func mediaName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" {
		return phrase.DingFileName.String()
	}
	return name
}

func fileType(name string) string { return strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".") }

// fileMessage shows a file that was handed in; DingTalk puts no words beside it.
func (p *Platform) fileMessage(n school.Notice, to school.Address) direct {
	if n.Media.Kind == kindImage {
		return direct{p.set.RobotCode, []string{to.User}, keyImage, text(imageParam{n.Media.ID})}
	}
	return direct{p.set.RobotCode, []string{to.User}, keyFile, text(fileParam{n.Media.ID, n.Media.Name, fileType(n.Media.Name)})}
}
