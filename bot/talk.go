package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// talk is one delivery being decided: what is known so far and the change it
// will become. It is thrown away and begun anew when the facts have moved.
type talk struct {
	b   *Bot
	ctx context.Context
	h   *House
	d   school.Delivery
	by  school.Person
	now time.Time
	// said is when the words were received: a sentence that waited, in a queue
	// or for a dead process, is still about the morning it was written on.
	said time.Time
	c    school.Change
	ds   []school.Delegation
	n    int // notices written, for their keys

	waits []string // children whose leave was asked for and not granted yet
	filed bool     // the files of the message have found their place
}

// slot is the session in which the words were said; false when there was none.
func (t *talk) slot() (school.Slot, bool) { return t.h.School.Calendar.Current(t.said) }

// line is a line of the speaker's own book in the audit trail.
func (t *talk) line(what, detail string) school.Line {
	l := school.Line{Book: "person:" + t.by.ID, At: t.now, Who: t.by.ID, What: what, Detail: detail, Why: phrase.ReplyWhy.With()}
	if t.h != nil && t.h.Policy != nil {
		l.Policy = t.h.Policy.Version
	}
	return l
}

// facts reads what is known about some students in one go.
func (t *talk) facts(students ...string) (map[string]rules.Facts, error) {
	if err := t.delegations(); err != nil {
		return nil, err
	}
	slot, _ := t.slot()
	return t.b.facts(t.ctx, t.h, t.d.Key, t.by, t.now, slot, t.ds, students...)
}

func (t *talk) delegations() (err error) {
	if t.ds == nil {
		t.ds, err = t.b.Store.Delegations(t.ctx, t.h.School.ID, t.now)
	}
	return err
}

// facts assembles Facts for students, with the roll calls of slot; an unknown
// student is school.ErrNotFound.
func (b *Bot) facts(ctx context.Context, h *House, event string, by school.Person, now time.Time, slot school.Slot, ds []school.Delegation, students ...string) (map[string]rules.Facts, error) {
	if len(students) == 0 {
		return nil, nil
	}
	sheets, err := b.Store.Sheets(ctx, h.School.ID, students, now)
	if err != nil {
		return nil, err
	}
	var classes []string
	for _, id := range students {
		s, ok := h.subject(id)
		if !ok {
			return nil, school.NotFound("学号 %s 不在名单里，请核对或先导入名单", id)
		}
		if !slices.Contains(classes, s.Class()) {
			classes = append(classes, s.Class())
		}
	}
	rolls, err := b.Store.RollsOf(ctx, h.School.ID, slot, classes...)
	if err != nil {
		return nil, err
	}
	var running []school.Application
	if h.School.Training() { // whose seats are free is a question about everybody
		if running, err = b.Store.RunningApplications(ctx, h.School.ID); err != nil {
			return nil, err
		}
	}
	all := map[string]rules.Facts{}
	for _, id := range students {
		s, _ := h.subject(id)
		sheet := sheets[id]
		sheet.Student = id
		p := h.Policy
		if sheet.Case != nil {
			if p, err = b.policy(ctx, h, sheet.Case.Version); err != nil {
				return nil, err
			}
		}
		all[id] = rules.Facts{School: h.School, Policy: p, Now: now, Event: event, By: by, Student: s, Sheet: sheet, Roll: rolls[s.Class()], Delegations: ds, Running: running}
	}
	return all, nil
}

// say adds a text to the person who spoke.
func (t *talk) say(text string) { t.tell(t.by.ID, text, phrase.ReplyWhy.With()) }

// tell adds a text to somebody.
func (t *talk) tell(person, text, why string) {
	t.n++
	t.c.Notices = append(t.c.Notices, school.Notice{School: t.c.School, Key: fmt.Sprintf("reply:%s:%d", t.d.Key, t.n),
		Act: school.NoticeSend, Kind: school.NoticeText, To: person, Via: t.via(person), Text: text, Why: why, At: t.now, DueAt: t.now})
}

// via is the account by which the speaker is answered; others hear by the
// account of the school's choice.
func (t *talk) via(person string) string {
	if person != t.by.ID || t.d.Platform == Console {
		return ""
	}
	return t.d.Platform
}

// show adds a new card and its sending to everybody in People.
func (t *talk) show(card school.Card) {
	card.State, card.At = school.CardOpen, t.now
	t.c.Cards = append(t.c.Cards, card)
	for _, p := range card.People {
		n := cardNotice(t.c.School, card, p, t.now)
		n.Via = t.via(p)
		t.c.Notices = append(t.c.Notices, n)
	}
}

// cardNotice sends a card to one of its holders, under the key that later
// updates refer to.
func cardNotice(schoolID string, card school.Card, person string, now time.Time) school.Notice {
	about := card.Case
	if ofSchool(card) {
		about = "" // a matter of the school is nobody's case
	}
	return school.Notice{School: schoolID, Key: school.CardKey(card.ID, person), Act: school.NoticeSend, Kind: school.NoticeCard,
		To: person, Text: card.Title, Why: card.Why, Case: about, Student: card.Student, Stage: card.Stage, Role: card.Role,
		Card: &card, At: now, DueAt: now}
}

// finish closes a card for everybody who holds a copy.
func (t *talk) finish(card school.Card, result string) {
	card.State, card.Result, card.Buttons = school.CardDone, result, nil
	t.update(card)
}

// update writes a card anew and refreshes every copy.
func (t *talk) update(card school.Card) {
	t.c.Cards = append(t.c.Cards, card)
	for _, p := range card.People {
		n := cardNotice(t.c.School, card, p, t.now)
		n.Act, n.Of = school.NoticeUpdate, n.Key
		n.Routine = card.Kind == school.CardConfirm && card.State != school.CardOpen // the speaker knows
		n.Key += ":" + school.ID(t.d.Key)
		t.c.Notices = append(t.c.Notices, n)
	}
}

// refused answers with the sentence and changes nothing else.
func (t *talk) refused(text string) school.Change {
	c := school.Change{School: t.c.School, Key: t.d.Key, At: t.now, Inbox: t.d.Key, Reply: &school.Reply{Text: text}}
	c.Codes = t.c.Codes // the press is refused, its permission to redraw the card is not
	c.Audit = []school.Line{t.line("refuse", text)}
	if t.d.Kind == school.DeliveryMessage || !t.d.Waits {
		fresh := talk{b: t.b, h: t.h, d: t.d, by: t.by, now: t.now, said: t.said, c: c}
		fresh.say(text)
		c = fresh.c
	}
	return c
}

// stranger answers somebody who is not on any roster.
func (t *talk) stranger() (school.Change, error) {
	if t.h == nil {
		return t.c, fmt.Errorf("no school uses the account %q", t.d.Platform)
	}
	text := phrase.Stranger.With()
	t.c.Reply = &school.Reply{Text: text}
	if t.d.Kind != school.DeliveryMessage || t.group() {
		return t.c, nil
	}
	kind, _, _ := cutPlatform(t.d.Platform)
	t.c.Notices = []school.Notice{{School: t.c.School, Key: "reply:" + t.d.Key, Act: school.NoticeSend, Kind: school.NoticeText,
		Addr: &school.Address{Platform: kind, User: t.d.From}, Via: t.d.Platform, Text: text, Why: phrase.ReplyWhy.With(), At: t.now, DueAt: t.now}}
	return t.c, nil
}

// group says whether the words were written in a group, where only counts and
// masked names may be answered.
func (t *talk) group() bool { return len(t.d.Conversation) > 6 && t.d.Conversation[:6] == "group:" }
