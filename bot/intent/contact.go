package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// Kinds and outcomes of a contact with the family.
const (
	byCall    = "call"
	byMessage = "message"
	byVisit   = "visit"

	reached    = "reached"
	notReached = "not_reached"
	refused    = "refused"
	planned    = "planned"
)

var (
	noAnswer = patterns("没通过 未通过 加不上 没加上 没人接 没有人接 无人接 没接 未接 不接电话 不接 没打通 未打通 打不通 没通 打不进 无法接通 无人应答 没人应 关机 停机 空号 占线 忙音 没联系上 没有联系上 未联系上 联系不上 联系不到 没联系到 未联系到 没回 没有回 未回 不回 没回复 无回应 没回应 没反应 没回音 没消息 没动静 不在服务区 没人在家 家里没人 家中没人 家里无人 家中无人 没见到 没见着 未见到 没碰到 没碰上 没遇到 没人开门 敲门没 没人应门 锁着门 门锁 锁门 大门紧闭 不在家 没在家 没找到人 没找着 没找到 没敲开 扑了空 扑空 欠费 呼叫转移 没人 都没有接 都没接 没看 未读 无人接听 没理 没能联系 没联系 打不通了 一直不通 不通")
	declined = patterns("不让进 不开门 没开门不 拒绝 拒接 不配合 不肯 挂了电话 挂断 挂掉 挂我 给挂了 就挂了 拉黑 不愿意谈 不愿谈 不愿见 不愿意见 不愿意配合 不愿配合 不签 拒签 不见我们 不想谈 不理 不搭理 态度恶劣 态度不好 态度强硬 骂 赶出来 轰出来 把我们赶 把我赶 不接受 不同意见面 不让家访 不让我 不让我们 不予配合 不听 不准我们 不愿签 不愿多说 不愿说")
	ahead    = patterns("我晚点打 我晚点联系 我晚点问 我晚点去 我晚些打 我晚点给 我晚点到她家 我晚点到他家 请*主任*联系 请*老师*联系 麻烦*主任*联系 麻烦*老师*联系 请*主任去 请*老师去 准备 打算 计划 待会 一会 等会 等下 等一下 稍后 过会 马上 这就 正在联系 正在打 在联系 正联系 正要 再打 再联系 再去 再跑 再试 再发 再找 继续联系 继续打 继续拨 要去 想去 会去 将去 去趟 去一趟 走一趟 跑一趟 安排 请N去 让N去 派 去看看 去他家看 去家里看 去家看 去找 去联系 去家访 去上门 去打 约了 约好 约定 约在 下班去 下班后去 放学去 放学后去 拟 我去 我来联系 我联系 我打 我来打 抽空 争取 尽快 立即联系 立刻联系 抓紧 负责联系 联系一下 打个电话问 先打 先联系 先家访 下午去 晚上去 明天去 周末去 中午去 今晚去 现在去 后天去 下午家访 晚上家访 今晚家访 明天家访 周末家访 中午家访 明早去 明天上门 今晚上门 晚上上门 下午上门 明天再 晚点再 下午再 晚上再 过去看 去核实 去了解")
	finished = patterns("打了 打过 打完 通了 接了 联系了 联系上 联系过 沟通了 沟通过 说了 问了 问过 去了 去过 刚 已 回来 家访了 家访过 发了 发过 通知了 告诉了 谈了 聊了 上门了 到了N 到了他 到了她 见到 见了 走访了 跑了 结束 完成 确认了 打通 接通")
	notTried = patterns("请*核实 麻烦*核实 请*了解一下 家访记录 家访表 还没联系 没联系家长 未联系家长 没有联系家长 还未联系 没打电话 还没打 没给家长打 未打电话 不用联系 先别联系 不要联系 别联系 不用打 先别打 没来得及联系 来不及联系 还没家访 没去家访 未家访 不用家访 还没来得及 联系方式 联系电话 电话号码 号码 电话是 微信号 电话多少")
)

