package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// giveLeave takes what somebody says of leave. Who may grant it grants it by
// saying so; everybody else asks.
func (d *draft) giveLeave(m school.MarkRange, slots []school.Slot, r Report) {
	if !d.mayGrant() {
		d.askLeave(m, slots)
		return
	}
	fresh := slices.DeleteFunc(slices.Clone(slots), func(s school.Slot) bool {
		old, was := d.slots[s]
		return was && !old.Pending && (old.Kind == m.Mark || old.Kind.Here() && !r.Correction) // said before, or seen at school
	})
	if len(fresh) == 0 {
		d.note(phrase.SaidAgain.With("slot", d.cal.SlotName(m.From), "mark", markWord(m.Mark)))
		return
	}
	from, to := slots[0], slots[len(slots)-1]
	granted := false
	for _, l := range d.asked(from, to) {
		if d.within(l, from, to) {
			granted = granted || l.From == from && l.To == to
			l.Kind = m.Mark
			d.grant(l)
		}
	}
	if !granted {
		l := school.Leave{ID: d.id("leave", from.String(), to.String()), Student: d.Student.ID, From: from, To: to, Kind: m.Mark, Reason: m.Note,
			AskedBy: d.By.ID, AskedAt: d.Now}
		d.enterLeave(l, fresh)
	}
}

// mayGrant says whether the acting person's word grants a leave: the class's
// own teachers, whom the regime names, and the posts above them.
func (d *draft) mayGrant() bool {
	if d.By.Kind != school.KindStaff {
		return false
	}
	return d.ownTeacher() || slices.Contains(d.holders(d.granter()).People, d.By.ID) ||
		d.School.MayReadFile(d.By, d.Student, d.Delegations, d.Now)
}

// granter is the post that grants leave.
func (d *draft) granter() string {
	if d.Policy.Leave.GrantedBy != "" {
		return d.Policy.Leave.GrantedBy
	}
	return school.TitleHomeroom
}

// enterLeave puts a leave in force, with the moment at which it must be looked
// at again. slots are the sessions it excuses.
func (d *draft) enterLeave(l school.Leave, slots []school.Slot) {
	l.GrantedBy, l.GrantedAt = d.By.ID, d.Now
	d.runLeave(l, slots)
	d.reportLong(l)
	d.note(phrase.LeaveNoted.With("mark", markWord(l.Kind), "span", d.span(l)))
}

func (d *draft) runLeave(l school.Leave, slots []school.Slot) {
	for _, s := range slots {
		m := school.Mark{Student: d.Student.ID, Slot: s, Kind: l.Kind, Note: l.Reason, By: d.By.ID, At: d.Now, Event: d.Event}
		m.Was = replaced(d.sure(s))
		d.setMark(m)
		d.cancelParents(s)
		d.settleParent(s, phrase.ParentExcused.With("mark", markWord(l.Kind)))
	}
	d.cancel(leaveTimer(l.ID))
	switch next, ok := d.cal.Next(l.To); {
	case ok && d.cal.Closes(next).Before(d.Now):
		l.EndedAt = d.cal.Opens(next) // told afterwards: the roll calls since then have spoken
	case ok:
		d.timer(school.TimerLeave, leaveTimer(l.ID), d.cal.Closes(next), next, l.ID)
	}
	d.setLeave(l)
}

// longLeave is when a leave in the compulsory years is put on the school's
// record (长期请假备案, domain 2.5).
const longLeave = 14

func (d *draft) reportLong(l school.Leave) {
	if !d.class.Compulsory() || l.From.Day.Until(l.To.Day)+1 <= longLeave {
		return
	}
	line := phrase.LongLeave.With("class", d.class.Name, "name", d.Student.Name, "mark", markWord(l.Kind), "span", d.span(l), "who", d.By.Name)
	for _, p := range d.holders(theSchool).People {
		if p != d.By.ID {
			d.text(p, line, phrase.WhyLongLeave.String(), leaveStage, theSchool)
		}
	}
	d.note(line)
}

