package phrase

// What the sandbox platform and the demo API say.
const (
	SandboxTakenBack   Phrase = "上一条消息已撤回。"
	SandboxBadBody     Phrase = "消息内容无法识别，已搁置。"
	SandboxNobody      Phrase = "这条消息没有收件人。"
	SandboxCannotWrite Phrase = "演示消息文件写不进去，请检查磁盘空间和目录权限。"
)

// What the demo page and its API say.
const (
	TitleDemo Phrase = "演示"

	DemoNoPerson     Phrase = "没有编号为 {person} 的人；名单见 GET /demo/api/people"
	DemoNoStudent    Phrase = "没有学号为 {student} 的学生；名单见 GET /demo/api/people"
	DemoNothingSaid  Phrase = "text 和 attachments 不能都空着"
	DemoConversation Phrase = "conversation 应为 direct 或 group:班级编号，收到的是 {conversation}"
	DemoNoEvent      Phrase = "缺少 event：要记录哪一件事"
	DemoNoButton     Phrase = "缺少 card 或 button"
	DemoAfter        Phrase = "after 应为整数"
	DemoEmptyBody    Phrase = "请求体是空的"
	DemoBadJSON      Phrase = "JSON 读不懂：{why}"
	DemoBadFile      Phrase = "文件应写作 {\"name\":\"文件名\",\"base64\":\"内容\"}"
	DemoFollow       Phrase = "请用 person=编号 指定 1 到 {most} 个人"
	DemoRollCall     Phrase = "rollcall 只能是 as-before 或省略"
	DemoAdvanceOrTo  Phrase = "请给出 advance（如 \"24h\"）或 to（如 \"2026-03-03T08:30:00+08:00\"）之一"
	DemoAdvance      Phrase = "advance 应写作 24h、30m 这样，收到的是 {advance}"
	DemoTo           Phrase = "to 应写作 2026-03-03T08:30:00+08:00 这样，收到的是 {to}"
	DemoNeverBack    Phrase = "时钟只能向前拨"

	DemoNoSchoolNamed Phrase = "没有学校 {school}；可以选：{known}"
	DemoNoSchool      Phrase = "今天不上课"
	DemoBefore        Phrase = "{session}上课前"
	DemoRollOpen      Phrase = "{session}点名中，{until} 截止"
	DemoRollClosed    Phrase = "{session}点名已截止"
	DemoAfterSchool   Phrase = "放学了"
)
