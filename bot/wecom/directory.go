package wecom

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strconv"

	"guixiao/bot"
	"guixiao/rules/school"
)

// Directory lists the members the app may see and, where it may read the 家校
// address book, the parents of every class. An app made since 2022 is not told
// the members' mobile numbers; the parents' it is.
func (p *Platform) Directory(ctx context.Context) ([]bot.Listed, error) {
	members, err := p.members(ctx)
	if err != nil {
		return nil, err
	}
	parents, err := p.schoolParents(ctx)
	if unreadable(err) {
		return members, nil
	}
	return append(members, parents...), err
}

// unreadable says that a school has no 家校 address book, or none for this app:
// it works for the staff all the same.
func unreadable(err error) bool {
	switch code(err) {
	case "65014", "65022", "48002":
		return true
	}
	return false
}

// memberRow is a member as the address book has it.
type memberRow struct {
	User   string `json:"userid"`
	Name   string `json:"name"`
	Mobile string `json:"mobile"`
	Status int    `json:"status"` // 1 active, 2 disabled, 4 not activated, 5 left; 0 where it is not told
}

func (m memberRow) listed() bot.Listed {
	return bot.Listed{User: m.User, Kind: school.KindStaff, Name: m.Name, Mobile: m.Mobile, Reached: m.Status == 0 || m.Status == 1}
}

