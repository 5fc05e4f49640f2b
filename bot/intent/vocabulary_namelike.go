package intent

import (
	"slices"
	"strings"
)

// nameLikeWords are ordinary words that begin with a surname: parents make
// names of them, and reports hold them without meaning a child.
var nameLikeWords = []entry{
	{wAdverb, 0, "曾经 陆续 陆陆续续 时常 常常 常年 向来 从来 终于 终究 毕竟 幸亏 幸好 宁愿 宁可 连忙 连连 连夜 连日 索性 应该 应当 全部 全然 单单 单独 单纯 尚且 尚在 时刻 时而 左右 凡是 大凡 万万 万分 何必 何须 何曾 何尝 何妨 何不 相当 相互 相继 顾自 仇视 干脆 公然 居然 当即 当然 固然 易于 祝愿 伏在 匆匆 徐徐 冉冉 薄薄 强行 强烈 直接 支持 满心 经久 安然 欣然 毅然 于今 路上 路过 过后 别再 别老 别总 查无 平素 平时 平常 白白 明明 明知 真正 方才 方可 元来 温馨 贸然 巴不得 莫不 莫非 莫要 莫名 甘愿 成天 成日 成年 全程 全力 通常 通通 通盘 和气 和睦 和蔼 冷不丁 齐齐 齐声 齐心 隆重 沉着 沉默 盛大 严格 严肃 严厉 宽松 容许 慎重 费力 费心 费劲 安心 安稳 舒心 舒坦 景况 欢快 欢乐 狂风 郁闷"},
	{wPlain, 0, "小区 小米 小路 小车 小麦 小康 小费 小楼 小桥 小雪 小暑 小寒 小溪 小池 小金库 小燕子 小牛 小羊 小熊 小石头 小花 小水 小龙虾 小包 小段 小红花 小白板 小白鞋 小白兔 小黄车 小黄人 小黑板 小单 小柯 锻炼 双木林 木子李 弓长张 耳东陈 口天吴 立早章 草头黄 三横王 言午许 古月胡 人可何 双人徐"},
	{wPlain, 0, "雷雨 雷电 雷阵雨 雷声 雷同 雷达 雷锋 关心 关怀 关照 关爱 关键 关系 关联 关头 关闭 关节 关卡 康复 康健 康乐 康宁 何时 何处 何人 何事 何地 何种 何以 何来 何去何从 解放 解决 解脱 解压 解读 解析 解题 解答 解除 解救 安宁 安康 安定 安慰 安乐 安放 安保 安检 高大 高级 高等 高温 高空 高山 高处 高速 高峰 高潮 高效 高手 高个 高跟鞋 高歌 高年级 高三 方程 方式 方块 方圆 方正 方言 任性 任意 任职 任凭 任由 任命 毕业 白费 白雪 白云 白纸 白线 白色 白领 白菜 白开水 平安 平衡 平面 平行 平房 平台 平整 平静 平凡 平板 文静 文具 文档 文凭 文科 文采 文艺 文笔 文理 文本 和谐 和风 和解 和平 水平 水晶 水灵 水泥 水彩 水痘疫苗 水稻 水池 成果 成全 成熟 成立 成人 成分 成本 程序 程度 时光 时机 时差 时长 时区 时段 时尚 时代 时事 史料 史诗 史册 武力 武警 武器 简单 简历 简易 简介 简便 单调 单间 单价 单车 单词 钟情 钟点 钟表 关注 向上 向阳 向导 向往 江山 江湖 江边 江水 山水 山路 山东 山西 山区 金黄 金秋 金牌 金子 金鱼 金星 金融 银河 路人 路程 路况 路线 路灯 路面 路段 路牌 牛气 牛排 牛奶 牛年 马虎 马力 马车 马尾 马拉松 马术 花样 花开 花朵 花草 花费 花坛 花卉 石头 石榴 石膏 石桥 黄昏 黄金 黄豆 黄叶 黄山 黄梅 蓝天 蓝色 蓝图 蓝牙 红火 红润 红绿灯 红烧 朱红 元宵 元旦 元气 元素 元件 夏天 夏季 夏日 夏令营 秋天 秋季 秋游 秋风 秋雨 秋收 云集 云彩 云朵 云层 云端 云课堂 冷静 冷风 冷淡 冷空气 冷水 易碎 容易 容忍 容量 容器 宁静 幸福 幸运 乐观 乐意 乐园 乐器 乐队 乐谱 乐趣 祝福 祝贺 祝你 祝您 强大 强调 强度 强项 强壮 计较 计分 计时 计算 计数 司机 师傅 师长 师范 师德 商量 商店 商场 商业 车辆 车站 车费 车程 车门 车牌 车次 项目 符合 符号 管理 管教 管控 管道 包子 包括 包容 包裹 包办 包车 包干 包饺子 干净 干部 干扰 干活 干燥 干警 谈判 戴上 连接 连带 连线 连载 边界 边境 边缘 别样 别墅 尚可 尚好 来往 来年 来临 来自 来访 来客 来历 到达 迟疑 迟缓 查看 查问 查找 查岗 查卡 查夜 相同 相信 相关 相反 相处 相册 相邻 相遇 相似 相貌 相片 相聚 凡事 年轻 年年 年底 年终 年龄 年检 年画 年货 年迈 年审 段落 段位 游玩 游乐 游乐场 游览 游客 游学 水果 从小 从此 从前 从事 从严 从轻 从容 从众 卓越 卓著 苗条 苗头 苗圃 苗木 房租 房东 房产 房屋 甘心 甘甜 甘蔗 盛开 盛装 盛夏 席卷 闻名 闻讯 充足 充满 充电 充分 充实 充值 满意 满足 满员 满满 全家 全家福 全天候 全校 全员 全班 全称 全套 全科 全球 全队 全脂 全年 全长 全能 全面 齐全 齐心协力 齐唱 屈服 柴火 成为 麦子 麦苗 麦收 通过 通顺 通报 通行 通车 通道 通信 通讯 通勤 通畅 通宵 宗旨 宗族 宗教 龙头 龙卷风 龙年 龙灯 阳光 阳台 阳气 阳性 阳历 明白 明显 明亮 明确 明星 明信片 明媚 明智 明年 景色 景象 景点 景区 阴天 阴雨 阴历 阴影 习惯 习作 习题 习俗 封闭 封条 封控 储备 储存 储物柜 皮肤 皮球 皮带 皮疹 农民 农村 农历 农活 农田 庄严 庄稼 庄园 华丽 华人 华夏 贺卡 贺喜 贺年 顾客 顾虑 顾问 顾家 余下 余额 余生 余地 米饭 米粉 米面 贝壳 谢谢 谢意 谢幕 谢师 谢绝 柏油 柏树 章程 章节 章法 苏醒 苏打 苏州 范围 范本 范文 范读 彭湃 鲁莽 鲁迅 昌盛 凤凰 花园 方向 方案 柳树 柳条 柳絮 史实 史书 唐突 唐诗 唐朝 唐装 费用 费时 费电 廉价 廉洁 廉政 汤圆 汤药 汤面 殷切 殷勤 罗列 罗盘 安装 安插 安顿 常用 常规 常客 常见 常识 常态 常温 常年 毛病 毛衣 毛巾 毛笔 毛毯 毛线 庞大 熊猫 熊孩子 纪律 纪念 纪录 纪实 舒畅 舒服 舒适 舒展 董事 董事长 杜绝 杜鹃 季节 季度 季风 季军 麻烦 麻利 麻木 麻将 麻花 梅花 梅雨 林立 林子 林木 林荫 丘陵 骆驼 田野 田间 田埂 田径 胡说 胡闹 胡乱 胡萝卜 胡椒 胡子 凌乱 凌晨 宣传 宣布 宣读 宣讲 宣誓 洪亮 洪水 洪灾 诸多 诸如 诸位 左手 左侧 右手 吉祥 吉利 吉他 吉日 甄别 甄选 家访 封面 焦急 焦虑 焦点 焦躁 牧场 牧区 牧羊 山谷 谷物 谷底 车祸 仇恨 仇人 甘露 厉行 厉害 武装 武汉 景致 龙舟 叶子 叶片 幸免 黎明 薄弱 薄荷 薄片 印刷 印章 印记 宿舍 宿营 白天 白昼 怀念 怀抱 怀旧 池塘 池子 乔装 乔迁 党员 党课 党校 贡献 贡品 劳累 劳驾 劳务 劳作 申请 申报 申诉 申领 桑叶 桑树 桂林 桂花 桂圆 牛羊 寿命 寿星 燕麦 燕窝 尚书 温和 温暖 温柔 温习 温水 温差 温室 温度计 别致 别称 柴油 充气 慕名 连环 连锁 连续剧 习性 向日葵 古典 古代 古城 古筝 古文 古镇 易懂 易怒 衡量 步骤 步行 步伐 步数 都城 都市 耿直 满月 弘扬 国家 国庆 国旗 国内 国外 国画 国学 文科班 广泛 广告 广大 广州 东西 东风 东北 欧洲 沃土 利益 利息 利器 越野 越南 越冬 师生 师兄 师姐 聂耳 融化 融合 融洽 辛苦 辛酸 辛辣 那么 那边 简餐 饶恕 饶有 空气 空间 空白 空位 空余 空档 沙滩 沙漠 沙发 沙坑 养成 养殖 养生 养护 鞠躬 须要 丰富 丰收 丰盛 关口 查漏补缺 查重 查验 红包 红枣 红领巾 红茶 红薯 游园 游船 权益 权限 权衡 欢迎 欢呼 欢送 经典 经验 经过 经历 经费 经济 应用 应对 应付 应聘 应邀 应急演练 支付 支出 支援 支教 支架 宫颈 宫殿 芦苇 芦荟 苑子 佳节 佳绩 佳音 景观 星期 迎接 迎新 迎面 迎检 归还 归类 归期 归宿 归途 展示 展览 展板 展开 信心 信任 信件 信号 信用 信箱 练习 练字 练琴 练功 练兵 冶炼 亲自 初衷 初步 初稿 良好 良心 良药 谭木匠 展厅 莫大 双喜 双数 双语 双减 双向"},
}

