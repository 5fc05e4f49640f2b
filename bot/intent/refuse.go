package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// What a school may not do to a child (domain 2.5), as people write it. A
// training institution may end a contract, so none of this holds there.
var (
	expelWords = patterns("学退了 把学退 退了学 开除 劝退 退学 除名 勒令*退 清退 劝其*离校 撵走 赶走 轰走 赶出学校 别要了 不要他了 不要她了 让他走人 让她走人 自动离校 请出学校 办*退学")

	pushOutWords = patterns("让*转到别 让*转去别 让*换个学校 让*换所学校 让*换学校 让*另找学校 让*另谋 叫*换个学校 叫*换学校 叫*另找 劝*换学校 劝*换个学校 劝*另找 让*转到*别的学校 叫*转到*别 要求*换学校 动员*换学校 另请高就 另找学校去 转到别的学校去 劝*回家算了 劝*回去算了 劝*回家吧 叫*回家算了 让*回家算了 中考*别参加 中考*不要参加 中考*不用参加 中考*别去 考试*别参加 劝*转学 劝*转走 劝*转校 让*转学吧 让*转走 让*转校 叫*转学 叫*转走 叫*转校 动员*转学 动员*转走 动员*转校 动员*职校 动员*职高 动员*中职 动员*去读 逼*转 要求*转学 要求*转走 建议*转学 建议*转走 建议*转校 要么*转学 要么*转走 责令*转学 把N转走 把N转出 转走算了 转学算了 转到别的学校去吧 转到别校 转去别的学校 转去职校 劝*去职校 劝*职校 劝*职高 让*去职校 让*去职高 分流到职 提前分流 让*分流 动员*分流 劝*分流 " +
		"别*参加*中考 不*参加*中考 放弃*中考 不要*参加*考试 别*参加*考试 不让*参加*考 不准*参加*考 别让*参加*考 不用*参加*考 劝*别考 劝*不考 劝*弃考 劝*放弃*考 让*弃考 动员*弃考 动员*放弃 动员*别考 不让*考试 不准*考试 别让*考试 不许*考试 别考了 弃考吧 办*缓考免得 请病假*别考 考试那天*别来 考试*别让*来 考试*不要来 考试*不用来 测评*别来 检测*别来 抽测*别来 抽测*请假 统考*别来 统考*请假吧 让*考试*请假 叫*考试*请假 劝*考试*请假 考试那天请假 中考*请假 让*别参加 叫*别参加 拉低*平均分*别 影响*平均分*别 拉平均分")

	recordWords = patterns("注销*学籍 学籍*注销 删除*学籍 删*学籍 学籍*删 取消*学籍 学籍*取消 清除*学籍 学籍*清 除*学籍 学籍*除 吊销*学籍 学籍*下掉 学籍*销了 销掉*学籍 把*学籍*转走 把*学籍*转出 开除学籍")

	keepOutWords = patterns("让*在家待# 让*在家待一 让*在家呆 让*回家待# 让*在家反省# 不让*进班 不让*进教室 不让*进校 不让*进学校 不让*进门 不让*进课堂 不让*上课 不让*来上课 不让*听课 不让*到校 不让*来学校 不让*入校 不让*入班 不让他进 不让她进 不让N进 不让*来上学 不让*返校 " +
		"不准*进班 不准*进教室 不准*进校 不准*进门 不准*上课 不准*听课 不准*来上课 不准*入校 不准*入班 不准*来学校 不准他进 不准她进 不准*返校 不许*进班 不许*进教室 不许*进校 不许*进门 不许*上课 不许*听课 不许*来学校 不许*来上课 不许他进 不许她进 不许*返校 " +
		"别让*进班 别让*进教室 别让*进校 别让*进门 别让*上课 别让*听课 别让*来上课 别让*来学校 别让*来上学 别让他进 别让她进 别让N进 别让N来 别让他来 别让她来 禁止*进教室 禁止*进班 禁止*进校 禁止*上课 禁止N 不得进教室 不得进班 不得入班 不得进校 不能让*进班 不能让*进教室 不能让*上课 不能进教室 不允许*进教室 不允许*进班 不允许*进校 不允许*上课 拒绝*进班 拒绝*入班 拦在*外 挡在*外 关在*外 关在门外 轰出*教室 赶出*教室 撵出*教室 请出*教室 轰出去 赶出去 撵出去 " +
		"站外面 站门口 站走廊 站在外面 站在门口 站在走廊 站楼道 站操场 到外面站 到走廊站 去走廊站 去外面站 到门口站 罚站 在走廊上课 在门外听课 在外面站 站到外面 站到门口 站到走廊 站教室外 站在教室外 " +
		"别来了 别来上学了 别来学校了 别来上课了 不用来了 不用来上学 不用来上课 不用来学校 不要来了 不要来上学 不要来学校 不要来上课 不要再来 别再来 先别来 先不要来 先不用来 叫他别来 让他别来 让她别来 叫她别来 让N别来 叫N别来 让*领回去 让*领回家 叫*领回去 叫*领回家 让*带回去 让*带回家 叫*带回去 叫*带回家 停学 回家待着 让*在家待着 让*待家里 让他在家自学 让*在家自学 回家自学 清出教室 不给*上课 不给*进 取消*上课资格 剥夺*上课 单独坐*办公室*不 等*来了再让*进 家长不来*不 家长不来*别")

	publishWords = patterns("公布*名单 公布*旷课 公布*缺勤 公布*迟到 公布*排名 公布*原因 公布*病 公布*成绩 公示*名单 公示*旷课 公示*缺勤 公示*迟到 公示*排名 公示*原因 公示*请假 名单*公示 名单*公布 排名*公布 排名*公示 原因*公布 原因*公示 名单*发*家长群 名单*发*家长 名单*发*班级群 排名*发*家长 排名*发*班级群 排行*发*家长 排行*家长群 原因*发*家长群 原因*发*班级群 病情*发*群 名字*发*家长群 名字*发*班级群 姓名*发*家长群 姓名*发*班级群 排名*家长群 名单*家长群 排行榜*群 通报*家长群 家长群*通报 家长群*点名 家长群*曝光 家长群*公布 家长群*公示 家长群*排名 家长群*名单 班级群*点名 班级群*曝光 班级群*公布 班级群*排名 贴*校门口 贴*公告栏 贴*宣传栏 贴*教室 挂*校门口 曝光 点名批评*群 成绩*排名*家长 张榜 发*家长群*排 晒*群 出勤率排名*家长 缺勤*发*家长群 旷课*发*家长群 迟到*发*家长群 旷课*发到*群*家长 逃课*家长群 贴出来 贴出去 告诉*所有家长 让全班家长 让所有家长 发给全班家长 发给所有家长 发给各位家长 发全体家长 通报*全体家长 向*家长*公开 向*家长*公布 对*家长*公开")

	// Said of it, not asked for.
	notAsked = patterns("不得*开除 不能*开除 严禁*开除 禁止*开除 不许*开除 不准*开除 不会*开除 不得*劝退 严禁*劝退 禁止*劝退 不能*劝退 不准*劝退 不许*劝退 不会*劝退 不得*退学 没有*退学 没*退学 没有*开除 没*开除 不是*开除 不是*劝退 不得*停课 严禁*公布 不得*公布 不要*公布 不得*公示 不要*公示 不能*公布 严禁*公示 禁止*公布 禁止*公示 不得*排名 禁止*排名 严禁*排名 不得以任何 任何*不得 不得*剥夺 严禁*赶出 不得*赶出 不准*赶出 不要*赶出 严禁*不让 不得*不让 不能*不让 禁止*罚站 严禁*罚站 不得*罚站 不准*罚站 不要*罚站 严禁*劝转 不得*动员 严禁*动员 不得*注销 严禁*注销 不准*动员 退学率 退学风险 防止*退学 被开除 开除球 不要*开除 不能随意 不能*赶出 不得*拒绝 严禁*停课 能不能不 不要*劝退 学习*规定 学习*条例")

	suspendWords = patterns("停*课 停*学 挺课")
)

