package dingtalk

import (
	"context"
	"errors"
	"strings"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// Check asks DingTalk whether the settings work and says where to fix what does
// not. It sends nothing to anybody and costs one counted call.
func (p *Platform) Check(ctx context.Context) ([]bot.Finding, error) {
	if _, err := p.api.tokens.Get(ctx); err != nil {
		// Without a token every other question would fail for the same reason.
		return []bot.Finding{p.failed(phrase.DingWhatToken, err)}, ctx.Err()
	}
	found := []bot.Finding{p.found(true, phrase.DingCheckToken), p.checkDoor(ctx), p.checkMembers(ctx), p.checkEdu(ctx)}
	if p.set.CardTemplateID == "" {
		found = append(found, p.found(true, phrase.DingCheckNoTemplate))
	}
	if p.set.AgentID == 0 {
		found = append(found, p.found(true, phrase.DingCheckNoAgent))
	}
	if p.set.CorpID == "" {
		found = append(found, p.found(true, phrase.DingCheckNoCorp))
	}
	if p.set.BaseURL == "" {
		found = append(found, p.found(false, phrase.DingCheckBase))
	}
	return found, ctx.Err()
}

func (p *Platform) found(ok bool, text phrase.Phrase, kv ...any) bot.Finding {
	return bot.Finding{OK: ok, Text: text.With(append([]any{"account", p.name, "short", p.set.Account}, kv...)...)}
}

func (p *Platform) failed(what phrase.Phrase, err error) bot.Finding {
	var e *bot.SendError
	if !errors.As(err, &e) {
		e = busy("")
	}
	return p.found(false, phrase.DingCheckFailed, "what", what, "code", e.Code, "text", e.Text)
}

// checkDoor looks how messages come in: a ticket of Stream mode opens one
// connection and none is opened; of HTTP mode only our side is known.
func (p *Platform) checkDoor(ctx context.Context) bot.Finding {
	switch {
	case p.set.Mode == ModeHTTP && !strings.HasPrefix(p.set.BaseURL, "https://"):
		return p.found(false, phrase.DingCheckNoDoor)
	case p.set.Mode == ModeHTTP && p.crypt == nil:
		return p.found(true, phrase.DingCheckNoEvents)
	case p.set.Mode == ModeHTTP:
		return p.found(true, phrase.DingCheckHTTP)
	}
	if _, err := p.ticket(ctx); err != nil {
		return p.failed(phrase.DingWhatStream, err)
	}
	return p.found(true, phrase.DingCheckStream)
}

func (p *Platform) checkMembers(ctx context.Context) bot.Finding {
	members, err := p.members(ctx, rootDepartment)
	if err != nil {
		return p.failed(phrase.DingWhatMembers, err)
	}
	return p.found(true, phrase.DingCheckMembers, "n", len(members))
}

func (p *Platform) checkEdu(ctx context.Context) bot.Finding {
	var answer struct{}
	err := p.api.post(ctx, "/topapi/edu/dept/list", map[string]int{"page_no": 1, "page_size": 1}, &answer)
	switch {
	case isConfig(err):
		return p.found(true, phrase.DingCheckNoEdu, "code", codeOf(err))
	case err != nil:
		return p.failed(phrase.DingWhatEdu, err)
	}
	return p.found(true, phrase.DingCheckEdu)
}
