package rules

import (
	"maps"
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
	for d.cs != nil && d.cs.State != school.CaseIsClosed && (d.openNext() || d.closeNext() || d.lapseNext() || d.overdueNext() || d.gatherNext()) {
	}
}

func (d *draft) openNext() bool {
	for _, s := range d.ladder() {
		at, from, ok := d.opening(s)
		if ok && !at.After(d.Now) {
			for _, of := range d.parts(s, from) {
				d.openStage(s, of, d.nominal(at), from)
			}
			return true
		}
	}
	return false
}

// lapseNext ends the first stage whose condition holds no longer.
func (d *draft) lapseNext() bool {
	for i, st := range d.cs.Stages {
		s, ok := d.stageOf(st.ID)
		if !ok || !st.Open() || s.when == nil {
			continue
		}
		if holds, err := s.holds(d.view()); err == nil && !holds {
			d.focus(s, st.Of)
			d.skip(i, phrase.StageLapsed.String())
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
// owed for a lost child, and what is asked before closing; of a matter of the
// school the stages and duties that are not about one child.
func (d *draft) ladder() []Stage {
	if d.matter() {
		return d.Policy.schoolStages()
	}
	return slices.Concat(d.Policy.childStages(), d.lostStages())
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
	own := func(id string) bool {
		return slices.ContainsFunc(stageEndings, func(ending string) bool { return event == id+"-"+ending })
	}
	for _, s := range p.Stages {
		if own(s.ID) {
			return s.ID, true
		}
	}
	for _, d := range p.Recurring {
		if own(d.ID) {
			return d.ID, true
		}
	}
	return "", false
}

// ofAbsence says whether a stage can stand on nothing but the absence run,
// itself or through the stage it follows; it ends with the run.
func (p *Policy) ofAbsence(id string) bool {
	for hops := 0; hops <= len(p.Stages); hops++ {
		i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id })
		if i < 0 {
			return false
		}
		starts := p.starts(p.Stages[i])
		if !slices.ContainsFunc(starts, func(e string) bool { return !isAbsence(e) }) {
			return true
		}
		before, ok := p.owner(starts[0])
		if !ok {
			return false
		}
		id = before
	}
	return false
}

// ownerHere is the stage of this ladder whose ending an event is. The ending of
// a stage elsewhere – of the matter for a child, of a child for the matter – is
// a fact that is handed over.
func (d *draft) ownerHere(event string) (string, bool) {
	owner, own := d.Policy.owner(event)
	return owner, own && slices.ContainsFunc(d.ladder(), func(s Stage) bool { return s.ID == owner })
}

// onRun says whether an opened stage ends with the present absence.
func (d *draft) onRun(st school.Stage) bool { return st.Run || d.Policy.ofAbsence(st.ID) }

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
	if holds, err := s.holds(d.view()); err == nil && !holds {
		return at, from, false
	}
	return at, from, true
}

// openingOf is the earliest of the openings that the events a stage counts
// from give it.
func (d *draft) openingOf(s Stage) (first time.Time, from anchor, found bool) {
	if s.Per == PerLostStudent {
		return d.lostOpening(s)
	}
	var facts []string
	seen := map[string]bool{}
	for _, event := range d.Policy.starts(s) {
		var at time.Time
		var a anchor
		var ok bool
		owner, own := d.ownerHere(event)
		switch {
		case isAbsence(event):
			at, a, ok = d.runOpening(s, event)
		case own && !seen[owner]:
			seen[owner] = true
			at, a, ok = d.followOpening(s, owner)
		case !own:
			facts = append(facts, event)
			continue
		}
		if ok && (!found || at.Before(first)) {
			first, from, found = at, a, true
		}
	}
	if h, ok := d.happening(facts, time.Time{}, false); ok && !d.openedSince(s.ID, h.since, true) {
		a := anchor{at: h.At, day: d.cal.DayOf(h.At), fields: h.Fields}
		at, err := d.afterEvent(s, h.At)
		if early, is := d.opensEarly(s, a); is {
			at, err = d.cs.OpenedAt, nil
			if !early {
				err = school.ErrInvalid
			}
		}
		if err == nil && (!found || at.Before(first)) {
			first, from, found = at, a, true
		}
	}
	return first, from, found
}

// runOpening is when the present absence opens a stage.
func (d *draft) runOpening(s Stage, event string) (time.Time, anchor, bool) {
	if !d.cs.Away || len(d.cs.Missed) == 0 {
		return time.Time{}, anchor{}, false
	}
	if event == EventMorningCheck {
		at, ok := d.lastMorning()
		return at, d.runAnchor(), ok && !d.openedSince(s.ID, at, false)
	}
	at, ok := d.opensInRun(s)
	if !ok {
		return time.Time{}, anchor{}, false
	}
	if last := d.cs.StageNamed(s.ID); s.Again && last != nil && !last.Open() && !last.Skipped && !last.OpenedAt.Before(d.began()) {
		return d.cal.In(last.ClosedAt), d.runAnchor(), true
	}
	return at, d.runAnchor(), !d.openedSince(s.ID, d.began(), false)
}

// lastMorning is when the newest first session of a day that the child missed
// was counted.
func (d *draft) lastMorning() (time.Time, bool) {
	first := d.cal.Sessions()[0].ID
	for i := len(d.cs.Missed) - 1; i >= 0; i-- {
		if m := d.cs.Missed[i]; m.Slot.Session == first {
			return d.cal.In(m.At), true
		}
	}
	return time.Time{}, false
}

// followOpening is when the endings of another stage open a stage.
func (d *draft) followOpening(s Stage, owner string) (time.Time, anchor, bool) {
	before := d.cs.StageNamed(owner)
	if before == nil || before.Skipped || d.onRun(*before) && (!d.cs.Away || before.OpenedAt.Before(d.began())) {
		return time.Time{}, anchor{}, false
	}
	endings := slices.DeleteFunc(slices.Clone(d.Policy.starts(s)), func(e string) bool { o, own := d.Policy.owner(e); return !own || o != owner })
	h, ok := d.happening(endings, before.OpenedAt, true)
	if !ok || d.openedSince(s.ID, h.since, true) {
		return time.Time{}, anchor{}, false
	}
	at, err := d.afterEvent(s, h.At)
	return at, anchor{at: h.At, day: d.cal.DayOf(h.At), fields: h.Fields, run: before.Run || d.Policy.ofAbsence(owner)}, err == nil
}

func (d *draft) afterEvent(s Stage, from time.Time) (time.Time, error) {
	if n := s.After.Length.N; s.After.Length.Unit == school.UnitHalfDay && d.matter() && n <= len(d.cal.Sessions()) {
		return d.cal.At(d.cal.DayOf(from), d.cal.Sessions()[max(n, 1)-1].ReportBy), nil // new children come before the term begins, too
	}
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
		s, _ := d.stageOf(st.ID)
		d.focus(s, st.Of)
		if s.compiled() {
			d.closeStage(s, i, s.ID+"-done")
			return true
		}
		st.Overdue = true
		d.entryBy("overdue", phrase.StageOverdue.With("stage", s.name(), "due", d.moment(st.Due)), "", s.clause(d.Policy))
		d.happen(st.ID+"-overdue", d.cal.In(st.Due), nil)
		d.showOverdue(s, i)
		return true
	}
	return false
}

// happen records a fact the regime can count from.
func (d *draft) happen(event string, at time.Time, fields map[string]string) {
	d.cs.Events = append(d.cs.Events, school.Happening{Event: event, At: at, By: d.By.ID, Fields: maps.Clone(fields)})
	d.bridgeUp(event)
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
