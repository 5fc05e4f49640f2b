package intent

import (
	"strings"
	"sync"
)

// neverInNames are characters that stand beside names in reports but hardly
// ever in names that are not on the roster.
const neverInNames = "事夜摔撞骂抱拉推躲藏逃搬转选当考读念唱跳玩拍帮送接等找参处准进出做表报点数走跑看见站坐哭闹睡醒掉被没未不了的是在也都又还请假病缺退旷课说要会能就才只跟把被从至起后前外无有吗呢吧啊老师家长妈奶同班号人个等第节点分钟月今昨上午晚早么谁什怎哪你我他她它们这那些为因到给让叫去吃打做写交带拿穿买卖听看问和与或但虽然它余除各每另件套份页题作业校服费表单:，。、"

var neverSet = sync.OnceValue(func() map[rune]bool {
	set := map[rune]bool{}
	for _, r := range neverInNames {
		set[r] = true
	}
	return set
})

// givenChars are characters common in given names; a word made of them in the
// place of a name is asked about rather than passed over.
const givenChars = "梓涵轩宇浩然子欣怡雨萱诗琪佳思思妍语嫣俊杰博文昊天泽皓宸睿辰奕豪晨逸飞鑫磊鹏涛超凯毅强勇军明亮建国志伟斌峰林静雅婷婉娜娟敏慧丽琳玲莉燕艳芳兰梅菊玉珍珠凤娇媛莹瑶璐璇晴雪霞冰洁清梦蕾露月彤丹红洋海波江河山川森楠桐柏松柳叶桥小宝贝贝乐乐阳阳阿旭阳晓东南西北一诺言可心悦彬宁安康平瑞祥福禄寿喜庆龙虎麟鸿翔远航帆成功家辉耀荣华光永恒春夏秋冬英雄豪铭钰钧锋锐煜炜烨焱炎灿焕尧舜禹汤晗昕昱晟晔暄曦旻昀煊烁熙煦甜甜糖果朵朵苗苗妞蛋狗柱铁牛刚健康卓玛扎西次仁尼玛平措多吉旺堆顿珠央金拉姆古丽买买提艾力阿依木沙马曲比尔且依伍呷嫫萨日娜其其格巴图"

// people offers readings as a grown-up, as a child called by the surname, as a
// name partly in letters.
func (x *lexer) people(i int) {
	r := x.s.runes[i]
	if x.r.names.single[r] {
		x.titled(i)
		x.partlySpelt(i)
	}
	if r == '老' && i+2 <= len(x.s.runes) && x.r.names.single[x.s.runes[i+1]] {
		x.offer(i, i+2, costSurname, token{kind: kAdult}) // 老张 is a colleague
	}
	if (r == '小' || r == '阿') && i+2 <= len(x.s.runes) && isHan(x.s.runes[i+1]) && x.r.names.has(familyPart, x.s.sub(i+1, i+2)) && !isWord(x.s.sub(i, i+2)) {
		to := i + 2
		if strings.HasPrefix(x.s.text[x.s.off[to]:], "同学") {
			to += 2
		}
		x.offer(i, to, costSurname, token{kind: kSurname, arg: i + 1})
	}
}

// guesses makes names of unknown characters that look like names but are not on
// the roster. Whether one is a child is decided where a child is expected.
func (r *Reader) guesses(toks []token, s *squeezed) []token {
	out := make([]token, 0, len(toks)+2)
	for i := 0; i < len(toks); {
		j, unknown := i, false
		for j < len(toks) && weak(toks[j]) && (j == i || !toks[j].gap) {
			unknown = unknown || toks[j].kind == kOther
			j++
		}
		switch {
		case r.strangerBefore(toks, i, s):
			t := toks[i+1]
			t.kind, t.from, t.short = kGuess, toks[i].to-1, nil
			t.text, t.gap, t.line = s.sub(t.from, t.to), s.gap[t.from], s.line[t.from]
			if toks[i].to-toks[i].from > 1 {
				rest := toks[i]
				rest.to--
				rest.text = s.sub(rest.from, rest.to)
				out = append(out, rest)
			}
			out = append(out, t)
			i += 2
		case r.soundsLike(toks, i, s):
			t := token{kind: kGuess, from: toks[i].from, to: toks[i+1].to, gap: toks[i].gap, line: toks[i].line}
			t.text = s.sub(t.from, t.to)
			out = append(out, t)
			i += 2
		case j == i:
			out = r.longerName(append(out, toks[i]), toks, i, s)
			if len(out) > 0 && out[len(out)-1].to > toks[i].to {
				i++
			}
			i++
		case !unknown:
			out = append(out, toks[i:j]...)
			i = j
		default:
			out = append(out, r.segment(toks[i:j], s)...)
			i = j
		}
	}
	return out
}

