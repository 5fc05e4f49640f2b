package main

import (
	"context"
	"net/http"
	"time"

	"guixiao/bot"
	"guixiao/bot/dingtalk"
	"guixiao/bot/mp"
	"guixiao/bot/sms"
	"guixiao/bot/wecom"
	"guixiao/storage/kv"
)

// connect makes the platforms of the configuration: the one place that knows
// which there are.
func (s *service) connect() error {
	for _, a := range s.conf.WeCom {
		p, err := wecom.New(wecom.Settings{Account: a.Account, CorpID: a.CorpID, AgentID: int(a.AgentID), Secret: a.Secret.Reveal(),
			Token: a.Token.Reveal(), EncodingAESKey: a.EncodingAESKey.Reveal(), APIBase: a.APIBase, BaseURL: s.conf.Server.BaseURL, WeChat: a.WeChat},
			wecom.Deps{HTTP: &http.Client{Timeout: 10 * time.Second}, Now: s.now, Tokens: s.kv, Log: s.log, Share: s.share()})
		if err != nil {
			return err
		}
		s.platforms = append(s.platforms, p)
		if a.AIBot.BotID == "" {
			continue
		}
		b, err := wecom.NewAIBot(wecom.BotSettings{Account: a.Account, BotID: a.AIBot.BotID, Secret: a.AIBot.Secret.Reveal(), Base: a.AIBot.WSBase,
			BaseURL: s.conf.Server.BaseURL}, wecom.Deps{HTTP: &http.Client{Timeout: 10 * time.Second}, Now: s.now, Log: s.log, Share: s.share()})
		if err != nil {
			return err
		}
		s.platforms = append(s.platforms, b)
	}
	for _, a := range s.conf.DingTalk {
		p, err := dingtalk.New(dingtalk.Settings{Account: a.Account, ClientID: a.ClientID, ClientSecret: a.ClientSecret.Reveal(), RobotCode: a.RobotCode,
			AgentID: a.AgentID, CorpID: a.CorpID, Mode: a.Mode, Token: a.Token.Reveal(), AESKey: a.AESKey.Reveal(), CardTemplateID: a.CardTemplateID,
			APIBase: a.APIBase, OAPIBase: a.OAPIBase, LoginBase: a.LoginBase, FileHosts: a.FileHosts, BaseURL: s.conf.Server.BaseURL,
			Quota: bot.Quota{Calls: a.Quota.Calls, Pushes: a.Quota.Pushes}},
			dingtalk.Deps{HTTP: &http.Client{Timeout: 10 * time.Second}, Now: s.now, Shared: s.kv, Log: s.log, Spent: s.spent("dingtalk/" + a.Account)})
		if err != nil {
			return err
		}
		s.platforms = append(s.platforms, p)
	}
	return s.families()
}

// spent counts what an account uses of its plan for the month.
func (s *service) spent(account string) func(string, int) {
	if s.metrics == nil {
		return nil // a check, not a service
	}
	return func(purpose string, n int) {
		s.metrics.Spent.WithLabelValues(account, purpose).Add(float64(n))
		if s.bot != nil { // not while the program is being wired
			s.bot.Spend(account, purpose, n)
		}
	}
}

// families makes the channels that reach guardians only.
func (s *service) families() error {
	for _, a := range s.conf.MP {
		p, err := mp.New(mp.Settings{Account: a.Account, AppID: a.AppID, AppSecret: a.AppSecret.Reveal(), TemplateID: a.TemplateID, Fields: a.Fields, APIBase: a.APIBase},
			mp.Deps{HTTP: &http.Client{Timeout: 10 * time.Second}, Now: s.now})
		if err != nil {
			return err
		}
		s.platforms = append(s.platforms, p)
	}
	for _, a := range s.conf.SMS {
		p, err := sms.New(sms.Settings{Account: a.Account, URL: a.URL, Secret: a.Secret.Reveal(), Sign: a.Sign},
			sms.Deps{HTTP: &http.Client{Timeout: 10 * time.Second}, Now: s.now})
		if err != nil {
			return err
		}
		s.platforms = append(s.platforms, p)
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

// share draws from buckets that all processes have in common; nil where there
// is no other process.
func (s *service) share() wecom.Take {
	if s.wakes() == nil {
		return nil
	}
	return func(ctx context.Context, key string, size int, every time.Duration) time.Duration {
		return s.kv.Take(ctx, key, kv.Bucket{Size: size, Every: every})
	}
}

// hold takes a name for one process at a time.
func (s *service) hold(ctx context.Context, name string, ttl time.Duration) (bot.Lease, error) {
	lease, err := kv.Acquire(ctx, s.kv, name, ttl)
	if lease == nil {
		return nil, err // a nil *kv.Lease would not be a nil bot.Lease
	}
	return lease, err
}
