package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// Kinds of requests (design 3.4).
const (
	reqLeave    = "leave"
	reqSuspend  = "suspend"
	reqWithdraw = "withdraw"
	reqResume   = "resume"
	reqOut      = "transfer_out"
	reqIn       = "transfer_in"
	reqDefer    = "defer"
	reqRefund   = "refund"
)

// asked is a kind of request and the words for it, the first that fits.
type asked struct {
	kind  string
	words []pattern
}

// schoolRequests and trainingRequests differ: 停课 and 复课 are other things there.
var schoolRequests = []asked{
	{reqDefer, patterns("延缓入学 延迟入学 推迟入学 暂缓入学 缓入学 缓学 晚一年入学 晚一年上 晚一年再上 晚上一年 推迟一年上 推迟一年入 推迟*入学 延后入学 晚#年上 晚#年入学 迟一年上 迟一年入学 明年再上一年级 明年再入学 缓一年入学 缓一年上 延一年")},
	{reqIn, patterns("转来 转入 转进 转学过来 插班 转学到我们 转到我们 转到咱 转学进 转回来读 转回我校 转到你们学校 转到贵校 转学到贵校 转学到你们 转学到C 转到C 转入C 转进C 编到C 编入C 分到C 安排到C 插到C 转过来 从*转到我班 新转")},
	{reqOut, patterns("转学 专学 转走 转出 转校 转去 转到*学校 转到*小学 转到*读 转到*上学 转到*念 转去*读 转去*上 转到*去上 转到*中学 转到*一中 转到*二中 转到*三中 转到*三小 转到*一小 转到*二小 转到*实验 转到外地 转到*老家 转到县 转到市 转到城 转到省 转到老家 转回老家 转到别 转回*读 转回*上 转往 传学 转雪")},
	{reqResume, patterns("复学 付学 复读回来 复课 回来复学 恢复学籍 恢复上学 休学期满 休学到期 休学结束 负学 复雪 结束休学 不休学了")},
	{reqWithdraw, patterns("休学 修学 体学 秀学 休雪 申请休 办休")},
	{reqSuspend, patterns("停课 挺课 停#天课 停#周课 停他#天 停她#天 停N#天 停#天的课 停N*课 停他*课 停她*课 回家反省 在家反省 回去反省 反省")},
}

var trainingRequests = []asked{
	{reqRefund, patterns("直接退C 退C的费 退C费 退*的费 退费 退款 退钱 退课 退学 退班 退了吧 退掉 退剩 把钱退 钱退 全退 退一下 不学了 不学*了 不上*课了 不想学了 不上了 不想上了 不报了 不续了退 不打算学 学不下去 要退 想退 退还 退卡 腿费 退非 不再学 不继续学 不想再学 不去学了 退余 办退")},
	{reqResume, patterns("复课 付课 恢复上课 恢复课程 恢复一下 开始上 继续上 接着上 重新上 回来上 重新开始 恢复 复学 可以上课了 接着学 继续学 销停 结束停课 复上 能上课了 能来上课了 回去上课 重新来上 来上课了")},
	{reqSuspend, patterns("停课 挺课 停一 停# 停到 先停 暂停 课停 停了 停掉 想停 要停 停止 停上 停几 停下 停两 停半 休课 停段 都停 停个 先不上 先不来 先不学 休一个月 休#个月 请#个月 请一个月 保留课时 冻结")},
	{reqDefer, patterns("延期开课 推迟开课")},
}

// missesOnce: 今晚课不上了 is one lesson, not the end of the course.
func (m *reading) missesOnce() bool {
	return m.says(noLesson) && !m.says(moneyBack) && slices.ContainsFunc(m.items, func(it item) bool { return it.kind == iWhen && it.when.kind == atPoint })
}

var (
	noLesson  = patterns("不上了 不上*课了")
	moneyBack = patterns("退 不学 钱 以后")
)

// goesOn: one course goes on while another stops.
var goesOn = patterns("继续 照常 接着上 还上 正常上")

