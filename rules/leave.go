package rules

import (
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// giveLeave excuses a range of sessions. Staff grant it by saying so; what a
// guardian says is an excuse at once, and the class teacher is asked.
func (d *draft) giveLeave(m school.MarkRange, slots []school.Slot, r Report) {
	fresh := false
	for _, s := range slots {
		old, was := d.slots[s]
		if was && !old.Pending && (old.Kind == m.Mark || old.Kind.Here() && !r.Correction) {
			continue // said before, or seen at school
		}
		fresh = true
		d.setMark(school.Mark{Student: d.Student.ID, Slot: s, Kind: m.Mark, Note: m.Note, By: d.By.ID, At: d.Now, Event: d.Event})
		d.cancelParents(s)
	}
	if !fresh {
		if l, ok := d.onLeave(slots[0]); ok && l.GrantedBy == "" && d.By.Kind == school.KindStaff {
			d.grant(slots[0])
			d.settleGrants(phrase.GrantedBy.With("who", d.By.Name, "at", d.moment(d.Now)))
			return
		}
		d.note(phrase.SaidAgain.With("slot", d.cal.SlotName(m.From), "mark", markWord(m.Mark)))
		return
	}
	d.note(phrase.LeaveNoted.With("mark", markWord(m.Mark), "from", d.cal.SlotName(m.From), "to", d.cal.SlotName(m.To)))
	if d.By.Kind == school.KindStaff {
		d.settleGrants(phrase.ReplacedByNewer.String())
	}
	d.enterLeave(m.Mark, m.Note, slots[0], slots[len(slots)-1])
}

// enterLeave writes the leave, with the moment at which it must be looked at again.
func (d *draft) enterLeave(kind school.MarkKind, reason string, from, to school.Slot) {
	l := school.Leave{ID: d.id("leave", from.String(), to.String()), Student: d.Student.ID, From: from, To: to, Kind: kind, Reason: reason, AskedBy: d.By.ID, GrantedAt: d.Now}
	if d.By.Kind != school.KindGuardian {
		l.GrantedBy = d.By.ID
	}
	switch next, ok := d.cal.Next(to); {
	case ok && d.cal.Closes(next).Before(d.Now):
		l.EndedAt = d.cal.Opens(next) // told afterwards: the roll calls since then have spoken
	case ok:
		d.timer(school.TimerLeave, leaveTimer(l.ID), d.cal.Closes(next), next, l.ID)
	}
	d.setLeave(l)
	if l.GrantedBy == "" {
		d.askGrant(l)
	}
}

func leaveTimer(id string) string { return "leave:" + id }

func (d *draft) setLeave(l school.Leave) {
	same := func(x school.Leave) bool { return x.ID == l.ID }
	d.leave = append(slices.DeleteFunc(d.leave, same), l)
	d.out.Leaves = append(slices.DeleteFunc(d.out.Leaves, same), l)
}

// askGrant puts a guardian's excuse before the class teacher.
func (d *draft) askGrant(l school.Leave) {
	d.settleGrants(phrase.ReplacedByNewer.String())
	r := d.holders(school.TitleHomeroom)
	card := school.Card{ID: d.id("card", leaveStage, l.ID), Kind: school.CardStill, Stage: leaveStage, Role: school.TitleHomeroom, People: r.People, Slot: l.From,
		Title: phrase.LeaveAskTitle.With("name", d.Student.Name, "who", d.guardianName(), "mark", markWord(l.Kind)), Why: phrase.WhyYourClass.String(),
		Fields: []school.Field{
			{K: phrase.FieldStudent.String(), V: d.Student.Name}, {K: phrase.FieldClass.String(), V: d.class.Name},
			{K: phrase.FieldSlot.String(), V: phrase.FromTo.With("from", d.cal.SlotName(l.From), "to", d.cal.SlotName(l.To))},
			{K: phrase.FieldReason.String(), V: orReason(l.Reason)}},
		Buttons: []school.Button{
			{Key: buttonGrant, Text: phrase.ButtonGrant.String(), Style: "primary", Act: school.ActApprove},
			{Key: buttonAbsent, Text: phrase.ButtonNotGranted.String(), Style: "danger", Act: school.ActReject}}}
	d.openCard(card, sending{text: card.Title})
}

// settleGrants closes the question whether a guardian's excuse is granted.
func (d *draft) settleGrants(result string) {
	for _, c := range d.cards {
		if c.Kind == school.CardStill && c.Stage == leaveStage {
			d.settleCard(c.ID, school.CardSuperseded, result)
		}
	}
}

// leaveStage names the cards about a leave a guardian told.
const leaveStage = "leave"

// grant makes a guardian's excuse a granted leave.
func (d *draft) grant(s school.Slot) bool {
	l, ok := d.onLeave(s)
	if !ok {
		return false
	}
	l.GrantedBy, l.GrantedAt = d.By.ID, d.Now
	d.setLeave(l)
	d.note(phrase.LeaveGranted.With("mark", markWord(l.Kind), "from", d.cal.SlotName(l.From), "to", d.cal.SlotName(l.To)))
	return true
}

// refuseLeave takes a leave out of force from a session on; what was excused
// from there is open again.
func (d *draft) refuseLeave(s school.Slot) {
	l, ok := d.onLeave(s)
	if !ok {
		return
	}
	l.EndedAt = d.cal.Opens(s)
	d.setLeave(l)
	d.cancel(leaveTimer(l.ID))
	d.dropExcused(s, l.To)
	d.note(phrase.LeaveRefused.With("mark", markWord(l.Kind), "from", d.cal.SlotName(s)))
}

// notExcused is the class teacher's answer to a guardian's excuse: the
// sessions that have come are absences again.
func (d *draft) notExcused(s school.Slot) {
	l, ok := d.onLeave(s)
	if !ok {
		return
	}
	d.refuseLeave(s)
	for _, slot := range d.cal.SlotsBetween(s, l.To) {
		if _, marked := d.slots[slot]; !marked && d.reached(slot) {
			d.mark(school.Mark{Slot: slot, Kind: school.Absent}, true)
		}
	}
}

// endLeaves is 销假: the child is here.
func (d *draft) endLeaves(s school.Slot) {
	for _, l := range slices.Clone(d.leave) {
		if !l.EndedAt.IsZero() || d.cal.Compare(s, l.From) < 0 {
			continue
		}
		l.EndedAt = d.Now
		if opens := d.cal.Opens(s); opens.Before(l.EndedAt) {
			l.EndedAt = opens
		}
		d.setLeave(l)
		d.cancel(leaveTimer(l.ID))
		d.dropExcused(s, l.To)
		d.note(phrase.LeaveEnded.With("mark", markWord(l.Kind), "slot", d.cal.SlotName(s)))
	}
}

// dropExcused takes the leave marks from a session on out of force.
func (d *draft) dropExcused(from, to school.Slot) {
	for s, m := range d.slots {
		if m.Kind.Excused() && d.cal.Compare(from, s) <= 0 && d.cal.Compare(s, to) <= 0 {
			d.dropMark(s)
		}
	}
}

// leaveRanOut asks whether the child is back when nobody has said so. That a
// leave is over does not make the child absent.
func (d *draft) leaveRanOut(t school.Timer) {
	i := slices.IndexFunc(d.leave, func(l school.Leave) bool { return l.ID == t.Ref && l.EndedAt.IsZero() })
	if i < 0 {
		return
	}
	l := d.leave[i]
	if _, extended := d.onLeave(t.Slot); extended {
		return
	}
	m, marked := d.slots[t.Slot]
	l.EndedAt = d.cal.Opens(t.Slot)
	d.setLeave(l)
	switch {
	case marked && !m.Pending:
		return
	case d.Roll.Slot == t.Slot && d.Roll.Reported() && d.Roll.AllHere:
		d.note(phrase.LeaveEnded.With("mark", markWord(l.Kind), "slot", d.cal.SlotName(t.Slot)))
		return
	}
	d.askStill(t.Slot, phrase.LeaveOverTitle.With("name", d.Student.Name, "slot", d.cal.SlotName(l.To)))
}
