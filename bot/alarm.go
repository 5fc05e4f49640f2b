package bot

import (
	"context"
	"errors"
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

const (
	roleAdmin = school.TitleAdministrator
	// alarmKey begins the keys of what administrators are told: when one of
	// them cannot be reached, nobody is told of that in turn.
	alarmKey = "alarm:"
)

// Alarm tells the administrators of a school, of every school when schoolID is
// "", something about the service that needs them; once per key, however often
// and by however many replicas it is raised.
func (b *Bot) Alarm(ctx context.Context, schoolID, key, text string) error {
	var errs []error
	for _, h := range b.Houses() {
		if schoolID != "" && h.School.ID != schoolID {
			continue
		}
		c := school.Change{School: h.School.ID, Key: alarmKey + key, At: h.School.Calendar.In(b.Now())}
		h.tellAdmins(&c, text)
		if err := b.Store.Apply(ctx, c); err != nil && !isDuplicate(err) {
			errs = append(errs, err)
		}
		b.rouse(c)
	}
	return errors.Join(errs...)
}

// raise is Alarm from within the engine, which goes on when nobody could be told.
func (b *Bot) raise(ctx context.Context, schoolID, key, text string) {
	if err := b.Alarm(ctx, schoolID, key, text); err != nil {
		b.Log.Error("administrator could not be told", "error", safeReason(err))
	}
}

// tellAdmins adds to a change what the administrators must hear; the head
// where a school has none.
func (h *House) tellAdmins(c *school.Change, text string) {
	hear := h.School.Holders(roleAdmin, "", nil, c.At)
	if hear.Fallback {
		hear = h.School.Holders(roleHead, "", nil, c.At)
	}
	for _, p := range hear.People {
		c.Notices = append(c.Notices, school.Notice{School: h.School.ID, Key: alarmKey + c.Key + ":" + p, Act: school.NoticeSend,
			Kind: school.NoticeText, To: p, Text: text, Why: phrase.AlarmWhy.With(), At: c.At, DueAt: c.At})
	}
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
