package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

func parentsTimer(student string, s school.Slot) string {
	return "parents:" + student + ":" + s.String()
}

// planParents sets the moment at which a guardian hears of an absence: not
// before the grace is over and the roll call closed, not in quiet hours. Until
// then a word from the teacher stops it.
func (d *draft) planParents(m school.Mark) {
	if m.Slot.Day != d.cal.DayOf(d.Now) || m.Told || d.protecting() {
		return
	}
	at := m.At.Add(d.School.Notices.Grace)
	if close := d.cal.Closes(m.Slot); d.School.Notices.AfterRollCall && at.Before(close) {
		at = close
	}
	if at.Before(d.Now) {
		at = d.Now
	}
	d.timer(school.TimerParents, parentsTimer(d.Student.ID, m.Slot), d.outOfQuiet(at), m.Slot, "")
}

// answerFeedback lets the notice to the family stand for the feedback that a
// regime wants of the class teacher (S20-13).
func (d *draft) answerFeedback() {
	if d.cs == nil {
		return
	}
	for _, st := range d.cs.Stages {
		if s, ok := d.stageOf(st.ID); ok && st.Open() && slices.Contains(d.Policy.starts(s), EventAttendance) && asks(s.Require, "sent-at") {
			d.answer("sent-at", string(d.cal.DayOf(d.Now)), st.ID)
		}
	}
}

func (d *draft) cancelParents(s school.Slot) {
	if m, was := d.Sheet.MarkAt(s); was && m.Kind.Missing() {
		d.cancel(parentsTimer(d.Student.ID, s))
	}
}

// tellParents is the end of the grace: the guardian hears only if nothing has
// been said in between.
func (d *draft) tellParents(slot school.Slot) {
	m, ok := d.slots[slot]
	_, leave := d.onLeave(slot)
	if !ok || !m.Kind.Missing() || m.Pending || m.Told || leave || d.familyKnows(slot) || d.protecting() || d.toldToday(slot) || d.seenAfter(slot) {
		return
	}
	m.Told = true
	d.setMark(m)
	d.flagCounted()
	g, ok := d.guardian()
	if !ok {
		d.tellTeacher(phrase.NoGuardian.With("name", d.Student.Name), "")
		return
	}
	title := phrase.ParentAbsent
	if m.Lesson {
		title = phrase.ParentLesson // seen before, missed since
	}
	card := school.Card{ID: alarmCard(d.School, m), Kind: school.CardParent, People: []string{g.ID}, Slot: slot,
		Title: title.With("school", d.School.Name, "name", d.Student.Name, "slot", d.cal.SlotName(slot)), Why: phrase.WhyParent.String(),
		Fields: []school.Field{{K: phrase.FieldTeacher.String(), V: d.names(d.holders(school.TitleHomeroom).People)},
			{K: phrase.FieldTotal.String(), V: phrase.HalfDays.With("n", d.termTotal())}},
		Buttons: []school.Button{
			{Key: buttonKnown, Text: phrase.ButtonKnown.String(), Style: "primary", Act: school.ActAck},
			{Key: buttonSick, Text: phrase.MarkSick.String(), Act: school.ActSubmit},
			{Key: buttonPersonal, Text: phrase.MarkPersonal.String(), Act: school.ActSubmit},
			{Key: buttonArrived, Text: phrase.ButtonArrived.String(), Style: "danger", Act: school.ActSubmit}}}
	d.openCard(card, sending{text: phrase.ParentLine.With("title", card.Title, "teacher", card.Fields[0].V, "n", d.termTotal())})
	d.answerFeedback()
	d.entryBy("notice", phrase.ParentTold.With("who", g.Name, "slot", d.cal.SlotName(slot)), "", phrase.WhyParent.String())
}

// alarmCard is the id of the first guardian's card about a mark; whoever is
// told in another's place has the one that school.PassedOn gives.
func alarmCard(s *school.School, m school.Mark) string {
	return school.ID(s.ID, m.Student, "parents", m.Slot.String(), m.At.UTC().Format(time.RFC3339Nano))
}

// gist is a message to a guardian in a few words.
func (d *draft) gist(slot school.Slot, what, brief, do phrase.Phrase) *school.Gist {
	session, _ := d.cal.Session(slot.Session)
	when, _, _ := strings.Cut(slot.Day.Name(), "（")
	return &school.Gist{School: d.School.Name, Student: d.Student.Name, Class: d.class.Name, When: when + session.Name,
		What: what.String(), Brief: brief.String(), Do: do.String(), Teacher: d.names(d.holders(school.TitleHomeroom).People)}
}

// alarmGist is the card of an alarm in a few words.
func (d *draft) alarmGist(card school.Card) *school.Gist {
	what := phrase.GistAbsent
	if m := d.slots[card.Slot]; m.Lesson {
		what = phrase.GistLesson
	}
	return d.gist(card.Slot, what, what, phrase.GistCall)
}

// toldToday says whether a guardian has heard of this day's absence and the
// child was not seen since.
func (d *draft) toldToday(slot school.Slot) bool {
	told := false
	for _, s := range d.cal.Slots(slot.Day) {
		m := d.slots[s]
		if s == slot {
			continue
		}
		if d.cal.Compare(s, slot) < 0 && m.Kind.Here() && !m.Pending {
			told = false
		}
		told = told || m.Told
	}
	return told
}

// guardian is who is called first.
func (d *draft) guardian() (school.Guardian, bool) {
	all := d.School.Roster.GuardiansOf(d.Student.ID)
	if len(all) == 0 {
		return school.Guardian{}, false
	}
	return all[0], true
}

