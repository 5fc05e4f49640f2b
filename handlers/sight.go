package handlers

import (
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// sight is what one person may see at one moment: need-to-know, asked again
// for every page.
type sight struct {
	me  viewer
	ds  []school.Delegation
	now time.Time
}

func (s *server) sight(c *gin.Context, me viewer) (sight, error) {
	now := me.School.Calendar.In(s.Now())
	ds, err := s.Reader.Delegations(c.Request.Context(), me.School.ID, now)
	return sight{me, ds, now}, err
}

func (v sight) student(id string) (school.Student, error) {
	student, ok := v.me.School.Roster.Student(id)
	if !ok || !v.me.School.MaySee(v.me.Person, student, v.ds, v.now) {
		return school.Student{}, school.Forbidden(phrase.NotYours.String())
	}
	return student, nil
}

// file says whether the person may open the child's case file: not its
// guardians, who have their own page, and not subject teachers.
func (v sight) file(student string) error {
	st, ok := v.me.School.Roster.Student(student)
	if !ok || !v.me.School.MayReadFile(v.me.Person, st, v.ds, v.now) {
		return school.Forbidden(phrase.NotYours.String())
	}
	return nil
}

// caseFile says whether the person may open a case: the child's file, or of a
// matter of the school what they were asked or told themselves.
func (v sight) caseFile(k school.Case) error {
	if k.Student != "" {
		return v.file(k.Student)
	}
	if v.me.Kind == school.KindStaff && (slices.Contains(k.Told, v.me.ID) || len(v.classes()) == len(v.me.School.Roster.Classes)) {
		return nil
	}
	return school.Forbidden(phrase.NotYours.String())
}

// classes are those all of whose children the person may see, in roster order.
func (v sight) classes() []school.Class {
	var out []school.Class
	for _, class := range v.me.School.Roster.Classes {
		students := v.me.School.Roster.StudentsOf(class.ID)
		hidden := func(st school.Student) bool {
			return !v.me.School.MayReadFile(v.me.Person, st, v.ds, v.now)
		}
		if len(students) > 0 && !slices.ContainsFunc(students, hidden) {
			out = append(out, class)
		}
	}
	return out
}

// card says whether the person may look at a card: those it was sent to and
// their deputies, and on the staff whoever may open the child's file.
func (v sight) card(card school.Card) error {
	if slices.Contains(card.People, v.me.ID) {
		return nil
	}
	for _, d := range v.ds {
		if d.To == v.me.ID && d.Active(v.now) && slices.Contains(card.People, d.From) {
			return nil
		}
	}
	if card.Student != "" && v.file(card.Student) == nil {
		return nil
	}
	return school.Forbidden(phrase.NotYours.String())
}

// document says whether the person may open stored content: about a child,
// who may open its file; else who sees the whole school.
func (v sight) document(f school.File) error {
	if f.Student != "" {
		return v.file(f.Student)
	}
	if v.me.Kind == school.KindStaff && len(v.classes()) == len(v.me.School.Roster.Classes) {
		return nil
	}
	return school.Forbidden(phrase.NotYours.String())
}
