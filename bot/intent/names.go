package intent

import (
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"guixiao/rules/school"
)

// compoundSurnames are the surnames of two characters.
const compoundSurnames = "欧阳 诸葛 司马 上官 司徒 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 轩辕 端木 百里 呼延 东郭 西门 南门 申屠 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔 仲孙 钟离 闾丘 鲜于 司空 万俟 赫连 闻人 拓跋 完颜 耶律 纳兰 叶赫 第五 梁丘 左丘 谷梁 乐正 漆雕 壤驷 公西 巫马 颛孙 公良 夹谷 宰父 段干 羊舌 微生 子车 亓官 司寇 西陵 即墨 哥舒 爱新"

// surnames are the usual surnames of one character; those that are above all
// other words stand at the end of no list at all.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由冼缑"

// usualSurnames holds the surnames as a set of runes.
var usualSurnames = sync.OnceValue(func() map[rune]bool {
	set := make(map[rune]bool, 512)
	for _, r := range surnames {
		set[r] = true
	}
	return set
})

var compounds = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, c := range strings.Fields(compoundSurnames) {
		set[c] = true
	}
	return set
})

// facet is one of the ways in which a child is found.
type facet uint8

const (
	wholeName  facet = iota
	namePart         // what people write instead of the whole name
	familyPart       // the surname
	innerPair        // two characters that stand together in a long name
	wholeSound       // how the whole name sounds (soundKey)
	partSound        // how a part of it sounds
	letters          // the whole name in letters
)

// nameIndex finds students by what is written and by how it sounds. Of each
// facet of a child it keeps a hash and who it is, sorted; the words themselves
// are on the roster and are compared when a hash fits. So a facet costs eight
// bytes, where a map of words would take a hundred.
type nameIndex struct {
	roster   *school.Roster
	table    []uint64          // hash and child of every facet
	spelt    func() []uint64   // the same of letters; made when letters are first written
	odd      map[int32]oddName // names not matched as the roster writes them
	staff    map[string]bool   // names of members of staff
	lengths  map[rune]uint32   // lengths of what begins with a character
	compound map[string]bool
	single   map[rune]bool // surnames of one character, roster's included
}

// maxName is how many characters a name may have.
const maxName = 30

func newNameIndex(roster *school.Roster, plain map[rune]rune) *nameIndex {
	x := &nameIndex{roster: roster, table: make([]uint64, 0, 5*roster.Size()), odd: map[int32]oddName{}, staff: map[string]bool{},
		lengths: map[rune]uint32{}, compound: compounds(), single: usualSurnames()}
	x.spelt = sync.OnceValue(x.spellings)
	for k := range int32(roster.Size()) {
		if name := roster.NameAt(int(k)); !matchedAsWritten(name, plain) {
			x.odd[k] = newOddName(name, plain)
		}
		x.student(k)
	}
	slices.Sort(x.table)
	for _, s := range roster.Staff {
		name := squeeze(s.Name, plain)
		if n := len(name.runes); n >= 2 && n <= maxName {
			x.staff[name.text] = true
			x.reaches(name.text)
		}
	}
	return x
}

// student notes everything a child can be found by.
func (x *nameIndex) student(k int32) {
	name := x.name(k)
	n := utf8.RuneCountInString(name)
	if n == 0 || n > maxName {
		return
	}
	x.reaches(name)
	x.put(wholeName, name, k)
	x.put(wholeSound, soundKey(name, true), k)
	family := x.familyName(name)
	if family != "" {
		x.put(familyPart, family, k)
		x.surname(family)
	}
	for _, part := range x.parts(k) {
		if part != "" {
			x.reaches(part)
			x.put(namePart, part, k)
			x.put(partSound, soundKey(part, part == family), k)
		}
	}
	if n <= 3 {
		return
	}
	for i := range name {
		if pair, _, ok := cutRunes(name[i:], 2); ok {
			x.put(innerPair, pair, k)
		}
	}
}

// surname learns a surname of one character that is not usual.
func (x *nameIndex) surname(family string) {
	if r, size := utf8.DecodeRuneInString(family); size == len(family) && !x.single[r] {
		x.single = maps.Clone(x.single)
		x.single[r] = true
	}
}

// reaches notes that something of the text's length begins as it does.
func (x *nameIndex) reaches(text string) {
	first, _ := utf8.DecodeRuneInString(text)
	x.lengths[first] |= 1 << utf8.RuneCountInString(text)
}

func (x *nameIndex) put(f facet, key string, k int32) {
	x.table = append(x.table, hash(f, key)|uint64(k))
}

