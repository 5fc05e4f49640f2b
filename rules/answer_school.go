package rules

import (
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// nilReturn is the answer that there was nothing to report.
const nilReturn = "nil-return"

func (s Stage) nilReturn() bool { return s.Report != nil && s.Report.NilReturn }

// returnNil is a report that nothing happened (零报告).
func (d *draft) returnNil(s Stage, i int) (string, error) {
	d.cs.Stages[i].Answers[nilReturn] = phrase.AnswerYes.String()
	d.entry("answer", phrase.Answered.With("stage", s.name(), "label", d.partName(d.part), "value", phrase.ButtonNil.String()), s.clause(d.Policy))
	return phrase.SubmitReply.With("stage", s.name()), nil
}

// followed says whether a stage of this ladder counts from the event.
func (d *draft) followed(event string) bool {
	return slices.ContainsFunc(d.ladder(), func(s Stage) bool { return slices.Contains(d.Policy.starts(s), event) })
}

// holdsOne says whether a person holds one of these posts for the class.
func (d *draft) holdsOne(person string, posts []string) bool {
	return slices.ContainsFunc(posts, func(role string) bool {
		r := d.holders(role)
		return !r.Fallback && slices.Contains(r.People, person)
	})
}

// leaders are the posts that count as 校领导 wherever a regime asks for one.
var leaders = []string{"校长", "主管副校长", "副校长", "主管主任", "德育主任", "教务主任"}

// studentsNamed reads a list of children of this class, or of the school where
// no class is meant; it keeps their numbers. Nobody is guessed.
func (d *draft) studentsNamed(r Require, text string) (string, error) {
	if slices.Contains(nobodyWords, text) {
		return phrase.Nobody.String(), nil
	}
	var ids []string
	for _, word := range splitNames(text) {
		var found []school.Student
		for _, c := range d.School.Roster.Classes {
			if d.class.ID != "" && c.ID != d.class.ID {
				continue
			}
			for _, st := range d.School.Roster.StudentsOf(c.ID) {
				if st.ID == word || st.Name == word {
					found = append(found, st)
				}
			}
		}
		if len(found) != 1 {
			return "", school.Invalid("%s", phrase.AnswerWho.With("label", r.label(), "name", word, "n", len(found)))
		}
		if !slices.Contains(ids, found[0].ID) {
			ids = append(ids, found[0].ID)
		}
	}
	return strings.Join(ids, "、"), nil
}

var nobodyWords = []string{"无", "没有", "零", "0", "全到", "全部到校"}

// acknowledged lets 收到 answer a stage that asks for it.
func (d *draft) acknowledged(card school.Card) {
	if d.cs == nil {
		return
	}
	for i := range d.cs.Stages {
		st := &d.cs.Stages[i]
		s, ok := d.stageOf(st.ID)
		if !ok || st.ID != card.Stage || !st.Open() {
			continue
		}
		for _, r := range s.Require {
			if r.Name == ackName || r.Name == ackName+"-"+card.Role {
				st.Answers[r.Name] = phrase.CardAcked.With("who", d.By.Name, "at", d.moment(d.Now))
			}
		}
	}
}

// ackName is the answer that 收到 gives; ack-学院 is that of one role.
const ackName = "ack"

// allOf refuses a report while the stage it collects is not done for every
// child concerned, or when it counts another number of them; it names them.
func (d *draft) allOf(s Stage, given map[string]string) error {
	if s.NeedsAll == "" {
		return nil
	}
	var all, open []string
	for _, k := range d.Cases {
		class, _ := d.School.Roster.Class(k.Class)
		st := k.StageNamed(s.NeedsAll)
		if st == nil || st.Skipped || d.class.ID != "" && class.Grade != d.class.Grade {
			continue
		}
		name := strings.TrimSpace(class.Name + " " + d.partName(k.Student))
		all = append(all, name)
		if st.Open() {
			open = append(open, name)
		}
	}
	if len(open) > 0 {
		return school.Refused(phrase.NotAllDone.With("stage", d.stageTitle(s.NeedsAll), "names", strings.Join(open, "、")))
	}
	for _, r := range s.Require {
		if n, err := strconv.Atoi(given[r.Name]); r.Type == "number" && err == nil && n != len(all) {
			return school.Refused(phrase.CountWrong.With("label", r.label(), "n", n, "all", len(all), "names", orDash(strings.Join(all, "、"))))
		}
	}
	return nil
}

func (d *draft) stageTitle(id string) string {
	for _, s := range d.Policy.Stages {
		if s.ID == id {
			return s.name()
		}
	}
	return id
}

// mayAnswer refuses somebody who answered an earlier stage where the regime
// wants another pair of eyes.
func (d *draft) mayAnswer(s Stage) error {
	if !s.Fresh {
		return nil
	}
	for _, a := range d.cs.Answers {
		if a.By == d.By.ID && a.Stage != s.ID {
			return school.Refused(phrase.AnswerNotFresh.With("stage", d.stageTitle(a.Stage)))
		}
	}
	return nil
}
