package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Seats counts what is free in the courses of an institution on a day: a seat
// of a learner who pauses is free only if it was released, and one that was
// promised to a learner who comes back is taken.
type Seats struct {
	Class    school.Class
	Taken    int
	Paused   []school.Application // pauses whose seat is held or released
	Promised int                  // to learners of other classes who come back here
}

// Free is how many seats are left; -1 when the class has no limit.
func (s Seats) Free() int {
	if s.Class.Seats == 0 {
		return -1
	}
	return s.Class.Seats - s.Taken - s.Promised
}

// CountSeats counts a class among the running pauses of an institution. The
// pauses of one learner, skip, are left out: it is their own seat that is
// looked for.
func CountSeats(r *school.Roster, class school.Class, running []school.Application, skip string) Seats {
	s := Seats{Class: class}
	for _, st := range r.StudentsOf(class.ID) {
		if st.ID != skip {
			s.Taken++
		}
	}
	for _, a := range running {
		if a.Student == skip || !Pausing(a) {
			continue
		}
		if a.Class == class.ID {
			s.Paused = append(s.Paused, a)
			if SeatReleased(a) {
				s.Taken--
			}
		}
		if to := a.Answers[placedClass]; to == class.ID && (a.Class != class.ID || SeatReleased(a)) {
			s.Promised++
		}
	}
	return s
}

// Pausing says whether the application is a pause that goes on.
func Pausing(a school.Application) bool {
	return a.Kind == school.ApplySuspend && a.State == school.ApplicationApproved && a.Over.IsZero() && a.Answers[FromResumed] == "" && a.Answers[replacedBy] == ""
}

// SeatReleased says whether the seat of a pause may be given to somebody else.
func SeatReleased(a school.Application) bool {
	return slices.ContainsFunc(a.Steps, func(st school.Step) bool { return st.Answers[seatName] == phrase.SeatReleased.String() })
}

// fitting are the classes a learner can come back to: the old one, and those of
// the same 年级 with a seat.
func (d *draft) fitting(a school.Application) []Seats {
	old, _ := d.School.Roster.Class(a.Class)
	all := []Seats{CountSeats(d.School.Roster, old, d.Running, d.Student.ID)}
	for _, c := range d.School.Roster.Classes {
		if c.ID == old.ID || c.Stage != old.Stage || c.Grade != old.Grade {
			continue
		}
		if s := CountSeats(d.School.Roster, c, d.Running, d.Student.ID); s.Free() != 0 {
			all = append(all, s)
		}
	}
	return all
}

func (d *draft) proposeClass(a school.Application, in school.Input) school.Input {
	in.Type, in.Options = "choice", nil
	for n, s := range d.fitting(a) {
		text := phrase.PlaceNoLimit.With("class", s.Class.Name)
		if s.Free() >= 0 {
			text = phrase.PlaceSeats.With("class", s.Class.Name, "n", max(0, s.Free()))
		}
		in.Options = append(in.Options, school.Option{ID: s.Class.ID, Text: text})
		if n == 0 && s.Free() != 0 && in.Value == "" {
			in.Value = s.Class.ID // the old class, if it has a seat
		}
	}
	return in
}

// checkPlace reads the class a learner comes back to: one there is, with a seat.
func (d *draft) checkPlace(a school.Application, s FlowStep, given map[string]string) error {
	if !asks(s.Require, placedClass) {
		return nil
	}
	said := given[placedClass]
	for _, c := range d.School.Roster.Classes {
		if said != c.ID && said != c.Name && !slices.Contains(c.Aliases, said) && !(c.ID == a.Class && slices.Contains([]string{"原班", "old", "same"}, said)) {
			continue
		}
		seats := CountSeats(d.School.Roster, c, d.Running, d.Student.ID)
		if free := seats.Free(); free == 0 || free < -1 {
			return school.Refused(phrase.PlaceFull.With("class", c.Name, "seats", c.Seats, "others", d.placesLeft(a, c.ID)))
		}
		if given[seatChecked] != phrase.AnswerYes.String() {
			return school.Refused(phrase.PlaceUnchecked.With("class", c.Name))
		}
		given[placedClass] = c.ID
		return nil
	}
	return school.Invalid("%s", phrase.PlaceUnknown.With("said", said, "known", d.placesLeft(a, "")))
}

func (d *draft) placesLeft(a school.Application, but string) string {
	var names []string
	for _, s := range d.fitting(a) {
		if s.Class.ID != but && s.Free() != 0 {
			names = append(names, s.Class.Name)
		}
	}
	return orDash(strings.Join(names, "、"))
}

// placedIn is the class a learner comes back to, as far as that is settled.
func (d *draft) placedIn(a school.Application) school.Class {
	id := a.Class
	if to := a.Answers[placedClass]; to != "" {
		id = to
	}
	class, _ := d.School.Roster.Class(id)
	return class
}

// proposeLesson is when and where the first lesson after the pause is.
func (d *draft) proposeLesson(a school.Application, what string) string {
	class := d.placedIn(a)
	if what != "time" {
		return class.Room
	}
	day, ok := d.cal.NextLesson(school.Day(a.Answers[returnDate]), class)
	if !ok || len(class.Lessons) == 0 {
		return ""
	}
	l, _ := d.cal.Lesson(day, class)
	return day.Name() + " " + l.From.String() + "-" + l.To.String()
}

// placed remembers the class on the application itself, and tells its teacher.
func (d *draft) placed(i int, class string) {
	a := copyApplication(d.apps[i])
	a.Answers[placedClass] = class
	d.setApplication(i, a)
	if class != a.Class {
		d.log(i, "place", phrase.PlaceMoved.With("class", d.placedIn(a).Name), "")
	}
}
