package bot_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/rules"
	"guixiao/rules/school"

	"guixiao/configs/policies"
)

// camera is a platform that keeps the photos people send until they are asked
// for.
type camera struct {
	scripted
	mu      sync.Mutex
	photos  map[string]school.File
	trouble []error // of the next fetches
	asked   int
}

func (c *camera) Fetch(_ context.Context, media string) (school.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if len(c.trouble) > 0 {
		err := c.trouble[0]
		c.trouble = c.trouble[1:]
		return school.File{}, err
	}
	f, ok := c.photos[media]
	if !ok {
		return school.File{}, &school.Error{Code: school.CodeNotFound, Text: "文件已过期"}
	}
	return f, nil
}

var jpeg = []byte("\xff\xd8\xff\xe0 a note from the doctor")

func newCamera() *camera {
	return &camera{scripted: scripted{name: "sandbox/line", kind: "sandbox"},
		photos: map[string]school.File{"M1": {Name: "IMG_1.jpg", Type: "image/jpeg", Content: jpeg}, "M2": {Name: "IMG_2.jpg", Type: "image/jpeg", Content: jpeg}}}
}

// shows sends photos, with or without words.
func (w *town) shows(person, text string, media ...string) {
	w.Helper()
	d := w.delivery(person, text)
	for _, m := range media {
		d.Attachments = append(d.Attachments, school.Attachment{Name: "图片.jpg", Type: "image/jpeg", Media: m})
	}
	w.accept(d)
}

// filesOf are the files kept with a child.
func (w *town) filesOf(student string) []school.File {
	w.Helper()
	files, err := w.db.FilesOf(w.Context(), w.school.ID, student)
	w.must(err)
	for i, f := range files {
		files[i], err = w.db.File(w.Context(), w.school.ID, f.ID)
		w.must(err)
	}
	return files
}

func (c *camera) reads(t *testing.T, person, text string, times int) {
	t.Helper()
	n := 0
	for _, notice := range c.got(person) {
		words := notice.Text
		if notice.Card != nil {
			words += notice.Card.Title + notice.Card.Result
		}
		if strings.Contains(words, text) {
			n++
		}
	}
	if n != times {
		t.Errorf("%s reads %q %d times, not %d: %v", person, text, n, times, c.got(person))
	}
}

func TestAPhotoWithWordsIsKeptWithTheChild(t *testing.T) {
	line := newCamera()
	w := open(t, line)
	w.shows("T01", "石巳安 病假", "M1")
	w.marked("S01", "2026-03-09/am", school.Sick)
	got := w.filesOf("S01")
	if len(got) != 1 || !bytes.Equal(got[0].Content, jpeg) || got[0].Name != "IMG_1.jpg" || got[0].By != "T01" || got[0].Student != "S01" {
		t.Errorf("kept: %+v", got)
	}
	line.reads(t, "T01", "1 个文件已存到石巳安名下", 1)
}

func TestAPhotoWithoutWordsWaitsForThem(t *testing.T) {
	line := newCamera()
	w := open(t, line)
	w.shows("T01", "", "M1")
	w.shows("T01", "", "M2")
	line.reads(t, "T01", "请再用一句话写明", 1) // asked once for both
	w.say("T01", "石巳安 病假")
	if got := w.filesOf("S01"); len(got) != 2 {
		t.Errorf("kept with the child: %+v", got)
	}
	line.reads(t, "T01", "2 个文件已存到石巳安名下", 1)

	// Much later the words could be about somebody else: nothing is guessed.
	w.shows("T01", "", "M1")
	w.until("08:10")
	w.say("T01", "林晓 病假")
	if got := w.filesOf("S02"); len(got) != 0 {
		t.Errorf("a photo of ten minutes ago was put with another child: %+v", got)
	}
}

func TestAPhotoBecomesAPaperOfTheCase(t *testing.T) {
	line := newCamera()
	w := open(t, line)
	w.say("T01", "石巳安 未到校")
	w.until("08:40")
	w.shows("T01", "石巳安 发烧在医院，病假", "M1")
	cases, err := w.db.CasesOf(w.Context(), w.school.ID, "S01")
	w.must(err)
	if len(cases) != 1 || len(cases[0].Documents) != 1 || cases[0].Documents[0].Name != "IMG_1.jpg" {
		t.Fatalf("cases: %+v", cases)
	}
	if len(w.filesOf("S01")) != 1 {
		t.Error("the paper has no content")
	}
}

func TestAPhotoOfSeveralChildrenIsAskedAbout(t *testing.T) {
	line := newCamera()
	w := open(t, line)
	w.shows("T01", "石巳安、林晓 病假", "M1")
	if len(w.filesOf("S01"))+len(w.filesOf("S02")) != 0 {
		t.Error("it was guessed whose note it is")
	}
	line.reads(t, "T01", "请再用一句话写明", 1)
	w.marked("S02", "2026-03-09/am", school.Sick)
}