// contactsIn finds calls, messages and visits told by staff.
func (m *reading) contactsIn(g *gist) []school.Contact {
	if m.who.guardian || m.hypothetical() || m.ordered() {
		return nil
	}
	k := contactReader{m: m, g: g}
	start := 0
	for i := 0; i <= len(m.items); i++ {
		if i == len(m.items) || m.items[i].kind == iStop || m.items[i].kind == iComma || m.items[i].kind == iQuery || m.items[i].line && i > start || m.items[i].is(wThen) && i > start {
			k.clause(start, i)
			start = i
			if i < len(m.items) && !m.items[i].line && !m.items[i].is(wThen) {
				start = i + 1
			}
		}
	}
	return k.done()
}

// contactReader follows a telling of contacts clause by clause.
type contactReader struct {
	m      *reading
	g      *gist
	owners []int32
	list   []school.Contact
	last   string // kind of the last contact
	times  int
}

// contactClues are the words of a clause that point to a contact.
type contactClues struct {
	call, msg, visit, said bool
	parent                 int // item that names a parent; -1: none
	times                  int
	named                  []int32
}

func (k *contactReader) clues(a, b int) contactClues {
	c := contactClues{parent: -1}
	for i := a; i < b; i++ {
		it := k.m.items[i]
		switch {
		case it.kind == iKid && it.kid.kind != byGuess:
			c.named = append(c.named, k.m.resolve(it.kid).kids...)
		case it.is(wCall):
			c.call = true
		case it.is(wMsg):
			c.msg = true
		case it.is(wVisit):
			c.visit = true
		case it.is(wParent):
			if c.parent < 0 {
				c.parent = i
			}
		case it.is(wSaid):
			c.said = c.said || c.parent >= 0 && i-c.parent <= 6
			c.msg = c.msg || k.m.hits(messageSaid, it.text)
		case it.kind == iTimes:
			c.times = it.n
			c.call = c.call || it.tag == wCall || k.m.hits(callMeasure, it.text)
		}
	}
	return c
}

// clause reads the items from a to b.
func (k *contactReader) clause(a, b int) {
	m := k.m
	if a >= b || slices.ContainsFunc(m.stmts, func(s statement) bool { return s.cond && s.from < b && a < s.to }) {
		return
	}
	text := m.maskOf(a, b)
	text = notAnswers.Replace(text)
	if k.m.hits(notTried, text) {
		return
	}
	c := k.clues(a, b)
	call, msg, visit, parent, saidWord, times, named := c.call, c.msg, c.visit, c.parent, c.said, c.times, c.named
	call = call && !m.hits(beaten, text)
	if len(named) > 0 {
		k.owners = named
	}
	visit = visit || k.m.hits(visitPhrases, text)
	call = call || k.m.hits(callPhrases, text)
	if times > 0 {
		k.times = times
	}
	outcome := k.outcome(text, visit, msg, a, b)
	kind := ""
	switch {
	case visit:
		kind = byVisit
	case outcome == refused && k.m.hits(atTheDoor, text) && (parent >= 0 || k.last != "" || k.open()):
		kind = byVisit
	case outcome == refused && k.last == byVisit && k.m.hits(declinedHard, text):
		kind = byVisit
	case msg && !(call && k.m.hits(callPhrases, text) && !k.m.hits(messageStrong, text)):
		kind = byMessage
	case call:
		kind = byCall
	case k.last == byVisit && parent >= 0 && outcome == reached && !call:
		return
	case parent >= 0 && (saidWord || k.m.hits(parentTold, text)) && !k.m.hits(notWords, text):
		kind = byCall
	case outcome == notReached && (parent >= 0 || k.last != "" || k.open()) && k.m.hits(answerWords, text), outcome == notReached && k.last == byMessage && k.m.hits(replyWords, text):
		kind = k.last
		if kind == "" || k.m.hits(phoneWords, text) && kind != byCall {
			kind = byCall
		}
		if k.m.hits(nobodyHome, text) && !k.m.hits(phoneWords, text) {
			kind = byVisit
		}
		if k.m.hits(replyWords, text) && k.last == byMessage {
			kind = byMessage
		}
	case outcome == refused && (k.last != "" || parent >= 0 || k.open()) && k.m.hits(declinedHard, text):
		kind = k.last
		if kind == "" {
			kind = byCall
		}
	case outcome == notReached && k.last == byVisit:
		kind = byVisit
	}
	if kind == "" && k.open() && outcome == planned && k.m.hits(goes, text) && len(m.items) <= 4 {
		kind = byVisit // 明天去
	}
	if kind == "" || (call && !visit && !msg && parent < 0 && outcome == reached && !k.toFamily(text)) {
		return
	}
	m.note("contacts: "+kind+" "+outcome, text)
	k.put(kind, outcome, saidWord)
}

