package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// mentionKind is how a child is meant.
type mentionKind uint8

const (
	byName mentionKind = iota
	byGuess
	bySurname
	byPinyin
	bySeat
	byTwins
	byTitle
	byID // already known: from the open question
)

// mention is a child as written.
type mention struct {
	kind    mentionKind
	tok     token
	text    string
	sex     string // 男, 女 or ""
	seat    int
	classes []int // the class named with it
	kids    []int32
}

// found is what a mention turned out to be: one child (twins: two), or a
// reason to ask.
type found struct {
	kids       []int32
	why        string
	candidates []int32
}

// resolve finds the child meant (corpus rules 2.2 and 2.3).
func (m *reading) resolve(t mention) found {
	f := m.search(t)
	if t.seat > 0 && t.kind == byName && f.why == school.AskAmbiguousName {
		if at := slices.IndexFunc(f.candidates, func(k int32) bool { return m.sits(k, t.seat) }); at >= 0 {
			f = found{kids: f.candidates[at : at+1]}
		}
	}
	if m.supposed != nobodySupposed && f.why != "" {
		return found{kids: []int32{m.supposed}}
	}
	return f
}

// sits says that a child has the seat in one of its classes.
func (m *reading) sits(kid int32, seat int) bool {
	return slices.ContainsFunc(m.r.placesOf(kid), func(c int) bool {
		sitting, ok := m.r.seated(c, seat)
		return ok && sitting == kid
	})
}

func (m *reading) search(t mention) found {
	if t.kind == byID {
		return found{kids: t.kids}
	}
	circles := m.circlesFor(t)
	var first found
	for i, c := range circles {
		f := m.r.fit(t, c, m)
		if f.why != school.AskUnknownName {
			return f
		}
		if i == 0 || (len(first.candidates) == 0 && len(f.candidates) > 0 && i > 0 && m.r.has(c, f.candidates[0])) {
			first = f
		}
	}
	return first
}

// circlesFor are the circles in which a mention is searched.
func (m *reading) circlesFor(t mention) []circle {
	if m.who.guardian {
		return m.who.circles()
	}
	if len(t.classes) > 0 {
		return []circle{{classes: t.classes}}
	}
	if kids := m.openKids(); len(kids) > 0 && !m.named {
		return append([]circle{{listed: true, kids: kids}}, m.who.circles()...)
	}
	return m.who.circles()
}

// fit looks for the child in one circle.
func (r *Reader) fit(t mention, c circle, m *reading) found {
	switch t.kind {
	case bySeat:
		return r.fitSeat(t, c)
	case byTwins:
		return r.fitTwins(c)
	case byTitle:
		return found{why: school.AskUnknownName}
	case bySurname:
		return r.oneOf(r.within(c, r.names.find(familyPart, t.text)), t)
	case byPinyin:
		return r.fitPinyin(t, c)
	case byGuess:
		return r.unknown(t.text, c)
	}
	if fits := r.within(c, t.tok.full); len(fits) > 0 {
		return r.oneOf(fits, t)
	}
	if fits := r.within(c, t.tok.short); len(fits) > 0 {
		sounds := r.within(c, r.names.find(partSound, soundKey(t.text, r.names.compound[t.text])))
		for _, k := range sounds {
			if !slices.Contains(fits, k) {
				fits = append(fits, k)
			}
		}
		return r.oneOf(fits, t)
	}
	return r.unknown(t.text, c)
}

// oneOf takes the only fit, narrowed by 男 or 女 and by the seat.
func (r *Reader) oneOf(fits []int32, t mention) found {
	if t.sex != "" {
		fits = narrowed(fits, func(k int32) bool { return r.student(k).Sex == t.sex })
	}
	if t.seat > 0 && t.kind == byName {
		fits = narrowed(fits, func(k int32) bool {
			return slices.ContainsFunc(r.student(k).Places, func(p school.Place) bool { return p.Seat == t.seat })
		})
	}
	switch len(fits) {
	case 0:
		return found{why: school.AskUnknownName}
	case 1:
		return found{kids: fits}
	}
	return found{why: school.AskAmbiguousName, candidates: fits}
}