func TestABusyPlatformIsAskedForThePhotoAgain(t *testing.T) {
	line := newCamera()
	w := open(t, line)
	busy := &bot.SendError{Class: bot.SendRetry, Text: "忙"}
	line.trouble = []error{busy, busy, busy}
	w.shows("T01", "", "M1")
	w.until("07:53")
	w.say("T01", "石巳安 病假")
	if len(w.filesOf("S01")) != 1 || line.asked != 4 {
		t.Errorf("asked %d times, kept %d", line.asked, len(w.filesOf("S01")))
	}
	// Words do not wait for long: the child is on record, the sender sends the photo again.
	line.trouble = []error{busy, busy, busy, busy, busy, busy}
	w.shows("T01", "林晓 未到校", "M2")
	w.until("07:55")
	w.marked("S02", "2026-03-09/am", school.Absent)
	line.reads(t, "T01", "请再发一次", 1)
}

func TestAPhotoThatIsGoneOrNotWantedIsSaidToBeSo(t *testing.T) {
	line := newCamera()
	line.photos["big"] = school.File{Name: "a.jpg", Content: append(bytes.Clone(jpeg), make([]byte, 10<<20)...)}
	line.photos["program"] = school.File{Name: "看看.exe", Content: []byte("MZ\x90\x00 this program")}
	line.photos["page"] = school.File{Name: "a.html", Content: []byte("<html><script>")}
	line.photos["sheet"] = school.File{Name: "名单.xlsx", Content: []byte("PK\x03\x04 a sheet")}
	line.photos["voice"] = school.File{Name: "语音.amr", Type: "audio/amr", Content: []byte("#!AMR\n\x00\x01\x02\x03\xff")}
	w := open(t, line)
	for media, says := range map[string]string{"gone": "文件已过期", "big": "超过 10 MB", "program": "没有保存", "page": "没有保存"} {
		line.arrived = nil
		w.shows("T01", "", media)
		line.reads(t, "T01", says, 1)
		line.reads(t, "T01", "请用一句话写明", 1)
	}
	w.shows("T01", "", "sheet", "voice")
	line.reads(t, "T01", "文件收好了（2 个）", 1)
	w.must(nil)
	if line.asked != 6 {
		t.Errorf("asked %d times", line.asked)
	}
}

func TestAPhotoInAGroupIsNotForUs(t *testing.T) {
	line := newCamera()
	w := open(t, line)
	d := w.delivery("T01", "")
	d.Conversation, d.Attachments = "group:702", []school.Attachment{{Media: "M1"}}
	w.accept(d)
	if got := line.got("T01"); len(got) != 0 {
		t.Errorf("answered: %v", got)
	}
}

// A regime that wants the doctor's note: the photo in the chat is handed in
// with one press.
func TestAPhotoAnswersTheCardThatWaitsForIt(t *testing.T) {
	line := newCamera()
	w := open(t, line)
	text, err := policies.FS.ReadFile("S23.yaml")
	w.must(err)
	text = bytes.Replace(text, []byte("require: [reason]"), []byte("require: [{name: reason, optional: true}, sick-note]"), 1)
	text = append(text, "\nanswers:\n  sick-note: {label: 请假条, type: file}\n"...)
	policy, err := rules.ParsePolicy("S23.yaml", text)
	w.must(err)
	policy, err = policy.With(nil)
	w.must(err)
	w.house = bot.NewHouse(w.school, policy)
	w.engine(line, w.feeds)
	w.say("T01", "石巳安 未到校")
	w.until("08:40")
	w.shows("T01", "", "M1")
	var offer school.Card
	for _, n := range line.got("T01") {
		if n.Card != nil && strings.Contains(n.Card.Title, "文件收好了") {
			offer = *n.Card
		}
	}
	if len(offer.Buttons) != 1 || offer.Buttons[0].Text != "石巳安 请假条" {
		t.Fatalf("offered: %+v", offer)
	}
	if r := w.press("T01", offer.ID, offer.Buttons[0].Key); !r.OK {
		t.Fatalf("refused: %+v", r)
	}
	cases, err := w.db.CasesOf(w.Context(), w.school.ID, "S01")
	w.must(err)
	stage := cases[0].StageNamed("half-day")
	if stage == nil || stage.Open() || len(cases[0].Documents) == 0 {
		t.Errorf("the stage is %+v, papers %+v", stage, cases[0].Documents)
	}
	if card, err := w.db.Card(w.Context(), w.school.ID, offer.ID); err != nil || card.State != school.CardDone {
		t.Errorf("the question is %s, %v", card.State, err)
	}
	w.until(fmt.Sprint(w.clock.Add(time.Hour).Format("15:04")))
}
