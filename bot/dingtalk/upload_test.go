package dingtalk_test

import (
	"bytes"
	"errors"
	"testing"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/dingtalk"
	"guixiao/rules/school"
)

const upload = "POST /media/upload"

func TestAPhotoIsAPictureAndAPDFIsAFile(t *testing.T) {
	a := newApp(t, dingtalk.ModeStream)
	limin := school.Address{Platform: "dingtalk", User: "limin"}
	for _, f := range []struct {
		name    string
		content []byte
		kind    string
		shown   string
	}{
		{"照片.jpeg", bottest.PNG, "image", "照片.png"}, // the ending the upload knows, by the content
		{"图片", bottest.PNG, "image", "图片.png"},
		{`家\张三 请假条.PDF`, bottest.PDF, "file", "张三 请假条.PDF"},
		{"证明.docx", []byte("PK\x03\x04 a paper"), "file", "证明.docx"},
	} {
		m, err := a.Upload(t.Context(), school.File{Name: f.name, Content: f.content}, limin)
		if err != nil {
			t.Fatal(f.name, err)
		}
		n := school.Notice{School: "demo", Key: "n" + f.name, Act: school.NoticeSend, Kind: school.NoticeText, To: "T001", Text: "张三", File: "f1", Media: &m}
		body, err := a.Render(n, limin)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Deliver(t.Context(), bot.Dispatch{Notice: n, To: limin, Body: body, Attempt: 1}); err != nil {
			t.Fatal(f.name, err)
		}
		inbox := a.fake.Staff("limin").Inbox()
		got := inbox[len(inbox)-1].File
		if got == nil || got.Kind != f.kind || got.Name != f.shown || !bytes.Equal(got.Content, f.content) {
			t.Errorf("%s is shown as %+v", f.name, got)
		}
	}
	if c := a.fake.Complaints(); len(c) > 0 {
		t.Error(c)
	}
}

// A recording or a note in plain text cannot be shown: DingTalk is not asked,
// and a link goes out.
func TestWhatDingTalkCannotShowIsNotHandedIn(t *testing.T) {
	a := newApp(t, dingtalk.ModeStream)
	for name, content := range map[string][]byte{"语音.amr": []byte("#!AMR\n\x00\x01"), "月报.txt": []byte("十月月报"), "表.xls": []byte("\xd0\xcf\x11\xe0"), "空.pdf": nil} {
		var e *bot.SendError
		if _, err := a.Upload(t.Context(), school.File{Name: name, Content: content}, school.Address{User: "limin"}); !errors.As(err, &e) || e.Class != bot.SendNever {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(a.fake.Requests(upload)); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

func TestTroubleWhileDingTalkTakesAFile(t *testing.T) {
	a := newApp(t, dingtalk.ModeStream)
	f := school.File{Name: "病历.pdf", Content: bottest.PDF}
	for name, c := range map[string]struct {
		fails bottest.Failure
		class bot.SendClass
	}{
		"busy": {bottest.Code(-1), bot.SendRetry}, "down": {bottest.Status(502), bot.SendRetry}, "lost": {bottest.Lost(), bot.SendRetry},
		"type": {bottest.Code(40004), bot.SendNever}, "too fast": {bottest.Code(90018), bot.SendRetry}, "token ended": {bottest.Code(42001), ""},
	} {
		a.fake.Fail(upload, c.fails)
		_, err := a.Upload(t.Context(), f, school.Address{User: "limin"})
		var e *bot.SendError
		if got := bot.SendClass(""); errors.As(err, &e) && e.Class != c.class || e == nil && c.class != got {
			t.Errorf("%s: %v", name, err)
		}
	}
}
