package wecom_test

import (
	"slices"
	"strings"
	"testing"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

func TestHowABotFailsToSend(t *testing.T) {
	w := newBotWorld(t)
	if _, err := w.send(text("n0", "一句"), "LiMin", 1); class(err) != bot.SendRetry {
		t.Errorf("before the connection stands: %v", err)
	}
	w.connects()
	if _, err := w.send(text("n1", "一句"), "LiMin", 1); class(err) != bot.SendRecipient {
		t.Errorf("to somebody who never wrote: %v", err)
	}
	if _, err := w.send(toParent("n2", "一句"), "mother", 1); class(err) != bot.SendRecipient {
		t.Errorf("to a parent: %v", err)
	}
	li := w.fake.Chat("LiMin")
	w.must(li.Says(w.ctx, "全到"))
	w.fake.Fail(bottest.Code(45009), bottest.Code(846601), bottest.Lost())
	for i, want := range []bot.SendClass{bot.SendRetry, bot.SendRecipient, bot.SendRetry, ""} {
		if _, err := w.send(cardNotice("n3", reasonCard()), "LiMin", i+1); class(err) != want {
			t.Errorf("attempt %d: %v", i+1, err)
		}
	}
	// The third attempt had arrived, the fourth knew it.
	if got := len(slices.DeleteFunc(li.Inbox(), func(m bottest.Message) bool { return m.Card == nil })); got != 1 {
		t.Errorf("%d cards arrived", got)
	}
	recalled := text("n4", "一句")
	recalled.Act = school.NoticeRecall
	if _, err := w.send(recalled, "LiMin", 1); class(err) != bot.SendStale {
		t.Errorf("recall: %v", err)
	}
}

func TestABotIsSetUpInWords(t *testing.T) {
	for field, s := range map[string]wecom.BotSettings{"aibot.bot_id": {Account: "main", Secret: "s"}, "aibot.secret": {Account: "main", BotID: "b"},
		"aibot.ws_base": {Account: "main", BotID: "b", Secret: "s", Base: "https://x"}} {
		if _, err := wecom.NewAIBot(s, wecom.Deps{}); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	w := newBotWorld(t)
	if found, err := w.Check(t.Context()); err != nil || len(found) != 1 || !found[0].OK {
		t.Errorf("check: %+v %v", found, err)
	}
	w.fake.Close()
	if found, _ := w.Check(t.Context()); len(found) != 1 || found[0].OK {
		t.Errorf("check of a dead address: %+v", found)
	}
}
