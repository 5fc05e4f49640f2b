package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guixiao/bot/bottest"
	"guixiao/rules/school"
	"guixiao/storage/storagetest"
)

// The same power cuts as with WeCom, in both ways in which DingTalk reaches a
// school: right after a message was acknowledged, and before it was decided.
// DingTalk knows a card by our own number, so there is one answer, even where a
// process that died in the middle of sending makes it appear in two places.
func TestNothingIsLostOnDingTalkWhenTheProcessDies(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes and kills them")
	}
	for _, mode := range []string{"stream", "http"} {
		t.Run(mode, func(t *testing.T) {
			dingKillStory(t, mode, "sqlite:"+filepath.Join(t.TempDir(), "guixiao.db"), "", 1)
		})
	}
	// Every push goes to one of the sockets, whichever: what a teacher says is
	// spread over all replicas and still answered in its order.
	t.Run("stream with three replicas on mysql", func(t *testing.T) {
		dingKillStory(t, "stream", storagetest.MySQL(t), storagetest.Redis(t), 3)
	})
}

// dingMorning is a town, the process that serves it, and DingTalk.
type dingMorning struct {
	town
	*bottest.DingTalk
	t      *testing.T
	killed atomic.Int64

	mu       sync.Mutex
	configs  []string
	children []*child
}

func dingKillStory(t *testing.T, mode, dsn, redis string, processes int) {
	n := kills(t)
	m := openDingMorning(t, town{classes: 8 + 2*n, perClass: 10}, mode, dsn, redis, processes)
	total := m.classes * m.perClass
	var accepted atomic.Int64
	var senders sync.WaitGroup
	for class := range m.classes {
		senders.Go(func() {
			for i := range m.perClass {
				m.tell(class, i)
				if i%3 == 0 {
					m.tell(class, i) // DingTalk delivers it once more
				}
				m.mayKill(int(accepted.Add(1)), total, n)
			}
		})
	}
	senders.Wait()
	if got := int(m.killed.Load()); got != n {
		t.Errorf("%d kills, want %d", got, n)
	}
	m.everyTeacherGotEveryAnswerOnce()
	m.everyTeacherConfirms()
	for _, c := range m.children {
		c.kill()
	}
	(&morning{town: m.town}).everyMessageWasDecidedOnce(t, dsn)
	for _, c := range m.Complaints() {
		// Who presses again after a death may cross what their first press led to.
		if !strings.Contains(c, "inside its own callback") {
			t.Errorf("DingTalk complains: %s", c)
		}
	}
}

