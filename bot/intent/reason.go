package intent

import "unicode/utf8"

// reasonTold says that a leave without a kind comes with some reason, whatever
// it is: no illness, since those are all known, so it is a personal one.
// A parent's message is about the leave; a teacher's is so only in the clause
// that tells of it and those that say what for.
func (m *reading) reasonTold(f *fact) bool {
	if f.stmt < 0 || f.stmt >= len(m.stmts) {
		return false
	}
	at := &m.stmts[f.stmt]
	for i := range m.stmts {
		s := &m.stmts[i]
		if s.sentence != at.sentence || s.cond || i != f.stmt && len(s.kids) > 0 && !m.who.guardian {
			continue
		}
		text := m.maskOf(s.from, s.to)
		if m.hits(noReason, text) || i > f.stmt && m.hits(afterLeave, text) {
			continue
		}
		if m.hits(goesTo, text) {
			return true
		}
		if m.hits(purposes, text) && m.tellsMore(s) || m.who.guardian && i < f.stmt && m.tellsMore(s) && s.subject != other {
			return true
		}
	}
	return false
}

// tellsMore says that a statement holds more than who, when and that there is leave.
func (m *reading) tellsMore(s *statement) bool {
	for _, it := range m.items[s.from:s.to] {
		switch {
		case it.kind == iText && utf8.RuneCountInString(it.text) > 1, it.is(wThing, wAct):
			return true
		case it.is(wPlain) && utf8.RuneCountInString(it.text) > 1:
			return true
		}
	}
	return false
}

var (
	purposes   = patterns("要去 要回 要跟 要陪 要带 要办 要搬 要参加 要考 要拍 要接 要送 得去 得回 得陪 需要去 需去 去办 去拍 去考 去看 去参加 去接 去送 去取 去拿 去领 去做 去迁 去给 去矫 去配 去上 去外 去城 去县 去市 去省 回湖 回娘 回外 回姥 回奶 回爷 回农 回家 回村 跟我 跟爸 跟妈 跟家 跟奶 跟爷 跟他 跟她 随父 随母 随家 陪 带他去 带她去 带孩子去 带娃去 没人送 没人接 没人带 没人看 没人管 没地方 没人照 因为 由于 家里 家中 家要 我们要 全家 从*回来 参加")
	goesTo     = patterns("家里来 家里要 家里办 家里出 家里装 家里盖 家里停 家里漏 家里拆 家里收 家里请 家里等 家中有 家中办 家要 去外婆家 去奶奶家 去姥姥家 去爷爷家 去姑姑家 去舅舅家 去姨家 去叔叔家 去亲戚家 去姑妈家 去外公家 去我妈家 去他外婆家 去他奶奶家 回外婆家 回奶奶家 回姥姥家 回爷爷家 回他奶奶家 没人送 没人接 没人带 没人管")
	noReason   = patterns("我是* 没说 说明天 说过 打电话 来电话 发微信 发消息 发信息 打来 家长请 妈妈请 爸爸请 家长来 家长说 妈妈说 爸爸说 家长帮 批准 谢谢 麻烦 老师好 您好 你好 收到 假条 手续 不知道 不清楚")
	afterLeave = patterns("作业 功课 笔记 补上 补课 落下 发我 发给 发一下 通知 群里 课本 书包 拿书 试卷 卷子")
)
