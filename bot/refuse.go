package bot

import (
	"errors"
	"strings"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
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

// tellTried lets those hear whom a regime names that somebody tried what it
// forbids (S10-24).
func (t *talk) tellTried(c *school.Change, refusal error) {
	var tried *rules.Tried
	if !errors.As(refusal, &tried) || t.h == nil {
		return
	}
	student, _ := t.h.School.Roster.Student(t.d.Student)
	text := phrase.TriedForbidden.With("who", t.by.Name, "name", student.Name, "what", tried.What)
	fresh := talk{b: t.b, ctx: t.ctx, h: t.h, d: t.d, by: t.by, now: t.now, said: t.said, c: *c, ds: t.ds}
	for _, role := range tried.Tell {
		for _, p := range t.h.School.Holders(role, student.Class(), t.ds, t.now).People {
			if p != t.by.ID {
				fresh.tell(p, text, tried.Error())
			}
		}
	}
	*c = fresh.c
}
