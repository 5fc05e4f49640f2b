package handlers

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

func (s *server) demoNow() time.Time {
	return s.Demo.School().Calendar.In(s.Demo.Now()).Truncate(time.Second)
}

func (s *server) demoClock(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"now": s.demoNow().Format(time.RFC3339)})
}

func (s *server) demoMoveClock(c *gin.Context) {
	var in struct {
		Advance  string `json:"advance"`
		To       string `json:"to"`
		RollCall string `json:"rollcall"`
	}
	if !s.read(c, &in) {
		return
	}
	move, err := moveTo(s.Demo.Now(), in.Advance, in.To, in.RollCall)
	if err != nil {
		s.failDemo(c, err)
		return
	}
	unlimited(c)
	now, err := s.Demo.MoveTo(c.Request.Context(), move)
	s.bell.ring(false)
	if err != nil {
		s.failDemo(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"now": s.Demo.School().Calendar.In(now).Format(time.RFC3339)})
}

// moveTo reads how far the clock shall go: either advance or to.
func moveTo(now time.Time, advance, to, rollcall string) (DemoMove, error) {
	move := DemoMove{RollAsBefore: rollcall == "as-before"}
	if rollcall != "" && !move.RollAsBefore {
		return move, school.Invalid("%s", phrase.DemoRollCall)
	}
	switch {
	case (advance == "") == (to == ""):
		return move, school.Invalid("%s", phrase.DemoAdvanceOrTo)
	case advance != "":
		d, err := time.ParseDuration(strings.TrimSpace(advance))
		if err != nil {
			return move, school.Invalid("%s", phrase.DemoAdvance.With("advance", advance))
		}
		move.To = now.Add(d)
	default:
		t, err := time.Parse(time.RFC3339, to)
		if err != nil {
			return move, school.Invalid("%s", phrase.DemoTo.With("to", to))
		}
		move.To = t
	}
	if move.To.Before(now) {
		return move, school.Invalid("%s", phrase.DemoNeverBack)
	}
	return move, nil
}

// clockView is the demo's clock as the page shows it, with where its two
// school-time buttons lead.
type clockView struct {
	Now       string `json:"now"`
	Day       string `json:"day"`        // 3月9日（周一）
	Session   string `json:"session"`    // what the school does now
	AfterRoll string `json:"after_roll"` // one minute after the next roll call closes; "" = the calendar ends
	NextDay   string `json:"next_day"`   // the same time on the next day with school
}

func (s *server) clockNow() clockView {
	cal, now := s.Demo.School().Calendar, s.demoNow()
	v := clockView{Now: now.Format(time.RFC3339), Day: cal.DayOf(now).Name(), Session: s.sessionWords(now)}
	if _, at, ok := cal.NextClose(now); ok {
		v.AfterRoll = at.Add(time.Minute).Format(time.RFC3339)
	}
	if day, ok := cal.NextSchoolDay(cal.DayOf(now)); ok {
		v.NextDay = cal.At(day, school.Clock(now.Hour()*60+now.Minute())).Format(time.RFC3339)
	}
	return v
}

// sessionWords says what the school does at that moment.
func (s *server) sessionWords(now time.Time) string {
	cal := s.Demo.School().Calendar
	slot, ok := cal.Current(now)
	if !ok {
		return phrase.DemoNoSchool.String()
	}
	session, _ := cal.Session(slot.Session)
	switch {
	case now.Before(cal.Opens(slot)):
		return phrase.DemoBefore.With("session", session.Name)
	case now.Before(cal.Closes(slot)):
		return phrase.DemoRollOpen.With("session", session.Name, "until", session.ReportBy)
	case now.Before(cal.Ends(slot)):
		return phrase.DemoRollClosed.With("session", session.Name)
	}
	return phrase.DemoAfterSchool.String()
}
