package rules

import (
	"slices"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// What one session says about the child.
type seen int

const (
	unsaid seen = iota // nothing, or nothing sure: neither counts nor breaks
	missed             // the half-day counts
	here
	excused
)

// sheetWindow is how far back a sheet holds marks for certain; older counted
// half-days are known from the case alone.
const sheetWindow = 50

// reached says whether the session has come: a leave for tomorrow does not
// stop today's clock.
func (d *draft) reached(s school.Slot) bool {
	if cur, ok := d.cal.Current(d.Now); ok {
		return d.cal.Compare(s, cur) <= 0
	}
	return s.Day <= d.cal.DayOf(d.Now)
}

// onLeave finds the granted leave that covers a session. One that is only
// asked for excuses nobody (G1).
func (d *draft) onLeave(s school.Slot) (school.Leave, bool) {
	for _, l := range d.leave {
		if course, one := d.School.Roster.Class(l.Class); one && !d.cal.Meets(s, course) {
			continue // another course of the learner goes on
		}
		if l.Granted() && d.cal.Compare(l.From, s) <= 0 && d.cal.Compare(s, l.To) <= 0 && (l.EndedAt.IsZero() || d.cal.Opens(s).Before(l.EndedAt)) {
			return l, true
		}
	}
	return school.Leave{}, false
}

// seenIn reads one session.
func (d *draft) seenIn(s school.Slot) seen {
	m, marked := d.slots[s]
	_, leave := d.onLeave(s)
	switch {
	case marked && !m.Pending && (m.Kind.Here() || m.Lesson):
		return here
	case leave || marked && !m.Pending && m.Kind.Excused():
		return excused
	case marked && !m.Pending && m.Kind.Missing() && !d.cal.Closes(s).After(d.Now):
		return missed
	}
	return unsaid
}

// known lists the sessions about which anything is said, oldest first.
func (d *draft) known() []school.Slot {
	set := map[school.Slot]bool{}
	for s := range d.slots {
		if d.reached(s) {
			set[s] = true
		}
	}
	first := school.Slot{Day: d.cal.DayOf(d.Now).Add(-sheetWindow)}
	for _, l := range d.leave {
		from := l.From
		if from.Day < first.Day {
			from = first
		}
		for _, s := range d.cal.SlotsBetween(from, school.Slot{Day: min(l.To.Day, d.cal.DayOf(d.Now)), Session: l.To.Session}) {
			if d.reached(s) {
				set[s] = true
			}
		}
		for _, s := range d.cal.Slots(d.cal.DayOf(d.Now)) { // a leave that ends later covers all of today
			if _, ok := d.onLeave(s); ok && d.reached(s) {
				set[s] = true
			}
		}
	}
	var slots []school.Slot
	for s := range set {
		slots = append(slots, s)
	}
	slices.SortFunc(slots, d.cal.Compare)
	return slots
}

// run is the unbroken sequence of counted half-days that lasts until now, and
// what ended the one before it: the session with a present mark or a leave.
func (d *draft) run() (run []school.Missed, ended school.Slot, how seen) {
	slots := d.known()
	for i := len(slots) - 1; i >= 0; i-- {
		switch s := slots[i]; d.seenIn(s) {
		case missed:
			run = append(run, school.Missed{Slot: s, At: d.countedAt(s)})
		case here, excused:
			slices.Reverse(run)
			return run, s, d.seenIn(s)
		}
	}
	if d.cs != nil && d.cs.Away {
		oldest := d.cal.DayOf(d.Now).Add(-sheetWindow)
		for i := len(d.cs.Missed) - 1; i >= 0; i-- {
			if m := d.cs.Missed[i]; m.Slot.Day < oldest && !slices.ContainsFunc(run, func(r school.Missed) bool { return r.Slot == m.Slot }) {
				run = append(run, m)
			}
		}
	}
	slices.Reverse(run)
	return run, school.Slot{}, unsaid
}

// countedAt is when a half-day entered the count: at the close of its roll
// call, or at the report if that came later.
func (d *draft) countedAt(s school.Slot) time.Time {
	if d.cs != nil {
		for _, m := range d.cs.Missed {
			if m.Slot == s {
				return m.At
			}
		}
	}
	at := d.cal.Closes(s)
	if m := d.slots[s]; m.At.After(at) {
		return m.At
	}
	return at
}

// recount compares the marks with the case: it opens one, lengthens or
// shortens its run, or ends it.
func (d *draft) recount() {
	run, ended, how := d.run()
	d.flagCounted()
	var old []school.Missed
	if d.cs != nil && d.cs.Away {
		old = d.cs.Missed
	}
	overlap := slices.ContainsFunc(run, func(m school.Missed) bool { return holds(old, m.Slot) })
	if len(old) > 0 && !overlap {
		if ended.Day == "" || d.cal.Compare(ended, old[0].Slot) < 0 {
			how = unsaid // nothing was seen since: the marks themselves are gone
		}
		d.endRun(how, ended)
	}
	if len(run) == 0 || !d.Policy.countsAbsence() {
		return
	}
	if d.cs == nil {
		d.openCase(phrase.WhyCaseOpened.With("policy", d.Policy.Title))
	}
	d.follow(run, overlap)
}

// follow takes the run into the case.
func (d *draft) follow(run []school.Missed, same bool) {
	before := d.cs.Missed
	if !same {
		before = nil
	}
	var began time.Time
	if len(before) > 0 {
		began = d.began()
	}
	d.cs.Away, d.cs.State, d.cs.Missed = true, school.CaseIsOpen, run
	d.cs.ClosedAt = time.Time{}
	if len(before) > 0 && !d.began().Equal(began) {
		d.moveDeadlines()
	}
	for _, m := range run {
		if !holds(before, m.Slot) {
			d.entryBy("mark", phrase.HalfDayCounted.With("slot", d.cal.SlotName(m.Slot), "n", indexOf(run, m.Slot)+1), d.slots[m.Slot].By, phrase.WhyCounted.String())
		}
	}
	if len(run) < len(before) {
		d.shrink(len(before))
	}
}

func holds(run []school.Missed, s school.Slot) bool { return indexOf(run, s) >= 0 }

func indexOf(run []school.Missed, s school.Slot) int {
	return slices.IndexFunc(run, func(m school.Missed) bool { return m.Slot == s })
}

// flagCounted writes on the marks whether their half-day counts.
func (d *draft) flagCounted() {
	for s, m := range d.slots {
		if counted := d.seenIn(s) == missed; counted != m.Counted {
			m.Counted = counted
			d.setMark(m)
		}
	}
}

// termTotal is the number of counted half-days of the term after this decision.
func (d *draft) termTotal() int {
	n := d.Sheet.Missed
	for _, m := range d.Sheet.Marks {
		if m.Counted && !d.slots[m.Slot].Counted {
			n--
		}
	}
	for s, m := range d.slots {
		if old, _ := d.Sheet.MarkAt(s); m.Counted && !old.Counted {
			n++
		}
	}
	return n
}

// countsAbsence says whether the regime has a stage that absence opens.
func (p *Policy) countsAbsence() bool {
	return slices.ContainsFunc(p.Stages, func(s Stage) bool { return slices.ContainsFunc(p.starts(s), isAbsence) })
}

// isAbsence names the events that are the absence itself.
func isAbsence(event string) bool {
	switch event {
	case EventFirstMissed, EventAbsenceDay, EventDidNotCome, EventAttendance, EventMorningCheck:
		return true
	}
	return false
}
