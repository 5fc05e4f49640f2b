package intent

import "guixiao/rules/school"

// dated is what time words come to: stretches of half-days, and what stays open.
type dated struct {
	list    []stretch
	ok      bool // at least one stretch with school
	run     bool // told as a run: 两天没来, 从周五就没来
	confirm bool // 请假到周四: is Thursday still away?
	openEnd bool // no end in sight
	rest    bool // a month or more
	named   bool // the words named a time at all
	now     bool // no time was said: the session that runs
	future  bool // a fact cannot be told of what has not begun
}

// facts dates what was seen (corpus rules 4.2, first table).
func (c *clock) facts(ws []when, early, late bool) dated {
	var d dated
	ws = c.lasting(ws)
	explicit := false
	for _, w := range ws {
		switch w.kind {
		case atPoint, atSpan, atSince, atWeek, atBack:
			explicit = explicit || w.from.kind != pNone || w.kind != atPoint
		}
	}
	for _, w := range ws {
		switch w.kind {
		case atPoint:
			if w.from.kind == pNone && explicit && len(ws) > 1 && w.from.part == wholeDay {
				continue
			}
			s, ok := c.factPoint(w.from, early, late)
			if ok && c.ahead(s) {
				d.future, d.named = true, true
				continue
			}
			d.add(c, s, ok)
		case atLesson:
			if !explicit {
				s, ok := c.factPoint(w.from, early, late)
				if ok && c.ahead(s) {
					d.future, d.named = true, true
					continue
				}
				d.add(c, s, ok)
			}
		case atSpan:
			s, ok := c.factSpan(w)
			d.add(c, s, ok)
		case atSince, atUntil:
			if w.kind == atUntil {
				continue
			}
			d.run = true
			day, ok := c.day(w.from, true)
			d.add(c, stretch{half{day, w.from.part >= noon && w.from.part != night}, c.latest()}, ok)
		case atWeek:
			d.run = true
			monday := c.today.Add(1 - c.today.Weekday() + 7*(w.n-weekThis))
			s := stretch{half{monday, false}, half{monday.Add(6), true}}
			if !s.to.before(c.latest()) {
				s.to = c.latest()
			}
			d.add(c, s, w.n <= weekThis)
		case atLength:
			if explicit {
				continue
			}
			d.run = true
			s, ok := c.lastDays(w)
			d.add(c, s, ok)
		}
	}
	if len(ws) == 0 || !d.named {
		d.list, d.ok, d.now = []stretch{{c.current, c.current}}, c.isSchool, true
		if !c.isSchool {
			d.list = nil
		}
	}
	return d
}

func (d *dated) add(c *clock, s stretch, ok bool) {
	d.named = true
	if !ok {
		return
	}
	if s, ok = c.inward(s); ok {
		d.list = append(d.list, s)
		d.ok = true
	}
}

// ahead says that the stretch has not begun: no fact can be told of it.
func (c *clock) ahead(s stretch) bool {
	return s.from.day > c.today || c.isSchool && c.current.before(s.from)
}

// latest is the last half-day a fact can be about.
func (c *clock) latest() half {
	if c.isSchool {
		return c.current
	}
	if d, ok := c.cal.PrevSchoolDay(c.today); ok {
		return half{d, true}
	}
	return half{c.today, true}
}

func (c *clock) factPoint(p point, early, late bool) (stretch, bool) {
	day, ok := c.day(p, true)
	if !ok {
		return stretch{}, false
	}
	s := stretch{half{day, false}, half{day, true}}
	switch p.part {
	case morning:
		s.to.pm = false
	case noon, night:
		s.from.pm = true
	default:
		switch {
		case late && day == c.today:
			s = stretch{c.current, c.current}
		case late:
			s.to.pm = false
		case early && day == c.today:
			s.from, s.to = c.current, c.current
		case early:
			s.from.pm = true
		case day == c.today && c.isSchool:
			s.to = c.current
		}
	}
	if day == c.today && !c.isSchool {
		return stretch{}, false
	}
	return s, true
}

