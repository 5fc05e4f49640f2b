package phrase

// Settings files: what is wrong and what to do.
const (
	ConfigWarning      Phrase = "提醒："
	ConfigNone         Phrase = "（还没有配置）"
	ConfigUnreadable   Phrase = "读不到这个文件。请检查路径和权限；可用 guixiao init DIR 生成一份。"
	ConfigEmptyFile    Phrase = "文件是空的。可用 guixiao init DIR 生成一份带说明的。"
	ConfigTwoDocuments Phrase = "一个文件里只能写一份。请去掉多余的 ---。"
	ConfigNotYAML      Phrase = "不是合格的 YAML。请检查缩进、冒号后的空格、引号和括号是否成对。"
	ConfigNoAnchors    Phrase = "这里不支持锚点（& *）、合并（<<）和标签（!!）。请直接写出内容。"
	ConfigWantMapping  Phrase = "这里要写成“键: 值”。"
	ConfigWantList     Phrase = "这里要写成列表：每项以 - 开头，或写在 [ ] 里。"
	ConfigWantText     Phrase = "这里要写一个值（文字、数字或 true/false），不能是列表或“键: 值”。"
	ConfigWantNumber   Phrase = "这里要写整数，例如 1000002。"
	ConfigWantFlag     Phrase = "这里只能写 true 或 false。"
	ConfigUnknownKey   Phrase = "不认识这个键。这里可以写：{keys}。"
	ConfigTwice        Phrase = "写了两次。请留下一处。"
	ConfigOpenBrace    Phrase = "${ 没有配对的 }。引用环境变量写 ${NAME}，引用文件写 ${file:/path}，要写字面的 ${ 请写 $${。"
	ConfigNoEnv        Phrase = "环境变量 {name} 没有设置。请在启动程序的环境里设置它，或改用 ${file:/path}。"
	ConfigNoSecretFile Phrase = "读不到文件 {path}。请检查路径和权限。"

	ConfigBaseURL        Phrase = "不是完整的网址。请写从手机上能打开的地址，例如 https://bot.school.example。"
	ConfigExample        Phrase = "还是样例里的值，请改成自己的。"
	ConfigNoBaseURL      Phrase = "没有填写，消息里的链接将打不开。请写从手机上能打开的地址，例如 https://bot.school.example。"
	ConfigNoDSN          Phrase = "没有填写数据放在哪里。例如 \"sqlite:data/guixiao.db\" 或 \"mysql://user:pass@host:3306/db\"。"
	ConfigDSN            Phrase = "写法不对。可以写 \"sqlite:data/guixiao.db\" 或 \"mysql://user:pass@host:3306/db\"（密码里的特殊字符要按网址编码）。"
	ConfigRedisURL       Phrase = "写法不对。请写 redis://host:6379/0，不用 Redis 就留空。"
	ConfigNoSecretKey    Phrase = "没有填写。它用来加密个人信息和签名链接；可用 openssl rand -hex 32 生成一个，妥善保存，不要更换。"
	ConfigShortSecretKey Phrase = "太短，至少 16 个字符。可用 openssl rand -hex 32 生成一个。"
	ConfigNoSchools      Phrase = "一所学校也没有。请写上 {id, data, platforms}。"
	ConfigBadName        Phrase = "没有填写或不能用作名字。只用字母、数字、- 和 _，以字母或数字开头，例如 main。"
	ConfigSameAccount    Phrase = "与前面的账号同名。请换一个名字。"
	ConfigWantURL        Phrase = "不是完整的网址。留空就用官方地址。"
	ConfigWantWS         Phrase = "不是完整的 ws:// 或 wss:// 地址。留空就用官方地址。"

	ConfigWeComCorpID  Phrase = "没有填写。请到企业微信管理后台“我的企业—企业信息”复制企业ID（以 ww 开头）。"
	ConfigWeComAgentID Phrase = "没有填写。请到企业微信管理后台“应用管理—自建应用”复制 AgentId。"
	ConfigWeComSecret  Phrase = "没有填写。请到企业微信管理后台“应用管理—自建应用”查看 Secret。"
	ConfigWeComToken   Phrase = "没有填写。请到自建应用的“接收消息—设置API接收”复制 Token；只用长连接就填 aibot。"
	ConfigWeComAESKey  Phrase = "应是 43 个字符。请到自建应用的“接收消息—设置API接收”复制 EncodingAESKey。"
	ConfigAIBotSecret  Phrase = "填写了 bot_id，却没有 secret。请到智能机器人的设置页复制。"
	ConfigAIBotID      Phrase = "填写了 secret，却没有 bot_id。请到智能机器人的设置页复制。"

	ConfigDingClientID Phrase = "没有填写。请到钉钉开放平台“应用开发—凭证与基础信息”复制 Client ID。"
	ConfigDingSecret   Phrase = "没有填写。请到钉钉开放平台“应用开发—凭证与基础信息”复制 Client Secret。"
	ConfigDingMode     Phrase = "只能写 stream（不需要公网地址）或 http。"
	ConfigDingToken    Phrase = "填写了 aes_key，却没有 token。请到“事件订阅”页复制。"
	ConfigDingAESKey   Phrase = "应是 43 个字符，并与 token 一起填写。请到“事件订阅”页复制。"

	ConfigSameSchool     Phrase = "与前面的学校同名。请换一个 id。"
	ConfigNoSchoolData   Phrase = "没有填写学校资料文件夹，例如 schools/demo。"
	ConfigNoPlatforms    Phrase = "没有写学校用哪个平台说话。已配置的账号：{accounts}。"
	ConfigUnknownAccount Phrase = "没有名为 {account} 的账号。已配置的账号：{accounts}。"
)

