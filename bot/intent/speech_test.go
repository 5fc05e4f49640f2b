package intent_test

import "testing"

func TestAQuestionOrAnOrderIsNoReport(t *testing.T) {
	at(t, "T001", tuesday).means(t, map[string]string{
		"高磊来没来？":              question,
		"请问高磊今天请假了吗":          question,
		"何苗请假了，具体什么原因还不清楚":    "attendance: 何苗 leave 13am–13pm, ask missing_kind",
		"谁看见张三的水杯了":           nothing,
		"各位老师，下午四点全体教师会，请勿迟到": nothing,
		"张三，放学来我办公室一趟":        nothing,
		"我今天身体不舒服，第一节麻烦谁代一下":  nothing,
		"英语老师请假了，第三节改自习":      nothing,
		"保安老张请假，校门口今天体育组顶上":   nothing,
		"食堂师傅今天没来，午饭晚十分钟":     nothing,
		"唐诗宋词的背诵还有好几个没过关":     nothing,
	})
}

func TestACorrectionMendsAReport(t *testing.T) {
	at(t, "T001", "2026-10-13 09:05").means(t, map[string]string{
		"不好意思，刚才把李梓涵报成李子涵了，没来的是李梓涵": "correction: 李子涵 present 13am, 李梓涵 absent 13am",
		"看错名单了，缺的是王浩然不是王浩":          "correction: 王浩 present 13am, 王浩然 absent 13am",
		"更正一下，高磊不是病假是事假":            "correction: 高磊 personal 13am–13pm",
		"昨天下午曾子昂的缺勤登错了，是早退":         "correction: 曾子昂 early 12pm",
		"何苗的病假改为到周五":                "correction: 何苗 sick 13am–16pm, ask confirm",
		"把刚才张三的未到撤了吧":               "correction: ask confirm",
		"刚才说的全胜没来是错的，他在医务室":         "correction: 全胜 present 13am",
		"报重了，忽略第一条":                 "correction: ask confirm",
		"李四没来，王五来了，别给记混了":           "attendance: 李四 absent 13am, 王五 present 13am",
		"没看错，张三没来":                  "attendance: 张三 absent 13am",
		"活动取消，改到下周":                 nothing,
		"5月9日补5月5日的课，正常上学，别记错了":     nothing,
	})
}

func TestWhatWasDoneWithTheFamily(t *testing.T) {
	at(t, "T001", "2026-10-13 10:05").means(t, map[string]string{
		"给李四家打电话没人接，微信留言了也没回":   "record: call of S002 not_reached, message of S002 not_reached",
		"今天下午我和德育主任去王五家看看":      "record: visit of S003 planned",
		"昨晚去了马小军家，伯母在，孩子不在":     "record: visit of S036 reached",
		"黄河爸爸态度很差，直接挂了电话":       "record: call of S039 refused",
		"请七3班主任核实一下张三的情况":       nothing,
		"已经把韦秋月的情况上报教务处":        "record: ",
		"张三没来，打给他爷爷，说一早就出门上学去了": "record: call of S001 reached, 张三 absent 13am, safety",
		"马小军旷课，问过伯母，家里不知道":      "record: call of S036 reached, 马小军 truant 13am, safety",
		"上门见了韦秋月的爷爷，告知书他就是不肯签":  "record: visit of S037 refused",
		"高磊妈妈说明天就能来上学":          "record: call of S041 reached",
	})
}

// A child in danger need not be named, and a danger need not be told in one way.
func TestADangerIsNeverOverlooked(t *testing.T) {
	at(t, "T001", "2026-10-13 10:05").means(t, map[string]string{
		"有个学生说在家被打":            "record: safety",
		"班里有个女生说不想活了":          "record: safety",
		"咱们班一个孩子身上有伤，说是他爸打的":   "record: safety",
		"监控里看到高磊从南门翻出去了":       "attendance: 高磊 absent 13am, safety",
		"张垚好像在网吧上班了":           "record: safety",
		"韦秋月从昨天下午就没见着人，家里也找不到": "attendance: 韦秋月 absent 12pm–13am, safety",
		"李四昨晚没回宿舍，今早也没来上课":     "attendance: 李四 absent 13am, safety",
		"疫苗没打的有张三、李四":          nothing,
		"高磊请假，去外婆家":            "attendance: 高磊 personal 13am–13pm",
		"反校园欺凌宣传：被打了要告诉老师":     nothing,
	})
}

func TestARequestIsForTheChildItNames(t *testing.T) {
	at(t, "T001", tuesday).means(t, map[string]string{
		"周小川病假，张三申请停课一周":         "request: 周小川 sick 13am–13pm, asks to suspend S001",
		"马小军停课两周":                "refuse: ",
		"让张三家里把他转到别的学校去，带不动了":    "refuse: ",
		"把这周请病假的名单和得的啥病发到家长群里公示": "refuse: ",
	})
}

func TestWordsThatAreNamesAreWordsWhereNoPersonStands(t *testing.T) {
	s, who := class703(t, "关心", "陆续", "雷雨", "曾经", "康复", "牛奶", "春天", "何时", "金鑫", "高天宇")
	w := telling{h: withReader(s), from: who.ID, now: morningOfDay}
	w.means(t, map[string]string{
		"谢谢大家关心，我嗓子好多了，下午正常上课": nothing,
		"孩子们还在陆续进校，晚点给您报数":     nothing,
		"雷雨天，大家骑车慢一点":          nothing,
		"我们班曾经一个月没有一个人迟到":      nothing,
		"春天来了，带小铲子的举手":         nothing,
		"今天牛奶还没到，课间餐推迟十分钟":     nothing,
		"请假一天的同学补作业":           nothing,
		"金鑫锻炼的时候骨折，请两天假":       "attendance: 金鑫 sick 13am–14pm",
		"关心没来":           "attendance: 关心 absent 13am",
		"陆续、雷雨没来":        "attendance: 陆续 absent 13am, 雷雨 absent 13am",
		"康复康复了，今天来了":     "attendance: 康复 present 13am",
		"曾经没来，妈妈电话没人接":   "record: call of X04 not_reached, 曾经 absent 13am",
		"牛奶没来上课":         "attendance: 牛奶 absent 13am",
		"关心的妈妈打来电话，说她发烧": "record: call of X01 reached, 关心 sick 13am–13pm",
		"何时到了，八点四十五":     "attendance: 何时 late 13am",
	})
}
