package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// speaker is who says it, as far as it decides whose names are searched.
type speaker struct {
	person   school.Person
	guardian bool
	kids     []int32 // of a guardian
	own      []int   // classes of a 班主任 or 副班主任
	taught   []int   // classes taught or looked after
	years    []int   // classes of the years led
	whole    bool    // everybody
}

// speaker tells what a person may speak about.
func (r *Reader) speaker(p school.Person) speaker {
	w := speaker{person: p, guardian: p.Kind == school.KindGuardian}
	for _, c := range p.Children {
		if i, ok := r.kid(c.Student); ok && !slices.Contains(w.kids, i) {
			w.kids = append(w.kids, i)
		}
	}
	for _, post := range p.Posts {
		for _, scope := range post.Scopes {
			r.scope(&w, post.Title, scope)
		}
	}
	w.whole = w.whole || (!w.guardian && len(w.own)+len(w.taught)+len(w.years) == 0)
	return w
}

func (r *Reader) scope(w *speaker, title, scope string) {
	c, isClass := r.classes.byID[scope]
	switch {
	case isClass && strings.Contains(title, "班主任"):
		w.own = addOnce(w.own, c)
	case isClass:
		w.taught = addOnce(w.taught, c)
	case scope == school.WholeSchool || scope == "":
		w.whole = true
	default:
		for i, class := range r.school.Roster.Classes {
			if class.Grade == scope || class.Stage == scope {
				w.years = addOnce(w.years, i)
			}
		}
	}
}

func addOnce(list []int, v int) []int {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// circle is a set of children whose names are searched.
type circle struct {
	all     bool
	classes []int
	kids    []int32
	listed  bool // kids says it all
}

// has says whether the child is in the circle.
func (r *Reader) has(c circle, kid int32) bool {
	if c.all {
		return true
	}
	if c.listed {
		return slices.Contains(c.kids, kid)
	}
	for _, p := range r.placesOf(kid) {
		if slices.Contains(c.classes, p) {
			return true
		}
	}
	return false
}

func (r *Reader) within(c circle, kids []int32) []int32 {
	var in []int32
	for _, k := range kids {
		if r.has(c, k) && !slices.Contains(in, k) {
			in = append(in, k)
		}
	}
	return in
}

// circles are the circles of a speaker, the first choice first (corpus rules
// 2.2, 3 to 7).
func (w *speaker) circles() []circle {
	if w.guardian {
		return []circle{{listed: true, kids: w.kids}}
	}
	var list []circle
	if len(w.own) > 0 {
		list = append(list, circle{classes: w.own})
	}
	if len(w.taught) > 0 {
		list = append(list, circle{classes: w.taught})
	}
	if len(w.years) > 0 {
		list = append(list, circle{classes: w.years})
	}
	if w.whole || len(list) == 0 {
		list = append(list, circle{all: true})
	}
	return list
}

// knows says whether the child belongs to any circle of the speaker: parts of
// other children's names are ordinary words to him.
func (r *Reader) knows(w *speaker, kids []int32) bool {
	if w.whole {
		return true
	}
	for _, k := range kids {
		if slices.Contains(w.kids, k) {
			return true
		}
		for _, p := range r.placesOf(k) {
			if slices.Contains(w.own, p) || slices.Contains(w.taught, p) || slices.Contains(w.years, p) {
				return true
			}
		}
	}
	return false
}
