package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"guixiao/bot/bottest"
)

// The note a teacher sent by chat in the morning comes back by chat when the
// director asks for it: as a picture he can open, while WeCom is busy, and to
// nobody who may not read it.
func TestAPhotoGoesInAndComesOutAgain(t *testing.T) {
	w := openTown(t, "2026-03-09T08:05:00+08:00")
	w.Media("note", bottest.PNG)
	if err := w.Member("zhouli").Sends("image", "note"); err != nil {
		t.Fatal(err)
	}
	w.settles()
	w.says("zhouli", "石巳安 病假")

	w.Fail("media/upload", bottest.Code(-1))
	w.says("wuqing", "请把石巳安的请假条照片发给我")
	w.Fail("message/send", bottest.Lost()) // the words have arrived; of the picture the answer is lost
	w.passes(10 * time.Minute)
	var pictures []bottest.SentFile
	for _, m := range w.Member("wuqing").Inbox() {
		if m.File != nil {
			pictures = append(pictures, *m.File)
		}
	}
	if len(pictures) != 1 || pictures[0].Kind != "image" || !bytes.Equal(pictures[0].Content, bottest.PNG) {
		t.Errorf("the director got %+v", pictures)
	}
	if n := len(w.Requests("media/upload")); n != 2 {
		t.Errorf("handed in %d times", n)
	}
	sent := w.Requests("message/send")
	if last := len(sent) - 1; !bytes.Equal(sent[last], sent[last-1]) {
		t.Errorf("the repeat differs:\n%s\n%s", sent[last-1], sent[last])
	}

	w.says("chuliang", "石巳安的材料发我") // a subject teacher
	inbox := w.Member("chuliang").Inbox()
	if len(inbox) != 1 || inbox[0].File != nil || !strings.Contains(inbox[0].Text, "没有这个权限") {
		t.Errorf("the subject teacher got %+v", inbox)
	}
	w.quiet()
}
