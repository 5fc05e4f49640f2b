package rules

import (
	"slices"
	"strconv"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Outcomes are the benefits and risks of the regime for pauses as figures to
// watch over time (seed-systems 5.7). They are counted from the applications
// alone; nobody enters them.
type Outcomes struct {
	Metrics []Metric
	Seats   []Freed   // what pauses leave free, by class
	Kept    []Balance // money that is kept or frozen, oldest first
	Total   string    // of it
	Alert   string    // "" while the total is below the setting cost_alert
}

// Metric is one figure; a claim of the text is behind it.
type Metric struct {
	Claim, Name, Value string
	Better             string // 越低越好 …
}

// Freed is what the pauses of one class leave free.
type Freed struct {
	Class           school.Class
	Held, Released  int // seats
	Used            int // released seats given to others
	Lessons, Hours  int // that the learners will not take
	From, To        school.Day
	Undecided       int // seats of which nobody has said whether to hold them
	minutes, paused int
}

// Balance is the money of one pause.
type Balance struct {
	Application school.Application
	Student     string
	Days        int // since it is kept
}

// CountOutcomes counts the pauses asked for since a moment.
func CountOutcomes(s *school.School, p *Policy, all []school.Application, since, now time.Time) Outcomes {
	c := outcomeCount{s: s, p: p.orNone(), now: now, today: s.Calendar.DayOf(now)}
	for _, a := range all {
		if a.Kind != school.ApplySuspend && a.Kind != school.ApplyRefund {
			continue
		}
		if Pausing(a) {
			c.running = append(c.running, a)
			c.keep(a)
		}
		if a.Kind == school.ApplySuspend && !a.AskedAt.Before(since) {
			c.count(a)
		}
	}
	o := Outcomes{Metrics: c.metrics(), Seats: c.freed(), Kept: c.kept, Total: total(c.amounts...)}
	slices.SortFunc(o.Kept, func(a, b Balance) int { return b.Days - a.Days })
	if limit := c.limit(); limit > 0 && exceeds(o.Total, limit) {
		o.Alert = phrase.OutcomeAlert.With("total", o.Total, "limit", limit)
	}
	return o
}

type outcomeCount struct {
	s       *school.School
	p       *Policy
	now     time.Time
	today   school.Day
	running []school.Application
	kept    []Balance
	amounts []string

	asked, decided, inTime, handed, overdue, abandoned, overruled int
	hours                                                         float64
	resumed, ended, lost, lateDays                                int
	happy, unhappy, answered, referred, open                      int
}

func (c *outcomeCount) keep(a school.Application) {
	s := settlementOf(a)
	if s.Treatment != TreatRetain && s.Treatment != TreatFreeze {
		return
	}
	name := a.Student
	if st, ok := c.s.Roster.Student(a.Student); ok {
		name = st.Name
	}
	c.amounts = append(c.amounts, s.Amount)
	c.kept = append(c.kept, Balance{a, name, c.s.Calendar.DayOf(a.ClosedAt).Until(c.today)})
}

func (c *outcomeCount) count(a school.Application) {
	c.asked++
	if a.State == school.ApplicationWithdrawn || a.Waiting() && len(a.Steps) > 0 && a.Steps[0].State == school.StepOpen && c.now.Sub(a.AskedAt) > 7*24*time.Hour {
		c.abandoned++
	}
	for _, st := range a.Steps {
		c.step(a, st)
	}
	back, planned := school.Day(a.Answers[FromResumed]), school.Day(a.Answers[returnDate])
	switch {
	case back != "":
		c.resumed++
		c.ended++
		if planned != "" {
			c.lateDays += planned.Until(back)
		}
	case a.Answers[replacedBy] != "" && a.State == school.ApplicationApproved && !c.extended(a):
		c.ended++
		c.lost++
	}
}

// extended says whether the pause was replaced by a longer one.
func (c *outcomeCount) extended(a school.Application) bool {
	return slices.ContainsFunc(c.running, func(o school.Application) bool { return o.ID == a.Answers[replacedBy] })
}

func (c *outcomeCount) step(a school.Application, st school.Step) {
	if st.Overdue || !st.Called.IsZero() {
		c.overdue++
	}
	for _, v := range st.Votes {
		if v.Verdict == verdictHanded {
			c.handed++
		}
	}
	if st.ID == "decide" && (st.State == school.StepDone || st.State == school.StepRejected) {
		c.decided++
		c.hours += st.ClosedAt.Sub(a.AskedAt).Hours()
		if !st.Overdue {
			c.inTime++
		}
	}
	if st.Answers[lengthName] != "" {
		c.overruled++
	}
	if v := st.Answers[accessName]; v == phrase.AccessOpen.String() || v == phrase.AccessPart.String() {
		c.open++
	}
	switch st.Answers["satisfaction"] {
	case "":
	case phrase.VeryHappy.String(), phrase.Happy.String():
		c.happy++
		c.answered++
	default:
		c.unhappy++
		c.answered++
	}
	if st.Answers["referral"] == phrase.Willing.String() {
		c.referred++
	}
}

func (c *outcomeCount) metrics() []Metric {
	line := func(claim, name phrase.Phrase, value string, better phrase.Phrase) Metric {
		return Metric{claim.String(), name.String(), value, better.String()}
	}
	return []Metric{
		line(phrase.ClaimClear, phrase.MetricHours, ratio(c.hours, c.decided, 1), phrase.BetterLow),
		line(phrase.ClaimClear, phrase.MetricInTime, share(c.inTime, c.decided), phrase.BetterHigh),
		line(phrase.ClaimClear, phrase.MetricHanded, ratio(float64(c.handed), c.asked, 2), phrase.BetterLow),
		line(phrase.ClaimImage, phrase.MetricHappy, share(c.happy, c.answered), phrase.BetterHigh),
		line(phrase.ClaimImage, phrase.MetricReferred, strconv.Itoa(c.referred), phrase.BetterHigh),
		line(phrase.ClaimContinuity, phrase.MetricResumed, share(c.resumed, c.ended), phrase.BetterHigh),
		line(phrase.ClaimContinuity, phrase.MetricLate, ratio(float64(c.lateDays), c.resumed, 1), phrase.BetterLow),
		line(phrase.ClaimContinuity, phrase.MetricLost, strconv.Itoa(c.lost), phrase.BetterLow),
		line(phrase.ClaimCost, phrase.MetricKept, total(c.amounts...), phrase.Watch),
		line(phrase.ClaimCost, phrase.MetricOpen, strconv.Itoa(c.open), phrase.Watch),
		line(phrase.ClaimResist, phrase.MetricAbandoned, share(c.abandoned, c.asked), phrase.BetterLow),
		line(phrase.ClaimResist, phrase.MetricOverdue, strconv.Itoa(c.overdue), phrase.BetterLow),
		line(phrase.ClaimResist, phrase.MetricOverruled, strconv.Itoa(c.overruled), phrase.BetterLow),
		line(phrase.ClaimResist, phrase.MetricUnhappy, strconv.Itoa(c.unhappy), phrase.BetterLow),
	}
}

// freed lists the seats and hours that the running pauses leave free.
func (c *outcomeCount) freed() []Freed {
	var all []Freed
	for _, class := range c.s.Roster.Classes {
		f := Freed{Class: class, Used: CountSeats(c.s.Roster, class, c.running, "").Promised}
		for _, a := range c.running {
			if a.Class != class.ID {
				continue
			}
			switch {
			case SeatReleased(a):
				f.Released++
			case slices.ContainsFunc(a.Steps, func(st school.Step) bool { return st.Answers[seatName] != "" }):
				f.Held++
			default:
				f.Undecided++
			}
			f.paused++
			if a.To != "" {
				n, minutes := c.s.Calendar.LessonsBetween(max(a.From, c.today), a.To, class)
				f.Lessons, f.minutes = f.Lessons+n, f.minutes+minutes
			}
			if f.From == "" || a.From < f.From {
				f.From = a.From
			}
			f.To = max(f.To, a.To)
		}
		if f.paused > 0 {
			f.Hours = (f.minutes + 30) / 60
			all = append(all, f)
		}
	}
	return all
}

func (c *outcomeCount) limit() int {
	q, _ := c.p.param("cost_alert")
	n, _ := q.Value.(int)
	return n
}

func share(n, of int) string {
	if of == 0 {
		return "—"
	}
	return strconv.Itoa((200*n+of)/(2*of)) + "%"
}

func ratio(n float64, of, digits int) string {
	if of == 0 {
		return "—"
	}
	return strconv.FormatFloat(n/float64(of), 'f', digits, 64)
}

// costly tells whoever keeps the money when what is kept and frozen passes the
// limit of the institution.
func (d *draft) costly(a school.Application) {
	if t := settlementOf(a).Treatment; t != TreatRetain && t != TreatFreeze {
		return
	}
	c := outcomeCount{s: d.School, p: d.Policy, now: d.Now, today: d.cal.DayOf(d.Now)}
	for _, o := range d.Running {
		if o.ID != a.ID && Pausing(o) {
			c.keep(o)
		}
	}
	before := total(c.amounts...)
	c.keep(a)
	after, limit := total(c.amounts...), c.limit()
	if limit == 0 || exceeds(before, limit) || !exceeds(after, limit) {
		return
	}
	for _, p := range d.holders(phrase.RoleFinance.String()).People {
		d.text(p, phrase.OutcomeAlert.With("total", after, "limit", limit), phrase.WhyCost.String(), "balance", phrase.RoleFinance.String())
	}
}
