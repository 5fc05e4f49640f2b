package bottest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/rules/school"
)

// PDF and PNG are files a platform may be asked to show.
var (
	PDF = []byte("%PDF-1.7 a note from the doctor")
	PNG = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR a photo of a note")
)

// fileIsShown: a file reaches the person under its name, a photo as well, and
// a repeat is the same to the byte.
func fileIsShown(t *testing.T, s Subject) {
	up, ok := s.Platform.(bot.Uploader)
	if !ok {
		t.Skip("this platform takes no files")
	}
	for i, f := range []school.File{{ID: "f1", Name: "张三 请假条.pdf", Type: "application/pdf", Content: PDF}, {ID: "f2", Name: "IMG_1.png", Type: "image/png", Content: PNG}} {
		media, err := up.Upload(t.Context(), f, s.Staff)
		if err != nil || media.ID == "" {
			t.Fatalf("%s: %+v, %v", f.Name, media, err)
		}
		n := school.Notice{School: "demo", Key: fmt.Sprintf("n-file-%d", i), Act: school.NoticeSend, Kind: school.NoticeText, To: "T001", Text: "张三的材料", File: f.ID, Media: &media, At: noon}
		if s.Troubles != nil {
			s.Troubles[0].Make(n)
			if _, err := s.deliver(t, n, s.Staff, 1); err == nil {
				t.Fatal("the first attempt did not fail")
			}
		}
		before, crossed := len(s.Seen(s.Staff)), len(s.Sent())
		if _, err := s.deliver(t, n, s.Staff, 2); err != nil {
			t.Fatal(err)
		}
		seen := s.Seen(s.Staff)[before:]
		if len(seen) != 1 || f.Type != "image/png" && !strings.Contains(seen[0], "请假条.pdf") {
			t.Errorf("%s is seen as %q", f.Name, seen)
		}
		sent := s.Sent()
		if s.Troubles != nil && !bytes.Equal(sent[crossed-1], sent[crossed]) {
			t.Errorf("the repeat differs:\n%s\n%s", sent[crossed-1], sent[crossed])
		}
	}
}

// fileIsNotShown: what the platform would refuse is refused before it is asked,
// so that a link goes out instead.
func fileIsNotShown(t *testing.T, s Subject) {
	up, ok := s.Platform.(bot.Uploader)
	if !ok {
		t.Skip("this platform takes no files")
	}
	for name, f := range map[string]school.File{
		"an empty file":   {Name: "空.pdf", Type: "application/pdf"},
		"a film too long": {Name: "录像.mp4", Type: "video/mp4", Content: make([]byte, 20<<20+1)},
	} {
		if _, err := up.Upload(t.Context(), f, s.Staff); classOf(err) != bot.SendNever {
			t.Errorf("%s: %v", name, err)
		}
	}
	messageArrives(t, s)
}
