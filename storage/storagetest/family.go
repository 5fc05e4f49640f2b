package storagetest

import (
	"errors"
	"time"

	"guixiao/rules/school"
)

func linksAreKept(h *house) {
	l := school.Link{Token: "abc", School: demo, Card: "K1", Person: "G1", Until: h.now.Add(time.Hour)}
	h.must(h.db.KeepLink(h.ctx, l))
	other := l
	other.Card = "K2"
	h.must(h.db.KeepLink(h.ctx, other))
	got, err := h.db.Link(h.ctx, "abc")
	h.must(err)
	h.check(got.Card == "K1" && got.Person == "G1" && got.Token == "abc" && got.Until.Equal(l.Until), "%+v", got)
	_, err = h.db.Link(h.ctx, "ABC")
	h.check(errors.Is(err, school.ErrNotFound), "another token: %v", err)
	h.must(h.db.TrimLinks(h.ctx, h.now.Add(time.Hour)))
	_, err = h.db.Link(h.ctx, "abc")
	h.must(err)
	h.must(h.db.TrimLinks(h.ctx, h.now.Add(2*time.Hour)))
	_, err = h.db.Link(h.ctx, "abc")
	h.check(errors.Is(err, school.ErrNotFound), "forgotten: %v", err)
}

// alarm is a message to a guardian.
func (h *house) alarm(key, to string) school.Notice {
	n := h.notice(key, to)
	n.Kind, n.Student = school.NoticeParent, "S001"
	return n
}

func (h *house) states(people ...string) (all []string) {
	h.Helper()
	list, err := h.db.Sendings(h.ctx, demo, people, h.now.Add(-time.Hour))
	h.must(err)
	for _, s := range list {
		all = append(all, s.Notice.Key+" "+s.State+" "+s.Platform)
	}
	return all
}

func sendingsAreKnown(h *house) {
	h.tells(h.alarm("a", "G1"), h.alarm("b", "G2"), h.notice("chat", "G1"))
	h.same([]string{"a waits ", "b waits "}, h.states("G1", "G2"))
	for _, o := range h.couriers(10) {
		switch o.Notice.Key {
		case "a": // refused on one account, sent on the next
			o.Platform = "mp/main"
			h.must(h.db.KeepBody(h.ctx, o))
			h.must(h.db.Finish(h.ctx, o, school.Outcome{At: h.now, Retry: h.now, Reason: "未关注", Refused: "wecom/main"}, nil))
		case "b":
			h.must(h.db.Finish(h.ctx, o, school.Outcome{At: h.now, Reason: "收不到", Refused: "sms/main", Handed: true}, nil))
		} // the chat's answer goes back with what stands before it
	}
	parked, err := h.db.ParkedNotices(h.ctx, demo)
	h.must(err)
	h.check(len(parked) == 0, "somebody else hears, and still parked: %+v", parked)
	for _, o := range h.couriers(10) {
		h.must(h.db.Finish(h.ctx, o, school.Outcome{At: h.now, Sent: true, Receipt: school.Receipt{Platform: "mp/main", User: "o"}}, nil))
	}
	h.apply(school.Change{Opened: []string{"a", "b", "nothing"}})
	h.later(time.Minute)
	h.apply(school.Change{Opened: []string{"a"}})
	list, err := h.db.Sendings(h.ctx, demo, []string{"G1", "G2", "G3"}, h.now.Add(-time.Hour))
	h.must(err)
	h.check(len(list) == 2, "%+v", list)
	a, b := list[0], list[1]
	h.check(a.State == school.SendingLeft && a.Platform == "mp/main" && len(a.Refused) == 1 && a.Refused[0] == "wecom/main", "%+v", a)
	h.check(a.ReadAt.Equal(h.now.Add(-time.Minute)), "opened first at %v", a.ReadAt)
	h.check(b.State == school.SendingFailed && b.Reason == "收不到" && b.ReadAt.IsZero() && b.Refused[0] == "sms/main", "%+v", b)
	h.tells(h.alarm("c", "G1"))
	for _, o := range h.couriers(10) { // not needed any more
		h.must(h.db.Finish(h.ctx, o, school.Outcome{At: h.now, Sent: true}, nil))
	}
	h.same([]string{"a left mp/main", "c dropped "}, h.states("G1"))
	none, err := h.db.Sendings(h.ctx, demo, []string{"G1"}, h.now.Add(time.Hour))
	h.must(err)
	h.check(len(none) == 0, "of later: %+v", none)
}

func optOutsAreKept(h *house) {
	mother := school.Address{Platform: "sms", User: "19900001001"}
	out := func() bool {
		h.Helper()
		is, err := h.db.OptedOut(h.ctx, demo, mother)
		h.must(err)
		return is
	}
	h.check(!out(), "never asked for")
	h.apply(school.Change{OptOuts: []school.OptOut{{Address: mother}}})
	h.apply(school.Change{OptOuts: []school.OptOut{{Address: mother}}})
	h.check(out(), "forgotten")
	other, err := h.db.OptedOut(h.ctx, demo, school.Address{Platform: "mp", User: mother.User})
	h.must(err)
	h.check(!other, "on another channel")
	h.apply(school.Change{OptOuts: []school.OptOut{{Address: mother, Back: true}}})
	h.check(!out(), "it was taken back")
}

func heldIsMerged(h *house) {
	h.tells(h.notice("h1", "T001"), h.notice("h2", "T001"), h.notice("n", "T001"))
	for _, o := range h.couriers(10) {
		if o.Notice.Key == "n" {
			h.sent(o)
			continue
		}
		h.must(h.db.Finish(h.ctx, o, school.Outcome{At: h.now, Held: true}, nil))
	}
	held, err := h.db.HeldNotices(h.ctx, demo)
	h.must(err)
	h.check(len(held) == 2 && held[0].Key == "h1" && held[1].Key == "h2", "%+v", held)
	h.later(100 * time.Hour)
	h.check(len(h.couriers(10)) == 0, "left by itself")
	findings, err := h.db.Audit(h.ctx, h.now, time.Minute)
	h.must(err)
	h.check(len(findings) == 0, "%v", findings)
	h.apply(school.Change{Merged: []string{"h1", "n"}, Notices: []school.Notice{h.notice("together", "T001")}})
	held, err = h.db.HeldNotices(h.ctx, demo)
	h.must(err)
	h.check(len(held) == 1 && held[0].Key == "h2", "%+v", held)
	h.same([]string{"together"}, noticeKeys(h.couriers(10)))
}

func spendingAddsUp(h *house) {
	calls, pushes := school.Spent{Account: "dingtalk/main", Purpose: "call"}, school.Spent{Account: "dingtalk/main", Purpose: "push"}
	add := func(month string, more map[school.Spent]int) map[school.Spent]int {
		h.Helper()
		all, err := h.db.AddSpending(h.ctx, month, more)
		h.must(err)
		return all
	}
	add("2026-03", map[school.Spent]int{calls: 3, pushes: 1})
	all := add("2026-03", map[school.Spent]int{calls: 4})
	h.check(len(all) == 2 && all[calls] == 7 && all[pushes] == 1, "%v", all)
	h.check(len(add("2026-04", nil)) == 0, "a new month begins with nothing")
}
