package school

import (
	"hash/maphash"
	"slices"
	"strings"
)

// index builds what the roster finds people by.
func (r *Roster) index() {
	r.posts, r.titles = map[office][]string{}, map[string][]string{}
	r.class, r.staff = make(map[string]int, len(r.Classes)), make(map[string]int, len(r.Staff))
	for i, c := range r.Classes {
		r.class[c.ID] = i
	}
	for i, s := range r.Staff {
		r.staff[s.ID] = i
		for _, p := range s.Posts {
			r.titles[p.Title] = append(r.titles[p.Title], s.ID)
			for _, scope := range p.Scopes {
				o := office{p.Title, scope}
				r.posts[o] = append(r.posts[o], s.ID)
			}
		}
	}
	r.seat()
	r.callings()
	r.reach()
}

// seat puts the students of each class in the order of their seats.
func (r *Roster) seat() {
	var all []membership
	for i := range r.students.len() {
		s := r.StudentAt(i)
		for _, p := range s.Places {
			all = append(all, membership{int32(r.words.at[p.Class]), int32(s.seatKey(p.Class)), int32(i)})
		}
	}
	r.members = newGroups(len(r.words.list), all)
}

// callings puts the guardians of each child in the order of calling.
func (r *Roster) callings() {
	var all []membership
	for i := range r.guardians.len() {
		g := r.guardianAt(i)
		for _, c := range g.Children {
			if s, known := r.students.find(c.Student); known {
				all = append(all, membership{int32(s), int32(g.order(c.Student)), int32(i)})
			}
		}
	}
	r.answerers = newGroups(r.students.len(), all)
}

// reach notes where everybody is found. Ranks run over the students, the staff
// and the guardians.
func (r *Roster) reach() {
	r.reachable = make([]uint64, 0, len(r.Staff)+r.guardians.len())
	for rank := range r.students.len() + len(r.Staff) + r.guardians.len() {
		_, addresses := r.ranked(rank)
		for _, a := range addresses {
			r.reachable = append(r.reachable, a.folded().hash()|uint64(rank))
		}
	}
	slices.Sort(r.reachable)
}

// ranked is the person of a rank and where they are found.
func (r *Roster) ranked(rank int) (id string, addresses []Address) {
	if rank < r.students.len() {
		id = r.students.id(rank)
		if r.sandbox {
			addresses = []Address{{PlatformSandbox, id}}
		}
		return id, addresses
	}
	rank -= r.students.len()
	if rank < len(r.Staff) {
		return r.Staff[rank].ID, r.Staff[rank].Addresses
	}
	g := r.guardianAt(rank - len(r.Staff))
	return g.ID, g.reached()
}

func (a Address) folded() Address {
	return Address{strings.ToLower(a.Platform), strings.ToLower(a.User)}
}

var hashSeed = maphash.MakeSeed()

// hash fills the upper half.
func (a Address) hash() uint64 { return maphash.Comparable(hashSeed, a) &^ (1<<32 - 1) }
