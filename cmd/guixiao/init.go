package main

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guixiao/configs"
	"guixiao/configs/policies"
	"guixiao/rules"
	"guixiao/rules/phrase"
)

// init writes the starter settings. At a terminal it asks first; what is left
// empty stays as the example has it, for the editor and for `check` to find.
func (p *program) init(args []string) int {
	f := p.flags("init", phrase.UsageInit, phrase.AboutInit)
	ask := f.Bool("ask", atTerminal(p.in), phrase.FlagAsk.With())
	if code, ok := p.parse(f, args, 1); !ok {
		return code
	}
	var starter configs.Starter
	if *ask {
		q := &questions{in: bufio.NewScanner(p.in), out: p.out}
		starter = q.starter()
		if q.ended {
			fmt.Fprintln(p.errOut, phrase.InitBrokenOff.With())
			return exitFailed
		}
	}
	files, err := configs.Init(f.Arg(0), starter)
	if err != nil {
		return p.fail(err)
	}
	list := ""
	for _, name := range files {
		list += "  " + name + "\n"
	}
	fmt.Fprintln(p.out, phrase.InitDone.With("dir", f.Arg(0), "files", list))
	return exitDone
}

// atTerminal says whether somebody sits there who can answer.
func atTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

// questions is a talk at the terminal, one line for each answer.
type questions struct {
	in    *bufio.Scanner
	out   io.Writer
	ended bool // the input ended before the last answer: nothing is written
}

// ask puts one question until the answer will do; an empty answer is initial.
func (q *questions) ask(question phrase.Phrase, initial string, fits func(string) bool, hint phrase.Phrase) string {
	for !q.ended {
		text := question.With()
		if initial != "" {
			text += phrase.AskInitial.With("value", initial)
		}
		fmt.Fprint(q.out, text+phrase.AskPrompt.With())
		if !q.in.Scan() {
			q.ended = true
			break
		}
		answer := strings.TrimSpace(q.in.Text())
		if answer == "" {
			return initial
		}
		if fits == nil || fits(answer) {
			return answer
		}
		fmt.Fprintln(q.out, hint.With())
	}
	return ""
}

// choice is one line of a menu.
type choice struct{ value, text string }

// choose offers a menu; the answer is a number or a value.
func (q *questions) choose(question phrase.Phrase, menu []choice, initial string) string {
	fmt.Fprintln(q.out, question.With())
	first := ""
	for i, c := range menu {
		fmt.Fprintf(q.out, "  %d  %s\n", i+1, c.text)
		if c.value == initial {
			first = strconv.Itoa(i + 1)
		}
	}
	pick := func(answer string) int {
		return slices.IndexFunc(menu, func(c choice) bool { return strings.EqualFold(c.value, answer) || number(menu, c) == answer })
	}
	answer := q.ask(phrase.AskNumber, first, func(s string) bool { return pick(s) >= 0 }, phrase.AskFromMenu)
	if i := pick(answer); i >= 0 {
		return menu[i].value
	}
	return ""
}

func number(menu []choice, c choice) string { return strconv.Itoa(slices.Index(menu, c) + 1) }

var (
	schoolID   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
	wholeNo    = regexp.MustCompile(`^[1-9][0-9]*$`)
	wecomAES   = regexp.MustCompile(`^[A-Za-z0-9]{43}$`)
	anyOf      = func(re *regexp.Regexp) func(string) bool { return re.MatchString }
	webAddress = func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	}
)

