package intent

// tag is what a word means to a report.
type tag uint8

// Tags of time words. The number beside a word in the tables is its argument.
const (
	noTag          tag = iota
	wDay               // 今天, 昨晚; arg = offset*8 + part of the day
	wWeekday           // 周五, 下周一; arg = week*10 + weekday, week as in weekBare …
	wWeek              // 上周, 这周; arg as week of wWeekday
	wPart              // 上午, 晚上
	wLesson            // 第三节; arg = number
	wLessonWord        // 节, 节课
	wHolidayAfter      // 国庆后
	wHolidayBefore     // 国庆前
	wSince             // 从
	wOnwards           // 起, 以来
	wTo                // 到, 至
	wUntil             // 请到
	wUnit              // 天, 周, 月; arg = unit
	wHalfDay           // 半天
	wSpanWord          // 半个月, 半年: arg = days, 0 no fixed end
	wClockWord         // 点, 时
	wMinute            // 分钟
	wMonth             // 月
	wDom               // 号, 日
	wNextMonth         // 下个月; arg = offset
	wNow               // 到现在, 刚: time words that change nothing
	wOpenEnd           // 长期, 一段时间: no end in sight
	wEndOf             // 月底, 周末; arg

	// Marks.
	wAbsent     // 没来, 未到校
	wLack       // 缺, 差, 少: names or a number follow
	wLate       // 迟到
	wLateSoon   // 晚点到: announced
	wEarly      // 早退, 接走
	wSick       // 病假, 发烧
	wPersonal   // 事假, 回老家
	wLeave      // 请假
	wOfficial   // 公假, 比赛
	wTruant     // 旷课
	wPresent    // 到了, 来了
	wCome       // 来, 到校, 返校: present with 了, a return with a time before it
	wElsewhere  // 在办公室, 在医务室
	wAll        // 全到, 全齐
	wFine       // 一切正常
	wNoLeave    // 没请假, 请假没批: takes the leave word back
	wNotTruant  // 没旷课, 没迟到: the child is here
	wNotComing  // 不去了, 来不了
	wGone       // 不见了, 转身走了: missing during the day
	wCameLater  // 才来, 才到
	wReasonOpen // 原因不明, 不知道为什么
	wOtherCause // 睡过头, 堵车: a reason that is no illness and no leave
	wEndLeave   // 销假

	// Lists and counts.
	wShould  // 应到
	wActual  // 实到
	wZero    // 零, 没有: as a count of the missing
	wPeople  // 人, 个, 名
	wEtc     // 等
	wRest    // 其余
	wExcept  // 除, 除了
	wOutside // 外, 以外
	wOnly    // 只有, 就差
	wAlso    // 也
	wBoth    // 都, 全
	wAmong   // 其中
	wAnd     // 和, 跟
	wThen    // 然后, 另外: a new statement begins
	wHead    // 名单, 情况: words of a heading
	wMine    // 我班, 我们班
	wClassNo // 班
	wSeat    // 号

	// People.
	wParent // 妈妈, 家长
	wAdult  // 老师, 门卫
	wOthers // 同学, 学生, 大家
	wChild  // 孩子, 娃
	wHe     // 他, 她
	wBoy    // 男
	wGirl   // 女
	wTitle  // 体委, 班长
	wTwins  // 双胞胎
	wMe     // 我, 我们
	wBoth2  // 两个都, 俩

	// What is not about a child being here.
	wThing   // 作业, 校服
	wAct     // 开会, 交: things one comes for
	wFill    // 嗯, 那个, 就是
	wAdverb  // 还, 可能, 一直
	wRepeat  // 又, 再次
	wOf      // 的
	wSaid    // 说
	wCall    // 打电话, 联系
	wMsg     // 微信, 短信
	wVisit   // 家访, 上门
	wYes     // 对, 是的
	wNo      // 不是, 不对
	wAck     // 收到, 好的
	wPolite  // 老师好, 谢谢
	wAsk     // 吗, 谁
	wNot     // 不, 没
	wIs      // 是
	wLe      // 了
	wHave    // 有
	wAt      // 在
	wSwap    // 写成: the truth stands before it
	wChanged // 改成: the truth follows
	wMistake // 误报: what stands before it is wrong
	wCourse  // 体育课
	wPlain   // an ordinary word
)

// Parts of a day.
const (
	wholeDay = 0
	morning  = 1
	noon     = 2 // afternoon
	night    = 3

	rollWord = 8 // added to the part: 晨检 names a roll call rather than a time
)

// Weeks of a weekday.
const (
	weekLast2 = 3
	weekLast  = 4
	weekThis  = 5
	weekNext  = 6
	weekNext2 = 7
	weekBare  = 9
)

// Units of a length.
const (
	unitDay = iota + 1
	unitWeek
	unitMonth
	unitYear
	unitTerm
)

func eachWord(list string, f func(string)) {
	start := -1
	for i, r := range list {
		if r == ' ' || r == '\n' || r == '\t' {
			if start >= 0 {
				f(list[start:i])
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		f(list[start:])
	}
}
