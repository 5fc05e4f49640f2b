package bot

import (
	"strings"

	"guixiao/rules/phrase"
)

// refusals maps what was asked for to the article that forbids it; the first
// row with a word of the message answers.
var refusals = []struct {
	words []string
	text  phrase.Phrase
}{
	{[]string{"开除", "劝退", "退学", "学籍"}, phrase.RefuseExpel},
	{[]string{"停课", "停学"}, phrase.RefuseSuspend},
	{[]string{"转学", "转走", "考试"}, phrase.RefuseTransfer},
	{[]string{"进班", "进教室", "进校", "上课", "回教室"}, phrase.RefuseEntry},
	{[]string{"名单", "公布", "排名", "原因", "群里"}, phrase.RefusePublish},
}

// refuse answers a request for what a school may not do: politely, with the
// article, and with the attempt on record (domain 2.5).
func (t *talk) refuse() error {
	answer := phrase.RefuseOther
	for _, r := range refusals {
		if containsAny(t.d.Text, r.words) {
			answer = r.text
			break
		}
	}
	t.say(answer.With())
	t.c.Audit = append(t.c.Audit, t.line("refuse", answer.With()))
	return nil
}

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
