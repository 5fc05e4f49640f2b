package wecom_test

import (
	"encoding/json"
	"testing"

	"guixiao/bot"
	"guixiao/bot/bottest"
	"guixiao/bot/wecom"
	"guixiao/rules/school"
)

// town fills the address books of a small school.
func (w *world) town() {
	f := w.fake
	f.Department(1, 0, "青山学校")
	f.Department(2, 1, "初中部")
	f.Member("LiMin").Works("李敏", "", 1, 2)
	f.Member("wang").Works("王强", "13900000001", 2)
	f.Member("gone").Works("旧人", "", 2).Left(5)
	f.Member("elsewhere").Works("外人", "", 2).Hide()
	f.Member("guard").Works("门卫", "") // seen by name, in no department
	f.Grade(70, "七年级")
	f.Class(703, 70, "七(3)班", false)
	f.Class(704, 70, "4班", false)
	f.Class(603, 70, "六(3)班", true)
	f.Pupil("S001", "张三", 703)
	f.Pupil("S002", "张小妹", 704)
	f.Pupil("S900", "毕业生", 603)
	f.Parent("ma").Has("S001", "妈妈").Has("S002", "妈妈").Calls("13800000001")
	f.Parent("pa").Has("S001", "爸爸").Unfollow()
	f.Parent("old").Has("S900", "妈妈")
}

func byUser(t *testing.T, listed []bot.Listed) map[string]bot.Listed {
	t.Helper()
	all := map[string]bot.Listed{}
	for _, l := range listed {
		if _, twice := all[l.Kind+l.User]; twice {
			t.Errorf("%s is listed twice", l.User)
		}
		all[l.Kind+l.User] = l
	}
	return all
}

func TestTheAddressBooksAreListed(t *testing.T) {
	w := newWorld(t)
	w.town()
	w.endToken(42001)
	listed, err := w.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := byUser(t, listed)
	want := map[string]bot.Listed{
		"staffLiMin": {User: "LiMin", Kind: school.KindStaff, Name: "李敏", Reached: true},
		"staffwang":  {User: "wang", Kind: school.KindStaff, Name: "王强", Mobile: "13900000001", Reached: true},
		"staffgone":  {User: "gone", Kind: school.KindStaff, Name: "旧人"},
		"staffguard": {User: "guard", Kind: school.KindStaff, Name: "门卫", Reached: true},
		"guardianma": {User: "ma", Kind: school.KindGuardian, Mobile: "13800000001", Reached: true, Children: []bot.ListedChild{
			{Number: "S001", Name: "张三", Class: "七(3)班", Relation: "妈妈"}, {Number: "S002", Name: "张小妹", Class: "七年级4班", Relation: "妈妈"}}},
		"guardianpa": {User: "pa", Kind: school.KindGuardian, Children: []bot.ListedChild{{Number: "S001", Name: "张三", Class: "七(3)班", Relation: "爸爸"}}},
	}
	for user, l := range want {
		if got, _ := json.Marshal(all[user]); string(got) != mustJSON(t, l) {
			t.Errorf("%s: %s\nwant %s", user, got, mustJSON(t, l))
		}
	}
	if _, there := all["guardianold"]; there || len(all[`staffelsewhere`].User) > 0 {
		t.Errorf("listed: %v", all)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestASchoolWithoutParentsInWeComListsItsStaff(t *testing.T) {
	w := newWorld(t)
	w.fake.Department(1, 0, "青山学校")
	w.fake.Member("LiMin").Works("李敏", "", 1)
	listed, err := w.Directory(t.Context())
	if err != nil || len(listed) != 1 {
		t.Errorf("listed %+v, %v", listed, err)
	}
	for _, api := range []string{"department/list", "user/list", "agent/get", "school/department/list"} {
		w.fake.Fail(api, bottest.Code(-1))
		if _, err := w.Directory(t.Context()); class(err) != bot.SendRetry {
			t.Errorf("%s is busy: %v", api, err)
		}
	}
}

func TestAChangeOfTheAddressBookNamesWhomToLookAt(t *testing.T) {
	w := newWorld(t)
	w.town()
	for change, id := range map[string]string{"subscribe": "ma", "unsubscribe": "ma", "create_parent": "ma", "update_student": "S001",
		"create_department": "", "create_deparmtment": "", "update_department": ""} {
		ds := w.hear(w.fake.SchoolXML(change, id))
		if len(ds) != 1 || ds[0].Event != bot.EventContacts || ds[0].Fields["id"] != id || ds[0].Fields["account"] != "wecom/main" {
			t.Errorf("%s: heard %+v", change, ds)
		}
	}
	if ds := w.hear(w.fake.SchoolXML("delete_parent", "ma")); len(ds) != 0 {
		t.Errorf("a deletion is heard: %+v", ds)
	}
	listed, err := w.Look(t.Context(), "S001", "nobody")
	if err != nil {
		t.Fatal(err)
	}
	all := byUser(t, listed)
	ma := all["guardianma"]
	if len(all) != 2 || len(ma.Children) != 2 || ma.Children[1] != (bot.ListedChild{Number: "S002", Name: "张小妹", Class: "七年级4班", Relation: "妈妈"}) || all["guardianpa"].Reached {
		t.Errorf("looked at %+v", all)
	}
	if url, err := w.FollowCode(t.Context()); err != nil || url != "https://p.qpic.cn/follow-big" {
		t.Errorf("code to follow: %s, %v", url, err)
	}
}

var _ bot.Directory = (*wecom.Platform)(nil)
