package intent

import (
	"strings"
	"unicode/utf8"
)

var (
	// lookUp asks the bot to look something up.
	lookUp = patterns("请了几 缺了几 旷了几 迟到几 迟到了几 来了几 到了几 请了多少 缺了多少 查一下 查下 查查 查询 帮我查 帮查 帮忙查 统计一下 统计下 统计出 看一下*名单 看下*名单 看看*谁 看看*没 列一下 列出 列个 导出 给我看 给我*名单 发我*名单 名单*发我 名单*给我 名单*发一下 名单*发过来 记录*发我 情况*发我 数据*发我 表*发我 发我一份 发一下*名单 把*名单*发我 把*名单*给我 我想知道 想了解 想问 想咨询 咨询一下 请问 问一下 问下 求*名单 调一下*记录 调出 显示 我要看 要一份 汇总一下*给我 查看")

	// subjects are what a question to the school can be about.
	subjects = patterns("联系了没 联系没 联系过没 联系了吗 来不来 去不去 到不到 在没在 回没回 走没走 批没批 补没补 销没销 请没请 上没上 过期 报数 退不退 看到他没 看到她没 见到他没 看到孩子没 缺过 点名 晨检 能退 可以退 退一部分 请假 假条 销假 批假 病假 事假 公假 准假 的假 假批 批假 批了 休学 复学 转学 停课 复课 退费 退课 课时 缓学 入学 辍学 控辍 劝返 家访 调课 调到 换课 换班 换老师 上课时间 试听 缺勤 缺课 出勤 考勤 旷课 逃课 迟到 早退 到校 没来 没到 未到 不在 到了 来了 到没到 来没来 到学校 到教室 返校 回校 报了没 报了吗 没报 未报 报没报 上报 几次 几天 缺了 缺席 缺几 缺多少 少几 少了 实到 应到 全勤 手续 流程 台账 个案 案子 学籍 处理 在学校吗 在不在 在校吗 在班 在哪 去哪 人呢 没见到 见到*没有 回放 补课 病了 生病 发烧 为什么没 怎么没来 为啥没 谁没 哪些人 哪几个 哪些学生 名单 到齐 齐了 咋没 联系上 离校 走了吗 没回家 放学 接走 上课吗 上学 课上 停多久 退多少 退钱 退款 还剩 剩多少 剩几 剩余 销了没 批没批 同意了吗 审批 准了吗 通过了吗 进度 到哪一步 完成了吗 报告 情况怎么样 什么情况 怎么样了 怎么办理 如何办理 怎么申请 如何申请 怎么办 提醒了没 通知了没 谁负责 该谁 到期 还有几天 截止 超期 逾期")

	// offTopic are questions about other things.
	offTopic = patterns("红领巾 校牌 胸卡 文具 跳绳 雨伞 雨衣 鞋子 照片 被子 牛奶 快递 玩了 去玩 值周 值日 作业 校服 班费 会议 培训 志愿 书本费 放几天 几号放假 放假吗 放假通知 天气 食谱 校车几点 成绩 分数 考多少 考试范围 家长会几点 教材 课表 发下来了 水杯 外套 衣服 书包 落在 忘在 手表 饭卡 体检表 回执 群里 链接 打卡 视频 收费 缴费 交费 午餐 菜单 住宿费 几点放学 军训 秋游 春游 毕业照 合影")
)

// query recognises a question to the school.
func (m *reading) query() bool {
	if !m.questioned() && !m.says(lookUp) {
		return false
	}
	if m.polite() {
		return false
	}
	about := m.asksAboutSchool()
	if m.says(announcing) {
		return false
	}
	if at := m.askedAt(); m.says(offTopic) && !m.says(strongSubjects) && !(at >= 0 && m.hits(subjects, m.clauseAt(at)) && !m.hits(offTopic, m.clauseAt(at))) {
		return false
	}
	return about
}

// asksAboutSchool: the clause that asks is about attendance; if it says nothing
// by itself (怎么办?, 什么情况), the message is.
func (m *reading) asksAboutSchool() bool {
	if m.asksForThings() {
		return false
	}
	at := m.askedAt()
	if at >= 0 && m.hits(offTopic, m.clauseAt(at)) && !m.hits(subjects, m.clauseAt(at)) {
		return false
	}
	if m.says(subjects) {
		return true
	}
	for _, it := range m.items {
		if it.kind == iMark && !it.is(wFine, wOtherCause, wPersonal, wOfficial, wLack, wElsewhere, wLateSoon) {
			return true
		}
	}
	return false
}

// asksForThings: 到了没有啊,快递: nobody is spoken of, only a thing that comes.
func (m *reading) asksForThings() bool {
	thing, came := false, false
	for _, it := range m.items {
		switch {
		case it.kind == iKid, it.kind == iClass, it.kind == iCount, it.is(wChild, wHe, wOthers, wParent, wLeave, wSick, wPersonal):
			return false
		case it.is(wThing) && utf8.RuneCountInString(it.text) > 1: // not the 门 of 出门
			thing = true
		case it.is(wPresent, wCome, wAbsent):
			came = true
		}
	}
	return thing && came
}

