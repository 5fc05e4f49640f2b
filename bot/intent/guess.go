package intent

import "strings"

// neverInNames are characters that stand beside names in reports but hardly
// ever in names that are not on the roster.
const neverInNames = "没未不了的是在也都又还请假病缺退旷课说要会能就才只跟把被从至起后前外无有吗呢吧啊老师家长妈奶同班号人个等第节点分钟月今昨上午晚早么谁什怎哪你我他她它们这那些为因到给让叫去吃打做写交带拿穿买卖听看问和与或但而且虽然如果其它余除各每另件套份本张页题作业书校服费表单:，。、"

func neverSet() map[rune]bool {
	set := map[rune]bool{}
	for _, r := range neverInNames {
		set[r] = true
	}
	return set
}

// givenChars are characters common in given names; a word made of them in the
// place of a name is asked about rather than passed over.
const givenChars = "梓涵轩宇浩然子欣怡雨萱诗琪佳思思妍语嫣俊杰博文昊天泽皓宸睿辰奕豪晨逸飞鑫磊鹏涛超凯毅强勇军明亮建国志伟斌峰林静雅婷婉娜娟敏慧丽琳玲莉燕艳芳兰梅菊玉珍珠凤娇媛莹瑶璐璇晴雪霞冰洁清梦蕾露月彤丹红洋海波江河山川森楠桐柏松柳叶桥小宝贝贝乐乐阳阳阿旭阳晓东南西北一诺言可心悦彬宁安康平瑞祥福禄寿喜庆龙虎麟鸿翔远航帆成功家辉耀荣华光永恒春夏秋冬英雄豪铭钰钧锋锐煜炜烨焱炎灿焕尧舜禹汤晗昕昱晟晔暄曦旻昀煊烁熙煦甜甜糖果朵朵苗苗妞蛋狗柱铁牛刚健康卓玛扎西次仁尼玛平措多吉旺堆顿珠央金拉姆古丽买买提艾力阿依木沙马曲比尔且依伍呷嫫萨日娜其其格巴图"

// nickEnds make a nickname of what stands before them.
const nickEnds = "儿哥仔宝妹胖娃子"

// guess offers readings as a name that is not on the roster. Whether it is one
// is decided where a child is expected and nowhere else.
func (x *lexer) guess(i int) {
	if i > 0 && !isHan(x.s.runes[i-1]) && isLatin(x.s.runes[i-1]) {
		return
	}
	r := x.s.runes[i]
	switch {
	case i+2 <= len(x.s.runes) && x.r.names.compound[x.s.sub(i, min(i+2, len(x.s.runes)))]:
		x.guessSpan(i, i+3)
		x.guessSpan(i, i+4)
	case x.r.names.single[r]:
		x.guessSpan(i, i+2)
		x.guessSpan(i, i+3)
		x.titled(i)
		x.partlySpelt(i)
	}
	if r == '小' || r == '阿' || r == '老' || r == '大' {
		x.pet(i)
	}
	x.doubled(i)
}

func (x *lexer) guessSpan(i, j int) {
	if j > len(x.s.runes) {
		return
	}
	for k := i + 1; k < j; k++ {
		if r := x.s.runes[k]; !isHan(r) || x.r.never[r] || x.s.line[k] {
			return
		}
	}
	x.offer(i, j, costGuess, token{kind: kGuess})
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
	if strings.HasPrefix(rest, "同学") && len(x.r.names.surname[x.s.sub(i, i+1)]) > 0 {
		x.offer(i, i+3, costSurname, token{kind: kSurname, arg: i})
	}
}

// pet offers 小张 (a surname of the roster) and 小明 (a nickname).
func (x *lexer) pet(i int) {
	if i+2 > len(x.s.runes) || !isHan(x.s.runes[i+1]) || x.r.never[x.s.runes[i+1]] {
		return
	}
	second := x.s.sub(i+1, i+2)
	if len(x.r.names.surname[second]) > 0 && x.s.runes[i] != '大' {
		to := i + 2
		if strings.HasPrefix(x.s.text[x.s.off[to]:], "同学") {
			to += 2
		}
		x.offer(i, to, costSurname, token{kind: kSurname, arg: i + 1})
		return
	}
	if x.s.runes[i] != '大' && x.s.runes[i] != '老' {
		x.offer(i, i+2, costGuess, token{kind: kGuess, arg: 1})
		if i+3 <= len(x.s.runes) && !x.r.never[x.s.runes[i+2]] && isHan(x.s.runes[i+2]) && x.s.runes[i+1] == x.s.runes[i+2] {
			x.offer(i, i+3, costGuess, token{kind: kGuess, arg: 1})
		}
	}
}

// doubled offers 浩浩 and 三儿.
func (x *lexer) doubled(i int) {
	if i+2 > len(x.s.runes) || !isHan(x.s.runes[i+1]) || x.r.never[x.s.runes[i]] {
		return
	}
	a, b := x.s.runes[i], x.s.runes[i+1]
	if (a == b && strings.ContainsRune(givenChars, a)) || (b == '儿' && a != '女' && a != '幼') || strings.ContainsRune("哥仔妹胖", b) {
		x.offer(i, i+2, costGuess, token{kind: kGuess, arg: 1})
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
	if _, keyword := words().words[x.s.sub(j, k)]; keyword {
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
