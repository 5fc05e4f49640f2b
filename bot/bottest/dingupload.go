package bottest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
)

// DingFile is a file that was handed in: good as long as the corp exists.
type DingFile struct {
	Kind, Name string
	Content    []byte
}

// dingEndings are what media/upload takes of each type.
var dingEndings = map[string][]string{
	"image": {"jpg", "gif", "png", "bmp"}, "voice": {"amr", "mp3", "wav"}, "video": {"mp4"},
	"file": {"doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"},
}

// upload is media/upload of the old API: a field named media.
func (f *DingTalk) upload(r *http.Request, body []byte) dingReply {
	kind := r.URL.Query().Get("type")
	endings, known := dingEndings[kind]
	said, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !known || err != nil || said != "multipart/form-data" {
		return oldFault(40004)
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	part, err := parts.NextPart()
	if err != nil || part.FormName() != "media" || part.FileName() == "" {
		return oldFault(40004)
	}
	content, err := io.ReadAll(part)
	largest := 20 << 20
	if kind == "voice" {
		largest = 2 << 20
	}
	ending := strings.TrimPrefix(strings.ToLower(path.Ext(part.FileName())), ".")
	switch _, more := parts.NextPart(); {
	case err != nil || len(content) == 0 || len(content) > largest, !errors.Is(more, io.EOF):
		return oldFault(40035)
	case !slices.Contains(endings, ending), kind == "image" && !strings.HasPrefix(http.DetectContentType(content), "image/"):
		return oldFault(40004)
	}
	id := f.next("@lADPDe7s2ySi18PNA6XNBXg")
	f.uploads[id] = DingFile{kind, part.FileName(), content}
	return given(answer{"errcode": 0, "errmsg": "ok", "type": kind, "media_id": id, "created_at": f.now().UnixMilli()})
}

// withFile is what a phone shows of a message, and of the file in it.
func (f *DingTalk) withFile(key string, param map[string]string) (DingMessage, string) {
	m := f.shown(key, param)
	id, kind := "", ""
	switch {
	case key == "sampleFile":
		id, kind = param["mediaId"], "file"
		if !slices.Contains([]string{"xlsx", "pdf", "zip", "rar", "doc", "docx"}, param["fileType"]) {
			return m, "invalidParameter.msgParam.invalid"
		}
	case key == "sampleImageMsg" && strings.HasPrefix(param["photoURL"], "@"):
		id, kind = param["photoURL"], "image"
	default:
		return m, ""
	}
	up, ok := f.uploads[id]
	if !ok || up.Kind != kind {
		return m, "invalidParameter.msgParam.invalid"
	}
	if kind == "file" {
		up.Name = param["fileName"]
	}
	m.Text, m.File = up.Name, &up
	return m, ""
}
