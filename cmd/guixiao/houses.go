package main

import (
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guixiao/bot"
	"guixiao/bot/sandbox"
	"guixiao/configs"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
	"guixiao/storage"
)

// houses builds the schools the service serves: regime, calendar and posts
// from the folder, people from the database.
type houses struct {
	conf  *configs.Config
	db    *storage.DB
	log   *slog.Logger
	mu    sync.Mutex
	built map[string]built
}

// built is a school as it was built from one version of its people.
type built struct {
	house   *bot.House
	version int64
}

// plan is what a folder says of a school that is to be built.
type plan struct {
	folder *configs.Folder
	regime *rules.Policy
	people *school.Roster // of the folder; nil when the database knows them
	wrong  []configs.Problem
}

// load builds every school whose people have changed since it was built; a
// school whose people are not in the database yet is imported from its folder.
func (hs *houses) load(ctx context.Context) ([]*bot.House, error) {
	versions, err := hs.db.PeopleVersions(ctx)
	if err != nil {
		return nil, err
	}
	now := make([]built, len(hs.conf.Schools))
	for i, c := range hs.conf.Schools {
		if was := hs.of(c.ID); was.house != nil && was.version == versions[c.ID] {
			now[i] = was
		}
	}
	plans := make([]plan, len(now))
	_ = each(len(now), func(i int) error { // what is wrong with any is told at once, before anybody is imported
		if c := hs.conf.Schools[i]; now[i].house == nil {
			plans[i] = readPlan(c, versions[c.ID] > 0)
		}
		return nil
	})
	if err := hs.tell(plans); err != nil {
		return nil, err
	}
	err = each(len(now), func(i int) (err error) {
		if now[i].house == nil {
			now[i], err = hs.build(ctx, hs.conf.Schools[i], &plans[i])
		}
		return err
	})
	if err == nil {
		err = hs.tell(plans)
	}
	if err != nil {
		return nil, err
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	hs.built = make(map[string]built, len(now))
	list := make([]*bot.House, len(now))
	for i, c := range hs.conf.Schools {
		hs.built[c.ID], list[i] = now[i], now[i].house
	}
	return list, nil
}

// each does n things, as many at once as there are processors, and returns the
// first error in their order.
func each(n int, do func(i int) error) error {
	errs := make([]error, n)
	var work sync.WaitGroup
	var taken atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		work.Go(func() {
			for i := int(taken.Add(1)) - 1; i < n; i = int(taken.Add(1)) - 1 {
				errs[i] = do(i)
			}
		})
	}
	work.Wait()
	return cmp.Or(errs...)
}

func (hs *houses) of(id string) built {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	return hs.built[id]
}

// readPlan reads the folder of a school; its sheets only when nobody knows its
// people yet.
func readPlan(c configs.School, peopleKnown bool) (p plan) {
	if peopleKnown {
		p.folder, p.regime, p.wrong = readSettings(c.Data)
		return p
	}
	if p.folder, p.regime, p.wrong = readSchool(c.Data); p.folder != nil {
		p.people, p.folder.People = p.folder.Roster(), configs.People{}
	}
	return p
}

// tell logs what is doubtful about the schools, once, and returns what is wrong.
func (hs *houses) tell(plans []plan) error {
	var wrong []configs.Problem
	for i := range plans {
		if configs.Failed(plans[i].wrong) {
			wrong = append(wrong, plans[i].wrong...)
			continue
		}
		for _, p := range plans[i].wrong {
			p.Excerpt = "" // a log has one line for each
			hs.log.Warn(p.String(), "school", hs.conf.Schools[i].ID)
		}
		plans[i].wrong = nil
	}
	if len(wrong) > 0 {
		return problemsError(wrong)
	}
	return nil
}

func (hs *houses) build(ctx context.Context, c configs.School, p *plan) (built, error) {
	if p.people != nil {
		if err := hs.db.SavePeople(ctx, c.ID, p.people); err != nil {
			return built{}, err
		}
		hs.log.Info(phrase.ServePeople.With("school", c.ID, "dir", c.Data))
		p.people = nil
	}
	people, version, err := hs.db.LoadPeople(ctx, c.ID)
	if err != nil {
		return built{}, err
	}
	p.wrong = p.folder.CheckScopes(people.Classes)
	s := p.folder.School(hs.conf.Ways(c)...)
	s.ID, s.Roster = c.ID, people
	return built{bot.NewHouse(s, p.regime), version}, nil
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
func readSchool(dir string) (*configs.Folder, *rules.Policy, []configs.Problem) {
	return readFolder(dir, func(look configs.Check) (*configs.Folder, []configs.Problem) {
		if preset, ok := builtIn(dir); ok {
			return configs.ReadSchoolFS(preset, false, look)
		}
		return configs.ReadSchool(dir, false, look)
	})
}

// readSettings is readSchool without the sheets of people.
func readSettings(dir string) (*configs.Folder, *rules.Policy, []configs.Problem) {
	return readFolder(dir, func(look configs.Check) (*configs.Folder, []configs.Problem) {
		return configs.ReadSettings(dir, look)
	})
}

func readFolder(dir string, read func(look configs.Check) (*configs.Folder, []configs.Problem)) (folder *configs.Folder, regime *rules.Policy, problems []configs.Problem) {
	folder, problems = read(func(f *configs.Folder) (found []configs.Problem) {
		regime, found = activeRegime(f, dir)
		return found
	})
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

// termBegan is the first day of a school's running term, from which absences
// are totalled.
func (hs *houses) termBegan(schoolID string, now time.Time) school.Day {
	if b := hs.of(schoolID); b.house != nil {
		calendar := b.house.School.Calendar
		if term, ok := calendar.TermOf(calendar.DayOf(now)); ok {
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
	versions, err := hs.db.PeopleVersions(ctx)
	if err != nil {
		return false, err
	}
	for _, c := range hs.conf.Schools {
		if hs.of(c.ID).version != versions[c.ID] {
			return true, nil
		}
	}
	return false, nil
}
