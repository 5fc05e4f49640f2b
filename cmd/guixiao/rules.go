package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guixiao/configs"
	"guixiao/configs/policies"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// runRules is guixiao rules: list, show, check and simulate policies.
func runRules(args []string, out, errOut io.Writer) int {
	c := &rulesCommand{out: out, errOut: errOut}
	if len(args) == 0 {
		return c.wrong(phrase.RulesWhich.String())
	}
	switch args[0] {
	case "list":
		return c.list(args[1:])
	case "show":
		return c.show(args[1:])
	case "check":
		return c.check(args[1:])
	case "simulate":
		return c.simulate(args[1:])
	case "help", "-h", "-help", "--help":
		return c.help()
	}
	return c.wrong(phrase.RulesUnknown.With("name", args[0]))
}

type rulesCommand struct {
	out, errOut io.Writer
	settings    settingsFlag
	dir         string // of the school
}

func (c *rulesCommand) help() int {
	fmt.Fprintln(c.out, phrase.RulesHelp)
	return exitDone
}

// wrong ends a command that was written wrongly.
func (c *rulesCommand) wrong(text string) int {
	fmt.Fprintf(c.errOut, "%s\n%s\n", text, phrase.RulesSeeHelp)
	return exitUsage
}

func (c *rulesCommand) fail(err error) int {
	fmt.Fprintln(c.errOut, err)
	return exitFailed
}

// settingsFlag gathers --set name=value.
type settingsFlag map[string]any

func (s *settingsFlag) String() string { return "" }

func (s *settingsFlag) Set(written string) error {
	name, value, err := rules.ParseSetting(written)
	if err != nil {
		return err
	}
	if *s == nil {
		*s = settingsFlag{}
	}
	(*s)[name] = value
	return nil
}

// flags are those show and simulate share; anywhere among the arguments.
func (c *rulesCommand) flags() *flag.FlagSet {
	f := flag.NewFlagSet("rules", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Var(&c.settings, "set", "")
	f.StringVar(&c.dir, "school", "", "")
	return f
}

// parse reads flags that may stand before or after the words.
func (c *rulesCommand) parse(f *flag.FlagSet, args []string) (words []string, code int, ok bool) {
	switch err := interleaved(f, args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, c.help(), false
	case err != nil:
		return nil, c.wrong(phrase.RulesBadFlag.With("why", err.Error())), false
	}
	return f.Args(), exitDone, true
}

func (c *rulesCommand) list(args []string) int {
	words, code, ok := c.parse(c.flags(), args)
	if !ok {
		return code
	}
	if len(words) > 0 {
		return c.wrong(phrase.RulesExtra.With("args", strings.Join(words, " ")))
	}
	var all []*rules.Policy
	for _, id := range shippedPolicies() {
		p, err := c.policy(id)
		if err != nil {
			return c.fail(err)
		}
		all = append(all, p)
	}
	fmt.Fprint(c.out, rules.ListPolicies(all))
	return exitDone
}

func (c *rulesCommand) show(args []string) int {
	words, code, ok := c.parse(c.flags(), args)
	if !ok {
		return code
	}
	if len(words) != 1 {
		return c.wrong(phrase.RulesNoID.String())
	}
	p, err := c.policy(words[0])
	if err != nil {
		return c.fail(err)
	}
	settings := c.settings
	if c.dir != "" {
		s, err := c.school()
		if err != nil {
			return c.fail(err)
		}
		settings = c.ownSettings(s, p)
	}
	filled, err := p.With(settings)
	if missing := (*rules.MissingError)(nil); errors.As(err, &missing) && len(settings) == 0 {
		filled, err = p, nil // what must be set is shown as blank
	}
	if err != nil {
		return c.fail(err)
	}
	fmt.Fprint(c.out, rules.ShowPolicy(filled))
	return exitDone
}

func (c *rulesCommand) check(args []string) int {
	files, code, ok := c.parse(c.flags(), args)
	if !ok {
		return code
	}
	if len(files) == 0 {
		return c.wrong(phrase.RulesNoFile.String())
	}
	code = exitDone
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			code = c.fail(err)
			continue
		}
		p, err := rules.ParsePolicy(file, text)
		if err != nil {
			code = c.fail(err)
			continue
		}
		var must []string
		for _, b := range p.Blanks() {
			if b.MustBeSet {
				must = append(must, b.Name)
			}
		}
		fine := phrase.RulesFine
		if len(must) > 0 {
			fine = phrase.RulesToFill
		}
		fmt.Fprintln(c.out, fine.With("file", file, "stages", len(p.Stages), "names", strings.Join(must, "、")))
	}
	return code
}

