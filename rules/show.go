package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// ListPolicies is one line for each policy: id, title, for whom, how many
// stages, and what must be filled in first.
func ListPolicies(policies []*Policy) string {
	rows := [][]string{{phrase.ShowID.String(), phrase.ShowTitle.String(), phrase.ShowLevels.String(), phrase.ShowStages.String(), phrase.ShowMustSet.String()}}
	for _, p := range policies {
		var levels, must []string
		for _, l := range p.Levels {
			levels = append(levels, levelName(l))
		}
		for _, q := range p.Blanks() {
			if q.MustBeSet {
				must = append(must, q.Name)
			}
		}
		rows = append(rows, []string{p.ID, p.Title, strings.Join(levels, "、"), fmt.Sprint(len(p.Stages)), strings.Join(must, "、")})
	}
	return table(rows)
}

// ShowPolicy explains a policy in words: its ladder, its settings with what is
// our own assumption, and what the text leaves open.
func ShowPolicy(p *Policy) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s 《%s》\n", p.ID, p.Title)
	if p.Source != "" {
		b.WriteString(phrase.ShowSource.With("source", p.Source) + "\n")
	}
	b.WriteString(phrase.ShowVersion.With("version", p.Version) + "\n\n" + phrase.ShowLadder.String() + "\n")
	for _, s := range p.Stages {
		b.WriteString(showStage(p, s))
	}
	for _, f := range p.Flows {
		b.WriteString(showFlow(f))
	}
	for i, d := range p.Recurring {
		if i == 0 {
			b.WriteString("\n" + phrase.ShowRecurring.String() + "\n")
		}
		b.WriteString(phrase.ShowDuty.With("id", d.ID, "do", d.Do, "by", strings.Join(d.By, "、"), "every", everyName(d.Every),
			"source", strings.Join(d.Source, "、")) + "\n")
	}
	for i, g := range p.Guards {
		if i == 0 {
			b.WriteString("\n" + phrase.ShowGuards.String() + "\n")
		}
		b.WriteString("· " + g.Say + "\n")
	}
	b.WriteString(showParams(p))
	for i, g := range p.Gaps {
		if i == 0 {
			b.WriteString("\n" + phrase.ShowGaps.String() + "\n")
		}
		b.WriteString("· " + g + "\n")
	}
	return b.String()
}

func showFlow(f Flow) string {
	var kinds []string
	for _, k := range f.Types {
		kinds = append(kinds, requestWord(k))
	}
	text := "\n" + phrase.ShowFlow.With("title", f.Title, "kinds", strings.Join(kinds, "、"), "source", strings.Join(f.Source, "、")) + "\n"
	for _, s := range f.Steps {
		text += phrase.ShowFlowStep.With("id", s.ID, "do", s.name(), "by", strings.Join(s.By, "、"), "source", strings.Join(s.Source, "、")) + "\n"
	}
	return text
}

func showStage(p *Policy, s Stage) string {
	var b strings.Builder
	b.WriteString(phrase.ShowStage.With("id", s.ID, "title", s.Title, "source", strings.Join(s.Source, "、")) + "\n")
	line := func(head phrase.Phrase, text string) {
		if text != "" {
			b.WriteString("    " + head.String() + text + "\n")
		}
	}
	line(phrase.ShowFrom, since(p, s))
	line(phrase.ShowWhen, s.When)
	line(phrase.ShowBy, strings.Join(s.By, "、"))
	var asked []string
	for _, r := range s.Require {
		name := r.Label
		if r.Optional {
			name = phrase.ShowOptional.With("name", name)
		}
		asked = append(asked, name)
	}
	line(phrase.ShowRequire, strings.Join(asked, "、"))
	line(phrase.ShowDue, dueName(s))
	if told := strings.Join(s.Notify, "、"); told != "" {
		when := phrase.ShowOnAnswer
		if s.NotifyOn == NotifyOnOpen {
			when = phrase.ShowOnOpen
		}
		line(phrase.ShowNotify, told+when.String())
	}
	line(phrase.ShowOutside, strings.Join(s.Outside, "、"))
	line(phrase.ShowDocument, s.Document)
	return b.String()
}

