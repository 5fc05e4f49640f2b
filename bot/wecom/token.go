package wecom

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/silenceper/wechat/v2/credential"

	"guixiao/bot"
)

// tokens hands out the app's access token. It has the shape silenceper's SDK
// asks for, so that any client of that SDK can share it.
type tokens struct{ *bot.Tokens }

var _ credential.AccessTokenContextHandle = (*tokens)(nil)

func newTokens(s Settings, d Deps, fetch func(context.Context) (string, time.Duration, error)) *tokens {
	return &tokens{bot.NewTokens(fmt.Sprintf("wecom:token:%s:%d", s.CorpID, s.AgentID), d.Tokens, d.Now, fetch)}
}

// GetAccessToken is GetAccessTokenContext without a context.
func (t *tokens) GetAccessToken() (string, error) {
	return t.GetAccessTokenContext(context.Background())
}

// GetAccessTokenContext returns the token in use, fetching one when there is none.
func (t *tokens) GetAccessTokenContext(ctx context.Context) (string, error) {
	token, err := t.Get(ctx)
	return token, tokenFailure(err)
}

// renew replaces the token used, unless somebody already did.
func (t *tokens) renew(ctx context.Context, used string) (string, error) {
	token, err := t.Renew(ctx, used)
	return token, tokenFailure(err)
}

// tokenFailure says of a wait that was given up that WeCom was not reached.
func tokenFailure(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return unreached(err)
	}
	return err
}
