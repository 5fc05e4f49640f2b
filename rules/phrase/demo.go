package phrase

// What the sandbox platform and the demo API say.
const (
	SandboxTakenBack   Phrase = "上一条消息已撤回。"
	SandboxBadBody     Phrase = "消息内容无法识别，已搁置。"
	SandboxNobody      Phrase = "这条消息没有收件人。"
	SandboxCannotWrite Phrase = "演示消息文件写不进去，请检查磁盘空间和目录权限。"
)
