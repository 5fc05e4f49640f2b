package handlers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

const (
	useAnswer   = "answer" // of a pass: the form of a page without sign-in
	mostWords   = 500      // characters of an answer in words
	answerLasts = time.Hour
)

// guest is whom a link was given to: a guardian, for one card.
type guest struct {
	viewer
	link school.Link
	card school.Card
	now  time.Time
}

// reply shows a guardian the one message the link came with. Looking decides
// nothing: phones and chat clients look at links by themselves.
func (s *server) reply(c *gin.Context) {
	g, err := s.guest(c)
	if err != nil {
		s.strange(c, err)
		return
	}
	if !g.over() {
		// That it was opened is worth knowing, and worth no more than that.
		_, err := s.first(c, school.Change{School: g.link.School, Key: "opened:" + g.link.Token, At: g.now,
			Opened: []string{school.CardKey(g.card.ID, g.ID)},
			Audit:  []school.Line{{Book: "person:" + g.card.Student, At: g.now, Who: g.ID, What: "read", Detail: phrase.LineOpened.String()}}})
		if err != nil {
			s.fail(c, err)
			return
		}
	}
	s.showReply(c, g, nil)
}

// answer takes what the guardian says: one tap, or words that are read like
// words in a chat. The form's own number makes a second tap the same answer.
func (s *server) answer(c *gin.Context) {
	g, err := s.guest(c)
	if err != nil {
		s.strange(c, err)
		return
	}
	form, good := unseal(s.Key, c.PostForm("form"), useAnswer, g.now)
	switch {
	case g.over() || g.card.State != school.CardOpen:
		s.showReply(c, g, nil)
		return
	case !good || form.School != g.link.School || form.Person != g.link.Token:
		s.showReply(c, g, &school.Reply{Text: phrase.ReplyStale.String()})
		return
	}
	d := school.Delivery{Key: "page:" + g.link.Token + ":" + form.Nonce, School: g.link.School, Platform: bot.Console, From: g.ID,
		Kind: school.DeliveryPress, At: s.Now(), Card: g.card.ID, Button: c.PostForm("button")}
	if d.Button == "" {
		words := strings.TrimSpace(c.PostForm("words"))
		if words == "" {
			s.showReply(c, g, &school.Reply{Text: phrase.ReplyEmpty.String()})
			return
		}
		d.Kind, d.Conversation, d.Text = school.DeliveryMessage, "direct", shorten(words, mostWords)
		if asked, err := s.askedSince(c, g); err != nil || asked {
			d.Card = "" // the words answer what was asked back
		}
	}
	said, err := s.Intake.Ask(c.Request.Context(), d)
	if err != nil {
		s.fail(c, err)
		return
	}
	if g.card, err = s.Reader.Card(c.Request.Context(), g.link.School, g.card.ID); err != nil {
		s.fail(c, err)
		return
	}
	s.showReply(c, g, &said)
}

// askedSince says whether an earlier answer in words led to a question back.
func (s *server) askedSince(c *gin.Context, g guest) (bool, error) {
	cards, err := s.Reader.OpenCards(c.Request.Context(), g.link.School, g.ID)
	for _, k := range cards {
		if k.Kind == school.CardAsk && k.At.After(g.card.At) {
			return true, err
		}
	}
	return false, err
}

func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// guest finds what the link leads to; ErrNotFound for what is no link.
func (s *server) guest(c *gin.Context) (guest, error) {
	link, err := s.Reader.Link(c.Request.Context(), c.Param("token"))
	if err != nil {
		return guest{}, err
	}
	me, ok := s.find(link.School, link.Person)
	if !ok || link.Card == "" {
		return guest{}, school.ErrNotFound
	}
	card, err := s.Reader.Card(c.Request.Context(), link.School, link.Card)
	return guest{me, link, card, me.School.Calendar.In(s.Now())}, err
}

func (g guest) over() bool { return !g.now.Before(g.link.Until) }

func (s *server) showReply(c *gin.Context, g guest, said *school.Reply) {
	open := g.card.State == school.CardOpen && !g.over()
	data := gin.H{"Title": phrase.TitleReply, "School": g.School.Name, "Said": said, "Open": open, "Over": g.over(), "Card": g.card,
		"Token": g.link.Token, "Form": s.form(g.link, g.now)}
	s.page(c, http.StatusOK, "reply", data)
}

// form is the number under which one answer is taken, once.
func (s *server) form(l school.Link, now time.Time) string {
	return seal(s.Key, pass{Use: useAnswer, School: l.School, Person: l.Token, Until: now.Add(answerLasts), Nonce: rand.Text()})
}

// strange answers a link that leads nowhere, as kindly as one that is over.
func (s *server) strange(c *gin.Context, err error) {
	if errors.Is(err, school.ErrNotFound) {
		s.page(c, http.StatusNotFound, "reply", gin.H{"Title": phrase.TitleReply, "Over": true, "Unknown": true})
		return
	}
	s.fail(c, err)
}

