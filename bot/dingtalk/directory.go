package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
)

// The address book is free to read; the home-school one (家校通讯录) is counted,
// about ten calls for each class, so it is read once a week.
const (
	rootDepartment = 1
	staffPage      = 100
	eduPage        = 30
	eduEvery       = 7 * 24 * time.Hour
)

// Directory lists the staff the app may see and, at most once a week, the
// guardians of the home-school address book.
func (p *Platform) Directory(ctx context.Context) ([]bot.Listed, error) {
	listed, err := p.staff(ctx)
	if err != nil {
		return nil, failure(err)
	}
	if _, read, err := p.deps.Shared.Get(ctx, p.eduKey()); err == nil && read {
		return listed, nil
	}
	guardians, err := p.guardians(ctx)
	switch {
	case isConfig(err):
		return listed, nil // a school without that address book, or an app without the right to it
	case err != nil:
		return nil, failure(err)
	}
	_ = p.deps.Shared.Set(ctx, p.eduKey(), "1", eduEvery) // else it costs calls, nothing worse
	return append(listed, guardians...), nil
}

// Look lists the members an event named; who is gone is left out.
func (p *Platform) Look(ctx context.Context, ids ...string) ([]bot.Listed, error) {
	var listed []bot.Listed
	for _, id := range ids {
		var one struct {
			Result member `json:"result"`
		}
		err := p.api.ask(ctx, "/topapi/v2/user/get", map[string]string{"userid": id}, &one)
		if e := (*bot.SendError)(nil); errors.As(err, &e) && e.Class == bot.SendRecipient {
			continue
		}
		if err != nil {
			return nil, failure(err)
		}
		listed = append(listed, one.Result.listed())
	}
	return listed, nil
}

// member is one entry of the address book.
type member struct {
	User   string `json:"userid"`
	Name   string `json:"name"`
	Mobile string `json:"mobile"`
	Active bool   `json:"active"`
}

func (m member) listed() bot.Listed {
	return bot.Listed{User: m.User, Kind: school.KindStaff, Name: m.Name, Mobile: m.Mobile, Reached: m.Active}
}

func (p *Platform) eduKey() string { return "dingtalk:edu:" + p.set.Account }

// staff walks the departments from the root.
func (p *Platform) staff(ctx context.Context) ([]bot.Listed, error) {
	var all []bot.Listed
	seen, known := map[int64]bool{rootDepartment: true}, map[string]bool{}
	for queue := []int64{rootDepartment}; len(queue) > 0; queue = queue[1:] {
		var sub struct {
			Result []struct {
				ID int64 `json:"dept_id"`
			} `json:"result"`
		}
		if err := p.api.ask(ctx, "/topapi/v2/department/listsub", map[string]int64{"dept_id": queue[0]}, &sub); err != nil {
			return nil, err
		}
		for _, d := range sub.Result {
			if !seen[d.ID] {
				seen[d.ID] = true
				queue = append(queue, d.ID)
			}
		}
		members, err := p.members(ctx, queue[0])
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if !known[m.User] { // somebody in two departments is one person
				known[m.User] = true
				all = append(all, m)
			}
		}
	}
	return all, nil
}

func (p *Platform) members(ctx context.Context, department int64) ([]bot.Listed, error) {
	var all []bot.Listed
	for cursor := int64(0); ; {
		var page struct {
			Result struct {
				List []member `json:"list"`
				More bool     `json:"has_more"`
				Next int64    `json:"next_cursor"`
			} `json:"result"`
		}
		err := p.api.ask(ctx, "/topapi/v2/user/list", map[string]int64{"dept_id": department, "cursor": cursor, "size": staffPage}, &page)
		if err != nil {
			return nil, err
		}
		for _, u := range page.Result.List {
			all = append(all, u.listed())
		}
		if !page.Result.More || page.Result.Next <= cursor {
			return all, nil
		}
		cursor = page.Result.Next
	}
}

// eduClass is a leaf of the home-school address book.
type eduClass struct {
	ID   int64  `json:"dept_id"`
	Name string `json:"name"`
	Nick string `json:"nick"`
	Type string `json:"dept_type"`
}