// members are those of every department the app sees, and those it sees by name.
func (p *Platform) members(ctx context.Context) ([]bot.Listed, error) {
	var tree struct {
		Departments []struct {
			ID int64 `json:"id"`
		} `json:"department"`
	}
	if err := p.api.get(ctx, "department/list", nil, &tree); err != nil && !hidden(err) {
		return nil, err
	}
	seen := map[string]bool{}
	var all []bot.Listed
	add := func(m memberRow) {
		if key := fold(m.User); m.User != "" && !seen[key] { // somebody in two departments is one person
			seen[key] = true
			all = append(all, m.listed())
		}
	}
	for _, d := range tree.Departments {
		var page struct {
			Members []memberRow `json:"userlist"`
		}
		err := p.api.get(ctx, "user/list", url.Values{"department_id": {strconv.FormatInt(d.ID, 10)}}, &page)
		if err != nil && !hidden(err) {
			return nil, err
		}
		for _, m := range page.Members {
			add(m)
		}
	}
	agent, err := p.agent(ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range agent.Users.List {
		if seen[fold(u.User)] {
			continue
		}
		var m memberRow
		switch err := p.api.get(ctx, "user/get", url.Values{"userid": {u.User}}, &m); {
		case err == nil:
			add(m)
		case !hidden(err):
			return nil, err
		}
	}
	return all, nil
}

// hidden says that somebody, or a department, is outside what the app may see.
func hidden(err error) bool {
	var e *bot.SendError
	return errors.As(err, &e) && e.Class == bot.SendRecipient
}

// schoolClass is a class of the 家校 address book.
type schoolClass struct {
	ID        int64  `json:"id"`
	Parent    int64  `json:"parentid"`
	Name      string `json:"name"`
	Type      int    `json:"type"` // 1 a class, 2 a grade …
	Graduated int    `json:"is_graduated"`
}

const typeClass = 1

// guardianRow is a parent as the 家校 address book has it.
type guardianRow struct {
	User     string `json:"parent_userid"`
	Mobile   string `json:"mobile"`
	Follows  int    `json:"is_subscribe"`
	Children []struct {
		Student  string `json:"student_userid"`
		Relation string `json:"relation"`
		Name     string `json:"name"`
	} `json:"children"`
}

// schoolClasses reads the departments of the 家校 address book, by id.
func (p *Platform) schoolClasses(ctx context.Context) (map[int64]schoolClass, []int64, error) {
	var tree struct {
		Departments []schoolClass `json:"departments"`
	}
	if err := p.api.get(ctx, "school/department/list", nil, &tree); err != nil {
		return nil, nil, err
	}
	all, order := map[int64]schoolClass{}, []int64{}
	for _, d := range tree.Departments {
		all[d.ID] = d
		if d.Type == typeClass && d.Graduated == 0 {
			order = append(order, d.ID)
		}
	}
	return all, order, nil
}

// bareClass is a class whose name alone does not tell the grade.
var bareClass = regexp.MustCompile(`^[(（]?[0-9一二三四五六七八九十]+[)）]?班$`)

// className is the name of a class as the school would write it.
func className(classes map[int64]schoolClass, id int64) string {
	c := classes[id]
	if grade := classes[c.Parent]; bareClass.MatchString(c.Name) {
		return grade.Name + c.Name
	}
	return c.Name
}

// pupilRow is a student as the 家校 address book has it.
type pupilRow struct {
	User        string        `json:"student_userid"`
	Name        string        `json:"name"`
	Departments []int64       `json:"department"`
	Parents     []guardianRow `json:"parents"`
}

// schoolParents reads class by class, the students first: the list of a
// class's parents names all their children, also those of other classes.
func (p *Platform) schoolParents(ctx context.Context) ([]bot.Listed, error) {
	classes, order, err := p.schoolClasses(ctx)
	if err != nil {
		return nil, err
	}
	pupils, parents := map[string]pupilRow{}, map[string]guardianRow{}
	var users []string
	for _, id := range order {
		q := url.Values{"department_id": {strconv.FormatInt(id, 10)}}
		var students struct {
			Rows []pupilRow `json:"students"`
		}
		if err := p.api.get(ctx, "school/user/list", q, &students); err != nil && !hidden(err) {
			return nil, err
		}
		for _, s := range students.Rows {
			s.Departments = []int64{id}
			pupils[s.User] = s
		}
		var page struct {
			Rows []guardianRow `json:"parents"`
		}
		if err := p.api.get(ctx, "school/user/list_parent", q, &page); err != nil && !hidden(err) {
			return nil, err
		}
		for _, row := range page.Rows {
			if _, known := parents[row.User]; !known {
				users = append(users, row.User)
			}
			parents[row.User] = row
		}
	}
	var all []bot.Listed
	for _, user := range users {
		listed := parents[user].listed()
		for _, child := range parents[user].Children {
			if s, here := pupils[child.Student]; here { // who has left the school is nobody's child here
				listed.Children = append(listed.Children, s.child(classes, child.Relation))
			}
		}
		all = append(all, listed)
	}
	return all, nil
}

func (s pupilRow) child(classes map[int64]schoolClass, relation string) bot.ListedChild {
	c := bot.ListedChild{Number: s.User, Name: s.Name, Relation: relation}
	for _, id := range s.Departments {
		c.Class = className(classes, id)
	}
	return c
}

func (r guardianRow) listed() bot.Listed {
	return bot.Listed{User: r.User, Kind: school.KindGuardian, Mobile: r.Mobile, Reached: r.Follows == 1}
}

// Look reads some people of the 家校 address book anew, by the ids that an event
// named: a parent, or a student, whose parents are meant. Who is gone is left out.
func (p *Platform) Look(ctx context.Context, ids ...string) ([]bot.Listed, error) {
	classes, _, err := p.schoolClasses(ctx)
	if err != nil {
		return nil, err
	}
	var all []bot.Listed
	looked := map[string]bool{}
	for len(ids) > 0 {
		id := ids[0]
		ids = ids[1:]
		if looked[id] {
			continue
		}
		looked[id] = true
		row, err := p.schoolUser(ctx, id)
		switch {
		case hidden(err):
			continue
		case err != nil:
			return nil, err
		}
		if row.Type == typeStudent {
			for _, parent := range row.Student.Parents {
				ids = append(ids, parent.User)
			}
			continue
		}
		listed := row.Parent.listed()
		for _, child := range row.Parent.Children {
			student, err := p.schoolUser(ctx, child.Student)
			switch {
			case hidden(err):
				continue
			case err != nil:
				return nil, err
			}
			student.Student.User = child.Student
			listed.Children = append(listed.Children, student.Student.child(classes, child.Relation))
		}
		all = append(all, listed)
	}
	return all, nil
}

const (
	typeStudent = 1
	typeParent  = 2
)

// schoolUserRow is the answer of school/user/get.
type schoolUserRow struct {
	Type    int         `json:"user_type"`
	Student pupilRow    `json:"student"`
	Parent  guardianRow `json:"parent"`
}

func (p *Platform) schoolUser(ctx context.Context, id string) (schoolUserRow, error) {
	var row schoolUserRow
	err := p.api.get(ctx, "school/user/get", url.Values{"userid": {id}}, &row)
	return row, err
}

// FollowCode is the picture parents scan to follow the school, without which
// they get no school notice.
func (p *Platform) FollowCode(ctx context.Context) (string, error) {
	var answer struct {
		Big string `json:"qrcode_big"`
	}
	err := p.api.get(ctx, "externalcontact/get_subscribe_qr_code", nil, &answer)
	return answer.Big, err
}
