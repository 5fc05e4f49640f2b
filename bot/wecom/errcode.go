package wecom

import (
	"net/http"
	"regexp"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// frequencyRest is how long an API rests after 45009: a minute is WeCom's
// shortest window.
const frequencyRest = time.Minute

// rule is what a number of WeCom's means to us.
type rule struct {
	class bot.SendClass
	text  phrase.Phrase
	after time.Duration
}

// classify turns an errcode into what to do next (wecom sheet 9.2). A number
// nobody registered is tried again: it ends parked, in sight, never lost.
func classify(api string, code int64, message string) *bot.SendError {
	if api == "gettoken" && (code == 40001 || code == 40091) {
		return &bot.SendError{Class: bot.SendConfig, Code: number(code), Text: phrase.WeComBadSecret.String()}
	}
	r := ruleOf(code)
	text := r.text.String()
	if code == 60020 {
		text = r.text.With("ip", addressIn(message))
	}
	return &bot.SendError{Class: r.class, Code: number(code), After: r.after, Text: text}
}

// ruleOf looks a number up: exact ones first, then the ranges.
func ruleOf(code int64) rule {
	if r, ok := rules[code]; ok {
		return r
	}
	switch {
	case code >= 41000 && code <= 41999, code >= 42027 && code <= 42051, code >= 90201 && code <= 90208:
		return rule{class: bot.SendNever, text: phrase.WeComBadRequest}
	case code >= 85000 && code <= 85999:
		return rule{class: bot.SendConfig, text: phrase.WeComDomain}
	}
	return rule{class: bot.SendRetry, text: phrase.WeComUnknown}
}

var rules = merge(
	same(rule{bot.SendRetry, phrase.WeComBusy, 0}, -1, 6000, 45033, 45035, 45036, 2000111),
	same(rule{bot.SendRetry, phrase.WeComFrequency, frequencyRest}, 45009),
	same(rule{bot.SendRetry, phrase.WeComTokenAgain, 0}, 40014, 42001, 41001),
	same(rule{bot.SendConfig, phrase.WeComBadSecret, 0}, 40001, 40013, 41002, 41004),
	same(rule{bot.SendConfig, phrase.WeComSecretReset, 0}, 45031),
	same(rule{bot.SendConfig, phrase.WeComWrongAgent, 0}, 40056, 301002),
	same(rule{bot.SendConfig, phrase.WeComNoRight, 0}, 48001, 48002, 48004, 80001),
	same(rule{bot.SendConfig, phrase.WeComInactive, 0}, 48006),
	same(rule{bot.SendConfig, phrase.WeComTLS, 0}, 48010),
	same(rule{bot.SendConfig, phrase.WeComDisabled, 0}, 50003, 60031),
	same(rule{bot.SendConfig, phrase.WeComUntrustedIP, 0}, 60020),
	same(rule{bot.SendConfig, phrase.WeComNoCallback, 0}, 43012),
	same(rule{bot.SendConfig, phrase.WeComCorpClosed, 0}, 301007),
	same(rule{bot.SendConfig, phrase.WeComNotSchool, 0}, 65014),
	same(rule{bot.SendConfig, phrase.WeComNoSchool, 0}, 65022),
	same(rule{bot.SendConfig, phrase.WeComDomain, 0}, 50001),
	same(rule{bot.SendNever, phrase.WeComBadRequest, 0}, 40004, 40007, 40008, 40009, 40033, 40035, 40058, 40063, 40145, 40201, 40204,
		44001, 44004, 45001, 45002, 45007, 45008, 45032, 45034, 82004, 42014, 40032, 82001, 82002, 82003),
	same(rule{bot.SendRecipient, phrase.WeComNotSeen, 0}, 40003, 40031, 60111, 60011, 60021, 81013, 46004, 60003, 60123, 60136, 50002),
	same(rule{bot.SendRecipient, phrase.WeComNotParent, 0}, 65010),
	same(rule{bot.SendRecipient, phrase.WeComParentScope, 0}, 65023),
	same(rule{bot.SendStale, phrase.WeComCardGone, 0}, 60140, 42015, 42016, 42017, 42018, 42019, 82101, 82102),
	same(rule{bot.SendStale, phrase.WeComRecallGone, 0}, 42052),
	same(rule{bot.SendNever, phrase.WeComLogin, 0}, 40029, 42003, 42022, 84014, 84015, 84025),
)

func same(r rule, codes ...int64) map[int64]rule {
	m := make(map[int64]rule, len(codes))
	for _, c := range codes {
		m[c] = r
	}
	return m
}

func merge(parts ...map[int64]rule) map[int64]rule {
	all := map[int64]rule{}
	for _, part := range parts {
		for c, r := range part {
			all[c] = r
		}
	}
	return all
}

// classifyHTTP judges a status other than 200; WeCom itself answers 200 even
// when it refuses, so a 4xx comes from something in between.
func classifyHTTP(status int) *bot.SendError {
	if status >= 400 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests {
		return &bot.SendError{Class: bot.SendConfig, Code: "http " + number(int64(status)), Text: phrase.WeComNotAPI.String()}
	}
	e := busy("http " + number(int64(status)))
	e.Unsure = true
	return e
}

func busy(code string) *bot.SendError {
	return &bot.SendError{Class: bot.SendRetry, Code: code, Text: phrase.WeComBusy.String()}
}

// unreached is a call that got no answer; cause must be redacted.
func unreached(cause error) *bot.SendError {
	return &bot.SendError{Class: bot.SendRetry, Code: "unreached", Unsure: true, Text: phrase.WeComUnreached.With("why", cause)}
}

// addressIn finds the IP that 60020 names: the administrator must enter it.
func addressIn(message string) string {
	m := regexp.MustCompile(`from ip: ?([0-9A-Fa-f.:]{3,45})`).FindStringSubmatch(message)
	if m == nil {
		return "?"
	}
	return m[1]
}
