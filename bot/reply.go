package bot

import (
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// reply shows the sender what was understood, or asks the one question that
// must be asked. In a group only the count is said there; the card goes to the
// sender alone.
func (t *talk) reply(m school.Meaning, order []string) error {
	if m.Ask != nil && m.Ask.Why != school.AskConfirm {
		t.ask(m)
	}
	recorded := len(m.Marks) > 0 || m.Intent == school.IntentAllPresent
	if recorded {
		if err := t.retire(); err != nil {
			return err
		}
		t.confirm(m)
	} else if m.Ask == nil && len(order) > 0 && m.Request == nil {
		t.say(phrase.Thanks.With())
	}
	if t.group() && t.by.Kind == school.KindStaff && (recorded || m.Ask != nil) {
		t.groupReply(m, len(m.Marks))
	}
	return nil
}

// retire settles the speaker's cards of earlier sessions: what nobody took back
// stands, and a roll call that is over is not asked for any more.
func (t *talk) retire() error {
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil {
		return err
	}
	slot, _ := t.slot()
	for _, card := range cards {
		if card.Kind == school.CardRoll && t.h.School.Calendar.Compare(card.Slot, slot) < 0 {
			card.State, card.Result, card.Buttons = school.CardSuperseded, phrase.RollPast.With(), nil
			t.update(card)
		}
		if card.Kind == school.CardConfirm && card.Slot != slot && !t.touched(card.ID) && (card.Open == nil || card.Open.Why == "") {
			t.finish(card, phrase.ConfirmStands.With())
		}
	}
	return nil
}

func (t *talk) groupReply(m school.Meaning, n int) {
	text := phrase.GroupNoted.With("n", n)
	if m.Ask != nil {
		text = phrase.GroupAsk.With()
	}
	class := t.d.Conversation[len("group:"):]
	if _, ours := t.h.School.Roster.Class(class); !ours {
		class = "" // the platform's own name of the group: we answer where we were asked
	}
	t.n++
	t.c.Notices = append(t.c.Notices, school.Notice{School: t.c.School, Key: "reply:" + t.d.Key + ":group", Act: school.NoticeSend,
		Kind: school.NoticeText, ToClass: class, Reply: t.d.Conversation, Via: t.d.Platform, Text: text, Why: phrase.ReplyWhy.With(), At: t.now, DueAt: t.now})
}

// confirm shows what was recorded with 正确 / 改 / 撤回; a reading that is only
// likely asks 是 / 不是 and tells nobody until it is answered.
func (t *talk) confirm(m school.Meaning) {
	pending := m.Ask != nil && m.Ask.Why == school.AskConfirm
	card := school.Card{ID: school.ID(t.d.Key, "confirm"), Kind: school.CardConfirm, People: []string{t.by.ID}, Class: m.Class,
		Why: phrase.ConfirmWhy.With(), Open: &school.Question{Marks: m.Marks, Request: m.Request, Text: t.d.Text}}
	if slot, ok := t.slot(); ok {
		card.Slot = slot
	}
	switch len(m.Marks) {
	case 0:
		card.Title = phrase.ConfirmTitleNone.With("class", t.h.className(m.Class))
	case 1:
		r := m.Marks[0]
		title := phrase.ConfirmTitleOne
		if slices.Contains(t.waits, r.Student) {
			title = phrase.ConfirmAsked
		}
		if pending {
			title = phrase.ConfirmPending
		}
		card.Title = title.With("name", t.h.name(r.Student), "mark", MarkWord(r.Mark))
		card.Student = r.Student
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldSlot.With(), V: t.h.when(r.From, r.To)})
	default:
		card.Title = phrase.ConfirmTitleMany.With("n", len(m.Marks))
		for i, line := range t.lines(m.Marks) {
			card.Fields = append(card.Fields, school.Field{K: strconv.Itoa(i + 1), V: line})
		}
	}
	if m.Class != "" {
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldClass.With(), V: t.h.className(m.Class)})
	}
	t.confirmButtons(&card, pending, m)
	t.show(card)
}

func (t *talk) confirmButtons(card *school.Card, pending bool, m school.Meaning) {
	right, change, cancel := phrase.ConfirmRight, phrase.ConfirmChange, phrase.ConfirmCancel
	if pending {
		card.Open.Why = school.AskConfirm
		card.Buttons = []school.Button{
			{Key: "confirm", Text: phrase.ConfirmYes.With(), Style: "primary", Act: school.ActConfirm},
			{Key: "cancel", Text: phrase.ConfirmNo.With(), Act: school.ActCancel}}
		return
	}
	if m.RestPresent || m.Intent == school.IntentAllPresent {
		card.Fields = append(card.Fields, school.Field{K: phrase.FieldRoll.With(), V: phrase.RollAllHere.With()})
	}
	card.Buttons = []school.Button{{Key: "confirm", Text: right.With(), Style: "primary", Act: school.ActConfirm}}
	if len(m.Marks) > 0 {
		if len(m.Marks) == 1 && t.by.Kind == school.KindStaff {
			card.Inputs = []school.Input{{Key: "mark", Label: phrase.ConfirmLabel.With(), Type: "choice", Options: changeOptions(m.Marks[0].Mark)}}
		}
		if t.by.Kind == school.KindStaff {
			card.Buttons = append(card.Buttons, school.Button{Key: "change", Text: change.With(), Act: school.ActSubmit})
		}
		card.Buttons = append(card.Buttons,
			school.Button{Key: "cancel", Text: cancel.With(), Style: "danger", Act: school.ActCancel})
	}
}

// changeOptions lists what a mark can be changed to. 旷课 is a judgement made
// after contact with the family and is never offered here.
func changeOptions(now school.MarkKind) []school.Option {
	var all []school.Option
	for _, k := range school.MarkKinds {
		if k != now && k != school.Truant {
			all = append(all, school.Option{ID: string(k), Text: MarkWord(k)})
		}
	}
	return all
}