// toFamily: a call without a parent in the same clause is one to the family
// when the case is about a child.
func (k *contactReader) toFamily(text string) bool {
	return (len(k.owners) > 0 || len(k.g.topic) > 0 || k.open()) && !k.m.hits(otherTalk, text)
}

func (k *contactReader) open() bool {
	o := k.m.in.Open
	return o != nil && o.Student != "" && (o.Kind == OpenCard || o.Kind == OpenNotice || o.Kind == OpenApprove)
}

func (k *contactReader) outcome(text string, visit, msg bool, a, b int) string {
	future := false
	for i := a; i < b; i++ {
		if it := k.m.items[i]; it.kind == iWhen {
			switch w := it.when; {
			case w.kind == atPoint && w.from.kind == pRelative && (w.from.a > 0 || w.from.a == 0 && (w.from.part == night || w.from.part == noon && !k.m.clock.current.pm)):
				future = true
			case w.kind == atPoint && w.from.part >= noon && w.from.kind == pNone && (!k.m.clock.current.pm || w.from.part == night):
				future = true
			case w.kind == atPoint && w.from.kind == pWeekday && w.from.a >= weekThis:
				future = true
			}
		}
	}
	done := k.m.hits(finished, text)
	switch {
	case k.m.hits(declined, text) && !k.m.hits(notDeclined, text):
		return refused
	case k.m.hits(noAnswer, text) && !k.m.hits(answered, text):
		return notReached
	case (future || k.m.hits(ahead, text)) && !done && (!k.m.hits(parentTold, text) || k.m.hits(toParent, text)):
		return planned
	}
	return reached
}

// put notes a contact; a second word about the same one settles its outcome.
func (k *contactReader) put(kind, outcome string, saidWord bool) {
	owners := k.owners
	if len(owners) == 0 {
		owners = k.g.topic
	}
	if len(owners) == 0 {
		owners = k.m.spokenOf()
	}
	if len(owners) == 0 {
		return
	}
	k.last = kind
	for _, o := range owners {
		id := k.m.r.id(o)
		c := school.Contact{Student: id, Kind: kind, Outcome: outcome, Times: max(1, k.times)}
		at := slices.IndexFunc(k.list, func(x school.Contact) bool { return x.Student == id && x.Kind == kind })
		switch {
		case at < 0:
			k.list = append(k.list, c)
		case k.list[at].Outcome == outcome:
			k.list[at].Times = max(k.list[at].Times, c.Times)
		case outcome == planned || k.list[at].Outcome == planned:
			k.list = append(k.list, c)
		case k.list[at].Outcome == reached && (!saidWord || outcome == refused && kind == byVisit):
			k.list[at].Outcome = outcome // 给家长打了电话，没人接
		case outcome == reached:
			if k.m.hits(answered, k.m.mask) || saidWord {
				k.list = append(k.list, c)
			}
		default:
			k.list = append(k.list, c)
		}
	}
	k.times = 0
}

// done adds the promised day of return.
func (k *contactReader) done() []school.Contact {
	for i := range k.list {
		for _, s := range k.m.stmts {
			for _, w := range s.whens {
				if w.kind != atBack {
					continue
				}
				if day, ok := k.m.clock.day(w.from, false); ok && day >= k.m.clock.today {
					k.list[i].Promise = day
				}
			}
		}
	}
	return k.list
}

