package rules

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// A matter (校务) is what a regime asks of the school and not about one child:
// a report every month, a count on the day the new children come, a finding
// of a check. It is a case without a child, one for each period, decided by
// the same rules; a stage can be asked of many, class by class.

// matter says whether this decision is about the school and not about a child.
func (d *draft) matter() bool { return d.Student.ID == "" }

// schoolStages are the stages and duties that are not about one child.
func (p *Policy) schoolStages() []Stage {
	all := make([]Stage, 0, len(p.Stages)+len(p.Recurring)+len(p.Alerts))
	for _, s := range p.Stages {
		if s.OfSchool() {
			all = append(all, s)
		}
	}
	for i := range p.Recurring {
		if d := &p.Recurring[i]; d.Per != PerLostStudent && d.runs() {
			all = append(all, d.stage())
		}
	}
	for _, a := range p.Alerts {
		all = append(all, a.stage())
	}
	return all
}

// childStages are the stages about one child.
func (p *Policy) childStages() []Stage {
	return slices.DeleteFunc(slices.Clone(p.Stages), Stage.OfSchool)
}

// runs says whether the duty is switched on and nothing it needs is blank.
func (d *Duty) runs() bool { return d.Enabled && (d.From != "" || d.Every != "") }

// stage is the duty as one rung of the ladder of its matter.
func (d *Duty) stage() Stage {
	s := Stage{ID: d.ID, Title: d.Do, Do: d.Do, From: d.ID, Starts: []string{d.ID}, Due: d.Due, By: d.By, Require: d.Require, Raises: d.Raises,
		Notify: d.To, NotifyOn: NotifyOnAnswer, Outside: d.Outside, Document: d.Document, Per: d.Per, Source: d.Source, Report: d}
	if d.From != "" {
		s.From, s.Starts = d.From, []string{d.From}
	}
	if s.Per == "" {
		s.Per = perOf(d.By)
	}
	if s.Due == (Span{}) && d.From == "" {
		s.Due = Span{Until: endOf[d.Every]}
	}
	return s
}

// endOf is when a duty is due whose regime names only its period; what comes
// once a school year is due by the end of its first month.
var endOf = map[string]string{"day": school.DayEnd.String(), "week": UntilWeekEnd, "month": UntilMonthEnd, "quarter": UntilQuarterEnd, "term": UntilTermEnd,
	"school-year": UntilMonthEnd, "summer-holiday": UntilMonthEnd}

// perOf is of whom a duty is asked when the policy does not say: the class
// teacher's is asked class by class.
func perOf(by []string) string {
	switch strings.Join(by, "、") {
	case school.TitleHomeroom:
		return PerClass
	case school.TitleYearHead, "年级":
		return PerGrade
	case "学部", "各学部":
		return PerSection
	case pupils:
		return PerStudent
	}
	return PerSchool
}

// pupils is the word of the regimes for those who answer for themselves.
const pupils = "学生"

// compiled says that nobody is asked: the program puts the report together
// when it is due.
func (s Stage) compiled() bool { return s.Report != nil && len(s.Require) == 0 && !s.Report.NilReturn }

// parts lists of whom a stage is asked one by one.
func (d *draft) parts(s Stage, from anchor) []string {
	var all []string
	add := func(of string) {
		if of != "" && !slices.Contains(all, of) {
			all = append(all, of)
		}
	}
	if s.Per == PerPerson {
		for _, role := range s.By {
			for _, p := range d.holders(role).People {
				add(p)
			}
		}
	}
	for _, c := range d.School.Roster.Classes {
		if scope := from.fields[scopeField]; scope != "" && scope != "all" && scope != school.WholeSchool && !c.Within(scope) || len(d.School.Roster.Members(c.ID)) == 0 {
			continue
		}
		switch s.Per {
		case PerClass:
			add(c.ID)
		case PerGrade:
			add(c.Grade)
		case PerSection:
			add(c.Stage)
		case PerStudent:
			for _, st := range d.School.Roster.StudentsOf(c.ID) {
				add(st.ID)
			}
		}
	}
	if len(all) == 0 {
		return []string{""}
	}
	return all
}

// scopeField limits a day of the calendar to a grade or class.
const scopeField = "scope"

// focus turns to one part of a matter: its class decides who holds a post.
func (d *draft) focus(s Stage, of string) {
	d.part = of
	if !d.matter() {
		return
	}
	d.class = school.Class{}
	for _, c := range d.School.Roster.Classes {
		if s.Per == PerClass && c.ID == of || s.Per == PerGrade && c.Grade == of || s.Per == PerSection && c.Stage == of {
			d.class = c
			return
		}
	}
	if st, ok := d.School.Roster.Student(of); ok && s.Per == PerStudent {
		d.class, _ = d.School.Roster.Class(st.Class())
	}
}

// partName is a part as people call it.
func (d *draft) partName(of string) string {
	if c, ok := d.School.Roster.Class(of); ok {
		return c.Name
	}
	if p, ok := d.School.Roster.Person(of); ok {
		return p.Name
	}
	if st, ok := d.School.Roster.Student(of); ok {
		return st.Name
	}
	return of
}

// subject is what a title is about: the child, or the part and period of a matter.
func (d *draft) subject() string {
	if !d.matter() {
		return d.Student.Name
	}
	return strings.TrimSpace(d.partName(d.part) + " " + d.cs.Period)
}

// whom is the subject with the class in front of a child's name.
func (d *draft) whom() string {
	if d.matter() {
		return d.subject()
	}
	return strings.TrimSpace(d.class.Name + " " + d.Student.Name)
}

// askedOf is who is asked for a stage, and how they were found.
func (d *draft) askedOf(s Stage, of string) (people, chain []string) {
	if s.Per == PerPerson || s.Per == PerStudent {
		return []string{of}, []string{d.partName(of)}
	}
	for _, role := range s.By {
		for _, p := range d.namedIn(role) {
			if !slices.Contains(people, p) {
				people, chain = append(people, p), append(chain, d.nameOf(p))
			}
		}
		if strings.HasPrefix(role, answeredBy) {
			continue
		}
		r := d.holders(role)
		chain = append(chain, strings.Join(r.Chain, "→"))
		for _, p := range r.People {
			if !slices.Contains(people, p) {
				people = append(people, p)
			}
		}
	}
	return people, chain
}

// answeredBy before the name of an answer lets a stage be asked of whoever
// was named there: answer:owner.
const answeredBy = "answer:"

// named are the people an earlier answer names; the school when it names nobody.
func (d *draft) namedIn(role string) []string {
	name, ok := strings.CutPrefix(role, answeredBy)
	if !ok {
		return nil
	}
	people := d.staffNamed(d.cs.Answers[name].Value)
	if len(people) == 0 {
		return d.holders(theSchool).People
	}
	return people
}

// staffNamed finds the staff a text names, by number or by name.
func (d *draft) staffNamed(text string) []string {
	var people []string
	for _, word := range splitNames(text) {
		for _, st := range d.School.Roster.Staff {
			if (st.ID == word || st.Name == word) && !slices.Contains(people, st.ID) {
				people = append(people, st.ID)
			}
		}
	}
	return people
}

// title is what a matter is called in its file.
func (d *draft) title() string {
	for _, s := range d.ladder() {
		if slices.Contains(d.Policy.starts(s), d.cs.Root) {
			return s.name() + " " + d.cs.Period
		}
	}
	return eventTitle(d.cs.Root) + " " + d.cs.Period
}
