package storagetest

import (
	"errors"
	"strings"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"
)

func nextDueIsKnown(h *house) {
	next := func() time.Time {
		h.Helper()
		at, _, err := h.db.NextDue(h.ctx)
		h.must(err)
		return at
	}
	_, planned, err := h.db.NextDue(h.ctx)
	h.must(err)
	h.check(!planned, "something is planned in an empty school")
	h.apply(school.Change{Timers: []school.Timer{h.timer("a", 3*time.Hour)}})
	h.check(next().Equal(begin.Add(3*time.Hour)), "timer: %v", next())
	n := h.notice("n1", "T001")
	n.DueAt = h.now.Add(2 * time.Hour)
	h.tells(n)
	h.check(next().Equal(begin.Add(2*time.Hour)), "notice: %v", next())
	d := h.says("T001", "m1")[0]
	h.check(next().Equal(begin.Add(lease)), "claimed: %v", next())
	h.says("T001", "m2")
	h.must(h.db.RetryInbox(h.ctx, d, h.now.Add(time.Hour), "busy"))
	h.check(next().Equal(begin.Add(time.Hour)), "what stands behind a waiting delivery is not due: %v", next())
	h.apply(school.Change{Key: "m1", Inbox: "m1"})
	h.apply(school.Change{Key: "m2", Inbox: "m2"})
	h.later(2 * time.Hour)
	h.must(h.db.Finish(h.ctx, h.couriers(1)[0], school.Outcome{At: h.now, Retry: h.now.Add(time.Minute)}, nil))
	h.check(next().Equal(h.now.Add(time.Minute)), "retry: %v", next())
	h.later(time.Minute)
	h.sent(h.couriers(1)[0])
	h.check(next().Equal(begin.Add(3*time.Hour)), "all sent: %v", next())
}

func restartLosesNothing(h *house) {
	h.reopen(storage.Options{Engine: true})
	h.says("T001", "m1")
	h.apply(school.Change{Timers: []school.Timer{h.timer("a", 0)}, Notices: []school.Notice{h.notice("n1", "T001"), h.notice("n2", "T001")}})
	h.check(len(h.strikes(5)) == 1 && len(h.couriers(5)) == 2, "nothing to claim")
	if strings.HasPrefix(h.dsn, "sqlite:") {
		_, err := storage.Open(h.ctx, h.dsn, storage.Options{Engine: true, Key: h.secret})
		h.check(errors.Is(err, school.ErrInvalid), "a second engine on one file: %v", err)
		tool := h.open(storage.Options{}) // an import meanwhile frees nothing
		h.must(tool.Close())
		h.check(len(h.takes(5))+len(h.strikes(5))+len(h.couriers(5)) == 0, "a tool freed what the engine holds")
		h.reopen(storage.Options{Engine: true})
	} else {
		h.reopen(storage.Options{Engine: true})
		h.check(len(h.takes(5))+len(h.strikes(5))+len(h.couriers(5)) == 0, "the leases of another process were broken")
		h.later(lease)
	}
	h.check(len(h.takes(5)) == 1 && len(h.strikes(5)) == 1 && len(h.couriers(5)) == 2, "lost by a restart")
	h.must(h.db.Release(h.ctx))
	h.check(len(h.takes(5)) == 1 && len(h.strikes(5)) == 1 && len(h.couriers(5)) == 2, "an orderly stop keeps what it does not need")
}