func dueName(s Stage) string {
	if s.Deadline != (Span{}) {
		return phrase.ShowDeadline.With("span", spanName(s.Deadline))
	}
	return spanName(s.Due)
}

func showParams(p *Policy) string {
	if len(p.Params) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n" + phrase.ShowParams.String() + "\n")
	for _, q := range p.Params {
		value := valueName(q.Value)
		if empty(q.Value) {
			value = phrase.ShowBlank.String()
			if q.MustBeSet {
				value = phrase.ShowMustBlank.String()
			}
		}
		mark := originName(q.Origin)
		if q.Set {
			mark = phrase.ShowOwn.String()
		}
		b.WriteString(phrase.ShowParam.With("name", q.Name, "value", value, "origin", mark))
		var others []string
		for _, a := range q.Alternatives {
			others = append(others, valueName(a))
		}
		if len(others) > 0 {
			b.WriteString(phrase.ShowOthers.With("values", strings.Join(others, "、")))
		}
		b.WriteString("\n")
		if q.Note != "" {
			b.WriteString("    " + q.Note + "\n")
		}
	}
	return b.String()
}

// ShowTimeline is a simulation as a table.
func ShowTimeline(lines []SimLine) string {
	rows := [][]string{{phrase.ShowAt.String(), phrase.ShowAction.String(), phrase.ShowStageHead.String(), phrase.ShowRole.String(), phrase.ShowDueHead.String(), phrase.ShowWhat.String()}}
	for _, l := range lines {
		until := ""
		if l.Due != nil {
			until = l.Due.Format("01-02 15:04")
		}
		rows = append(rows, []string{l.SchoolTime, actionName(l.Action), l.Stage, l.Role, until, strings.ReplaceAll(l.What, "\n", " ")})
	}
	return table(rows)
}

// table sets columns under each other; a Chinese character is two wide.
func table(rows [][]string) string {
	var wide []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], width(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", wide[i]-width(cell)+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func width(s string) int { return len(blank(s, len(s))) }

// named is a word of a closed list in Chinese.
func named(list map[string]phrase.Phrase, key string) string {
	if p, ok := list[key]; ok {
		return p.String()
	}
	return key
}

func levelName(l string) string {
	return named(map[string]phrase.Phrase{school.LevelPrimary: phrase.LevelPrimary, school.LevelJunior: phrase.LevelJunior,
		school.LevelNineYear: phrase.LevelNineYear, school.LevelSenior: phrase.LevelSenior,
		school.LevelUniversity: phrase.LevelUniversity, school.LevelTraining: phrase.LevelTraining}, l)
}

func actionName(a string) string {
	return named(map[string]phrase.Phrase{SimOpen: phrase.ActionOpen, SimRequire: phrase.ActionRequire, SimNotify: phrase.ActionNotify,
		SimRemind: phrase.ActionRemind, SimOverdue: phrase.ActionOverdue, SimDocument: phrase.ActionDocument,
		SimPropose: phrase.ActionPropose, SimClose: phrase.ActionClose}, a)
}

func originName(o string) string {
	return named(map[string]phrase.Phrase{"seed": phrase.OriginSeed, "blank": phrase.OriginBlank, "damaged": phrase.OriginDamaged,
		"ambiguous": phrase.OriginAmbiguous, "seed-unquantified": phrase.OriginUnquantified, "missing": phrase.OriginMissing,
		"assumed": phrase.OriginAssumed}, o)
}

func everyName(e string) string {
	return named(map[string]phrase.Phrase{"day": phrase.EveryDay, "week": phrase.EveryWeek, "month": phrase.EveryMonth,
		"quarter": phrase.EveryQuarter, "term": phrase.EveryTerm, "school-year": phrase.EveryYear, "summer-holiday": phrase.EverySummer}, e)
}

func valueName(value any) string {
	switch v := value.(type) {
	case nil:
		return phrase.ShowBlank.String()
	case Span:
		return spanName(v)
	case bool:
		if v {
			return phrase.AnswerYes.String()
		}
		return phrase.AnswerNo.String()
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = valueName(item)
		}
		return strings.Join(items, "、")
	case string:
		if slices.Contains(unitWords, v) {
			return strings.TrimPrefix(unitName(v), phrase.UnitCounter.String())
		}
		return named(map[string]phrase.Phrase{"term": phrase.EveryTerm, "month": phrase.EveryMonth, "school-year": phrase.EveryYear}, v)
	}
	return fmt.Sprint(value)
}

