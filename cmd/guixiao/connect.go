package main

import (
	"context"
	"net/http"
	"time"

	"guixiao/bot"
	"guixiao/bot/wecom"
	"guixiao/storage/kv"
)

// connect makes the platforms of the configuration: the one place that knows
// which there are.
func (s *service) connect() error {
	for _, a := range s.conf.WeCom {
		p, err := wecom.New(wecom.Settings{Account: a.Account, CorpID: a.CorpID, AgentID: int(a.AgentID), Secret: a.Secret.Reveal(),
			Token: a.Token.Reveal(), EncodingAESKey: a.EncodingAESKey.Reveal(), APIBase: a.APIBase, BaseURL: s.conf.Server.BaseURL},
			wecom.Deps{HTTP: &http.Client{Timeout: 10 * time.Second}, Now: s.now, Tokens: s.kv, Log: s.log})
		if err != nil {
			return err
		}
		s.platforms = append(s.platforms, p)
		if a.AIBot.BotID == "" {
			continue
		}
		b, err := wecom.NewAIBot(wecom.BotSettings{Account: a.Account, BotID: a.AIBot.BotID, Secret: a.AIBot.Secret.Reveal(), Base: a.AIBot.WSBase,
			BaseURL: s.conf.Server.BaseURL}, wecom.Deps{HTTP: &http.Client{Timeout: 10 * time.Second}, Now: s.now, Log: s.log})
		if err != nil {
			return err
		}
		s.platforms = append(s.platforms, b)
	}
	for _, a := range s.conf.DingTalk {
		s.log.Warn("dingtalk is configured and not served yet", "account", a.Account)
	}
	return nil
}

// wakes are the hints of the other processes, where a Redis carries them.
func (s *service) wakes() bot.Waker {
	if s.conf.Redis.URL.Empty() {
		return nil
	}
	return s.kv
}

// hold takes a name for one process at a time.
func (s *service) hold(ctx context.Context, name string, ttl time.Duration) (bot.Lease, error) {
	lease, err := kv.Acquire(ctx, s.kv, name, ttl)
	if lease == nil {
		return nil, err // a nil *kv.Lease would not be a nil bot.Lease
	}
	return lease, err
}
