package intent

import (
	"slices"

	"guixiao/rules/school"
)

// Whom a statement is about: the names in it, or who was spoken of.

// spokenOf is the child meant when nobody is named: of a guardian the own
// only child, else the child of the open question.
func (m *reading) spokenOf() []int32 {
	if m.who.guardian && len(m.who.kids) == 1 {
		return m.who.kids
	}
	if m.in.Open != nil {
		if k, ok := m.r.kid(m.in.Open.Student); ok {
			return []int32{k}
		}
		if kids := m.openKids(); len(kids) == 1 {
			return kids
		}
		return m.awayOnCard()
	}
	return nil
}

// awayOnCard is the one child the card says is not here: 他 after 写错了,是林晓.
func (m *reading) awayOnCard() []int32 {
	var away []int32
	for _, mk := range m.openMarks() {
		if k, ok := m.r.kid(mk.Student); ok && mk.Mark != school.Present && !slices.Contains(away, k) {
			away = append(away, k)
		}
	}
	if len(away) != 1 || !m.in.Open.isCard() {
		return nil
	}
	return away
}

// who2 resolves the names of a statement; what cannot be resolved is asked.
func (m *reading) who2(g *gist, s *statement) []int32 {
	list := s.kids
	if len(list) == 0 {
		list = s.owners
	}
	var found []int32
	relevant := len(s.preds) > 0 || s.except || s.only || s.subject == parents
	for _, k := range list {
		f := m.resolve(k)
		for _, id := range f.kids {
			if !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
		if f.why != "" && relevant && !s.odd && s.subject != other {
			g.ask(f.why, m.ids(f.candidates))
			m.note("ask: "+f.why, k.text)
		}
	}
	if len(found) > 0 {
		g.topic = found
	}
	return found
}

func (m *reading) ids(kids []int32) []string {
	list := make([]string, 0, len(kids))
	for _, k := range kids {
		list = append(list, m.r.id(k))
	}
	return list
}
