package storagetest

import (
	"errors"
	"slices"
	"time"

	"guixiao/rules/school"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// slot is the first session of the stories.
var slot = school.Slot{Day: "2026-03-09", Session: "am"}

// same compares what was written with what came back; moments are equal
// whatever their zone, and nothing is the same as empty.
func (h *house) same(want, got any) {
	h.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		h.Fatalf("not as written (-want +got):\n%s", diff)
	}
}

// samePeople compares everybody of two rosters.
func (h *house) samePeople(want, got *school.Roster) {
	h.Helper()
	h.same(want.Classes, got.Classes)
	h.same(want.Students(), got.Students())
	h.same(want.Staff, got.Staff)
	h.same(want.Guardians(), got.Guardians())
}

// fullChange uses every part of a change once.
func fullChange() school.Change {
	at := begin.Add(123 * time.Millisecond)
	due := begin.Add(48 * time.Hour)
	return school.Change{
		School: demo, Key: "full", At: at, Expect: []school.Expect{{Student: "S001"}},
		Marks: []school.Mark{{Student: "S001", Slot: slot, Kind: school.Absent, Note: "发烧🤒", By: "T001", At: at, Event: "m1", Pending: true, Lesson: true, Counted: true, Told: true}},
		Leaves: []school.Leave{{ID: "L1", Student: "S001", From: slot, To: school.Slot{Day: "2026-03-10", Session: "pm"}, Kind: school.Sick, Reason: "发烧",
			AskedBy: "G1", GrantedBy: "T001", GrantedAt: at}},
		Rolls: []school.Roll{{Class: "703", Slot: slot, By: "T001", At: at, AllHere: true, ClosedAt: at, Reminded: at}},
		Cases: []school.Case{{ID: "C1", Student: "S001", Class: "703", Policy: "S23", Version: "S23@3f2a", State: school.CaseIsOpen, Level: 2, OpenedAt: at,
			Reason: "不知", Away: true, Missed: []school.Missed{{Slot: slot, At: at}},
			Events:  []school.Happening{{Event: "dropout-sign-recorded", At: at, By: "T001", Fields: map[string]string{"reason": "厌学"}}},
			Stages:  []school.Stage{{ID: "half-day", OpenedAt: at, Due: due, Overdue: true, Answers: map[string]string{"reason": "病"}, Role: "班主任", People: []string{"T001"}, Card: "K1"}},
			Answers: map[string]school.Answer{"reason": {Value: "病", By: "T001", At: at, Stage: "half-day"}}, Told: []string{"T002"},
			Documents: []school.Document{{ID: "D1", Kind: "家访记录", Title: "家访", State: "draft", Stage: "visit", Name: "a.docx", Type: "application/x", At: at, By: "T001"}},
			Filings:   []school.Filing{{Body: "乡镇", Document: "D1", Who: "T009", At: at}},
			History:   []school.Entry{{At: at, What: "开案", Why: "S23-10"}}}},
		Applications: []school.Application{{ID: "A1", Student: "S001", Class: "703", Kind: school.ApplySuspend, Flow: "suspension", Version: "S24@3f2a",
			State: school.ApplicationOpen, AskedBy: "G1", AskedAt: at, From: "2026-03-11", To: "2026-03-29", Answers: map[string]string{"reason": "生病"},
			Steps: []school.Step{{ID: "decide", Post: "审批人员", People: []string{"T001"}, Everyone: true, State: school.StepOpen, OpenedAt: at, Due: due, Card: "K1",
				Votes: []school.Vote{{By: "T001", Verdict: "reject", Note: "缺材料", At: at}}}},
			Sheet:     &school.Settlement{Contract: "HT1", Paid: "9600.00", Lessons: 48, Used: 20, Remaining: 28, Amount: "5600.00", Treatment: "retain", Class: "short", Until: "2026-09-10"},
			Documents: []school.Document{{ID: "D2", Kind: "停课申请表", State: "final", At: at, By: "G1"}}, History: []school.Entry{{At: at, What: "申请", Who: "G1", Why: "S24-5"}}}},
		Cards: []school.Card{{ID: "K1", Title: "张三未到校", Fields: []school.Field{{K: "班级", V: "七(3)班"}},
			Inputs:  []school.Input{{Key: "reason", Label: "原因", Type: "choice", Options: []school.Option{{ID: "ill", Text: "病"}}, Required: true, Value: "病"}},
			Buttons: []school.Button{{Key: "ok", Text: "提交", Style: "primary", Act: school.ActSubmit}}, Due: &due, State: school.CardOpen, Kind: school.CardStage,
			Case: "C1", Student: "S001", Class: "703", Slot: slot, Stage: "half-day", Role: "班主任", People: []string{"T001", "T002"}, Why: "S23-10", At: at,
			Open: &school.Question{Why: school.AskConfirm, Candidates: []string{"S005"}, Text: "张三"}}},
		Notices: []school.Notice{{School: demo, Key: "N1", Act: school.NoticeSend, Kind: school.NoticeCard, To: "T001", Text: "张三未到校", Why: "S23-10", Case: "C1",
			Student: "S001", Stage: "half-day", Role: "班主任", Card: &school.Card{ID: "K1", State: school.CardOpen}, Urgent: true, At: at, DueAt: at}},
		Timers:      []school.Timer{{School: demo, Key: "case:C1", Kind: school.TimerCase, DueAt: due, Student: "S001", Case: "C1", Slot: slot, Ref: "K1"}},
		Files:       []school.File{{ID: "D1", Name: "家访.docx", Type: "application/x", Student: "S001", At: at, By: "T001", Content: []byte{0, 1, 0xff, '\'', '\\'}}},
		Delegations: []school.Delegation{{From: "T001", To: "T002", Since: begin, Until: due}},
		Audit:       []school.Line{{Book: "case:C1", At: at, Who: "T001", What: "open", Detail: "张三开案", Policy: "S23@3f2a", Why: "S23-10"}},
	}
}