var paperwork = patterns("档案 成绩单 材料 台账 名单 登记表 花名册 政策 流程 手续已 已办 办好了 办完 办理完 统计 汇总 汇报 证明 文件 通知书 规定 表格 会议 的学生 学生有 人数 率 总数 期间 空出 名额 有人 证书 休学证 转学证 转学率 不用 别停 听说 群里 群发 宣传 不办 停课通知 演练 停电 单子 签字 单据 申请单 收据 发票")

// appliesFor: a child and the word for the request stand in one clause that is
// not about papers: 张三要休学,材料已交.
func (m *reading) appliesFor(list []pattern) bool {
	return slices.ContainsFunc(strings.FieldsFunc(m.mask, func(r rune) bool { return strings.ContainsRune(",。;!\n", r) }), func(clause string) bool {
		return strings.Contains(clause, "N") && m.hits(list, clause) && !m.hits(paperwork, clause)
	})
}

// requested finds an application other than for leave.
func (m *reading) requested(g *gist) (*school.Request, bool) {
	list := schoolRequests
	if m.r.school.Training() {
		list = trainingRequests
	}
	if m.hypothetical() || (!m.who.guardian && m.ordered()) {
		return nil, false
	}
	for _, a := range list {
		if !m.says(a.words) {
			continue
		}
		if m.says(paperwork) && !m.who.guardian && !m.appliesFor(a.words) {
			return nil, false
		}
		if a.kind == reqRefund && m.missesOnce() {
			continue
		}
		if a.kind == reqSuspend && (m.says(announced) || !m.who.guardian && !m.aboutChild(g) && m.r.school.Training()) {
			return nil, false
		}
		if a.kind == reqResume && m.r.school.Training() && m.hits(trainingRequests[2].words, m.mask) && m.says(goesOn) {
			continue // 编程课停了,钢琴继续上
		}
		m.note("request: "+a.kind, m.phrase(a.words))
		return &school.Request{Kind: a.kind}, true
	}
	return nil, false
}

// whose finds the child a request is for; what stays open is asked.
func (m *reading) whose(g *gist, r *school.Request) {
	found := m.appliedFor(r.Kind)
	for _, s := range m.stmts {
		for _, k := range append(slices.Clone(s.kids), s.owners...) {
			if f := m.resolve(k); len(f.kids) > 0 {
				found = append(found, f.kids...)
			} else if k.kind == byName || k.kind == byGuess && m.who.guardian {
				if !hasAsk(g, f.why) {
					g.ask(f.why, m.ids(f.candidates))
				}
			}
		}
	}
	switch {
	case len(found) > 0:
		r.Student = m.r.id(found[0])
	case hasAsk(g, school.AskAmbiguousName) || hasAsk(g, school.AskUnknownName):
	case m.who.guardian && len(m.who.kids) == 1:
		r.Student = m.r.id(m.who.kids[0])
	case m.who.guardian && len(m.who.kids) > 1:
		g.ask(school.AskAmbiguousName, m.ids(m.who.kids))
	default:
		if kids := m.spokenOf(); len(kids) == 1 {
			r.Student = m.r.id(kids[0])
		} else {
			g.ask(school.AskMissingName, nil)
		}
	}
}

// appliedFor are the children named in the clause that applies: 林晓病假,石磊申请停课.
func (m *reading) appliedFor(kind string) []int32 {
	list := schoolRequests
	if m.r.school.Training() {
		list = trainingRequests
	}
	at := slices.IndexFunc(list, func(a asked) bool { return a.kind == kind })
	if at < 0 {
		return nil
	}
	var kids []int32
	for _, s := range m.stmts {
		if len(s.kids) == 0 || !m.hits(list[at].words, m.maskOf(s.from, s.to)) {
			continue
		}
		for _, k := range s.kids {
			kids = append(kids, m.resolve(k).kids...)
		}
	}
	return kids
}

func hasAsk(g *gist, why string) bool {
	return slices.ContainsFunc(g.asks, func(a school.Ask) bool { return a.Why == why })
}

