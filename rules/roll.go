package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// SessionTimer is the key of the one timer that closes roll calls; every
// firing sets it for the next close.
const SessionTimer = "session"

// StageRoll is the stage written on what is said about a missing roll call.
const StageRoll = "roll"

// ClassesMissing lists the classes that have lessons in the slot and whose
// roll nobody has reported. Not reported is never the same as all present.
func ClassesMissing(s *school.School, slot school.Slot, rolls map[string]school.Roll) []school.Class {
	var out []school.Class
	for _, c := range s.Roster.Classes {
		if s.Calendar.KindFor(slot.Day, c) == school.SchoolDay && len(s.Roster.StudentsOf(c.ID)) > 0 && !rolls[c.ID].Reported() {
			out = append(out, c)
		}
	}
	return out
}

// SessionCloses decides the close of a roll call for the whole school: who has
// not reported is reminded, the office hears of it when the policy says so,
// and the next close is set. Rolls are not written: a report that comes in at
// this very moment must not be lost.
func SessionCloses(s *school.School, p *Policy, slot school.Slot, rolls map[string]school.Roll, ds []school.Delegation, now time.Time, event string) school.Change {
	p = p.orNone()
	c := school.Change{School: s.ID, Key: event, At: now}
	if next, at, ok := s.Calendar.NextClose(s.Calendar.Closes(slot)); ok {
		c.Timers = append(c.Timers, school.Timer{School: s.ID, Key: SessionTimer, Kind: school.TimerSession, DueAt: at, Slot: next})
	}
	missing := ClassesMissing(s, slot, rolls)
	if len(missing) == 0 || !chased(s, p) {
		return c
	}
	if s.Calendar.DayOf(now) == slot.Day { // after an outage, yesterday's roll call is only listed
		remindClasses(&c, s, p, slot, missing, ds)
	}
	switch listAt := s.Calendar.Closes(slot).Add(listAfter(p)); {
	case p.Rollcall.ListTo == "":
	case listAt.After(now):
		c.Timers = append(c.Timers, school.Timer{School: s.ID, Key: "remind:" + slot.String(), Kind: school.TimerRemind, DueAt: listAt, Slot: slot})
	default:
		listClasses(&c, s, p, slot, missing, ds)
	}
	return c
}

// ListMissing tells the office which classes have still not reported.
func ListMissing(s *school.School, p *Policy, slot school.Slot, rolls map[string]school.Roll, ds []school.Delegation, now time.Time, event string) school.Change {
	p = p.orNone()
	c := school.Change{School: s.ID, Key: event, At: now}
	if missing := ClassesMissing(s, slot, rolls); len(missing) > 0 && chased(s, p) && p.Rollcall.ListTo != "" {
		listClasses(&c, s, p, slot, missing, ds)
	}
	return c
}

// chased: every school's missing roll calls are, a training institution's only
// when its policy asks for them.
func chased(s *school.School, p *Policy) bool { return p.Rollcall.By != "" || !s.Training() }

func rollRole(p *Policy) string {
	if p.Rollcall.By != "" {
		return p.Rollcall.By
	}
	return school.TitleHomeroom
}

func listAfter(p *Policy) time.Duration {
	switch l := p.Rollcall.ListAfter; l.Unit {
	case school.UnitMinute:
		return time.Duration(l.N) * time.Minute
	case school.UnitHour:
		return time.Duration(l.N) * time.Hour
	}
	return 0
}

// remindClasses reminds everybody whose roll is missing, with one notice: a
// card for one class, a line for several.
func remindClasses(c *school.Change, s *school.School, p *Policy, slot school.Slot, missing []school.Class, ds []school.Delegation) {
	var order []string
	classes := map[string][]school.Class{}
	for _, class := range missing {
		for _, person := range s.Holders(rollRole(p), class.ID, ds, c.At).People {
			if classes[person] == nil {
				order = append(order, person)
			}
			classes[person] = append(classes[person], class)
		}
	}
	cards := map[string]int{}
	for _, person := range order {
		if len(classes[person]) > 1 {
			c.Notices = append(c.Notices, rollNotice(c, p, person, slot, phrase.RollMissingMany.With("n", len(classes[person]),
				"slot", s.Calendar.SlotName(slot), "classes", classNames(classes[person]), "class", classes[person][0].Name)))
			continue
		}
		class := classes[person][0]
		i, made := cards[class.ID]
		if !made {
			i = len(c.Cards)
			cards[class.ID] = i
			c.Cards = append(c.Cards, rollCard(c, s, p, slot, class))
		}
		c.Cards[i].People = append(c.Cards[i].People, person)
	}
	for i := range c.Cards {
		card := c.Cards[i]
		for _, person := range card.People {
			n := rollNotice(c, p, person, slot, card.Title)
			n.Key, n.Kind, n.Card = school.CardKey(card.ID, person), school.NoticeCard, &card
			c.Notices = append(c.Notices, n)
		}
	}
	for _, class := range missing {
		c.Audit = append(c.Audit, school.Line{Book: "class:" + class.ID, At: c.At, What: "notice",
			Detail: phrase.RollReminded.With("slot", s.Calendar.SlotName(slot)), Policy: p.Version, Why: rollWhy(p)})
	}
}