func (c *clock) factSpan(w when) (stretch, bool) {
	from, ok1 := c.day(w.from, true)
	to, ok2 := c.day(w.to, true)
	if w.to.kind == pNone && w.to.part != wholeDay {
		to = from
	}
	s := stretch{half{from, w.from.part >= noon}, half{to, w.to.part != morning}}
	if c.latest().before(s.to) {
		s.to = c.latest()
	}
	return s, ok1 && ok2 && !s.to.before(s.from)
}

// lastDays is a run of so many school days that ends now.
func (c *clock) lastDays(w when) (stretch, bool) {
	end := c.latest()
	from := end.day
	switch w.unit {
	case unitDay:
		for n := (w.n + 1) / 2; n > 1; n-- {
			d, ok := c.cal.PrevSchoolDay(from)
			if !ok {
				return stretch{}, false
			}
			from = d
		}
	case unitWeek:
		from = c.today.Add(1 - w.n)
	case unitMonth:
		from = school.DayOf(c.today.Time().AddDate(0, -w.n, 1))
	default:
		return stretch{}, false
	}
	return stretch{half{from, false}, end}, true
}

// leave dates a leave (corpus rules 4.2, second table).
func (c *clock) leave(ws []when) dated {
	var d dated
	ws = mergeParts(ws)
	var points []when
	var length, until, back, start, half_ *when
	for i := range ws {
		w := &ws[i]
		if w.from.roll && w.from.kind == pNone {
			continue // 晨检: 马跃 发烧 is not away for the morning only
		}
		switch w.kind {
		case atPoint, atSpan:
			points = append(points, *w)
		case atLesson:
			points = append(points, when{kind: atPoint, from: w.from})
		case atSince:
			start = w
		case atUntil:
			until = w
		case atBack:
			back = w
		case atLength:
			if length == nil {
				length = w
			}
		case atHalf:
			half_ = w
		case atWeek:
			points = append(points, *w)
		case atOpenEnd:
			d.openEnd = true
		case atRest:
			d.rest = true
		}
	}
	if length != nil && (length.unit == unitMonth || length.unit == unitYear || length.unit == unitTerm) && length.n >= 1 {
		if length.unit != unitMonth || length.n > 1 {
			d.rest = true
		}
	}
	if start == nil && len(points) == 1 && points[0].kind == atPoint && (length != nil || until != nil || back != nil || half_ != nil) {
		start, points = &when{kind: atSince, from: points[0].from, named: true}, nil
	}
	begin, startSaid := c.leaveStart(start)
	switch {
	case d.rest || d.openEnd && back == nil && until == nil:
		d.add(c, stretch{begin, half{begin.day, true}}, true)
	case back != nil:
		day, ok := c.day(back.from, false)
		end := half{day, back.from.part >= noon}.prev()
		if len(points) > 0 {
			c.leavePoints(&d, points)
			break
		}
		d.add(c, stretch{begin, end}, ok)
	case until != nil && len(points) == 0:
		day, ok := c.day(until.to, false)
		d.add(c, stretch{begin, half{day, until.to.part != morning}}, ok)
		d.confirm = !startSaid
	case len(points) > 0:
		c.leavePoints(&d, points)
	case length != nil:
		c.leaveLength(&d, begin, startSaid, length)
	case half_ != nil && startSaid && start != nil:
		s := stretch{begin, begin}
		if start.from.part == wholeDay {
			s = stretch{half{begin.day, false}, half{begin.day, false}}
			if begin.day == c.today {
				s = stretch{c.current, c.current}
			}
		}
		d.add(c, s, true)
	case half_ != nil:
		d.add(c, stretch{begin, begin}, c.isSchool || begin.day != c.today)
	case startSaid:
		end := begin.day
		if start.kind == atSince && end < c.today {
			end = c.today // 从昨天开始请病假
		}
		d.add(c, stretch{begin, half{end, true}}, true)
	default:
		d.add(c, stretch{begin, half{begin.day, true}}, c.isSchool || begin.day != c.today)
	}
	return d
}

