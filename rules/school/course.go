package school

import (
	"slices"
	"strings"
)

// Contract is what a family has bought at a training institution.
type Contract struct {
	ID      string // 合同号
	Student string // 学号
	Class   string // 班级编号 of the course
	Bought  int    // 已购课时
	Gift    int    // 赠送课时, beside those bought
	Used    int    // 已消课时
	Paid    int64  // 实付金额, in 分
	Until   Day    // 有效期至; "" = without end
}

// Left is how many lessons have not been taken, gifts among them.
func (k Contract) Left() int { return max(0, k.Bought+k.Gift-k.Used) }

// Lesson is when a course meets every week, in the institution's zone.
type Lesson struct {
	Weekday  int // ISO: 1 Monday … 7 Sunday
	From, To Clock
}

// Minutes is how long the lesson is.
func (l Lesson) Minutes() int { return int(l.To - l.From) }

// Name is how people write a lesson: 周六 09:00-10:30.
func (l Lesson) Name() string {
	return WeekdayName(l.Weekday) + " " + l.From.String() + "-" + l.To.String()
}

// ParseLesson reads 周六 09:00-10:30; anything else is ErrInvalid.
func ParseLesson(s string) (Lesson, error) {
	day, hours, ok := strings.Cut(strings.TrimSpace(s), " ")
	from, to, both := strings.Cut(strings.TrimSpace(hours), "-")
	weekday := slices.Index([]string{"周一", "周二", "周三", "周四", "周五", "周六", "周日"}, strings.Replace(day, "星期", "周", 1)) + 1
	f, err1 := ParseClock(strings.TrimSpace(from))
	t, err2 := ParseClock(strings.TrimSpace(to))
	if !ok || !both || weekday == 0 || err1 != nil || err2 != nil || t <= f {
		return Lesson{}, Invalid("上课时间 %q 不是“周六 09:00-10:30”这样的写法", s)
	}
	return Lesson{weekday, f, t}, nil
}

// WithContracts is the roster with what the families have bought.
func (r *Roster) WithContracts(contracts []Contract) *Roster {
	out := *r
	out.Contracts = contracts
	return &out
}

// ContractOf finds the contract of a learner for a course: of several the one
// with lessons left, the newest last.
func (r *Roster) ContractOf(student, class string) (Contract, bool) {
	var found Contract
	ok := false
	for _, k := range r.Contracts {
		if k.Student == student && k.Class == class && (!ok || k.Left() > 0 || found.Left() == 0) {
			found, ok = k, true
		}
	}
	return found, ok
}

// Lesson says when a course meets on a day. A course without hours of its own
// meets whenever the institution is open; one with hours on its weekdays, and
// on days set apart for it alone, such as those of a vacation course.
func (c *Calendar) Lesson(day Day, class Class) (Lesson, bool) {
	if c.KindFor(day, class) != SchoolDay {
		return Lesson{}, false
	}
	if len(class.Lessons) == 0 {
		last := c.sessions[len(c.sessions)-1]
		return Lesson{day.Weekday(), c.sessions[0].Start, last.End}, true
	}
	weekday := c.timetable(day)
	for _, l := range class.Lessons {
		if l.Weekday == weekday {
			return Lesson{day.Weekday(), l.From, l.To}, true
		}
	}
	if kind, own := c.special(day, func(scope string) bool { return !wholeSchool(scope) && class.Within(scope) }); own && kind == SchoolDay {
		return Lesson{day.Weekday(), class.Lessons[0].From, class.Lessons[0].To}, true
	}
	return Lesson{}, false
}

// timetable is the weekday whose hours hold on a day: of a make-up day (调休)
// those of the day it makes up for.
func (c *Calendar) timetable(day Day) int {
	for _, m := range c.spec.MakeupDays {
		if m.Date == day && m.TimetableOf != "" {
			return m.TimetableOf.Weekday()
		}
	}
	return day.Weekday()
}

// NextLesson is the first day from the given one on, itself included, on which
// the course meets.
func (c *Calendar) NextLesson(from Day, class Class) (Day, bool) {
	for d := range c.days(from, c.spec.ConfirmedUntil) {
		if _, ok := c.Lesson(d, class); ok {
			return d, true
		}
	}
	return "", false
}

// LessonsBetween counts how often the course meets from one day to another,
// both included, and the minutes of all of them.
func (c *Calendar) LessonsBetween(from, to Day, class Class) (n, minutes int) {
	for d := range c.days(from, to) {
		if l, ok := c.Lesson(d, class); ok {
			n++
			minutes += l.Minutes()
		}
	}
	return n, minutes
}

// Meets says whether a lesson of the course falls into a session: the last one
// that has begun when the lesson does.
func (c *Calendar) Meets(slot Slot, class Class) bool {
	l, ok := c.Lesson(slot.Day, class)
	if !ok {
		return false
	}
	if len(class.Lessons) == 0 {
		return c.index(slot.Session) >= 0
	}
	in := c.sessions[0].ID
	for _, s := range c.sessions {
		if s.Start <= l.From {
			in = s.ID
		}
	}
	return in == slot.Session
}
