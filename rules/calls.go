package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Alarm is one message by which a guardian would have heard of an absence: the
// key of the notice, and whose it is.
type Alarm struct{ Key, Guardian string }

// Alarms lists the messages about a mark, in the order in which the guardians
// are tried.
func Alarms(s *school.School, m school.Mark) []Alarm {
	var all []Alarm
	card := alarmCard(s, m)
	for i, g := range s.Roster.GuardiansOf(m.Student) {
		if i > 0 {
			card = school.PassedOn(card, g.ID)
		}
		all = append(all, Alarm{school.CardKey(card, g.ID), g.ID})
	}
	return all
}

// Unheard says whether every way to tell the family of an absence has failed:
// messages were tried, none left and none is on its way.
func Unheard(s *school.School, m school.Mark, sendings []school.Sending) bool {
	if !m.Told || m.Pending || !m.Kind.Missing() {
		return false
	}
	failed := false
	for _, a := range Alarms(s, m) {
		for _, x := range sendings {
			if x.Notice.Key != a.Key {
				continue
			}
			if x.State != school.SendingFailed {
				return false
			}
			failed = true
		}
	}
	return failed
}

// Buttons and the input of a call list.
const (
	ButtonReached   = "reached"
	ButtonNoAnswer  = "no-answer"
	inputWhom       = "whom"
	callNoAnswer    = "no"
	callReached     = "yes"
	callListMinutes = 15 // how often the list is looked at again while somebody is on it
)

// call is one line of a call list: a guardian of a child, and what became of it.
type call struct{ student, guardian, outcome, at string }

func readCalls(card *school.Card) []call {
	if card == nil || card.Open == nil {
		return nil
	}
	var all []call
	for _, line := range card.Open.Candidates {
		if p := strings.Split(line, "|"); len(p) == 4 {
			all = append(all, call{p[0], p[1], p[2], p[3]})
		}
	}
	return all
}

func writeCalls(calls []call) []string {
	lines := make([]string, len(calls))
	for i, c := range calls {
		lines[i] = strings.Join([]string{c.student, c.guardian, c.outcome, c.at}, "|")
	}
	return lines
}

// callsDone says whether a child needs no more calls.
func callsDone(calls []call, student string) bool {
	return slices.ContainsFunc(calls, func(c call) bool { return c.student == student && c.outcome == callReached })
}

// CallListID names the one card that lists whom a class teacher has to call
// in a session.
func CallListID(schoolID, class string, slot school.Slot) string {
	return school.ID(schoolID, "calls", class, slot.String())
}

// CallTimer looks at the call list of a class.
func CallTimer(schoolID, class string, slot school.Slot, at time.Time) school.Timer {
	return school.Timer{School: schoolID, Key: "calls:" + class + ":" + slot.String(), Kind: school.TimerCalls, DueAt: at, Slot: slot, Ref: class}
}

// CallList brings the list of a class and session up to date: the children
// whose family could not be told (unheard) join it, those who are not missing
// any more leave it. before is the card as it is, nil when there is none.
func CallList(s *school.School, class string, slot school.Slot, marks []school.Mark, unheard []string, before *school.Card, people []string, now time.Time, event string) school.Change {
	c := school.Change{School: s.ID, Key: event, At: now}
	if before != nil && before.State != school.CardOpen {
		before = nil // handled: whoever comes to the list later is a new card's
	}
	calls := readCalls(before)
	missing := func(student string) bool {
		return slices.ContainsFunc(marks, func(m school.Mark) bool { return m.Student == student && m.Kind.Missing() && !m.Pending })
	}
	calls = slices.DeleteFunc(calls, func(x call) bool { return !missing(x.student) && !callsDone(calls, x.student) })
	for _, student := range unheard {
		if slices.ContainsFunc(calls, func(x call) bool { return x.student == student }) {
			continue
		}
		for _, g := range s.Roster.GuardiansOf(student) {
			calls = append(calls, call{student: student, guardian: g.ID})
		}
	}
	if len(calls) == 0 && before == nil {
		return c
	}
	card := callCard(s, class, slot, calls, before, people, now)
	over := !now.Before(s.Calendar.At(slot.Day.Add(1), 0))
	if over && card.State == school.CardOpen {
		card.State, card.Result, card.Buttons = school.CardSuperseded, phrase.CallsOver.String(), nil
	}
	if before == nil || !slices.Equal(writeCalls(calls), before.Open.Candidates) || card.State != before.State {
		ShowCallList(&c, card, before, event)
	}
	if card.State == school.CardOpen {
		c.Timers = append(c.Timers, CallTimer(s.ID, class, slot, now.Add(callListMinutes*time.Minute)))
	}
	return c
}

// ShowCallList sends the card, or changes every copy of it.
func ShowCallList(c *school.Change, card school.Card, before *school.Card, event string) {
	c.Cards = append(c.Cards, card)
	for _, p := range card.People {
		n := school.Notice{School: c.School, Key: school.CardKey(card.ID, p), Act: school.NoticeSend, Kind: school.NoticeCard, To: p,
			Text: card.Title, Why: card.Why, Role: card.Role, Card: &card, At: c.At, DueAt: c.At}
		if before != nil {
			n.Act, n.Of, n.Key = school.NoticeUpdate, n.Key, n.Key+":"+school.ID(event)
		}
		c.Notices = append(c.Notices, n)
	}
}

