package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"guixiao/bot"
	"guixiao/configs"
	"guixiao/handlers"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
	"guixiao/storage"
)

// check prints every problem of configuration, regimes, calendars and school
// data at once, and with --online what the platforms say.
func (p *program) check(args []string) int {
	f := p.flags("check", phrase.UsageCheck, phrase.AboutCheck)
	file := f.String("config", "", phrase.FlagConfig.With())
	online := f.Bool("online", false, phrase.FlagOnline.With())
	if code, ok := p.parse(f, args, 0); !ok {
		return code
	}
	conf, code, ok := p.config(*file)
	if !ok {
		return code
	}
	found := p.checkSchools(conf)
	if *online {
		found += p.checkOnline(conf)
	}
	if found > 0 {
		fmt.Fprintln(p.out, phrase.CheckFound.With("n", found))
		return exitFailed
	}
	fmt.Fprintln(p.out, phrase.CheckFine.With())
	return exitDone
}

func (p *program) checkSchools(conf *configs.Config) (found int) {
	for _, c := range conf.Schools {
		folder, _, problems := readSchool(c.Data)
		for _, problem := range problems {
			fmt.Fprintln(p.out, problem)
			if !problem.Warning {
				found++
			}
		}
		if folder == nil {
			continue
		}
		for _, w := range folder.Calendar.Warnings(time.Now()) {
			fmt.Fprintln(p.out, phrase.CheckWarn.With("text", w))
		}
	}
	return found
}

func (p *program) checkOnline(conf *configs.Config) (found int) {
	s := &service{conf: conf, now: time.Now, log: quietLog()}
	if err := s.connect(); err != nil {
		fmt.Fprintln(p.out, phrase.CheckBad.With("text", err))
		return 1
	}
	for _, platform := range s.platforms {
		c, ok := platform.(bot.Checker)
		if !ok {
			continue
		}
		const patience = 30 * time.Second
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		findings, err := c.Check(ctx)
		cancel()
		if err != nil {
			findings = append(findings, bot.Finding{Text: err.Error()})
		}
		for _, finding := range findings {
			word := phrase.CheckOK
			if !finding.OK {
				word = phrase.CheckBad
				found++
			}
			fmt.Fprintln(p.out, word.With("text", platform.Name()+" "+finding.Text))
		}
	}
	return found
}

// forSchool reads the arguments of a command about one school, with one word
// beside the flags: the settings file and which of its schools is meant.
func (p *program) forSchool(f flagSet, args []string) (*configs.Config, configs.School, int, bool) {
	file := f.String("config", "", phrase.FlagConfig.With())
	id := f.String("school", "", phrase.FlagSchoolID.With())
	if code, ok := p.parse(f, args, 1); !ok {
		return nil, configs.School{}, code, false
	}
	conf, code, ok := p.config(*file)
	if !ok {
		return nil, configs.School{}, code, false
	}
	target, err := schoolConfig(conf, *id)
	if err != nil {
		return nil, configs.School{}, p.fail(err), false
	}
	return conf, target, exitDone, true
}

func (p *program) importSchool(args []string) int {
	f := p.flags("import", phrase.UsageImport, phrase.AboutImport)
	dry := f.Bool("dry-run", false, phrase.FlagDryRun.With())
	skip := f.Bool("skip-bad", false, phrase.FlagSkipBad.With())
	conf, target, code, ok := p.forSchool(f, args)
	if !ok {
		return code
	}
	folder, problems := configs.ReadSchool(target.Data, true)
	if folder == nil {
		return p.fail(problemsError(problems))
	}
	people, problems := configs.ReadPeople(f.Arg(0), folder.Level, *skip)
	for _, problem := range problems {
		fmt.Fprintln(p.errOut, problem)
	}
	if people == nil {
		fmt.Fprintln(p.errOut, phrase.ImportBad.With("n", len(problems)))
		return exitFailed
	}
	return p.takeOver(conf, target.ID, people, *dry)
}

// takeOver shows what an import changes and writes it.
func (p *program) takeOver(conf *configs.Config, id string, people *configs.People, dry bool) int {
	db, err := p.openTool(conf)
	if err != nil {
		return p.fail(err)
	}
	defer db.Close()
	old, _, err := db.LoadPeople(p.ctx, id)
	if err != nil {
		return p.fail(err)
	}
	roster := people.Over(old)
	diff := configs.Diff(old, roster)
	for _, line := range diff.Lines() {
		fmt.Fprintln(p.out, line)
	}
	switch {
	case diff.Empty():
		fmt.Fprintln(p.out, phrase.ImportNone.With())
		return exitDone
	case dry:
		fmt.Fprintln(p.out, phrase.ImportDry.With())
		return exitDone
	}
	if err := db.SavePeople(p.ctx, id, configs.Merge(old, roster)); err != nil {
		return p.fail(err)
	}
	fmt.Fprintln(p.out, phrase.ImportDone.With())
	return exitDone
}

