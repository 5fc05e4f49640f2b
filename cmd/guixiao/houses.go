package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
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
	for _, c := range hs.conf.Schools {
		folder, problems := configs.ReadSchool(c.Data, false)
		if folder == nil {
			return nil, problemsError(problems)
		}
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
		s := folder.School(c.Platforms...)
		s.ID, s.Roster = c.ID, people
		h, err := newHouse(s, c.Data)
		if err != nil {
			return nil, err
		}
		list = append(list, h)
		versions[c.ID], schools[c.ID] = version, s
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	hs.versions, hs.schools = versions, schools
	return list, nil
}

// problemsError is what a list of problems says, all at once.
func problemsError(problems []configs.Problem) error {
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.String())
	}
	return school.Invalid("%s", phrase.FileProblem.With("n", len(problems), "list", strings.Join(lines, "\n")))
}

// demoHouse builds the demo's school: the built-in one, or a folder; everybody
// has a feed, whatever the platform columns say.
func demoHouse(dir string) (*bot.House, error) {
	var folder *configs.Folder
	var problems []configs.Problem
	if dir == "" {
		folder, problems = configs.ReadSchoolFS(configs.DemoSchool(), false)
	} else {
		folder, problems = configs.ReadSchool(dir, false)
	}
	if folder == nil {
		return nil, problemsError(problems)
	}
	s := folder.School(sandbox.Name)
	s.Roster = s.Roster.WithSandbox()
	return newHouse(s, dir)
}

// newHouse switches on the school's policy.
func newHouse(s *school.School, dir string) (*bot.House, error) {
	p, err := activePolicy(s, dir)
	if err != nil {
		return nil, err
	}
	return bot.NewHouse(s, p), nil
}

// activePolicy finds the school's regime, in its own folder or among those
// shipped, and fills in its settings.
func activePolicy(s *school.School, dir string) (*rules.Policy, error) {
	name := s.Policy + ".yaml"
	file := filepath.Join(dir, "policies", name)
	text, err := os.ReadFile(file)
	if dir == "" || errors.Is(err, fs.ErrNotExist) {
		file = name
		text, err = fs.ReadFile(policies.FS, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, school.NotFound("%s", phrase.ServeNoPolicy.With("school", s.ID, "policy", s.Policy, "known", strings.Join(shippedPolicies(), "、")))
	}
	if err != nil {
		return nil, err
	}
	p, err := rules.ParsePolicy(file, text)
	if err != nil {
		return nil, err
	}
	return p.With(s.Settings)
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
