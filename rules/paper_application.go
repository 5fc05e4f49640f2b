package rules

import (
	"bytes"
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// ApplicationPaper draws a paper of an application as a printable page (A4):
// the form, the decision, the settlement, the notice, the checklist. which is
// the document's id.
func ApplicationPaper(f Facts, a school.Application, which string) ([]byte, error) {
	i := slices.IndexFunc(a.Documents, func(doc school.Document) bool { return doc.ID == which })
	if i < 0 {
		return nil, school.NotFound("%s", phrase.NoPaper.With("which", which))
	}
	doc := a.Documents[i]
	d := begin(f)
	defer d.inCourse(a)()
	flow := d.way(a)
	p := paper{Title: doc.Title, Kind: doc.Kind, School: d.School.Name, Draft: doc.State == docDraft,
		From: phrase.PaperFrom.With("policy", d.Policy.Title, "version", a.Version, "at", d.moment(d.Now))}
	p.Rows = append([]school.Field{{K: phrase.FieldNumber.String(), V: a.ID}, {K: phrase.FieldFilled.String(), V: d.moment(a.AskedAt)}}, d.factsOf(a, flow)...)
	for _, st := range a.Steps[1:] {
		s := flow.step(st)
		if st.ID != doc.Stage && doc.Stage != stepApply || st.State == school.StepWaits || st.State == school.StepSkipped {
			continue
		}
		part := paperPart{Title: s.name()}
		for _, r := range s.Require {
			if v := st.Answers[r.Name]; v != "" && r.Type != "file" {
				part.Rows = append(part.Rows, school.Field{K: r.label(), V: v})
			}
		}
		for _, v := range st.Votes {
			part.Rows = append(part.Rows, school.Field{K: VerdictName(v.Verdict), V: strings.TrimSpace(d.nameOf(v.By) + " " + d.moment(v.At) + " " + v.Note)})
		}
		if len(part.Rows) > 0 {
			p.Parts = append(p.Parts, part)
		}
	}
	if s := settlementOf(a); s.ConfirmedBy != "" && doc.Stage != stepApply {
		p.Rows = append(p.Rows, school.Field{K: phrase.FieldConfirmed.String(), V: d.nameOf(s.ConfirmedBy)})
	}
	var b bytes.Buffer
	if err := paperForm.ExecuteTemplate(&b, "paper.html", p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
