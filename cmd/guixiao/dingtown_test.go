package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/configs"
)

// Calls of DingTalk that the stories disturb.
const (
	dingText = "POST /v1.0/robot/oToMessages/batchSend"
	dingCard = "POST /v1.0/card/instances/createAndDeliver"
	dingPut  = "PUT /v1.0/card/instances"
	dingWork = "POST /topapi/message/corpconversation/asyncsend_v2"
)

// dingTown is the whole service of the stories' school on a DingTalk that
// checks every call; its clock is the test's.
type dingTown struct {
	*bottest.DingTalk
	t       *testing.T
	clock   *bottest.Clock
	dir     string
	mode    string
	runs    bool // the service works by itself, as in production; else the test settles it
	service *service
	log     *bottest.Log
	stop    func()
}

// eachWay tells a story once for each way in which DingTalk reaches a school.
func eachWay(t *testing.T, now string, story func(w *dingTown), change ...func(school string)) {
	for _, mode := range []string{configs.ModeHTTP, configs.ModeStream} {
		t.Run(mode, func(t *testing.T) { story(openDingTown(t, mode, now, change...)) })
	}
}

// openDingTown opens the school, changed first if need be.
func openDingTown(t *testing.T, mode, now string, change ...func(school string)) *dingTown {
	t.Helper()
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	w := &dingTown{t: t, clock: bottest.NewClock(at), dir: t.TempDir(), mode: mode, log: &bottest.Log{}}
	w.DingTalk = bottest.NewDingTalk(w.clock.Now)
	t.Cleanup(w.DingTalk.Close)
	school := filepath.Join(w.dir, "school")
	if err := os.CopyFS(school, os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	for _, sheet := range []string{"staff.csv", "guardians.csv"} {
		onDingTalk(t, filepath.Join(school, sheet))
	}
	for _, f := range change {
		f(school)
	}
	text := fmt.Sprintf(`server: {addr: "127.0.0.1:0", base_url: "https://bot.school.example"}
storage: {dsn: "sqlite:guixiao.db"}
secret_key: "${KEY}"
dingtalk:
  - {account: main, client_id: %s, client_secret: "${SECRET}", agent_id: %d, corp_id: %s, mode: %s, token: "${TOKEN}", aes_key: "${AES}",
     card_template_id: %s, api_base: "%s", oapi_base: "%s"}
schools:
  - {id: hetuan, data: school, platforms: [dingtalk/main]}
`, w.ClientID, w.AgentID, w.CorpID, mode, w.Template, w.API, w.OAPI)
	if err := os.WriteFile(filepath.Join(w.dir, "guixiao.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.starts()
	for _, person := range w.service.bot.Houses()[0].School.Roster.Staff {
		for _, a := range person.Addresses {
			w.Staff(a.User).Named(person.Name, person.Mobile)
		}
	}
	for _, id := range []string{"P01", "P02", "P03"} {
		w.Guardian(id)
	}
	return w
}

// twoTeachers gives class 702 a second 班主任: they hold its cards together.
func twoTeachers(school string) {
	f, err := os.OpenFile(filepath.Join(school, "staff.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString("T08,褚良,19911110008,班主任,702,,chuliang,\n")
		_ = f.Close()
	}
	if err != nil {
		panic(err)
	}
}

// onDingTalk moves everybody's account from the 企业微信 column to the 钉钉 one.
func onDingTalk(t *testing.T, file string) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(in).ReadAll()
	in.Close()
	if err != nil {
		t.Fatal(err)
	}
	const wecom, ding = 5, 6
	for _, row := range rows[1:] {
		row[wecom], row[ding] = "", row[wecom]
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := csv.NewWriter(out).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
}

// logTo writes a log at its most talkative, to be searched for secrets.
func logTo(l *bottest.Log) *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// starts wires the program as `guixiao serve` does, from the settings file.
func (w *dingTown) starts() {
	w.t.Helper()
	env := map[string]string{"SECRET": w.ClientSecret, "TOKEN": w.Token, "AES": w.AESKey, "KEY": "0123456789abcdef0123456789abcdef"}
	conf, problems := configs.Load(filepath.Join(w.dir, "guixiao.yaml"), func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if conf == nil {
		w.t.Fatal(problems)
	}
	w.service = &service{conf: conf, now: w.clock.Now, log: logTo(w.log)}
	if err := w.service.wire(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	door := httptest.NewServer(w.service.handler())
	stopped := false
	w.stop = func() {
		if !stopped {
			stopped = true
			cancel()
			<-ended
			door.Close()
			w.service.close()
		}
	}
	w.t.Cleanup(w.stop)
	if w.mode == configs.ModeHTTP {
		w.Door = door.URL
	}
	go func() {
		defer close(ended)
		if w.runs {
			w.service.bot.Run(ctx)
			return
		}
		_ = w.service.platforms[0].(bot.Connector).Connect(ctx, w.service.bot.Admit)
	}()
	switch {
	case w.mode == configs.ModeStream:
		w.connected()
	case !w.runs:
		<-ended // it has told where presses go
	}
}

func (w *dingTown) connected() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	if err := w.Connected(ctx, 1); err != nil {
		w.t.Fatal(err)
	}
}

// without takes a setting out of the settings file.
func (w *dingTown) without(setting string) {
	w.t.Helper()
	file := filepath.Join(w.dir, "guixiao.yaml")
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), setting) {
		w.t.Fatalf("no %s in the settings (%v)", setting, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), setting, "", 1)), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// restarts ends the program and starts it again on the same data.
func (w *dingTown) restarts() {
	w.t.Helper()
	w.stop()
	w.starts()
}

// sees waits until something has happened that the running service does by itself.
func (w *dingTown) sees(what string, happened func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer cancel()
	for tick := time.NewTicker(5 * time.Millisecond); !happened(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("never seen: %s", what)
		}
	}
}

// passes lets time go by, step by step, and everything due happen.
func (w *dingTown) passes(d time.Duration) {
	w.t.Helper()
	for end := w.clock.Now().Add(d); ; {
		w.settles()
		step := min(time.Minute, end.Sub(w.clock.Now()))
		if step <= 0 {
			return
		}
		w.clock.Advance(step)
	}
}

func (w *dingTown) settles() {
	w.t.Helper()
	if err := w.service.bot.Settle(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *dingTown) says(user, text string) {
	w.t.Helper()
	if err := w.Staff(user).Says(text); err != nil {
		w.t.Fatal(err)
	}
	w.settles()
}

func (w *dingTown) presses(user, button string, form map[string]any) {
	w.t.Helper()
	if err := w.Staff(user).Press(w.Staff(user).Card(), pressOf(button, form)); err != nil {
		w.t.Fatal(err)
	}
	w.settles()
}

// pressOf are the parameters of a button of the shipped template.
func pressOf(button string, form map[string]any) map[string]any {
	return map[string]any{"action": button, "form": form}
}

// read is everything a person has on the phone, cards as they now look.
func (w *dingTown) read(user string) string {
	var all []string
	for _, m := range w.Staff(user).Inbox() {
		if m.Track == "" && !m.Recalled {
			all = append(all, m.Text)
		}
	}
	for _, c := range w.Staff(user).Cards() {
		all = append(all, looks(c))
	}
	return strings.Join(all, "\n")
}

func looks(c bottest.DingCard) string {
	var all []string
	for _, v := range c.Vars {
		all = append(all, v)
	}
	return strings.Join(all, "\n")
}

// quiet fails the test when DingTalk had anything to complain about, or a
// secret or a child's name stands in the log.
func (w *dingTown) quiet() {
	w.t.Helper()
	if c := w.Complaints(); len(c) > 0 {
		w.t.Errorf("DingTalk complains:\n%s", strings.Join(c, "\n"))
	}
	for _, secret := range []string{w.ClientSecret, w.AESKey, "dtok3n", "t1cket", "s3ssion", "石巳安", "19922220001"} {
		if strings.Contains(w.log.String(), secret) {
			w.t.Errorf("the log holds %q", secret)
		}
	}
}
