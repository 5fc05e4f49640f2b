package phrase

// What the web console and the HTTP side say. Labels that never change stand
// in the pages themselves.
const (
	TitleToday        Phrase = "今日"
	TitleFamily       Phrase = "我的孩子"
	TitleCase         Phrase = "{name} 的个案"
	TitleSignIn       Phrase = "登录"
	TitleApplications Phrase = "申请"
	TitleApply        Phrase = "提出申请"
	TitleForbidden    Phrase = "这里看不到"
	TitleNotFound     Phrase = "没有这一页"
	TitleBroken       Phrase = "出了点问题"
	TitleRefused      Phrase = "没有办成"

	ListReported   Phrase = "已报班级"
	ListUnreported Phrase = "未报班级"
	ListAbsent     Phrase = "未到校学生"
	ListExcused    Phrase = "请假学生"
	ListOverdue    Phrase = "逾期未办"

	GroupStaff     Phrase = "老师和领导"
	GroupFamily    Phrase = "家长"
	GroupOf        Phrase = "{class}群"
	GroupSomewhere Phrase = "提问的群"
	RelationOf     Phrase = "{child}的{relation}"
	Guardian       Phrase = "家长"
	PaperStamp     Phrase = "{school} · {name} 于 {at} 打开 · 含未成年人信息，请妥善保管"
	StudentOf      Phrase = "{class} 学生"

	NotYours     Phrase = "为了保护孩子的隐私，只有相关老师和家长能看这里的内容。如果工作需要，请联系班主任或学校管理员。"
	NoSuchPage   Phrase = "这个地址不存在，或内容已经不在了。"
	Broken       Phrase = "系统出了点问题，已经记录下来。请稍后再试；若一直这样，请把编号 {ref} 告诉管理员。"
	CrossSite    Phrase = "这个请求来自别的网站，没有处理。请从本页面重新操作。"
	TooLarge     Phrase = "内容太大，没有收下。照片请压缩后再传。"
	ChoosePerson Phrase = "请选择一个人再进入。"
	LinkUsed     Phrase = "这个登录链接已经用过或已过期，请向管理员再要一个。"

	UnreadableForm     Phrase = "表单没有读懂，请返回重新填写。"
	UnreadableCallback Phrase = "请求格式不对"
	NoSuchAccount      Phrase = "没有这个接入账号，请核对配置文件里的 account 与回调地址。"

	WordWeCom      Phrase = "企业微信"
	WordMP         Phrase = "公众号"
	WordSMS        Phrase = "短信"
	WordSandbox    Phrase = "演示聊天"
	WordDingTalk   Phrase = "钉钉"
	NoSuchDoor     Phrase = "没有这个登录方式，请从消息里的卡片重新打开。"
	SignInAgain    Phrase = "登录没有完成或已经过期，请回到消息里重新打开卡片。"
	SignInStranger Phrase = "您的账号不在任何学校的名单里，请联系学校管理员登记。"
	NothingThere   Phrase = "这里没有您要找的内容，可能链接不完整，请从卡片或列表里重新打开。"
)
