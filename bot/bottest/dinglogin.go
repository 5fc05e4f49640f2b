package bottest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

var loginCalls = map[string]dingCall{
	"POST /v1.0/oauth2/userAccessToken": {do: (*DingTalk).userToken},
	"GET /v1.0/contact/users/me":        {token: userCall, do: (*DingTalk).me},
	"POST /topapi/v2/user/getuserinfo":  {old: true, token: appCall, do: (*DingTalk).userInfo},
}

// newToken is the access token of the new API; both hosts take it.
func (f *DingTalk) newToken(_ *http.Request, body []byte) dingReply {
	var m struct {
		Key    string `json:"appKey"`
		Secret string `json:"appSecret"`
	}
	if !strict(body, &m) {
		return bad("invalidParameter")
	}
	if m.Key != f.ClientID || m.Secret != f.ClientSecret {
		f.secrets++
		return bad("invalidClientIdOrSecret")
	}
	name, left := f.appToken()
	return given(answer{"accessToken": name, "expireIn": left})
}

func (f *DingTalk) oldToken(r *http.Request, _ []byte) dingReply {
	if r.URL.Query().Get("appkey") != f.ClientID || r.URL.Query().Get("appsecret") != f.ClientSecret {
		f.secrets++
		return oldFault(40089)
	}
	name, left := f.appToken()
	return given(answer{"access_token": name, "expires_in": left})
}

// appToken gives the same token while it lives.
func (f *DingTalk) appToken() (string, int) {
	for name, t := range f.tokens {
		if t.user == "" && !t.ended && f.now().Before(t.until) {
			return name, int(t.until.Sub(f.now()).Seconds())
		}
	}
	return f.token(""), 7200
}

func (f *DingTalk) token(user string) string {
	name := f.next("dtok3n") + strings.Repeat("f", 24)
	f.tokens[name] = dingToken{until: f.now().Add(2 * time.Hour), user: user}
	return name
}

// Login lets a code of the login page or of 免登 stand for this user, once;
// "" stands for somebody of another organisation.
func (f *DingTalk) Login(code, user string) { f.set(func() { f.codes[code] = user }) }

func (f *DingTalk) spendCode(code string) (string, bool) {
	user, ok := f.codes[code]
	delete(f.codes, code)
	return user, ok
}

func (f *DingTalk) userToken(_ *http.Request, body []byte) dingReply {
	var m struct {
		ID      string `json:"clientId"`
		Secret  string `json:"clientSecret"`
		Code    string `json:"code"`
		Grant   string `json:"grantType"`
		Refresh string `json:"refreshToken"`
	}
	if !strict(body, &m) || m.Grant != "authorization_code" || m.Refresh != "" {
		return bad("invalidParameter")
	}
	if m.ID != f.ClientID || m.Secret != f.ClientSecret {
		return bad("invalidClientIdOrSecret")
	}
	user, ok := f.spendCode(m.Code)
	if !ok {
		return bad("invalidParameter.authCode.notFound")
	}
	corp := f.CorpID
	if user == "" {
		user, corp = "stranger", "dingsomebodyelse"
	}
	return given(answer{"accessToken": f.token(user), "refreshToken": "r3fresh", "expireIn": 7200, "corpId": corp})
}

func (f *DingTalk) me(r *http.Request, _ []byte) dingReply {
	user := f.tokens[r.Header.Get("x-acs-dingtalk-access-token")].user
	return given(answer{"nick": "某人", "unionId": unionOf(user), "openId": "openid", "stateCode": "86"})
}

// userInfo is 免登: the code of dd.requestAuthCode.
func (f *DingTalk) userInfo(_ *http.Request, body []byte) dingReply {
	var m struct {
		Code string `json:"code"`
	}
	if !strict(body, &m) {
		return oldFault(40035)
	}
	user, ok := f.spendCode(m.Code)
	if !ok {
		return oldFault(40078)
	}
	if u := f.users[user]; u != nil {
		return given(answer{"result": map[string]any{"userid": u.ID, "unionid": unionOf(u.ID), "name": u.Name, "sys": false, "sys_level": 0}})
	}
	return oldFault(60121)
}

func unionOf(user string) string { return fmt.Sprintf("union-%s-iE", user) }
