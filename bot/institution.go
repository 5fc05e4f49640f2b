package bot

import (
	"errors"
	"slices"
	"strings"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// stopLessons is a pause the institution causes: all learners of the classes
// named in one change, one message for each family.
func (t *talk) stopLessons() error {
	if err := t.delegations(); err != nil {
		return err
	}
	if !rules.MayStopLessons(t.h.School, t.by, t.ds, rules.Facts{School: t.h.School, Policy: t.h.Policy, Now: t.now, Delegations: t.ds}) {
		return school.Forbidden(phrase.StopNotYours.With("who", phrase.StopPosts))
	}
	classes, err := t.classesSaid(t.d.Fields["classes"])
	if err != nil {
		return err
	}
	families := map[string]*rules.Family{} // by who is told
	var stopped, skipped []string
	for _, class := range classes {
		learners := t.h.School.Roster.StudentsOf(class.ID)
		t.shareFamilies(families, class, learners)
		n := 0
		for _, s := range learners {
			done, err := t.stopFor(s, class, families)
			if err != nil {
				return err
			}
			if !done {
				skipped = append(skipped, s.Name)
				continue
			}
			n++
			stopped = append(stopped, s.ID)
		}
		t.tellTeachers(class, n)
	}
	text := phrase.StopReply.With("classes", t.d.Fields["classes"], "n", len(stopped), "families", len(families))
	if len(skipped) > 0 {
		text += phrase.StopSkipped.With("names", strings.Join(skipped, "、"))
	}
	t.c.Audit = append(t.c.Audit, t.line("event", text))
	t.c.Reply = &school.Reply{OK: true, Text: text}
	return nil
}

func (t *talk) classesSaid(words string) (classes []school.Class, err error) {
	for _, w := range strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune("、,， ", r) }) {
		i := slices.IndexFunc(t.h.School.Roster.Classes, func(c school.Class) bool { return c.ID == w || c.Name == w || slices.Contains(c.Aliases, w) })
		if i < 0 {
			return nil, school.Invalid("%s", phrase.StopNoClass.With("class", w))
		}
		classes = append(classes, t.h.School.Roster.Classes[i])
	}
	if len(classes) == 0 {
		return nil, school.Invalid("%s", phrase.StopClasses.String())
	}
	return classes, nil
}

// shareFamilies finds out which learners of a class have one family.
func (t *talk) shareFamilies(families map[string]*rules.Family, class school.Class, learners []school.Student) {
	for _, s := range learners {
		who := t.toldOf(s)
		f := families[who+class.ID]
		if f == nil {
			f = &rules.Family{Card: school.ID(t.d.Key, "family", who, class.ID), First: true, Names: s.Name}
			families[who+class.ID] = f
			continue
		}
		f.Others, f.Names = append(f.Others, s.ID), f.Names+"、"+s.Name
	}
}

// toldOf is who hears of what is about a learner.
func (t *talk) toldOf(s school.Student) string {
	if gs := t.h.School.Roster.GuardiansOf(s.ID); len(gs) > 0 {
		return gs[0].ID
	}
	return s.ID
}

// stopFor stops the lessons of one learner; false when they were stopped already.
func (t *talk) stopFor(s school.Student, class school.Class, families map[string]*rules.Family) (bool, error) {
	facts, err := t.facts(s.ID)
	if err != nil {
		return false, err
	}
	f := facts[s.ID]
	if slices.ContainsFunc(t.c.Expect, func(e school.Expect) bool { return e.Student == s.ID }) {
		return false, nil // in two of the classes: the other one is recorded by itself
	}
	family := *families[t.toldOf(s)+class.ID]
	family.First = !slices.Contains(family.Others, s.ID)
	c, err := rules.StopLessons(f, class.ID, t.d.Fields, family)
	if errors.Is(err, school.ErrRefused) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	t.c.Merge(c)
	return true, nil
}

// tellTeachers tells whoever gives the lessons, once for the class.
func (t *talk) tellTeachers(class school.Class, n int) {
	told := map[string]bool{t.by.ID: true}
	for _, role := range []string{school.TitleHomeroom, school.TitleSubjectTeacher} {
		for _, p := range t.h.School.Holders(role, class.ID, t.ds, t.now).People {
			if !told[p] {
				told[p] = true
				t.tell(p, phrase.StopTeacher.With("class", class.Name, "n", n, "span", t.spanSaid(), "reason", t.d.Fields["reason"]), phrase.WhyStop.With())
			}
		}
	}
}

func (t *talk) spanSaid() string {
	from, _ := school.ParseDay(t.d.Fields["from"])
	to, _ := school.ParseDay(t.d.Fields["to"])
	return phrase.FromTo.With("from", from.Name(), "to", to.Name())
}

// pressShared lets a family's choice hold for its other children too.
func (t *talk) pressShared(card school.Card, button string) error {
	if card.Kind != school.CardApply || card.Open == nil {
		return nil
	}
	for _, id := range card.Open.Candidates {
		facts, err := t.facts(id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		c, _, err := rules.Press(facts[id], card, button, t.d.Inputs, nil)
		if _, said := school.Said(err); said {
			continue // settled for this child in another way
		}
		if err != nil {
			return err
		}
		c.Cards = slices.DeleteFunc(c.Cards, func(k school.Card) bool { return k.ID == card.ID })
		c.Notices = slices.DeleteFunc(c.Notices, func(n school.Notice) bool { return n.Card != nil && n.Card.ID == card.ID })
		t.c.Merge(c)
	}
	return nil
}

// subject is whom a decision is about: a learner, or the institution itself
// where it makes its own rules.
func (h *House) subject(id string) (school.Student, bool) {
	if id == rules.RegimeSubject && h.School.Training() {
		return school.Student{ID: id, Name: h.School.Name}, true
	}
	return h.School.Roster.Student(id)
}

// makeRegime starts the making of the institution's own regime.
func (t *talk) makeRegime() error {
	if err := t.delegations(); err != nil {
		return err
	}
	if !rules.MayStopLessons(t.h.School, t.by, t.ds, rules.Facts{School: t.h.School, Policy: t.h.Policy, Now: t.now, Delegations: t.ds}) {
		return school.Forbidden(phrase.RegimeNotYours.String())
	}
	facts, err := t.facts(rules.RegimeSubject)
	if err != nil {
		return err
	}
	c, text, err := rules.BeginRegime(facts[rules.RegimeSubject], t.d.Fields)
	if err != nil {
		return err
	}
	t.c.Merge(c)
	t.c.Reply = &school.Reply{OK: true, Text: text}
	return nil
}