var (
	beaten        = patterns("被*打了 被*打的")
	toParent      = patterns("给*打电话 给*打个电话 跟*打电话 给*发微信 给*发短信")
	callPhrases   = patterns("打*座机 打*固话 约*谈 约*家长 请*家长来 请*家长到 打电话 打*电话 电话*家长 电话给 给*电话 打给 拨打 致电 通电话 通了电话 通话 电联 联系家长 联系了家长 联系*家长 联系*妈 联系*爸 联系*奶奶 联系*爷爷 和*联系 跟*联系 与*联系 和*沟通 跟*沟通 与*沟通 通知家长 通知了家长 通知*妈 通知*爸 告知家长 告知了家长 告诉家长 告诉*妈 告诉*爸 问过家长 问家长 问了家长 家长问过 问过*妈 问过*爸 问了*妈 问了*爸 问了*奶奶 问过*奶奶 打了#个 打#个 打了好几个 打了几个 打了一个 打了好几次 打了几次 打了#次 打了#遍 打#次 打#遍 联系了#次 联系#次 #个电话 电话*没人接 电话没接 电话*打不通 电话*关机 电话*空号 电话*停机 电话不通 电话没通 电话打了 手机*关机 手机*没人接 手机*打不通 手机*停机 联系不上 没联系上 未联系上 联系不到 没联系到 联系上 联系到了 正在联系 和*通了 跟*通了 与*通了 和*谈 跟*谈 与*谈 和*聊 跟*聊 与*聊 约谈 面谈 跟*说了 和*说了 与*说了 已告知 已通知 已联系 已沟通 接通 没打通 打不通 家长*接了 家长*知道了 再打 跟家长 和家长 与家长 向家长 问*妈妈 问*爸爸 核实*家长 家长核实 家长沟通 家长联系 家长确认")
	visitPhrases  = patterns("家访 去*家里 去*家看 去了*家 到*家里 到了*家 到*家看 从*家回 从*家出来 去*家了 去*家一趟 到*家一趟 去*家走 上门 登门 入户 走访 去趟*家 去*家一趟 去N家 敲门 敲*门 去一趟 跑一趟 去了趟 跑了趟 跑了一趟 跑了#趟 去了#趟 去了一趟 村里*找 到村里 去村里 去*家没 去*家，没 去*家,没 在*家见到 见到*奶奶 见到*爷爷 见到*家长 去过*家 N家*坐 去N家 到N家 来N家 在N家 N家里没人 N家没人")
	messageSaid   = patterns("微信 短信 信息 消息 留言")
	messageStrong = patterns("发微信 发了微信 微信发 微信留言 发短信 发了短信 发信息 发了信息 发消息 发了消息 留言 微信没回 短信没回 消息没回 微信上说 微信里说 微信说 微信联系 微信回 微信问 短信问 微信跟 微信和 微信告诉 微信通知 钉钉问 钉钉说")
	callMeasure   = patterns("个电话 通电话 次电话 遍电话")
	parentTold    = patterns("家长说 妈说 妈妈说 爸说 爸爸说 奶奶说 爷爷说 外婆说 外公说 姥姥说 姥爷说 姑姑说 叔叔说 舅舅说 家里说 家里人说 家长电话 家长来电 家长打来 家长打电话 家长发 妈来电 妈妈来电 爸爸来电 妈妈打来 爸爸打来 妈打来 爸打来 妈妈发来 爸爸发来 妈妈打电话 爸爸打电话 家长反映 家长表示 家长称 家长讲 妈妈讲 爸爸讲 家长回复 家长回电 家长已知 家长知道 家长知情 家长不知情 家长已确认 家长确认 家长已 妈妈确认 爸爸确认 家长答应 妈妈答应 爸爸答应 奶奶答应 爷爷答应 家长同意 家长承诺 家长保证 家长要求 家长不知 妈妈不知 爸爸不知 妈不知 爸不知 妈妈知道 爸爸知道 说家长 家长也说 家长只说 妈也说 家长告诉 妈妈告诉 爸爸告诉 家长微信 妈妈微信 爸爸微信 家长代请假 家长说了 监护人说 监护人称 伯母说 婶婶说 婆婆说 母亲说 父亲说 父母说 母亲称 父亲称 家长请假说 家长帮 哥哥说 姐姐说 阿妈说 阿爸说 外爷说 老汉说 娘说 爹说 家长解释 家长以为 妈妈以为 爸爸以为 妈以为 爸以为 奶奶以为 爷爷以为 家长还以为 妈妈还以为 奶奶还以为 爷爷还以为 家长在电话")
	notWords      = patterns("说了婆家 说了亲 说婆家 说亲 说媒 说了人家 说了对象 家长说明会 没跟家长说 没和家长说 不知道家长 别让家长 让家长 叫家长 请家长 家长会 各位家长 听说 请各位 家长群里说 要家长 通知各位")
	answerWords   = patterns("门锁 锁门 锁着门 没人接 没接 未接 不接 打不通 没打通 未打通 不通 关机 停机 空号 占线 没人应 没联系上 联系不上 未联系上 联系不到 没联系到 没回 未回 不回 没有回 无人接 没有人接 没人在家 没人开门 没见到 没见着 不在家 没理 没人 没找到 无回应 没反应 无法接通 不在服务区 欠费 没回应")
	phoneWords    = patterns("没人接 没接 未接 不接 打不通 没打通 未打通 关机 停机 空号 占线 无人接 没有人接 不在服务区 无法接通 欠费")
	replyWords    = patterns("没通过 未通过 加不上 没加上 没回 未回 不回 没有回 没理 没看 未读 无回应 没反应 没回应")
	declinedHard  = patterns("不让进 不开门 拒绝 拒接 不配合 挂了电话 挂断 挂掉 就挂了 给挂了 拉黑 不愿 不签 拒签 赶出来 轰出来 骂 不见 不理 不肯")
	goes          = patterns("明天去 下午去 晚上去 今晚去 周末去 放学去 放学后去 下班去 下班后去 中午去 后天去 明早去 我去 今天去 马上去 现在去 现在就去 这就去")
	nobodyHome    = patterns("门锁 没人在家 没人开门 家里没人 家中没人 家里无人 敲门 锁门 门锁 锁着门 没见到人 没见着人 不在家 大门紧闭")
	atTheDoor     = patterns("不让进 不开门 赶出来 轰出来 不让家访 堵在门口 不让我们进 不让我进 把我们赶 把我赶")
	notDeclined   = patterns("孩子不肯 他不肯 她不肯 娃不肯 孩子不愿 他不愿 她不愿 N不肯 N不愿 孩子不听 不听话 不肯来 不愿来 不愿意来 不肯上学 不愿上学 孩子拒绝 没拒绝 拒绝上学 拒绝来 拒绝到校 不肯去 不愿去 不肯起 不肯说 挨骂 骂了他 骂了她 骂了孩子")
	answered      = patterns("终于接 终于打通 打通了 后来接 接通了 才接 总算 终于联系上 联系上了 又打过来 回过来 回电 回电话 后来回 有人接")
	otherTalk     = patterns("跟N谈 和N谈 找N谈 跟N聊 和N聊 跟他谈 和他谈 跟她谈 和她谈 问了N 问N 问过N 问他 问她 同学 跟班主任 和班主任 跟老师 和老师 跟校长 和年级 跟年级 和教务 跟教务 和医生 跟医生 派出所 110 校医")
)

// maskOf is the masked text of the items from a to b.
func (m *reading) maskOf(a, b int) string {
	if a >= b {
		return ""
	}
	from, to := m.items[a].from, m.items[b-1].to
	return m.mask[m.maskAt[from]:m.maskAt[to]]
}

// notAnswers hold 没回 but speak of coming back, not of answering.
var notAnswers = strings.NewReplacer("不回来", "", "不回校", "", "不回学校", "", "没回来", "", "没回校", "", "没人送", "", "没人管", "", "没人带", "", "没人看", "", "没回家", "", "没回宿舍", "", "没回寝室", "", "没回过", "", "没回班", "", "没回教室", "", "未回家", "")
