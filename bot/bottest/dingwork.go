package bottest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

var workCalls = map[string]dingCall{
	"POST /topapi/message/corpconversation/asyncsend_v2":    {old: true, token: appCall, charged: true, do: (*DingTalk).workSend},
	"POST /topapi/message/corpconversation/getsendresult":   {old: true, token: appCall, charged: true, do: (*DingTalk).workResult},
	"POST /topapi/message/corpconversation/getsendprogress": {old: true, token: appCall, charged: true, do: (*DingTalk).workProgress},
	"POST /topapi/message/corpconversation/recall":          {old: true, token: appCall, charged: true, do: (*DingTalk).workRecall},

	"POST /topapi/message/corpconversation/status_bar/update": {old: true, token: appCall, charged: true, do: (*DingTalk).workStatus},
}

// dingTask is one accepted work notification.
type dingTask struct {
	at        time.Time
	reached   []string
	invalid   []string
	failed    []string
	forbidden []any
	copies    []*DingMessage
}

// workMessage is the msg of a work notification.
type workMessage struct {
	Type     string    `json:"msgtype"`
	Text     *wireText `json:"text"`
	Markdown *struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	} `json:"markdown"`
	Card *struct {
		Title       string `json:"title"`
		Markdown    string `json:"markdown"`
		Orientation string `json:"btn_orientation"`
		SingleTitle string `json:"single_title"`
		SingleURL   string `json:"single_url"`
		Buttons     []struct {
			Title string `json:"title"`
			URL   string `json:"action_url"`
		} `json:"btn_json_list"`
	} `json:"action_card"`
	Link *struct {
		URL   string `json:"messageUrl"`
		Pic   string `json:"picUrl"`
		Title string `json:"title"`
		Text  string `json:"text"`
	} `json:"link"`
	OA *workOA `json:"oa"`
}

type workOA struct {
	URL  string `json:"message_url"`
	PC   string `json:"pc_message_url"`
	Head *struct {
		Colour string `json:"bgcolor"`
		Text   string `json:"text"`
	} `json:"head"`
	Status *struct {
		Value  string `json:"status_value"`
		Colour string `json:"status_bg"`
	} `json:"status_bar"`
	Body *struct {
		Title string `json:"title"`
		Form  []struct {
			Key   string `json:"key"`
			Value string `json:"value"`
		} `json:"form"`
		Content string `json:"content"`
		Author  string `json:"author"`
	} `json:"body"`
}

// read makes what a phone shows of an oa message.
func (o workOA) read(shown *DingMessage) bool {
	if o.URL == "" || o.Head == nil || o.Head.Colour == "" || o.Body == nil || o.Body.Title == "" {
		return false
	}
	shown.Title, shown.Links = o.Body.Title, []Button{{Text: o.Body.Title, URL: o.URL}}
	lines := []string{o.Body.Title}
	for _, line := range o.Body.Form {
		lines = append(lines, line.Key+line.Value)
	}
	shown.Text = strings.Join(append(lines, o.Body.Content), "\n")
	if o.Status != nil {
		shown.Status = o.Status.Value
	}
	return true
}

// read makes what a phone shows; false is a message DingTalk refuses.
func (m workMessage) read(f *DingTalk) (DingMessage, bool) {
	parts := 0
	for _, there := range []bool{m.Text != nil, m.Markdown != nil, m.Card != nil, m.Link != nil, m.OA != nil} {
		if there {
			parts++
		}
	}
	shown := DingMessage{Way: "work", Kind: m.Type}
	switch {
	case parts != 1:
		return shown, false
	case m.Type == "text" && m.Text != nil:
		shown.Text = m.Text.Content
		if utf8.RuneCountInString(shown.Text) > 500 {
			f.complain("a work notification of more than 500 characters")
		}
	case m.Type == "markdown" && m.Markdown != nil && m.Markdown.Title != "" && utf8.RuneCountInString(m.Markdown.Text) <= 5000:
		shown.Title, shown.Text = m.Markdown.Title, m.Markdown.Text
		f.checkMarkdown(shown.Text)
	case m.Type == "link" && m.Link != nil && m.Link.URL != "" && m.Link.Pic != "" && m.Link.Title != "":
		shown.Title, shown.Text, shown.Links = m.Link.Title, m.Link.Text, []Button{{Text: m.Link.Title, URL: m.Link.URL}}
	case m.Type == "action_card" && m.Card != nil && m.Card.Title != "" && m.Card.Markdown != "":
		shown.Title, shown.Text = m.Card.Title, m.Card.Markdown
		f.checkMarkdown(shown.Text)
		if (m.Card.SingleTitle != "") == (len(m.Card.Buttons) > 0) || (m.Card.SingleTitle == "") != (m.Card.SingleURL == "") {
			return shown, false
		}
		if m.Card.SingleTitle != "" {
			shown.Links = append(shown.Links, Button{Text: m.Card.SingleTitle, URL: m.Card.SingleURL})
			if len(m.Card.SingleURL) > 500 {
				return shown, false
			}
		}
		raw, _ := json.Marshal(m.Card.Buttons)
		if len(m.Card.Buttons) > 0 && (utf8.RuneCount(raw) > 1000 || m.Card.Orientation != "0" && m.Card.Orientation != "1") {
			return shown, false
		}
		for _, b := range m.Card.Buttons {
			shown.Links = append(shown.Links, Button{Text: b.Title, URL: b.URL})
		}
		for _, b := range shown.Links {
			if b.Text == "" || utf8.RuneCountInString(b.Text) > 20 || b.URL == "" || len(b.URL) > 700 {
				return shown, false
			}
			f.checkLink(b.URL)
		}
	case m.Type == "oa" && m.OA != nil && m.OA.read(&shown):
		f.checkLink(m.OA.URL)
	default:
		return shown, false
	}
	return shown, shown.Text != ""
}

