package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// leaveStage names the cards about a leave that was asked for.
const leaveStage = "leave"

// askTime is how long the class teacher has at least to answer.
const askTime = 30 * time.Minute

// askLeave is a leave that a family, or a colleague without the right to grant
// it, asks for. It stops nothing until it is granted. Asked again with other
// words it is the same application as it is now.
func (d *draft) askLeave(m school.MarkRange, slots []school.Slot) {
	open := slices.DeleteFunc(slices.Clone(slots), func(s school.Slot) bool {
		old := d.slots[s]
		_, on := d.onLeave(s)
		return on || old.Kind.Here() && !old.Pending
	})
	if len(open) == 0 {
		d.note(phrase.SaidAgain.With("slot", d.cal.SlotName(m.From), "mark", markWord(m.Mark)))
		return
	}
	l := school.Leave{ID: d.id("leave", open[0].String(), m.To.String()), Student: d.Student.ID}
	for i, older := range d.asked(open[0], open[len(open)-1]) {
		if i > 0 {
			d.dropAsked(older, phrase.ReplacedByNewer.String())
			continue
		}
		if older.Kind == m.Mark && d.covers(older, open[0]) && d.covers(older, open[len(open)-1]) && (m.Note == "" || m.Note == older.Reason) {
			d.note(phrase.SaidAgain.With("slot", d.cal.SlotName(m.From), "mark", markWord(m.Mark)))
			return
		}
		l = older
	}
	l.From, l.To, l.Kind, l.AskedBy, l.AskedAt = open[0], open[len(open)-1], m.Mark, d.By.ID, d.Now
	l.Reminded = time.Time{}
	if m.Note != "" {
		l.Reason = m.Note
	}
	d.setLeave(l)
	d.note(phrase.LeaveAsked.With("who", d.askerName(l), "mark", markWord(l.Kind), "span", d.span(l)))
	d.askGrant(l)
	d.proposeReason()
}

// covers says whether a session lies in the range of a leave.
func (d *draft) covers(l school.Leave, s school.Slot) bool {
	return d.cal.Compare(l.From, s) <= 0 && d.cal.Compare(s, l.To) <= 0
}

func (d *draft) within(l school.Leave, from, to school.Slot) bool {
	return d.cal.Compare(from, l.From) <= 0 && d.cal.Compare(l.To, to) <= 0
}

// asked are the applications that wait for an answer and touch these sessions.
func (d *draft) asked(from, to school.Slot) []school.Leave {
	var all []school.Leave
	for _, l := range d.leave {
		if l.Waiting() && d.cal.Compare(l.From, to) <= 0 && d.cal.Compare(from, l.To) <= 0 {
			all = append(all, l)
		}
	}
	return all
}

// familyKnows says whether the family has told us that the child is away in
// this session, so that a notice would tell them their own words.
func (d *draft) familyKnows(s school.Slot) bool {
	return slices.ContainsFunc(d.leave, func(l school.Leave) bool {
		if !d.covers(l, s) || !d.ofFamily(l.AskedBy) {
			return false
		}
		runs := l.Granted() && (l.EndedAt.IsZero() || d.cal.Opens(s).Before(l.EndedAt))
		return l.Waiting() || runs || l.RefusedBy != "" && !d.cal.Opens(s).After(l.EndedAt)
	})
}

func (d *draft) ofFamily(person string) bool {
	p, ok := d.School.Roster.Person(person)
	return ok && p.GuardianOf(d.Student.ID)
}

// askerName is who asks, as the class teacher knows them.
func (d *draft) askerName(l school.Leave) string {
	p, _ := d.School.Roster.Person(l.AskedBy)
	for _, c := range p.Children {
		if c.Student == d.Student.ID && c.Relation != "" {
			return phrase.GuardianName.With("relation", c.Relation, "name", p.Name)
		}
	}
	return d.nameOf(l.AskedBy)
}

// askGrant puts an application before the class teacher, with the moment by
// which an answer is wanted.
func (d *draft) askGrant(l school.Leave) {
	due := d.Now.Add(askTime)
	if closes := d.cal.Closes(l.From); closes.After(due) {
		due = closes
	}
	due = d.cal.In(due)
	d.timer(school.TimerLeave, leaveTimer(l.ID), due, l.From, l.ID)
	card := school.Card{ID: askCardID(l), Kind: school.CardStill, Stage: leaveStage, Role: d.granter(), Why: phrase.WhyGrant.String(),
		Inputs: []school.Input{{Key: reasonName, Label: phrase.LabelRefusal.String(), Type: "text"}},
		Buttons: []school.Button{
			{Key: buttonGrant, Text: phrase.ButtonGrant.String(), Style: "primary", Act: school.ActApprove},
			{Key: buttonReject, Text: phrase.ButtonReject.String(), Style: "danger", Act: school.ActReject}}}
	if j := d.askCard(l); j >= 0 {
		d.cards[j].Due = &due
		d.showAsk(l)
		return
	}
	card.Due, card.People = &due, d.holders(card.Role).People
	d.fillAsk(l, &card)
	d.openCard(card, sending{text: card.Title})
}

