package bottest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Member is a person of the school inside WeCom.
type Member struct {
	fake   *WeCom
	id     string
	hidden bool
	inbox  []*Message

	name, mobile string
	status       int // 0 = active
	departments  []int
}

// Parent is a parent in the school's address book.
type Parent struct {
	fake    *WeCom
	id      string
	follows bool
	outside bool
	inbox   []Message

	mobile   string
	children []tie
}

// Message is what arrived on a phone.
type Message struct {
	ID       string
	At       time.Time
	Text     string
	URL      string // where a textcard leads
	Card     *Card
	File     *SentFile // a picture or a file, whose name is the Text
	Body     []byte    // the request that brought it
	Recalled bool
}

// SentFile is a file as it can be opened on a phone.
type SentFile struct {
	Kind    string // image, file
	Name    string
	Content []byte
}

// Card is one person's copy of a card, as it now looks.
type Card struct {
	Task      string
	Type      string
	Title     string
	Desc      string
	Text      string
	Why       string
	Page      string
	Fields    []string
	Buttons   []Button
	Questions []Question
	Closed    string // the grey text in place of the buttons
	Updates   int
}

// Button of a card.
type Button struct{ Key, Text, URL string }

// Question of a card, with the option chosen when it is first shown.
type Question struct {
	Key, Title, Chosen string
	Several            bool // any number of options, "a,b"; none is an answer too
	Options, Texts     []string
}

// Button finds a button by its key.
func (c Card) Button(key string) (Button, bool) {
	for _, b := range c.Buttons {
		if b.Key == key {
			return b, true
		}
	}
	return Button{}, false
}

// Member returns the person with this userid, making them known to WeCom.
func (f *WeCom) Member(id string) *Member {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := strings.ToLower(id)
	if f.members[key] == nil {
		f.members[key] = &Member{fake: f, id: id}
	}
	return f.members[key]
}

// Hide takes the person out of the app's visible scope.
func (m *Member) Hide() { m.fake.set(func() { m.hidden = true }) }

// Inbox is everything that arrived, oldest first.
func (m *Member) Inbox() []Message {
	m.fake.mu.Lock()
	defer m.fake.mu.Unlock()
	var all []Message
	for _, x := range m.inbox {
		one := *x
		if x.Card != nil {
			c := *x.Card
			one.Card = &c
		}
		all = append(all, one)
	}
	return all
}

// Texts are the plain messages, without those taken back.
func (m *Member) Texts() []string {
	var texts []string
	for _, x := range m.Inbox() {
		if x.Card == nil && !x.Recalled {
			texts = append(texts, x.Text)
		}
	}
	return texts
}

// Cards are the cards as they now look, without those taken back.
func (m *Member) Cards() []Card {
	var cards []Card
	for _, x := range m.Inbox() {
		if x.Card != nil && !x.Recalled {
			cards = append(cards, *x.Card)
		}
	}
	return cards
}

// Card is the newest card; the zero Card when there is none.
func (m *Member) Card() Card {
	cards := m.Cards()
	if len(cards) == 0 {
		return Card{}
	}
	return cards[len(cards)-1]
}

func (m *Member) card(task string) *Card {
	for _, x := range m.inbox {
		if x.Card != nil && x.Card.Task == task {
			return x.Card
		}
	}
	return nil
}

// Says writes a message to the app.
func (m *Member) Says(text string) error {
	return m.SaysAgain(m.fake.number(), text)
}

// SaysAgain delivers a message under a given MsgId: the same id twice is a
// redelivery.
func (m *Member) SaysAgain(id int, text string) error {
	return m.fake.Knock(m.fake.TextXML(m.id, id, text))
}

// Sends hands over a picture ("image"), "voice", "video" or "file".
func (m *Member) Sends(kind, media string) error {
	return m.fake.Knock(m.fake.xml(m.id, fmt.Sprintf("<MsgType><![CDATA[%s]]></MsgType><MediaId><![CDATA[%s]]></MediaId><MsgId>%d</MsgId>", kind, media, m.fake.number())))
}

