package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"guixiao/configs"
	"guixiao/configs/policies"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// activeRegime finds the regime of a school, fills in its settings and says
// what is wrong with it, in school.yaml.
func activeRegime(f *configs.Folder, dir string) (*rules.Policy, []configs.Problem) {
	file, text, err := policyText(f, dir)
	if err != nil {
		return nil, located(f, err)
	}
	p, regime, err := switchedOn(file, text, f.Settings)
	if p == nil {
		return nil, located(f, err)
	}
	var problems []configs.Problem
	if len(p.Levels) > 0 && f.Level != "" && !slices.Contains(p.Levels, f.Level) {
		warning := f.Problem("level", phrase.ServeLevel.With("level", f.Level, "policy", p.ID, "levels", strings.Join(p.Levels, "、")))
		warning.Warning = true
		problems = append(problems, warning)
	}
	if err != nil {
		problems = append(problems, located(f, err)...)
	}
	return regime, problems
}

// regime is a policy as read, and switched on with the settings of a school.
type regime struct {
	read, on *rules.Policy
	err      error
}

// regimesMet are those met so far, by file, text and settings: the schools of a
// county share a few, and a policy is not small.
var regimesMet sync.Map

func switchedOn(file string, text []byte, settings map[string]any) (read, on *rules.Policy, err error) {
	values, err := json.Marshal(settings)
	if err != nil {
		return nil, nil, err
	}
	key := [3]string{file, string(text), string(values)}
	if known, ok := regimesMet.Load(key); ok {
		r := known.(regime)
		return r.read, r.on, r.err
	}
	var r regime
	if r.read, r.err = rules.ParsePolicy(file, text); r.err == nil {
		r.on, r.err = r.read.With(settings)
	}
	known, _ := regimesMet.LoadOrStore(key, r)
	r = known.(regime)
	return r.read, r.on, r.err
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

// policyText reads the file of the school's policy from its own folder or from
// those shipped.
func policyText(f *configs.Folder, dir string) (file string, text []byte, err error) {
	name := f.Policy + ".yaml"
	file = filepath.Join(dir, "policies", name)
	text, err = os.ReadFile(file)
	if dir == "" || errors.Is(err, fs.ErrNotExist) {
		file = name
		text, err = fs.ReadFile(policies.FS, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = school.NotFound("%s", phrase.ServeNoPolicy.With("policy", f.Policy, "known", strings.Join(shippedPolicies(), "、")))
	}
	return file, text, err
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
