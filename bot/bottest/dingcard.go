package bottest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

var cardCalls = map[string]dingCall{
	"POST /v1.0/card/instances/createAndDeliver": {token: appCall, charged: true, do: (*DingTalk).createCard},
	"POST /v1.0/card/instances":                  {token: appCall, charged: true, do: (*DingTalk).createOnly},
	"POST /v1.0/card/instances/deliver":          {token: appCall, charged: true, do: (*DingTalk).deliverOnly},
	"PUT /v1.0/card/instances":                   {token: appCall, charged: true, do: (*DingTalk).updateCard},
	"POST /v1.0/card/callbacks/register":         {token: appCall, charged: true, do: (*DingTalk).registerRoute},
}

// dingInstance is one card (outTrackId), however many copies of it there are.
type dingInstance struct {
	track     string
	carrier   string
	calls     string // callbackType
	route     string
	body      []byte
	public    map[string]string
	private   map[string]map[string]string
	repaint   map[string]map[string]string // what an answer to a press showed one person
	repainted map[string]int
	updates   int
}

// dingRoute is a registered card callback (HTTP mode).
type dingRoute struct{ url, secret string }

type params struct {
	Map map[string]string `json:"cardParamMap"`
}

type updateOptions struct {
	Public  bool `json:"updateCardDataByKey"`
	Private bool `json:"updatePrivateDataByKey"`
}

type robotSpace struct {
	Forward bool `json:"supportForward"`
	Last    *struct {
		Chinese string `json:"ZH_CN"`
		English string `json:"EN_US"`
	} `json:"lastMessageI18n"`
	Notification *struct {
		Alert string `json:"alertContent"`
		Off   bool   `json:"notificationOff"`
	} `json:"notification"`
}

type createRequest struct {
	Template     string            `json:"cardTemplateId"`
	Track        string            `json:"outTrackId"`
	Calls        string            `json:"callbackType"`
	Route        string            `json:"callbackRouteKey"`
	IDType       int               `json:"userIdType"`
	Data         *params           `json:"cardData"`
	Private      map[string]params `json:"privateData"`
	Space        string            `json:"openSpaceId"`
	RobotSpace   *robotSpace       `json:"imRobotOpenSpaceModel"`
	RobotDeliver *struct {
		Type      string            `json:"spaceType"`
		Robot     string            `json:"robotCode"`
		Extension map[string]string `json:"extension"`
	} `json:"imRobotOpenDeliverModel"`
	GroupSpace   *robotSpace `json:"imGroupOpenSpaceModel"`
	GroupDeliver *struct {
		Robot      string            `json:"robotCode"`
		At         map[string]string `json:"atUserIds"`
		Recipients []string          `json:"recipients"`
	} `json:"imGroupOpenDeliverModel"`
}

// checkCard returns the first fault of what makes a card.
func (m *createRequest) checkCard(f *DingTalk) string {
	switch {
	case m.Template == "" || m.Template != f.Template:
		return "param.templateNotExist"
	case m.Track == "" || len(m.Track) > 100:
		return "param.outTrackIdInvalid"
	case m.Calls != "" && m.Calls != "STREAM" && m.Calls != "HTTP":
		return "param.callbackTypeInvalid"
	case m.IDType != 0 && m.IDType != 1:
		return "param.userIdNotExist"
	case m.Data == nil || len(m.Data.Map) == 0:
		return "param.cardDataEmpty"
	case f.cards[m.Track] != nil:
		return "param.cardAlreadyExist"
	}
	for user := range m.Private {
		if f.users[user] == nil {
			return "param.userIdNotExist"
		}
	}
	return f.checkVariables(m.Data, m.Private)
}

