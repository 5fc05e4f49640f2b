package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// A timer that fires a little late still opens the stage at the moment the
// rule names; after a longer stop people get their full time from now on.
const lag = 5 * time.Minute

// advance moves the case as far as it goes at this moment: it opens what must
// open, closes what is answered and marks what is overdue, until nothing more
// happens. Every turn of the loop moves at least one stage one step on.
func (d *draft) advance() {
	for d.cs != nil && d.cs.State != school.CaseIsClosed && (d.openNext() || d.closeNext() || d.overdueNext()) {
	}
}

func (d *draft) openNext() bool {
	for _, s := range d.ladder() {
		at, from, ok := d.opening(s)
		if ok && !at.After(d.Now) {
			d.openStage(s, d.nominal(at), from)
			return true
		}
	}
	return false
}

func (d *draft) nominal(at time.Time) time.Time {
	if d.Now.Sub(at) <= lag {
		return d.cal.In(at)
	}
	return d.Now
}

// ladder is every stage the case can have: those of the regime, the duties
// owed for a lost child, and what is asked before closing.
func (d *draft) ladder() []Stage {
	return slices.Concat(d.Policy.Stages, d.lostStages())
}

// stageOf finds the rule behind a stage of the case.
func (d *draft) stageOf(id string) (Stage, bool) {
	all := append(d.ladder(), d.closingStage())
	i := slices.IndexFunc(all, func(s Stage) bool { return s.ID == id })
	if i < 0 {
		return Stage{}, false
	}
	return all[i], true
}

// starts are the single events a stage counts from.
func (p *Policy) starts(s Stage) []string {
	if len(s.Starts) > 0 {
		return s.Starts
	}
	var ids []string
	for _, o := range p.Stages {
		ids = append(ids, o.ID)
	}
	if events, _, ok := singleEvents(s.From, ids); ok {
		return events
	}
	return []string{s.From}
}

// owner is the stage whose ending an event is: day-1 of day-1-done.
func (p *Policy) owner(event string) (string, bool) {
	for _, s := range p.Stages {
		for _, ending := range stageEndings {
			if event == s.ID+"-"+ending {
				return s.ID, true
			}
		}
	}
	return "", false
}

// ofAbsence says whether a stage stands on the absence run, itself or through
// the stage it follows; it ends with the run.
func (p *Policy) ofAbsence(id string) bool {
	for hops := 0; hops <= len(p.Stages); hops++ {
		i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id })
		if i < 0 {
			return false
		}
		first := p.starts(p.Stages[i])[0]
		if isAbsence(first) {
			return true
		}
		before, ok := p.owner(first)
		if !ok {
			return false
		}
		id = before
	}
	return false
}

// opening is when a stage opens next and what it counts from; false when
// nothing is known that would open it.
func (d *draft) opening(s Stage) (time.Time, anchor, bool) {
	if d.Policy.ofAbsence(s.ID) && !d.cs.Away {
		return time.Time{}, anchor{}, false
	}
	at, from, ok := d.openingOf(s)
	if !ok {
		return at, from, false
	}
	if holds, err := s.Holds(d.cs, d.Student, d.class); err == nil && !holds {
		return at, from, false
	}
	return at, from, true
}

func (d *draft) openingOf(s Stage) (time.Time, anchor, bool) {
	if s.Per == PerLostStudent {
		return d.lostOpening(s)
	}
	events := d.Policy.starts(s)
	if isAbsence(events[0]) {
		at, ok := d.opensInRun(s)
		if !ok || d.openedSince(s.ID, d.began(), false) {
			return time.Time{}, anchor{}, false
		}
		return at, d.runAnchor(), true
	}
	since, own := time.Time{}, false
	if id, ok := d.Policy.owner(events[0]); ok {
		before := d.cs.StageNamed(id)
		if before == nil || before.Skipped || d.Policy.ofAbsence(s.ID) && before.OpenedAt.Before(d.began()) {
			return time.Time{}, anchor{}, false
		}
		since, own = before.OpenedAt, true
	}
	h, ok := d.happening(events, since, own)
	if !ok || d.openedSince(s.ID, h.since, true) {
		return time.Time{}, anchor{}, false
	}
	from := anchor{at: h.At, day: d.cal.DayOf(h.At), fields: h.Fields}
	at, err := d.afterEvent(s, h.At)
	return at, from, err == nil
}