// giveBack is a leave that a report, now taken back, had ended.
func (d *draft) giveBack(m school.Mark) {
	for _, l := range slices.Clone(d.leave) {
		if l.EndedBy == "" || l.EndedBy != m.Event || !d.covers(l, m.Slot) {
			continue
		}
		l.EndedAt, l.EndedBy = time.Time{}, ""
		d.runLeave(l, slices.DeleteFunc(d.cal.SlotsBetween(m.Slot, l.To), func(s school.Slot) bool {
			_, marked := d.slots[s]
			return marked
		}))
		d.note(phrase.LeaveGoesOn.With("mark", markWord(l.Kind), "span", d.span(l)))
	}
}

func leaveTimer(id string) string { return "leave:" + id }

func (d *draft) setLeave(l school.Leave) {
	same := func(x school.Leave) bool { return x.ID == l.ID }
	d.leave = append(slices.DeleteFunc(d.leave, same), l)
	d.out.Leaves = append(slices.DeleteFunc(d.out.Leaves, same), l)
}

// span is the sessions of a leave as people read them.
func (d *draft) span(l school.Leave) string {
	if l.From == l.To {
		return d.cal.SlotName(l.From)
	}
	to := d.cal.SlotName(l.To)
	if l.From.Day == l.To.Day {
		to = strings.TrimPrefix(to, l.To.Day.Name())
	}
	return phrase.FromTo.With("from", d.cal.SlotName(l.From), "to", to)
}

// stopLeave takes granted leave out of force from a session on; what was
// excused from there is open again.
func (d *draft) stopLeave(s school.Slot) {
	for l, on := d.onLeave(s); on; l, on = d.onLeave(s) {
		l.EndedAt, l.EndedBy = d.cal.Opens(s), d.Event
		d.setLeave(l)
		d.cancel(leaveTimer(l.ID))
		d.dropExcused(s, l.To)
		d.note(phrase.LeaveStopped.With("mark", markWord(l.Kind), "from", d.cal.SlotName(s)))
	}
}

// endLeaves is 销假: the child is here. An earlier day set right does not end
// what has gone on since.
func (d *draft) endLeaves(s school.Slot) {
	for _, l := range slices.Clone(d.leave) {
		if l.Waiting() {
			d.cutAsked(l, s)
			continue
		}
		if !l.EndedAt.IsZero() || d.cal.Compare(s, l.From) < 0 || s.Day < d.cal.DayOf(d.Now) {
			continue
		}
		l.EndedAt, l.EndedBy = d.Now, d.Event
		if opens := d.cal.Opens(s); opens.Before(l.EndedAt) {
			l.EndedAt = opens
		}
		d.setLeave(l)
		d.cancel(leaveTimer(l.ID))
		d.dropExcused(s, l.To)
		d.note(phrase.LeaveEnded.With("mark", markWord(l.Kind), "slot", d.cal.SlotName(s)))
	}
}

// dropExcused takes the leave marks from a session on out of force; what they
// had replaced is what is known again.
func (d *draft) dropExcused(from, to school.Slot) {
	for s, m := range d.slots {
		if m.Kind.Excused() && d.cal.Compare(from, s) <= 0 && d.cal.Compare(s, to) <= 0 {
			d.takeOut(m)
		}
	}
}

// leaveRanOut asks whether the child is back when nobody has said so. That a
// leave is over does not make the child absent.
func (d *draft) leaveRanOut(l school.Leave, slot school.Slot) {
	if _, extended := d.onLeave(slot); extended {
		return
	}
	m, marked := d.slots[slot]
	if l.Granted() {
		l.EndedAt = d.cal.Opens(slot)
		d.setLeave(l)
	}
	switch {
	case marked && !m.Pending:
		return
	case d.Roll.Slot == slot && d.Roll.Reported() && d.Roll.AllHere:
		d.note(phrase.LeaveEnded.With("mark", markWord(l.Kind), "slot", d.cal.SlotName(slot)))
		return
	}
	d.askStill(slot, phrase.LeaveOverTitle.With("name", d.Student.Name, "slot", d.cal.SlotName(l.To)), phrase.WhyLeaveOver.String())
}
