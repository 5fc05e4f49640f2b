package phrase

// What the service says about itself: to operators, and on the administrators' page.
const (
	TitleSystem Phrase = "系统状态"
	TitleGiveUp Phrase = "放弃这一项？"

	ReadySchema       Phrase = "数据库结构与本程序的版本不一致：另一个版本的程序升级过它，请把所有进程换成同一版本"
	ReadyLateTimers   Phrase = "有到点 {minutes} 分钟还没有处理的时点"
	ReadyPaused       Phrase = "平台账号 {account} 暂停发送：平台说它的设置不对，每五分钟再试一次"
	ReadyDisconnected Phrase = "平台账号 {account} 的长连接断着，正在重连：这期间收不到消息"

	SkewTooFar   Phrase = "本机时钟与数据库服务器相差 {skew}，超过 {most}，不能启动：多台机器会互相抢走对方正在做的事。请校准时钟（例如启用 chrony 或 systemd-timesyncd）后再启动。"
	DeadmanWrong Phrase = "环境变量 GUIXIAO_DEADMAN_URL 不是 http:// 或 https:// 开头的地址"
	AuditAlarm   Phrase = "归校自检连续两次发现问题（{n} 项），有消息或提醒可能没有送到。请打开系统状态页处理：{url}"
	AlarmWhy     Phrase = "您是系统管理员（没有管理员的学校告诉校长），归校的运行有事需要您处理。"

	SystemOnly      Phrase = "系统状态只给管理员和校长看。"
	SystemGone      Phrase = "这一项已经不在搁置之列，可能别人刚刚处理过。"
	SystemRequeued  Phrase = "已重新排队，马上会再试。"
	SystemGivenUp   Phrase = "已放弃，记录仍然保留。"
	SystemNoAct     Phrase = "没有这个操作。"
	LineRequeue     Phrase = "重新发送搁置的{what}（编号 {id}）"
	LineGiveUp      Phrase = "放弃搁置的{what}（编号 {id}）"
	LineRead        Phrase = "查阅个案"
	LineReadPaper   Phrase = "查阅材料"
	SystemAgoMinute Phrase = "{n} 分钟"
	SystemAgoHour   Phrase = "{n} 小时"
	SystemAgoDay    Phrase = "{n} 天"
	SystemNoFace    Phrase = "平台未定"

	QueueInbox  Phrase = "收到的消息"
	QueueTimers Phrase = "到点要办的事"
	QueueOutbox Phrase = "要发的通知"

	WhatMessage  Phrase = "聊天消息"
	WhatPress    Phrase = "按钮操作"
	WhatEvent    Phrase = "表单登记"
	WhatText     Phrase = "文字消息"
	WhatCard     Phrase = "卡片"
	WhatParent   Phrase = "家长通知"
	WhatUpdate   Phrase = "卡片更新"
	WhatRecall   Phrase = "消息撤回"
	WhatSession  Phrase = "点名截止"
	WhatRemind   Phrase = "未报班级提醒"
	WhatCase     Phrase = "个案步骤的期限"
	WhatParents  Phrase = "通知家长的时点"
	WhatLeave    Phrase = "请假到期"
	WhatDigest   Phrase = "每日小结"
	WhatAck      Phrase = "未确认的再次提醒"
	WhatHandover Phrase = "委托到期"
	WhatCalendar Phrase = "每天查看校历"
	WhatOther    Phrase = "其他事项"

	WhyWorn      Phrase = "处理它的程序一再中断"
	WhyNoAddress Phrase = "这个人在任何平台上都没有账号"
	WhyNoSchool  Phrase = "它所属的学校已不在配置里"
)
