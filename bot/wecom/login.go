package wecom

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/silenceper/wechat/v2/work/oauth"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Where a browser goes to learn who is sitting in front of it.
const (
	loginInClient = "https://open.weixin.qq.com/connect/oauth2/authorize"
	loginOnWeb    = "https://login.work.weixin.qq.com/wwlogin/sso/login"
)

// SignInURL is where to send a browser that has to sign in; it comes back to
// redirect with ?code=…&state=…. Inside the WeCom client nothing is asked, in
// other browsers a code is scanned. The state must be letters and digits only
// (WeCom answers 84025 otherwise).
func (p *Platform) SignInURL(redirect, state, userAgent string) string {
	q := url.Values{"appid": {p.set.CorpID}, "redirect_uri": {redirect}, "state": {state}, "agentid": {strconv.Itoa(p.set.AgentID)}}
	if !inClient(userAgent) {
		q.Set("login_type", "CorpApp")
		q.Set("lang", "zh")
		return loginOnWeb + "?" + q.Encode()
	}
	q.Set("response_type", "code")
	q.Set("scope", "snsapi_base")
	return loginInClient + "?" + q.Encode() + "#wechat_redirect"
}

// inClient says whether the browser is the one inside the WeCom client.
func inClient(userAgent string) bool { return strings.Contains(strings.ToLower(userAgent), "wxwork") }

// SignedIn exchanges the code for the member's address. WeCom answers for
// members outside the app's visible scope too: what the person may do is for
// the roster to say.
func (p *Platform) SignedIn(ctx context.Context, code string) (school.Address, error) {
	if code == "" || len(code) > 512 {
		return school.Address{}, school.Forbidden(phrase.WeComLogin.String())
	}
	var answer oauth.GetUserInfoResponse
	if err := p.api.get(ctx, "auth/getuserinfo", url.Values{"code": {code}}, &answer); err != nil {
		if expiredLogin(err) {
			return school.Address{}, school.Forbidden(phrase.WeComLogin.String())
		}
		return school.Address{}, err
	}
	if answer.UserID == "" {
		return school.Address{}, school.Forbidden(phrase.WeComOutsider.String())
	}
	return school.Address{Platform: Kind, User: answer.UserID}, nil
}

func expiredLogin(err error) bool {
	switch code(err) {
	case "40029", "42003", "42022":
		return true
	}
	return false
}