// checkDelivery returns the first fault of what brings a card to somebody.
func (m *createRequest) checkDelivery(f *DingTalk) string {
	if m.Space == "" || len(m.Space) > 1000 {
		return "param.openSpaceIdInvalid"
	}
	for _, space := range strings.Split(m.Space, ";") {
		kind, id, ok := strings.Cut(strings.TrimPrefix(space, "dtv1.card//"), ".")
		switch {
		case !ok || id == "" || !strings.HasPrefix(space, "dtv1.card//") || kind != "IM_ROBOT" && kind != "IM_GROUP":
			return "param.openSpaceIdInvalid"
		case kind == "IM_ROBOT" && (m.RobotDeliver == nil || m.RobotDeliver.Type != "IM_ROBOT"),
			kind == "IM_GROUP" && m.GroupDeliver == nil:
			return "param.openDeliverModelEmpty"
		case kind == "IM_ROBOT" && m.RobotDeliver.Robot != "" && m.RobotDeliver.Robot != f.RobotCode,
			kind == "IM_GROUP" && m.GroupDeliver.Robot != f.RobotCode:
			return "param.openDeliverModelError"
		}
	}
	return ""
}

// checkVariables keeps the limits of §5.2 and the variables of the template.
func (f *DingTalk) checkVariables(data *params, private map[string]params) string {
	size := 0
	look := func(m map[string]string) string {
		for key, value := range m {
			if size += len(key) + len(value); len(key) > 100 || len(value) > 1024 || size > 100<<10 {
				return "param.cardDataTooLong"
			}
			if f.Variables == nil {
				continue
			}
			kind, known := f.Variables[key]
			var list []any
			switch {
			case !known:
				f.complain("the template has no variable %q", key)
			case kind == "list" && json.Unmarshal([]byte(value), &list) != nil:
				f.complain("variable %q is no list: it would be shown as [Object Object]", key)
			case kind == "bool" && value != "true" && value != "false":
				f.complain("variable %q is neither true nor false", key)
			}
		}
		return ""
	}
	if data != nil {
		if wrong := look(data.Map); wrong != "" {
			return wrong
		}
	}
	for _, p := range private {
		if wrong := look(p.Map); wrong != "" {
			return wrong
		}
	}
	return ""
}

// createCard makes a card and brings it to people. A delivery that fails
// leaves the card in the world: its outTrackId is used.
func (f *DingTalk) createCard(_ *http.Request, body []byte) dingReply {
	var m createRequest
	if !strict(body, &m) {
		return bad("invalidParameter")
	}
	if wrong := cmp.Or(m.checkCard(f), m.checkDelivery(f)); wrong != "" {
		return bad(wrong)
	}
	results := f.deliverCards(f.keepCard(&m, body), m.Space)
	return given(answer{"success": true, "result": map[string]any{"outTrackId": m.Track, "deliverResults": results}})
}

func (f *DingTalk) createOnly(_ *http.Request, body []byte) dingReply {
	var m createRequest
	if !strict(body, &m) || m.Space != "" || m.RobotDeliver != nil || m.GroupDeliver != nil {
		return bad("invalidParameter")
	}
	if wrong := m.checkCard(f); wrong != "" {
		return bad(wrong)
	}
	f.keepCard(&m, body)
	return given(answer{"success": true, "result": m.Track})
}

func (f *DingTalk) deliverOnly(_ *http.Request, body []byte) dingReply {
	var m createRequest
	if !strict(body, &m) || m.Template != "" || m.Calls != "" || m.Route != "" || m.Data != nil || m.RobotSpace != nil || m.GroupSpace != nil {
		return bad("invalidParameter")
	}
	i := f.cards[m.Track]
	if i == nil {
		return bad("param.cardNotExist")
	}
	if wrong := m.checkDelivery(f); wrong != "" {
		return bad(wrong)
	}
	return given(answer{"success": true, "result": f.deliverCards(i, m.Space)})
}

func (f *DingTalk) keepCard(m *createRequest, body []byte) *dingInstance {
	if m.Calls == "" {
		f.complain("a card without callbackType: its buttons do nothing")
	}
	i := &dingInstance{track: m.Track, carrier: f.next("carrier/+="), calls: m.Calls, route: m.Route, body: body, public: m.Data.Map,
		private: map[string]map[string]string{}, repaint: map[string]map[string]string{}, repainted: map[string]int{}}
	for user, p := range m.Private {
		i.private[user] = p.Map
	}
	f.cards[m.Track] = i
	return i
}

