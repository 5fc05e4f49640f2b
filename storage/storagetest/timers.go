package storagetest

import (
	"fmt"
	"sync"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"
)

func (h *house) strikes(limit int) []school.Timer {
	h.Helper()
	ts, err := h.db.ClaimTimers(h.ctx, h.now, lease, limit)
	h.must(err)
	return ts
}

func timerKeys(ts []school.Timer) []string {
	keys := []string{}
	for _, t := range ts {
		keys = append(keys, t.Key)
	}
	return keys
}

func (h *house) timer(key string, in time.Duration) school.Timer {
	return school.Timer{Key: key, Kind: school.TimerCase, DueAt: h.now.Add(in), Student: "S001", Slot: slot}
}

func timersFire(h *house) {
	h.apply(school.Change{Timers: []school.Timer{h.timer("late", 2*time.Hour), h.timer("early", time.Hour), h.timer("never", time.Hour), h.timer("far", 1000*time.Hour)}})
	h.apply(school.Change{Cancel: []string{"never", "unknown"}})
	h.check(len(h.strikes(10)) == 0, "fired too early")
	h.later(2 * time.Hour)
	ts := h.strikes(10)
	h.same([]string{"early", "late"}, timerKeys(ts))
	h.check(ts[0].School == demo && ts[0].Slot == slot && ts[0].Claim != "", "%+v", ts[0])
	// The firing sets the same timer for the next time.
	h.apply(school.Change{Key: ts[0].FiringKey(), Timers: []school.Timer{h.timer("early", 24*time.Hour)}})
	h.apply(school.Change{Key: ts[1].FiringKey()})
	set, err := h.db.TimersSet(h.ctx, demo, "early", "late", "far", "never")
	h.must(err)
	h.same(map[string]bool{"early": true, "far": true}, set)
	h.later(24 * time.Hour)
	h.same([]string{"early"}, timerKeys(h.strikes(10)))
}

