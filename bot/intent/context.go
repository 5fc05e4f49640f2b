package intent

var (
	conditions = patterns("的话 如果 要是 假如 万一 倘若 的话就 若是 假设 若还 若再 若有 若没 再旷课就 再迟到就 再不来就 再没来就 再缺 再旷课 再逃课 再迟到 再不到 一旦 凡是 凡 只要 哪怕 就算 即使 除非 免得 以免 否则 要不是 若不是 等人*再 等他*再 等她*再 等大家*再 等*到齐*再 等*到了再 等*来了再 下午看情况 明天看情况 后天看情况 下午再看 明天再看 后天再看 下午再说 明天再说 晚上再看")
	notIf      = patterns("如果方便 如果可以 如果没 如果有需要 要是有事 如果有 如果好了 要是好了 如果退烧 如果不")
	orders     = patterns("请各班 请班主任 请各位 请大家 请老师 请任课 请相关 各班主任 各班 各位班主任 各位老师 各位家长 全体教师 全体班主任 务必 一律 严禁 请勿 请及时 请尽快 请于 请按时 请在 请把 请将 须在 须于 必须在 必须家访 必须报 必须上报 要求各班 要求班主任 提醒大家 温馨提示 通知: 【通知】 对照执行 抓紧 按时上报 及时上报 及时联系家长 及时报 及时登记 及时填 注意 同学们 不要迟到 别迟到 请不要 的要报 的要上报 的学生要 的同学要 的老师请 的班级请 的班请 的请及时 的请尽快 的请联系 的请到 的请来 的请举手 的请家长 的请主动 的请于 的请在 的请将 的请把 的请各 的请务 的请自 的都要 的必须 的按 的按照 的需 的须 的扣 的一律 连续#天 #天以上 #节以上 #次以上 以上的")
	examples   = patterns("例如 比如 譬如 格式 样例 模板 示例 这样写 这么写 这样报 就写 就报 写成“ 写“ 报“ 像这样 如: 例: 例子 打比方 举例 举个例子 照这个 按这个格式 输入“ 发“ 回复“ 直接回 直接发 直接写 就可以了 这种写法 这种格式 这样的格式 写法就 ”这种 ”这样 ”即可 ”就行 ”就可以")
	habits     = patterns("上学期 去年 以前 从前 小时候 小学时 往年 上一届 上届 上个学期 一年级的时候 刚开学那会 前段时间 前阵子 之前老 过去 那时候 曾经 刚入学")
	stories    = patterns("电影 小说 课文里 故事 演的 扮演 饰演 梦见 笑话 段子 剧本 台词 游戏里 新闻 歌词 朗诵 篮球赛里 主角 男主 女主 讲座 主题班会")
)

// hypothetical: nothing has happened yet, or it happened long ago, or it only
// shows how to report.
func (m *reading) hypothetical() bool {
	return m.says(examples) || m.says(stories) || m.says(habits) && !m.recent()
}

// recent: beside old habits a day of this week is named.
func (m *reading) recent() bool {
	for _, it := range m.items {
		if it.kind == iWhen && (it.when.from.kind == pRelative || it.when.from.kind == pWeekday) {
			return true
		}
	}
	return false
}

// ordered: an instruction to others, not a report.
func (m *reading) ordered() bool { return m.says(orders) }

// suppressed: nothing in the message is a report.
func (m *reading) suppressed(named bool) bool {
	if m.hypothetical() {
		return true
	}
	return !named && m.ordered()
}
