package bot_test

import (
	"testing"
	"time"

	"guixiao/rules/school"
)

// crowded is a platform on which everybody sends at full and half hours.
type crowded struct{ scripted }

func (c *crowded) Crowded(at time.Time) bool { return at.Minute()%30 == 0 }

// The list of classes that have not reported and the digest can wait; an
// answer, a card, what goes to families and what is about danger cannot.
func TestWhatCanWaitLeavesAfterTheCrowd(t *testing.T) {
	line := &crowded{scripted{name: "sandbox/line", kind: "sandbox"}}
	w := open(t, line)
	w.until("08:05")
	w.say("T01", "石巳安 未到校")
	w.until("18:00")
	spread := 0
	for _, person := range []string{"T01", "T02", "T04", "T05", "T06", "T07", "G1"} {
		for _, n := range line.got(person) {
			atFull := n.At.Minute()%30 == 0 && n.At.Second() == 0
			waits := n.Act == school.NoticeSend && n.Kind == school.NoticeText && n.Card == nil && n.Via == "" && !n.Urgent
			late := n.DueAt.Sub(n.At)
			switch {
			case !atFull || n.Kind == school.NoticeParent:
			case !waits && late != 0:
				t.Errorf("%s: %q was held up for %s", person, n.Text, late)
			case waits && (late < time.Minute || late > 4*time.Minute):
				t.Errorf("%s: %q leaves %s late", person, n.Text, late)
			case waits:
				spread++
			}
		}
	}
	if spread == 0 {
		t.Error("nothing in this day could wait: the test looks at nothing")
	}
}
