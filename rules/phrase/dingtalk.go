package phrase

// What the DingTalk platform itself says: on cards, and to the administrator
// when something between the school and 钉钉 is not in order.
const (
	DingSettings     Phrase = "dingtalk 账号 {account} 的 {field} {problem}：{remedy}"
	DingFieldMissing Phrase = "没有填"
	DingFieldWrong   Phrase = "写法不对"
	DingFixAccount   Phrase = "用小写字母和数字起一个短名，例如 main"
	DingFixClientID  Phrase = "在开放平台「应用开发 → 本应用 → 凭证与基础信息」查看 Client ID"
	DingFixSecret    Phrase = "在开放平台「应用开发 → 本应用 → 凭证与基础信息」查看 Client Secret"
	DingFixRobot     Phrase = "企业内部应用的机器人编码就是 Client ID，一般不用填"
	DingFixMode      Phrase = "写 stream（长连接，不需要公网地址）或 http（回调）"
	DingFixToken     Phrase = "在「事件订阅」页面生成，3 到 63 个字母或数字，与 aes_key 一起填；stream 模式不用填"
	DingFixAESKey    Phrase = "在「事件订阅」页面生成，43 个字母或数字，与 token 一起填；stream 模式不用填"
	DingFixTemplate  Phrase = "在开放平台「卡片平台」导入并保存模板以后复制模板 ID，形如 xxxx.schema"
	DingFixAgentID   Phrase = "在「凭证与基础信息」查看 AgentId，是一个正整数；不发工作通知就写 0"
	DingFixBase      Phrase = "写成 https://域名，不带查询参数"
)
