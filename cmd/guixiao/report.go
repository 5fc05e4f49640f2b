package main

import (
	"errors"
	"fmt"
	"os"

	"guixiao/configs"
	"guixiao/handlers"
	"guixiao/handlers/xlsx"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// report writes a ledger as a workbook: the same that the console hands over,
// of the whole school.
func (p *program) report(args []string) int {
	f := p.flags("report", phrase.UsageReport, phrase.AboutReport)
	period := f.String("period", "", phrase.FlagPeriod.With())
	out := f.String("out", "", phrase.FlagReport.With())
	conf, target, code, ok := p.forSchool(f, args)
	if !ok {
		return code
	}
	if *period == "" || *out == "" {
		fmt.Fprintln(p.errOut, phrase.ReportWanted.With())
		return exitUsage
	}
	span, err := rules.ParsePeriod(*period)
	if err != nil {
		return p.fail(err)
	}
	folder, _, problems := readSchool(target.Data)
	if folder == nil {
		return p.fail(problemsError(problems))
	}
	ledgers, err := p.ledgers(conf, folder.School(target.Platforms...), target.ID, f.Arg(0), span)
	if err != nil {
		return p.fail(err)
	}
	file, err := os.OpenFile(*out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return p.fail(school.Invalid("%s", phrase.InitCannotWrite.With("file", *out)))
	}
	if err := errors.Join(xlsx.Write(file, ledgers...), file.Close()); err != nil {
		return p.fail(err)
	}
	fmt.Fprintln(p.out, phrase.ReportDone.With("file", *out, "n", len(ledgers[0].Rows)))
	return exitDone
}

// ledgers reads what a report is made of.
func (p *program) ledgers(conf *configs.Config, s *school.School, id, kind string, span rules.Period) ([]rules.Ledger, error) {
	db, err := p.openTool(conf)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	people, version, err := db.LoadPeople(p.ctx, id)
	if err != nil {
		return nil, err
	}
	if s.ID = id; version > 0 {
		s.Roster = people
	}
	everybody := func(string) bool { return true }
	return handlers.Report(p.ctx, db, s, kind, span, everybody)
}
