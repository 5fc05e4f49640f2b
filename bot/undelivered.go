package bot

import (
	"context"
	"strings"
	"time"

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
// teacher is asked to call; about staff the administrator hears.
func (b *Bot) unreached(ctx context.Context, h *House, o school.Outgoing, reason string) (*school.Change, error) {
	n := o.Notice
	if n.Addr != nil || n.Act != school.NoticeSend || strings.HasPrefix(n.Key, alarmKey) || strings.HasPrefix(n.Key, "unreached:") {
		return nil, nil
	}
	now := h.School.Calendar.In(b.Now())
	c := &school.Change{School: n.School, Key: "unreached:" + n.Key, At: now}
	if n.Kind == school.NoticeParent {
		return c, b.nextGuardian(ctx, h, n, c)
	}
	h.tellAdmins(c, phrase.AdminStaff.With("name", h.recipient(n), "reason", reason))
	return c, nil
}

func (b *Bot) nextGuardian(ctx context.Context, h *House, n school.Notice, c *school.Change) error {
	if over, err := b.over(ctx, n); err != nil || over {
		return err // taken back while it waited: nobody is alarmed any more
	}
	guardians := h.School.Roster.GuardiansOf(n.Student)
	passed := false
	for _, g := range guardians {
		if passed {
			next := n
			next.To, next.Key = g.ID, n.Key+":"+g.ID
			next.At, next.DueAt = c.At, c.At
			if n.Card != nil {
				card := *n.Card
				card.ID, card.People = school.PassedOn(n.Card.ID, g.ID), []string{g.ID}
				next.Card, next.Key = &card, school.CardKey(card.ID, g.ID)
				c.Cards = append(c.Cards, card)
			}
			c.Notices = append(c.Notices, next)
			return nil
		}
		passed = passed || g.ID == n.To
	}
	var contacts []string
	for _, g := range guardians {
		contacts = append(contacts, g.Name)
	}
	s, _ := h.School.Roster.Student(n.Student)
	ds, err := b.Store.Delegations(ctx, h.School.ID, c.At)
	if err != nil {
		return err
	}
	text := phrase.AdminUnreached.With("name", s.Name, "contacts", strings.Join(contacts, "、"))
	for _, p := range h.School.Holders("班主任", s.Class(), ds, c.At).People {
		c.Notices = append(c.Notices, school.Notice{School: n.School, Key: "unreached:" + n.Key + ":" + p, Act: school.NoticeSend, Kind: school.NoticeText,
			To: p, Text: text, Why: phrase.UnreachedWhy.With(), Case: n.Case, Student: n.Student, Role: "班主任", At: c.At, DueAt: c.At})
	}
	return nil
}