func (c *rulesCommand) simulate(args []string) int {
	f := c.flags()
	id, start := f.String("policy", "", ""), f.String("start", "", "")
	events, until := f.String("events", "", ""), f.String("until", "", "")
	asJSON := f.Bool("json", false, "")
	words, code, ok := c.parse(f, args)
	if !ok {
		return code
	}
	if len(words) > 0 {
		return c.wrong(phrase.RulesExtra.With("args", strings.Join(words, " ")))
	}
	s, err := c.school()
	if err != nil {
		return c.fail(err)
	}
	play := rules.Play{School: s}
	if play.Start, play.Until, err = span(s.Calendar, *start, *until); err != nil {
		return c.wrong(err.Error())
	}
	if *id == "" {
		*id = s.Policy
	}
	p, err := c.policy(*id)
	if err != nil {
		return c.fail(err)
	}
	if play.Policy, err = p.With(c.ownSettings(s, p)); err != nil {
		return c.fail(err)
	}
	if *events != "" {
		text, err := os.ReadFile(*events)
		if err != nil {
			return c.fail(err)
		}
		if play.Moves, err = rules.ParseMoves(*events, string(text), s.Calendar.Zone()); err != nil {
			return c.fail(err)
		}
	}
	lines, err := rules.Simulate(play)
	if err != nil {
		return c.fail(err)
	}
	if until := s.Calendar.ConfirmedUntil(); s.Calendar.DayOf(play.Until.Add(-time.Second)) > until {
		fmt.Fprintln(c.errOut, phrase.SimEnds.With("until", until))
	}
	return c.print(lines, *asJSON)
}

func (c *rulesCommand) print(lines []rules.SimLine, asJSON bool) int {
	if !asJSON && len(lines) == 0 {
		fmt.Fprintln(c.out, phrase.RulesQuiet)
	} else if !asJSON {
		fmt.Fprint(c.out, rules.ShowTimeline(lines))
	}
	if asJSON {
		enc := json.NewEncoder(c.out)
		enc.SetEscapeHTML(false)
		for _, l := range lines {
			if err := enc.Encode(l); err != nil {
				return c.fail(err)
			}
		}
	}
	return exitDone
}

// span reads --start and --until: from the next session on, for 30 days.
func span(cal *school.Calendar, start, until string) (school.Slot, time.Time, error) {
	const days = 30
	slot, _, _ := cal.NextClose(cal.DefaultStart(time.Now()))
	if start != "" {
		var err error
		if slot, err = school.ParseSlot(start); err != nil {
			return slot, time.Time{}, err
		}
	}
	last := slot.Day.Add(days)
	if until != "" {
		var err error
		if last, err = school.ParseDay(until); err != nil {
			return slot, time.Time{}, school.Invalid("%s", phrase.RulesUntil.With("value", until))
		}
	}
	return slot, cal.At(last, school.Clock(24*60)), nil
}

// school reads the folder of --school, else the demo's.
func (c *rulesCommand) school() (*school.School, error) {
	var folder *configs.Folder
	var problems []configs.Problem
	if preset, ok := builtIn(c.dir); ok {
		folder, problems = configs.ReadSchoolFS(preset, false)
	} else {
		folder, problems = configs.ReadSchool(c.dir, false)
	}
	if folder == nil {
		return nil, problemsError(problems)
	}
	return folder.School(), nil
}

// ownSettings are the school's settings if the policy is its own, and --set.
func (c *rulesCommand) ownSettings(s *school.School, p *rules.Policy) map[string]any {
	settings := map[string]any{}
	if s.Policy == p.ID {
		maps.Copy(settings, s.Settings)
	}
	maps.Copy(settings, c.settings)
	return settings
}

// policy finds a policy by id, in the school's folder or among those shipped,
// or reads a file.
func (c *rulesCommand) policy(id string) (*rules.Policy, error) {
	file := id
	if !strings.HasSuffix(id, ".yaml") && !strings.HasSuffix(id, ".yml") {
		file = filepath.Join(c.dir, "policies", id+".yaml")
		if _, err := os.Stat(file); c.dir == "" || err != nil {
			text, err := fs.ReadFile(policies.FS, id+".yaml")
			if err != nil {
				return nil, school.NotFound("%s", phrase.RulesNoPolicy.With("id", id, "known", strings.Join(shippedPolicies(), "、")))
			}
			return rules.ParsePolicy(id+".yaml", text)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return rules.ParsePolicy(file, text)
}
