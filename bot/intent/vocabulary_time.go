package intent

import "strconv"

// at writes the argument of a wDay: so many days from today, part of that day.
func at(offset, part int) int { return (offset+4)*8 + part }

var timeWords = []entry{
	{wDay, at(0, wholeDay), "今天 今日 今儿 今儿个 今个 当天 本日 金天 今填 一整天 整天 全天"},
	{wDay, at(0, morning), "今早 今晨 今早上 今天早上 今天早晨 今日上午 今天上午 今上午 今儿早上 今天早自习 今天晨检 今天早读 今天晨读"},
	{wDay, at(0, noon), "今天下午 今下午 今日下午 今儿下午"},
	{wDay, at(0, night), "今晚 今晚上 今夜 今天晚上 今天晚自习"},
	{wDay, at(-1, wholeDay), "昨天 昨日 昨儿 昨儿个 昨个 作天 昨天一天 昨天全天 昨天整天 昨一天"},
	{wDay, at(-1, morning), "昨天上午 昨上午 昨早 昨天早上 昨日上午 昨天早自习"},
	{wDay, at(-1, noon), "昨天下午 昨下午 昨日下午 昨儿下午"},
	{wDay, at(-1, night), "昨晚 昨夜 昨天晚上 昨晚上 昨天夜里 昨天晚自习 昨天半夜"},
	{wDay, at(-2, wholeDay), "前天 前日 前儿 前天一天 前天全天"},
	{wDay, at(-2, morning), "前天上午 前天早上"},
	{wDay, at(-2, noon), "前天下午"},
	{wDay, at(-3, wholeDay), "大前天"},
	{wDay, at(1, wholeDay), "明天 明日 明儿 明个 明儿个 明天一天 明天全天 名天"},
	{wDay, at(1, morning), "明早 明天上午 明上午 明天早上 明日上午 明儿早上 明天一早 明天早晨"},
	{wDay, at(1, noon), "明天下午 明下午 明日下午"},
	{wDay, at(1, night), "明晚 明天晚上"},
	{wDay, at(2, wholeDay), "后天 后日 后儿"},
	{wDay, at(2, morning), "后天上午 后天早上"},
	{wDay, at(2, noon), "后天下午"},
	{wDay, at(3, wholeDay), "大后天"},
	{wWeek, weekLast, "上周 上星期 上礼拜 上个周 上个星期 上个礼拜 上一周"},
	{wWeek, weekThis, "这周 本周 这星期 这礼拜 这个星期 这个礼拜 本星期 这一周 这个周 这一个星期 这整周"},
	{wWeek, weekNext, "下周 下星期 下礼拜 下个周 下个星期 下个礼拜 下一周"},
	{wPart, morning, "上午 早上 早晨 清早 清晨 一早 一大早 大清早 上五 早间 课间操 一上午 整个上午 一早上 一个上午 整上午 大半个上午 这上午"},
	{wPart, morning + rollWord, "早自习 早自修 早读 晨读 晨检 早检 早操 晨会 早课 晨午检 早读课 晨间"},
	{wPart, noon + rollWord, "午检 午读 午自习"},
	{wPart, noon, "下午 午后 傍晚 下五 午间点名 一下午 整个下午 一个下午 整下午 这下午"},
	{wPart, night, "晚上 夜里 晚自习 晚自修 半夜 夜间 晚间 凌晨 查寝 晚点名 晚修"},
	{wNow, 0, "中午 午休 午睡 午饭后 午饭"},
	{wLesson, 1, "头节 头一节 头节课 头一节课 第1节 首节"},
	{wLesson, 9, "末节 最后一节 最后一节课 末节课 最后两节 后两节 后两节课"},
	{wLesson, 1, "前两节 前两节课 前三节 前三节课"},
	{wLessonWord, 0, "节 节课 堂课 堂"},
	{wHolidayAfter, 0, "国庆后 国庆节后 国庆以后 国庆之后 国庆假后 国庆长假后 国庆放假后 国庆收假后 国庆回来 国庆回来后 国庆过后 国庆节过后 国庆完 过完国庆 国庆收假 国庆结束后 " +
		"节后 收假后 收假 放假回来 放假回来后 放完假 放完假后 假期后 假期结束后 放假后 长假后 小长假后 节假日后 过完节 开学后 " +
		"中秋后 中秋节后 中秋以后 五一后 五一以后 五一回来 五一节后 五一收假后 劳动节后 端午后 端午节后 端午以后 清明后 清明节后 清明以后 元旦后 元旦以后 元旦节后"},
	{wHolidayAfter, 1, "开学以来 开学后 开学到现在 开学至今 开学 自开学以来 从开学 自开学 开学以后 开学之后 这学期以来 本学期以来 这学期开学 本学期开学以来"},
	{wHolidayBefore, 0, "国庆前 国庆节前 国庆放假前 节前 放假前 收假前 长假前 中秋前 中秋节前 五一前 端午前 清明前 元旦前 国庆之前 国庆以前"},
	{wSince, 0, "从 自 自从 打从 打 由"},
	{wOnwards, 0, "起 开始 以来 以后 之后 起就 后 后就 过后 往后 之后就 以后就 开始就 那天起 那天开始"},
	{wTo, 0, "到 至 直到 直至"},
	{wUntil, 0, "一直到 延到 延长到 顺延到"},
	{wUnit, unitDay, "天 日 夭"},
	{wUnit, unitWeek, "周 星期 礼拜 个星期 个礼拜 个周"},
	{wUnit, unitMonth, "个月 个多月"},
	{wUnit, unitYear, "年"},
	{wUnit, unitTerm, "学期 个学期 学年 个学年"},
	{wHalfDay, 0, "半天 半日 半天假"},
	{wSpanWord, 15, "半个月 半月"},
	{wSpanWord, 0, "半年 半学期 半个学期 一学期 一年半 大半年 一学年 本学期 这学期"},
	{wClockWord, 0, "点 点钟 时"},
	{wMinute, 0, "分钟 分 刻钟 小时 个小时 钟头 个钟头 半小时 半个小时 个钟 半个钟 半个钟头"},
	{wMonth, 0, "月 月份"},
	{wDom, 0, "号 日"},
	{wNextMonth, 1, "下个月 下月"},
	{wNextMonth, 0, "这个月 本月"},
	{wNextMonth, -1, "上个月 上月"},
	{wNow, 0, "国庆 国庆节 国庆假期 国庆期间 国庆放假 国庆长假 中秋 中秋节 五一 劳动节 端午 端午节 清明 清明节 元旦 元旦节 春节 假期 放假 放假期间 假期里 到现在 现在 目前 刚刚 刚 刚才 此刻 截至目前 截止目前 截止到现在 到目前 到目前为止 至今 方才 这会儿 这会 到这会儿 截至现在 截止现在 这个点 这时候 到点了 这两天 这几天 最近 近期 最近几天 那天 那两天"},
	{wOpenEnd, 0, "什么时候来还不知道 什么时候来不知道 什么时候来说不准 什么时候能来还不知道 什么时候返校还不知道 什么时候返校不知道 几时来不知道 哪天来还不知道 哪天来不知道 啥时候来不知道 啥时候来还不知道 归期未定 返校时间不定 返校时间未定 返校时间待定 不知道什么时候来 不知道哪天来 不知道啥时候来 看恢复情况 看病情 视情况而定 看情况 长期 长假 一段时间 一阵子 一阵 一段时日 些日子 些天 几天 好几天 多天 不知道几天 不知道多久 什么时候好说不准 暂时 时间不定 时间待定 具体时间待定 具体几天不知道"},
	{wEndOf, 0, "月底 月末"},
	{wEndOf, 1, "周末 这周末 本周末 这个周末 下周末 上周末 周六日 周六周日 双休日"},
	{wEndOf, 2, "期末 学期末 学期结束 放寒假 寒假 寒假前 期末考试"},
	{wEndOf, 3, "这周内 周内 本周内"},
	{wEndOf, 4, "下周初 下周一早"},
	{wEndOf, 5, "月初 下月初 下个月初"},
	{wEndOf, 6, "今明两天 今明两日 今明2天 今明 今天明天 今天和明天 今天跟明天"},
	{wEndOf, 7, "昨今两天 昨天今天 昨天和今天 昨今 昨天跟今天"},
	{wEndOf, 8, "明后两天 明后天 明后2天 明天后天 明天和后天"},
	{wEndOf, 9, "今明后三天 今明后"},
}

