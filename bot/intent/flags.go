package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

var (
	// leavingWords: the child, or the family, speaks of ending school.
	leavingWords = patterns("辍学 缀学 戳学 绰学 掇学 失学 不念了 不读了 不念书 不读书 不想念 不想读 不愿读 不愿念 不愿意读 不愿意念 不打算读 不打算念 不准备读 不让读 不让念 不让*读书 不让*念书 不供了 不上了 不来上了 不来读 不来念 不去读 不去念 不肯读 不肯念 不再读 不再念 不再上 不再来 不来了以后 再也不来 再也不去 以后不来 以后不去 以后都不来 不想上学 不想上了 不愿上学 不愿意上学 不肯上学 死活不上 死活不去 死活不来 死活不肯 就是不去 就是不肯 就是不来 怎么说都不去 怎么劝都不 怎么说都不 说什么也不 说啥都不 不肯去 不愿去学校 再也不想上 打死不去 打死都不 不上学了 不来上学了 不去上学了 厌学 放弃读书 放弃学业 弃学 读不进去 念不进去 不是读书的料 早点挣钱 打工去了 出去打工 去打工 外出打工 打工*不回 打工*不来 带*去*打工 跟*去*打工 打工去 打工了 不回来了 不回来上 不回来读 不回来念 不打算回来 不打算来 不打算上 不准备来 进厂 学手艺 学汽修 学理发 学美发 学厨师 当学徒 读不下去 念不下去 上不下去 不想学了 书不读 书不念 不去学校了以后 不读了 没打算读 没打算继续 不再去 读完*不来 念完*不来 上完*不来 学期*不来了 过完年*不来 年后*不来 不让他上 不让她上 不让*上学 不让上了 不念 不想再读 不想再上 不想再念 早点出去 毕业证不要了 去学门手艺 学一门手艺 混社会 不会再来 不会再去 不考了")
	quitWords    = patterns("退学")

	// dayOnly: only today, so it is no lasting wish.
	dayOnly = patterns("早操 课间操 跑操 下午*不上 上午*不上 晚上*不上 今天*不上 明天*不上 课就不上 课不上 课都不上 课先不上 晚自习 晚修 晚自修 体育课 课后服务 课后班 社团课 这节课 最后一节 末节 今天不想 今天不愿 今早不想 今天*不想上学 今天*不想去 早上不想 今天*不肯 今天不上学 今天*不上学了 今天不来 今天不去 明天不 下午不 上午不 这周不 下周不 今天就不 今天不读 放假 课外 兴趣班 补习 培训班 奥数 英语班 辅导班 校外班 午托 晚托 延时 社团")

	// talkedOf: the subject itself, not a child.
	talkedOf = patterns("台账 控辍保学 控辍 防辍 月报 报表 讲座 主题班会 宣传 方案 会议 文件 零辍学 没有辍学 无辍学 辍学率 疑似辍学*表 辍学学生*表 花名册 排查 学习材料 政策 工作 汇总表 检查 没说不 不会辍学 不能辍学 谣言 辟谣")

	// dangerWords: violence, early marriage, labour, self-harm, running away.
	dangerWords = patterns("网吧*上班 饭店*上班 餐馆*上班 店里*上班 厂*上班 工地*上班 理发店*上班 酒吧*上班 饭馆*上班 超市*上班 打零工 做小工 当服务员 当帮工 当小工 网吧*打工 店里*打工 超市*打工 淤青 瘀青 乌青 青一块 紫一块 伤痕 鞭痕 掐痕 勒痕 烟头烫 烫的疤 家暴 家庭暴力 被打 被*打了 被*围 被*堵 挨打 爸打的 妈打的 爷打的 爸爸打的 妈妈打的 被打的 人打的 家长打的 父亲打的 他打的 她打的 谁打的 大人打的 同学打的 打的伤 爹打的 叔打的 殴打 毒打 虐待 皮带抽 棍子打 扇耳光 打他 打她 打孩子 往死里打 打得浑身 打得不轻 打得很重 打得鼻青 打得青 打得紫 打得不敢 爸打得 妈打得 打得厉害 打得皮 打得满 打得头 打得站 打得走 打得起不 被他爸打 被她爸打 遭打 打骂 浑身是伤 身上有伤 身上*有伤 脸上*有伤 手臂*有伤 性侵 猥亵 侵犯 骚扰她 动手动脚 侵害 早婚 定亲 订亲 订婚了 订了婚 定了婚 订了亲 定了亲 说了亲 说了婆家 找了婆家 定下亲 订下亲 娃娃亲 许了人 许给 许配 结婚*不读 收了彩礼 嫁人 出嫁 要嫁 嫁出去 嫁到 嫁给 彩礼 婆家 相亲 说媒 结婚了 要结婚 怀孕 打胎 成亲 办喜酒了 娶 被*家里*许 " +
		"童工 工地干活 工地上干活 工地搬砖 工地打工 去工地 在工地 上工地 砖厂 黑工厂 进厂 厂里上班 厂里打工 厂里干活 去厂里 在厂里 工厂打工 工厂上班 工厂干活 餐馆端盘子 端盘子 餐馆打工 饭店打工 饭店洗碗 洗碗工 餐馆干活 饭店干活 煤矿 矿上 洗车行 KTV ktv 网吧当 理发店干活 修车厂干活 当保安 送外卖 卖唱 乞讨 要饭 流水线 电子厂 服装厂 采石场 " +
		"自杀 自残 割腕 自伤 不想活 想死 跳楼 轻生 活着没意思 活着没意义 活不下去 遗书 遗言 伤害自己 划伤自己 划自己 刀割 小刀*划 划*手腕 手腕*划 手腕*疤 手腕*割 手腕*刀 手上*刀痕 胳膊*刀痕 刀痕 割*手腕 吞药 吃安眠药 喝农药 寻短见 结束生命 了结自己 撞墙自 不活了 死了算了 " +
		"离家出走 出走 走失 失踪 被拐 拐走 陌生人带走 陌生人接 被人带走 不认识的人*带走 网友 被人*拉上车 黑车")

	// goneWords: not where the child should be, and nobody knows where.
	goneWords = patterns("家里也找不到 家里找不到 家里也没有 家里也没见 家里也不见 到处没 哪儿都没 哪都找 没到屋 没到家 没回屋 没进屋 没进家门 还没进门 没回家 没着家 没回到家 家里不知道 家里也不知道 家里人不知道 家人不知道 爸妈不知道 爸妈都不知道 妈妈不知道 爸爸不知道 他爸不知道 他妈不知道 她爸不知道 她妈不知道 奶奶不知道 爷爷不知道 家长也不知道 爸不知道 妈不知道 翻出去 爬出去 溜出 偷溜 人没了 人没影 不知去向 去向不明 下落不明 不知所踪 找不到人 找不着人 到处找 到处都找 找遍 不知道去哪 不知道去了哪 不知去哪 不知跑哪 不知道跑哪 不知道在哪 不知道人在哪 不晓得去哪 不晓得跑哪 不知道孩子在 不知道娃 不知道他在 不知道她在 不知道人 人不知 不知情 毫不知情 家长不知道 都不知道孩子 不知道没来 不知道他没来 不知道她没来 不知道孩子没 不知道旷课 不知道逃课 说不知道 也不知道 家长不清楚 说不清楚去 说不晓得 以为*在学校 以为*上学 以为*到校 以为*来了 以为*去了 以为*到了 还以为 以为*在上课 以为*在校 " +
		"翻墙 翻围墙 翻栏杆 翻出去 逃出学校 跑出学校 跑出校门 跑出校园 溜出学校 溜出校门 溜出去 溜走 偷跑 偷偷跑 偷偷溜 私自离校 擅自离校 私自外出 擅自外出 私自出校 擅自离开 私自离开 离校出走 不见了 人不见 转身走了 又转身 掉头走 掉头就 掉头往 转头走 转头就走 调头走 调头往 扭头就走 扭头走了 走到校门口又 到了校门口又 到校门口又 书包还在 书包在*人 没进校门 没进来 没回教室 没再回来 再没回来 中途跑 跑没影 不在床上 没在床上 不在宿舍 没在宿舍 不在寝室 没在寝室 没回宿舍 没回寝室 未回宿舍 未回寝室 床上没人 床铺*空 床是空 床铺没人 被窝*没人 夜不归宿 夜不归 晚上没回 一夜未归 一夜没回 整夜没回 一晚上没回 一宿没回 彻夜未归 昨晚没回 昨晚没在 没回家 未回家 还没回家 没回来睡 查寝*不在 查寝*没在 查寝*少 查寝*缺 查寝*没回 查寝*未归 查寝*没见 查房*不在 查房*没在 晚点名*不在 宿舍*没人 失联 找不到孩子 找不着孩子 找不到娃 找不着娃 孩子找不到 孩子不见 娃不见 联系不上孩子 孩子联系不上 联系不到孩子 全家*搬 全家*走 举家*走 举家*搬 一家*搬走 一家人*不见 人去楼空 全家*联系不 一家*联系不 全家失联 全家都不见 房子空了 没见这家人 没见他们家 没见他家人 没看见这家 没见到这家 这家人*走 一家人都不 一家都不在 一家*出去了 人都搬 邻居说*搬 搬走了 家里没人*邻居说*搬 半夜跑 夜里跑 跑出去了 跑出去 跑掉了 跑了*找 摔门 赌气走 赌气跑 跑去网吧一夜 手机关机*孩子 天黑了还没 到现在没回家 放学没回 放学后没回 没到家 还没到家 没有到家")

	// leftHome: said to have left for school, yet not seen there.
	leftHome = patterns("上的公交 上的班车 上的校车 看着他上 看着她上 上了公交 上了班车 坐上公交 进的校门 说他到学校 说她到学校 说他到了 说她到了 说他在学校 说她在学校 送出小区 送出了小区 送出门 送出村 看着他下车 看着她下车 看着孩子下车 看着他走 看着她走 看他下车 看她下车 看着*往校门走 看他进 看她进 往校门走 往学校走 送进校门 送进学校 就出门 出门了 已出门 已经出门 早出门 早就出门 出的门 出门上学 出门去学校 早就走了 就走了 已经走了 走了*小时 送到校门口 送到学校 送到门口 送到了 送到*口 送到*站 送上车 送他到 送她到 送去学校 送到校门 早就去了 早去了 已经去了 已经去学校 去学校了 上学去了 去上学了 坐车走了 坐上校车 上了校车 上校车了 骑车走了 骑车去 说去学校 说来学校 说到学校 说到校 说已到 说在学校 说上学去 已送到 早送到 看着他进 看着她进 看着进校 看着*进去 亲眼看 明明在学校 明明去了 明明到了 明明送 明明上学 明明已经 人在学校啊 就在学校 早就到了 早到了 早就在 已经到校了啊 家里走的 从家走 家里出来 离家 出门")
)

