package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guixiao/storage/storagetest"
)

// world is the program as a story meets it: the demo behind real HTTP.
type world struct {
	t      *testing.T
	mood   mood
	store  string // sqlite, mysql
	server *httptest.Server
	demo   *demo
	ids    map[string]string // name → id
	now    time.Time
	said   int
}

type item struct {
	N     int       `json:"n"`
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"`
	Text  string    `json:"text"`
	Why   string    `json:"why"`
	Stage string    `json:"stage"`
	Role  string    `json:"role"`
	Card  *struct {
		ID      string     `json:"id"`
		Title   string     `json:"title"`
		State   string     `json:"state"`
		Result  string     `json:"result"`
		Due     *time.Time `json:"due"`
		Fields  []struct{ K, V string }
		Inputs  []struct{ Key string }
		Buttons []struct{ Key, Act string }
	} `json:"card"`
}

type stageJSON struct {
	ID       string            `json:"id"`
	OpenedAt time.Time         `json:"opened_at"`
	Due      *time.Time        `json:"due"`
	ClosedAt *time.Time        `json:"closed_at"`
	Overdue  bool              `json:"overdue"`
	Answers  map[string]string `json:"answers"`
}

type caseJSON struct {
	ID        string      `json:"id"`
	Policy    string      `json:"policy"`
	State     string      `json:"state"`
	Reason    string      `json:"reason"`
	HalfDays  int         `json:"half_days"`
	Stages    []stageJSON `json:"stages"`
	Documents []struct{ Kind, State, URL string }
	Filings   []struct{ Body, Document string }
}

func (i item) inputKeys() (all []string) {
	for _, in := range i.Card.Inputs {
		all = append(all, in.Key)
	}
	return all
}

func (i item) buttonKeys() (all []string) {
	for _, b := range i.Card.Buttons {
		all = append(all, b.Key)
	}
	return all
}

// everything is all the text the person reads on the item.
func (i item) everything() string {
	text := i.Text
	if i.Card != nil {
		text += "\n" + i.Card.Title
		for _, f := range i.Card.Fields {
			text += "\n" + f.K + " " + f.V
		}
	}
	return text
}

