package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/sandbox"
	"guixiao/rules/school"
)

var (
	zone    = time.FixedZone("CST", 8*3600)
	morning = time.Date(2026, 10, 13, 8, 5, 0, 0, zone)
)

func staffOf(class string) []string {
	if class == "703" {
		return []string{"T002", "T001"}
	}
	return nil
}

func open(t *testing.T, dir string) *sandbox.Platform {
	t.Helper()
	p, err := sandbox.New(dir, zone, staffOf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func send(t *testing.T, p *sandbox.Platform, n school.Notice) school.Receipt {
	t.Helper()
	to := school.Address{Platform: "sandbox", User: n.To}
	body, err := p.Render(n, to)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := p.Deliver(context.Background(), bot.Dispatch{Notice: n, To: to, Body: body, Attempt: 1})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func feed(t *testing.T, p *sandbox.Platform, person string, after int) []sandbox.Item {
	t.Helper()
	var items []sandbox.Item
	for _, raw := range p.Feed(person, after) {
		var item sandbox.Item
		if err := json.Unmarshal(raw, &item); err != nil {
			t.Fatal(err)
		}
		items = append(items, item)
	}
	return items
}

func card(state string) *school.Card {
	due := morning.Add(4 * time.Hour).UTC()
	return &school.Card{
		ID: "c1", Title: "张三 未到校", Due: &due, State: state, Kind: school.CardStage, Stage: "half-day", Role: "班主任",
		Inputs:  []school.Input{{Key: "reason", Label: "原因", Type: "text", Required: true}},
		Buttons: []school.Button{{Key: "submit", Text: "提交", Style: "primary", Act: school.ActSubmit}},
	}
}

func TestAnItemIsWrittenAsTheDemoAPISays(t *testing.T) {
	p := open(t, "")
	send(t, p, school.Notice{
		Key: "n1", Act: school.NoticeSend, Kind: school.NoticeCard, To: "T001", Text: "请了解原因。", Why: "缺勤满半天",
		Case: "k1", Student: "S001", Card: card(school.CardOpen), At: morning.UTC(),
	})
	want := `{"n":1,"at":"2026-10-13T08:05:00+08:00","kind":"card","text":"请了解原因。","why":"缺勤满半天","case":"k1","student":"S001",` +
		`"stage":"half-day","role":"班主任","to_class":"","card":{"id":"c1","title":"张三 未到校","fields":[],` +
		`"inputs":[{"key":"reason","label":"原因","type":"text","options":[],"required":true}],` +
		`"buttons":[{"key":"submit","text":"提交","style":"primary","act":"submit"}],"due":"2026-10-13T12:05:00+08:00","state":"open","result":""}}`
	if got := string(p.Feed("T001", 0)[0]); got != want {
		t.Errorf("item\n got %s\nwant %s", got, want)
	}
}

func TestARepeatedSendIsRecognisedAndNotShownTwice(t *testing.T) {
	p := open(t, "")
	n := school.Notice{Key: "n1", Act: school.NoticeSend, Kind: school.NoticeText, To: "T001", Text: "已登记。", At: morning}
	first, again := send(t, p, n), send(t, p, n)
	if first != again {
		t.Errorf("receipts differ: %+v, %+v", first, again)
	}
	if got := feed(t, p, "T001", 0); len(got) != 1 {
		t.Errorf("shown %d times", len(got))
	}
}

func TestACardThatChangesComesAgainAndARecallVoidsIt(t *testing.T) {
	p := open(t, "")
	send(t, p, school.Notice{Key: "n1", Act: school.NoticeSend, Kind: school.NoticeCard, To: "T001", Card: card(school.CardOpen), At: morning})
	send(t, p, school.Notice{Key: "n2", Act: school.NoticeUpdate, Of: "n1", Kind: school.NoticeCard, To: "T001", Card: card(school.CardDone), At: morning})
	send(t, p, school.Notice{Key: "n3", Act: school.NoticeRecall, Of: "n1", To: "T001", At: morning})
	items := feed(t, p, "T001", 0)
	if len(items) != 3 || items[1].Card.ID != "c1" || items[1].Card.State != school.CardDone || items[1].N != 2 {
		t.Fatalf("%+v", items)
	}
	last := items[2]
	if last.Text == "" || last.Card == nil || last.Card.ID != "c1" || last.Card.State != school.CardSuperseded || len(last.Card.Buttons) != 0 {
		t.Errorf("the recall shows %+v %+v", last, last.Card)
	}
}

func TestAClassGroupIsItsStaffAndOnlyThem(t *testing.T) {
	p := open(t, "")
	send(t, p, school.Notice{Key: "n1", Act: school.NoticeSend, Kind: school.NoticeText, ToClass: "703", Text: "已登记 2 人。", At: morning})
	for person, want := range map[string]int{"T001": 1, "T002": 1, "G1": 0} {
		if got := feed(t, p, person, 0); len(got) != want || want == 1 && got[0].ToClass != "703" {
			t.Errorf("%s sees %+v", person, got)
		}
	}
	n := school.Notice{Key: "n2", Kind: school.NoticeText, ToClass: "999", At: morning}
	body, _ := p.Render(n, school.Address{})
	_, err := p.Deliver(context.Background(), bot.Dispatch{Notice: n, Body: body})
	if se := new(bot.SendError); !errors.As(err, &se) || se.Class != bot.SendRecipient {
		t.Errorf("a group of nobody: %v", err)
	}
}

func TestAKilledProcessLosesNoFeed(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir)
	n := school.Notice{Key: "n1", Act: school.NoticeSend, Kind: school.NoticeText, To: "T001", Text: "一", At: morning}
	send(t, p, n)
	// The process dies in the middle of the second line.
	file := filepath.Join(dir, "sandbox.jsonl")
	half, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := half.WriteString(`{"n":2,"key":"n2","to":["T0`); err != nil {
		t.Fatal(err)
	}
	_ = half.Close()

	again := open(t, dir)
	send(t, again, n) // the courier repeats what it was not sure of
	n.Key, n.Text = "n2", "二"
	send(t, again, n)
	third := open(t, dir)
	items := feed(t, third, "T001", 0)
	if len(items) != 2 || items[0].Text != "一" || items[1].Text != "二" || items[1].N != 2 {
		t.Errorf("after the crash: %+v", items)
	}
}

func TestResetEmptiesTheFeedsAndNumbersGoOn(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir)
	n := school.Notice{Key: "n1", Act: school.NoticeSend, Kind: school.NoticeText, To: "T001", Text: "一", At: morning}
	send(t, p, n)
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := feed(t, p, "T001", 0); len(got) != 0 {
		t.Fatalf("still there: %+v", got)
	}
	send(t, p, n)
	if got := feed(t, open(t, dir), "T001", 1); len(got) != 1 || got[0].N != 2 {
		t.Errorf("after the reset: %+v", got)
	}
}

func TestFollowersWakeForTheirOwnPeople(t *testing.T) {
	p := open(t, "")
	mine, stop := p.Subscribe("T001")
	all, _ := p.Subscribe()
	send(t, p, school.Notice{Key: "n1", Kind: school.NoticeText, To: "T009", At: morning})
	select {
	case <-mine:
		t.Error("woken for somebody else")
	default:
	}
	<-all
	send(t, p, school.Notice{Key: "n2", Kind: school.NoticeText, To: "T001", At: morning})
	<-mine
	stop()
	send(t, p, school.Notice{Key: "n3", Kind: school.NoticeText, To: "T001", At: morning})
	if len(mine) != 0 {
		t.Error("woken after the end")
	}
}
