package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Actions of a timeline.
const (
	SimOpen     = "open"
	SimRequire  = "require"
	SimNotify   = "notify"
	SimRemind   = "remind"
	SimOverdue  = "overdue"
	SimDocument = "document"
	SimPropose  = "propose"
	SimClose    = "close"
)

// tell writes the lines of one decision in the order people think of it: what
// has ended or is late, what opens because of it, the papers, and who hears.
func (w *simulation) tell(before, after *school.Case, c school.Change) {
	if after == nil {
		w.tellNotices(nil, c.Notices)
		return
	}
	old := map[string]school.Stage{}
	if before != nil && before.ID == after.ID {
		for _, st := range before.Stages {
			old[stageKey(st)] = st
		}
	} else {
		before = nil
	}
	var opened []school.Stage
	for _, st := range after.Stages {
		was, known := old[stageKey(st)]
		if !known {
			opened = append(opened, st)
			continue
		}
		w.tellMoved(after, was, st)
	}
	for _, st := range opened {
		w.tellOpened(after, st)
		w.tellMoved(after, school.Stage{}, st)
	}
	w.tellDocuments(before, after)
	w.tellNotices(after, c.Notices)
	if after.State == school.CaseIsClosed && (before == nil || before.State != school.CaseIsClosed) {
		w.line(after, SimLine{Action: SimClose, What: phrase.SimCaseClosed.String(), Why: lastWhy(after)})
	}
}

// tellMoved says that a stage is late or has ended.
func (w *simulation) tellMoved(k *school.Case, was, st school.Stage) {
	if st.Overdue && !was.Overdue {
		w.line(k, SimLine{Stage: st.ID, Action: SimOverdue, Role: st.Role, What: phrase.SimOverdue.With("stage", w.title(st.ID)), Due: w.due(st)})
	}
	if st.Open() || !was.Open() {
		return
	}
	l := SimLine{Stage: st.ID, Action: SimClose, Role: st.Role, What: phrase.SimDone.With("stage", w.title(st.ID))}
	if st.Skipped {
		l.What, l.Why = phrase.SimSkipped.With("stage", w.title(st.ID)), lastWhy(k)
	}
	w.line(k, l)
}

func lastWhy(k *school.Case) string {
	if n := len(k.History); n > 0 {
		return k.History[n-1].Why
	}
	return ""
}

func stageKey(st school.Stage) string { return st.ID + st.Of + "@" + st.OpenedAt.UTC().String() }

func (w *simulation) due(st school.Stage) *time.Time {
	if st.Due.IsZero() {
		return nil
	}
	at := w.cal.In(st.Due)
	return &at
}

func (w *simulation) tellOpened(k *school.Case, st school.Stage) {
	s, _ := w.rule(st.ID)
	w.line(k, SimLine{Stage: st.ID, Action: SimOpen, Role: st.Role, What: w.title(st.ID), Due: w.due(st), Why: since(w.Policy, s)})
	var asked []string
	for _, r := range s.Require {
		if !r.Optional && st.Answers[r.Name] == "" {
			asked = append(asked, r.Label)
		}
	}
	if card, ok := w.cards[st.Card]; ok && len(asked) > 0 {
		w.line(k, SimLine{Stage: st.ID, Action: SimRequire, Role: st.Role, What: strings.Join(asked, "、"), Due: w.due(st), Why: card.Why})
	}
	if len(s.Outside) > 0 {
		w.line(k, SimLine{Stage: st.ID, Action: SimPropose, Role: st.Role, What: phrase.SimOutside.With("body", strings.Join(s.Outside, "、")),
			Due: w.due(st), Why: since(w.Policy, s)})
	}
}

func (w *simulation) tellDocuments(before, after *school.Case) {
	for _, d := range after.Documents {
		was := before != nil && slices.ContainsFunc(before.Documents, func(o school.Document) bool { return o.ID == d.ID && o.State == d.State })
		if !was {
			what := phrase.SimDocument
			if d.State == docDraft {
				what = phrase.SimDraft
			}
			w.line(after, SimLine{Stage: d.Stage, Action: SimDocument, What: what.With("title", d.Title)})
		}
	}
}

// tellNotices writes one line for each role that is told something. Cards that
// ask for a stage's answers are told with the stage.
func (w *simulation) tellNotices(k *school.Case, notices []school.Notice) {
	seen := map[string]bool{}
	for _, n := range notices {
		if n.Act != school.NoticeSend || n.Card != nil && n.Card.Kind == school.CardStage {
			continue
		}
		action, role := SimNotify, n.Role
		if s, ok := w.rule(n.Stage); ok && n.Card == nil && slices.Contains(s.By, role) {
			action = SimRemind
		}
		if n.Kind == school.NoticeParent {
			role = phrase.SimGuardian.String()
		}
		if role == "" {
			role = w.roleOf(n.To)
		}
		what := n.Text
		if what == "" && n.Card != nil {
			what = n.Card.Title
		}
		if key := action + role + n.Stage + what; !seen[key] {
			seen[key] = true
			w.line(k, SimLine{Stage: n.Stage, Action: action, Role: role, What: what, Why: n.Why})
		}
	}
}

func (w *simulation) roleOf(person string) string {
	if p, ok := w.School.Roster.Person(person); ok && len(p.Posts) > 0 {
		return p.Posts[0].Title
	}
	return ""
}

func (w *simulation) title(id string) string {
	if s, ok := w.rule(id); ok {
		return s.Title
	}
	return id
}

// line adds one line at the present moment.
func (w *simulation) line(k *school.Case, l SimLine) {
	l.At, l.SchoolTime = w.now, w.schoolTime(k)
	if s, ok := w.rule(l.Stage); ok {
		l.Source = strings.Join(s.Source, "、")
	}
	w.lines = append(w.lines, l)
}

// schoolTime is 3月9日（周一）08:20，第1个半天.
func (w *simulation) schoolTime(k *school.Case) string {
	text := w.cal.DayOf(w.now).Name() + w.now.Format("15:04")
	if k != nil && len(k.Missed) > 0 {
		text += phrase.SimHalfDays.With("n", len(k.Missed))
	}
	return text
}
