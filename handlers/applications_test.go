package handlers_test

import (
	"context"
	"slices"
	"testing"

	"guixiao/rules/school"
)

// moving is 张三's application to another school, brought by the mother; it
// lies with the class teacher.
var moving = school.Application{ID: "a1", Student: "S001", Class: "703", Kind: school.ApplyTransferOut, Version: "S23@1", State: school.ApplicationOpen,
	AskedBy: "G1", AskedAt: tuesday, From: "2026-10-30", Answers: map[string]string{"reason": "全家搬到省城"},
	Steps: []school.Step{{ID: "apply", Post: "申请人", People: []string{"G1"}, State: school.StepDone, OpenedAt: tuesday, ClosedAt: tuesday},
		{ID: "check", Post: "班主任", People: []string{"T001"}, State: school.StepOpen, OpenedAt: tuesday, Due: tuesday.AddDate(0, 0, 2), Card: "card1"},
		{ID: "approve", Post: "学校", State: school.StepWaits}},
	History: []school.Entry{{At: tuesday, What: "申请转出", Who: "G1", Why: "申请人提出"}}}

func (d *desk) ApplicationsOf(_ context.Context, _, student string) ([]school.Application, error) {
	return slices.DeleteFunc([]school.Application{moving}, func(a school.Application) bool { return student != "" && a.Student != student }), nil
}

func (d *desk) MarksBetween(context.Context, string, school.Day, school.Day) ([]school.Mark, error) {
	return slices.Clone(d.marks), nil
}

func (d *desk) Application(_ context.Context, _, id string) (school.Application, error) {
	if id == moving.ID {
		return moving, nil
	}
	return school.Application{}, school.NotFound("没有这个申请")
}

func TestAnApplicationIsSeenByThoseItConcerns(t *testing.T) {
	h := newHouse(t, nil)
	for _, sc := range []scenario{
		{name: "who must decide finds it first", as: "T001", path: "/applications", status: 200, says: []string{"张三 转出", "等您办理", "七(3)班"}},
		{name: "with everything in one place", as: "T001", path: "/applications/a1", status: 200,
			says: []string{"全家搬到省城", "核实申请", "等前面的步骤", "去办理", "/c/card1", "10月30日", "申请人提出"}},
		{name: "the mother sees where it stands", as: "G1", path: "/applications/a1", status: 200, says: []string{"核实申请", "李敏", "补充、催办或撤销"}, hides: []string{"去办理"}},
		{name: "another family sees nothing", as: "G2", path: "/applications", status: 200, says: []string{"没有正在办理"}, hides: []string{"张三"}},
		{name: "nor by its address", as: "G2", path: "/applications/a1", status: 403, hides: []string{"省城"}},
		{name: "nor a teacher of another class", as: "T002", path: "/applications/a1", status: 403, hides: []string{"省城"}},
		{name: "no such application", as: "T001", path: "/applications/a9", status: 404},
		{name: "a family applies for its own child", as: "G1", path: "/apply", status: 200, says: []string{"张三", "休学", "转出", "请假"}, hides: []string{"李四", "退费"}},
		{name: "a teacher for a child of the class", as: "T001", path: "/apply?student=S001", status: 200, says: []string{"张三"}},
		{name: "not for another's", as: "T002", path: "/apply?student=S002", status: 200},
		{name: "nor for nobody", as: "T001", path: "/apply", status: 403},
		{name: "a family not for somebody else's child", as: "G1", method: "POST", path: "/apply", body: "student=S002&kind=withdraw&reason=x&form=1", status: 403},
	} {
		t.Run(sc.name, func(t *testing.T) { sc.run(t, h) })
	}
}
