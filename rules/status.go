package rules

import (
	"slices"
	"strconv"
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

// application is a request about the child's status. What the regime or the
// law forbids is refused with its article.
func (d *draft) application(fields map[string]string, files []school.Attachment) (string, error) {
	kind := fields["kind"]
	if kind == "" {
		return "", school.Invalid("%s", phrase.FieldNeeded.With("field", "kind"))
	}
	if leave := school.MarkKind(kind); leave.Excused() {
		_, err := d.leaveForm(leave, fields)
		return phrase.ApplicationReply.With("name", d.Student.Name, "kind", markWord(leave)), err
	}
	if k := requestKind(kind); !slices.Contains(applicationKinds, k) && Blocked(d.Policy, d.class, kind, fields) == nil {
		return "", school.Invalid("%s", phrase.UnknownRequest.With("kind", kind, "known", requestNames(applicationKinds)))
	}
	if len(files) > 0 && fields["proof"] == "" {
		fields["proof"] = "attached"
	}
	if err := Blocked(d.Policy, d.class, kind, fields); err != nil {
		return "", err
	}
	if d.Policy.uses(eventApplication) || d.cs != nil {
		d.fact(eventApplication, fields)
	} else {
		d.entry("event", phrase.ApplicationNoted.With("kind", requestWord(kind), "reason", fields["reason"]), d.Policy.Title)
	}
	for i, a := range files {
		d.out.Files = append(d.out.Files, school.File{ID: d.id("proof", strconv.Itoa(i)), Name: fileName(a.Name), Type: a.Type, Student: d.Student.ID, At: d.Now, By: d.By.ID, Content: a.Content})
	}
	if !d.Policy.uses(eventApplication) {
		d.tellApplication(kind, fields["reason"])
	}
	return phrase.ApplicationReply.With("name", d.Student.Name, "kind", requestWord(kind)), nil
}

// tellApplication puts an application for which the regime has no stage before
// the school, and lets the class teacher know.
func (d *draft) tellApplication(kind, reason string) {
	line := phrase.ApplicationHeard.With("class", d.class.Name, "name", d.Student.Name, "kind", requestWord(kind), "who", d.By.Name)
	d.tellTeacher(line, reason)
	card := school.Card{ID: d.id("card", applicationStage, kind), Kind: school.CardTold, Stage: applicationStage, Role: theSchool,
		People: d.holders(theSchool).People, Title: line, Why: phrase.WhyApplication.String(),
		Fields: []school.Field{{K: phrase.FieldStudent.String(), V: d.Student.Name}, {K: phrase.FieldClass.String(), V: d.class.Name},
			{K: phrase.FieldReason.String(), V: orDash(reason)}},
		Buttons: []school.Button{{Key: buttonAck, Text: phrase.ButtonAck.String(), Style: "primary", Act: school.ActAck}}}
	card.Slot, _ = d.cal.Current(d.Now)
	if due, err := d.promptEnd(school.DayEnd, d.Now); err == nil {
		d.awaitAck(&card, due)
	}
	d.openCard(card, sending{text: joined(line, orDash(reason))})
}

// theSchool is the office that applications go to; applicationStage names
// what it gets.
const (
	theSchool        = "学校"
	applicationStage = "application"
)
