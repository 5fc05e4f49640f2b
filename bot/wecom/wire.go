package wecom

// The bodies WeCom reads (wecom sheet 3.2, 3.4, 3.6, 4.1). Field order is the
// order on the wire: a repeat must be identical byte for byte.

type appMessage struct {
	ToUser  string    `json:"touser"`
	MsgType string    `json:"msgtype"`
	AgentID int       `json:"agentid"`
	Text    *textBody `json:"text,omitempty"`

	TextCard *textCard `json:"textcard,omitempty"`

	Image *mediaBody `json:"image,omitempty"`
	File  *mediaBody `json:"file,omitempty"`

	Card *templateCard `json:"template_card,omitempty"`
	repeatCheck
}

// repeatCheck lets WeCom recognise a repeat: it delivers an identical JSON
// only once within the interval. Two notices with the same words must not be
// taken for a repeat of one, so the members that change nothing differ from
// notice to notice.
type repeatCheck struct {
	Check    int  `json:"enable_duplicate_check"`
	Interval int  `json:"duplicate_check_interval"`
	Safe     *int `json:"safe,omitempty"`            // absent or 0, which is the same
	IDTrans  *int `json:"enable_id_trans,omitempty"` // absent or 0
}

type textCard struct {
	Title  string `json:"title"`
	Words  string `json:"description"`
	URL    string `json:"url"`
	Button string `json:"btntxt"`
}

type mediaBody struct {
	Media string `json:"media_id"`
}

type textBody struct {
	Content string `json:"content"`
}

// schoolNotice is a 学校通知 to parents.
type schoolNotice struct {
	Scope   int      `json:"recv_scope"`
	Parents []string `json:"to_parent_userid"`
	All     *int     `json:"toall,omitempty"` // absent or 0, see repeatCheck
	MsgType string   `json:"msgtype"`
	AgentID int      `json:"agentid"`
	Text    textBody `json:"text"`
	repeatCheck
}

type cardUpdate struct {
	Users   []string      `json:"userids"`
	AgentID int           `json:"agentid"`
	Code    string        `json:"response_code"`
	Card    *templateCard `json:"template_card"`
}

type recall struct {
	Message string `json:"msgid"`
}

type templateCard struct {
	Type        string       `json:"card_type"`
	Source      *cardSource  `json:"source,omitempty"`
	Main        mainTitle    `json:"main_title"`
	Quote       *quoteArea   `json:"quote_area,omitempty"`
	SubTitle    string       `json:"sub_title_text,omitempty"`
	Horizontal  []horizontal `json:"horizontal_content_list,omitempty"`
	Action      *cardAction  `json:"card_action,omitempty"`
	Task        string       `json:"task_id,omitempty"`
	Selection   *question    `json:"button_selection,omitempty"`
	Buttons     []cardButton `json:"button_list,omitempty"`
	Checkbox    *checkbox    `json:"checkbox,omitempty"`
	Selects     []question   `json:"select_list,omitempty"`
	Submit      *submit      `json:"submit_button,omitempty"`
	ReplaceText string       `json:"replace_text,omitempty"`
}

type cardSource struct {
	Desc  string `json:"desc"`
	Color int    `json:"desc_color"`
}

type mainTitle struct {
	Title string `json:"title"`
	Desc  string `json:"desc,omitempty"`
}

type quoteArea struct {
	Type  int    `json:"type"`
	Title string `json:"title"`
	Text  string `json:"quote_text"`
}

type horizontal struct {
	Key   string `json:"keyname"`
	Value string `json:"value"`
}

type cardAction struct {
	Type int    `json:"type"`
	URL  string `json:"url"`
}

type cardButton struct {
	Type  int    `json:"type"` // 0 calls back, 1 opens URL
	Text  string `json:"text"`
	Style int    `json:"style"`
	Key   string `json:"key,omitempty"`
	URL   string `json:"url,omitempty"`
}

type question struct {
	Key      string       `json:"question_key"`
	Title    string       `json:"title"`
	Options  []cardOption `json:"option_list"`
	Selected string       `json:"selected_id,omitempty"`
}

type cardOption struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

type checkbox struct {
	Key     string        `json:"question_key"`
	Mode    int           `json:"mode"` // 0 one, 1 several
	Options []checkOption `json:"option_list"`
}

type checkOption struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Checked bool   `json:"is_checked"`
}

type submit struct {
	Text string `json:"text"`
	Key  string `json:"key"`
}