// guardians reads every class: who is there, and whose child is who.
func (p *Platform) guardians(ctx context.Context) ([]bot.Listed, error) {
	classes, err := p.eduClasses(ctx)
	if err != nil {
		return nil, err
	}
	var all []bot.Listed
	place := map[string]int{} // by user
	for _, c := range classes {
		students, err := p.eduStudents(ctx, c)
		if err != nil {
			return nil, err
		}
		names, err := p.eduNames(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		err = pages(ctx, p.api, "/topapi/edu/user/relation/list", map[string]any{"class_id": c.ID}, func(raw json.RawMessage) error {
			var r struct {
				From string `json:"from_userid"`
				To   string `json:"to_userid"`
				Name string `json:"relation_name"`
			}
			if err := json.Unmarshal(raw, &r); err != nil {
				return busy("")
			}
			child, ok := students[r.To]
			if !ok {
				return nil
			}
			child.Relation = r.Name
			at, ok := place[r.From]
			if !ok {
				at = len(all)
				place[r.From] = at
				// Whether a guardian has ever opened DingTalk is not told: the result of a send is.
				all = append(all, bot.Listed{User: r.From, Kind: school.KindGuardian, Name: names[r.From], Reached: true})
			}
			all[at].Children = append(all[at].Children, child)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (p *Platform) eduClasses(ctx context.Context) ([]eduClass, error) {
	var classes []eduClass
	for queue := []int64{0}; len(queue) > 0; queue = queue[1:] {
		q := map[string]any{}
		if queue[0] != 0 {
			q["super_id"] = queue[0]
		}
		err := pages(ctx, p.api, "/topapi/edu/dept/list", q, func(raw json.RawMessage) error {
			var d eduClass
			if err := json.Unmarshal(raw, &d); err != nil {
				return busy("")
			}
			if d.Type == "class" {
				classes = append(classes, d)
			} else if d.ID != 0 {
				queue = append(queue, d.ID)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return classes, nil
}

// eduUser is one identity in a class; feature is JSON in a string.
type eduUser struct {
	User    string `json:"userid"`
	Name    string `json:"name"`
	Feature string `json:"feature"`
}

func (p *Platform) eduStudents(ctx context.Context, c eduClass) (map[string]bot.ListedChild, error) {
	name := c.Name
	if name == "" {
		name = c.Nick
	}
	students := map[string]bot.ListedChild{}
	err := p.eduUsers(ctx, c.ID, "student", func(u eduUser) {
		var f struct {
			Number loose `json:"student_no"`
		}
		_ = json.Unmarshal([]byte(u.Feature), &f) // only classes that use numbers have them
		students[u.User] = bot.ListedChild{Number: string(f.Number), Name: u.Name, Class: name}
	})
	return students, err
}

func (p *Platform) eduNames(ctx context.Context, class int64) (map[string]string, error) {
	names := map[string]string{}
	err := p.eduUsers(ctx, class, "guardian", func(u eduUser) { names[u.User] = u.Name })
	return names, err
}

func (p *Platform) eduUsers(ctx context.Context, class int64, role string, visit func(eduUser)) error {
	return pages(ctx, p.api, "/topapi/edu/user/list", map[string]any{"class_id": class, "role": role}, func(raw json.RawMessage) error {
		var u eduUser
		if err := json.Unmarshal(raw, &u); err != nil {
			return busy("")
		}
		visit(u)
		return nil
	})
}

// pages reads a list of the home-school address book to its end.
func pages(ctx context.Context, api *client, path string, q map[string]any, visit func(json.RawMessage) error) error {
	q["page_size"] = eduPage
	for n := 1; ; n++ {
		q["page_no"] = n
		var page struct {
			Result struct {
				Details   []json.RawMessage `json:"details"`
				Relations []json.RawMessage `json:"relations"`
				More      bool              `json:"has_more"`
			} `json:"result"`
		}
		if err := api.post(ctx, path, q, &page); err != nil {
			return err
		}
		for _, raw := range append(page.Result.Details, page.Result.Relations...) {
			if err := visit(raw); err != nil {
				return err
			}
		}
		if !page.Result.More {
			return nil
		}
	}
}
