package storagetest

import (
	"errors"
	"strings"
	"time"

	"guixiao/rules/school"
)

// mattersStandBeside: a case without a child has a sheet of its own, is found
// with the reports and never among the children's cases.
func mattersStandBeside(h *house) {
	child := school.Case{ID: "C1", Student: "S001", State: school.CaseIsOpen, OpenedAt: h.now}
	closed := school.Case{ID: "C0", Student: "S002", State: school.CaseIsClosed, OpenedAt: h.now.Add(-48 * time.Hour)}
	matter := school.Case{ID: "m1", Root: "class-month", Period: "2026-03", State: school.CaseIsOpen, OpenedAt: h.now.Add(time.Hour)}
	card := school.Card{ID: "K9", Kind: school.CardStage, Case: "m1", Stage: "class-month", State: school.CardOpen, People: []string{"T001"}, At: h.now}
	h.apply(school.Change{Cases: []school.Case{child, closed}})
	h.apply(school.Change{Expect: []school.Expect{{Student: "m1"}}, Cases: []school.Case{matter}, Cards: []school.Card{card}})

	sheet := h.sheet("m1")
	h.check(sheet.Version == 1 && sheet.Case != nil && sheet.Case.Period == "2026-03" && len(sheet.Cards) == 1, "the sheet of the matter: %+v", sheet)
	h.check(h.sheet("S001").Version == 1 && len(h.sheet("S001").Cards) == 0, "the child's sheet moved with the matter")
	err := h.db.Apply(h.ctx, school.Change{School: demo, Key: "late", At: h.now, Expect: []school.Expect{{Student: "m1"}}, Cases: []school.Case{matter}})
	h.check(errors.Is(err, school.ErrConflict), "two decisions on one matter: %v", err)

	waiting := matter
	waiting.ID, waiting.Awaited = "m2", []string{"S001"}
	h.apply(school.Change{Cases: []school.Case{waiting}})
	findings, err := h.db.Audit(h.ctx, h.now, time.Hour)
	h.must(err)
	for _, f := range findings {
		h.check(!strings.Contains(f, "m2"), "a matter that waits for its children is taken for forgotten: %s", f)
	}

	ids := func(cases []school.Case, err error) string {
		h.must(err)
		all := ""
		for _, k := range cases {
			all += k.ID + " "
		}
		return all
	}
	for name, got := range map[string][2]string{
		"open":    {ids(h.db.OpenCases(h.ctx, demo)), "C1 "},
		"all":     {ids(h.db.CasesOf(h.ctx, demo, "")), "C1 C0 "},
		"matters": {ids(h.db.Matters(h.ctx, demo)), "m1 m2 "},
		"since":   {ids(h.db.CasesSince(h.ctx, demo, h.now.Add(-24*time.Hour))), "C1 m1 m2 "},
		"long":    {ids(h.db.CasesSince(h.ctx, demo, h.now.Add(-72*time.Hour))), "C0 C1 m1 m2 "},
	} {
		h.check(got[0] == got[1], "%s cases are %q, not %q", name, got[0], got[1])
	}
}
