package dingtalk

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// The bodies DingTalk reads (dingtalk sheet 4 and 5). Field order is the order
// on the wire: a repeat must be identical byte for byte.

// direct is a message of the robot to one person (sheet 4.1).
type direct struct {
	Robot string   `json:"robotCode"`
	Users []string `json:"userIds"`
	Key   string   `json:"msgKey"`
	Param string   `json:"msgParam"` // JSON in a string
}

// toGroup is a message of the robot in a group (sheet 4.2).
type toGroup struct {
	Robot string `json:"robotCode"`
	Group string `json:"openConversationId"`
	Key   string `json:"msgKey"`
	Param string `json:"msgParam"`
}

// Message keys and their parameters.
const (
	keyText   = "sampleText"
	keyAction = "sampleActionCard"
)

type textParam struct {
	Content string `json:"content"`
}

type actionParam struct {
	Title  string `json:"title"`
	Text   string `json:"text"`
	Single string `json:"singleTitle"`
	URL    string `json:"singleURL"`
}

// inSession is what a sessionWebhook takes (sheet 1.4).
type inSession struct {
	Type string    `json:"msgtype"`
	Text textParam `json:"text"`
}

// newCard creates a card and delivers it to one person (sheet 5.2).
type newCard struct {
	Template  string       `json:"cardTemplateId"`
	Track     string       `json:"outTrackId"`
	Callback  string       `json:"callbackType"`
	RouteKey  string       `json:"callbackRouteKey,omitempty"`
	UserType  int          `json:"userIdType"`
	Data      cardData     `json:"cardData"`
	OpenSpace string       `json:"openSpaceId"`
	Space     robotSpace   `json:"imRobotOpenSpaceModel"`
	Deliver   robotDeliver `json:"imRobotOpenDeliverModel"`
}

type cardData struct {
	Params map[string]string `json:"cardParamMap"`
}

type robotSpace struct {
	Forward      bool              `json:"supportForward"`
	Notification notification      `json:"notification"`
	Last         map[string]string `json:"lastMessageI18n"`
}

type notification struct {
	Alert string `json:"alertContent"`
	Off   bool   `json:"notificationOff"`
}

type robotDeliver struct {
	Space string `json:"spaceType"`
	Robot string `json:"robotCode"`
}

// deliverCard delivers a card that exists already.
type deliverCard struct {
	Track     string       `json:"outTrackId"`
	UserType  int          `json:"userIdType"`
	OpenSpace string       `json:"openSpaceId"`
	Deliver   robotDeliver `json:"imRobotOpenDeliverModel"`
}

// cardUpdate repaints a card for everybody who sees it (sheet 5.3).
type cardUpdate struct {
	Track    string              `json:"outTrackId"`
	Data     cardData            `json:"cardData"`
	Private  map[string]cardData `json:"privateData,omitempty"`
	Options  updateOptions       `json:"cardUpdateOptions"`
	UserType int                 `json:"userIdType"`
}

// updateOptions: left out, everything that is not named would be wiped.
type updateOptions struct {
	ByKey        bool `json:"updateCardDataByKey"`
	PrivateByKey bool `json:"updatePrivateDataByKey"`
}

// repaint is the answer to a press (sheet 5.5).
type repaint struct {
	Options updateOptions `json:"cardUpdateOptions"`
	Data    *cardData     `json:"cardData,omitempty"`
	Private *cardData     `json:"userPrivateData,omitempty"`
}

// work is a work notification to one person (sheet 4.6).
type work struct {
	Agent int64   `json:"agent_id"`
	Users string  `json:"userid_list"`
	Msg   workMsg `json:"msg"`
}

type workMsg struct {
	Type   string      `json:"msgtype"`
	Text   *textParam  `json:"text,omitempty"`
	Action *workAction `json:"action_card,omitempty"`
	OA     *workOA     `json:"oa,omitempty"`
}

type workAction struct {
	Title    string `json:"title"`
	Markdown string `json:"markdown"`
	Single   string `json:"single_title"`
	URL      string `json:"single_url"`
}

type workOA struct {
	URL    string    `json:"message_url"`
	PCURL  string    `json:"pc_message_url,omitempty"`
	Head   oaHead    `json:"head"`
	Status *oaStatus `json:"status_bar,omitempty"`
	Body   oaBody    `json:"body"`
}

type oaHead struct {
	Colour string `json:"bgcolor"`
	Text   string `json:"text"`
}

type oaStatus struct {
	Value  string `json:"status_value"`
	Colour string `json:"status_bg"`
}

type oaBody struct {
	Title   string    `json:"title"`
	Form    []oaField `json:"form,omitempty"`
	Content string    `json:"content,omitempty"`
}

type oaField struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// statusBar changes the bar of a work notification (7 days long).
type statusBar struct {
	Agent  int64  `json:"agent_id"`
	Task   int64  `json:"task_id"`
	Value  string `json:"status_value"`
	Colour string `json:"status_bg"`
}

// change is what Render makes for an update: which half is sent depends on how
// the message went out, which is known only then.
type change struct {
	Card *cardUpdate `json:"card,omitempty"`
	Bar  *statusBar  `json:"bar,omitempty"`
}

// ding is a DING (sheet 4.7).
type ding struct {
	Robot  string   `json:"robotCode"`
	Remind int      `json:"remindType"`
	Users  []string `json:"receiverUserIdList"`
	Text   string   `json:"content"`
}

// loose is a value that DingTalk writes as a string or as a number.
type loose string

// UnmarshalJSON reads either.
func (l *loose) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte(`"`)) {
		var s string
		err := json.Unmarshal(raw, &s)
		*l = loose(s)
		return err
	}
	if !bytes.Equal(raw, []byte("null")) {
		*l = loose(raw)
	}
	return nil
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
