package rules

import (
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Facts of a case that answer a requirement by themselves. What may change
// while the stage is open is looked at again before it can close.
const (
	KnownStudent  = "student"
	KnownSession  = "session"
	KnownGrade    = "grade"
	KnownSex      = "sex"
	KnownSeverity = "severity" // 普通 or 重要, as the severity rule of the policy has it
	KnownVisits   = "visits"   // of the person asked: how many visits name them
	KnownNoVisit  = "no-visit" // teachers of the class whom no visit names
	KnownAck      = "ack"      // somebody who was told has pressed 收到
	KnownHistory  = "history"  // visits and contacts so far
)

// knownFact reads a fact for a stage.
func (d *draft) knownFact(name string, st *school.Stage) string {
	switch name {
	case KnownSession:
		if len(d.cs.Missed) > 0 {
			return d.missedText()
		}
	case KnownGrade:
		return d.class.Grade
	case KnownSex:
		return d.Student.Sex
	case KnownSeverity:
		if _, major := d.cs.Happened(eventMajor); major {
			return phrase.SeverityMajor.String()
		}
		return phrase.SeverityPlain.String()
	case KnownAck:
		return ""
	case KnownVisits:
		if n := d.visitsOf(st.Of); n > 0 {
			return strconv.Itoa(n)
		}
		return ""
	case KnownNoVisit:
		return d.withoutVisit()
	case KnownHistory:
		var lines []string
		for _, row := range d.visitRows() {
			lines = append(lines, row.K+" "+row.V)
		}
		return orDash(strings.Join(lines, "；"))
	}
	return d.Student.Name
}

const eventMajor = "severity-major"

// learn looks again at what an open stage knows by itself.
func (d *draft) learn(s Stage, st *school.Stage) {
	for _, r := range s.Require {
		switch r.Known {
		case KnownVisits, KnownNoVisit, KnownHistory, KnownSeverity:
			st.Answers[r.Name] = d.knownFact(r.Known, st)
		}
	}
}

// visitsOf counts the answered stages whose participants name the person.
func (d *draft) visitsOf(person string) int {
	n := 0
	for _, st := range d.cs.Stages {
		if !st.Open() && !st.Skipped && slices.Contains(d.staffNamed(st.Answers[participants]), person) {
			n++
		}
	}
	return n
}

const participants = "participants"

// withoutVisit names the teachers of the class whom no visit names.
func (d *draft) withoutVisit() string {
	var names []string
	for _, p := range d.holders(school.TitleSubjectTeacher).People {
		if d.visitsOf(p) == 0 {
			names = append(names, d.nameOf(p))
		}
	}
	if len(names) == 0 {
		return phrase.Nobody.String()
	}
	return strings.Join(names, "、")
}

// asks says whether an answer is asked of this child at all.
func (d *draft) asks(r Require) bool { return r.When != whenCompulsory || d.class.Compulsory() }