func unitName(u string) string {
	return named(map[string]phrase.Phrase{school.UnitMinute: phrase.UnitMinute, school.UnitHour: phrase.UnitHour,
		school.UnitHalfDay: phrase.UnitHalfDay, school.UnitSchoolDay: phrase.UnitSchoolDay,
		school.UnitCalendarDay: phrase.UnitCalendarDay, school.UnitWeek: phrase.UnitWeek, school.UnitMonth: phrase.UnitMonth}, u)
}

// spanName is a span as people say it: 3 个上课日, 当天 18:00.
func spanName(s Span) string {
	switch {
	case s.On != "":
		return s.On.Name()
	case s.Weekday > 0:
		name := phrase.SpanWeekLenient
		if s.Strict {
			name = phrase.SpanWeekStrict
		}
		return name.With("week", orBlank(s.Length.N), "day", school.WeekdayName(s.Weekday))
	case s.SameDay:
		return phrase.SpanSameDay.With("at", s.Until)
	case strings.Contains(s.Until, ":"):
		return phrase.UntilClock.With("at", s.Until)
	case s.Until != "":
		return named(map[string]phrase.Phrase{UntilHalfDayEnd: phrase.UntilHalfDay, UntilWeekEnd: phrase.SpanWeekEnd, UntilMonthEnd: phrase.UntilMonth,
			UntilQuarterEnd: phrase.UntilQuarter, UntilTermEnd: phrase.UntilTerm}, s.Until)
	case s.Length.N == 0 || s.Length.Unit == "":
		return ""
	}
	text := phrase.LengthIs.With("n", s.Length.N, "unit", unitName(s.Length.Unit))
	if s.Consecutive {
		text += phrase.LengthConsecutive.String()
	}
	if date, ok := spanDates[s.Before+s.AfterDate]; ok {
		side := phrase.SpanBefore
		if s.AfterDate != "" {
			side = phrase.SpanAfter
		}
		text = side.With("date", date, "length", text)
	}
	return text
}

// spanDates are the dates deadlines count from that the calendar gives.
var spanDates = map[string]phrase.Phrase{termEnd: phrase.DateTermEnd, entryDay: phrase.DateEntry, holidayStart: phrase.DateHoliday}

// orBlank is a number, or the blank a school has to fill in.
func orBlank(n int) string {
	if n == 0 {
		return phrase.ListBlank.String()
	}
	return strconv.Itoa(n)
}

// since says what the stage counts from, as people say it.
func since(p *Policy, s Stage) string {
	if s.From == "" {
		return ""
	}
	return strings.TrimSpace(phrase.SimSince.With("event", eventNames(p, s.From), "after", spanName(s.After)))
}

// eventNames are the events a stage counts from, whichever comes first.
func eventNames(p *Policy, from string) string {
	names := strings.Split(from, "、")
	for i, event := range names {
		names[i] = eventName(p, event)
	}
	return strings.Join(names, "、")
}

// eventName is an event as people say it.
func eventName(p *Policy, event string) string {
	if f, ok := KnownFact(event); ok {
		return f.Title.String()
	}
	var ids []string
	for _, s := range p.Stages {
		ids = append(ids, s.ID)
	}
	single, owner, ok := singleEvents(event, ids)
	if !ok {
		return event
	}
	var endings []string
	for _, e := range single {
		endings = append(endings, named(map[string]phrase.Phrase{"done": phrase.EndingDone, "overdue": phrase.EndingOverdue,
			"contact-failed": phrase.EndingNoContact, refusal: phrase.EndingRefusal}, strings.TrimPrefix(e, owner+"-")))
	}
	for _, s := range p.Stages {
		if s.ID == owner {
			owner = s.Title
		}
	}
	return phrase.EndingOf.With("stage", owner, "endings", strings.Join(endings, phrase.EndingOr.String()))
}
