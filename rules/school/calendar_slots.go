package school

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sessions are the roll calls of a school day, in order.
func (c *Calendar) Sessions() []Session { return slices.Clone(c.sessions) }

// Session finds a session by its id.
func (c *Calendar) Session(id string) (Session, bool) {
	if i := c.index(id); i >= 0 {
		return c.sessions[i], true
	}
	return Session{}, false
}

func (c *Calendar) index(session string) int {
	return slices.IndexFunc(c.sessions, func(s Session) bool { return s.ID == session })
}

// Slots are the roll calls of that day; none on a day without school.
func (c *Calendar) Slots(day Day) []Slot {
	if !c.IsSchoolDay(day) {
		return nil
	}
	slots := make([]Slot, len(c.sessions))
	for i, s := range c.sessions {
		slots[i] = Slot{day, s.ID}
	}
	return slots
}

// SlotsBetween are the roll calls from one slot to another, both included;
// days without school are left out.
func (c *Calendar) SlotsBetween(from, to Slot) []Slot {
	var slots []Slot
	for day := range c.days(from.Day, to.Day) {
		for _, s := range c.Slots(day) {
			if c.Compare(s, from) >= 0 && c.Compare(s, to) <= 0 {
				slots = append(slots, s)
			}
		}
	}
	return slots
}

// Compare orders slots in time: negative when a is before b.
func (c *Calendar) Compare(a, b Slot) int {
	return cmp.Or(strings.Compare(string(a.Day), string(b.Day)), cmp.Compare(c.index(a.Session), c.index(b.Session)))
}

// Next is the roll call after that slot, on a later day if need be.
func (c *Calendar) Next(slot Slot) (Slot, bool) {
	for _, s := range c.Slots(slot.Day) {
		if c.Compare(s, slot) > 0 {
			return s, true
		}
	}
	day, ok := c.NextSchoolDay(slot.Day)
	if !ok {
		return Slot{}, false
	}
	return c.Slots(day)[0], true
}

// Prev is the roll call before that slot.
func (c *Calendar) Prev(slot Slot) (Slot, bool) {
	today := c.Slots(slot.Day)
	for i := len(today) - 1; i >= 0; i-- {
		if c.Compare(today[i], slot) < 0 {
			return today[i], true
		}
	}
	day, ok := c.PrevSchoolDay(slot.Day)
	if !ok {
		return Slot{}, false
	}
	return Slot{day, c.sessions[len(c.sessions)-1].ID}, true
}

// Opens is when the session starts; the zero time for a session this school does not have.
func (c *Calendar) Opens(slot Slot) time.Time {
	return c.moment(slot, func(s Session) Clock { return s.Start })
}

// Closes is when the roll call closes: a child not here by then has missed the half-day.
func (c *Calendar) Closes(slot Slot) time.Time {
	return c.moment(slot, func(s Session) Clock { return s.ReportBy })
}

// Ends is when the session is over.
func (c *Calendar) Ends(slot Slot) time.Time {
	return c.moment(slot, func(s Session) Clock { return s.End })
}

func (c *Calendar) moment(slot Slot, of func(Session) Clock) time.Time {
	s, ok := c.Session(slot.Session)
	if !ok || slot.Day == "" {
		return time.Time{}
	}
	return c.At(slot.Day, of(s))
}

// Current is the slot a report without a time speaks of: the first session of
// today that is not over, after the last end today's last. There is none on a
// day without school.
func (c *Calendar) Current(now time.Time) (Slot, bool) {
	today := c.Slots(c.DayOf(now))
	for _, s := range today {
		if c.Ends(s).After(now) {
			return s, true
		}
	}
	if len(today) == 0 {
		return Slot{}, false
	}
	return today[len(today)-1], true
}

// NextClose is the next moment, strictly after the given one, at which a roll
// call closes.
func (c *Calendar) NextClose(after time.Time) (Slot, time.Time, bool) {
	day := c.DayOf(after)
	for _, s := range c.Slots(day) {
		if at := c.Closes(s); at.After(after) {
			return s, at, true
		}
	}
	next, ok := c.NextSchoolDay(day)
	if !ok {
		return Slot{}, time.Time{}, false
	}
	s := c.Slots(next)[0]
	return s, c.Closes(s), true
}

// DefaultStart is where a demonstration begins: this morning if there is
// school, else the next morning with school, else the first of the last term.
func (c *Calendar) DefaultStart(now time.Time) time.Time {
	const morning = Clock(7*60 + 50)
	today := c.DayOf(now)
	if c.IsSchoolDay(today) {
		return c.At(today, morning)
	}
	if next, ok := c.NextSchoolDay(today); ok {
		return c.At(next, morning)
	}
	for i := len(c.spec.Terms) - 1; i >= 0; i-- {
		if first, ok := c.NextSchoolDay(c.spec.Terms[i].From.Add(-1)); ok {
			return c.At(first, morning)
		}
	}
	return now
}

// SlotName is how people write a slot: 3月9日（周一）上午.
func (c *Calendar) SlotName(slot Slot) string {
	if slot.Day == "" {
		return ""
	}
	name := slot.Session
	if s, ok := c.Session(slot.Session); ok && s.Name != "" {
		name = s.Name
	}
	return slot.Day.Name() + name
}

// Name is how people write a day: 3月9日（周一）.
func (d Day) Name() string {
	if d == "" {
		return ""
	}
	t := d.Time()
	return fmt.Sprintf("%d月%d日（%s）", t.Month(), t.Day(), WeekdayName(d.Weekday()))
}

// WeekdayName is the Chinese name of an ISO weekday, 1 周一 … 7 周日.
func WeekdayName(weekday int) string {
	return [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[weekday%7]
}
