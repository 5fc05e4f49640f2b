package school

import (
	"cmp"
	"slices"
)

// groups are lists of members, one behind the other.
type groups struct {
	off  []int32 // where each group begins, and the end
	list []int32
}

// membership puts a member into a group, at the place its key gives it.
type membership struct{ group, key, member int32 }

// newGroups makes n groups; members with one key stay in the order given.
func newGroups(n int, all []membership) groups {
	slices.SortStableFunc(all, func(a, b membership) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.key, b.key))
	})
	g := groups{off: make([]int32, n+1), list: make([]int32, len(all))}
	for i, m := range all {
		g.off[m.group+1]++
		g.list[i] = m.member
	}
	for i := range n {
		g.off[i+1] += g.off[i]
	}
	return g
}

func (g groups) of(i int) []int32 { return g.list[g.off[i]:g.off[i+1]:g.off[i+1]] }