// mergeParts puts a part of the day that stands apart onto its day:
// 今天…(上午).
func mergeParts(ws []when) []when {
	var out []when
	for _, w := range ws {
		if w.kind == atPoint && w.from.kind == pNone && w.from.part > 0 {
			n := len(out) - 1
			for n >= 0 && out[n].kind != atPoint {
				n--
			}
			if n >= 0 && out[n].from.kind != pNone && out[n].from.part == wholeDay {
				out[n].from.part = w.from.part
				continue
			}
		}
		out = append(out, w)
	}
	return out
}

// leaveStart is where a leave begins: where said, else now, after the last
// session on the next school day.
func (c *clock) leaveStart(start *when) (half, bool) {
	if start != nil {
		day, ok := c.day(start.from, start.kind == atSince && start.from.kind == pRelative)
		if ok {
			h := half{day, start.from.part == noon || start.from.part == night}
			return h, true
		}
	}
	if c.isSchool && !c.over {
		return c.current, false
	}
	if c.isSchool {
		if d, ok := c.cal.NextSchoolDay(c.today); ok {
			return half{d, false}, false
		}
	}
	return half{c.today, false}, false
}

func (c *clock) leavePoints(d *dated, points []when) {
	for _, w := range points {
		switch w.kind {
		case atWeek:
			monday := c.today.Add(1 - c.today.Weekday() + 7*(w.n-weekThis))
			s := stretch{half{monday, false}, half{monday.Add(6), true}}
			if w.n == weekThis {
				s.from = half{c.today, false}
			}
			d.add(c, s, true)
		case atSpan:
			past := w.from.kind == pRelative && w.from.a < 0
			from, ok1 := c.day(w.from, past)
			to, ok2 := c.day(w.to, past)
			if w.to.kind == pNone && w.to.part != wholeDay {
				to = from
			}
			if w.to.kind == pDayOfMonth && w.from.kind == pDate && ok1 {
				to, ok2 = school.Day(string(from[:8])+two(w.to.a)), true
			}
			if ok1 && ok2 && to < from {
				to, from = c.afterFrom(w, from, to)
			}
			d.add(c, stretch{half{from, w.from.part == noon}, half{to, w.to.part != morning}}, ok1 && ok2)
		default:
			day, ok := c.day(w.from, false)
			s := stretch{half{day, false}, half{day, true}}
			switch w.from.part {
			case morning:
				s.to.pm = false
			case noon, night:
				s.from.pm = true
			}
			d.add(c, s, ok)
		}
	}
}

// afterFrom lets the end of 周三到周一 lie behind its beginning.
func (c *clock) afterFrom(w when, from, to school.Day) (school.Day, school.Day) {
	if w.from.kind == pWeekday && w.from.a == weekBare && from > c.today {
		return to, from.Add(-7) // the span is on: 周一到周三, said on Tuesday
	}
	if w.to.kind == pWeekday {
		return to.Add(7), from
	}
	return to, from
}

func two(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

func (c *clock) leaveLength(d *dated, begin half, startSaid bool, w *when) {
	if !startSaid {
		begin.pm = false // 请假一天 is the whole day
		if w.n%2 == 1 && w.unit == unitDay && c.isSchool && !c.over {
			begin = c.current
		}
	}
	switch w.unit {
	case unitDay:
		if !c.cal.IsSchoolDay(begin.day) {
			if startSaid && w.n <= 2 {
				d.named = true
				return
			}
			next, ok := c.cal.NextSchoolDay(begin.day)
			if !ok {
				d.named = true
				return
			}
			begin = half{next, false}
		}
		end, ok := begin, true
		for n := 1; n < w.n && ok; n++ {
			end = end.next()
			if !c.cal.IsSchoolDay(end.day) {
				var next school.Day
				next, ok = c.cal.NextSchoolDay(end.day)
				end = half{next, false}
			}
		}
		d.add(c, stretch{begin, end}, ok)
	case unitWeek:
		d.add(c, stretch{begin, half{begin.day.Add(w.n - 1), true}}, true)
	case unitMonth:
		d.add(c, stretch{begin, half{school.DayOf(begin.day.Time().AddDate(0, 1, -1)), true}}, true)
	default:
		d.openEnd = true
		d.add(c, stretch{begin, half{begin.day, true}}, true)
	}
}
