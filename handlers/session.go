package handlers

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// pass says who somebody is until when. It travels sealed: readable, but not
// to be made or changed without the key.
type pass struct {
	Use    string    `json:"u"` // useSession or useLink, so that one is never the other
	School string    `json:"s"`
	Person string    `json:"p"`
	Until  time.Time `json:"t"`
	Nonce  string    `json:"n,omitempty"` // of a link: it works once
}

const (
	useSession    = "session"
	useLink       = "link"
	sessionCookie = "guixiao"
	sessionLasts  = 12 * time.Hour
)

func seal(key []byte, p pass) string {
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and a time can always be written
	}
	return base64.RawURLEncoding.EncodeToString(body) + "." + base64.RawURLEncoding.EncodeToString(sign(key, body))
}

func sign(key, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("guixiao pass\x00"))
	mac.Write(body)
	return mac.Sum(nil)
}

// unseal reads a pass made with the key for this use and still good.
func unseal(key []byte, token, use string, now time.Time) (pass, bool) {
	var p pass
	for i := range token {
		if token[i] != '.' {
			continue
		}
		body, err1 := base64.RawURLEncoding.DecodeString(token[:i])
		mac, err2 := base64.RawURLEncoding.DecodeString(token[i+1:])
		if err1 != nil || err2 != nil || !hmac.Equal(mac, sign(key, body)) || json.Unmarshal(body, &p) != nil {
			return pass{}, false
		}
		return p, p.Use == use && now.Before(p.Until)
	}
	return pass{}, false
}

// SignInLink is the path of a one-time link that signs a person in; the
// operator prints it and hands it over.
func SignInLink(key []byte, schoolID, person string, until time.Time) string {
	return "/sign-in/link/" + seal(key, pass{Use: useLink, School: schoolID, Person: person, Until: until, Nonce: rand.Text()})
}

// viewer is the signed-in person, at their school.
type viewer struct {
	school.Person
	School *school.School
}

// viewer finds who asks; false when nobody is signed in. Sessions run on the
// machine's own time, not on the demo's clock.
func (s *server) viewer(c *gin.Context) (viewer, bool) {
	token, err := c.Cookie(sessionCookie)
	if err != nil {
		return viewer{}, false
	}
	p, ok := unseal(s.Key, token, useSession, time.Now())
	if !ok {
		return viewer{}, false
	}
	return s.find(p.School, p.Person)
}

func (s *server) find(schoolID, person string) (viewer, bool) {
	for _, sch := range s.Schools() {
		if sch.ID != schoolID {
			continue
		}
		if p, ok := sch.Roster.Person(person); ok {
			return viewer{p, sch}, true
		}
	}
	return viewer{}, false
}

// signedIn lets only signed-in people through; others choose who they are first.
func (s *server) signedIn(next func(c *gin.Context, me viewer)) gin.HandlerFunc {
	return func(c *gin.Context) {
		me, ok := s.viewer(c)
		if !ok {
			c.Redirect(http.StatusSeeOther, s.signInPath(c.Request.URL.RequestURI()))
			return
		}
		c.Set(meKey, me)
		next(c, me)
	}
}

const meKey = "me"

func (s *server) startSession(c *gin.Context, me viewer) {
	until := time.Now().Add(sessionLasts)
	token := seal(s.Key, pass{Use: useSession, School: me.School.ID, Person: me.ID, Until: until})
	s.setCookie(c, token, int(sessionLasts.Seconds()))
}

func (s *server) setCookie(c *gin.Context, value string, age int) {
	s.putCookie(c, sessionCookie, value, age)
}

func (s *server) putCookie(c *gin.Context, name, value string, age int) {
	secure := c.Request.TLS != nil || c.GetHeader("X-Forwarded-Proto") == "https"
	http.SetCookie(c.Writer, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

// safePath keeps a redirect on this site: one slash, then anything but a
// second one.
func safePath(path string) string {
	if len(path) == 0 || path[0] != '/' || len(path) > 1 && (path[1] == '/' || path[1] == '\\') {
		return "/"
	}
	return path
}

func (s *server) signIn(c *gin.Context) {
	s.page(c, http.StatusOK, "signin", gin.H{"Title": phrase.TitleSignIn, "Groups": s.signInGroups(), "Doors": s.signInDoors(), "To": safePath(c.Query("to"))})
}

// signInAs is the demo's sign-in: choose who you are.
func (s *server) signInAs(c *gin.Context) {
	me, ok := s.find(s.Demo.School().ID, c.PostForm("person"))
	if !ok {
		s.fail(c, school.Invalid("%s", phrase.ChoosePerson))
		return
	}
	s.startSession(c, me)
	c.Redirect(http.StatusSeeOther, safePath(c.PostForm("to")))
}

func (s *server) signInByLink(c *gin.Context) {
	now := time.Now()
	p, good := unseal(s.Key, c.Param("token"), useLink, now)
	me, known := s.find(p.School, p.Person)
	fresh := good && known
	if fresh {
		// The use is an event of the school: no restart and no other replica forgets it.
		var err error
		if fresh, err = s.first(c, school.Change{School: p.School, Key: "link:" + p.Nonce, At: now}); err != nil {
			s.fail(c, err)
			return
		}
	}
	if !fresh {
		s.fail(c, school.Forbidden(phrase.LinkUsed.String()))
		return
	}
	s.startSession(c, me)
	c.Redirect(http.StatusSeeOther, "/")
}

func (s *server) signOut(c *gin.Context) {
	s.setCookie(c, "", -1)
	c.Redirect(http.StatusSeeOther, "/sign-in")
}
