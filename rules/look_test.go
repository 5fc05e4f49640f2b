package rules_test

import (
	"strings"
	"time"

	"guixiao/rules/school"
)

// card is the open card of a stage that the person holds.
func (w *world) card(person, stage string) school.Card {
	w.t.Helper()
	c, ok := w.find(person, stage, school.CardStage)
	if !ok {
		c, ok = w.find(person, stage, school.CardApply)
	}
	if !ok {
		w.t.Fatalf("%s: %s has no open card %s; open: %s", w.now.Format(time.DateTime), person, stage, w.openCards())
	}
	return c
}

func (w *world) find(person, stage, kind string) (school.Card, bool) {
	for _, c := range w.cards {
		for _, p := range c.People {
			if p == person && c.State == school.CardOpen && c.Kind == kind && (stage == "" || c.Stage == stage) {
				return c, true
			}
		}
	}
	return school.Card{}, false
}

func (w *world) ofKind(person, kind string) school.Card {
	w.t.Helper()
	c, ok := w.find(person, "", kind)
	if !ok {
		w.t.Fatalf("%s: %s has no open card of kind %s; open: %s", w.now.Format(time.DateTime), person, kind, w.openCards())
	}
	return c
}

func (w *world) openCards() string {
	var all []string
	for _, c := range w.cards {
		if c.State == school.CardOpen {
			all = append(all, strings.Join(c.People, "+")+" "+c.Kind+" "+c.Stage)
		}
	}
	return strings.Join(all, "; ")
}

// wantCard checks that CARD(person, stage) exists with that due time.
func (w *world) wantCard(person, stage, due string) {
	w.t.Helper()
	c := w.card(person, stage)
	got := ""
	if c.Due != nil {
		got = w.school.Calendar.In(*c.Due).Format("2006-01-02 15:04")
	}
	if got != due {
		w.t.Errorf("%s: card %s of %s is due %q, want %q", w.now.Format(time.DateTime), stage, person, got, due)
	}
}

func (w *world) noCard(person, stage string) {
	w.t.Helper()
	if c, ok := w.find(person, stage, school.CardStage); ok {
		w.t.Errorf("%s: %s must not have a card %s yet: %s", w.now.Format(time.DateTime), person, stage, c.Title)
	}
}

// heard are the new messages a person got at the present moment, updates left out.
func (w *world) heard(person, stage string) []school.Notice {
	var all []school.Notice
	for _, n := range w.notices {
		if n.To == person && n.Act == school.NoticeSend && n.At.Equal(w.now) && (stage == "" || n.Stage == stage) {
			all = append(all, n)
		}
	}
	return all
}

// wantMsg checks that MSG(person, stage) left now and says all of the words.
func (w *world) wantMsg(person, stage string, words ...string) school.Notice {
	w.t.Helper()
	all := w.heard(person, stage)
	for _, n := range all {
		if !strings.Contains(said(n), "") {
			continue
		}
		missing := false
		for _, word := range words {
			missing = missing || !strings.Contains(said(n), word)
		}
		if !missing {
			return n
		}
	}
	w.t.Fatalf("%s: %s did not hear of %s with %v; heard: %s", w.now.Format(time.DateTime), person, stage, words, texts(all))
	return school.Notice{}
}

// said is everything a message shows.
func said(n school.Notice) string {
	text := n.Text
	if n.Card != nil {
		text += " " + n.Card.Title + " " + n.Card.Result
		for _, f := range n.Card.Fields {
			text += " " + f.K + "：" + f.V
		}
	}
	return text
}

func texts(all []school.Notice) string {
	var lines []string
	for _, n := range all {
		lines = append(lines, "["+n.Stage+"] "+n.Text)
	}
	return strings.Join(lines, " | ")
}

// never checks that the person has heard nothing of the child, ever.
func (w *world) never(person string) {
	w.t.Helper()
	for _, n := range w.notices {
		if n.To == person {
			w.t.Errorf("%s: %s must not hear of it, but got: %s", w.now.Format(time.DateTime), person, n.Text)
		}
	}
}

// quiet checks that the person hears nothing new at this moment.
func (w *world) quiet(person string) {
	w.t.Helper()
	if all := w.heard(person, ""); len(all) > 0 {
		w.t.Errorf("%s: %s must not hear anything now: %s", w.now.Format(time.DateTime), person, texts(all))
	}
}

// open is the child's running case.
func (w *world) open(student string) school.Case {
	w.t.Helper()
	k := w.sheets[student].Case
	if k == nil {
		w.t.Fatalf("%s: %s has no open case", w.now.Format(time.DateTime), student)
	}
	return *k
}

func (w *world) noCase(student string) {
	w.t.Helper()
	if k := w.sheets[student].Case; k != nil {
		w.t.Errorf("%s: %s must not have a case", w.now.Format(time.DateTime), student)
	}
}

func (w *world) stage(student, id string) school.Stage {
	w.t.Helper()
	k := w.sheets[student].Case
	if k == nil {
		k = &w.past[len(w.past)-1]
	}
	st := k.StageNamed(id)
	if st == nil {
		w.t.Fatalf("%s: stage %s has not opened", w.now.Format(time.DateTime), id)
	}
	return *st
}

// refused checks that something was refused with these words and changed nothing.
func (w *world) refused(err error, words ...string) {
	w.t.Helper()
	text, ok := school.Said(err)
	if !ok {
		w.t.Fatalf("%s: not refused politely: %v", w.now.Format(time.DateTime), err)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.t.Errorf("the refusal %q does not say %q", text, word)
		}
	}
}
