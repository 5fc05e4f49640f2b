package storagetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"
)

// takes claims deliveries and gives their keys.
func (h *house) takes(limit int) []school.Delivery {
	h.Helper()
	ds, err := h.db.ClaimInbox(h.ctx, h.now, lease, limit)
	h.must(err)
	return ds
}

func keysOf(ds []school.Delivery) []string {
	keys := []string{}
	for _, d := range ds {
		keys = append(keys, d.Key)
	}
	return keys
}

func redeliveryIsDropped(h *house) {
	d := school.Delivery{Key: "m1", Platform: "wecom/main", From: "wang", Kind: school.DeliveryPress, At: h.now, Text: "张三 未到校 🤒", Card: "K1",
		Inputs: map[string]string{"reason": "病"}, Attachments: []school.Attachment{{Name: "假条.jpg", Content: []byte{0xff, 0}}}}
	first, err := h.db.Receive(h.ctx, h.now, lease, []school.Delivery{d, d})
	h.must(err)
	h.check(len(first) == 1 && first[0].Claim != "" && first[0].Attempt == 1, "first time: %v", first)
	again, err := h.db.Receive(h.ctx, h.now, lease, []school.Delivery{d})
	h.must(err)
	h.check(len(again) == 0, "a repeat was taken for new: %v", again)
	h.later(lease)
	back := h.takes(10)
	want := d
	want.Attempt, want.Claim = 2, back[0].Claim
	h.same([]school.Delivery{want}, back)
	h.apply(school.Change{Key: "m1", Inbox: "m1"})
	again, err = h.db.Receive(h.ctx, h.now, lease, []school.Delivery{d})
	h.must(err)
	h.check(len(again) == 0, "a repeat of something decided was taken for new: %v", again)
}

func deliveriesShareCommits(h *house) {
	const calls = 300
	before := h.db.Commits()
	var wg sync.WaitGroup
	got := make([]int, calls)
	for i := range calls {
		wg.Go(func() {
			ds, err := h.db.Receive(h.ctx, h.now, lease, []school.Delivery{{Key: fmt.Sprint("m", i), Platform: "p", From: fmt.Sprint("T", i)}})
			if err != nil {
				h.Error(err)
			}
			got[i] = len(ds)
		})
	}
	wg.Wait()
	commits := h.db.Commits() - before
	h.check(!slices.Contains(got, 0), "a new delivery was not given to its caller")
	h.check(commits < calls/3, "%d calls at once took %d commits", calls, commits)
	h.Logf("%d calls at once took %d commits", calls, commits)
}

func sendersKeepOrder(h *house) {
	for i := range 4 {
		h.says("T001", fmt.Sprint("a", i))
		h.says("T002", fmt.Sprint("b", i))
	}
	h.later(lease) // their worker is gone
	for i := range 4 {
		ds := h.takes(10)
		h.same([]string{fmt.Sprint("a", i), fmt.Sprint("b", i)}, keysOf(ds))
		h.check(len(h.takes(10)) == 0, "a lane was worked on twice at once")
		for _, d := range ds {
			h.apply(school.Change{Key: d.Key, Inbox: d.Key})
		}
	}
	h.check(len(h.takes(10)) == 0, "a decided delivery came back")
}

func laterDeliveryWaits(h *house) {
	first := h.says("T001", "m1")
	second := h.says("T001", "m2")
	h.check(len(second) == 1, "the process that works on the first may have the second: its own lanes keep order")
	h.must(h.db.RetryInbox(h.ctx, first[0], h.now.Add(time.Minute), "busy"))
	h.check(len(h.says("T001", "m3")) == 0, "a delivery overtook one that waits")
	h.check(len(h.says("T002", "m4")) == 1, "another sender was held up")
	h.check(len(h.takes(10)) == 0, "a delivery overtook one that waits")
	h.later(time.Minute)
	h.same([]string{"m1", "m4"}, keysOf(h.takes(10))) // m4's lease is over as well

	other := h.open(storage.Options{})
	defer other.Close()
	ds, err := other.Receive(h.ctx, h.now, lease, []school.Delivery{{Key: "m5", Platform: "sandbox", From: "T001"}})
	h.must(err)
	h.check(len(ds) == 0, "another replica overtook: %v", ds)
}

func deliveryComesBack(h *house) {
	first := h.says("T001", "m1")[0]
	h.later(lease - time.Second)
	h.check(len(h.takes(10)) == 0, "taken from a living worker")
	h.later(time.Second)
	again := h.takes(10)
	h.check(len(again) == 1 && again[0].Attempt == 2 && again[0].Claim != first.Claim, "%v", again)
	h.must(h.db.ParkInbox(h.ctx, first, h.now, "too late to say so"))
	h.must(h.db.RetryInbox(h.ctx, first, h.now, "too late to say so"))
	h.later(time.Second)
	h.check(len(h.takes(10)) == 0, "a worker that had lost its claim changed the row")
	h.must(h.db.RetryInbox(h.ctx, again[0], h.now, "once more"))
	h.check(len(h.takes(10)) == 1, "not given back")
}

func deadlyDeliveryIsParked(h *house) {
	h.reopen(storage.Options{MaxAttempts: 3})
	h.says("T001", "deadly")
	h.says("T001", "behind")
	for range 2 {
		h.later(lease)
		h.same([]string{"deadly"}, keysOf(h.takes(10)))
	}
	h.later(lease)
	h.same([]string{"behind"}, keysOf(h.takes(10)))
	all, err := h.db.ParkedInbox(h.ctx)
	h.must(err)
	h.check(len(all) == 1 && all[0].Key == "deadly" && all[0].Attempt == 3 && all[0].Delivery.Text != "", "parked %+v", all)
}

func parkedDeliveryStays(h *house) {
	d := h.says("T001", "m1")[0]
	h.must(h.db.ParkInbox(h.ctx, d, h.now, "panic in parse"))
	h.later(400 * 24 * time.Hour)
	h.check(len(h.takes(10)) == 0, "a parked delivery was handed out")
	_, err := h.db.TrimInbox(h.ctx, h.now)
	h.must(err)
	all, err := h.db.ParkedInbox(h.ctx)
	h.must(err)
	h.check(len(all) == 1 && all[0].Reason == "panic in parse" && all[0].At.Equal(begin), "parked %+v", all)
	h.must(h.db.Requeue(h.ctx, all[0], h.now))
	h.check(second(0, h.db.Requeue(h.ctx, all[0], h.now)) != nil, "requeued twice")
	again := h.takes(10)
	h.check(len(again) == 1 && again[0].Attempt == 1, "%v", again)
	h.must(h.db.ParkInbox(h.ctx, again[0], h.now, "still"))
	h.must(h.db.GiveUp(h.ctx, all[0], h.now))
	all, err = h.db.ParkedInbox(h.ctx)
	h.must(err)
	h.check(len(all) == 0 && len(h.takes(1)) == 0, "given up, and still there: %v", all)
}

func onlyDecidedIsTrimmed(h *house) {
	h.says("T001", "decided")
	h.says("T002", "open")
	h.apply(school.Change{Key: "decided", Inbox: "decided"})
	n, err := h.db.TrimInbox(h.ctx, h.now)
	h.must(err)
	h.check(n == 0, "trimmed %d too early", n)
	h.later(25 * time.Hour)
	n, err = h.db.TrimInbox(h.ctx, h.now.Add(-24*time.Hour))
	h.must(err)
	h.check(n == 1, "trimmed %d", n)
	h.same([]string{"open"}, keysOf(h.takes(10)))
}
