package wecom

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"guixiao/bot"
	"guixiao/rules/phrase"
)

// Check asks WeCom whether the settings work and says where to fix what does
// not. It sends nothing to anybody.
func (p *Platform) Check(ctx context.Context) ([]bot.Finding, error) {
	found := []bot.Finding{}
	if _, err := p.api.tokens.GetAccessTokenContext(ctx); err != nil {
		// Without a token every other question would fail for the same reason.
		return append(found, p.failed(phrase.WeComWhatToken, err)), ctx.Err()
	}
	found = append(found, p.found(true, phrase.WeComCheckToken))
	found = append(found, p.checkAgent(ctx)...)
	if p.crypt == nil {
		found = append(found, p.found(true, phrase.WeComCheckNotCalled))
	} else {
		found = append(found, p.checkCallback(ctx))
	}
	found = append(found, p.checkSchool(ctx)...)
	if p.set.BaseURL == "" {
		found = append(found, p.found(false, phrase.WeComCheckBase))
	}
	return found, ctx.Err()
}

func (p *Platform) found(ok bool, text phrase.Phrase, kv ...any) bot.Finding {
	return bot.Finding{OK: ok, Text: text.With(append([]any{"account", p.name}, kv...)...)}
}

func (p *Platform) failed(what phrase.Phrase, err error) bot.Finding {
	var e *bot.SendError
	if !errors.As(err, &e) {
		e = busy("")
	}
	return p.found(false, phrase.WeComCheckFailed, "what", what, "code", e.Code, "text", e.Text)
}

func (p *Platform) agentQuery() url.Values {
	return url.Values{"agentid": {strconv.Itoa(p.set.AgentID)}}
}

// agentRow is the app as the console has it.
type agentRow struct {
	Name  string `json:"name"`
	Close int    `json:"close"`
	Users struct {
		List []struct {
			User string `json:"userid"`
		} `json:"user"`
	} `json:"allow_userinfos"`
	Parties struct {
		List []int `json:"partyid"`
	} `json:"allow_partys"`
	Tags struct {
		List []int `json:"tagid"`
	} `json:"allow_tags"`
}

func (p *Platform) agent(ctx context.Context) (agentRow, error) {
	var agent agentRow
	err := p.api.get(ctx, "agent/get", p.agentQuery(), &agent)
	return agent, err
}

func (p *Platform) checkAgent(ctx context.Context) []bot.Finding {
	agent, err := p.agent(ctx)
	if err != nil {
		return []bot.Finding{p.failed(phrase.WeComWhatAgent, err)}
	}
	var found []bot.Finding
	if agent.Close != 0 {
		found = append(found, p.found(false, phrase.WeComCheckClosed, "name", agent.Name))
	}
	users, parties, tags := len(agent.Users.List), len(agent.Parties.List), len(agent.Tags.List)
	if users+parties+tags == 0 {
		return append(found, p.found(false, phrase.WeComCheckNobody, "name", agent.Name))
	}
	return append(found, p.found(true, phrase.WeComCheckAgent, "name", agent.Name, "users", users, "parties", parties, "tags", tags))
}

func (p *Platform) checkCallback(ctx context.Context) bot.Finding {
	var answer struct {
		IPs []string `json:"ip_list"`
	}
	if err := p.api.get(ctx, "getcallbackip", nil, &answer); err != nil {
		return p.failed(phrase.WeComWhatCallback, err)
	}
	return p.found(true, phrase.WeComCheckCallback, "n", len(answer.IPs))
}

// checkSchool looks at the three things parents depend on: that the app may
// write to them, that it may read their address book, and that they may follow.
func (p *Platform) checkSchool(ctx context.Context) []bot.Finding {
	var answer struct {
		Scope struct {
			Students struct {
				IDs []string `json:"userid"`
			} `json:"students"`
			Departments struct {
				IDs []int64 `json:"partyid"`
			} `json:"departments"`
		} `json:"allow_scope"`
	}
	if err := p.api.get(ctx, "school/agent/get_allow_scope", p.agentQuery(), &answer); err != nil {
		return []bot.Finding{p.failed(phrase.WeComWhatSchool, err)}
	}
	students, departments := len(answer.Scope.Students.IDs), len(answer.Scope.Departments.IDs)
	if students+departments == 0 {
		return []bot.Finding{p.found(false, phrase.WeComCheckNoParents)}
	}
	found := []bot.Finding{p.found(true, phrase.WeComCheckSchool, "students", students, "departments", departments)}
	if _, classes, err := p.schoolClasses(ctx); err != nil {
		found = append(found, p.failed(phrase.WeComWhatBook, err))
	} else {
		found = append(found, p.found(true, phrase.WeComCheckBook, "n", len(classes)))
	}
	var mode struct {
		Mode int `json:"subscribe_mode"`
	}
	if err := p.api.get(ctx, "externalcontact/get_subscribe_mode", nil, &mode); err != nil {
		found = append(found, p.failed(phrase.WeComWhatFollow, err))
	} else if mode.Mode == followingForbidden {
		found = append(found, p.found(false, phrase.WeComCheckFollow))
	}
	return found
}

// followingForbidden is the subscribe_mode in which parents cannot join by
// scanning the school's code.
const followingForbidden = 2