// requestDates writes what is said of the time, without moving it.
func (m *reading) requestDates(g *gist, r *school.Request) {
	ws := m.requestWhens(r.Kind)
	from, to, ok := m.clock.plain(ws, r.Kind == reqResume)
	if r.Kind == reqResume {
		to = half{}
	}
	if ok {
		r.From = m.clock.slot(from)
		if to.day != "" {
			r.To = m.clock.slot(to)
		}
	}
	if m.r.school.Training() {
		if (r.Kind == reqSuspend || r.Kind == reqResume) && r.From.Day == "" {
			g.ask(school.AskMissingDates, nil)
		}
		m.courseOpen(g, r)
	}
}

// requestWhens are the times that belong to the application: those in the
// clause that applies, or in a clause of nothing but times.
func (m *reading) requestWhens(kind string) []when {
	var ws []when
	for _, s := range m.stmts {
		text := m.maskOf(s.from, s.to)
		if m.hits(asksSomething, text) {
			continue
		}
		if m.hits(requestVerbs, text) || len(s.preds) == 0 && !m.otherContent(s) || m.in.Open != nil {
			ws = append(ws, s.whens...)
		}
	}
	return ws
}

var (
	asksSomething = patterns("吗 ? 多少 怎么 什么 哪")
	requestVerbs  = patterns("停 休学 修学 复 恢复 开始上 继续 回来上 上课 转 缓 推迟 延缓 退 重新 请假 起")
)

// otherContent: something else than times is said.
func (m *reading) otherContent(s statement, but ...itemKind) bool {
	for _, it := range m.items[s.from:s.to] {
		if slices.Contains(but, it.kind) {
			continue
		}
		if it.kind == iText || it.kind == iMark || it.kind == iKid || it.is(wThing, wAct, wPlain, wParent) {
			return true
		}
	}
	return false
}

// courseOpen asks which course is meant when the child has several.
func (m *reading) courseOpen(g *gist, r *school.Request) {
	k, ok := m.r.kid(r.Student)
	if !ok || len(m.r.placesOf(k)) < 2 {
		return
	}
	for _, c := range g.classes {
		if slices.Contains(m.r.placesOf(k), c) {
			return
		}
	}
	g.ask(school.AskConfirm, nil)
}

// plain dates a request other than leave: calendar days as they are said.
func (c *clock) plain(ws []when, opens bool) (from, to half, ok bool) {
	var start *when
	var length *when
	for i := range ws {
		w := &ws[i]
		switch w.kind {
		case atPoint, atSince, atBack, atSpan, atWeek:
			if start == nil {
				start = w
			}
		case atLength:
			if length == nil {
				length = w
			}
		case atUntil:
			if day, good := c.day(w.to, false); good {
				to = half{day, true}
			}
		}
	}
	if start == nil {
		return half{}, half{}, false
	}
	switch {
	case start.kind == atSpan:
		a, ok1 := c.day(start.from, false)
		b, ok2 := c.day(start.to, false)
		if start.to.kind == pMonth {
			b = monthEnd(b)
		}
		return half{a, false}, half{b, true}, ok1 && ok2
	case start.kind == atWeek:
		monday := c.today.Add(1 - c.today.Weekday() + 7*(start.n-weekThis))
		return half{monday, false}, half{monday.Add(6), true}, true
	}
	day, good := c.day(start.from, false)
	if !good {
		return half{}, half{}, false
	}
	from = half{day, start.from.part == noon}
	switch {
	case opens:
		to = half{}
	case to.day != "":
	case length != nil && length.unit == unitMonth:
		to = half{school.DayOf(day.Time().AddDate(0, length.n, -1)), true}
	case length != nil && length.unit == unitWeek:
		to = half{day.Add(length.n - 1), true}
	case length != nil && length.unit == unitDay:
		to = half{day.Add((length.n+1)/2 - 1), true}
	case length != nil && length.unit == unitYear:
		to = half{school.DayOf(day.Time().AddDate(length.n, 0, -1)), true}
	case start.kind == atPoint && start.from.kind == pMonth:
		to = half{monthEnd(day), true}
	case start.kind == atPoint && start.from.kind != pMonth:
		to = half{day, true}
	}
	return from, to, true
}
