package main

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The stories of the school stand in testdata/stories, one file each, in words
// a teacher can follow. They run against the real program through the demo's
// public API, and again with the engine restarted and every message delivered
// twice after each line: nothing may change by that (G4).

var onlyStory = flag.String("story", "", "run only the story files whose name begins so")

func TestStories(t *testing.T) {
	t.Run("as it happens", func(t *testing.T) { tell(t, "sqlite", calm) })
	t.Run("restarted and repeated", func(t *testing.T) { tell(t, "sqlite", restless) })
	t.Run("on MariaDB", func(t *testing.T) { tell(t, "mysql", calm) })
}

// mood says what happens between the lines of a story.
type mood int

const (
	calm     mood = iota
	restless      // after every line the engine is restarted and settled again
)

func tell(t *testing.T, store string, m mood) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/stories",
		Setup: func(env *testscript.Env) error {
			w := &world{t: t, mood: m, store: store}
			env.Defer(w.leave)
			env.Values["world"] = w
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"school":   story((*world).school),
			"clock":    story((*world).clock),
			"say":      story((*world).say),
			"press":    story((*world).press),
			"event":    story((*world).event),
			"sees":     story((*world).sees),
			"count":    story((*world).count),
			"case":     story((*world).caseIs),
			"stage":    story((*world).stageIs),
			"document": story((*world).document),
			"report":   story((*world).report),
			"filed":    story((*world).filed),
			"request":  story((*world).requestIs),
			"audit":    story((*world).audit),
			"away":     story((*world).away),
			"restart":  story((*world).restart),
		},
	})
}

// leave shuts the school of a chapter; a story has many, and each holds connections.
func (w *world) leave() {
	if w.server != nil {
		w.server.Close()
		w.demo.Close()
		w.server, w.demo = nil, nil
	}
}

// story adapts a line of a story: it fails the script with what was wrong, or,
// for a line that begins with !, with what was not.
func story(do func(w *world, args []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		w := ts.Value("world").(*world)
		err := do(w, args)
		if neg && err == nil {
			ts.Fatalf("did hold, and must not: %s", strings.Join(args, " "))
		}
		if !neg && err != nil {
			ts.Fatalf("%v", err)
		}
		if err := w.between(); err != nil {
			ts.Fatalf("between two lines: %v", err)
		}
	}
}

// options reads key=value words.
func options(args []string) map[string]string {
	all := map[string]string{}
	for _, a := range args {
		k, v, _ := strings.Cut(a, "=")
		all[k] = v
	}
	return all
}

// moment reads 08:20 on the story's present day, or 2026-03-10T08:20.
func (w *world) moment(s string) (time.Time, error) {
	if len(s) == len("08:20") {
		s = w.now.Format("2006-01-02T") + s
	}
	return time.ParseInLocation("2006-01-02T15:04", s, w.now.Location())
}

// sees: an item with these properties is in the person's feed.
func (w *world) sees(args []string) error {
	n, err := w.matching(args[0], args[1:])
	if err == nil && n == 0 {
		err = fmt.Errorf("%s has nothing like %v; the feed:\n%s", args[0], args[1:], w.feedText(args[0]))
	}
	return err
}

// count: exactly so many items, the last word, have these properties.
func (w *world) count(args []string) error {
	last := len(args) - 1
	n, err := w.matching(args[0], args[1:last])
	if err == nil && fmt.Sprint(n) != args[last] {
		err = fmt.Errorf("%s has %d like %v, not %s; the feed:\n%s", args[0], n, args[1:last], args[last], w.feedText(args[0]))
	}
	return err
}

func (w *world) matching(person string, args []string) (int, error) {
	items, err := w.feed(person)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, it := range items {
		if w.matches(it, options(args)) {
			n++
		}
	}
	return n, nil
}

func (w *world) matches(it item, want map[string]string) bool {
	for k, v := range want {
		ok := false
		switch k {
		case "kind":
			ok = it.Kind == v
		case "stage":
			ok = it.Stage == v
		case "role":
			ok = it.Role == v
		case "text":
			ok = strings.Contains(it.everything(), v)
		case "due":
			at, err := w.moment(v)
			ok = err == nil && it.Card != nil && it.Card.Due != nil && it.Card.Due.Equal(at)
		case "input":
			ok = it.Card != nil && hasAll(v, it.inputKeys())
		case "buttons":
			ok = it.Card != nil && hasAll(v, it.buttonKeys())
		}
		if !ok {
			return false
		}
	}
	return true
}