// leansOn are words beside which a word that is also a name is no person: 很高兴,
// 在陆续, 不安全.
var leansOn = wordSet("很 太 非常 特别 更 最 比较 挺 蛮 略 稍微 在 正在 已经 已 完全 快要 快 不会 不能 不想 要 想 能 会 得 需要 需 必须 不 没 未 没有 不太 不大 有点 有些 真 好 比 真的 真是 保持 注意 多 再 别 彻底 已 早日 祝 望 被 把 将 为了 为")

// onlyMore are words that make a verb of what they follow: 关心一下, 康复了.
var onlyMore = wordSet("一下 一下子 点 些 一点 一点儿 起来 下 下去 着 过 了 中 期间 以后 之后 时")

// crowd are subjects of many: behind them no name follows without a comma.
var crowd = wordSet("大家 孩子们 同学们 大伙 全体 所有人 师生 全校师生 小朋友 小朋友们 家长们 各位 各位家长 老师们 学生们")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	eachWord(list, func(w string) { set[w] = true })
	return set
}

// ordinaryWords gives words back their meaning that are also names and stand
// where no person does: 大家陆续到了, 谢谢关心, 雷雨天.
func (r *Reader) ordinaryWords(toks []token, who *speaker) []token {
	out := toks[:0]
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if w, known := words().words[t.text]; known && t.kind == kName && !(personAt(toks, i, w.tag) && (r.knows(who, slices.Concat(t.full, t.short)) || !who.guardian && reportedAt(toks, i))) {
			if i+1 < len(toks) && !toks[i+1].gap {
				if longer, ok := words().words[t.text+toks[i+1].text]; ok { // 康复了
					w, t.text, t.to = longer, t.text+toks[i+1].text, toks[i+1].to
					i++
				}
			}
			t = token{kind: kWord, tag: w.tag, arg: w.arg, from: t.from, to: t.to, text: t.text, gap: t.gap, line: t.line}
		}
		out = append(out, t)
	}
	return out
}