// RollCardID names the one card that asks a class for its roll call.
func RollCardID(schoolID, class string, slot school.Slot) string {
	return school.ID(schoolID, "roll", class, slot.String())
}

func rollCard(c *school.Change, s *school.School, p *Policy, slot school.Slot, class school.Class) school.Card {
	closes := s.Calendar.Closes(slot)
	return school.Card{
		ID: RollCardID(c.School, class.ID, slot), Kind: school.CardRoll, State: school.CardOpen,
		Title: phrase.RollMissing.With("class", class.Name, "slot", s.Calendar.SlotName(slot)),
		Fields: []school.Field{
			{K: phrase.RollFieldExpected.String(), V: phrase.RollPeople.With("n", len(s.Roster.StudentsOf(class.ID)))},
			{K: phrase.RollFieldClosed.String(), V: closes.Format("15:04")},
		},
		Inputs:  []school.Input{{Key: "absent", Label: phrase.RollAbsent.String(), Type: "text", Options: rollNames(s, class)}},
		Buttons: []school.Button{{Key: "all-here", Text: phrase.RollAllPresent.String(), Style: "primary", Act: school.ActSubmit}},
		Class:   class.ID, Slot: slot, Stage: StageRoll, Role: rollRole(p), Why: rollWhy(p), At: c.At,
	}
}

// rollNames are the children of a small class, to be ticked instead of written;
// a list that is longer than a card holds is no help.
func rollNames(s *school.School, class school.Class) []school.Option {
	const most = 20
	children := s.Roster.StudentsOf(class.ID)
	if len(children) > most {
		return nil
	}
	var all []school.Option
	for _, c := range children {
		text := c.Name
		if seat := c.Seat(class.ID); seat > 0 {
			text = phrase.RollSeat.With("name", c.Name, "seat", seat)
		}
		all = append(all, school.Option{ID: c.ID, Text: text})
	}
	return all
}

func listClasses(c *school.Change, s *school.School, p *Policy, slot school.Slot, missing []school.Class, ds []school.Delegation) {
	text := phrase.RollList.With("n", len(missing), "slot", s.Calendar.SlotName(slot),
		"at", s.Calendar.Closes(slot).Format("15:04"), "classes", classNames(missing))
	for _, person := range s.Holders(p.Rollcall.ListTo, "", ds, c.At).People {
		n := rollNotice(c, p, person, slot, text)
		n.Key, n.Role = "roll-list:"+slot.String()+":"+person, p.Rollcall.ListTo
		c.Notices = append(c.Notices, n)
	}
}

func rollNotice(c *school.Change, p *Policy, person string, slot school.Slot, text string) school.Notice {
	return school.Notice{School: c.School, Key: "roll:" + slot.String() + ":" + person, Act: school.NoticeSend, Kind: school.NoticeText,
		To: person, Text: text, Why: rollWhy(p), Stage: StageRoll, Role: rollRole(p), At: c.At, DueAt: c.At}
}

func rollWhy(p *Policy) string {
	if len(p.Rollcall.Source) == 0 {
		return phrase.RollWhyPlain.String()
	}
	return phrase.RollWhy.With("title", p.Title, "source", strings.Join(p.Rollcall.Source, "、"))
}

func classNames(classes []school.Class) string {
	names := make([]string, 0, len(classes))
	for _, c := range classes {
		names = append(names, c.Name)
	}
	return strings.Join(slices.Compact(names), "、")
}
