package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Answers of the lost-student ledger (流失学生台账).
const (
	destination   = "destination"
	nextCheckDate = "next-check-date"
	nextCheck     = "next-check" // the stage that asks again on that day
)

// lostStages are the duties owed for a child entered as 流失: tracking once a
// term, and asking again where the child is on the day that was set.
func (d *draft) lostStages() []Stage {
	var all []Stage
	for _, duty := range d.Policy.Recurring {
		if duty.Per != PerLostStudent {
			continue
		}
		all = append(all,
			Stage{ID: duty.ID, Title: duty.Do, Do: duty.Do, From: EventLost, Due: duty.Due, By: duty.By, Require: duty.Require,
				Notify: duty.To, Document: duty.Document, Per: PerLostStudent, Source: duty.Source},
			Stage{ID: nextCheck, Title: phrase.NextCheck.String(), Do: phrase.NextCheck.String(), From: EventLost,
				Due: Span{Until: school.DayEnd.String()}, By: duty.By, Per: PerLostStudent, Source: duty.Source,
				Require: pick(duty.Require, destination, nextCheckDate)})
	}
	return all
}

func pick(all []Require, names ...string) []Require {
	var some []Require
	for _, r := range all {
		if slices.Contains(names, r.Name) {
			some = append(some, r)
		}
	}
	return some
}

// lostOpening is when a duty for a lost child is next owed.
func (d *draft) lostOpening(s Stage) (time.Time, anchor, bool) {
	h, ok := d.lostSince()
	if !ok || d.backSince(h.At) {
		return time.Time{}, anchor{}, false
	}
	at := h.At
	last := d.cs.StageNamed(s.ID)
	switch {
	case last != nil && last.Open():
		return time.Time{}, anchor{}, false
	case s.ID == nextCheck:
		a := d.cs.Answers[nextCheckDate]
		day, err := school.ParseDay(a.Value)
		if err != nil || d.openedSince(s.ID, a.At, true) {
			return time.Time{}, anchor{}, false
		}
		at = d.cal.At(day, d.cal.Sessions()[0].Start)
	case last != nil && !last.OpenedAt.Before(h.At):
		if at, ok = d.owedAgain(s, last.OpenedAt); !ok {
			return time.Time{}, anchor{}, false
		}
	}
	return at, anchor{at: at, day: d.cal.DayOf(at)}, true
}

// lostSince is the newest fact by which the child is lost.
func (d *draft) lostSince() (school.Happening, bool) {
	for i := len(d.cs.Events) - 1; i >= 0; i-- {
		if slices.Contains(lossEvents, d.cs.Events[i].Event) {
			return d.cs.Events[i], true
		}
	}
	return school.Happening{}, false
}

// owedAgain is the beginning of the next period of a duty for a lost child.
func (d *draft) owedAgain(s Stage, last time.Time) (time.Time, bool) {
	every := "term"
	for _, duty := range d.Policy.Recurring {
		if duty.ID == s.ID && duty.Every != "" {
			every = duty.Every
		}
	}
	morning := d.cal.Sessions()[0].Start
	if every == "term" || every == "school-year" {
		term, ok := d.cal.TermAfter(d.cal.DayOf(last))
		return d.cal.At(term.From, morning), ok
	}
	b, ok := d.period(every, d.cal.DayOf(last))
	if !ok {
		return time.Time{}, false
	}
	first, err := d.cal.AddSchoolDays(b.To.Add(1), 0)
	return d.cal.At(first, morning), err == nil
}

func (d *draft) backSince(t time.Time) bool {
	return slices.ContainsFunc(d.cs.Events, func(h school.Happening) bool {
		return h.Event == eventReturned && !h.At.Before(t)
	})
}

// lost enters the child in the ledger of lost students. Where the child went
// may not stay empty; not known needs why and when it is asked again.
func (d *draft) lost(fields map[string]string) (string, error) {
	where := strings.TrimSpace(fields[destination])
	check := fields[nextCheckDate]
	if check == "" {
		check = fields[nextCheck]
	}
	if where == "" {
		return "", school.Invalid("%s", phrase.LostNoPlace.String())
	}
	if unknownPlace(where) {
		day, err := school.ParseDay(check)
		if err != nil || day <= d.cal.DayOf(d.Now) {
			return "", school.Invalid("%s", phrase.LostNoCheck.With("day", d.cal.DayOf(d.Now).Add(14)))
		}
	} else if check != "" {
		if _, err := school.ParseDay(check); err != nil {
			return "", err
		}
	}
	d.ensureCase(phrase.EventNoted.With("event", eventTitle(EventLost)))
	d.answer(destination, where, "")
	if check != "" {
		d.answer(nextCheckDate, check, "")
	}
	d.happen(EventLost, d.Now, fields)
	d.entry("status", phrase.LostEntered.With("where", where, "check", orDash(check)), phrase.WhyLost.String())
	return phrase.LostReply.With("name", d.Student.Name), nil
}

func unknownPlace(where string) bool {
	switch strings.ToLower(where) {
	case "unknown", "未知", "不明", "不详", "去向不明", "不知道", "下落不明":
		return true
	}
	return false
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
