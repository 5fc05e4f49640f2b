package phrase

// What guixiao parse says.
const (
	ParseSchool  Phrase = "学校资料目录"
	ParseNow     Phrase = "说话的时间，例如 2026-10-13T08:05:00+08:00；不写则为现在"
	ParseFrom    Phrase = "说话的人：工号，或家长在任一平台的账号"
	ParseExplain Phrase = "在标准错误里逐条说明哪些字词带来了什么"
	ParseNeeds   Phrase = "请用 --school 写明学校资料目录。"
	ParseBadNow  Phrase = "时间 {now} 写法不对，应如 2026-10-13T08:05:00+08:00。"
	ParseNobody  Phrase = "{where}找不到说话的人 {who}：应是 staff.csv 里的工号，或 guardians.csv 里任一平台账号。"
	ParseBadLine Phrase = "标准输入第 {n} 行不是正确的 JSON：{why}"
	ParseLine    Phrase = "标准输入第 {n} 行："
)
