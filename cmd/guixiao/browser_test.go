package main

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"guixiao/handlers/browsertest"
)

// visit opens the demo's page in a browser, on a monday before school.
func visit(t *testing.T, width, height int64) *browsertest.Tab {
	t.Helper()
	monday := time.Date(2026, 11, 23, 7, 50, 0, 0, time.FixedZone("CST", 8*3600))
	d, err := openDemo(context.Background(), demoOptions{data: t.TempDir(), now: monday})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	server := httptest.NewServer(d.Handler())
	t.Cleanup(server.Close)
	b := browsertest.Open(t, server.URL, width, height)
	b.Go("/demo")
	b.Until(`document.querySelector('#time').textContent == '07:50' && document.querySelectorAll('.chat').length == 4`)
	return b
}

func TestAVisitorSeesOneSentenceBecomeACase(t *testing.T) {
	b := visit(t, 1280, 800)
	b.Click(`[data-try]`)
	b.Click(`#chat-T001 .say .primary`)
	b.Sees("#chat-T001 .talk", "已登记：张三 未到校")
	b.Click(`#chat-T001 [data-act=confirm]`)
	b.Sees("#chat-T001 .pressed", "正确")

	b.Click(`#to-roll`)
	b.Until(`document.querySelector('#time').textContent == '08:21'`)
	b.Sees("#chat-G1 .talk", "上午尚未到校")
	b.Sees("#chat-T001 .talk", "了解未到校原因")
	b.Click(`#chat-G1 .why summary`)
	b.Until(`document.querySelector('#chat-G1 .why[open] p').textContent.length > 5`)

	b.Type(`#chat-T001 .card.open textarea[name=reason]`, "奶奶住院，孩子在陪护")
	b.Click(`#chat-T001 .card.open [data-key=submit]`)
	b.Until(`[...document.querySelectorAll('#chat-T001 .card.done .result')].some(r => r.textContent.includes('李敏'))`)

	b.Click(`#to-roll`) // the afternoon: a whole day is missed, the director hears with the reason
	b.Until(`document.querySelector('#time').textContent == '14:21'`)
	b.Sees("#chat-T018 .talk", "奶奶住院，孩子在陪护")
	b.Fits("demo-real-1280")

	b.Go("/sign-in")
	b.Click(`button[value=T018]`)
	b.Await(".numbers")
	b.Click(`a[href^="/cases/"]`)
	b.Await(".story")
	b.Sees("#main", "奶奶住院，孩子在陪护")
	b.Sees("#main", "贺疃中学防止学生流失报告制度")
	b.Fits("case-real-1280")
}

func TestTakenBackInTimeNoParentHears(t *testing.T) {
	b := visit(t, 360, 740)
	b.Click(`[data-try]`)
	b.Click(`#chat-T001 .say .primary`)
	b.Click(`#chat-T001 [data-act=cancel]`)
	b.Sees("#chat-T001 .card .result", "撤回")
	b.Click(`#to-roll`)
	b.Until(`document.querySelector('#time').textContent == '08:21'`)
	b.Until(`!document.querySelector('#chat-G1 .msg')`)
	b.Fits("demo-real-360")
}

// A mother applies on her phone; the class teacher checks, the office decides,
// and she reads what became of it.
func TestAnApplicationGoesItsWayThroughThePages(t *testing.T) {
	b := visit(t, 360, 740)
	as := func(person string) {
		b.Go("/sign-in")
		b.Click(`button[value=` + person + `]`)
		b.Await(".numbers, main > .rows")
	}
	as("G1")
	b.Go("/apply")
	b.Click(`input[value=S001] + span`)
	b.Click(`input[value=withdraw] + span`)
	b.Type(`#reason`, "身体不好，医生让休息一学期")
	b.Fits("apply-360")
	b.Click(`.buttons .primary`)
	b.Await(".rows")
	as("T001")
	b.Go("/applications")
	b.Sees("#main", "等您办理")
	b.Fits("applications-360")
	b.Click(`.rows a`)
	b.Await(".stages")
	b.Sees("#main", "医生让休息")
	b.Fits("application-360")
	b.Click(`#main a.button`)
	b.Await("#in-finding")
	b.Type(`#in-finding`, "看过诊断证明")
	b.Fits("approve-360")
	b.Click(`button[value=submit]`)
	b.Await("#main .result")
	b.Sees("#main .result", "李敏")
	as("T026")
	b.Go("/applications")
	b.Click(`.rows a`)
	b.Await(".stages")
	b.Click(`#main a.button`)
	b.Await("#in-reason")
	b.Click(`button[value=refuse]`)
	b.Await("#main .said")
	b.Sees("#main .said", "请填写理由")
	b.Type(`#in-reason`, "还缺县医院的证明")
	b.Click(`button[value=refuse]`)
	b.Await("#main .result")
	b.Sees("#main .result", "还缺县医院的证明")
	as("G1")
	b.Go("/applications")
	b.Sees("#main", "未获准")
}
