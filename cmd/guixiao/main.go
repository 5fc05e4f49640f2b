// Command guixiao is the whole product in one binary: the demo, the service
// and the tools around it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // schools run where the machine may know no time zones

	"guixiao/rules/phrase"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes (design 3.1).
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// program is what a command has to work with.
type program struct {
	ctx    context.Context
	in     io.Reader
	out    io.Writer
	errOut io.Writer
}

// command is one word after guixiao.
type command struct {
	name  string
	usage phrase.Phrase // arguments, as in the help
	about phrase.Phrase
	run   func(p *program, args []string) int
}

// commands is the table the help is printed from, in the order people need them.
func commands() []command {
	return []command{
		{"demo", phrase.UsageDemo, phrase.AboutDemo, (*program).demo},
		{"serve", phrase.UsageServe, phrase.AboutServe, (*program).serve},
		{"init", phrase.UsageInit, phrase.AboutInit, (*program).init},
		{"check", phrase.UsageCheck, phrase.AboutCheck, (*program).check},
		{"import", phrase.UsageImport, phrase.AboutImport, (*program).importSchool},
		{"parse", phrase.UsageParse, phrase.AboutParse, func(p *program, args []string) int { return runParse(args, p.in, p.out, p.errOut) }},
		{"rules", phrase.UsageRules, phrase.AboutRules, func(p *program, args []string) int { return runRules(args, p.out, p.errOut) }},
		{"report", phrase.UsageReport, phrase.AboutReport, (*program).report},
		{"link", phrase.UsageLink, phrase.AboutLink, (*program).link},
		{"migrate", phrase.UsageMigrate, phrase.AboutMigrate, (*program).migrate},
		{"backup", phrase.UsageBackup, phrase.AboutBackup, (*program).backup},
		{"audit", phrase.UsageAudit, phrase.AboutAudit, (*program).audit},
		{"version", phrase.UsageVersion, phrase.AboutVersion, (*program).version},
	}
}

// run is the program without the process around it.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	p := &program{ctx: ctx, in: in, out: out, errOut: errOut}
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		p.help(out)
		if len(args) == 0 {
			return exitUsage
		}
		return exitDone
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(p, args[1:])
		}
	}
	fmt.Fprintln(errOut, phrase.UnknownCommand.With("name", args[0]))
	p.help(errOut)
	return exitUsage
}

func (p *program) help(w io.Writer) {
	fmt.Fprintln(w, phrase.HelpHead.With())
	for _, c := range commands() {
		fmt.Fprintf(w, "  %s\n      %s\n", strings.TrimSpace("guixiao "+c.name+" "+c.usage.With()), c.about.With())
	}
	fmt.Fprintln(w, phrase.HelpFoot.With())
}

// flags builds the flag set of a command whose errors and help are ours.
func (p *program) flags(c string, usage, about phrase.Phrase) *flag.FlagSet {
	f := flag.NewFlagSet(c, flag.ContinueOnError)
	f.SetOutput(p.errOut)
	f.Usage = func() {
		fmt.Fprintf(f.Output(), "guixiao %s %s\n  %s\n", c, usage.With(), about.With())
		f.PrintDefaults()
	}
	return f
}

// parse reads the arguments; ok is false when the command must end with code.
// Help that was asked for goes to the ordinary output.
func (p *program) parse(f *flag.FlagSet, args []string, want int) (code int, ok bool) {
	for _, a := range args {
		if a == "-h" || a == "-help" || a == "--help" {
			f.SetOutput(p.out)
		}
	}
	switch err := interleaved(f, args); {
	case errors.Is(err, flag.ErrHelp):
		return exitDone, false
	case err != nil:
		return exitUsage, false
	case f.NArg() != want:
		fmt.Fprintln(p.errOut, phrase.WrongArguments.With("want", want, "got", f.NArg()))
		f.Usage()
		return exitUsage, false
	}
	return exitDone, true
}

// interleaved parses flags that stand before, between or behind the words and
// leaves all words in f. What stands behind -- is a word, whatever it looks like.
func interleaved(f *flag.FlagSet, args []string) error {
	var words []string
	for {
		if err := f.Parse(args); err != nil {
			return err
		}
		rest := f.Args()
		if len(rest) == 0 {
			break
		}
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			words = append(words, rest...)
			break
		}
		words, args = append(words, rest[0]), rest[1:]
	}
	return f.Parse(append([]string{"--"}, words...))
}

// fail prints an error and answers the exit code.
func (p *program) fail(err error) int {
	fmt.Fprintln(p.errOut, err)
	return exitFailed
}

type flagSet = *flag.FlagSet

// quietLog is for commands whose answers are what they print.
func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

func lookupEnv(name string) (string, bool) { return os.LookupEnv(name) }
