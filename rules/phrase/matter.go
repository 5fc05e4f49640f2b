package phrase

// What the matters of a school say: reports, counts, findings.
const (
	MatterOpened  Phrase = "开始：{what}"
	ChildDone     Phrase = "{name}：{event}"
	GatheredTitle Phrase = "{what}：已收齐"
	GatheredLate  Phrase = "{what}：到期，尚有未报"
	ReportMissing Phrase = "未报"
	ReportNil     Phrase = "零报告"
	ReportTotal   Phrase = "合计"
	FieldMatter   Phrase = "事项"
	FieldPart     Phrase = "单位"

	ListCasesTitle Phrase = "本期个案"
	ListOpenTitle  Phrase = "未结个案"
	ListLostTitle  Phrase = "本期流失"
	ListLateTitle  Phrase = "逾期与未报"
	ListAnonTitle  Phrase = "流失原因（不含姓名）"
	ListRateTitle  Phrase = "流失率"
	ListNone       Phrase = "无"
	ListCase       Phrase = "{state}；原因：{reason}"
	ListCaseAway   Phrase = "未到校 {n} 个半天"
	ListCaseBack   Phrase = "已返校"
	ListLost       Phrase = "{event}（{day}）；去向：{where}；原因：{reason}"
	ListLate       Phrase = "{stage}：应于 {due} 前完成"
	ListFewer      Phrase = "少于 {n} 人"
	ListPeople     Phrase = "{n} 人"
	ListRate       Phrase = "流失 {lost} 人，在籍 {all} 人，流失率 {rate}"
	ListExcluded   Phrase = "；另有 {n} 人离校但手续齐全或不计"

	ListVisitsTitle    Phrase = "参加家访次数"
	ListTimes          Phrase = "{n} 次"
	ListWorksheetTitle Phrase = "奖惩测算（草稿，由人核定，不发放、不扣款）"
	ListReward         Phrase = "无流失：班主任奖 {teacher} 元，学部领导各奖 {each} 元"
	ListDeduct         Phrase = "流失 {n} 人：班主任扣 {n}×{teacher} 元，学部领导各扣 {n}×{each} 元"
	ListBlank          Phrase = "____"

	AlertRate       Phrase = "流失 {n} 人，在籍 {all} 人，流失率 {rate}，超过规定的 {limit}"
	AlertCount      Phrase = "{within} 天内流失 {n} 人，达到 {limit} 人"
	SpanWeekStrict  Phrase = "第{week}教学周{day}的前一天 18:00"
	SpanWeekLenient Phrase = "第{week}教学周{day} 18:00"
	SpanSameDay     Phrase = "当天 {at}，不论上课与否"
	SpanWeekEnd     Phrase = "本周最后一个上课日"
	SpanBefore      Phrase = "{date}以前 {length}"
	SpanAfter       Phrase = "{date}以后 {length}"
	DateTermEnd     Phrase = "学期结束"
	DateEntry       Phrase = "新生入学日"
	DateHoliday     Phrase = "放假"

	EndingRefusal Phrase = "明确拒绝"

	TriedForbidden Phrase = "{who} 为 {name} 提出{what}，已按制度拒绝，请了解情况。"

	SeverityPlain Phrase = "普通"
	SeverityMajor Phrase = "重要"
)
