package handlers_test

import (
	"net/http/httptest"
	"testing"

	"guixiao/handlers/browsertest"
)

func browse(t *testing.T, h *house, width, height int64) *browsertest.Tab {
	t.Helper()
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	return browsertest.Open(t, server.URL, width, height)
}

func TestAVisitorTriesTheDemo(t *testing.T) {
	b := browse(t, newHouse(t, newStage(t)), 1280, 800)
	b.Go("/demo")
	b.Until(`document.querySelectorAll('.chat').length == 4 && document.querySelector('#time').textContent == '08:05'`)
	b.Click(`[data-try]`)
	b.Click(`#chat-T001 .say .primary`)
	b.Sees("#chat-T001 .talk", "已登记：张三 未到校")
	b.Click(`#chat-T001 [data-key=right]`)
	b.Sees("#chat-T001 .refused", "这件事已由别人确认，没有改动。") // a refusal is shown where it was pressed
	b.Click(`#chat-T001 [data-key=cancel]`)
	b.Sees("#chat-T001 .talk", "已撤回，家长不会收到消息。")
	b.Until(`document.querySelector('#chat-T001 .card.done') && !document.querySelector('#chat-T001 .card.open')`)

	b.Click(`#to-roll`)
	b.Until(`document.querySelector('#time').textContent == '08:21'`)
	b.Sees("#chat-G1 .talk", "张三上午还没有到校")
	b.Sees("#chat-T001 .talk", "请了解张三未到校的原因")
	b.Click(`#chat-G1 .why summary`)
	b.Sees("#chat-G1 .why[open] p", "点名已截止")
	b.Click(`#chat-T001 [data-act=submit]`)
	b.Until(`document.querySelector('#chat-T001 .card textarea:invalid')`) // a missing answer is asked for, not sent
	b.Fits("demo-1280")

	b.Click(`.bar .add`)
	b.Type(`#picker-find`, "年级主任")
	b.Until(`document.querySelectorAll('#picker-list li').length == 1`)
	b.Click(`#picker-list button`)
	b.Until(`document.querySelector('#chat-T003')`)
}

func TestOnAPhoneOneChatIsShownAtATime(t *testing.T) {
	b := browse(t, newHouse(t, newStage(t)), 360, 740)
	b.Go("/demo")
	b.Until(`document.querySelectorAll('#tabs button').length == 4`)
	b.Fits("demo-360")
	b.Click(`[data-try]`)
	b.Click(`#chat-T001 .say .primary`)
	b.Sees("#chat-T001 .talk", "已登记：张三 未到校")
	b.Until(`document.querySelector('#chat-G1').offsetHeight == 0`)
	b.Click(`#to-roll`)
	b.Sees("#tabs button.unread small", "张三的妈妈")
	b.Click(`#tabs button.unread`)
	b.Until(`document.querySelector('#chat-G1').offsetHeight > 0 && document.querySelector('#chat-T001').offsetHeight == 0`)
	b.Fits("demo-chat-360")
}

func TestEveryPageFitsAPhoneAndADesk(t *testing.T) {
	h := newHouse(t, newStage(t))
	for name, width := range map[string]int64{"phone": 360, "desk": 1280} {
		b := browse(t, h, width, 740)
		for _, page := range []struct{ as, path, name string }{
			{"T005", "/", "today"}, {"T005", "/lists/absent", "absent"}, {"T001", "/cases/case1", "case"}, {"T001", "/c/card1", "card"},
			{"T001", "/applications", "applications"}, {"T001", "/applications/a1", "application"}, {"G1", "/apply", "apply"},
			{"T001", "/documents/doc1", "document"}, {"T001", "/documents/drawn?case=case1", "paper"}, {"G1", "/students/S001", "child"}, {"T005", "/sign-in", "sign-in"},
		} {
			b.SetCookie(h.session(t, page.as))
			b.Go(page.path)
			b.Fits(page.name + "-" + name)
		}
	}
}

func TestACardsFormIsPressedInTheBrowser(t *testing.T) {
	h := newHouse(t, nil)
	b := browse(t, h, 360, 740)
	b.SetCookie(h.session(t, "T001"))
	b.Go("/c/card1")
	b.Click(`button[value=submit]`)
	b.Until(`document.querySelector('textarea:invalid')`)
	b.Type(`#in-reason`, "去外婆家了")
	b.Click(`button[value=submit]`)
	b.Await(`.said`)
	b.Sees("main", "李敏 已提交：去外婆家了")
}
