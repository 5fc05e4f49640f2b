package wecom

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// inbound is the decrypted XML of a message or an event (wecom sheet 2).
type inbound struct {
	ToUserName   string
	FromUserName string
	MsgType      string
	AgentID      string

	MsgID   string `xml:"MsgId"`
	Content string
	MediaID string `xml:"MediaId"`
	Format  string
	Title   string
	Lat     string `xml:"Location_X"`
	Lng     string `xml:"Location_Y"`
	Label   string

	Event        string
	EventKey     string
	TaskID       string `xml:"TaskId"`
	ResponseCode string
	Selected     []selected `xml:"SelectedItems>SelectedItem"`
	ChangeType   string
	ID           string `xml:"Id"`
	NewID        string `xml:"NewId"`
	EffectTime   string
}

type selected struct {
	Question string   `xml:"QuestionKey"`
	Options  []string `xml:"OptionIds>OptionId"`
}

// parseInbound reads the inner XML. People paste characters that XML forbids;
// a message is not refused for them.
func parseInbound(plain []byte) (inbound, error) {
	var in inbound
	err := xml.Unmarshal(plain, &in)
	if err != nil {
		in = inbound{}
		err = xml.Unmarshal([]byte(strings.Map(xmlRune, string(plain))), &in)
	}
	return in, err
}

// xmlRune keeps what XML 1.0 allows and turns the rest into a blank.
func xmlRune(r rune) rune {
	switch {
	case r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF, r < 0x20 && r != '\t' && r != '\n' && r != '\r':
		return ' '
	}
	return r
}

// meantFor says whether the message belongs to the app; address-book events
// carry no agent.
func (in inbound) meantFor(agent int) bool {
	return in.AgentID == "" || in.AgentID == "0" || in.AgentID == strconv.Itoa(agent)
}

// deliveries turns what came in into what the bot hears: one delivery, or
// none for what needs no attention.
func (in inbound) deliveries(platform string, plain []byte, now time.Time) []school.Delivery {
	d := school.Delivery{Platform: platform, From: in.FromUserName, At: now, Conversation: "direct"}
	known := false
	if in.MsgType == "event" {
		// FromUserName + CreateTime, which WeCom suggests, collides: the content is the key.
		d.Key = platform + ":evt:" + contentKey(plain)
		known = in.event(&d)
	} else {
		d.Key = platform + ":msg:" + in.MsgID
		if in.MsgID == "" {
			d.Key = platform + ":msg:" + contentKey(plain)
		}
		known = in.message(&d)
	}
	if !known {
		return nil
	}
	return []school.Delivery{d}
}

func contentKey(plain []byte) string {
	sum := sha256.Sum256(plain)
	return hex.EncodeToString(sum[:])
}

func (in inbound) message(d *school.Delivery) bool {
	d.Kind = school.DeliveryMessage
	switch in.MsgType {
	case "text":
		d.Text = in.Content
		return in.Content != ""
	case "image":
		return in.attach(d, phrase.WeComImage, "image/jpeg")
	case "voice":
		return in.attach(d, phrase.WeComVoice, "audio/amr")
	case "video":
		return in.attach(d, phrase.WeComVideo, "video/mp4")
	case "file":
		return in.attach(d, phrase.WeComFile, "application/octet-stream")
	case "location":
		name := in.Label
		if name == "" {
			name = phrase.WeComLocation.String()
		}
		d.Attachments = []school.Attachment{{Name: name, Type: "text/plain", Content: []byte(in.Lat + "," + in.Lng)}}
		return true
	}
	return false
}

func (in inbound) attach(d *school.Delivery, name phrase.Phrase, mime string) bool {
	a := school.Attachment{Name: name.String(), Type: mime, Media: in.MediaID}
	if in.Title != "" {
		a.Name = in.Title
	}
	d.Attachments = []school.Attachment{a}
	return in.MediaID != ""
}

func (in inbound) event(d *school.Delivery) bool {
	if in.Event == "template_card_event" {
		return in.press(d)
	}
	if in.Event == "change_school_contact" || in.Event == "change_contact" {
		return in.contacts(d)
	}
	text, ok := alerts[in.Event]
	if !ok {
		return false
	}
	d.Kind, d.Event = school.DeliveryEvent, bot.EventInactive
	d.Fields = map[string]string{"account": d.Platform, "code": in.Event, "text": text.String()}
	return true
}

// contacts reads a change of an address book; it brings ids and no names. What
// was taken out of it is left to the nightly look: nobody is deleted for it.
func (in inbound) contacts(d *school.Delivery) bool {
	d.Kind, d.Event = school.DeliveryEvent, bot.EventContacts
	d.Fields = map[string]string{"account": d.Platform, "change": in.ChangeType}
	switch in.ChangeType {
	case "create_student", "update_student", "create_parent", "update_parent", "subscribe", "unsubscribe":
		d.Fields["id"] = in.ID
		if in.NewID != "" {
			d.Fields["id"] = in.NewID
		}
		return true
	case "create_department", "create_deparmtment", "update_department", // WeCom spells the first one in two ways
		"create_user", "update_user", "create_party", "update_party", "update_tag":
		return true
	}
	return false
}

// alerts are the events an administrator must hear of: an app nobody opens is
// first warned, then switched off.
var alerts = map[string]phrase.Phrase{
	"inactive_alert":       phrase.WeComAlertInactive,
	"close_inactive_agent": phrase.WeComAlertClosed,
	"low_active_alert":     phrase.WeComAlertLowActive,
	"low_active":           phrase.WeComAlertLowActive,
}

// press reads a pressed button and the options chosen with it.
func (in inbound) press(d *school.Delivery) bool {
	d.Code = in.ResponseCode
	return pressed(d, in.TaskID, in.EventKey, in.Selected)
}

// pressed fills in which button of which card was pressed, and what was chosen.
func pressed(d *school.Delivery, task, key string, chosen []selected) bool {
	card, ok := cardOfTask(task)
	if !ok {
		return false
	}
	d.Kind, d.Card, d.Button = school.DeliveryPress, card, key
	for _, s := range chosen {
		value := strings.Join(s.Options, ",")
		switch {
		case value == "" || value == unchosen:
		case s.Question == buttonQuestion:
			d.Button = value
		default:
			if d.Inputs == nil {
				d.Inputs = map[string]string{}
			}
			d.Inputs[s.Question] = value
		}
	}
	return d.Button != "" && d.Button != buttonQuestion
}
