package intent

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxRunes is how much of a message is read. Nobody reports attendance in an essay.
const maxRunes = 1200

// traditional and simplified are the usual characters in both writings, in
// the same order: schools near the border, old keyboards, names on certificates.
const (
	traditional = "買賣遜張陳劉黃趙吳楊許鄭馮鄧蕭葉潤羅蘇盧鐘鍾譚賈龍萬錢湯陸賀賴龔蔣韓馬齊嚴溫莊顏莫關倫華國偉強軍麗靜豔艷傑濤鵬輝鑫澤凱祥榮寶嬌婭瑋瑩瑤穎蘭鳳雲飛樂萊衛東陽陰霞慶豐豪廣應實來沒請假遲點學課車讓說話講時間從後對們個這樣還給過進遠連邊運達違選別發燒熱頭體檢醫藥療訪問題電機號碼書業員單雙聯繫係絡無爺媽婦孫姐級師處長門開關報導誤錯銷轉復複歸總統計數條據辦動勞傷風濕腸門診瀉嘔腫癥療戶繳費獎輟勸離約異義務圖畫鋼鋁鐵聲聽見覺現場預備幾誰嗎為麼隻兩歲週禮拜節慶響寫錄識認網絡線裡裏臺灣鄉鎮縣島廠農麥雞鳥魚雙齡賓賢賽輪軒轅鄒鄔閔閻閆闕衛韋顧頓項須餘馮駱魯鮑鮮鴻麥黨齊龐嶽偉儀儒優兒兗內劍劃勝勵勳協鄺聶繆竇費貝賁閩嬋瓊鈺鎧銘錦鋒銳縈綺緯紅純維綠緒績縱誠詩諾謙誼諭騰騏驊駿驍鷗鶴嵐寧寬憲懷憶懿曉曄東棟楨樺橋歐歡濱瀟瀾煒爾燁獻珮琺璽畢碩禎禕穀籃紫緣罷聖聰臨舉芻荊萱葦蒼薈藝蘊詠謐貞貴賦趙軼輯郟鄲釗鈴銀鋆鋮鑒鑑閣隴際陣雋靄靈韻頌頎領願穗飄馳駐駒齊龐爭戰孟穀"
	simplified  = "买卖逊张陈刘黄赵吴杨许郑冯邓萧叶润罗苏卢钟钟谭贾龙万钱汤陆贺赖龚蒋韩马齐严温庄颜莫关伦华国伟强军丽静艳艳杰涛鹏辉鑫泽凯祥荣宝娇娅玮莹瑶颖兰凤云飞乐莱卫东阳阴霞庆丰豪广应实来没请假迟点学课车让说话讲时间从后对们个这样还给过进远连边运达违选别发烧热头体检医药疗访问题电机号码书业员单双联系系络无爷妈妇孙姐级师处长门开关报导误错销转复复归总统计数条据办动劳伤风湿肠门诊泻呕肿症疗户缴费奖辍劝离约异义务图画钢铝铁声听见觉现场预备几谁吗为么只两岁周礼拜节庆响写录识认网络线里里台湾乡镇县岛厂农麦鸡鸟鱼双龄宾贤赛轮轩辕邹邬闵阎闫阙卫韦顾顿项须余冯骆鲁鲍鲜鸿麦党齐庞岳伟仪儒优儿兖内剑划胜励勋协邝聂缪窦费贝贲闽婵琼钰铠铭锦锋锐萦绮纬红纯维绿绪绩纵诚诗诺谦谊谕腾骐骅骏骁鸥鹤岚宁宽宪怀忆懿晓晔东栋桢桦桥欧欢滨潇澜炜尔烨献佩珐玺毕硕祯祎谷篮紫缘罢圣聪临举刍荆萱苇苍荟艺蕴咏谧贞贵赋赵轶辑郏郸钊铃银鋆铖鉴鉴阁陇际阵隽霭灵韵颂颀领愿穗飘驰驻驹齐庞争战孟谷"
)

// plainRunes turn a traditional character into the simplified one.
var plainRunes = sync.OnceValue(func() map[rune]rune {
	t, s := []rune(traditional), []rune(simplified)
	table := make(map[rune]rune, len(t)+8)
	for i, r := range t {
		if r != s[i] {
			table[r] = s[i]
		}
	}
	table['妳'], table['祂'], table['〇'] = '你', '他', '零'
	return table
})

