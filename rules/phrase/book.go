package phrase

// What the address books of the platforms are said to hold.
const (
	BookGuardian Phrase = "{child}的{relation}"
	BookRelation Phrase = "家长"

	TitleSilent      Phrase = "收不到消息的家长"
	BookMore         Phrase = "{names} 等 {n} 人"
	BookDoubtName    Phrase = "账号 {user}（{name}）可能是教职工 {person}，只有姓名相同：请核对后填进 staff.csv 再导入。"
	BookDoubtOther   Phrase = "账号 {user}（{name}）像是 {person}，但名单里他用的是另一个账号：请核对后改名单。"
	BookDoubtStaff   Phrase = "家长账号 {user}（孩子 {name}）与教职工 {person} 的账号相同：请在通讯录里给家长换一个账号。"
	BookDoubtChild   Phrase = "家长账号 {user} 的孩子“{name}”在名单里找不到，或不止一个：请核对姓名和班级。"
	BookDoubtNumbers Phrase = "账号 {user}（{name}）的手机号在名单里不止一个人有：请核对手机号。"
)
