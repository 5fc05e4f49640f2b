package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// rule is what a code of DingTalk's means to us.
type rule struct {
	class bot.SendClass
	text  phrase.Phrase
	after time.Duration
}

// Pauses of sheet 10.3.
const (
	soon   = time.Second
	minute = time.Minute
	long   = 10 * time.Minute
)

// rules are the codes of both APIs (sheet 10.3 and 4.4). A code nobody
// registered is tried again: it ends parked, in sight, never lost.
var rules = gather(
	codes(rule{bot.SendRetry, phrase.DingQPS, soon}, "90018", "90002", "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "Forbidden.AccessDenied.QpsLimitForApi"),
	codes(rule{bot.SendRetry, phrase.DingQPS, minute}, "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi", "send.too.fast", "send.byToken.tooFast", "too.many.group",
		"too.many.people", "toomuch.msg", "flowControlled", "143103", "143104", "90003", "90004", "90005", "90006", "90007", "90008", "90009", "90010", "90011"),
	codes(rule{bot.SendRetry, phrase.DingQPS, long}, "410100"),
	codes(rule{bot.SendRetry, phrase.DingBanned, punished}, "1111"),
	codes(rule{bot.SendRetry, phrase.DingBusy, 0}, "-1", "15", "500", "system.error", "system.busy", "systemError", "processQueryKey.expireTime"),
	codes(rule{bot.SendRetry, phrase.DingTokenAgain, 0}, "InvalidAuthentication", "40014", "42001", "40001", "41001"),
	codes(rule{bot.SendConfig, phrase.DingMonthOver, 0}, "Forbidden.AccessDenied.ApiCountLimitForOrg", "90020"),
	codes(rule{bot.SendConfig, phrase.DingBadSecret, 0}, "invalidClientIdOrSecret", "invalid.client", "40089", "40013", "authFailed"),
	codes(rule{bot.SendConfig, phrase.DingNoRight, 0}, "Forbidden.AccessDenied.AccessTokenPermissionDenied", "60011", "50003", "auth.error", "unauthorized"),
	codes(rule{bot.SendConfig, phrase.DingUntrustedIP, 0}, "Forbidden.AccessDenied.IpNotInWhiteList", "60020"),
	codes(rule{bot.SendConfig, phrase.DingWrongAgent, 0}, "40056", "70003"),
	codes(rule{bot.SendConfig, phrase.DingWrongRobot, 0}, "invalidParameter.robotCode.empty", "invalidParameter.robotCode.invalid", "invalidParameter.robotCode.notExsit",
		"invalidParameter.robotCode.auth", "invalidParameter.robotCode.missing", "chatbotId.notAllow.sendOTO", "robot.oto.notExist", "invalid.chatbotId", "bot.stopped"),
	codes(rule{bot.SendConfig, phrase.DingWrongTemplate, 0}, "template.stopped", "template.not.existed", "param.templateNotExist", "param.templateUnpublished"),
	codes(rule{bot.SendRecipient, phrase.DingNotSeen, 0}, "invalidStaff", "staffId.notExisted", "miss.staffId", "param.userIdNotExist", "param.openSpaceIdInvalid",
		"33012", "60121", "60120", "50002", "1430004", "143105", "invalidUser", "forbiddenUser", "failedUser"),
	codes(rule{bot.SendRecipient, phrase.DingGroupGone, 0}, "group.disbanded", "invalid.openConversationId", "conversation.org.notMatch", "resource.not.found",
		"resource.unavailable", "400013", "400102", "400106", "400101"),
	codes(rule{bot.SendNever, phrase.DingSameToday, 0}, "143106"),
	codes(rule{bot.SendNever, phrase.DingContent, 0}, "contain.unsafe.url", "contain.notAllowed.text", "contain.notAllowed.picture", "contain.notAllowed.content",
		"param.contentUnsafe", "invalidParameter.msgParam.tooLong", "430101", "430102", "430103", "430104", "1430002", "460101"),
	codes(rule{bot.SendNever, phrase.DingBadRequest, 0}, "invalidParameter.userIds.empty", "invalidParameter.userIds.overMax", "invalidParameter.msgKey.empty",
		"invalidParameter.msgKey.invalid", "invalidParameter.msgParam.invalid", "invalidParameter.msg.unsupport", "param.openDeliverModelEmpty", "param.openDeliverModelError",
		"param.cardDataAndPrivateDataBothEmpty", "40035", "43004", "400002", "40004"),
	codes(rule{bot.SendStale, phrase.DingCardGone, 0}, "param.cardNotExist"),
	codes(rule{bot.SendStale, phrase.DingRecallGone, 0}, "recall"),
	codes(rule{bot.SendNever, phrase.DingLogin, 0}, "40078", "40102"),
)

// Codes that are no refusal but tell us something.
const (
	codeCardExists = "param.cardAlreadyExist"
	codeSession    = "300001" // 'session 不存在'
)

func codes(r rule, list ...string) map[string]rule {
	m := make(map[string]rule, len(list))
	for _, c := range list {
		m[c] = r
	}
	return m
}

func gather(parts ...map[string]rule) map[string]rule {
	all := map[string]rule{}
	for _, part := range parts {
		for c, r := range part {
			all[c] = r
		}
	}
	return all
}

// classify turns a code into what to do next.
func classify(code string) *bot.SendError {
	r, ok := rules[code]
	switch {
	case ok:
	case strings.HasPrefix(code, "contain."):
		r = rule{class: bot.SendNever, text: phrase.DingContent}
	case strings.HasPrefix(code, "invalidParameter.") || strings.HasPrefix(code, "param."):
		r = rule{class: bot.SendNever, text: phrase.DingBadRequest}
	default:
		r = rule{class: bot.SendRetry, text: phrase.DingUnknown}
	}
	return &bot.SendError{Class: r.class, Code: code, After: r.after, Text: r.text.String()}
}

func textOfCode(code string) string { return rules[code].text.String() }

// problem is what an answer of either API says when something is wrong.
type problem struct {
	Code    string `json:"code"`
	Request string `json:"requestid"`
	Denied  struct {
		Scopes []string `json:"requiredScopes"`
	} `json:"accessdenieddetail"`

	ErrCode    loose  `json:"errcode"`
	SubCode    string `json:"sub_code"`
	OldRequest string `json:"request_id"`
	Status     loose  `json:"status"`
}

// judge reads whether a call succeeded; nil when it did.
func judge(what call, status int, raw []byte) error {
	var p problem
	if json.Unmarshal(raw, &p) != nil {
		if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("<")) && status < http.StatusInternalServerError && status != http.StatusFound {
			return classify("1111") // the page shown to a banned address
		}
		if status == http.StatusOK {
			return busy("")
		}
		return byStatus(status)
	}
	if p.Status == "1111" {
		return classify("1111")
	}
	switch {
	case p.ErrCode == "88" && p.SubCode == "":
		return busy("88")
	case p.ErrCode == "88":
		return permission("88 "+p.SubCode, p.Denied.Scopes)
	case p.ErrCode != "" && p.ErrCode != "0":
		return refine(string(p.ErrCode), p)
	case status == http.StatusOK && what.old() && p.ErrCode == "":
		return busy("") // not what the old API answers
	case status >= http.StatusOK && status < http.StatusMultipleChoices:
		return nil
	case p.Code == "":
		return byStatus(status)
	}
	return refine(p.Code, p)
}

