package main_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"
	"guixiao/storage/storagetest"
)

// patience is how long a story waits for what must come: longer than every
// lease that a dead process leaves behind.
const patience = 3 * time.Minute

// kills is how often a process dies in one story; GUIXIAO_KILLS=100 for the
// long run.
func kills(t *testing.T) int {
	if s := os.Getenv("GUIXIAO_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("GUIXIAO_KILLS: %v", err)
		}
		return n
	}
	return 4
}

// Power fails in the middle of the morning, again and again, right after a
// teacher's message was acknowledged. Every message must have been decided
// once, and every teacher must have got every answer.
func TestNothingIsLostWhenTheProcessDies(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes and kills them")
	}
	t.Run("sqlite", func(t *testing.T) {
		killStory(t, "sqlite:"+filepath.Join(t.TempDir(), "guixiao.db"), 1)
	})
	t.Run("mysql with three replicas", func(t *testing.T) {
		killStory(t, storagetest.MySQL(t), 3)
	})
}

func killStory(t *testing.T, dsn string, processes int) {
	n := kills(t)
	// No teacher writes more than WeCom lets us answer in a minute.
	w := town{classes: 16 + 4*n, perClass: 20}
	m := openMorning(t, w, dsn, processes)
	total := w.classes * w.perClass
	var accepted atomic.Int64
	var senders sync.WaitGroup
	for class := range w.classes {
		senders.Go(func() {
			for i := range w.perClass {
				m.tell(t, class, i)
				if i%7 == 0 {
					m.tell(t, class, i) // WeCom delivers it once more
				}
				m.mayKill(int(accepted.Add(1)), total, n)
			}
		})
	}
	senders.Wait()
	if got := int(m.killed.Load()); got != n {
		t.Errorf("%d kills, want %d", got, n)
	}
	m.everyTeacherGotEveryAnswer(t)
	for _, c := range m.children {
		c.kill()
	}
	m.everyMessageWasDecidedOnce(t, dsn)
}

// morning is a town, the processes that serve it, and WeCom.
type morning struct {
	town
	cloud  *wecomCloud
	client *http.Client
	killed atomic.Int64
	t      *testing.T

	mu       sync.Mutex
	children []*child
	configs  []string
}

func openMorning(t *testing.T, w town, dsn string, processes int) *morning {
	t.Helper()
	dir := t.TempDir()
	m := &morning{town: w, cloud: newWecomCloud(t), t: t, client: &http.Client{Timeout: 10 * time.Second}}
	w.write(t, dir, time.Now())
	for i := range processes {
		addr := freeAddr(t)
		m.configs = append(m.configs, w.writeConfig(t, dir, addr, dsn, m.cloud.URL))
		m.children = append(m.children, serve(t, m.configs[i], addr))
		m.children[i].answers(t) // the first one lays out the tables
	}
	t.Cleanup(func() {
		for _, c := range m.children {
			c.kill()
		}
	})
	return m
}

func (m *morning) messageID(class, i int) string { return fmt.Sprintf("7%05d%05d", class, i) }

// tell posts one message as WeCom would, until it is acknowledged.
func (m *morning) tell(t *testing.T, class, i int) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !m.post(class, i) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Errorf("message %s was never acknowledged", m.messageID(class, i))
			return
		}
	}
}

