package bot

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"guixiao/bot/intent"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// delegation is the one command with a fixed form: 委托 王老师 到周五.
var delegation = regexp.MustCompile(`^(?:委托|请|由)\s*(\S+?)(?:老师|主任|校长)?\s*(?:代理|代班|代)?\s*(?:到|至)\s*(.+?)\s*$`)

// delegate reads a delegation; false when the words are none.
func (t *talk) delegate(text string) (bool, error) {
	if t.by.Kind != school.KindStaff || !strings.HasPrefix(text, "委托") {
		return false, nil
	}
	parts := delegation.FindStringSubmatch(text)
	if parts == nil {
		return true, school.Invalid("%s", phrase.DelegateWho.With())
	}
	return true, t.delegateTo(parts[1], parts[2])
}

// delegateTo lets somebody act for the speaker; to is a name, a name without
// given name plus title, or a 工号.
func (t *talk) delegateTo(to, until string) error {
	if t.by.Kind != school.KindStaff {
		return school.Forbidden(phrase.DelegateStaff.With())
	}
	found := t.colleagues(to)
	if len(found) != 1 || found[0].ID == t.by.ID {
		return school.Invalid("%s", phrase.DelegateWho.With())
	}
	day, ok := t.untilDay(until)
	if !ok || day < t.h.School.Calendar.DayOf(t.now) {
		return school.Invalid("%s", phrase.DelegateUntil.With())
	}
	end := t.h.School.Calendar.At(day, 24*60)
	d := school.Delegation{From: t.by.ID, To: found[0].ID, Since: t.now, Until: end}
	t.c.Delegations = append(t.c.Delegations, d)
	t.c.Timers = append(t.c.Timers, school.Timer{School: t.c.School, Key: "handover:" + d.From, Kind: school.TimerHandover, DueAt: end, Ref: d.From + " " + d.To})
	t.c.Audit = append(t.c.Audit, school.Line{Book: "person:" + d.From, At: t.now, Who: t.by.ID, What: "delegate", Detail: found[0].ID})
	noted := phrase.DelegateNoted.With("from", t.by.Name, "to", found[0].Name, "until", string(day))
	t.say(noted)
	t.tell(found[0].ID, phrase.DelegateTold.With("from", t.by.Name, "until", string(day)), noted)
	t.c.Reply = &school.Reply{OK: true, Text: noted}
	return t.handOver(d)
}

// colleagues finds who is meant by a 工号, a full name or the beginning of one.
func (t *talk) colleagues(who string) []school.Staff {
	var named, begins []school.Staff
	for _, s := range t.h.School.Roster.Staff {
		switch {
		case who == "":
		case s.ID == who:
			return []school.Staff{s}
		case s.Name == who:
			named = append(named, s)
		case strings.HasPrefix(s.Name, who) && s.ID != t.by.ID:
			begins = append(begins, s)
		}
	}
	if len(named) > 0 {
		return named
	}
	return begins
}

// handOver shows the delegate the open tasks of the one who is away.
func (t *talk) handOver(d school.Delegation) error {
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, d.From)
	if err != nil {
		return err
	}
	for _, card := range cards {
		if (card.Kind != school.CardStage && card.Kind != school.CardRoll && card.Kind != school.CardStill) || holds(card, d.To) || t.h.past(card, t.now) {
			continue
		}
		card.People = append(card.People, d.To)
		t.c.Cards = append(t.c.Cards, card)
		t.c.Notices = append(t.c.Notices, cardNotice(t.c.School, card, d.To, t.now))
	}
	return nil
}

// untilDay reads 2026-10-16, RFC 3339, or a day as people write it.
func (t *talk) untilDay(text string) (school.Day, bool) {
	if day, err := school.ParseDay(text); err == nil {
		return day, true
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return t.h.School.Calendar.DayOf(at), true
	}
	return intent.Day(text, t.h.School.Calendar, t.now)
}

// handBack gives the tasks that came while somebody was away to their owner;
// who stood in keeps his copy, so nothing falls between two chairs.
func (b *Bot) handBack(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	c := b.fired(h, t, now)
	from, to, _ := strings.Cut(t.Ref, " ")
	owner, ok := h.School.Roster.Person(from)
	if !ok {
		return c, nil
	}
	cards, err := b.Store.OpenCards(ctx, h.School.ID, to)
	if err != nil {
		return c, err
	}
	for _, card := range cards {
		if card.Role == "" || holds(card, from) || h.past(card, now) || !h.holdsPost(from, card, now) {
			continue
		}
		card.People = append(card.People, from)
		c.Cards = append(c.Cards, card)
		n := cardNotice(h.School.ID, card, from, now)
		n.DueAt = h.awake(now)
		c.Notices = append(c.Notices, n)
	}
	text := phrase.DelegateEnded.With("from", owner.Name)
	for _, person := range []string{from, to} {
		c.Notices = append(c.Notices, school.Notice{School: h.School.ID, Key: "text:" + school.ID(c.Key, person), Act: school.NoticeSend,
			Kind: school.NoticeText, To: person, Text: text, Why: phrase.DelegateWhy.With(), At: now, DueAt: h.awake(now)})
	}
	return c, nil
}

// past says whether the card asks for the roll call of a session that is over.
func (h *House) past(card school.Card, now time.Time) bool {
	slot, ok := h.School.Calendar.Current(now)
	return card.Kind == school.CardRoll && (!ok || card.Slot != slot)
}

// awake moves what the clock says at night to the end of the quiet hours:
// nobody's telephone rings at midnight because a delegation ends.
func (h *House) awake(now time.Time) time.Time {
	from, to := h.School.Notices.QuietFrom, h.School.Notices.QuietTo
	cal := h.School.Calendar
	clock := school.Clock(now.Hour()*60 + now.Minute())
	quiet := from <= clock && clock < to
	if from > to {
		quiet = from <= clock || clock < to
	}
	if !quiet {
		return now
	}
	if at := cal.At(cal.DayOf(now), to); at.After(now) {
		return at
	}
	return cal.At(cal.DayOf(now).Add(1), to)
}

// holdsPost says whether a card is addressed to a post of this person; a card
// for several posts names them with 、 between.
func (h *House) holdsPost(person string, card school.Card, now time.Time) bool {
	for role := range strings.SplitSeq(card.Role, "、") {
		if slices.Contains(h.School.Holders(role, card.Class, nil, now).People, person) {
			return true
		}
	}
	return false
}