// askedAt is the last item that asks, -1 for none.
func (m *reading) askedAt() int {
	for i := len(m.items) - 1; i >= 0; i-- {
		if m.items[i].is(wAsk) && !m.indirect(i) || m.endsInNot(i) {
			return i
		}
	}
	return -1
}

// clauseAt is the masked text between the commas around item i.
func (m *reading) clauseAt(i int) string {
	bounds := func(it item) bool { return it.kind == iComma || it.kind == iStop || it.kind == iQuery }
	a, b := i, i
	for a > 0 && !bounds(m.items[a-1]) && !m.items[a].line {
		a--
	}
	for b < len(m.items) && !bounds(m.items[b]) {
		b++
	}
	return m.maskOf(a, b)
}

// announcing uses question words without asking: 谁请假提前说.
var announcing = patterns("等*通知 听*通知 另行通知 谁*请还 谁*请来 谁*请到我 谁*请把 谁拿了 谁拿走 谁捡到 谁*联系一下 谁*代一下 谁*代我 谁*代个 谁*顶一下 谁*替一下 谁帮 谁*帮我 麻烦谁 谁有空 谁方便 谁还没*就 谁还没*先 谁先 谁*就给 谁*就打 谁*就叫 谁*就罚 谁*就写 谁*就扣 谁*就留 谁*就请 谁*就联系 谁*提前说 谁*跟我说 谁*说一声 谁*告诉我 谁*找我 谁*举手 谁*报名 谁要*说 谁*来领 有谁*请到 什么时候都 有什么事*找 有事随时 有什么*联系 有问题*找 有问题*问 不管谁 无论谁 谁迟到谁 谁旷课谁 谁缺勤谁 谁不来谁 谁再")

var strongSubjects = patterns("请假 旷课 没到校 到校了 没来上课 缺勤 休学 复学 转学 停课 复课 课时 到学校了")

// questioned says that the message asks: its last sentence is a question.
func (m *reading) questioned() bool {
	last, asks := 0, false
	for i, it := range m.items {
		switch {
		case it.kind == iQuery:
			asks = true
			last = i
		case it.kind == iStop && m.moreAfter(i):
			asks, last = false, i
		case it.is(wAsk) && !m.indirect(i), m.endsInNot(i):
			asks, last = true, i
		case it.line && m.moreAfter(i-1) && asks && last < i:
			if !m.questionAfter(i) {
				asks = m.items[i-1].kind == iQuery && m.shortRest(i)
			}
		}
	}
	if n := len(m.items); !asks && m.who.guardian && n > 1 && m.items[n-1].text == "吧" && !m.wishes() && m.says(guessed) {
		return true // 没缺过课吧
	}
	if asks && m.in.Text != "" {
		return m.endsAsking(last)
	}
	return asks
}

// guessed: what a guardian supposes of the school's records.
var guessed = patterns("没缺 没迟到 没旷 缺过 请过 迟到过 到了吧 到校了吧 在学校吧 在教室吧")

// endsInNot: 报了没, 来了没有.
func (m *reading) endsInNot(i int) bool {
	it := m.items[i]
	if it.text != "没" && it.text != "没有" && it.text != "不" || i == 0 {
		return false
	}
	if i+1 < len(m.items) && m.items[i+1].kind != iStop && m.items[i+1].kind != iComma && m.items[i+1].kind != iQuery && !m.items[i+1].is(wFill, wPolite) {
		return false
	}
	p := m.items[i-1]
	return p.kind == iMark || p.is(wPlain) && strings.HasSuffix(p.text, "来") || p.is(wHe, wChild, wLe, wHead, wThing, wAct, wCall) || strings.HasSuffix(p.text, "了")
}

// endsAsking: no new statement follows the question but thanks.
func (m *reading) endsAsking(last int) bool {
	for i := last + 1; i < len(m.items); i++ {
		it := m.items[i]
		if it.kind == iMark && m.items[last].kind == iQuery && (it.is(wLeave, wSick, wAbsent, wPersonal)) {
			return false
		}
	}
	return true
}

func (m *reading) moreAfter(i int) bool {
	for k := i + 1; k < len(m.items); k++ {
		if it := m.items[k]; it.kind != iStop && !it.is(wPolite, wFill, wAck) {
			return true
		}
	}
	return false
}

func (m *reading) questionAfter(i int) bool {
	for k := i; k < len(m.items); k++ {
		if m.items[k].kind == iQuery || m.items[k].is(wAsk) {
			return true
		}
	}
	return false
}

func (m *reading) shortRest(i int) bool { return len(m.items)-i <= 2 }

