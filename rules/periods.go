package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guixiao/rules/school"
)

// Calendar days from which stages of a regime count.
const (
	eventTermStart    = "term-start"
	eventFirstDay     = "first-day-of-classes"
	eventRegistration = "registration-closed"
	eventNewEntry     = "new_student_entry"
	eventReturnDay    = "return_day"
)

var calendarEvents = []string{eventTermStart, eventFirstDay, eventRegistration, eventNewEntry, eventReturnDay}

// Dates that deadlines of a regime may count back from.
const (
	entryDay     = "entry-day"
	holidayStart = "holiday-start"
)

// Roots lists what begins by itself under a regime: the duties with a period,
// and the days of the calendar that its stages count from.
func Roots(p *Policy) []string {
	p = p.orNone()
	var all []string
	for i := range p.Recurring {
		if d := &p.Recurring[i]; d.Per != PerLostStudent && d.From == "" && d.runs() {
			all = append(all, d.ID)
		}
	}
	for _, event := range calendarEvents {
		if counts(p.schoolStages(), event, p) {
			all = append(all, event)
		}
	}
	return all
}

// NextBeginning is the next matter of a root that is not over at now, of the
// periods that begin later than after. False where the calendar ends.
func NextBeginning(s *school.School, p *Policy, root string, after school.Day, now time.Time) (Beginning, bool) {
	d := begin(Facts{School: s, Policy: p, Now: now})
	if slices.Contains(calendarEvents, root) {
		return d.nextDay(root, after)
	}
	for i := range d.Policy.Recurring {
		if duty := &d.Policy.Recurring[i]; duty.ID == root {
			return d.nextPeriod(duty, after)
		}
	}
	return Beginning{}, false
}

// earlier is how long before its end a report is asked for when the regime
// does not say: three school days.
const earlier = 3

// nextPeriod walks from period to period until one is not over.
func (d *draft) nextPeriod(duty *Duty, after school.Day) (Beginning, bool) {
	const horizon = 800 // days
	day := d.cal.DayOf(d.Now)
	for at := day; day.Until(at) < horizon && at <= d.cal.ConfirmedUntil(); {
		b, ok := d.period(duty.Every, at)
		next := at.Add(1)
		if ok {
			next = b.To.Add(1)
		}
		at = next
		if !ok || b.From <= after {
			continue
		}
		opens, due, err := d.window(duty, b)
		if err != nil || !due.After(d.Now) {
			continue
		}
		b.Root, b.At = duty.ID, opens
		if opens.Before(d.Now) {
			b.At = d.Now
		}
		return b, true
	}
	return Beginning{}, false
}

// window is when a duty of a period opens, and when it is over.
func (d *draft) window(duty *Duty, b Beginning) (opens, due time.Time, err error) {
	last, ok := d.lastDay(b)
	if !ok {
		return opens, due, d.noPeriod(b.From)
	}
	morning := d.cal.Sessions()[0].Start
	first, err := d.cal.AddSchoolDays(b.From, 0)
	if err != nil {
		return opens, due, err
	}
	switch {
	case duty.Open.Before != "":
		opens, err = d.deadline(duty.Open, anchor{day: last, fields: map[string]string{}})
	case duty.Due.On != "":
		opens = d.cal.At(duty.Due.On.Add(-10), morning)
	case duty.Every == "day" || duty.Every == "school-year" || duty.Every == "summer-holiday":
		opens = d.cal.At(first, morning)
	case duty.Every == "week":
		opens = d.cal.At(last, morning)
	default:
		var day school.Day
		if day, err = d.cal.AddSchoolDays(last, -earlier); err == nil && day < first {
			day = first
		}
		opens = d.cal.At(day, morning)
	}
	if err != nil {
		return opens, due, err
	}
	due, err = d.spanEnd(duty.stage().Due, opens)
	return opens, due, err
}

func (d *draft) noPeriod(day school.Day) error {
	_, err := d.spanEnd(Span{Until: UntilTermEnd}, d.cal.At(day, noon))
	if err == nil {
		err = school.ErrInvalid
	}
	return err
}

