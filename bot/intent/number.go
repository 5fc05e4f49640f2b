package intent

import "strings"

var numerals = map[rune]int{'零': 0, '一': 1, '二': 2, '两': 2, '俩': 2, '三': 3, '仨': 3, '四': 4, '五': 5,
	'六': 6, '七': 7, '八': 8, '九': 9, '十': 10, '百': 100, '廿': 20, '壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9, '拾': 10, '幺': 1}

// digits offers a number in digits, with a decimal part if there is one.
func (x *lexer) digits(i int) {
	if i > 0 && isDigit(x.s.runes[i-1]) && !x.s.gap[i] {
		return
	}
	j, n := i, 0
	for j < len(x.s.runes) && isDigit(x.s.runes[j]) && (j == i || !x.s.gap[j]) && n < 1e8 {
		n = n*10 + int(x.s.runes[j]-'0')
		j++
	}
	number := token{kind: kNumber, arg: n, frac: -1, digits: true}
	x.offer(i, j, costNumber, number)
	x.more(i, j, number)
	if j+1 < len(x.s.runes) && x.s.runes[j] == '.' && isDigit(x.s.runes[j+1]) && !x.s.gap[j+1] {
		k, f := j+1, 0
		for k < len(x.s.runes) && isDigit(x.s.runes[k]) && !x.s.gap[k] && f < 1e6 {
			f = f*10 + int(x.s.runes[k]-'0')
			k++
		}
		x.offer(i, k, costNumber, token{kind: kNumber, arg: n, frac: f, digits: true})
	}
}

// numeral offers a number in words: 三, 十五, 四十六, 一百零三.
func (x *lexer) numeral(i int) {
	if _, ok := numerals[x.s.runes[i]]; !ok {
		return
	}
	j := i
	for j < len(x.s.runes) && j-i < 7 {
		if _, ok := numerals[x.s.runes[j]]; !ok || (j > i && x.s.gap[j]) {
			break
		}
		j++
		if n, ok := spelled(x.s.runes[i:j]); ok {
			x.offer(i, j, costNumber, token{kind: kNumber, arg: n, frac: -1})
			if n >= 10 {
				x.more(i, j, token{kind: kNumber, arg: n, frac: -1})
			}
		}
	}
}

// more reads 二十来分钟, 三十多人: about so many.
func (x *lexer) more(from, j int, t token) {
	if j+1 < len(x.s.runes) && strings.ContainsRune("来多余几", x.s.runes[j]) && strings.ContainsRune("分个天人名位块小", x.s.runes[j+1]) {
		x.offer(from, j+1, costNumber, t)
	}
}

// spelled reads a number in words.
func spelled(runes []rune) (int, bool) {
	if len(runes) == 1 {
		return numerals[runes[0]], true
	}
	total, digit, unit := 0, -1, 1000
	for _, r := range runes {
		switch v := numerals[r]; {
		case v == 10 || v == 100:
			if v >= unit {
				return 0, false
			}
			unit = v
			if digit < 0 {
				if v == 100 {
					return 0, false
				}
				digit = 1
			}
			total += digit * v
			digit = -1
		case v == 20:
			total, digit = total+20, -1
		case digit > 0:
			return 0, false // 三四 is not a number
		default:
			digit = v
		}
	}
	if digit > 0 {
		total += digit
	}
	return total, unit < 1000 || runes[0] == '廿'
}
