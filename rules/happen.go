package rules

import (
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Facts that every school can record, whatever its regime counts from.
const (
	eventApplication    = "application-received"
	eventStatusApproved = "status-change-approved"
	eventComplaint      = "complaint-recorded"
	eventContactFailed  = "contact-failed"
	eventLeaveGranted   = "leave-granted"
	EventOutside        = "outside-answered" // a body outside signed for what was addressed to it
)

var everySchool = []string{eventReturned, eventContactFailed, eventLeaveGranted, eventApplication, eventStatusApproved, eventComplaint, EventLost}

// forFamilies are the facts that guardians and students may bring themselves.
var forFamilies = []string{eventApplication, eventComplaint, "application", "student-application"}

// Happen records a fact from a form or the API: the events of the regimes, and
// those every school can record. The string is what the person reads.
func Happen(f Facts, event string, fields map[string]string, files []school.Attachment) (school.Change, string, error) {
	d := begin(f)
	fields = cloneMap(fields)
	reply, err := d.record(event, fields, files)
	if err != nil {
		return school.Change{}, "", err
	}
	return d.finish(), reply, nil
}

func (d *draft) record(event string, fields map[string]string, files []school.Attachment) (string, error) {
	if d.School.Training() && (event == eventPause || event == FromResumed) {
		return d.recordPause(event, fields, files)
	}
	if d.By.Kind != school.KindStaff && d.By.ID != "" && !slices.Contains(forFamilies, event) {
		return "", school.Forbidden(phrase.StaffRecord.String())
	}
	switch event {
	case eventReturned:
		return d.returned()
	case eventContactFailed:
		return d.contactFailedEvent(fields)
	case eventLeaveGranted:
		return d.leaveGranted(fields)
	case eventApplication:
		return d.applied(fields, files, false)
	case eventStatusApproved:
		return d.statusApproved(fields)
	case EventLost:
		return d.lost(fields)
	case eventComplaint:
		return d.complaint(fields)
	case EventOutside:
		return d.outsideAnswered(fields)
	}
	if event == EventDidNotCome || event == EventAttendance {
		return d.didNotCome(event)
	}
	if !d.Policy.uses(event) && !d.Policy.asksAbout(event) {
		return "", school.Invalid("%s", phrase.UnknownEvent.With("event", event, "known", strings.Join(d.Policy.events(), "、")))
	}
	d.fact(event, fields)
	return phrase.EventReply.With("event", eventTitle(event), "name", d.Student.Name), nil
}

// fact puts an event on the case and opens one if there is none.
func (d *draft) fact(event string, fields map[string]string) {
	d.ensureCase(phrase.EventNoted.With("event", eventTitle(event)))
	at := d.Now
	if day, err := school.ParseDay(fields["date"]); err == nil && slices.Contains(datedFacts, event) {
		at = d.cal.At(day, d.cal.Sessions()[0].Start)
	}
	d.happen(event, at, fields)
	if _, spoken := d.cs.Happened(eventLastContact); !spoken && event != eventLastContact {
		d.spokeWithFamily() // nobody has spoken with them since
	}
	what := phrase.EventNoted.With("event", eventTitle(event))
	if t := fields["text"]; t != "" {
		what += "：" + t
	}
	d.entry("event", what, d.Policy.Title)
}

// datedFacts count from the day that is written with them (date), not from
// the moment they were entered.
var datedFacts = []string{"term-start-at-next-school", "leave-date-of-dropout", "student-left", eventLastContact, eventRegistration, eventFirstDay}

// eventLastContact is the last time the school spoke with the family.
const eventLastContact = "last-parent-contact"

// didNotCome is somebody's word that the child is not at school: an absence
// like any other.
func (d *draft) didNotCome(event string) (string, error) {
	slot, ok := d.cal.Current(d.Now)
	if !ok {
		return "", school.Invalid("%s", phrase.NoSchoolToday.String())
	}
	d.mark(school.Mark{Slot: slot, Kind: school.Absent}, false)
	return phrase.EventReply.With("event", eventTitle(event), "name", d.Student.Name), nil
}

// ensureCase finds or opens the child's case, counting what is known first.
func (d *draft) ensureCase(why string) {
	d.recount()
	if d.cs == nil {
		d.openCase(why)
	}
}

// uses says whether a stage counts from the event.
func (p *Policy) uses(event string) bool {
	if slices.ContainsFunc(p.Alerts, func(a Alert) bool { return slices.Contains(a.On, event) }) && !p.internal(event) {
		return true
	}
	return slices.ContainsFunc(p.Stages, func(s Stage) bool { return slices.Contains(p.starts(s), event) && !isAbsence(event) }) && !p.internal(event)
}

// asksAbout says whether a condition of the regime asks about the event.
func (p *Policy) asksAbout(event string) bool {
	return slices.ContainsFunc(p.Stages, func(s Stage) bool { return strings.Contains(s.When, "happened('"+event+"')") })
}

func (p *Policy) internal(event string) bool {
	_, own := p.owner(event)
	return own
}

// events lists what can be recorded under the regime.
func (p *Policy) events() []string {
	all := slices.Clone(everySchool)
	for _, s := range p.Stages {
		for _, e := range p.starts(s) {
			if !isAbsence(e) && !p.internal(e) && !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	for _, a := range p.Alerts {
		for _, e := range a.On {
			if !p.internal(e) && !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	return all
}

func eventTitle(event string) string {
	if f, ok := KnownFact(event); ok {
		return f.Title.String()
	}
	return event
}

func (d *draft) returned() (string, error) {
	slot, ok := d.cal.Current(d.Now)
	if !ok {
		return "", school.Invalid("%s", phrase.NoSchoolToday.String())
	}
	d.mark(school.Mark{Slot: slot, Kind: school.Present}, false)
	return phrase.ReturnedReply.With("name", d.Student.Name, "slot", d.cal.SlotName(slot)), nil
}

func (d *draft) contactFailedEvent(fields map[string]string) (string, error) {
	if n := fields[attemptsName]; n != "" {
		if v, err := strconv.Atoi(n); err != nil || v < 0 {
			return "", school.Invalid("%s", phrase.AnswerNoNumber.With("label", phrase.LabelAttempts.String(), "value", n))
		}
	}
	d.recount()
	d.advance()
	i := d.failable()
	if i < 0 {
		return "", school.Refused(phrase.NothingAsked.String())
	}
	d.contactFailed(i, fields[attemptsName])
	return phrase.NotReachedReply.String(), nil
}

// slotField reads 2026-03-09 or 2026-03-09/am; a bare day is its first or last
// session.
func (d *draft) slotField(fields map[string]string, name string, last bool) (school.Slot, error) {
	v := fields[name]
	all := d.cal.Sessions()
	if day, err := school.ParseDay(v); err == nil {
		if last {
			return school.Slot{Day: day, Session: all[len(all)-1].ID}, nil
		}
		return school.Slot{Day: day, Session: all[0].ID}, nil
	}
	s, err := school.ParseSlot(v)
	if err != nil {
		return s, school.Invalid("%s", phrase.BadSlotField.With("field", name, "value", v))
	}
	if _, ok := d.cal.Session(s.Session); !ok {
		return s, school.Invalid("%s", phrase.BadSlotField.With("field", name, "value", v))
	}
	return s, nil
}

func (d *draft) leaveGranted(fields map[string]string) (string, error) {
	if !d.mayGrant() {
		return "", school.Forbidden(phrase.MayNotGrant.With("role", d.granter()))
	}
	kind := school.OnLeave
	if k := fields["kind"]; k != "" {
		if kind = school.MarkKind(k); !kind.Excused() {
			return "", school.Invalid("%s", phrase.BadLeaveKind.With("kind", k))
		}
	}
	r, err := d.leaveForm(kind, fields)
	if err != nil {
		return "", err
	}
	return phrase.LeaveReply.With("name", d.Student.Name, "mark", markWord(kind), "from", d.cal.SlotName(r.From), "to", d.cal.SlotName(r.To)), nil
}

// leaveForm takes a leave from a form: granted or asked for, by who brings it.
func (d *draft) leaveForm(kind school.MarkKind, fields map[string]string) (school.MarkRange, error) {
	r := school.MarkRange{Student: d.Student.ID, Mark: kind, Note: fields["reason"]}
	var err error
	if r.From, err = d.slotField(fields, "from", false); err != nil {
		return r, err
	}
	if r.To, err = d.slotField(fields, "to", true); err != nil {
		return r, err
	}
	return r, d.noteRange(r, Report{})
}

// complaint is a family's complaint; without a stage of the regime it goes to
// the principal.
func (d *draft) complaint(fields map[string]string) (string, error) {
	if d.Policy.uses(eventComplaint) {
		d.fact(eventComplaint, fields)
		return phrase.ComplaintReply.String(), nil
	}
	for _, p := range d.holders(principal).People {
		d.text(p, phrase.ComplaintHeard.With("name", d.Student.Name, "class", d.class.Name, "text", fields["text"]), phrase.WhyComplaint.String(), "complaint", principal)
	}
	d.entry("event", phrase.EventNoted.With("event", eventTitle(eventComplaint)), "")
	return phrase.ComplaintReply.String(), nil
}

// outsideAnswered is the receipt of a village committee or a township, with
// what it has to say; the person who handed the page out hears it.
func (d *draft) outsideAnswered(fields map[string]string) (string, error) {
	line := phrase.OutsideEntry.With("body", fields["body"], "name", fields["name"])
	if text := fields["text"]; text != "" {
		line = phrase.OutsideSaid.With("body", fields["body"], "name", fields["name"], "text", text)
	}
	d.entryBy("filing", line, "", phrase.WhyOutside.String())
	d.text(d.By.ID, phrase.OutsideHeard.With("class", d.class.Name, "name", d.Student.Name, "line", line), phrase.WhyOutside.String(), "", "")
	if SignsOfHarm(fields["text"]) {
		d.safety(fields["text"])
	}
	return phrase.OutsideThanks.String(), nil
}