// othersFollow says that the clause from token i on has a subject of its own:
// 没有一个人迟到, 全部到齐.
func othersFollow(toks []token, i int) bool {
	for ; i < len(toks) && toks[i].kind != kPunct; i++ {
		if toks[i].is(wAll, wNotTruant) && strings.ContainsAny(firstRune(toks[i].text), "没无") && strings.ContainsAny(toks[i].text, "人个位谁") {
			return true
		}
	}
	return false
}

// personAt says that the name at token i, an ordinary word too, stands where
// the sentence needs a person.
func personAt(toks []token, i int, as tag) bool {
	left, right := token{kind: kPunct}, token{kind: kPunct}
	if i > 0 && !toks[i].gap {
		left = toks[i-1]
	}
	if i+1 < len(toks) && !toks[i+1].gap {
		right = toks[i+1]
	}
	switch {
	case left.kind == kOther && left.to-left.from > 1, left.is(wHe, wMe, wNot, wNo), leansOn[left.text], crowd[left.text]:
		return false
	case left.is(wThing, wPlain, wAct, wUnit) && left.text != "趟", left.is(wSick) && left.arg == 0, left.is(wAll, wFine, wPresent, wCome):
		return false
	case onlyMore[right.text]:
		return false
	case right.kind == kOther && right.to-right.from <= 2 && right.text != "请" && right.text != "家", right.is(wUnit, wDom, wMe, wThing), right.is(wPlain) && !statesSomething(right):
		return false
	case right.is(wHe) && as == wAdverb:
		return false
	case right.is(wOf):
		return i+2 < len(toks) && (toks[i+2].is(wParent, wThing, wLeave, wSick, wPersonal, wLate, wAbsent, wTruant) || toks[i+2].text == "假" || toks[i+2].text == "情况")
	case left.is(wPolite) && (right.kind == kPunct || right.is(wFill, wPolite)):
		return false
	case as == wAdverb && right.kind == kName && i > 0, othersFollow(toks, i+1):
		return false
	}
	return true
}

// statesSomething: 没交, 康复了, 病好了 are said of somebody.
func statesSomething(t token) bool {
	return strings.HasSuffix(t.text, "了") || strings.ContainsAny(firstRune(t.text), "没未不")
}

// reportedAt says that the name at token i, of a child the speaker has nothing
// to do with, begins a plain report: 关心没来.
func reportedAt(toks []token, i int) bool {
	if i > 0 && !toks[i].gap && toks[i-1].kind != kPunct && toks[i-1].kind != kClass && !toks[i-1].is(wDay, wPart, wLack, wHead, wMine) {
		return false
	}
	for k := i + 1; k < len(toks) && k <= i+3; k++ {
		switch t := toks[k]; {
		case t.is(wDay, wPart, wAdverb, wRepeat, wOthers):
		default:
			return t.is(wAbsent, wLate, wLeave, wSick, wPersonal, wTruant, wEarly)
		}
	}
	return false
}
