package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"guixiao/bot/bottest"
)

// A teacher speaks to the AI bot: what she says arrives without any address of
// ours, the answers come back in the same conversation, the card shows what
// her press led to, and a connection that breaks comes back.
func TestATeacherReportsThroughTheAIBot(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	clock := bottest.NewClock(time.Date(2026, 3, 9, 8, 5, 0, 0, time.FixedZone("CST", 8*3600)))
	fake := bottest.NewWeComBot(clock.Now)
	defer fake.Close()
	w := openTown(t, "2026-03-09T08:05:00+08:00", `, aibot: {bot_id: "`+fake.BotID+`", secret: "`+fake.Secret+`", ws_base: "`+fake.URL+`"}`)
	running, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); w.service.bot.Run(running) }()
	defer func() { stop(); <-ended }()
	if err := fake.LoggedIn(ctx, 1); err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	zhou := fake.Chat("zhouli")
	must(zhou.Says(ctx, "石巳安 未到校"))
	must(zhou.Reads(ctx, func(m bottest.Message) bool { return m.Card != nil && strings.Contains(m.Card.Title, "石巳安") }))
	if got := zhou.Texts(); got[0] != "收到。" {
		t.Errorf("answered with %q", got)
	}
	must(zhou.Press(ctx, zhou.Card(), "cancel"))
	if c := zhou.Card(); c.Closed == "" {
		t.Errorf("after the press the card shows %+v", c)
	}
	fake.Drop()
	must(fake.LoggedIn(ctx, 2))
	go func() { // what met the broken connection is tried again as time goes by
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for running.Err() == nil {
			<-tick.C
			w.clock.Advance(time.Second)
		}
	}()
	must(zhou.Says(ctx, "林晓 未到校"))
	must(zhou.Reads(ctx, func(m bottest.Message) bool { return m.Card != nil && strings.Contains(m.Card.Title, "林晓") }))
	if n := len(w.Member("zhouli").Inbox()); n != 0 {
		t.Errorf("%d answers came by the app instead: %+v", n, w.Member("zhouli").Inbox())
	}
	if c := fake.Complaints(); len(c) > 0 {
		t.Errorf("shown badly: %s", strings.Join(c, "; "))
	}
	// Families are never written to by the bot.
	if fake.Chat("P01").Inbox() != nil {
		t.Error("a parent got a message from the bot")
	}
}
