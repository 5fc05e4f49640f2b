package intent_test

import "testing"

// Another thing or another person is the subject, even where a child was named
// a clause before.
func TestAClauseWithASubjectOfItsOwnIsNotAboutTheChildBefore(t *testing.T) {
	at(t, "T001", tuesday).means(t, map[string]string{
		"张三的快递还没到，到了我给他":      nothing,
		"李四的新校服没到，来了我通知她":     nothing,
		"高磊的家长下午来，我晚点去接一下":    nothing,
		"何苗的材料我晚一点交":          nothing,
		"张三的作业写得不错，新教材也没到":    nothing,
		"王五和全胜的书包还没到":         nothing,
		"好久没有人迟到了，值得表扬":       nothing,
		"高磊好久没迟到了，不错":         nothing,
		"去操场的别迟到，张三负责点名":      nothing,
		"时间还早，等人到齐了再拍照":       nothing,
		"等张三来了再发书":            nothing,
		"请张三同学到教务处领照片":        nothing,
		"麻烦通知李四到办公室来一下":       nothing,
		"作业没交：张三、李四\n人没来：高磊":  "attendance: 高磊 absent 13am",
		"没交表：何苗、王五\n没来：张三、李四": "attendance: 张三 absent 13am, 李四 absent 13am",
		"点名点到高磊没人答应，结果他真没来":   "attendance: 高磊 absent 13am",
		"何苗没到，我晚点打电话问问":       "record: call of S038 planned, 何苗 absent 13am",
		"张三、李四、高磊都在发烧，没来":     "attendance: 张三 sick 13am–13pm, 李四 sick 13am–13pm, 高磊 sick 13am–13pm, cluster",
		"高磊昨晚在宿舍吐了，今天请一天病假":   "attendance: 高磊 sick 13am–13pm",
		"门卫说何苗到了校门口，掉头走了":     "attendance: 何苗 absent 13am, safety",
		"要不是她爷爷送，何苗今天又得迟到":    nothing,
	})
}

// 请…假 is a leave whatever stands between.
func TestALeaveIsToldInTwoParts(t *testing.T) {
	at(t, "G005", "2026-10-13 07:20").means(t, map[string]string{
		"老师，给李四请一上午假":        "request: 李四 leave 13am, ask missing_kind",
		"娃屙肚子，请天假":           "request: 李四 sick 13am–13pm",
		"明天去看外公，请一次假":        "request: 李四 personal 14am–14pm",
		"李四感冒，请个半天的假":        "request: 李四 sick 13am",
		"娃有事请打他姑姑的号":         nothing,
		"孩子有事找他爷爷，我上班不方便接电话": nothing,
		"放假那天要提前买车票":         nothing,
	})
}

func TestWhatHasNotHappenedYetOrIsAskedForIsNoAbsence(t *testing.T) {
	at(t, "T001", tuesday).means(t, map[string]string{
		"高磊和何苗还没进教室":                  "attendance: 何苗 absent 13am, 高磊 absent 13am",
		"七3班上个月全勤，流动红旗归我们":            nothing,
		"这学期全勤的有高磊、何苗":                nothing,
		"今天教研会应到12人，实到10人，缺席的老师自己补记录": nothing,
		"跟张三家里联系了没？":                  question,
		"刚才报反了，没来的是李四，张三在":            "correction: 张三 present 13am, 李四 absent 13am",
		"刚才说高磊没来是我听错了":                "correction: 高磊 present 13am",
		"没来的：高磊。迟到的：何苗。其他在":           "attendance: 何苗 late 13am, 高磊 absent 13am, the others are here",
	})
}

func TestAParentCallsTheLeaveOff(t *testing.T) {
	at(t, "G005", "2026-10-13 07:20").means(t, map[string]string{
		"病假不用了，烧退了，李四今天照常去上课":    "correction: ask confirm",
		"婚礼改期了，李四明天正常上学，请假取消吧":   "correction: ask confirm",
		"老师，今天的假不用请了，他好了":        "correction: ask confirm",
		"我请假带李四的弟弟去打针，李四自己坐车去上学": nothing,
		"我今天请了假照顾奶奶，孩子照常上学":      nothing,
		"孩子的水杯落教室了，麻烦帮忙看一下":      nothing,
		"李四脚崴了，肿起来了，今天来不了":       "request: 李四 sick 13am–13pm",
		"家里收稻子人手不够，给李四请两天假":      "request: 李四 personal 13am–14pm",
	})
}