// spellings is the table of names in letters.
func (x *nameIndex) spellings() []uint64 {
	table := make([]uint64, 0, x.roster.Size())
	for k := range int32(x.roster.Size()) {
		if name := x.name(k); name != "" && utf8.RuneCountInString(name) <= maxName {
			table = append(table, hash(letters, spelling(name))|uint64(k))
		}
	}
	slices.Sort(table)
	return table
}

var hashSeed = maphash.MakeSeed()

// hash fills the upper half of a place in a table.
func hash(f facet, key string) uint64 {
	return (maphash.String(hashSeed, key) + uint64(f)<<33) &^ (1<<32 - 1)
}

// find lists the children of whom the key is a facet, in the order of the roll.
func (x *nameIndex) find(f facet, key string) (kids []int32) {
	for k := range x.each(f, key) {
		kids = append(kids, k)
	}
	return kids
}

// has says whether the key is a facet of anybody.
func (x *nameIndex) has(f facet, key string) bool {
	for range x.each(f, key) {
		return true
	}
	return false
}

func (x *nameIndex) each(f facet, key string) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		table := x.table
		if f == letters {
			table = x.spelt()
		}
		want, last := hash(f, key), int32(-1)
		at, _ := slices.BinarySearch(table, want)
		for ; at < len(table) && table[at]&^(1<<32-1) == want; at++ {
			k := int32(uint32(table[at]))
			if k != last && x.is(k, f, key) && !yield(k) {
				return
			}
			last = k
		}
	}
}

// is says whether the key is a facet of a child: a hash may deceive.
func (x *nameIndex) is(k int32, f facet, key string) bool {
	name := x.name(k)
	switch f {
	case wholeName:
		return name == key
	case familyPart:
		return x.familyName(name) == key
	case innerPair:
		return strings.Contains(name, key)
	case wholeSound:
		return soundKey(name, true) == key
	case letters:
		return spelling(name) == key
	}
	for _, part := range x.parts(k) {
		if part != "" && (f == namePart && part == key || f == partSound && soundKey(part, part == x.familyName(name)) == key) {
			return true
		}
	}
	return false
}

// name is a child's name as it is matched.
func (x *nameIndex) name(k int32) string {
	if len(x.odd) > 0 {
		if o, ok := x.odd[k]; ok {
			return o.text
		}
	}
	return x.roster.NameAt(int(k))
}

// familyName is the surname of a name as far as it can be told: none for
// names of five characters and more.
func (x *nameIndex) familyName(name string) string {
	n := utf8.RuneCountInString(name)
	if head, _, _ := cutRunes(name, 2); n >= 3 && n <= 4 && x.compound[head] {
		return head
	}
	if n < 2 || n > 3 {
		return ""
	}
	head, _, _ := cutRunes(name, 1)
	return head
}

// parts are what people write instead of the whole name: the given name, the
// first or last part of a name with a dot or of four characters, a compound
// surname alone. There are two at most, and they differ.
func (x *nameIndex) parts(k int32) (parts [2]string) {
	name := x.name(k)
	if o, ok := x.odd[k]; ok && o.dotted {
		parts = [2]string{o.text[:o.first], o.text[o.last:]}
	} else if head, tail, ok := cutRunes(name, 2); ok {
		switch n := utf8.RuneCountInString(name); {
		case n == 3 && x.compound[head]:
			parts[0] = head
		case n == 3:
			_, parts[0], _ = cutRunes(name, 1)
		case n == 4:
			parts = [2]string{head, tail}
		}
	}
	if parts[0] == parts[1] {
		parts[1] = ""
	}
	return parts
}

// oddName is a name with dots, spaces or old characters.
type oddName struct {
	text   string // as it is matched
	dotted bool
	first  int // where the first part ends; 0 when it is no name by itself
	last   int // where the last part begins
}

// matchedAsWritten says that squeeze would not change a name: characters of
// the basic block in today's writing.
func matchedAsWritten(name string, plain map[rune]rune) bool {
	for _, r := range name {
		if r < 0x4e00 || r >= 0xa000 || plain[r] != 0 {
			return false
		}
	}
	return true
}

func newOddName(written string, plain map[rune]rune) oddName {
	o := oddName{text: squeeze(written, plain).text}
	between := func(r rune) bool { return isDot(r) || r == '.' || r == '-' || r == '．' }
	if strings.IndexFunc(written, between) <= 0 {
		return o
	}
	part := func(piece string) int {
		if p := squeeze(piece, plain); len(p.runes) >= 2 && p.text != o.text {
			return len(p.text)
		}
		return 0
	}
	pieces := strings.FieldsFunc(written, between)
	o.dotted, o.first, o.last = true, part(pieces[0]), len(o.text)-part(pieces[len(pieces)-1])
	return o
}
