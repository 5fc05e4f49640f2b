package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Strike is a timer about one child that has come due. Whatever has become of
// the matter since is looked at anew; a timer that has lost its ground does nothing.
func Strike(f Facts, t school.Timer) (school.Change, error) {
	d := begin(f)
	switch t.Kind {
	case school.TimerParents:
		d.tellParents(t.Slot)
	case school.TimerLeave:
		d.leaveTimer(t)
	case school.TimerAck:
		d.notAcked(t.Ref)
	case school.TimerFact:
		d.handed(t)
	case school.TimerCase, school.TimerApply: // finish looks at what is due
	default:
		return school.Change{}, school.Invalid("%s", phrase.NoChildTimer.With("kind", t.Kind))
	}
	c := d.finish()
	if t.Kind == school.TimerCase && c.Empty() && d.cs != nil {
		d.writeCaseTimer() // nothing happened, but the next moment must still come
		d.out.Cancel = nil
		c = d.out
	}
	return c, nil
}

// leaveTimer is the close after the last session of a leave or, while it is
// only asked for, the moment by which it should have been answered.
func (d *draft) leaveTimer(t school.Timer) {
	i := slices.IndexFunc(d.leave, func(l school.Leave) bool { return l.ID == t.Ref && l.EndedAt.IsZero() })
	switch {
	case i < 0:
	case d.leave[i].Waiting() && d.covers(d.leave[i], t.Slot):
		d.askIsLate(d.leave[i])
	default:
		d.leaveRanOut(d.leave[i], t.Slot)
	}
}

func ackTimer(card string) string { return "ack:" + card }

// ladderUp is who hears next when nobody answers.
var ladderUp = []string{school.TitleHomeroom, school.TitleYearHead, "教务处", "主管主任", "主管副校长", principal, school.TitleAdministrator}

// watchAck sets the moment by which a notice must be acknowledged, if the
// regime names one; else nobody above hears of a case before their stage.
func (d *draft) watchAck(card *school.Card) {
	for _, p := range d.Policy.Params {
		if span, ok := p.Value.(Span); ok && p.Name == "ack_within" && span.Length.N > 0 {
			if at, err := d.schoolHours(span.Length); err == nil {
				d.awaitAck(card, at)
			}
		}
	}
}

// schoolHours is now plus a length that runs only while school is on: from
// the first session to 18:00 of days with school.
func (d *draft) schoolHours(l school.Length) (time.Time, error) {
	left := time.Duration(l.N) * time.Minute
	if l.Unit == school.UnitHour {
		left *= 60
	}
	if l.Unit != school.UnitHour && l.Unit != school.UnitMinute {
		return d.cal.After(d.Now, l)
	}
	at, day := d.Now, d.cal.DayOf(d.Now)
	for {
		first, err := d.cal.AddSchoolDays(day, 0)
		if err != nil {
			return time.Time{}, err
		}
		if open := d.cal.At(first, d.cal.Sessions()[0].Start); at.Before(open) {
			at = open
		}
		end := d.cal.At(first, school.DayEnd)
		if at.Add(left).Before(end) || at.Add(left).Equal(end) {
			return at.Add(left), nil
		}
		if end.After(at) {
			left -= end.Sub(at)
		}
		day = first.Add(1)
	}
}

// notAcked passes a card that nobody acknowledged to the next higher post
// that somebody holds. What only the principal may know stays with them.
func (d *draft) notAcked(id string) {
	j := d.cardIndex(id)
	if j < 0 || d.cards[j].State != school.CardOpen || d.cards[j].Result != "" {
		return
	}
	card := d.cards[j]
	if card.Due == nil || card.Due.After(d.Now) {
		return // passed on already
	}
	card.Due = nil
	if card.Stage == protection {
		d.changeCard(j, card)
		d.said(protection, card.Title)
		return
	}
	if card.Kind == school.CardStill {
		for _, p := range card.People {
			d.text(p, phrase.StillWaits.With("title", card.Title), card.Why, card.Stage, d.roleAmong(strings.Split(card.Role, "、"), p))
		}
		if d.cs != nil && d.cs.Away { // the case has its own stages: nobody above hears before theirs
			d.changeCard(j, card)
			return
		}
	}
	for _, role := range d.above(card) {
		r := d.holders(role)
		added := slices.DeleteFunc(slices.Clone(r.People), func(p string) bool { return slices.Contains(card.People, p) })
		if r.Fallback || len(added) == 0 {
			continue
		}
		card.People, card.Role = slices.Concat(card.People, added), card.Role+"、"+role
		if card.Kind == school.CardSafety {
			d.awaitAck(&card, d.Now.Add(safetyWait))
		}
		d.changeCard(j, card)
		for _, p := range added {
			d.told["copy"+card.ID+p] = true
		}
		d.entryBy("notice", phrase.NotAcked.With("title", card.Title, "role", role, "who", d.names(added)), "", phrase.WhyNotAcked.String())
		return
	}
}

// awaitAck gives a card the moment at which it is passed on if nobody has
// touched it.
func (d *draft) awaitAck(card *school.Card, at time.Time) {
	at = d.cal.In(at)
	card.Due = &at
	d.timer(school.TimerAck, ackTimer(card.ID), at, school.Slot{}, card.ID)
}

// above lists the posts over those who hold the card; the leader on duty
// stands beside the 主管主任.
func (d *draft) above(card school.Card) []string {
	top := -1
	if card.Kind == school.CardSafety || card.Stage == applicationStage {
		top = slices.Index(ladderUp, "主管主任") - 1
	}
	for i, role := range ladderUp {
		r := d.holders(role)
		if i > top && !r.Fallback && slices.ContainsFunc(r.People, func(p string) bool { return slices.Contains(card.People, p) }) {
			top = i
		}
	}
	return ladderUp[top+1:]
}