// lastDay is the last school day of a period; of the holidays their last day.
func (d *draft) lastDay(b Beginning) (school.Day, bool) {
	last, ok := d.cal.PrevSchoolDay(b.To.Add(1))
	if b.Fields[holidayField] != "" || b.Fields[yearField] != "" {
		return b.To, true
	}
	return last, ok && last >= b.From && b.To <= d.cal.ConfirmedUntil()
}

const holidayField, yearField = "holiday", "year" // periods that may go on beyond what the calendar knows

// period is the day, week, month … that a day lies in.
func (d *draft) period(every string, day school.Day) (Beginning, bool) {
	t := day.Time()
	span := func(name string, from, to school.Day) (Beginning, bool) {
		return Beginning{Period: name, From: from, To: to}, true
	}
	month := func(m time.Month, n int, name string) (Beginning, bool) {
		first := time.Date(t.Year(), m, 1, 0, 0, 0, 0, time.UTC)
		return span(name, school.DayOf(first), school.DayOf(first.AddDate(0, n, -1)))
	}
	switch every {
	case "day":
		b, _ := span(string(day), day, day)
		return b, d.cal.IsSchoolDay(day)
	case "week":
		monday := day.Add(1 - day.Weekday())
		year, week := t.ISOWeek()
		return span(fmt.Sprintf("%d-W%02d", year, week), monday, monday.Add(6))
	case "month":
		return month(t.Month(), 1, t.Format("2006-01"))
	case "quarter":
		q := (int(t.Month()) - 1) / 3
		return month(time.Month(3*q+1), 3, fmt.Sprintf("%d-Q%d", t.Year(), q+1))
	case "term":
		if term, ok := d.cal.TermOf(day); ok {
			return span(term.ID, term.From, term.To)
		}
	case "school-year":
		return d.schoolYear(day)
	case "summer-holiday":
		return d.summer(day)
	}
	return Beginning{}, false
}

// schoolYear is from the first day of an autumn term to the eve of the next
// one. In a calendar that knows no such term the first one stands for it.
func (d *draft) schoolYear(day school.Day) (Beginning, bool) {
	var b Beginning
	terms := d.cal.Terms()
	known := slices.ContainsFunc(terms, firstOfYear)
	for i, t := range terms {
		if !firstOfYear(t) && (known || i > 0) {
			continue
		}
		if t.From > day {
			if b.From != "" {
				b.To = t.From.Add(-1)
			}
			break
		}
		b = Beginning{Period: fmt.Sprintf("%d-%d", t.From.Time().Year(), t.From.Time().Year()+1), From: t.From, To: t.From.Add(364), Fields: map[string]string{yearField: t.ID}}
	}
	return b, b.From != "" && day <= b.To
}

// firstOfYear says whether a term begins the school year: it says so itself,
// or it begins in July to October.
func firstOfYear(t school.Term) bool {
	for _, second := range []string{"第二学期", "下学期", "春季"} {
		if strings.Contains(t.Name, second) {
			return false
		}
	}
	if strings.HasSuffix(t.ID, "-2") {
		return false
	}
	for _, first := range []string{"第一学期", "上学期", "秋季"} {
		if strings.Contains(t.Name, first) {
			return true
		}
	}
	m := t.From.Time().Month()
	return strings.HasSuffix(t.ID, "-1") || m >= time.July && m <= time.October
}

// summer is the holiday between a term that ends in June to August and the next.
func (d *draft) summer(day school.Day) (Beginning, bool) {
	term, ok := d.cal.TermBefore(day)
	_, in := d.cal.TermOf(day)
	if m := term.To.Time().Month(); !ok || in || m < time.June || m > time.August {
		return Beginning{}, false
	}
	to := d.cal.ConfirmedUntil()
	if next, ok := d.cal.TermAfter(day); ok {
		to = next.From.Add(-1)
	}
	return Beginning{Period: fmt.Sprintf("%d-summer", term.To.Time().Year()), From: term.To.Add(1), To: to, Fields: map[string]string{holidayField: "summer"}}, true
}

