package rules

import (
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// stage asks those an alert is for what they do about it.
func (a Alert) stage() Stage {
	return Stage{ID: a.ID, Title: a.Do, Do: a.Do, From: a.ID, Starts: []string{a.ID}, Due: Span{Until: school.DayEnd.String()}, By: a.Notify,
		Require: a.Require, NotifyOn: NotifyOnAnswer, Per: PerSchool, Urgent: true, Source: a.Source}
}

// IsAlert finds an alert by its id.
func (p *Policy) alert(id string) (Alert, bool) {
	i := slices.IndexFunc(p.orNone().Alerts, func(a Alert) bool { return a.ID == id })
	if i < 0 {
		return Alert{}, false
	}
	return p.Alerts[i], true
}

// Alerted says which matter a fact of a child begins: an alert when its limit
// is crossed, or a stage of the school that counts from the fact. The second
// result is the fact handed back to the child's case, if there is one.
func Alerted(f Facts, t school.Timer) (b Beginning, back *school.Timer, ok bool) {
	day := f.School.Calendar.DayOf(f.Now)
	p := f.Policy.orNone()
	a, isAlert := p.alert(t.Ref)
	if !isAlert {
		return Beginning{Root: t.Ref, Period: string(day) + "/" + t.Fields[studentField], From: day, To: day, At: f.Now, Fields: t.Fields}, nil,
			counts(p.schoolStages(), t.Ref, p)
	}
	d := begin(f)
	lost := d.lostFor(a, t.Fields[classField])
	all := f.School.Roster.Size()
	text, period := "", string(day)
	switch {
	case a.Limit > 0 && float64(lost) > a.Limit*float64(all):
		text = phrase.AlertRate.With("n", lost, "all", all, "rate", percent(lost, all), "limit", percent(int(a.Limit*100000), 100000))
	case a.Count > 0 && lost >= a.Count:
		text = phrase.AlertCount.With("within", a.Within, "n", lost, "limit", a.Count)
	default:
		return Beginning{}, nil, false
	}
	if a.Of == classField {
		period += "/" + t.Fields[classField]
	}
	if a.Raises != "" {
		back = &school.Timer{School: f.School.ID, Kind: school.TimerFact, DueAt: f.Now, Student: t.Fields[studentField], Ref: a.Raises,
			Key: "fact:" + school.ID(f.Event, t.Fields[studentField], a.Raises)}
	}
	return Beginning{Root: a.ID, Period: period, From: day, To: day, At: f.Now, Fields: map[string]string{alertText: text}}, back, len(a.Require) > 0
}

// alertText is what an alert has counted, kept with its matter.
const alertText = "text"

// lostFor counts the children an alert looks at.
func (d *draft) lostFor(a Alert, class string) int {
	since := d.Now.AddDate(0, 0, -a.Within)
	children := map[string]bool{}
	for _, k := range d.Cases {
		if k.Student == "" || a.Of == classField && k.Class != class {
			continue
		}
		room, _ := d.School.Roster.Class(k.Class)
		for _, h := range k.Events {
			if slices.Contains(a.On, h.Event) && (a.Count == 0 || !h.At.Before(since)) && countsAsLoss(room, h.Fields) {
				children[k.Student] = true
			}
		}
	}
	return len(children)
}
