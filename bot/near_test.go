package bot_test

import (
	"testing"

	"guixiao/rules/school"
)

// 罗南 is nobody's name; 罗兰 nearly is, where n and l are one. She is asked
// about, and only the answer marks her.
func TestANameWrittenNearlyRightIsAskedAbout(t *testing.T) {
	for _, answer := range []string{"是", "对，就是她", "第一个", "罗兰", "pressed"} {
		w := open(t)
		w.say("T02", "罗南 未到校")
		w.marked("S12", am, "")
		question := w.card("T02", "您是说下面的同学吗")
		if answer == "pressed" {
			if r := w.press("T02", question.ID, "pick:S12"); !r.OK {
				t.Fatal(r)
			}
		} else {
			w.say("T02", answer)
		}
		w.marked("S12", am, school.Absent)
		w.marked("S11", am, "")
		if got := w.card("T02", "您是说下面的同学吗"); got.State != school.CardDone {
			t.Errorf("%s: the question is %s", answer, got.State)
		}
	}
}

func TestWhoIsOnlyNearlyNamedAndNotMeantStaysPresent(t *testing.T) {
	for _, answer := range []string{"不是", "收到", "none"} {
		w := open(t)
		w.say("T02", "罗南 未到校")
		if answer == "none" {
			w.press("T02", w.card("T02", "您是说下面的同学吗").ID, "none")
		} else {
			w.say("T02", answer)
		}
		w.marked("S12", am, "")
		if w.reported("803", am) {
			t.Errorf("%s: the roll counts as reported although a name is open", answer)
		}
	}
}

// To a guardian other people's children are nobody, however near the name.
func TestAGuardianIsNotToldWhoElseIsOnTheRoll(t *testing.T) {
	w := open(t)
	w.say("G1", "罗南今天发烧请假一天")
	w.neverReads("G1", "罗兰")
	w.marked("S12", am, "")
}