// said leaves only what the sender says: no quoted message above the line, no
// address (@name) in front.
func said(text string) string {
	text = strings.ReplaceAll(text, "\r", "\n")
	lines := strings.Split(text, "\n")
	for i := len(lines) - 1; i > 0; i-- {
		if isRule(lines[i]) {
			lines = lines[i+1:]
			break
		}
	}
	kept := lines[:0]
	for _, l := range lines {
		if !strings.HasPrefix(strings.TrimSpace(l), ">") {
			kept = append(kept, l)
		}
	}
	return withoutAddress(strings.Join(kept, "\n"))
}

// isRule recognises the line of dashes under a quoted message.
func isRule(line string) bool {
	dashes := 0
	for _, r := range line {
		switch r {
		case '-', '—', '－', '–', '─':
			dashes++
		case ' ', '\t', '\u2005', '\u3000':
		default:
			return false
		}
	}
	return dashes >= 3
}

// addressEnds are how an address ends when nobody typed a space after it.
var addressEnds = []string{"归校助手", "小助手", "机器人", "助手", "归校", "老师", "主任", "校长", "所有人", "小归"}

func withoutAddress(text string) string {
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		rest, ok := strings.CutPrefix(text, "@")
		if !ok {
			if rest, ok = strings.CutPrefix(text, "＠"); !ok {
				return text
			}
		}
		text = afterAddress(rest)
	}
}

func afterAddress(rest string) string {
	// The closest known ending within the first characters; else up to the space.
	space := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '，' || r == ':' || r == '：' })
	best := -1
	for _, end := range addressEnds {
		if i := strings.Index(rest, end); i >= 0 && i <= 18 && (space < 0 || i+len(end) <= space) && i+len(end) > best {
			best = i + len(end)
		}
	}
	switch {
	case best >= 0:
		return strings.TrimLeft(rest[best:], " ,，:：\u2005")
	case space >= 0:
		return strings.TrimLeft(rest[space:], " ,，:：\u2005")
	}
	return rest
}

// isDot recognises the dots inside names of minorities: · • ・ ‧ …
func isDot(r rune) bool {
	switch r {
	case '·', '•', '・', '‧', '∙', '˙', '⋅', '●', '᛫', '･':
		return true
	}
	return false
}

// squeezed is text without spaces and name dots, with the place where each
// rune began and whether a space or a line break stood before it.
type squeezed struct {
	runes []rune
	gap   []bool // a space or line break before this rune
	line  []bool // a line break before this rune
	text  string
	off   []int32 // byte offset of each rune in text, and the end
}

// squeeze folds a text for matching: NFKC, simplified characters, lower case,
// no spaces, no dots between the parts of a name.
func squeeze(text string, plain map[rune]rune) squeezed {
	if !norm.NFKC.IsNormalString(text) {
		text = norm.NFKC.String(text)
	}
	n := min(len(text), 4*maxRunes)
	s := squeezed{runes: make([]rune, 0, n), gap: make([]bool, 0, n), line: make([]bool, 0, n)}
	all := []rune(text)
	if len(all) > maxRunes {
		all = all[:maxRunes]
	}
	gap, line := false, false
	for i, r := range all {
		switch {
		case r == '\n' || r == '\u2028':
			gap, line = true, true
			continue
		case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u200d' || r == '\ufe0f' || (r >= 0x1f3fb && r <= 0x1f3ff):
			gap = true
			continue
		case isDot(r) || ((r == '.' || r == '-') && i > 0 && i+1 < len(all) && isHan(all[i-1]) && isHan(all[i+1])):
			continue
		}
		r = unicode.ToLower(r)
		if p, ok := plain[r]; ok {
			r = p
		}
		s.runes = append(s.runes, r)
		s.gap = append(s.gap, gap)
		s.line = append(s.line, line)
		gap, line = false, false
	}
	s.text = string(s.runes)
	s.off = make([]int32, len(s.runes)+1)
	at := int32(0)
	for i, r := range s.runes {
		s.off[i] = at
		at += int32(len(string(r)))
	}
	s.off[len(s.runes)] = at
	return s
}

func (s *squeezed) sub(i, j int) string { return s.text[s.off[i]:s.off[j]] }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' }
