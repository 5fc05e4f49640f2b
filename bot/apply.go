package bot

import (
	"regexp"
	"slices"
	"strings"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// clauseEnds part a message; ofTheForm are clauses that say what is applied for
// and for when, not why.
var (
	clauseEnds = regexp.MustCompile(`[，。；！,;!\n]+`)
	ofTheForm  = regexp.MustCompile(`申请|办理|手续|休学|停课|转学|转出|转入|复学|复课|退费|退学|缓学|延缓|出国|免学|请假|[0-9０-９]+[月日号.]|从.*起|老师好|您好|你好|谢谢|麻烦`)
)

// besides is what a message says beside the wish itself: why.
func besides(text string) string {
	var why []string
	for _, clause := range clauseEnds.Split(text, -1) {
		if clause = strings.TrimSpace(clause); clause != "" && !ofTheForm.MatchString(clause) {
			why = append(why, clause)
		}
	}
	return strings.Join(why, "，")
}

// ownForms are the applications of the speaker that wait for words.
func ownForms(cards []school.Card) []school.Card {
	return slices.DeleteFunc(slices.Clone(cards), func(c school.Card) bool {
		_, words := firstInWords(c)
		return c.Kind != school.CardApply || c.Role != rules.Applicant || !words
	})
}

// ownForm takes a sentence as the next missing part of the speaker's own
// application; nil when nothing is missing that words could fill.
func (t *talk) ownForm(card *school.Card) (*school.Card, error) {
	if card == nil || card.Kind != school.CardApply {
		cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
		if err != nil {
			return nil, err
		}
		if forms := ownForms(cards); len(forms) > 1 {
			var names []string
			for _, c := range forms {
				names = append(names, c.Title)
			}
			t.say(phrase.WhichForm.With("list", strings.Join(names, "、")))
			return &forms[0], nil
		}
		card = nil
		for _, c := range cards { // newest first
			if c.Kind == school.CardApply || c.Kind == school.CardStage && !ofSchool(c) {
				card = &c
				break
			}
		}
	}
	if card == nil || card.Kind != school.CardApply {
		return nil, nil
	}
	in, ok := firstInWords(*card)
	if !ok || asksSomething(t.d.Text) {
		return nil, nil
	}
	facts, err := t.facts(card.Student)
	if err != nil {
		return nil, err
	}
	c, text, ok, err := rules.Complete(facts[card.Student], *card, map[string]string{in.Key: t.d.Text})
	if err != nil || !ok {
		return nil, err
	}
	t.c.Merge(c)
	t.say(text)
	return card, nil
}

// asksSomething says whether a sentence is a question, which is no answer to one.
func asksSomething(text string) bool {
	return containsAny(text, []string{"？", "?", "吗", "办到哪", "到哪一步", "到哪了", "批了没", "批没批"})
}

// takeBackApplication withdraws the speaker's own application that the words
// mean; which of several is asked, never guessed. With named only one whose
// kind the words name is meant. False when there is none.
func (t *talk) takeBackApplication(named bool) (bool, error) {
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil {
		return false, err
	}
	all, err := t.b.Store.ApplicationsOf(t.ctx, t.c.School, "")
	if err != nil {
		return false, err
	}
	mine := slices.DeleteFunc(all, func(a school.Application) bool {
		return a.AskedBy != t.by.ID || !a.Waiting() || !slices.ContainsFunc(cards, func(c school.Card) bool { return c.ID == rules.OwnCard(a) }) ||
			named && !rules.NamesRequest(t.d.Text, a.Kind)
	})
	if of := slices.DeleteFunc(slices.Clone(mine), func(a school.Application) bool { return !strings.Contains(t.d.Text, t.h.name(a.Student)) }); len(of) > 0 {
		mine = of
	}
	switch len(mine) {
	case 0:
		return false, nil
	case 1:
		t.d.Card, t.d.Button = rules.OwnCard(mine[0]), rules.ButtonRevoke
		return true, t.press()
	}
	var titles []string
	for _, c := range cards {
		if slices.ContainsFunc(mine, func(a school.Application) bool { return c.ID == rules.OwnCard(a) }) {
			titles = append(titles, c.Title)
		}
	}
	t.say(phrase.RevokeWhich.With("titles", strings.Join(titles, "、")))
	return true, nil
}

// asksOfApplications says whether a question is about where an application stands.
func (t *talk) asksOfApplications() bool {
	return containsAny(t.d.Text, []string{"申请", "审批", "批了", "批下来", "批没批", "办到哪", "到哪一步", "手续办"})
}

// queryApplications says where the applications stand about which the speaker
// may know: of the children named, else those the speaker brought.
func (t *talk) queryApplications(children []school.Student) error {
	of := map[string]bool{}
	for _, s := range children {
		of[s.ID] = true
	}
	all, err := t.b.Store.ApplicationsOf(t.ctx, t.c.School, "")
	if len(children) == 1 {
		all, err = t.b.Store.ApplicationsOf(t.ctx, t.c.School, children[0].ID)
	}
	if err != nil {
		return err
	}
	var lines []string
	for _, a := range all { // newest first
		if !of[a.Student] && a.AskedBy != t.by.ID || !a.Waiting() && a.ClosedAt.Before(t.now.AddDate(0, 0, -14)) {
			continue
		}
		facts, err := t.facts(a.Student)
		if err != nil {
			return err
		}
		lines = append(lines, rules.WhereItStands(facts[a.Student], a))
	}
	if len(lines) == 0 {
		t.say(phrase.QueryNoApplication.With())
		return nil
	}
	t.say(strings.Join(lines, "\n"))
	return nil
}