// fillAsk writes what the card of an application shows now.
func (d *draft) fillAsk(l school.Leave, card *school.Card) {
	card.Slot = l.From
	card.Title = phrase.LeaveAskTitle.With("name", d.Student.Name, "who", d.askerName(l), "mark", strings.TrimPrefix(markWord(l.Kind), "请"))
	card.Fields = []school.Field{
		{K: phrase.FieldStudent.String(), V: d.Student.Name}, {K: phrase.FieldClass.String(), V: d.class.Name},
		{K: phrase.FieldSlot.String(), V: d.span(l)}, {K: phrase.FieldReason.String(), V: orDash(l.Reason)},
		{K: phrase.FieldDue.String(), V: d.moment(*card.Due)}}
}

// showAsk brings the card of an application up to date.
func (d *draft) showAsk(l school.Leave) {
	if j := d.askCard(l); j >= 0 {
		card := d.cards[j]
		d.fillAsk(l, &card)
		d.changeCard(j, card)
	}
}

// askCardID is the one card of an application.
func askCardID(l school.Leave) string { return school.ID("card", leaveStage, l.ID) }

// askCard finds the open card of an application.
func (d *draft) askCard(l school.Leave) int {
	j := d.cardIndex(askCardID(l))
	if j >= 0 && d.cards[j].State != school.CardOpen {
		return -1
	}
	return j
}

// proposeReason shows the family's words on the cards that ask for the reason.
func (d *draft) proposeReason() {
	if d.cs == nil {
		return
	}
	for i, st := range d.cs.Stages {
		s, ok := d.stageOf(st.ID)
		if ok && st.Open() && slices.ContainsFunc(s.Require, func(r Require) bool { return r.Name == reasonName }) {
			d.refreshCard(s, i)
		}
	}
}

// familySays is why the child is away as the family told it when it asked for
// leave. It is a proposal: the reason is what the school finds out.
func (d *draft) familySays() string {
	if d.cs == nil {
		return ""
	}
	var newest school.Leave
	for _, l := range d.leave {
		if (l.Waiting() || l.RefusedBy != "") && d.ofFamily(l.AskedBy) && !l.AskedAt.Before(newest.AskedAt) &&
			slices.ContainsFunc(d.cs.Missed, func(m school.Missed) bool { return d.covers(l, m.Slot) }) {
			newest = l
		}
	}
	if newest.ID == "" {
		return ""
	}
	return phrase.FamilySays.With("words", leaveWords(newest))
}

// leaveWords is 病假（发烧）.
func leaveWords(l school.Leave) string {
	if l.Reason == "" {
		return markWord(l.Kind)
	}
	return markWord(l.Kind) + "（" + l.Reason + "）"
}

// grant makes an application a granted leave, backwards as well: what was
// counted in its sessions counts no longer.
func (d *draft) grant(l school.Leave) {
	slots := slices.DeleteFunc(d.cal.SlotsBetween(l.From, l.To), func(s school.Slot) bool {
		old := d.slots[s]
		return old.Kind.Here() && !old.Pending
	})
	d.enterLeave(l, slots)
	d.settleAsk(l, school.CardDone, phrase.GrantedBy.With("who", d.By.Name, "at", d.moment(d.Now)))
	d.answerAsker(l, phrase.LeaveApproved.With("school", d.School.Name, "name", d.Student.Name, "mark", markWord(l.Kind), "span", d.span(l), "who", d.By.Name),
		phrase.GrantedBy.With("who", d.By.Name, "at", d.moment(d.Now)))
}

// reject is 不准: the sessions that have begun and of which nobody has said
// anything else are absences.
func (d *draft) reject(l school.Leave, reason string) {
	l.RefusedBy, l.Refusal, l.EndedAt = d.By.ID, reason, d.Now
	d.setLeave(l)
	d.cancel(leaveTimer(l.ID))
	d.note(phrase.LeaveRefused.With("mark", markWord(l.Kind), "span", d.span(l), "reason", reason))
	result := phrase.RefusedBy.With("who", d.By.Name, "at", d.moment(d.Now), "reason", reason)
	d.settleAsk(l, school.CardDone, result)
	d.answerAsker(l, phrase.LeaveDenied.With("school", d.School.Name, "name", d.Student.Name, "mark", markWord(l.Kind), "span", d.span(l),
		"reason", strings.TrimRight(reason, "。！!. "), "teacher", d.names(d.holders(school.TitleHomeroom).People)), result)
	for _, s := range d.cal.SlotsBetween(l.From, l.To) {
		allHere := d.Roll.Slot == s && d.Roll.AllHere
		if m, marked := d.slots[s]; (!marked || m.Pending) && !allHere && !d.cal.Opens(s).After(d.Now) {
			d.mark(school.Mark{Slot: s, Kind: school.Absent, Note: phrase.NotGrantedNote.String()}, false)
		}
	}
}

