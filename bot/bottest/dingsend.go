package bottest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

var robotCalls = map[string]dingCall{
	"POST /v1.0/robot/oToMessages/batchSend":   {token: appCall, charged: true, do: (*DingTalk).batchSend},
	"POST /v1.0/robot/otoMessages/batchRecall": {token: appCall, charged: true, do: (*DingTalk).recallDirect},
	"GET /v1.0/robot/oToMessages/readStatus":   {token: appCall, charged: true, do: (*DingTalk).readStatus},
	"POST /v1.0/robot/groupMessages/send":      {token: appCall, charged: true, do: (*DingTalk).groupSend},
	"POST /v1.0/robot/groupMessages/recall":    {token: appCall, charged: true, do: (*DingTalk).recallGroup},
	"POST /v1.0/robot/ding/send":               {token: appCall, charged: true, do: (*DingTalk).ding},
	"POST /v1.0/robot/messageFiles/download":   {token: appCall, charged: true, do: (*DingTalk).download},
	"POST /media/upload":                       {old: true, token: appCall, charged: true, do: (*DingTalk).upload},
	"POST /robot/sendBySession":                {old: true, do: (*DingTalk).sendBySession},
}

// msgKeys are the templates of a robot message and exactly the keys of each.
func msgKeys() map[string][]string {
	keys := map[string][]string{
		"sampleText":        {"content"},
		"sampleMarkdown":    {"title", "text"},
		"sampleImageMsg":    {"photoURL"},
		"sampleLink":        {"text", "title", "picUrl", "messageUrl"},
		"sampleActionCard":  {"title", "text", "singleTitle", "singleURL"},
		"sampleActionCard6": {"title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"},
		"sampleAudio":       {"mediaId", "duration"},
		"sampleFile":        {"mediaId", "fileName", "fileType"},
		"sampleVideo":       {"duration", "videoMediaId", "videoType", "picMediaId", "height", "width"},
	}
	for n := 2; n <= 5; n++ {
		list := []string{"title", "text"}
		for i := 1; i <= n; i++ {
			list = append(list, fmt.Sprintf("actionTitle%d", i), fmt.Sprintf("actionURL%d", i))
		}
		keys[fmt.Sprintf("sampleActionCard%d", n)] = list
	}
	return keys
}

// robotMessage is what single chat and group have in common.
type robotMessage struct {
	Robot string `json:"robotCode"`
	Key   string `json:"msgKey"`
	Param string `json:"msgParam"`
}

// read checks the message and makes what a phone shows of it.
func (m robotMessage) read(f *DingTalk) (DingMessage, string) {
	switch keys, known := msgKeys()[m.Key]; {
	case m.Robot == "":
		return DingMessage{}, "invalidParameter.robotCode.empty"
	case m.Robot != f.RobotCode:
		return DingMessage{}, "invalidParameter.robotCode.auth"
	case m.Key == "":
		return DingMessage{}, "invalidParameter.msgKey.empty"
	case !known:
		return DingMessage{}, "invalidParameter.msgKey.invalid"
	case len(m.Param) > 15000:
		return DingMessage{}, "invalidParameter.msgParam.tooLong"
	default:
		var param map[string]string // a number or an object where a text belongs is refused
		if json.Unmarshal([]byte(m.Param), &param) != nil {
			return DingMessage{}, "invalidParameter.msgParam.invalid"
		}
		for name, value := range param {
			if !slices.Contains(keys, name) || strings.TrimSpace(value) == "" {
				return DingMessage{}, "invalidParameter.msgParam.invalid"
			}
		}
		if len(param) != len(keys) {
			return DingMessage{}, "invalidParameter.msgParam.invalid"
		}
		return f.withFile(m.Key, param)
	}
}

func (f *DingTalk) shown(key string, param map[string]string) DingMessage {
	m := DingMessage{Kind: key, Title: param["title"], Text: param["text"] + param["content"]}
	if key != "sampleText" && key != "sampleLink" {
		f.checkMarkdown(m.Text)
	}
	add := func(text, url string) {
		if param[url] != "" {
			m.Links = append(m.Links, Button{Text: param[text], URL: param[url]})
			f.checkLink(param[url])
		}
	}
	add("title", "messageUrl")
	add("singleTitle", "singleURL")
	for i := 1; i <= 5; i++ {
		add(fmt.Sprintf("actionTitle%d", i), fmt.Sprintf("actionURL%d", i))
		add(fmt.Sprintf("buttonTitle%d", i), fmt.Sprintf("buttonUrl%d", i))
	}
	return m
}

