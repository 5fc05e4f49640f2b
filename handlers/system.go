package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// System is what the administrators' page looks at and acts on.
type System interface {
	// Health says how the service is.
	Health(ctx context.Context) (Health, error)
	// What was set aside; deliveries of all schools, because one that could
	// not be read belongs to none yet.
	ParkedInbox(ctx context.Context) ([]school.Parked, error)
	ParkedNotices(ctx context.Context, schoolID string) ([]school.Parked, error)
	ParkedTimers(ctx context.Context, schoolID string) ([]school.Parked, error)
	// Requeue gives another chance, GiveUp ends it; ErrNotFound when somebody
	// else has done so.
	// AddressBooks are what was found in the platforms' address books.
	AddressBooks(ctx context.Context, schoolID string) ([]school.AddressBook, error)
	Requeue(ctx context.Context, p school.Parked, now time.Time) error
	GiveUp(ctx context.Context, p school.Parked, now time.Time) error
}

// Health is how the service is.
type Health struct {
	Readiness
	AuditAt  time.Time // of the last look for what cannot happen; zero: none yet
	Findings []string  // of that look
	Queues   []Queue
	Budgets  []bot.Budget // of the accounts whose use is counted by the month
}

// Queue says how one of the three queues stands.
type Queue struct {
	Name    string // inbox, timers or outbox
	Due     int
	Working int
	Parked  int
	Oldest  time.Time // since when the oldest that is not done has been due; zero: none is
}

var queueWords = map[string]phrase.Phrase{"inbox": phrase.QueueInbox, "timers": phrase.QueueTimers, "outbox": phrase.QueueOutbox}

// keeps says whether the person looks after the service: 管理员 and 校长.
func keeps(me viewer, now time.Time) bool {
	for _, title := range []string{school.TitleAdministrator, "校长"} {
		if r := me.School.Holders(title, "", nil, now); !r.Fallback && slices.Contains(r.People, me.ID) {
			return true
		}
	}
	return false
}

