package handlers

import (
	"crypto/rand"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// cardPage shows one card as a form, for clients whose own cards cannot hold
// what it asks.
func (s *server) cardPage(c *gin.Context, me viewer) {
	v, card, err := s.visibleCard(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.showCard(c, v, card, nil)
}

// cardPress presses a button of the card: the same event as a press in the
// chat, by another door. The form's own number makes a second click the same
// press.
func (s *server) cardPress(c *gin.Context, me viewer) {
	v, card, err := s.visibleCard(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	inputs, files, err := formAnswers(c, card)
	if err != nil {
		s.fail(c, err)
		return
	}
	reply, err := s.Intake.Ask(c.Request.Context(), school.Delivery{
		Key:    fmt.Sprintf("console:%s:%s:%s", me.ID, card.ID, c.PostForm("form")),
		School: me.School.ID, Platform: bot.Console, From: me.ID, Kind: school.DeliveryPress, At: s.Now(),
		Card: card.ID, Button: c.PostForm("button"), Inputs: inputs, Attachments: files,
	})
	if err != nil {
		s.fail(c, err)
		return
	}
	if card, err = s.Reader.Card(c.Request.Context(), me.School.ID, card.ID); err != nil {
		s.fail(c, err)
		return
	}
	s.showCard(c, v, card, &reply)
}

func (s *server) visibleCard(c *gin.Context, me viewer) (sight, school.Card, error) {
	v, err := s.sight(c, me)
	if err != nil {
		return v, school.Card{}, err
	}
	card, err := s.Reader.Card(c.Request.Context(), me.School.ID, c.Param("card"))
	if err != nil {
		return v, card, err
	}
	return v, card, v.card(card)
}

func (s *server) showCard(c *gin.Context, v sight, card school.Card, reply *school.Reply) {
	s.page(c, http.StatusOK, "card", gin.H{
		"Title": card.Title, "Card": card, "Open": card.State == school.CardOpen, "Reply": reply, "Form": rand.Text(),
		"Late": card.Due != nil && v.now.After(*card.Due), "Staff": v.me.School.Roster.Staff,
		"Mine": slices.Contains(card.People, v.me.ID), "File": card.Case != "" && card.Student != "" && v.file(card.Student) == nil,
	})
}

// formAnswers reads the answers of the card's inputs; a photo or paper becomes
// an attachment.
func formAnswers(c *gin.Context, card school.Card) (map[string]string, []school.Attachment, error) {
	if err := c.Request.ParseMultipartForm(1 << 20); err != nil && err != http.ErrNotMultipart {
		return nil, nil, formError(err)
	}
	inputs, files := map[string]string{}, []school.Attachment{}
	for _, in := range card.Inputs {
		if in.Type == "file" {
			header, err := c.FormFile("in-" + in.Key)
			if err != nil {
				continue // nothing was chosen; whether it was needed is decided by the rules
			}
			file, err := readUpload(header)
			if err != nil {
				return nil, nil, formError(err)
			}
			inputs[in.Key] = fmt.Sprintf("file:%d", len(files))
			files = append(files, file)
			continue
		}
		if text := strings.Join(c.PostFormArray("in-"+in.Key), "、"); text != "" {
			inputs[in.Key] = text
		}
	}
	return inputs, files, nil
}

func formError(err error) error {
	if statusOf(err) == http.StatusRequestEntityTooLarge {
		return err
	}
	return school.Invalid("%s", phrase.UnreadableForm)
}

func readUpload(header *multipart.FileHeader) (school.Attachment, error) {
	f, err := header.Open()
	if err != nil {
		return school.Attachment{}, err
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	return school.Attachment{Name: header.Filename, Type: http.DetectContentType(content), Content: content}, err
}
