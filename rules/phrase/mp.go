package phrase

// What the channel of the official account (公众号) says to the administrator.
const (
	MPNotFollowing Phrase = "这位家长没有关注公众号，或不再接收它的消息"
	MPBadSecret    Phrase = "公众号的 app_id 或 app_secret 不对：请到公众平台“设置与开发—基本配置”核对"
	MPUntrustedIP  Phrase = "公众号不认这台服务器：请到公众平台“基本配置—IP白名单”加上它的公网 IP"
	MPNoRight      Phrase = "公众号没有发模板消息的权限：需要已认证的服务号，并在“广告与服务—模板消息”开通"
	MPTemplate     Phrase = "公众号不认这个模板：请核对配置里的 template_id"
	MPBadData      Phrase = "模板的关键词与内容不符：请核对配置里的 fields"
	MPFrequency    Phrase = "公众号调用太频繁，稍后再发"
	MPBusy         Phrase = "微信接口忙，稍后再发"
	MPUnreached    Phrase = "连不上微信接口（{why}），稍后再发"
	MPNotAPI       Phrase = "微信接口的地址不对：请核对配置里的 api_base"
	MPUnknown      Phrase = "微信接口返回了没有登记的错误"
	MPSettings     Phrase = "公众号账号 {account} 的 {field} {problem}"
	MPMissing      Phrase = "没有填写"
	MPWantURL      Phrase = "应是 https:// 开头的地址"
	MPWantFields   Phrase = "要写明模板的每个关键词填什么：{facts}，或 = 开头的固定文字"
	MPTokenOK      Phrase = "公众号 {account}：取到了 access_token"
	MPTemplateOK   Phrase = "公众号 {account}：模板在，关键词与 fields 一致"
	MPTemplateGone Phrase = "公众号 {account}：账号里没有这个模板，请到公众平台“广告与服务—模板消息”核对 template_id"
	MPTemplateKeys Phrase = "公众号 {account}：模板要的关键词是 {want}，fields 里写的是 {have}"
)
