package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// gatherNext puts a report together when everybody has answered, and at the
// deadline with those who have not.
func (d *draft) gatherNext() bool {
	if !d.matter() {
		return false
	}
	for _, s := range d.ladder() {
		if s.Report == nil {
			continue
		}
		how := d.standOf(s)
		done, was := d.cs.Happened(s.ID + gathered)
		if how == "" || was && (done.Fields[howField] == how || done.Fields[howField] == howAll) {
			continue
		}
		d.gather(s, how)
		return true
	}
	return false
}

const gathered, howField = "-gathered", "how"

// How complete a report is.
const (
	howAll = "all"
	howDue = "due"
)

func (d *draft) standOf(s Stage) string {
	asked, open, late := 0, 0, 0
	for _, st := range d.cs.Stages {
		if st.ID != s.ID {
			continue
		}
		asked++
		if st.Open() {
			open++
		}
		if st.Open() && st.Overdue {
			late++
		}
	}
	switch {
	case asked > 0 && open == 0:
		return howAll
	case late > 0 && late == open:
		return howDue
	}
	return ""
}

// gather draws the report up and gives it to whom it is for.
func (d *draft) gather(s Stage, how string) {
	d.focus(Stage{}, "")
	i := slices.IndexFunc(d.cs.Stages, func(st school.Stage) bool { return st.ID == s.ID })
	d.cs.Events = append(d.cs.Events, school.Happening{Event: s.ID + gathered, At: d.Now, Fields: map[string]string{howField: how}})
	state := docFinal
	if how == howDue {
		state = docDraft
	}
	d.compile(s, i, state)
	var fields []school.Field
	for _, l := range d.cs.Lists {
		fields = append(fields, l.Rows...)
	}
	for _, role := range s.Notify {
		r := d.holders(role)
		people := slices.DeleteFunc(slices.Clone(r.People), func(p string) bool { return d.told["gather"+s.ID+p] })
		if len(people) == 0 {
			continue
		}
		for _, p := range people {
			d.told["gather"+s.ID+p] = true
		}
		card := school.Card{ID: d.id("card", s.ID, "gathered", role, how), Kind: school.CardTold, Stage: s.ID, Role: role, People: people, Why: d.why(s, role, r),
			Title: phrase.GatheredTitle.With("what", d.title()), Fields: fields,
			Buttons: []school.Button{{Key: buttonAck, Text: phrase.ButtonAck.String(), Style: "primary", Act: school.ActAck}}}
		if how == howDue {
			card.Title = phrase.GatheredLate.With("what", d.title())
		}
		d.openCard(card, sending{text: d.cardText(card)})
		d.entryBy("notice", phrase.Told.With("role", role, "who", d.names(people), "stage", s.name()), "", s.clause(d.Policy))
	}
}

// compile puts together what the program knows for a report and keeps the
// paper up to date.
func (d *draft) compile(s Stage, i int, state string) {
	part, class := d.part, d.class
	d.part, d.class = "", school.Class{}
	d.cs.Lists = append([]school.List{d.answered(s)}, d.lists(s.Report.Lists)...)
	if s.Document != "" {
		d.drawUp(s, i, school.Document{State: state})
	}
	d.part, d.class = part, class
}

// answered lists who has reported what, and who has not.
func (d *draft) answered(s Stage) school.List {
	l := school.List{Title: d.title()}
	var missing, none []string
	var rows []school.Field
	for _, st := range d.cs.Stages {
		if st.ID != s.ID || len(s.Require) == 0 && !s.nilReturn() {
			continue
		}
		name := d.partName(st.Of)
		switch {
		case st.Answers[nilReturn] != "":
			none = append(none, name)
		case st.Open():
			missing = append(missing, name)
		}
		var told []string
		for _, r := range s.Require {
			if v := st.Answers[r.Name]; v != "" {
				told = append(told, r.label()+"："+d.shownIn(r, v))
			}
		}
		if len(told) > 0 {
			if name == "" {
				name = d.names(st.People)
			}
			rows = append(rows, school.Field{K: name, V: strings.Join(told, "；")})
		}
	}
	add := func(k phrase.Phrase, names []string) {
		names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
		if len(names) > 0 {
			l.Rows = append(l.Rows, school.Field{K: k.String(), V: strings.Join(names, "、")})
		}
	}
	add(phrase.ReportMissing, missing)
	add(phrase.ReportNil, none)
	l.Rows = append(l.Rows, rows...)
	return l
}

// shownIn is an answer as people read it, children by their names.
func (d *draft) shownIn(r Require, v string) string {
	if r.Type != "students" {
		return d.shown(r, v)
	}
	var names []string
	for _, id := range splitNames(v) {
		names = append(names, d.partName(id))
	}
	return strings.Join(names, "、")
}

// matterFacts are the first lines of a card about a matter.
func (d *draft) matterFacts(s Stage) []school.Field {
	f := []school.Field{{K: phrase.FieldMatter.String(), V: d.title()}}
	if d.part != "" {
		f = append(f, school.Field{K: phrase.FieldPart.String(), V: d.partName(d.part)})
	}
	if s.Report != nil {
		for _, l := range d.lists(s.Report.Lists) {
			f = append(f, l.Rows...)
		}
	}
	for _, st := range d.cs.Stages { // what the stages before have found
		before, ok := d.stageOf(st.ID)
		if !ok || st.Open() || st.ID == s.ID || before.Report != nil {
			continue
		}
		for _, r := range before.Require {
			if v := st.Answers[r.Name]; v != "" && len(f) < 40 {
				f = append(f, school.Field{K: strings.TrimSpace(d.partName(st.Of) + " " + r.label()), V: d.shownIn(r, v)})
			}
		}
	}
	if text := d.cs.Events[0].Fields[alertText]; text != "" {
		f = append(f, school.Field{K: phrase.FieldPart.String(), V: text})
	}
	if s.Do != "" {
		f = append(f, school.Field{K: phrase.FieldDo.String(), V: s.Do})
	}
	return f
}
