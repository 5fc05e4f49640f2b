package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Keys of the buttons on cards about one child.
const (
	buttonSubmit    = "submit"
	buttonNoContact = "no-contact"
	buttonNil       = "nil"
	buttonRefusal   = "refusal"
	buttonAck       = "ack"
	buttonHere      = "here"
	buttonAbsent    = "absent"
	buttonGrant     = "grant"
	buttonReject    = "reject"
	buttonHandling  = "handling"
	buttonFound     = "found"
	buttonKnown     = "known"
	buttonSick      = "sick"
	buttonPersonal  = "personal"
	buttonArrived   = "arrived"
)

// Press is a button on a card about one child. The string is what the person
// reads. A refusal is an error and changes nothing.
func Press(f Facts, card school.Card, button string, inputs map[string]string, files []school.Attachment) (school.Change, string, error) {
	if err := MayPress(f, card); err != nil {
		return school.Change{}, "", err
	}
	if card.State != school.CardOpen {
		return school.Change{}, "", school.Refused(phrase.CardClosed.With("result", orDash(card.Result)))
	}
	d := begin(f)
	if d.cardIndex(card.ID) < 0 {
		d.cards = append(d.cards, card)
	}
	reply, err := d.press(card, button, inputs, files)
	if err != nil {
		return school.Change{}, "", err
	}
	return d.finish(), reply, nil
}

func (d *draft) press(card school.Card, button string, inputs map[string]string, files []school.Attachment) (string, error) {
	switch card.Kind {
	case school.CardStage:
		return d.pressStage(card, button, inputs, files)
	case school.CardTold:
		if button != buttonAck {
			return "", noButton(button)
		}
		d.settleCard(card.ID, school.CardDone, phrase.CardAcked.With("who", d.By.Name, "at", d.moment(d.Now)))
		d.entry("press", phrase.AckNoted.With("who", d.By.Name, "title", card.Title), "")
		d.acknowledged(card)
		return phrase.AckReply.String(), nil
	case school.CardStill:
		if card.Stage == leaveStage {
			return d.pressAsk(card, button, inputs)
		}
		return d.pressStill(card, button)
	case school.CardSafety:
		return d.pressSafety(card, button)
	case school.CardParent:
		return d.pressParent(card, button)
	case school.CardApply:
		return d.pressApplication(card, button, inputs, files)
	}
	return "", noButton(button)
}

func noButton(button string) error {
	return school.Invalid("%s", phrase.NoSuchButton.With("button", button))
}

// MayPress says whether the person may answer the card: who got it, who holds
// the post now, or who stands in for one of them.
func MayPress(f Facts, card school.Card) error {
	if f.By.ID != "" && slices.Contains(card.People, f.By.ID) {
		return nil
	}
	if f.By.Kind == school.KindStaff {
		for _, dg := range f.Delegations {
			if dg.To == f.By.ID && dg.Active(f.Now) && slices.Contains(card.People, dg.From) {
				return nil
			}
		}
		for _, role := range strings.Split(card.Role, "、") {
			if role != "" && card.Kind != school.CardParent && slices.Contains(f.School.Holders(role, card.Class, f.Delegations, f.Now).People, f.By.ID) {
				return nil
			}
		}
	}
	return school.Forbidden(phrase.NotYourCard.String())
}

func (d *draft) pressStage(card school.Card, button string, inputs map[string]string, files []school.Attachment) (string, error) {
	i := -1
	if d.cs != nil {
		i = slices.IndexFunc(d.cs.Stages, func(st school.Stage) bool { return st.Card == card.ID })
	}
	if i < 0 || !d.cs.Stages[i].Open() {
		return "", school.Refused(phrase.CardClosed.With("result", orDash(card.Result)))
	}
	s, ok := d.stageOf(d.cs.Stages[i].ID)
	if !ok {
		return "", school.Refused(phrase.CardClosed.With("result", orDash(card.Result)))
	}
	d.focus(s, d.cs.Stages[i].Of)
	switch {
	case button == buttonNoContact && d.offersNoContact(s):
		return d.failContact(i, inputs[attemptsName])
	case button == buttonRefusal && d.followed(s.ID+"-"+refusal):
		d.closeStage(s, i, s.ID+"-"+refusal)
		return phrase.RefusalReply.String(), nil
	case button == buttonNil && s.nilReturn():
		return d.returnNil(s, i)
	case button != buttonSubmit:
		return "", noButton(button)
	}
	if v := inputs[reasonName]; notReached(v) && d.offersNoContact(s) {
		return d.failContact(i, inputs[attemptsName])
	}
	given, err := d.read(s, i, inputs, files)
	if err != nil {
		return "", err
	}
	if s.nilReturn() && len(given) == 0 {
		return d.returnNil(s, i)
	}
	if err := d.mayAnswer(s); err != nil {
		return "", err
	}
	if err := d.allOf(s, given); err != nil {
		return "", err
	}
	d.answerStage(s, given)
	return phrase.SubmitReply.With("stage", s.name()), nil
}

func (d *draft) failContact(i int, attempts string) (string, error) {
	attempts = strings.TrimSpace(attempts)
	if attempts != "" {
		if _, err := d.readOne(Stage{}, i, Require{Name: attemptsName, Label: phrase.LabelAttempts.String(), Type: "number"}, attempts, nil); err != nil {
			return "", err
		}
	}
	d.contactFailed(i, attempts)
	return phrase.NotReachedReply.String(), nil
}

// pressStill answers whether a child has come.
func (d *draft) pressStill(card school.Card, button string) (string, error) {
	done := phrase.CardAnswered.With("who", d.By.Name, "at", d.moment(d.Now))
	switch button {
	case buttonHere:
		d.mark(school.Mark{Slot: card.Slot, Kind: school.Present}, false)
		d.settleCard(card.ID, school.CardDone, phrase.StillHereResult.With("done", done))
		return phrase.StillHereReply.With("name", d.Student.Name), nil
	case buttonAbsent:
		d.stillAway(card)
		d.settleCard(card.ID, school.CardDone, phrase.StillAwayResult.With("done", done))
		return phrase.StillAwayReply.With("name", d.Student.Name), nil
	}
	return "", noButton(button)
}

// stillAway is the class teacher's word that the child is not here.
func (d *draft) stillAway(card school.Card) {
	if m := d.slots[card.Slot]; m.Lesson {
		d.entry("mark", phrase.LessonConfirmed.With("slot", d.cal.SlotName(card.Slot)), "")
		d.planParents(m)
		return
	}
	d.mark(school.Mark{Slot: card.Slot, Kind: school.Absent}, true)
}
