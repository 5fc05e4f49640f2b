package intent

import (
	"guixiao/rules/school"
)

// nobodySupposed: every child is who the words say.
const nobodySupposed = int32(-1)

// waiting are the marks that the answer to the question will complete, with
// Student "" where the child is what is asked.
func (m *reading) waiting(out school.Meaning) []school.MarkRange {
	switch out.Ask.Why {
	case school.AskAmbiguousName, school.AskUnknownName:
		return m.supposing(out)
	case school.AskMissingName, school.AskCountMismatch:
		if slot, ok := m.r.cal.Current(m.in.Now); ok && m.saysAbsent() {
			return []school.MarkRange{{Mark: school.Absent, From: slot, To: slot}}
		}
	case school.AskMissingKind:
		return m.kindOpen(out)
	}
	return nil
}

// supposing reads the message as if the child in doubt were a certain one: its
// marks are what waits, whoever the child will turn out to be.
func (m *reading) supposing(out school.Meaning) []school.MarkRange {
	kid := nobodySupposed
	for _, id := range out.Ask.Candidates {
		if k, ok := m.r.kid(id); ok && kid == nobodySupposed {
			kid = k
		}
	}
	if kid == nobodySupposed {
		kid = m.stranger(out)
	}
	if kid == nobodySupposed {
		return nil
	}
	id := m.r.id(kid)
	var wait []school.MarkRange
	for _, r := range m.r.read(m.in, kid).Marks {
		if r.Student == id {
			r.Student, r.Name = "", ""
			wait = append(wait, r)
		}
	}
	return wait
}

// stranger is a child the message says nothing certain of, to stand in for a
// name that fits nobody.
func (m *reading) stranger(out school.Meaning) int32 {
	said := map[string]bool{}
	for _, r := range out.Marks {
		said[r.Student] = true
	}
	for k := range m.r.size() {
		if !said[m.r.id(int32(k))] {
			return int32(k)
		}
	}
	return nobodySupposed
}

func (m *reading) saysAbsent() bool {
	for i := range m.stmts {
		if m.stmts[i].has(wAbsent) {
			return true
		}
	}
	return false
}

// kindOpen is a child named and nothing said of it.
func (m *reading) kindOpen(out school.Meaning) []school.MarkRange {
	slot, ok := m.r.cal.Current(m.in.Now)
	if !ok || len(out.Marks) > 0 {
		return nil
	}
	var wait []school.MarkRange
	for _, it := range m.items {
		if it.kind != iKid {
			continue
		}
		for _, k := range m.resolve(it.kid).kids {
			s := m.r.student(k)
			wait = append(wait, school.MarkRange{Student: s.ID, Name: s.Name, From: slot, To: slot})
		}
	}
	return wait
}
