package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// EventInstitution is a pause that the institution itself causes: one event,
// every learner of the classes named.
const EventInstitution = "institution-suspension"

// institutionPosts may stop the lessons of whole classes.
var institutionPosts = []string{"机构", "校区负责人", "教务", "审批人员", school.TitleAdministrator}

// MayStopLessons says whether the person may record such an event.
func MayStopLessons(s *school.School, p school.Person, ds []school.Delegation, f Facts) bool {
	d := begin(f)
	for _, role := range institutionPosts {
		for _, holder := range s.Holders(role, "", ds, f.Now).People {
			if p.Kind == school.KindStaff && (holder == p.ID || d.standsIn(p.ID, holder)) {
				return true
			}
		}
	}
	return false
}

// SeesOutcomes says whether the person leads, schedules or keeps the money of
// the institution.
func SeesOutcomes(s *school.School, p school.Person, ds []school.Delegation, f Facts) bool {
	return MayStopLessons(s, p, ds, f) || slices.Contains(s.Holders(phrase.RoleFinance.String(), "", ds, f.Now).People, p.ID)
}

// Family is one family that hears of a pause once, whichever of its children
// it is about.
type Family struct {
	Card   string   // what it holds
	First  bool     // the child whose decision sends the card
	Others []string // 学号 of the other children
	Names  string   // of all of them
}

// StopLessons is such an event for one learner of one class: the pause takes
// effect at once, and the family chooses what becomes of its money.
func StopLessons(f Facts, class string, fields map[string]string, family Family) (school.Change, error) {
	d := begin(f)
	d.family = family
	fields = cloneMap(fields)
	fields[courseName] = class
	if fields[reasonName] == "" {
		return school.Change{}, school.Invalid("%s", phrase.StopWhy.String())
	}
	a := d.newApplication(school.ApplySuspend, d.Policy.flowFor(school.ApplySuspend))
	a.Answers[sideName] = sideInstitution
	if err := d.tell(&a, d.Policy.flowFor(school.ApplySuspend), fields, nil); err != nil {
		return school.Change{}, err
	}
	if a.From == "" {
		return school.Change{}, school.Invalid("%s", phrase.ApplyNoDate.With("label", phrase.AnswerFromDate.String()))
	}
	if d.runningPause(a) >= 0 {
		return school.Change{}, school.Refused(phrase.StopAlready.With("name", d.Student.Name))
	}
	d.apps = append(d.apps, a)
	i := len(d.apps) - 1
	d.log(i, "application", phrase.StopBegun.With("who", d.nameOf(a.AskedBy), "reason", a.Answers[reasonName]), d.way(a).clause())
	d.handOn(i)
	return d.finish(), nil
}

// familyCard opens the card of a family; brothers and sisters share one.
func (d *draft) familyCard(a school.Application, s FlowStep, card school.Card) {
	if d.family.Card == "" || sideOf(a) != sideInstitution || !asks(s.Require, feeChoice) {
		d.openCard(card, sending{text: d.cardText(card)})
		return
	}
	if !d.family.First {
		return
	}
	card.Title = phrase.StopTitle.With("school", d.School.Name, "reason", strings.TrimRight(a.Answers[reasonName], "。！!."), "names", d.family.Names,
		"course", d.class.Name, "span", d.spanOf(a))
	if len(d.family.Others) > 0 {
		card.Open = &school.Question{Candidates: d.family.Others}
	}
	d.openCard(card, sending{text: d.cardText(card)})
}
