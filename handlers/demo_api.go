package handlers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// The demo API (design 3.6). Wrong input is 400 with {"error"}; a refused
// press or event is 200 with ok false.

func (s *server) demoPeople(c *gin.Context) {
	people := s.Demo.People()
	for i := range people {
		if people[i].Posts == nil {
			people[i].Posts = []DemoPost{}
		}
		if people[i].Children == nil {
			people[i].Children = []string{}
		}
	}
	c.JSON(http.StatusOK, people)
}

func (s *server) demoSay(c *gin.Context) {
	var in struct {
		ID           string           `json:"id"`
		Person       string           `json:"person"`
		Text         string           `json:"text"`
		Conversation string           `json:"conversation"`
		Attachments  []attachmentJSON `json:"attachments"`
		Answering    string           `json:"answering"`
	}
	if !s.read(c, &in) {
		return
	}
	if in.Conversation == "" {
		in.Conversation = "direct"
	}
	var files filesIn
	for _, a := range in.Attachments {
		if _, err := files.add(a); err != nil {
			s.failDemo(c, err)
			return
		}
	}
	if err := s.checkSay(in.Person, in.Text, in.Conversation, len(files)); err != nil {
		s.failDemo(c, err)
		return
	}
	id, err := s.Demo.Say(c.Request.Context(), DemoSay{ID: in.ID, Person: in.Person, Text: in.Text, Conversation: in.Conversation, Attachments: files, Answering: in.Answering})
	if err != nil {
		s.failDemo(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"id": id})
}

func (s *server) checkSay(person, text, conversation string, files int) error {
	if err := s.checkPerson(person); err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" && files == 0 {
		return school.Invalid("%s", phrase.DemoNothingSaid)
	}
	class, group := strings.CutPrefix(conversation, "group:")
	if _, known := s.Demo.School().Roster.Class(class); group && !known || !group && conversation != "direct" {
		return school.Invalid("%s", phrase.DemoConversation.With("conversation", conversation))
	}
	return nil
}

func (s *server) checkPerson(id string) error {
	if _, ok := s.Demo.School().Roster.Person(id); !ok {
		return school.Invalid("%s", phrase.DemoNoPerson.With("person", id))
	}
	return nil
}

func (s *server) checkStudent(id string) error {
	if _, ok := s.Demo.School().Roster.Student(id); !ok && id != "" {
		return school.Invalid("%s", phrase.DemoNoStudent.With("student", id))
	}
	return nil
}

func (s *server) demoEvent(c *gin.Context) {
	var in struct {
		Person  string                     `json:"person"`
		Event   string                     `json:"event"`
		Student string                     `json:"student"`
		Fields  map[string]json.RawMessage `json:"fields"`
	}
	if !s.read(c, &in) {
		return
	}
	fields, files, err := answers(in.Fields)
	if err = errors.Join(err, s.checkPerson(in.Person), s.checkStudent(in.Student)); err == nil && in.Event == "" {
		err = school.Invalid("%s", phrase.DemoNoEvent)
	}
	if err != nil {
		s.failDemo(c, err)
		return
	}
	reply, err := s.Demo.Event(c.Request.Context(), DemoEvent{Person: in.Person, Event: in.Event, Student: in.Student, Fields: fields, Attachments: files})
	s.outcome(c, reply, err)
}

func (s *server) demoPress(c *gin.Context) {
	var in struct {
		Person string                     `json:"person"`
		Card   string                     `json:"card"`
		Button string                     `json:"button"`
		Inputs map[string]json.RawMessage `json:"inputs"`
	}
	if !s.read(c, &in) {
		return
	}
	inputs, files, err := answers(in.Inputs)
	if err = errors.Join(err, s.checkPerson(in.Person)); err == nil && (in.Card == "" || in.Button == "") {
		err = school.Invalid("%s", phrase.DemoNoButton)
	}
	if err != nil {
		s.failDemo(c, err)
		return
	}
	reply, err := s.Demo.Press(c.Request.Context(), DemoPress{Person: in.Person, Card: in.Card, Button: in.Button, Inputs: inputs, Attachments: files})
	s.outcome(c, reply, err)
}

// outcome answers what became of a press or an event. A refusal is an outcome.
func (s *server) outcome(c *gin.Context, reply school.Reply, err error) {
	refused := errors.Is(err, school.ErrRefused) || errors.Is(err, school.ErrForbidden) || errors.Is(err, school.ErrConflict)
	if text := sentence(err); refused && text != "" {
		reply, err = school.Reply{Text: text}, nil
	}
	if err != nil {
		s.failDemo(c, err)
		return
	}
	c.JSON(http.StatusOK, reply)
}

func (s *server) demoFeed(c *gin.Context) {
	person := c.Query("person")
	after, err := feedAfter(c)
	if err = errors.Join(err, s.checkPerson(person)); err != nil {
		s.failDemo(c, err)
		return
	}
	items, err := s.Demo.Feed(person, after)
	if err != nil {
		s.failDemo(c, err)
		return
	}
	if items == nil {
		items = []json.RawMessage{}
	}
	c.JSON(http.StatusOK, gin.H{"items": items})
}

func feedAfter(c *gin.Context) (int, error) {
	after, err := strconv.Atoi(c.DefaultQuery("after", "0"))
	if err != nil {
		return 0, school.Invalid("%s", phrase.DemoAfter)
	}
	return after, nil
}

