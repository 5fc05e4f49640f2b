package wecom_test

import (
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/rules/school"
)

func withReply(n school.Notice) school.Notice {
	n.Card = &school.Card{ID: "p1", Kind: school.CardParent, State: school.CardOpen, Title: "未到校", Buttons: []school.Button{{Key: "known", Text: "已知道", Act: school.ActAck}}}
	n.Link = "https://bot.school.example/p/p1"
	return n
}

func TestAMotherHearsAndCanReply(t *testing.T) {
	w := newWorld(t)
	mother := w.fake.Parent("mother")
	r := w.must(withReply(toParent("n1", "张三今天上午没有到校。")), "mother")
	if got := mother.Texts(); len(got) != 1 || got[0] != "张三今天上午没有到校。\n回复请点：https://bot.school.example/p/p1" {
		t.Errorf("she read %q", got)
	}
	if r.Message != "" || r.Code != "" || r.User != "mother" {
		t.Errorf("receipt %+v", r)
	}
}

func TestALongNoticeKeepsItsLink(t *testing.T) {
	w := newWorld(t)
	mother := w.fake.Parent("mother")
	w.must(withReply(toParent("n1", strings.Repeat("请尽快联系班主任。", 200))), "mother")
	if got := mother.Texts()[0]; len(got) > 2048 || !strings.HasSuffix(got, "…\n回复请点：https://bot.school.example/p/p1") {
		t.Errorf("%d bytes: …%q", len(got), got[len(got)-80:])
	}
}

// WeCom accepts a notice for a parent who does not follow and delivers nothing.
func TestAParentWhoDoesNotFollowIsNamedBeforeSending(t *testing.T) {
	w := newWorld(t)
	father := w.fake.Parent("father")
	father.Unfollow()
	_, err := w.send(toParent("n1", "张三今天上午没有到校。"), "father")
	if class(err) != bot.SendRecipient || !strings.Contains(err.Error(), "关注二维码") {
		t.Errorf("refused with %v", err)
	}
	if n := len(w.fake.Requests("externalcontact/message/send")); n != 0 {
		t.Errorf("%d notices were sent into the void", n)
	}
}

func TestAParentWhoFollowsNowIsReachedAtOnce(t *testing.T) {
	w := newWorld(t)
	father := w.fake.Parent("father")
	father.Unfollow()
	if _, err := w.send(toParent("n1", "未到校"), "father"); class(err) != bot.SendRecipient {
		t.Fatal(err)
	}
	_ = father.Follow() // nobody listens at Callback; the event is read below
	w.hear("<xml><ToUserName>c</ToUserName><FromUserName>sys</FromUserName><MsgType>event</MsgType><Event>change_school_contact</Event><ChangeType>subscribe</ChangeType><Id>father</Id></xml>")
	w.must(toParent("n1", "未到校"), "father")
}

func TestFollowingIsBelievedForTenMinutes(t *testing.T) {
	w := newWorld(t)
	mother := w.fake.Parent("mother")
	w.must(toParent("n1", "一"), "mother")
	w.must(toParent("n2", "二"), "mother")
	if n := len(w.fake.Requests("school/user/get")); n != 1 {
		t.Errorf("asked %d times", n)
	}
	mother.Unfollow()
	w.clock.Advance(10 * time.Minute)
	if _, err := w.send(toParent("n3", "三"), "mother"); class(err) != bot.SendRecipient {
		t.Errorf("still believed: %v", err)
	}
}

func TestAMemberIsNoParent(t *testing.T) {
	w := newWorld(t)
	w.fake.Parent("student")
	w.fake.Fail("school/user/get", bottest.Code(65010))
	if _, err := w.send(toParent("n1", "未到校"), "student"); class(err) != bot.SendRecipient || !strings.Contains(err.Error(), "parent_userid") {
		t.Errorf("refused with %v", err)
	}
}

// A school without 家校沟通 goes on working for its staff.
func TestWithoutSchoolRightsOnlyTheParentIsUnreachable(t *testing.T) {
	for _, code := range []int{65014, 65022} {
		w := newWorld(t)
		w.fake.Parent("mother")
		w.fake.Fail("school/user/get", bottest.Code(code))
		if _, err := w.send(toParent("n1", "未到校"), "mother"); class(err) != bot.SendRecipient {
			t.Errorf("%d: %v", code, err)
		}
		w.must(text("n2", "已登记"), w.member("LiMin"))
	}
}

// The page behind the link shows the present state; nothing is sent again.
func TestAChangedCardIsNotSentToTheParentAgain(t *testing.T) {
	w := newWorld(t)
	mother := w.fake.Parent("mother")
	sent := w.must(withReply(toParent("n1", "张三今天上午没有到校。")), "mother")
	n := withReply(toParent("n1:changed", "未到校；已知道"))
	n.Act, n.Of, n.Card.State = school.NoticeUpdate, "n1", school.CardDone
	w.must(n, "mother", sent)
	if got := len(mother.Texts()); got != 1 {
		t.Errorf("she read %d messages", got)
	}
	n.Act = school.NoticeRecall
	if _, err := w.send(n, "mother", sent); class(err) != bot.SendStale {
		t.Errorf("a school notice was taken back: %v", err)
	}
}
