package school

import (
	"slices"
	"strings"
	"time"
)

// OwnsRoll says whether the person's report is the roll call of the class: its
// 班主任, its 副班主任 or who stands in for them. A class without any is
// answered for by the next higher post, a course by its teachers.
func (s *School) OwnsRoll(p Person, class string, ds []Delegation, now time.Time) bool {
	owners := slices.Concat(s.titled(TitleHomeroom, class), s.titled(TitleDeputyHomeroom, class))
	if s.Training() { // whoever gives the lesson sees who is there
		_, teachers := s.inPost(TitleSubjectTeacher, class)
		owners = append(owners, teachers...)
	}
	if len(owners) == 0 {
		owners = s.Holders(TitleHomeroom, class, nil, now).People
	}
	return slices.ContainsFunc(owners, func(id string) bool {
		return id == p.ID || s.deputyOf(id, ds, now) == p.ID
	})
}

// MaySee says whether the person may read what is known about the child: its
// own teachers, the year's head, the leaders, its guardians. Who stands in for
// somebody sees what they see.
func (s *School) MaySee(p Person, student Student, ds []Delegation, now time.Time) bool {
	return p.GuardianOf(student.ID) || s.concerned(p, student, ds, now, s.sees)
}

// MayReport says whether the person may say something about the child's
// attendance: everybody on the staff whose post covers the child's class, and
// its guardians.
func (s *School) MayReport(p Person, student Student, ds []Delegation, now time.Time) bool {
	return p.GuardianOf(student.ID) || s.concerned(p, student, ds, now, func(string) bool { return true })
}

// concerned looks for a post, one's own or one stood in for, that covers a
// class of the child.
func (s *School) concerned(p Person, student Student, ds []Delegation, now time.Time, title func(string) bool) bool {
	if p.Kind != KindStaff {
		return false
	}
	posts := slices.Clone(p.Posts)
	for _, d := range ds {
		if away, ok := s.Roster.StaffByID(d.From); ok && d.From != p.ID && s.deputyOf(d.From, ds, now) == p.ID {
			posts = append(posts, away.Posts...)
		}
	}
	return slices.ContainsFunc(posts, func(post Post) bool {
		return title(post.Title) && s.reaches(post, student)
	})
}

func (s *School) reaches(post Post, student Student) bool {
	for _, place := range student.Places {
		if c, ok := s.Roster.Class(place.Class); ok && post.covers(c) {
			return true
		}
	}
	return false
}

// sees: the posts whose work is the single child, and those above them.
func (s *School) sees(title string) bool {
	name := canonical(title)
	switch name {
	case TitleSubjectTeacher, TitleDeputyHomeroom, "学籍管理员", "教务", "校区负责人", "学校办公室":
		return true
	case "客服":
		return s.Training()
	}
	for _, rung := range ladder {
		if slices.Contains(rung, name) {
			return true
		}
	}
	for _, mapped := range s.Posts {
		if mapped == title {
			return true
		}
	}
	return slices.ContainsFunc([]string{"校长", "书记", "领导", "控辍", "小组"}, func(w string) bool {
		return strings.Contains(title, w)
	})
}

// MayReadFile says whether the person may open the child's case file. Subject
// teachers need to know only whether the child is here, and guardians have
// their own page (domain 6).
func (s *School) MayReadFile(p Person, student Student, ds []Delegation, now time.Time) bool {
	return s.concerned(p, student, ds, now, func(title string) bool {
		return s.sees(title) && canonical(title) != TitleSubjectTeacher
	})
}
