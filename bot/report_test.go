package bot_test

import (
	"testing"

	"guixiao/rules/school"
)

const (
	am = "2026-03-09/am"
	pm = "2026-03-09/pm"
)

func TestACertainReportBesideAQuestionIsNotAskedAbout(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安3月8日没来，林晓病假") // a Sunday
	w.marked("S02", am, school.Sick)
	w.reads("T01", "已登记：林晓 病假")
	w.neverReads("T01", "请确认")
}

func TestOneRefusedReportDoesNotLoseTheOthers(t *testing.T) {
	w := open(t)
	w.say("T01", "林晓病假，石巳安申请停课") // compulsory schooling: not to be had by asking
	w.marked("S02", am, school.Sick)
	w.reads("T01", "已登记：林晓 病假")
}

func TestATakenBackReportBesideANewOne(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	w.until("08:05")
	w.say("T01", "更正：石巳安到了，林晓没来")
	w.marked("S01", am, school.Present)
	w.marked("S02", am, school.Absent)
	w.until("08:30")
	w.neverReads("G1", "尚未到校")
	w.reads("G3", "林晓", 1)
}

func TestTakingBackTwiceReachesTheReportBefore(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	w.until("08:01")
	w.say("T01", "林晓 未到校")
	w.until("08:02")
	w.say("T01", "撤回")
	w.marked("S01", am, school.Absent)
	w.marked("S02", am, "")
	w.until("08:03")
	w.say("T01", "撤回")
	w.marked("S01", am, "")
	w.say("T01", "撤回")
	w.reads("T01", "没有找到可以撤回的登记")
}

func TestTakingBackTakesOnlyWhatWasSaidThen(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安、林晓 未到校")
	card := w.card("T01", "已登记 2 人")
	w.say("T01", "更正 石巳安 已到校")
	if r := w.press("T01", card.ID, "cancel"); !r.OK {
		t.Fatal(r)
	}
	w.marked("S01", am, school.Present) // said later, and true
	w.marked("S02", am, "")
}

func TestAnotherReportIsNoAnswerToTheQuestion(t *testing.T) {
	w := open(t)
	w.say("T01", "张伟 未到校")
	question := w.card("T01", "请问是哪一位")
	w.say("T01", "林晓 病假")
	if got := w.card("T01", "请问是哪一位"); got.State != school.CardOpen {
		t.Fatalf("张伟 was forgotten: %s %s", got.State, got.Result)
	}
	if r := w.press("T01", question.ID, "pick:S04"); !r.OK {
		t.Fatal(r)
	}
	w.marked("S04", am, school.Absent)
	w.marked("S03", am, "")
}

func TestTheQuestionIsAnsweredInWords(t *testing.T) {
	for answer, child := range map[string]string{"第二个": "S04", "男的": "S03"} {
		w := open(t)
		w.say("T01", "张伟 未到校")
		w.say("T01", answer)
		w.marked(child, am, school.Absent)
		if got := w.card("T01", "请问是哪一位"); got.State != school.CardDone {
			t.Errorf("%s: the question is %s", answer, got.State)
		}
	}
}

func TestAQuestionStaysWithWhomItWasAsked(t *testing.T) {
	w := open(t)
	w.say("T01", "张伟 未到校")
	question := w.card("T01", "请问是哪一位")
	if r := w.press("T08", question.ID, "pick:S03"); r.OK {
		t.Error("somebody else pressed it")
	}
	d := w.delivery("T08", "张伟 未到校 4号")
	d.Card = question.ID
	w.accept(d)
	if got := w.card("T01", "请问是哪一位"); got.State != school.CardOpen {
		t.Errorf("somebody else's words closed it: %s", got.Result)
	}
}

func TestARollIsNotReportedWhileANameIsOpen(t *testing.T) {
	w := open(t)
	w.say("T01", "林晓 病假，张伟 未到校")
	if w.reported("702", am) {
		t.Error("the roll counts as reported although a name is missing")
	}
	w.press("T01", w.card("T01", "请问是哪一位").ID, "pick:S03")
	if !w.reported("702", am) {
		t.Error("the answer completes the roll")
	}
}

func TestAnAnswerNamesItsOwnCard(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	w.until("08:21") // the half-day card asks for the reason
	d := w.delivery("T01", "孩子家里有事要处理")
	d.Card = "no-such-card"
	w.accept(d)
	if got := w.card("T01", "石巳安"); got.State != school.CardOpen {
		t.Errorf("another card took the words: %s %s", got.Title, got.Result)
	}
	w.reads("T01", "把这句话记为", 1)
}

func TestWordsAreReadAtTheTimeTheyWereSaid(t *testing.T) {
	w := open(t)
	d := w.delivery("T01", "石巳安 未到校")
	d.At = w.at("08:05")
	w.clock = w.at("2026-03-10 08:05") // the process had been down for a day
	w.accept(d)
	w.marked("S01", am, school.Absent)
	w.marked("S01", "2026-03-10/am", "")
	if !w.reported("702", am) || w.reported("702", "2026-03-10/am") {
		t.Error("the roll of the wrong morning was reported")
	}
}

func TestNothingIsCalledRecordedThatIsNot(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 病假")
	w.say("T03", "石巳安 未到校")
	w.marked("S01", am, school.Sick)
	w.neverReads("T03", "已登记：石巳安 未到校")
	w.reads("T03", "石巳安")
	w.say("G3", "林晓今天晚点到")
	w.neverReads("G3", "已登记：林晓 迟到")
	w.reads("G3", "记下")
}

