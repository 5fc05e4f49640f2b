// Package intent understands what people write to the bot: a report of a
// morning roll call, a parent's request for leave, a correction, an answer to
// the bot's question. It reads a text with the school's roster and calendar
// and says what it means, what it could not tell and which words led there.
//
// It never guesses a child: a name fits exactly one child or is asked about.
package intent

import (
	"time"

	"guixiao/rules/school"
)

// Reader understands messages of one school. It is built once per roster and
// may be used by many goroutines.
type Reader struct {
	school   *school.School
	cal      *school.Calendar
	students []school.Student
	names    *nameIndex
	classes  *classIndex
	places   [][]int // classes of each student, as indexes
	plain    map[rune]rune
	never    map[rune]bool
	feasts   []string         // names of the calendar's holidays
	index    map[string]int32 // 学号 → student
}

// NewReader builds the indexes of a school.
func NewReader(s *school.School) *Reader {
	r := &Reader{school: s, cal: s.Calendar, plain: plainTable(), never: neverSet()}
	roster := s.Roster
	r.students = roster.Students()
	r.names = newNameIndex(r.students, roster.Staff, r.plain)
	r.classes = newClassIndex(roster.Classes, s.Training(), r.plain)
	r.classes.addStudents(r.students)
	r.places = make([][]int, len(r.students))
	r.index = make(map[string]int32, len(r.students))
	for i, st := range r.students {
		r.index[st.ID] = int32(i)
		for _, p := range st.Places {
			if c, ok := r.classes.byID[p.Class]; ok {
				r.places[i] = append(r.places[i], c)
			}
		}
	}
	for _, h := range s.Calendar.Holidays() {
		r.feasts = addName(r.feasts, squeeze(h.Name, r.plain).text)
	}
	words() // build the vocabulary now rather than with the first message
	return r
}

// kid finds a child by 学号.
func (r *Reader) kid(id string) (int32, bool) {
	k, ok := r.index[id]
	return k, ok
}

func (r *Reader) size() int                      { return len(r.students) }
func (r *Reader) student(k int32) school.Student { return r.students[k] }
func (r *Reader) id(k int32) string              { return r.students[k].ID }
func (r *Reader) name(k int32) string            { return r.students[k].Name }

// placesOf are the classes of a child, as indexes.
func (r *Reader) placesOf(k int32) []int { return r.places[k] }

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
