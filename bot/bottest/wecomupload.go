package bottest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// wecomUpload is a temporary file: for three days, for all apps of the corp.
type wecomUpload struct {
	kind, name string
	content    []byte
	until      time.Time
}

type wireMedia struct {
	Media string `json:"media_id"`
}

func (m *sendRequest) media() *wireMedia {
	if m.MsgType == "image" {
		return m.Image
	}
	return m.File
}

// wecomLargest is the most of each type, in bytes.
var wecomLargest = map[string]int{"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}

// upload is media/upload: one part named media, with filename and filelength.
func (f *WeCom) upload(r *http.Request, kind string, body []byte) answer {
	largest, known := wecomLargest[kind]
	if !known {
		return refuse(40004, "invalid media type")
	}
	said, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || said != "multipart/form-data" {
		return refuse(41005, "missing media data")
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	part, err := parts.NextRawPart()
	if err != nil {
		return refuse(41005, "missing media data")
	}
	disposition, named, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name := named["filename"]
	if err != nil || disposition != "form-data" || named["name"] != "media" || name == "" || strings.ContainsAny(name, `/\`) {
		return refuse(41005, "no part named media with a file name")
	}
	content, err := io.ReadAll(part)
	switch length, wrong := strconv.Atoi(named["filelength"]); {
	case err != nil || wrong != nil || length != len(content):
		return refuse(41005, "filelength is not the length")
	case len(content) <= 5:
		return refuse(44001, "empty media data")
	case len(content) > largest:
		return refuse(45001, "media size out of limit")
	}
	if shown := http.DetectContentType(content); kind == "image" && shown != "image/jpeg" && shown != "image/png" {
		return refuse(40004, "invalid image")
	}
	if _, err := parts.NextRawPart(); !errors.Is(err, io.EOF) {
		return refuse(41005, "more than one part")
	}
	id := f.next("3a8asd892asd8asd-")
	f.uploads[id] = wecomUpload{kind, name, content, f.now().Add(72 * time.Hour)}
	return answer{"type": kind, "media_id": id, "created_at": strconv.FormatInt(f.now().Unix(), 10)}
}

// checkMedia: the message shows a file of its own type that is still there, and
// nothing beside it.
func (f *WeCom) checkMedia(m *sendRequest) answer {
	sent := m.media()
	if sent == nil || m.Text != nil || m.Card != nil || m.TextCard != nil || (m.Image == nil) == (m.File == nil) {
		return refuse(40035, "invalid parameter")
	}
	up, ok := f.uploads[sent.Media]
	if !ok || up.kind != m.MsgType || !f.now().Before(up.until) {
		return refuse(40007, "invalid media_id")
	}
	return nil
}
