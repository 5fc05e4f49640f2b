package intent_test

import (
	"slices"
	"testing"

	"guixiao/bot/intent"
	"guixiao/rules/school"
)

// What is written with the wrong characters is asked about by the nearest
// names: as many people say them, or one character off.
func TestNearlyTheNameIsOffered(t *testing.T) {
	for _, c := range []struct{ written, meant string }{
		{"张珊珊没来", "张三三"}, {"程志强没来", "陈志强"}, {"刘宁没来", "柳林"}, {"黄飞没来", "房辉"}, {"胡勇没来", "傅勇"}, {"孙明没来", "孙敏"},
		{"丽宁病假", ""}, {"李紫萱没来", "李紫涵"}, {"欧阳明没来", "欧阳明月"}, {"张伟伟没来", "张伟"},
	} {
		names := []string{"王建国", "周小川", "张三三", "陈志强", "柳林", "房辉", "傅勇", "孙敏", "李紫涵", "欧阳明月", "买买提·吐尔逊", "张伟"}
		s, who := class703(t, names...)
		m := say(intent.NewReader(s), who, c.written)
		if len(m.Marks) > 0 || m.Ask == nil || m.Ask.Why != school.AskUnknownName {
			t.Errorf("%q: marks %v, ask %v", c.written, m.Marks, m.Ask)
			continue
		}
		var want []string
		if c.meant != "" {
			want = []string{idOf(s, c.meant)}
		}
		if len(m.Ask.Candidates) > 0 || !slices.Equal(m.Ask.Near, want) {
			t.Errorf("%q: candidates %v, near %v, want %v", c.written, m.Ask.Candidates, m.Ask.Near, want)
		}
	}
}

func idOf(s *school.School, name string) string {
	for _, st := range s.Roster.Students() {
		if st.Name == name {
			return st.ID
		}
	}
	return "nobody called " + name
}

// The rules say who is a candidate; where they name somebody nobody else is
// offered, and of a known name nobody at all.
func TestNearNamesGiveWayToCandidates(t *testing.T) {
	s, who := class703(t, "李梓涵", "李子晗", "李梓萱", "陈思宇", "陈斯雨")
	r := intent.NewReader(s)
	for _, text := range []string{"李紫涵没来", "陈思雨没来", "李梓涵没来", "李没来"} {
		if m := say(r, who, text); m.Ask != nil && len(m.Ask.Near) > 0 {
			t.Errorf("%q: near %v beside %v", text, m.Ask.Near, m.Ask.Candidates)
		}
	}
}

// Of two characters one cannot be another: half the school would be near.
func TestAShortNameIsNearByItsSoundOnly(t *testing.T) {
	s, who := class703(t, "张三", "张四", "张勇", "王伟")
	if m := say(intent.NewReader(s), who, "张磊没来"); m.Ask == nil || len(m.Ask.Near) > 0 {
		t.Errorf("near to 张磊: %+v", m.Ask)
	}
}

func TestTheNearestComeFirstAndAFewAreEnough(t *testing.T) {
	s, who := class703(t, "李子轩", "李子航", "李子昂", "李子墨", "李子俊", "李子睿", "李志豪", "李紫浩")
	m := say(intent.NewReader(s), who, "李子虎没来")
	if m.Ask == nil || len(m.Ask.Near) != 5 {
		t.Fatalf("near to 李子虎: %+v", m.Ask)
	}
	m = say(intent.NewReader(s), who, "李芷航没来") // sounds like nobody exactly
	if m.Ask == nil || len(m.Ask.Candidates)+len(m.Ask.Near) == 0 {
		t.Fatalf("near to 李芷航: %+v", m.Ask)
	}
}

// A guardian is offered the own child only, whoever else has such a name.
func TestAGuardianIsOfferedTheOwnChildOnly(t *testing.T) {
	s, _ := class703(t, "李紫涵", "李紫萱")
	mother := school.Guardian{ID: "G1", Name: "王桂芳", Children: []school.Child{{Student: "X01"}}}
	s.Roster = school.NewRoster(s.Roster.Classes, s.Roster.Students(), s.Roster.Staff, []school.Guardian{mother})
	who, _ := s.Roster.Person("G1")
	m := say(intent.NewReader(s), who, "李紫轩今天发烧请假")
	if m.Ask == nil || len(m.Marks) > 0 {
		t.Fatalf("%+v", m)
	}
	if all := slices.Concat(m.Ask.Candidates, m.Ask.Near); slices.Contains(all, "X02") {
		t.Errorf("another child is offered: %v", all)
	}
}

// 您是说下面的同学吗 — 是.
func TestYesChoosesTheOnlyChildOffered(t *testing.T) {
	s, who := class703(t, "李紫涵", "王浩")
	r := intent.NewReader(s)
	slot := school.Slot{Day: "2026-10-13", Session: "am"}
	ask := func(text string, candidates ...string) school.Meaning {
		return r.Read(intent.Input{Text: text, From: who, Now: morningOfDay, Open: &intent.Open{Kind: intent.OpenAsk, Question: school.Question{
			Why: school.AskUnknownName, Candidates: candidates, Marks: []school.MarkRange{{Mark: school.Absent, From: slot, To: slot}}}}})
	}
	for _, yes := range []string{"是", "对", "是的", "对，就是他", "就是她", "是这个", "嗯 是的", "没错"} {
		if got := away(ask(yes, "X01")); !slices.Equal(got, []string{"李紫涵"}) {
			t.Errorf("%q: absent are %v", yes, got)
		}
		if m := ask(yes, "X01", "X02"); len(m.Marks) > 0 {
			t.Errorf("%q to two children marks %v", yes, m.Marks)
		}
	}
	for _, no := range []string{"不是", "不是他", "不对"} {
		if m := ask(no, "X01"); len(m.Marks) > 0 || m.Ask == nil || m.Ask.Why != school.AskMissingName {
			t.Errorf("%q: marks %v, ask %v", no, m.Marks, m.Ask)
		}
	}
	for _, neither := range []string{"收到", "好的", "谢谢", "稍等"} {
		if m := ask(neither, "X01"); len(m.Marks) > 0 {
			t.Errorf("%q marks %v", neither, m.Marks)
		}
	}
}

// Somebody nobody knows is asked about, whatever the family is called: a
// report must not be lost to a surname that is a word too. (余, 于 and 戴 are
// words of reports themselves.)
func TestAStrangerOfAnyFamilyIsAskedAbout(t *testing.T) {
	s, who := class703(t, "李紫涵", "王浩")
	r := intent.NewReader(s)
	const families = "王李张刘陈杨黄赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武莫孔汤温康施樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤"
	for _, family := range families {
		for _, given := range []string{"梓萱", "建国"} {
			name := string(family) + given
			for _, text := range []string{name + "没来", name + "病假", "缺" + name} {
				if m := say(r, who, text); len(m.Marks) > 0 || m.Ask == nil || m.Ask.Why != school.AskUnknownName {
					t.Errorf("%q: %s, marks %v, ask %v", text, m.Intent, m.Marks, m.Ask)
				}
			}
		}
	}
}
