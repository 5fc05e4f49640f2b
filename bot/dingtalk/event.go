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

// event reads one event of the subscription (sheet 2.3). Of a member who came
// or changed we look at the entry in the address book; everything else is only
// acknowledged, so that it does not come again. An event whose content was
// left out says that the month's pushes are used up.
func (p *Platform) event(head eventHead, raw []byte, now time.Time) (bot.Callback, error) {
	var in struct {
		Type      string `json:"eventType"` // also EventType: names are matched without regard to case
		ID        string `json:"eventId"`
		Corp      string `json:"corpId"`
		ErrorCode loose  `json:"errCode"`
		Users     users  `json:"userId"`
		Changed   struct {
			Now struct {
				User string `json:"userid"`
			} `json:"curr"`
		} `json:"diffInfo"`
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
	id := head.ID + in.ID
	if id == "" {
		id = digest(raw)
	}
	d := school.Delivery{Key: p.name + ":evt:" + id, Platform: p.name, Kind: school.DeliveryEvent, At: now}
	if in.ErrorCode != "" && in.ErrorCode != "0" {
		d.Event, d.Fields = bot.EventQuota, map[string]string{"account": p.name, "code": string(in.ErrorCode)}
		c.Deliveries = []school.Delivery{d}
		return c, nil
	}
	switch head.Type + in.Type {
	case "user_add_org", "user_modify_org", "user_active_org":
		for _, user := range append(in.Users, bot.NonEmpty(in.Changed.Now.User)...) {
			one := d
			one.Key += ":" + user
			one.Event, one.Fields = bot.EventContacts, map[string]string{"account": p.name, "id": user}
			c.Deliveries = append(c.Deliveries, one)
		}
	}
	return c, nil
}

// users is one userId or several.
type users []string

// UnmarshalJSON reads either.
func (u *users) UnmarshalJSON(raw []byte) error {
	var many []string
	if json.Unmarshal(raw, &many) == nil {
		*u = many
		return nil
	}
	var one string
	err := json.Unmarshal(raw, &one)
	*u = bot.NonEmpty(one)
	return err
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
