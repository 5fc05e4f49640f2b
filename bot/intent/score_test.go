package intent_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guixiao/bot/intent"
	"guixiao/configs"
	"guixiao/rules/school"
)

// gold is one reading of the corpus.
type gold struct {
	ID          string
	Intent      string
	RestPresent bool `json:"rest_present"`
	Marks       []school.MarkRange
	Contacts    []struct{ Student, Kind, Outcome string }
	Request     *struct{ Kind, Student, From, To string }
	Ask         *school.Ask
	Flags       []string
	Also        []gold
}

func (g gold) readings() []gold { return append([]gold{g}, g.Also...) }

// message is one line of the corpus.
type message struct {
	ID, Text, From, School, Group string
	Now                           time.Time
	Open                          *struct {
		Kind, Class, Case, Student string
		school.Question
	} `json:"to_open"`
}

// house is a school of the corpus with its reader.
type house struct {
	*school.School
	reader *intent.Reader
}

func readHouse(t testing.TB, name string) house {
	t.Helper()
	folder, problems := configs.ReadSchool(filepath.Join("testdata", name), false)
	if folder == nil {
		t.Fatal(problems)
	}
	s := folder.School()
	return house{s, intent.NewReader(s)}
}

// person finds a speaker by 工号 or by a platform account of a guardian.
func (h house) person(who string) school.Person {
	if p, ok := h.Roster.Person(who); ok && p.Kind == school.KindStaff {
		return p
	}
	for _, platform := range []string{"wecom", "dingtalk", "mp"} {
		if p, ok := h.Roster.At(platform, who); ok {
			return p
		}
	}
	return school.Person{}
}

func (h house) read(m message) school.Meaning {
	in := intent.Input{Text: m.Text, From: h.person(m.From), Now: m.Now}
	if o := m.Open; o != nil {
		in.Open = &intent.Open{Kind: o.Kind, Class: o.Class, Case: o.Case, Student: o.Student, Question: o.Question}
	}
	return h.reader.Read(in)
}

func readLines[T any](t testing.TB, name string) []T {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []T
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var v T
		if err := json.Unmarshal(scan.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, v)
	}
	return list
}

// halfDays is the set of half-days of a range, as running numbers.
func halfDays(from, to school.Slot) []int {
	n := func(s school.Slot) int {
		pm := 0
		if s.Session == "pm" {
			pm = 1
		}
		return int(s.Day.Time().Unix()/86400)*2 + pm
	}
	var list []int
	for i := n(from); i <= n(to) && len(list) < 2000; i++ {
		list = append(list, i)
	}
	return list
}

// markSet joins what touches: student and mark with their half-days.
func markSet(list []school.MarkRange) map[string]bool {
	set := map[string]bool{}
	for _, m := range list {
		for _, h := range halfDays(m.From, m.To) {
			set[fmt.Sprintf("%s %s %d", m.Student, m.Mark, h)] = true
		}
	}
	return set
}

// missing is student → half-days marked absent or truant.
func missing(list []school.MarkRange) map[string][]int {
	set := map[string][]int{}
	for _, m := range list {
		if m.Mark.Missing() {
			set[m.Student] = append(set[m.Student], halfDays(m.From, m.To)...)
		}
	}
	return set
}

// differences are the scored fields in which a meaning differs from a reading.
func differences(a school.Meaning, g gold) []string {
	var list []string
	differ := func(field string, got, want any) {
		list = append(list, fmt.Sprintf("%s: %v, not %v", field, got, want))
	}
	if a.Intent != g.Intent {
		differ("intent", a.Intent, g.Intent)
	}
	if !maps.Equal(markSet(a.Marks), markSet(g.Marks)) {
		differ("marks", a.Marks, g.Marks)
	}
	if a.RestPresent != g.RestPresent {
		differ("rest_present", a.RestPresent, g.RestPresent)
	}
	contacts, wanted := map[string]bool{}, map[string]bool{}
	for _, c := range a.Contacts {
		contacts[c.Student+c.Kind+c.Outcome] = true
	}
	for _, c := range g.Contacts {
		wanted[c.Student+c.Kind+c.Outcome] = true
	}
	if !maps.Equal(contacts, wanted) {
		differ("contacts", a.Contacts, g.Contacts)
	}
	if got, want := requestKey(a), goldRequestKey(g); got != want {
		differ("request", got, want)
	}
	switch {
	case (a.Ask == nil) != (g.Ask == nil), a.Ask != nil && a.Ask.Why != g.Ask.Why:
		differ("ask", a.Ask, g.Ask)
	case g.Ask != nil && len(g.Ask.Candidates) > 0 && !sameSet(a.Ask.Candidates, g.Ask.Candidates):
		differ("candidates", a.Ask.Candidates, g.Ask.Candidates)
	}
	if !sameSet(a.Flags, g.Flags) {
		differ("flags", a.Flags, g.Flags)
	}
	return list
}

func requestKey(m school.Meaning) string {
	if m.Request == nil {
		return ""
	}
	return fmt.Sprint(m.Request.Kind, " ", m.Request.Student, " ", m.Request.From, " ", m.Request.To)
}

func goldRequestKey(g gold) string {
	if g.Request == nil {
		return ""
	}
	return fmt.Sprint(g.Request.Kind, " ", g.Request.Student, " ", g.Request.From, " ", g.Request.To)
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// score is what became of a set of messages.
type score struct {
	messages, right, invented, falseAbsences int
}

func (s *score) add(t testing.TB, m message, a school.Meaning, g gold) {
	s.messages++
	best := differences(a, g)
	known, allowed := map[string]bool{}, map[string][]int{}
	for _, r := range g.readings() {
		if d := differences(a, r); len(d) < len(best) {
			best = d
		}
		for _, mk := range r.Marks {
			known[mk.Student] = true
		}
		for id, days := range missing(r.Marks) {
			allowed[id] = append(allowed[id], days...)
		}
	}
	if len(best) == 0 {
		s.right++
	} else {
		t.Logf("%s %s %q: %v", m.ID, m.Group, m.Text, best)
	}
	for _, mk := range a.Marks {
		if !known[mk.Student] {
			s.invented++
			t.Errorf("%s %q: %s was not spoken of", m.ID, m.Text, mk.Student)
		}
	}
	for id, days := range missing(a.Marks) {
		if slices.ContainsFunc(days, func(d int) bool { return !slices.Contains(allowed[id], d) }) {
			s.falseAbsences++
			t.Errorf("%s %q: %s is not absent then", m.ID, m.Text, id)
		}
	}
}

// asGold lets one meaning be compared with another.
func asGold(m school.Meaning) gold {
	g := gold{Intent: m.Intent, RestPresent: m.RestPresent, Marks: m.Marks, Ask: m.Ask, Flags: m.Flags}
	for _, c := range m.Contacts {
		g.Contacts = append(g.Contacts, struct{ Student, Kind, Outcome string }{c.Student, c.Kind, c.Outcome})
	}
	if r := m.Request; r != nil {
		g.Request = &struct{ Kind, Student, From, To string }{r.Kind, r.Student, r.From.String(), r.To.String()}
	}
	return g
}
