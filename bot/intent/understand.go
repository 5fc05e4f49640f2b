package intent

import (
	"slices"

	"guixiao/rules/school"
)

// understand decides what the message is (corpus rules 3): the first that fits.
func (m *reading) understand() school.Meaning {
	g := m.gather()
	marks := m.marks(g)
	return m.report(g, marks)
}

// report is a message that tells who is here and who is not.
func (m *reading) report(g *gist, marks []school.MarkRange) school.Meaning {
	out := school.Meaning{Marks: marks}
	away := map[string]bool{}
	for _, mk := range marks {
		if mk.Mark.Missing() || mk.Mark.Excused() {
			if k := key(mk.From); !m.clock.current.before(k) && !key(mk.To).before(m.clock.current) {
				away[mk.Student] = true
			}
		}
	}
	unsure := 0
	for _, a := range g.asks {
		if a.Why == school.AskAmbiguousName || a.Why == school.AskUnknownName {
			unsure++
		}
	}
	out.RestPresent = m.settle(g, len(away), len(away)+unsure)
	out.Ask = firstAsk(g.asks)
	switch {
	case len(marks) > 0:
		out.Intent = school.IntentAttendance
	case out.RestPresent && out.Ask == nil:
		out.Intent = school.IntentAllPresent
	case out.Ask != nil:
		out.Intent = school.IntentAsk
	default:
		out.Intent = school.IntentNone
	}
	return out
}

var askOrder = []string{school.AskAmbiguousName, school.AskUnknownName, school.AskCountMismatch, school.AskMissingName,
	school.AskMissingKind, school.AskMissingDates, school.AskConfirm}

// firstAsk is the one question to ask; questions of the same kind are put together.
func firstAsk(asks []school.Ask) *school.Ask {
	for _, why := range askOrder {
		var found *school.Ask
		for _, a := range asks {
			if a.Why != why {
				continue
			}
			if found == nil {
				found = &school.Ask{Why: why, Candidates: []string{}}
			}
			for _, c := range a.Candidates {
				if !slices.Contains(found.Candidates, c) {
					found.Candidates = append(found.Candidates, c)
				}
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// finish fills what must never be missing.
func (m *reading) finish(out school.Meaning) school.Meaning {
	if out.Marks == nil {
		out.Marks = []school.MarkRange{}
	}
	if out.Contacts == nil {
		out.Contacts = []school.Contact{}
	}
	if out.Voids == nil {
		out.Voids = []school.MarkRange{}
	}
	if out.Flags == nil {
		out.Flags = []string{}
	}
	out.Trace = m.trace
	return out
}
