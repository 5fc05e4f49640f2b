package handlers_test

import (
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
)

// withGuests is the house with a mother's page, two that are settled or over,
// and one for a village committee.
func withGuests(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, nil)
	card := school.Card{ID: "alarm", Kind: school.CardParent, Student: "S001", State: school.CardOpen, People: []string{"G1"}, At: tuesday,
		Title:  "【临江九年一贯制学校】您的孩子张三 10月13日（周二）上午尚未到校，请与班主任联系。",
		Fields: []school.Field{{K: "班主任", V: "李敏"}, {K: "本学期累计", V: "3 个半天"}},
		Buttons: []school.Button{{Key: "known", Text: "已知道", Style: "primary", Act: school.ActAck}, {Key: "sick", Text: "病假", Act: school.ActSubmit},
			{Key: "personal", Text: "事假", Act: school.ActSubmit}, {Key: "arrived", Text: "孩子说已到校", Style: "danger", Act: school.ActSubmit}}}
	over := card
	over.ID, over.State, over.Buttons, over.Result = "over", school.CardSuperseded, nil, "登记有误，已更正，抱歉打扰。"
	h.desk.cards = append(h.desk.cards, card, over)
	until := tuesday.Add(48 * time.Hour)
	for _, l := range []school.Link{
		{Token: "open", Card: "alarm", Person: "G1", Until: until}, {Token: "settled", Card: "over", Person: "G1", Until: until},
		{Token: "late", Card: "alarm", Person: "G1", Until: tuesday.Add(-time.Hour)},
		{Token: "village", Case: "case1", Body: "大石村村民委员会", Note: "该生多日未到校，请协助联系家长，劝其返校。学校联系电话见下。", By: "T001", Until: until},
	} {
		l.School = "linjiang"
		h.desk.links[l.Token] = l
	}
	opened, failed := alarmTo(school.SendingLeft, "mp/main"), alarmTo(school.SendingFailed, "sms/main")
	opened.ReadAt, opened.Refused = tuesday.Add(5*time.Minute), []string{"wecom/main"}
	failed.Refused = []string{"wecom/main", "sms/main"}
	h.desk.sendings = []school.Sending{opened, failed}
	h.desk.health.Budgets = []bot.Budget{{Account: "dingtalk/main", Purpose: bot.SpentCall, Used: 7420, Quota: 10000, Forecast: 17900}, {Account: "dingtalk/main", Purpose: bot.SpentPush, Used: 300, Quota: 5000, Forecast: 720}}
	return h
}

func TestPagesWithoutSignInFitAPhoneAndADesk(t *testing.T) {
	h := withGuests(t)
	for name, width := range map[string]int64{"phone": 360, "desk": 1280} {
		b := browse(t, h, width, 740)
		for path, page := range map[string]string{"/p/open": "reply", "/p/settled": "reply-settled", "/p/late": "reply-late", "/o/village": "outside"} {
			b.Go(path)
			b.Fits(page + "-" + name)
		}
		for _, page := range []struct{ as, path, name string }{{"T006", "/system", "system-budget"}, {"T001", "/", "today-families"}, {"T001", "/students/S001", "child-families"}, {"T001", "/lists/unheard", "unheard"}, {"T001", "/cases/case1", "case-families"}} {
			b.SetCookie(h.session(t, page.as))
			b.Go(page.path)
			b.Fits(page.name + "-" + name)
		}
	}
}

func TestAMothersTapInTheBrowser(t *testing.T) {
	h := withGuests(t)
	b := browse(t, h, 360, 740)
	b.Go("/p/open")
	b.Click(`button[value=known]`)
	b.Await(`.said`)
	if len(h.door.got) != 1 || h.door.got[0].From != "G1" || h.door.got[0].Card != "alarm" || h.door.got[0].Button != "known" {
		t.Errorf("taken: %+v", h.door.got)
	}
	b.Go("/p/open")
	b.Type(`#words`, "发烧了，请假一天")
	b.Click(`.inputs button`)
	b.Await(`.said`)
	if len(h.door.got) != 2 || h.door.got[1].Kind != school.DeliveryMessage || h.door.got[1].Text != "发烧了，请假一天" || h.door.got[1].Key == h.door.got[0].Key {
		t.Errorf("taken: %+v", h.door.got)
	}
}
