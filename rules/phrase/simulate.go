package phrase

// Simulating a policy.
const (
	SimNoSession  Phrase = "{slot} 没有课，或没有这个时段。"
	SimBeyond     Phrase = "校历只确认到 {until}，{slot} 是不是上课日还不知道，不能推演。请在 calendar.yaml 补充校历并更新 confirmed_until。"
	SimEnds       Phrase = "注意：校历只确认到 {until}，那以后没有数据：不点名、不推算期限，以下在那以后的各行并不完整。请在 calendar.yaml 补充校历并更新 confirmed_until。"
	SimNobody     Phrase = "学校名单里没有学生或班主任，无法推演。"
	SimNoStage    Phrase = "这份制度没有阶段 {stage}。"
	SimNotOpen    Phrase = "此时阶段 {stage} 没有打开。"
	SimLineBad    Phrase = "事件第 {line} 行：{why}"
	SimOverdue    Phrase = "逾期未办：{stage}"
	SimOutside    Phrase = "起草报送 {body} 的材料，由人报送并登记"
	SimSince      Phrase = "从{event}起 {after}"
	SimDocument   Phrase = "形成：{title}"
	SimDraft      Phrase = "起草：{title}"
	SimGuardian   Phrase = "家长"
	SimDone       Phrase = "已办结：{stage}"
	SimSkipped    Phrase = "不再需要：{stage}"
	SimCaseClosed Phrase = "个案结束"
	SimHalfDays   Phrase = "，第 {n} 个半天"

	MoveFix   Phrase = "写成：2026-03-09T10:30 half-day answered reason=\"生病\"，或 2026-03-10/am present"
	MoveShort Phrase = "“{line}”不完整。"
	MoveMark  Phrase = "“{mark}”不是到校情况，可以写：{marks}。"
	MoveTime  Phrase = "“{time}”不是 2026-03-09T10:30 或 2026-03-10/am 这样的时间。"
	MoveField Phrase = "“{word}”不是“名称=内容”。"
	MoveQuote Phrase = "“{line}”里的引号没有成对。"
)

// Showing policies and timelines.
const (
	ShowID        Phrase = "编号"
	ShowTitle     Phrase = "制度"
	ShowLevels    Phrase = "适用"
	ShowStages    Phrase = "阶段"
	ShowMustSet   Phrase = "启用前须填"
	ShowSource    Phrase = "出处：{source}"
	ShowVersion   Phrase = "版本：{version}"
	ShowLadder    Phrase = "阶段"
	ShowRecurring Phrase = "定期工作"
	ShowDuty      Phrase = "· {id}：{do}（{by}，每{every}）［{source}］"
	ShowGuards    Phrase = "不允许"
	ShowStage     Phrase = "· {id} {title}［{source}］"
	ShowFrom      Phrase = "开始："
	ShowWhen      Phrase = "条件："
	ShowBy        Phrase = "由谁："
	ShowRequire   Phrase = "必填："
	ShowOptional  Phrase = "{name}（选填）"
	ShowDue       Phrase = "期限："
	ShowDeadline  Phrase = "从开始算起 {span}"
	ShowNotify    Phrase = "告知："
	ShowOnOpen    Phrase = "（打开时）"
	ShowOnAnswer  Phrase = "（答复时，最迟到期）"
	ShowOutside   Phrase = "报送："
	ShowDocument  Phrase = "文书："
	ShowParams    Phrase = "参数（在 school.yaml 的 policy_settings 里改）"
	ShowParam     Phrase = "· {name} = {value} {origin}"
	ShowOthers    Phrase = "，也可：{values}"
	ShowGaps      Phrase = "原文没有写明"
	ShowBlank     Phrase = "（空白）"
	ShowMustBlank Phrase = "（空白，启用前必须填写）"
	ShowOwn       Phrase = "【本校设定】"

	ShowAt        Phrase = "时间"
	ShowAction    Phrase = "动作"
	ShowStageHead Phrase = "阶段"
	ShowRole      Phrase = "谁"
	ShowDueHead   Phrase = "期限"
	ShowWhat      Phrase = "内容"

	OriginSeed         Phrase = "【原文】"
	OriginBlank        Phrase = "【原文空白】"
	OriginDamaged      Phrase = "【原文残缺】"
	OriginAmbiguous    Phrase = "【原文含混】"
	OriginUnquantified Phrase = "【原文未定量】"
	OriginMissing      Phrase = "【原文没有】"
	OriginAssumed      Phrase = "【本产品假定】"

	LevelPrimary    Phrase = "小学"
	LevelJunior     Phrase = "初中"
	LevelNineYear   Phrase = "九年一贯制"
	LevelSenior     Phrase = "高中"
	LevelUniversity Phrase = "高校"
	LevelTraining   Phrase = "培训机构"

	ActionOpen     Phrase = "打开"
	ActionRequire  Phrase = "要求"
	ActionNotify   Phrase = "告知"
	ActionRemind   Phrase = "提醒"
	ActionOverdue  Phrase = "逾期"
	ActionDocument Phrase = "文书"
	ActionPropose  Phrase = "建议"
	ActionClose    Phrase = "了结"

	EveryDay     Phrase = "天"
	EveryWeek    Phrase = "周"
	EveryMonth   Phrase = "月"
	EveryQuarter Phrase = "季度"
	EveryTerm    Phrase = "学期"
	EveryYear    Phrase = "学年"
	EverySummer  Phrase = "年暑假"

	UnitMinute        Phrase = "分钟"
	UnitHour          Phrase = "小时"
	UnitHalfDay       Phrase = "个半天"
	UnitSchoolDay     Phrase = "个上课日"
	UnitCalendarDay   Phrase = "个自然日"
	UnitWeek          Phrase = "周"
	UnitMonth         Phrase = "个月"
	LengthIs          Phrase = "{n} {unit}"
	LengthConsecutive Phrase = "（跨日相连也算）"
	UnitCounter       Phrase = "个"
	UntilClock        Phrase = "当天 {at} 前（太晚打开的顺延）"
	UntilHalfDay      Phrase = "本半天结束"
	UntilMonth        Phrase = "当月最后一个上课日"
	UntilQuarter      Phrase = "当季最后一个上课日"
	UntilTerm         Phrase = "学期最后一个上课日"

	EndingDone      Phrase = "办结"
	EndingOverdue   Phrase = "逾期"
	EndingNoContact Phrase = "没联系上"
	EndingOf        Phrase = "“{stage}”{endings}"
	EndingOr        Phrase = "或"
)

