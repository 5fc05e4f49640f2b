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
	if t.d.Student == "" {
		return school.Invalid("事件 %q 需要写明 student（学号）", t.d.Event)
	}
	if err := t.mayReport(t.d.Student); err != nil {
		return err
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

// inactive passes the platform's own sentence on to the administrators.
func (t *talk) inactive() {
	text := t.d.Fields["text"]
	if text == "" {
		text = phrase.AdminInactive.With()
	}
	t.h.tellAdmins(&t.c, text)
}
