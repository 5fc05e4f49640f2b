package intent

import (
	"slices"

	"guixiao/rules/school"
)

// classOf is the class a message is about (corpus rules 3): the one named, else
// the one class of the children concerned, else the speaker's own class for
// what concerns a class; "" when it is several or none.
func (m *reading) classOf(out school.Meaning) string {
	switch out.Intent {
	case school.IntentNone, school.IntentRefuse:
		return ""
	}
	named, some := m.classesNamed()
	if !some {
		named = m.classesConcerned(out)
	}
	if !some && len(named) == 0 && len(m.who.own) == 1 && ofClass[out.Intent] {
		named = m.who.own
	}
	if len(named) != 1 {
		return ""
	}
	return m.r.classes.list[named[0]].id
}

// ofClass are the intents that concern the own class of a 班主任 when nothing
// else is said.
var ofClass = map[string]bool{school.IntentAttendance: true, school.IntentAllPresent: true, school.IntentAsk: true,
	school.IntentCorrection: true, school.IntentQuery: true}

// classesNamed are the classes the words name; some says that there were such
// words, even if they fit no class or several.
func (m *reading) classesNamed() (named []int, some bool) {
	for _, it := range m.items {
		some = some || it.kind == iClass
		switch {
		case it.kind == iClass && len(it.ids) == 1:
			named = addOnce(named, it.ids[0])
		case it.kind == iClass && it.n > 0:
			if fits := m.classesNumbered(it.n); len(fits) == 1 {
				named = addOnce(named, fits[0])
			}
		}
	}
	return named, some
}

func (m *reading) classesConcerned(out school.Meaning) []int {
	var ids []string
	for _, r := range out.Marks {
		ids = append(ids, r.Student)
	}
	for _, c := range out.Contacts {
		ids = append(ids, c.Student)
	}
	if out.Request != nil {
		ids = append(ids, out.Request.Student)
	}
	if out.Ask != nil {
		ids = append(ids, out.Ask.Candidates...)
	}
	if o := m.in.Open; o != nil {
		ids = append(ids, o.Student)
	}
	if m.who.guardian && len(m.who.kids) == 1 {
		ids = append(ids, m.r.id(m.who.kids[0]))
	}
	var classes []int
	for _, id := range ids {
		k, ok := m.r.kid(id)
		if !ok {
			continue
		}
		var of []int
		for _, p := range m.r.student(k).Places {
			if c, known := m.r.classes.byID[p.Class]; known {
				of = append(of, c)
			}
		}
		if len(of) == 1 && !slices.Contains(classes, of[0]) {
			classes = append(classes, of[0])
		}
	}
	if len(classes) == 0 && m.in.Open != nil {
		if c, ok := m.r.classes.byID[m.in.Open.Class]; ok {
			classes = []int{c}
		}
	}
	return classes
}