func (f *DingTalk) deliverCards(i *dingInstance, spaces string) []any {
	results := []any{}
	for _, space := range strings.Split(spaces, ";") {
		results = append(results, f.deliverCard(i, space))
	}
	return results
}

func (f *DingTalk) deliverCard(i *dingInstance, space string) map[string]any {
	kind, id, _ := strings.Cut(strings.TrimPrefix(space, "dtv1.card//"), ".")
	result := map[string]any{"spaceType": kind, "spaceId": id, "success": false}
	message := DingMessage{Key: i.carrier, Way: "card", Kind: "card", Title: i.public["title"], Text: i.words(), Track: i.track, Body: i.body, owner: id}
	if kind == "IM_GROUP" {
		g := f.groups[id]
		if g == nil || g.gone || !g.robot {
			result["errorMsg"] = "conversation not exist"
			return result
		}
		f.arrive(&g.inbox, message)
	} else {
		u, ok := f.reachedByRobot(id)
		if !ok {
			result["errorMsg"] = "spaceId is invalid, user not in robot's scope"
			return result
		}
		f.arrive(&u.inbox, message)
	}
	result["success"], result["carrierId"] = true, i.carrier
	return result
}

// words is everything there is to read on the card when it arrives.
func (i *dingInstance) words() string {
	var all []string
	for _, v := range i.public {
		all = append(all, v)
	}
	return strings.Join(all, "\n")
}

func (f *DingTalk) updateCard(_ *http.Request, body []byte) dingReply {
	var m struct {
		Track   string            `json:"outTrackId"`
		Data    *params           `json:"cardData"`
		Private map[string]params `json:"privateData"`
		Options updateOptions     `json:"cardUpdateOptions"`
		IDType  int               `json:"userIdType"`
	}
	if !strict(body, &m) {
		return bad("invalidParameter")
	}
	i := f.cards[m.Track]
	switch {
	case m.Data == nil && len(m.Private) == 0:
		return bad("param.cardDataAndPrivateDataBothEmpty")
	case i == nil:
		return bad("param.cardNotExist")
	}
	if wrong := f.checkVariables(m.Data, m.Private); wrong != "" {
		return bad(wrong)
	}
	if f.pressing[m.Track] > 0 {
		f.complain("the card was updated inside its own callback")
	}
	i.updates++
	if m.Data != nil {
		f.fill(&i.public, m.Data.Map, m.Options.Public)
		for _, own := range i.repaint { // the newest state wins
			for key := range m.Data.Map {
				delete(own, key)
			}
		}
	}
	for user, p := range m.Private {
		own := i.private[user]
		f.fill(&own, p.Map, m.Options.Private)
		i.private[user] = own
	}
	return given(answer{"success": true, "result": true})
}

// fill changes variables by key, or all of them: then what is not named is gone.
func (f *DingTalk) fill(vars *map[string]string, change map[string]string, byKey bool) {
	fresh := map[string]string{}
	for key, value := range *vars {
		if _, named := change[key]; byKey {
			fresh[key] = value
		} else if !named {
			f.complain("a card lost its variable %q: updated without ByKey", key)
		}
	}
	for key, value := range change {
		fresh[key] = value
	}
	*vars = fresh
}

func (f *DingTalk) registerRoute(_ *http.Request, body []byte) dingReply {
	var m struct {
		Key    string `json:"callbackRouteKey"`
		URL    string `json:"callbackUrl"`
		Secret string `json:"apiSecret"`
		Force  bool   `json:"forceUpdate"`
	}
	if !strict(body, &m) || m.Key == "" {
		return bad("invalidParameter")
	}
	u, err := url.Parse(m.URL)
	switch _, exists := f.routes[m.Key]; {
	case err != nil || u.Scheme != "https" || u.Host == "":
		return bad("param.callbackUrlInvalid")
	case m.Secret == "":
		f.complain("card callbacks without apiSecret are not signed")
	case exists && !m.Force:
		return bad("param.callbackRouteKeyExist")
	}
	f.routes[m.Key] = dingRoute{u.Path, m.Secret}
	return given(answer{"success": true, "result": map[string]any{"callbackUrl": m.URL, "apiSecret": m.Secret}})
}