// narrowed keeps those that fit, or all if none does.
func narrowed(list []int32, ok func(int32) bool) []int32 {
	if kept := keep(list, ok); len(kept) > 0 {
		return kept
	}
	return list
}

// unknown is a name that fits nobody: those who sound the same are offered,
// else those of that very name elsewhere, else those who nearly sound so.
func (r *Reader) unknown(text string, c circle) found {
	f := found{why: school.AskUnknownName}
	n := len([]rune(text))
	whole := soundKey(text, true)
	part := soundKey(text, false)
	f.candidates = r.within(c, r.names.find(wholeSound, whole))
	if len(f.candidates) == 0 && n >= 2 {
		f.candidates = r.within(c, r.names.find(partSound, part))
	}
	if len(f.candidates) == 0 {
		f.candidates = r.names.find(wholeName, text)
	}
	return f
}

func (r *Reader) fitSeat(t mention, c circle) found {
	var fits []int32
	for _, class := range r.classesOf(c) {
		if k, ok := r.seated(class, t.seat); ok && !slices.Contains(fits, k) {
			fits = append(fits, k)
		}
	}
	return r.oneOf(fits, mention{})
}

func (r *Reader) classesOf(c circle) []int {
	if !c.all && !c.listed {
		return c.classes
	}
	var list []int
	if c.listed {
		for _, k := range c.kids {
			for _, p := range r.placesOf(k) {
				list = addOnce(list, p)
			}
		}
		return list
	}
	for i := range r.classes.list {
		list = append(list, i)
	}
	return list
}

func (r *Reader) fitTwins(c circle) found {
	var pairs [][]int32
	for _, class := range r.classesOf(c) {
		pairs = append(pairs, r.classes.list[class].twins...)
	}
	switch len(pairs) {
	case 0:
		return found{why: school.AskUnknownName}
	case 1:
		return found{kids: pairs[0], why: school.AskConfirm}
	}
	f := found{why: school.AskAmbiguousName}
	for _, p := range pairs {
		f.candidates = append(f.candidates, p...)
	}
	return f
}

// fitPinyin reads 张yao, or a whole name in letters.
func (r *Reader) fitPinyin(t mention, c circle) found {
	cut := strings.IndexFunc(t.text, isLatin)
	if cut < 0 {
		return found{why: school.AskUnknownName}
	}
	if cut == 0 {
		fits := r.within(c, r.names.find(letters, t.text))
		return found{why: school.AskUnknownName, candidates: fits}
	}
	head, letters := t.text[:cut], strings.ReplaceAll(t.text[cut:], "v", "u")
	family, _, _ := cutRunes(head, 1)
	if two, _, ok := cutRunes(head, 2); ok && r.names.compound[two] {
		family = two
	}
	var fits []int32
	for _, k := range r.within(c, r.names.find(familyPart, family)) {
		name := r.names.name(k)
		rest, ok := strings.CutPrefix(name, head)
		if ok && strings.ReplaceAll(strings.ReplaceAll(soundKey(rest, false), " ", ""), "v", "u") == letters {
			fits = append(fits, k)
		}
	}
	return r.oneOf(fits, t)
}

// openKids are the children the open question is about.
func (m *reading) openKids() []int32 {
	o := m.in.Open
	if o == nil {
		return nil
	}
	var kids []int32
	add := func(id string) {
		if k, ok := m.r.kid(id); ok && !slices.Contains(kids, k) {
			kids = append(kids, k)
		}
	}
	for _, c := range o.Candidates {
		add(c)
	}
	for _, mark := range o.Marks {
		add(mark.Student)
	}
	add(o.Student)
	if o.Request != nil {
		add(o.Request.Student)
	}
	return kids
}
