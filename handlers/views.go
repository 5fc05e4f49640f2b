package handlers

import (
	"cmp"
	"time"

	"guixiao/rules/school"
)

// The JSON of the demo API (design 3.6). Times are RFC 3339 with the school's
// offset, a zero time is null, and lists are never null.

type caseView struct {
	ID        string         `json:"id"`
	Student   string         `json:"student"`
	Policy    string         `json:"policy"`
	State     string         `json:"state"`
	Level     int            `json:"level"`
	OpenedAt  *time.Time     `json:"opened_at"`
	ClosedAt  *time.Time     `json:"closed_at"`
	Reason    string         `json:"reason"`
	HalfDays  int            `json:"half_days"`
	Stages    []stageView    `json:"stages"`
	Documents []documentView `json:"documents"`
	Filings   []filingView   `json:"filings"`
	History   []entryView    `json:"history"`
}

type stageView struct {
	ID       string            `json:"id"`
	OpenedAt *time.Time        `json:"opened_at"`
	Due      *time.Time        `json:"due"`
	ClosedAt *time.Time        `json:"closed_at"`
	Overdue  bool              `json:"overdue"`
	Answers  map[string]string `json:"answers"`
}

type documentView struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	URL   string `json:"url"`
	State string `json:"state"`
}

type filingView struct {
	Body     string     `json:"body"`
	Document string     `json:"document"`
	Who      string     `json:"who"`
	At       *time.Time `json:"at"`
}

type entryView struct {
	At   *time.Time `json:"at"`
	What string     `json:"what"`
	Who  string     `json:"who"`
	Why  string     `json:"why"`
}

type lineView struct {
	At     *time.Time `json:"at"`
	Who    string     `json:"who"`
	What   string     `json:"what"`
	Detail string     `json:"detail"`
	Policy string     `json:"policy"`
	Why    string     `json:"why"`
}

type requestView struct {
	ID        string         `json:"id"`
	Kind      string         `json:"kind"`
	State     string         `json:"state"`
	Student   string         `json:"student"`
	From      string         `json:"from"`
	To        string         `json:"to"`
	Steps     []stepView     `json:"steps"`
	Sheet     map[string]any `json:"sheet"`
	Documents []documentView `json:"documents"`
}

type stepView struct {
	Post  string     `json:"post"`
	Who   string     `json:"who"`
	State string     `json:"state"`
	At    *time.Time `json:"at"`
	Note  string     `json:"note"`
}

// views writes nouns as JSON in one time zone.
type views struct{ zone *time.Location }

func (v views) at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(v.zone).Truncate(time.Second)
	return &t
}

func (v views) cases(cases []school.Case) []caseView {
	out := make([]caseView, 0, len(cases))
	for _, c := range cases {
		out = append(out, v.oneCase(c))
	}
	return out
}

func (v views) oneCase(c school.Case) caseView {
	w := caseView{
		ID: c.ID, Student: c.Student, Policy: c.Policy, State: string(c.State), Level: c.Level,
		OpenedAt: v.at(c.OpenedAt), ClosedAt: v.at(c.ClosedAt), Reason: c.Reason, HalfDays: len(c.Missed),
		Stages: []stageView{}, Documents: v.documents(c.ID, c.Documents), Filings: []filingView{}, History: []entryView{},
	}
	for _, s := range c.Stages {
		answers := s.Answers
		if answers == nil {
			answers = map[string]string{}
		}
		w.Stages = append(w.Stages, stageView{s.ID, v.at(s.OpenedAt), v.at(s.Due), v.at(s.ClosedAt), s.Overdue, answers})
	}
	for _, f := range c.Filings {
		w.Filings = append(w.Filings, filingView{f.Body, f.Document, f.Who, v.at(f.At)})
	}
	for _, h := range c.History {
		w.History = append(w.History, entryView{v.at(h.At), h.What, h.Who, h.Why})
	}
	return w
}

func (v views) requests(requests []DemoRequest) []requestView {
	out := make([]requestView, 0, len(requests))
	for _, r := range requests {
		w := requestView{
			ID: r.ID, Kind: r.Kind, State: r.State, Student: r.Student, From: r.From, To: r.To,
			Steps: []stepView{}, Sheet: r.Sheet, Documents: v.papers(r),
		}
		if w.Sheet == nil {
			w.Sheet = map[string]any{}
		}
		for _, s := range r.Steps {
			w.Steps = append(w.Steps, stepView{s.Post, s.Who, s.State, v.at(s.At), s.Note})
		}
		out = append(out, w)
	}
	return out
}

func (v views) documents(caseID string, docs []school.Document) []documentView {
	out := make([]documentView, 0, len(docs))
	for _, d := range docs {
		out = append(out, documentView{d.Kind, d.Title, documentURL(cmp.Or(caseID, d.Case), d.ID), d.State})
	}
	return out
}

// papers are those of an application; a leave has none.
func (v views) papers(r DemoRequest) []documentView {
	out := make([]documentView, 0, len(r.Documents))
	for _, d := range r.Documents {
		out = append(out, documentView{d.Kind, d.Title, "/documents/" + d.ID + "?application=" + r.ID, d.State})
	}
	return out
}

// documentURL is where a paper is read; a paper of a case names it, because
// it may have to be drawn from it.
func documentURL(caseID, document string) string {
	if caseID == "" {
		return "/documents/" + document
	}
	return "/documents/" + document + "?case=" + caseID
}

func (v views) lines(lines []school.Line) []lineView {
	out := make([]lineView, 0, len(lines))
	for _, l := range lines {
		out = append(out, lineView{v.at(l.At), l.Who, l.What, l.Detail, l.Policy, l.Why})
	}
	return out
}