func (d *draft) afterEvent(s Stage, from time.Time) (time.Time, error) {
	if s.After.Until != "" {
		return d.spanEnd(s.After, from)
	}
	return d.cal.After(from, s.After.Length)
}

// openedSince says whether the stage has opened for this start already. A
// stage that was skipped may open again in the same run, never for the same event.
func (d *draft) openedSince(id string, since time.Time, evenSkipped bool) bool {
	return slices.ContainsFunc(d.cs.Stages, func(st school.Stage) bool {
		return st.ID == id && (st.Open() || !st.OpenedAt.Before(since) && (evenSkipped || !st.Skipped))
	})
}

type started struct {
	school.Happening
	since time.Time // an instance opened from here on answers this start
}

// happening is what a stage starts from: of the endings of another stage the
// first, since that stage opened; of a fact the newest.
func (d *draft) happening(events []string, since time.Time, first bool) (started, bool) {
	var found started
	ok := false
	for _, h := range d.cs.Events {
		if !slices.Contains(events, h.Event) || h.At.Before(since) {
			continue
		}
		if !first {
			found, ok = started{h, h.At}, true
			continue
		}
		return started{h, since}, true
	}
	return found, ok
}

// overdueNext marks the first stage whose time is over and tells whom it must.
func (d *draft) overdueNext() bool {
	for i := range d.cs.Stages {
		st := &d.cs.Stages[i]
		if !st.Open() || st.Overdue || st.Due.IsZero() || st.Due.After(d.Now) {
			continue
		}
		st.Overdue = true
		s, _ := d.stageOf(st.ID)
		d.entryBy("overdue", phrase.StageOverdue.With("stage", s.name(), "due", d.moment(st.Due)), "", s.clause(d.Policy))
		d.happen(st.ID+"-overdue", d.cal.In(st.Due), nil)
		d.showOverdue(s, i)
		return true
	}
	return false
}

// happen records a fact the regime can count from.
func (d *draft) happen(event string, at time.Time, fields map[string]string) {
	d.cs.Events = append(d.cs.Events, school.Happening{Event: event, At: at, By: d.By.ID, Fields: fields})
}

// nextMoment is the earliest moment at which the clock alone moves the case.
func (d *draft) nextMoment() (time.Time, bool) {
	var next time.Time
	take := func(at time.Time) {
		if at.After(d.Now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, st := range d.cs.Stages {
		if st.Open() && !st.Overdue && !st.Due.IsZero() {
			take(st.Due)
		}
	}
	for _, s := range d.ladder() {
		if at, _, ok := d.opening(s); ok {
			take(at)
		}
	}
	return next, !next.IsZero()
}

func caseTimer(id string) string { return "case:" + id }

// writeCaseTimer keeps exactly one timer for the case, at its next moment.
func (d *draft) writeCaseTimer() {
	key := caseTimer(d.cs.ID)
	at, ok := d.nextMoment()
	if d.cs.State == school.CaseIsClosed || !ok {
		if !d.caseNew {
			d.cancel(key)
		}
		return
	}
	d.timer(school.TimerCase, key, at, school.Slot{}, "")
}

// name is what people read for a stage.
func (s Stage) name() string {
	if s.Title != "" {
		return s.Title
	}
	if s.Do != "" {
		return s.Do
	}
	return s.ID
}

// clause cites where the duty stands.
func (s Stage) clause(p *Policy) string {
	return strings.TrimSpace(p.Title + " " + strings.Join(s.Source, "、"))
}

// moment writes a time as people do.
func (d *draft) moment(t time.Time) string {
	t = d.cal.In(t)
	return d.cal.DayOf(t).Name() + t.Format(" 15:04")
}
