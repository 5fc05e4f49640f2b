package bot

import (
	"context"
	"time"

	"guixiao/rules"
	"guixiao/rules/school"
)

// reportsLookBack is how far back a report of the school may look.
const reportsLookBack = 400 * 24 * time.Hour

// matterFacts assembles what a decision about a matter of the school sees.
func (b *Bot) matterFacts(ctx context.Context, h *House, event string, by school.Person, now time.Time, ds []school.Delegation, id string) (rules.Facts, error) {
	sheets, err := b.Store.Sheets(ctx, h.School.ID, []string{id}, now)
	if err != nil {
		return rules.Facts{}, err
	}
	f := rules.Facts{School: h.School, Policy: h.Policy, Now: now, Event: event, By: by, Sheet: sheets[id], Delegations: ds}
	f.Sheet.Student = id
	if f.Sheet.Case != nil {
		if f.Policy, err = b.policy(ctx, h, f.Sheet.Case.Version); err != nil {
			return rules.Facts{}, err
		}
	}
	f.Cases, err = b.Store.CasesSince(ctx, h.School.ID, now.Add(-reportsLookBack))
	return f, err
}

// beginTimer is the one timer of what begins by itself; every firing sets it
// for the next time.
func beginTimer(h *House, root string, after school.Day, now time.Time) (school.Timer, bool) {
	next, ok := rules.NextBeginning(h.School, h.Policy, root, after, now)
	return school.Timer{School: h.School.ID, Key: "begin:" + root, Kind: school.TimerBegin, DueAt: next.At, Ref: root,
		Fields: map[string]string{"after": string(after)}}, ok
}

// beginTimers are those of everything that begins by itself under the regime.
func beginTimers(h *House, now time.Time) []school.Timer {
	var all []school.Timer
	for _, root := range rules.Roots(h.Policy) {
		if t, ok := beginTimer(h, root, "", now); ok {
			all = append(all, t)
		}
	}
	return all
}

// begins opens a recurring duty or a day of the calendar whose time has come.
// The calendar may have changed since the timer was set: then it is set anew.
func (b *Bot) begins(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	after := school.Day(t.Fields["after"])
	begin, ok := rules.NextBeginning(h.School, h.Policy, t.Ref, after, now)
	c := b.fired(h, t, now)
	if !ok {
		return c, nil
	}
	if !begin.At.After(now) {
		ds, err := b.Store.Delegations(ctx, h.School.ID, now)
		if err != nil {
			return c, err
		}
		f, err := b.matterFacts(ctx, h, t.FiringKey(), school.Person{}, now, ds, rules.MatterID(h.School.ID, begin.Root, begin.Period))
		if err != nil {
			return c, err
		}
		c.Merge(rules.Begin(f, begin))
		after = begin.From
	}
	if next, ok := beginTimer(h, t.Ref, after, now); ok {
		c.Timers = append(c.Timers, next)
	}
	return c, nil
}

// strikeMatter decides a timer about a matter of the school.
func (b *Bot) strikeMatter(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	ds, err := b.Store.Delegations(ctx, h.School.ID, now)
	if err != nil {
		return school.Change{}, err
	}
	f, err := b.matterFacts(ctx, h, t.FiringKey(), school.Person{}, now, ds, t.Case)
	if err != nil || f.Sheet.Case == nil {
		return b.fired(h, t, now), err
	}
	c, err := rules.Strike(f, t)
	c.School, c.Key, c.At = h.School.ID, t.FiringKey(), now
	return c, err
}

// alerted takes a fact about a child to the school: it may begin a matter.
func (b *Bot) alerted(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	ds, err := b.Store.Delegations(ctx, h.School.ID, now)
	if err != nil {
		return school.Change{}, err
	}
	c := b.fired(h, t, now)
	cases, err := b.Store.CasesSince(ctx, h.School.ID, now.Add(-reportsLookBack))
	if err != nil {
		return c, err
	}
	begin, back, ok := rules.Alerted(rules.Facts{School: h.School, Policy: h.Policy, Now: now, Event: t.FiringKey(), Delegations: ds, Cases: cases}, t)
	if back != nil {
		c.Timers = append(c.Timers, *back)
	}
	if !ok {
		return c, nil
	}
	f, err := b.matterFacts(ctx, h, t.FiringKey(), school.Person{}, now, ds, rules.MatterID(h.School.ID, begin.Root, begin.Period))
	if err == nil {
		c.Merge(rules.Begin(f, begin))
	}
	return c, err
}

// matterFacts reads a matter that a card or a form is about.
func (t *talk) matterFacts(id string) (rules.Facts, error) {
	if err := t.delegations(); err != nil {
		return rules.Facts{}, err
	}
	return t.b.matterFacts(t.ctx, t.h, t.d.Key, t.by, t.now, t.ds, id)
}

// pressMatter lets the rules decide a card about a matter of the school.
func (t *talk) pressMatter(card school.Card, button school.Button) error {
	f, err := t.matterFacts(card.Case)
	if err != nil {
		return err
	}
	c, text, err := rules.Press(f, card, button.Key, t.d.Inputs, t.d.Attachments)
	if err != nil {
		return err
	}
	t.c.Merge(c)
	t.c.Reply = &school.Reply{OK: true, Text: text}
	return nil
}

// schoolEvent records a fact that is not about one child.
func (t *talk) schoolEvent() error {
	begin, err := rules.SchoolFact(rules.Facts{School: t.h.School, Policy: t.h.Policy, Now: t.now, Event: t.d.Key, By: t.by}, t.d.Event, t.d.Fields)
	if err != nil {
		return err
	}
	f, err := t.matterFacts(rules.MatterID(t.h.School.ID, begin.Root, begin.Period))
	if err != nil {
		return err
	}
	t.c.Merge(rules.Begin(f, begin))
	t.c.Reply = &school.Reply{OK: true, Text: rules.SchoolFactNoted(t.d.Event)}
	return nil
}
