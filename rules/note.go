package rules

import (
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Note records what somebody said about one child: marks, leave, contacts
// with the family, signs of danger. f.Roll is the roll of the child's class in
// the session going on, as it was before these words.
func Note(f Facts, r Report) (school.Change, error) {
	d := begin(f)
	for _, m := range r.Marks {
		if err := d.noteRange(m, r); err != nil {
			return school.Change{}, err
		}
	}
	if slices.Contains(r.Flags, school.FlagRepeated) && len(r.Marks) > 0 {
		d.out.Audit = append(d.out.Audit, school.Line{Book: d.book(), At: d.Now, Who: d.By.ID, What: "mark", Detail: phrase.SaidRepeated.String(),
			Policy: d.Policy.Version, Why: phrase.WhySaid.With("who", d.By.Name)})
	}
	if slices.Contains(r.Flags, school.FlagSafety) {
		d.safety(r.Text)
	}
	if slices.Contains(r.Flags, school.FlagIntentToLeave) {
		d.leavingSign(r.Text)
	}
	if d.By.Kind == school.KindGuardian && !r.Pending && (len(r.Marks) > 0 || slices.Contains(r.Flags, school.FlagSafety)) {
		d.answeredInWords()
	}
	d.recount()
	d.advance()
	for _, c := range r.Contacts {
		d.contact(c, r.Text)
	}
	return d.finish(), nil
}

func (d *draft) noteRange(m school.MarkRange, r Report) error {
	slots := d.cal.SlotsBetween(m.From, m.To)
	if len(slots) == 0 {
		return school.Invalid("%s", phrase.NoSchoolThen.With("from", d.cal.SlotName(m.From), "to", d.cal.SlotName(m.To)))
	}
	family := d.By.Kind == school.KindGuardian
	switch {
	case family && m.Mark != school.Late && !m.Mark.Excused():
		return school.Refused(phrase.GuardianCannot.String())
	case !family && !m.Mark.Excused():
		slots = slices.DeleteFunc(slots, func(s school.Slot) bool { return !d.reached(s) })
		if len(slots) == 0 {
			return school.Invalid("%s", phrase.NotYet.With("slot", d.cal.SlotName(m.From)))
		}
	}
	switch {
	case r.Pending:
		d.likely(m, slots)
	case family && m.Mark == school.Late:
		d.tellTeacher(phrase.GuardianLate.With("name", d.Student.Name, "who", d.guardianName()), m.Note)
	case m.Mark.Excused():
		d.giveLeave(m, slots, r)
	default:
		for _, s := range slots {
			d.mark(school.Mark{Slot: s, Kind: m.Mark, Note: m.Note}, r.Correction)
		}
	}
	return nil
}

// likely keeps a reading that the speaker is being asked about. It never
// touches what is certain, and what a family only may have said waits with
// the question.
func (d *draft) likely(m school.MarkRange, slots []school.Slot) {
	for _, s := range slots {
		old, was := d.slots[s]
		leave, on := d.onLeave(s)
		switch {
		case was && !old.Pending:
			d.note(phrase.UnsureKept.With("slot", d.cal.SlotName(s), "mark", markWord(old.Kind)))
		case on:
			d.note(phrase.UnsureKept.With("slot", d.cal.SlotName(s), "mark", markWord(leave.Kind)))
		case d.By.Kind == school.KindStaff && old.Kind != m.Mark:
			d.setMark(school.Mark{Student: d.Student.ID, Slot: s, Kind: m.Mark, Note: m.Note, By: d.By.ID, At: d.Now, Event: d.Event, Pending: true})
			d.note(phrase.MarkUnsure.With("slot", d.cal.SlotName(s), "mark", markWord(m.Mark)))
		}
	}
}

// mark puts a mark in force. An absence said of a child on leave is not one,
// unless it sets a report right.
func (d *draft) mark(m school.Mark, correction bool) {
	m.Student, m.By, m.At, m.Event = d.Student.ID, d.By.ID, d.Now, d.Event
	old, was := d.sure(m.Slot)
	if m.Kind.Missing() {
		_, on := d.onLeave(m.Slot)
		switch {
		case on && correction:
			d.stopLeave(m.Slot)
			old, was = d.sure(m.Slot)
		case on || old.Kind.Excused() && !correction:
			d.note(phrase.OnLeaveAlready.With("slot", d.cal.SlotName(m.Slot)))
			return
		}
		m.Lesson = d.lesson(m.Slot, old, was)
	}
	if was && old.Kind == m.Kind && old.Lesson == m.Lesson || m.Lesson && old.Lesson {
		d.note(phrase.SaidAgain.With("slot", d.cal.SlotName(m.Slot), "mark", markWord(m.Kind)))
		return
	}
	if old.Kind.Missing() && m.Kind.Missing() && !old.Lesson {
		m.At, m.Counted, m.Told = old.At, old.Counted, old.Told // the same absence, judged anew
	}
	m.Was = replaced(old, was)
	d.setMark(m)
	d.note(phrase.MarkNoted.With("slot", d.cal.SlotName(m.Slot), "mark", markWord(m.Kind)))
	d.afterMark(m, old)
}

// sure is the mark in force about which nobody is being asked.
func (d *draft) sure(s school.Slot) (school.Mark, bool) {
	m, ok := d.slots[s]
	if !ok || m.Pending {
		return school.Mark{}, false
	}
	return m, true
}

// replaced keeps the mark that another takes the place of.
func replaced(old school.Mark, was bool) *school.Mark {
	if !was {
		return nil
	}
	return &old
}

// note writes to the audit, and to the case if there is one.
func (d *draft) note(what string) { d.entry("mark", what, "") }

// afterMark sets going what follows from a mark.
func (d *draft) afterMark(m, old school.Mark) {
	switch {
	case m.Kind.Here():
		d.back(m)
	case m.Lesson:
		d.askTeacher(m)
	default:
		d.planParents(m)
		if d.By.Kind == school.KindStaff && !d.ownTeacher() && !old.Kind.Missing() {
			d.tellTeacher(phrase.ColleagueReport.With("who", d.By.Name, "name", d.Student.Name, "slot", d.cal.SlotName(m.Slot)), m.Note)
		}
	}
}

// lesson says whether a missing child had been seen in this session already:
// then it is a lesson missed, not a half-day (S23-6). A class that was reported
// without a word about a child who is away, or may be, has not seen it.
func (d *draft) lesson(s school.Slot, old school.Mark, was bool) bool {
	if d.By.Kind != school.KindStaff || d.ownTeacher() {
		return false
	}
	if was {
		return old.Lesson || old.Kind.Here()
	}
	if d.Roll.Slot != s || !d.Roll.Reported() {
		return false
	}
	return d.Roll.AllHere || !(d.cs != nil && d.cs.Away) && len(d.asked(s, s)) == 0 && !d.inDoubt(s)
}

// inDoubt says whether the class teacher is being asked where the child is.
func (d *draft) inDoubt(s school.Slot) bool {
	return slices.ContainsFunc(d.cards, func(c school.Card) bool {
		return c.State == school.CardOpen && c.Kind == school.CardStill && c.Slot == s && c.Stage == ""
	})
}

// back is a child seen at school: leave ends, warnings to guardians are
// called off or set right.
func (d *draft) back(m school.Mark) {
	if m.Kind != school.Early { // who goes home early may be on leave from then on
		d.endLeaves(m.Slot)
	}
	for s, o := range d.slots {
		if s.Day == m.Slot.Day && o.Kind.Missing() && d.cal.Compare(s, m.Slot) < 0 {
			d.cancel(parentsTimer(d.Student.ID, s))
		}
	}
	if _, was := d.Sheet.MarkAt(m.Slot); was {
		d.cancel(parentsTimer(d.Student.ID, m.Slot))
	}
	d.clearGuardian(m.Slot)
	for _, c := range d.cards {
		if c.State == school.CardOpen && (c.Kind == school.CardStill && c.Stage != leaveStage && d.cal.Compare(c.Slot, m.Slot) <= 0 || c.Kind == school.CardSafety && c.Stage != protection) {
			d.settleCard(c.ID, school.CardSuperseded, phrase.EndHere.With("slot", d.cal.SlotName(m.Slot)))
		}
	}
}

// askTeacher puts a colleague's report before the class teacher, who knows
// where the child is.
func (d *draft) askTeacher(m school.Mark) {
	rule := d.Policy.intake("lesson")
	r := d.holders(school.TitleHomeroom)
	card := d.stillCard(m.Slot, r.People, phrase.LessonTitle.With("name", d.Student.Name, "who", d.By.Name, "slot", d.cal.SlotName(m.Slot)))
	card.Stage, card.Role = "lesson", school.TitleHomeroom
	card.Why = phrase.WhyLesson.With("clause", strings.TrimSpace(d.Policy.Title+" "+strings.Join(rule.Source, "、")))
	if due, err := d.spanEnd(rule.Due, d.Now); err == nil && !due.IsZero() {
		d.awaitAck(&card, due)
	}
	d.openCard(card, sending{text: card.Title})
}

func (p *Policy) intake(id string) Intake {
	for _, in := range p.Intake {
		if in.ID == id {
			return in
		}
	}
	return Intake{ID: id, Due: Span{Until: school.DayEnd.String()}}
}

// tellTeacher sends the class teacher a line.
func (d *draft) tellTeacher(text, words string) {
	if words != "" {
		text += "（" + words + "）"
	}
	for _, p := range d.holders(school.TitleHomeroom).People {
		if p != d.By.ID {
			d.text(p, text, phrase.WhyYourClass.String(), "", school.TitleHomeroom)
		}
	}
	d.note(text)
}

// contact files a call, message or visit, and lets it answer what is asked.
func (d *draft) contact(c school.Contact, words string) {
	times := max(c.Times, 1)
	line := phrase.ContactLine.With("kind", contactKinds[c.Kind], "outcome", contactOutcomes[c.Outcome], "n", times)
	d.entry("contact", phrase.ContactNoted.With("line", line, "text", words), "")
	if d.cs == nil || c.Outcome == "planned" {
		return
	}
	if c.Promise != "" {
		d.answerOpen("promised-return", string(c.Promise))
		d.answerOpen("return-date", string(c.Promise))
	}
	if c.Outcome == "reached" {
		d.spokeWithFamily()
	}
	if c.Outcome == "not_reached" {
		if i := d.failable(); i >= 0 && c.Kind != "visit" {
			d.contactFailed(i, strconv.Itoa(times))
			return
		}
		d.answerOpen(attemptsName, strconv.Itoa(times))
		return
	}
	if c.Kind == "visit" {
		if i := d.asking("visit-record"); i >= 0 {
			s, _ := d.stageOf(d.cs.Stages[i].ID)
			d.answerStage(s, map[string]string{"visit-record": words})
		}
		return
	}
	if c.Outcome == "reached" && d.cs.Away && words != "" && !known(d.cs.Reason) && d.asking(reasonName) < 0 {
		d.answer(reasonName, words, "") // nobody asks any more, but it is what is known
	}
	d.answerOpen("contact-log", line+"："+words)
	d.answerOpen("contact-result", line+"："+words)
}

var contactKinds = map[string]phrase.Phrase{"call": phrase.ContactCall, "message": phrase.ContactMessage, "visit": phrase.ContactVisit}

var contactOutcomes = map[string]phrase.Phrase{"reached": phrase.ContactReached, "not_reached": phrase.NotReached, "refused": phrase.ContactRefused, "planned": phrase.ContactPlanned}

// asking finds an open stage that still asks for the answer.
func (d *draft) asking(name string) int {
	return slices.IndexFunc(d.cs.Stages, func(st school.Stage) bool {
		s, ok := d.stageOf(st.ID)
		return ok && st.Open() && st.Answers[name] == "" && slices.ContainsFunc(s.Require, func(r Require) bool { return r.Name == name })
	})
}

// answerOpen answers only what an open stage asks for.
func (d *draft) answerOpen(name, value string) {
	if d.asking(name) >= 0 {
		d.answer(name, value, "")
	}
}