// flags are what must not be overlooked, whatever else a message says.
func (m *reading) flags(g *gist, marks []school.MarkRange, topic bool) []string {
	var list []string
	about := topic || m.who.guardian || m.someChild() && m.endangered() && !m.says(talkedOf)
	if m.hypothetical() && len(marks) == 0 {
		about = false
	}
	if about && (g.night || m.endangered() || m.says(goneWords) && !m.says(notGone) || m.leftAndMissing(g, marks)) {
		m.note("flags: safety", m.phrase(dangerWords)+m.phrase(goneWords)+m.phrase(leftHome))
		list = append(list, school.FlagSafety)
	}
	if !m.r.school.Training() && about && m.endingSchool() && !m.says(dayOnly) && !m.says(talkedOf) {
		m.note("flags: intent_to_leave", m.phrase(leavingWords))
		list = append(list, school.FlagIntentToLeave)
	}
	if m.cluster(g, marks) {
		list = append(list, school.FlagCluster)
	}
	if m.repeated(g, marks) {
		list = append(list, school.FlagRepeated)
	}
	return list
}

// endingSchool: the words are about school, not about a paper or a talk the
// child will have nothing of: 告知书他就是不肯签.
func (m *reading) endingSchool() bool {
	return m.says(leavingWords) && (!m.says(unwilling) || hits(leavingWords, otherWill.Replace(m.mask)))
}

