package bot

import (
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

var markWords = map[school.MarkKind]phrase.Phrase{
	school.Absent: phrase.MarkAbsent, school.Late: phrase.MarkLate, school.Early: phrase.MarkEarly,
	school.Sick: phrase.MarkSick, school.Personal: phrase.MarkPersonal, school.OnLeave: phrase.MarkLeave,
	school.Official: phrase.MarkOfficial, school.Truant: phrase.MarkTruant, school.Present: phrase.MarkPresent,
}

// MarkWord is the Chinese word for a mark.
func MarkWord(k school.MarkKind) string { return markWords[k].With() }

// when writes a range of sessions.
func (h *House) when(from, to school.Slot) string {
	c := h.School.Calendar
	if from == to {
		return c.SlotName(from)
	}
	return phrase.SlotRange.With("from", c.SlotName(from), "to", c.SlotName(to))
}

// name is a student's name, or the id when he has left the roster.
func (h *House) name(student string) string {
	if s, ok := h.School.Roster.Student(student); ok {
		return s.Name
	}
	return student
}

func (h *House) className(class string) string {
	if c, ok := h.School.Roster.Class(class); ok {
		return c.Name
	}
	return class
}

func cutPlatform(name string) (kind, account string, ok bool) { return strings.Cut(name, "/") }
