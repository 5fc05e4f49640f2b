package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guixiao/rules/school"
)

// alarmTo is a message to 张三's mother and what became of it.
func alarmTo(state, platform string) school.Sending {
	return school.Sending{State: state, Platform: platform, At: tuesday, Notice: school.Notice{School: "linjiang", Key: "card:alarm:G1", Act: school.NoticeSend,
		Kind: school.NoticeParent, To: "G1", Student: "S001", Text: "张三上午尚未到校。", Card: &school.Card{ID: "alarm", Kind: school.CardParent, Title: "您的孩子张三上午尚未到校"}}}
}

func TestTeachersSeeWhatFamiliesHaveHeard(t *testing.T) {
	left, opened, failed := alarmTo(school.SendingLeft, "wecom/main"), alarmTo(school.SendingLeft, "mp/main"), alarmTo(school.SendingFailed, "sms/main")
	opened.ReadAt, opened.Refused = tuesday.Add(5*time.Minute), []string{"wecom/main"}
	failed.Refused = []string{"wecom/main", "sms/main"}
	dropped := alarmTo(school.SendingDropped, "")
	for name, c := range map[string]struct {
		sending school.Sending
		card    school.Card
		says    []string
		hides   []string
		unheard bool
	}{
		"left":     {sending: left, says: []string{"王桂芳", "已送出", "企业微信"}, hides: []string{"没送到"}},
		"opened":   {sending: opened, says: []string{"已打开", "公众号", "08:10 打开", "企业微信 收不到"}},
		"answered": {sending: opened, card: school.Card{ID: "alarm", State: school.CardDone, Result: "王桂芳 08:12 已回复"}, says: []string{"已回复", "王桂芳 08:12 已回复"}},
		"failed":   {sending: failed, says: []string{"没送到", "企业微信、短信"}, unheard: true},
		"dropped":  {sending: dropped, hides: []string{"家长收到了吗"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			h.desk.sendings = []school.Sending{c.sending}
			if c.card.ID != "" {
				h.desk.cards = append(h.desk.cards, c.card)
			}
			for _, path := range []string{"/students/S001", "/cases/case1"} {
				scenario{as: "T001", path: path, status: 200, says: c.says, hides: c.hides}.run(t, h)
			}
			tile := "<b>0</b>没通知到"
			if c.unheard {
				tile = "<b>1</b>没通知到"
				scenario{as: "T001", path: "/lists/unheard", status: 200, says: []string{"张三", "请打电话"}}.run(t, h)
			}
			scenario{as: "T001", path: "/", status: 200, says: []string{tile}}.run(t, h)
			scenario{as: "T002", path: "/", status: 200, says: []string{"<b>0</b>没通知到"}, hides: []string{"张三"}}.run(t, h)
		})
	}
}

func TestALinkIsHandedOutByWhoMayReadTheFile(t *testing.T) {
	h := newHouse(t, nil)
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	body := "body=%E6%9D%91%E5%A7%94%E4%BC%9A&note=%E8%AF%B7%E5%8D%8F%E5%8A%A9"
	scenario{as: "T002", method: http.MethodPost, path: "/cases/case1/outside", body: body, header: form, status: 403}.run(t, h)
	scenario{as: "G1", method: http.MethodPost, path: "/cases/case1/outside", body: body, header: form, status: 403}.run(t, h)
	scenario{as: "T001", method: http.MethodPost, path: "/cases/case1/outside", body: "body=x", header: form, status: 400}.run(t, h)
	if len(h.desk.links) != 0 {
		t.Fatalf("handed out: %v", h.desk.links)
	}
	scenario{as: "T001", method: http.MethodPost, path: "/cases/case1/outside", body: body, header: form, status: 200, says: []string{"/o/", "村委会"}}.run(t, h)
	var token string
	for token = range h.desk.links {
	}
	scenario{path: "/o/" + token, status: 200, says: []string{"致 村委会", "张三", "请协助"}, hides: []string{"19900001001", "缺勤"}}.run(t, h)
	scenario{path: "/p/" + token, status: 404}.run(t, h)
	r := httptest.NewRequest(http.MethodPost, "/o/"+token, strings.NewReader("name=x"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Content-Type", form["Content-Type"])
	if w := h.do(t, "", r); w.Code != 403 {
		t.Errorf("another site signs for the committee: %d", w.Code)
	}
}