// link prints a one-time sign-in link, for whoever cannot sign in through a platform.
func (p *program) link(args []string) int {
	f := p.flags("link", phrase.UsageLink, phrase.AboutLink)
	conf, target, code, ok := p.forSchool(f, args)
	if !ok {
		return code
	}
	if conf.Server.BaseURL == "" {
		return p.fail(school.Invalid("%s", phrase.LinkNoBase.With()))
	}
	db, err := p.openTool(conf)
	if err != nil {
		return p.fail(err)
	}
	defer db.Close()
	people, _, err := db.LoadPeople(p.ctx, target.ID)
	if err != nil {
		return p.fail(err)
	}
	if _, known := people.Person(f.Arg(0)); !known {
		return p.fail(school.NotFound("%s", phrase.LinkNobody.With("school", target.ID, "person", f.Arg(0))))
	}
	const lasts = 15 * time.Minute
	key := []byte(conf.SecretKey.Reveal())
	fmt.Fprintln(p.out, conf.Server.BaseURL+handlers.SignInLink(key, target.ID, f.Arg(0), time.Now().Add(lasts)))
	return exitDone
}

// schoolConfig finds the school that is meant; the only one needs no id.
func schoolConfig(conf *configs.Config, id string) (configs.School, error) {
	for _, s := range conf.Schools {
		if s.ID == id || id == "" && len(conf.Schools) == 1 {
			return s, nil
		}
	}
	return configs.School{}, school.NotFound("%s", phrase.ImportWhich.With("n", len(conf.Schools)))
}

func (p *program) migrate(args []string) int {
	f := p.flags("migrate", phrase.UsageMigrate, phrase.AboutMigrate)
	db, code, ok := p.openForTool(f, args, 0)
	if !ok {
		return code
	}
	defer db.Close()
	fmt.Fprintln(p.out, phrase.MigrateDone.With())
	return exitDone
}

func (p *program) backup(args []string) int {
	f := p.flags("backup", phrase.UsageBackup, phrase.AboutBackup+phrase.HelpBackup)
	out := f.String("out", "", phrase.FlagOut.With())
	db, code, ok := p.openForTool(f, args, 0)
	if !ok {
		return code
	}
	defer db.Close()
	if *out == "" {
		f.Usage()
		return exitUsage
	}
	if err := db.Backup(p.ctx, *out); err != nil {
		return p.fail(err)
	}
	info, err := os.Stat(*out)
	if err != nil {
		return p.fail(err)
	}
	fmt.Fprintln(p.out, phrase.BackupDone.With("file", *out, "bytes", info.Size()))
	return exitDone
}

func (p *program) audit(args []string) int {
	if len(args) == 0 || args[0] != "verify" {
		fmt.Fprintln(p.errOut, phrase.AuditUsage.With())
		return exitUsage
	}
	f := p.flags("audit verify", phrase.UsageAudit, phrase.AboutAudit)
	db, code, ok := p.openForTool(f, args[1:], 0)
	if !ok {
		return code
	}
	defer db.Close()
	found, err := db.VerifyAudit(p.ctx)
	if err != nil {
		return p.fail(err)
	}
	for _, b := range found.Broken {
		fmt.Fprintln(p.out, phrase.AuditBroken.With("book", b))
	}
	if len(found.Broken) > 0 {
		return exitFailed
	}
	fmt.Fprintln(p.out, phrase.AuditHolds.With("n", found.Books))
	return exitDone
}

// openForTool reads --config and opens the database, brought up to date.
func (p *program) openForTool(f flagSet, args []string, want int) (*storage.DB, int, bool) {
	file := f.String("config", "", phrase.FlagConfig.With())
	if code, ok := p.parse(f, args, want); !ok {
		return nil, code, false
	}
	conf, code, ok := p.config(*file)
	if !ok {
		return nil, code, false
	}
	db, err := p.openTool(conf)
	if err != nil {
		return nil, p.fail(err), false
	}
	return db, exitDone, true
}

// openTool opens the database of a configuration for a command that works
// beside the service.
func (p *program) openTool(conf *configs.Config) (*storage.DB, error) {
	return openStore(p.ctx, conf.Storage.DSN.Reveal(), storage.Options{Logger: quietLog(), Key: []byte(conf.SecretKey.Reveal())})
}

// version is filled in by the build: -ldflags "-X main.release=…".
var release = ""

func (p *program) version([]string) int {
	v := release
	if v == "" {
		if info, ok := debug.ReadBuildInfo(); ok {
			v = info.Main.Version
		}
	}
	fmt.Fprintln(p.out, "guixiao", v)
	return exitDone
}
