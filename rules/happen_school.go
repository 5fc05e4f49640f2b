package rules

import (
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// IsSchoolFact says whether a stage of the school counts from the event, so
// that it can be recorded without a child.
func IsSchoolFact(p *Policy, event string) bool {
	p = p.orNone()
	_, ending := p.owner(event)
	return !ending && counts(p.schoolStages(), event, p)
}

// SchoolFact is a fact from a form that is not about one child: a day of the
// calendar (fields: date, scope), a finding, a target that was missed.
func SchoolFact(f Facts, event string, fields map[string]string) (Beginning, error) {
	if f.By.Kind != school.KindStaff {
		return Beginning{}, school.Forbidden(phrase.StaffRecord.String())
	}
	return begin(f).dated(event, fields)
}

// SchoolFactNoted is what the person reads.
func SchoolFactNoted(event string) string { return phrase.EventNoted.With("event", eventTitle(event)) }
