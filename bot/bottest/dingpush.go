package bottest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The real DingTalk waits this long for an answer.
const (
	cardPatience  = 2 * time.Second
	eventPatience = 2500 * time.Millisecond
	robotPatience = 3 * time.Second
)

func hmacBase64(key, data string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(data))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// counted charges one push and says whether the month still allows its content.
func (f *DingTalk) counted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.quota[1] > 0 && f.pushes[f.month()] >= f.quota[1] {
		return false
	}
	f.pushes[f.month()]++
	return true
}

// Said is one message to the robot, as DingTalk tells it.
type Said struct {
	ID      string         // msgId; "" = a fresh one
	Kind    string         // msgtype; "" = text
	Text    string         // of a text
	Content map[string]any // of the other types
	Group   *DingGroup     // nil = single chat
	Odd     map[string]any // fields that are otherwise than usual; nil = left out
}

// JSON is the message as it stands in an HTTP body or a frame. When the month's
// pushes are used up it comes without its content.
func (u *DingUser) JSON(s Said) []byte { return u.json(s, true) }

func (u *DingUser) json(s Said, allowed bool) []byte {
	f := u.fake
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.ID == "" {
		s.ID = f.next("msgQ+/") + "="
	}
	if s.Kind == "" {
		s.Kind = "text"
	}
	m := map[string]any{"msgId": s.ID, "msgtype": s.Kind, "createAt": f.now().UnixMilli(), "conversationType": "1", "conversationId": "cid-" + u.ID + "==",
		"senderStaffId": u.ID, "senderUnionId": unionOf(u.ID), "senderId": "$:LWCP_v1:$" + u.ID, "senderNick": "昵称", "senderCorpId": f.CorpID,
		"chatbotCorpId": f.CorpID, "chatbotUserId": "$:LWCP_v1:$bot", "isAdmin": false, "robotCode": f.RobotCode, "senderPlatform": "Mac"}
	box := &u.inbox
	if s.Group != nil {
		m["conversationType"], m["conversationId"], m["conversationTitle"], m["isInAtList"] = "2", s.Group.ID, s.Group.Title, true
		m["atUsers"] = []any{map[string]any{"dingtalkId": "$:LWCP_v1:$bot"}}
		box = &s.Group.inbox
	}
	url, until := f.session(box)
	m["sessionWebhook"], m["sessionWebhookExpiredTime"] = url, until.UnixMilli()
	switch {
	case !allowed:
		m["errorCode"], m["errorMessage"] = 20001, "Webhook&Stream quota exhausted"
	case s.Kind == "text":
		text := s.Text
		if s.Group != nil {
			text = " " + text // what is left of the mention
		}
		m["text"] = map[string]any{"content": text}
	default:
		m["content"] = s.Content
	}
	if u.elsewhere { // of another organisation: there is no userId
		m["senderStaffId"], m["senderCorpId"] = "", "dingsomebodyelse"
	}
	for k, v := range s.Odd {
		m[k] = v
		if v == nil {
			delete(m, k)
		}
	}
	raw, err := json.Marshal(m)
	if err != nil {
		panic(err) // the test's own content
	}
	return raw
}

// Says writes to the robot in single chat.
func (u *DingUser) Says(text string) error { return u.Tells(Said{Text: text}) }

// SaysAgain delivers a message under a given msgId: the same id twice is a
// redelivery.
func (u *DingUser) SaysAgain(id, text string) error { return u.Tells(Said{ID: id, Text: text}) }

// Tells brings any message to the bot, once. An error means that the bot did
// not acknowledge it; the real DingTalk may never repeat it.
func (u *DingUser) Tells(s Said) error {
	f := u.fake
	body := u.json(s, f.counted())
	if f.Door == "" {
		ctx, cancel := context.WithTimeout(context.Background(), robotPatience)
		defer cancel()
		ack, err := f.frame(ctx, "CALLBACK", topicRobot, nil, string(body))
		if err == nil && ack.Code != http.StatusOK {
			err = fmt.Errorf("acknowledged with %d", ack.Code)
		}
		if err != nil {
			return err
		}
		var data map[string]any
		if json.Unmarshal([]byte(*ack.Data), &data) != nil {
			return fmt.Errorf("acknowledged with data %q", *ack.Data)
		}
		return nil
	}
	answered, err := f.ask(f.RobotRequest(f.Door+f.Hook, body), robotPatience)
	if err != nil {
		return err
	}
	return f.inline(u, s, answered)
}

// inline shows what the bot put into its HTTP answer.
func (f *DingTalk) inline(u *DingUser, s Said, answered []byte) error {
	if len(answered) == 0 {
		return nil
	}
	var m struct {
		Type string    `json:"msgtype"`
		Text *wireText `json:"text"`
	}
	if err := json.Unmarshal(answered, &m); err != nil || m.Type == "" {
		return fmt.Errorf("the robot door answered %q", answered)
	}
	if m.Type == "empty" {
		return nil
	}
	if m.Text == nil {
		return fmt.Errorf("the robot door answered %q", answered)
	}
	box := &u.inbox
	if s.Group != nil {
		box = &s.Group.inbox
	}
	f.set(func() { f.arrive(box, DingMessage{Way: "inline", Kind: m.Type, Text: m.Text.Content}) })
	return nil
}

