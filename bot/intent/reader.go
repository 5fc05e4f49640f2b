// Package intent understands what people write to the bot: a report of a
// morning roll call, a parent's request for leave, a correction, an answer to
// the bot's question. It reads a text with the school's roster and calendar
// and says what it means, what it could not tell and which words led there.
//
// It never guesses a child: a name fits exactly one child or is asked about.
package intent

import (
	"sync"
	"time"

	"guixiao/rules/school"
)

// Reader understands messages of one school. It may be used by many
// goroutines. Its indexes are made with the first message, so that a school
// that does not speak costs nothing.
type Reader struct {
	school  *school.School
	cal     *school.Calendar
	roster  *school.Roster
	once    sync.Once
	names   *nameIndex
	classes *classIndex
	homes   []int           // the class of each student who has one, as index
	courses map[int32][]int // the classes of the others
	plain   map[rune]rune
	never   map[rune]bool
	feasts  []string // names of the calendar's holidays
}

// NewReader makes a reader of a school.
func NewReader(s *school.School) *Reader {
	return &Reader{school: s, cal: s.Calendar, roster: s.Roster}
}

// index builds what children and classes are found by.
func (r *Reader) index() {
	r.plain, r.never = plainRunes(), neverSet()
	r.names = newNameIndex(r.roster, r.plain)
	r.classes = newClassIndex(r.roster.Classes, r.school.Training(), r.plain)
	r.classes.addStudents(r.roster)
	r.homes, r.courses = make([]int, r.roster.Size()), map[int32][]int{}
	for k := range r.homes {
		var classes []int
		for _, p := range r.roster.StudentAt(k).Places {
			if c, ok := r.classes.byID[p.Class]; ok {
				classes = append(classes, c)
			}
		}
		if len(classes) != 1 {
			r.courses[int32(k)] = classes
			continue
		}
		r.homes[k] = classes[0]
	}
	for _, h := range r.cal.Holidays() {
		r.feasts = addName(r.feasts, squeeze(h.Name, r.plain).text)
	}
}

// kid finds a child by 学号.
func (r *Reader) kid(id string) (int32, bool) {
	k, ok := r.roster.Place(id)
	return int32(k), ok
}

func (r *Reader) size() int                      { return r.roster.Size() }
func (r *Reader) student(k int32) school.Student { return r.roster.StudentAt(int(k)) }
func (r *Reader) id(k int32) string              { return r.student(k).ID }
func (r *Reader) name(k int32) string            { return r.roster.NameAt(int(k)) }

// placesOf are the classes of a child, as indexes.
func (r *Reader) placesOf(k int32) []int {
	if classes, several := r.courses[k]; several {
		return classes
	}
	return r.homes[k : k+1 : k+1]
}

// seated is who sits in a seat of a class; the last of several.
func (r *Reader) seated(class, seat int) (int32, bool) {
	return r.roster.AtSeat(r.classes.list[class].id, seat)
}

// Input is one message.
type Input struct {
	Text string
	From school.Person // zero: nobody knows who speaks
	Now  time.Time
	Open *Open // the bot's open question this message may answer

	Explain bool // fill Meaning.Trace: which words led to what
}

// Kinds of open questions.
const (
	OpenRoll    = "roll"    // the class was asked for its absentees
	OpenAsk     = "ask"     // the bot asked back
	OpenCard    = "card"    // the bot showed what it recorded, or a task of a case
	OpenApprove = "approve" // a request waits for this person's decision
	OpenNotice  = "notice"  // the person was informed
)

// Open is what the bot waits for.
type Open struct {
	Kind    string
	Class   string
	Case    string
	Student string
	school.Question
}

// reading is the work on one message.
type reading struct {
	r      *Reader
	in     Input
	who    speaker
	clock  clock
	s      squeezed
	toks   []token
	items  []item
	mask   string  // the text with names and classes blanked, for speech acts
	holds  runeSet // the characters of mask
	maskAt []int   // where each token begins in mask, and the end
	stmts  []statement
	named  bool // a child is named in full
	trace  []string

	supposed int32 // the child every name in doubt is taken for, or nobodySupposed
}

// Read says what a message means. It never fails: what cannot be understood is
// asked about or means nothing.
func (r *Reader) Read(in Input) school.Meaning {
	r.once.Do(r.index)
	return r.read(in, nobodySupposed)
}

// read is Read, with every name in doubt taken for one supposed child.
func (r *Reader) read(in Input, supposed int32) school.Meaning {
	m := &reading{r: r, in: in, supposed: supposed}
	m.who = r.speaker(in.From)
	m.clock = r.clockAt(in.Now)
	m.s = squeeze(said(in.Text), r.plain)
	if len(m.s.runes) == 0 {
		return m.finish(school.Meaning{Intent: school.IntentNone})
	}
	m.toks = r.tokens(&m.s, &m.who)
	m.mask = m.masked()
	m.parse()
	m.group()
	return m.finish(m.understand())
}
