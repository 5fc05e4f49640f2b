package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"
)

func (h *house) notice(key, to string) school.Notice {
	return school.Notice{Key: key, Act: school.NoticeSend, Kind: school.NoticeText, To: to, Text: key, At: h.now, DueAt: h.now}
}

func (h *house) tells(ns ...school.Notice) {
	h.Helper()
	h.apply(school.Change{Notices: ns})
}

func (h *house) couriers(limit int) []school.Outgoing {
	h.Helper()
	out, err := h.db.ClaimNotices(h.ctx, h.now, lease, limit)
	h.must(err)
	return out
}

func noticeKeys(out []school.Outgoing) []string {
	keys := []string{}
	for _, o := range out {
		keys = append(keys, o.Notice.Key)
	}
	return keys
}

func (h *house) sent(o school.Outgoing) {
	h.Helper()
	h.must(h.db.Finish(h.ctx, o, school.Outcome{At: h.now, Sent: true, Receipt: school.Receipt{Platform: "sandbox", Message: o.Notice.Key}}, nil))
}

func noticeLeavesOnce(h *house) {
	n := h.notice("n1", "T001")
	h.tells(n)
	other := n
	other.Text = "another text under the same key"
	h.tells(other)
	out := h.couriers(10)
	h.check(len(out) == 1 && out[0].Notice.Text == "n1" && out[0].Attempt == 1 && out[0].Body == nil, "%+v", out)
	o := out[0]
	o.Platform, o.Address, o.Body = "wecom/main", school.Address{Platform: "wecom", User: "wang"}, []byte(`{"msgtype":"text"}`)
	h.must(h.db.KeepBody(h.ctx, o))
	held, err := h.db.Holds(h.ctx, o, h.now)
	h.must(err)
	h.check(held, "a fresh claim does not hold")
	h.later(lease)
	held, err = h.db.Holds(h.ctx, o, h.now)
	h.must(err)
	h.check(!held, "a claim holds beyond its lease")
	again := h.couriers(10)[0]
	h.check(again.Platform == o.Platform && again.Address == o.Address && string(again.Body) == string(o.Body) && again.Attempt == 2, "%+v", again)
	h.sent(again)
	h.tells(n)
	h.check(len(h.couriers(10)) == 0, "sent twice")
	to, err := h.db.NoticesTo(h.ctx, demo, "T001", 0, 10)
	h.must(err)
	h.check(len(to) == 1 && to[0].ID == again.ID, "%+v", to)
}

func noticesNeverOvertake(h *house) {
	h.tells(h.notice("a1", "T001"), h.notice("b1", "T002"), h.notice("a2", "T001"))
	h.later(time.Second)
	h.tells(h.notice("a3", "T001"))
	out := h.couriers(20)
	h.same([]string{"a1", "a2", "a3", "b1"}, noticeKeys(out))
	h.must(h.db.Finish(h.ctx, out[0], school.Outcome{At: h.now, Retry: h.now.Add(time.Minute), Reason: "busy"}, nil))
	h.sent(out[3])
	err := h.db.Finish(h.ctx, out[1], school.Outcome{At: h.now, Sent: true}, nil)
	h.check(errors.Is(err, school.ErrClaimLost), "what stands behind a retry is not ours to send any more: %v", err)
	h.tells(h.notice("a4", "T001"), h.notice("b2", "T002"))
	second := h.couriers(20)
	h.same([]string{"b2"}, noticeKeys(second))
	h.sent(second[0])
	h.later(time.Minute)
	first := h.couriers(1)
	h.same([]string{"a1"}, noticeKeys(first))
	h.check(first[0].Attempt == 2, "attempt %d", first[0].Attempt)
	h.check(len(h.couriers(20)) == 0, "two workers in one lane")
	h.sent(first[0])
	h.same([]string{"a2", "a3", "a4"}, noticeKeys(h.couriers(20)))
}

func laterNoticeDoesNotBlock(h *house) {
	quiet := h.notice("after quiet hours", "G1")
	quiet.DueAt = h.now.Add(10 * time.Hour)
	group := h.notice("group", "")
	group.ToClass = "703"
	h.tells(quiet, h.notice("now", "G1"), group)
	out := h.couriers(10)
	h.check(len(out) == 2, "%v", noticeKeys(out))
	for _, o := range out {
		h.sent(o)
	}
	h.check(len(h.couriers(10)) == 0, "left too early")
	h.later(10 * time.Hour)
	h.same([]string{"after quiet hours"}, noticeKeys(h.couriers(10)))
}

