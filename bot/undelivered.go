package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// afresh does the next best thing when an old copy can no longer be reached: a
// message too old to be recalled is updated, a card too old to be updated is
// sent once more as it stands. A family is not sent its card again: what has
// changed for it is always said in words as well.
func (b *Bot) afresh(o school.Outgoing, now time.Time) *school.Change {
	n := o.Notice
	switch n.Act {
	case school.NoticeUpdate, school.NoticeRecall:
		if n.Card != nil && n.Card.Kind == school.CardParent {
			return nil
		}
	}
	switch n.Act {
	case school.NoticeRecall:
		n.Act, n.Key = school.NoticeUpdate, n.Key+":update"
	case school.NoticeUpdate:
		n.Act, n.Of, n.Key = school.NoticeSend, "", n.Key+":fresh"
	default:
		return nil
	}
	n.At, n.DueAt = now, now
	return &school.Change{School: n.School, Key: n.Key, At: now, Notices: []school.Notice{n}}
}

// unreached is what follows when somebody could not be told on any platform: a
// guardian's notice goes to the next guardian, and when there is none the class
// teacher is asked to call; about staff the administrator hears. handed says
// that nobody has to decide about the notice any more.
func (b *Bot) unreached(ctx context.Context, h *House, o school.Outgoing, reason string) (c *school.Change, handed bool, err error) {
	n := o.Notice
	if n.Addr != nil || n.Act != school.NoticeSend || strings.HasPrefix(n.Key, alarmKey) || strings.HasPrefix(n.Key, "unreached:") {
		return nil, false, nil
	}
	c = &school.Change{School: n.School, Key: "unreached:" + n.Key, At: h.School.Calendar.In(b.Now())}
	if n.Kind == school.NoticeParent {
		return c, true, b.nextGuardian(ctx, h, n, c)
	}
	h.tellAdmins(c, phrase.AdminStaff.With("name", h.recipient(n), "reason", reason))
	return c, false, nil
}

// collect is how long the class teacher's call list waits for others of the
// same session: families fail one after the other, and one card names them all.
const collect = 20 * time.Second

func (b *Bot) nextGuardian(ctx context.Context, h *House, n school.Notice, c *school.Change) error {
	if over, err := b.over(ctx, n); err != nil || over {
		return err // taken back while it waited: nobody is alarmed any more
	}
	guardians := h.School.Roster.GuardiansOf(n.Student)
	at := slices.IndexFunc(guardians, func(g school.Guardian) bool { return g.ID == n.To })
	s, _ := h.School.Roster.Student(n.Student)
	switch {
	case n.After != "": // only who heard the alarm is concerned
		return b.teacherCalls(ctx, h, n, c, phrase.CorrectByPhone.With("name", s.Name, "contacts", contacts(guardians, n.To)))
	case at >= 0 && at+1 < len(guardians):
		passOn(h, n, guardians[at+1], c)
	case n.Card != nil && n.Card.Kind == school.CardParent:
		c.Timers = append(c.Timers, rules.CallTimer(n.School, s.Class(), n.Card.Slot, c.At.Add(collect)))
	default:
		return b.teacherCalls(ctx, h, n, c, phrase.AdminUnreached.With("name", s.Name, "contacts", contacts(guardians, "")))
	}
	return nil
}

// passOn gives a notice to another guardian of the child.
func passOn(h *House, n school.Notice, g school.Guardian, c *school.Change) {
	next := n
	next.To, next.Key = g.ID, n.Key+":"+g.ID
	next.At, next.DueAt = c.At, rules.AfterQuiet(h.School, c.At)
	if n.Card != nil {
		card := *n.Card
		card.ID, card.People = school.PassedOn(n.Card.ID, g.ID), []string{g.ID}
		next.Card, next.Key = &card, school.CardKey(card.ID, g.ID)
		c.Cards = append(c.Cards, card)
	}
	c.Notices = append(c.Notices, next)
}

// contacts are the guardians with their numbers; only is one of them, "" all.
func contacts(guardians []school.Guardian, only string) string {
	var all []string
	for _, g := range guardians {
		if only == "" || g.ID == only {
			all = append(all, strings.TrimSpace(g.Name+" "+g.Mobile))
		}
	}
	return strings.Join(all, "、")
}

// teacherCalls asks the class teacher to say something to a family.
func (b *Bot) teacherCalls(ctx context.Context, h *House, n school.Notice, c *school.Change, text string) error {
	s, _ := h.School.Roster.Student(n.Student)
	ds, err := b.Store.Delegations(ctx, h.School.ID, c.At)
	if err != nil {
		return err
	}
	for _, p := range h.School.Holders(school.TitleHomeroom, s.Class(), ds, c.At).People {
		c.Notices = append(c.Notices, school.Notice{School: n.School, Key: "unreached:" + n.Key + ":" + p, Act: school.NoticeSend, Kind: school.NoticeText,
			To: p, Text: text, Why: phrase.UnreachedWhy.With(), Case: n.Case, Student: n.Student, Role: school.TitleHomeroom, At: c.At, DueAt: c.At})
	}
	return nil
}