// The command line of policies.
const (
	RulesHelp Phrase = `guixiao rules list
  列出随产品提供的制度
guixiao rules show ID [--set 名称=值]… [--school DIR]
  用文字说明一份制度：阶段、期限、参数和原文没有写明的地方
guixiao rules check FILE…
  检查制度文件，一次列出全部问题
guixiao rules simulate [--policy ID] [--set 名称=值]… [--school DIR] [--start 2026-03-09/am] [--events FILE] [--until 2026-04-10] [--json]
  对着校历推演一次缺勤：默认从 --start 起一直未到校，也没有人回答

  --policy  制度编号或制度文件；不写则用学校的制度
  --set     改一个参数，可写多次：week_is="7 calendar-day"、limit=10%、people='["甲","乙"]'
  --school  学校资料目录；不写则用内置演示学校
  --start   第一个未到校的时段；不写则从现在的下一个时段起
  --until   推演到哪天（含）；不写则推演 30 天
  --json    每行一个 JSON 对象
  --events  事件文件，一行一件事，# 开头的行不算：
              2026-03-09T10:30 half-day answered reason="在家看店"    回答一个阶段
              2026-03-09T10:30 half-day no-contact attempts=3        没联系上
              2026-03-13T15:50 week-1 answered document="材料.docx"   上交文件
              2026-03-10/am present                                  从这个时段起到校
              2026-03-11/am absent                                   从这个时段起又未到校
              2026-03-09T10:00 leave-granted from=2026-03-09/am to=2026-03-10/pm kind=sick
              2026-03-10T09:00 dropout-sign-recorded text="说不想读"  一件事实（事件名见制度的 from）

退出码：0 完成，1 有问题，2 用法不对。`
	RulesWhich    Phrase = "请写 list、show、check 或 simulate。"
	RulesUnknown  Phrase = "没有 {name} 这个子命令。"
	RulesNoID     Phrase = "请写一个制度编号，例如：guixiao rules show S23"
	RulesNoFile   Phrase = "请写要检查的制度文件。"
	RulesExtra    Phrase = "多余的参数：{args}"
	RulesUntil    Phrase = "--until {value} 不是 2026-04-10 这样的日期。"
	RulesNoPolicy Phrase = "没有制度 {id}；随产品提供的有：{known}。"
	RulesFine     Phrase = "{file}：没有问题（{stages} 个阶段）。"
	RulesToFill   Phrase = "{file}：没有问题（{stages} 个阶段）；启用前须填：{names}。"
	RulesBadFlag  Phrase = "参数写错了：{why}"
	RulesSeeHelp  Phrase = "写法见 guixiao rules --help"
	RulesQuiet    Phrase = "这段时间里什么也没有发生。"
)