func nounsComeBack(h *house) {
	c := fullChange()
	h.apply(c)
	s := h.sheet("S001")
	h.same(school.Sheet{Student: "S001", Version: 1, Marks: c.Marks, Leaves: c.Leaves, Case: &c.Cases[0], Applications: c.Applications, Cards: c.Cards, Missed: 1}, s)

	rolls, err := h.db.Rolls(h.ctx, demo, slot)
	h.must(err)
	h.same(map[string]school.Roll{"703": c.Rolls[0]}, rolls)
	rolls, err = h.db.RollsOf(h.ctx, demo, slot, "703", "704")
	h.must(err)
	h.same(map[string]school.Roll{"703": c.Rolls[0]}, rolls)
	rolls, err = h.db.RollsOf(h.ctx, demo, slot, "704")
	h.must(err)
	h.same(map[string]school.Roll{}, rolls)
	marks, err := h.db.MarksAt(h.ctx, demo, slot)
	h.must(err)
	h.same(c.Marks, marks)
	marks, err = h.db.MarksBetween(h.ctx, demo, "2026-03-01", "2026-03-31")
	h.must(err)
	h.same(c.Marks, marks)
	cases, err := h.db.OpenCases(h.ctx, demo)
	h.must(err)
	h.same(c.Cases, cases)
	one, err := h.db.Case(h.ctx, demo, "C1")
	h.must(err)
	h.same(c.Cases[0], one)
	card, err := h.db.Card(h.ctx, demo, "K1")
	h.must(err)
	h.same(c.Cards[0], card)
	sent, err := h.db.SentNotices(h.ctx, demo, "K1")
	h.must(err)
	h.same(c.Notices, sent)
	file, err := h.db.File(h.ctx, demo, "D1")
	h.must(err)
	h.same(c.Files[0], file)
	about, err := h.db.FilesOf(h.ctx, demo, c.Files[0].Student)
	h.must(err)
	file.Content = nil
	h.same([]school.File{file}, about)
	about, err = h.db.FilesOf(h.ctx, demo, "nobody")
	h.must(err)
	h.same([]school.File{}, about)
	for _, n := range []int{3, 4} { // what a look finds replaces what the look before found
		h.must(h.db.SaveAddressBook(h.ctx, demo, school.AddressBook{Account: "wecom/main", At: h.now, Staff: n, Filled: []string{"T001"}}))
	}
	books, err := h.db.AddressBooks(h.ctx, demo)
	h.must(err)
	h.same([]school.AddressBook{{Account: "wecom/main", At: h.now, Staff: 4, Filled: []string{"T001"}}}, books)
	acting, err := h.db.Delegations(h.ctx, demo, h.now)
	h.must(err)
	h.same(c.Delegations, acting)
	lines, ok, err := h.db.AuditLines(h.ctx, demo, "case:C1")
	h.must(err)
	h.check(ok && lines[0].Seq == 1 && lines[0].Hash != "", "the trail does not hold")
	lines[0].Seq, lines[0].Hash = 0, ""
	h.same(c.Audit, lines)

	for _, err := range []error{
		second(h.db.File(h.ctx, demo, "none")), second(h.db.Card(h.ctx, demo, "none")),
		second(h.db.Case(h.ctx, "other", "C1")), second(h.db.PolicyText(h.ctx, "none")),
	} {
		h.check(errors.Is(err, school.ErrNotFound), "want not found, got %v", err)
	}
	p := school.PolicyText{Version: "S23@3f2a", Policy: "S23", Text: []byte("title: 制度"), Settings: []byte("{}")}
	h.must(h.db.SavePolicy(h.ctx, p))
	h.must(h.db.SavePolicy(h.ctx, school.PolicyText{Version: p.Version, Text: []byte("another")}))
	kept, err := h.db.PolicyText(h.ctx, p.Version)
	h.must(err)
	h.same(p, kept)
}

