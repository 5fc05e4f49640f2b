package wecom_test

import (
	"net/http"
	"testing"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/rules/school"
)

func TestWeComIsAPlatformLikeEveryOther(t *testing.T) {
	bottest.Conform(t, func(t *testing.T) bottest.Subject {
		w := newWorld(t)
		teacher, parent := w.fake.Member("LiMin"), w.fake.Parent("mother-of-S001")
		w.fake.Member("gone").Hide()
		w.fake.Parent("not-following").Unfollow()
		w.fake.Parent("moved-away").Leave()
		return bottest.Subject{
			Platform: w.Platform,
			Staff:    school.Address{Platform: "wecom", User: "LiMin"},
			Guardian: school.Address{Platform: "wecom", User: "mother-of-S001"},
			Refused: []bottest.Refusal{
				{Name: "a member nobody knows", Address: school.Address{Platform: "wecom", User: "nobody"}},
				{Name: "a member outside the visible scope", Address: school.Address{Platform: "wecom", User: "gone"}},
				{Name: "no account at all", Address: school.Address{Platform: "wecom"}},
				{Name: "a parent who does not follow the school", Guardian: true, Address: school.Address{Platform: "wecom", User: "not-following"}},
				{Name: "a parent outside the app's scope", Guardian: true, Address: school.Address{Platform: "wecom", User: "moved-away"}},
				{Name: "a parent nobody knows", Guardian: true, Address: school.Address{Platform: "wecom", User: "unknown"}},
			},
			Secrets:  []string{w.fake.Secret, w.fake.AESKey, "tok3n-", "corpsecret=", "access_token="},
			Log:      w.log,
			Troubles: w.troubles(),
			Sent: func() [][]byte {
				return append(w.fake.Requests("message/send"), w.fake.Requests("externalcontact/message/send")...)
			},
			Seen: func(a school.Address) []string {
				if a.User == "mother-of-S001" {
					return parent.Texts()
				}
				var seen []string
				for _, m := range teacher.Inbox() {
					seen = append(seen, m.Text)
				}
				return seen
			},
			Complaints: w.fake.Complaints,
			CodedCards: true,
			Inbound:    w.inbound(teacher),
		}
	})
}

func (w *world) inbound(teacher *bottest.Member) *bottest.Inbound {
	const hook = "http://bot.school.example/hooks/wecom/main"
	return &bottest.Inbound{
		Message: func(id int, text string) *http.Request {
			return w.fake.Request(hook, w.fake.TextXML("LiMin", id, text))
		},
		Press: func(t *testing.T, s bottest.Subject) *http.Request {
			c := reasonCard()
			c.ID = school.ID("card")
			w.must(cardNotice("n-card", c), "LiMin")
			inner, err := teacher.PressXML(teacher.Card(), "submit", "kind=sick")
			if err != nil {
				t.Fatal(err)
			}
			return w.fake.Request(hook, inner)
		},
		Forge: func(r *http.Request) *http.Request {
			q := r.URL.Query()
			q.Set("nonce", "another")
			r.URL.RawQuery = q.Encode()
			return r
		},
		Largest: 1 << 20,
	}
}

// troubles is the retry table: by HTTP status, by errcode, by silence.
func (w *world) troubles() []bottest.Trouble {
	failing := func(f bottest.Failure) func(school.Notice) {
		return func(n school.Notice) {
			if n.Kind == school.NoticeParent {
				w.fake.Fail("externalcontact/message/send", f)
				return
			}
			w.fake.Fail("message/send", f)
		}
	}
	list := []bottest.Trouble{{Name: "HTTP 500", Make: failing(bottest.Status(500)), Class: bot.SendRetry}}
	add := func(name string, class, then bot.SendClass, make func(school.Notice)) {
		list = append(list, bottest.Trouble{Name: name, Make: make, Class: class, Then: then})
	}
	add("HTTP 503", bot.SendRetry, "", failing(bottest.Status(503)))
	add("HTTP 429", bot.SendRetry, "", failing(bottest.Status(429)))
	add("HTTP 403 of a proxy", bot.SendConfig, bot.SendConfig, failing(bottest.Status(403)))
	add("HTTP 302 to somewhere else", bot.SendRetry, "", failing(bottest.Status(302)))
	add("no JSON", bot.SendRetry, "", failing(bottest.Garbage()))
	add("the answer is lost", bot.SendRetry, "", failing(bottest.Lost()))
	add("-1 busy", bot.SendRetry, "", failing(bottest.Code(-1)))
	add("45033 concurrency", bot.SendRetry, "", failing(bottest.Code(45033)))
	add("45009 frequency: the whole app rests", bot.SendRetry, bot.SendRetry, failing(bottest.Code(45009)))
	add("a number nobody registered", bot.SendRetry, "", failing(bottest.Code(999999)))
	add("40033 escapes", bot.SendNever, "", failing(bottest.Code(40033)))
	add("41006 a field is missing", bot.SendNever, "", failing(bottest.Code(41006)))
	add("42014 at the first attempt", bot.SendNever, "", failing(bottest.Code(42014)))
	add("82004 content", bot.SendNever, "", failing(bottest.Code(82004)))
	add("81013 nobody valid", bot.SendRecipient, "", failing(bottest.Code(81013)))
	add("60111 no such userid", bot.SendRecipient, "", failing(bottest.Code(60111)))
	add("43012 no callback URL", bot.SendConfig, "", failing(bottest.Code(43012)))
	add("48006 switched off for inactivity", bot.SendConfig, bot.SendConfig, failing(bottest.Code(48006)))
	add("60020 IP not trusted", bot.SendConfig, bot.SendConfig, func(school.Notice) { w.fake.Distrust("203.0.113.9") })
	add("the token ended early, 42001", "", "", func(n school.Notice) { w.endToken(42001) })
	add("the token ended early, 40014", "", "", func(n school.Notice) { w.endToken(40014) })
	add("the token is refused twice", bot.SendRetry, "", func(n school.Notice) { w.fake.Fail("message/send", bottest.Code(40014), bottest.Code(40014)) })
	add("gettoken is busy", bot.SendRetry, "", func(school.Notice) { w.fake.Fail("gettoken", bottest.Code(-1)) })
	add("gettoken is down", bot.SendRetry, "", func(school.Notice) { w.fake.Fail("gettoken", bottest.Status(502)) })
	add("gettoken refuses the secret", bot.SendConfig, bot.SendConfig, func(school.Notice) { w.fake.Fail("gettoken", bottest.Code(40001)) })
	return list
}

// endToken fetches a token and lets WeCom end it before its time.
func (w *world) endToken(code int) {
	w.fake.Member("somebody")
	w.must(text("before", "先发一条"), "somebody")
	w.fake.EndToken(code)
}
