package bot

import (
	"context"
	"time"

	"guixiao/rules"
	"guixiao/rules/school"
)

// sessionCloses settles every child concerned, each in a change of its own,
// then the classes that did not report. Repeating it after a crash changes
// nothing twice: every child's change has its own key. A child whose close
// fails gets a timer of its own: it must not hold up the others, nor the next
// roll call.
func (b *Bot) sessionCloses(ctx context.Context, h *House, t school.Timer, now time.Time) error {
	students, err := b.concernedAt(ctx, h, t.Slot)
	if err != nil {
		return err
	}
	var later []school.Timer
	for _, id := range students {
		if err := b.closeFor(ctx, h, t, now, id, t.FiringKey()+"#"+id); err != nil {
			b.Log.Warn("roll call of one child will close later", "error", safeReason(err))
			later = append(later, school.Timer{School: h.School.ID, Key: rules.SessionTimer + ":" + id + ":" + t.Slot.String(),
				Kind: school.TimerSession, DueAt: now.Add(backoff(1)), Slot: t.Slot, Student: id})
		}
	}
	return b.commit(ctx, func() (school.Change, error) {
		rolls, err := b.Store.Rolls(ctx, h.School.ID, t.Slot)
		if err != nil {
			return school.Change{}, err
		}
		ds, err := b.Store.Delegations(ctx, h.School.ID, now)
		if err != nil {
			return school.Change{}, err
		}
		c := rules.SessionCloses(h.School, h.Policy, t.Slot, rolls, ds, now, t.FiringKey())
		c.Timers = append(c.Timers, later...)
		return c, nil
	})
}

// closeFor closes the roll call of one child.
func (b *Bot) closeFor(ctx context.Context, h *House, t school.Timer, now time.Time, student, key string) error {
	return b.commit(ctx, func() (school.Change, error) {
		ds, err := b.Store.Delegations(ctx, h.School.ID, now)
		if err != nil {
			return school.Change{}, err
		}
		facts, err := b.facts(ctx, h, key, school.Person{}, now, t.Slot, ds, student)
		var c school.Change
		if err == nil {
			c, err = rules.Close(facts[student], t.Slot)
		}
		if isNotFound(err) {
			err = nil // the child has left the roster
		}
		c.School, c.Key, c.At = h.School.ID, key, now
		return c, err
	})
}

// concernedAt lists the children a roll call decides about: marked in the
// slot, or with an open case.
func (b *Bot) concernedAt(ctx context.Context, h *House, slot school.Slot) ([]string, error) {
	marks, err := b.Store.MarksAt(ctx, h.School.ID, slot)
	if err != nil {
		return nil, err
	}
	cases, err := b.Store.OpenCases(ctx, h.School.ID)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var all []string
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			all = append(all, id)
		}
	}
	for _, m := range marks {
		add(m.Student)
	}
	for _, c := range cases {
		add(c.Student)
	}
	return all, nil
}
