package wecom_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

func (w *world) upload(name string, content []byte) school.Media {
	w.t.Helper()
	m, err := w.Upload(w.t.Context(), school.File{Name: name, Content: content}, address("LiMin"))
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func fileNotice(m school.Media) school.Notice {
	n := text("n-file", "张三：请假条（3月9日）")
	n.File, n.Media = "f1", &m
	return n
}

func TestAPhotoIsShownAsAPictureAndAnythingElseAsAFile(t *testing.T) {
	w := newWorld(t)
	teacher := w.fake.Member("LiMin")
	for _, f := range []struct {
		name    string
		content []byte
		kind    string
		shown   string
	}{
		{"IMG_1.png", bottest.PNG, "image", "IMG_1.png"},
		{"病历.pdf", bottest.PDF, "file", "病历.pdf"},
		{"图片", bottest.PNG, "image", "图片.png"},
		{`C:\家\"二".txt`, []byte("十月月报一份"), "file", "_二_.txt"},
		{"", bottest.PDF, "file", "文件.pdf"},
		{"假.png", []byte("GIF89a not a photo"), "file", "假.png"},
	} {
		m := w.upload(f.name, f.content)
		n := fileNotice(m)
		n.Key += f.name
		w.must(n, "LiMin")
		inbox := teacher.Inbox()
		got := inbox[len(inbox)-1].File
		if got == nil || got.Kind != f.kind || got.Name != f.shown || !bytes.Equal(got.Content, f.content) {
			t.Errorf("%q: shown as %+v", f.name, got)
		}
	}
}

// Three days later the file is gone at WeCom: it is handed in anew, not lost.
func TestAFileThatWaitedTooLongIsHandedInAgain(t *testing.T) {
	w := newWorld(t)
	w.fake.Member("LiMin")
	n := fileNotice(w.upload("病历.pdf", bottest.PDF))
	w.clock.Advance(72 * time.Hour)
	_, err := w.send(n, "LiMin")
	var gone *bot.SendError
	if !errors.As(err, &gone) || gone.Class != bot.SendRetry || !gone.Anew {
		t.Fatalf("gone: %v", err)
	}
	again := w.upload("病历.pdf", bottest.PDF)
	n.Media = &again
	w.must(n, "LiMin")
}

func TestWeChatShowsPicturesButNoFiles(t *testing.T) {
	w := newWorld(t, func(s *wecom.Settings) { s.WeChat = []string{"limin"} })
	w.upload("IMG_1.png", bottest.PNG)
	_, err := w.Upload(t.Context(), school.File{Name: "病历.pdf", Content: bottest.PDF}, address("LiMin"))
	if class(err) != bot.SendNever {
		t.Errorf("a file for WeChat: %v", err)
	}
}

func TestTroubleWhileAFileIsHandedIn(t *testing.T) {
	w := newWorld(t)
	f := school.File{Name: "病历.pdf", Content: bottest.PDF}
	for name, c := range map[string]struct {
		fails bottest.Failure
		class bot.SendClass
	}{
		"busy":        {bottest.Code(-1), bot.SendRetry},
		"down":        {bottest.Status(502), bot.SendRetry},
		"lost":        {bottest.Lost(), bot.SendRetry},
		"refused":     {bottest.Code(45001), bot.SendNever},
		"token ended": {bottest.Code(42001), ""},
	} {
		w.fake.Fail("media/upload", c.fails)
		if _, err := w.Upload(t.Context(), f, address("LiMin")); class(err) != c.class {
			t.Errorf("%s: %v", name, err)
		}
	}
}