// RobotRequest is a signed push of a robot message to target.
func (f *DingTalk) RobotRequest(target string, body []byte) *http.Request {
	return f.RobotRequestAt(target, body, f.now())
}

// RobotRequestAt is RobotRequest with the time of another moment.
func (f *DingTalk) RobotRequestAt(target string, body []byte, at time.Time) *http.Request {
	stamp := fmt.Sprint(at.UnixMilli())
	r := newPush(target, body)
	r.Header.Set("timestamp", stamp)
	r.Header.Set("sign", hmacBase64(f.ClientSecret, stamp+"\n"+f.ClientSecret))
	return r
}

func newPush(target string, body []byte) *http.Request {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	return r
}

func (f *DingTalk) ask(r *http.Request, patience time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	res, err := f.knocker.Do(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d: %s", res.StatusCode, body)
	}
	return body, nil
}

// DingAnswer is what a press was answered with: it repaints the card for the
// one who pressed.
type DingAnswer struct {
	Options updateOptions `json:"cardUpdateOptions"`
	Public  *params       `json:"cardData"`
	Own     *params       `json:"userPrivateData"`
}

// PressJSON is the callback of a press on this person's copy of a card.
func (u *DingUser) PressJSON(c DingCard, values map[string]any) ([]byte, error) {
	f := u.fake
	f.mu.Lock()
	defer f.mu.Unlock()
	i := f.cards[c.Track]
	switch {
	case i == nil || !u.holds(c.Track):
		return nil, fmt.Errorf("%s has no card %s", u.ID, c.Track)
	case i.calls == "":
		return nil, errors.New("the button does nothing: the card has no callbackType")
	}
	content, err := json.Marshal(map[string]any{"cardPrivateData": map[string]any{"actionIds": []string{"1"}, "params": values}})
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"type": "actionCallback", "outTrackId": c.Track, "corpId": f.CorpID, "userId": u.ID, "userIdType": 1,
		"spaceId": "cid-" + u.ID, "spaceType": "IM", "extension": "{}", "content": string(content)})
}

// Press presses: values are the parameters of the button and the inputs. The
// answer has repainted the presser's copy when it returns.
func (u *DingUser) Press(c DingCard, values map[string]any) error {
	body, err := u.PressJSON(c, values)
	if err != nil {
		return err
	}
	f := u.fake
	f.counted()
	f.set(func() { f.pressing[c.Track]++ })
	raw, err := f.pushPress(c.Track, body)
	f.set(func() { f.pressing[c.Track]-- })
	if err != nil {
		return fmt.Errorf("the card shows 操作失败: %w", err)
	}
	var a DingAnswer
	if !strict(raw, &a) {
		return fmt.Errorf("a press was answered with %s", raw)
	}
	f.set(func() { f.show(c.Track, u.ID, a) })
	return nil
}

func (f *DingTalk) pushPress(track string, body []byte) ([]byte, error) {
	f.mu.Lock()
	i := f.cards[track]
	route, registered := f.routes[i.route]
	f.mu.Unlock()
	if i.calls == "STREAM" {
		ctx, cancel := context.WithTimeout(context.Background(), cardPatience)
		defer cancel()
		ack, err := f.frame(ctx, "CALLBACK", topicCard, nil, string(body))
		if err != nil {
			return nil, err
		}
		var wrapped struct {
			Response json.RawMessage `json:"response"`
		}
		if ack.Code != http.StatusOK || !strict([]byte(*ack.Data), &wrapped) || len(wrapped.Response) == 0 || string(wrapped.Response) == "null" {
			return nil, fmt.Errorf("acknowledged with %d %s", ack.Code, *ack.Data)
		}
		return wrapped.Response, nil
	}
	if !registered {
		return nil, errors.New("no callback address is registered under the card's route key")
	}
	return f.ask(f.CardRequestAt(f.Door+route.url, body, f.now()), cardPatience)
}

// CardRequestAt is a signed card callback to target, as of that moment.
func (f *DingTalk) CardRequestAt(target string, body []byte, at time.Time) *http.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	stamp := fmt.Sprint(at.UnixMilli())
	r := newPush(target, body)
	for _, route := range f.routes {
		if strings.HasSuffix(target, route.url) {
			r.Header.Set("x-ddpaas-signature-timestamp", stamp)
			r.Header.Set("x-ddpaas-signature", hmacBase64(route.secret, stamp))
		}
	}
	return r
}

// show repaints the copy of the one who pressed, and nobody else's.
func (f *DingTalk) show(track, user string, a DingAnswer) {
	i := f.cards[track]
	if wrong := f.checkVariables(a.Public, nil); wrong != "" {
		f.complain("the answer to a press: %s", wrong)
		return
	}
	own := i.repaint[user]
	if own == nil {
		own = map[string]string{}
	}
	if a.Public != nil {
		if !a.Options.Public {
			f.complain("an answer without updateCardDataByKey wipes the card")
		}
		for k, v := range a.Public.Map {
			own[k] = v
		}
	}
	if a.Own != nil {
		if !a.Options.Private {
			f.complain("an answer without updatePrivateDataByKey wipes the person's own values")
		}
		for k, v := range a.Own.Map {
			own[k] = v
		}
	}
	if len(own) > 0 {
		i.repaint[user] = own
		i.repainted[user]++
	}
}