// someChild: a child is spoken of that is not named: 有个学生, 一个女生.
func (m *reading) someChild() bool {
	return !m.ordered() && slices.ContainsFunc(m.items, func(it item) bool {
		return it.is(wChild, wBoy, wGirl) || it.kind == iCount || it.is(wPeople, wOthers) && strings.ContainsAny(it.text, "生孩娃")
	})
}

var (
	unwilling = patterns("不肯 不愿 不让 死活不 就是不")
	otherWill = strings.NewReplacer("就是不肯签", "", "就是不肯接", "", "就是不肯说", "", "就是不肯开", "", "就是不肯见", "", "就是不肯吃", "", "就是不肯写", "", "就是不肯配合", "", "死活不肯签", "", "死活不肯说", "", "死活不肯开", "", "死活不肯接", "", "死活不肯吃", "", "不肯签", "", "不肯接", "", "不肯说", "", "不肯开门", "", "不肯见", "", "不肯吃", "", "不肯写", "")

	harmless = patterns("打的车 打的去 打的来 打的回 打的到 打的电话 打的疫苗 打的针 打的饭 打的水 打的球 打的比赛 打的招呼 打得不错 打得好 打得很好 不让打 打得电话 参加婚礼 喝喜酒 参加*婚 哥哥结婚 姐姐结婚 舅舅结婚 叔叔结婚 姑姑结婚 表姐结婚 表哥结婚 堂哥结婚 堂姐结婚 小姨结婚 姐姐出嫁 姑姑出嫁 表姐出嫁 吃喜酒 表哥娶 哥哥娶 舅舅娶 叔叔娶 舅舅要结婚 叔叔要结婚 哥哥要结婚 姐姐要结婚 小姨要结婚 表姐要结婚 表哥要结婚 堂哥要结婚 姑姑要结婚 姐要嫁 姐姐要嫁 妈妈怀孕 我怀孕 怀孕*产检 相亲相爱 姐姐订婚 哥哥订婚 被打断 被打湿 被打扰 被打败 打她电话 打他电话 打他手机 打她手机 笑死 累死 想死你 吓死 气死 烦死 网友见面会 把*打的")
	notGone  = patterns("找到了 已找到 回来了 已经回来 已回家 已到家 找着了 已安全 虚惊 已找回")
)

