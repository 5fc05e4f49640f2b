package bot

import (
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// event records a fact that a form, the console or a platform reports.
func (t *talk) event() error {
	if t.d.Event == "delegate" {
		return t.delegateTo(t.d.Fields["to"], t.d.Fields["until"])
	}
	if t.d.Event == EventOptOut || t.d.Event == EventOptIn {
		t.optOut(t.d.Event == EventOptIn)
		return nil
	}
	if t.d.Event == rules.EventInstitution && t.h.School.Training() {
		return t.stopLessons()
	}
	if t.d.Event == rules.EventRegime && t.h.School.Training() {
		return t.makeRegime()
	}
	if t.d.Student == "" && rules.IsSchoolFact(t.h.Policy, t.d.Event) {
		return t.schoolEvent()
	}
	if t.d.Student == "" {
		return school.Invalid("事件 %q 需要写明 student（学号）", t.d.Event)
	}
	if own := t.by.Kind == school.KindStudent && t.by.ID == t.d.Student && t.h.School.Training(); !own { // 学员 apply themselves
		if err := t.mayReport(t.d.Student); err != nil {
			return err
		}
	}
	facts, err := t.facts(t.d.Student)
	if err != nil {
		return err
	}
	c, text, err := rules.Happen(facts[t.d.Student], t.d.Event, t.d.Fields, t.d.Attachments)
	if err != nil {
		return err
	}
	t.c.Merge(c)
	t.c.Reply = &school.Reply{OK: true, Text: text}
	return nil
}

// EventInactive is a platform's warning that the app will be switched off for
// lack of use.
const EventInactive = "app-inactive"

// EventQuota is a message whose words the platform left out because the
// school's plan for the month is used up.
const EventQuota = "quota-exhausted"

// exhausted tells the administrators, and the sender to use another way: each
// of them once a month. What was meant is not known, so nothing is decided.
func (t *talk) exhausted(known bool) {
	once := "quota:" + t.d.Platform + ":" + t.now.Format("2006-01")
	t.b.raise(t.ctx, t.c.School, once, phrase.AdminQuota.With("platform", t.d.Platform))
	if t.d.From == "" {
		return // an event, which nobody waits for
	}
	n := school.Notice{School: t.c.School, Key: once + ":" + t.d.From, Act: school.NoticeSend, Kind: school.NoticeText, To: t.by.ID, Via: t.d.Platform,
		Text: phrase.QuotaSender.With(), Why: phrase.ReplyWhy.With(), At: t.now, DueAt: t.now}
	if !known {
		kind, _, _ := cutPlatform(t.d.Platform)
		n.Addr = &school.Address{Platform: kind, User: t.d.From}
	}
	t.c.Notices = append(t.c.Notices, n)
	t.c.Reply = &school.Reply{Text: n.Text}
}

// inactive passes the platform's own sentence on to the administrators.
func (t *talk) inactive() {
	text := t.d.Fields["text"]
	if text == "" {
		text = phrase.AdminInactive.With()
	}
	t.h.tellAdmins(&t.c, text)
}

// EventContacts is a platform's word that its address book has changed; field
// "id" names whom it is about, "" = a whole class or more.
const EventContacts = "contacts-changed"

// Events of a channel whose people can stop its messages (退订), and take them
// again.
const (
	EventOptOut = "opt-out"
	EventOptIn  = "opt-in"
)

// optOut notes that somebody does not want to be written to at this address:
// what they must hear goes another way from now on.
func (t *talk) optOut(back bool) {
	kind, _, _ := cutPlatform(t.d.Platform)
	t.c.OptOuts = append(t.c.OptOuts, school.OptOut{Address: school.Address{Platform: kind, User: t.d.From}, Back: back})
	line := phrase.LineOptOut
	if back {
		line = phrase.LineOptIn
	}
	t.c.Audit = append(t.c.Audit, t.line("opt-out", line.With("platform", t.d.Platform)))
	t.c.Reply = &school.Reply{OK: true}
}

// EventOutside is the receipt of a body outside the school.
const EventOutside = rules.EventOutside
