package configs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guixiao/rules/phrase"
)

// Config is the settings file (examples/guixiao.yaml explains it), with defaults filled in
// and paths made absolute.
type Config struct {
	Server    Server     `yaml:"server"`
	Storage   Storage    `yaml:"storage"`
	Redis     Redis      `yaml:"redis"`
	SecretKey Secret     `yaml:"secret_key"` // seals personal data at rest, signs links
	WeCom     []WeCom    `yaml:"wecom"`
	DingTalk  []DingTalk `yaml:"dingtalk"`
	MP        []MP       `yaml:"mp"`
	SMS       []SMS      `yaml:"sms"`
	Schools   []School   `yaml:"schools"`
}

// Server says where the service listens and how it is reached from outside.
type Server struct {
	Addr    string `yaml:"addr"`
	BaseURL string `yaml:"base_url"`
}

// Storage is the one place of truth: sqlite:PATH or mysql://user:pass@host:3306/db.
type Storage struct {
	DSN Secret `yaml:"dsn"`
}

// Redis is optional and never the truth.
type Redis struct {
	URL Secret `yaml:"url"`
}

// WeCom is one application (自建应用) of one 企业微信 corporation.
type WeCom struct {
	Account        string   `yaml:"account"`
	CorpID         string   `yaml:"corp_id"`
	AgentID        int64    `yaml:"agent_id"`
	Secret         Secret   `yaml:"secret"`
	Token          Secret   `yaml:"token"`
	EncodingAESKey Secret   `yaml:"encoding_aes_key"`
	APIBase        string   `yaml:"api_base"`
	WeChat         []string `yaml:"wechat_members"` // who reads 企业微信 through 微信; "@all" = everybody
	AIBot          AIBot    `yaml:"aibot"`
}

// AIBot is the optional long connection of 企业微信, which needs no public URL.
type AIBot struct {
	BotID  string `yaml:"bot_id"`
	Secret Secret `yaml:"secret"`
	WSBase string `yaml:"ws_base"`
}

// DingTalk is one application of one 钉钉 corporation.
type DingTalk struct {
	Account        string   `yaml:"account"`
	ClientID       string   `yaml:"client_id"`
	ClientSecret   Secret   `yaml:"client_secret"`
	RobotCode      string   `yaml:"robot_code"`
	AgentID        int64    `yaml:"agent_id"`
	CorpID         string   `yaml:"corp_id"`
	Mode           string   `yaml:"mode"` // ModeStream or ModeHTTP
	Token          Secret   `yaml:"token"`
	AESKey         Secret   `yaml:"aes_key"`
	CardTemplateID string   `yaml:"card_template_id"`
	APIBase        string   `yaml:"api_base"`
	OAPIBase       string   `yaml:"oapi_base"`
	LoginBase      string   `yaml:"login_base"`
	FileHosts      []string `yaml:"file_hosts"` // host or host:port
	Quota          Quota    `yaml:"quota"`
}

// Quota is what the school's plan allows in a calendar month; 0 = no limit.
type Quota struct {
	Calls  int `yaml:"calls"`  // calls of the platform's interfaces
	Pushes int `yaml:"pushes"` // messages, presses and events it pushes to us
}

// MP is one 公众号, for template messages to guardians who follow it.
type MP struct {
	Account    string            `yaml:"account"`
	AppID      string            `yaml:"app_id"`
	AppSecret  Secret            `yaml:"app_secret"`
	TemplateID string            `yaml:"template_id"`
	Fields     map[string]string `yaml:"fields"` // keyword of the template → what stands there
	APIBase    string            `yaml:"api_base"`
}

// SMS is one account with a provider of text messages.
type SMS struct {
	Account string `yaml:"account"`
	URL     string `yaml:"url"`
	Secret  Secret `yaml:"secret"`
	Sign    string `yaml:"sign"` // 短信签名
}

// How 钉钉 reaches the service.
const (
	ModeStream = "stream"
	ModeHTTP   = "http"
)