func refine(code string, p problem) error {
	if r := rules[code]; r.text == phrase.DingNoRight {
		return permission(code, p.Denied.Scopes)
	}
	return classify(code)
}

// permission names the right that is missing: the administrator must tick it.
func permission(code string, scopes []string) error {
	named := strings.Join(scopes, "、")
	if named == "" {
		named = phrase.DingScopeUnknown.String()
	}
	return &bot.SendError{Class: bot.SendConfig, Code: code, Text: phrase.DingNoRight.With("scopes", named)}
}

// byStatus judges an answer without a code of DingTalk's.
func byStatus(status int) error {
	code := "http " + number(int64(status))
	switch {
	case status == http.StatusUnauthorized:
		return &bot.SendError{Class: bot.SendRetry, Code: "InvalidAuthentication", Text: phrase.DingTokenAgain.String()}
	case status >= 400 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests:
		return &bot.SendError{Class: bot.SendConfig, Code: code, Text: phrase.DingNotAPI.String()}
	}
	return busy(code)
}

func busy(code string) *bot.SendError {
	return &bot.SendError{Class: bot.SendRetry, Code: code, Text: phrase.DingBusy.String()}
}

// unreached is a call that got no answer; cause must hold no URL.
func unreached(cause error) *bot.SendError {
	return &bot.SendError{Class: bot.SendRetry, Code: "unreached", Text: phrase.DingUnreached.With("why", cause)}
}

// never is a notice that cannot be drawn: no repeat would help.
func never(code string, text phrase.Phrase) error {
	return &bot.SendError{Class: bot.SendNever, Code: code, Text: text.String()}
}

// failure makes sure that an error says what to do next.
func failure(err error) error {
	var e *bot.SendError
	if errors.As(err, &e) {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return unreached(errors.New("timeout"))
	}
	return busy("")
}

// codeOf is the code of a refused call, "" when there is none.
func codeOf(err error) string {
	var e *bot.SendError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func staleToken(err error) bool {
	switch codeOf(err) {
	case "InvalidAuthentication", "40014", "42001", "40001", "41001":
		return true
	}
	return false
}

// refusedUncounted says whether DingTalk does not count the call: refused for
// its rate or because nothing is left, or never arrived.
func refusedUncounted(err error) bool {
	code := codeOf(err)
	return strings.Contains(code, "Forbidden.AccessDenied.Q") || strings.HasPrefix(code, "900") || code == "1111" || code == "unreached" ||
		strings.Contains(code, "ApiCountLimit")
}

// requestOf is DingTalk's number of the call; its support asks for it.
func requestOf(raw []byte) string {
	var p problem
	if json.Unmarshal(raw, &p) != nil {
		return ""
	}
	return p.Request + p.OldRequest
}
