package intent_test

import "testing"

// The father of 李四 writes before school.
func TestWhatAParentTellsOfHisChild(t *testing.T) {
	at(t, "G005", "2026-10-13 07:20").means(t, map[string]string{
		"孩子昨晚上吐下泻，今天上不了学了":          "request: 李四 sick 13am–13pm",
		"孩子今天起床说头有点晕，量了体温37度8，请一天假": "request: 李四 sick 13am–13pm",
		"李四请假，要跟我们回湖南":              "request: 李四 personal 13am–13pm",
		"孩子他爸从部队回来探亲，请假两天":          "request: 李四 personal 13am–14pm",
		"明天没人接送，请假一次":               "request: 李四 personal 14am–14pm",
		"李四今天请假一天，麻烦批准":             "request: 李四 leave 13am–13pm, ask missing_kind",
		"走到半道说恶心又折回来了，上午先不去":        "request: 李四 sick 13am",
		"路上结冰不好走，孩子可能晚到十几分钟":        "attendance: 李四 late 13am",
		"孩子堵在高架上，要晚二十来分钟":           "attendance: 李四 late 13am",
		"李四今天不想上学，闹情绪呢，晚点我送过去":      "attendance: 李四 late 13am",
		"李四做了阑尾炎手术，要在家养一个月":         "request: 李四 sick 13am–13pm, asks to withdraw S002, ask confirm",
		"昨天请假的李四今天可以去上学了":           nothing,
		"李四今天好多了，去上学了，药在书包里麻烦提醒中午吃": nothing,
		"孩子有点咳嗽，给他带了口罩和水":           nothing,
		"孩子脚崴了，体育课请假":               nothing,
		"今天要是食堂有花生，麻烦别给他打那个菜，他过敏":   nothing,
		"他说不想上学了，怎么劝都不听":            "record: intent_to_leave",
		"今天要回老家吃酒，下午的课就不上了":         "request: 李四 personal 13am–13pm",
	})
}

// A parent who is ill, late or cannot come is not the child.
func TestAParentsOwnMattersAreNotTheChilds(t *testing.T) {
	at(t, "G005", "2026-10-13 07:20").means(t, map[string]string{
		"我今天加班，可能晚点到":    nothing,
		"我路上堵车，晚一会到":     nothing,
		"我晚上来不了，家长会他爸去":  nothing,
		"我发烧了，今天孩子让爷爷送":  nothing,
		"明天开家长会我请假去不了":   nothing,
		"爷爷住院了，今天孩子请假":   "request: 李四 personal 13am–13pm",
		"我生病了没人送他，今天请假":  "request: 李四 personal 13am–13pm",
		"奶奶病了，李四请假陪她去医院": "request: 李四 personal 13am–13pm",
	})
}

func TestAParentWhoDoesNotKnowWhereTheChildIs(t *testing.T) {
	at(t, "G005", "2026-10-13 08:40").means(t, map[string]string{
		"李四到学校没有？打他手表不接":    "query: safety",
		"李四到教室了没，老师帮我瞅一眼":   question,
		"娃儿放学一个钟头了还没到屋":     "record: safety",
		"孩子不见了！书包还在家":       "record: safety",
		"马上到校门口了，红领巾忘家里了咋办": nothing,
	})
}
