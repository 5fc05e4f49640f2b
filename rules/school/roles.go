package school

import (
	"slices"
	"time"
)

// Resolution says who holds a role at a moment, and how that was found.
type Resolution struct {
	People   []string // person ids; never empty while the school has staff
	Chain    []string // the way, in Chinese, to be joined with →: 年级主任空缺, 教务主任 冯志远
	Fallback bool     // nobody holds the role: a higher post stands in
}

// Posts the software itself knows by name.
const (
	TitleHomeroom       = "班主任"
	TitleDeputyHomeroom = "副班主任"
	TitleSubjectTeacher = "科任教师"
	TitleYearHead       = "年级主任"
	TitleAdministrator  = "管理员"
)

// ladder is the way up when a post is empty; offices of one rung stand side by side.
var ladder = [][]string{
	{TitleHomeroom},
	{TitleYearHead},
	{"教务主任", "德育主任"},
	{"主管主任"},
	{"主管副校长"},
	{"校长"},
	{TitleAdministrator},
}

// directors is the rung on which unknown posts land.
const directors = 3

// aliases are words of the regimes and of schools for one and the same post;
// the first of a line is its name in the ladder.
var aliases = [][]string{
	{TitleYearHead, "年级", "年级组长", "年级组", "年级部主任", "学部主任"},
	{TitleSubjectTeacher, "任课教师", "授课教师", "课任教师", "课任", "任课", "授课", "科任", "任课老师", "科任老师", "授课老师"},
	{"教务主任", "教务处", "教导处", "教育处", "教导主任", "教务处主任", "教导处主任", "教育处主任"},
	{"德育主任", "德育处", "政教处", "政教主任", "德育处主任", "政教处主任", "学生处", "学生处主任"},
	{"主管主任", "分管主任"},
	{"主管副校长", "主管校长", "分管副校长", "分管校长"},
	{"学校办公室", "学校", "办公室主任", "学校办公室主任", "办公室"},
	{"学校领导", "校领导", "有关领导"},
	{"保卫主任", "保卫处", "保卫处主任", "安全办"},
	{"宿管", "生活老师", "宿管员", "宿管老师", "生活教师"},
	{"校医", "保健教师", "卫生老师"},
	{"学籍管理员", "学籍员", "学籍专管员"},
	{TitleAdministrator, "administrator", "系统管理员"},
	{"教务", "教务主管"},
	{"客服", "前台", "课程顾问", "学管师"},
	{"校区负责人", "机构", "校区主管"},
}

// standIns do the work of a post that nobody holds, without being above it.
var standIns = map[string][]string{
	TitleHomeroom: {TitleDeputyHomeroom},
	"主管副校长":       {"副校长"},
	"教务主任":        {"教务"},
	"校长":          {"校区负责人"},
}

// Holders finds who holds a role for a class ("" = the whole school): the
// school's own 职务 of that name, else what posts: in school.yaml says, else
// another word for the same post, else the next higher post that somebody
// holds. Whoever is away is replaced by the deputy (代理人).
func (s *School) Holders(role, class string, ds []Delegation, now time.Time) Resolution {
	var r Resolution
	try := func(title string) bool {
		word, people := s.inPost(title, class)
		if len(people) == 0 {
			r.Chain = append(r.Chain, title+"空缺")
			return false
		}
		for _, id := range people {
			r.Chain = append(r.Chain, word+" "+s.nameOf(id))
			deputy := s.deputyOf(id, ds, now)
			if deputy != id {
				r.Chain = append(r.Chain, "代理人 "+s.nameOf(deputy))
			}
			if !slices.Contains(r.People, deputy) {
				r.People = append(r.People, deputy)
			}
		}
		return true
	}
	if try(role) {
		return r
	}
	r.Fallback = true
	for _, rung := range ladder[above(role):] {
		if slices.ContainsFunc(rung, try) {
			return r
		}
	}
	if len(s.Roster.Staff) > 0 {
		first := s.Roster.Staff[0]
		r.People, r.Chain = []string{first.ID}, append(r.Chain, "教职工名单第一人 "+first.Name)
	}
	return r
}

// above is the rung of the ladder on which the search goes on when a role is empty.
func above(role string) int {
	name := canonical(role)
	for i, rung := range ladder {
		if slices.Contains(rung, name) {
			return i + 1
		}
	}
	if name == TitleSubjectTeacher || name == TitleDeputyHomeroom {
		return 0
	}
	return directors
}

// inPost finds the holders of one post and the word under which they hold it.
func (s *School) inPost(title, class string) (string, []string) {
	for _, word := range s.words(title) {
		if people := s.titled(word, class); len(people) > 0 {
			return word, people
		}
	}
	return "", nil
}

// words are the names under which a post is looked for, best first.
func (s *School) words(title string) []string {
	words := []string{title}
	same := synonyms(title)
	for _, w := range same {
		if mapped := s.Posts[w]; mapped != "" {
			words = append(append(words, mapped), synonyms(mapped)...)
		}
	}
	words = append(words, same...)
	name := canonical(title)
	for _, stand := range standIns[name] {
		words = append(words, synonyms(stand)...)
	}
	if name == TitleHomeroom && s.Training() {
		words = append(words, synonyms(TitleSubjectTeacher)...)
	}
	return words
}

func synonyms(title string) []string {
	for _, line := range aliases {
		if slices.Contains(line, title) {
			return line
		}
	}
	return []string{title}
}

func canonical(title string) string { return synonyms(title)[0] }

// SamePost says whether two words stand for one and the same post.
func SamePost(a, b string) bool { return canonical(a) == canonical(b) }

// titled finds the holders of a 职务 as written in the staff list. The post
// closest to the class wins: its own before its year's before the school's;
// but all who teach the class are its subject teachers.
func (s *School) titled(title, class string) []string {
	c, known := s.Roster.Class(class)
	scopes := []string{c.ID, c.Grade, c.Stage, WholeSchool}
	if !known {
		scopes = []string{WholeSchool}
	}
	everybody := known && canonical(title) == TitleSubjectTeacher
	var people []string
	for _, scope := range scopes {
		people = appendNew(people, s.Roster.posts[office{title, scope}])
		if len(people) > 0 && !everybody {
			return people
		}
	}
	if len(people) == 0 && !known && above(title) > 1 {
		people = appendNew(people, s.Roster.titles[title])
	}
	return people
}

func appendNew(list, more []string) []string {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

func (s *School) nameOf(id string) string {
	st, _ := s.Roster.StaffByID(id)
	return st.Name
}

// deputyOf follows the delegations in force; the person itself when there is none.
func (s *School) deputyOf(id string, ds []Delegation, now time.Time) string {
	seen := map[string]bool{}
	for at := id; !seen[at]; {
		seen[at] = true
		next := s.delegate(at, ds, now)
		if next == "" {
			return at
		}
		at = next
	}
	return id // they stand in for each other: nobody is away
}

func (s *School) delegate(from string, ds []Delegation, now time.Time) string {
	to := ""
	for _, d := range ds {
		if _, known := s.Roster.StaffByID(d.To); known && d.From == from && d.To != from && d.Active(now) {
			to = d.To
		}
	}
	return to
}

// Active says whether the delegation is in force.
func (d Delegation) Active(now time.Time) bool {
	return !now.Before(d.Since) && !now.After(d.Until)
}