// indirect: 不知道怎么回事, 谁都没缺, 没什么 ask nothing.
func (m *reading) indirect(i int) bool {
	if t := m.items[i].text; t == "吗" || t == "么" {
		return false
	}
	for k := i - 1; k >= 0 && k >= i-3; k-- {
		switch t := m.items[k].text; t {
		case "不知道", "不知", "不清楚", "不晓得", "没说", "无论", "不管", "没", "没有", "知道", "不了解", "不明白", "看", "问", "也不知道", "问他", "问她":
			return true
		}
		if m.items[k].kind == iComma {
			break
		}
	}
	anyhow := i + 1
	for anyhow < len(m.items) && anyhow < i+3 && !m.items[anyhow].is(wBoth, wAlso) && m.items[anyhow].kind != iComma && m.items[anyhow].kind != iStop {
		anyhow++
	}
	if anyhow < len(m.items) && m.items[anyhow].is(wBoth, wAlso) && (m.items[i].text == "谁" || m.items[i].text == "什么" || m.items[i].text == "啥" || m.items[i].text == "怎么" || m.items[i].text == "哪") {
		return true
	}
	for k := i + 1; k < len(m.items) && m.items[k].kind != iComma && m.items[k].kind != iStop && m.items[k].kind != iQuery; k++ {
		if m.items[k].is(wReasonOpen, wOpenEnd) {
			return true // 具体什么原因还不清楚
		}
		switch m.items[k].text {
		case "不知道", "不清楚", "不确定", "不知", "再说", "看情况", "没定", "不晓得", "不好说", "说不准", "不一定":
			return true
		}
	}
	if i > 0 && strings.ContainsAny(firstRune(m.items[i-1].text), "看等听") {
		return true // 看医生怎么说
	}
	switch m.items[i].text {
	case "几个", "几天", "几次", "几名", "几人", "多久":
		return !m.endsWithQuery() && !m.says(howMany)
	case "呢":
		return true
	}
	return false
}

func (m *reading) endsWithQuery() bool {
	return len(m.items) > 0 && m.items[len(m.items)-1].kind == iQuery
}

// polite: a wish in the form of a question, 请一天假可以吗.
func (m *reading) polite() bool {
	if m.says(howWords) {
		return false
	}
	if m.says(tagQuestions) && m.wishes() {
		return true
	}
	return m.says(mayI)
}

var (
	tagQuestions = patterns("可以吗 行吗 好吗 可否 行不行 可不可以 可以不 好不好 可以么 行么 可以嘛 行嘛 能批吗 能准吗 方便吗 同意吗 批一下 可以吧 行吧 成吗 中不 要得不 合适吗 没问题吧")
	mayI         = patterns("能不能请 可不可以请 能请*假吗 可以请*假吗 能否请 可否请 能不能*请假 可不可以*请假 能不能停 可不可以停 能停*吗 可以停*吗 能否停 能不能给*请 可否给*请 能不能办*休学 能不能晚 可以晚*吗 能不能帮*请 可以复课了 能不能帮他请 能不能帮她请 可以帮*请*吗 能帮*请*吗 想给*请*可以 想*停*可以")
	howWords     = patterns("怎么请 如何请 怎样请 怎么办理 怎么办 如何办 什么手续 啥手续 哪些手续 什么材料 啥材料 哪些材料 什么流程 怎么申请 如何申请 怎么弄 怎么走 需要什么 要什么 找谁 几天假 多少天 怎么算 怎么退 扣多少 多少钱 可以请几 能请几 最多请 请多久 什么条件 要不要交 需不需要 在哪办 去哪办 要找 批了吗 批了没 准了吗 同意了吗 批没批 通过了吗 批准了吗 批下来")
)

// wishes: the speaker applies for something.
func (m *reading) wishes() bool {
	for _, it := range m.items {
		if it.is(wLeave, wSick, wPersonal, wNotComing, wLateSoon) {
			return true
		}
	}
	return m.says(applyWords)
}

var applyWords = patterns("停一 停# 先停 暂停 想停 要停 停课 休学 复学 复课 转学 退费 退款 延缓入学 缓学")

// asksHow: the message asks about a rule rather than for the thing itself.
func (m *reading) asksHow() bool { return m.questioned() && !m.polite() }

// wonders is a guardian who does not know where the child is.
var wonders = patterns("看到他没 看到她没 见到他没 见到她没 看到孩子没 见到孩子没 看到娃没 没到吗 没到? 没到么 到了吗 到了没 到学校了吗 到校了吗 到学校没 没到学校 没到校 没去吗 没来吗 没来? 说没到 说没来 咋没 怎么没 怎么会 咋会 咋个 怎么可能 不可能 怎么说 在不在 是不是没 有没有到 到没到 来没来 来了没 来了吗 在学校吗 在学校没 在班上吗 在教室吗 没在吗 不在吗 不在? 没在? 帮我看看 帮忙看看 看看他 看看她 看看到 看一下到 看下到")

// disputes is a guardian who says that a notice is wrong.
var disputes = patterns("怎么还发 还给我发 怎么又 为什么发 为啥发 发错 搞错 弄错 怎么发 乱发 误报 误会 是不是错 明明 错了吧 瞎发 又发 不对吧 核实一下 查清楚 搞清楚 弄清楚")

var howMany = patterns("缺了几 有几个没 几次了 来了几 到了几 少了几 请了几 几个人 几个没 缺几 少几 多久了")