// The school folder: school.yaml and calendar.yaml.
const (
	SchoolNoName       Phrase = "没有填写学校名称。"
	SchoolLevel        Phrase = "没有填写或写法不对。可以写：primary（小学）、junior（初中）、nine-year（九年一贯制）、senior（高中、中职）、university（高校）、training（培训机构）。"
	SchoolGrace        Phrase = "写法不对。请写 10m、1h 这样的时长，最长 24h；不等待就写 0s。"
	SchoolQuiet        Phrase = "写法不对。请写 \"21:30-06:30\"；没有免打扰时段就写 \"\"。"
	SchoolCalendarPath Phrase = "校历要放在学校文件夹里，例如 calendar.yaml。"
	CalendarMakeup     Phrase = "makeup_days 里 {date} 的 for “{name}”不在 holidays 里。写法要与假期的名称一致：{names}。"
	CalendarScope      Phrase = "里“{name}”的 scope {scope} 不认识。可以写 all、年级（如 七年级）或班级编号。"
)

// The sheets of the school folder.
const (
	SheetMissing        Phrase = "缺少 {name} 表。请准备 {name}.csv 或工作簿里名为 {name} 的表，列名：{columns}。"
	SheetNoGuardians    Phrase = "没有 guardians 表：孩子缺勤时没有家长可以通知。"
	SheetNoStaff        Phrase = "staff 表里没有一行可用：至少要有一名教职工。"
	SheetEmpty          Phrase = "表是空的。第一行应是列名：{columns}。"
	SheetEncoding       Phrase = "文字编码认不出来。请另存为“CSV UTF-8”或 GBK。"
	SheetWorkbook       Phrase = "打不开这个工作簿。请用 Excel 或 WPS 另存为 .xlsx（不加密）。"
	SheetQuotes         Phrase = "这一行的引号不成对。请检查英文双引号。"
	SheetNoColumn       Phrase = "缺少这一列。必须有的列：{columns}。"
	SheetSameColumn     Phrase = "列名写了两次。请留下一列。"
	SheetUnknownColumn  Phrase = "不认识这一列，不会读取。认识的列：{columns}。"
	SheetEmptyCell      Phrase = "没有填写。"
	SheetBadID          Phrase = "不能用作编号：不能有空格、斜杠、冒号、逗号、顿号等符号，最长 64 字节。"
	SheetBadAccount     Phrase = "一格只写一个账号，不能有空格和顿号。"
	SheetOneOf          Phrase = "写法不对。可以写：{words}，或留空。"
	SheetWantNumber     Phrase = "要写整数，或留空。"
	SheetMobile         Phrase = "不像电话号码：只写数字，5 到 15 位。"
	SheetDay            Phrase = "不是日期。请写成 2013-05-06。"
	SheetMoney          Phrase = "不是金额。请写成 9600.00，最多两位小数。"
	SheetTwice          Phrase = "与 {where} 重复。请留下一行或改正。"
	SheetSameWord       Phrase = "“{word}”在 {where} 也用过：老师写它时要再问是哪个班。"
	SheetOtherName      Phrase = "与 {where} 编号相同，姓名却不同。请改正编号或姓名。"
	SheetNoScope        Phrase = "没有填写：{title}要写明是哪个班（班级编号）。"
	SheetUnknownScope   Phrase = "“{word}”不认识。可以写班级编号、年级、学段或 全校，多个之间用、隔开。"
	SheetOwnDeputy      Phrase = "不能是自己。"
	SheetUnknownDeputy  Phrase = "不在 staff 表里。请写代理人的工号。"
	SheetSameAccount    Phrase = "与 {where} 是同一个账号。一个账号只能属于一个人。"
	SheetUnknownClass   Phrase = "不在 classes 表里。"
	SheetUnknownStudent Phrase = "不在 students 表里。"
	SheetFollowing      Phrase = "另有 {n} 行提到上面出错的表或行，改好以后才会读取。"
	SheetNotInClass     Phrase = "这名学员不在这个班。"
	SheetLesson         Phrase = "上课时间“{value}”看不懂。请写成：周六 09:00-10:30；几个时间用顿号分开。"
	SheetTooManyLessons Phrase = "已消课时多于已购加赠送。"
	SheetNoContacts     Phrase = "没有“{columns}”中的任何一列：已在名单里的家长保留原来的，新来的联系不到。"
	SheetUnreachable    Phrase = "手机和账号都没有填写：联系不到这位家长。"
	SheetSharedPhone    Phrase = "与 {where} 的手机或账号相同而姓名不同，按同一个人处理。"
	SheetGuardianID     Phrase = "家长按顺序编为 {id}，与工号或学号相同。请把那个工号或学号改掉。"
	SheetOrphans        Phrase = "有 {n} 名学生没有家长：缺勤时没有人可以通知。"
)

// guixiao init.
const (
	InitExists      Phrase = "{file} 已经存在，什么也没有写。请换一个空文件夹，或先把它移走。"
	InitCannotWrite Phrase = "写不了 {file}。请检查文件夹的权限和剩余空间。"
)

// guixiao import: the difference.
const (
	DiffClass    Phrase = "班级 {name}（{id}）"
	DiffStaff    Phrase = "教职工 {name}（{id}）"
	DiffStudent  Phrase = "学生 {name}（{id}）"
	DiffGuardian Phrase = "家长 {name}（{id}）"
	DiffContract Phrase = "合同 {id}"
	DiffAdded    Phrase = "+ {what}"
	DiffChanged  Phrase = "~ {what}：{changes}"
	DiffMissing  Phrase = "? {what}：表里没有，保留不动"
	DiffField    Phrase = "{field} {old} → {new}"
	DiffHidden   Phrase = "{field}有改动"
	DiffSummary  Phrase = "新增 {added}，修改 {changed}，不变 {unchanged}，表里没有 {missing}（导入从不删除）"
)
