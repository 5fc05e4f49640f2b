package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

var (
	// attends: the child is not well but comes, or is there.
	attends = patterns("带了口罩 戴了口罩 带着口罩 戴着口罩 带上口罩 带了水 带了热水 带了保温杯 开窗 通风 过敏*不能吃 对*过敏 靠前坐 坐前面 调*座位 座位* 忌口 少吃 别吃 不要吃 戴口罩 多穿 已经去学校 去学校了 已去学校 去上学了 已经上学 正常去 正常上学 正常到校 还是去 坚持去 坚持上 坚持要去 带了药 带药 提醒他吃药 提醒她吃药 提醒*吃药 提醒*喝水 多喝水 多关照 多关注 多照顾 多照看 多留意 留意一下 关照一下 没精神 精神不好可能 不上体育 别上体育 体育课*免 免体育 体育课*不 不能上体育 不能跑 不要跑 别让他跑 别让她跑 别跑步 不跑操 不能剧烈 别剧烈 让他去了 让她去了 送去学校了 送到学校了 送到校门口 已送到 已经送到 送过去了 能去上学 可以去上学 可以上学了 吃了药去 吃药去 照常去 照常上 麻烦看着 有情况*电话 不舒服*打电话 不舒服*联系我 不舒服*给我 已经好了 好多了 好了今天去 不用请 不请假 在学校 在教室 能坚持 不影响上课 不影响上学 药在书包 中午吃药 中午的药 督促*吃药 帮忙*吃药 看着*吃药")
	stays   = patterns("不去 去不了 不能去 不能来 请假 请一天 请半天 请两天 请#天 请个假 上不了 来不了 没法去 休息一天 在家休息 先不去 病假 事假 不上学")
	// lessonLeave: the child is in school and only leaves one lesson out.
	lessonLeave = patterns("体育课请假 体育课*请假 体育课*请个假 体育*请假 跑操请假 跑操*请假 课间操请假 大课间*请假 晨跑*请假 游泳课*请假 免修体育")
	wholeLeave  = patterns("请假#天 请#天 一天 两天 不去 去不了 在家 病假 事假")

	ownDelay = patterns("我晚点到 我晚点 我会晚 我要晚 我晚一点 我可能晚 我晚一会 我晚到 我堵车 我堵在 我迟到 我来晚 我晚些 我稍晚 接*晚点 晚点*接 晚点来接 晚点去接 晚一点接 晚一会接 接他*晚 接她*晚 接孩子*晚 接娃*晚 让他*等 让她*等 让孩子*等 校车*晚点 校车*晚 家长会*晚 家长会*迟 爸爸*晚点接 他爸*晚点接 奶奶*晚点接 晚点放学 放学*晚")
	optOut   = patterns("别给我发 别再给我发 不要给我发 不要再发 别再发 别发了 不要发了 别再通知 不要再通知 不用再发 不用再通知 不用给我发 不用通知我 退订 取消订阅 别发给我 不要发给我 不想收到 不想再收到 不接收 别推送 不要推送 停止发 换个号码发 发给*爸爸 发给*妈妈 别老发 别天天发 屏蔽")
)

// guardian reads what a parent writes about the own child.
func (m *reading) guardian(g *gist) school.Meaning {
	if m.says(lessonLeave) && !m.says(wholeLeave) {
		g.facts = slices.DeleteFunc(g.facts, func(f fact) bool { return f.has(wLeave, wSick, wNotComing) })
	}
	if text := m.certain(); m.hits(attends, text) && !m.hits(stays, text) {
		dropIllness(g, hits(asUsual, text))
	}
	if m.says(ownDelay) {
		g.facts = slices.DeleteFunc(g.facts, func(f fact) bool { return f.has(wLate, wLateSoon, wCameLater) })
	}
	m.ownMatters(g)
	request, applies := m.requested(g)
	flags := func(marks []school.MarkRange) []string { return m.flags(g, marks, true) }
	if applies {
		return m.application(g, request)
	}
	marks := m.marks(g)
	if m.lasting() && !m.factsHave(g, wLeave, wSick, wPersonal) {
		marks, g.someone = nil, nil
	}
	leave := slices.ContainsFunc(marks, func(mk school.MarkRange) bool { return mk.Mark.Excused() })
	switch {
	case leave:
		return m.ownLeave(g, marks)
	case len(g.someone) > 0:
		if out, ok := m.someonesLeave(g); ok {
			return out
		}
	case len(marks) > 0:
		return school.Meaning{Intent: school.IntentAttendance, Marks: marks, Ask: firstAsk(g.asks), Flags: flags(marks)}
	}
	out := school.Meaning{Flags: flags(nil)}
	switch {
	case out.Has(school.FlagSafety) || out.Has(school.FlagIntentToLeave) || m.says(optOut):
		out.Intent = school.IntentRecord
	case m.unreadable():
		out.Intent, out.Ask = school.IntentAsk, &school.Ask{Why: school.AskMissingKind, Candidates: []string{}}
	case hasAsk(g, school.AskMissingDates):
		out.Intent, out.Ask = school.IntentAsk, firstAsk(g.asks)
		if m.says(stays) {
			out.Intent = school.IntentRequest
			out.Request = &school.Request{Kind: reqLeave}
			m.whose(g, out.Request)
			out.Ask = firstAsk(g.asks)
		}
	case hasAsk(g, school.AskUnknownName) || hasAsk(g, school.AskAmbiguousName):
		if r, ok := m.strangersLeave(g); ok {
			out.Intent, out.Request = school.IntentRequest, r
		} else {
			out.Intent = school.IntentAsk
		}
		out.Ask = firstAsk(g.asks)
	default:
		out.Intent = school.IntentNone
	}
	return out
}

