package phrase

// What the text message channel says: to guardians, and to the administrator
// when the provider refuses.
const (
	SMSTap   Phrase = "，请点开回复 "
	SMSDo    Phrase = "，{do}。"
	SMSStop  Phrase = "拒收回复R"
	SMSChild Phrase = "您的孩子"

	SMSNoNumber   Phrase = "不是能收短信的手机号"
	SMSStopped    Phrase = "这位家长退订了短信"
	SMSUnknown    Phrase = "短信服务说这个号码收不到"
	SMSBadSecret  Phrase = "短信服务不认我们的签名：请核对配置里的 secret"
	SMSNoMoney    Phrase = "短信服务说余额不足：请充值"
	SMSBadAddress Phrase = "短信服务的地址不对：请核对配置里的 url"
	SMSBadRequest Phrase = "短信服务不接受这个请求"
	SMSBusy       Phrase = "短信服务忙，稍后再发"
	SMSUnreached  Phrase = "连不上短信服务（{why}），稍后再发"
	SMSTooLong    Phrase = "短信写不进一条：请把配置里的 sign 或 base_url 改短"
	SMSSettings   Phrase = "短信账号 {account} 的 {field} {problem}"
	SMSWantURL    Phrase = "应是 https:// 开头的地址"
	SMSWantSecret Phrase = "没有填写，至少 16 个字符"
	SMSWantSign   Phrase = "应是 2 到 20 个字的短信签名"
)
