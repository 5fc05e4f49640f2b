// Package bottest is what every platform must pass, and the people and
// services at the other end of it: a faithful WeCom that a test can talk to.
// It is imported by tests only.
package bottest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/rules/school"
)

// Subject is a platform under test together with the world at its other end.
// Fields a platform has no use for stay empty; what depends on them is skipped.
type Subject struct {
	Platform bot.Platform
	Staff    school.Address // can be reached
	Guardian school.Address // can be reached
	Refused  []Refusal      // cannot be reached
	Secrets  []string       // must never appear in an error or a log
	Log      *Log           // what the platform logged

	// Troubles make the next send fail in one particular way each.
	Troubles []Trouble
	// Sent are the bodies that crossed the wire for messages, oldest first.
	Sent func() [][]byte
	// Seen are the texts on the person's phone, oldest first.
	Seen func(school.Address) []string

	// Complaints are what the other end let pass but would show badly; a test
	// that leaves some fails. nil = it has none.
	Complaints func() []string

	// CodedCards: a card can be updated only with a code of the platform's.
	CodedCards bool
	// Blind says that the platform offers no way to recognise the repeat of
	// such a message: after a lost answer it may be read twice. nil = never.
	Blind func(school.Notice) bool
	// Spent are the calls of the monthly budget: as the platform under test
	// counted them, and as the world at its other end did. nil = no budget.
	Spent func() (counted, charged int)

	Inbound *Inbound // nil when the platform is not called over HTTP
}

// Trouble is one way in which a send can fail.
type Trouble struct {
	Name  string
	Of    string              // the kind of notice that is sent: text, card or parent; "" = text
	Make  func(school.Notice) // the next send of this notice fails so
	Class bot.SendClass
	Then  bot.SendClass // what the attempt after it gives; "" = it arrives
}

// Refusal is an address the platform cannot reach.
type Refusal struct {
	Name     string
	Guardian bool
	Address  school.Address
}

// Conform runs the whole suite; open makes a fresh subject for every test.
func Conform(t *testing.T, open func(t *testing.T) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"rendering the same notice twice gives the same bytes": renderIsPure,
		"a message reaches the person it is for":               messageArrives,
		"a repeat is byte for byte the same":                   repeatIsIdentical,
		"a repeat is not read twice":                           repeatIsReadOnce,
		"two notices with the same words are two messages":     sameWordsAreTwoMessages,
		"what is too long is shortened, not refused":           longArrives,
		"messages arrive in the order they were sent":          arriveInOrder,
		"what counts against the month is counted":             budgetIsCounted,
		"who cannot be reached is named as such":               refusedRecipients,
		"a card nobody can update any more is stale":           unknownCardIsStale,
		"a file is handed in, then shown":                      fileIsShown,
		"what cannot be shown is said to be so":                fileIsNotShown,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			test(t, s)
			s.keepsSecrets(t)
			if s.Complaints != nil {
				for _, c := range s.Complaints() {
					t.Errorf("shown badly: %s", c)
				}
			}
		})
	}
	t.Run("every failure says what to do next", func(t *testing.T) { retryTable(t, open) })
	conformInbound(t, open)
}

