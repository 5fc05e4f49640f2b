package handlers_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"guixiao/handlers"
	"guixiao/rules/school"
)

// The desk also keeps the journal and what was set aside.

func (d *desk) Apply(_ context.Context, c school.Change) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return errors.New("disk full")
	}
	if _, known := d.journal[c.Key]; known {
		return school.ErrDuplicate
	}
	if d.journal == nil {
		d.journal = map[string]school.Change{}
	}
	d.journal[c.Key] = c
	return nil
}

func (d *desk) Health(context.Context) (handlers.Health, error) { return d.health, nil }

func (d *desk) aside(keep func(school.Parked) bool) ([]school.Parked, error) {
	return slices.DeleteFunc(slices.Clone(d.parked), func(p school.Parked) bool { return !keep(p) }), nil
}

func (d *desk) ParkedInbox(context.Context) ([]school.Parked, error) {
	return d.aside(func(p school.Parked) bool { return p.Delivery != nil })
}

func (d *desk) ParkedNotices(_ context.Context, schoolID string) ([]school.Parked, error) {
	return d.aside(func(p school.Parked) bool { return p.Notice != nil && p.School == schoolID })
}

func (d *desk) ParkedTimers(_ context.Context, schoolID string) ([]school.Parked, error) {
	return d.aside(func(p school.Parked) bool { return p.Timer != nil && p.School == schoolID })
}

func (d *desk) Requeue(_ context.Context, p school.Parked, _ time.Time) error {
	before := len(d.parked)
	d.parked = slices.DeleteFunc(d.parked, func(q school.Parked) bool { return q.Key == p.Key })
	if len(d.parked) == before {
		return school.ErrNotFound
	}
	return nil
}

func (d *desk) GiveUp(ctx context.Context, p school.Parked, now time.Time) error {
	return d.Requeue(ctx, p, now)
}

// trouble is a bad morning: things were set aside in every queue.
func (h *house) trouble() {
	h.school.Platforms = []string{"wecom/main"}
	h.desk.health = handlers.Health{
		Readiness: handlers.Readiness{Slow: []string{"平台账号 wecom/main 暂停发送"}},
		AuditAt:   tuesday.Add(-time.Minute), Findings: []string{"1 条通知发不出去，已搁置"},
		Queues: []handlers.Queue{{Name: "inbox", Due: 3, Oldest: tuesday.Add(-7 * time.Minute)}, {Name: "timers"}, {Name: "outbox", Working: 2, Parked: 1}},
	}
	ago := tuesday.Add(-3 * time.Hour)
	h.desk.parked = []school.Parked{
		{ID: 7, Key: "in", At: ago, Attempt: 8, Reason: "panic while deciding: index out of range", Platform: "wecom/main", Delivery: &school.Delivery{Kind: school.DeliveryMessage, Text: "张三 未到校", From: "limin"}},
		{ID: 7, School: "linjiang", Key: "out", At: ago.Add(-72 * time.Hour), Attempt: 1, Reason: "no address on any platform", Notice: &school.Notice{Act: school.NoticeSend, Kind: school.NoticeParent, To: "G1", Text: "张三上午未到校。"}},
		{ID: 8, School: "linjiang", Key: "strike", At: tuesday.Add(-90 * time.Second), Attempt: 20, Reason: "worker died too often", Timer: &school.Timer{Kind: school.TimerParents, Student: "S001"}},
		{ID: 9, School: "elsewhere", Key: "theirs", At: ago, Reason: "不是本校的事", Notice: &school.Notice{Act: school.NoticeSend, Kind: school.NoticeText}},
		{ID: 10, Key: "unread", At: ago, Reason: "不是本校的账号", Platform: "dingtalk/other", Delivery: &school.Delivery{Kind: school.DeliveryPress}},
	}
}

func TestTheAdministratorSeesHowTheServiceIs(t *testing.T) {
	h := newHouse(t, nil)
	h.desk.health.AuditAt = tuesday
	for _, sc := range []scenario{
		{name: "all is well", as: "T006", path: "/system", status: 200, says: []string{"一切正常", "没有搁置的事项", "没有发现问题"}},
		{name: "the head may look too", as: "T005", path: "/system", status: 200},
		{name: "a teacher may not", as: "T001", path: "/system", status: 403, says: []string{"管理员和校长"}},
		{name: "nor a guardian", as: "G1", path: "/system", status: 403},
		{name: "nor somebody from the street", path: "/system", status: 303, says: []string{"/sign-in"}},
		{name: "the way there is shown to those who may go", as: "T006", path: "/", status: 200, says: []string{`href="/system"`}},
		{name: "and to nobody else", as: "T001", path: "/", status: 200, hides: []string{`href="/system"`}},
	} {
		t.Run(sc.name, func(t *testing.T) { sc.run(t, h) })
	}
	h.trouble()
	scenario{as: "T006", path: "/system", status: 200,
		says: []string{"暂停发送", "1 条通知发不出去", "等 3", "最久的等了 7 分钟", "办理中 2", "聊天消息", "企业微信 main", "index out of range", "搁置了 3 小时", "试过 8 次",
			"家长通知", "没有账号", "搁置了 3 天", "通知家长的时点", "一再中断", "重新发送", "重新处理", "/system/give-up/outbox/7"},
		hides: []string{"张三", "limin", "S001", "G1", "不是本校", "一切正常"}}.run(t, h)
}

