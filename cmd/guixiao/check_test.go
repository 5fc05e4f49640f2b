package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guixiao/configs"
	"guixiao/storage"
)

// edit changes a file of a school folder.
func edit(t *testing.T, folder, name, old, new string) {
	t.Helper()
	file := filepath.Join(folder, name)
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), old) {
		t.Fatalf("%s holds no %q: %v", name, old, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// contains fails the test for every word that a text does not hold.
func contains(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in\n%s", w, text)
		}
	}
}

func TestCheckTellsTheMistakesOfTheFolderAndOfItsRegimeTogether(t *testing.T) {
	config, folder := office(t)
	if out, errOut, code := types(t, "check", "--config", config); code != exitDone {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	edit(t, folder, "calendar.yaml", "confirmed_until: ", "confirmed_until: x")
	edit(t, folder, "school.yaml", "policy_settings: {}", "policy_settings:\n  nope: 1\n  week_is: banana")
	out, _, code := types(t, "check", "--config", config)
	if code != exitFailed {
		t.Errorf("exit %d", code)
	}
	contains(t, out, "calendar.yaml:", "confirmed_until", "school.yaml:", "policy_settings.nope 制度 S23 没有参数 nope", "policy_settings.week_is 参数 week_is 不能是“banana”", "共 3 个问题")

	edit(t, folder, "school.yaml", "policy: S23", "policy: S99")
	out, _, _ = types(t, "check", "--config", config)
	contains(t, out, "policy 没有名为“S99”的制度", "S23", "共 2 个问题")
	_, errOut, code := types(t, "serve", "--config", config)
	if code != exitFailed {
		t.Errorf("serve: exit %d", code)
	}
	contains(t, errOut, "calendar.yaml:", "没有名为“S99”的制度")
	_, errOut, code = types(t, "demo", "--school", folder, "--addr", "127.0.0.1:0")
	if code != exitFailed {
		t.Errorf("demo: exit %d", code)
	}
	contains(t, errOut, "calendar.yaml:", "没有名为“S99”的制度")
}

func TestASettingThatMustBeSetIsNamedInSchoolYaml(t *testing.T) {
	config, folder := office(t)
	edit(t, folder, "school.yaml", "policy: S23", "policy: own")
	if err := os.Mkdir(filepath.Join(folder, "policies"), 0o700); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../configs/policies/S23.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(folder, "policies", "own.yaml")
	if err := os.WriteFile(own, []byte(strings.Replace(string(text), "\nparams:", "\nparams:\n  fine: {value: null, type: text, origin: blank, must_be_set: true, note: 由学校填写}", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, code := types(t, "check", "--config", config)
	if code != exitFailed {
		t.Errorf("exit %d", code)
	}
	contains(t, out, "school.yaml:", "policy_settings ", "fine", "共 1 个问题")
	edit(t, own[:len(own)-len("own.yaml")], "own.yaml", "stages:", "stagez:")
	out, _, _ = types(t, "check", "--config", config)
	contains(t, out, "policies/own.yaml:", "stagez")
}

// A regime may be chosen by a school it was not written for, but never without
// a word.
func TestARegimeForOtherLevelsIsWarnedOf(t *testing.T) {
	config, folder := office(t)
	edit(t, folder, "school.yaml", "level: nine-year", "level: training")
	words := []string{"school.yaml:", "training", "S23", "junior、nine-year"}
	out, errOut, code := types(t, "check", "--config", config)
	if code != exitDone {
		t.Errorf("check: exit %d\n%s%s", code, out, errOut)
	}
	contains(t, out, append(words, "提醒")...)

	conf, problems := configs.Load(config, os.LookupEnv)
	if conf == nil {
		t.Fatal(problems)
	}
	var log bytes.Buffer
	db, err := openStore(t.Context(), "sqlite::memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	hs := &houses{conf: conf, db: db, log: slog.New(slog.NewJSONHandler(&log, nil))}
	if _, err := hs.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	contains(t, log.String(), append(words, "WARN")...)

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	screen := &untilGreeted{stop: stop}
	if code := run(ctx, []string{"demo", "--school", folder, "--addr", "127.0.0.1:0"}, strings.NewReader(""), screen, screen); code != exitDone {
		t.Errorf("demo: exit %d", code)
	}
	contains(t, screen.String(), append(words, "提醒")...)
}

// untilGreeted ends the program when it says where it can be found.
type untilGreeted struct {
	bytes.Buffer
	stop func()
}

func (u *untilGreeted) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("http://")) {
		u.stop()
	}
	return u.Buffer.Write(b)
}

var _ io.Writer = (*untilGreeted)(nil)
