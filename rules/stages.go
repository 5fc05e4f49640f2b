package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// openCase begins an episode of this child.
func (d *draft) openCase(why string) {
	d.cs = &school.Case{ID: "c" + d.id("case")[:12], Student: d.Student.ID, Class: d.class.ID, Policy: d.Policy.ID, Version: d.Policy.Version,
		State: school.CaseIsOpen, OpenedAt: d.Now, Answers: map[string]school.Answer{}}
	d.caseNew = true
	d.entryBy("open", phrase.CaseOpened.With("name", d.Student.Name), "", why)
}

// openStage asks the next rung of its people.
func (d *draft) openStage(s Stage, of string, at time.Time, from anchor) {
	d.focus(s, of)
	due, err := d.dueOf(s, at, from)
	if last := d.cs.StageNamed(s.ID); s.Again && last != nil && from.run && !last.OpenedAt.Before(d.began()) {
		due = time.Time{} // asked again: as soon as it can be, no moment is written
	}
	if err == nil && !due.IsZero() && !due.After(at) {
		due, err = d.promptEnd(school.DayEnd, at) // found out late: what is asked now cannot have been due before
	}
	st := school.Stage{ID: s.ID, Of: of, OpenedAt: at, Due: due, Run: from.run, Answers: map[string]string{}, Role: strings.Join(s.By, "、")}
	var chain []string
	st.People, chain = d.askedOf(s, of)
	d.knownAnswers(s, &st, from)
	d.cs.Stages = append(d.cs.Stages, st)
	d.cs.Level++
	i := len(d.cs.Stages) - 1
	d.entryBy("stage", phrase.StageOpened.With("stage", s.name(), "who", strings.Join(chain, "；")), "", s.clause(d.Policy))
	if err != nil {
		d.cs.Stages[i].Due = time.Time{}
		d.entryBy("stage", phrase.NoDue.With("stage", s.name(), "why", sentence(err)), "", s.clause(d.Policy))
	}
	if s.Report != nil {
		d.compile(s, i, docDraft)
	}
	if s.Document != "" && s.Drafted {
		d.drawUp(s, i, school.Document{State: docDraft})
	}
	if !d.satisfied(s, d.cs.Stages[i]) && !s.compiled() {
		d.stageCard(s, i)
	}
	if s.NotifyOn == NotifyOnOpen {
		d.tellRoles(s, i, tellOpened)
	}
}

func sentence(err error) string {
	if said, ok := school.Said(err); ok {
		return said
	}
	return err.Error()
}

// knownAnswers fills in what the case knows already: facts, answers that the
// regime lets count twice, and what came with the event that opened the stage.
func (d *draft) knownAnswers(s Stage, st *school.Stage, from anchor) {
	for _, r := range s.Require {
		switch {
		case r.Known != "":
			st.Answers[r.Name] = d.knownFact(r.Known, st)
		case from.fields[r.Name] != "":
			st.Answers[r.Name] = from.fields[r.Name]
		case slices.Contains(s.Reuse, r.Name):
			if a, ok := d.cs.Answers[r.Name]; ok && (r.Name != reasonName || known(a.Value)) && d.ofThisRun(a) {
				st.Answers[r.Name] = a.Value
			}
		}
	}
}

func (d *draft) ofThisRun(a school.Answer) bool {
	return len(d.cs.Missed) == 0 || !a.At.Before(d.began())
}

// satisfied says whether every required answer is there. A stage that
// requires nothing waits for its time.
func (d *draft) satisfied(s Stage, st school.Stage) bool {
	if st.Answers[nilReturn] != "" {
		return true
	}
	asked := false
	for _, r := range s.Require {
		if !r.wanted(st.Answers) || !d.asks(r) {
			continue
		}
		asked = true
		if st.Answers[r.Name] == "" {
			return false
		}
	}
	return asked
}

// closeNext closes the first open stage that has all its answers.
func (d *draft) closeNext() bool {
	for i := range d.cs.Stages {
		s, ok := d.stageOf(d.cs.Stages[i].ID)
		if !ok || !d.cs.Stages[i].Open() {
			continue
		}
		d.focus(s, d.cs.Stages[i].Of)
		d.learn(s, &d.cs.Stages[i])
		if d.satisfied(s, d.cs.Stages[i]) {
			d.closeStage(s, i, s.ID+"-done")
			return true
		}
	}
	return false
}

