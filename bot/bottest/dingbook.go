package bottest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
)

// The address book; what begins with edu is charged, the rest is free.
var bookCalls = map[string]dingCall{
	"POST /topapi/v2/user/getbymobile":     {old: true, token: appCall, do: (*DingTalk).byMobile},
	"POST /topapi/v2/user/get":             {old: true, token: appCall, do: (*DingTalk).userGet},
	"POST /topapi/user/getbyunionid":       {old: true, token: appCall, do: (*DingTalk).byUnion},
	"POST /topapi/v2/department/listsub":   {old: true, token: appCall, do: (*DingTalk).departments},
	"POST /topapi/v2/department/listsubid": {old: true, token: appCall, do: (*DingTalk).departmentIDs},
	"POST /topapi/v2/user/list":            {old: true, token: appCall, do: (*DingTalk).members},
	"POST /topapi/user/listid":             {old: true, token: appCall, do: (*DingTalk).memberIDs},
	"POST /topapi/edu/dept/list":           {old: true, token: appCall, charged: true, do: (*DingTalk).eduDepartments},
	"POST /topapi/edu/user/list":           {old: true, token: appCall, charged: true, do: (*DingTalk).eduUsers},
	"POST /topapi/edu/user/relation/list":  {old: true, token: appCall, charged: true, do: (*DingTalk).eduRelations},
}

// dingClass is one class of the 家校通讯录.
type dingClass struct {
	id       int64
	name     string
	children []EduChild
}

// EduChild is a child of a class with one guardian.
type EduChild struct {
	User, Name, Number string // userid, name, 学号 ("" where the class uses none)
	Guardian           *DingUser
	Relation           string // M, F, GF …
}

// Class adds a class with its children to the 家校通讯录.
func (f *DingTalk) Class(name string, children ...EduChild) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := int64(500 + len(f.classes))
	f.classes = append(f.classes, dingClass{id, name, children})
	return id
}

// MoveIn adds a child to a class that exists, as the school office does.
func (f *DingTalk) MoveIn(class int64, child EduChild) {
	f.set(func() {
		for i := range f.classes {
			if f.classes[i].id == class {
				f.classes[i].children = append(f.classes[i].children, child)
			}
		}
	})
}

func found(v any) dingReply { return given(answer{"result": v}) }

