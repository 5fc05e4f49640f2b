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
		update(old.Students, new.Students, func(s school.Student) string { return s.ID }),
		update(old.Staff, new.Staff, func(s school.Staff) string { return s.ID }),
		update(old.Guardians, recognise(old.Guardians, new.Guardians), func(g school.Guardian) string { return g.ID }),
	)
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

// recognise gives guardians the ids they are known by.
func recognise(old, new []school.Guardian) []school.Guardian {
	known := map[string]string{}
	highest := 0
	for _, g := range old {
		for _, key := range (answerer{Guardian: g}).keys() {
			known[key] = g.ID
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(g.ID, "G")); err == nil {
			highest = max(highest, n)
		}
	}
	taken := map[string]bool{}
	out := make([]school.Guardian, len(new))
	for i, g := range new {
		id := ""
		for _, key := range (answerer{Guardian: g}).keys() {
			if was := known[key]; was != "" && !taken[was] {
				id = was
				break
			}
		}
		if id == "" {
			highest++
			id = "G" + strconv.Itoa(highest)
		}
		taken[id] = true
		g.ID = id
		out[i] = g
	}
	return out
}