// closeStage is the answered end of a stage.
func (d *draft) closeStage(s Stage, i int, event string) {
	d.cs.Stages[i].ClosedAt = d.Now
	last := !slices.ContainsFunc(d.cs.Stages, func(o school.Stage) bool { return o.ID == s.ID && o.Open() })
	if last {
		d.happen(event, d.Now, nil)
	}
	d.bridgeDown(s, i, event, last)
	d.entry("stage", phrase.StageDone.With("stage", s.name()), s.clause(d.Policy))
	d.settleCard(d.cs.Stages[i].Card, school.CardDone, phrase.CardAnswered.With("who", d.nameOf(d.By.ID), "at", d.moment(d.Now)))
	if s.Document != "" && s.Report == nil {
		d.drawUp(s, i, school.Document{State: docFinal})
	}
	d.file(s, i)
	if s.Report != nil {
		return // its answers are told together
	}
	if s.NotifyOn != NotifyOnOpen || d.cs.Stages[i].OpenedAt.Before(d.Now) {
		d.tellRoles(s, i, tellAnswered)
	}
}

// skip closes a stage because its ground is gone.
func (d *draft) skip(i int, why string) {
	s, _ := d.stageOf(d.cs.Stages[i].ID)
	d.cs.Stages[i].ClosedAt, d.cs.Stages[i].Skipped = d.Now, true
	d.entry("stage", phrase.StageSkipped.With("stage", s.name()), why)
	d.bridgeUp(s.ID + "-done")
	d.settleCard(d.cs.Stages[i].Card, school.CardSuperseded, why)
}

// file records what was sent to bodies outside: those named, or those the
// regime names.
func (d *draft) file(s Stage, i int) {
	st := d.cs.Stages[i]
	bodies := splitNames(st.Answers["sent-to"])
	if len(bodies) == 0 {
		bodies = s.Outside
	}
	if st.Answers["sent-at"] == "" {
		return
	}
	doc := s.Document
	if j := d.docOf(s.ID); j >= 0 {
		doc = d.cs.Documents[j].Title
	}
	for _, body := range bodies {
		d.cs.Filings = append(d.cs.Filings, school.Filing{Body: body, Document: doc, Who: d.By.ID, At: d.Now})
		d.entry("filing", phrase.Filed.With("body", body, "doc", doc, "at", st.Answers["sent-at"]), s.clause(d.Policy))
	}
}

// splitNames takes apart what people write as a list.
func splitNames(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",，、;；和 \n", c) })
}

// Document states.
const (
	docDraft = "draft"
	docFinal = "final"
)

func (d *draft) docOf(stage string) int {
	for i := len(d.cs.Documents) - 1; i >= 0; i-- {
		if d.cs.Documents[i].Stage == stage {
			return i
		}
	}
	return -1
}

// drawUp puts a paper on the case; a draft of the same stage becomes final. A
// paper without a file is drawn from the case whenever somebody reads it.
func (d *draft) drawUp(s Stage, i int, doc school.Document) {
	opened := d.cs.Stages[i].OpenedAt
	parts := []string{d.cs.ID, s.ID, opened.UTC().Format(time.RFC3339), "document"}
	if of := d.cs.Stages[i].Of; of != "" && s.Report == nil {
		parts = append(parts, of)
	}
	id := school.ID(parts...)
	if j := slices.IndexFunc(d.cs.Documents, func(x school.Document) bool { return x.ID == id }); j >= 0 {
		if d.cs.Documents[j].State == docFinal {
			return
		}
		d.cs.Documents[j].State, d.cs.Documents[j].At, d.cs.Documents[j].By = doc.State, d.Now, d.By.ID
		if doc.Name != "" {
			d.cs.Documents[j].Name, d.cs.Documents[j].Type = doc.Name, doc.Type
		}
		d.entry("document", phrase.DocFinal.With("doc", d.cs.Documents[j].Title), s.clause(d.Policy))
		return
	}
	doc.ID, doc.Kind, doc.Stage, doc.At, doc.By = id, s.Document, s.ID, d.Now, d.By.ID
	doc.Title = phrase.DocTitle.With("kind", s.Document, "name", d.subject(), "day", d.cal.DayOf(d.Now))
	if slices.ContainsFunc(d.cs.Documents, func(x school.Document) bool { return x.Title == doc.Title }) {
		doc.Title = phrase.DocTitle.With("kind", s.Document+"·"+s.name(), "name", d.subject(), "day", d.cal.DayOf(d.Now))
	}
	d.cs.Documents = append(d.cs.Documents, doc)
	what := phrase.DocFinal
	if doc.State == docDraft {
		what = phrase.DocDrafted
	}
	d.entry("document", what.With("doc", doc.Title), s.clause(d.Policy))
}