var noon = time.Date(2026, 10, 13, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

// Notices of every shape, as the courier hands them over.
func notices() map[string]school.Notice {
	due := noon.Add(6 * time.Hour)
	card := school.Card{ID: school.ID("card"), Title: "张三 未到校", State: school.CardOpen, Kind: school.CardStage, Due: &due,
		Fields:  []school.Field{{K: "班级", V: "七(3)班"}, {K: "时间", V: "10月13日（周二）上午"}},
		Buttons: []school.Button{{Key: "submit", Text: "提交", Style: "primary", Act: school.ActSubmit}, {Key: "no-contact", Text: "没联系上", Act: school.ActSubmit}},
		Inputs:  []school.Input{{Key: "reason", Label: "原因", Type: "text", Required: true}}}
	parent := card
	parent.Kind, parent.Inputs = school.CardParent, nil
	return map[string]school.Notice{
		"text": {School: "demo", Key: "n-text", Act: school.NoticeSend, Kind: school.NoticeText, To: "T001", Text: "已登记：张三 <上午> & 下午未到校。", At: noon},
		"card": {School: "demo", Key: "n-card", Act: school.NoticeSend, Kind: school.NoticeCard, To: "T001", Text: "请在 18:00 前说明原因", Card: &card, Why: "S23 半天未到校", At: noon},
		"parent": {School: "demo", Key: "n-parent", Act: school.NoticeSend, Kind: school.NoticeParent, To: "G1", Text: "张三今天上午没有到校，请与班主任联系。",
			Card: &parent, Link: "https://bot.school.example/p/7f3c9a52d1", At: noon},
	}
}

// Notice is one of the suite's own notices: "text", "card" or "parent".
func Notice(kind string) school.Notice { return notices()[kind] }

func (s Subject) addressFor(n school.Notice) school.Address {
	if n.Kind == school.NoticeParent {
		return s.Guardian
	}
	return s.Staff
}

// deliver renders and sends one notice.
func (s Subject) deliver(t *testing.T, n school.Notice, to school.Address, attempt int) (school.Receipt, error) {
	t.Helper()
	body, err := s.Platform.Render(n, to)
	if err != nil {
		t.Fatalf("rendering: %v", err)
	}
	r, err := s.Platform.Deliver(t.Context(), bot.Dispatch{Notice: n, To: to, Body: body, Attempt: attempt})
	if err != nil {
		s.holdsNoSecret(t, "error", err.Error())
	}
	return r, err
}

func renderIsPure(t *testing.T, s Subject) {
	for name, n := range notices() {
		to := s.addressFor(n)
		first, err := s.Platform.Render(n, to)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		second, err := s.Platform.Render(n, to)
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: rendered differently the second time (%v)", name, err)
		}
		s.holdsNoSecret(t, "body", string(first))
	}
}

func messageArrives(t *testing.T, s Subject) {
	for name, n := range notices() {
		to := s.addressFor(n)
		before := len(s.Seen(to))
		r, err := s.deliver(t, n, to, 1)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Platform != s.Platform.Name() || r.User != to.User {
			t.Errorf("%s: the receipt names %s %s", name, r.Platform, r.User)
		}
		if got := len(s.Seen(to)) - before; got != 1 {
			t.Errorf("%s: %d messages arrived", name, got)
		}
	}
}

func repeatIsIdentical(t *testing.T, s Subject) {
	if len(s.Troubles) == 0 {
		t.Skip("nothing can fail here")
	}
	for name, n := range notices() {
		s.Troubles[0].Make(n)
		before := len(s.Sent())
		if _, err := s.deliver(t, n, s.addressFor(n), 1); err == nil {
			t.Fatalf("%s: the first attempt did not fail", name)
		}
		if _, err := s.deliver(t, n, s.addressFor(n), 2); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sent := s.Sent()[before:]
		if len(sent) != 2 || !bytes.Equal(sent[0], sent[1]) {
			t.Errorf("%s: the repeat differs:\n%s", name, bytes.Join(sent, []byte("\n")))
		}
	}
}

func repeatIsReadOnce(t *testing.T, s Subject) {
	for name, n := range notices() {
		if s.Blind != nil && s.Blind(n) {
			continue
		}
		to := s.addressFor(n)
		before := len(s.Seen(to))
		for attempt := 1; attempt <= 2; attempt++ { // the process died after the first: it does not know that it arrived
			if _, err := s.deliver(t, n, to, attempt); err != nil {
				t.Errorf("%s, attempt %d: %v", name, attempt, err)
			}
		}
		if got := len(s.Seen(to)) - before; got != 1 {
			t.Errorf("%s: read %d times", name, got)
		}
	}
}

