package bot_test

import (
	"slices"
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

// picky is a scripted platform that carries only what guardians must hear.
type picky struct{ *scripted }

func (picky) Carries(n school.Notice) bool {
	return n.Kind == school.NoticeParent && n.Act == school.NoticeSend
}

// channels are a school on every way to reach a family; staff are in the sandbox.
type channels struct {
	*town
	wecom, mp, sms *scripted
}

func openChannels(t *testing.T) channels {
	t.Helper()
	w := found(t)
	w.reach("G1", "19900001001", school.Address{Platform: "wecom", User: "w-mother"}, school.Address{Platform: "mp", User: "o-mother"})
	c := channels{town: w, wecom: &scripted{name: "wecom/main", kind: "wecom"}, mp: &scripted{name: "mp/main", kind: "mp"}, sms: &scripted{name: "sms/main", kind: "sms"}}
	line := &scripted{name: "sandbox/staff", kind: "sandbox"}
	line.does(func(n school.Notice) error {
		if n.Kind == school.NoticeParent { // the families have no demo phone here
			return &bot.SendError{Class: bot.SendRecipient, Code: "x", Text: "不在这里"}
		}
		return nil
	})
	w.opens(picky{c.mp}, picky{c.sms}, c.wecom, line) // what carries but some comes last, wherever it is written
	w.door = line.name
	return c
}

func TestAGuardianIsTriedOnOneChannelAfterAnother(t *testing.T) {
	for refusing, c := range []struct{ wecom, mp, sms, reached string }{
		{"", "refused", "refused", "wecom/main"}, {"refused", "", "refused", "mp/main"}, {"refused", "refused", "", "sms/main"},
	} {
		w := openChannels(t)
		for p, how := range map[*scripted]string{w.wecom: c.wecom, w.mp: c.mp, w.sms: c.sms} {
			if how != "" {
				p.does(refuses(bot.SendRecipient))
			}
		}
		w.say("T01", "石巳安 未到校")
		w.until("08:21")
		got := len(w.wecom.got("G1")) + len(w.mp.got("G1")) + len(w.sms.got("G1"))
		if got != 1 {
			t.Errorf("%d channels refuse: she heard %d times", refusing, got)
		}
		sent, err := w.db.Sendings(t.Context(), "v", []string{"G1"}, w.at("00:00"))
		w.must(err)
		if len(sent) != 1 || sent[0].State != school.SendingLeft || sent[0].Platform != c.reached || refusedOf(sent[0]) != refusing {
			t.Errorf("on record: %+v", sent)
		}
		// what became of it goes the same way, once
		w.say("T01", "更正 石巳安 已到校")
		if got := len(w.wecom.got("G1")) + len(w.mp.got("G1")) + len(w.sms.got("G1")); got < 2 || got > 3 {
			t.Errorf("%s: the all-clear: %d", c.reached, got)
		}
		for _, p := range []*scripted{w.mp, w.sms} {
			for _, n := range p.got("G1") {
				if n.Act != school.NoticeSend {
					t.Errorf("%s was asked to change a message", p.name)
				}
			}
		}
	}
}

// refusedOf counts the family's channels that were tried in vain.
func refusedOf(s school.Sending) int {
	return len(slices.DeleteFunc(slices.Clone(s.Refused), func(account string) bool { return account == "sandbox/staff" }))
}

func TestEveryChannelFailsAndTheNextGuardianIsToldThenTheTeacherCalls(t *testing.T) {
	w := openChannels(t)
	for _, p := range []*scripted{w.wecom, w.mp, w.sms} {
		p.does(refuses(bot.SendRecipient))
	}
	w.say("T01", "石巳安 未到校")
	w.until("08:21")
	sent, err := w.db.Sendings(t.Context(), "v", []string{"G1", "G2"}, w.at("00:00"))
	w.must(err)
	if len(sent) != 2 || sent[0].State != school.SendingFailed || refusedOf(sent[0]) != 3 || sent[1].Notice.To != "G2" {
		t.Errorf("on record: %+v", sent)
	}
	cards, err := w.db.OpenCards(t.Context(), "v", "T01")
	w.must(err)
	listed := false
	for _, k := range cards {
		listed = listed || k.Kind == school.CardCalls && strings.Contains(shownOf(k), "19900001001")
	}
	if !listed {
		t.Error("the class teacher has no list with the number")
	}
}

func TestAWrongSettingDoesNotKeepAFamilyWaiting(t *testing.T) {
	w := openChannels(t)
	w.wecom.does(refuses(bot.SendConfig))
	w.say("T01", "石巳安 未到校")
	w.until("08:21")
	if len(w.mp.got("G1")) != 1 {
		t.Errorf("WeCom's settings are wrong, and she hears nothing: %v", w.mp.got("G1"))
	}
}

func TestWhoStoppedTextMessagesGetsNoMore(t *testing.T) {
	w := openChannels(t)
	w.wecom.does(refuses(bot.SendRecipient))
	w.mp.does(refuses(bot.SendRecipient))
	reply := school.Delivery{Key: "sms/main:1", Platform: "sms/main", From: "19900001001", Kind: school.DeliveryEvent, Event: bot.EventOptOut}
	w.accept(reply)
	w.say("T01", "石巳安 未到校")
	w.until("08:21")
	if got := w.sms.got("G1"); len(got) != 0 {
		t.Errorf("退订, and still: %v", got)
	}
	reply.Key, reply.Event = "sms/main:2", bot.EventOptIn
	w.accept(reply)
	w.until("14:00")
	w.say("T01", "石巳安 未到校")
	w.say("T01", "石巳安到了")
	w.until("2026-03-10 07:50")
	w.say("T01", "石巳安 未到校")
	w.until("2026-03-10 08:21")
	if got := w.sms.got("G1"); len(got) != 1 {
		t.Errorf("恢复: %v", got)
	}
}

func TestNobodyIsDisturbedAtNightByWhateverChannel(t *testing.T) {
	w := openChannels(t)
	busy := func(school.Notice) error { return &bot.SendError{Class: bot.SendRetry, Code: "busy", Text: "忙"} }
	for _, p := range []*scripted{w.wecom, w.mp, w.sms} {
		p.does(busy)
	}
	w.until("14:05")
	w.say("T01", "石巳安 未到校")
	w.until("21:45")
	for _, p := range []*scripted{w.wecom, w.mp, w.sms} {
		p.does(nil)
	}
	w.until("2026-03-10 06:29")
	if got := len(w.wecom.got("G1")) + len(w.mp.got("G1")) + len(w.sms.got("G1")); got != 0 {
		t.Errorf("woken %d times", got)
	}
	w.until("2026-03-10 06:31")
	if got := w.wecom.got("G1"); len(got) != 1 {
		t.Errorf("in the morning: %v", got)
	}
}

func TestOnePersonWithSeveralAddressesHearsOnce(t *testing.T) {
	w := openChannels(t)
	w.say("T01", "石巳安 未到校")
	w.until("08:21")
	if a, b, c := len(w.wecom.got("G1")), len(w.mp.got("G1")), len(w.sms.got("G1")); a != 1 || b+c != 0 {
		t.Errorf("heard %d, %d and %d times", a, b, c)
	}
}

func TestACardOnTwoPlatformsIsKeptInStep(t *testing.T) {
	w := found(t)
	r := w.school.Roster
	staff := slices.Clone(r.Staff)
	for i := range staff {
		staff[i].Addresses = []school.Address{{Platform: "sandbox", User: staff[i].ID}}
		if staff[i].ID == "T06" { // the leader on duty is on DingTalk
			staff[i].Addresses = []school.Address{{Platform: "dingtalk", User: "d-06"}}
		}
	}
	w.school.Roster = school.NewRoster(r.Classes, r.Students(), staff, r.Guardians())
	w.house = bot.NewHouse(w.school, w.house.Policy)
	ding, line := &scripted{name: "dingtalk/main", kind: "dingtalk"}, &scripted{name: "sandbox/line", kind: "sandbox"}
	w.opens(ding, line)
	w.door = line.name
	w.say("T01", "石巳安爷爷说早上七点就出门了")
	held := func(p *scripted, person string) (all []school.Notice) {
		for _, n := range p.got(person) {
			if n.Card != nil && n.Card.Kind == school.CardSafety {
				all = append(all, n)
			}
		}
		return all
	}
	there, here := held(ding, "T06"), held(line, "T01")
	if len(there) != 1 || len(here) != 1 || there[0].Card.ID != here[0].Card.ID {
		t.Fatalf("on DingTalk %v, here %v", there, here)
	}
	w.press("T01", here[0].Card.ID, "found")
	there, here = held(ding, "T06"), held(line, "T01")
	if len(there) != 2 || len(here) != 2 || there[1].Act != school.NoticeUpdate || there[1].Card.Result == "" || there[1].Card.Result != here[1].Card.Result {
		t.Errorf("out of step: on DingTalk %+v, here %+v", there, here)
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
