package configs

import (
	"strconv"
	"strings"

	"guixiao/rules/school"
)

// Merge is the roster after an import: what the sheets say replaces what was
// known, what they do not mention stays. A guardian known by number or account
// keeps the id under which cases and notices know them; a new one gets the
// next free one, so that an id never comes to mean somebody else.
func Merge(old, new *school.Roster) *school.Roster {
	return school.NewRoster(
		update(old.Classes, new.Classes, func(c school.Class) string { return c.ID }),
		update(old.Students(), new.Students(), func(s school.Student) string { return s.ID }),
		update(old.Staff, new.Staff, func(s school.Staff) string { return s.ID }),
		update(old.Guardians(), recognise(old.Guardians(), new.Guardians()), func(g school.Guardian) string { return g.ID }),
	).WithContracts(update(old.Contracts, new.Contracts, func(k school.Contract) string { return k.ID }))
}

// update keeps the order of what was known and appends what is new.
func update[T any](old, new []T, id func(T) string) []T {
	at := map[string]int{}
	out := make([]T, 0, max(len(old), len(new)))
	for _, v := range old {
		at[id(v)] = len(out)
		out = append(out, v)
	}
	for _, v := range new {
		if i, known := at[id(v)]; known {
			out[i] = v
			continue
		}
		at[id(v)] = len(out)
		out = append(out, v)
	}
	return out
}

// recognise gives guardians the ids they are known by: by number or account, or
// else, after a change of number, by their name and a child.
func recognise(old, new []school.Guardian) []school.Guardian {
	out := make([]school.Guardian, len(new))
	taken := map[string]bool{}
	for i, g := range new {
		out[i] = g
		out[i].ID = ""
	}
	for _, keys := range []func(school.Guardian) []string{
		func(g school.Guardian) []string { return answerer{Guardian: g}.keys() },
		byChild,
	} {
		known := map[string]string{}
		for _, g := range old {
			for _, key := range keys(g) {
				known[key] = g.ID
			}
		}
		for i := range out {
			for _, key := range keys(out[i]) {
				if was := known[key]; was != "" && !taken[was] && out[i].ID == "" {
					out[i].ID, taken[was] = was, true
				}
			}
		}
	}
	next := highest(old)
	for i := range out {
		if out[i].ID == "" {
			next++
			out[i].ID = "G" + strconv.Itoa(next)
		}
	}
	return out
}

func byChild(g school.Guardian) []string {
	var keys []string
	for _, c := range g.Children {
		keys = append(keys, g.Name+"/"+c.Student)
	}
	return keys
}

func highest(guardians []school.Guardian) int {
	top := 0
	for _, g := range guardians {
		if n, err := strconv.Atoi(strings.TrimPrefix(g.ID, "G")); err == nil {
			top = max(top, n)
		}
	}
	return top
}
