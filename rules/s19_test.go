package rules_test

import (
	"testing"

	"guixiao/rules/school"
)

// s19 is the 学院 信息 of a university: 辅 is 辅导员, 任 teaches, 院 the college's
// office, 管 学校学生管理部门, 领 学校领导. 辰 is a student.
func s19(t testing.TB, start string) *world {
	p, err := shipped(t, "S19").With(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := hetuan(t, march)
	post := func(id, name, title string) school.Staff {
		return school.Staff{ID: id, Name: name, Posts: []school.Post{{Title: title, Scopes: []string{"全校"}}}}
	}
	class := []school.Class{{ID: "X1", Stage: "高校", Grade: "大一", Name: "信息2501"}}
	staff := []school.Staff{post("辅", "傅导", "辅导员"), post("任", "任静", "任课教师"), post("院", "袁办", "学院"),
		post("管", "管学", "学校学生管理部门"), post("领", "凌导", "学校领导"), post("校", "肖长", "校长")}
	students := []school.Student{{ID: "辰", Name: "学生辰", Places: []school.Place{{Class: "X1", Seat: 1}}}}
	s.Level, s.Roster = school.LevelUniversity, school.NewRoster(class, students, staff, nil)
	return newWorld(t, s, p, start)
}

var written = map[string]string{"姓名": "学生辰", "学号": "2501001", "班级": "信息2501", "流失原因": "去向不明", "流失时间": "2026-03-10"}

// 6.19
func TestS19ALossGoesFromTheTeacherToTheUniversityAndBack(t *testing.T) {
	w := s19(t, "2026-03-11 08:00")
	w.advance("2026-03-11 10:00")
	w.must(w.happens("任", "辰", "loss-found", map[string]string{"text": "一周没来上课，宿舍也不在"})) // 1
	w.wantMsg("院", "found")
	w.advance("2026-03-11 10:20") // 2
	without := map[string]string{}
	for k, v := range written {
		if k != "学号" {
			without[k] = v
		}
	}
	w.refused(w.press("辅", w.card("辅", "written"), "submit", without), "学号")
	w.advance("2026-03-11 10:40") // 3
	w.must(w.press("辅", w.card("辅", "written"), "submit", written))
	w.wantCard("院", "forward", "2026-03-12 10:40")
	w.advance("2026-03-12 10:39") // 4
	w.never("管")
	w.advance("2026-03-12 10:40") // 5
	w.wantMsg("管", "forward")
	w.advance("2026-03-12 11:00") // 6
	w.must(w.press("院", w.card("院", "forward"), "submit", map[string]string{"forwarded-at": "2026-03-12"}))
	w.wantCard("管", "investigate", "2026-03-12 11:30")
	w.advance("2026-03-12 11:25") // 7
	w.must(w.press("管", w.card("管", "investigate"), "submit", map[string]string{"finding": "已联系家长", "reason": "打工"}))
	w.wantCard("管", "propose", "2026-03-17 18:00")
	w.advance("2026-03-13 10:00") // 8
	w.must(w.press("管", w.card("管", "propose"), "submit", map[string]string{"proposal": "休学一年"}))
	w.wantCard("领", "approve", "2026-03-18 18:00")
	w.refused(w.press("领", w.card("领", "approve"), "submit", map[string]string{"verdict": "不同意"}), "不同意的理由")
	w.advance("2026-03-16 09:00") // 9
	w.must(w.press("领", w.card("领", "approve"), "submit", map[string]string{"verdict": "同意"}))
	w.wantCard("管", "inform", "2026-03-16 18:00")
	w.wantMsg("院", "inform")
	w.everyLineSaysWhy()
}

func TestS19TheTwentyFourHoursRunThroughTheWeekend(t *testing.T) {
	w := s19(t, "2026-03-13 15:00")
	w.must(w.happens("任", "辰", "loss-found", nil))
	w.advance("2026-03-13 16:00")
	w.must(w.press("辅", w.card("辅", "written"), "submit", written))
	w.wantCard("院", "forward", "2026-03-14 16:00") // 10
}

func TestS19WhoWantsToStudyAbroadIsHeardNotWonBack(t *testing.T) {
	w := s19(t, "2026-03-12 09:00")
	w.must(w.happens("辅", "辰", "student-application", map[string]string{"text": "申请出国留学"})) // 11
	w.wantCard("辅", "own-request", "2026-03-12 18:00")
	w.noCard("辅", "written")
	w.must(w.press("辅", w.card("辅", "own-request"), "submit", map[string]string{"situation": "已录取，家长同意"}))
	w.wantMsg("管", "own-request", "已录取")
}
