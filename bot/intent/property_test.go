package intent_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"guixiao/bot/intent"
	"guixiao/rules/school"
)

// class703 is a school of one class with these children, whose 班主任 speaks.
func class703(t testing.TB, names ...string) (*school.School, school.Person) {
	t.Helper()
	h := readHouse(t, "school")
	var students []school.Student
	for i, n := range names {
		students = append(students, school.Student{ID: fmt.Sprintf("X%02d", i+1), Name: n, Sex: "男", Places: []school.Place{{Class: "703", Seat: i + 1}}})
	}
	staff := []school.Staff{{ID: "T001", Name: "甄诚", Posts: []school.Post{{Title: "班主任", Scopes: []string{"703"}}}}}
	s := *h.School
	s.Roster = school.NewRoster(h.Roster.Classes, students, staff, nil)
	p, _ := s.Roster.Person("T001")
	return &s, p
}

var morningOfDay = time.Date(2026, 10, 13, 8, 5, 0, 0, time.FixedZone("CST", 8*3600))

func say(r *intent.Reader, who school.Person, text string) school.Meaning {
	return r.Read(intent.Input{Text: text, From: who, Now: morningOfDay})
}

// away are the children marked absent, sorted; anything else spoils the list.
func away(m school.Meaning) []string {
	var list []string
	for _, mk := range m.Marks {
		if mk.Mark != school.Absent {
			return []string{string(mk.Mark)}
		}
		list = append(list, mk.Name)
	}
	slices.Sort(list)
	return list
}

func TestNamesThatAreWordsAreNames(t *testing.T) {
	for _, name := range strings.Fields("程到 迟早 毕业 夏至 方未来 魏来 周一诺 全胜 任晴佳 何时 万一 高兴 程序 时间 白天 常来 常到 池道 武功 元旦 周末 平安 路过 向前 明亮 全到 齐全 毕来 来福 单到 柯缺 尤请 卫来 魏到 费解 关门 陈实 安全 郝假 段课 旷野 尉迟到 迟到山 尚学 范学 左右 上官迟 东方未 何必来 齐天 辛苦 孔明天 金天 昨非 包到 于是 任性 郑重 马上 时来 史上 周五 李四 林晚 晚晴 全勤 田早 早早") {
		s, who := class703(t, name, "欧阳明月", "林雨萱")
		r := intent.NewReader(s)
		for _, text := range []string{name + "没来", name + " 未到校", name + "没到校。", "今天" + name + "没来", "缺" + name} {
			m := say(r, who, text)
			if got := away(m); !slices.Equal(got, []string{name}) {
				t.Errorf("%q: absent are %v (%s, ask %v)", text, got, m.Intent, m.Ask)
			}
		}
	}
}

func TestEverySeparatorMakesTheSameList(t *testing.T) {
	names := []string{"欧阳明月", "王浩", "王浩然", "买买提·吐尔逊", "程到", "李子涵"}
	s, who := class703(t, names...)
	r := intent.NewReader(s)
	want := slices.Sorted(slices.Values(names))
	for _, sep := range []string{"、", ",", "，", " ", "　", "\n", "；", "和", ", ", "，和", "、\n", "  ", "/", "跟", "还有", "以及", "与"} {
		for _, form := range []string{"%s没来", "%s 未到校", "%s未到", "%s都没到", "缺%s", "未到校：%s", "没来的有%s", "缺勤：%s", "今天%s没来"} {
			text := fmt.Sprintf(form, strings.Join(names, sep))
			if got := away(say(r, who, text)); !slices.Equal(got, want) {
				t.Errorf("%q: absent are %v", text, got)
			}
		}
	}
}

