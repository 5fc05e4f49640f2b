package intent

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/school"
)

// clock is the school's time at the moment of the message.
type clock struct {
	cal      *school.Calendar
	now      time.Time
	today    school.Day
	isSchool bool
	current  half      // of today; meaningless on a day without school
	over     bool      // today's last session has ended
	sessions [2]string // of the morning and of the afternoon
	evening  string    // the session that runs, if it is neither
}

// evening is when lessons that begin are evening lessons.
const evening school.Clock = 18 * 60

// half is one half-day: a day's first or last session.
type half struct {
	day school.Day
	pm  bool
}

// stretch is an inclusive range of half-days.
type stretch struct{ from, to half }

func (a half) before(b half) bool {
	return a.day < b.day || (a.day == b.day && !a.pm && b.pm)
}

func (a half) next() half {
	if a.pm {
		return half{a.day.Add(1), false}
	}
	return half{a.day, true}
}

func (a half) prev() half {
	if a.pm {
		return half{a.day, false}
	}
	return half{a.day.Add(-1), true}
}

func (r *Reader) clockAt(now time.Time) clock {
	c := clock{cal: r.cal, now: now, today: r.cal.DayOf(now), sessions: [2]string{"am", "pm"}}
	if list := r.cal.Sessions(); len(list) > 0 {
		c.sessions = [2]string{list[0].ID, list[len(list)-1].ID}
		for _, s := range list[1:] {
			if s.Start < evening {
				c.sessions[1] = s.ID // a school may teach in the evening too
			}
		}
	}
	c.isSchool = r.cal.IsSchoolDay(c.today)
	c.current = half{day: c.today}
	if slot, ok := r.cal.Current(now); ok {
		c.current.pm = slot.Session != c.sessions[0]
		if slot.Session != c.sessions[0] && slot.Session != c.sessions[1] {
			c.evening = slot.Session
		}
		c.over = !r.cal.Ends(slot).After(now)
	}
	return c
}

func (c *clock) slot(h half) school.Slot {
	if h.pm {
		return school.Slot{Day: h.day, Session: c.sessions[1]}
	}
	return school.Slot{Day: h.day, Session: c.sessions[0]}
}

// present is the session that runs, or is to run next today.
func (c *clock) present() school.Slot {
	if c.evening != "" {
		return school.Slot{Day: c.today, Session: c.evening}
	}
	return c.slot(c.current)
}

// half is the half-day of a slot.
func (c *clock) half(s school.Slot) half { return half{s.Day, s.Session != c.sessions[0]} }

// inward moves the ends of a stretch onto school days.
func (c *clock) inward(s stretch) (stretch, bool) {
	if s.from.day == "" || s.to.day == "" || s.to.before(s.from) {
		return s, false
	}
	if !c.cal.IsSchoolDay(s.from.day) {
		d, ok := c.cal.NextSchoolDay(s.from.day)
		if !ok {
			return s, false
		}
		s.from = half{d, false}
	}
	if !c.cal.IsSchoolDay(s.to.day) {
		d, ok := c.cal.PrevSchoolDay(s.to.day)
		if !ok {
			return s, false
		}
		s.to = half{d, true}
	}
	return s, !s.to.before(s.from)
}

// day finds the day a point means; past says that facts are reported.
func (c *clock) day(p point, past bool) (school.Day, bool) {
	switch p.kind {
	case pNone:
		return c.today, true
	case pRelative:
		return c.today.Add(p.a), true
	case pWeekday:
		return c.weekday(p, past), true
	case pDayOfMonth:
		return c.dayOfMonth(p.a, past)
	case pDate:
		month := p.a
		if month <= -9 {
			month = monthAfter(c.today, -10-month)
		}
		return c.date(month, p.b, past)
	case pMonth:
		month := p.a
		if month <= -9 {
			month = monthAfter(c.today, -10-month)
		}
		return c.date(month, 1, false)
	case pMonthEnd:
		first := c.today
		switch {
		case p.a > 20:
			first, _ = c.date(p.a-20, 1, false)
		case p.a != 0:
			first, _ = c.date(monthAfter(c.today, p.a), 1, false)
		}
		return monthEnd(first), true
	case pAfterHoliday, pBeforeHoliday:
		return c.holiday(p, past)
	}
	return "", false
}

