package storagetest

import (
	"errors"
	"fmt"
	"sync"

	"guixiao/rules/school"
)

func duplicateEndsDelivery(h *house) {
	h.says("T001", "m1")
	h.says("T001", "m2")
	reply := &school.Reply{OK: true, Text: "已登记"}
	mark := school.Mark{Student: "S001", Slot: slot, Kind: school.Absent}
	h.apply(school.Change{Key: "report", Inbox: "m1", Marks: []school.Mark{mark}, Reply: reply})
	got, ok, err := h.db.Reply(h.ctx, "m1")
	h.must(err)
	h.check(ok && got == *reply, "reply %v %v", got, ok)
	_, ok, err = h.db.Reply(h.ctx, "m2")
	h.must(err)
	h.check(!ok, "a reply nobody gave")

	mark.Kind = school.Truant
	again := school.Change{School: demo, Key: "report", Inbox: "m2", At: h.now, Marks: []school.Mark{mark}}
	err = h.db.Apply(h.ctx, again)
	h.check(errors.Is(err, school.ErrDuplicate), "want duplicate, got %v", err)
	h.check(h.sheet("S001").Marks[0].Kind == school.Absent, "a duplicate was applied")
	h.later(lease * 2)
	ds, err := h.db.ClaimInbox(h.ctx, h.now, lease, 10)
	h.must(err)
	h.check(len(ds) == 0, "a finished delivery came back: %v", ds)
	again.School = "another"
	h.must(h.db.Apply(h.ctx, again))
}

func oldSheetConflicts(h *house) {
	h.apply(school.Change{Expect: []school.Expect{{Student: "S001", Version: 0}}, Marks: []school.Mark{{Student: "S001", Slot: slot}}})
	for _, version := range []int64{0, 2} {
		c := fullChange()
		c.Expect = []school.Expect{{Student: "S002", Version: 0}, {Student: "S001", Version: version}}
		err := h.db.Apply(h.ctx, c)
		h.check(errors.Is(err, school.ErrConflict) && !errors.Is(err, school.ErrClaimLost), "want conflict, got %v", err)
	}
	h.check(h.sheet("S002").Version == 0, "half a change was written")
	cases, err := h.db.OpenCases(h.ctx, demo)
	h.must(err)
	h.check(len(cases) == 0, "half a change was written")
	c := fullChange()
	c.Expect = []school.Expect{{Student: "S001", Version: 1}}
	h.apply(c) // its key was not used up by the conflicts
	h.check(h.sheet("S001").Version == 2, "version %d", h.sheet("S001").Version)
}

func oneWriterWins(h *house) {
	const writers, rounds = 8, 20
	for round := range rounds {
		var wg sync.WaitGroup
		errs := make([]error, writers)
		for w := range writers {
			wg.Go(func() {
				errs[w] = h.db.Apply(h.ctx, school.Change{
					School: demo, Key: fmt.Sprintf("r%d-w%d", round, w), At: h.now, Expect: []school.Expect{{Student: "S001", Version: int64(round)}},
					Marks: []school.Mark{{Student: "S001", Slot: slot, Note: fmt.Sprint(w)}}, Audit: []school.Line{{Book: "case:C1", What: "mark"}},
				})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, school.ErrConflict) {
				h.Fatal(err)
			}
		}
		h.check(won == 1, "round %d: %d writers won", round, won)
	}
	lines, ok, err := h.db.AuditLines(h.ctx, demo, "case:C1")
	h.must(err)
	h.check(ok && len(lines) == rounds, "%d lines, holds: %v", len(lines), ok)
}

func blindChangeRaisesSheet(h *house) {
	h.apply(school.Change{Cards: []school.Card{{ID: "K1", Student: "S001", State: school.CardOpen}}})
	h.apply(school.Change{Cards: []school.Card{{ID: "K1", Student: "S001", State: school.CardDone}}})
	err := h.db.Apply(h.ctx, school.Change{School: demo, Key: "decided on what was", At: h.now, Expect: []school.Expect{{Student: "S001", Version: 1}}})
	h.check(errors.Is(err, school.ErrConflict), "want conflict, got %v", err)
}

func auditShowsTampering(h *house) {
	for i := range 5 {
		h.apply(school.Change{Audit: []school.Line{
			{Book: "case:C1", At: h.now, What: "stage", Detail: fmt.Sprint("张三 ", i)}, {Book: "person:T001", What: "press"}, {Book: "case:C1", What: "answer"},
		}})
	}
	verify := func(broken int) {
		h.Helper()
		c, err := h.db.VerifyAudit(h.ctx)
		h.must(err)
		h.check(len(c.Broken) == broken && c.Books == 2, "%+v", c)
	}
	verify(0)
	lines, ok, err := h.db.AuditLines(h.ctx, demo, "case:C1")
	h.must(err)
	h.check(ok && len(lines) == 10 && lines[9].Seq == 10, "%d lines, holds: %v", len(lines), ok)

	h.raw(`UPDATE audit SET body = '{"Detail":"李四"}' WHERE book = 'case:C1' AND seq = 3`)
	_, ok, err = h.db.AuditLines(h.ctx, demo, "case:C1")
	h.must(err)
	h.check(!ok, "an altered line was not seen")
	verify(1)
	h.raw("DELETE FROM audit WHERE book = 'person:T001' AND seq = 5")
	verify(2)
}

func auditBookIsShared(h *house) {
	const writers, lines = 8, 10
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		wg.Go(func() {
			for i := range lines {
				errs[w] = errors.Join(errs[w], h.db.Apply(h.ctx, school.Change{School: demo, Key: fmt.Sprintf("%d/%d", w, i), At: h.now,
					Audit: []school.Line{{Book: "class:703", What: "mark"}}, Notices: []school.Notice{{Key: fmt.Sprintf("%d/%d", w, i), To: "T001"}}}))
			}
		})
	}
	wg.Wait()
	h.must(errors.Join(errs...))
	got, ok, err := h.db.AuditLines(h.ctx, demo, "class:703")
	h.must(err)
	h.check(ok && len(got) == writers*lines, "%d lines, holds: %v", len(got), ok)
}
