package main

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guixiao/bot/bottest"
	"guixiao/configs"
)

// The service runs by itself, and two people press the same card at the same
// moment. One of them decides; both see who it was, none of them twice, and no
// card is changed by a call while its own press is still being answered.
func TestTwoHoldersPressAtTheSameMoment(t *testing.T) {
	for _, mode := range []string{configs.ModeHTTP, configs.ModeStream} {
		t.Run(mode, func(t *testing.T) {
			w := openDingTown(t, mode, "2026-03-09T08:05:00+08:00", twoTeachers)
			w.stop()
			w.runs = true
			w.starts()
			w.sees("the address for presses, or a socket", func() bool { return w.service.platforms[0].(interface{ Connected() bool }).Connected() })
			for _, child := range []string{"石巳安", "林晓", "高原"} {
				if err := w.Staff("zhouli").Says(child + " 未到校"); err != nil {
					t.Fatal(err)
				}
				w.sees("the confirmation", func() bool { return w.openCard("zhouli", child, "confirm") != nil })
			}
			w.clock.Advance(16 * time.Minute)
			for _, child := range []string{"石巳安", "林晓", "高原"} {
				w.bothPress(child)
			}
			w.quiet()
		})
	}
}

// openCard finds a card about the child that has this button.
func (w *dingTown) openCard(user, child, button string) *bottest.DingCard {
	for _, c := range w.Staff(user).Cards() {
		if strings.Contains(looks(c), child) && c.Vars["state"] == "open" && slices.ContainsFunc(values(c), func(v string) bool { return v == button }) {
			return &c
		}
	}
	return nil
}

func values(c bottest.DingCard) (all []string) {
	for _, v := range c.Vars {
		all = append(all, v)
	}
	return all
}

func (w *dingTown) bothPress(child string) {
	w.t.Helper()
	users := []string{"zhouli", "chuliang"}
	cards := map[string]bottest.DingCard{}
	for _, user := range users {
		w.sees("the stage card of "+user, func() bool {
			c := w.openCard(user, child, "no-contact")
			if c != nil {
				cards[user] = *c
			}
			return c != nil
		})
	}
	var both sync.WaitGroup
	for _, user := range users {
		both.Go(func() {
			form := map[string]any{"reason": user + "了解到孩子发烧在家"}
			if err := w.Staff(user).Press(cards[user], pressOf("submit", form)); err != nil {
				w.t.Errorf("%s: %v", user, err)
			}
		})
	}
	both.Wait()
	for _, user := range users {
		w.sees("how it ended, by "+user, func() bool {
			return w.openCard(user, child, "no-contact") == nil
		})
	}
	results := map[string]bool{}
	for _, user := range users {
		for _, c := range w.Staff(user).Cards() {
			if c.Track == cards[user].Track {
				results[c.Vars["result"]] = true
			}
		}
	}
	if len(results) != 1 {
		w.t.Errorf("%s: the two holders read different outcomes: %v", child, results)
	}
}
