package bot

import (
	"slices"
	"strings"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// report carries out everything a message says about children, as one change.
// A child about whom nothing may be said is answered for itself: the others
// are recorded all the same.
func (t *talk) report(m school.Meaning, card *school.Card) error {
	if m.Intent == school.IntentCorrection && len(m.Marks) == 0 && len(m.Contacts) == 0 && (len(m.Voids) == 0 || allOf(card, m.Voids)) {
		return t.takeBack(card)
	}
	if m.Intent == school.IntentAllPresent {
		if err := t.mayReportAll(m); err != nil {
			return err
		}
	}
	byChild, named := t.collect(m)
	taken, refused, err := t.reportAll(&m, byChild, named)
	if err != nil {
		return err
	}
	if len(refused) > 0 && len(taken) == 0 && m.Ask == nil && m.Intent != school.IntentAllPresent {
		return school.Refused(strings.Join(refused, "\n"))
	}
	if err := t.roll(m, taken, named); err != nil {
		return err
	}
	if len(named) == 0 && m.Has(school.FlagSafety) {
		t.safetyUnnamed()
	}
	if err := t.reply(m, taken); err != nil {
		return err
	}
	if len(taken) == 1 {
		if err := t.keepFiles(taken[0]); err != nil {
			return err
		}
	}
	for _, text := range refused {
		t.say(text)
		t.c.Audit = append(t.c.Audit, t.line("refuse", text))
	}
	return nil
}

// reportAll decides child by child. What is not on record afterwards is taken
// out of the meaning, so that nobody is told it was.
func (t *talk) reportAll(m *school.Meaning, byChild map[string]*childReport, named []string) (taken, refused []string, err error) {
	refuse := func(id, text string) {
		m.Marks = slices.DeleteFunc(slices.Clone(m.Marks), func(r school.MarkRange) bool { return r.Student == id })
		if !slices.Contains(refused, text) {
			refused = append(refused, text)
		}
	}
	var may []string
	for _, id := range named {
		if err := t.mayReport(id); err == nil {
			may = append(may, id)
		} else if text, ok := school.Said(err); ok {
			refuse(id, text)
		} else {
			return nil, nil, err
		}
	}
	facts, err := t.facts(may...)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range may {
		c, f, err := t.reportChild(facts[id], byChild[id])
		if text, ok := school.Said(err); ok {
			refuse(id, text)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		t.c.Merge(c)
		taken = append(taken, id)
		if !byChild[id].Pending {
			m.Marks = slices.DeleteFunc(slices.Clone(m.Marks), func(r school.MarkRange) bool { return r.Student == id && t.unrecorded(f, r) })
		}
	}
	return taken, refused, nil
}

// unrecorded says whether what was said of a child is not what is on record
// now, and tells the speaker why.
func (t *talk) unrecorded(f rules.Facts, r school.MarkRange) bool {
	var found school.Mark
	for _, slot := range t.h.School.Calendar.SlotsBetween(r.From, r.To) {
		mark, ok := f.Sheet.MarkAt(slot)
		if !ok && t.asked(f, slot) == r.Mark {
			t.waits = append(t.waits, r.Student)
			return false
		}
		if ok && mark.Kind == r.Mark {
			return false
		}
		if ok {
			found = mark
		}
	}
	switch {
	case r.Mark.Missing():
		t.say(phrase.OnLeaveSaid.With("name", f.Student.Name))
	case found.Kind != "":
		t.say(phrase.NotChanged.With("name", f.Student.Name, "slot", t.h.School.Calendar.SlotName(found.Slot), "mark", MarkWord(found.Kind), "said", MarkWord(r.Mark)))
	default:
		t.say(phrase.Thanks.With())
	}
	return true
}

// asked is the kind of leave that waits for an answer in a session.
func (t *talk) asked(f rules.Facts, slot school.Slot) school.MarkKind {
	cal := t.h.School.Calendar
	for _, l := range f.Sheet.Leaves {
		if l.Waiting() && cal.Compare(l.From, slot) <= 0 && cal.Compare(slot, l.To) <= 0 {
			return l.Kind
		}
	}
	return ""
}

// childReport is what one message says about one child.
type childReport struct {
	rules.Report
	voids   []school.Slot
	request *school.Request
}

func (t *talk) collect(m school.Meaning) (map[string]*childReport, []string) {
	all := map[string]*childReport{}
	var order []string
	of := func(id string) *childReport {
		if all[id] == nil {
			all[id] = &childReport{Report: rules.Report{Flags: m.Flags, Text: t.d.Text, Pending: m.Ask != nil && m.Ask.Why == school.AskConfirm,
				Correction: m.Intent == school.IntentCorrection}}
			order = append(order, id)
		}
		return all[id]
	}
	for _, r := range m.Marks {
		c := of(r.Student)
		c.Marks = append(c.Marks, r)
	}
	for _, k := range m.Contacts {
		if k.Student != "" {
			c := of(k.Student)
			c.Contacts = append(c.Contacts, k)
		}
	}
	for _, v := range m.Voids {
		c := of(v.Student)
		c.voids = append(c.voids, t.h.School.Calendar.SlotsBetween(v.From, v.To)...)
	}
	if m.Request != nil && m.Request.Kind != "leave" && m.Request.Student != "" {
		of(m.Request.Student).request = m.Request
	}
	if flagged := m.Has(school.FlagSafety) || m.Has(school.FlagIntentToLeave); flagged && len(order) == 0 {
		for _, s := range t.childrenNamed() {
			of(s.ID)
		}
		if only := t.onlyChild(); len(order) == 0 && only != "" {
			of(only)
		}
	}
	return all, order
}

// onlyChild is the guardian's child when there is exactly one.
func (t *talk) onlyChild() string {
	if len(t.by.Children) == 1 {
		return t.by.Children[0].Student
	}
	return ""
}

func (t *talk) mayReport(student string) error {
	s, ok := t.h.School.Roster.Student(student)
	if !ok {
		return school.NotFound("学号 %s 不在名单里", student)
	}
	if err := t.delegations(); err != nil {
		return err
	}
	if t.h.School.MayReport(t.by, s, t.ds, t.now) {
		return nil
	}
	if t.by.Kind == school.KindGuardian {
		return school.Forbidden(phrase.NotYourChild.With())
	}
	return school.Forbidden(phrase.NotYourClass.With("name", s.Name))
}

// reportChild takes in turn what one message says of one child: an
// application, what is taken back, and what is reported. Each is decided on
// what the one before leaves.
func (t *talk) reportChild(f rules.Facts, r *childReport) (school.Change, rules.Facts, error) {
	var all school.Change
	step := func(c school.Change, err error) error {
		if err == nil {
			all.Merge(c)
			f = t.after(f, c)
		}
		return err
	}
	if r.request != nil {
		wish := *r.request
		if wish.Reason == "" {
			wish.Reason = besides(t.d.Text)
		}
		c, text, err := rules.Apply(f, wish)
		if err := step(c, err); err != nil {
			return all, f, err
		}
		if text != "" {
			t.say(text)
		}
	}
	voids := slices.DeleteFunc(slices.Clone(r.voids), func(s school.Slot) bool { return t.covered(s, r.Marks) })
	if len(voids) > 0 {
		err := step(rules.Withdraw(f, voids))
		if _, nothing := school.Said(err); err != nil && !(nothing && len(r.Marks) > 0) {
			return all, f, err
		}
	}
	if len(r.Marks)+len(r.Contacts)+len(r.Flags) == 0 && (r.request != nil || len(voids) > 0) {
		return all, f, nil
	}
	return all, f, step(rules.Note(f, r.Report))
}

func (t *talk) covered(slot school.Slot, ranges []school.MarkRange) bool {
	cal := t.h.School.Calendar
	return slices.ContainsFunc(ranges, func(r school.MarkRange) bool {
		return cal.Compare(r.From, slot) <= 0 && cal.Compare(slot, r.To) <= 0
	})
}

// after is what is known of a child once a change is made, for a second
// decision in the same change.
func (t *talk) after(f rules.Facts, c school.Change) rules.Facts {
	f.Event += "+"
	s := &f.Sheet
	s.Marks, s.Leaves, s.Cards = slices.Clone(s.Marks), slices.Clone(s.Leaves), slices.Clone(s.Cards)
	for _, v := range c.Void {
		s.Marks = slices.DeleteFunc(s.Marks, func(m school.Mark) bool { return m.Slot == v.Slot })
	}
	for _, m := range c.Marks {
		s.Marks = append(slices.DeleteFunc(s.Marks, func(o school.Mark) bool { return o.Slot == m.Slot }), m)
	}
	slices.SortFunc(s.Marks, func(a, b school.Mark) int { return t.h.School.Calendar.Compare(a.Slot, b.Slot) })
	for _, l := range c.Leaves {
		s.Leaves = append(slices.DeleteFunc(s.Leaves, func(o school.Leave) bool { return o.ID == l.ID }), l)
	}
	s.Applications = slices.Clone(s.Applications)
	for _, a := range c.Applications {
		s.Applications = append(slices.DeleteFunc(s.Applications, func(o school.Application) bool { return o.ID == a.ID }), a)
	}
	for _, k := range c.Cards {
		s.Cards = append(slices.DeleteFunc(s.Cards, func(o school.Card) bool { return o.ID == k.ID }), k)
	}
	s.Cards = slices.DeleteFunc(s.Cards, func(k school.Card) bool { return k.State != school.CardOpen })
	for _, k := range c.Cases {
		s.Case = &k
		if k.State == school.CaseIsClosed {
			s.Case = nil
		}
	}
	return f
}
