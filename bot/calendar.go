package bot

import (
	"context"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// warnCalendar tells the administrators, loudly, that the calendar is ending or
// has ended: every day once it has, once a week before. Nothing is ever
// guessed about days without data, so somebody must add them.
func (b *Bot) warnCalendar(ctx context.Context, h *House) error {
	now := h.School.Calendar.In(b.Now())
	warnings := h.School.Calendar.Warnings(now)
	if len(warnings) == 0 {
		return nil
	}
	today := h.School.Calendar.DayOf(now)
	round := today
	if h.School.Calendar.Kind(today) != school.UnknownDay {
		round = today.Add(1 - today.Weekday())
	}
	c := school.Change{School: h.School.ID, Key: "calendar:" + string(round) + ":" + school.ID(warnings...), At: now}
	h.tellAdmins(&c, phrase.CalendarEnds.With("warnings", strings.Join(warnings, "\n")))
	err := b.Store.Apply(ctx, c)
	if isDuplicate(err) {
		return nil
	}
	wake(b.wakeSend)
	return err
}

// calendarTimer looks at the calendar again every morning, also when there are
// no roll calls any more that would wake anybody.
func calendarTimer(h *House, now time.Time) school.Timer {
	const morning = school.Clock(7 * 60)
	cal := h.School.Calendar
	at := cal.At(cal.DayOf(now), morning)
	if !at.After(now) {
		at = cal.At(cal.DayOf(now).Add(1), morning)
	}
	return school.Timer{School: h.School.ID, Key: school.TimerCalendar, Kind: school.TimerCalendar, DueAt: at}
}