func second[T any](_ T, err error) error { return err }

func sheetShowsSixtyDays(h *house) {
	mark := func(day school.Day) school.Mark {
		return school.Mark{Student: "S001", Slot: school.Slot{Day: day, Session: "am"}, Kind: school.Absent, Counted: true}
	}
	h.apply(school.Change{
		Marks: []school.Mark{mark("2026-03-09"), mark("2026-01-02"), mark("2026-02-10")},
		Leaves: []school.Leave{{ID: "old", Student: "S001", EndedAt: h.now.AddDate(0, 0, -70)}, {ID: "recent", Student: "S001", EndedAt: h.now.AddDate(0, 0, -7)},
			{ID: "running", Student: "S001"}},
		Applications: []school.Application{{ID: "old", Student: "S001", Over: h.now.AddDate(0, 0, -70)}, {ID: "watched", Student: "S001", ClosedAt: h.now.AddDate(0, 0, -70)}},
	})
	s := h.sheet("S001")
	h.check(len(s.Marks) == 2 && s.Marks[0].Slot.Day == "2026-02-10" && s.Missed == 3, "marks %v, missed %d", s.Marks, s.Missed)
	h.check(len(s.Leaves) == 2, "leaves %v", s.Leaves)
	h.check(len(s.Applications) == 1 && s.Applications[0].ID == "watched", "applications %v", s.Applications)
	of, err := h.db.ApplicationsOf(h.ctx, demo, "S001")
	h.must(err)
	h.check(len(of) == 2, "all applications %v", of)
	old, err := h.db.Application(h.ctx, demo, "old")
	h.must(err)
	h.check(old.Over.Equal(h.now.AddDate(0, 0, -70)), "application %v", old)
	h.same(school.Sheet{Student: "S999"}, h.sheet("S999"))
	all, err := h.db.Sheets(h.ctx, demo, []string{"S001", "S999", "S001"}, h.now)
	h.must(err)
	h.check(len(all) == 2, "sheets %v", all)
}

func idsAreBytes(h *house) {
	ids := []string{"ZHANG", "zhang", "zhang ", "龚𬱖", "👨\u200d👩\u200d👧", "Ａ", "A", "\u00e9", "e\u0301", "o'neil\\"}
	for _, id := range ids {
		h.apply(school.Change{Key: "event:" + id, Expect: []school.Expect{{Student: id}}, Marks: []school.Mark{{Student: id, Slot: slot, Note: id}}})
	}
	for _, id := range ids {
		s := h.sheet(id)
		h.check(s.Version == 1 && len(s.Marks) == 1 && s.Marks[0].Note == id && s.Marks[0].Student == id, "%q came back as %+v", id, s)
	}
	long := string(slices.Repeat([]byte("长"), 200))
	h.apply(school.Change{Key: long + "a", Timers: []school.Timer{{Key: long + "1", DueAt: h.now}, {Key: long + "2", DueAt: h.now}}})
	h.apply(school.Change{Key: long + "b"})
	set, err := h.db.TimersSet(h.ctx, demo, long+"1", long+"2", long+"3")
	h.must(err)
	h.same(map[string]bool{long + "1": true, long + "2": true}, set)
}