// school starts the program with the school of the stories, or another folder
// of testdata; words other than folder, policy and now are settings of the policy.
func (w *world) school(args []string) error {
	w.leave() // the next chapter is another school
	set := options(args)
	dir := w.t.TempDir()
	folder := "school"
	if set["folder"] != "" {
		folder = set["folder"]
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", folder))); err != nil {
		return err
	}
	settings := map[string]any{}
	for k, v := range set {
		if k == "policy" || k == "now" || k == "folder" {
			continue
		}
		settings[k] = v
		if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[") {
			var value any
			if err := json.Unmarshal([]byte(v), &value); err != nil {
				return err
			}
			settings[k] = value
		}
	}
	file := filepath.Join(dir, "school.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	asJSON, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	text = bytes.Replace(text, []byte("policy: S23"), []byte("policy: "+set["policy"]), 1)
	text = bytes.Replace(text, []byte("policy_settings: {}"), append([]byte("policy_settings: "), asJSON...), 1)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	start, err := time.Parse(time.RFC3339, set["now"]+":00+08:00")
	if err != nil {
		return err
	}
	o := demoOptions{school: dir, data: w.t.TempDir(), now: start}
	if w.store == "mysql" {
		o.dsn = storagetest.MySQL(w.t)
	}
	opened, err := openDemo(context.Background(), o)
	if err != nil {
		return err
	}
	w.demo = opened
	w.server = httptest.NewServer(w.demo.Handler())
	w.now = start
	return w.learnNames()
}

func (w *world) learnNames() error {
	var people []struct{ ID, Name string }
	if err := w.get("/demo/api/people", &people); err != nil {
		return err
	}
	w.ids = map[string]string{}
	for _, p := range people {
		w.ids[p.Name], w.ids[p.ID] = p.ID, p.ID // who shares a name is called by number
	}
	return nil
}

func (w *world) id(name string) string {
	if id := w.ids[name]; id != "" {
		return id
	}
	return "nobody-called-" + name
}

func (w *world) clock(args []string) error {
	to, err := w.moment(args[0])
	if err != nil {
		return err
	}
	w.now = to
	return w.post("/demo/api/clock", map[string]any{"to": to.Format(time.RFC3339)}, nil)
}

func (w *world) say(args []string) error {
	w.said++
	id := fmt.Sprintf("said-%d", w.said)
	if o := options(args[2:]); o["id"] != "" {
		id = o["id"]
	}
	said := map[string]any{"id": id, "person": w.id(args[0]), "text": args[1], "conversation": "direct"}
	if o := options(args[2:]); o["group"] != "" {
		said["conversation"] = "group:" + o["group"]
	}
	if err := w.post("/demo/api/say", said, nil); err != nil || w.mood != restless {
		return err
	}
	return w.post("/demo/api/say", said, nil)
}

// press answers the newest open card of a stage (visit/罗兰: that speaks of
// 罗兰); "confirm" is the newest card outside any stage that has the button.
func (w *world) press(args []string) error {
	items, err := w.feed(args[0])
	if err != nil {
		return err
	}
	stage, about, _ := strings.Cut(args[1], "/")
	open, latest := map[string]bool{}, ""
	for _, it := range items {
		if it.Card != nil {
			open[it.Card.ID] = it.Card.State == "open"
		}
	}
	card := ""
	for _, it := range items {
		if it.Card == nil || !hasAll(args[2], it.buttonKeys()) || !strings.Contains(it.everything(), about) {
			continue
		}
		if it.Stage == stage || it.Stage == "" && stage == "confirm" {
			if latest = it.Card.ID; open[latest] {
				card = latest
			}
		}
	}
	if card == "" {
		card = latest // pressed although it is settled
	}
	if card == "" {
		return fmt.Errorf("%s has no card %s with the button %s; the feed:\n%s", args[0], args[1], args[2], w.feedText(args[0]))
	}
	inputs := map[string]any{}
	for k, v := range options(args[3:]) {
		inputs[k] = v
		if name, ok := strings.CutPrefix(v, "@"); ok {
			inputs[k] = map[string]string{"name": name, "base64": base64.StdEncoding.EncodeToString([]byte("材料"))}
		}
	}
	return w.reply("/demo/api/press", map[string]any{"person": w.id(args[0]), "card": card, "button": args[2], "inputs": inputs})
}

func (w *world) event(args []string) error {
	fields := map[string]any{}
	for k, v := range options(args[3:]) {
		fields[k] = v
	}
	student := ""
	if args[2] != "-" { // a fact of the school, not of one child
		student = w.id(args[2])
	}
	return w.reply("/demo/api/event", map[string]any{"person": w.id(args[0]), "event": args[1], "student": student, "fields": fields})
}

func (w *world) reply(path string, body any) error {
	var r struct {
		OK    bool
		Reply string
	}
	if err := w.post(path, body, &r); err != nil {
		return err
	}
	if r.Reply == "" {
		return fmt.Errorf("an answer without words: %+v", r)
	}
	if !r.OK {
		return fmt.Errorf("refused: %s", r.Reply)
	}
	return nil
}

// away lets a teacher report a child away in every session from one day to another.
func (w *world) away(args []string) error {
	for day, err := w.moment(args[2] + "T00:00"); ; day = day.AddDate(0, 0, 1) {
		if err != nil {
			return err
		}
		if day.Format(time.DateOnly) > args[3] {
			return nil
		}
		for _, at := range []string{"08:10", "14:10"} {
			if err := w.clock([]string{day.Format("2006-01-02T") + at}); err != nil {
				return err
			}
			if err := w.say([]string{args[1], args[0] + " 未到校"}); err != nil {
				return err
			}
		}
		if err := w.clock([]string{day.Format("2006-01-02T") + "18:30"}); err != nil {
			return err
		}
	}
}

// audit: the chain of every case of the student holds and is not empty.
func (w *world) audit(args []string) error {
	cases, err := w.cases(args[0])
	if err != nil {
		return err
	}
	for _, c := range cases {
		var book struct {
			OK    bool              `json:"ok"`
			Lines []json.RawMessage `json:"lines"`
		}
		if err := w.get("/demo/api/audit?case="+c.ID, &book); err != nil {
			return err
		}
		if !book.OK || len(book.Lines) == 0 {
			return fmt.Errorf("the book of case %s: ok=%v, %d lines", c.ID, book.OK, len(book.Lines))
		}
	}
	return nil
}

func (w *world) cases(student string) (all []caseJSON, err error) {
	err = w.get("/demo/api/cases?student="+w.id(student), &all)
	return all, err
}

func (w *world) feed(person string) ([]item, error) {
	var f struct{ Items []item }
	err := w.get("/demo/api/feed?after=0&person="+w.id(person), &f)
	return f.Items, err
}

func (w *world) feedText(person string) string {
	items, err := w.feed(person)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, it := range items {
		state, due := "", ""
		if it.Card != nil {
			state = it.Card.State
			if it.Card.Due != nil {
				due = " due " + it.Card.Due.Format("01-02 15:04")
			}
		}
		fmt.Fprintf(&b, "  %s %s stage=%s role=%s %s%s | %s\n", it.At.Format("01-02 15:04"), it.Kind, it.Stage, it.Role, state, due,
			strings.ReplaceAll(it.everything(), "\n", " / "))
	}
	return b.String()
}

// restart stops the engine and starts it on the same data.
func (w *world) restart([]string) error {
	return w.post("/demo/api/restart", map[string]any{}, nil)
}

// between does what must not change anything: a restart of the engine.
func (w *world) between() error {
	if w.mood != restless || w.server == nil {
		return nil
	}
	return w.restart(nil)
}

func (w *world) opens(url string) error {
	if url == "" {
		return fmt.Errorf("the document has no url")
	}
	return nil
}

func (w *world) get(path string, into any) error {
	res, err := http.Get(w.server.URL + path)
	return decode(res, err, into)
}

func (w *world) post(path string, body, into any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	res, err := http.Post(w.server.URL+path, "application/json", bytes.NewReader(b))
	return decode(res, err, into)
}

func decode(res *http.Response, err error, into any) error {
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %d %s", res.Request.URL.Path, res.StatusCode, body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}
