package phrase

// What the bot says in a conversation.
const (
	// Confirmations of what was understood.
	ConfirmTitleOne  Phrase = "已登记：{name} {mark}"
	ConfirmTitleMany Phrase = "已登记 {n} 人"
	ConfirmTitleNone Phrase = "已登记：{class} 全部到校"
	ConfirmAsked     Phrase = "已转给班主任：{name} {mark}，准假后告诉您"
	MarkWaits        Phrase = "{mark}（待准假）"
	ConfirmPending   Phrase = "请确认：{name} {mark}，对吗？"
	ConfirmWhy       Phrase = "您刚才发来的消息是这样理解的；点“撤回”或“改”随时更正，家长通知发出前撤回不会打扰家长。"
	ConfirmRight     Phrase = "正确"
	ConfirmChange    Phrase = "改"
	ConfirmCancel    Phrase = "撤回"
	ConfirmRestore   Phrase = "恢复"
	ConfirmYes       Phrase = "是"
	ConfirmNo        Phrase = "不是"
	ConfirmLabel     Phrase = "改为"
	ConfirmDone      Phrase = "{who} 已确认"
	ConfirmChanged   Phrase = "{who} 已改为：{mark}"
	ConfirmCancelled Phrase = "{who} 已撤回"
	ConfirmStands    Phrase = "已生效"
	ConfirmRestored  Phrase = "{who} 已恢复"
	ConfirmRefused   Phrase = "{who}：不是，未登记"
	ChangeHow        Phrase = "请在“改为”里选一项再点“改”，或直接发一句话，例如：更正 {name} 病假"
	WithdrawnTitle   Phrase = "已撤回：{what}"
	NothingToCancel  Phrase = "没有找到可以撤回的登记。要更正请写明姓名，例如：更正 张三 已到校"

	FieldStudent Phrase = "学生"
	FieldClass   Phrase = "班级"
	FieldSlot    Phrase = "时间"
	FieldRoll    Phrase = "点名"
	FieldBy      Phrase = "报告人"
	FieldText    Phrase = "原话"
	RollAllHere  Phrase = "其余同学已到校"
	MarkLine     Phrase = "{name} · {mark} · {when}"
	SlotRange    Phrase = "{from} 至 {to}"

	// Questions back.
	AskAmbiguous   Phrase = "有 {n} 位同学对得上，请问是哪一位？"
	AskUnknown     Phrase = "名单里没有找到这个名字，您是说下面的同学吗？都不是请发全名。"
	AskUnknownNone Phrase = "名单里没有找到这个名字。请发学生全名或座号，例如：张三 未到校"
	AskCount       Phrase = "人数对不上：请再发一次应到、实到人数和缺勤学生的姓名。"
	AskName        Phrase = "还缺名字：请问是哪几位同学？请发全名或座号。"
	AskKind        Phrase = "请问 {name} 是什么情况？"
	AskKindMany    Phrase = "请问他们是什么情况？"
	AskDates       Phrase = "请问从哪天到哪天？例如：10月12日到10月14日"
	AskAnswer      Phrase = "把这句话记为 {name} 的“{label}”吗？"
	AskWhy         Phrase = "有一处没有把握，先问清楚，不猜。"
	AskAnswered    Phrase = "{who} 选择了：{what}"
	AskNoneOfThem  Phrase = "都不是"

	// The class's roll.
	RollNoted      Phrase = "{class} {slot} 已点名。"
	RollWhichClass Phrase = "请写明是哪个班，例如：七(3)班 全到"
	RollNotYours   Phrase = "{class} 的点名由班主任（或代理）报告，没有登记。"
	RollOver       Phrase = "{slot} 的点名时间已过。要补报请写明时间，例如：昨天下午 张三 未到校"
	RollPast       Phrase = "这一时段的点名已过"
	StillHere      Phrase = "{name} {slot} 先前报了未到校，现在到了吗？"

	StillYes Phrase = "到了"
	StillNo  Phrase = "仍未到"

	// Groups.
	GroupNoted Phrase = "已登记 {n} 人，详情已单独发给报告人。"
	GroupAsk   Phrase = "有一处需要确认，已单独发给您。"

	// Small talk and refusals.
	Help             Phrase = "没看出要登记什么。可以这样写：\n张三 未到校\n李四 病假 请到周五\n七(3)班 全到"
	HelpGuardian     Phrase = "没看出要登记什么。可以这样写：\n孩子发烧，今天请假\n孩子已经到校了吗？"
	TextPlease       Phrase = "请用一句话写明姓名和情况，例如：张三 病假"
	FilesWait        Phrase = "文件收好了（{n} 个）。请再用一句话写明是谁、什么情况，例如：张三 病假。语音听不懂，请打字。"
	FilesFor         Phrase = "{name} {label}"
	FilesKept        Phrase = "{n} 个文件已存到{name}名下。"
	FilesHandedIn    Phrase = "已作为{what}交上"
	FileKept         Phrase = "收到{who}发来的文件：{name}"
	FileNotHad       Phrase = "有一个文件没能从聊天软件取到，请再发一次。"
	FileTooLarge     Phrase = "有一个文件超过 {n} MB，没有保存，请压缩后再发。"
	FileWrongKind    Phrase = "只保存照片、录音、视频、PDF 和 Office 文件，有一个文件没有保存。"
	Stranger         Phrase = "您好，学校名单里还没有您的账号，请联系学校管理员登记后再发。"
	NothingToApprove Phrase = "现在没有等您审批的事项。"
	NotYourChild     Phrase = "只能为自己的孩子报告或请假。"
	NotYourClass     Phrase = "{name} 不在您任教或负责的班级，请转告其班主任。"
	OnLeaveSaid      Phrase = "{name} 已请假，没有再记未到校。若请假不实，请发：更正 {name} 未到校"
	NotChanged       Phrase = "{name} {slot}已登记{mark}，没有改为{said}。要更正请发：更正 {name} {said}"
	WhichToApprove   Phrase = "有 {n} 件事等您审批，请在卡片上选择。"
	Thanks           Phrase = "好的，已记下。"
	ReplyWhy         Phrase = "回复您刚才的消息。"

	// Refusals in law (domain 2.5).
	RefuseExpel    Phrase = "义务教育阶段不得开除、劝退学生，也不得让学生退学（《义务教育法》第二十七条，《未成年人保护法》第二十八条）。没有登记。孩子有困难，可以请年级主任、德育处一起想办法。"
	RefuseEntry    Phrase = "不能拒绝学生进班上课（《义务教育法》第二条、第二十七条；本校制度：班主任没有任何权利拒收学生入班）。没有登记。确有困难请与德育处商量。"
	RefuseTransfer Phrase = "不得责令、劝说学生转学或不让学生参加考试。没有登记。转学须由监护人提出申请。"
	RefuseSuspend  Phrase = "停课、停学的惩戒不得超过一周，小学中低年级不得使用，并须事先告知家长（《中小学教育惩戒规则（试行）》第十条）。没有登记。"
	RefusePublish  Phrase = "不能公布学生的缺勤名单、原因或排名（《未成年人学校保护规定》第十条）。没有登记。"
	RefuseOther    Phrase = "这件事学校依法不能做，没有登记。需要帮助请与德育处或主管校长商量。"

	// Queries.
	QueryNone      Phrase = "{class} {slot}：没有缺勤登记{roll}。"
	QueryClass     Phrase = "{class} {slot}：{n} 人不在校{roll}。\n{list}"
	QueryNoRoll    Phrase = "（该时段班级尚未点名）"
	QueryChild     Phrase = "{name} {slot}：{mark}。"
	QueryChildNone Phrase = "{name} {slot}：还没有登记。"
	QueryNoSchool  Phrase = "今天不上学。"
	QueryNotYours  Phrase = "您没有查看 {class} 考勤的权限，请问其班主任。"
	QueryHelp      Phrase = "可以这样问：七(3)班今天谁没来；张三来了吗"

	// Delegation.
	DelegateNoted Phrase = "已登记：{from} 的事项由 {to} 代理，到 {until}。"
	DelegateTold  Phrase = "{from} 委托您代理，到 {until}。期间 {from} 收到的任务由您处理。"
	DelegateStaff Phrase = "只有教职工可以委托代理。"
	DelegateWho   Phrase = "没有找到要委托的老师。请这样写：委托 王老师 到周五"
	DelegateUntil Phrase = "请写明到今天或以后的哪一天，例如：委托 王建国 到10月16日"
	DelegateWhy   Phrase = "您登记或接受的代理到期了。"
	DelegateEnded Phrase = "代理已结束，{from} 的事项回到本人。"

	// Presses that cannot be.
	PressClosed   Phrase = "这张卡片已经处理过了：{result}"
	PressNotYours Phrase = "这张卡片不是发给您的，不能替别人操作。"
	PressUnknown  Phrase = "这张卡片上没有这个按钮。"
	PressGone     Phrase = "找不到这张卡片，可能已经过期。"
	PressOK       Phrase = "已处理。"

	// Administrator.
	AdminParked      Phrase = "有 1 条收到的消息处理失败，已搁置，没有丢失。请在控制台查看。原因：{reason}"
	AdminThrift      Phrase = "{account} 本月的额度已用 {percent}%（{used}/{quota}），照这样到月底约 {forecast}。不急的通知从现在起并进每天的小结。"
	AdminScarce      Phrase = "{account} 本月的额度已用 {percent}%（{used}/{quota}），照这样到月底约 {forecast}。从现在起只发安全和职责内的通知；请考虑升级套餐，或让一部分人改用别的平台。"
	AdminConfig      Phrase = "{platform} 的设置不对，暂停发送，消息都在排队，每五分钟再试一次。请检查设置。原因：{reason}"
	AdminTimerParked Phrase = "有一件到点要做的事反复做不成，已搁置，没有丢失。请在控制台查看。原因：{reason}"
	AdminTimer       Phrase = "有一件到点要做的事已经迟了 {minutes} 分钟，仍在重试。请在控制台查看。原因：{reason}"
	AdminInactive    Phrase = "企业微信提示：应用长时间无人使用，即将或已经被停用。请登录管理后台“应用管理”重新启用。"
	AdminConnection  Phrase = "{account} 的长连接连不上，平台拒绝了它的设置，每五分钟再试一次；这期间收不到那里发来的消息。请检查设置。原因：{reason}"
	AdminQuota       Phrase = "{platform} 本月的推送额度已经用完：老师和家长发来的消息只剩空壳，内容收不到。请尽快升级版本或购买增量包，并通知大家这个月改用别的办法报告。"
	QuotaSender      Phrase = "学校本月的消息额度已经用完，您刚才写的内容我们没有收到，什么也没有登记。请马上打电话告诉班主任或值周领导，或改用学校的其他平台、网页登记。"

	AdminUnreached Phrase = "未能通知到 {name} 的家长，请电话联系：{contacts}"
	UnreachedWhy   Phrase = "家长在各个通道都没有收到未到校通知，需要您亲自联系。"
	AdminStaff     Phrase = "发给 {name} 的消息无法送达：{reason}"

	// The audit trail.
	AuditSent   Phrase = "已发给 {who}：{text}（{account}）"
	AuditFailed Phrase = "没有送到 {who}：{text}（{reason}）"

	CalendarEnds    Phrase = "校历需要补充：\n{warnings}"
	CalendarForward Phrase = "{who} 发来：{text}\n校历里没有今天，系统没有登记，请您处理。"
	CalendarWhy     Phrase = "校历没有今天的数据，不能推算；您是值班领导。"
	CalendarUnknown Phrase = "校历只确认到 {day}，今天是否上学还不知道，这句话没有登记为考勤。已转告值班领导；请管理员尽快补充校历。"

	// Safety.
	SafetyUnnamed Phrase = "有安全情况，请马上联系报告人"
	SafetyWhy     Phrase = "涉及学生安全，不等点名结束，立即告知值班领导。"
	SafetyTaken   Phrase = "已马上转告学校领导。情况紧急请直接拨打 110 并电话联系班主任。"
	SafetyAck     Phrase = "我来处理"

	// Marks.
	MarkAbsent   Phrase = "未到校"
	MarkLate     Phrase = "迟到"
	MarkEarly    Phrase = "早退"
	MarkSick     Phrase = "病假"
	MarkPersonal Phrase = "事假"
	MarkLeave    Phrase = "请假"
	MarkOfficial Phrase = "公假"
	MarkTruant   Phrase = "旷课"
	MarkPresent  Phrase = "到校"
)