func auditorSees(h *house) {
	findings := func() string {
		h.Helper()
		all, err := h.db.Audit(h.ctx, h.now, 5*time.Minute)
		h.must(err)
		return strings.Join(all, "\n")
	}
	h.apply(fullChange())
	h.later(time.Minute)
	h.check(findings() == "", "all is well, and yet: %s", findings())
	h.apply(school.Change{Cancel: []string{"case:C1"}})
	h.check(findings() == "", "an open card is enough: %s", findings())
	h.apply(school.Change{Cards: []school.Card{{ID: "K1", Student: "S001", Case: "C1", State: school.CardDone}}})
	h.check(strings.Contains(findings(), "C1"), "a case nothing moves was not seen: %s", findings())
	h.says("T001", "m1")
	h.must(h.db.ParkInbox(h.ctx, h.says("T002", "m2")[0], h.now, "panic"))
	h.later(time.Hour)
	for _, want := range []string{"1 件收到的消息处理中断", "1 件收到的消息处理不了", "1 条通知逾期未发"} {
		h.check(strings.Contains(findings(), want), "want %s in:\n%s", want, findings())
	}
	skew, err := h.db.Skew(h.ctx, time.Now)
	h.must(err)
	h.check(skew.Abs() < 2*time.Second, "a server on this machine is %v ahead", skew)
}

func auditorSeesRetries(h *house) {
	findings := func() string {
		h.Helper()
		all, err := h.db.Audit(h.ctx, h.now, 5*time.Minute)
		h.must(err)
		return strings.Join(all, "\n")
	}
	h.apply(school.Change{Timers: []school.Timer{h.timer("a", 0)}, Notices: []school.Notice{h.notice("n1", "T001")}})
	for range 61 {
		for _, t := range h.strikes(5) {
			h.must(h.db.RetryTimer(h.ctx, t, h.now.Add(2*time.Second)))
		}
		for _, o := range h.couriers(5) {
			h.must(h.db.Finish(h.ctx, o, school.Outcome{At: h.now, Retry: h.now.Add(time.Minute), Reason: "busy"}, nil))
		}
		h.later(time.Minute)
	}
	for _, want := range []string{"1 个时点逾期未处理", "1 条通知一小时以上没有发出去"} {
		h.check(strings.Contains(findings(), want), "want %s in:\n%s", want, findings())
	}
}

func queuesAreCounted(h *house) {
	queue := func(name string) storage.Queue {
		h.Helper()
		all, err := h.db.Queues(h.ctx, h.now)
		h.must(err)
		h.check(len(all) == 3, "queues: %+v", all)
		for _, q := range all {
			if q.Name == name {
				return q
			}
		}
		return storage.Queue{}
	}
	later := h.timer("later", time.Hour)
	h.apply(school.Change{Timers: []school.Timer{h.timer("a", 0), h.timer("b", 0), later}, Notices: []school.Notice{h.notice("n1", "T001")}})
	h.must(h.db.ParkInbox(h.ctx, h.says("T002", "m2")[0], h.now, "panic"))
	h.check(queue("inbox") == storage.Queue{Name: "inbox", Parked: 1}, "inbox: %+v", queue("inbox"))
	h.later(10 * time.Minute)
	h.must(h.db.RetryTimer(h.ctx, h.strikes(1)[0], h.now.Add(2*time.Second)))
	h.check(len(h.strikes(5)) == 1, "the other one is due")
	q := queue("timers")
	h.check(q.Due == 0 && q.Working == 1 && q.Oldest.Equal(begin), "retried and claimed timers are due since the beginning: %+v", q)
	q = queue("outbox")
	h.check(q.Due == 1 && q.Oldest.Equal(begin), "outbox: %+v", q)
}

func changedSchemaIsNoticed(h *house) {
	h.must(h.db.Ready(h.ctx))
	h.raw("INSERT INTO schema_migrations (version, name) VALUES (9999, 'from the future')")
	h.check(errors.Is(h.db.Ready(h.ctx), storage.ErrSchema), "a newer schema: %v", h.db.Ready(h.ctx))
}

func newerSchemaRefused(h *house) {
	h.raw("INSERT INTO schema_migrations (version, name) VALUES (9999, 'from the future')")
	_, err := storage.Open(h.ctx, h.dsn, storage.Options{Key: h.secret})
	h.check(errors.Is(err, school.ErrInvalid), "want a refusal, got %v", err)
}