func marksAreTakenBack(h *house) {
	h.apply(school.Change{Marks: []school.Mark{{Student: "S001", Slot: slot, Kind: school.Absent}, {Student: "S002", Slot: slot, Kind: school.Absent}}})
	h.apply(school.Change{Marks: []school.Mark{{Student: "S002", Slot: slot, Kind: school.Late}}, Void: []school.VoidMark{{Student: "S001", Slot: slot}}})
	marks, err := h.db.MarksAt(h.ctx, demo, slot)
	h.must(err)
	h.check(len(marks) == 1 && marks[0].Kind == school.Late, "marks %v", marks)
	h.check(h.sheet("S001").Version == 2, "taking back did not raise the sheet")
}

func cardsAreFoundByHolder(h *house) {
	card := school.Card{ID: "K1", State: school.CardOpen, People: []string{"T001", "T002"}, At: h.now}
	newer := school.Card{ID: "K2", State: school.CardOpen, People: []string{"T001"}, At: h.now.Add(time.Minute)}
	h.apply(school.Change{Cards: []school.Card{card, newer}})
	held := func(who string) []school.Card {
		cards, err := h.db.OpenCards(h.ctx, demo, who)
		h.must(err)
		return cards
	}
	h.same([]school.Card{newer, card}, held("T001"))
	h.same([]school.Card{card}, held("T002"))
	card.People = []string{"T003"}
	newer.State = school.CardDone
	h.apply(school.Change{Cards: []school.Card{card, newer}})
	h.check(len(held("T001")) == 0 && len(held("T002")) == 0 && len(held("T003")) == 1, "cards stay with who no longer holds them")
}

func peopleStay(h *house) {
	roster := school.NewRoster(
		[]school.Class{{ID: "703", Stage: "初中", Grade: "七年级", Name: "七(3)班", Aliases: []string{"七三"}}},
		[]school.Student{{ID: "S001", Name: "龚𬱖", Places: []school.Place{{Class: "703", Seat: 1}}}, {ID: "S002", Name: "李四"}},
		[]school.Staff{{ID: "T001", Name: "王老师", Posts: []school.Post{{Title: "班主任", Scopes: []string{"703"}}}, Addresses: []school.Address{{Platform: "wecom", User: "wang"}}}},
		[]school.Guardian{{ID: "G1", Name: "张母", Children: []school.Child{{Student: "S001", Relation: "妈妈", Order: 1}}}}).
		WithContracts([]school.Contract{{ID: "K1", Student: "S001", Class: "703", Bought: 48, Used: 20, Paid: 960000, Until: "2026-12-31"}})
	_, version, err := h.db.LoadPeople(h.ctx, demo)
	h.must(err)
	h.check(version == 0, "version %d of nothing", version)
	h.must(h.db.SavePeople(h.ctx, demo, roster))
	h.must(h.db.SavePeople(h.ctx, demo, roster))
	got, version, err := h.db.LoadPeople(h.ctx, demo)
	h.must(err)
	h.check(version == 1, "saving the same again gave version %d", version)
	h.samePeople(roster, got)
	again, version, err := h.db.LoadPeople(h.ctx, demo) // in one piece, as the first reading has kept it
	h.must(err)
	h.check(version == 1, "version %d when read once more", version)
	h.samePeople(roster, again)

	next := school.NewRoster(nil, []school.Student{{ID: "S002", Name: "李四四"}, {ID: "S003", Name: "新生"}}, nil, nil)
	h.must(h.db.SavePeople(h.ctx, demo, next))
	got, _, err = h.db.LoadPeople(h.ctx, demo)
	h.must(err)
	h.same([]string{"龚𬱖", "李四四", "新生"}, []string{got.Students()[0].Name, got.Students()[1].Name, got.Students()[2].Name})
	h.check(len(got.Staff) == 1 && len(got.Contracts) == 1, "an import deleted somebody")
	versions, err := h.db.PeopleVersions(h.ctx)
	h.must(err)
	h.check(versions[demo] == 2, "versions %v after two imports", versions)
}
