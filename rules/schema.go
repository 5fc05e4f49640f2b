package rules

import (
	"slices"

	"guixiao/rules/school"
)

// form is how one value of a policy file may be written.
type form int

const (
	formText   form = iota // one text
	formID                 // a name without spaces
	formWord               // one of a closed list
	formTexts              // one text or a list of texts
	formWords              // a list of words of a closed list
	formFlag               // true or false
	formNumber             // a whole number, or null for a blank
	formSpan               // "3 school-day", {n, unit}, {until}, or the name of a param
	formAnswer             // a list of require names, or mappings that say more
	formMap                // name: text
	formObject             // a mapping with known keys
	formList               // a list of such mappings
	formNamed              // name: mapping with known keys
	formAny                // whatever the param needs
)

// shape lists the keys a mapping of a policy file may have. The parser checks
// by it, and configs/policy.schema.json is made from it.
type shape []key

type key struct {
	name  string
	form  form
	need  bool
	words []string // of formWord, formWords
	of    shape    // of formObject, formList, formNamed
}

func (s shape) key(name string) (key, bool) {
	for _, k := range s {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}

func (s shape) names() []string {
	out := make([]string, len(s))
	for i, k := range s {
		out[i] = k.name
	}
	return out
}

// Closed lists of words.
var (
	unitWords = []string{school.UnitMinute, school.UnitHour, school.UnitHalfDay, school.UnitSchoolDay,
		school.UnitCalendarDay, school.UnitWeek, school.UnitMonth, school.UnitTeachingWeek}
	untilWords  = []string{UntilHalfDayEnd, UntilWeekEnd, UntilMonthEnd, UntilQuarterEnd, UntilTermEnd}
	originWords = []string{"seed", "blank", "damaged", "ambiguous", "seed-unquantified", "missing", "assumed"}
	everyWords  = []string{"day", "week", "month", "quarter", "term", "school-year", "summer-holiday"}
	levelWords  = []string{school.LevelPrimary, school.LevelJunior, school.LevelNineYear, school.LevelSenior,
		school.LevelUniversity, school.LevelTraining}
	answerTypes = []string{"text", "choice", "date", "number", "file", "people", "students"}
	paramTypes  = []string{typeLength, typeText, typeFlag, typeNumber, typeShare, typeList, typeMapping}
	perWords    = []string{PerLostStudent, PerPerson, PerClass, PerGrade, PerSection, PerStudent, PerSchool}
	listWords   = []string{ListCases, ListOpen, ListLost, ListLate, ListAnonymous, ListRate, ListVisits, ListWorksheet}
	stopWords   = []string{"returned", "leave-approved", "status-change-approved"}
)

// unitSameDay keeps a clock time on the day it starts, school or no school.
const unitSameDay = "same-day"

// whenCompulsory limits an answer to children of the compulsory years.
const whenCompulsory = "compulsory"

// Types of a param.
const (
	typeLength  = "length"
	typeText    = "text"
	typeFlag    = "flag"
	typeNumber  = "number"
	typeShare   = "share"
	typeList    = "list"
	typeMapping = "mapping"
)

var (
	lengthShape = shape{{name: "n", form: formNumber, need: true}, {name: "unit", form: formText, need: true}, {name: "before", form: formID}, {name: "after", form: formID}}
	untilShape  = shape{{name: "until", form: formText, need: true}, {name: "unit", form: formWord, words: []string{unitSameDay, school.UnitSchoolDay}}}
	weekShape   = shape{{name: "week", form: formText, need: true}, {name: "day", form: formText, need: true}, {name: "reading", form: formText}}

	paramShape = shape{
		{name: "n", form: formNumber}, {name: "unit", form: formWord, words: append(slices.Clone(unitWords), unitSameDay)},
		{name: "until", form: formText}, {name: "before", form: formID}, {name: "after", form: formID}, {name: "consecutive", form: formFlag}, {name: "value", form: formAny},
		{name: "type", form: formWord, words: paramTypes}, {name: "alternatives", form: formAny},
		{name: "origin", form: formWord, words: originWords, need: true},
		{name: "must_be_set", form: formFlag}, {name: "note", form: formText},
	}
	answerShape = shape{
		{name: "label", form: formText, need: true}, {name: "type", form: formWord, words: answerTypes, need: true},
		{name: "options", form: formTexts},
	}
	requireShape = shape{
		{name: "name", form: formID, need: true}, {name: "optional", form: formFlag}, {name: "label", form: formText}, {name: "if", form: formMap},
		{name: "when", form: formWord, words: []string{whenCompulsory}}, {name: "of", form: formTexts},
	}
	raiseShape = shape{
		{name: "require", form: formID, need: true}, {name: "is", form: formText}, {name: "event", form: formID, need: true},
	}
	clockShape = shape{
		{name: "counts", form: formWord, words: []string{"absence", "unexcused-absence"}, need: true},
		{name: "day", form: formText}, {name: "first_day_counts", form: formAny},
		{name: "stop_on", form: formWords, words: stopWords},
	}
	rollcallShape = shape{
		{name: "by", form: formText, need: true}, {name: "list_to", form: formText},
		{name: "list_after", form: formSpan}, {name: "source", form: formTexts},
	}
	stageShape = shape{
		{name: "id", form: formID, need: true}, {name: "title", form: formText},
		{name: "from", form: formTexts, need: true}, {name: "when", form: formText},
		{name: "after", form: formSpan}, {name: "due", form: formSpan}, {name: "deadline", form: formSpan}, {name: "not_after", form: formSpan},
		{name: "by", form: formTexts, need: true}, {name: "do", form: formText, need: true},
		{name: "require", form: formAnswer}, {name: "reuse", form: formTexts}, {name: "fills", form: formMap},
		{name: "raises", form: formList, of: raiseShape}, {name: "notify", form: formTexts},
		{name: "notify_on", form: formWord, words: []string{NotifyOnOpen, NotifyOnAnswer}},
		{name: "outside", form: formTexts}, {name: "document", form: formText}, {name: "drafted", form: formFlag},
		{name: "optional", form: formFlag}, {name: "per", form: formWord, words: perWords}, {name: "urgent", form: formFlag},
		{name: "again", form: formFlag}, {name: "fresh", form: formFlag}, {name: "in_order", form: formFlag}, {name: "ack_within", form: formSpan}, {name: "needs_all", form: formID},
		{name: "source", form: formTexts, need: true},
	}
	dutyShape = shape{
		{name: "id", form: formID, need: true}, {name: "every", form: formText}, {name: "from", form: formText},
		{name: "open", form: formSpan}, {name: "due", form: formSpan},
		{name: "by", form: formTexts, need: true}, {name: "to", form: formTexts}, {name: "do", form: formText, need: true},
		{name: "document", form: formText}, {name: "nil_return", form: formFlag}, {name: "outside", form: formTexts},
		{name: "per", form: formWord, words: perWords}, {name: "list", form: formWords, words: listWords}, {name: "require", form: formAnswer},
		{name: "raises", form: formList, of: raiseShape}, {name: "enabled", form: formAny},
		{name: "source", form: formTexts, need: true},
	}
	stepShape = shape{
		{name: "id", form: formID, need: true}, {name: "title", form: formText}, {name: "when", form: formText},
		{name: "by", form: formTexts, need: true}, {name: "do", form: formText, need: true},
		{name: "within", form: formSpan}, {name: "deadline", form: formSpan}, {name: "require", form: formAnswer},
		{name: "decides", form: formFlag}, {name: "mode", form: formWord, words: []string{ModeAny, ModeAll}},
		{name: "beside", form: formFlag}, {name: "fresh", form: formFlag},
		{name: "from", form: formWord, words: fromWords}, {name: "every", form: formSpan}, {name: "lead", form: formSpan}, {name: "after", form: formSpan},
		{name: "before", form: formID}, {name: "asks", form: formFlag}, {name: "tells", form: formFlag}, {name: "ack_within", form: formSpan}, {name: "optional", form: formFlag},
		{name: "notify", form: formTexts}, {name: "outside", form: formTexts}, {name: "document", form: formText},
		{name: "source", form: formTexts, need: true},
	}
	flowShape = shape{
		{name: "id", form: formID, need: true}, {name: "title", form: formText, need: true}, {name: "types", form: formTexts, need: true},
		{name: "require", form: formAnswer}, {name: "document", form: formText}, {name: "steps", form: formList, of: stepShape, need: true},
		{name: "source", form: formTexts, need: true},
	}
	alertShape = shape{
		{name: "id", form: formID, need: true}, {name: "on", form: formTexts, need: true}, {name: "rule", form: formText, need: true},
		{name: "raises", form: formID}, {name: "notify", form: formTexts}, {name: "do", form: formText, need: true},
		{name: "require", form: formAnswer}, {name: "source", form: formTexts, need: true},
	}
	guardShape = shape{
		{name: "block", form: formWord, words: guardWords, need: true}, {name: "unless", form: formMap},
		{name: "say", form: formText, need: true}, {name: "notify", form: formTexts}, {name: "source", form: formTexts, need: true},
	}
	intakeShape = shape{
		{name: "id", form: formID, need: true}, {name: "by", form: formTexts, need: true},
		{name: "trigger", form: formText}, {name: "to", form: formTexts, need: true}, {name: "due", form: formSpan},
		{name: "source", form: formTexts, need: true},
	}
	leaveShape = shape{
		{name: "kinds", form: formTexts, need: true}, {name: "granted_by", form: formText, need: true},
		{name: "source", form: formTexts},
	}
	closingShape = shape{{name: "require", form: formTexts, need: true}, {name: "source", form: formTexts}}

	policyShape = shape{
		{name: "policy", form: formID, need: true}, {name: "title", form: formText, need: true},
		{name: "source", form: formText}, {name: "levels", form: formWords, words: levelWords},
		{name: "params", form: formNamed, of: paramShape}, {name: "clock", form: formObject, of: clockShape},
		{name: "rollcall", form: formObject, of: rollcallShape}, {name: "answers", form: formNamed, of: answerShape},
		{name: "stages", form: formList, of: stageShape}, {name: "recurring", form: formList, of: dutyShape},
		{name: "flows", form: formList, of: flowShape}, {name: "alerts", form: formList, of: alertShape},
		{name: "guards", form: formList, of: guardShape}, {name: "intake", form: formList, of: intakeShape},
		{name: "leave", form: formObject, of: leaveShape}, {name: "closing", form: formObject, of: closingShape},
		{name: "gaps", form: formTexts},
	}
)

// guardWords are the requests a guard can make impossible: the kinds of
// school.Request, and the refusal to let a child into the class.
var guardWords = []string{"withdrawal", "suspend", "withdraw", "transfer_out", "defer", "refuse-student"}
