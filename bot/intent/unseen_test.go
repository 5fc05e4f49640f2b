package intent_test

import (
	"path"
	"testing"
	"time"

	"guixiao/rules/school"
)

// unseenHouses are two schools the reader was not written with: classes with
// other names, children called 任清假, 陈到, 周末 or 高兴, a calendar with a
// holiday of its own.
func unseenHouses(t *testing.T) map[string]house {
	t.Helper()
	houses := map[string]house{}
	for _, name := range []string{"schoolA", "trainingB"} {
		houses[name] = readHouse(t, path.Join("unseen", name))
	}
	return houses
}

// Messages of other schools were written, with their meaning, by somebody who
// had not seen the reader; it must stay as good there as it has become.
func TestMessagesOfOtherSchoolsAreUnderstood(t *testing.T) {
	houses := unseenHouses(t)
	golds := map[string]gold{}
	for _, g := range readLines[gold](t, "unseen/expected.jsonl") {
		golds[g.ID] = g
	}
	var s score
	for _, m := range readLines[message](t, "unseen/messages.jsonl") {
		s.add(t, m, houses[m.School].read(m), golds[m.ID])
	}
	if s.messages < 320 || s.right < s.messages {
		t.Errorf("%d of %d messages fully right; what was understood stays understood", s.right, s.messages)
	}
	t.Logf("%+v", s)
}

// told is what a teacher of 八(1)班 says on Wednesday morning.
func told(h house, text string) school.Meaning {
	return h.read(message{Text: text, From: "A01", Now: time.Date(2026, 11, 18, 8, 10, 0, 0, time.FixedZone("", 8*3600))})
}

func TestAnOrdinaryWordIsNotTheChildOfThatName(t *testing.T) {
	h := unseenHouses(t)["schoolA"]
	for _, text := range []string{
		"高兴得太早了，月考还没到呢", "于是有个同学没来得及写完", "今天轮到高兴值日", "常缺、何来、周末三人今天值日", "石磊今天表现不错，上课没走神",
	} {
		if m := told(h, text); m.Intent != school.IntentNone {
			t.Errorf("%q: %s %v", text, m.Intent, m.Marks)
		}
	}
	for _, text := range []string{"高兴没来", "于是没来", "石磊有个妹妹发烧了，他没来"} {
		if m := told(h, text); len(m.Marks) != 1 || m.Marks[0].Mark != school.Absent {
			t.Errorf("%q: %s %v", text, m.Intent, m.Marks)
		}
	}
}

func TestARunIsReadWhicheverWayItIsTold(t *testing.T) {
	h := unseenHouses(t)["schoolA"]
	for text, from := range map[string]school.Day{
		"上周三到现在郭年一直没来": "2026-11-11",
		"解放周一就没来，到今天":  "2026-11-16",
		"牛犇秋假后就没来":     "2026-11-16",
		"牛犇国庆节后就没来":    "2026-10-08",
		"从上周三开始石磊就没来了": "2026-11-11",
	} {
		m := told(h, text)
		if len(m.Marks) != 1 || m.Marks[0].From.Day != from || m.Marks[0].To != (school.Slot{Day: "2026-11-18", Session: "am"}) {
			t.Errorf("%q: %v", text, m.Marks)
		}
	}
}

func TestAPlanIsNoAbsence(t *testing.T) {
	h := unseenHouses(t)["schoolA"]
	for _, text := range []string{"万一下雨就在教室点名", "龙腾飞没来过我家", "郭年跟同学说读完这学期就不来了", "“石磊未到校”这种写法就行"} {
		if m := told(h, text); len(m.Marks) > 0 {
			t.Errorf("%q: %v", text, m.Marks)
		}
	}
}

// A bare number in answer to a roll call is not "nobody".
func TestANumberInAnswerToTheRollIsNotAllHere(t *testing.T) {
	h := unseenHouses(t)["schoolA"]
	open := message{From: "A01", Now: time.Date(2026, 11, 18, 8, 10, 0, 0, time.FixedZone("", 8*3600))}
	open.Open = &struct {
		Kind, Class, Case, Student string
		school.Question
	}{Kind: "roll", Class: "801"}
	for text, here := range map[string]bool{"0": true, "0人": true, "零": true, "3": false, "2": false, "👌": false} {
		open.Text = text
		if m := h.read(open); m.RestPresent != here {
			t.Errorf("%q: %s, rest present %v", text, m.Intent, m.RestPresent)
		}
	}
}

func TestACallIsNoBlow(t *testing.T) {
	h := unseenHouses(t)["schoolA"]
	for text, danger := range map[string]bool{
		"冯晴没来，打她妈妈电话没接":   false,
		"石磊说他爸打他，打他妈电话没接": true,
		"石磊被校外的人打了":       true,
	} {
		if m := told(h, text); m.Has(school.FlagSafety) != danger {
			t.Errorf("%q: flags %v", text, m.Flags)
		}
	}
}

func TestTheIllnessOfAnotherIsNotTheChilds(t *testing.T) {
	h := unseenHouses(t)["schoolA"]
	for text, kind := range map[string]school.MarkKind{
		"丁当奶奶住院，他请假两天":   school.Personal,
		"丁当请假，妈妈送医院看病去了": school.Sick,
		"丁当妈妈说他发烧，请假一天":  school.Sick,
	} {
		if m := told(h, text); len(m.Marks) != 1 || m.Marks[0].Mark != kind {
			t.Errorf("%q: %v", text, m.Marks)
		}
	}
}
