package rules

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Names of answers the engine itself knows.
const (
	reasonName   = "reason"
	attemptsName = "attempts"
)

// notReachedWords in a reason say that nobody was reached: that is no reason.
var notReachedWords = []string{"未联系上", "联系不上", "没联系上", "没有联系上", "没能联系", "未能联系", "无法联系", "没接", "不接", "未接", "无人接", "打不通", "没打通", "关机", "停机"}

func notReached(reason string) bool {
	return slices.ContainsFunc(notReachedWords, func(w string) bool { return strings.Contains(reason, w) })
}

// known says whether a reason says why the child is away.
func known(reason string) bool {
	reason = strings.TrimSpace(reason)
	return reason != "" && !notReached(reason)
}

// answer records one answer. It satisfies every stage that is open and asks
// for it; the stages that open later only propose it.
func (d *draft) answer(name, value, stage string) {
	d.cs.Answers[name] = school.Answer{Value: value, By: d.By.ID, At: d.Now, Stage: stage}
	for i := range d.cs.Stages {
		st := &d.cs.Stages[i]
		if !st.Open() || d.matter() && (st.ID != stage || st.Of != d.part) { // what one class reports is not what another does
			continue
		}
		s, ok := d.stageOf(st.ID)
		if ok && slices.ContainsFunc(s.Require, func(r Require) bool { return r.Name == name }) {
			st.Answers[name] = value
			d.refreshCard(s, i)
		}
	}
	if name == reasonName {
		d.learnReason(value)
	}
}

func (d *draft) learnReason(value string) {
	before := d.cs.Reason
	if !known(value) && known(before) {
		return
	}
	d.cs.Reason = value
	if known(value) && value != before {
		d.tellReasonKnown()
	}
}

// answerStage takes the answers given on one stage's card: what they fill in
// elsewhere and which events they are.
func (d *draft) answerStage(s Stage, given map[string]string) {
	for _, r := range s.Require {
		v, ok := given[r.Name]
		if !ok {
			continue
		}
		d.answer(r.Name, v, s.ID)
		d.entry("answer", phrase.Answered.With("stage", s.name(), "label", r.label(), "value", d.shown(r, v)), s.clause(d.Policy))
	}
	if given["contact-result"]+given["visit-record"] != "" {
		d.spokeWithFamily()
	}
	for to, from := range s.Fills {
		if v := given[from]; v != "" && !known(d.cs.Answers[to].Value) {
			d.answer(to, v, s.ID)
		}
	}
	for _, r := range s.Raises {
		if v := given[r.Require]; v != "" && (r.Is == "" || r.Is == v) && !d.raised(r.Event) {
			d.happen(r.Event, d.Now, nil)
			d.entry("event", phrase.EventNoted.With("event", eventTitle(r.Event)), s.clause(d.Policy))
		}
	}
}

// spokeWithFamily lets what counts from the last contact begin anew.
func (d *draft) spokeWithFamily() {
	if !d.matter() && d.Policy.uses(eventLastContact) && !d.raised(eventLastContact) {
		d.happen(eventLastContact, d.Now, nil)
	}
}

func (d *draft) raised(event string) bool {
	h, ok := d.cs.Happened(event)
	return ok && h.At.Equal(d.Now)
}

// shown is an answer as people read it; a file by its name.
func (d *draft) shown(r Require, v string) string {
	if r.Type == "file" {
		for _, doc := range d.cs.Documents {
			if doc.ID == v {
				return doc.Name
			}
		}
	}
	if r.Type == "people" {
		parts := strings.FieldsFunc(v, func(c rune) bool { return strings.ContainsRune(",，、; ", c) })
		return d.names(parts)
	}
	return v
}

// offersNoContact says whether the regime has a next step for 没联系上.
func (d *draft) offersNoContact(s Stage) bool {
	asks := slices.ContainsFunc(s.Require, func(r Require) bool { return r.Name == reasonName })
	return asks && slices.ContainsFunc(d.Policy.Stages, func(o Stage) bool {
		return slices.Contains(d.Policy.starts(o), s.ID+"-contact-failed")
	})
}

// contactFailed closes a stage with 未联系上 and lets the next one begin; how
// often it was tried goes along.
func (d *draft) contactFailed(i int, attempts string) {
	s, _ := d.stageOf(d.cs.Stages[i].ID)
	d.cs.Stages[i].Answers[reasonName] = phrase.NotReached.String()
	if !known(d.cs.Answers[reasonName].Value) {
		d.cs.Answers[reasonName] = school.Answer{Value: phrase.NotReached.String(), By: d.By.ID, At: d.Now, Stage: s.ID}
	}
	if !known(d.cs.Reason) {
		d.cs.Reason = phrase.NotReached.String()
	}
	fields := map[string]string{}
	what := phrase.NotReached.String()
	if attempts != "" {
		fields[attemptsName] = attempts
		what = phrase.NotReachedTimes.With("n", attempts)
		d.answer(attemptsName, attempts, s.ID)
	}
	d.entry("answer", phrase.Answered.With("stage", s.name(), "label", phrase.FieldReason.String(), "value", what), s.clause(d.Policy))
	d.closeStage(s, i, s.ID+"-contact-failed")
	d.cs.Events[len(d.cs.Events)-1].Fields = fields
}

// failable finds an open stage whose question a failed contact answers.
func (d *draft) failable() int {
	if d.cs == nil {
		return -1
	}
	return slices.IndexFunc(d.cs.Stages, func(st school.Stage) bool {
		s, ok := d.stageOf(st.ID)
		return ok && st.Open() && d.offersNoContact(s)
	})
}

