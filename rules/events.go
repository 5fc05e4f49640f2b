package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
)

// EventFirstMissed and the like are the events a policy can count from that
// the absence clock itself produces.
const (
	EventFirstMissed  = "first-missed-half-day" // the run's first counted half-day
	EventAbsenceDay   = "absence-day-1"         // the same moment, where the text counts 天
	EventDidNotCome   = "student-did-not-come"  // the same moment; somebody may also say it
	EventAttendance   = "attendance-event"      // the same moment, where the text speaks of 在校情况
	EventMorningCheck = "morning-check-end"     // every first session of a day the child misses
	EventLost         = "status-lost"           // the child was entered as 流失
)

// Endings of a stage that other stages count from: <stage>-done …
var stageEndings = []string{"done", "overdue", "contact-failed", refusal}

// refusal ends a stage with the family's no.
const refusal = "refusal"

// Fact is an event that a person or a calendar brings, and its Chinese name.
type Fact struct {
	Event string
	Title phrase.Phrase
}

// Facts known to every policy (seed-systems 4.2a).
var knownFacts = []Fact{
	{EventFirstMissed, phrase.EventFirstMissed},
	{EventAbsenceDay, phrase.EventAbsenceDay},
	{EventLost, phrase.EventLost},
	{"complaint-recorded", phrase.EventComplaint},
	{"dropout-sign-recorded", phrase.EventDropoutSign},
	{"dropout-intent-recorded", phrase.EventDropoutIntent},
	{"dropout-tendency-recorded", phrase.EventDropoutTendency},
	{"tip-third-party-inducement", phrase.EventThirdParty},
	{"lost-student-found", phrase.EventLostFound},
	{"loss-found", phrase.EventLossFound},
	{"loss-or-sign-recorded", phrase.EventLossOrSign},
	{"status-dropped-out", phrase.EventDroppedOut},
	{"status-停课-or-辍学", phrase.EventSuspendedOrOut},
	{"student-left", phrase.EventLeft},
	{EventDidNotCome, phrase.EventDidNotCome},
	{"left-without-transfer-papers", phrase.EventNoPapers},
	{"leave-date-of-dropout", phrase.EventLeaveDate},
	{"whereabouts-unknown-recorded", phrase.EventWhereabouts},
	{"cannot-come-recorded", phrase.EventCannotCome},
	{"delayed-entry-recorded", phrase.EventDelayedEntry},
	{"application", phrase.EventApplication},
	{"application-received", phrase.EventApplication},
	{"student-application", phrase.EventApplication},
	{EventAttendance, phrase.EventAttendance},
	{"report-begun", phrase.EventReportBegun},
	{"aid-requested", phrase.EventAid},
	{"check-finding", phrase.EventCheckFinding},
	{"data-requested", phrase.EventDataRequested},
	{"report-filed", phrase.EventReportFiled},
	{"severity-major", phrase.EventSeverityMajor},
	{"target-missed", phrase.EventTargetMissed},
	{"teacher-learns-of-exit-or-sanction", phrase.EventExitOrSanction},
	{"warning-raised", phrase.EventWarning},
	{"written-received-by-学院", phrase.EventWrittenReceived},
	{"new-student-enrolled", phrase.EventEnrolled},
	{"new_student_entry", phrase.EventNewEntry},
	{"registration-closed", phrase.EventRegistration},
	{"first-day-of-classes", phrase.EventFirstDay},
	{"term-start", phrase.EventTermStart},
	{"term-start-at-next-school", phrase.EventNextSchool},
	{"return_day", phrase.EventReturnDay},
	{EventMorningCheck, phrase.EventMorningCheck},
	{"last-parent-contact", phrase.EventLastContact},
	{"suspension-start", phrase.EventSuspension},
	{"expected-return-date", phrase.EventExpectedReturn},
	{"resumed", phrase.EventResumed},
}

// KnownFact finds a fact by its event name.
func KnownFact(event string) (Fact, bool) {
	i := slices.IndexFunc(knownFacts, func(f Fact) bool { return f.Event == event })
	if i < 0 {
		return Fact{}, false
	}
	return knownFacts[i], true
}

// singleEvents splits what a stage counts from into single events:
// "half-day-contact-failed-or-overdue" is half-day-contact-failed and
// half-day-overdue. stages are the ids that may be named; owner is the stage
// whose ending it is, "" for a fact.
func singleEvents(from string, stages []string) (events []string, owner string, ok bool) {
	if _, fact := KnownFact(from); fact {
		return []string{from}, "", true
	}
	for _, id := range stages {
		rest, found := strings.CutPrefix(from, id+"-")
		if !found || len(id) <= len(owner) {
			continue
		}
		var single []string
		for _, ending := range strings.Split(rest, "-or-") {
			if !slices.Contains(stageEndings, ending) {
				single = nil
				break
			}
			single = append(single, id+"-"+ending)
		}
		if single != nil {
			events, owner, ok = single, id, true
		}
	}
	return events, owner, ok
}
