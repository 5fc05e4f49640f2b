package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// planMatters sets the clocks of what begins by itself.
func (w *simulation) planMatters() {
	w.now = w.cal.In(w.cal.Opens(w.Start))
	for _, root := range Roots(w.Policy) {
		w.planRoot(root, "")
	}
}

func (w *simulation) planRoot(root string, after school.Day) {
	if next, ok := NextBeginning(w.School, w.Policy, root, after, w.now); ok {
		t := school.Timer{Key: "begin:" + root, Kind: school.TimerBegin, DueAt: next.At, Ref: root, Fields: map[string]string{"after": string(after)}}
		w.timers[t.Key] = t
	}
}

// strikeMatter fires a timer that is about the school.
func (w *simulation) strikeMatter(t school.Timer) error {
	switch {
	case t.Kind == school.TimerBegin:
		after := school.Day(t.Fields["after"])
		if b, ok := NextBeginning(w.School, w.Policy, t.Ref, after, w.now); ok {
			w.begin(b)
			w.planRoot(t.Ref, b.From)
		}
	case t.Case != "":
		c, err := Strike(w.matterFacts(t.Case, school.Person{}), t)
		if err != nil {
			return err
		}
		w.apply(c)
	default:
		b, back, ok := Alerted(w.matterFacts("", school.Person{}), t)
		if back != nil {
			w.timers[back.Key] = *back
		}
		if ok {
			w.begin(b)
		}
	}
	return nil
}

func (w *simulation) begin(b Beginning) {
	w.apply(Begin(w.matterFacts(MatterID(w.School.ID, b.Root, b.Period), school.Person{}), b))
}

// matterFacts are what a decision about a matter sees.
func (w *simulation) matterFacts(id string, by school.Person) Facts {
	f := w.facts("", by, school.Slot{})
	f.Student, f.Sheet = school.Student{}, school.Sheet{Student: id}
	if k, ok := w.matters[id]; ok {
		f.Sheet.Version, f.Sheet.Case = 1, &k
	}
	for _, card := range w.cards {
		if card.Student == "" && card.Case == id && card.State == school.CardOpen {
			f.Sheet.Cards = append(f.Sheet.Cards, card)
		}
	}
	slices.SortFunc(f.Sheet.Cards, func(a, b school.Card) int { return strings.Compare(a.ID, b.ID) })
	if w.sheet.Case != nil {
		f.Cases = append(f.Cases, *w.sheet.Case)
	}
	for _, k := range w.matters {
		f.Cases = append(f.Cases, k)
	}
	slices.SortFunc(f.Cases, func(a, b school.Case) int { return strings.Compare(a.ID, b.ID) })
	return f
}

// applyMatter keeps a matter and tells what became of it; of a stage that is
// asked class by class there is one line.
func (w *simulation) applyMatter(after school.Case, c school.Change) {
	before, was := w.matters[after.ID]
	w.matters[after.ID] = after
	old := map[string]school.Stage{}
	if was {
		for _, st := range before.Stages {
			old[stageKey(st)] = st
		}
	}
	told := map[string]bool{}
	once := func(what string, st school.Stage) bool {
		if told[what+st.ID] {
			return false
		}
		told[what+st.ID] = true
		return true
	}
	for _, st := range after.Stages {
		o, known := old[stageKey(st)]
		if !known && once(SimOpen, st) {
			w.tellOpened(&after, st)
		}
		if moved := st.Overdue != o.Overdue || st.Open() != o.Open() && known; moved && once(SimOverdue, st) {
			w.tellMoved(&after, o, st)
		}
	}
	if was {
		w.tellDocuments(&before, &after)
	} else {
		w.tellDocuments(nil, &after)
	}
	w.tellNotices(&after, c.Notices)
}

// ofSchool says whether a line of the events file is about the school.
func (w *simulation) ofSchool(name string) bool {
	return IsSchoolFact(w.Policy, name) || slices.ContainsFunc(w.Policy.schoolStages(), func(s Stage) bool { return s.ID == name })
}

// playMatter records a fact of the school, or answers a stage for every class
// that has not answered; class=703 answers for one.
func (w *simulation) playMatter(m Move) error {
	if m.Button == "" {
		b, err := SchoolFact(w.matterFacts("", w.teacher), m.Name, m.Fields)
		if err == nil {
			w.begin(b)
		}
		return err
	}
	pressed := false
	for _, card := range w.openOf(m.Name, m.Fields["class"]) {
		by, _ := w.School.Roster.Person(card.People[0])
		c, _, err := Press(w.matterFacts(card.Case, by), w.cards[card.ID], m.Button, m.Fields, nil)
		if err != nil {
			return err
		}
		w.apply(c)
		pressed = true
	}
	if !pressed {
		return school.Invalid("%s", phrase.SimNotOpen.With("stage", m.Name))
	}
	return nil
}

func (w *simulation) openOf(stage, class string) []school.Card {
	var all []school.Card
	for _, card := range w.cards {
		if card.Student == "" && card.Stage == stage && card.Kind == school.CardStage && card.State == school.CardOpen && len(card.People) > 0 &&
			(class == "" || card.Class == class) {
			all = append(all, card)
		}
	}
	slices.SortFunc(all, func(a, b school.Card) int { return strings.Compare(a.Class+a.ID, b.Class+b.ID) })
	return all
}
