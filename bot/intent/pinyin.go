package intent

import (
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

// surnameSounds are surnames that are read otherwise than the character.
var surnameSounds = map[string]string{
	"单": "shan", "仇": "qiu", "区": "ou", "查": "zha", "解": "xie", "曾": "zeng", "任": "ren", "盖": "ge", "朴": "piao",
	"翟": "zhai", "缪": "miao", "乐": "yue", "繁": "po", "秘": "bi", "冼": "xian", "覃": "qin", "员": "yun", "黑": "he",
	"重": "chong", "都": "du", "尉": "wei", "召": "shao", "燕": "yan", "过": "guo", "那": "na", "华": "hua", "宁": "ning",
	"令": "ling", "洗": "xian", "种": "chong", "佴": "nai", "牟": "mu", "逄": "pang", "隗": "wei", "折": "she", "祭": "zhai",
	"柏": "bai", "句": "gou", "阚": "kan", "车": "che", "石": "shi", "沈": "shen", "薄": "bo", "晁": "chao", "臧": "zang",
	"尉迟": "yu chi", "长孙": "zhang sun", "万俟": "mo qi", "澹台": "tan tai", "令狐": "ling hu", "宿": "su", "祝": "zhu",
}

// sounds is how each character of the basic block sounds, tones ignored.
var sounds = sync.OnceValue(func() *[0xa000 - 0x4e00]string {
	table := new([0xa000 - 0x4e00]string)
	for r, marked := range pinyin.PinyinDict {
		if r >= 0x4e00 && r < 0xa000 {
			table[r-0x4e00] = toneless(marked)
		}
	}
	return table
})

// marks are the vowels with tones, each with its plain letter.
const toneMarks = "āaáaǎaàaēeéeěeèeōoóoǒoòoīiíiǐiìiūuúuǔuùuǖvǘvǚvǜvüvńnňnǹnḿmêe"

// toneless takes the first reading of an entry and drops the tone.
func toneless(marked string) string {
	first, _, _ := strings.Cut(marked, ",")
	var b strings.Builder
next:
	for _, r := range first {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		plain := false
		for _, t := range toneMarks {
			switch {
			case plain:
				b.WriteRune(t)
				continue next
			case t == r:
				plain = true
			}
		}
	}
	return b.String()
}

// soundOf is the sound of one character, "" when it has none.
func soundOf(r rune) string {
	if r >= 0x4e00 && r < 0xa000 {
		return sounds()[r-0x4e00]
	}
	return toneless(pinyin.PinyinDict[int(r)])
}

// soundKey is how a name sounds: syllables parted by spaces. surname says that the
// text begins with one.
func soundKey(name string, surname bool) string {
	var b strings.Builder
	if surname {
		for _, n := range []int{2, 1} {
			if head, tail, ok := cutRunes(name, n); ok {
				if p, known := surnameSounds[head]; known {
					b.WriteString(p)
					name = tail
					break
				}
			}
		}
	}
	for _, r := range name {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		p := soundOf(r)
		if p == "" {
			p = string(r)
		}
		b.WriteString(p)
	}
	return b.String()
}

func cutRunes(s string, n int) (head, tail string, ok bool) {
	count := 0
	for i := range s {
		if count == n {
			return s[:i], s[i:], true
		}
		count++
	}
	return s, "", count == n
}

// spelling is a name in letters.
func spelling(name string) string { return strings.ReplaceAll(soundKey(name, true), " ", "") }