// guardianName is the acting guardian as the class teacher knows them.
func (d *draft) guardianName() string {
	for _, c := range d.By.Children {
		if c.Student == d.Student.ID && c.Relation != "" {
			return phrase.GuardianName.With("relation", c.Relation, "name", d.By.Name)
		}
	}
	return d.By.Name
}

// seenAfter says whether the child was at school in a later session.
func (d *draft) seenAfter(slot school.Slot) bool {
	for s, m := range d.slots {
		if m.Kind.Here() && !m.Pending && d.cal.Compare(slot, s) < 0 {
			return true
		}
	}
	return false
}

// missingAfter says whether the child is reported away later that day.
func (d *draft) missingAfter(slot school.Slot) bool {
	for _, s := range d.cal.Slots(slot.Day) {
		if m := d.slots[s]; m.Kind.Missing() && !m.Pending && d.cal.Compare(slot, s) < 0 {
			return true
		}
	}
	return false
}

// clearGuardian tells a guardian who was alarmed that the child is here.
func (d *draft) clearGuardian(slot school.Slot) {
	if d.missingAfter(slot) {
		return
	}
	for i := len(d.Sheet.Marks) - 1; i >= 0; i-- {
		m := d.Sheet.Marks[i]
		if d.cal.Compare(m.Slot, slot) > 0 {
			continue
		}
		if m.Told {
			d.tellAlarmed(m, d.gist(slot, phrase.GistHere, phrase.GistHere, phrase.GistCalm), phrase.ParentHere.With("name", d.Student.Name, "slot", d.cal.SlotName(slot)), phrase.ParentHereResult.With("slot", d.cal.SlotName(slot)))
			return
		}
		if m.Kind.Here() && !m.Pending {
			return
		}
	}
}

// correctGuardian takes back a notice that was wrong.
func (d *draft) correctGuardian(m school.Mark) {
	d.tellAlarmed(m, d.gist(m.Slot, phrase.GistWrong, phrase.GistCorrected, phrase.GistSorry), phrase.ParentWrong.With("name", d.Student.Name, "slot", d.cal.SlotName(m.Slot)), phrase.ParentWrongResult.String())
}

// settleParent closes the guardian's card about a session.
func (d *draft) settleParent(s school.Slot, result string) {
	for _, c := range d.cards {
		if c.State == school.CardOpen && c.Kind == school.CardParent && c.Slot == s {
			d.settleCard(c.ID, school.CardSuperseded, result)
		}
	}
}

// tellAlarmed says to the guardians what has become of the alarm about a mark;
// the cards that raised it show the result. Each hears it only if the alarm
// reached them: a lone 【更正】 would be an alarm of its own.
func (d *draft) tellAlarmed(m school.Mark, gist *school.Gist, text, result string) {
	if d.told["guardian"+text] {
		return
	}
	d.told["guardian"+text] = true
	var alarms []string // keys
	heard := map[string]string{}
	add := func(key, person string) {
		if heard[key] == "" {
			alarms, heard[key] = append(alarms, key), person
		}
	}
	for _, c := range d.cards {
		if c.State == school.CardOpen && c.Kind == school.CardParent {
			for _, p := range c.People {
				add(school.CardKey(c.ID, p), p)
			}
			d.settleCard(c.ID, school.CardSuperseded, result)
		}
	}
	for _, a := range Alarms(d.School, m) {
		add(a.Key, a.Guardian)
	}
	for _, key := range alarms {
		n := d.notice(heard[key], text, phrase.WhyParentAgain.String(), "", "")
		n.Key, n.Kind, n.DueAt, n.After = "parent:"+d.id(key, text), school.NoticeParent, d.outOfQuiet(d.Now), key
		n.Gist = gist
		d.send(n)
	}
}

// answeredInWords settles what the family was asked: it has said what is the matter.
func (d *draft) answeredInWords() {
	for _, c := range d.cards {
		if c.State == school.CardOpen && c.Kind == school.CardParent {
			d.settleCard(c.ID, school.CardDone, phrase.CardAnswered.With("who", d.By.Name, "at", d.moment(d.Now)))
		}
	}
}

// pressParent is the guardian's answer to a notice.
func (d *draft) pressParent(card school.Card, button string) (string, error) {
	done := phrase.CardAnswered.With("who", d.By.Name, "at", d.moment(d.Now))
	defer func() { d.settleParent(card.Slot, done) }() // the other guardians' as well
	kind := school.Sick
	switch button {
	case buttonKnown:
		d.note(phrase.ParentKnows.With("who", d.guardianName()))
		d.settleCard(card.ID, school.CardDone, done)
		return phrase.ParentKnownReply.String(), nil
	case buttonArrived:
		d.settleCard(card.ID, school.CardDone, done)
		d.alert(phrase.SafetyArrived.With("name", d.Student.Name, "class", d.class.Name, "who", d.guardianName()))
		return phrase.ParentArrivedReply.String(), nil
	case buttonPersonal:
		kind = school.Personal
	case buttonSick:
	default:
		return "", noButton(button)
	}
	last := card.Slot
	if today := d.cal.Slots(card.Slot.Day); len(today) > 0 {
		last = today[len(today)-1]
	}
	d.settleCard(card.ID, school.CardDone, done)
	if err := d.noteRange(school.MarkRange{Student: d.Student.ID, Mark: kind, From: card.Slot, To: last}, Report{}); err != nil {
		return "", err
	}
	return phrase.ParentLeaveReply.With("mark", markWord(kind)), nil
}
