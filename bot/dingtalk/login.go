package dingtalk

import (
	"context"
	"errors"
	"net/url"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// SignInURL is where to send a browser that has to sign in; it comes back to
// redirect with ?code=…&state=…. Inside the DingTalk client the page knows who
// is there, elsewhere a code is scanned.
func (p *Platform) SignInURL(redirect, state, _ string) string {
	q := url.Values{"redirect_uri": {redirect}, "response_type": {"code"}, "client_id": {p.set.ClientID}, "scope": {"openid corpid"},
		"state": {state}, "prompt": {"consent"}}
	if p.set.CorpID != "" {
		q.Set("corpId", p.set.CorpID)
	}
	return p.set.LoginBase + "/oauth2/auth?" + q.Encode()
}

// SignedIn exchanges the code for the member's address: who they are in their
// own name, then which member of this corp that is. What they may do is for
// the roster to say.
func (p *Platform) SignedIn(ctx context.Context, code string) (school.Address, error) {
	if code == "" || len(code) > 512 {
		return school.Address{}, school.Forbidden(phrase.DingLogin.String())
	}
	token, err := p.userToken(ctx, code)
	if err != nil {
		return school.Address{}, err
	}
	var me struct {
		Union string `json:"unionId"`
	}
	if err := p.api.do(ctx, call{method: "GET", path: "/v1.0/contact/users/me", free: true, token: token}, &me); err != nil {
		return school.Address{}, failure(err)
	}
	var member struct {
		Result struct {
			User string `json:"userid"`
			Kind int    `json:"contact_type"` // 0 a member, 1 an outsider
		} `json:"result"`
	}
	err = p.api.ask(ctx, "/topapi/user/getbyunionid", map[string]string{"unionid": me.Union}, &member)
	var e *bot.SendError
	switch {
	case errors.As(err, &e) && e.Class == bot.SendRecipient, err == nil && (member.Result.User == "" || member.Result.Kind != 0):
		return school.Address{}, school.Forbidden(phrase.DingNoMember.String())
	case err != nil:
		return school.Address{}, failure(err)
	}
	return school.Address{Platform: Kind, User: member.Result.User}, nil
}

// userToken exchanges the code, which works once, for the person's own token.
func (p *Platform) userToken(ctx context.Context, code string) (string, error) {
	body, err := encode(map[string]string{"clientId": p.set.ClientID, "clientSecret": p.set.ClientSecret, "code": code, "grantType": "authorization_code"})
	if err != nil {
		return "", err
	}
	var answer struct {
		Token string `json:"accessToken"`
		Corp  string `json:"corpId"`
	}
	err = p.api.once(ctx, call{path: "/v1.0/oauth2/userAccessToken", body: body, free: true}, "", &answer)
	var e *bot.SendError
	switch {
	case errors.As(err, &e) && e.Class == bot.SendRetry && (e.Code == "unreached" || e.Text == phrase.DingBusy.String()):
		return "", err
	case err != nil || answer.Token == "":
		return "", school.Forbidden(phrase.DingLogin.String()) // used before, or too old
	case p.foreign(answer.Corp):
		return "", school.Forbidden(phrase.DingNoMember.String())
	}
	return answer.Token, nil
}
