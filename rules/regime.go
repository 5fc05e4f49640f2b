package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// RegimeSubject stands where an application names its student when it is about
// the rules of an institution itself: how they are made is an application like
// any other, through the steps of the regime's own flow (S24-24 … S24-34).
const RegimeSubject = "制度"

// EventRegime is the word of who leads an institution that a regime is to be made.
const EventRegime = "regime-begun"

// BeginRegime starts the making of a regime: views, goals, draft, review, trial,
// release.
func BeginRegime(f Facts, fields map[string]string) (school.Change, string, error) {
	if !f.Policy.orNone().flows(school.ApplyRegime) {
		return school.Change{}, "", school.Invalid("%s", phrase.UnknownRequest.With("kind", phrase.RequestRegime, "known", requestNames(applicationKinds)))
	}
	d := begin(f)
	if slices.ContainsFunc(d.apps, func(a school.Application) bool { return a.Kind == school.ApplyRegime && a.Waiting() }) {
		return school.Change{}, "", school.Refused(phrase.RegimeRunning.String())
	}
	reply, err := d.beginApplication(school.ApplyRegime, cloneMap(fields), nil, false)
	if err != nil {
		return school.Change{}, "", err
	}
	return d.finish(), reply, nil
}

// trialOf is where and when a regime is on trial, as its trial step says.
func trialOf(a school.Application) (classes []string, from, to school.Day) {
	for _, st := range a.Steps {
		if v := st.Answers["trial-classes"]; v != "" {
			classes = strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("、,， ", r) })
			from, to = school.Day(st.Answers["trial-from"]), school.Day(st.Answers["trial-to"])
		}
	}
	return classes, from, to
}

// flowFor is the way of an application; while a regime is on trial only the
// classes of the trial follow it.
func (d *draft) flowFor(kind string, fields map[string]string) Flow {
	if kind != school.ApplySuspend && kind != school.ApplyRefund {
		return d.Policy.flowFor(kind)
	}
	for _, a := range d.Running {
		classes, from, _ := trialOf(a)
		if a.Kind != school.ApplyRegime || !a.Waiting() || len(classes) == 0 {
			continue
		}
		probe := school.Application{Class: d.class.ID, Answers: map[string]string{}}
		if err := d.chooseCourse(&probe, fields); err != nil {
			return d.Policy.flowFor(kind)
		}
		course, _ := d.School.Roster.Class(probe.Class)
		if d.cal.DayOf(d.Now) < from || !slices.ContainsFunc(classes, func(c string) bool { return c == course.ID || c == course.Name }) {
			return plainFlow(kind)
		}
	}
	return d.Policy.flowFor(kind)
}

// checkTrial: the classes of a trial are classes there are, and it ends after
// it begins.
func (d *draft) checkTrial(a school.Application, s FlowStep, given map[string]string) error {
	if a.Kind != school.ApplyRegime || !asks(s.Require, "trial-classes") {
		return nil
	}
	classes, from, to := trialOf(school.Application{Steps: []school.Step{{Answers: given}}})
	for _, c := range classes {
		if !slices.ContainsFunc(d.School.Roster.Classes, func(k school.Class) bool { return k.ID == c || k.Name == c }) {
			return school.Invalid("%s", phrase.StopNoClass.With("class", c))
		}
	}
	if from == "" || to < from {
		return school.Invalid("%s", phrase.RegimeNoDates.With("from", from, "to", to))
	}
	return nil
}

// holdersFor are the people of a role for what is decided: of one class, or of
// any class where the institution itself is the subject.
func (d *draft) holdersFor(role string) []string {
	if d.Student.ID != RegimeSubject {
		return d.holders(role).People
	}
	var people []string
	for _, c := range d.School.Roster.Classes {
		if r := d.School.Holders(role, c.ID, d.Delegations, d.Now); !r.Fallback {
			for _, p := range r.People {
				if !slices.Contains(people, p) {
					people = append(people, p)
				}
			}
		}
	}
	if len(people) == 0 {
		return d.holders(role).People
	}
	return people
}
