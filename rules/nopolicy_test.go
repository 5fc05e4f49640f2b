package rules_test

import (
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

func TestASchoolWithoutARegimeStillClosesItsRollCalls(t *testing.T) {
	s := rollSchool(t)
	slot := school.Slot{Day: "2026-03-10", Session: "am"}
	now := moment(s, slot.Day, "08:20")
	c := rules.SessionCloses(s, nil, slot, nil, nil, now, "close")
	if len(c.Timers) == 0 || len(to(c)["T1"]) == 0 {
		t.Errorf("the next close is set and the class teacher is reminded: %+v", c)
	}
	rules.ListMissing(s, nil, slot, nil, nil, now, "list")
	if (rules.Digest(s, nil, nil, now, "digest")).Key == "" {
		t.Error("the digest works")
	}
}