// refuse recognises a wish for something a school may not do.
func (m *reading) refuse() (school.Meaning, bool) {
	if m.r.school.Training() || m.says(notAsked) {
		return school.Meaning{}, false
	}
	asked := m.says(expelWords) || m.says(recordWords) || m.says(publishWords)
	if !asked && !m.who.guardian {
		asked = m.says(pushOutWords) || m.keepsOut()
	}
	if !asked && !m.longSuspension() {
		return school.Meaning{}, false
	}
	if m.asksHow() && !m.says(mayWeExpel) && (m.endsWithQuery() || m.says(howWords) || m.items[len(m.items)-1].is(wAsk)) {
		return school.Meaning{}, false
	}
	out := school.Meaning{Intent: school.IntentRefuse}
	m.note("refuse", m.phrase(slices.Concat(expelWords, recordWords, publishWords, pushOutWords, keepOutWords)))
	if m.says(leavingWords) && m.who.guardian {
		out.Flags = append(out.Flags, school.FlagIntentToLeave)
	} else if m.who.guardian && m.says(quitWords) {
		out.Flags = append(out.Flags, school.FlagIntentToLeave)
	}
	if m.says(dangerWords) {
		out.Flags = append(out.Flags, school.FlagSafety)
	}
	return out, true
}

// keepsOut: a child is to be kept from lessons. Words of a parent who keeps
// the own child at home are not.
func (m *reading) keepsOut() bool {
	if m.says(reflectWords) && !m.shortTerm() {
		return true
	}
	return m.says(keepOutWords) && !m.says(keepOutByOthers) && !(m.says(reflectWords) || m.says(suspendWords) && m.shortTerm())
}

