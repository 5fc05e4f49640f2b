package phrase

// What the command line says.
const (
	HelpHead       Phrase = "归校 —— 帮学校把缺勤的孩子找回来（企业微信、钉钉机器人）\n\n用法："
	HelpFoot       Phrase = "\n第一次使用：guixiao demo\n每个命令都可以加 --help；选项写在前面后面都可以。退出码：0 完成，1 失败，2 用法不对。"
	UnknownCommand Phrase = "没有 {name} 这个命令。"
	WrongArguments Phrase = "应当有 {want} 个参数，收到 {got} 个。"

	UsageDemo  Phrase = "[--addr 127.0.0.1:8080] [--data DIR] [--school DIR] [--now RFC3339]"
	AboutDemo  Phrase = "一条命令看全部：内置演示学校、可以拨快的时钟、几个人的聊天窗口"
	FlagAddr   Phrase = "监听地址"
	FlagData   Phrase = "数据目录；不写则用临时目录，退出时删除"
	FlagSchool Phrase = "学校资料目录（school.yaml、calendar.yaml 和名单），或内置的 demo（学校）、training（培训机构）；不写是 demo"
	FlagNow    Phrase = "演示时钟的起点，例如 2026-03-09T07:50:00+08:00"

	UsageServe Phrase = "--config FILE"
	AboutServe Phrase = "正式运行"
	FlagConfig Phrase = "配置文件"

	UsageInit     Phrase = "[--ask] DIR"
	AboutInit     Phrase = "写出带注释的配置和学校资料样例；在终端里运行时先问几个问题"
	FlagAsk       Phrase = "先问几个问题，再写配置（在终端里运行时就是这样；--ask=false 不问）"
	InitBrokenOff Phrase = "问题没有答完，什么也没有写。"

	AskHead        Phrase = "回答几个问题，就写出一份可以用的配置。每一项都可以直接回车跳过，以后再改文件；密钥单独写进 secrets/ 文件夹，不写进配置。"
	AskInitial     Phrase = "（回车：{value}）"
	AskPrompt      Phrase = "："
	AskNumber      Phrase = "选哪一个"
	AskFromMenu    Phrase = "请输入上面的序号。"
	AskSchoolName  Phrase = "学校名称"
	AskSchoolID    Phrase = "学校代号（字母和数字，也是资料文件夹的名字）"
	HintSchoolID   Phrase = "只能用字母、数字、- 和 _，以字母或数字开头。"
	AskLevel       Phrase = "学段"
	AskPolicy      Phrase = "用哪一个制度（以后可以换；guixiao rules show 编号 可以细看）"
	AskBaseURL     Phrase = "从手机上能打开的地址，例如 https://bot.school.example"
	HintBaseURL    Phrase = "要写完整的网址，以 https:// 开头。"
	AskPlatforms   Phrase = "在哪里用"
	WordBoth       Phrase = "两个都用"
	AskWeComHead   Phrase = "企业微信（管理后台 work.weixin.qq.com，每一步见 docs/wecom.md）"
	AskWeComCorp   Phrase = "企业ID（我的企业—企业信息）"
	AskWeComAgent  Phrase = "AgentId（应用管理—自建应用）"
	AskWeComSecret Phrase = "Secret（同一页）"
	AskWeComToken  Phrase = "Token（接收消息—设置API接收）"
	AskWeComAES    Phrase = "EncodingAESKey（同上，43 个字符）"
	HintWeComAES   Phrase = "应是 43 个字母或数字，请整段复制。"
	AskDingHead    Phrase = "钉钉（开放平台 open-dev.dingtalk.com，每一步见 docs/dingtalk.md）"
	AskDingClient  Phrase = "Client ID（应用开发—凭证与基础信息）"
	AskDingSecret  Phrase = "Client Secret（同一页）"
	AskDingCorp    Phrase = "CorpId（开放平台首页右上角）"
	AskDingAgent   Phrase = "AgentId（凭证与基础信息）"
	AskDingMode    Phrase = "怎样接收消息"
	WordStream     Phrase = "Stream 模式：不需要公网地址"
	WordHTTP       Phrase = "HTTP 模式：钉钉访问我们的网址"
	HintNumber     Phrase = "这里是一个整数。"
	InitDone       Phrase = "已写出到 {dir}：\n{files}\n下一步：改好 guixiao.yaml 和 schools/ 里的名单，再运行 guixiao check --config {dir}/guixiao.yaml"

	UsageCheck Phrase = "--config FILE [--online]"
	AboutCheck Phrase = "检查配置、制度、校历和名单，一次列出全部问题；--online 还会向平台要一次令牌"
	FlagOnline Phrase = "连同平台一起检查"
	CheckFine  Phrase = "没有发现问题。"
	CheckFound Phrase = "共 {n} 个问题。"
	CheckWarn  Phrase = "提醒：{text}"
	CheckOK    Phrase = "通过：{text}"
	CheckBad   Phrase = "问题：{text}"

	UsageImport  Phrase = "--config FILE SCHOOL_DIR_or_XLSX [--school ID] [--dry-run] [--skip-bad]"
	AboutImport  Phrase = "导入班级、教职工、学生和家长：新增和更新，从不删除；先显示差别"
	FlagDryRun   Phrase = "只显示差别，不写入"
	FlagSkipBad  Phrase = "跳过有错的行，导入其余各行"
	FlagSchoolID Phrase = "学校 id；配置里只有一所学校时可以不写"
	ImportBad    Phrase = "有 {n} 行有错，什么也没有导入。改好后再试，或加 --skip-bad 跳过这些行。"
	ImportNone   Phrase = "没有差别。"
	ImportDry    Phrase = "以上是将要写入的差别；没有写入（--dry-run）。"
	ImportDone   Phrase = "已导入。正在运行的服务会在几秒内看到新名单。"
	ImportWhich  Phrase = "配置里有 {n} 所学校，请用 --school 写明是哪一所。"

	UsageParse Phrase = "--school DIR [--now RFC3339] [--from PERSON] [--explain] [TEXT…]"
	AboutParse Phrase = "看一句话会被怎样理解；不写 TEXT 则从标准输入读 JSON 行"
	UsageRules Phrase = "list | show ID | check FILE… | simulate …"
	AboutRules Phrase = "查看、检查、推演制度"

	UsageLink  Phrase = "--config FILE [--school ID] PERSON"
	AboutLink  Phrase = "为一个人（工号）打印一次性登录链接，十五分钟内有效"
	LinkNobody Phrase = "学校 {school} 没有 {person} 这个人；请写工号"
	LinkNoBase Phrase = "配置里没有 server.base_url，打印不出完整的链接"

	UsageMigrate Phrase = "--config FILE"
	AboutMigrate Phrase = "把数据库升级到本版本的结构"
	MigrateDone  Phrase = "数据库结构已是最新。"

	UsageBackup Phrase = "--config FILE --out FILE"
	AboutBackup Phrase = "在线备份 SQLite 数据库到一个新文件，服务不用停"
	HelpBackup  Phrase = `
  恢复：
    1. 停掉服务。
    2. 把现在的数据库文件连同旁边的 -wal、-shm 文件移到别处，不要覆盖。
    3. 把备份文件复制到配置里 storage.dsn 写的位置。
    4. 用同一个 secret_key 启动服务。个人信息是加密的：没有备份时用的 secret_key，备份读不出来，请与备份分开保存。
    5. 运行 guixiao audit verify --config FILE 核对留痕记录。
  备份以后收到的消息不在备份里；平台不会再送一遍，请老师补报。`
	FlagOut    Phrase = "写到这个文件（不能已经存在）"
	BackupDone Phrase = "已备份到 {file}（{bytes} 字节）。"

	UsageAudit  Phrase = "verify --config FILE"
	AboutAudit  Phrase = "核对留痕记录的哈希链，发现缺失或改动"
	AuditHolds  Phrase = "留痕记录完整：{n} 本。"
	AuditBroken Phrase = "留痕记录 {book} 不完整：有行缺失或被改动。请与备份比对，并查明谁动过数据库。"
	AuditUsage  Phrase = "请写 guixiao audit verify --config FILE"

	UsageVersion Phrase = ""
	AboutVersion Phrase = "版本"

	DemoReady Phrase = `
归校演示已启动：{url}
{school}，现在是 {now}（时钟不会自己走，由您拨动）

可以先试三件事：
  1. 在班主任的窗口里发：{say}
  2. 按卡片上的按钮：正确、改、撤回；家长要等点名截止和宽限时间过后才会收到通知
  3. 点时钟的“+半天”“+1个上学日”，看谁在什么时候被要求做什么

按 Ctrl+C 结束。`
	DemoBadNow    Phrase = "--now {value} 不是 2026-03-09T07:50:00+08:00 这样的时间"
	DemoSayOne    Phrase = "{name} 未到校"
	ServeReady    Phrase = "归校已启动，监听 {addr}，{n} 所学校"
	ServeNoPolicy Phrase = "没有名为“{policy}”的制度。可用：{known}；学校自己的制度放在学校资料目录的 policies/ 里。"
	ServeLevel    Phrase = "学校是 {level}，而制度 {policy} 是为 {levels} 写的。照样会运行，但有些规定可能不适用。请核对 level 和 policy。"
	ServePeople   Phrase = "学校 {school}：数据库里还没有名单，已从 {dir} 导入"
	ReadyNoStore  Phrase = "数据库没有应答"
	ConfigWanted  Phrase = "请用 --config 写明配置文件；guixiao init DIR 会写出一个样例"
	FileProblem   Phrase = "{n} 个问题：\n{list}"
)
