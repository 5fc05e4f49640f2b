package intent

import (
	"slices"
	"strings"

	"guixiao/rules/school"
)

// compoundSurnames are the surnames of two characters.
const compoundSurnames = "欧阳 诸葛 司马 上官 司徒 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 轩辕 端木 百里 呼延 东郭 西门 南门 申屠 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔 仲孙 钟离 闾丘 鲜于 司空 万俟 赫连 闻人 拓跋 完颜 耶律 纳兰 叶赫 第五 梁丘 左丘 谷梁 乐正 漆雕 壤驷 公西 巫马 颛孙 公良 夹谷 宰父 段干 羊舌 微生 子车 亓官 司寇 西陵 即墨 哥舒 爱新"

// surnames are the usual surnames of one character; those that are above all
// other words stand at the end of no list at all.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由冼缑"

// surnameSet holds the surnames as a set of runes.
func surnameSet() map[rune]bool {
	set := make(map[rune]bool, 512)
	for _, r := range surnames {
		set[r] = true
	}
	return set
}

// nameEntry is what a piece of text can be in the roster.
type nameEntry struct {
	full  []int32 // students of that name
	short []int32 // students of whose name it is a part
	staff bool    // a member of staff bears it
}

// nameIndex finds students by what is written and by how it sounds.
type nameIndex struct {
	entries    map[string]nameEntry
	lengths    map[rune]uint32
	sounds     map[string][]int32 // whole name as it sounds
	partSounds map[string][]int32 // part of a name as it sounds
	near       map[string][]int32 // whole name and parts, near-homophones equal
	spelt      map[string][]int32 // whole name in letters
	surname    map[string][]int32
	compound   map[string]bool
	inside     map[string]bool // two characters that stand together in a long name
	single     map[rune]bool   // surnames of one character, roster's included
}

func newNameIndex(students []school.Student, staff []school.Staff, plain map[rune]rune) *nameIndex {
	x := &nameIndex{
		entries: make(map[string]nameEntry, 3*len(students)), lengths: map[rune]uint32{},
		sounds: make(map[string][]int32, len(students)), partSounds: make(map[string][]int32, len(students)),
		near: make(map[string][]int32, 2*len(students)), spelt: make(map[string][]int32, len(students)),
		surname: map[string][]int32{}, compound: map[string]bool{}, inside: map[string]bool{}, single: surnameSet(),
	}
	for _, c := range strings.Fields(compoundSurnames) {
		x.compound[c] = true
	}
	for i, s := range students {
		x.student(int32(i), s.Name, plain)
	}
	for _, s := range staff {
		sq := squeeze(s.Name, plain)
		if n := len(sq.runes); n >= 2 && n < 31 {
			e := x.entries[sq.text]
			e.staff = true
			x.put(sq.text, e)
		}
	}
	return x
}

func (x *nameIndex) put(text string, e nameEntry) {
	runes := []rune(text)
	x.entries[text] = e
	x.lengths[runes[0]] |= 1 << len(runes)
}

func (x *nameIndex) student(id int32, written string, plain map[rune]rune) {
	name := squeeze(written, plain)
	if len(name.runes) == 0 || len(name.runes) > 30 {
		return
	}
	e := x.entries[name.text]
	e.full = append(e.full, id)
	x.put(name.text, e)

	key := soundKey(name.text, true)
	x.sounds[key] = append(x.sounds[key], id)
	x.addNear(key, id)
	x.spelt[strings.ReplaceAll(key, " ", "")] = append(x.spelt[strings.ReplaceAll(key, " ", "")], id)

	for n := 0; n+2 <= len(name.runes) && len(name.runes) > 3; n++ {
		x.inside[name.sub(n, n+2)] = true
	}
	family := x.familyName(name)
	if family != "" {
		x.surname[family] = append(x.surname[family], id)
		if r := []rune(family); len(r) == 1 {
			x.single[r[0]] = true
		}
	}
	for _, part := range x.parts(written, name, family, plain) {
		e := x.entries[part]
		if slices.Contains(e.short, id) {
			continue
		}
		e.short = append(e.short, id)
		x.put(part, e)
		key := soundKey(part, part == family)
		if !slices.Contains(x.partSounds[key], id) {
			x.partSounds[key] = append(x.partSounds[key], id)
		}
		x.addNear(key, id)
	}
}

func (x *nameIndex) addNear(key string, id int32) {
	f := fold(key)
	if list := x.near[f]; len(list) == 0 || list[len(list)-1] != id {
		x.near[f] = append(list, id)
	}
}

// familyName is the surname of a name as far as it can be told: none for
// names of five characters and more.
func (x *nameIndex) familyName(name squeezed) string {
	n := len(name.runes)
	if n >= 3 && n <= 4 && x.compound[name.sub(0, 2)] {
		return name.sub(0, 2)
	}
	if n < 2 || n > 3 {
		return ""
	}
	return name.sub(0, 1)
}

// parts are what people write instead of the whole name: the given name, the
// first or last part of a name with a dot or of four characters, a compound
// surname alone.
func (x *nameIndex) parts(written string, name squeezed, family string, plain map[rune]rune) []string {
	var parts []string
	n := len(name.runes)
	if strings.IndexFunc(written, func(r rune) bool { return isDot(r) || r == '.' || r == '-' || r == '．' }) > 0 {
		pieces := strings.FieldsFunc(written, func(r rune) bool { return isDot(r) || r == '.' || r == '-' || r == '．' })
		for _, p := range []string{pieces[0], pieces[len(pieces)-1]} {
			if sq := squeeze(p, plain); len(sq.runes) >= 2 && sq.text != name.text {
				parts = append(parts, sq.text)
			}
		}
		return parts
	}
	switch f := len([]rune(family)); {
	case f == 2:
		parts = append(parts, family)
		if n == 4 {
			parts = append(parts, name.sub(2, 4))
		}
	case n == 3:
		parts = append(parts, name.sub(1, 3))
	case n == 4:
		parts = append(parts, name.sub(0, 2), name.sub(2, 4))
	}
	return parts
}