func TestWhatWasSetAsideIsTriedAgainOrGivenUpByANamedPerson(t *testing.T) {
	h := newHouse(t, nil)
	h.trouble()
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	post := func(as, act, item string, status int, says ...string) {
		t.Helper()
		scenario{as: as, method: "POST", path: "/system/" + act, header: form, body: item, status: status, says: says, hides: []string{"张三"}}.run(t, h)
	}
	post("T001", "requeue", "queue=inbox&id=7", 403)
	post("T006", "forget", "queue=inbox&id=7", 404)
	post("T006", "requeue", "queue=outbox&id=9", 404, "不在搁置之列") // another school's
	post("T006", "requeue", "queue=inbox&id=10", 404)
	if len(h.desk.parked) != 5 || len(h.desk.lines()) != 0 {
		t.Fatalf("something was done: %v %v", h.desk.parked, h.desk.lines())
	}
	post("T006", "requeue", "queue=inbox&id=7", 303, "/system?done=requeue")
	post("T006", "requeue", "queue=inbox&id=7", 404, "别人刚刚处理过")
	scenario{as: "T005", path: "/system/give-up/outbox/7", status: 200, says: []string{"确认放弃", "收件人不会收到", "家长通知"}, hides: []string{"张三", "G1"}}.run(t, h)
	scenario{as: "T005", path: "/system/give-up/outbox/77", status: 404}.run(t, h)
	post("T005", "give-up", "queue=outbox&id=7", 303, "/system?done=give-up")
	scenario{as: "T005", path: "/system?done=give-up", status: 200, says: []string{"已放弃"}}.run(t, h)
	want := []string{"T005 give-up 放弃搁置的家长通知（编号 outbox 7）", "T006 requeue 重新发送搁置的聊天消息（编号 inbox 7）"}
	if got := h.desk.lines(); !slices.Equal(got, want) {
		t.Errorf("the audit says:\n%s", strings.Join(got, "\n"))
	}
	cookie := h.session(t, "T006")
	h.desk.broken = true
	r := httptest.NewRequest("POST", "/system/give-up", strings.NewReader("queue=timers&id=8"))
	r.Header.Set("Content-Type", form["Content-Type"])
	r.AddCookie(cookie)
	if w := h.do(t, "", r); w.Code != 500 || !slices.ContainsFunc(h.desk.parked, func(p school.Parked) bool { return p.Key == "strike" }) {
		t.Errorf("given up without a line in the audit: %d", w.Code)
	}
}

// lines are what the audit has, sorted.
func (d *desk) lines() []string {
	var all []string
	for _, c := range d.journal {
		for _, l := range c.Audit {
			all = append(all, l.Who+" "+l.What+" "+l.Detail)
		}
	}
	slices.Sort(all)
	return all
}

func TestTheSystemPageFitsAPhoneAndADesk(t *testing.T) {
	h := newHouse(t, newStage(t))
	h.trouble()
	for name, width := range map[string]int64{"phone": 360, "desk": 1280} {
		b := browse(t, h, width, 1100)
		b.SetCookie(h.session(t, "T006"))
		b.Go("/system")
		b.Fits("system-" + name)
		b.Click(`a[href="/system/give-up/outbox/7"]`)
		b.Await(`button.danger`)
		b.Fits("system-ask-" + name)
		b.Click(`main a.button`)
		b.Await(`#parked`)
	}
}

func (d *desk) AddressBooks(context.Context, string) ([]school.AddressBook, error) {
	return d.books, nil
}

func TestWhatTheAddressBookLeavesOpen(t *testing.T) {
	h := newHouse(t, nil)
	h.desk.books = []school.AddressBook{{Account: "wecom/main", At: tuesday, Staff: 3, Guardians: 2, Filled: []string{"T001"}, Silent: []string{"G1"}, FollowCode: "https://p.qpic.cn/follow",
		Doubts: []school.Doubt{{User: "li-min-2", Name: "李敏", Person: "T001", Why: school.DoubtOther}}}}
	for _, s := range []scenario{
		{name: "the administrator decides what is in doubt", as: "T005", path: "/system", status: 200, says: []string{"企业微信 main：教职工 3 人", "li-min-2", "另一个账号", "李敏", "https://p.qpic.cn/follow"}},
		{name: "the class teacher is told of the families nothing reaches", as: "T001", path: "/", status: 200, says: []string{"有 1 位家长收不到"}},
		{name: "and finds them with the picture to scan", as: "T001", path: "/silent", status: 200, says: []string{"张三", "https://p.qpic.cn/follow", "拨打"}},
		{name: "another teacher does not", as: "T002", path: "/silent", status: 200, says: []string{"都收得到"}, hides: []string{"张三"}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t, h) })
	}
}