// Word of danger leaves although an ordinary notice to the same person is
// tried again and again; what is said of one card keeps its order even so.
func urgentNoticePasses(h *house) {
	busy := func(o school.Outgoing) {
		h.must(h.db.Finish(h.ctx, o, school.Outcome{At: h.now, Retry: h.now.Add(time.Hour), Reason: "busy"}, nil))
	}
	h.tells(h.notice("roll call", "T001"))
	busy(h.couriers(20)[0])
	text, card := h.notice("danger", "T001"), h.notice("danger card", "T001")
	text.Urgent, card.Urgent = true, true
	card.Card = &school.Card{ID: "K1", Kind: school.CardSafety}
	update := card // whoever writes an update need not know that the card was urgent
	update.Key, update.Act, update.Of, update.Urgent = "update", school.NoticeUpdate, card.Key, false
	h.tells(text, card)
	h.tells(update, h.notice("later", "T001"))
	out := h.couriers(20)
	h.same([]string{"danger", "danger card", "update"}, noticeKeys(out))
	h.sent(out[0])
	busy(out[1])
	h.check(len(h.couriers(20)) == 0, "an update overtook its card")
	h.later(time.Hour)
	out = h.couriers(20)
	keys := noticeKeys(out)
	slices.Sort(keys)
	h.same([]string{"danger card", "later", "roll call", "update"}, keys)
	for _, o := range out {
		h.sent(o)
	}
	_, waits, err := h.db.NextDue(h.ctx)
	h.must(err)
	h.check(!waits, "a lane was left behind")
}

func abandonedNoticesFirst(h *house) {
	for i := range 20 {
		h.tells(h.notice(fmt.Sprint("n", i), fmt.Sprint("T", i)))
		h.later(time.Second)
	}
	lost := noticeKeys(h.couriers(2))
	h.later(lease)
	again := noticeKeys(h.couriers(3))
	h.check(slices.Contains(again[:2], lost[0]) && slices.Contains(again[:2], lost[1]), "%v were lost, %v came first", lost, again)
}

func lateOutcomeIsFenced(h *house) {
	h.tells(h.notice("n1", "T001"))
	frozen := h.couriers(1)[0]
	h.later(lease)
	now := h.couriers(1)[0]
	cause := school.Change{School: demo, Key: "caused", At: h.now, Notices: []school.Notice{h.notice("caused", "T002")}}
	for _, out := range []school.Outcome{{At: h.now, Sent: true}, {At: h.now, Retry: h.now}, {At: h.now}} {
		err := h.db.Finish(h.ctx, frozen, out, &cause)
		h.check(errors.Is(err, school.ErrClaimLost) && errors.Is(err, school.ErrConflict), "want the claim lost, got %v", err)
	}
	h.check(errors.Is(h.db.KeepBody(h.ctx, frozen), school.ErrClaimLost), "a lost claim wrote a body")
	h.check(len(h.couriers(10)) == 0, "a late outcome had an effect")
	h.sent(now)
}

func parkedNoticeFreesLane(h *house) {
	h.tells(h.notice("n1", "T001"), h.notice("n2", "T001"))
	out := h.couriers(1)
	h.must(h.db.Finish(h.ctx, out[0], school.Outcome{At: h.now, Reason: "no address"}, nil))
	out = h.couriers(1)
	h.same([]string{"n2"}, noticeKeys(out))
	all, err := h.db.ParkedNotices(h.ctx, demo)
	h.must(err)
	h.check(len(all) == 1 && all[0].Key == "n1" && all[0].Reason == "no address" && all[0].Notice.To == "T001", "%+v", all)
	h.must(h.db.Requeue(h.ctx, all[0], h.now))
	h.sent(out[0])
	again := h.couriers(5)
	h.check(len(again) == 1 && again[0].Attempt == 1, "%+v", again)
	h.must(h.db.Finish(h.ctx, again[0], school.Outcome{At: h.now, Reason: "still none"}, nil))
	h.must(h.db.GiveUp(h.ctx, all[0], h.now))
	all, err = h.db.ParkedNotices(h.ctx, demo)
	h.must(err)
	h.check(len(all) == 0, "%+v", all)

	h.reopen(storage.Options{MaxAttempts: 2})
	h.tells(h.notice("deadly", "T001"), h.notice("behind", "T001"))
	h.same([]string{"deadly"}, noticeKeys(h.couriers(1)))
	h.later(lease)
	h.same([]string{"deadly"}, noticeKeys(h.couriers(1)))
	h.later(lease)
	h.same([]string{"behind"}, noticeKeys(h.couriers(2)))
}

