package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/bot/sandbox"
	"guixiao/handlers"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

var _ handlers.Demo = (*demo)(nil)

// School is the school as it is now.
func (d *demo) School() *school.School { return d.house.Load().School }

// People lists everybody who has a feed.
func (d *demo) People() []handlers.DemoPerson {
	r := d.School().Roster
	var all []handlers.DemoPerson
	for _, s := range r.Staff {
		p := handlers.DemoPerson{ID: s.ID, Name: s.Name, Kind: school.KindStaff, Posts: []handlers.DemoPost{}, Children: []string{}}
		for _, post := range s.Posts {
			for _, scope := range post.Scopes {
				p.Posts = append(p.Posts, handlers.DemoPost{Post: post.Title, Scope: scope})
				if post.Title == "班主任" && p.Class == "" {
					p.Class = scope
				}
			}
		}
		all = append(all, p)
	}
	for _, g := range r.Guardians() {
		p := handlers.DemoPerson{ID: g.ID, Name: g.Name, Kind: school.KindGuardian, Posts: []handlers.DemoPost{}, Children: []string{}}
		for _, c := range g.Children {
			p.Children = append(p.Children, c.Student)
		}
		all = append(all, p)
	}
	for _, s := range r.Students() {
		all = append(all, handlers.DemoPerson{ID: s.ID, Name: s.Name, Kind: school.KindStudent, Class: s.Class(), Posts: []handlers.DemoPost{}, Children: []string{}})
	}
	return all
}

func (d *demo) known(person string) error {
	if _, ok := d.School().Roster.Person(person); !ok {
		return school.NotFound("没有 %q 这个人；/demo/api/people 列出所有人", person)
	}
	return nil
}

// Say is a message from a person.
func (d *demo) Say(ctx context.Context, m handlers.DemoSay) (string, error) {
	if err := d.known(m.Person); err != nil {
		return "", err
	}
	if m.ID == "" {
		m.ID = rand.Text()
	}
	d.lock()
	defer d.unlock()
	return m.ID, d.accept(ctx, school.Delivery{Key: "sandbox:say:" + m.ID, Kind: school.DeliveryMessage, From: m.Person, Text: m.Text,
		Conversation: m.Conversation, Attachments: m.Attachments, Card: m.Answering})
}

// accept hands a delivery to the engine and waits for its effects.
func (d *demo) accept(ctx context.Context, dl school.Delivery) error {
	dl.School, dl.Platform, dl.Waits, dl.At = d.School().ID, sandbox.Name, true, d.clock.Now()
	if err := d.bot.Accept(ctx, dl); err != nil {
		return err
	}
	return d.bot.Settle(ctx)
}

func (d *demo) ask(ctx context.Context, dl school.Delivery) (school.Reply, error) {
	if err := d.known(dl.From); err != nil {
		return school.Reply{}, err
	}
	d.lock()
	defer d.unlock()
	if err := d.accept(ctx, dl); err != nil {
		return school.Reply{}, err
	}
	r, ok, err := d.db.Reply(ctx, dl.Key)
	if err == nil && !ok {
		r = school.Reply{OK: true, Text: phrase.PressOK.With()}
	}
	return r, err
}

// Event records a fact.
func (d *demo) Event(ctx context.Context, e handlers.DemoEvent) (school.Reply, error) {
	if e.Student != "" {
		if _, ok := d.School().Roster.Student(e.Student); !ok {
			return school.Reply{}, school.NotFound("没有学号 %q", e.Student)
		}
	}
	return d.ask(ctx, school.Delivery{Key: "sandbox:event:" + rand.Text(), Kind: school.DeliveryEvent, From: e.Person, Event: e.Event,
		Student: e.Student, Fields: e.Fields, Attachments: e.Attachments})
}

// Press presses a button.
func (d *demo) Press(ctx context.Context, p handlers.DemoPress) (school.Reply, error) {
	return d.ask(ctx, school.Delivery{Key: "sandbox:press:" + rand.Text(), Kind: school.DeliveryPress, From: p.Person, Card: p.Card,
		Button: p.Button, Inputs: p.Inputs, Attachments: p.Attachments})
}

// Admit and Ask let callbacks and the console's pages act through the same door.
func (d *demo) Admit(ctx context.Context, c bot.Callback) ([]byte, error) {
	d.lock()
	defer d.unlock()
	answer, err := d.bot.Admit(ctx, c)
	if err != nil {
		return nil, err
	}
	return answer, d.bot.Settle(ctx)
}

