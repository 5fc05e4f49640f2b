package configs

import (
	"slices"

	"guixiao/rules/school"
)

// listen notes which optional columns a sheet does not have.
func (c *census) listen(t *table, s sheet) {
	for _, h := range s.option {
		if !t.has(h) {
			c.silent[s.name+"."+h] = true
		}
	}
}

// Over is the roster of the sheets for an import into what is known: a column
// that is not there says nothing, so its values stay; an empty cell of a column
// that is there clears.
func (p *People) Over(old *school.Roster) *school.Roster {
	classes, students, staff := slices.Clone(p.Classes), slices.Clone(p.Students), slices.Clone(p.Staff)
	for i := range classes {
		if was, ok := old.Class(classes[i].ID); ok {
			keep(p, "classes.别名", &classes[i].Aliases, was.Aliases)
			keep(p, "classes.名额", &classes[i].Seats, was.Seats)
			keep(p, "classes.上课时间", &classes[i].Lessons, was.Lessons)
			keep(p, "classes.地点", &classes[i].Room, was.Room)
		}
	}
	for i := range students {
		if was, ok := old.Student(students[i].ID); ok {
			p.keepStudent(&students[i], was)
		}
	}
	for i := range staff {
		if was, ok := old.StaffByID(staff[i].ID); ok {
			keep(p, "staff.手机", &staff[i].Mobile, was.Mobile)
			keep(p, "staff.代理人", &staff[i].Deputy, was.Deputy)
			staff[i].Addresses = p.keepAddresses("staff.", staff[i].Addresses, was.Addresses)
		}
	}
	contracts := slices.Clone(p.Contracts)
	for i := range contracts {
		for _, was := range old.Contracts {
			if was.ID == contracts[i].ID {
				keep(p, "contracts.赠送课时", &contracts[i].Gift, was.Gift)
			}
		}
	}
	return school.NewRoster(classes, students, staff, p.keepGuardians(old.Guardians())).WithContracts(contracts)
}

// keep takes the known value where the sheets have no column for it.
func keep[T any](p *People, column string, value *T, known T) {
	if p.silent[column] {
		*value = known
	}
}

func (p *People) keepStudent(s *school.Student, was school.Student) {
	keep(p, "students.性别", &s.Sex, was.Sex)
	keep(p, "students.住宿", &s.Boarding, was.Boarding)
	keep(p, "students.出生日期", &s.Born, was.Born)
	keep(p, "students.备注", &s.Note, was.Note)
	s.Places = slices.Clone(s.Places)
	for i := range s.Places {
		for _, place := range was.Places {
			if place.Class == s.Places[i].Class {
				keep(p, "students.座号", &s.Places[i].Seat, place.Seat)
			}
		}
	}
}

// keepAddresses adds the known accounts of platforms without a column, in the
// order of the columns.
func (p *People) keepAddresses(sheet string, said, known []school.Address) []school.Address {
	all := slices.Clone(said)
	for _, a := range known {
		if p.silent[sheet+heading(a.Platform)] && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// keepGuardians completes guardians as keepStudent does students. Without a
// column of numbers the rows of one person could not be recognised among
// themselves, only by what is known: they are joined here.
func (p *People) keepGuardians(old []school.Guardian) []school.Guardian {
	byNumber, byName := map[string]int{}, map[string]int{}
	for i, g := range old {
		for _, key := range (answerer{Guardian: g}).keys() {
			byNumber[key] = i
		}
		for _, key := range byChild(g) {
			byName[key] = i
		}
	}
	var all []school.Guardian
	place := map[int]int{} // of a known guardian in all
	for _, g := range p.Guardians {
		known, ok := find(byNumber, answerer{Guardian: g}.keys())
		if !ok {
			known, ok = find(byName, byChild(g))
		}
		if !ok {
			all = append(all, g)
			continue
		}
		was := old[known]
		g.Children = slices.Clone(g.Children)
		for i := range g.Children {
			for _, child := range was.Children {
				if child.Student == g.Children[i].Student {
					keep(p, "guardians.关系", &g.Children[i].Relation, child.Relation)
					keep(p, "guardians.顺序", &g.Children[i].Order, child.Order)
				}
			}
		}
		if at, twice := place[known]; twice && p.silent["guardians.手机"] {
			all[at].Children = together(all[at].Children, g.Children)
			continue
		}
		keep(p, "guardians.手机", &g.Mobile, was.Mobile)
		g.Addresses = p.keepAddresses("guardians.", g.Addresses, was.Addresses)
		place[known] = len(all)
		all = append(all, g)
	}
	return all
}

func find(index map[string]int, keys []string) (int, bool) {
	for _, key := range keys {
		if at, ok := index[key]; ok {
			return at, true
		}
	}
	return 0, false
}