// outside shows somebody at the village committee or the township what the
// school has addressed to them: the child's name, its guardian, the words, and
// nothing else. Every opening is on record.
func (s *server) outside(c *gin.Context) {
	o, err := s.outsider(c)
	if err != nil {
		s.strange(c, err)
		return
	}
	if !o.over() {
		line := school.Line{Book: "case:" + o.link.Case, At: o.now, What: "read", Detail: phrase.LineOutsideOpened.With("body", o.link.Body)}
		if _, err := s.first(c, school.Change{School: o.link.School, Key: "opened:" + o.link.Token + ":" + rand.Text(), At: o.now, Audit: []school.Line{line}}); err != nil {
			s.fail(c, err)
			return
		}
	}
	s.showOutside(c, o, nil)
}

// receipt is the body's word that it has got it, with what it has to say.
func (s *server) receipt(c *gin.Context) {
	o, err := s.outsider(c)
	if err != nil {
		s.strange(c, err)
		return
	}
	form, good := unseal(s.Key, c.PostForm("form"), useAnswer, o.now)
	name := strings.TrimSpace(c.PostForm("name"))
	switch {
	case o.over() || o.answered != nil:
		s.showOutside(c, o, nil)
		return
	case !good || form.School != o.link.School || form.Person != o.link.Token:
		s.showOutside(c, o, &school.Reply{Text: phrase.ReplyStale.String()})
		return
	case name == "":
		s.showOutside(c, o, &school.Reply{Text: phrase.OutsideName.String()})
		return
	}
	said, err := s.Intake.Ask(c.Request.Context(), school.Delivery{Key: outsideKey(o.link), School: o.link.School, Platform: bot.Console, From: o.link.By,
		Kind: school.DeliveryEvent, At: s.Now(), Event: bot.EventOutside, Student: o.student.ID,
		Fields: map[string]string{"body": o.link.Body, "name": shorten(name, 30), "text": shorten(strings.TrimSpace(c.PostForm("words")), mostWords)}})
	if err != nil {
		s.fail(c, err)
		return
	}
	o.answered = &said
	s.showOutside(c, o, &said)
}

// outsideKey is the one answer a link takes.
func outsideKey(l school.Link) string { return "outside:" + l.Token }

// outsider is whom a link for somebody outside leads to.
type outsider struct {
	School   *school.School
	link     school.Link
	student  school.Student
	now      time.Time
	answered *school.Reply // what became of the answer; nil: none was given
}

func (o outsider) over() bool { return !o.now.Before(o.link.Until) }

func (s *server) outsider(c *gin.Context) (outsider, error) {
	ctx := c.Request.Context()
	link, err := s.Reader.Link(ctx, c.Param("token"))
	if err != nil {
		return outsider{}, err
	}
	me, ok := s.find(link.School, link.By)
	if !ok || link.Case == "" {
		return outsider{}, school.ErrNotFound
	}
	k, err := s.Reader.Case(ctx, link.School, link.Case)
	if err != nil {
		return outsider{}, err
	}
	o := outsider{School: me.School, link: link, now: me.School.Calendar.In(s.Now())}
	if o.student, ok = me.School.Roster.Student(k.Student); !ok {
		return o, school.ErrNotFound
	}
	reply, ok, err := s.Reader.Reply(ctx, outsideKey(link))
	if ok {
		o.answered = &reply
	}
	return o, err
}

func (s *server) showOutside(c *gin.Context, o outsider, said *school.Reply) {
	var family []string
	for _, g := range guardians(o.School, o.student.ID) {
		family = append(family, strings.TrimSpace(g.Name+" "+g.Relation))
	}
	s.page(c, http.StatusOK, "outside", gin.H{"Title": phrase.TitleOutside, "School": o.School.Name, "Link": o.link, "Student": o.student.Name,
		"Family": strings.Join(family, "、"), "Over": o.over(), "Answered": o.answered != nil, "Said": said, "Form": s.form(o.link, o.now),
		"By": nameOf(o.School, o.link.By), "Zone": o.School.Calendar.Zone()})
}

// outsideLasts is how long a page for somebody outside can be opened.
const outsideLasts = 14 * 24 * time.Hour

// handOut makes a page for a body outside the school; the person hands its
// address over by whatever way they reach them.
func (s *server) handOut(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	k, err := s.Reader.Case(c.Request.Context(), me.School.ID, c.Param("id"))
	if err == nil {
		err = v.file(k.Student)
	}
	body, note := strings.TrimSpace(c.PostForm("body")), strings.TrimSpace(c.PostForm("note"))
	if err == nil && (me.Kind != school.KindStaff || body == "" || note == "") {
		err = school.Invalid("%s", phrase.OutsideMissing)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	l := school.Link{Token: strings.ToLower(rand.Text())[:20], School: me.School.ID, Until: v.now.Add(outsideLasts), Case: k.ID,
		Body: shorten(body, 40), Note: shorten(note, mostWords), By: me.ID}
	// Who hands out what to whom stands in the trail before it can be opened.
	_, err = s.first(c, school.Change{School: l.School, Key: "handed:" + l.Token, At: v.now, Audit: []school.Line{{Book: "case:" + k.ID, At: v.now, Who: me.ID,
		What: "filing", Detail: phrase.LineHandedOut.With("body", l.Body, "note", l.Note)}}})
	if err == nil {
		err = s.Journal.KeepLink(c.Request.Context(), l)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "handed", gin.H{"Title": phrase.TitleHanded, "Case": k.ID, "Link": l, "URL": fmt.Sprintf("%s/o/%s", s.BaseURL, l.Token)})
}
