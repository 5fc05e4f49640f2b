package dingtalk

import (
	"encoding/json"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// eventHead is what stands in the headers of a Stream frame; over HTTP it
// stands in the event itself.
type eventHead struct {
	ID, Type, Corp string
}

// event reads one event of the subscription (sheet 2.3). We act on none: what
// is pushed is acknowledged, so that it does not come again, and an event whose
// content was left out says that the month's pushes are used up.
func (p *Platform) event(head eventHead, raw []byte, now time.Time) (bot.Callback, error) {
	var in struct {
		Type      string `json:"eventType"` // also EventType: names are matched without regard to case
		ID        string `json:"eventId"`
		Corp      string `json:"corpId"`
		ErrorCode loose  `json:"errCode"`
	}
	if json.Unmarshal(raw, &in) != nil {
		return bot.Callback{}, school.Invalid("%s", phrase.DingUnreadable)
	}
	if p.foreign(head.Corp) || p.foreign(in.Corp) {
		return bot.Callback{}, forged()
	}
	if !free(head.Type + in.Type) {
		p.deps.Spent(bot.SpentPush, 1)
	}
	c := bot.Callback{Answer: []byte(eventTaken), ContentType: contentJSON}
	if in.ErrorCode == "" || in.ErrorCode == "0" {
		return c, nil
	}
	id := head.ID + in.ID
	if id == "" {
		id = digest(raw)
	}
	c.Deliveries = []school.Delivery{{Key: p.name + ":evt:" + id, Platform: p.name, Kind: school.DeliveryEvent, Event: bot.EventQuota, At: now,
		Fields: map[string]string{"account": p.name, "code": string(in.ErrorCode)}}}
	return c, nil
}

// eventTaken acknowledges an event over a Stream connection.
const eventTaken = `{"status":"SUCCESS","message":"ok"}`

// free says whether an event is not counted to the month (sheet 2.3).
func free(event string) bool {
	for _, prefix := range []string{"user_", "org_", "label_", "check_"} {
		if strings.HasPrefix(event, prefix) {
			return true
		}
	}
	return false
}