func (c *clock) weekday(p point, past bool) school.Day {
	monday := c.today.Add(1 - c.today.Weekday())
	if p.a != weekBare {
		return monday.Add(7*(p.a-weekThis) + p.b - 1)
	}
	d := monday.Add(p.b - 1)
	switch {
	case past && d > c.today:
		d = d.Add(-7)
	case !past && d < c.today:
		d = d.Add(7)
	}
	return d
}

func (c *clock) dayOfMonth(dom int, past bool) (school.Day, bool) {
	t := c.today.Time()
	for n := range 3 {
		if past {
			n = -n
		}
		first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		d := first.AddDate(0, 0, dom-1)
		day := school.DayOf(d)
		if d.Month() == first.Month() && ((past && day <= c.today) || (!past && day >= c.today)) {
			return day, true
		}
	}
	return "", false
}

// date finds the year for a month and day: the one nearest to today.
func (c *clock) date(month, dom int, past bool) (school.Day, bool) {
	if month < 1 || month > 12 || dom < 1 || dom > 31 {
		return "", false
	}
	t := c.today.Time()
	d := time.Date(t.Year(), time.Month(month), dom, 0, 0, 0, 0, time.UTC)
	if int(d.Month()) != month {
		return "", false
	}
	day := school.DayOf(d)
	switch far := c.today.Until(day); {
	case far > 200 || (past && far > 60):
		day = school.DayOf(d.AddDate(-1, 0, 0))
	case far < -200:
		day = school.DayOf(d.AddDate(1, 0, 0))
	}
	return day, true
}

func monthAfter(today school.Day, n int) int {
	t := today.Time()
	return int(time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC).Month())
}

func monthEnd(day school.Day) school.Day {
	t := day.Time()
	return school.DayOf(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC))
}

// holiday finds the first school day after, or the last before, the holiday
// that is named or, without a name, the one nearest in that direction.
func (c *clock) holiday(p point, past bool) (school.Day, bool) {
	if p.a == 1 { // 开学以来
		term, ok := c.cal.TermOf(c.today)
		return term.From, ok
	}
	var best school.Span
	own := slices.ContainsFunc(c.cal.Holidays(), func(h school.Span) bool { return strings.Contains(p.text, h.Name) })
	for _, h := range c.cal.Holidays() {
		if own && !strings.Contains(p.text, h.Name) || !holidayNamed(p.text, h.Name) {
			continue
		}
		if past && h.To < c.today && h.To > best.To {
			best = h
		}
		if !past && h.To >= c.today && (best.To == "" || h.To < best.To) {
			best = h
		}
	}
	if best.To == "" {
		return "", false
	}
	if p.kind == pAfterHoliday {
		return c.cal.NextSchoolDay(best.To)
	}
	return c.cal.PrevSchoolDay(best.From)
}

func holidayNamed(text, name string) bool {
	for said, official := range map[string]string{"国庆": "国庆", "中秋": "中秋", "五一": "劳动", "劳动": "劳动", "端午": "端午", "清明": "清明", "元旦": "元旦"} {
		if strings.Contains(text, said) {
			return strings.Contains(name, official)
		}
	}
	return true
}

// Day reads a day as people write it, 周五, 15号, 明天: the nearest one from
// today on.
func Day(text string, cal *school.Calendar, now time.Time) (school.Day, bool) {
	m := &reading{r: &Reader{cal: cal, names: &nameIndex{}, classes: &classIndex{}, school: &school.School{}}}
	m.clock = m.r.clockAt(now)
	m.s = squeeze(text, plainRunes())
	m.toks = m.r.tokens(&m.s, &m.who)
	for i := range m.toks {
		if p, _, ok := m.point(i); ok && p.kind != pNone {
			return m.clock.day(p, false)
		}
	}
	return "", false
}

// lasting makes a run of a day with an end that is today: 周一就没来,到今天.
func (c *clock) lasting(ws []when) []when {
	ends := slices.ContainsFunc(ws, func(w when) bool {
		day, ok := c.day(w.to, true)
		return w.kind == atUntil && ok && day == c.today
	})
	if !ends {
		return ws
	}
	ws = slices.Clone(ws)
	for i := range ws {
		if ws[i].kind == atPoint && ws[i].from.kind != pNone {
			ws[i].kind = atSince
		}
	}
	return ws
}
