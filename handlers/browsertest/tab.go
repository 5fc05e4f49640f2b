// Package browsertest looks at pages the way people do: in a real browser, on
// a phone and on a desk.
package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"guixiao/storage/storagetest"
)

// Tab is one page in a browser. A test fails at its end when the browser
// complained about anything.
type Tab struct {
	t        testing.TB
	ctx      context.Context
	base     string
	mu       sync.Mutex
	complain []string
}

// Open starts a browser of that size for the site at base; without a browser
// the test is skipped.
func Open(t testing.TB, base string, width, height int64) *Tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(storagetest.Browser(t)), chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	b := &Tab{t: t, ctx: ctx, base: base}
	b.Do(chromedp.EmulateViewport(width, height))
	messages := chromedp.Console(ctx)
	go b.listen(func(yield func(chromedp.ConsoleMessage) bool) {
		for m, err := range messages {
			if err != nil || !yield(m) {
				return
			}
		}
	})
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.complain) > 0 {
			t.Errorf("the browser complains: %s", strings.Join(b.complain, "\n"))
		}
	})
	return b
}

func (b *Tab) listen(messages func(func(chromedp.ConsoleMessage) bool)) {
	for m := range messages {
		switch m.Type {
		case "debug", "info", "log":
			continue
		}
		b.mu.Lock()
		b.complain = append(b.complain, m.Text)
		b.mu.Unlock()
	}
}

// Do runs steps of chromedp.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Go opens a path of the site.
func (b *Tab) Go(path string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(b.base + path))
}

// Click clicks the first element that fits the selector, once it is there and
// stands still: a chat that grows at that moment moves things away from under
// the mouse.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(selector), chromedp.ScrollIntoView(selector))
	b.Until(fmt.Sprintf(`(() => {
		const { x, y } = document.querySelector(%q).getBoundingClientRect(), now = [%[1]q, x, y].join()
		const still = window.stood === now
		window.stood = now
		return still
	})()`, selector))
	b.Do(chromedp.Click(selector))
}

// Type writes into a field.
func (b *Tab) Type(selector, text string) {
	b.t.Helper()
	b.Do(chromedp.SendKeys(selector, text))
}

// Await waits for an element, on the page that comes next as well.
func (b *Tab) Await(selector string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(selector))
}

// Until waits for a JavaScript expression to become true.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool]("Boolean("+expression+")", chromedp.WithPollingTimeout(20*time.Second)))
	if err != nil {
		page, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		b.t.Fatalf("never %s: %v\n%s", expression, err, page)
	}
}

// Sees waits for a text in the element that fits the selector.
func (b *Tab) Sees(selector, text string) {
	b.t.Helper()
	b.Until("document.querySelector(`" + selector + "`)?.textContent.includes(`" + text + "`)")
}

// SetCookie signs a person in.
func (b *Tab) SetCookie(c *http.Cookie) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: b.base})
	if err != nil {
		b.t.Fatal(err)
	}
}

// Fits takes a picture and checks that nobody must scroll sideways. Pictures
// are kept in the folder GUIXIAO_TEST_PICTURES names, if it names one.
func (b *Tab) Fits(name string) {
	b.t.Helper()
	wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth`))
	if err != nil {
		b.t.Fatal(err)
	}
	if wide {
		b.t.Errorf("%s: one must scroll sideways", name)
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	dir := os.Getenv("GUIXIAO_TEST_PICTURES")
	if dir == "" {
		dir = b.t.TempDir()
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}