func hasAll(want string, have []string) bool {
	for _, k := range strings.Split(want, ",") {
		found := false
		for _, h := range have {
			found = found || h == k
		}
		if !found {
			return false
		}
	}
	return true
}

// caseIs: the newest case of the student has these properties.
func (w *world) caseIs(args []string) error {
	cases, err := w.cases(args[0])
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		return fmt.Errorf("%s has no case", args[0])
	}
	c := cases[0]
	have := map[string]string{"state": c.State, "reason": c.Reason, "half_days": fmt.Sprint(c.HalfDays), "policy": c.Policy}
	for k, v := range options(args[1:]) {
		if have[k] != v {
			return fmt.Errorf("the case of %s has %s %q, not %q", args[0], k, have[k], v)
		}
	}
	return nil
}

// stageIs: the stage of the newest case is open, closed, overdue or due then;
// without a word: it has opened.
func (w *world) stageIs(args []string) error {
	cases, err := w.cases(args[0])
	if err != nil {
		return err
	}
	for _, c := range cases[:min(1, len(cases))] {
		for _, s := range c.Stages {
			if s.ID == args[1] {
				return w.stageHas(s, args[2:])
			}
		}
	}
	return fmt.Errorf("stage %s of %s has not opened", args[1], args[0])
}

func (w *world) stageHas(s stageJSON, words []string) error {
	for _, word := range words {
		k, v, _ := strings.Cut(word, "=")
		ok := false
		switch k {
		case "open":
			ok = s.ClosedAt == nil
		case "closed":
			ok = s.ClosedAt != nil
		case "overdue":
			ok = s.Overdue
		case "due":
			at, err := w.moment(v)
			ok = err == nil && s.Due != nil && s.Due.Equal(at)
		}
		if !ok {
			return fmt.Errorf("stage %s is not %s: %+v", s.ID, word, s)
		}
	}
	return nil
}

// requestIs: the newest application of that kind stands so; step=state names
// where its stations stand, sheet.amount=… what the settlement says.
func (w *world) requestIs(args []string) error {
	var all []struct {
		Kind, State, From, To string
		Steps                 []struct{ Post, Who, State, Note string }
		Sheet                 map[string]any
		Documents             []struct{ Kind, State, URL string }
	}
	if err := w.get("/demo/api/requests?student="+w.id(args[0]), &all); err != nil {
		return err
	}
	for _, r := range all {
		if r.Kind != args[1] {
			continue
		}
		have := map[string]string{"state": r.State, "from": r.From, "to": r.To}
		for _, st := range r.Steps {
			have[st.Post] = st.State
		}
		for k, v := range r.Sheet {
			have["sheet."+k] = fmt.Sprint(v)
		}
		for _, doc := range r.Documents {
			if have["document."+doc.Kind] = doc.State; doc.URL == "" {
				return fmt.Errorf("the paper %s of %s cannot be opened", doc.Kind, args[0])
			}
		}
		for k, v := range options(args[2:]) {
			if have[k] != v {
				return fmt.Errorf("the application of %s has %s %q, not %q: %v", args[0], k, have[k], v, have)
			}
		}
		return nil
	}
	return fmt.Errorf("%s has no application %s: %+v", args[0], args[1], all)
}

// document: the case has a document of that kind, in that state if one is named.
func (w *world) document(args []string) error {
	cases, err := w.cases(args[0])
	if err != nil {
		return err
	}
	for _, c := range cases {
		for _, d := range c.Documents {
			if d.Kind == args[1] && (len(args) < 3 || d.State == args[2]) {
				return w.opens(d.URL)
			}
		}
	}
	return fmt.Errorf("no document %v", args)
}

// report: a paper of the school's matters, by stage and period, in that state
// if one is named.
func (w *world) report(args []string) error {
	var docs []struct{ Kind, State, URL string }
	if err := w.get("/demo/api/documents?stage="+args[0]+"&period="+args[1], &docs); err != nil {
		return err
	}
	for _, d := range docs {
		if len(args) < 3 || d.State == args[2] {
			return w.opens(d.URL)
		}
	}
	return fmt.Errorf("no report %v among %+v", args, docs)
}

// filed: something was sent to that body about the student.
func (w *world) filed(args []string) error {
	cases, err := w.cases(args[0])
	if err != nil {
		return err
	}
	for _, c := range cases {
		for _, f := range c.Filings {
			if f.Body == args[1] {
				return nil
			}
		}
	}
	return fmt.Errorf("nothing was sent to %s about %s", args[1], args[0])
}
