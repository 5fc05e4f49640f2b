package handlers_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"guixiao/handlers"
	"guixiao/storage/storagetest"
)

// tab is one page in a real browser, which must never complain.
type tab struct {
	t        *testing.T
	ctx      context.Context
	base     string
	mu       sync.Mutex
	complain []string
}

func browse(t *testing.T, h *house, width, height int64) *tab {
	t.Helper()
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(storagetest.Browser(t)), chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, base: server.URL}
	b.do(chromedp.EmulateViewport(width, height))
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type != "debug" && m.Type != "info" && m.Type != "log" {
				b.mu.Lock()
				b.complain = append(b.complain, m.Text)
				b.mu.Unlock()
			}
		}
	}()
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.complain) > 0 {
			t.Errorf("the browser complains: %s", strings.Join(b.complain, "\n"))
		}
	})
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// until waits for an expression to become true.
func (b *tab) until(expression string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool]("Boolean("+expression+")", chromedp.WithPollingTimeout(15*time.Second))); err != nil {
		page, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		b.t.Fatalf("never %s: %v\n%s", expression, err, page)
	}
}

// sees waits for a text in somebody's chat.
func (b *tab) sees(person, text string) {
	b.t.Helper()
	b.until(`document.querySelector('#chat-` + person + ` .talk').textContent.includes(` + "`" + text + "`" + `)`)
}

func (b *tab) click(selector string) { b.t.Helper(); b.do(chromedp.Click(selector)) }

func (b *tab) signIn(h *house, person string) {
	b.t.Helper()
	cookie := h.session(b.t, person)
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: b.base})
	if err != nil {
		b.t.Fatal(err)
	}
}

// fits takes a picture and says whether the page is as wide as the screen.
func (b *tab) fits(name string) {
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
	if err := os.WriteFile(filepath.Join(b.t.TempDir(), name+".png"), picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func TestAVisitorTriesTheDemo(t *testing.T) {
	b := browse(t, newHouse(t, newStage(t)), 1280, 800)
	b.open("/demo")
	b.until(`document.querySelectorAll('.chat').length == 4 && document.querySelector('#time').textContent == '08:05'`)
	b.click(`[data-try]`)
	b.click(`#chat-T001 .say .primary`)
	b.sees("T001", "已登记：张三 未到校")
	b.click(`#chat-T001 [data-key=right]`)
	b.sees("T001", "这件事已由别人确认，没有改动。") // a refusal is shown where it was pressed
	b.click(`#chat-T001 [data-key=cancel]`)
	b.sees("T001", "已撤回，家长不会收到消息。")
	b.until(`document.querySelector('#chat-T001 .card.done') && !document.querySelector('#chat-T001 .card.open')`)

	b.click(`#to-roll`)
	b.until(`document.querySelector('#time').textContent == '08:21'`)
	b.sees("G1", "张三上午还没有到校")
	b.sees("T001", "请了解张三未到校的原因")
	b.click(`#chat-G1 .why summary`)
	b.until(`document.querySelector('#chat-G1 .why[open] p').textContent.includes('点名已截止')`)
	b.click(`#chat-T001 [data-act=submit]`)
	b.until(`document.querySelector('#chat-T001 textarea:invalid') != null`) // a missing answer is asked for, not sent
	b.fits("demo-1280")

	b.click(`.bar .add`)
	b.do(chromedp.SendKeys(`#picker-find`, "年级主任"))
	b.until(`document.querySelectorAll('#picker-list li').length == 1`)
	b.click(`#picker-list button`)
	b.until(`document.querySelector('#chat-T003')`)
}

func TestOnAPhoneOneChatIsShownAtATime(t *testing.T) {
	b := browse(t, newHouse(t, newStage(t)), 360, 740)
	b.open("/demo")
	b.until(`document.querySelectorAll('[role=tab]').length == 4`)
	b.fits("demo-360")
	b.click(`[data-try]`)
	b.click(`#chat-T001 .say .primary`)
	b.sees("T001", "已登记：张三 未到校")
	b.until(`document.querySelector('#chat-G1').offsetHeight == 0`)
	b.click(`#to-roll`)
	b.until(`document.querySelector('[role=tab].unread small').textContent == '张三的妈妈'`)
	b.click(`[role=tab].unread`)
	b.until(`document.querySelector('#chat-G1').offsetHeight > 0 && document.querySelector('#chat-T001').offsetHeight == 0`)
	b.fits("demo-chat-360")
}

func TestEveryPageFitsAPhoneAndADesk(t *testing.T) {
	h := newHouse(t, newStage(t))
	for name, width := range map[string]int64{"phone": 360, "desk": 1280} {
		b := browse(t, h, width, 740)
		for _, page := range []struct{ as, path, name string }{
			{"T005", "/", "today"}, {"T005", "/lists/absent", "absent"}, {"T001", "/cases/case1", "case"}, {"T001", "/c/card1", "card"},
			{"T001", "/documents/doc1", "document"}, {"G1", "/students/S001", "child"}, {"T005", "/sign-in", "sign-in"},
		} {
			b.signIn(h, page.as)
			b.open(page.path)
			b.fits(page.name + "-" + name)
		}
	}
}

func TestACardsFormIsPressedInTheBrowser(t *testing.T) {
	h := newHouse(t, nil)
	b := browse(t, h, 360, 740)
	b.signIn(h, "T001")
	b.open("/c/card1")
	b.click(`button[value=submit]`)
	b.until(`document.querySelector('textarea:invalid') != null`)
	b.do(chromedp.SendKeys(`#in-reason`, "去外婆家了"))
	b.click(`button[value=submit]`)
	b.do(chromedp.WaitVisible(`.said`))
	b.until(`document.body.textContent.includes('李敏 已提交：去外婆家了')`)
}

var _ handlers.Demo = (*stage)(nil)
