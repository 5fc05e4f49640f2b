package configs

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// readStudents: one row per child; at a training institution one per course.
func (c *census) readStudents(t *table) {
	for i := range t.rows {
		r := &t.rows[i]
		s := school.Student{
			ID:       r.id("学号"),
			Name:     r.need("姓名"),
			Sex:      r.oneOf("性别", "男", "女"),
			Boarding: slices.Contains([]string{"住校", "寄宿", "住宿", "是"}, r.oneOf("住宿", "走读", "住校", "寄宿", "住宿", "是", "否")),
			Born:     r.day("出生日期"),
			Note:     r.cell("备注"),
		}
		c.heard["student "+s.ID] = true
		place := school.Place{Class: r.need("班级编号"), Seat: r.number("座号")}
		if place.Class != "" && !c.known("class", place.Class) {
			c.unknown(r, "班级编号", "class", classSheet.name, place.Class, phrase.SheetUnknownClass.String())
		}
		if place.Seat > 0 {
			c.first(r, "座号", "seat", place.Class+"/"+r.cell("座号"))
		}
		n, again := c.child[s.ID]
		switch {
		case !again:
			c.child[s.ID] = len(c.Students)
			c.first(r, "学号", "student", s.ID)
		case c.level != school.LevelTraining && c.level != "": // "" when school.yaml could not be read
			c.first(r, "学号", "student", s.ID)
		case c.Students[n].Name != s.Name:
			r.wrong("姓名", phrase.SheetOtherName.With("where", c.lines["student "+s.ID].at()))
		case c.Students[n].In(place.Class):
			r.wrong("班级编号", phrase.SheetTwice.With("where", c.lines["student "+s.ID].at()))
		}
		switch {
		case r.bad && !again:
			delete(c.child, s.ID)
		case r.bad:
		case again:
			c.Students[n].Places = append(c.Students[n].Places, place)
		default:
			s.Places = []school.Place{place}
			c.Students = append(c.Students, s)
		}
	}
}

func (c *census) readContracts(t *table) {
	for i := range t.rows {
		r := &t.rows[i]
		k := school.Contract{
			ID: r.id("合同号"), Student: r.need("学号"), Class: r.need("班级编号"),
			Bought: r.number("已购课时"), Gift: r.number("赠送课时"), Used: r.number("已消课时"),
			Paid: r.cents("实付金额"), Until: r.day("有效期至"),
		}
		r.need("已购课时")
		c.first(r, "合同号", "contract", k.ID)
		switch at, known := c.child[k.Student]; {
		case k.Student == "" || k.Class == "":
		case !known:
			c.unknown(r, "学号", "student", studentSheet.name, k.Student, phrase.SheetUnknownStudent.String())
		case !c.Students[at].In(k.Class):
			r.wrong("班级编号", phrase.SheetNotInClass.String())
		}
		if k.Used > k.Bought+k.Gift {
			r.wrong("已消课时", phrase.SheetTooManyLessons.String())
		}
		if !r.bad {
			c.Contracts = append(c.Contracts, k)
		}
	}
}

// addresses are the accounts in the columns of platforms.
func addresses(r *row, headings ...string) []school.Address {
	var list []school.Address
	for _, h := range headings {
		v := r.cell(h)
		if strings.ContainsAny(v, " \t、，") {
			r.wrong(h, phrase.SheetBadAccount.String())
		}
		if v != "" {
			list = append(list, school.Address{Platform: platformOf[h], User: v})
		}
	}
	return list
}

var platformOf = map[string]string{"企业微信": "wecom", "钉钉": "dingtalk", "公众号": "mp"}

func heading(platform string) string {
	for h, p := range platformOf {
		if p == platform {
			return h
		}
	}
	return platform
}

// account is an address as platforms compare it.
func account(a school.Address) string { return a.Platform + ":" + strings.ToLower(a.User) }
