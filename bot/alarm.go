package bot

import (
	"context"
	"errors"
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Alarm tells the administrators of every school a sentence about the service
// itself, or the head where a school has none; once per key, however often and
// by however many replicas it is raised.
func (b *Bot) Alarm(ctx context.Context, key, text string) error {
	var errs []error
	for _, h := range b.Houses() {
		now := h.School.Calendar.In(b.Now())
		c := school.Change{School: h.School.ID, Key: "alarm:" + key, At: now}
		hear := h.School.Holders(roleAdmin, "", nil, now)
		if hear.Fallback {
			hear = h.School.Holders("校长", "", nil, now)
		}
		for _, p := range hear.People {
			c.Notices = append(c.Notices, school.Notice{School: c.School, Key: c.Key + ":" + p, Act: school.NoticeSend,
				Kind: school.NoticeText, To: p, Text: text, Why: phrase.AlarmWhy.With(), At: now, DueAt: now})
		}
		if err := b.Store.Apply(ctx, c); err != nil && !isDuplicate(err) {
			errs = append(errs, err)
		}
	}
	wake(b.wakeSend)
	return errors.Join(errs...)
}

// Paused lists the platform accounts that are not spoken to for the moment,
// because the platform says that their settings are wrong.
func (b *Bot) Paused() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var names []string
	for name, until := range b.paused {
		if b.Now().Before(until) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
