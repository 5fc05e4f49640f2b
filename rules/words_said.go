package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
)

// saidFor are other words in which people give an answer that is chosen from a
// list.
var saidFor = map[string]phrase.Phrase{
	"yes": phrase.AnswerYes, "true": phrase.AnswerYes, "ok": phrase.AnswerYes, "已核对": phrase.AnswerYes, "已确认": phrase.AnswerYes, "已办": phrase.AnswerYes, "完成": phrase.AnswerYes,
	"no": phrase.AnswerNo, "false": phrase.AnswerNo,
	"as planned": phrase.PlanReturn, "return as planned": phrase.PlanReturn, "return": phrase.PlanReturn, "按时复课": phrase.PlanReturn,
	"longer": phrase.PlanLonger, "延长": phrase.PlanLonger, "will not return": phrase.PlanNever, "not return": phrase.PlanNever, "不回来": phrase.PlanNever,
	"hold": phrase.SeatHeld, "release": phrase.SeatReleased,
}

// inOptions gives an answer the word its list has for it.
func inOptions(r Require, said string) string {
	if slices.Contains(r.Options, said) {
		return said
	}
	if p, ok := saidFor[strings.ToLower(strings.TrimSpace(said))]; ok && slices.Contains(r.Options, p.String()) {
		return p.String()
	}
	return said
}
