package phrase

// The roll call of the whole school and the daily digest.
const (
	RollMissing       Phrase = "{class} {slot}点名还没有收到"
	RollMissingMany   Phrase = "{n} 个班 {slot}点名还没有收到：{classes}。请逐班回复，例如：{class} 全到"
	RollFieldExpected Phrase = "应到"
	RollFieldClosed   Phrase = "点名截止"
	RollPeople        Phrase = "{n} 人"
	RollSeat          Phrase = "{seat}号 {name}"
	RollAbsent        Phrase = "有缺勤先写姓名，再点“全到”表示其余全到"
	RollAllPresent    Phrase = "全到"
	RollList          Phrase = "{n} 个班未报 {slot}点名（{at} 截止）：{classes}。未报不等于全到。"
	RollReminded      Phrase = "{slot}点名截止未收到，已提醒。"
	RollWhy           Phrase = "《{title}》要求每天点名（{source}）；截止时没有收到的班级提醒一次。"
	RollWhyPlain      Phrase = "点名截止时没有收到的班级提醒一次；未报不等于全到。"

	DigestHead    Phrase = "{n} 名学生的情况还没有了结："
	DigestLine    Phrase = "· {class} {name}：{state}"
	DigestAway    Phrase = "已 {n} 个半天未到校"
	DigestBack    Phrase = "已返校，还有事项待办"
	DigestFiled   Phrase = "有登记事项"
	DigestOpen    Phrase = "；待办 {n} 项"
	DigestDue     Phrase = "，最早 {at} 前"
	DigestOverdue Phrase = "，已逾期 {n} 项"
	DigestToday   Phrase = "今天 {at}"
	DigestAlso    Phrase = "今天的 {n} 条其他消息："
	DigestHeld    Phrase = "· {at} {text}"
	DigestMore    Phrase = "· 更早的 {n} 条请到控制台查看"
	DigestWhyHeld Phrase = "本月平台的额度不多了，不急的消息并成一条。"
	DigestWhy     Phrase = "每个上课日一次的小结，只列您已经知道的学生。"
)