// Ask accepts one delivery and answers its outcome.
func (d *demo) Ask(ctx context.Context, dl school.Delivery) (school.Reply, error) {
	d.lock()
	defer d.unlock()
	r, err := d.bot.Ask(ctx, dl)
	if err != nil {
		return r, err
	}
	return r, d.bot.Settle(ctx)
}

// Feed returns a person's items.
func (d *demo) Feed(person string, after int) ([]json.RawMessage, error) {
	if err := d.known(person); err != nil {
		return nil, err
	}
	return d.sandbox.Feed(person, after), nil
}

// Follow tells when any feed has grown.
func (d *demo) Follow() (<-chan struct{}, func()) { return d.sandbox.Subscribe() }

// Now is the demo's time.
func (d *demo) Now() time.Time { return d.clock.Now() }

// MoveTo lets time pass: every timer on the way fires at its own moment.
func (d *demo) MoveTo(ctx context.Context, m handlers.DemoMove) (time.Time, error) {
	d.lock()
	defer d.unlock()
	if m.To.Before(d.clock.Now()) {
		return d.clock.Now(), school.Invalid("时钟只能向前拨：现在是 %s", d.clock.Now().Format("2006-01-02 15:04"))
	}
	for m.RollAsBefore {
		slot, at, ok := d.School().Calendar.NextClose(d.clock.Now())
		const early = 5 * time.Minute
		if !ok || at.Add(-early).After(m.To) {
			break
		}
		if err := d.passUntil(ctx, at.Add(-early)); err != nil {
			return d.clock.Now(), err
		}
		if err := d.rollAsBefore(ctx, slot); err != nil {
			return d.clock.Now(), err
		}
		if at.After(m.To) {
			break
		}
		if err := d.passUntil(ctx, at); err != nil {
			return d.clock.Now(), err
		}
	}
	err := d.passUntil(ctx, m.To)
	return d.clock.Now(), err
}

// passUntil steps from one due moment to the next.
func (d *demo) passUntil(ctx context.Context, to time.Time) error {
	for {
		if err := d.bot.Settle(ctx); err != nil {
			return err
		}
		next, ok, err := d.db.NextDue(ctx)
		if err != nil {
			return err
		}
		if !ok || next.After(to) {
			break
		}
		if next.After(d.clock.Now()) {
			if err := d.clock.set(next); err != nil {
				return err
			}
		}
	}
	if to.After(d.clock.Now()) {
		if err := d.clock.set(to); err != nil {
			return err
		}
	}
	return d.bot.Settle(ctx)
}

// rollAsBefore lets every class teacher take the roll: children who were away
// are away still.
func (d *demo) rollAsBefore(ctx context.Context, slot school.Slot) error {
	s := d.School()
	rolls, err := d.db.Rolls(ctx, s.ID, slot)
	if err != nil {
		return err
	}
	away, err := d.awayByClass(ctx, slot)
	if err != nil {
		return err
	}
	for _, class := range s.Roster.Classes {
		teachers := s.Holders("班主任", class.ID, nil, d.clock.Now()).People
		if rolls[class.ID].Reported() || len(teachers) == 0 {
			continue
		}
		text := class.Name + " 全到"
		if names := away[class.ID]; len(names) > 0 {
			text = class.Name + " " + strings.Join(names, "、") + " 未到校，其余到齐"
		}
		err := d.accept(ctx, school.Delivery{Key: "sandbox:roll:" + class.ID + ":" + slot.String(), Kind: school.DeliveryMessage, From: teachers[0], Text: text})
		if err != nil {
			return err
		}
	}
	return nil
}

// awayByClass names the children with a running absence, or reported away in
// the session before, who have no mark yet.
func (d *demo) awayByClass(ctx context.Context, slot school.Slot) (map[string][]string, error) {
	s := d.School()
	away := map[string]bool{}
	cases, err := d.db.OpenCases(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		away[c.Student] = c.Away
	}
	if before, ok := s.Calendar.Prev(slot); ok && before.Day == slot.Day {
		marks, err := d.db.MarksAt(ctx, s.ID, before)
		if err != nil {
			return nil, err
		}
		for _, m := range marks {
			away[m.Student] = away[m.Student] || m.Kind.Missing()
		}
	}
	marks, err := d.db.MarksAt(ctx, s.ID, slot)
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		away[m.Student] = m.Kind.Missing()
	}
	names := map[string][]string{}
	for _, child := range s.Roster.Students() {
		if away[child.ID] {
			names[child.Class()] = append(names[child.Class()], child.Name)
		}
	}
	return names, nil
}