// weak tokens are unknown text and single characters that may as well belong
// to a name.
func weak(t token) bool {
	if t.to-t.from != 1 && t.kind != kOther {
		return false
	}
	switch t.kind {
	case kOther:
		return true
	case kNumber:
		return !t.digits
	case kWord:
		return strings.Contains("那天周日年月来为书画信花琴灯电水门回晴安平新", t.text) || t.tag == wThing
	}
	return false
}

// soundsLike: 王好 is 王浩 misheard, although 好 is a word.
func (r *Reader) soundsLike(toks []token, i int, s *squeezed) bool {
	if i+1 >= len(toks) || toks[i].kind != kOther || toks[i].to-toks[i].from != 1 || !r.names.single[s.runes[toks[i].from]] {
		return false
	}
	n := toks[i+1]
	return n.kind == kWord && n.to-n.from == 1 && !n.gap && !n.is(wNot, wZero, wAbsent, wLack, wLate) && r.soundsKnown(s, toks[i].from, n.to)
}

// strangerBefore: 丘天宇 is not 仇天宇. Part of a name behind an unknown
// character, or behind one that can be a surname, belongs to another name.
func (r *Reader) strangerBefore(toks []token, i int, s *squeezed) bool {
	if i+1 >= len(toks) {
		return false
	}
	t, n := toks[i], toks[i+1]
	if n.kind != kName || len(n.full) > 0 || n.gap || n.to-n.from != 2 {
		return false
	}
	last := s.runes[t.to-1]
	switch {
	case t.kind == kOther:
		return r.names.single[last] || !r.never[last]
	case t.to-t.from != 1 || t.digits:
		return false
	case t.kind == kNumber, t.kind == kWord:
		return r.names.single[last] && !strings.ContainsRune("和跟与及都全也又还就只有是连同另让那从到的了着过来说叫请把被给对向往比等说但而则才再已没未不一二三四五六七八九十", last)
	}
	return false
}

// longerName: 张三丰 is not 张三. A name of the roster with one unknown
// character behind it is another name.
func (r *Reader) longerName(out []token, toks []token, i int, s *squeezed) []token {
	t := toks[i]
	family := t.kind == kName && r.names.compound[t.text] // 欧阳学
	if t.kind != kName || len(t.full) == 0 && !family || i+1 >= len(toks) {
		return out
	}
	n := toks[i+1]
	if n.kind != kOther || n.gap || n.to-n.from != 1 && !(family && n.to-n.from == 2) || t.to-t.from > 3 || r.never[s.runes[n.from]] {
		return out
	}
	if i+2 < len(toks) {
		switch after := toks[i+2]; {
		case after.kind == kPunct, after.kind == kName, after.gap:
		case after.kind == kWord && (isMarkTag(after.tag) && after.tag != wCome || after.is(wAdverb, wRepeat, wDay, wWeekday, wPart, wAlso, wBoth, wAnd, wEtc, wNow)):
		default:
			return out
		}
	}
	t.kind, t.to, t.full, t.short = kGuess, n.to, nil, nil
	t.text = s.sub(t.from, t.to)
	out[len(out)-1] = t
	return out
}

// segment cuts a run of unknown characters into names, if it looks like names.
func (r *Reader) segment(run []token, s *squeezed) []token {
	if run[0].kind == kWord && strings.Contains("来为天日年月回水门电", run[0].text) {
		return run
	}
	from, to := run[0].from, run[len(run)-1].to
	var names []token
	for p := from; p < to; {
		n := r.nameAt(s, p, to)
		if n == 0 {
			if p == from || len(names) == 0 {
				return run
			}
			return append(names, r.tail(run, p, s)...)
		}
		names = append(names, token{kind: kGuess, from: p, to: p + n, text: s.sub(p, p+n), gap: s.gap[p], line: s.line[p]})
		p += n
	}
	return names
}

