package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// treatments are the words of cards for what becomes of the money.
var treatments = map[string]string{
	phrase.FeeRefund.String(): TreatRefund, phrase.FeeRetain.String(): TreatRetain, phrase.FeeFreeze.String(): TreatFreeze,
}

// feeWords are other ways to name a treatment, on cards and in settings.
var feeWords = map[string]phrase.Phrase{
	TreatRefund: phrase.FeeRefund, "refund-pro-rata": phrase.FeeRefund, "退费": phrase.FeeRefund, "refunded": phrase.FeeRefund,
	TreatRetain: phrase.FeeRetain, "retained": phrase.FeeRetain, "保留": phrase.FeeRetain,
	TreatFreeze: phrase.FeeFreeze, "freeze-until-resumption": phrase.FeeFreeze, "frozen": phrase.FeeFreeze, "冻结": phrase.FeeFreeze,
	"learner": phrase.FeeLearner, "学员": phrase.FeeLearner,
}

func treatmentWord(treatment string) string {
	if p, ok := feeWords[treatment]; ok {
		return p.String()
	}
	return treatment
}

// fees are the treatments there are for a pause: of a short one what the
// regime offers, of a long one its rule, and always a refund where contract or
// law give the right to one.
func (d *draft) fees(a school.Application) []string {
	var all []string
	if settlementOf(a).Class == PauseLong && sideOf(a) == sideFamily {
		all = []string{treatmentWord(d.Policy.text("long_fee_rule")), phrase.FeeRefund.String()}
	} else {
		for _, w := range d.Policy.words("short_fee_choice") {
			all = append(all, treatmentWord(w))
		}
	}
	return slices.Compact(all)
}

// choosesHimself says whether the family chooses what becomes of the money.
func (d *draft) choosesHimself(a school.Application) bool {
	return slices.ContainsFunc(a.Steps, func(st school.Step) bool {
		return asks(d.way(a).step(st).Require, feeChoice) && st.State != school.StepSkipped
	})
}

// chosen is what the family has chosen; "" while it has not.
func (d *draft) chosen(a school.Application) string {
	for _, st := range a.Steps {
		if v := st.Answers[feeChoice]; v != "" {
			return v
		}
	}
	return ""
}

// propose fills in what a card of a pause can know: the choices there are and
// what they come to.
func (d *draft) propose(a school.Application, in school.Input) school.Input {
	if !d.pauses(a) {
		return in
	}
	s := settlementOf(a)
	pick := func(words []string) {
		in.Type, in.Options = "choice", nil
		for _, w := range words {
			in.Options = append(in.Options, school.Option{ID: w, Text: w})
		}
	}
	value := in.Value
	switch in.Key {
	case feeName:
		words := d.fees(a)
		if d.choosesHimself(a) {
			words = append(words, phrase.FeeLearner.String())
		}
		pick(words)
		if value = cmpOr(value, d.chosen(a)); value == "" && s.Class == PauseLong {
			value = words[0]
		}
	case feeChoice:
		pick(d.fees(a))
		for n, o := range in.Options {
			in.Options[n].Text = phrase.FeeOption.With("fee", o.ID, "n", s.Remaining, "amount", s.Amount)
		}
	case accessName:
		pick(accessWords())
		if w, ok := accessWord(d.Policy.text("resource_access")); ok && value == "" {
			value = w
		}
	case accessUntil:
		value = cmpOr(value, a.Answers[returnDate])
	case courseName:
		var courses []string
		for _, p := range d.Student.Places {
			c, _ := d.School.Roster.Class(p.Class)
			courses = append(courses, c.Name)
		}
		pick(courses)
	case placedClass:
		return d.proposeClass(a, in)
	case "time", "place-if-offline":
		in.Value = cmpOr(value, d.proposeLesson(a, in.Key)) // it is sent to the family: somebody must have looked at it
		return in
	}
	if value != in.Value {
		in.Value, in.Required = value, false
	}
	return in
}