func (t *talk) lines(ranges []school.MarkRange) []string {
	var all []string
	for _, r := range ranges {
		mark := MarkWord(r.Mark)
		if slices.Contains(t.waits, r.Student) {
			mark = phrase.MarkWaits.With("mark", mark)
		}
		all = append(all, phrase.MarkLine.With("name", t.h.name(r.Student), "mark", mark, "when", t.h.when(r.From, r.To)))
	}
	return all
}

// ask puts the question back with buttons.
func (t *talk) ask(m school.Meaning) {
	a := *m.Ask
	if a.Candidates = t.mayHear(a.Candidates); len(a.Candidates) == 0 {
		a.Candidates = t.mayHear(a.Near)
	}
	m.Ask = &a
	card := school.Card{ID: school.ID(t.d.Key, "ask"), Kind: school.CardAsk, People: []string{t.by.ID}, Class: m.Class,
		Why: phrase.AskWhy.With(), Open: &school.Question{Why: m.Ask.Why, Candidates: m.Ask.Candidates, Marks: waiting(m), Request: m.Request, Text: t.d.Text},
		Fields: []school.Field{{K: phrase.FieldText.With(), V: t.d.Text}}}
	if slot, ok := t.slot(); ok {
		card.Slot = slot
	}
	switch m.Ask.Why {
	case school.AskAmbiguousName:
		card.Title = phrase.AskAmbiguous.With("n", len(m.Ask.Candidates))
		card.Buttons = t.candidateButtons(m.Ask.Candidates)
	case school.AskUnknownName:
		card.Title = phrase.AskUnknownNone.With()
		if len(m.Ask.Candidates) > 0 {
			card.Title = phrase.AskUnknown.With()
			card.Buttons = t.candidateButtons(m.Ask.Candidates)
		} else if t.by.Kind == school.KindGuardian {
			card.Title = phrase.NotYourChild.With()
		}
	case school.AskMissingKind:
		card.Title = phrase.AskKindMany.With()
		if len(m.Waiting) == 1 {
			card.Title = phrase.AskKind.With("name", t.h.name(m.Waiting[0].Student))
		}
		card.Buttons = kindButtons(m)
	case school.AskCountMismatch:
		card.Title = phrase.AskCount.With()
	case school.AskMissingName:
		card.Title = phrase.AskName.With()
	case school.AskMissingDates:
		card.Title = phrase.AskDates.With()
	}
	t.show(card)
}

// mayHear leaves out candidates the speaker has nothing to do with: a question
// must not tell a guardian, or a stranger to the class, who else is on the roll.
func (t *talk) mayHear(candidates []string) []string {
	may := []string{}
	for _, id := range candidates {
		if t.mayReport(id) == nil {
			may = append(may, id)
		}
	}
	return may
}

// waiting are the marks an answer completes: those that could not be written
// yet, or the leave whose kind or length is still open.
func waiting(m school.Meaning) []school.MarkRange {
	if len(m.Waiting) > 0 {
		return m.Waiting
	}
	var open []school.MarkRange
	for _, r := range m.Marks {
		if r.Mark == school.OnLeave || m.Ask.Why == school.AskMissingDates {
			open = append(open, r)
		}
	}
	return open
}

// candidateButtons name each child with class and seat, so that two children
// of one name can be told apart.
func (t *talk) candidateButtons(ids []string) []school.Button {
	const most = 5 // a WeCom card holds six buttons
	var all []school.Button
	for _, id := range ids[:min(len(ids), most)] {
		s, ok := t.h.School.Roster.Student(id)
		if !ok {
			continue
		}
		all = append(all, school.Button{Key: "pick:" + id, Text: t.told(s), Act: school.ActChoose})
	}
	return append(all, school.Button{Key: "none", Text: phrase.AskNoneOfThem.With(), Act: school.ActCancel})
}

// told is a child told from others of the same name.
func (t *talk) told(s school.Student) string {
	text := s.Name + " " + t.h.className(s.Class())
	if len(s.Places) > 0 && s.Places[0].Seat > 0 {
		text += strconv.Itoa(s.Places[0].Seat) + "号"
	}
	if s.Sex != "" {
		text += " " + s.Sex
	}
	return text
}

// kindButtons offer what a bare name or a leave without kind can mean.
func kindButtons(m school.Meaning) []school.Button {
	kinds := []school.MarkKind{school.Absent, school.Sick, school.Personal, school.Late, school.Present}
	for _, r := range m.Marks {
		if r.Mark == school.OnLeave {
			kinds = []school.MarkKind{school.Sick, school.Personal, school.Official}
		}
	}
	var all []school.Button
	for _, k := range kinds {
		all = append(all, school.Button{Key: "kind:" + string(k), Text: MarkWord(k), Act: school.ActChoose})
	}
	return all
}

// answerOnPage gives whoever waits for the outcome of words what was answered
// to the speaker.
func (t *talk) answerOnPage() {
	if !t.d.Waits || t.c.Reply != nil {
		return
	}
	var said []string
	for _, n := range t.c.Notices {
		if n.To != t.by.ID || n.Act != school.NoticeSend {
			continue
		}
		text := n.Text
		if n.Card != nil && n.Card.Kind == school.CardAsk {
			text = n.Card.Title
			for _, b := range n.Card.Buttons {
				text += "\n· " + b.Text
			}
		}
		said = append(said, text)
	}
	if len(said) == 0 {
		said = []string{phrase.ReplyAsSaid.With()}
	}
	t.c.Reply = &school.Reply{OK: true, Text: strings.Join(said, "\n")}
}