// pressAsk answers an application.
func (d *draft) pressAsk(card school.Card, button string, inputs map[string]string) (string, error) {
	i := slices.IndexFunc(d.leave, func(l school.Leave) bool { return l.Waiting() && askCardID(l) == card.ID })
	if i < 0 {
		return "", school.Refused(phrase.NothingToGrant.String())
	}
	switch button {
	case buttonGrant:
		d.grant(d.leave[i])
		return phrase.GrantReply.String(), nil
	case buttonReject:
		reason := strings.TrimSpace(inputs[reasonName])
		if reason == "" {
			return "", school.Invalid("%s", phrase.RefusalNeeded.String())
		}
		if _, err := d.readOne(Stage{}, 0, Require{Name: reasonName, Label: phrase.FieldReason.String(), Type: "text"}, reason, nil); err != nil {
			return "", err
		}
		d.reject(d.leave[i], reason)
		return phrase.RejectReply.String(), nil
	}
	return "", noButton(button)
}

func (d *draft) settleAsk(l school.Leave, state, result string) {
	if j := d.askCard(l); j >= 0 {
		d.settleCard(d.cards[j].ID, state, result)
	}
}

// answerAsker tells who asked what became of it; what they hold of their own
// words is settled with it.
func (d *draft) answerAsker(l school.Leave, text, result string) {
	d.settleConfirm(l, result)
	if !d.ofFamily(l.AskedBy) {
		d.text(l.AskedBy, text, phrase.WhyAsked.String(), leaveStage, "")
		return
	}
	n := d.notice(l.AskedBy, text, phrase.WhyAsked.String(), leaveStage, "")
	n.Key, n.Kind, n.DueAt = "parent:"+d.id(l.AskedBy, text), school.NoticeParent, d.outOfQuiet(d.Now)
	n.Gist = d.gist(l.From, phrase.GistLeave, phrase.GistAnswered, phrase.GistAsk)
	d.send(n)
}

// settleConfirm closes the confirmations that the asker, or the other parent,
// holds of this leave.
func (d *draft) settleConfirm(l school.Leave, result string) {
	for _, c := range d.cards {
		if c.Kind != school.CardConfirm || c.State != school.CardOpen || c.Open == nil || c.Open.Why != "" ||
			slices.ContainsFunc(c.People, func(p string) bool { return p != l.AskedBy && !d.ofFamily(p) }) {
			continue
		}
		if slices.ContainsFunc(c.Open.Marks, func(m school.MarkRange) bool {
			return m.Student == d.Student.ID && m.Mark.Excused() && d.cal.Compare(m.From, l.To) <= 0 && d.cal.Compare(l.From, m.To) <= 0
		}) {
			d.settleCard(c.ID, school.CardDone, result)
		}
	}
}

// dropAsked is an application that is answered no more.
func (d *draft) dropAsked(l school.Leave, why string) {
	l.EndedAt = d.Now
	d.setLeave(l)
	d.cancel(leaveTimer(l.ID))
	d.settleAsk(l, school.CardSuperseded, why)
}

// cutAsked is a child who is here although leave was asked for: the sessions
// before that still wait for an answer.
func (d *draft) cutAsked(l school.Leave, s school.Slot) {
	if !d.covers(l, s) {
		return
	}
	left := slices.DeleteFunc(d.cal.SlotsBetween(l.From, l.To), func(o school.Slot) bool {
		return d.slots[o].Kind.Here() && !d.slots[o].Pending || s.Day == d.cal.DayOf(d.Now) && d.cal.Compare(o, s) > 0
	})
	if len(left) == 0 {
		why := phrase.EndHere.With("slot", d.cal.SlotName(s))
		d.dropAsked(l, why)
		d.settleConfirm(l, why)
		return
	}
	l.To = left[len(left)-1]
	d.setLeave(l)
	d.showAsk(l)
}

// withdrawAsked lets a family take back what it asked for; a notice about an
// absence that this had held back is due after all.
func (d *draft) withdrawAsked(slots []school.Slot) bool {
	done := false
	for _, s := range slots {
		for _, l := range d.asked(s, s) {
			if l.AskedBy != d.By.ID && !d.By.GuardianOf(d.Student.ID) {
				continue
			}
			done = true
			why := phrase.AskWithdrawn.With("who", d.askerName(l), "name", d.Student.Name)
			d.dropAsked(l, why)
			d.note(why)
			for _, covered := range d.cal.SlotsBetween(l.From, l.To) {
				d.planAgain(covered)
			}
		}
	}
	return done
}

// askIsLate reminds once of an application without an answer, and sees to it
// that somebody asks for the child when its time is over.
func (d *draft) askIsLate(l school.Leave) {
	if !l.Reminded.IsZero() {
		return
	}
	l.Reminded = d.Now
	d.setLeave(l)
	if j := d.askCard(l); j >= 0 {
		for _, p := range d.cards[j].People {
			d.text(p, phrase.LeaveWaits.With("title", d.cards[j].Title, "span", d.span(l)), phrase.WhyGrant.String(), leaveStage, d.granter())
		}
	}
	if next, ok := d.cal.Next(l.To); ok && d.cal.Closes(next).After(d.Now) {
		d.timer(school.TimerLeave, leaveTimer(l.ID), d.cal.Closes(next), next, l.ID)
	}
}
