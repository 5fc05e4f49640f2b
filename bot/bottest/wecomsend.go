package bottest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// updateCode is a response_code: once, within 72 hours.
type updateCode struct {
	task  string
	until time.Time
	used  bool
}

// repeated remembers a body for the duplicate check.
type repeated struct {
	until  time.Time
	answer answer
}

type sendRequest struct {
	ToUser   string    `json:"touser"`
	ToParty  string    `json:"toparty"`
	ToTag    string    `json:"totag"`
	MsgType  string    `json:"msgtype"`
	AgentID  int       `json:"agentid"`
	Text     *wireText `json:"text"`
	TextCard *struct {
		Title  string `json:"title"`
		Words  string `json:"description"`
		URL    string `json:"url"`
		Button string `json:"btntxt"`
	} `json:"textcard"`
	Image    *wireMedia  `json:"image"`
	File     *wireMedia  `json:"file"`
	Card     *wireCard   `json:"template_card"`
	Safe     int         `json:"safe"`
	IDTrans  int         `json:"enable_id_trans"`
	Check    int         `json:"enable_duplicate_check"`
	Interval *int        `json:"duplicate_check_interval"`
	Markdown interface{} `json:"markdown"`
}

type wireText struct {
	Content string `json:"content"`
}

// strict decodes JSON and refuses fields WeCom does not know, a string where
// a number belongs, and anything after the object.
func strict(body []byte, v any) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	return d.Decode(v) == nil && !d.More()
}

// send is message/send.
func (f *WeCom) send(body []byte) answer {
	var m sendRequest
	if !strict(body, &m) {
		return refuse(40035, "invalid parameter or unknown field")
	}
	users := strings.Split(m.ToUser, "|")
	switch {
	case m.ToUser == "" && m.ToParty == "" && m.ToTag == "":
		return refuse(82001, "all touser & totag & toparty are empty")
	case len(users) > 1000:
		return refuse(40032, "invalid user list size")
	case m.AgentID == 0:
		return refuse(41011, "missing agentid")
	case m.AgentID != f.AgentID:
		return refuse(301002, "agentid not match the token")
	}
	if a := f.checkBody(&m); a != nil {
		return a
	}
	if again, ok := f.repeat("send", body, m.Check, m.Interval); ok {
		return again
	}
	a := f.deliver(users, &m, body)
	f.keepRepeat("send", body, m.Check, m.Interval, a)
	return a
}

func (f *WeCom) checkBody(m *sendRequest) answer {
	switch m.MsgType {
	case "text":
		if m.Card != nil || m.Text == nil || m.Text.Content == "" {
			return refuse(44004, "empty text")
		}
		m.Text.Content = f.cut(m.Text.Content)
	case "textcard":
		c := m.TextCard
		switch {
		case c == nil || c.Title == "" || c.Words == "" || m.Text != nil || m.Card != nil:
			return refuse(41016, "missing textcard")
		case !strings.HasPrefix(c.URL, "http") || len(c.URL) > 2048:
			return refuse(45034, "url")
		case len(c.Title) > 128 || len(c.Words) > 512 || utf8.RuneCountInString(c.Button) > 4:
			f.complain("a textcard was cut")
		}
	case "template_card":
		if m.Text != nil || m.Card == nil {
			return refuse(41016, "missing template_card")
		}
		if code, why := m.Card.check(); code != 0 {
			return refuse(code, why)
		}
		if f.tasks[m.Card.Task] {
			return refuse(42014, "task_id used before")
		}
		if f.noCallback && m.Card.Type != "text_notice" {
			return refuse(43012, "require callback url")
		}
		for _, long := range m.Card.tooLong() {
			f.complain("%s", long)
		}
	case "image", "file":
		return f.checkMedia(m)
	default:
		return refuse(40008, "invalid message type")
	}
	return nil
}

