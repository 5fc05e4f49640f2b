package phrase

// Lists to hand in or to keep (台账).
const (
	LedgerAttendance   Phrase = "出勤登记"
	LedgerByClass      Phrase = "各班合计"
	LedgerCases        Phrase = "缺勤个案台账"
	LedgerLost         Phrase = "流失学生台账"
	LedgerApplications Phrase = "申请台账"

	LedgerDay      Phrase = "日期"
	LedgerSession  Phrase = "时段"
	LedgerMark     Phrase = "情况"
	LedgerNote     Phrase = "说明"
	LedgerAt       Phrase = "登记时间"
	LedgerState    Phrase = "状态"
	LedgerOpened   Phrase = "开案"
	LedgerClosed   Phrase = "办结"
	LedgerHalfDays Phrase = "未到校半天数"
	LedgerVisits   Phrase = "家访次数"
	LedgerLostAt   Phrase = "登记为流失"
	LedgerFrom     Phrase = "从"
	LedgerTo       Phrase = "到"
	LedgerBy       Phrase = "经办人"
	LedgerIsOpen   Phrase = "办理中"
	LedgerWatched  Phrase = "返校，跟踪中"
	LedgerIsClosed Phrase = "已结案"
	LedgerRejected Phrase = "未获准"

	LedgerPeriod  Phrase = "“{value}”不是一段时间。请写 2026-03-09、2026-03、2026 或 2026-03-01..2026-03-31。"
	LedgerUnknown Phrase = "没有“{kind}”这种报表；可以是：{known}"
	LedgerSheetOf Phrase = "{title} {from} 至 {to}"

	UsageReport  Phrase = "KIND --config FILE [--school ID] --period P --out FILE.xlsx"
	AboutReport  Phrase = "导出台账：attendance 出勤登记、cases 缺勤个案、lost 流失学生、applications 申请（与网页上下载的相同）"
	FlagPeriod   Phrase = "哪段时间：2026-03-09、2026-03、2026 或 2026-03-01..2026-03-31"
	FlagReport   Phrase = "写到这个文件（.xlsx，不能已经存在）"
	ReportDone   Phrase = "已写出 {file}：{n} 行。"
	ReportWanted Phrase = "请写明 --period 和 --out。"
	TitleReports Phrase = "台账"
)