// nextDay is the next day of the calendar of that kind.
func (d *draft) nextDay(root string, after school.Day) (Beginning, bool) {
	today := d.cal.DayOf(d.Now)
	var all []Beginning
	for _, b := range d.calendarDays(root) {
		if b.From > after && b.To >= today {
			all = append(all, b)
		}
	}
	if len(all) == 0 {
		return Beginning{}, false
	}
	b := slices.MinFunc(all, func(a, c Beginning) int { return strings.Compare(string(a.From), string(c.From)) })
	b.Root = root
	if b.At.Before(d.Now) {
		b.At = d.Now
	}
	return b, true
}

// Lead times with which the school is asked to prepare a day.
const (
	beforeEntry  = 30 // days before new children come
	beforeReturn = 10 // days before a holiday begins
	longHoliday  = 3  // days; after a shorter one nobody is counted
)

// registrationEnds is when the registration (报名) of the last day is over.
const registrationEnds = school.Clock(17 * 60)

func (d *draft) calendarDays(root string) []Beginning {
	var all []Beginning
	day := func(at school.Day, event, opens time.Time, fields map[string]string) {
		all = append(all, Beginning{Period: string(at), From: at, To: at, Event: event, At: opens, Fields: fields})
	}
	midnight := func(at school.Day) time.Time { return d.cal.At(at, 0) }
	for _, t := range d.cal.Terms() {
		first, ok := d.cal.NextSchoolDay(t.From.Add(-1))
		if !ok || first > t.To {
			continue
		}
		morning := d.cal.At(first, d.cal.Sessions()[0].Start)
		switch root {
		case eventTermStart, eventFirstDay:
			day(first, morning, morning, nil)
		case eventReturnDay:
			if before, ok := d.cal.TermBefore(t.From); ok {
				off := before.To.Add(1)
				day(first, midnight(first), midnight(off.Add(-beforeReturn)), map[string]string{holidayStart: string(off)})
			} else {
				day(first, midnight(first), midnight(first), nil)
			}
		}
	}
	for _, h := range d.cal.Holidays() {
		back, ok := d.cal.NextSchoolDay(h.To)
		_, in := d.cal.TermOf(h.From)
		if root == eventReturnDay && ok && in && h.From.Until(h.To) >= longHoliday-1 {
			day(back, midnight(back), midnight(h.From.Add(-beforeReturn)), map[string]string{holidayStart: string(h.From)})
		}
	}
	for _, s := range d.cal.Specials() {
		switch {
		case root == eventRegistration && s.Kind == school.SpecialRegistration:
			end := d.cal.At(s.To, registrationEnds)
			day(s.To, end, end, map[string]string{scopeField: s.Scope})
		case root == eventNewEntry && s.Kind == school.SpecialNewEntry:
			day(s.From, midnight(s.From), midnight(s.From.Add(-beforeEntry)), map[string]string{entryDay: string(s.From), scopeField: s.Scope})
		case root == eventReturnDay && s.Kind == school.SpecialReturn:
			day(s.From, midnight(s.From), midnight(s.From), map[string]string{scopeField: s.Scope})
		}
	}
	return all
}

// dated reads a day of the calendar that somebody has entered (event with a
// date), as the calendar itself would give it.
func (d *draft) dated(event string, fields map[string]string) (Beginning, error) {
	at, err := d.cal.DayOf(d.Now), error(nil)
	if fields["date"] != "" {
		at, err = school.ParseDay(fields["date"])
	}
	b := Beginning{Root: event, Period: string(at), From: at, To: at, At: d.Now, Event: d.cal.At(at, 0), Fields: map[string]string{}}
	for k, v := range fields {
		b.Fields[k] = v
	}
	switch event {
	case eventNewEntry:
		b.Fields[entryDay] = string(at)
	case eventTermStart, eventFirstDay:
		b.Event = d.cal.At(at, d.cal.Sessions()[0].Start)
	case eventRegistration:
		b.Event = d.cal.At(at, registrationEnds)
	case eventReturnDay:
	default:
		b.Event = d.Now
		b.Period += "/" + d.Event
	}
	return b, err
}