// tail is what is left of a run from rune p on.
func (r *Reader) tail(run []token, p int, s *squeezed) []token {
	var out []token
	for _, t := range run {
		switch {
		case t.to <= p:
		case t.from >= p:
			out = append(out, t)
		default:
			t.from = p
			t.text = s.sub(p, t.to)
			out = append(out, t)
		}
	}
	return out
}

// nameAt is the length of what looks like a name at rune p, 0 for none.
func (r *Reader) nameAt(s *squeezed, p, end int) int {
	left := end - p
	ok := func(n int) bool {
		if left < n {
			return false
		}
		for k := p + 1; k < p+n; k++ {
			if !isHan(s.runes[k]) || (r.never[s.runes[k]] && !r.soundsKnown(s, p, p+n)) {
				return false
			}
		}
		return true
	}
	switch first := s.runes[p]; {
	case left >= 3 && r.names.compound[s.sub(p, p+2)]:
		if left != 3 && ok(4) {
			return 4
		}
		if ok(3) {
			return 3
		}
	case r.names.single[first] && left >= 2:
		if left != 2 && left != 4 && left != 5 && ok(3) || left > 2 && left != 4 && ok(3) {
			return 3
		}
		if ok(2) && (left == 2 || left == 4 || left > 3) {
			return 2
		}
		if ok(3) {
			return 3
		}
	}
	if left == 3 && (s.runes[p] == '小' || s.runes[p] == '阿') && s.runes[p+1] == s.runes[p+2] {
		return 3
	}
	if left != 2 || r.never[s.runes[p]] && !r.soundsKnown(s, p, p+2) {
		return 0
	}
	a, b := s.runes[p], s.runes[p+1]
	switch {
	case (a == '小' || a == '阿' || a == '胖') && !r.never[b]:
		return 2
	case a == b && strings.ContainsRune(givenChars, a), b == '儿' && a != '女' && a != '幼', strings.ContainsRune("哥仔妹胖宝", b):
		return 2
	case likeGiven(s.sub(p, p+2)), r.soundsKnown(s, p, p+2), r.names.has(innerPair, s.sub(p, p+2)):
		return 2
	}
	return 0
}

// soundsKnown says that somebody of the roster sounds like that.
func (r *Reader) soundsKnown(s *squeezed, a, b int) bool {
	text := s.sub(a, b)
	return r.names.has(wholeSound, soundKey(text, true)) || r.names.has(partSound, soundKey(text, false))
}

// adultTitles follow the surname of a grown-up.
var adultTitles = []string{"老师", "主任", "校长", "书记", "医生", "教练", "师傅", "院长", "园长", "组长", "科长", "局长", "警官", "村长", "支书", "总", "老板", "大夫", "处长", "部长", "教授", "阿姨", "叔叔"}

// titled offers 李老师 (a grown-up) and 张同学 (a child of that surname).
func (x *lexer) titled(i int) {
	rest := x.s.text[x.s.off[i+1]:]
	for _, t := range adultTitles {
		if strings.HasPrefix(rest, t) {
			x.offer(i, i+1+len([]rune(t)), costAdult, token{kind: kAdult})
			return
		}
	}
	if strings.HasPrefix(rest, "同学") && x.r.names.has(familyPart, x.s.sub(i, i+1)) {
		x.offer(i, i+3, costSurname, token{kind: kSurname, arg: i})
	}
}

// partlySpelt offers 张yao.
func (x *lexer) partlySpelt(i int) {
	j := i + 1
	for j < len(x.s.runes) && j < i+3 && isHan(x.s.runes[j]) {
		j++
	}
	k := j
	vowel := false
	for k < len(x.s.runes) && isLatin(x.s.runes[k]) && (k == j || !x.s.gap[k]) {
		vowel = vowel || strings.ContainsRune("aeiouv", x.s.runes[k])
		k++
	}
	if k-j < 2 || !vowel {
		return
	}
	if _, keyword := words().find(x.s.sub(j, k)); keyword {
		return
	}
	x.offer(i, k, costPinyin, token{kind: kPinyin})
}

// likeGiven says that every character is common in given names.
func likeGiven(text string) bool {
	n := 0
	for _, r := range text {
		if !strings.ContainsRune(givenChars, r) {
			return false
		}
		n++
	}
	return n == 2
}