var weekNames = map[int][]string{
	weekBare:  {"周", "星期", "礼拜"},
	weekLast2: {"上上周", "上上个星期", "上上星期"},
	weekLast:  {"上周", "上星期", "上礼拜", "上个周", "上个星期", "上个礼拜"},
	weekThis:  {"这周", "本周", "这星期", "这礼拜", "这个星期", "这个礼拜", "本星期", "这个周"},
	weekNext:  {"下周", "下星期", "下礼拜", "下个周", "下个星期", "下个礼拜"},
	weekNext2: {"下下周", "下下个星期", "下下星期"},
}

func addWeekdays(l *lexicon) {
	for week, names := range weekNames {
		for _, name := range names {
			for i, days := range []string{"一1", "二2", "三3", "四4", "五5", "六6", "日天七7"} {
				for _, d := range days {
					if week == weekBare && isDigit(d) && name == "周" {
						continue // "3周2天" is a length
					}
					l.add([]byte(name+string(d)), wWeekday, week*10+i+1)
				}
			}
		}
	}
}

const digitWords = "一二三四五六七八九"

// addLessons adds 第三节, 第3节课, 一二节, 第一二节 …
func addLessons(l *lexicon) {
	words := []rune(digitWords)
	for n := 1; n <= 9; n++ {
		for _, num := range []string{string(words[n-1]), strconv.Itoa(n)} {
			for _, lesson := range []string{"节", "节课", "堂课", "节课上", "节课间"} {
				l.add([]byte("第"+num+lesson), wLesson, n)
			}
		}
		for m := n + 1; m <= 9; m++ {
			for _, lesson := range []string{"节", "节课"} {
				for _, pair := range []string{string(words[n-1]) + string(words[m-1]), strconv.Itoa(n) + strconv.Itoa(m),
					string(words[n-1]) + "到" + string(words[m-1]), string(words[n-1]) + "至" + string(words[m-1]),
					string(words[n-1]) + "、" + string(words[m-1]), strconv.Itoa(n) + "、" + strconv.Itoa(m),
					strconv.Itoa(n) + "-" + strconv.Itoa(m), strconv.Itoa(n) + "到" + strconv.Itoa(m)} {
					l.add([]byte(pair+lesson), wLesson, n)
					l.add([]byte("第"+pair+lesson), wLesson, n)
				}
			}
		}
	}
}
