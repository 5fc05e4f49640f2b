package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"guixiao/rules/school"
)

// A bad morning: the year head is told of six children in the same minute, on a
// platform that would hold back the fourth message. One message says them all,
// in order, and nothing of it is said again.
func TestManyTextsForOnePersonGoOutAsOne(t *testing.T) {
	line := &crowded{scripted: scripted{name: "sandbox/line", kind: "sandbox"}}
	w := open(t, line)
	tell := func(n int) {
		c := school.Change{School: w.school.ID, Key: fmt.Sprintf("morning%d", n), At: w.clock}
		for i := range n {
			c.Notices = append(c.Notices, school.Notice{School: w.school.ID, Key: fmt.Sprintf("m%d-%d", n, i), Act: school.NoticeSend, Kind: school.NoticeText, To: "T02",
				Text: fmt.Sprintf("第%d件", i+1), Why: "告知", At: w.clock, DueAt: w.clock})
		}
		w.must(w.db.Apply(t.Context(), c))
		w.must(w.bot.Settle(t.Context()))
	}
	tell(6)
	got := line.got("T02")
	if len(got) != 1 || strings.Count(got[0].Text, "件") != 6 || strings.Index(got[0].Text, "第1件") > strings.Index(got[0].Text, "第6件") {
		t.Fatalf("arrived: %v", got)
	}
	w.must(w.bot.Settle(t.Context()))
	if got := line.got("T02"); len(got) != 1 {
		t.Errorf("said again: %v", got)
	}
	tell(2)
	if got := line.got("T02"); len(got) != 3 {
		t.Errorf("two are two messages: %v", got)
	}
}

func TestWhereNothingIsLimitedEveryTextIsAMessage(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := open(t, line)
	c := school.Change{School: w.school.ID, Key: "morning", At: w.clock}
	for i := range 6 {
		c.Notices = append(c.Notices, school.Notice{School: w.school.ID, Key: fmt.Sprint("m", i), Act: school.NoticeSend, Kind: school.NoticeText, To: "T02", Text: "一件", Why: "告知", At: w.clock, DueAt: w.clock})
	}
	w.must(w.db.Apply(t.Context(), c))
	w.must(w.bot.Settle(t.Context()))
	if got := line.got("T02"); len(got) != 6 {
		t.Errorf("arrived: %d", len(got))
	}
}
