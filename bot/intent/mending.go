package intent

import (
	"slices"
	"strings"
)

var (
	correcting  = patterns("数漏 漏看 看漏 说的*不对 报的*不对 写的*不对 报重 发重了 忽略上 忽略第 别管上 别管刚才 不用*请假 改为到 是错的 说岔 报岔 撤了 撤掉 撤下 划掉 划了 消掉 抹掉 抹了 拿掉 更正 纠正 订正一下 说错 听错 听岔 看岔 写错 打错 发错 报错 记错 看错 搞错 弄错 点错 填错 数错 登错 录错 标错 认错人 误报 误记 误发 误登 误点 弄混 搞混 看混 记混 说反 报反 写反 弄反 搞反 写成 打成 看成 说成 记成 报成 当成 认成 发成 点成 听成 标成 选成 弄成 搞成 登成 填成 撤回 撤消 撤销 收回 作废 上面*不算 刚才*不算 那个不算 那条不算 这条不算 这个不算 前面*不算 上一条*不算 都不算 之前*不算 刚刚*不算 别算 删掉 删了 删除 去掉 取消 改成 改为 改一下 改下 修改 更改 换成 应为 才对 重新报 重报 以这个为准 以这条为准 以此为准 刚才那条 上一条 上条 上面那 刚才说的 刚才报的 前面那条 刚刚那条 报多了 多报了 手误 口误 打快了 弄岔 冤枉 不请了 不用请了 不请假了 不休了 不停了 别停了 别退 不停课了 不休学了 不转了 不转学了 不退了 不复学了 不请* 没看清 没看见他 没看到他 没注意到 看漏了 看花眼 改请 改到 提前销 假不用了 假*取消 假就不请了 假不用请")
	withdrawing = patterns("报重 发重了 忽略上 忽略第 别管上 别管刚才 撤了 撤掉 撤下 划掉 划了 消掉 抹掉 抹了 拿掉 撤回 撤消 撤销 收回 作废 不算 别算 删掉 删了 删除 去掉 取消 报错了 发错了 说错了 打错了 写错了 误报 误发 误点 点错了 发错群 忽略 别管 无视 不作数 当我没说 当没说 不用请了 不请了 不请假了 重新报")
	notCorrect  = patterns("改错 错题 订正 更正作业 作业*更正 题*错 试卷*改 成绩*更正 成绩*改 取消*活动 取消*比赛 取消*会 取消*课 活动*取消 会议*取消 时间改 地点改 课改到 课*改到 课换成 课*换成 课*对调 改到*开会 改为*开会 时间*改为 时间*改成 调到 课*改成 课*改为 课表*改 取消*晚自习 晚自习*取消 取消*升旗 取消学籍 注销 没搞错吧 名字*写错 姓名*写错 学号*写错 电话*写错 号码*写错 表*填错 抄错 写错字 改名 改成绩 没说错 别搞错 不要搞错 别写错 座位改 运动会改 改自习 是不是搞错 看错题 删*群 群*删 改签 算错 听错题 收回*作业 误报*追责 如有*错 有误*请")
)

// loose: words of change that change no report: nobody is named, nothing is
// open, no word of attendance is said, or it is only said to be possible.
func (m *reading) loose() bool {
	if m.says(mistaken) || m.says(surelyTaken) || m.in.Open != nil || m.disputed() || m.deniesCard() || m.comesSooner() {
		return false
	}
	certain := m.certainStatements()
	if !m.hits(correcting, certain) {
		return true
	}
	return !m.who.guardian && !m.namesChild() && !m.reportWord() && !slices.ContainsFunc(m.items, func(it item) bool {
		return it.is(wAll, wPresent, wChild, wHe) || it.kind == iRatio || it.kind == iActual
	})
}

var surelyTaken = patterns("报重 发重 忽略 无视 别管 更正 纠正 撤回 撤销 撤消 作废 误报 刚才 上一条 上条 上面 那条 这条 不算 口误 手误 报多 报错 重新报")

// onlyWarns: 别记错了, 别给弄混了 ask for care, they mend nothing.
func (m *reading) onlyWarns() bool {
	warned := false
	for _, clause := range strings.FieldsFunc(m.mask, func(r rune) bool { return strings.ContainsRune(",。;!?\n", r) }) {
		switch {
		case !m.hits(correcting, clause):
		case m.hits(beware, clause):
			warned = true
		default:
			return false
		}
	}
	return warned
}

var beware = patterns("别*错 别*混 别*漏 别*反 别*岔 不要*错 不要*混 不要*漏 勿*错 勿*混 防止*错 避免*错 以免*错 免得*错 小心*错 当心*错 注意*错 没错 没说错 没看错 没写错 没弄错 没搞错 没记错 没报错 没有错")