func TestWritingOfNamesDoesNotMatter(t *testing.T) {
	s, who := class703(t, "张伟", "陈晓东", "买买提·吐尔逊", "刘婷婷", "欧阳雪")
	r := intent.NewReader(s)
	for text, want := range map[string]string{
		"張偉沒來": "张伟", "陳曉東未到校": "陈晓东", "张　伟没来": "张伟", "张 伟 没来": "张伟", "買買提•吐爾遜没来": "买买提·吐尔逊",
		"买买提.吐尔逊没来": "买买提·吐尔逊", "买买提-吐尔逊没来": "买买提·吐尔逊", "买买提没来": "买买提·吐尔逊", "吐尔逊没来": "买买提·吐尔逊", "婷婷没来": "刘婷婷",
		"４号没来": "刘婷婷", "四号没来": "刘婷婷", "欧阳没来": "欧阳雪", "晓东还没到": "陈晓东",
	} {
		if got := away(say(r, who, text)); !slices.Equal(got, []string{want}) {
			t.Errorf("%q: absent are %v, not %s", text, got, want)
		}
	}
}

func TestALongerOrOtherNameIsNeverTheRosters(t *testing.T) {
	s, who := class703(t, "张三", "王浩", "仇天宇", "李子涵", "林晓", "陈思雨")
	r := intent.NewReader(s)
	for _, text := range []string{
		"张三丰没来", "王浩宇没来", "王浩杰、林晓东没到", "丘天宇没来", "于天宇没来", "时天宇没到校", "李梓涵没来", "李紫涵未到校", "陈思宇没来", "张珊没来",
		"王好没来", "林小没来", "上官天宇没来", "陆天宇没来", "缺李梓涵", "章三没来",
	} {
		m := say(r, who, text)
		if len(m.Marks) > 0 || m.Ask == nil {
			t.Errorf("%q: %v is marked, ask %v", text, m.Marks, m.Ask)
		}
	}
}

func TestOtherRostersOtherDays(t *testing.T) {
	family := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛")
	given := []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文辉建红梅琳婷雪莹晶浩宇轩涵博雨欣怡晨曦梓睿嘉俊豪诗雅佳琪思远志鹏飞龙凯旋")
	rnd := rand.New(rand.NewPCG(7, 11))
	for round := range 40 {
		var names []string
		sounds := map[string]bool{}
		for len(names) < 30 {
			n := string(family[rnd.IntN(len(family))]) + string(given[rnd.IntN(len(given))])
			if rnd.IntN(3) > 0 {
				n += string(given[rnd.IntN(len(given))])
			}
			if !sounds[n] {
				names = append(names, n)
			}
			sounds[n] = true
		}
		s, who := class703(t, names...)
		r := intent.NewReader(s)
		a, b := names[rnd.IntN(15)], names[15+rnd.IntN(15)]
		day := time.Date(2026, 9, 1+rnd.IntN(100), 8, 3, 0, 0, morningOfDay.Location())
		if !s.Calendar.IsSchoolDay(s.Calendar.DayOf(day)) {
			continue
		}
		for text, want := range map[string][2]school.MarkKind{
			a + "没来，" + b + "请病假":                    {school.Absent, school.Sick},
			a + "迟到 " + b + "没到":                     {school.Late, school.Absent},
			"应到30实到28，" + a + "事假、" + b + "发烧":       {school.Personal, school.Sick},
			"嗯那个" + a + "今天没有来然后" + b + "他请了病假":      {school.Absent, school.Sick},
			"病假：" + a + "\n事假：" + b:                  {school.Sick, school.Personal},
			"除" + a + "、" + b + "外全部到校":              {school.Absent, school.Absent},
			a + "（病假）、" + b + "（事假）":                 {school.Sick, school.Personal},
			"1." + a + " 没来\n2." + b + " 迟到":         {school.Absent, school.Late},
			"报告老师" + a + "发烧请假一天" + b + "没来":         {school.Sick, school.Absent},
			a + "到了，" + b + "还没到":                    {school.Present, school.Absent},
			"今天" + a + "请假了，家里有事，" + b + "没来不知道什么原因": {school.Personal, school.Absent},
		} {
			m := r.Read(intent.Input{Text: text, From: who, Now: day})
			got := map[string]school.MarkKind{}
			for _, mk := range m.Marks {
				got[mk.Name] = mk.Mark
			}
			if len(got) != 2 || got[a] != want[0] || got[b] != want[1] {
				t.Errorf("round %d, %s: %q: %v", round, day.Format(time.DateOnly), text, got)
			}
		}
	}
}
