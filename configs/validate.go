package configs

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"guixiao/rules/phrase"
)

// check is one line of the table: when wrong, the sentence is said at the path.
type check struct {
	wrong bool
	path  string
	say   phrase.Phrase
}

var nameOf = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// check reports everything that makes the settings unusable.
func (c *Config) check(b *binder) {
	table := []check{
		{c.Server.BaseURL != "" && !isURL(c.Server.BaseURL, "http", "https"), "server.base_url", phrase.ConfigBaseURL},
		{c.Storage.DSN.Empty(), "storage.dsn", phrase.ConfigNoDSN},
		{!c.Storage.DSN.Empty() && !isDSN(c.Storage.DSN.Reveal()), "storage.dsn", phrase.ConfigDSN},
		{!c.Redis.URL.Empty() && !isURL(c.Redis.URL.Reveal(), "redis", "rediss", "unix"), "redis.url", phrase.ConfigRedisURL},
		{c.SecretKey.Empty(), "secret_key", phrase.ConfigNoSecretKey},
		{!c.SecretKey.Empty() && len(c.SecretKey.Reveal()) < 16, "secret_key", phrase.ConfigShortSecretKey},
		{len(c.Schools) == 0, "schools", phrase.ConfigNoSchools},
	}
	for i, w := range c.WeCom {
		table = append(table, w.checks(fmt.Sprintf("wecom[%d]", i), c.WeCom[:i])...)
	}
	for i, d := range c.DingTalk {
		table = append(table, d.checks(fmt.Sprintf("dingtalk[%d]", i), c.DingTalk[:i])...)
	}
	for i, m := range c.MP {
		table = append(table, m.checks(fmt.Sprintf("mp[%d]", i), c.MP[:i])...)
	}
	for i, s := range c.SMS {
		table = append(table, s.checks(fmt.Sprintf("sms[%d]", i), c.SMS[:i])...)
	}
	for _, line := range table {
		if line.wrong && !b.told(line.path) {
			b.wrong(line.path, line.say.String())
		}
	}
	c.checkSchools(b)
	c.remindOfExamples(b)
	if c.Server.BaseURL == "" && len(b.problems) == 0 {
		b.wrong("server.base_url", phrase.ConfigNoBaseURL.String())
		b.problems[0].Warning = true
	}
}

// remindOfExamples names values that nobody has put their own in place of.
func (c *Config) remindOfExamples(b *binder) {
	remind := func(left bool, path string) {
		if left && !b.told(path) {
			b.wrong(path, phrase.ConfigExample.String())
			b.problems[len(b.problems)-1].Warning = true
		}
	}
	for i, w := range c.WeCom {
		remind(w.CorpID == exampleWeComCorp, fmt.Sprintf("wecom[%d].corp_id", i))
	}
	for i, d := range c.DingTalk {
		remind(d.ClientID == exampleClient, fmt.Sprintf("dingtalk[%d].client_id", i))
		remind(d.CorpID == exampleDingCorp, fmt.Sprintf("dingtalk[%d].corp_id", i))
		remind(d.AgentID == exampleDingAgent, fmt.Sprintf("dingtalk[%d].agent_id", i))
	}
}

func (w WeCom) checks(path string, before []WeCom) []check {
	callback := !w.Token.Empty() || !w.EncodingAESKey.Empty() || w.AIBot.BotID == ""
	return []check{
		{!nameOf.MatchString(w.Account), path + ".account", phrase.ConfigBadName},
		{slices.ContainsFunc(before, func(o WeCom) bool { return o.Account == w.Account }), path + ".account", phrase.ConfigSameAccount},
		{w.CorpID == "", path + ".corp_id", phrase.ConfigWeComCorpID},
		{w.AgentID <= 0, path + ".agent_id", phrase.ConfigWeComAgentID},
		{w.Secret.Empty(), path + ".secret", phrase.ConfigWeComSecret},
		{callback && w.Token.Empty(), path + ".token", phrase.ConfigWeComToken},
		{callback && !isAESKey(w.EncodingAESKey), path + ".encoding_aes_key", phrase.ConfigWeComAESKey},
		{!isURL(w.APIBase, "http", "https"), path + ".api_base", phrase.ConfigWantURL},
		{w.AIBot.BotID != "" && w.AIBot.Secret.Empty(), path + ".aibot.secret", phrase.ConfigAIBotSecret},
		{w.AIBot.BotID == "" && !w.AIBot.Secret.Empty(), path + ".aibot.bot_id", phrase.ConfigAIBotID},
		{!isURL(w.AIBot.WSBase, "ws", "wss"), path + ".aibot.ws_base", phrase.ConfigWantWS},
	}
}