// settled is what a decision about a pause need not say again: what the family
// chose, the rule for long pauses, what the institution does as a rule.
func (d *draft) settled(a school.Application, name string) string {
	if name != feeName && name != accessName {
		return ""
	}
	return d.propose(a, school.Input{Key: name}).Value
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func accessWords() []string {
	return []string{phrase.AccessOpen.String(), phrase.AccessPart.String(), phrase.AccessClosed.String()}
}

// accessWord reads what becomes of the learning resources, in any of the words
// people use for it.
func accessWord(said string) (string, bool) {
	said = strings.ToLower(strings.TrimSpace(said))
	for word, begins := range map[phrase.Phrase][]string{
		phrase.AccessOpen:   {"继续", "开放", "保留", "open", "yes", "keep"},
		phrase.AccessPart:   {"部分", "只读", "part", "read", "list"},
		phrase.AccessClosed: {"关闭", "不开放", "停止", "close", "no"},
	} {
		if slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(said, b) }) {
			return word.String(), true
		}
	}
	return "", false
}

// checkPause reads the answers of a step of a pause, in the words people use,
// and refuses what cannot be.
func (d *draft) checkPause(i, k int, s FlowStep, given map[string]string) error {
	a := d.apps[i]
	if !d.pauses(a) {
		return d.checkTrial(a, s, given)
	}
	for _, check := range []func(school.Application, FlowStep, map[string]string) error{d.checkFee, d.checkAccess, d.checkPlace, d.checkConfirmed} {
		if err := check(a, s, given); err != nil {
			return err
		}
	}
	if v := given[lengthName]; v != "" && given[reasonName] == "" {
		return school.Invalid("%s", phrase.PauseLengthWhy.String())
	}
	return nil
}

func (d *draft) checkFee(a school.Application, s FlowStep, given map[string]string) error {
	for _, name := range []string{feeName, feeChoice} {
		v := given[name]
		if v == "" {
			if !asks(s.Require, name) {
				continue
			}
			v = d.propose(a, school.Input{Key: name}).Value
		}
		v = treatmentWord(v)
		all := d.fees(a)
		if name == feeName && d.choosesHimself(a) {
			all = append(all, phrase.FeeLearner.String())
		}
		if !slices.Contains(all, v) {
			return school.Invalid("%s", phrase.AnswerNoChoice.With("label", phrase.FieldFee.String(), "options", strings.Join(all, "、")))
		}
		if was := d.chosen(a); name == feeName && was != "" && v != was && v != phrase.FeeLearner.String() {
			return school.Refused(phrase.FeeChosen.With("fee", was))
		}
		given[name] = v
	}
	return nil
}

func (d *draft) checkAccess(a school.Application, s FlowStep, given map[string]string) error {
	if !asks(s.Require, accessName) {
		return nil
	}
	v := cmpOr(given[accessName], d.propose(a, school.Input{Key: accessName}).Value)
	word, ok := accessWord(v)
	if !ok {
		return school.Invalid("%s", phrase.AnswerNoChoice.With("label", phrase.FieldAccess.String(), "options", strings.Join(accessWords(), "、")))
	}
	if v != word && given["resource-list"] == "" { // more was said than the word
		given["resource-list"] = v
	}
	given[accessName] = word
	if word != phrase.AccessClosed.String() && given[accessUntil] == "" {
		given[accessUntil] = a.Answers[returnDate]
	}
	return nil
}

// checkConfirmed: a settlement or a handover is done only when it is.
func (d *draft) checkConfirmed(a school.Application, s FlowStep, given map[string]string) error {
	for _, name := range []string{confirmName, doneName} {
		if v := given[name]; asks(s.Require, name) && v != phrase.AnswerYes.String() {
			return school.Refused(phrase.NotConfirmed.With("step", s.name()))
		}
	}
	if v := given[costsName]; v != "" {
		if settlementOf(a).Treatment != TreatRefund {
			return school.Refused(phrase.SettleNoCosts.String())
		}
		_, err := less(settlementOf(a), v)
		return err
	}
	return nil
}

// decideFee is what whoever approved said of the money. Where the family
// chooses and has not, the answer is what they told; else they are still asked.
func (d *draft) decideFee(i int, fee string) {
	a := copyApplication(d.apps[i])
	for k := range a.Steps {
		if v := a.Steps[k].Answers[lengthName]; v != "" && a.Sheet != nil {
			a.Sheet.Class = map[string]string{phrase.LengthShort.String(): PauseShort, phrase.LengthLong.String(): PauseLong}[v]
			d.setApplication(i, a)
		}
	}
	if fee == phrase.FeeLearner.String() {
		return
	}
	for k, st := range a.Steps {
		s := d.way(a).step(st)
		if !asks(s.Require, feeChoice) || st.State != school.StepOpen {
			continue
		}
		st.State, st.ClosedAt, st.Answers = school.StepDone, d.Now, map[string]string{feeChoice: fee}
		a.Steps[k] = st
		d.setApplication(i, a)
		d.log(i, "step", phrase.FeeTold.With("fee", fee, "who", d.By.Name), s.clause(d.Policy))
		result := phrase.FeeToldResult.With("fee", fee, "who", d.By.Name)
		d.settleCard(st.Family, school.CardDone, result)
		d.settleCard(st.Card, school.CardDone, result)
	}
	d.treat(i, treatments[fee])
}

