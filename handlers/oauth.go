package handlers

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// A browser that has gone to a platform to sign in carries a sealed cookie
// with the state it must come back with, and where it wanted to go.
const (
	useOAuth    = "oauth"
	oauthCookie = "guixiao-oauth"
	oauthLasts  = 10 * time.Minute
)

// signInDoor is one platform to sign in through.
type signInDoor struct {
	Name string // wecom/main
	Word string // 企业微信
}

func (s *server) signInDoors() []signInDoor {
	var doors []signInDoor
	for _, p := range s.Platforms {
		if _, ok := p.(bot.SignIner); ok && s.BaseURL != "" {
			doors = append(doors, signInDoor{p.Name(), platformWords[p.Kind()].String()})
		}
	}
	return doors
}

var platformWords = map[string]phrase.Phrase{"wecom": phrase.WordWeCom, "dingtalk": phrase.WordDingTalk,
	"mp": phrase.WordMP, school.PlatformSMS: phrase.WordSMS, school.PlatformSandbox: phrase.WordSandbox}

func (s *server) signIner(c *gin.Context) (bot.Platform, bot.SignIner, bool) {
	name := c.Param("kind") + "/" + c.Param("account")
	for _, p := range s.Platforms {
		if door, ok := p.(bot.SignIner); ok && p.Name() == name && s.BaseURL != "" {
			return p, door, true
		}
	}
	s.fail(c, school.NotFound("%s", phrase.NoSuchDoor))
	return nil, nil, false
}

// oauthBegin sends the browser to the platform.
func (s *server) oauthBegin(c *gin.Context) {
	p, door, ok := s.signIner(c)
	if !ok {
		return
	}
	state := rand.Text()
	token := seal(s.Key, pass{Use: useOAuth, Person: safePath(c.Query("to")), Until: time.Now().Add(oauthLasts), Nonce: state})
	s.putCookie(c, oauthCookie, token, int(oauthLasts.Seconds()))
	c.Redirect(http.StatusSeeOther, door.SignInURL(s.BaseURL+"/sign-in/back/"+p.Name(), state, c.Request.UserAgent()))
}

// oauthBack takes the browser back: only with the state it left with, and only
// somebody who is on a roster.
func (s *server) oauthBack(c *gin.Context) {
	p, door, ok := s.signIner(c)
	if !ok {
		return
	}
	token, err := c.Cookie(oauthCookie)
	left, good := unseal(s.Key, token, useOAuth, time.Now())
	if err != nil || !good || left.Nonce != c.Query("state") {
		s.fail(c, school.Forbidden(phrase.SignInAgain.String()))
		return
	}
	s.putCookie(c, oauthCookie, "", -1)
	address, err := door.SignedIn(c.Request.Context(), c.Query("code"))
	if err != nil {
		s.fail(c, err)
		return
	}
	for _, sch := range s.Schools() {
		if me, known := sch.Roster.At(address.Platform, address.User); known && speaks(sch, p.Name()) {
			s.startSession(c, viewer{me, sch})
			c.Redirect(http.StatusSeeOther, safePath(left.Person))
			return
		}
	}
	s.fail(c, school.Forbidden(phrase.SignInStranger.String()))
}

func speaks(sch *school.School, account string) bool {
	for _, p := range sch.Platforms {
		if p == account {
			return true
		}
	}
	return false
}

// signInPath is where somebody who is not signed in goes first: straight to
// the platform when there is just one.
func (s *server) signInPath(to string) string {
	if doors := s.signInDoors(); len(doors) == 1 && s.Demo == nil {
		return "/sign-in/with/" + doors[0].Name + "?to=" + url.QueryEscape(safePath(to))
	}
	return "/sign-in?to=" + url.QueryEscape(safePath(to))
}
