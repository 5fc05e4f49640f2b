package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Words that decide which way a danger is reported. They are never repeated
// in a message.
var (
	harmWords     = []string{"家暴", "虐待", "性侵", "猥亵", "侵害", "被打", "挨打", "打伤", "打孩子", "打骂", "身上有伤", "伤痕", "淤青", "瘀青", "早婚", "订婚", "结婚", "嫁人", "童工", "遗弃", "没人管"}
	selfHarmWords = []string{"自杀", "自残", "轻生", "不想活", "割腕", "跳楼", "想死", "活着没意思"}
)

const (
	dutyLeader    = "值班领导"
	principal     = "校长"
	counsellor    = "心理教师"
	protection    = "protection"        // stage of the cards that only the principal sees
	safetyStage   = "safety"            //
	eventProtect  = "protection-needed" // from now on no guardian's notice leaves by itself
	eventReturned = "returned"
)

// safetyWait is how long a safety card may stay untouched before the next
// higher post gets it as well.
const safetyWait = 10 * time.Minute

func says(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// safety routes words of danger (domain 2.8). Signs of harm go to the
// principal alone; a child who is gone goes to the leader on duty and the
// class teacher at once.
func (d *draft) safety(text string) {
	if says(text, harmWords) || says(text, selfHarmWords) {
		d.protect(says(text, selfHarmWords))
		return
	}
	d.alert(phrase.SafetyTitle.With("name", d.Student.Name, "class", d.class.Name))
}

// alert is a child who may be in danger somewhere between home and school.
func (d *draft) alert(title string) {
	if d.said(safetyStage, title) {
		return
	}
	role := dutyLeader
	r := d.holders(role)
	if r.Fallback {
		role, r = "值周领导", d.holders("值周领导")
	}
	people := slices.Clone(r.People)
	for _, p := range d.holders(school.TitleHomeroom).People {
		if !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	d.safetyCard(safetyStage, role+"、"+school.TitleHomeroom, title, phrase.WhySafety.With("chain", strings.Join(r.Chain, "→")), people)
}

// protect is a sign that somebody harms the child: nobody but the principal
// (and for self-harm the counsellor) hears, and no guardian's notice leaves.
func (d *draft) protect(selfHarm bool) {
	d.ensureCase(phrase.WhyCaseQuiet.String())
	d.happen(eventProtect, d.Now, nil)
	for s, m := range d.slots {
		if m.Kind.Missing() {
			d.cancel(parentsTimer(d.Student.ID, s))
		}
	}
	title := phrase.ProtectionTitle.With("name", d.Student.Name, "class", d.class.Name)
	if d.said(protection, title) {
		return
	}
	r := d.holders(principal)
	role, people := principal, slices.Clone(r.People)
	if c := d.holders(counsellor); selfHarm && !c.Fallback {
		role, people = role+"、"+counsellor, append(people, c.People...)
	}
	d.safetyCard(protection, role, title, phrase.WhyProtection.String(), people)
}

// protecting says whether the child's own home may be the danger.
func (d *draft) protecting() bool {
	if d.cs == nil {
		return false
	}
	_, signs := d.cs.Happened(eventProtect)
	return signs && (d.cs.Away || slices.ContainsFunc(d.cards, func(c school.Card) bool {
		return c.Stage == protection && c.State == school.CardOpen
	}))
}

// said repeats a danger to those who hold the open card about it already.
func (d *draft) said(stage, title string) bool {
	for _, c := range d.cards {
		if c.Kind != school.CardSafety || c.Stage != stage || c.State != school.CardOpen {
			continue
		}
		for _, p := range c.People {
			if p != d.By.ID {
				n := d.notice(p, phrase.SafetyAgain.With("title", title, "who", d.nameOf(d.By.ID)), c.Why, stage, d.roleAmong(strings.Split(c.Role, "、"), p))
				n.Key, n.Kind, n.Urgent = "text:"+d.id("safety", p), school.NoticeText, true
				d.send(n)
			}
		}
		return true
	}
	return false
}

func (d *draft) safetyCard(stage, role, title, why string, people []string) {
	card := school.Card{ID: d.id("card", stage), Kind: school.CardSafety, Stage: stage, Role: role, People: people, Title: title, Why: why,
		Fields: []school.Field{{K: phrase.FieldStudent.String(), V: d.Student.Name}, {K: phrase.FieldClass.String(), V: d.class.Name},
			{K: phrase.FieldBy.String(), V: d.By.Name}, {K: phrase.FieldSlot.String(), V: d.moment(d.Now)}},
		Buttons: []school.Button{
			{Key: buttonHandling, Text: phrase.ButtonHandling.String(), Style: "primary", Act: school.ActAck},
			{Key: buttonFound, Text: phrase.ButtonFound.String(), Act: school.ActConfirm}}}
	d.awaitAck(&card, d.Now.Add(safetyWait))
	d.openCard(card, sending{text: title, urgent: true})
	if stage == protection { // the case file is read by more people than may know of this
		d.aside("safety", phrase.SafetyNoted.With("who", d.names(people)), d.By.ID, why)
		return
	}
	d.entry("safety", phrase.SafetyNoted.With("who", d.names(people)), why)
}

func (d *draft) pressSafety(card school.Card, button string) (string, error) {
	j := d.cardIndex(card.ID)
	switch button {
	case buttonHandling:
		card = d.cards[j]
		card.Due = nil
		card.Result = phrase.SafetyHandling.With("who", d.By.Name, "at", d.moment(d.Now))
		d.changeCard(j, card)
		d.cancel(ackTimer(card.ID))
		d.safetyEntry(card, card.Result)
		return phrase.SafetyHandlingReply.String(), nil
	case buttonFound:
		d.settleCard(card.ID, school.CardDone, phrase.SafetyFound.With("who", d.By.Name, "at", d.moment(d.Now)))
		d.safetyEntry(card, phrase.SafetyFound.With("who", d.By.Name, "at", d.moment(d.Now)))
		return phrase.SafetyFoundReply.String(), nil
	}
	return "", noButton(button)
}

// safetyEntry writes down what became of a safety card.
func (d *draft) safetyEntry(card school.Card, what string) {
	if card.Stage == protection {
		d.aside("press", what, d.By.ID, card.Why)
		return
	}
	d.entry("press", what, card.Why)
}

// aside writes to the audit of the child alone, not to the case file.
func (d *draft) aside(kind, what, who, why string) {
	d.out.Audit = append(d.out.Audit, school.Line{Book: "person:" + d.Student.ID, At: d.Now, Who: who, What: kind, Detail: what, Policy: d.Policy.Version, Why: why})
}

// signEvents are the facts by which the regimes call a sign of dropping out.
var signEvents = []string{"dropout-sign-recorded", "dropout-intent-recorded", "dropout-tendency-recorded", "loss-or-sign-recorded"}

// leavingSign is a child who is said not to want to come any more (疑似要辍学).
func (d *draft) leavingSign(text string) {
	used := false
	for _, e := range signEvents {
		if d.Policy.uses(e) {
			used = true
			d.ensureCase(phrase.EventNoted.With("event", eventTitle(e)))
			d.happen(e, d.Now, map[string]string{"text": text})
			d.entry("event", phrase.EventNoted.With("event", eventTitle(e)), phrase.WhySign.String())
		}
	}
	line := phrase.SignHeard.With("name", d.Student.Name, "class", d.class.Name, "who", d.By.Name)
	if !used || !d.ownTeacher() {
		d.tellTeacher(line, "")
	}
	rule := d.Policy.intake("group")
	for _, role := range rule.To {
		r := d.holders(role)
		for _, p := range r.People {
			if p != d.By.ID {
				d.text(p, line, d.why(Stage{Title: rule.Trigger, Source: rule.Source}, role, r), rule.ID, role)
			}
		}
	}
}