func timersAreClaimedOnce(h *house) {
	const n = 200
	var all []school.Timer
	for i := range n {
		all = append(all, h.timer(fmt.Sprint("t", i), time.Duration(i)*time.Second))
	}
	h.apply(school.Change{Timers: all})
	h.later(time.Hour)
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for idle := 0; idle < 3; {
				ts, err := h.db.ClaimTimers(h.ctx, h.now, lease, 8)
				if err != nil {
					h.Error(err)
					return
				}
				if len(ts) == 0 {
					idle++
				}
				mu.Lock()
				for _, t := range ts {
					seen[t.Key]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for len(seen) < n { // what lost races left over
		ts := h.strikes(50)
		h.check(len(ts) > 0, "only %d of %d timers fired", len(seen), n)
		for _, t := range ts {
			seen[t.Key]++
		}
	}
	for key, times := range seen {
		h.check(times == 1, "timer %s claimed %d times", key, times)
	}
}

func movedTimerFiresAgain(h *house) {
	h.apply(school.Change{Timers: []school.Timer{h.timer("case", time.Hour)}})
	h.later(time.Hour)
	ts := h.strikes(1)
	h.apply(school.Change{Timers: []school.Timer{h.timer("case", time.Hour)}}) // meanwhile somebody moves it
	h.must(h.db.RetryTimer(h.ctx, ts[0], h.now))
	h.check(len(h.strikes(1)) == 0, "a lost claim moved the timer")
	h.apply(school.Change{Key: ts[0].FiringKey()})
	h.later(time.Hour)
	again := h.strikes(1)
	h.check(len(again) == 1 && again[0].FiringKey() != ts[0].FiringKey(), "%v", again)
}

func timerComesBack(h *house) {
	h.apply(school.Change{Timers: []school.Timer{h.timer("a", 0)}})
	first := h.strikes(1)[0]
	h.later(lease)
	h.apply(school.Change{Timers: []school.Timer{h.timer("b", -time.Hour)}}) // due earlier, but nobody was lost with it
	ts := h.strikes(1)
	h.same([]string{"a"}, timerKeys(ts))
	h.check(ts[0].FiringKey() == first.FiringKey(), "another firing")
	h.must(h.db.RetryTimer(h.ctx, first, h.now))
	h.same([]string{"b"}, timerKeys(h.strikes(2)))
	h.must(h.db.RetryTimer(h.ctx, ts[0], h.now.Add(time.Minute)))
	h.check(len(h.strikes(2)) == 0, "retried too early")
	h.later(time.Minute)
	h.check(len(h.strikes(2)) == 2, "not all came back")
}

func clocksJump(h *house) {
	h.apply(school.Change{Timers: []school.Timer{h.timer("a", time.Hour), h.timer("b", 10*24*time.Hour)}})
	h.later(-30 * 24 * time.Hour)
	h.check(len(h.strikes(2)) == 0, "fired before its time")
	h.later(300 * 24 * time.Hour)
	h.same([]string{"a", "b"}, timerKeys(h.strikes(2)))
	h.later(-200 * 24 * time.Hour) // a claim must not hold until then
	h.check(len(h.strikes(2)) == 0, "a lease in the future was ignored")
	h.later(200*24*time.Hour + lease)
	h.check(len(h.strikes(2)) == 2, "lost by a jump")
}

func hopelessTimerIsParked(h *house) {
	h.apply(school.Change{Timers: []school.Timer{h.timer("clock", 0)}})
	ts := h.strikes(5)
	ts[0].Attempt = 1
	h.must(h.db.RetryTimer(h.ctx, ts[0], h.now))
	ts = h.strikes(5)
	h.check(len(ts) == 1 && ts[0].Attempt == 1, "forgot that it failed: %+v", ts)
	h.must(h.db.ParkTimer(h.ctx, ts[0], h.now, "不行"))
	h.check(len(h.strikes(5)) == 0, "it fires for ever")
	set, err := h.db.TimersSet(h.ctx, demo, "clock")
	h.must(err)
	h.check(len(set) == 0, "set aside, and still set: %v", set)
	h.apply(school.Change{Timers: []school.Timer{h.timer("clock", time.Hour)}})
	all, err := h.db.ParkedTimers(h.ctx, demo)
	h.must(err)
	h.check(len(all) == 1 && all[0].Reason == "不行" && all[0].Attempt == 1, "parked %+v", all)
	h.must(h.db.Requeue(h.ctx, all[0], h.now))
	ts = h.strikes(5)
	h.check(len(ts) == 1 && ts[0].Attempt == 0 && ts[0].Failure == "", "requeued as %+v", ts)
	h.apply(school.Change{Key: ts[0].FiringKey()})
	h.later(time.Hour)
	h.same([]string{"clock"}, timerKeys(h.strikes(5))) // its successor has kept its own time
}

func deadlyTimerIsParked(h *house) {
	h.reopen(storage.Options{MaxAttempts: 2})
	h.apply(school.Change{Timers: []school.Timer{h.timer("deadly", 0)}})
	for range 2 {
		h.check(len(h.strikes(5)) == 1, "parked too early")
		h.later(lease)
	}
	h.check(len(h.strikes(5)) == 0, "it kills for ever")
	all, err := h.db.ParkedTimers(h.ctx, demo)
	h.must(err)
	h.check(len(all) == 1 && all[0].Timer.Key == "deadly" && all[0].At.Equal(h.now), "parked %+v", all)
	h.must(h.db.Requeue(h.ctx, all[0], h.now))
	ts := h.strikes(5)
	h.check(len(ts) == 1, "not requeued")
	h.later(lease)
	h.strikes(5)
	h.later(lease)
	h.strikes(5)
	h.must(h.db.GiveUp(h.ctx, all[0], h.now))
	h.later(lease)
	h.check(len(h.strikes(5)) == 0, "given up, and it fires")
}