func callCard(s *school.School, class string, slot school.Slot, calls []call, before *school.Card, people []string, now time.Time) school.Card {
	card := school.Card{ID: CallListID(s.ID, class, slot), Kind: school.CardCalls, State: school.CardOpen, At: now, Class: class, Slot: slot,
		People: people, Role: school.TitleHomeroom, Why: phrase.WhyCalls.String()}
	if before != nil {
		card.ID, card.At, card.People = before.ID, before.At, before.People
	}
	in := school.Input{Key: inputWhom, Label: phrase.CallWhom.String(), Type: "choice", Required: true}
	var waiting []string
	for i, x := range calls {
		st, _ := s.Roster.Student(x.student)
		if i == 0 || calls[i-1].student != x.student {
			card.Fields = append(card.Fields, school.Field{K: told(st)})
			if !callsDone(calls, x.student) {
				waiting = append(waiting, st.Name)
			}
		}
		f := &card.Fields[len(card.Fields)-1]
		line := callLine(s, x)
		if f.V != "" {
			line = "；" + line
		}
		f.V += line
		if !callsDone(calls, x.student) {
			in.Options = append(in.Options, school.Option{ID: x.student + ":" + x.guardian, Text: phrase.CallOption.With("name", st.Name, "who", guardianOf(s, x))})
		}
	}
	class0, _ := s.Roster.Class(class)
	card.Title = phrase.CallsTitle.With("class", class0.Name, "slot", s.Calendar.SlotName(slot), "n", len(waiting), "names", strings.Join(waiting, "、"))
	card.Open = &school.Question{Candidates: writeCalls(calls)}
	if len(waiting) == 0 {
		card.State, card.Result = school.CardDone, phrase.CallsDone.String()
		return card
	}
	in.Value = in.Options[0].ID
	card.Inputs = []school.Input{in}
	card.Buttons = []school.Button{{Key: ButtonReached, Text: phrase.ButtonReached.String(), Style: "primary", Act: school.ActSubmit},
		{Key: ButtonNoAnswer, Text: phrase.ButtonNoAnswer.String(), Act: school.ActSubmit}}
	return card
}

// told is a child with what tells it from another of the same name.
func told(st school.Student) string {
	if len(st.Places) > 0 && st.Places[0].Seat > 0 {
		return phrase.NameSeat.With("name", st.Name, "seat", st.Places[0].Seat)
	}
	return st.Name
}

func guardianOf(s *school.School, x call) string {
	for _, g := range s.Roster.GuardiansOf(x.student) {
		if g.ID != x.guardian {
			continue
		}
		for _, child := range g.Children {
			if child.Student == x.student && child.Relation != "" {
				return child.Relation + " " + g.Name
			}
		}
		return g.Name
	}
	return x.guardian
}

func callLine(s *school.School, x call) string {
	line := guardianOf(s, x)
	for _, g := range s.Roster.GuardiansOf(x.student) {
		if g.ID == x.guardian && g.Mobile != "" {
			line += " " + g.Mobile
		}
	}
	switch x.outcome {
	case callReached:
		line += phrase.CallReachedAt.With("at", x.at)
	case callNoAnswer:
		line += phrase.CallNoAnswerAt.With("at", x.at)
	}
	return line
}

// CallOf is whom a press on a call list is about: the child and the guardian.
func CallOf(card school.Card, inputs map[string]string) (student, guardian string, err error) {
	whom := inputs[inputWhom]
	if len(card.Inputs) == 1 && len(card.Inputs[0].Options) == 1 {
		whom = card.Inputs[0].Options[0].ID
	}
	student, guardian, _ = strings.Cut(whom, ":")
	if len(card.Inputs) == 0 || !slices.ContainsFunc(card.Inputs[0].Options, func(o school.Option) bool { return o.ID == whom }) {
		return "", "", school.Invalid("%s", phrase.CallWhomPlease.String())
	}
	return student, guardian, nil
}

// Called records a call in the file of the child and on the list. When nobody
// of the family could be reached, that is what the regime calls 未能取得联系.
func Called(f Facts, card school.Card, guardian string, reached bool) (school.Change, school.Card) {
	d := begin(f)
	d.recount()
	d.advance()
	calls := readCalls(&card)
	outcome, times := callNoAnswer, 0
	if reached {
		outcome = callReached
	}
	all := true
	for i := range calls {
		if calls[i].student != f.Student.ID {
			continue
		}
		if calls[i].guardian == guardian {
			calls[i].outcome, calls[i].at = outcome, d.Now.Format("15:04")
		}
		all = all && calls[i].outcome == callNoAnswer
		times++
	}
	kind := "reached"
	if !reached {
		kind = "not_reached"
	}
	line := phrase.ContactLine.With("kind", contactKinds["call"], "outcome", contactOutcomes[kind], "n", 1)
	d.entry("contact", phrase.ContactNoted.With("line", line, "text", guardianOf(f.School, call{student: f.Student.ID, guardian: guardian})), "")
	if i := d.failable(); all && i >= 0 {
		d.contactFailed(i, strconv.Itoa(times))
	}
	return d.finish(), callCard(f.School, card.Class, card.Slot, calls, &card, card.People, d.Now)
}