// Cases of a student, or of the whole school.
func (d *demo) Cases(ctx context.Context, student string) ([]school.Case, error) {
	return d.db.CasesOf(ctx, d.School().ID, student)
}

// Requests lists the applications of a student, or of the whole school, and
// the leave that guardians have asked for.
func (d *demo) Requests(ctx context.Context, student string) ([]handlers.DemoRequest, error) {
	var ids []string
	for _, child := range d.School().Roster.Students() {
		if student == "" || child.ID == student {
			ids = append(ids, child.ID)
		}
	}
	sheets, err := d.db.Sheets(ctx, d.School().ID, ids, d.clock.Now())
	if err != nil {
		return nil, err
	}
	all := []handlers.DemoRequest{}
	for _, id := range ids {
		for _, l := range sheets[id].Leaves {
			if p, ok := d.School().Roster.Person(l.AskedBy); ok && p.Kind == school.KindGuardian && l.Follows == "" {
				all = append(all, leaveRequest(l))
			}
		}
	}
	applications, err := d.db.ApplicationsOf(ctx, d.School().ID, student)
	for _, a := range applications {
		all = append(all, applicationRequest(a))
	}
	return all, err
}

// applicationRequest shows an application with its stations.
func applicationRequest(a school.Application) handlers.DemoRequest {
	r := handlers.DemoRequest{ID: a.ID, Kind: a.Kind, State: string(a.State), Student: a.Student, From: string(a.From), To: string(a.To), Documents: a.Documents}
	for _, st := range a.Steps {
		step := handlers.DemoStep{Post: st.Post, Who: strings.Join(st.People, "、"), State: st.State, At: st.ClosedAt}
		if n := len(st.Votes); n > 0 {
			step.Who, step.Note = st.Votes[n-1].By, st.Votes[n-1].Note
		}
		r.Steps = append(r.Steps, step)
	}
	if s := a.Sheet; s != nil {
		r.Sheet = map[string]any{"paid": s.Paid, "lessons": s.Lessons, "used": s.Used, "remaining": s.Remaining, "amount": s.Amount,
			"treatment": s.Treatment, "class": s.Class, "until": string(s.Until)}
	}
	return r
}

// leaveRequest shows a leave as the application it came as.
func leaveRequest(l school.Leave) handlers.DemoRequest {
	step := handlers.DemoStep{Post: school.TitleHomeroom, State: "open", Who: l.GrantedBy, At: l.GrantedAt}
	state := "open"
	switch {
	case l.Granted():
		state, step.State = "approved", "approved"
	case l.RefusedBy != "":
		state, step.State, step.Who, step.At, step.Note = "rejected", "rejected", l.RefusedBy, l.EndedAt, l.Refusal
	case !l.EndedAt.IsZero():
		state, step.State, step.At = "withdrawn", "withdrawn", l.EndedAt
	}
	return handlers.DemoRequest{ID: l.ID, Kind: "leave", State: state, Student: l.Student, From: l.From.String(), To: l.To.String(), Steps: []handlers.DemoStep{step}}
}

// Documents that belong to no case: the reports and papers of the school's matters.
func (d *demo) Documents(ctx context.Context, stage, period string) ([]school.Document, error) {
	matters, err := d.db.Matters(ctx, d.School().ID)
	all := []school.Document{}
	for _, k := range matters {
		if period != "" && k.Period != period {
			continue
		}
		for _, doc := range k.Documents {
			if stage == "" || doc.Stage == stage {
				doc.Case = k.ID
				all = append(all, doc)
			}
		}
	}
	return all, err
}

// Audit reads the book of one case, or of one application.
func (d *demo) Audit(ctx context.Context, id string) (bool, []school.Line, error) {
	lines, ok, err := d.db.AuditLines(ctx, d.School().ID, "case:"+id)
	if err == nil && len(lines) == 0 {
		lines, ok, err = d.db.AuditLines(ctx, d.School().ID, "application:"+id)
	}
	return ok, lines, err
}

// Reset makes everything as it was at the start.
func (d *demo) Reset(ctx context.Context) error {
	d.lock()
	defer d.unlock()
	if err := d.db.Erase(ctx, d.School().ID); err != nil {
		return err
	}
	if err := d.sandbox.Reset(); err != nil {
		return err
	}
	if err := d.clock.set(d.begins()); err != nil {
		return err
	}
	if err := d.bot.Open(ctx); err != nil {
		return err
	}
	return d.bot.Settle(ctx)
}

// Restart stops the engine and starts another one on the same data: nothing
// it held in memory is left.
func (d *demo) Restart(ctx context.Context) error {
	d.lock()
	defer d.unlock()
	return d.start(ctx)
}
