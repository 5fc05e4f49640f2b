package main_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The reports measure what docs/performance.md states. They take minutes and
// want a quiet machine, so they run only when asked: make bench.
func measuring(t *testing.T) {
	t.Helper()
	if os.Getenv("GUIXIAO_BENCH") == "" {
		t.Skip("a measurement; GUIXIAO_BENCH=1 runs it")
	}
	t.Logf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}

// TestReportStart measures how long the first answer takes and how large the
// process is then: once when people are imported from the folders, then when
// the database knows them.
func TestReportStart(t *testing.T) {
	measuring(t)
	if _, err := program(); err != nil { // building it is no part of the start
		t.Fatal(err)
	}
	for _, w := range []town{{classes: 40, perClass: 40}, {classes: 20_000, perClass: 10, schools: 130}} {
		var took []time.Duration
		var sizes []int
		dir := t.TempDir()
		cloud := newWecomCloud(t)
		w.write(t, dir, time.Now())
		addr := freeAddr(t)
		config := w.writeConfig(t, dir, addr, "sqlite:"+filepath.Join(dir, "guixiao.db"), cloud.URL)
		for range 6 {
			began := time.Now()
			c := serve(t, config, addr)
			c.answers(t)
			took = append(took, time.Since(began))
			sizes = append(sizes, c.peakMemory()>>20)
			c.kill()
		}
		t.Logf("start | %3d schools %6d classes %7d children | with the import %5d ms, %d MB | then first answer %4d ms (median of 5), %d MB",
			len(w.ids()), w.classes, w.classes*w.perClass, took[0].Milliseconds(), sizes[0], median(took[1:]).Milliseconds(), slices.Max(sizes[1:]))
	}
}

// TestReportMorning sends one message from each class at a fixed rate, whether
// or not the program keeps up, and measures how long the answers take to reach
// WeCom: the county in a hundred seconds, and in the ten minutes it takes.
func TestReportMorning(t *testing.T) {
	measuring(t)
	county := town{classes: 20_000, perClass: 10, schools: 130}
	for _, run := range []struct {
		town
		rate int
	}{{town{classes: 3_000, perClass: 10}, 200}, {county, 200}, {county, county.classes / 600}} {
		w, rate := run.town, run.rate
		m := openMorning(t, w, "sqlite:"+filepath.Join(t.TempDir(), "guixiao.db"), 1)
		m.children[0].kill() // nobody imports on the morning itself
		m.children[0] = serve(t, m.configs[0], m.children[0].addr)
		m.children[0].answers(t)
		m.client.Transport = &http.Transport{MaxIdleConnsPerHost: 256}
		sentAt, lastIn := m.openLoop(t, rate)
		latencies, lastOut := m.latencies(t, sentAt)
		t.Logf("morning | %3d schools %5d classes at %d/s | message to answer p50 %v p95 %v p99 %v max %v | backlog after the last %v | peak %d MB",
			len(w.ids()), w.classes, rate, percentile(latencies, 50), percentile(latencies, 95), percentile(latencies, 99), slices.Max(latencies),
			max(0, lastOut.Sub(lastIn)).Round(time.Millisecond), m.children[0].peakMemory()>>20)
		m.children[0].kill()
	}
}

// openLoop posts the first message of every class, each at its own moment.
func (m *morning) openLoop(t *testing.T, rate int) (sentAt []time.Time, lastIn time.Time) {
	t.Helper()
	var posts sync.WaitGroup
	start := time.Now().Add(100 * time.Millisecond)
	for class := range m.classes {
		at := start.Add(time.Duration(class) * time.Second / time.Duration(rate))
		sentAt = append(sentAt, at)
		<-time.After(time.Until(at)) // the arrivals do not wait for the answers
		posts.Go(func() {
			if !m.post(class, 0) {
				t.Errorf("class %d was not acknowledged", class)
			}
		})
	}
	posts.Wait()
	return sentAt, time.Now()
}

// latencies waits for the answer to the first message of every class.
func (m *morning) latencies(t *testing.T, sentAt []time.Time) (all []time.Duration, last time.Time) {
	t.Helper()
	classOf := map[string]int{}
	for class := range sentAt {
		classOf[m.cardOf(class, 0)] = class
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for {
		seen := map[int]bool{}
		all = all[:0]
		for _, s := range m.cloud.messages() {
			card, _, _ := strings.Cut(s.task, "@")
			if class, ours := classOf[card]; ours && !seen[class] {
				seen[class] = true
				all = append(all, s.at.Sub(sentAt[class]))
				last = s.at
			}
		}
		if len(all) == len(sentAt) {
			return all, last
		}
		select {
		case <-m.cloud.arrive:
		case <-ctx.Done():
			t.Fatalf("%d of %d answers never left", len(sentAt)-len(all), len(sentAt))
		}
	}
}

// peakMemory is the largest resident size so far, in bytes; 0 where the
// system does not tell.
func (c *child) peakMemory() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			n, _ := strconv.Atoi(strings.Fields(string(rest))[0])
			return n << 10
		}
	}
	return 0
}

func median(all []time.Duration) time.Duration { return percentile(all, 50) }

func percentile(all []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)].Round(10 * time.Microsecond)
}