func openDingMorning(t *testing.T, w town, mode, dsn, redis string, processes int) *dingMorning {
	t.Helper()
	dir := t.TempDir()
	m := &dingMorning{town: w, DingTalk: bottest.NewDingTalk(time.Now), t: t}
	t.Cleanup(m.DingTalk.Close)
	m.QPS = 20
	m.write(t, dir, time.Now())
	id := m.ids()[0]
	for _, sheet := range []string{"staff.csv", "guardians.csv"} {
		file := filepath.Join(dir, id, sheet)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		swapped := strings.NewReplacer("企业微信,钉钉", "钉钉,企业微信").Replace(string(text))
		if err := os.WriteFile(file, []byte(swapped), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for class := range w.classes {
		m.Staff(w.teacher(class))
	}
	m.Staff("admin0")
	for i := range processes {
		addr := freeAddr(t)
		if mode == "http" {
			m.Door = "http://" + addr
		}
		config := filepath.Join(dir, fmt.Sprintf("guixiao-%d.yaml", i))
		text := fmt.Sprintf(`server: {addr: "%s", base_url: "https://bot.school.example"}
storage: {dsn: "%s"}
redis: {url: "%s"}
secret_key: "%s"
dingtalk:
  - {account: main, client_id: %s, client_secret: %s, agent_id: %d, corp_id: %s, mode: %s, token: %s, aes_key: %s,
     card_template_id: %s, api_base: "%s", oapi_base: "%s"}
schools:
  - {id: %s, data: %s, platforms: [dingtalk/main]}
`, addr, dsn, redis, townKey, m.ClientID, m.ClientSecret, m.AgentID, m.CorpID, mode, m.Token, m.AESKey, m.Template, m.API, m.OAPI, id, filepath.Join(dir, id))
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m.configs = append(m.configs, config)
		m.children = append(m.children, serve(t, config, addr))
		m.children[i].answers(t) // the first one lays out the tables
	}
	t.Cleanup(func() {
		for _, c := range m.children {
			c.kill()
		}
	})
	return m
}

// tell brings one message until it is acknowledged: a person whose bot does
// not answer writes again, DingTalk with the same msgId.
func (m *dingMorning) tell(class, i int) {
	m.until("an acknowledgement", func() bool {
		return m.Staff(m.teacher(class)).SaysAgain(m.messageID(class, i), m.name(class, i)+" 未到校") == nil
	})
}

// mayKill kills the process when one more share of the messages was accepted,
// at once after the acknowledgement, and starts it again.
func (m *dingMorning) mayKill(accepted, total, n int) {
	share := total / (n + 1)
	if accepted%share != 0 || accepted/share > n {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := rand.IntN(len(m.children))
	m.children[i].kill()
	m.children[i] = serve(m.t, m.configs[i], m.children[i].addr)
	m.killed.Add(1)
}

func (m *dingMorning) everyTeacherGotEveryAnswerOnce() {
	m.t.Helper()
	m.until("every answer", func() bool { return m.missing() == 0 })
	for class := range m.classes {
		m.inOrder(class)
		if tracks := m.answers(class); len(tracks) != m.perClass {
			m.t.Errorf("%s holds %d answers to %d messages", m.teacher(class), len(tracks), m.perClass)
		}
	}
}

// answers are the teacher's cards that confirm a message, by number of the
// message: noon may bring other cards as well. One card may be seen in two
// places, and changes in both.
func (m *dingMorning) answers(class int) map[string]int {
	numbers := map[string]int{} // card → message
	for i := range m.perClass {
		numbers[school.ID("dingtalk/main:msg:"+m.messageID(class, i), "confirm")] = i
	}
	tracks := map[string]int{}
	for _, c := range m.Staff(m.teacher(class)).Cards() {
		card, _, _ := strings.Cut(c.Track, ".")
		if i, ours := numbers[card]; ours {
			tracks[c.Track] = i
		}
	}
	return tracks
}

func (m *dingMorning) messageID(class, i int) string { return fmt.Sprintf("msg-%d-%d", class, i) }

// everyTeacherConfirms presses a card of each teacher while processes die. Whose
// press is not answered presses again; in the end every card shows that it is done.
func (m *dingMorning) everyTeacherConfirms() {
	m.t.Helper()
	const deaths = 2
	var confirmed atomic.Int64
	var all sync.WaitGroup
	for class := range m.classes {
		all.Go(func() {
			press := func() bool {
				return m.Staff(m.teacher(class)).Press(m.cardOf(class, 0), map[string]any{"action": "confirm"}) == nil
			}
			m.until("a press that is answered", press)
			m.mayKill(int(confirmed.Add(1)), m.classes, deaths)
			m.until("a card that is done", func() bool { return m.cardOf(class, 0).Vars["state"] == "done" })
		})
	}
	all.Wait()
}

func (m *dingMorning) cardOf(class, i int) bottest.DingCard {
	tracks := m.answers(class)
	for _, c := range m.Staff(m.teacher(class)).Cards() {
		if n, ours := tracks[c.Track]; ours && n == i {
			return c
		}
	}
	return bottest.DingCard{}
}

func (m *dingMorning) until(what string, happens func() bool) {
	ctx, cancel := context.WithTimeout(m.t.Context(), patience)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); !happens(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(m.children[0].log)
			m.t.Errorf("never seen: %s\n%s", what, log[max(0, len(log)-2000):])
			return
		}
	}
}

// missing counts the messages that no card answers yet.
func (m *dingMorning) missing() (n int) {
	for class := range m.classes {
		n += max(0, m.perClass-len(m.answers(class)))
	}
	return n
}

// inOrder looks at when each answer came first: they never overtake each other.
func (m *dingMorning) inOrder(class int) {
	m.t.Helper()
	tracks, next := m.answers(class), 0
	for _, message := range m.Staff(m.teacher(class)).Inbox() {
		i, ours := tracks[message.Track]
		if !ours || i < next {
			continue
		}
		if i > next {
			m.t.Errorf("%s: answer %d came when %d was next", m.teacher(class), i, next)
		}
		next = i + 1
	}
}