func outcomeCausesChange(h *house) {
	h.tells(h.notice("n1", "T001"), h.notice("n2", "T001"))
	h.apply(school.Change{Expect: []school.Expect{{Student: "S001"}}})
	out := h.couriers(1)[0]
	cause := school.Change{School: demo, Key: "undelivered:n1", At: h.now, Expect: []school.Expect{{Student: "S001", Version: 0}}, Notices: []school.Notice{h.notice("to the head", "T009")}}
	err := h.db.Finish(h.ctx, out, school.Outcome{At: h.now, Reason: "unreachable"}, &cause)
	h.check(errors.Is(err, school.ErrConflict) && !errors.Is(err, school.ErrClaimLost), "want a moved sheet, got %v", err)
	held, err := h.db.Holds(h.ctx, out, h.now)
	h.must(err)
	h.check(held, "the outcome was recorded without what it causes")
	cause.Expect[0].Version = 1
	h.must(h.db.Finish(h.ctx, out, school.Outcome{At: h.now, Reason: "unreachable"}, &cause))
	h.check(len(h.couriers(10)) == 2, "the caused notice is missing")
}

func receiptsReachCards(h *house) {
	n := h.notice("n1", "T001")
	n.Card = &school.Card{ID: "K1", State: school.CardOpen}
	h.tells(n)
	none, err := h.db.Receipts(h.ctx, demo, "n1")
	h.must(err)
	h.check(len(none) == 0, "a receipt of what was not sent: %v", none)
	receipt := school.Receipt{Platform: "wecom/main", User: "wang", Message: "msg-1", Code: "code-0", Task: "task-1"}
	h.must(h.db.Finish(h.ctx, h.couriers(1)[0], school.Outcome{At: h.now, Sent: true, Receipt: receipt}, nil))
	press := func(code, who string) school.CardCode {
		h.later(time.Second)
		return school.CardCode{Card: "K1", Person: who, Code: code, At: h.now}
	}
	h.apply(school.Change{Codes: []school.CardCode{press("code-1", "T001"), press("code-2", "T001"), press("code-x", "T002")}})
	codes := func() (all []string) {
		rs, err := h.db.Receipts(h.ctx, demo, "n1")
		h.must(err)
		for _, r := range rs {
			h.check(r.Platform == "wecom/main" && r.User == "wang" && r.Task == "task-1" && r.Message == "msg-1", "%+v", r)
			all = append(all, r.Code)
		}
		return all
	}
	h.same([]string{"code-2", "code-1", "code-0"}, codes())
	h.must(h.db.UseCode(h.ctx, demo, "code-2"))
	h.must(h.db.UseCode(h.ctx, demo, "code-0"))
	h.same([]string{"code-1", ""}, codes())
}

func thousandNotices(h *house) {
	const people, each = 100, 10
	for i := range each {
		var ns []school.Notice
		for p := range people {
			ns = append(ns, h.notice(fmt.Sprintf("%03d/%d", p, i), fmt.Sprintf("T%03d", p)))
		}
		h.tells(ns...)
	}
	var mu sync.Mutex
	next := map[string]int{} // what each person must get next
	total := 0
	var wg sync.WaitGroup
	for range 3 {
		db := h.open(storage.Options{})
		wg.Go(func() {
			defer db.Close()
			for {
				out, err := db.ClaimNotices(h.ctx, h.now, lease, 16)
				if err != nil {
					h.Error(err)
					return
				}
				for _, o := range out {
					mu.Lock()
					if want := fmt.Sprintf("%s/%d", o.Notice.To[1:], next[o.Notice.To]); o.Notice.Key != want {
						h.Errorf("%s got %s, wanted %s", o.Notice.To, o.Notice.Key, want)
					}
					next[o.Notice.To]++
					total++
					mu.Unlock()
					if err := db.Finish(h.ctx, o, school.Outcome{At: h.now, Sent: true}, nil); err != nil {
						h.Error(err)
					}
				}
				mu.Lock()
				over := total >= people*each || h.Failed()
				mu.Unlock()
				if over {
					return
				}
			}
		})
	}
	wg.Wait()
	h.check(total == people*each, "%d notices left", total)
	h.check(len(h.couriers(10)) == 0, "something is left over")
}
