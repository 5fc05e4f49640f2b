package handlers

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// bookLine is an address book on the administrators' page, with names for ids.
type bookLine struct {
	school.AddressBook
	Platform      string
	FilledPeople  string
	AddedPeople   string
	GonePeople    string
	SilentPeople  string
	DoubtSentence []string
}

func bookLines(s *school.School, books []school.AddressBook) []bookLine {
	var out []bookLine
	for _, b := range books {
		line := bookLine{AddressBook: b, Platform: platformOf(b.Account), FilledPeople: people(s, b.Filled), AddedPeople: people(s, b.Added),
			GonePeople: people(s, b.Gone), SilentPeople: people(s, b.Silent)}
		for _, d := range b.Doubts {
			line.DoubtSentence = append(line.DoubtSentence, doubtWords[d.Why].With("user", d.User, "name", d.Name, "person", nameOf(s, d.Person)))
		}
		out = append(out, line)
	}
	return out
}

var doubtWords = map[string]phrase.Phrase{school.DoubtName: phrase.BookDoubtName, school.DoubtOther: phrase.BookDoubtOther, school.DoubtStaff: phrase.BookDoubtStaff,
	school.DoubtChild: phrase.BookDoubtChild, school.DoubtNumbers: phrase.BookDoubtNumbers}

// people names some people; of many only the first.
func people(s *school.School, ids []string) string {
	const most = 30
	text := names(s, ids[:min(len(ids), most)])
	if len(ids) > most {
		text = phrase.BookMore.With("names", text, "n", len(ids))
	}
	return text
}

// silentLine is a guardian whom nothing reaches, with the child.
type silentLine struct{ Child, Class, Guardian, Mobile string }

// silent lists the guardians who do not follow the school, of the children
// whose files the person may open, with the picture to scan.
func (s *server) silent(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	lines, code, err := s.silentLines(c, v)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "silent", gin.H{"Title": phrase.TitleSilent, "Lines": lines, "Code": code})
}

func (s *server) silentLines(c *gin.Context, v sight) (lines []silentLine, code string, err error) {
	if s.System == nil {
		return nil, "", nil
	}
	roster := v.me.School.Roster
	books, err := s.System.AddressBooks(c.Request.Context(), v.me.School.ID)
	for _, b := range books {
		code = cmp.Or(b.FollowCode, code)
		for _, id := range b.Silent {
			g, _ := roster.Person(id)
			for _, child := range g.Children {
				if st, ok := roster.Student(child.Student); ok && v.file(st.ID) == nil {
					lines = append(lines, silentLine{st.Name, className(v.me.School, st.Class()), g.Name, mobileOf(g)})
				}
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b silentLine) int { return cmp.Compare(a.Class, b.Class) })
	return lines, code, err
}

// mobileOf is the number at which a guardian can be called.
func mobileOf(p school.Person) string {
	a, _ := p.Address(school.PlatformSMS)
	return a.User
}
