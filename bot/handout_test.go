package bot_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
)

// counter is a platform at which files are handed in before they are shown.
type counter struct {
	*camera
	handed  []string // names of the files
	refusal []error  // of the next uploads
	shown   []string // media ids of what was rendered, one for each rendering
}

func (c *counter) Upload(_ context.Context, f school.File, to school.Address) (school.Media, error) {
	if len(c.refusal) > 0 {
		err := c.refusal[0]
		c.refusal = c.refusal[1:]
		return school.Media{}, err
	}
	c.handed = append(c.handed, to.User+" "+f.Name)
	return school.Media{ID: fmt.Sprintf("M-%d", len(c.handed)), Kind: "file", Name: f.Name}, nil
}

func (c *counter) Render(n school.Notice, to school.Address) ([]byte, error) {
	if n.Media != nil {
		c.shown = append(c.shown, n.Media.ID)
	}
	return c.camera.Render(n, to)
}

func openCounter(t *testing.T) (*town, *counter) {
	c := &counter{camera: newCamera()}
	return open(t, c), c
}

// files are the file messages somebody got.
func (c *counter) files(person string) (ids []string) {
	for _, n := range c.got(person) {
		if n.File != "" {
			ids = append(ids, n.File)
		}
	}
	return ids
}

func TestTheHomeroomTeacherAsksForTheNote(t *testing.T) {
	w, line := openCounter(t)
	w.shows("T01", "石巳安 病假", "M1")
	want := w.filesOf("S01")[0].ID
	for _, words := range []string{"石巳安的材料发我", "把石巳安的请假条发给我", "老师您好，麻烦把石巳安同学的病假证明发给我看看，谢谢！", "石巳安 照片 给我看"} {
		line.arrived = nil
		w.say("T01", words)
		line.reads(t, "T01", "石巳安名下的 1 个文件", 1)
		if got := line.files("T01"); len(got) != 1 || got[0] != want {
			t.Errorf("%s: files %v: %v", words, got, line.got("T01"))
		}
	}
	if len(line.handed) != 4 || line.handed[0] != "T01 IMG_1.jpg" || len(line.shown) != 4 {
		t.Errorf("handed in %v, shown %v", line.handed, line.shown)
	}
	read := 0
	for _, l := range w.book("person:S01") {
		if l.What == "read" && l.Who == "T01" {
			read++
		}
	}
	if read != 4 {
		t.Errorf("the trail shows %d readings: %+v", read, w.book("person:S01"))
	}
	w.marked("S01", "2026-03-09/am", school.Sick) // and nothing else became of the words
}

func TestWhoMayNotReadTheFileGetsNone(t *testing.T) {
	w, line := openCounter(t)
	w.shows("T01", "石巳安 病假", "M1")
	for _, person := range []string{"T03", "G1"} { // a subject teacher, the child's own mother
		w.say(person, "石巳安的材料发我")
		line.reads(t, person, "您没有这个权限", 1)
	}
	w.say("T02", "石巳安的材料发我") // another class's teacher: the name is none of hers
	w.say("G3", "石巳安的材料发我")
	for _, person := range []string{"T02", "T03", "G1", "G3"} {
		if got := line.files(person); len(got) != 0 {
			t.Errorf("%s got %v", person, got)
		}
	}
	if len(line.handed) != 0 {
		t.Errorf("handed in: %v", line.handed)
	}
	w.say("T04", "石巳安的材料发我") // the leader sees the whole school
	if len(line.files("T04")) != 1 {
		t.Errorf("the leader got %v", line.got("T04"))
	}
}

func TestInAGroupNoPaperIsShown(t *testing.T) {
	w, line := openCounter(t)
	w.shows("T01", "石巳安 病假", "M1")
	w.saysIn("702", "T01", "石巳安的材料发我")
	line.reads(t, "T01", "不在群里说", 1)
	for _, n := range line.got("T01") {
		if n.Reply != "" || n.File != "" {
			t.Errorf("said in the group: %+v", n)
		}
	}
}

func TestNothingThereIsSaidAndSeveralChildrenAreNotMixed(t *testing.T) {
	w, line := openCounter(t)
	w.say("T01", "林晓的材料发我")
	line.reads(t, "T01", "林晓名下还没有文件", 1)
	w.say("T01", "张伟的材料发我") // two children of this name
	w.say("T01", "石巳安和林晓的照片发给我")
	line.reads(t, "T01", "一次请只写一个孩子", 2)
}