// endangered: violence and its kin are told; 打他妈妈电话 is a call.
func (m *reading) endangered() bool {
	if !m.says(dangerWords) || m.says(harmless) {
		return false
	}
	return hits(dangerWords, grandmothers.Replace(withoutCalls(m.mask)))
}

// grandmothers live in houses too: 外婆家 is no 婆家.
var grandmothers = strings.NewReplacer("外婆家", "外婆", "阿婆家", "阿婆", "姨婆家", "姨婆", "舅婆家", "舅婆", "姑婆家", "姑婆", "叔婆家", "叔婆", "婆婆家", "婆婆", "太婆家", "太婆")

var phoned = patterns("打他*电话 打她*电话 打他*手机 打她*手机 打他*的号 打她*的号 打他*号码 打她*号码")

// withoutCalls leaves 打 out where a telephone follows in the same clause.
func withoutCalls(text string) string {
	clauses := strings.Split(text, ",")
	for i, c := range clauses {
		if hits(phoned, c) {
			clauses[i] = strings.NewReplacer("打他", "他", "打她", "她").Replace(c)
		}
	}
	return strings.Join(clauses, ",")
}

// leftAndMissing: the family says the child has left for school or is there,
// and the child is said, or was reported, not to be there.
func (m *reading) leftAndMissing(g *gist, marks []school.MarkRange) bool {
	if !m.says(leftHome) {
		return false
	}
	if m.who.guardian {
		open := m.in.Open
		return (open != nil && (open.Kind == OpenNotice || open.Kind == OpenCard)) || m.says(wonders) || m.says(disputes)
	}
	if m.says(familySays) {
		for _, mk := range marks {
			if mk.Mark.Excused() || mk.Mark == school.Present || mk.Mark == school.Late || mk.Mark == school.Early {
				return false
			}
		}
		return true
	}
	return false
}

// cluster: three or more children of one class are ill, by name or by number.
func (m *reading) cluster(g *gist, marks []school.MarkRange) bool {
	count := map[int]int{}
	seen := map[string]bool{}
	for _, mk := range marks {
		if mk.Mark != school.Sick || seen[mk.Student] {
			continue
		}
		seen[mk.Student] = true
		kid, _ := m.r.kid(mk.Student)
		for _, c := range m.r.placesOf(kid) {
			count[c]++
			if count[c] >= 3 {
				return true
			}
		}
	}
	if g.sick >= 3 {
		return true
	}
	return m.says(epidemic) && m.outbreak(g)
}

var epidemic = patterns("流感 甲流 乙流 水痘 手足口 诺如 腮腺炎 麻疹 猩红热 红眼病 肺结核 支原体 呕吐 腹泻 发烧 发热 拉肚子 感冒 疱疹 食物中毒")

// outbreak: a number stands beside the illness.
func (m *reading) outbreak(g *gist) bool {
	for i := range m.stmts {
		s := &m.stmts[i]
		if s.count >= 3 && (!m.namesChild() || s.has(wSick) && len(s.kids) == 0) {
			return true
		}
	}
	return false
}

// repeated: this absence or lateness is called not the first.
func (m *reading) repeated(g *gist, marks []school.MarkRange) bool {
	if len(marks) == 0 {
		return false
	}
	for i := range g.facts {
		f := &g.facts[i]
		if f.repeat && f.has(wAbsent, wLack, wLate, wCameLater, wEarly, wTruant, wGone) {
			return true
		}
	}
	return m.says(notFirst)
}

var notFirst = patterns("第#次缺 第#次旷 第#次迟 第#次没 第#次逃 第#次早退 第#次了 第#回了 本月第#次 这周第#次 本周第#次 这学期第#次 本学期第#次 不是第一次 不是头一回 不是头一次 不是第一回 这个月第#次 已经#次了 都#次了 老毛病 连续第#次")

var familySays = patterns("说一早 说一大早 说早早 说孩子 说人 说娃 说他 说她 说刚 说七点 说#点 说就 电话里说 家长说 妈说 爸说 奶奶说 爷爷说 妈妈说 爸爸说 家里说 外婆说 外公说 姥姥说 姥爷说 说早 说已 家长讲 家里人说 他说 姑说 叔说 舅说 家长确认 家长称 家长表示 家长回复 家长反映")
