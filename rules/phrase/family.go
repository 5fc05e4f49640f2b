package phrase

// How families are reached: the call list, the pages without sign-in, and what
// became of a message.
const (
	CallsTitle     Phrase = "{class} {slot}：{n} 位学生的家长收不到通知，请打电话：{names}"
	WhyCalls       Phrase = "未到校通知在每位家长的各个通道都没有送达，需要班主任电话联系。"
	CallWhom       Phrase = "打给了谁"
	CallWhomPlease Phrase = "请先选打给了谁，再按结果。"
	CallOption     Phrase = "{name}的{who}"
	ButtonReached  Phrase = "已联系"
	ButtonNoAnswer Phrase = "没接通"
	CallReachedAt  Phrase = "（{at} 已联系）"
	CallNoAnswerAt Phrase = "（{at} 没接通）"
	CallsDone      Phrase = "都已联系。"
	CallsOver      Phrase = "这一天已经过去。"
	CallNoted      Phrase = "已记入{name}的联系记录。"
	NameSeat       Phrase = "{name}（{seat}号）"
	CorrectByPhone Phrase = "{name} 的家长收到过未到校通知，后来的更正没有送到，请打电话说明：{contacts}"

	GistAbsent    Phrase = "未到校"
	GistLesson    Phrase = "不在课堂"
	GistCall      Phrase = "请与班主任联系"
	GistHere      Phrase = "已到校"
	GistCalm      Phrase = "请放心"
	GistWrong     Phrase = "未到校的通知有误"
	GistCorrected Phrase = "已更正"
	GistSorry     Phrase = "抱歉打扰"
	GistLeave     Phrase = "请假有答复"
	GistAnswered  Phrase = "有答复"
	GistAsk       Phrase = "请问班主任"

	TitleReply   Phrase = "回复学校"
	TitleOutside Phrase = "学校的函告"
	TitleHanded  Phrase = "可以发给对方了"

	ReplyStale  Phrase = "页面放得太久了，请再点一次。"
	ReplyEmpty  Phrase = "还没有写内容。"
	ReplyAsSaid Phrase = "已经转给老师。"

	OutsideName    Phrase = "请写上签收人的姓名。"
	OutsideMissing Phrase = "请写明发给谁、要说什么。"
	OutsideThanks  Phrase = "已经签收，学校会看到您的回话。谢谢！"
	OutsideEntry   Phrase = "{body} 已签收（{name}）"
	OutsideSaid    Phrase = "{body} 已签收（{name}），回话：{text}"
	OutsideHeard   Phrase = "{class} {name}：{line}"
	WhyOutside     Phrase = "对方打开了学校交给它的一次性链接。"

	LineOpened        Phrase = "家长打开了通知的回复页"
	LineOutsideOpened Phrase = "{body} 打开了学校的函告"
	LineHandedOut     Phrase = "给 {body} 的函告：{note}"

	HeardWaits    Phrase = "等待发送"
	HeardLeft     Phrase = "已送出"
	HeardOpened   Phrase = "已打开"
	HeardAnswered Phrase = "已回复"
	HeardFailed   Phrase = "没送到"
	HeardAt       Phrase = " · {at} 打开"
	HeardDue      Phrase = "{at} 再发"
	HeardTried    Phrase = "（{channels} 收不到）"
	ListUnheard   Phrase = "家长没通知到"

	LineOptOut Phrase = "退订了 {platform} 的消息"
	LineOptIn  Phrase = "重新接收 {platform} 的消息"
	OptedOut   Phrase = "这位家长退订了这个通道"
)