// ownMatters drops what is no leave of the child: the parent who cannot come
// to a meeting, an illness of yesterday told for another reason.
func (m *reading) ownMatters(g *gist) {
	alone := m.says(ownLeaveDay) && m.says(goesAlone)
	other := func(f fact) bool {
		if m.ofSpeaker(f) || alone && f.has(wLeave, wSick, wPersonal) {
			return true
		}
		if f.stmt < len(m.stmts) && m.hits(meetings, m.maskOf(m.stmts[f.stmt].from, m.stmts[f.stmt].to)) && !f.has(wSick) {
			return true
		}
		past := len(f.whens) > 0 && !slices.ContainsFunc(f.whens, func(w when) bool {
			return w.kind != atPoint || w.from.kind != pRelative || w.from.a >= 0 || w.from.part == night
		})
		return past && !m.backdated() && f.has(wSick) && !f.has(wLeave, wNotComing, wAbsent) && !f.explicit(wSick)
	}
	g.facts = slices.DeleteFunc(g.facts, other)
	g.someone = slices.DeleteFunc(g.someone, other)
}

// ofSpeaker: the parent is late or cannot come, not the child: 我今天加班,可能晚点到.
func (m *reading) ofSpeaker(f fact) bool {
	if f.stmt < len(m.stmts) && m.stmts[f.stmt].mine && f.has(wSick, wPersonal) && !f.has(wLeave, wNotComing) {
		return true // 我发烧了,今天爷爷送
	}
	if f.stmt >= len(m.stmts) || f.has(wLeave, wPersonal, wSick) || !f.has(wLateSoon, wLate, wCameLater, wNotComing) {
		return false
	}
	for i := f.stmt; i >= 0 && m.stmts[i].sentence == m.stmts[f.stmt].sentence; i-- {
		s := &m.stmts[i]
		if s.mine {
			return true
		}
		if s.subject != nobody || len(s.kids) > 0 || m.saysHe(s) {
			return false
		}
	}
	return false
}

// A parent takes a day off and the child goes to school: 我请假带弟弟看病,他自己去上学.
var (
	ownLeaveDay = patterns("我请假 我*请假带 我*请假陪 我*请假照顾 我*请了假 我今天请假 我跟单位请 我单位请")
	goesAlone   = patterns("自己*去上学 自己*上学 自己去学校 自己*去学校 自己来 自己坐车 照常上学 照常去 正常上学 正常去 送他上学 送她上学 送*去上学 送*去学校 送去学校")
)

var meetings = patterns("家长会 开放日 家委会 亲子活动")

// lasting: the child is to end school, not to miss a day.
func (m *reading) lasting() bool {
	return !m.r.school.Training() && m.says(leavingWords) && !m.says(dayOnly)
}

func (m *reading) factsHave(g *gist, tags ...tag) bool {
	return slices.ContainsFunc(g.facts, func(f fact) bool { return f.has(tags...) })
}

// certainStatements finds out what is only said to be possible, and leaves it out.
func (m *reading) certainStatements() string {
	m.conditional()
	return m.certain()
}

// certain is the masked text without what is only said to be possible.
func (m *reading) certain() string {
	var b strings.Builder
	for i := range m.stmts {
		if s := &m.stmts[i]; !s.cond {
			b.WriteString(m.maskOf(s.from, s.to))
			b.WriteByte(',')
		}
	}
	return b.String()
}

// asUsual: the child comes in spite of what is told of others.
var asUsual = patterns("照常上学 照常去 照常到校 照常来 正常上学 正常去 正常到校")

// dropIllness drops what is no reason to stay away.
func dropIllness(g *gist, usual bool) {
	drop := func(f fact) bool {
		return !f.has(wLate, wLateSoon, wLeave, wNotComing) && (f.has(wSick) && !f.has(wPersonal) || usual && f.has(wPersonal))
	}
	g.facts = slices.DeleteFunc(g.facts, drop)
	g.someone = slices.DeleteFunc(g.someone, drop)
}

