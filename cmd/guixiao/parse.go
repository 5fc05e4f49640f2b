package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"guixiao/bot/intent"
	"guixiao/configs"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// runParse is guixiao parse: what the bot would understand (design 3.4).
func runParse(args []string, in io.Reader, out, errOut io.Writer) int {
	f := flag.NewFlagSet("parse", flag.ContinueOnError)
	f.SetOutput(errOut)
	f.Usage = func() {
		fmt.Fprintf(f.Output(), "guixiao parse %s\n  %s\n", phrase.UsageParse.With(), phrase.AboutParse.With())
		f.PrintDefaults()
	}
	dir := f.String("school", "", phrase.ParseSchool.With())
	at := f.String("now", "", phrase.ParseNow.With())
	from := f.String("from", "", phrase.ParseFrom.With())
	explain := f.Bool("explain", false, phrase.ParseExplain.With())
	switch err := interleaved(f, args); {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		return exitUsage
	case *dir == "":
		fmt.Fprintln(errOut, phrase.ParseNeeds.With())
		return exitUsage
	}
	p := parser{out: json.NewEncoder(out), errOut: errOut, explain: *explain, from: *from, now: time.Now()}
	p.out.SetEscapeHTML(false)
	if *at != "" {
		now, err := time.Parse(time.RFC3339, *at)
		if err != nil {
			fmt.Fprintln(errOut, phrase.ParseBadNow.With("now", *at))
			return exitUsage
		}
		p.now = now
	}
	folder, problems := configs.ReadSchool(*dir, false)
	for _, problem := range problems {
		fmt.Fprintln(errOut, problem)
	}
	if folder == nil {
		return exitFailed
	}
	s := folder.School()
	p.roster, p.reader = s.Roster, intent.NewReader(s)
	if f.NArg() > 0 {
		return p.one(strings.Join(f.Args(), " "))
	}
	return p.lines(in)
}

// parser reads messages one by one.
type parser struct {
	out     *json.Encoder
	errOut  io.Writer
	reader  *intent.Reader
	roster  *school.Roster
	explain bool
	from    string
	now     time.Time
}

// said is one input line.
type said struct {
	ID   string          `json:"id"`
	Text string          `json:"text"`
	From string          `json:"from"`
	Now  *time.Time      `json:"now"`
	Open json.RawMessage `json:"to_open"`
}

// understood is one output line; the order of the keys is the contract.
type understood struct {
	ID          string             `json:"id"`
	Intent      string             `json:"intent"`
	Class       *string            `json:"class"`
	RestPresent bool               `json:"rest_present"`
	Marks       []school.MarkRange `json:"marks"`
	Contacts    []contactLine      `json:"contacts"`
	Request     *requestLine       `json:"request"`
	Decision    *school.Decision   `json:"decision"`
	Voids       []school.MarkRange `json:"voids"`
	Ask         *school.Ask        `json:"ask"`
	Flags       []string           `json:"flags"`
}

type contactLine struct {
	Student string  `json:"student"`
	Kind    string  `json:"kind"`
	Outcome string  `json:"outcome"`
	Times   int     `json:"times"`
	Promise *string `json:"promise"`
}

type requestLine struct {
	Kind    string  `json:"kind"`
	Student *string `json:"student"`
	From    *string `json:"from"`
	To      *string `json:"to"`
	Reason  string  `json:"reason"`
}

func (p *parser) one(text string) int {
	who, ok := p.person(p.from)
	if !ok {
		fmt.Fprintln(p.errOut, phrase.ParseNobody.With("where", "", "who", p.from))
		return exitUsage
	}
	p.answer("", intent.Input{Text: text, From: who, Now: p.now})
	return exitDone
}

func (p *parser) lines(in io.Reader) int {
	scan := bufio.NewScanner(in)
	scan.Buffer(make([]byte, 1<<16), 1<<24)
	code := exitDone
	for n := 1; scan.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(scan.Text(), "\ufeff"))
		if line == "" {
			continue
		}
		if why := p.line(line, n); why != "" {
			fmt.Fprintln(p.errOut, why)
			code = exitFailed
		}
	}
	if err := scan.Err(); err != nil {
		fmt.Fprintln(p.errOut, err)
		return exitFailed
	}
	return code
}

// line answers one input line, or says what is wrong with it.
func (p *parser) line(line string, n int) string {
	var s said
	if err := json.Unmarshal([]byte(line), &s); err != nil {
		return phrase.ParseBadLine.With("n", n, "why", err)
	}
	open, err := openQuestion(s.Open)
	if err != nil {
		return phrase.ParseBadLine.With("n", n, "why", err)
	}
	if s.From == "" {
		s.From = p.from
	}
	who, ok := p.person(s.From)
	if !ok {
		return phrase.ParseNobody.With("where", phrase.ParseLine.With("n", n), "who", s.From)
	}
	at := p.now
	if s.Now != nil {
		at = *s.Now
	}
	p.answer(s.ID, intent.Input{Text: s.Text, From: who, Now: at, Open: open})
	return ""
}

// person finds the speaker: nobody when none is given.
func (p *parser) person(who string) (school.Person, bool) {
	if who == "" {
		return school.Person{}, true
	}
	if found, ok := p.roster.Person(who); ok && found.Kind != school.KindGuardian {
		return found, true
	}
	for _, platform := range []string{"wecom", "dingtalk", "mp", school.PlatformSandbox} {
		if found, ok := p.roster.At(platform, who); ok {
			return found, true
		}
	}
	return p.roster.Person(who)
}

// openQuestion reads to_open; its keys are those of the corpus.
func openQuestion(raw json.RawMessage) (*intent.Open, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var o struct {
		Kind    string `json:"kind"`
		Class   string `json:"class"`
		Case    string `json:"case"`
		Student string `json:"student"`
		school.Question
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	return &intent.Open{Kind: o.Kind, Class: o.Class, Case: o.Case, Student: o.Student, Question: o.Question}, nil
}

func (p *parser) answer(id string, in intent.Input) {
	in.Explain = p.explain
	m := p.reader.Read(in)
	u := understood{ID: id, Intent: m.Intent, Class: orNull(m.Class), RestPresent: m.RestPresent, Marks: m.Marks,
		Contacts: []contactLine{}, Decision: m.Decision, Voids: m.Voids, Ask: m.Ask, Flags: m.Flags}
	for _, c := range m.Contacts {
		u.Contacts = append(u.Contacts, contactLine{c.Student, c.Kind, c.Outcome, c.Times, orNull(string(c.Promise))})
	}
	if r := m.Request; r != nil {
		u.Request = &requestLine{r.Kind, orNull(r.Student), orNull(r.From.String()), orNull(r.To.String()), r.Reason}
	}
	if err := p.out.Encode(u); err != nil {
		fmt.Fprintln(p.errOut, err)
	}
	if p.explain {
		for _, t := range m.Trace {
			fmt.Fprintln(p.errOut, t)
		}
	}
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
