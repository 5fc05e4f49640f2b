package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"guixiao/bot"
	"guixiao/bot/sandbox"
	"guixiao/configs"
	"guixiao/configs/policies"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
	"guixiao/storage"
)

// houses builds the schools the service serves: regime, calendar and posts
// from the folder, people from the database.
type houses struct {
	conf     *configs.Config
	db       *storage.DB
	log      *slog.Logger
	mu       sync.Mutex
	versions map[string]int64 // people version each school was built from
	schools  map[string]*school.School
}

// load builds every school; a school whose people are not in the database yet
// is imported from its folder first.
func (hs *houses) load(ctx context.Context) ([]*bot.House, error) {
	var list []*bot.House
	versions, schools := map[string]int64{}, map[string]*school.School{}
	folders, regimes, err := hs.read()
	if err != nil {
		return nil, err
	}
	for i, c := range hs.conf.Schools {
		folder := folders[i]
		people, version, err := hs.db.LoadPeople(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if version == 0 {
			if err := hs.db.SavePeople(ctx, c.ID, folder.Roster()); err != nil {
				return nil, err
			}
			hs.log.Info(phrase.ServePeople.With("school", c.ID, "dir", c.Data))
			if people, version, err = hs.db.LoadPeople(ctx, c.ID); err != nil {
				return nil, err
			}
		}
		s := folder.School(hs.conf.Ways(c)...)
		s.ID, s.Roster = c.ID, people
		list = append(list, bot.NewHouse(s, regimes[i]))
		versions[c.ID], schools[c.ID] = version, s
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	hs.versions, hs.schools = versions, schools
	return list, nil
}

// read reads the folders of all schools; what is wrong with any is told at once.
func (hs *houses) read() (folders []*configs.Folder, regimes []*rules.Policy, err error) {
	var wrong []configs.Problem
	for _, c := range hs.conf.Schools {
		folder, regime, problems := readSchool(c.Data)
		if folder == nil {
			wrong = append(wrong, problems...)
			continue
		}
		for _, p := range problems {
			p.Excerpt = "" // a log has one line for each
			hs.log.Warn(p.String(), "school", c.ID)
		}
		folders, regimes = append(folders, folder), append(regimes, regime)
	}
	if len(wrong) > 0 {
		return nil, nil, problemsError(wrong)
	}
	return folders, regimes, nil
}

// problemsError is what a list of problems says, all at once.
func problemsError(problems []configs.Problem) error {
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.String())
	}
	return school.Invalid("%s", phrase.FileProblem.With("n", len(problems), "list", strings.Join(lines, "\n")))
}

// readSchool reads a school folder, or the built-in school for "", and switches
// on the regime it names. What is wrong with either is told together.
func readSchool(dir string) (folder *configs.Folder, regime *rules.Policy, problems []configs.Problem) {
	look := func(f *configs.Folder) (found []configs.Problem) {
		regime, found = activeRegime(f, dir)
		return found
	}
	if dir == "" {
		folder, problems = configs.ReadSchoolFS(configs.DemoSchool(), false, look)
	} else {
		folder, problems = configs.ReadSchool(dir, false, look)
	}
	return folder, regime, problems
}

// demoHouse builds the demo's school: the built-in one, or a folder; everybody
// has a feed, whatever the platform columns say.
func demoHouse(dir string) (*bot.House, []configs.Problem, error) {
	folder, regime, problems := readSchool(dir)
	if folder == nil {
		return nil, nil, problemsError(problems)
	}
	s := folder.School(sandbox.Name)
	s.Roster = s.Roster.WithSandbox()
	return bot.NewHouse(s, regime), problems, nil
}

// activeRegime finds the regime of a school, fills in its settings and says
// what is wrong with it, in school.yaml.
func activeRegime(f *configs.Folder, dir string) (*rules.Policy, []configs.Problem) {
	p, err := findPolicy(f, dir)
	if err != nil {
		return nil, located(f, err)
	}
	var problems []configs.Problem
	if len(p.Levels) > 0 && f.Level != "" && !slices.Contains(p.Levels, f.Level) {
		warning := f.Problem("level", phrase.ServeLevel.With("level", f.Level, "policy", p.ID, "levels", strings.Join(p.Levels, "、")))
		warning.Warning = true
		problems = append(problems, warning)
	}
	regime, err := p.With(f.Settings)
	if err != nil {
		problems = append(problems, located(f, err)...)
	}
	return regime, problems
}

// located tells errors of a regime where they can be put right: in its own
// file, or in school.yaml.
func located(f *configs.Folder, err error) (problems []configs.Problem) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			problems = append(problems, located(f, one)...)
		}
		return problems
	}
	var file *rules.PolicyError
	var field *school.Error
	var missing *rules.MissingError
	switch {
	case errors.As(err, &file):
		for _, p := range file.Problems {
			problems = append(problems, configs.Problem{File: p.File, Line: p.Line, Column: p.Column, Text: p.Text + p.Remedy, Excerpt: p.Source})
		}
		return problems
	case errors.As(err, &missing):
		return []configs.Problem{f.Problem("policy_settings", err.Error())}
	case errors.As(err, &field) && field.Field != "":
		return []configs.Problem{f.Problem(field.Field, err.Error())}
	}
	return []configs.Problem{f.Problem("policy", err.Error())}
}

// findPolicy reads the school's policy from its own folder or from those shipped.
func findPolicy(f *configs.Folder, dir string) (*rules.Policy, error) {
	name := f.Policy + ".yaml"
	file := filepath.Join(dir, "policies", name)
	text, err := os.ReadFile(file)
	if dir == "" || errors.Is(err, fs.ErrNotExist) {
		file = name
		text, err = fs.ReadFile(policies.FS, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, school.NotFound("%s", phrase.ServeNoPolicy.With("policy", f.Policy, "known", strings.Join(shippedPolicies(), "、")))
	}
	if err != nil {
		return nil, err
	}
	return rules.ParsePolicy(file, text)
}

// shippedPolicies lists the ids of the regimes that come with the program.
func shippedPolicies() []string {
	files, err := fs.Glob(policies.FS, "*.yaml")
	if err != nil {
		return nil
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".yaml")
	}
	return files
}

// termBegan is the first day of a school's running term, from which absences
// are totalled.
func (hs *houses) termBegan(schoolID string, now time.Time) school.Day {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if s := hs.schools[schoolID]; s != nil {
		if term, ok := s.Calendar.TermOf(s.Calendar.DayOf(now)); ok {
			return term.From
		}
	}
	return ""
}

// watch takes over what an import by another process has written.
func (hs *houses) watch(ctx context.Context, b *bot.Bot) {
	const every = 3 * time.Second
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		changed, err := hs.changed(ctx)
		if err == nil && !changed {
			continue
		}
		var list []*bot.House
		if err == nil {
			list, err = hs.load(ctx)
		}
		if err != nil {
			hs.log.Warn("people not read again", "error", err.Error())
			continue
		}
		b.SetHouses(list...)
	}
}

func (hs *houses) changed(ctx context.Context) (bool, error) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	for id, version := range hs.versions {
		now, err := hs.db.PeopleVersion(ctx, id)
		if err != nil {
			return false, err
		}
		if now != version {
			return true, nil
		}
	}
	return false, nil
}
