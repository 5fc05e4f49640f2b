package rules

import (
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

var wordOfMark = map[school.MarkKind]phrase.Phrase{
	school.Absent: phrase.MarkAbsent, school.Late: phrase.MarkLate, school.Early: phrase.MarkEarly,
	school.Sick: phrase.MarkSick, school.Personal: phrase.MarkPersonal, school.OnLeave: phrase.MarkLeave,
	school.Official: phrase.MarkOfficial, school.Truant: phrase.MarkTruant, school.Present: phrase.MarkPresent,
}

func markWord(k school.MarkKind) string { return wordOfMark[k].String() }
