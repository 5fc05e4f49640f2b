package dingtalk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// inbound is a message to the robot: the same JSON in both modes (sheet 1.2).
type inbound struct {
	ID           string `json:"msgId"`
	Type         string `json:"msgtype"`
	Conversation string `json:"conversationId"`
	ConvType     loose  `json:"conversationType"` // "1" with the robot alone, "2" in a group
	StaffID      string `json:"senderStaffId"`
	SenderID     string `json:"senderId"`
	SenderCorp   string `json:"senderCorpId"`
	RobotCorp    string `json:"chatbotCorpId"`
	Robot        string `json:"robotCode"`
	Webhook      string `json:"sessionWebhook"`
	WebhookUntil loose  `json:"sessionWebhookExpiredTime"` // ms
	ErrorCode    loose  `json:"errorCode"`

	Text struct {
		Content string `json:"content"`
	} `json:"text"`
	Content json.RawMessage `json:"content"` // an object; in one sample the text itself
}

// content is the body of what is no plain text (sheet 1.3).
type content struct {
	Code        string `json:"downloadCode"`
	Recognition string `json:"recognition"`
	FileName    string `json:"fileName"`
	Rich        []struct {
		Text string `json:"text"`
		Type string `json:"type"`
		Code string `json:"downloadCode"`
	} `json:"richText"`
}

const inGroup = "2"

// groupOf names a group as conversations and addresses do.
func groupOf(id string) string { return groupPrefix + id }

const groupPrefix = "group:"

// outside marks the address of somebody who has no userId in this corp: only
// the reply address of the conversation reaches them.
const outside = "outside:"

// robot reads one message to the robot; nothing has been verified that the
// door did not verify.
func (p *Platform) robot(raw []byte, now time.Time) (bot.Callback, error) {
	var in inbound
	if json.Unmarshal(raw, &in) != nil || in.Type == "" && in.ErrorCode == "" {
		return bot.Callback{}, school.Invalid("%s", phrase.DingUnreadable)
	}
	if in.Robot != "" && in.Robot != p.set.RobotCode || p.foreign(in.RobotCorp) {
		return bot.Callback{}, forged()
	}
	p.deps.Spent(bot.SpentPush, 1)
	answer := bot.Callback{Answer: []byte(`{"msgtype":"empty"}`), ContentType: contentJSON}
	d, ok := in.delivery(p.name, raw, now)
	if !ok {
		return answer, nil
	}
	p.remember(in, d)
	answer.Deliveries = []school.Delivery{d}
	return answer, nil
}

// foreign says whether something belongs to another corp than ours.
func (p *Platform) foreign(corp string) bool {
	return p.set.CorpID != "" && corp != "" && corp != p.set.CorpID
}

// delivery is what the bot hears; false for what has no sender at all.
func (in inbound) delivery(platform string, raw []byte, now time.Time) (school.Delivery, bool) {
	d := school.Delivery{Platform: platform, Kind: school.DeliveryMessage, From: in.from(), At: now, Conversation: "direct", Key: platform + ":msg:" + in.ID}
	if in.ID == "" {
		d.Key = platform + ":msg:" + digest(raw)
	}
	if d.From == "" {
		return d, false
	}
	if in.ConvType == inGroup {
		d.Conversation = groupOf(in.Conversation)
	}
	if in.ErrorCode != "" && in.ErrorCode != "0" {
		// The month's pushes are used up: the words were left out (sheet 0.2).
		d.Kind, d.Event = school.DeliveryEvent, bot.EventQuota
		d.Fields = map[string]string{"account": platform, "code": string(in.ErrorCode)}
		return d, true
	}
	in.words(&d)
	return d, true
}

func (in inbound) from() string {
	switch {
	case in.StaffID != "":
		return in.StaffID
	case in.SenderID != "":
		return outside + digest([]byte(in.SenderID))[:20]
	}
	return ""
}

// words reads the message itself. What cannot be read becomes a message
// without words, which the bot answers with a request to write.
func (in inbound) words(d *school.Delivery) {
	var c content
	_ = json.Unmarshal(in.Content, &c) // not an object in one official sample
	file := func(code string, name phrase.Phrase, mime string) {
		if code == "" {
			return
		}
		a := school.Attachment{Name: name.String(), Type: mime, Media: code}
		if c.FileName != "" {
			a.Name = c.FileName
		}
		d.Attachments = append(d.Attachments, a)
	}
	switch in.Type {
	case "text":
		d.Text = in.Text.Content
		if d.Text == "" {
			_ = json.Unmarshal(in.Content, &d.Text) // as that sample has it
		}
	case "richText":
		var parts []string
		for _, part := range c.Rich {
			parts = append(parts, part.Text)
			file(part.Code, phrase.DingImage, "image/jpeg")
		}
		d.Text = strings.Join(parts, "")
	case "picture":
		file(c.Code, phrase.DingImage, "image/jpeg")
	case "audio":
		d.Text = c.Recognition
		if d.Text == "" {
			file(c.Code, phrase.DingVoice, "audio/amr")
		}
	case "video":
		file(c.Code, phrase.DingVideo, "video/mp4")
	case "file":
		file(c.Code, phrase.DingFile, "application/octet-stream")
	}
	d.Text = strings.TrimSpace(d.Text) // the place of the cut mention stays
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