// checkMarkdown complains about a line break that DingTalk would not show: it
// wants two spaces before it, an empty line, or the beginning of a block after it.
func (f *DingTalk) checkMarkdown(text string) {
	lines := strings.Split(text, "\n")
	for i := 1; i < len(lines); i++ {
		before, after := lines[i-1], strings.TrimLeft(lines[i], " ")
		block := after == "" || strings.ContainsAny(after[:1], "#>-") || strings.TrimSpace(before) == "" || after[0] >= '0' && after[0] <= '9'
		if !strings.HasSuffix(before, "  ") && !block {
			f.complain("markdown: %q and what follows are shown in one line", before)
			return
		}
	}
}

func (f *DingTalk) checkLink(url string) {
	for _, scheme := range []string{"https://", "http://", "dingtalk://"} {
		if strings.HasPrefix(url, scheme) {
			return
		}
	}
	f.complain("a link leads to %q", url)
}

func (f *DingTalk) batchSend(_ *http.Request, body []byte) dingReply {
	var m struct {
		robotMessage
		Users []string `json:"userIds"`
	}
	if !strict(body, &m) {
		return bad("invalidParameter")
	}
	shown, wrong := m.read(f)
	switch {
	case wrong != "":
		return bad(wrong)
	case len(m.Users) == 0 || slices.Contains(m.Users, ""):
		return bad("invalidParameter.userIds.empty")
	case len(m.Users) > 20:
		return bad("invalidParameter.userIds.overMax")
	}
	invalid, held := []string{}, []string{}
	shown.Key, shown.Way, shown.Body = f.next("Pqk/+=")+"==", "robot", body
	for _, id := range m.Users {
		switch u, ok := f.reachedByRobot(id); {
		case !ok:
			invalid = append(invalid, id)
		case u.flow:
			u.flow = false
			held = append(held, id)
		default:
			shown.owner = id
			f.arrive(&u.inbox, shown)
		}
	}
	return given(answer{"processQueryKey": shown.Key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": held})
}

func (f *DingTalk) groupSend(_ *http.Request, body []byte) dingReply {
	var m struct {
		robotMessage
		Group string `json:"openConversationId"`
		Cool  string `json:"coolAppCode"`
	}
	if !strict(body, &m) {
		return bad("invalidParameter")
	}
	shown, wrong := m.read(f)
	g := f.groups[m.Group]
	switch {
	case wrong != "":
		return bad(wrong)
	case g == nil:
		return bad("invalid.openConversationId")
	case g.gone:
		return bad("group.disbanded")
	case !g.robot:
		return bad("bot.stopped")
	}
	shown.Key, shown.Way, shown.Body, shown.owner = f.next("Gqk/+=")+"==", "group", body, g.ID
	f.arrive(&g.inbox, shown)
	return given(answer{"processQueryKey": shown.Key})
}

func (f *DingTalk) recallDirect(_ *http.Request, body []byte) dingReply {
	return f.recall(body, "")
}

func (f *DingTalk) recallGroup(_ *http.Request, body []byte) dingReply {
	return f.recall(body, "group")
}

// recall takes messages back within 24 hours.
func (f *DingTalk) recall(body []byte, way string) dingReply {
	var m struct {
		Robot string   `json:"robotCode"`
		Group *string  `json:"openConversationId"`
		Keys  []string `json:"processQueryKeys"`
	}
	switch {
	case !strict(body, &m) || (m.Group != nil) != (way == "group"):
		return bad("invalidParameter")
	case m.Robot != f.RobotCode:
		return bad("invalidParameter.robotCode.auth")
	case len(m.Keys) == 0 || len(m.Keys) > 20:
		return bad("invalidParameter.processQueryKeys")
	}
	done, failed := []string{}, map[string]string{}
	for _, key := range m.Keys {
		copies := f.sent[key]
		if len(copies) == 0 || f.now().Sub(copies[0].At) > 24*time.Hour {
			failed[key] = "processQueryKey.expireTime"
			continue
		}
		for _, c := range copies {
			c.Recalled = true
		}
		done = append(done, key)
	}
	return given(answer{"successResult": done, "failedResult": failed})
}

func (f *DingTalk) readStatus(r *http.Request, _ []byte) dingReply {
	copies := f.sent[r.URL.Query().Get("processQueryKey")]
	if len(copies) == 0 || f.now().Sub(copies[0].At) > 24*time.Hour {
		return bad("processQueryKey.expireTime")
	}
	var list []any
	for _, c := range copies {
		list = append(list, map[string]any{"name": f.users[c.owner].Name, "userId": c.owner, "readStatus": "UNREAD", "readTimestamp": 0})
	}
	return given(answer{"sendStatus": "SUCCESS", "messageReadInfoList": list})
}

// ding is an in-app DING; the paid kinds have no quota here.
func (f *DingTalk) ding(_ *http.Request, body []byte) dingReply {
	var m struct {
		Robot   string   `json:"robotCode"`
		Remind  int      `json:"remindType"`
		Users   []string `json:"receiverUserIdList"`
		Content string   `json:"content"`
		Voice   string   `json:"callVoice"`
	}
	most := map[int]int{1: 200, 2: 20, 3: 20}
	switch {
	case !strict(body, &m) || m.Content == "" || most[m.Remind] == 0:
		return bad("invalidParameter")
	case m.Robot != f.RobotCode:
		return bad("invalid.chatbotId")
	case len(m.Users) == 0:
		return bad("miss.staffId")
	case len(m.Users) > most[m.Remind]:
		return bad("ding.receivercount.limit")
	case m.Remind != 1:
		return bad("ding.serverquota.insufficient")
	}
	failed := map[string][]string{}
	id := f.next("ding/")
	for _, user := range m.Users {
		if u, ok := f.reachedByRobot(user); ok {
			f.arrive(&u.inbox, DingMessage{Key: id, Way: "ding", Kind: "ding", Text: m.Content, Body: body, owner: user})
		} else {
			failed["user.notExist"] = append(failed["user.notExist"], user)
		}
	}
	return given(answer{"openDingId": id, "failedList": failed})
}

// dingSession is the life of one sessionWebhook.
type dingSession struct {
	until time.Time
	box   *[]*DingMessage
}

// session opens the reply address of a conversation, as a message brings it.
func (f *DingTalk) session(box *[]*DingMessage) (url string, until time.Time) {
	name, until := f.next("s3ssion"), f.now().Add(90*time.Minute)
	f.sessions[name] = dingSession{until, box}
	return f.OAPI + "/robot/sendBySession?session=" + name, until
}

// EndSessions closes every reply address before its time.
func (f *DingTalk) EndSessions() { f.set(func() { clear(f.sessions) }) }

func (f *DingTalk) sendBySession(r *http.Request, body []byte) dingReply {
	s, open := f.sessions[r.URL.Query().Get("session")]
	switch {
	case !open || !f.now().Before(s.until):
		return oldFault(300001)
	case r.URL.Query().Has("access_token"):
		f.complain("sendBySession takes no access_token")
	}
	var m struct {
		Type     string    `json:"msgtype"`
		Text     *wireText `json:"text"`
		Markdown *struct {
			Title string `json:"title"`
			Text  string `json:"text"`
		} `json:"markdown"`
		At *struct {
			Users []string `json:"atUserIds"`
			All   bool     `json:"isAtAll"`
		} `json:"at"`
	}
	if !strict(body, &m) {
		return oldFault(40035)
	}
	shown := DingMessage{Way: "session", Kind: m.Type, Body: body}
	switch {
	case m.Type == "text" && m.Text != nil && m.Text.Content != "" && m.Markdown == nil:
		shown.Text = m.Text.Content
	case m.Type == "markdown" && m.Markdown != nil && m.Markdown.Title != "" && m.Markdown.Text != "" && m.Text == nil:
		shown.Title, shown.Text = m.Markdown.Title, m.Markdown.Text
		f.checkMarkdown(shown.Text)
	default:
		return oldFault(40035)
	}
	if m.At != nil {
		for _, id := range m.At.Users {
			if !strings.Contains(shown.Text, "@"+id) {
				f.complain("nobody is notified by at: the text does not hold @userId")
			}
		}
	}
	f.arrive(s.box, shown)
	return given(answer{"errcode": 0, "errmsg": "ok"})
}

// download gives a temporary address of a file somebody sent to the robot.
func (f *DingTalk) download(_ *http.Request, body []byte) dingReply {
	var m struct {
		Robot string `json:"robotCode"`
		Code  string `json:"downloadCode"`
	}
	switch {
	case !strict(body, &m):
		return bad("invalidParameter")
	case m.Robot != f.RobotCode:
		return bad("invalidParameter.robotCode.auth")
	case f.media[m.Code] == nil:
		return bad("invalidParameter.robotCode.downloadCode")
	}
	return given(answer{"downloadUrl": f.FileBase + "/down/" + strconv.Itoa(len(m.Code)) + ".file?code=" + m.Code + "&Signature=s1gned"})
}

// Media keeps a file somebody sends to the robot under a downloadCode.
func (f *DingTalk) Media(code string, content []byte) { f.set(func() { f.media[code] = content }) }

func (f *DingTalk) serveFile(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	content := f.media[r.URL.Query().Get("code")]
	f.mu.Unlock()
	if content == nil || r.URL.Query().Get("Signature") == "" {
		http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(content)
}