// starter asks for everything the first settings need.
func (q *questions) starter() configs.Starter {
	fmt.Fprintln(q.out, phrase.AskHead.With())
	s := configs.Starter{Secrets: map[string]string{"GUIXIAO_SECRET_KEY": secretKey()}}
	s.Name = q.ask(phrase.AskSchoolName, "", nil, "")
	s.School = q.ask(phrase.AskSchoolID, "my-school", anyOf(schoolID), phrase.HintSchoolID)
	s.Level = q.choose(phrase.AskLevel, levels(), "nine-year")
	menu := regimes(s.Level)
	s.Policy = q.choose(phrase.AskPolicy, menu, menu[0].value)
	s.BaseURL = q.ask(phrase.AskBaseURL, "", webAddress, phrase.HintBaseURL)
	switch q.choose(phrase.AskPlatforms, []choice{{"wecom", phrase.WordWeCom.With()}, {"dingtalk", phrase.WordDingTalk.With()},
		{"both", phrase.WordBoth.With()}}, "wecom") {
	case "wecom":
		s.Platforms = []string{"wecom"}
	case "dingtalk":
		s.Platforms = []string{"dingtalk"}
	case "both":
		s.Platforms = []string{"wecom", "dingtalk"}
	}
	if slices.Contains(s.Platforms, "wecom") {
		q.wecom(&s)
	}
	if slices.Contains(s.Platforms, "dingtalk") {
		q.dingtalk(&s)
	}
	return s
}

func (q *questions) wecom(s *configs.Starter) {
	fmt.Fprintln(q.out, phrase.AskWeComHead.With())
	s.WeCom.CorpID = q.ask(phrase.AskWeComCorp, "", nil, "")
	s.WeCom.AgentID = q.number(phrase.AskWeComAgent)
	q.secret(s, "WECOM_SECRET", phrase.AskWeComSecret, nil, "")
	q.secret(s, "WECOM_TOKEN", phrase.AskWeComToken, nil, "")
	q.secret(s, "WECOM_AES_KEY", phrase.AskWeComAES, anyOf(wecomAES), phrase.HintWeComAES)
}

func (q *questions) dingtalk(s *configs.Starter) {
	fmt.Fprintln(q.out, phrase.AskDingHead.With())
	s.DingTalk.ClientID = q.ask(phrase.AskDingClient, "", nil, "")
	q.secret(s, "DINGTALK_SECRET", phrase.AskDingSecret, nil, "")
	s.DingTalk.CorpID = q.ask(phrase.AskDingCorp, "", nil, "")
	s.DingTalk.AgentID = q.number(phrase.AskDingAgent)
	s.DingTalk.Mode = q.choose(phrase.AskDingMode, []choice{{configs.ModeStream, phrase.WordStream.With()}, {configs.ModeHTTP, phrase.WordHTTP.With()}}, configs.ModeStream)
}

func (q *questions) number(question phrase.Phrase) int64 {
	n, err := strconv.ParseInt(q.ask(question, "", anyOf(wholeNo), phrase.HintNumber), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// secret keeps an answer in a file of its own; left empty, the settings go on
// naming the environment variable.
func (q *questions) secret(s *configs.Starter, name string, question phrase.Phrase, fits func(string) bool, hint phrase.Phrase) {
	if answer := q.ask(question, "", fits, hint); answer != "" {
		s.Secrets[name] = answer
	}
}

// secretKey is a fresh key, 32 random bytes in hex.
func secretKey() string {
	key := make([]byte, 32)
	rand.Read(key) //nolint:errcheck // never fails
	return hex.EncodeToString(key)
}

func levels() []choice {
	var menu []choice
	for _, l := range []struct {
		value string
		word  phrase.Phrase
	}{{"primary", phrase.LevelPrimary}, {"junior", phrase.LevelJunior}, {"nine-year", phrase.LevelNineYear}, {"senior", phrase.LevelSenior},
		{"university", phrase.LevelUniversity}, {"training", phrase.LevelTraining}} {
		menu = append(menu, choice{l.value, l.word.With()})
	}
	return menu
}

// regimes lists the shipped regimes, those written for the level first.
func regimes(level string) []choice {
	var fit, others []choice
	for _, id := range shippedPolicies() {
		p, err := shipped(id)
		if err != nil {
			continue // shipped files are parsed by a test
		}
		c := choice{id, id + "  " + p.Title}
		if slices.Contains(p.Levels, level) {
			fit = append(fit, c)
		} else {
			others = append(others, c)
		}
	}
	return append(fit, others...)
}

func shipped(id string) (*rules.Policy, error) {
	text, err := fs.ReadFile(policies.FS, id+".yaml")
	if err != nil {
		return nil, errors.New(id)
	}
	return rules.ParsePolicy(id+".yaml", text)
}