func sameWordsAreTwoMessages(t *testing.T, s Subject) {
	for _, kind := range []string{"text", "parent"} {
		n := notices()[kind]
		to := s.addressFor(n)
		before := len(s.Seen(to))
		for i, key := range []string{"first", "second"} {
			n.Key, n.At = key, noon.Add(time.Duration(i)*time.Minute)
			if _, err := s.deliver(t, n, to, 1); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(s.Seen(to)) - before; got != 2 {
			t.Errorf("%s: two notices with the same words: %d arrived", kind, got)
		}
	}
}

// longArrives sends what no phone shows whole: a class of sixty, a long reason.
func longArrives(t *testing.T, s Subject) {
	for name, n := range notices() {
		n.Key += "-long"
		n.Text = strings.Repeat("张三今天上午没有到校，原因尚未查明。\n", 400)
		n.Why = strings.Repeat("制度第十条：了解原因；", 60)
		if n.Card != nil {
			card := *n.Card
			card.ID, card.Title = school.ID(card.ID, "long"), strings.Repeat("七(3)班今天上午有很多人没有到校", 20)
			card.Fields, card.Buttons = nil, nil
			for i := range 60 {
				card.Fields = append(card.Fields, school.Field{K: fmt.Sprintf("第%d位同学的情况", i+1), V: strings.Repeat("未到校，", 30)})
			}
			for i := range 8 {
				card.Buttons = append(card.Buttons, school.Button{Key: fmt.Sprintf("pick:S%03d", i), Text: fmt.Sprintf("第%d位 欧阳上官司马 七年级(3)班%d号 女", i, i), Act: school.ActChoose})
			}
			n.Card = &card
		}
		to := s.addressFor(n)
		before := len(s.Seen(to))
		if _, err := s.deliver(t, n, to, 1); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := len(s.Seen(to)) - before; got != 1 {
			t.Errorf("%s: %d messages arrived", name, got)
		}
	}
}

func arriveInOrder(t *testing.T, s Subject) {
	var want []string
	before := len(s.Seen(s.Staff))
	for i := range 5 {
		n := notices()["text"]
		n.Key, n.Text = fmt.Sprintf("n-%d", i), fmt.Sprintf("第%d条", i+1)
		want = append(want, n.Text)
		if _, err := s.deliver(t, n, s.Staff, 1); err != nil {
			t.Fatal(err)
		}
	}
	seen := s.Seen(s.Staff)[before:]
	if len(seen) != len(want) {
		t.Fatalf("%d of %d arrived", len(seen), len(want))
	}
	for i := range want {
		if !strings.Contains(seen[i], want[i]) {
			t.Errorf("as number %d came %q", i+1, seen[i])
		}
	}
}

func budgetIsCounted(t *testing.T, s Subject) {
	if s.Spent == nil {
		t.Skip("calls of this platform are not counted")
	}
	messageArrives(t, s)
	if len(s.Troubles) > 0 {
		n := notices()["text"]
		s.Troubles[0].Make(n)
		_, _ = s.deliver(t, n, s.Staff, 1)
	}
	if counted, charged := s.Spent(); counted != charged || charged == 0 {
		t.Errorf("%d calls were counted, %d charged", counted, charged)
	}
}

func refusedRecipients(t *testing.T, s Subject) {
	for _, r := range s.Refused {
		n := notices()["text"]
		if r.Guardian {
			n = notices()["parent"]
		}
		_, err := s.deliver(t, n, r.Address, 1)
		if got := classOf(err); got != bot.SendRecipient {
			t.Errorf("%s: class %q (%v)", r.Name, got, err)
		}
	}
	// Nobody else pays for it.
	messageArrives(t, s)
}

func unknownCardIsStale(t *testing.T, s Subject) {
	n := notices()["card"]
	closed := *n.Card
	closed.State, closed.Result = school.CardDone, "王老师已说明原因"
	n.Key, n.Act, n.Of, n.Card = "n-update", school.NoticeUpdate, n.Key, &closed
	if !s.CodedCards {
		t.Skip("cards of this platform need no code")
	}
	if _, err := s.deliver(t, n, s.Staff, 1); classOf(err) != bot.SendStale {
		t.Errorf("update without a code: %v", err)
	}
}

func retryTable(t *testing.T, open func(*testing.T) Subject) {
	count := len(open(t).Troubles)
	for i := range count {
		s := open(t)
		trouble := s.Troubles[i]
		t.Run(trouble.Name, func(t *testing.T) {
			n := notices()[cmp.Or(trouble.Of, "text")]
			to := s.addressFor(n)
			trouble.Make(n)
			_, err := s.deliver(t, n, to, 1)
			if got := classOf(err); got != trouble.Class {
				t.Errorf("class %q, want %q (%v)", got, trouble.Class, err)
			}
			if _, err = s.deliver(t, n, to, 2); classOf(err) != trouble.Then {
				t.Errorf("the attempt after it: %v", err)
			}
			s.keepsSecrets(t)
		})
	}
}

// classOf reads the class of a failed send; every failure must have one.
func classOf(err error) bot.SendClass {
	var e *bot.SendError
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &e):
		return "not a SendError"
	case e.Text == "":
		return "no text for the administrator"
	}
	return e.Class
}

func (s Subject) keepsSecrets(t *testing.T) {
	t.Helper()
	if s.Log != nil {
		s.holdsNoSecret(t, "log", s.Log.String())
	}
}

func (s Subject) holdsNoSecret(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range s.Secrets {
		if secret != "" && strings.Contains(text, secret) {
			t.Errorf("the %s holds a secret", where)
		}
	}
}

// Log collects what a platform logs; use it as the writer of a slog handler.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write appends.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String is everything logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