func TestACorrectionOfYesterday(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	w.until("2026-03-10 08:05")
	w.say("T01", "更正 石巳安 昨天上午是病假")
	w.marked("S01", am, school.Sick)
	cases, err := w.db.OpenCases(t.Context(), "v")
	w.must(err)
	if len(cases) != 0 {
		t.Errorf("the case goes on: %+v", cases[0])
	}
}

func TestGroupsHearNumbersOnly(t *testing.T) {
	w := open(t)
	w.saysIn("702", "T01", "石巳安 未到校")
	w.reads("T08", "已登记 1 人", 1)
	w.neverReads("T08", "石巳安")
	w.saysIn("702", "G1", "石巳安发烧，今天请假") // a parent is answered alone
	w.hears("T08", 1)
	w.saysIn("702", "T01", "打了电话给石巳安家长，联系上了")
	w.hears("T08", 1)
	before := len(w.feed("T01"))
	w.saysIn("702", "T01", "") // a picture
	w.hears("T01", before)
	d := w.delivery("nobody", "七2 今天谁没来")
	d.Conversation = "group:702"
	w.accept(d)
	w.hears("nobody", 0)
}

func TestAStrangerIsToldWhomToAsk(t *testing.T) {
	w := open(t)
	w.say("nobody", "石巳安 未到校")
	w.reads("nobody", "没有您的账号")
	w.marked("S01", am, "")
}

func TestTheSameReportTwiceAsksTwiceOnlyOnce(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安 未到校")
	w.say("T01", "全到")
	w.say("T01", "全到")
	w.reads("T01", "先前报了未到校", 1)
}

func TestTheRollCardClosesForEverybodyWhoHoldsIt(t *testing.T) {
	w := open(t)
	w.until("08:21")
	card := w.card("T01", "点名还没有收到")
	w.say("T08", "全到") // 副班主任
	if got := w.card("T01", "点名还没有收到"); got.State != school.CardDone {
		t.Errorf("the 班主任 is still asked: %s", got.State)
	}
	if r := w.press("T01", card.ID, "all-here"); r.OK {
		t.Error("pressed again")
	}
}

func TestRollCardsOfEarlierSessionsAreOver(t *testing.T) {
	w := open(t)
	w.until("14:05")
	card := w.card("T01", "点名还没有收到")
	if r := w.press("T01", card.ID, "all-here"); r.OK {
		t.Error("the morning was answered in the afternoon")
	}
	w.say("T01", "全到")
	if !w.reported("702", pm) || w.reported("702", am) {
		t.Error("words answer the session they are said in")
	}
	if got := w.card("T01", "上午"); got.State == school.CardOpen {
		t.Error("the card of the morning still stands open")
	}
}

func TestAGuardianSpeaksForOwnChildrenOnly(t *testing.T) {
	w := open(t)
	w.say("G4", "石巳安今天请病假")
	w.marked("S01", am, "")
	w.say("T01", "石巳安 未到校")
	w.say("G4", "石巳安到学校了吗")
	w.neverReads("G4", "石巳安 3月")
	w.neverReads("G4", "未到校")
}

func TestWhoIsAskedForIsNeverGuessed(t *testing.T) {
	w := open(t)
	w.say("T01", "张伟 未到校")
	w.press("T01", w.card("T01", "请问是哪一位").ID, "pick:S04")
	w.say("T01", "张伟来了吗")
	w.reads("T01", "3号")
	w.reads("T01", "4号")
}

func TestWhoMayNotSeeAClassIsToldSo(t *testing.T) {
	w := open(t)
	w.say("T02", "乙小鹏 未到校")
	w.say("T09", "八3 今天谁没来") // the music teacher
	w.neverReads("T09", "没有缺勤登记")
	w.neverReads("T09", "乙小鹏")
}

func TestARefusedMessageIsOnRecord(t *testing.T) {
	w := open(t)
	w.say("T01", "石巳安太调皮了，让他退学吧")
	found := false
	for _, l := range w.book("person:T01") {
		found = found || l.What == "refuse"
	}
	if !found {
		t.Error("no line about the refusal")
	}
}

func TestALikelyReadingChangesNothingUntilItIsAnswered(t *testing.T) {
	for _, answer := range []string{"cancel", "confirm"} {
		w := open(t)
		w.say("T01", "石巳安 未到校")
		w.until("08:21")
		w.say("T01", "石巳安 病假 请到3月12日")
		w.marked("S01", am, school.Absent)
		if r := w.press("T01", w.card("T01", "请确认").ID, answer); !r.OK {
			t.Fatal(r)
		}
		want := map[string]school.MarkKind{"cancel": school.Absent, "confirm": school.Sick}[answer]
		w.marked("S01", am, want)
		if cases, err := w.db.OpenCases(t.Context(), "v"); err != nil || len(cases) != 1 && answer == "cancel" {
			t.Errorf("%s: %d cases, %v", answer, len(cases), err)
		}
	}
}

func TestAFamilyAsksAndTheClassTeacherGrantsInWords(t *testing.T) {
	w := open(t)
	w.say("G1", "石巳安发烧，今天请假")
	w.reads("G1", "已转给班主任：石巳安 病假")
	w.say("T01", "同意")
	w.marked("S01", am, school.Sick)
	w.reads("T01", "已准假", 2) // the card and the answer
}

func TestTheRollIsTickedOnTheCard(t *testing.T) {
	w := open(t)
	w.until("14:25")
	card := w.card("T01", "点名")
	if r := w.press("T01", card.ID, "all-here", "absent=S01,S03"); !r.OK {
		t.Fatalf("refused: %+v", r)
	}
	w.marked("S01", "2026-03-09/pm", school.Absent)
	w.marked("S03", "2026-03-09/pm", school.Absent)
	w.marked("S02", "2026-03-09/pm", "")
}