func (s *server) demoCases(c *gin.Context) {
	student := c.Query("student")
	if err := s.checkStudent(student); err != nil {
		s.failDemo(c, err)
		return
	}
	cases, err := s.Demo.Cases(c.Request.Context(), student)
	if err != nil {
		s.failDemo(c, err)
		return
	}
	c.JSON(http.StatusOK, s.demoViews().cases(cases))
}

func (s *server) demoRequests(c *gin.Context) {
	student := c.Query("student")
	if err := s.checkStudent(student); err != nil {
		s.failDemo(c, err)
		return
	}
	requests, err := s.Demo.Requests(c.Request.Context(), student)
	if err != nil {
		s.failDemo(c, err)
		return
	}
	c.JSON(http.StatusOK, s.demoViews().requests(requests))
}

func (s *server) demoDocuments(c *gin.Context) {
	docs, err := s.Demo.Documents(c.Request.Context(), c.Query("stage"), c.Query("period"))
	if err != nil {
		s.failDemo(c, err)
		return
	}
	c.JSON(http.StatusOK, s.demoViews().documents("", docs))
}

func (s *server) demoAudit(c *gin.Context) {
	ok, lines, err := s.Demo.Audit(c.Request.Context(), c.Query("case"))
	if err != nil {
		s.failDemo(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"ok": ok, "lines": s.demoViews().lines(lines)})
}

// demoSchools lists the schools there are; demoShow shows another one.
func (s *server) demoSchools(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"schools": s.Demo.Schools()})
}

func (s *server) demoShow(c *gin.Context) {
	var in struct {
		School string `json:"school"`
	}
	if s.read(c, &in) {
		s.demoControl(c, func(ctx context.Context) error { return s.Demo.Show(ctx, in.School) }, true)
	}
}

func (s *server) demoReset(c *gin.Context)   { s.demoControl(c, s.Demo.Reset, true) }
func (s *server) demoRestart(c *gin.Context) { s.demoControl(c, s.Demo.Restart, false) }

func (s *server) demoViews() views { return views{s.Demo.School().Calendar.Zone()} }

// read decodes the JSON body; what it cannot read it answers itself.
func (s *server) read(c *gin.Context, into any) bool {
	err := json.NewDecoder(c.Request.Body).Decode(into)
	if err == nil {
		return true
	}
	var tooLarge *http.MaxBytesError
	if !errors.As(err, &tooLarge) {
		why := err.Error()
		if errors.Is(err, io.EOF) {
			why = phrase.DemoEmptyBody.String()
		}
		err = school.Invalid("%s", phrase.DemoBadJSON.With("why", why))
	}
	s.failDemo(c, err)
	return false
}

// failDemo is fail with the demo API's one status for wrong input.
func (s *server) failDemo(c *gin.Context, err error) {
	if text := sentence(err); text != "" && statusOf(err) < http.StatusInternalServerError && statusOf(err) != http.StatusRequestEntityTooLarge {
		s.refuse(c, http.StatusBadRequest, text)
		return
	}
	s.fail(c, err)
}

type attachmentJSON struct {
	Name   string `json:"name"`
	Base64 string `json:"base64"`
}

type filesIn []school.Attachment

// add decodes a file and returns how an answer refers to it.
func (f *filesIn) add(a attachmentJSON) (string, error) {
	content, err := base64.StdEncoding.DecodeString(a.Base64)
	if err != nil || a.Name == "" {
		return "", school.Invalid("%s", phrase.DemoBadFile)
	}
	*f = append(*f, school.Attachment{Name: a.Name, Type: http.DetectContentType(content), Content: content})
	return fmt.Sprintf("file:%d", len(*f)-1), nil
}

// answers turns JSON answers into the text the engine reads: a list is joined
// with 、, a file becomes an attachment, null is no answer.
func answers(raw map[string]json.RawMessage) (map[string]string, []school.Attachment, error) {
	out, files := map[string]string{}, filesIn{}
	for key, value := range raw {
		text, given, err := answer(value, &files)
		if err != nil {
			return nil, nil, err
		}
		if given {
			out[key] = text
		}
	}
	return out, files, nil
}

func answer(value json.RawMessage, files *filesIn) (text string, given bool, err error) {
	var list []json.RawMessage
	var file attachmentJSON
	switch trimmed := strings.TrimSpace(string(value)); {
	case trimmed == "null" || trimmed == "":
		return "", false, nil
	case trimmed[0] == '"':
		err = json.Unmarshal(value, &text)
	case trimmed[0] == '{':
		if err = json.Unmarshal(value, &file); err == nil {
			text, err = files.add(file)
		}
	case trimmed[0] == '[':
		err = json.Unmarshal(value, &list)
		parts := make([]string, 0, len(list))
		for _, each := range list {
			part, ok, partErr := answer(each, files)
			err = errors.Join(err, partErr)
			if ok {
				parts = append(parts, part)
			}
		}
		text = strings.Join(parts, "、")
	default:
		text = trimmed // a number or a truth value
	}
	return text, true, err
}

// demoControl sets the whole demonstration and tells every open page.
func (s *server) demoControl(c *gin.Context, act func(ctx context.Context) error, reset bool) {
	unlimited(c)
	if err := act(c.Request.Context()); err != nil {
		s.failDemo(c, err)
		return
	}
	s.bell.ring(reset)
	c.JSON(http.StatusOK, gin.H{"now": s.demoNow().Format(time.RFC3339)})
}
