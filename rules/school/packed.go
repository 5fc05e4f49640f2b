package school

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// A county has hundreds of thousands of children and guardians, each of half a
// dozen short strings. Kept as structs they would be several hundred bytes each
// and a lot of work for the garbage collector; kept one behind the other in
// one text they are a few dozen, and a noun is made of them when asked for.

// shelf is a list of records, packed; every record begins with its id.
type shelf struct {
	text  string
	off   []uint32 // where each record begins, and the end
	order []int32  // the records by id; of one id in the order of the list
}

// newShelf packs n records.
func newShelf(n int, pack func(to []byte, i int) []byte) shelf {
	s := shelf{off: make([]uint32, 0, n+1)}
	var text []byte
	for i := range n {
		s.off = append(s.off, uint32(len(text)))
		text = pack(text, i)
	}
	s.off = append(s.off, uint32(len(text)))
	s.text = string(text)
	s.index()
	return s
}

func (s *shelf) index() {
	s.order = make([]int32, s.len())
	for i := range s.order {
		s.order[i] = int32(i)
	}
	slices.SortFunc(s.order, func(a, b int32) int {
		return cmp.Or(strings.Compare(s.id(int(a)), s.id(int(b))), cmp.Compare(a, b))
	})
}

func (s *shelf) len() int { return max(0, len(s.off)-1) }

// record reads the i-th record.
func (s *shelf) record(i int) parcel { return parcel(s.text[s.off[i]:s.off[i+1]]) }

func (s *shelf) id(i int) string {
	p := s.record(i)
	return p.word()
}

// find is the place of an id; of the last of several that share it.
func (s *shelf) find(id string) (int, bool) {
	at, _ := slices.BinarySearchFunc(s.order, id, func(i int32, id string) int {
		return cmp.Or(strings.Compare(s.id(int(i)), id), -1) // behind all that are equal
	})
	if at == 0 || s.id(int(s.order[at-1])) != id {
		return 0, false
	}
	return int(s.order[at-1]), true
}

// parcel is what is left of a packed record. What it gives shares its memory.
type parcel string

func addWord(to []byte, w string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(w))), w...)
}

func addNumber(to []byte, n int) []byte { return binary.AppendVarint(to, int64(n)) }

func (p *parcel) uvarint() uint64 {
	var n uint64
	for i := 0; ; i++ {
		b := (*p)[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			*p = (*p)[i+1:]
			return n
		}
	}
}

func (p *parcel) number() int {
	n := p.uvarint()
	return int(int64(n>>1) ^ -int64(n&1)) // as binary.AppendVarint writes it
}

// count is how many things follow; each takes a byte at least.
func (p *parcel) count() int {
	n := p.number()
	return len((*p)[:n])
}

func (p *parcel) word() string {
	n := p.uvarint()
	w := string((*p)[:n])
	*p = (*p)[n:]
	return w
}

// words are the strings many records share: classes, relations, platforms.
type words struct {
	list []string
	at   map[string]int
}

func (w *words) add(to []byte, s string) []byte {
	i, known := w.at[s]
	if !known {
		if w.at == nil {
			w.at = map[string]int{}
		}
		i = len(w.list)
		w.at[s] = i
		w.list = append(w.list, s)
	}
	return binary.AppendUvarint(to, uint64(i))
}

func (w *words) read(p *parcel) string { return w.list[p.uvarint()] }

func (w *words) student(to []byte, s Student) []byte {
	to = addWord(addWord(to, s.ID), s.Name)
	to = w.add(to, s.Sex)
	boarding := 0
	if s.Boarding {
		boarding = 1
	}
	to = addWord(addNumber(to, boarding), string(s.Born))
	to = addNumber(addWord(to, s.Note), len(s.Places))
	for _, p := range s.Places {
		to = addNumber(w.add(to, p.Class), p.Seat)
	}
	return to
}

func (w *words) readStudent(p parcel) Student {
	s := Student{ID: p.word(), Name: p.word(), Sex: w.read(&p)}
	s.Boarding, s.Born, s.Note = p.number() == 1, Day(p.word()), p.word()
	if n := p.count(); n > 0 {
		s.Places = make([]Place, n)
		for i := range s.Places {
			s.Places[i] = Place{Class: w.read(&p), Seat: p.number()}
		}
	}
	return s
}

func (w *words) guardian(to []byte, g Guardian) []byte {
	to = addWord(addWord(addWord(to, g.ID), g.Name), g.Mobile)
	to = addNumber(to, len(g.Children))
	for _, c := range g.Children {
		to = addNumber(w.add(addWord(to, c.Student), c.Relation), c.Order)
	}
	to = addNumber(to, len(g.Addresses))
	for _, a := range g.Addresses {
		to = addWord(w.add(to, a.Platform), a.User)
	}
	return to
}

func (w *words) readGuardian(p parcel) Guardian {
	g := Guardian{ID: p.word(), Name: p.word(), Mobile: p.word()}
	if n := p.count(); n > 0 {
		g.Children = make([]Child, n)
		for i := range g.Children {
			g.Children[i] = Child{Student: p.word(), Relation: w.read(&p), Order: p.number()}
		}
	}
	if n := p.count(); n > 0 {
		g.Addresses = make([]Address, n)
		for i := range g.Addresses {
			g.Addresses[i] = Address{Platform: w.read(&p), User: p.word()}
		}
	}
	return g
}
