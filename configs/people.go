package configs

import (
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// People is what the sheets of a school folder say.
type People struct {
	Classes   []school.Class
	Students  []school.Student
	Staff     []school.Staff
	Guardians []school.Guardian
	Contracts []school.Contract // of a training institution

	silent map[string]bool // optional columns the sheets do not have: "students.座号"
}

// Roster indexes the people.
func (p *People) Roster() *school.Roster {
	return school.NewRoster(p.Classes, p.Students, p.Staff, p.Guardians).WithContracts(p.Contracts)
}

var (
	classSheet = sheet{name: "classes", also: []string{"班级", "班级表", "课程"},
		need: []string{"班级编号", "学段", "年级", "班名"}, option: []string{"别名", "名额", "上课时间", "地点"}}
	staffSheet = sheet{name: "staff", also: []string{"教职工", "教师", "员工"},
		need: []string{"工号", "姓名", "职务", "范围"}, option: []string{"手机", "企业微信", "钉钉", "代理人"}}
	studentSheet = sheet{name: "students", also: []string{"学生", "学员"},
		need: []string{"学号", "姓名", "班级编号"}, option: []string{"性别", "座号", "住宿", "出生日期", "备注"}}
	guardianSheet = sheet{name: "guardians", also: []string{"家长", "监护人"},
		need: []string{"学号", "姓名"}, option: []string{"关系", "手机", "顺序", "企业微信", "钉钉", "公众号"}}
	contractSheet = sheet{name: "contracts", also: []string{"合同"},
		need: []string{"合同号", "学号", "班级编号", "已购课时", "已消课时", "实付金额", "有效期至"}, option: []string{"赠送课时"}}
)

// stages are the 学段 the law and the software tell apart.
var stages = []string{"小学", "初中", "高中", "中职", "高校", "培训"}

// census reads the sheets in an order in which each only speaks of what the
// ones before it have named. A bad row is reported and left out.
type census struct {
	People
	level  string
	lines  map[string]*row   // what was named where: "class 703", "student S001", "seat 703/12"
	owners map[string]string // account → staff id
	scopes map[string]string // what may stand under 范围 → the scope it means
	child  map[string]int    // 学号 → place in Students
	heard  map[string]bool   // what any row names, bad ones too: "class 703"
	lost   map[string]bool   // sheets of which nothing could be read
}

func newCensus(level string) *census {
	return &census{level: level, People: People{silent: map[string]bool{}}, lines: map[string]*row{}, owners: map[string]string{},
		scopes: map[string]string{school.WholeSchool: school.WholeSchool}, child: map[string]int{}, heard: map[string]bool{}, lost: map[string]bool{}}
}

// known says whether a thing was named by a good row.
func (c *census) known(kind, id string) bool { return c.lines[kind+" "+id] != nil }

// unknown reports a row that speaks of something no row names. If a row names
// it that is bad itself, or the whole sheet is, that was told already: the row
// is only left out.
func (c *census) unknown(r *row, heading, kind, sheet, id, text string) {
	if c.lost[sheet] || c.heard[kind+" "+id] {
		r.bad = true
		r.t.following++
		return
	}
	r.wrong(heading, text)
}

// first notes who named a thing first and reports a second one.
func (c *census) first(r *row, heading, kind, id string) bool {
	if before := c.lines[kind+" "+id]; before != nil {
		r.wrong(heading, phrase.SheetTwice.With("where", before.at()))
		return false
	}
	if !r.bad {
		c.lines[kind+" "+id] = r
	}
	return true
}

func (c *census) readClasses(t *table) {
	for i := range t.rows {
		r := &t.rows[i]
		class := school.Class{
			ID:      r.id("班级编号"),
			Stage:   r.oneOf("学段", stages...),
			Grade:   r.need("年级"),
			Name:    r.need("班名"),
			Aliases: r.words("别名"),
			Seats:   r.number("名额"),
			Lessons: r.lessons("上课时间"),
			Room:    r.cell("地点"),
		}
		r.need("学段")
		for _, word := range []string{class.ID, class.Grade, class.Stage, class.Name} {
			c.heard["class "+word] = true
		}
		if class.ID == school.WholeSchool {
			r.wrong("班级编号", phrase.SheetBadID.String())
		}
		c.first(r, "班级编号", "class", class.ID)
		for _, word := range append([]string{class.Name}, class.Aliases...) {
			if before := c.lines["word "+word]; before != nil && before != r {
				t.warn(r.line, "班名", phrase.SheetSameWord.With("word", word, "where", before.at()))
			}
			c.lines["word "+word] = r
		}
		if r.bad {
			continue
		}
		c.Classes = append(c.Classes, class)
		for word, scope := range map[string]string{class.Name: class.ID, class.Grade: class.Grade, class.Stage: class.Stage} {
			if _, taken := c.scopes[word]; !taken {
				c.scopes[word] = scope
			}
		}
	}
	for _, class := range c.Classes {
		c.scopes[class.ID] = class.ID // a number of a class is always that class
	}
}

// readStaff reads one row per post: rows with one 工号 are one person.
func (c *census) readStaff(t *table) {
	index := map[string]int{}
	for i := range t.rows {
		r := &t.rows[i]
		s := school.Staff{ID: r.id("工号"), Name: r.need("姓名"), Mobile: r.mobile("手机"), Deputy: r.cell("代理人")}
		s.Addresses = addresses(r, "企业微信", "钉钉")
		c.heard["staff "+s.ID] = true
		post := school.Post{Title: r.need("职务"), Scopes: c.scopesOf(r)}
		n, again := index[s.ID]
		if again && c.Staff[n].Name != s.Name {
			r.wrong("姓名", phrase.SheetOtherName.With("where", c.lines["staff "+s.ID].at()))
		}
		if c.known("student", s.ID) {
			r.wrong("工号", phrase.SheetTwice.With("where", c.lines["student "+s.ID].at()))
		}
		switch {
		case r.bad:
		case again:
			c.Staff[n] = withPost(c.Staff[n], s, post)
		default:
			s.Posts = []school.Post{post}
			index[s.ID] = len(c.Staff)
			c.Staff = append(c.Staff, s)
			c.lines["staff "+s.ID] = r
		}
	}
	c.checkDeputies(t)
	c.checkAccounts(t)
}

// withPost adds what a further row says about a person.
func withPost(s, more school.Staff, post school.Post) school.Staff {
	if s.Mobile == "" {
		s.Mobile = more.Mobile
	}
	if s.Deputy == "" {
		s.Deputy = more.Deputy
	}
	s.Addresses = together(s.Addresses, more.Addresses)
	for i, p := range s.Posts {
		if p.Title == post.Title {
			s.Posts[i].Scopes = together(p.Scopes, post.Scopes)
			return s
		}
	}
	s.Posts = append(s.Posts, post)
	return s
}

func together[T comparable](list, more []T) []T {
	out := slices.Clone(list)
	for _, v := range more {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// scopesOf reads the classes, years or 学段 a post is held for; none is the
// whole school, except for the teachers of one class.
func (c *census) scopesOf(r *row) []string {
	title, words := r.cell("职务"), r.words("范围")
	if len(words) == 0 {
		if title == school.TitleHomeroom || title == school.TitleDeputyHomeroom {
			r.wrong("范围", phrase.SheetNoScope.With("title", title))
		}
		return []string{school.WholeSchool}
	}
	for i, w := range words {
		scope, ok := c.scopes[w]
		if !ok {
			c.unknown(r, "范围", "class", classSheet.name, w, phrase.SheetUnknownScope.With("word", w))
		}
		words[i] = scope
	}
	return words
}

// checkDeputies needs all the staff: a deputy may stand further down.
func (c *census) checkDeputies(t *table) {
	for i := range c.Staff {
		s := &c.Staff[i]
		r := c.lines["staff "+s.ID]
		switch {
		case s.Deputy == "":
			continue
		case s.Deputy == s.ID:
			t.add(r.line, "代理人", phrase.SheetOwnDeputy.String())
		case !c.known("staff", s.Deputy) && c.heard["staff "+s.Deputy]:
			t.following++
		case !c.known("staff", s.Deputy):
			t.add(r.line, "代理人", phrase.SheetUnknownDeputy.String())
		default:
			continue
		}
		s.Deputy = ""
	}
}

// checkAccounts: an account speaks for one person only.
func (c *census) checkAccounts(t *table) {
	for _, s := range c.Staff {
		for _, a := range s.Addresses {
			key := account(a)
			if owner := c.owners[key]; owner != "" {
				t.add(c.lines["staff "+s.ID].line, heading(a.Platform), phrase.SheetSameAccount.With("where", c.lines["staff "+owner].at()))
			}
			c.owners[key] = s.ID
		}
	}
}
