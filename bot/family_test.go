package bot_test

import (
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/rules"
	"guixiao/rules/school"
)

// The people of families, and what it takes to reach them.

func TestNobodyIsReachedTheClassTeacherCalls(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	line.does(to(bot.SendRecipient, "G1", "G2", "G3"))
	w.say("T01", "石巳安、林晓 未到校")
	w.until("08:21")
	list := calls(line.got("T01"))
	if len(list) != 1 {
		t.Fatalf("one list for the class and session, not %d: %v", len(list), list)
	}
	card := *list[0].Card
	shown := shownOf(card)
	for _, want := range []string{"2 位学生", "石巳安（1号） 石妈妈；爸爸 石爸爸", "林晓（2号） 家长 林妈妈"} {
		if !strings.Contains(strings.ReplaceAll(shown, "家长 石妈妈", "石妈妈"), want) {
			t.Errorf("the list does not say %q:\n%s", want, shown)
		}
	}
	if parked, err := w.db.ParkedNotices(t.Context(), "v"); err != nil || len(parked) != 0 {
		t.Errorf("what the teacher does is no matter for the administrator: %v %v", parked, err)
	}

	if r := w.press("T02", card.ID, rules.ButtonReached, "whom=S01:G1"); r.OK {
		t.Error("another teacher worked the list off")
	}
	if r := w.press("T01", card.ID, rules.ButtonReached); r.OK {
		t.Errorf("nobody was named: %s", r.Text)
	}
	w.press("T01", card.ID, rules.ButtonNoAnswer, "whom=S01:G1")
	cases := caseOf(w, "S01")
	if got := cases.StageNamed("no-contact"); got != nil {
		t.Error("one number of two was busy, and the leaders hear that nobody was reached")
	}
	w.press("T01", card.ID, rules.ButtonNoAnswer, "whom=S01:G2")
	if got := caseOf(w, "S01").StageNamed("no-contact"); got == nil {
		t.Error("nobody of the family was reached: 未能取得联系")
	}
	if r := w.press("T01", card.ID, rules.ButtonReached, "whom=S02:G3"); !r.OK {
		t.Errorf("refused: %s", r.Text)
	}
	found := false
	for _, e := range caseOf(w, "S02").History {
		found = found || strings.Contains(e.What, "林妈妈")
	}
	if !found {
		t.Errorf("the call is not in the child's file: %+v", caseOf(w, "S02").History)
	}
	now, err := w.db.Card(t.Context(), "v", card.ID)
	w.must(err)
	if now.State != school.CardOpen || !strings.Contains(shownOf(now), "没接通") || strings.Contains(now.Title, "林晓") {
		t.Errorf("the list as it stands: %s %s", now.State, shownOf(now))
	}
	w.press("T01", card.ID, rules.ButtonReached, "whom=S01:G2") // they called back
	if now, err = w.db.Card(t.Context(), "v", card.ID); err != nil || now.State != school.CardDone {
		t.Errorf("everybody was reached: %s %v", now.State, err)
	}
}

func TestAChildThatComesLeavesTheCallList(t *testing.T) {
	line := &scripted{name: "sandbox/line", kind: "sandbox"}
	w := openOn(t, line)
	line.does(to(bot.SendRecipient, "G1", "G2", "G3"))
	w.say("T01", "石巳安、林晓 未到校")
	w.until("08:21")
	id := calls(line.got("T01"))[0].Card.ID
	w.say("T01", "石巳安到了")
	w.until("08:40")
	card, err := w.db.Card(t.Context(), "v", id)
	w.must(err)
	if strings.Contains(card.Title, "石巳安") || !strings.Contains(card.Title, "林晓") {
		t.Errorf("the list: %s", card.Title)
	}
	w.until("2026-03-10 07:00")
	if card, err = w.db.Card(t.Context(), "v", id); err != nil || card.State != school.CardSuperseded {
		t.Errorf("the day is over, and the list is %s, %v", card.State, err)
	}
}

func calls(notices []school.Notice) (all []school.Notice) {
	for _, n := range notices {
		if n.Card != nil && n.Card.Kind == school.CardCalls && n.Act == school.NoticeSend {
			all = append(all, n)
		}
	}
	return all
}

func shownOf(card school.Card) string {
	text := card.Title
	for _, f := range card.Fields {
		text += "\n" + f.K + " " + f.V
	}
	return text
}

func caseOf(w *town, student string) *school.Case {
	w.Helper()
	all, err := w.db.CasesOf(w.Context(), "v", student)
	w.must(err)
	if len(all) == 0 {
		w.Fatalf("%s has no case", student)
	}
	return &all[0]
}
