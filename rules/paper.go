package rules

import (
	"bytes"
	"embed"
	"html/template"
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

//go:embed papers/*.html
var paperFiles embed.FS

var paperForm = template.Must(template.ParseFS(paperFiles, "papers/paper.html"))

// paper is a document of a case, ready to be drawn.
type paper struct {
	Title, Kind, School, From string
	Draft                     bool
	Rows                      []school.Field
	Parts                     []paperPart
}

type paperPart struct {
	Title string
	Rows  []school.Field
}

// Paper draws a document of the case as a printable page (A4). which is the
// document's id or its kind; of several of one kind the newest is drawn.
func Paper(f Facts, c school.Case, which string) ([]byte, error) {
	i := -1
	for j, doc := range c.Documents {
		if doc.ID == which || doc.Kind == which {
			i = j
		}
	}
	if i < 0 {
		return nil, school.NotFound("%s", phrase.NoPaper.With("which", which))
	}
	f.Sheet.Case = &c
	d := begin(f)
	if class, ok := f.School.Roster.Class(c.Class); ok {
		d.class = class
	}
	var b bytes.Buffer
	if err := paperForm.ExecuteTemplate(&b, "paper.html", d.paper(c.Documents[i])); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (d *draft) paper(doc school.Document) paper {
	p := paper{Title: doc.Title, Kind: doc.Kind, School: d.School.Name, Draft: doc.State == docDraft}
	p.From = phrase.PaperFrom.With("policy", d.Policy.Title, "version", d.cs.Version, "at", d.moment(d.Now))
	if d.matter() {
		return d.matterPaper(p, doc)
	}
	p.Rows = []school.Field{
		{K: phrase.FieldStudent.String(), V: strings.TrimSpace(d.Student.Name + " " + d.Student.Sex)},
		{K: phrase.FieldNumber.String(), V: d.Student.ID},
		{K: phrase.FieldClass.String(), V: d.class.Name},
		{K: phrase.FieldTeacher.String(), V: d.names(d.holders(school.TitleHomeroom).People)},
		{K: phrase.FieldGuardian.String(), V: d.guardians()},
	}
	if len(d.cs.Missed) > 0 {
		p.Rows = append(p.Rows, school.Field{K: phrase.FieldMissed.String(), V: d.missedText()})
	}
	p.Rows = append(p.Rows, school.Field{K: phrase.FieldReason.String(), V: d.reason()})
	if st := d.stageOfDocument(doc); st != nil {
		p.Parts = append(p.Parts, paperPart{phrase.PaperContent.String(), d.stageRows(*st)})
	}
	s, _ := d.stageOf(doc.Stage)
	if s.Drafted || doc.State == docDraft {
		p.Parts = append(p.Parts,
			paperPart{phrase.PaperContacts.String(), d.historyRows(func(e school.Entry) bool { return isContact(e) })},
			paperPart{phrase.PaperVisits.String(), d.visitRows()},
			paperPart{phrase.PaperCourse.String(), d.historyRows(func(e school.Entry) bool { return !isContact(e) })})
	}
	for _, x := range d.cs.Filings {
		p.Rows = append(p.Rows, school.Field{K: phrase.FieldFiled.String(), V: x.Body + "：" + x.Document + "（" + d.moment(x.At) + "，" + d.nameOf(x.Who) + "）"})
	}
	return p
}

// matterPaper draws a report of the school: who has reported what, and the
// tables that belong to it.
func (d *draft) matterPaper(p paper, doc school.Document) paper {
	s, _ := d.stageOf(doc.Stage)
	p.Rows = []school.Field{{K: phrase.FieldMatter.String(), V: d.title()}}
	for _, x := range d.cs.Filings {
		p.Rows = append(p.Rows, school.Field{K: phrase.FieldFiled.String(), V: x.Body + "：" + x.Document + "（" + d.moment(x.At) + "，" + d.nameOf(x.Who) + "）"})
	}
	if s.Report != nil {
		for _, l := range d.cs.Lists {
			p.Parts = append(p.Parts, paperPart{l.Title, l.Rows})
		}
		return p
	}
	for _, st := range d.cs.Stages {
		if rows := d.stageRows(st); len(rows) > 0 && !st.OpenedAt.After(doc.At) {
			rule, _ := d.stageOf(st.ID)
			p.Parts = append(p.Parts, paperPart{strings.TrimSpace(d.partName(st.Of) + " " + rule.name()), rows})
		}
	}
	return p
}

func isContact(e school.Entry) bool {
	return strings.HasPrefix(e.What, phrase.ContactWords.String()) || strings.Contains(e.What, phrase.AnswerContactResult.String()+"＝") ||
		strings.Contains(e.What, phrase.AnswerContactLog.String()+"＝") || strings.Contains(e.What, phrase.NotReached.String())
}

func (d *draft) stageOfDocument(doc school.Document) *school.Stage {
	for i := len(d.cs.Stages) - 1; i >= 0; i-- {
		st := &d.cs.Stages[i]
		if st.ID == doc.Stage && !st.OpenedAt.After(doc.At) {
			return st
		}
	}
	return nil
}

func (d *draft) stageRows(st school.Stage) []school.Field {
	s, _ := d.stageOf(st.ID)
	var rows []school.Field
	for _, r := range s.Require {
		v := phrase.NotReported.String()
		if st.Answers[r.Name] != "" {
			v = d.shownIn(r, st.Answers[r.Name])
		} else if r.Optional {
			continue
		}
		rows = append(rows, school.Field{K: r.label(), V: v})
	}
	if !st.ClosedAt.IsZero() {
		rows = append(rows, school.Field{K: phrase.FieldFilled.String(), V: d.moment(st.ClosedAt)})
	}
	return rows
}

func (d *draft) historyRows(keep func(school.Entry) bool) []school.Field {
	var rows []school.Field
	for _, e := range d.cs.History {
		if keep(e) {
			rows = append(rows, school.Field{K: d.moment(e.At), V: strings.TrimSpace(e.What) + "（" + d.nameOf(e.Who) + "）"})
		}
	}
	return rows
}

// visitRows are all visits, whatever stage asked for them.
func (d *draft) visitRows() []school.Field {
	var rows []school.Field
	for _, st := range d.cs.Stages {
		if v := st.Answers["visit-record"]; v != "" {
			at := st.ClosedAt
			if at.IsZero() {
				at = d.cs.Answers["visit-record"].At
			}
			row := school.Field{K: d.moment(at), V: v}
			if !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func (d *draft) guardians() string {
	var all []string
	for _, g := range d.School.Roster.GuardiansOf(d.Student.ID) {
		relation := ""
		for _, c := range g.Children {
			if c.Student == d.Student.ID {
				relation = c.Relation
			}
		}
		all = append(all, strings.TrimSpace(relation+" "+g.Name+" "+g.Mobile))
	}
	return strings.Join(all, "；")
}