// Whatever else is said is a report and must be read as one.
func TestAReportThatSpeaksOfPapersIsStillAReport(t *testing.T) {
	w, line := openCounter(t)
	w.say("T01", "石巳安 发烧未到校，家长说证明下午发给我")
	if w.mark("S01", "2026-03-09/am") == "" {
		t.Errorf("swallowed: %v", line.got("T01"))
	}
	if line.reads(t, "T01", "名下", 0); len(line.files("T01")) != 0 {
		t.Error("files were sent")
	}
}

func TestTheNewestFiveAreSent(t *testing.T) {
	w, line := openCounter(t)
	for i := range 7 {
		line.photos[fmt.Sprint("P", i)] = school.File{Name: fmt.Sprintf("第%d张.jpg", i), Content: jpeg}
		w.shows("T01", "石巳安 病假", fmt.Sprint("P", i))
		w.clock = w.clock.Add(time.Minute)
	}
	w.say("T01", "石巳安的材料发我")
	line.reads(t, "T01", "石巳安名下有 7 个文件，这是最近的 5 个", 1)
	if len(line.handed) != 5 || line.handed[0] != "T01 第6张.jpg" || line.handed[4] != "T01 第2张.jpg" {
		t.Errorf("sent: %v", line.handed)
	}
}

// A repeat goes out with the bytes of the first attempt; only when the file is
// gone at the platform is it handed in once more.
func TestAFileIsHandedInOnceUnlessItIsGone(t *testing.T) {
	w, line := openCounter(t)
	w.shows("T01", "石巳安 病假", "M1")
	busy := &bot.SendError{Class: bot.SendRetry, Code: "x", Text: "忙"}
	gone := &bot.SendError{Class: bot.SendRetry, Code: "40007", Anew: true, Text: "文件过期"}
	trouble := []error{busy, busy, gone}
	line.does(func(n school.Notice) error {
		if n.File == "" || len(trouble) == 0 {
			return nil
		}
		err := trouble[0]
		trouble = trouble[1:]
		return err
	})
	w.say("T01", "石巳安的材料发我")
	w.until("08:05")
	if got := strings.Join(line.shown, " "); got != "M-1 M-2" || len(line.files("T01")) != 1 {
		t.Errorf("rendered %s, arrived %v", got, line.files("T01"))
	}
}

func TestTroubleWithTheHandingIn(t *testing.T) {
	w, line := openCounter(t)
	w.shows("T01", "石巳安 病假", "M1")
	line.refusal = []error{&bot.SendError{Class: bot.SendRetry, Code: "busy", Unsure: true, Text: "忙"}, &bot.SendError{Class: bot.SendNever, Code: "size", Text: "太大"}}
	w.bot.BaseURL = "https://bot.school.example"
	w.say("T01", "石巳安的材料发我")
	if len(line.files("T01")) != 0 {
		t.Error("sent before the platform had the file")
	}
	w.until("08:00")
	if len(line.files("T01")) != 1 || len(line.shown) != 0 {
		t.Errorf("the link: %v, shown %v", line.got("T01"), line.shown)
	}
}

// On a platform that takes no files, the words name the file and lead to it.
func TestWithoutTheAbilityALinkGoesOut(t *testing.T) {
	w := open(t)
	w.brings("T01", "石巳安 病假", "病历.pdf")
	w.bot.BaseURL = "https://bot.school.example"
	w.say("T01", "石巳安的材料发我")
	w.reads("T01", "石巳安：病历.pdf（3月9日）\n打开：https://bot.school.example/documents/"+w.filesOf("S01")[0].ID, 1)
	w.bot.BaseURL = ""
	w.say("T01", "石巳安的材料发我")
	w.reads("T01", "请到控制台打开", 1)
}

// brings is a person handing in a file whose content came along with the words.
func (w *town) brings(person, text, name string) {
	w.Helper()
	d := w.delivery(person, text)
	d.Attachments = []school.Attachment{{Name: name, Content: []byte("%PDF-1.7 note")}}
	w.accept(d)
}
