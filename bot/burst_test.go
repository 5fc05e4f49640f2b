package bot_test

import (
	"testing"

	"guixiao/rules/school"
)

// A teacher types as she counts: a name, what is with him, the next one, a slip.
func TestAReportInPiecesIsUnderstoodInOrder(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安")
	w.marked("S01", am, "")
	w.until("07:51")
	w.say("T01", "病假")
	w.marked("S01", am, school.Sick)
	w.until("07:52")
	w.say("T01", "还有林晓")
	w.marked("S02", am, school.Sick)
	w.until("07:53")
	w.say("T01", "他请两天")
	w.marked("S02", "2026-03-10/pm", school.Sick)
	w.marked("S01", "2026-03-10/pm", "")
}

func TestASlipInAReportOfPiecesIsMended(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安没来")
	w.marked("S01", am, school.Absent)
	w.until("07:51")
	w.say("T01", "写错了，是林晓")
	w.marked("S01", am, school.Present)
	w.marked("S02", am, school.Absent)
	w.until("07:52")
	w.say("T01", "他刚到")
	w.marked("S02", am, school.Present)
}