// ownLeave is a leave for the own child: marks and the request.
func (m *reading) ownLeave(g *gist, marks []school.MarkRange) school.Meaning {
	out := school.Meaning{Intent: school.IntentRequest, Marks: marks, Request: m.leaveRequest(marks)}
	if m.longRest(g) {
		out.Request = &school.Request{Kind: reqWithdraw, Student: marks[0].Student}
		if m.r.school.Training() {
			out.Request.Kind = reqSuspend
		}
		for i := range out.Marks {
			if mk := &out.Marks[i]; mk.To.Day > mk.From.Day {
				mk.To = m.clock.slot(half{mk.From.Day, true})
			}
		}
		g.ask(school.AskConfirm, nil)
		g.asks = slices.DeleteFunc(g.asks, func(a school.Ask) bool { return a.Why == school.AskMissingDates || a.Why == school.AskMissingKind })
	}
	if m.says(dialect) {
		g.ask(school.AskConfirm, nil)
	}
	out.Ask = firstAsk(g.asks)
	out.Flags = m.flags(g, marks, true)
	return out
}

// dialect can be read in more than one way.
var dialect = patterns("不得行 脑壳痛 脑壳疼 遭凉 倒沫子 打摆子 凉到了 牙巴 颈子 不美气 遭不住 肚儿痛 莫得 恼火 不带劲 冒烟 不得劲 肚皮痛 难过得很 窜稀 跑肚 遭起 闹毛病 老火 巴适")

// longRest: a rest of a month or more was said.
func (m *reading) longRest(g *gist) bool {
	for i := range g.facts {
		if m.clock.leave(g.facts[i].whens).rest {
			return true
		}
		for _, w := range g.facts[i].whens {
			if w.kind == atLength && w.unit == unitMonth && m.says(restWords) {
				return true
			}
		}
	}
	return false
}

var restWords = patterns("休息 休养 静养 卧床 住院 康复 养病 养伤 在家养")

// someonesLeave: which of the own children is open.
func (m *reading) someonesLeave(g *gist) (school.Meaning, bool) {
	f := g.someone[0]
	for _, more := range g.someone[1:] {
		f.preds = append(slices.Clone(f.preds), more.preds...)
		f.whens = append(slices.Clone(f.whens), more.whens...)
	}
	v, ok := m.judge(&f)
	why := school.AskMissingName
	if m.who.guardian {
		why = school.AskAmbiguousName
	}
	if !ok || !v.mark.Excused() && v.mark != school.Late {
		return school.Meaning{}, false
	}
	if !hasAsk(g, school.AskUnknownName) {
		g.ask(why, m.ids(m.who.kids))
	}
	out := school.Meaning{Intent: school.IntentRequest, Ask: firstAsk(g.asks), Flags: m.flags(g, nil, true)}
	if v.mark == school.Late {
		out.Intent = school.IntentAsk
		return out, true
	}
	out.Request = &school.Request{Kind: reqLeave}
	if d := m.clock.leave(f.whens); d.ok {
		out.Request.From, out.Request.To = m.clock.slot(d.list[0].from), m.clock.slot(d.list[len(d.list)-1].to)
	}
	return out, true
}

// strangersLeave: leave for a child that is not the speaker's.
func (m *reading) strangersLeave(g *gist) (*school.Request, bool) {
	for _, s := range m.stmts {
		f := fact{preds: s.preds, whens: s.whens}
		v, ok := m.judge(&f)
		if !ok || !v.mark.Excused() {
			continue
		}
		r := &school.Request{Kind: reqLeave}
		if d := m.clock.leave(f.whens); d.ok {
			r.From, r.To = m.clock.slot(d.list[0].from), m.clock.slot(d.list[len(d.list)-1].to)
		}
		return r, true
	}
	return nil, false
}

// application is a request of another kind than leave.
func (m *reading) application(g *gist, r *school.Request) school.Meaning {
	m.whose(g, r)
	m.requestDates(g, r)
	g.asks = slices.DeleteFunc(g.asks, func(a school.Ask) bool {
		return a.Why == school.AskMissingKind || a.Why == school.AskMissingDates && !m.r.school.Training()
	})
	out := school.Meaning{Intent: school.IntentRequest, Request: r, Ask: firstAsk(g.asks)}
	out.Flags = m.flags(g, nil, true)
	return out
}

// unreadable: a voice message, a picture, a file that nobody has typed out.
func (m *reading) unreadable() bool {
	return hits(attachments, m.s.text)
}

var attachments = patterns("[语音 [图片 [视频 [文件 语音消息 [位置 【语音 【图片")