// School names a school, its folder and the accounts it speaks through.
type School struct {
	ID        string   `yaml:"id"`
	Data      string   `yaml:"data"`
	Platforms []string `yaml:"platforms"` // wecom/main, dingtalk/main; first choice first
}

// Load reads a settings file. env is os.LookupEnv outside of tests. All
// mistakes are reported at once; with mistakes there is no Config.
func Load(file string, env func(string) (string, bool)) (*Config, []Problem) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, []Problem{{File: file, Text: phrase.ConfigUnreadable.String()}}
	}
	return parseConfig(file, src, env)
}

func parseConfig(file string, src []byte, env func(string) (string, bool)) (*Config, []Problem) {
	var c Config
	dir := filepath.Dir(file)
	b := bind(file, src, &c, expander(env, dir))
	c.fill(dir)
	if !b.broken {
		c.check(b)
	}
	if Failed(b.problems) {
		return nil, b.problems
	}
	return &c, b.problems
}

// fill sets defaults and makes paths independent of where the program runs.
func (c *Config) fill(dir string) {
	or := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	or(&c.Server.Addr, ":8080")
	c.Server.BaseURL = strings.TrimRight(c.Server.BaseURL, "/")
	if path, ok := strings.CutPrefix(c.Storage.DSN.Reveal(), "sqlite:"); ok && path != "" && !filepath.IsAbs(path) && !strings.HasPrefix(path, ":") {
		c.Storage.DSN = NewSecret("sqlite:" + filepath.Join(dir, path))
	}
	for i := range c.WeCom {
		or(&c.WeCom[i].Account, "main")
		or(&c.WeCom[i].APIBase, "https://qyapi.weixin.qq.com")
		or(&c.WeCom[i].AIBot.WSBase, "wss://openws.work.weixin.qq.com")
	}
	for i := range c.DingTalk {
		d := &c.DingTalk[i]
		or(&d.Account, "main")
		or(&d.Mode, ModeStream)
		or(&d.RobotCode, d.ClientID)
		or(&d.APIBase, "https://api.dingtalk.com")
		or(&d.OAPIBase, "https://oapi.dingtalk.com")
		or(&d.LoginBase, "https://login.dingtalk.com")
	}
	for i := range c.MP {
		or(&c.MP[i].Account, "main")
		or(&c.MP[i].APIBase, "https://api.weixin.qq.com")
	}
	for i := range c.SMS {
		or(&c.SMS[i].Account, "main")
	}
	for i := range c.Schools {
		if data := c.Schools[i].Data; data != "" && !filepath.IsAbs(data) {
			c.Schools[i].Data = filepath.Join(dir, data)
		}
	}
}

// Ways lists the accounts a school speaks through, first choice first, with
// the AI bot of a 企业微信 account among them: behind the app, which can change
// its cards at any time, or before it where WeCom cannot call the app back.
func (c *Config) Ways(s School) []string {
	var list []string
	for _, name := range s.Platforms {
		i := slices.IndexFunc(c.WeCom, func(w WeCom) bool { return "wecom/"+w.Account == name && w.AIBot.BotID != "" })
		switch {
		case i < 0:
			list = append(list, name)
		case c.WeCom[i].Token.Empty():
			list = append(list, name+"/aibot", name)
		default:
			list = append(list, name, name+"/aibot")
		}
	}
	return list
}

// Accounts lists the configured platform accounts: wecom/main, dingtalk/main.
func (c *Config) Accounts() []string {
	var list []string
	for _, w := range c.WeCom {
		list = append(list, "wecom/"+w.Account)
	}
	for _, d := range c.DingTalk {
		list = append(list, "dingtalk/"+d.Account)
	}
	for _, m := range c.MP {
		list = append(list, "mp/"+m.Account)
	}
	for _, s := range c.SMS {
		list = append(list, "sms/"+s.Account)
	}
	return list
}