// read checks what was handed in on a stage card, and names what is missing.
func (d *draft) read(s Stage, i int, inputs map[string]string, files []school.Attachment) (map[string]string, error) {
	given := map[string]string{}
	var missing []string
	for _, r := range s.Require {
		v := strings.TrimSpace(inputs[r.Name])
		if v != "" && s.InOrder && len(missing) > 0 {
			return nil, school.Refused(phrase.AnswerOrder.With("label", r.label(), "what", strings.Join(missing, "、")))
		}
		others := len(r.Of) > 0 && r.Type != "people" && !d.holdsOne(d.By.ID, r.Of)
		if v == "" && others {
			continue // somebody else gives this answer
		}
		if r.Known != "" || !d.asks(r) || v == "" && (!r.wanted(inputs) || s.nilReturn() || d.cs.Stages[i].Answers[r.Name] != "") {
			continue
		}
		if v == "" {
			missing = append(missing, r.label())
			continue
		}
		if others {
			return nil, school.Forbidden(phrase.AnswerNotYours.With("label", r.label(), "of", strings.Join(r.Of, "、")))
		}
		v, err := d.readOne(s, i, r, v, files)
		if err != nil {
			return nil, err
		}
		given[r.Name] = v
	}
	if len(missing) > 0 && !(s.InOrder && len(given) > 0) {
		return nil, school.Invalid("%s", phrase.AnswerMissing.With("what", strings.Join(missing, "、")))
	}
	return given, nil
}

// wanted says whether an answer may not stay empty beside the others.
func (r Require) wanted(answers map[string]string) bool {
	for name, value := range r.If {
		if strings.TrimSpace(answers[name]) != value {
			return false
		}
	}
	return !r.Optional
}

func (d *draft) readOne(s Stage, i int, r Require, v string, files []school.Attachment) (string, error) {
	const longest = 2000 // characters: a paper that long is handed in as a file
	if utf8.RuneCountInString(v) > longest {
		return "", school.Invalid("%s", phrase.AnswerTooLong.With("label", r.label(), "n", longest))
	}
	bad := func(p phrase.Phrase) error { return school.Invalid("%s", p.With("label", r.label(), "value", v)) }
	switch r.Type {
	case "file":
		a, ok := attached(v, files)
		if !ok {
			return "", bad(phrase.AnswerNoFile)
		}
		a.Name = fileName(a.Name)
		return d.handIn(s, i, r, a), nil
	case "date":
		if _, err := school.ParseDay(v[:min(len(v), len("2026-03-09"))]); err != nil {
			return "", bad(phrase.AnswerNoDate)
		}
	case "number":
		v = strings.TrimSuffix(v, "次")
		if n, err := strconv.Atoi(v); err != nil || n < 0 {
			return "", bad(phrase.AnswerNoNumber)
		}
	case "people":
		if len(r.Of) > 0 && !slices.ContainsFunc(d.staffNamed(v), func(p string) bool { return d.holdsOne(p, slices.Concat(r.Of, leaders)) }) {
			return "", school.Refused(phrase.AnswerNoLeader.With("label", r.label(), "of", strings.Join(r.Of, "、")))
		}
	case "students":
		return d.studentsNamed(r, v)
	case "choice":
		if len(r.Options) > 0 && !slices.Contains(r.Options, v) {
			return "", school.Invalid("%s", phrase.AnswerNoChoice.With("label", r.label(), "options", strings.Join(r.Options, "、")))
		}
	}
	return v, nil
}

// attached finds the file an input names: "file:0" is the first.
func attached(v string, files []school.Attachment) (school.Attachment, bool) {
	n, err := strconv.Atoi(strings.TrimPrefix(v, "file:"))
	if !strings.HasPrefix(v, "file:") || err != nil || n < 0 || n >= len(files) {
		return school.Attachment{}, false
	}
	return files[n], len(files[n].Content) > 0
}

// fileName is the name of a file without the way to it.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, "/\\")+1:]
	name = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return -1
		}
		return c
	}, name)
	if strings.Trim(name, ". ") == "" {
		return phrase.FieldFile.String()
	}
	return name
}

// handIn keeps a file that was handed in. The stage's own paper becomes final
// with it; any other file is a paper of its own. It gives the document's id.
func (d *draft) handIn(s Stage, i int, r Require, a school.Attachment) string {
	doc := school.Document{State: docFinal, Name: a.Name, Type: a.Type}
	var id string
	if s.Document != "" && s.Report == nil && !slices.ContainsFunc(s.Require[:slices.IndexFunc(s.Require, func(x Require) bool { return x.Name == r.Name })], func(x Require) bool { return x.Type == "file" }) {
		d.drawUp(s, i, doc)
		id = d.cs.Documents[d.docOf(s.ID)].ID
	} else {
		doc.ID, doc.Kind, doc.Title, doc.Stage, doc.At, doc.By = d.id("file", s.ID, r.Name), r.label(), r.label()+" "+a.Name, s.ID, d.Now, d.By.ID
		d.cs.Documents = append(d.cs.Documents, doc)
		id = doc.ID
	}
	d.out.Files = append(d.out.Files, school.File{ID: id, Name: a.Name, Type: a.Type, Student: d.Student.ID, At: d.Now, By: d.By.ID, Content: a.Content})
	return id
}
