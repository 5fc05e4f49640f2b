package handlers

import (
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// heardLine is what became of one message to one guardian.
type heardLine struct {
	At      time.Time // when it left, failed or is due
	Who     string
	What    string // 未到校通知, or the words
	State   string // 企业微信 已送出 · 08:25 打开
	Answer  string // what the guardian said
	Tag     phrase.Phrase
	Failed  bool
	Settled bool // answered
	student string
	alarm   bool
}

// messages to families are shown for so long.
const heardDays = 14

// heard lists what became of the messages to the guardians of some children,
// newest first. What was not needed any more was no message.
func (s *server) heard(c *gin.Context, v sight, students []string, since time.Time) ([]heardLine, error) {
	var people []string
	for _, st := range students {
		for _, g := range v.me.School.Roster.GuardiansOf(st) {
			if !slices.Contains(people, g.ID) {
				people = append(people, g.ID)
			}
		}
	}
	all, err := s.Reader.Sendings(c.Request.Context(), v.me.School.ID, people, since)
	if err != nil {
		return nil, err
	}
	var out []heardLine
	for _, x := range slices.Backward(all) {
		if x.State == school.SendingDropped || !slices.Contains(students, x.Notice.Student) {
			continue
		}
		line, err := s.heardOne(c, v, x)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

func (s *server) heardOne(c *gin.Context, v sight, x school.Sending) (heardLine, error) {
	n := x.Notice
	line := heardLine{At: x.At, Who: nameOf(v.me.School, n.To), What: firstLine(n.Text), Tag: phrase.HeardWaits, student: n.Student, alarm: n.Card != nil}
	var tried []string
	for _, account := range x.Refused {
		tried = append(tried, channelOf(account))
	}
	switch x.State {
	case school.SendingLeft:
		line.Tag, line.State = phrase.HeardLeft, channelOf(x.Platform)
		if !x.ReadAt.IsZero() {
			line.Tag = phrase.HeardOpened
			line.State += phrase.HeardAt.With("at", clockOf(v.me.School.Calendar.In(x.ReadAt)))
		}
	case school.SendingFailed:
		line.Tag, line.Failed, line.State = phrase.HeardFailed, true, strings.Join(tried, "、")
	default:
		line.State = phrase.HeardDue.With("at", clockOf(v.me.School.Calendar.In(x.At)))
	}
	if len(tried) > 0 && !line.Failed {
		line.State += phrase.HeardTried.With("channels", strings.Join(tried, "、"))
	}
	if n.Card == nil {
		return line, nil
	}
	line.What = n.Card.Title
	card, err := s.Reader.Card(c.Request.Context(), n.School, n.Card.ID)
	if err == nil && card.State == school.CardDone {
		line.Tag, line.Settled, line.Answer = phrase.HeardAnswered, true, card.Result
	}
	if sentence(err) != "" {
		err = nil // the card is gone: what is known of the message stands
	}
	return line, err
}

func firstLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}

// families says beside each absent child whether its family knows.
func (s *server) families(c *gin.Context, v sight, day *morning) error {
	if len(day.Absent) == 0 {
		return nil
	}
	var students []string
	for _, line := range day.Absent {
		students = append(students, line.ID)
	}
	lines, err := s.heard(c, v, students, v.me.School.Calendar.At(day.Slot.Day, 0))
	if err != nil {
		return err
	}
	for i := range day.Absent {
		child := &day.Absent[i]
		for _, l := range lines {
			if l.student != child.ID || !l.alarm {
				continue
			}
			// newest first: a later guardian stands for one who was not reached
			if child.Family == "" || l.Settled {
				child.Family = strings.TrimSpace(l.Who + " " + l.Tag.String() + " " + l.State)
				child.Unheard = l.Failed
			}
		}
		if child.Unheard {
			day.Unheard = append(day.Unheard, *child)
		}
	}
	return nil
}

// channelOf is the kind of an account in words.
func channelOf(account string) string {
	kind, _, _ := strings.Cut(account, "/")
	if word, ok := platformWords[kind]; ok {
		return word.String()
	}
	return account
}