var reflectWords = patterns("领回家反省 领回去反省 回家反省 在家反省 回去反省 停课反省 反省")

// shortTerm: up to a week is named, and the child is in grade 5 or above.
func (m *reading) shortTerm() bool {
	for i := range m.toks {
		w, _, ok := m.length(i)
		if ok && (w.unit == unitDay && w.n <= 14 || w.unit == unitWeek && w.n <= 7) && !m.lowGrade() {
			return true
		}
	}
	return false
}

var keepOutByOthers = patterns("家长不让 家里不让 爸不让 妈不让 爸爸不让 妈妈不让 奶奶不让 爷爷不让 父母不让 医生不让 大夫不让 保安不让 门卫不让 家长说不用来 家长说别 医生说不 发烧*不要来 发烧*别来 生病*别来 生病*不要来 感冒*别来 水痘*不要来 流感*不要来 传染*不要来 传染*别来 发烧*不用来 病好 退烧 痊愈 老师*不用来 家长*不用来 老师*别来 明天放假 放假*不用来 周末*不用来 停课通知 台风 大雪 暴雨")

// longSuspension: disciplinary 停课 of more than a week, or in grades 1 to 4.
func (m *reading) longSuspension() bool {
	if m.who.guardian || !m.says(suspendWords) || m.says(announced) {
		return false
	}
	long := false
	for i := range m.toks {
		w, _, ok := m.length(i)
		if !ok && m.toks[i].is(wSpanWord) {
			long = true
		}
		if ok {
			switch {
			case w.unit == unitDay:
				long = long || w.n > 14
			case w.unit == unitWeek:
				long = long || w.n > 7
			default:
				long = true
			}
		}
	}
	return long || m.says(suspendOpen) || m.lowGrade()
}

var (
	announced   = patterns("台风 暴雨 大雪 全校停课 全部停课 停课不停学 停课通知 停电 停水 运动会 疫情 流感停课 班级停课 因*停课 高温 雾霾 期间 全体停课 年级停课 水痘*停课")
	suspendOpen = patterns("停课*改好 停课*为止 停课*期末 停课*学期 停课到*检查 无限期 停课*认错 长期停课 停到期末 停到*学期 停课*再说")
)

// lowGrade says that the child or class spoken of is in grades 1 to 4.
func (m *reading) lowGrade() bool {
	for _, it := range m.items {
		if it.kind == iKid {
			if f := m.resolve(it.kid); len(f.kids) == 1 {
				for _, c := range m.r.placesOf(f.kids[0]) {
					if g := m.r.classes.list[c].grade; g >= 1 && g <= 4 {
						return true
					}
				}
			}
		}
	}
	for _, c := range m.who.own {
		if g := m.r.classes.list[c].grade; g >= 1 && g <= 4 && !m.named {
			return true
		}
	}
	return false
}

// noteStatement is note for what a whole statement says.
func (m *reading) noteStatement(field string, stmt int) {
	if !m.in.Explain || stmt < 0 || stmt >= len(m.stmts) {
		return
	}
	s := m.stmts[stmt]
	m.note(field, m.s.sub(m.toks[m.items[s.from].from].from, m.toks[m.items[s.to-1].to-1].to))
}

// note remembers which words led to what, for --explain.
func (m *reading) note(field, words string) {
	if words != "" && m.in.Explain {
		m.trace = append(m.trace, field+" ← "+strings.TrimSpace(words))
	}
}

var mayWeExpel = patterns("能不能*开除 可以*开除 能*劝退 可以*劝退 可不可以*")
