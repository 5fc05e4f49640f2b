package intent

import (
	"slices"
	"strings"
)

// leansOn are words beside which a word that is also a name is no person: 很高兴,
// 在陆续, 不安全.
var leansOn = wordSet("很 太 非常 特别 更 最 比较 挺 蛮 略 稍微 在 正在 已经 已 完全 快要 快 不会 不能 不想 要 想 能 会 得 需要 需 必须 不 没 未 没有 不太 不大 有点 有些 真 好 比 真的 真是 保持 注意 多 再 别 彻底 已 早日 祝 望 被 把 将 为了 为")

// onlyMore are words that make a verb of what they follow: 关心一下, 康复了.
var onlyMore = wordSet("一下 一下子 点 些 一点 一点儿 起来 下 下去 着 过 了 中 期间 以后 之后 时")

// crowd are subjects of many: behind them no name follows without a comma.
var crowd = wordSet("大家 孩子们 同学们 大伙 全体 所有人 师生 全校师生 小朋友 小朋友们 家长们 各位 各位家长 老师们 学生们")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	eachWord(list, func(w string) { set[w] = true })
	return set
}

// ordinaryWords gives words back their meaning that are also names and stand
// where no person does: 大家陆续到了, 谢谢关心, 雷雨天.
func (r *Reader) ordinaryWords(toks []token, who *speaker) []token {
	out := toks[:0]
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if w, known := words().find(t.text); known && t.kind == kName && !(personAt(toks, i, w.tag) && (r.knows(who, slices.Concat(t.full, t.short)) || !who.guardian && reportedAt(toks, i))) {
			if i+1 < len(toks) && !toks[i+1].gap {
				if longer, ok := words().find(t.text + toks[i+1].text); ok { // 康复了
					w, t.text, t.to = longer, t.text+toks[i+1].text, toks[i+1].to
					i++
				}
			}
			t = token{kind: kWord, tag: w.tag, arg: w.arg, from: t.from, to: t.to, text: t.text, gap: t.gap, line: t.line}
		}
		out = append(out, t)
	}
	return out
}

// othersFollow says that the clause from token i on has a subject of its own:
// 没有一个人迟到, 全部到齐.
func othersFollow(toks []token, i int) bool {
	for ; i < len(toks) && toks[i].kind != kPunct; i++ {
		if toks[i].is(wAll, wNotTruant) && strings.ContainsAny(firstRune(toks[i].text), "没无") && strings.ContainsAny(toks[i].text, "人个位谁") {
			return true
		}
	}
	return false
}

// personAt says that the name at token i, an ordinary word too, stands where
// the sentence needs a person.
func personAt(toks []token, i int, as tag) bool {
	left, right := token{kind: kPunct}, token{kind: kPunct}
	if i > 0 && !toks[i].gap {
		left = toks[i-1]
	}
	if i+1 < len(toks) && !toks[i+1].gap {
		right = toks[i+1]
	}
	switch {
	case left.kind == kOther && left.to-left.from > 1, left.is(wHe, wMe, wNot, wNo), leansOn[left.text], crowd[left.text]:
		return false
	case left.is(wThing, wPlain, wAct, wUnit) && left.text != "趟", left.is(wSick) && left.arg == 0, left.is(wAll, wFine, wPresent, wCome):
		return false
	case onlyMore[right.text]:
		return false
	case right.kind == kOther && right.to-right.from <= 2 && left.kind != kPunct && right.text != "请" && right.text != "家", right.is(wUnit, wDom, wMe, wThing), right.is(wPlain) && !statesSomething(right):
		return false
	case as == wAsk && !right.is(wHe) && left.is(wParent, wAdult, wOthers, wChild):
		return false // 家长何时到校
	case right.is(wHe) && as == wAdverb:
		return false
	case right.is(wOf):
		return i+2 < len(toks) && (toks[i+2].is(wParent, wThing, wLeave, wSick, wPersonal, wLate, wAbsent, wTruant) || toks[i+2].text == "假" || toks[i+2].text == "情况")
	case left.is(wPolite) && (right.kind == kPunct || right.is(wFill, wPolite)):
		return false
	case as == wAdverb && right.kind == kName && i > 0, othersFollow(toks, i+1):
		return false
	}
	return true
}

// statesSomething: 没交, 康复了, 病好了 are said of somebody.
func statesSomething(t token) bool {
	return strings.HasSuffix(t.text, "了") || strings.ContainsAny(firstRune(t.text), "没未不")
}

// reportedAt says that the name at token i, of a child the speaker has nothing
// to do with, begins a plain report: 关心没来.
func reportedAt(toks []token, i int) bool {
	if i > 0 && !toks[i].gap && toks[i-1].kind != kPunct && toks[i-1].kind != kClass && !toks[i-1].is(wDay, wPart, wLack, wHead, wMine) {
		return false
	}
	for k := i + 1; k < len(toks) && k <= i+3; k++ {
		switch t := toks[k]; {
		case t.is(wDay, wPart, wAdverb, wRepeat, wOthers):
		default:
			return t.is(wAbsent, wLate, wLeave, wSick, wPersonal, wTruant, wEarly)
		}
	}
	return false
}