// treat puts the money of a pause under its treatment, with the day until which
// that holds.
func (d *draft) treat(i int, treatment string) {
	a := copyApplication(d.apps[i])
	if a.Sheet == nil || treatment == "" {
		return
	}
	s := *a.Sheet
	s.Treatment, s.Until = treatment, ""
	today := d.cal.DayOf(d.Now)
	begins := max(a.From, today)
	switch treatment {
	case TreatRefund:
		s.Until = d.dayAfter(today, "refund_payout_within")
	case TreatRetain:
		s.Until = d.dayAfter(begins, "retained_valid")
	case TreatFreeze:
		s.Until = d.dayAfter(begins, "freeze_max")
	}
	a.Sheet = &s
	d.setApplication(i, a)
	d.log(i, "fee", phrase.FeeLine.With("fee", treatmentWord(treatment), "n", s.Remaining, "amount", s.Amount), "")
	if a.State == school.ApplicationApproved {
		d.costly(a)
	}
	d.showApplication(i)
}

func (d *draft) dayAfter(from school.Day, setting string) school.Day {
	l := d.Policy.length(setting)
	if l.N == 0 {
		return ""
	}
	at, err := d.cal.After(d.cal.At(from, 0), l)
	if err != nil {
		return from.Add(l.N)
	}
	return d.cal.DayOf(at)
}

// settleFees is the word of whoever keeps the money that the sheet is right.
func (d *draft) settleFees(i int, given map[string]string) {
	a := copyApplication(d.apps[i])
	if a.Sheet == nil {
		return
	}
	s := *a.Sheet
	if v := given[costsName]; v != "" {
		if taken, err := less(s, v); err == nil {
			s = taken
		}
	}
	s.ConfirmedBy = d.By.ID
	a.Sheet = &s
	d.setApplication(i, a)
	text := phrase.FeeConfirmed.With("school", d.School.Name, "name", d.Student.Name, "fee", treatmentWord(s.Treatment), "n", s.Remaining, "amount", s.Amount)
	if s.Until != "" {
		text = joined(text, phrase.PauseSheetUntil.With("what", untilWord(s.Treatment), "day", s.Until.Name()))
	}
	d.tellFamilyText(a, text, "fees")
}

func untilWord(treatment string) string {
	switch treatment {
	case TreatRefund:
		return phrase.UntilRefund.String()
	case TreatRetain:
		return phrase.UntilRetain.String()
	}
	return phrase.UntilFreeze.String()
}

// sheetFields is the settlement, line by line.
func (d *draft) sheetFields(a school.Application) []school.Field {
	if !d.pauses(a) || a.Sheet == nil {
		return nil
	}
	s := *a.Sheet
	fields := []school.Field{}
	if s.Class != "" {
		word := phrase.LengthShort
		if s.Class == PauseLong {
			word = phrase.LengthLong
		}
		fields = append(fields, school.Field{K: phrase.FieldLength.String(), V: word.String()})
	}
	if s.Lessons == 0 {
		return append(fields, school.Field{K: phrase.FieldSettle.String(), V: phrase.SettleNoContract.String()})
	}
	sum := phrase.SettleLine.With("paid", s.Paid, "lessons", s.Lessons, "used", s.Used, "n", s.Remaining, "amount", s.Amount)
	if s.Costs != "" {
		sum += phrase.SettleLess.With("costs", s.Costs)
	}
	fields = append(fields, school.Field{K: phrase.FieldSettle.String(), V: sum})
	if s.Treatment == "" {
		return fields
	}
	fields = append(fields, school.Field{K: phrase.FieldFee.String(), V: treatmentWord(s.Treatment)})
	if s.Until != "" {
		fields = append(fields, school.Field{K: untilWord(s.Treatment), V: s.Until.Name()})
	}
	return fields
}
