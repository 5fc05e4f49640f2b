package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// statusApproved is a change of the child's status by the body that may decide
// it: the countdown stops.
func (d *draft) statusApproved(fields map[string]string) (string, error) {
	kind := fields["kind"]
	if kind == "" {
		return "", school.Invalid("%s", phrase.FieldNeeded.With("field", "kind"))
	}
	if err := d.mayApprove(kind, fields); err != nil {
		return "", err
	}
	slot, ok := d.cal.Current(d.Now)
	if !ok {
		slot = school.Slot{Day: d.cal.DayOf(d.Now), Session: d.cal.Sessions()[0].ID}
	}
	to := slot
	if fields["to"] != "" {
		t, err := d.slotField(fields, "to", true)
		if err != nil {
			return "", err
		}
		to = t
	} else if day, ok := d.cal.LastSchoolDayOfTerm(slot.Day); ok {
		to = d.cal.Slots(day)[len(d.cal.Slots(day))-1]
	}
	if d.cs != nil {
		d.happen(eventStatusApproved, d.Now, fields)
		d.cs.Reason = requestWord(kind)
	}
	d.entry("status", phrase.StatusApproved.With("kind", requestWord(kind)), orDash(fields["approved-by"]))
	d.enterLeave(school.Leave{ID: d.id("leave", slot.String(), to.String()), Student: d.Student.ID, From: slot, To: to, Kind: school.OnLeave, Reason: requestWord(kind),
		AskedBy: d.By.ID, AskedAt: d.Now}, nil)
	return phrase.StatusReply.With("name", d.Student.Name, "kind", requestWord(kind)), nil
}

// mayApprove says whether this change of status may be entered by this person
// and stops the clock (domain 2.5).
func (d *draft) mayApprove(kind string, fields map[string]string) error {
	if err := Blocked(d.Policy, d.class, kind, fields); err != nil {
		return err
	}
	k := requestKind(kind)
	switch {
	case !slices.Contains(statusKinds, k) || k == "suspend" && !d.School.Training():
		return school.Invalid("%s", phrase.UnknownRequest.With("kind", kind, "known", requestNames(statusKinds)))
	case !slices.Contains(d.Policy.Clock.StopOn, eventStatusApproved):
		return school.Refused(phrase.StatusNoStop.With("kind", requestWord(kind)))
	case !d.registers():
		return school.Forbidden(phrase.StatusNotYours.With("who", d.names(d.holders(theSchool).People)))
	case d.class.Compulsory() && (k == "withdraw" || k == "defer") && strings.TrimSpace(fields["approved-by"]) == "":
		return school.Invalid("%s", phrase.StatusOutside.With("kind", requestWord(kind)))
	}
	return nil
}

// registers says whether the acting person keeps the school's register or
// leads the school: a class teacher alone does not change a child's status.
func (d *draft) registers() bool {
	for _, role := range []string{"学籍管理员", theSchool, "教务处", "德育处", "主管主任", "主管副校长", principal, school.TitleAdministrator} {
		if r := d.holders(role); (!r.Fallback || role == principal) && slices.Contains(r.People, d.By.ID) {
			return true
		}
	}
	return false
}

func requestNames(kinds []string) string {
	var names []string
	for _, k := range kinds {
		names = append(names, requestWord(k)+"（"+k+"）")
	}
	return strings.Join(names, "、")
}

// theSchool is the office that applications go to; applicationStage names
// what it gets.
const (
	theSchool        = "学校"
	applicationStage = "application"
)
