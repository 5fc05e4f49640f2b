package configs_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"guixiao/configs"
)

const aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

const goodConfig = `
server:  {addr: ":9090", base_url: "https://bot.school.example/"}
storage: {dsn: "sqlite:data/guixiao.db"}
secret_key: "${GUIXIAO_SECRET_KEY}"
wecom:
  - account: main
    corp_id: ww1234
    agent_id: 1000002
    secret: "${file:wecom.secret}"
    token: "${WECOM_TOKEN}"
    encoding_aes_key: ` + aesKey + `
dingtalk:
  - client_id: dingabc
    client_secret: "a$${b}"
schools:
  - id: demo
    data: schools/demo
    platforms: [wecom/main, dingtalk/main]
`

func environment(pairs ...string) func(string) (string, bool) {
	values := map[string]string{"GUIXIAO_SECRET_KEY": "0123456789abcdef0123456789abcdef", "WECOM_TOKEN": "tok"}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
}

func load(t testing.TB, text string) (*configs.Config, []configs.Problem, string) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "guixiao.yaml", text)
	write(t, dir, "wecom.secret", "from-a-file\n")
	c, problems := configs.Load(filepath.Join(dir, "guixiao.yaml"), environment())
	return c, problems, dir
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func say(problems []configs.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func TestSettingsWithDefaults(t *testing.T) {
	c, problems, dir := load(t, goodConfig)
	if len(problems) > 0 {
		t.Fatal(say(problems))
	}
	for what, pair := range map[string][2]string{
		"address":                    {c.Server.Addr, ":9090"},
		"base URL without the slash": {c.Server.BaseURL, "https://bot.school.example"},
		"database beside the file":   {c.Storage.DSN.Reveal(), "sqlite:" + filepath.Join(dir, "data/guixiao.db")},
		"key from the environment":   {c.SecretKey.Reveal(), "0123456789abcdef0123456789abcdef"},
		"secret from a file":         {c.WeCom[0].Secret.Reveal(), "from-a-file"},
		"official API":               {c.WeCom[0].APIBase, "https://qyapi.weixin.qq.com"},
		"account name":               {c.DingTalk[0].Account, "main"},
		"stream mode":                {c.DingTalk[0].Mode, configs.ModeStream},
		"robot code":                 {c.DingTalk[0].RobotCode, "dingabc"},
		"a literal ${":               {c.DingTalk[0].ClientSecret.Reveal(), "a${b}"},
		"school folder":              {c.Schools[0].Data, filepath.Join(dir, "schools/demo")},
		"accounts":                   {strings.Join(c.Accounts(), " "), "wecom/main dingtalk/main"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	if c.WeCom[0].AgentID != 1000002 {
		t.Errorf("agent id %d", c.WeCom[0].AgentID)
	}
}

// Each line of the table is one mistake and the sentence that must name it.
func TestEveryMistakeHasASentence(t *testing.T) {
	for _, row := range []struct{ old, new, where, say string }{
		{`base_url: "https://bot.school.example/"`, `base_url: "bot.school"`, "server.base_url", "不是完整的网址"},
		{`dsn: "sqlite:data/guixiao.db"`, `dsn: ""`, "storage.dsn", "没有填写"},
		{`"sqlite:data/guixiao.db"`, `"postgres://u:hunter2@h/d"`, "storage.dsn", "写法不对"},
		{`secret_key: "${GUIXIAO_SECRET_KEY}"`, `secret_key: short`, "secret_key", "太短"},
		{`secret_key: "${GUIXIAO_SECRET_KEY}"`, ``, "secret_key", "没有填写"},
		{`"${GUIXIAO_SECRET_KEY}"`, `"${NOT_SET}"`, "secret_key", "环境变量 NOT_SET 没有设置"},
		{`"${GUIXIAO_SECRET_KEY}"`, `"${GUIXIAO"`, "secret_key", "没有配对"},
		{`file:wecom.secret`, `file:/no/such/file`, "wecom[0].secret", "读不到文件 /no/such/file"},
		{`agent_id: 1000002`, `agent_id: many`, "wecom[0].agent_id", "整数"},
		{`agent_id: 1000002`, `agent_id: 0`, "wecom[0].agent_id", "AgentId"},
		{`corp_id: ww1234`, `corp: ww1234`, "wecom[0].corp", "不认识这个键"},
		{`token: "${WECOM_TOKEN}"`, `token: ""`, "wecom[0].token", "接收消息"},
		{aesKey, "short", "wecom[0].encoding_aes_key", "43 个字符"},
		{`account: main`, `account: "a/b"`, "wecom[0].account", "不能用作名字"},
		{`account: main`, `account: [main]`, "wecom[0].account", "要写一个值"},
		{`client_id: dingabc`, `client_id: ""`, "dingtalk[0].client_id", "Client ID"},
		{`client_id: dingabc`, "client_id: dingabc\n    mode: push", "dingtalk[0].mode", "stream"},
		{`client_id: dingabc`, "client_id: dingabc\n    aes_key: " + aesKey, "dingtalk[0].token", "token"},
		{`platforms: [wecom/main, dingtalk/main]`, `platforms: [wecom/mian]`, "schools[0].platforms[0]", "wecom/main、dingtalk/main"},
		{`platforms: [wecom/main, dingtalk/main]`, `platforms: []`, "schools[0].platforms", "没有写学校用哪个平台"},
		{`data: schools/demo`, `data: ""`, "schools[0].data", "资料文件夹"},
		{"- id: demo", "- id: demo\n    id: two", "schools[0].id", "写了两次"},
		{"schools:", "schools: 3\nothers:", "schools", "列表"},
	} {
		text := strings.Replace(goodConfig, row.old, row.new, 1)
		c, problems, _ := load(t, text)
		if c != nil || !strings.Contains(say(problems), row.where+" ") || !strings.Contains(say(problems), row.say) {
			t.Errorf("%s → %s: want %s … %s, got\n%s", row.old, row.new, row.where, row.say, say(problems))
		}
	}
}

func TestAllMistakesAreToldAtOnceWithLineAndCaret(t *testing.T) {
	_, problems, dir := load(t, strings.NewReplacer("corp_id", "corpid", "client_id", "clientid", "platforms:", "平台:").Replace(goodConfig))
	if len(problems) != 3 {
		t.Fatalf("three wrong keys, %d problems:\n%s", len(problems), say(problems))
	}
	want := filepath.Join(dir, "guixiao.yaml") + ":7:5: wecom[0].corpid 不认识这个键。这里可以写：account、corp_id、agent_id、secret、token、encoding_aes_key、api_base、wechat_members、aibot。\n" +
		"     7 |     corpid: ww1234\n" +
		"       |     ^"
	if got := problems[0].String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhatIsNoYAML(t *testing.T) {
	for text, want := range map[string]string{
		"server: {addr: \":8080\"\n":    "不是合格的 YAML",
		"":                              "文件是空的",
		"# only words\n":                "文件是空的",
		"server: {}\n---\nserver: {}\n": "只能写一份",
		"- a\n- b\n":                    "键: 值",
		"server: &x {addr: \":1\"}\n":   "锚点",
	} {
		c, problems, _ := load(t, text)
		if c != nil || !strings.Contains(say(problems), want) {
			t.Errorf("%q: want %s, got %s", text, want, say(problems))
		}
	}
	if _, problems := configs.Load(filepath.Join(t.TempDir(), "none.yaml"), environment()); !strings.Contains(say(problems), "guixiao init") {
		t.Errorf("a missing file: %s", say(problems))
	}
}

func TestSettingsWithoutAPublicAddressOnlyWarn(t *testing.T) {
	c, problems, _ := load(t, strings.Replace(goodConfig, `, base_url: "https://bot.school.example/"`, "", 1))
	if c == nil || len(problems) != 1 || !problems[0].Warning || !strings.Contains(say(problems), "提醒：") {
		t.Errorf("a missing base_url: %v\n%s", c, say(problems))
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	const secret = "hunter2-hunter2-hunter2"
	c, _, _ := load(t, strings.Replace(goodConfig, `"${GUIXIAO_SECRET_KEY}"`, secret, 1))
	if c.SecretKey.Reveal() != secret {
		t.Fatal("the secret was not read")
	}
	hidden := struct{ key configs.Secret }{c.SecretKey}
	asJSON, _ := json.Marshal(c)
	asYAML, _ := yaml.Marshal(c)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "key", c.SecretKey, "all", c)
	slog.New(slog.NewTextHandler(&log, nil)).Info("settings", "key", c.SecretKey, "all", *c)
	for how, text := range map[string]string{
		"v": fmt.Sprintf("%v", c.SecretKey), "+v": fmt.Sprintf("%+v", *c), "#v": fmt.Sprintf("%#v", *c), "s": fmt.Sprintf("%s", c.SecretKey),
		"q": fmt.Sprintf("%q", c.SecretKey), "x": fmt.Sprintf("%x", c.SecretKey), "d": fmt.Sprintf("%d", c.SecretKey), //nolint:govet // wrong verbs must not leak either
		"unexported": fmt.Sprintf("%#v %v", hidden, hidden), "json": string(asJSON), "yaml": string(asYAML), "log": log.String(),
	} {
		if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
			t.Errorf("%s prints the secret: %s", how, text)
		}
	}
}

func TestProblemsNeverQuoteASecret(t *testing.T) {
	const secret = "hunter2-hunter2"
	for _, text := range []string{
		strings.Replace(goodConfig, `dsn: "sqlite:data/guixiao.db"`, `dsn: "postgres://u:`+secret+`@h/d"`, 1),
		strings.Replace(goodConfig, `secret_key: "${GUIXIAO_SECRET_KEY}"`, `secret_key: [`+secret+`]`, 1),
		strings.Replace(goodConfig, `client_secret: "a$${b}"`, `client_secret: "`+secret+`${"`, 1),
		strings.Replace(goodConfig, `client_secret: "a$${b}"`, `client_secret: "`+secret, 1),
		strings.Replace(goodConfig, `client_secret: "a$${b}"`, `  clientsecret: `+secret, 1),
	} {
		c, problems, _ := load(t, text)
		if c != nil || strings.Contains(say(problems), secret) {
			t.Errorf("a problem quotes the secret:\n%s", say(problems))
		}
	}
}

// Whatever is in the file: an answer, never a panic, and never a Config
// together with a mistake.
func FuzzLoad(f *testing.F) {
	f.Add(goodConfig)
	f.Add("server: {addr: ':1'}\nwecom: [{account: a}, 3]\nschools: {a: b}")
	f.Add("? [a]: b\n: : :\n- x\n---\n")
	f.Add("a: ${file:/etc/hostname} ${ $${")
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := configs.ParseConfig("guixiao.yaml", []byte(text), environment())
		if (c == nil) != configs.Failed(problems) {
			t.Fatalf("a config %v with %s", c != nil, say(problems))
		}
	})
}

func TestTheAIBotOfAnAccountIsAWayOfItsOwn(t *testing.T) {
	for _, s := range []struct {
		name   string
		change func(*configs.WeCom)
		want   string
	}{
		{"no bot", func(w *configs.WeCom) { w.AIBot.BotID = "" }, "dingtalk/main wecom/main"},
		{"beside an app that is called back", func(*configs.WeCom) {}, "dingtalk/main wecom/main wecom/main/aibot"},
		{"before an app that is not", func(w *configs.WeCom) { w.Token = configs.NewSecret("") }, "dingtalk/main wecom/main/aibot wecom/main"},
	} {
		app := configs.WeCom{Account: "main", Token: configs.NewSecret("t"), AIBot: configs.AIBot{BotID: "b"}}
		s.change(&app)
		c := configs.Config{WeCom: []configs.WeCom{app}}
		if got := strings.Join(c.Ways(configs.School{Platforms: []string{"dingtalk/main", "wecom/main"}}), " "); got != s.want {
			t.Errorf("%s: %s", s.name, got)
		}
	}
}