// Opens opens the app: the event enter_agent.
func (m *Member) Opens() error {
	return m.fake.Knock(m.fake.EventXML(m.id, "enter_agent", ""))
}

// Press presses a button of the card; choices are written "question=option".
func (m *Member) Press(c Card, button string, choices ...string) error {
	inner, err := m.PressXML(c, button, choices...)
	if err != nil {
		return err
	}
	return m.fake.Knock(inner)
}

// PressXML is the decrypted callback of a press. It refuses what the phone
// would not let happen: a dead card, a button or an option that is not there.
func (m *Member) PressXML(c Card, button string, choices ...string) (string, error) {
	m.fake.mu.Lock()
	mine := m.card(c.Task)
	m.fake.mu.Unlock()
	if mine == nil {
		return "", fmt.Errorf("%s has no card %s", m.id, c.Task)
	}
	if mine.Closed != "" {
		return "", fmt.Errorf("the card of %s is closed: %s", m.id, mine.Closed)
	}
	b, ok := mine.Button(button)
	if !ok || b.URL != "" {
		return "", fmt.Errorf("the card of %s has no button %q to press: %v", m.id, button, mine.Buttons)
	}
	var items strings.Builder
	for _, q := range mine.Questions {
		chosen := q.Chosen
		for _, choice := range choices {
			if key, option, _ := strings.Cut(choice, "="); key == q.Key {
				chosen = option
			}
		}
		if chosen == "" {
			continue
		}
		var ids strings.Builder
		for i, option := range strings.Split(chosen, ",") {
			if !slices.Contains(q.Options, option) || i > 0 && !q.Several {
				return "", fmt.Errorf("question %s has no option %q: %v", q.Key, chosen, q.Options)
			}
			fmt.Fprintf(&ids, "<OptionId><![CDATA[%s]]></OptionId>", option)
		}
		fmt.Fprintf(&items, "<SelectedItem><QuestionKey><![CDATA[%s]]></QuestionKey><OptionIds>%s</OptionIds></SelectedItem>", q.Key, &ids)
	}
	m.fake.mu.Lock()
	code := m.fake.newCode(c.Task)
	m.fake.mu.Unlock()
	return m.fake.EventXML(m.id, "template_card_event", fmt.Sprintf(
		"<EventKey><![CDATA[%s]]></EventKey><TaskId><![CDATA[%s]]></TaskId><CardType><![CDATA[%s]]></CardType><ResponseCode><![CDATA[%s]]></ResponseCode><SelectedItems>%s</SelectedItems>",
		button, c.Task, mine.Type, code, items.String())), nil
}

// Parent returns the parent with this parent_userid, who follows the school.
func (f *WeCom) Parent(id string) *Parent {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parents[id] == nil {
		f.parents[id] = &Parent{fake: f, id: id, follows: true}
	}
	return f.parents[id]
}

// Unfollow stops following the school; nothing arrives any more.
func (p *Parent) Unfollow() { p.fake.set(func() { p.follows = false }) }

// Follow follows the school, and WeCom tells the app.
func (p *Parent) Follow() error {
	p.fake.set(func() { p.follows = true })
	return p.fake.Knock(p.fake.schoolXML("subscribe", p.id))
}

// Leave takes the parent out of the app's 家校沟通 scope.
func (p *Parent) Leave() { p.fake.set(func() { p.outside = true }) }

// Messages are the school notices that arrived, oldest first.
func (p *Parent) Messages() []Message {
	p.fake.mu.Lock()
	defer p.fake.mu.Unlock()
	return slices.Clone(p.inbox)
}

// Texts are the words of those notices.
func (p *Parent) Texts() []string {
	var texts []string
	for _, m := range p.Messages() {
		texts = append(texts, m.Text)
	}
	return texts
}
