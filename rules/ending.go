package rules

import (
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// closingStage asks for what must be known before a case may close (结案).
func (d *draft) closingStage() Stage {
	s := Stage{ID: closingID, Title: phrase.ClosingTitle.String(), Do: phrase.ClosingTitle.String(), By: []string{school.TitleHomeroom},
		Due: Span{Until: school.DayEnd.String()}, Source: d.Policy.Closing.Source}
	for _, name := range d.Policy.Closing.Require {
		s.Require = append(s.Require, d.Policy.require(name))
	}
	return s
}

const closingID = "closing"

// require finds how the regime asks for an answer.
func (p *Policy) require(name string) Require {
	for _, s := range p.Stages {
		for _, r := range s.Require {
			if r.Name == name {
				r.Optional = false
				return r
			}
		}
	}
	return Require{Name: name, Label: name, Type: "text"}
}

// endRun ends the absence: every stage that stands on it closes, and all who
// were alarmed hear it.
func (d *draft) endRun(how seen, slot school.Slot) {
	why, all := phrase.EndWithdrawn.String(), phrase.ClearWithdrawn
	switch how {
	case here:
		why, all = phrase.EndHere.With("slot", d.cal.SlotName(slot)), phrase.ClearHere
	case excused:
		why, all = phrase.EndLeave.With("slot", d.cal.SlotName(slot)), phrase.ClearLeave
	}
	d.cs.Away, d.ended = false, why
	d.cs.Missed = slices.DeleteFunc(d.cs.Missed, func(m school.Missed) bool {
		mark, ok := d.slots[m.Slot]
		return ok && !mark.Counted || !ok && m.Slot.Day >= d.cal.DayOf(d.Now).Add(-sheetWindow)
	})
	if how == here {
		d.happen(eventReturned, d.Now, nil)
	}
	if l, on := d.onLeave(slot); how == excused && on && !known(d.cs.Reason) {
		d.cs.Reason = leaveWords(l)
	}
	d.entry("end", why, phrase.WhyEnd.String())
	for i := range d.cs.Stages {
		st := d.cs.Stages[i]
		s, _ := d.stageOf(st.ID)
		if st.Open() && (d.onRun(st) || how == here && s.Per == PerLostStudent) {
			d.skip(i, why)
		}
	}
	d.allClear(all.With("name", d.Student.Name, "class", d.class.Name, "slot", d.cal.SlotName(slot)), why)
	for _, c := range d.cards {
		if c.Case == d.cs.ID && c.Stage != leaveStage && c.Stage != applicationStage && (c.Kind == school.CardTold || c.Kind == school.CardStill) {
			d.settleCard(c.ID, school.CardSuperseded, why)
		}
	}
	if how == here {
		d.askForClosing()
	}
}

// askForClosing opens what is still owed before the case may close.
func (d *draft) askForClosing() {
	missing := Stage{}
	for _, r := range d.closingStage().Require {
		a, ok := d.cs.Answers[r.Name]
		if !ok || r.Name == reasonName && !known(a.Value) {
			missing.Require = append(missing.Require, r)
		}
	}
	if st := d.cs.StageNamed(closingID); len(missing.Require) == 0 || st != nil && st.Open() {
		return
	}
	s := d.closingStage()
	d.openStage(s, "", d.Now, anchor{at: d.Now, day: d.cal.DayOf(d.Now)})
	i := len(d.cs.Stages) - 1
	for _, r := range s.Require {
		if !slices.ContainsFunc(missing.Require, func(m Require) bool { return m.Name == r.Name }) {
			d.cs.Stages[i].Answers[r.Name] = d.cs.Answers[r.Name].Value
		}
	}
	d.refreshCard(s, i)
}

// shrink takes back the rungs that stood on half-days which no longer count.
func (d *draft) shrink(before int) {
	why := phrase.EndFewer.With("n", len(d.cs.Missed), "before", before)
	for i := range d.cs.Stages {
		st := d.cs.Stages[i]
		if !st.Open() && st.ClosedAt.Before(d.began()) || st.Skipped || !d.groundless(st.ID) {
			continue
		}
		s, _ := d.stageOf(st.ID)
		told := slices.Concat(st.Told, st.People)
		if st.Open() {
			d.skip(i, why)
		} else {
			d.cs.Stages[i].Skipped = true
		}
		d.correct(told, s, phrase.CorrectionStage.With("name", d.Student.Name, "class", d.class.Name, "stage", s.name(), "n", len(d.cs.Missed)), why)
		for _, c := range d.cards {
			if c.Kind == school.CardTold && c.Stage == st.ID {
				d.settleCard(c.ID, school.CardSuperseded, why)
			}
		}
	}
}

// groundless says whether the run is too short for the stage, or for the one
// it follows.
func (d *draft) groundless(id string) bool {
	for hops := 0; hops <= len(d.Policy.Stages); hops++ {
		i := slices.IndexFunc(d.Policy.Stages, func(s Stage) bool { return s.ID == id })
		if i < 0 {
			return false
		}
		first := d.Policy.starts(d.Policy.Stages[i])[0]
		if isAbsence(first) {
			at, ok := d.opensInRun(d.Policy.Stages[i])
			return !ok || at.After(d.Now)
		}
		if id, _ = d.Policy.owner(first); id == "" {
			return false
		}
	}
	return false
}

// maybeClose closes the case of a child who is back with nothing left to do,
// or leaves it watched.
func (d *draft) maybeClose() {
	if d.cs == nil || d.cs.Away || d.cs.State == school.CaseIsClosed {
		return
	}
	if _, waiting := d.nextMoment(); waiting || d.protecting() || slices.ContainsFunc(d.cs.Stages, school.Stage.Open) {
		if len(d.cs.Missed) > 0 && d.cs.State == school.CaseIsOpen {
			d.cs.State = school.CaseWatching
			d.entry("watch", phrase.CaseWatched.String(), phrase.WhyWatched.String())
		}
		return
	}
	d.cs.State, d.cs.ClosedAt = school.CaseIsClosed, d.Now
	why := d.ended
	if why == "" {
		why = phrase.WhyAllDone.String()
	}
	if known(d.cs.Reason) {
		why += phrase.WhyReason.With("reason", d.cs.Reason)
	}
	d.entry("close", phrase.CaseClosed.With("name", d.Student.Name), why)
}

func orReason(reason string) string {
	if reason == "" {
		return phrase.ReasonUnknown.String()
	}
	return reason
}