func (s *server) system(c *gin.Context, me viewer) {
	now := s.Now()
	if !keeps(me, now) {
		s.fail(c, school.Forbidden(phrase.SystemOnly.String()))
		return
	}
	health, err := s.System.Health(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	parked, err := s.parked(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	books, err := s.System.AddressBooks(c.Request.Context(), me.School.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	said := map[string]phrase.Phrase{actRequeue: phrase.SystemRequeued, actGiveUp: phrase.SystemGivenUp}[c.Query("done")]
	warnings := me.School.Calendar.Warnings(now)
	s.page(c, http.StatusOK, "system", gin.H{
		"Title": phrase.TitleSystem, "Health": health, "Queues": queueLines(health.Queues, now), "Budgets": budgetLines(health.Budgets), "Warnings": warnings, "Parked": parkedLines(parked, now), "Books": bookLines(me.School, books),
		"Said": said, "Well": len(health.Cannot)+len(health.Slow)+len(health.Findings)+len(parked)+len(warnings) == 0 && !slices.ContainsFunc(health.Budgets, func(x bot.Budget) bool { return x.Share() >= bot.Thrift }),
	})
}

// parked lists what was set aside at this person's school, in each queue
// oldest first.
func (s *server) parked(c *gin.Context, me viewer) ([]school.Parked, error) {
	inbox, err := s.System.ParkedInbox(c.Request.Context())
	if err != nil {
		return nil, err
	}
	inbox = slices.DeleteFunc(inbox, func(p school.Parked) bool {
		return p.School != me.School.ID && (p.School != "" || !speaks(me.School, p.Platform))
	})
	timers, err := s.System.ParkedTimers(c.Request.Context(), me.School.ID)
	if err != nil {
		return nil, err
	}
	notices, err := s.System.ParkedNotices(c.Request.Context(), me.School.ID)
	return slices.Concat(inbox, timers, notices), err
}

// queueLine is one queue on the page.
type queueLine struct {
	Queue
	Word phrase.Phrase
	Wait string // how long the oldest has waited
}

func queueLines(all []Queue, now time.Time) []queueLine {
	var out []queueLine
	for _, q := range all {
		line := queueLine{Queue: q, Word: queueWords[q.Name]}
		if !q.Oldest.IsZero() {
			line.Wait = age(now.Sub(q.Oldest))
		}
		out = append(out, line)
	}
	return out
}

// parkedLine is one thing set aside, as far as an administrator needs to know:
// what kind of thing, never what it says or whom it is about.
type parkedLine struct {
	Queue, ID string
	What      phrase.Phrase
	Platform  string
	Reason    string
	Age       string
	Attempt   int
	At        time.Time
}

func parkedLines(all []school.Parked, now time.Time) []parkedLine {
	var out []parkedLine
	for _, p := range all {
		line := parkedLine{Queue: queueOf(p), ID: strconv.FormatInt(p.ID, 10), What: whatOf(p), Reason: p.Reason,
			Age: age(now.Sub(p.At)), Attempt: p.Attempt, At: p.At}
		if p.Timer == nil {
			line.Platform = platformOf(p.Platform)
		}
		if why, ok := reasonWords[p.Reason]; ok {
			line.Reason = why.String()
		}
		out = append(out, line)
	}
	return out
}

func queueOf(p school.Parked) string {
	switch {
	case p.Timer != nil:
		return "timers"
	case p.Notice != nil:
		return "outbox"
	}
	return "inbox"
}

// whatOf names the kind of thing.
func whatOf(p school.Parked) phrase.Phrase {
	kind := ""
	switch {
	case p.Timer != nil:
		kind = "timer:" + p.Timer.Kind
	case p.Notice != nil && p.Notice.Act != school.NoticeSend:
		kind = "notice:" + p.Notice.Act
	case p.Notice != nil:
		kind = "notice:" + p.Notice.Kind
	case p.Delivery != nil:
		kind = "delivery:" + p.Delivery.Kind
	}
	if word, ok := whatWords[kind]; ok {
		return word
	}
	return phrase.WhatOther
}

var whatWords = map[string]phrase.Phrase{
	"delivery:" + school.DeliveryMessage: phrase.WhatMessage, "delivery:" + school.DeliveryPress: phrase.WhatPress, "delivery:" + school.DeliveryEvent: phrase.WhatEvent,
	"notice:" + school.NoticeText: phrase.WhatText, "notice:" + school.NoticeCard: phrase.WhatCard, "notice:" + school.NoticeParent: phrase.WhatParent,
	"notice:" + school.NoticeUpdate: phrase.WhatUpdate, "notice:" + school.NoticeRecall: phrase.WhatRecall,
	"timer:" + school.TimerSession: phrase.WhatSession, "timer:" + school.TimerRemind: phrase.WhatRemind, "timer:" + school.TimerCase: phrase.WhatCase,
	"timer:" + school.TimerParents: phrase.WhatParents, "timer:" + school.TimerLeave: phrase.WhatLeave, "timer:" + school.TimerDigest: phrase.WhatDigest,
	"timer:" + school.TimerAck: phrase.WhatAck, "timer:" + school.TimerHandover: phrase.WhatHandover,
	"timer:" + school.TimerBegin: phrase.WhatBegin, "timer:" + school.TimerFact: phrase.WhatFact,
	"timer:" + school.TimerCalendar: phrase.WhatCalendar,
}

// reasonWords are the reasons the engine itself gives; platforms give theirs in Chinese.
var reasonWords = map[string]phrase.Phrase{
	"taken up too often": phrase.WhyWorn, "worker died too often": phrase.WhyWorn,
	"no address on any platform": phrase.WhyNoAddress, "school is not served": phrase.WhyNoSchool,
}

func platformOf(account string) string {
	if account == "" {
		return phrase.SystemNoFace.String()
	}
	kind, name, _ := strings.Cut(account, "/")
	if word, ok := platformWords[kind]; ok {
		return strings.TrimSpace(word.String() + " " + name)
	}
	return account
}

// age is a length of time in words of one unit.
func age(d time.Duration) string {
	switch {
	case d < time.Hour:
		return phrase.SystemAgoMinute.With("n", max(int(d.Minutes()), 0))
	case d < 48*time.Hour:
		return phrase.SystemAgoHour.With("n", int(d.Hours()))
	}
	return phrase.SystemAgoDay.With("n", int(d.Hours()/24))
}

// What an administrator can do with something set aside.
const (
	actRequeue = "requeue"
	actGiveUp  = "give-up"
)

// findParked finds the thing that is meant among those the person may act on.
func (s *server) findParked(c *gin.Context, me viewer, queue, id string) (school.Parked, error) {
	if !keeps(me, s.Now()) {
		return school.Parked{}, school.Forbidden(phrase.SystemOnly.String())
	}
	all, err := s.parked(c, me)
	if err != nil {
		return school.Parked{}, err
	}
	for _, p := range all {
		if queueOf(p) == queue && strconv.FormatInt(p.ID, 10) == id {
			return p, nil
		}
	}
	return school.Parked{}, school.NotFound("%s", phrase.SystemGone)
}

// systemAsk asks before something is given up for good.
func (s *server) systemAsk(c *gin.Context, me viewer) {
	p, err := s.findParked(c, me, c.Param("queue"), c.Param("id"))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "system-ask", gin.H{"Title": phrase.TitleGiveUp, "Item": parkedLines([]school.Parked{p}, s.Now())[0]})
}

// systemAct writes down who does what, then does it: an act without a line in
// the audit cannot happen.
func (s *server) systemAct(c *gin.Context, me viewer) {
	act := c.Param("act")
	line, do := phrase.LineRequeue, s.System.Requeue
	switch act {
	case actRequeue:
	case actGiveUp:
		line, do = phrase.LineGiveUp, s.System.GiveUp
	default:
		s.fail(c, school.NotFound("%s", phrase.SystemNoAct))
		return
	}
	p, err := s.findParked(c, me, c.PostForm("queue"), c.PostForm("id"))
	if err != nil {
		s.fail(c, err)
		return
	}
	now := me.School.Calendar.In(s.Now())
	_, err = s.first(c, school.Change{
		School: me.School.ID, Key: fmt.Sprintf("system:%s:%s:%d@%d:%s", act, queueOf(p), p.ID, p.At.UnixMilli(), me.ID), At: now,
		Audit: []school.Line{{Book: "system", At: now, Who: me.ID, What: act, Why: p.Reason,
			Detail: line.With("what", whatOf(p), "id", fmt.Sprint(queueOf(p), " ", p.ID))}},
	})
	if err == nil {
		err = do(c.Request.Context(), p, s.Now())
	}
	if errors.Is(err, school.ErrNotFound) {
		err = school.NotFound("%s", phrase.SystemGone)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/system?done="+act)
}

// budgetLine is what an account has used of its month.
type budgetLine struct {
	bot.Budget
	Channel string
	What    phrase.Phrase
	Percent int
	Says    phrase.Phrase // what is done about it; "" = nothing
	Over    bool          // it will not last
}

func budgetLines(all []bot.Budget) []budgetLine {
	var out []budgetLine
	for _, x := range all {
		line := budgetLine{Budget: x, Channel: platformOf(x.Account), What: phrase.BudgetCalls, Percent: int(x.Share() * 100), Over: x.Forecast > x.Quota}
		if x.Purpose == bot.SpentPush {
			line.What = phrase.BudgetPushes
		}
		switch {
		case x.Share() >= bot.Scarce:
			line.Says = phrase.BudgetScarce
		case x.Share() >= bot.Thrift:
			line.Says = phrase.BudgetThrift
		}
		out = append(out, line)
	}
	return out
}