func (f *DingTalk) workSend(_ *http.Request, body []byte) dingReply {
	var m struct {
		Agent int64           `json:"agent_id"`
		Users string          `json:"userid_list"`
		Depts string          `json:"dept_id_list"`
		All   bool            `json:"to_all_user"`
		Msg   json.RawMessage `json:"msg"`
	}
	var msg workMessage
	if !strict(body, &m) || !strict(m.Msg, &msg) {
		return oldFault(40035)
	}
	users := strings.Split(m.Users, ",")
	shown, good := msg.read(f)
	switch {
	case m.Agent != f.AgentID:
		return oldFault(70003)
	case m.Users == "" || m.Depts != "" || m.All:
		return oldFault(40035) // the school writes to named people only
	case len(users) > 100:
		return oldFault(40035)
	case !good:
		return oldFault(40035)
	case len(m.Msg) > 2048:
		return oldFault(1430002)
	case shown.Status != "" && len(users) > 5:
		return oldFault(40035)
	}
	id := int64(256_271_667_000) + int64(len(f.tasks)) + 1
	task := &dingTask{at: f.now()}
	for _, user := range users {
		f.workTo(task, user, shown, m.Msg, id, body)
	}
	if len(task.invalid) == len(users) {
		return oldFault(33012)
	}
	f.tasks[id] = task
	return given(answer{"task_id": id})
}

// workTo delivers to one person: what is too much is accepted and dropped.
func (f *DingTalk) workTo(task *dingTask, user string, shown DingMessage, msg []byte, id int64, body []byte) {
	day := f.now().Format(time.DateOnly)
	same, count := day+user+string(msg), day+user
	u := f.users[user]
	switch {
	case u == nil || u.outside && !u.guardian:
		task.invalid = append(task.invalid, user)
		return
	case f.told[same]:
		task.forbidden = append(task.forbidden, map[string]any{"code": "143106", "count": 1, "userid": user})
		return
	case f.daily[count] >= 500:
		task.forbidden = append(task.forbidden, map[string]any{"code": "143105", "count": 500, "userid": user})
		return
	case u.outside || u.inactive:
		task.failed = append(task.failed, user)
		return
	}
	f.told[same] = true
	f.daily[count]++
	task.reached = append(task.reached, user)
	shown.Key, shown.Body, shown.owner = fmt.Sprint(id), slices.Clone(body), user
	task.copies = append(task.copies, f.arrive(&u.inbox, shown))
}

func (f *DingTalk) task(body []byte, recall bool) (*dingTask, *dingReply) {
	var m struct {
		Agent  int64 `json:"agent_id"`
		Task   int64 `json:"task_id"`
		Recall int64 `json:"msg_task_id"`
	}
	if !strict(body, &m) || recall != (m.Recall != 0) {
		no := oldFault(40035)
		return nil, &no
	}
	task := f.tasks[m.Task+m.Recall]
	if m.Agent != f.AgentID || task == nil || f.now().Sub(task.at) > 24*time.Hour {
		no := oldFault(400002)
		return nil, &no
	}
	return task, nil
}

func (f *DingTalk) workResult(_ *http.Request, body []byte) dingReply {
	task, no := f.task(body, false)
	if no != nil {
		return *no
	}
	list := func(s []string) []string { return append([]string{}, s...) }
	return given(answer{"send_result": map[string]any{"invalid_user_id_list": list(task.invalid), "forbidden_user_id_list": []string{},
		"forbidden_list": append([]any{}, task.forbidden...), "failed_user_id_list": list(task.failed),
		"read_user_id_list": []string{}, "unread_user_id_list": list(task.reached), "invalid_dept_id_list": []int{}}})
}

func (f *DingTalk) workProgress(_ *http.Request, body []byte) dingReply {
	if _, no := f.task(body, false); no != nil {
		return *no
	}
	return given(answer{"progress": map[string]any{"progress_in_percent": 100, "status": 2}})
}

// workStatus changes the bar of an oa message, for seven days.
func (f *DingTalk) workStatus(_ *http.Request, body []byte) dingReply {
	var m struct {
		Agent  int64  `json:"agent_id"`
		Task   int64  `json:"task_id"`
		Value  string `json:"status_value"`
		Colour string `json:"status_bg"`
	}
	if !strict(body, &m) || m.Value == "" {
		return oldFault(40035)
	}
	task := f.tasks[m.Task]
	if m.Agent != f.AgentID || task == nil || f.now().Sub(task.at) > 7*24*time.Hour {
		return oldFault(400002)
	}
	for _, c := range task.copies {
		c.Status = m.Value
	}
	return given(answer{})
}

func (f *DingTalk) workRecall(_ *http.Request, body []byte) dingReply {
	task, no := f.task(body, true)
	if no != nil {
		return *no
	}
	for _, c := range task.copies {
		c.Recalled = true
	}
	return given(answer{})
}