func (d DingTalk) checks(path string, before []DingTalk) []check {
	return []check{
		{!nameOf.MatchString(d.Account), path + ".account", phrase.ConfigBadName},
		{slices.ContainsFunc(before, func(o DingTalk) bool { return o.Account == d.Account }), path + ".account", phrase.ConfigSameAccount},
		{d.ClientID == "", path + ".client_id", phrase.ConfigDingClientID},
		{d.ClientSecret.Empty(), path + ".client_secret", phrase.ConfigDingSecret},
		{d.Mode != ModeStream && d.Mode != ModeHTTP, path + ".mode", phrase.ConfigDingMode},
		{d.Token.Empty() && !d.AESKey.Empty(), path + ".token", phrase.ConfigDingToken},
		{!d.Token.Empty() && d.AESKey.Empty() || !d.AESKey.Empty() && !isAESKey(d.AESKey), path + ".aes_key", phrase.ConfigDingAESKey},
		{!isURL(d.APIBase, "http", "https"), path + ".api_base", phrase.ConfigWantURL},
		{!isURL(d.OAPIBase, "http", "https"), path + ".oapi_base", phrase.ConfigWantURL},
		{!isURL(d.LoginBase, "http", "https"), path + ".login_base", phrase.ConfigWantURL},
		{d.Quota.Calls < 0, path + ".quota.calls", phrase.ConfigWantCount},
		{d.Quota.Pushes < 0, path + ".quota.pushes", phrase.ConfigWantCount},
	}
}

func (m MP) checks(path string, before []MP) []check {
	return []check{
		{!nameOf.MatchString(m.Account), path + ".account", phrase.ConfigBadName},
		{slices.ContainsFunc(before, func(o MP) bool { return o.Account == m.Account }), path + ".account", phrase.ConfigSameAccount},
		{m.AppID == "", path + ".app_id", phrase.ConfigMPAppID},
		{m.AppSecret.Empty(), path + ".app_secret", phrase.ConfigMPSecret},
		{m.TemplateID == "", path + ".template_id", phrase.ConfigMPTemplate},
		{len(m.Fields) == 0, path + ".fields", phrase.ConfigMPFields},
		{!isURL(m.APIBase, "http", "https"), path + ".api_base", phrase.ConfigWantURL},
	}
}

func (s SMS) checks(path string, before []SMS) []check {
	return []check{
		{!nameOf.MatchString(s.Account), path + ".account", phrase.ConfigBadName},
		{slices.ContainsFunc(before, func(o SMS) bool { return o.Account == s.Account }), path + ".account", phrase.ConfigSameAccount},
		{!isURL(s.URL, "http", "https"), path + ".url", phrase.ConfigWantURL},
		{len(s.Secret.Reveal()) < 16, path + ".secret", phrase.ConfigSMSSecret},
		{s.Sign == "", path + ".sign", phrase.ConfigSMSSign},
	}
}

func (c *Config) checkSchools(b *binder) {
	accounts := c.Accounts()
	for i, s := range c.Schools {
		path := fmt.Sprintf("schools[%d]", i)
		switch {
		case b.told(path + ".id"):
		case !nameOf.MatchString(s.ID):
			b.wrong(path+".id", phrase.ConfigBadName.String())
		case slices.ContainsFunc(c.Schools[:i], func(o School) bool { return o.ID == s.ID }):
			b.wrong(path+".id", phrase.ConfigSameSchool.String())
		}
		if s.Data == "" && !b.told(path+".data") {
			b.wrong(path+".data", phrase.ConfigNoSchoolData.String())
		}
		if len(s.Platforms) == 0 && !b.told(path+".platforms") {
			b.wrong(path+".platforms", phrase.ConfigNoPlatforms.With("accounts", list(accounts)))
		}
		for n, account := range s.Platforms {
			if !slices.Contains(accounts, account) {
				b.wrong(fmt.Sprintf("%s.platforms[%d]", path, n), phrase.ConfigUnknownAccount.With("account", account, "accounts", list(accounts)))
			}
		}
	}
}

func list(words []string) string {
	if len(words) == 0 {
		return phrase.ConfigNone.String()
	}
	return strings.Join(words, "、")
}

func isURL(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	return err == nil && slices.Contains(schemes, u.Scheme) && (u.Host != "" || u.Scheme == "unix")
}

func isDSN(text string) bool {
	if path, ok := strings.CutPrefix(text, "sqlite:"); ok {
		return path != ""
	}
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "mysql" && u.Host != "" && len(u.Path) > 1
}

// isAESKey: 43 characters of base64, 32 bytes.
func isAESKey(s Secret) bool {
	raw, err := base64.StdEncoding.DecodeString(s.Reveal() + "=")
	return err == nil && len(s.Reveal()) == 43 && len(raw) == 32
}