// cut shows what WeCom does with more than 2048 bytes, and complains.
func (f *WeCom) cut(s string) string {
	if len(s) <= 2048 {
		return s
	}
	f.complain("a text of %d bytes was cut", len(s))
	s = s[:2048]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

func window(check int, interval *int) time.Duration {
	switch {
	case check != 1:
		return 0
	case interval == nil:
		return 1800 * time.Second
	}
	return time.Duration(min(*interval, 14400)) * time.Second
}

func (f *WeCom) repeat(api string, body []byte, check int, interval *int) (answer, bool) {
	r, ok := f.repeats[api+string(body)]
	return r.answer, ok && window(check, interval) > 0 && f.now().Before(r.until)
}

func (f *WeCom) keepRepeat(api string, body []byte, check int, interval *int, a answer) {
	if w := window(check, interval); w > 0 && a["errcode"] == nil {
		f.repeats[api+string(body)] = repeated{f.now().Add(w), a}
	}
}

// deliver puts the message into the inboxes of those the app may reach.
func (f *WeCom) deliver(users []string, m *sendRequest, body []byte) answer {
	var reached []*Member
	var invalid []string
	for _, id := range users {
		if who, ok := f.members[strings.ToLower(id)]; ok && !who.hidden {
			reached = append(reached, who)
		} else {
			invalid = append(invalid, strings.ToLower(id))
		}
	}
	if len(reached) == 0 {
		return refuse(81013, "user & party & tag all invalid")
	}
	id := f.next("msg-")
	a := answer{"msgid": id, "invaliduser": strings.Join(invalid, "|")}
	if m.Card != nil && m.Card.Type != "text_notice" {
		f.tasks[m.Card.Task] = true
		a["response_code"] = f.newCode(m.Card.Task)
	}
	for _, who := range reached {
		if f.tooMany(who.id) {
			f.dropped++
			continue
		}
		copied := &Message{ID: id, At: f.now(), Body: body}
		if m.Card != nil {
			copied.Card = m.Card.shown()
		} else if m.TextCard != nil {
			copied.Text, copied.URL = m.TextCard.Title+"\n"+m.TextCard.Words, m.TextCard.URL
		} else if sent := m.media(); sent != nil {
			up := f.uploads[sent.Media]
			copied.Text, copied.File = up.name, &SentFile{Kind: up.kind, Name: up.name, Content: up.content}
		} else {
			copied.Text = m.Text.Content
		}
		who.inbox = append(who.inbox, copied)
		f.messages[id] = append(f.messages[id], copied)
	}
	return a
}

// tooMany keeps the limit of 30 a minute and 1000 an hour for one person.
func (f *WeCom) tooMany(who string) bool {
	hour, minute := 0, 0
	for _, at := range f.sentAt[who] {
		if f.now().Sub(at) < time.Hour {
			hour++
		}
		if f.now().Sub(at) < time.Minute {
			minute++
		}
	}
	if minute >= 30 || hour >= 1000 {
		return true
	}
	f.sentAt[who] = append(f.sentAt[who], f.now())
	return false
}

func (f *WeCom) newCode(task string) string {
	code := f.next("response-code-")
	f.codes[code] = &updateCode{task: task, until: f.now().Add(72 * time.Hour)}
	return code
}

// updateCard is message/update_template_card.
func (f *WeCom) updateCard(body []byte) answer {
	var m struct {
		Users   []string `json:"userids"`
		Parties []int    `json:"partyids"`
		Tags    []int    `json:"tagids"`
		All     int      `json:"atall"`
		AgentID int      `json:"agentid"`
		Code    string   `json:"response_code"`
		IDTrans int      `json:"enable_id_trans"`
		Button  *struct {
			Replace string `json:"replace_name"`
		} `json:"button"`
		Card *wireCard `json:"template_card"`
	}
	if !strict(body, &m) || (m.Button == nil) == (m.Card == nil) {
		return refuse(40035, "invalid parameter or unknown field")
	}
	code := f.codes[m.Code]
	switch {
	case m.AgentID != f.AgentID:
		return refuse(42015, "agentid not match")
	case code == nil || code.used || !f.now().Before(code.until):
		return refuse(60140, "invalid response code")
	case len(m.Users)+len(m.Parties)+len(m.Tags)+m.All == 0:
		return refuse(82101, "no target")
	}
	if m.Card != nil {
		if n, why := m.Card.checkUpdate(); n != 0 {
			return refuse(n, why)
		}
		for _, long := range m.Card.tooLong() {
			f.complain("%s", long)
		}
	}
	var copies []*Card
	for _, id := range m.Users {
		who := f.members[strings.ToLower(id)]
		if who == nil || who.card(code.task) == nil {
			return refuse(82102, "target is not a recipient")
		}
		copies = append(copies, who.card(code.task))
	}
	code.used = true
	for _, c := range copies {
		c.Updates++
		if m.Button != nil {
			c.Closed = m.Button.Replace
			continue
		}
		fresh := m.Card.shown()
		fresh.Task, fresh.Updates, fresh.Closed = c.Task, c.Updates, m.Card.ReplaceText
		*c = *fresh
	}
	return answer{"invaliduser": []string{}}
}

// recall is message/recall.
func (f *WeCom) recall(body []byte) answer {
	var m struct {
		ID string `json:"msgid"`
	}
	if !strict(body, &m) {
		return refuse(40035, "invalid parameter")
	}
	copies := f.messages[m.ID]
	switch {
	case len(copies) == 0:
		return refuse(40058, "unknown msgid")
	case f.now().Sub(copies[0].At) > 24*time.Hour:
		return refuse(42052, "message is too old")
	}
	for _, c := range copies {
		c.Recalled = true
	}
	return answer{}
}

// sendSchoolNotice is externalcontact/message/send. A parent who does not
// follow the school is accepted and gets nothing.
func (f *WeCom) sendSchoolNotice(body []byte) answer {
	var m struct {
		Scope    int       `json:"recv_scope"`
		Parents  []string  `json:"to_parent_userid"`
		Students []string  `json:"to_student_userid"`
		Parties  []string  `json:"to_party"`
		All      int       `json:"toall"`
		MsgType  string    `json:"msgtype"`
		AgentID  int       `json:"agentid"`
		Text     *wireText `json:"text"`
		IDTrans  int       `json:"enable_id_trans"`
		Check    int       `json:"enable_duplicate_check"`
		Interval *int      `json:"duplicate_check_interval"`
	}
	switch {
	case !strict(body, &m):
		return refuse(40035, "invalid parameter or unknown field")
	case m.AgentID != f.AgentID:
		return refuse(301002, "agentid not match the token")
	case m.MsgType != "text":
		return refuse(40008, "invalid message type")
	case m.Text == nil || m.Text.Content == "":
		return refuse(44004, "empty text")
	case len(m.Parents) == 0 || len(m.Parents) > 1000:
		return refuse(40035, "to_parent_userid")
	}
	if again, ok := f.repeat("school", body, m.Check, m.Interval); ok {
		return again
	}
	invalid := []string{}
	for _, id := range m.Parents {
		who := f.parents[id]
		switch {
		case who == nil || who.outside:
			invalid = append(invalid, id)
		case f.tooMany("parent:" + id):
			f.dropped++
		case who.follows:
			who.inbox = append(who.inbox, Message{At: f.now(), Text: f.cut(m.Text.Content), Body: slices.Clone(body)})
		}
	}
	a := answer{"invalid_parent_userid": invalid}
	f.keepRepeat("school", body, m.Check, m.Interval, a)
	return a
}
