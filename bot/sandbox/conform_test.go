package sandbox_test

import (
	"testing"

	"guixiao/bot/bottest"
	"guixiao/rules/school"
)

func TestTheSandboxIsAPlatformLikeAnyOther(t *testing.T) {
	bottest.Conform(t, func(t *testing.T) bottest.Subject {
		p := open(t, t.TempDir())
		return bottest.Subject{
			Platform: p,
			Staff:    school.Address{Platform: "sandbox", User: "T001"},
			Guardian: school.Address{Platform: "sandbox", User: "G1"},
			Seen: func(a school.Address) (texts []string) {
				for _, item := range feed(t, p, a.User, 0) {
					texts = append(texts, item.Text)
				}
				return texts
			},
		}
	})
}