func (m *morning) post(class, i int) bool {
	m.mu.Lock()
	// A teacher's messages come in through any replica.
	c := m.children[rand.IntN(len(m.children))]
	m.mu.Unlock()
	address, body := textCallback(c.hook(), m.teacher(class), m.messageID(class, i), m.name(class, i)+" 未到校", time.Now())
	res, err := m.client.Post(address, "text/xml", bytes.NewReader(body))
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// mayKill kills a process when one more share of the messages was accepted,
// at once after the acknowledgement, and starts it again.
func (m *morning) mayKill(accepted, total, n int) {
	share := total / (n + 1)
	if accepted%share != 0 || accepted/share > n {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := rand.IntN(len(m.children))
	c := m.children[i]
	c.kill()
	m.children[i] = serve(m.t, m.configs[i], c.addr)
	m.killed.Add(1)
}

// everyTeacherGotEveryAnswer waits for a card per message. A repeated one is
// allowed if it can be recognised: byte for byte the same.
func (m *morning) everyTeacherGotEveryAnswer(t *testing.T) {
	t.Helper()
	want := map[string]string{}
	for class := range m.classes {
		for i := range m.perClass {
			want[m.cardOf(class, i)] = m.teacher(class)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		missing, doubled := m.compare(t, want)
		if missing == 0 {
			t.Logf("%d answers, %d of them sent twice, %d kills", len(want), doubled, m.killed.Load())
			m.inTheOrderWritten(t)
			return
		}
		select {
		case <-m.cloud.arrive:
		case <-ctx.Done():
			t.Errorf("%d of %d answers never left", missing, len(want))
			return // the database tells where they are
		}
	}
}

// inTheOrderWritten looks at when each answer came first: a teacher's answers
// never overtake each other, whichever replicas were involved.
func (m *morning) inTheOrderWritten(t *testing.T) {
	t.Helper()
	place := map[string]int{} // card → when its message was written
	for class := range m.classes {
		for i := range m.perClass {
			place[m.cardOf(class, i)] = i
		}
	}
	next, seen := map[string]int{}, map[string]bool{}
	for _, s := range m.cloud.messages() {
		card, _, _ := strings.Cut(s.task, "@")
		i, ours := place[card]
		if !ours || seen[card] {
			continue
		}
		seen[card] = true
		if i != next[s.to] {
			t.Errorf("%s: answer %d came when %d was next", s.to, i, next[s.to])
		}
		next[s.to] = i + 1
	}
}

// cardOf is the id of the card that confirms a message.
func (m *morning) cardOf(class, i int) string {
	return school.ID("wecom/main:msg:"+m.messageID(class, i), "confirm")
}

func (m *morning) compare(t *testing.T, want map[string]string) (missing, doubled int) {
	t.Helper()
	got := map[string]string{} // card → body
	for _, s := range m.cloud.messages() {
		card, _, _ := strings.Cut(s.task, "@")
		to, ours := want[card]
		switch {
		case !ours:
		case s.to != to:
			t.Errorf("the answer for %s went to %s", to, s.to)
		case got[card] == "":
			got[card] = s.body
		case got[card] == s.body:
			doubled++
		default:
			t.Errorf("a repeat cannot be recognised:\n%s\n%s", got[card], s.body)
		}
	}
	return len(want) - len(got), doubled
}

// everyMessageWasDecidedOnce looks into the database the processes have left.
func (m *morning) everyMessageWasDecidedOnce(t *testing.T, dsn string) {
	t.Helper()
	db, err := storage.Open(t.Context(), dsn, storage.Options{Key: []byte(townKey)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var students []string
	for class := range m.classes {
		for i := range m.perClass {
			students = append(students, m.student(class, i))
		}
	}
	sheets, err := db.Sheets(t.Context(), "town", students, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range students {
		if marks := sheets[s].Marks; len(marks) != 1 || marks[0].Kind != school.Absent {
			t.Errorf("%s: marks %+v, want one absence", s, marks)
		}
		lines, _, err := db.AuditLines(t.Context(), "town", "person:"+s)
		if err != nil {
			t.Fatal(err)
		}
		if n := countLines(lines, "mark"); n != 1 {
			t.Errorf("%s was marked %d times, want once", s, n)
		}
	}
	check, err := db.VerifyAudit(t.Context())
	if err != nil || len(check.Broken) > 0 {
		t.Errorf("the audit trail does not hold: %v %v", check.Broken, err)
	}
	findings, err := db.Audit(t.Context(), time.Now(), time.Minute)
	if err != nil || len(findings) > 0 {
		t.Errorf("left undone: %v %v", findings, err)
	}
}

func countLines(lines []school.Line, what string) (n int) {
	for _, l := range lines {
		if l.What == what {
			n++
		}
	}
	return n
}