func (f *DingTalk) staffList() []*DingUser {
	var all []*DingUser
	for _, u := range f.users {
		if !u.guardian && !u.outside {
			all = append(all, u)
		}
	}
	slices.SortFunc(all, func(a, b *DingUser) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (u *DingUser) entry() map[string]any {
	return map[string]any{"userid": u.ID, "unionid": unionOf(u.ID), "name": u.Name, "mobile": u.Mobile, "title": "", "job_number": "",
		"dept_id_list": []int{1}, "active": !u.inactive, "admin": false, "boss": false}
}

func (f *DingTalk) byMobile(_ *http.Request, body []byte) dingReply {
	var m struct {
		Mobile string `json:"mobile"`
	}
	if !strict(body, &m) || m.Mobile == "" {
		return oldFault(40104)
	}
	for _, u := range f.staffList() {
		if u.Mobile == m.Mobile {
			return found(map[string]any{"userid": u.ID})
		}
	}
	return oldFault(60121)
}

func (f *DingTalk) userGet(_ *http.Request, body []byte) dingReply {
	var m struct {
		User string `json:"userid"`
		Lang string `json:"language"`
	}
	if !strict(body, &m) {
		return oldFault(400002)
	}
	u := f.users[m.User]
	switch {
	case u == nil:
		return oldFault(60121)
	case u.outside:
		return oldFault(50002)
	}
	return found(u.entry())
}

func (f *DingTalk) byUnion(_ *http.Request, body []byte) dingReply {
	var m struct {
		Union string `json:"unionid"`
	}
	if !strict(body, &m) {
		return oldFault(400002)
	}
	for id, u := range f.users {
		if unionOf(id) == m.Union && !u.guardian {
			return found(map[string]any{"userid": id, "contact_type": 0})
		}
	}
	return oldFault(60121)
}

// The school has one department below its root.
const office = 2

func (f *DingTalk) departments(_ *http.Request, body []byte) dingReply {
	if f.root(body) {
		return found([]any{map[string]any{"dept_id": office, "name": "教务处", "parent_id": 1}})
	}
	return found([]any{})
}

func (f *DingTalk) departmentIDs(_ *http.Request, body []byte) dingReply {
	if f.root(body) {
		return found(map[string]any{"dept_id_list": []int{office}})
	}
	return found(map[string]any{"dept_id_list": []int{}})
}

func (f *DingTalk) root(body []byte) bool {
	var m struct {
		Dept int64  `json:"dept_id"`
		Lang string `json:"language"`
	}
	return (len(body) == 0 || json.Unmarshal(body, &m) == nil) && m.Dept <= 1
}

// members pages through a department: the first of the staff stands in the
// root, everybody else in the office.
func (f *DingTalk) members(_ *http.Request, body []byte) dingReply {
	var m struct {
		Dept   int64  `json:"dept_id"`
		Cursor int    `json:"cursor"`
		Size   int    `json:"size"`
		Order  string `json:"order_field"`
		Limit  *bool  `json:"contain_access_limit"`
		Lang   string `json:"language"`
	}
	if !strict(body, &m) || m.Dept == 0 || m.Size < 1 || m.Size > 100 || m.Cursor < 0 {
		return oldFault(400002)
	}
	all := f.department(m.Dept)
	if all == nil {
		return oldFault(60003)
	}
	page, more := pageOf(all, m.Cursor, m.Size)
	list := []any{}
	for _, u := range page {
		list = append(list, u.entry())
	}
	result := map[string]any{"list": list, "has_more": more}
	if more {
		result["next_cursor"] = m.Cursor + m.Size
	}
	return found(result)
}

func (f *DingTalk) memberIDs(_ *http.Request, body []byte) dingReply {
	var m struct {
		Dept int64 `json:"dept_id"`
	}
	if !strict(body, &m) {
		return oldFault(400002)
	}
	ids := []string{}
	for _, u := range f.department(m.Dept) {
		ids = append(ids, u.ID)
	}
	return found(map[string]any{"userid_list": ids})
}

func (f *DingTalk) department(id int64) []*DingUser {
	all := f.staffList()
	first := min(len(all), 1)
	switch id {
	case 1:
		return all[:first:first]
	case office:
		return append([]*DingUser{}, all[first:]...)
	}
	return nil
}

func pageOf[T any](all []T, from, size int) ([]T, bool) {
	from = min(from, len(all))
	to := min(from+size, len(all))
	return all[from:to], to < len(all)
}

// eduPage is what every list of the 家校通讯录 asks for.
type eduPage struct {
	Page  int   `json:"page_no"`
	Size  int   `json:"page_size"`
	Class int64 `json:"class_id"`
}

func (p eduPage) bad() bool { return p.Page < 1 || p.Size < 1 || p.Size > 30 }

// eduDepartments is the tree: campus → period → grade → classes.
func (f *DingTalk) eduDepartments(_ *http.Request, body []byte) dingReply {
	var m struct {
		eduPage
		Super int64 `json:"super_id"`
	}
	if !strict(body, &m) || m.bad() || m.Class != 0 {
		return oldFault(400002)
	}
	node := func(id int64, name, kind, chain string) any {
		return map[string]any{"dept_id": id, "name": name, "nick": "", "dept_type": kind, "contact_type": "classic", "chain": chain, "feature": "{}"}
	}
	var all []any
	switch m.Super {
	case 0:
		all = []any{node(101, "本部", "campus", "[]")}
	case 101:
		all = []any{node(102, "初中", "period", "[101]")}
	case 102:
		all = []any{node(103, "七年级", "grade", "[101,102]")}
	case 103:
		for _, c := range f.classes {
			all = append(all, node(c.id, c.name, "class", "[101,102,103]"))
		}
	}
	page, more := pageOf(all, (m.Page-1)*m.Size, m.Size)
	return found(map[string]any{"details": append([]any{}, page...), "has_more": more, "super_id": m.Super})
}

func (f *DingTalk) eduUsers(_ *http.Request, body []byte) dingReply {
	var m struct {
		eduPage
		Role string `json:"role"`
	}
	if !strict(body, &m) || m.bad() || !slices.Contains([]string{"teacher", "guardian", "student"}, m.Role) {
		return oldFault(400002)
	}
	var all []any
	for _, c := range f.classes {
		if c.id != m.Class {
			continue
		}
		for _, child := range c.children {
			feature, user, name := "{}", child.User, child.Name
			if child.Number != "" {
				raw, _ := json.Marshal(map[string]string{"student_no": child.Number})
				feature = string(raw)
			}
			if m.Role == "guardian" {
				feature, user, name = "{}", child.Guardian.ID, child.Guardian.Name
			}
			if m.Role != "teacher" {
				all = append(all, map[string]any{"userid": user, "unionid": "", "name": name, "role": m.Role, "class_id": c.id, "feature": feature})
			}
		}
	}
	page, more := pageOf(all, (m.Page-1)*m.Size, m.Size)
	return found(map[string]any{"details": append([]any{}, page...), "has_more": more})
}

func (f *DingTalk) eduRelations(_ *http.Request, body []byte) dingReply {
	var m eduPage
	if !strict(body, &m) || m.bad() {
		return oldFault(400002)
	}
	words := map[string]string{"M": "妈妈", "F": "爸爸", "GF": "爷爷", "GM": "奶奶"}
	var all []any
	for _, c := range f.classes {
		if c.id != m.Class {
			continue
		}
		for _, child := range c.children {
			all = append(all, map[string]any{"class_id": c.id, "from_userid": child.Guardian.ID, "to_userid": child.User,
				"relation_code": child.Relation, "relation_name": words[child.Relation]})
		}
	}
	page, more := pageOf(all, (m.Page-1)*m.Size, m.Size)
	return found(map[string]any{"relations": append([]any{}, page...), "has_more": more})
}
